package eventlog

// Ends counts the first and the last activity of each case that has events,
// most first, then by name.
func (l *Log) Ends(s Selection) (start, end []ActivityCount) {
	first, last := make([]int, l.activities.Len()), make([]int, l.activities.Len())
	for _, c := range s {
		if lo, hi := l.Span(int(c)); lo < hi {
			first[l.activity[lo]]++
			last[l.activity[hi-1]]++
		}
	}
	list := func(counts []int) (out []ActivityCount) {
		for a, n := range counts {
			if n > 0 {
				out = append(out, ActivityCount{uint32(a), n})
			}
		}
		l.sortCounts(out)
		return out
	}
	return list(first), list(last)
}
