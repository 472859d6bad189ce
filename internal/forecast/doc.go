// Package forecast says which end a deal will meet, when, and how sure that is.
//
// Takes: a history of subjects with what was known about them on any day.
// Gives: outlooks of single deals, a pipeline's revenue, and the backtest that
// earned a model its place.
// Never: uses what was learned after the day it speaks for, gives NaN, or lets
// the ends and "still open" sum to anything but one.
//
// Formulas, sources and limits stand in docs/methods/forecast-*.md.
package forecast

import (
	"fmt"
	"math"
	"time"

	"github.com/throughline/throughline"
)

// End is how a subject ended, as forecasts see it: three ends compete.
type End uint8

// The ends. Other (disqualified by us, postponed, decided to change nothing)
// counts as censored on its day.
const (
	Open End = iota
	Won
	Lost
	NoDecision
	Other
)

// Kinds is the number of ends that compete.
const Kinds = 3

// String gives "open", "won", "lost", "no_decision" or "other".
func (e End) String() string {
	return [...]string{"open", "won", "lost", "no_decision", "other"}[min(e, Other)]
}

// EndOf maps an end state: every loss is Lost; what we ended ourselves, and a
// decision of theirs to change nothing, is censored (METHODS: ends).
func EndOf(o throughline.Outcome) End {
	switch o.Kind() {
	case throughline.EndOpen:
		return Open
	case throughline.EndWon:
		return Won
	case throughline.EndLost:
		return Lost
	case throughline.EndNoDecision:
		return NoDecision
	}
	return Other
}

// Day turns an instant into days since 1970, the unit of every time here.
func Day(t time.Time) float64 { return float64(t.UnixMicro()) / 86_400e6 }

// Instant turns days since 1970 into an instant.
func Instant(day float64) time.Time { return time.UnixMicro(int64(day * 86_400e6)).UTC() }

func invalid(op, format string, args ...any) error {
	return throughline.Fail(op, throughline.Invalid, "", fmt.Errorf(format, args...))
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
