package learning

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/forecast"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/simulate"
)

// SimulateInput states a change and which history it is tried on.
type SimulateInput struct {
	HistoryInput
	Part
	Question string          `name:"question" placeholder:"QUESTION" query:"question" json:"question,omitempty" help:"What the change is about: p1 to p7, order (the way from the decision to the order), a stage, or an activity of a LOG."`
	Days     string          `name:"days" placeholder:"LOW..HIGH" query:"days" json:"days,omitempty" help:"It takes so many days less; any number between is as likely as any other. Below 0: longer."`
	Percent  string          `name:"percent" placeholder:"LOW..HIGH" query:"percent" json:"percent,omitempty" help:"It takes so many per cent less time; with --end, that end comes so many per cent less often."`
	End      string          `name:"end" placeholder:"END" query:"end" json:"end,omitempty" help:"The end that comes less often: lost or no_decision; won with numbers below 0 is won more often."`
	Touches  *float64        `name:"touches" placeholder:"PERCENT" query:"touches" json:"touches,omitempty" help:"How many of 100 deals the change touches (default 100)."`
	Ahead    int             `name:"ahead" placeholder:"DAYS" default:"365" query:"ahead" json:"ahead,omitempty" help:"How many days to look ahead."`
	AtOnce   int             `name:"at-once" placeholder:"N" query:"at_once" json:"at_once,omitempty" help:"How many deals your people can work at once; later ones wait (default: no limit)."`
	Since    throughline.Day `name:"since" placeholder:"DAY" query:"since" json:"since,omitzero" help:"Learn from what happened since this day alone."`
}

// Simulation is the answer of Simulate.
type Simulation struct {
	Origin
	Doubts   []SimDoubt  `json:"doubts,omitempty"` // why there is no answer; where there are any, there are no effects
	Change   *SimChange  `json:"change"`           // null: nothing changes
	Ahead    int         `json:"ahead"`            // days
	Since    string      `json:"since"`            // first day of what was simulated anew
	Today    []SimBeside `json:"today"`
	Effects  []SimEffect `json:"effects"`
	States   []SimState  `json:"states"`
	Ended    int         `json:"ended"`        // deals learned from
	Open     int         `json:"open"`         // deals that are open now
	Arrivals float64     `json:"arrivals"`     // deals a year
	Most     int         `json:"most_at_once"` // that were ever open together
	Undated  int         `json:"undated"`      // deals left out, whose opening or end nobody dated
	Currency string      `json:"currency"`     // of booked; deals in another count by the amounts of these
	Draws    int         `json:"draws"`
	By       string      `json:"by"`     // kinds of deals that go at their own pace are told apart by this; empty: there is one
	Splits   []Split     `json:"splits"` // of the deals it is tried on
}

// SimChange is the change as it was understood. From and To are days, or shares.
type SimChange struct {
	State   string  `json:"state"` // code; empty: every one
	End     string  `json:"end,omitempty"`
	Days    bool    `json:"days"`
	From    float64 `json:"from"`
	To      float64 `json:"to"`
	Touches float64 `json:"touches"` // a share
}

// SimDoubt is a reason why there is no answer.
type SimDoubt struct {
	Code    string `json:"code"`
	N       int    `json:"n"`
	Need    int    `json:"need"`
	State   string `json:"state,omitempty"`
	End     string `json:"end,omitempty"`
	Measure string `json:"measure,omitempty"`
}

// SimBeside is one measure of the months that were simulated anew.
type SimBeside struct {
	Measure string  `json:"measure"`
	Real    float64 `json:"real"`
	Low     float64 `json:"low"`
	High    float64 `json:"high"`
	Mean    float64 `json:"mean"`
	Differs bool    `json:"differs"`
	Known   bool    `json:"known"`
}

// SimRange is a number with its 90 % interval.
type SimRange struct {
	Mean float64 `json:"mean"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// SimEffect is one measure over the days ahead, today and changed.
type SimEffect struct {
	Measure    string             `json:"measure"` // won, lost, no_decision, days, booked
	Today      SimRange           `json:"today"`
	Changed    SimRange           `json:"changed"`
	Difference SimRange           `json:"difference"`
	Luck       float64            `json:"luck"` // half the width within which one single year differs from it in nine of ten
	Hangs      map[string]float64 `json:"hangs"`
	Known      bool               `json:"known"`
}

// SimState is one state that deals go through.
type SimState struct {
	Code    string  `json:"code"`
	Visits  int     `json:"visits"`
	Forward int     `json:"forward"`
	Median  float64 `json:"median"` // days until they go forward
}

// Simulate tries a change on the company's own history.
func Simulate(ctx context.Context, d *Learner, in SimulateInput) (Simulation, error) {
	const op = "simulate a change"
	out := Simulation{Today: []SimBeside{}, Effects: []SimEffect{}, States: []SimState{}, Splits: []Split{}}
	in.sampled = true
	h, err := d.history(ctx, op, in.HistoryInput)
	if err != nil {
		return out, err
	}
	if h.log == nil {
		out.Origin = h.Origin
		return out, nil
	}
	var traits map[throughline.DealID]trait
	if h.ledger {
		if traits, err = d.traits(ctx, in.Instant(&d.Desk)); err != nil {
			return out, err
		}
	}
	if out.Splits, err = h.parted(ctx, d, in.Part, traits, nil); err != nil {
		return out, throughline.Fail(op, throughline.Invalid, "", err)
	}
	out.Splits = slices.DeleteFunc(out.Splits, func(s Split) bool { return strings.HasPrefix(s.By, BySegment) })
	out.Origin = h.Origin
	w := h.ways(d, in, traits, out.Splits)
	changes, err := in.change(w)
	if err != nil {
		return out, throughline.Fail(op, throughline.Invalid, "", err)
	}
	answer, err := simulate.Run(w.past, changes, simulate.Settings{Horizon: float64(in.Ahead), AtOnce: in.AtOnce, Seed: 1,
		Stop: func() bool { return ctx.Err() != nil },
		Told: func(done, of int) {
			d.Report(desk.Progress{Doing: "following deals", Done: int64(done), Total: int64(of), Unit: "draws"})
		}})
	if errors.Is(err, simulate.ErrStopped) {
		return out, throughline.Fail(op, throughline.Unavailable, "", ctx.Err())
	}
	if err != nil {
		return out, err
	}
	out.fill(answer, w, changes)
	d.nameStates(&out)
	out.Ahead = in.Ahead
	if out.Ahead == 0 {
		out.Ahead = 365
	}
	return out, nil
}

func (s *Simulation) fill(a *simulate.Answer, w *ways, changes []simulate.Change) {
	s.Ended, s.Open, s.Arrivals, s.Draws, s.Undated, s.Currency = a.Ended, a.Open, a.Arrivals, a.Draws, w.undated, w.currency
	s.By = w.by
	s.Most = simulate.MostAtOnce(w.past)
	if len(a.Today) > 0 {
		s.Since = throughline.DayOf(forecast.Instant(a.From), w.zone).String()
	}
	state := func(i int) string {
		if i < 0 {
			return ""
		}
		return w.past.States[i]
	}
	for _, c := range changes {
		s.Change = &SimChange{State: state(c.State), Days: c.Days, From: c.From, To: c.To, Touches: c.Share}
		if c.End != forecast.Open {
			s.Change.End = c.End.String()
		}
	}
	for _, x := range a.Doubts {
		one := SimDoubt{Code: string(x.Code), N: x.N, Need: x.Need}
		switch x.Code {
		case simulate.RareState:
			one.State = state(x.State)
		case simulate.RareEnd:
			one.End = x.End.String()
		case simulate.NotReproduced:
			one.Measure = x.Measure.String()
		}
		s.Doubts = append(s.Doubts, one)
	}
	for _, b := range a.Today {
		s.Today = append(s.Today, SimBeside{b.Measure.String(), b.Real, b.Low, b.High, b.Mean, b.Differs, b.Known})
	}
	for _, e := range a.Effects {
		s.Effects = append(s.Effects, SimEffect{
			Measure: e.Measure.String(), Today: SimRange(e.Today), Changed: SimRange(e.Changed), Difference: SimRange(e.Difference),
			Luck: e.Luck, Hangs: e.Hangs, Known: e.Known,
		})
	}
	for i, t := range a.Times {
		s.States = append(s.States, SimState{w.past.States[i], t.Visits, t.Forward, t.Median})
	}
}

// change reads the change that is asked for; none where nothing is said.
func (in *SimulateInput) change(w *ways) ([]simulate.Change, error) {
	c := simulate.Change{State: -1, Share: 1}
	if in.Touches != nil {
		if c.Share = *in.Touches / 100; !(c.Share >= 0 && c.Share <= 1) {
			return nil, throughline.Refuse("sim_touches", "a change touches from 0 to 100 of 100 deals, not %g", "n", *in.Touches)
		}
	}
	if in.Question != "" {
		if c.State = w.find(in.Question); c.State < 0 {
			return nil, fmt.Errorf("--question: %w", diag.Unknown(in.Question, w.past.States))
		}
	}
	if in.End != "" {
		end, ok := map[string]forecast.End{"won": forecast.Won, "lost": forecast.Lost, "no_decision": forecast.NoDecision}[in.End]
		if !ok {
			return nil, fmt.Errorf("--end: %w", diag.Unknown(in.End, []string{"won", "lost", "no_decision"}))
		}
		c.End = end
	}
	if in.Days == "" && in.Percent == "" {
		if in.Question != "" || in.End != "" {
			return nil, throughline.Refuse("sim_how_much", "say how much: --days or --percent, as 0..10")
		}
		return nil, nil
	}
	err := in.size(&c)
	return []simulate.Change{c}, err
}

// size reads how great the change is: days taken off one question, or a share
// of anything.
func (in *SimulateInput) size(c *simulate.Change) (err error) {
	switch {
	case in.Days != "" && (in.Percent != "" || in.End != ""):
		return throughline.Refuse("sim_one_way", "a change is stated in days, or in per cent; an end in per cent")
	case in.Days != "" && c.State < 0:
		return throughline.Refuse("sim_which", "days are taken off one question: say which")
	case in.Days != "":
		c.Days = true
		c.From, c.To, err = between(in.Days)
		if err == nil && (c.From < -3660 || c.To > 3660) {
			err = throughline.Refuse("sim_range", "%q is no range of numbers, as 0..10", "words", in.Days)
		}
		return err
	}
	c.From, c.To, err = between(in.Percent)
	c.From, c.To = c.From/100, c.To/100
	if err == nil && (c.To > 0.95 || c.From < -5) {
		err = throughline.Refuse("sim_too_much", "at most 95 per cent less, and 500 per cent more, can be looked at")
	}
	return err
}

// between reads "0..10", or one number.
func between(words string) (from, to float64, err error) {
	a, b, two := strings.Cut(strings.TrimSpace(words), "..")
	from, err1 := strconv.ParseFloat(strings.TrimSpace(a), 64)
	to, err2 := from, error(nil)
	if two {
		to, err2 = strconv.ParseFloat(strings.TrimSpace(b), 64)
	}
	if err1 != nil || err2 != nil || math.IsNaN(from+to) || math.IsInf(from+to, 0) {
		return 0, 0, throughline.Refuse("sim_range", "%q is no range of numbers, as 0..10", "words", words)
	}
	return min(from, to), max(from, to), nil
}

// nameStates gives the states of the ledger their words.
func (d *Learner) nameStates(s *Simulation) {
	if d.Book == nil || s.words == nil {
		return
	}
	p := phrase.For(d.Language)
	for _, x := range s.States {
		s.words[x.Code] = p.Activity(d.Book, x.Code)
	}
	s.words[stateOrder] = p.Say("simulate.order")
}
