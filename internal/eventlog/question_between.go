package eventlog

// Gap is the way from one event of a case to a later one. Wait is in
// microseconds, NoTime where one of the two events has no time. Events are
// counted within the case, from 0.
type Gap struct {
	Case, From, To int
	Wait           int64
}

func (l *Log) gap(c, from, to int) Gap {
	lo := int(l.offsets[c])
	g := Gap{c, from - lo, to - lo, NoTime}
	if a, b := l.times[from], l.times[to]; a != NoTime && b != NoTime {
		g.Wait = b - a
	}
	return g
}

// Between gives, for each selected case that has both, the way from its first
// event of one activity to the next event of the other after it. The same
// activity twice asks for the way from its first to its second event.
func (l *Log) Between(s Selection, from, to uint32) []Gap {
	var out []Gap
	for _, c := range s {
		lo, hi := l.Span(int(c))
		begin := -1
		for e := lo; e < hi; e++ {
			if begin >= 0 && l.activity[e] == to {
				out = append(out, l.gap(int(c), begin, e))
				break
			}
			if begin < 0 && l.activity[e] == from {
				begin = e
			}
		}
	}
	return out
}

// TimedWaits gives the waits of those gaps that have one, for WaitOf and Quantile.
func TimedWaits(gaps []Gap) []int64 {
	out := make([]int64, 0, len(gaps))
	for _, g := range gaps {
		if g.Wait != NoTime {
			out = append(out, g.Wait)
		}
	}
	return out
}
