package eventlog

import (
	"cmp"
	"slices"
)

// Rework says how an activity is done again within a case.
type Rework struct {
	Activity uint32
	Cases    int // cases that have it
	Again    int // cases that have it more than once
	Extra    int // events beyond the first of their case
	Loops    int // events that come directly after one of the same activity
}

// Rework lists the activities that some case has more than once: most extra
// events first, then by name.
func (l *Log) Rework(s Selection) []Rework {
	all := make([]Rework, l.activities.Len())
	seen := make([]uint64, len(all)) // case number in the high half, times seen in it in the low
	for n, c := range s {
		lo, hi := l.Span(int(c))
		stamp := uint64(n+1) << 32
		for e := lo; e < hi; e++ {
			a := l.activity[e]
			r := &all[a]
			if seen[a]>>32 != stamp>>32 {
				seen[a] = stamp | 1
				r.Cases++
			} else {
				r.Extra++
				if seen[a]++; uint32(seen[a]) == 2 {
					r.Again++
				}
			}
			if e > lo && l.activity[e-1] == a {
				r.Loops++
			}
		}
	}
	var out []Rework
	for a, r := range all {
		if r.Extra > 0 {
			r.Activity = uint32(a)
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b Rework) int {
		return cmp.Or(cmp.Compare(b.Extra, a.Extra), cmp.Compare(l.ActivityName(a.Activity), l.ActivityName(b.Activity)))
	})
	return out
}
