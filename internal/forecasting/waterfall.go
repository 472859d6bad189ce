package forecasting

import (
	"cmp"
	"math"
	"slices"

	"github.com/throughline/throughline"
)

// Stake is what one deal stands for in a period, on one of two days.
type Stake struct {
	Known  bool    // it was there
	State  string  // open, won, lost, no_decision, other; won in another period is other
	Cents  int64   // its amount, in the currency of the sum
	Chance float64 // of being won within the period, while it is open
	Within bool    // its close date lies in the period
	Taken  bool    // it is among the deals that are looked at: whose, of which team
}

// Value is what the deal adds to what is expected: all of it once it is won,
// its chance of it while it is open.
func (s Stake) Value() int64 {
	switch {
	case !s.Taken || !s.Known:
		return 0
	case s.State == "won":
		return s.Cents
	case s.State == "open":
		return share(s.Chance, s.Cents)
	}
	return 0
}

// share is a chance of an amount, in whole units of the currency: what is shown
// then adds up as it stands.
func share(p float64, cents int64) int64 { return 100 * int64(math.Round(p*float64(cents)/100)) }

// The ways in which what is expected of a period changes, in the order in which
// they are shown.
const (
	moveOpened   = "opened"      // it is new, or open again
	moveWon      = "won"         // what was likely is certain
	moveIn       = "moved_in"    // its close date came into the period
	moveGrew     = "grew"        // its amount
	moveLikelier = "likelier"    //
	moveLost     = "lost"        //
	moveNone     = "no_decision" //
	moveOver     = "ended"       // in another way, or in another period
	moveOut      = "moved_out"   // its close date left the period
	moveShrank   = "shrank"      //
	moveLess     = "less_likely" //
	moveHanded   = "handed"      // from or to somebody who is not looked at
)

// MoveCodes lists the ways in which what is expected changes, in their order.
func MoveCodes() []string {
	return []string{moveOpened, moveWon, moveIn, moveGrew, moveLikelier, moveLost, moveNone, moveOver, moveOut, moveShrank, moveLess, moveHanded}
}

// Move is one step from what was expected to what is.
type Move struct {
	Code  string      `json:"code"`
	Cents int64       `json:"cents"`
	Deals []MovedDeal `json:"deals"` // those that moved it most first
	Count int         `json:"count"` // how many did
}

// MovedDeal is what one deal adds to a step.
type MovedDeal struct {
	Deal  throughline.DealID `json:"id"`
	Title string             `json:"title,omitempty"`
	Cents int64              `json:"cents"`
}

// step is a part of what one deal changed.
type step struct {
	code  string
	cents int64
}

// stepsOf tells apart what one deal changed. The steps sum to the difference of
// the two values, to the hundredth.
func stepsOf(before, after Stake) []step {
	was, is := before.Value(), after.Value()
	all := is - was
	if before.Known && after.Known && before.Taken != after.Taken {
		return one(moveHanded, all)
	}
	switch {
	case !before.live() && !after.live():
		return nil
	case !before.live() || !after.live() || before.State == "won" || after.State == "won":
		return one(turnOf(before, after, all), all)
	}
	mid := before
	mid.Cents = after.Cents
	grew := mid.Value() - was
	likelier := is - mid.Value()
	code := bySign(likelier, moveLikelier, moveLess)
	switch {
	case !before.Within && after.Within && likelier > 0:
		code = moveIn
	case before.Within && !after.Within && likelier < 0:
		code = moveOut
	}
	return append(one(bySign(grew, moveGrew, moveShrank), grew), one(code, likelier)...)
}

// live reports whether a deal counts towards the sum: open, or won.
func (s Stake) live() bool { return s.Known && (s.State == "open" || s.State == "won") }

// turnOf names the one step of a deal that came, went, was won or had been won.
func turnOf(before, after Stake, all int64) string {
	switch {
	case !before.live() && after.State == "won":
		return moveWon
	case !before.live():
		return moveOpened
	case !after.live() && after.Known && after.State == "lost":
		return moveLost
	case !after.live() && after.Known && after.State == "no_decision":
		return moveNone
	case !after.live():
		return moveOver
	case before.State == "open": // and won now
		return moveWon
	case after.State == "open":
		return moveOver // the order was taken back
	}
	return bySign(all, moveGrew, moveShrank)
}

func one(code string, cents int64) []step {
	if cents == 0 {
		return nil
	}
	return []step{{code, cents}}
}

func bySign(x int64, more, less string) string {
	if x > 0 {
		return more
	}
	return less
}

// Waterfall is the way from what was expected of a period to what is: Before and
// the moves sum to Now, exactly.
type Waterfall struct {
	Since   throughline.Day `json:"since"`          // the day it starts from
	Asked   throughline.Day `json:"asked"`          // the day that was asked for
	Said    bool            `json:"said"`           // it was said on that day, and kept; else it was worked out later from what was known then
	Before  int64           `json:"before"`         // cents
	Now     int64           `json:"now"`            //
	Moves   []Move          `json:"moves"`          //
	Missing string          `json:"missing"`        // why there is nothing to compare with: "kept", "form", "later"; "" where there is
	Waiting bool            `json:"waiting"`        // it is being worked out
	Prior   throughline.Day `json:"prior,omitzero"` // the last day before it of which something is kept
}

// waterfallOf adds up what each deal changed (docs/methods/period.md).
func waterfallOf(before, after map[throughline.DealID]Stake) Waterfall {
	w := Waterfall{Moves: []Move{}}
	moves := map[string]*Move{}
	note := func(id throughline.DealID, a, b Stake) {
		w.Before, w.Now = w.Before+a.Value(), w.Now+b.Value()
		for _, s := range stepsOf(a, b) {
			m := moves[s.code]
			if m == nil {
				m = &Move{Code: s.code}
				moves[s.code] = m
			}
			m.Cents, m.Count = m.Cents+s.cents, m.Count+1
			m.Deals = append(m.Deals, MovedDeal{Deal: id, Cents: s.cents})
		}
	}
	for id, a := range before {
		note(id, a, after[id])
	}
	for id, b := range after {
		if _, was := before[id]; !was {
			note(id, Stake{}, b)
		}
	}
	for _, code := range MoveCodes() {
		if m := moves[code]; m != nil {
			slices.SortFunc(m.Deals, func(a, b MovedDeal) int {
				return cmp.Or(cmp.Compare(abs(b.Cents), abs(a.Cents)), slices.Compare(a.Deal[:], b.Deal[:]))
			})
			w.Moves = append(w.Moves, *m)
		}
	}
	return w
}

func abs(x int64) int64 { return max(x, -x) }
