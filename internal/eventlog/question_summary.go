package eventlog

import (
	"cmp"
	"slices"

	"github.com/throughline/throughline/internal/quantile"
)

// ActivityCount counts an activity.
type ActivityCount struct {
	Activity uint32
	Count    int
}

// Summary says what a history holds.
type Summary struct {
	Cases      int
	Empty      int // cases without events
	Events     int
	Untimed    int             // events without a time
	Activities []ActivityCount // events of each activity that occurs, most first, then by name
	First      int64           // NoTime where no event has a time
	Last       int64
	Lengths    [3]float64 // fewest, median, most events in a case
	Lasting    Wait       // first to last time of each case that has a time
	Median     float64    // of the same, in microseconds
	P90        float64
}

// Summary counts what the selected cases hold.
func (l *Log) Summary(s Selection) Summary {
	out := Summary{Cases: len(s), First: NoTime, Last: NoTime}
	counts := make([]int, l.activities.Len())
	lengths := make([]int64, 0, len(s))
	lasting := make([]int64, 0, len(s))
	for _, c := range s {
		lo, hi := l.Span(int(c))
		lengths = append(lengths, int64(hi-lo))
		out.Events += hi - lo
		if lo == hi {
			out.Empty++
			continue
		}
		first, last := NoTime, NoTime
		for e := lo; e < hi; e++ {
			counts[l.activity[e]]++
			t := l.times[e]
			if t == NoTime {
				out.Untimed++
				continue
			}
			if first == NoTime {
				first = t
			}
			last = t
		}
		if first == NoTime {
			continue
		}
		lasting = append(lasting, last-first)
		if out.First == NoTime || first < out.First {
			out.First = first
		}
		out.Last = max(out.Last, last)
	}
	for a, n := range counts {
		if n > 0 {
			out.Activities = append(out.Activities, ActivityCount{uint32(a), n})
		}
	}
	l.sortCounts(out.Activities)
	slices.Sort(lengths)
	out.Lengths = [3]float64{quantile.Of(lengths, 0), quantile.Of(lengths, 0.5), quantile.Of(lengths, 1)}
	out.Lasting = WaitOf(lasting)
	slices.Sort(lasting)
	out.Median, out.P90 = quantile.Of(lasting, 0.5), quantile.Of(lasting, 0.9)
	return out
}

// sortCounts orders by count, most first, then by name.
func (l *Log) sortCounts(list []ActivityCount) {
	slices.SortFunc(list, func(a, b ActivityCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(l.ActivityName(a.Activity), l.ActivityName(b.Activity)))
	})
}
