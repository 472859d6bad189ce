package survival

import (
	"math"
	"slices"
)

// closeness is how near two times have to be, as a share of the mean size of
// the distinct times, to be one: the square root of the rounding unit, as in
// R's survival since 2.40 (timefix). R takes the same figure as an absolute
// distance too; left out here, since it would make answers depend on the unit.
var closeness = math.Sqrt(0x1p-52)

// level makes one of times that differ by rounding alone, as 0.3 and 0.1 + 0.2
// do: ties have to be ties. The least of them stands for all. The columns given
// are not changed. Source: Therneau, survival vignette "Roundoff error and tied
// times"; docs/methods/survival-curves.md.
func (s Spells) level() Spells {
	if s.rows != nil {
		return s
	}
	_, _, whole, ok := grid(s.Time)
	_, _, wholeEntry, okEntry := grid(s.Entry)
	if len(s.Time) == 0 || !ok || !okEntry || whole && wholeEntry {
		return s // nothing to make one, or a fault that the caller names
	}
	s.rows = ascending(s.Time)
	cuts := distinct(s.Time, s.rows)
	if s.Entry != nil {
		late := distinct(s.Entry, ascending(s.Entry))
		cuts = append(cuts, late...)
		slices.Sort(cuts)
		cuts = slices.Compact(cuts)
	}
	var size float64
	for _, t := range cuts {
		size += math.Abs(t) / float64(len(cuts))
	}
	all, near := len(cuts), closeness*size
	kept := cuts[:1]
	last := cuts[0]
	for _, t := range cuts[1:] {
		if t-last > near {
			kept = append(kept, t)
		}
		last = t
	}
	if len(kept) == all {
		return s
	}
	s.Time = onto(kept, s.Time)
	if s.Entry != nil {
		s.Entry = onto(kept, s.Entry)
	}
	s.rows = ascending(s.Time) // equal times stand in order of rows again
	return s
}

// distinct gives the values of t, each once, ascending.
func distinct(t []float64, rows []int32) []float64 {
	var out []float64
	for _, i := range rows {
		if n := len(out); n == 0 || out[n-1] != t[i] {
			out = append(out, t[i])
		}
	}
	return out
}

// onto gives for each time the greatest cut that is not after it.
func onto(cuts, t []float64) []float64 {
	out := make([]float64, len(t))
	for i, x := range t {
		k, found := slices.BinarySearch(cuts, x)
		if !found {
			k--
		}
		out[i] = cuts[k]
	}
	return out
}

// ordered gives the rows in order of time, equal times in row order.
func (s Spells) ordered() []int32 {
	if s.rows == nil {
		return ascending(s.Time)
	}
	return s.rows
}
