package eventlog

import "github.com/throughline/throughline"

// Spell is a case's way from its opening to its end. A case that has not ended
// is StillOpen and runs to the day the question was asked for: it is censored,
// never counted as lost, however silent it is.
type Spell struct {
	Case    int
	Begin   int64 // first time of the case
	End     int64 // time of the event that decided; last time of the case where a case attribute did
	Outcome throughline.Outcome
}

// Spells gives a spell for each selected case that has a time; asOf censors
// the open ones (NoTime: at the log's last time). A case that opened after asOf
// has no spell; an end after asOf is not known yet. A case whose deciding event
// has no time has none either: that it ended is known, and how long it took is not.
func (l *Log) Spells(s Selection, m OutcomeMap, asOf int64) []Spell {
	if asOf == NoTime {
		_, asOf = l.Bounds()
	}
	ends, _ := l.Outcomes(m)
	out := make([]Spell, 0, len(s))
	for _, c := range s {
		lo, hi := l.Span(int(c))
		end := ends[c]
		stop := hi
		if end.Event >= 0 {
			if stop = end.Event + 1; l.times[end.Event] == NoTime {
				continue
			}
		}
		first, last := NoTime, NoTime
		for e := lo; e < hi; e++ {
			if t := l.times[e]; t != NoTime {
				if first == NoTime {
					first = t
				}
				if e < stop {
					last = t
				}
			}
		}
		if first == NoTime || first > asOf {
			continue
		}
		if end.Outcome == throughline.StillOpen || last > asOf {
			out = append(out, Spell{int(c), first, asOf, throughline.StillOpen})
			continue
		}
		out = append(out, Spell{int(c), first, last, end.Outcome})
	}
	return out
}
