package learning

import (
	"context"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/mining"
)

// SummaryInput says which history to sum up.
type SummaryInput struct {
	HistoryInput
	Limit int `name:"limit" short:"n" placeholder:"N" default:"20" query:"limit" json:"limit,omitempty" help:"How many activities to show; 0 shows all. With --json the default is all."`
}

// JSONDefaults makes a program's answer whole unless it asks for a part.
func (in *SummaryInput) JSONDefaults(given func(flag string) bool) {
	if !given("limit") {
		in.Limit = 0
	}
}

// HistorySummary is the answer of MineSummary. Days are days of 24 hours.
type HistorySummary struct {
	Origin
	Events     int             `json:"events"`
	Untimed    int             `json:"untimed,omitempty"` // events without a time
	Empty      int             `json:"empty,omitempty"`   // cases without events
	Variants   int             `json:"variants"`
	First      string          `json:"first,omitempty"` // RFC 3339
	Last       string          `json:"last,omitempty"`
	Shortest   int             `json:"events_min"` // events of a case
	Middle     float64         `json:"events_median"`
	Longest    int             `json:"events_max"`
	Mean       float64         `json:"days_mean"` // first to last event
	Median     float64         `json:"days_median"`
	P90        float64         `json:"days_p90"`
	Worked     *float64        `json:"days_worked_median,omitempty"` // in which anything was worked on, where events say
	Waited     *float64        `json:"days_waited_median,omitempty"` // the rest
	Activities []ActivityLine  `json:"activities"`
	Start      []ActivityShare `json:"start"`
	End        []ActivityShare `json:"end"`
	Matched    int             `json:"activities_in_all"`
}

// ActivityLine is one activity: its events, the cases that have it, and how
// often it is done again.
type ActivityLine struct {
	Name   string `json:"name"`
	Events int    `json:"events"`
	Cases  int    `json:"cases"`
	Extra  int    `json:"again"` // times beyond the first of their case
	Loops  int    `json:"loops"` // directly after itself

	// Where events say which part of an activity they are.
	Times  int      `json:"times,omitempty"`              // begun and done
	Worked *float64 `json:"days_worked_median,omitempty"` // from start to end, without pauses
	Waited *float64 `json:"days_waited_median,omitempty"` // since what was done before it
}

// ActivityShare counts cases that begin or end with an activity.
type ActivityShare struct {
	Name  string `json:"name"`
	Cases int    `json:"cases"`
}

// MineSummary tells what a history holds.
func MineSummary(ctx context.Context, d *Learner, in SummaryInput) (HistorySummary, error) {
	const op = "sum up history"
	if desk.Outside(in.Limit) {
		return HistorySummary{}, throughline.Fail(op, throughline.Invalid, "", desk.ErrLimit)
	}
	h, err := d.history(ctx, op, in.HistoryInput)
	if err != nil {
		return HistorySummary{}, err
	}
	out := HistorySummary{Origin: h.Origin, Activities: []ActivityLine{}, Start: []ActivityShare{}, End: []ActivityShare{}}
	l := h.log
	if l == nil {
		return out, nil
	}
	s := l.Summary(h.sel)
	out.Events, out.Untimed, out.Empty = s.Events, s.Untimed, s.Empty
	out.Variants = len(l.Doings().Variants(h.sel))
	out.First, out.Last = eventlog.FormatTime(s.First), eventlog.FormatTime(s.Last)
	out.Shortest, out.Middle, out.Longest = int(s.Lengths[0]), s.Lengths[1], int(s.Lengths[2])
	out.Mean, out.Median, out.P90 = s.Lasting.Mean/microsADay, inDays(s.Median), inDays(s.P90)
	if l.Parted() {
		out.Found = append(out.Found, diag.Finding{Check: "log-lifecycle", Severity: diag.Hint, Field: eventlog.LifecycleAttr,
			Message: "events say which part of an activity they are; what starts and completes once was done once",
			Hint:    "the map, the ways and processes take it as one step, and waiting ends where work starts"})
	}
	paces, whole := mining.Paces(l, h.sel)
	if whole.Times > 0 {
		out.Worked, out.Waited = &whole.Worked, &whole.Waited
	}
	again := map[uint32]eventlog.Rework{}
	for _, r := range l.Rework(h.sel) {
		again[r.Activity] = r
	}
	out.Matched = len(s.Activities)
	for _, a := range desk.Page(s.Activities, 0, in.Limit) {
		line := ActivityLine{Name: l.ActivityName(a.Activity), Events: a.Count, Cases: a.Count}
		if r, more := again[a.Activity]; more {
			line.Cases, line.Extra, line.Loops = r.Cases, r.Extra, r.Loops
		}
		if paces != nil && paces[a.Activity].Times > 0 {
			p := paces[a.Activity]
			line.Times, line.Worked, line.Waited = p.Times, &p.Worked, &p.Waited
		}
		out.Activities = append(out.Activities, line)
	}
	share := func(list []eventlog.ActivityCount) []ActivityShare {
		out := []ActivityShare{}
		for _, a := range desk.Page(list, 0, in.Limit) {
			out = append(out, ActivityShare{l.ActivityName(a.Activity), a.Count})
		}
		return out
	}
	start, end := l.Ends(h.sel)
	out.Start, out.End = share(start), share(end)
	return out, nil
}

const microsADay = 24 * 3600 * 1e6

func inDays[N int64 | float64](us N) float64 { return float64(us) / microsADay }
