// Package simulate says what a stated change would do to a company that goes on
// as it did, before anybody rolls the change out.
//
// Takes: how deals went from state to state and how they ended, a change with
// its range, a horizon, how many deals are worked at once, and a source of
// random numbers.
// Gives: today reproduced beside what really happened, the difference with
// intervals, and what the answer hangs on; or why there is none.
// Never: answers where today is not reproduced, or finds a difference where
// nothing changes.
//
// Formulas, sources and limits: docs/methods/simulate.md.
package simulate

import (
	"fmt"
	"math"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/forecast"
)

// Visit is a state that a deal came into, on a day.
type Visit struct {
	State int
	Day   float64 // days since 1970
}

// Path is one deal: the states it came through, in order of days, and its end.
// It opened with its first visit.
type Path struct {
	Visits []Visit
	End    forecast.End // Open where none has come
	Ended  float64      // the day it came
	Amount float64      // NaN where it is missing
	Kind   int          // of deal; each goes at its own pace
}

func (p *Path) opened() float64 { return p.Visits[0].Day }

// History is how a company's deals went. States stand in the order in which
// deals go forward.
type History struct {
	States []string
	Paths  []Path
	Since  float64 // what happened before it is not learned from; 0: all is
	Until  float64 // the last day that is known
	Kinds  int     // of deals; 0: one
}

// perKind gives each kind of deals states of its own: state s of kind k is state
// k times the number of states, and s.
func (h *History) perKind() *History {
	if h.Kinds < 2 {
		return h
	}
	out := &History{Since: h.Since, Until: h.Until, Paths: make([]Path, len(h.Paths))}
	for range h.Kinds {
		out.States = append(out.States, h.States...)
	}
	for i, p := range h.Paths {
		visits := make([]Visit, len(p.Visits))
		for k, v := range p.Visits {
			visits[k] = Visit{p.Kind*len(h.States) + v.State, v.Day}
		}
		p.Visits = visits
		out.Paths[i] = p
	}
	return out
}

// Change is one thing that would be otherwise. With an End, that end comes less
// often; else the way forward out of State takes less time.
type Change struct {
	State    int          // that it is about; -1: every one
	End      forecast.End // Open: it is about time
	Days     bool         // From and To are days; else shares, 0.1 is a tenth
	From, To float64      // less; any value between is as likely as any other; below 0 is more
	Share    float64      // of the deals it touches, 0 to 1
}

// idle reports whether the change changes nothing.
func (c Change) idle() bool { return c.Share == 0 || c.From == 0 && c.To == 0 }

// Settings say what to draw; the zero value of each has a meaning.
type Settings struct {
	Horizon float64 // days that are looked ahead; 0: 365
	AtOnce  int     // deals that can be worked at once, later ones wait; 0: as many as ever were
	Seed    uint64
	Draws   int // of what is not known; 0: 144, fewer where there are many deals

	Told func(done, of int) // is told as draws are followed, one call at a time; nil: nobody is
	Stop func() bool        // is asked before each draw whether to go on is of no use; nil: it goes on
}

// Measure is something counted over the horizon.
type Measure uint8

// The measures. Days are those from opening to order, on average, of the deals
// won in the horizon; Booked is in the amounts' unit.
const (
	Won Measure = iota
	Lost
	NoDecision
	Days
	Booked
	Measures = 5
)

// String gives the measure's code.
func (m Measure) String() string {
	return [...]string{"won", "lost", "no_decision", "days", "booked"}[min(m, Booked)]
}

// Range is a number with its 90 % interval.
type Range struct{ Mean, Low, High float64 }

// Effect is one measure, today and changed.
type Effect struct {
	Measure    Measure
	Today      Range
	Changed    Range
	Difference Range              // of what is expected
	Luck       float64            // half the width within which one single year differs from that in nine of ten
	Hangs      map[string]float64 // share of the difference's variance by input: HangsChange, HangsHistory, HangsArrivals
	Known      bool               // false: nothing to say, as of days where nothing is won
}

// What an answer may hang on.
const (
	HangsChange   = "change"
	HangsHistory  = "history"
	HangsArrivals = "arrivals"
)

// Beside is one measure of the months that were simulated anew: what really
// happened and the range within which a company like it comes out.
type Beside struct {
	Measure         Measure
	Real, Low, High float64
	Mean            float64
	Differs         bool // by more than chance
	Known           bool
}

// Code says why there is no answer.
type Code string

// The reasons.
const (
	TooFew        Code = "too_few"   // ended deals
	TooShort      Code = "too_short" // days of history
	TooFewWon     Code = "too_few_won"
	RareState     Code = "rare_state" // that the change is about
	RareEnd       Code = "rare_end"
	NotReproduced Code = "not_reproduced"
)

// Doubt is a reason with its figures.
type Doubt struct {
	Code    Code
	N, Need int
	State   int
	End     forecast.End
	Measure Measure
}

// Answer is what Run gives.
type Answer struct {
	Doubts   []Doubt // where there are any, there are no Effects
	From     float64 // first day of the months that were simulated anew
	Today    []Beside
	Effects  []Effect
	Ended    int     // deals that ended, of the history
	Open     int     // deals that are open now
	Arrivals float64 // deals a year that come in
	AtOnce   int     // deals that are worked at once, at most
	Times    []Time  // of each state, as the history has it
	Draws    int
}

// Time is how long a state takes a deal that goes forward from it.
type Time struct {
	Visits  int     // of the history
	Forward int     // that went forward
	Median  float64 // days until then
}

func invalid(format string, args ...any) error {
	return throughline.Fail("simulate a change", throughline.Invalid, "", fmt.Errorf(format, args...))
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// check refuses what cannot be read.
func check(h *History, changes []Change, set Settings) error {
	kinds := max(h.Kinds, 1)
	if !finite(h.Until) || !finite(h.Since) || len(h.States) == 0 || kinds > 20 || len(h.States)*kinds > mostStates {
		return invalid("a history of %d states and %d kinds of deals", len(h.States), kinds)
	}
	for i := range h.Paths {
		p := &h.Paths[i]
		if p.Kind < 0 || p.Kind >= kinds {
			return invalid("deal %d is of no kind", i+1)
		}
		if len(p.Visits) == 0 || p.End > forecast.Other || p.End != forecast.Open && !finite(p.Ended) {
			return invalid("deal %d has no beginning, or ended on no day", i+1)
		}
		last := math.Inf(-1)
		for _, v := range p.Visits {
			if v.State < 0 || v.State >= len(h.States) || !finite(v.Day) || v.Day < last {
				return invalid("deal %d: a state or a day is out of order", i+1)
			}
			last = v.Day
		}
		if p.End != forecast.Open && p.Ended < last {
			return invalid("deal %d ended before it came into its last state", i+1)
		}
	}
	for _, c := range changes {
		if c.State < -1 || c.State >= len(h.States) || c.End >= forecast.Other || !(c.Share >= 0 && c.Share <= 1) ||
			!finite(c.From) || !finite(c.To) || c.From > c.To || c.Days && (c.End != forecast.Open || c.State < 0) {
			return invalid("a change of %g to %g for %g of the deals", c.From, c.To, c.Share)
		}
		if !c.Days && (c.To > 0.95 || c.From < -5) {
			return invalid("%g %% less: more than 95 %% less, and six times as much, cannot be looked at", 100*c.To)
		}
	}
	if set.Horizon < 0 || set.Horizon > 3660 || !finite(set.Horizon) || set.AtOnce < 0 || set.Draws < 0 || set.Draws > 10_000 {
		return invalid("%g days ahead, %d at once, %d draws", set.Horizon, set.AtOnce, set.Draws)
	}
	return nil
}
