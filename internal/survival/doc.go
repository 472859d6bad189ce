// Package survival is the arithmetic of competing ends on plain numbers.
//
// Takes: columns of times, ends, strata and covariates.
// Gives: Kaplan-Meier and Aalen-Johansen curves with errors, Cox and discrete
// hazards, tests, concordance, Brier scores and calibration.
// Never: knows a deal, reads a clock, or gives NaN where an answer exists.
//
// Formulas, sources and limits stand in docs/methods/survival-*.md.
package survival

import (
	"fmt"
	"math"

	"github.com/throughline/throughline"
)

// Spells are n spells under observation, in columns of equal length. An end is
// a number from 1; 0 means that observation stopped first (censored). Times
// are in any one unit.
type Spells struct {
	Entry   []float64 // when observation began (left truncation); nil: from the origin
	Time    []float64 // when it stopped
	End     []uint8   // what happened then; 0 is nothing yet
	Stratum []int32   // group, from 0; nil: all in one
	Ends    int       // number of ends; 0: the greatest in End, at least 1
	Strata  int       // number of groups; 0: the greatest in Stratum and one

	rows []int32 // in order of time, once sized has looked; nil where times are whole
}

// sized fills in Ends and Strata, makes one time of times that differ by
// rounding alone, and refuses what cannot be counted.
func (s Spells) sized(op string) (Spells, error) {
	n := len(s.Time)
	if len(s.End) != n || s.Entry != nil && len(s.Entry) != n || s.Stratum != nil && len(s.Stratum) != n {
		return s, invalid(op, "columns differ in length: %d times, %d ends, %d entries, %d strata", n, len(s.End), len(s.Entry), len(s.Stratum))
	}
	var most uint8
	for _, e := range s.End {
		most = max(most, e)
	}
	if s.Ends == 0 {
		s.Ends = max(int(most), 1)
	}
	if int(most) > s.Ends {
		return s, invalid(op, "end %d is greater than the number of ends, %d", most, s.Ends)
	}
	var low, high int32
	for _, g := range s.Stratum {
		low, high = min(low, g), max(high, g)
	}
	if low < 0 {
		return s, invalid(op, "stratum %d is below 0", low)
	}
	if s.Strata == 0 {
		s.Strata = int(high) + 1
	}
	if int(high) >= s.Strata {
		return s, invalid(op, "stratum %d is not below the number of strata, %d", high, s.Strata)
	}
	return s.level(), nil
}

func (s Spells) stratum(i int) int32 {
	if s.Stratum == nil {
		return 0
	}
	return s.Stratum[i]
}

func invalid(op, format string, args ...any) error {
	return throughline.Fail(op, throughline.Invalid, "", fmt.Errorf(format, args...))
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
