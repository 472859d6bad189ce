package learning

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/eventlog"
)

// BetweenInput says from what to what.
type BetweenInput struct {
	HistoryInput
	From  string `name:"from" required:"" placeholder:"ACTIVITY" query:"from" json:"from" help:"From the first event of this activity."`
	To    string `name:"to" required:"" placeholder:"ACTIVITY" query:"to" json:"to" help:"To the next event of this one."`
	Limit int    `name:"limit" short:"n" placeholder:"N" default:"10" query:"limit" json:"limit,omitempty" help:"How many of the slowest cases to show; 0 shows all. With --json the default is all."`
}

// JSONDefaults makes a program's answer whole unless it asks for a part.
func (in *BetweenInput) JSONDefaults(given func(flag string) bool) {
	if !given("limit") {
		in.Limit = 0
	}
}

// TimeBetween is the answer of MineBetween.
type TimeBetween struct {
	Origin
	From string     `json:"from"`
	To   string     `json:"to"`
	All  WaitDays   `json:"all"`
	By   []WaitDays `json:"by_end"`
	Rows []GapRow   `json:"cases_slowest_first"`
}

// WaitDays sums up times in days of 24 hours. Untimed are cases of which one
// of the two events has no time.
type WaitDays struct {
	End     string  `json:"end,omitempty"`
	N       int     `json:"n"`
	Untimed int     `json:"untimed,omitempty"`
	Mean    float64 `json:"mean"`
	Median  float64 `json:"median"`
	P90     float64 `json:"p90"`
	Min     float64 `json:"min"`
	Max     float64 `json:"max"`
}

// GapRow is one case.
type GapRow struct {
	Case string  `json:"case"`
	End  string  `json:"end"`
	Days float64 `json:"days"`
}

func waitDays(end string, gaps []eventlog.Gap) WaitDays {
	us := eventlog.TimedWaits(gaps)
	w := eventlog.WaitOf(us)
	return WaitDays{
		End:     end,
		N:       w.N,
		Untimed: len(gaps) - w.N,
		Mean:    w.Mean / microsADay,
		Median:  inDays(eventlog.Quantile(us, 0.5)),
		P90:     inDays(eventlog.Quantile(us, 0.9)),
		Min:     inDays(w.Min),
		Max:     inDays(w.Max),
	}
}

// MineBetween tells how long it takes from one activity to another.
func MineBetween(ctx context.Context, d *Learner, in BetweenInput) (TimeBetween, error) {
	const op = "measure time between activities"
	if desk.Outside(in.Limit) {
		return TimeBetween{}, throughline.Fail(op, throughline.Invalid, "", desk.ErrLimit)
	}
	if in.From == "" || in.To == "" {
		return TimeBetween{}, throughline.Fail(op, throughline.Invalid, "", errors.New("--from and --to name the two activities"))
	}
	h, err := d.history(ctx, op, in.HistoryInput)
	if err != nil {
		return TimeBetween{}, err
	}
	out := TimeBetween{Origin: h.Origin, From: in.From, To: in.To, By: []WaitDays{}, Rows: []GapRow{}}
	if h.log == nil {
		return out, nil
	}
	var codes [2]uint32
	for i, name := range []string{in.From, in.To} {
		code, ok := h.log.Activities().Find(name)
		if !ok {
			return out, throughline.Fail(op, throughline.Invalid, "", diag.Unknown(name, h.log.Activities().All()))
		}
		codes[i] = code
	}
	gaps := h.log.Between(h.sel, codes[0], codes[1])
	out.All = waitDays("", gaps)
	for _, o := range append(throughline.Outcomes(), throughline.StillOpen) {
		var some []eventlog.Gap
		for _, g := range gaps {
			if h.end[g.Case].Outcome == o {
				some = append(some, g)
			}
		}
		if len(some) > 0 {
			out.By = append(out.By, waitDays(o.Word(), some))
		}
	}
	slices.SortStableFunc(gaps, func(a, b eventlog.Gap) int { return cmp.Compare(b.Wait, a.Wait) })
	for _, g := range desk.Page(gaps, 0, in.Limit) {
		if g.Wait != eventlog.NoTime {
			out.Rows = append(out.Rows, GapRow{h.log.CaseID(g.Case), h.end[g.Case].Outcome.Word(), inDays(g.Wait)})
		}
	}
	return out, nil
}
