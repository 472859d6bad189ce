package eventlog

import (
	"cmp"
	"slices"
)

// Rework says how an activity is done again within a case. Where events say
// which part of an activity they are (LifecycleAttr), one that starts, pauses, goes
// on and completes was done once.
type Rework struct {
	Activity uint32
	Cases    int // cases that have it
	Again    int // cases that have it more than once
	Extra    int // times beyond the first of their case
	Loops    int // times that come directly after an event of the same activity
}

// Rework lists the activities of which some case has more than one event: most
// extra times first, then by name.
func (l *Log) Rework(s Selection) []Rework {
	all := make([]Rework, l.activities.Len())
	seen := make([]uint64, len(all)) // case number in the high half, times begun in it in the low
	open := make([]uint32, len(all)) // started in the case and not completed
	events := make([]int, len(all))
	parts, col := l.parts(), l.EventColumn(LifecycleAttr)
	for n, c := range s {
		lo, hi := l.Span(int(c))
		stamp := uint64(n+1) << 32
		for e := lo; e < hi; e++ {
			a := l.activity[e]
			r := &all[a]
			events[a]++
			if seen[a]>>32 != stamp>>32 {
				seen[a], open[a] = stamp, 0
				r.Cases++
			}
			if parts != nil && !col.IsMissing(e) {
				switch parts[col.Codes()[e]] {
				case Amid:
					continue
				case Begins:
					open[a]++
				case Ends:
					if open[a] > 0 {
						open[a]--
						continue
					}
				}
			}
			if seen[a]++; uint32(seen[a]) == 1 {
				continue
			}
			if r.Extra++; uint32(seen[a]) == 2 {
				r.Again++
			}
			if e > lo && l.activity[e-1] == a {
				r.Loops++
			}
		}
	}
	var out []Rework
	for a, r := range all {
		if events[a] > r.Cases {
			r.Activity = uint32(a)
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b Rework) int {
		return cmp.Or(cmp.Compare(b.Extra, a.Extra), cmp.Compare(l.ActivityName(a.Activity), l.ActivityName(b.Activity)))
	})
	return out
}
