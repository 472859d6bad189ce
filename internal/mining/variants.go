package mining

import (
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/eventlog"
)

// Ways lists the paths cases take.
type Ways struct {
	Variants int   `json:"variants"` // different paths in all
	Single   int   `json:"single"`   // taken by one case only
	Half     int   `json:"half"`     // how many of the commonest cover half the cases
	Most     int   `json:"most"`     // and four fifths
	Rows     []Way `json:"rows"`
}

// Way is one path. Days are the median from first to last event.
type Way struct {
	Activities []string       `json:"activities"`
	Cases      int            `json:"cases"`
	Share      float64        `json:"share"`
	Ends       map[string]int `json:"ends"`
	Days       float64        `json:"days_median"`
	First      string         `json:"first_case"`
}

// Variants lists the paths of the selected cases, commonest first, limit of
// them (all for 0). ends says how each case of the log ended.
func Variants(l *eventlog.Log, s eventlog.Selection, ends []eventlog.End, limit int) Ways {
	d := l.Doings() // what starts and completes is one step of a way
	vs := d.Variants(s)
	out := Ways{Variants: len(vs), Rows: []Way{}}
	sum := 0
	for i, v := range vs {
		sum += v.Cases
		if v.Cases == 1 {
			out.Single++
		}
		if out.Half == 0 && 2*sum >= len(s) {
			out.Half = i + 1
		}
		if out.Most == 0 && 5*sum >= 4*len(s) {
			out.Most = i + 1
		}
	}
	shown := vs
	if limit > 0 && len(vs) > limit {
		shown = vs[:limit]
	}
	variant := d.VariantOf()
	row := map[uint32]int{} // variant -> its row
	lasting := make([][]int64, len(shown))
	for i, v := range shown {
		w := Way{Cases: v.Cases, Share: float64(v.Cases) / float64(len(s)), Ends: map[string]int{}, First: l.CaseID(v.First), Activities: []string{}}
		for _, a := range v.Activities {
			w.Activities = append(w.Activities, l.ActivityName(a))
		}
		out.Rows = append(out.Rows, w)
		row[variant[v.First]] = i
	}
	for _, c := range s {
		i, ok := row[variant[c]]
		if !ok {
			continue
		}
		out.Rows[i].Ends[outcomeOf(ends, c).Word()]++
		if first, last := bounds(l, int(c)); first != eventlog.NoTime {
			lasting[i] = append(lasting[i], last-first)
		}
	}
	for i := range out.Rows {
		slices.Sort(lasting[i])
		out.Rows[i].Days = days(eventlog.Quantile(lasting[i], 0.5))
	}
	return out
}

func outcomeOf(ends []eventlog.End, c uint32) throughline.Outcome {
	if int(c) < len(ends) {
		return ends[c].Outcome
	}
	return throughline.StillOpen
}

// bounds gives the first and last time of a case, NoTime where it has none.
func bounds(l *eventlog.Log, c int) (first, last int64) {
	first, last = eventlog.NoTime, eventlog.NoTime
	lo, hi := l.Span(c)
	for _, t := range l.Times()[lo:hi] {
		if t == eventlog.NoTime {
			continue
		}
		if first == eventlog.NoTime {
			first = t
		}
		last = t
	}
	return first, last
}

// Pace says how long an activity is worked on, and how long it is waited for
// after what was done before it, where events say when each was begun and done.
// Days are medians.
type Pace struct {
	Times  int     // begun and done
	Worked float64 // from start to end, without pauses
	Waited float64 // from the end of the one before to its start; 0 where they overlap
}

// Paces gives the pace of each activity, by its code, and of whole cases, of
// which Worked is the time in which anything was worked on and Waited the rest.
// Nil where events do not say.
func Paces(l *eventlog.Log, s eventlog.Selection) ([]Pace, Pace) {
	d := l.Doings()
	if d.Of == nil {
		return nil, Pace{}
	}
	n := l.Activities().Len()
	worked, waited := make([][]int64, n), make([][]int64, n)
	var busy, idle []int64
	for _, c := range s {
		lo, hi := d.Span(int(c))
		for k := lo; k < hi; k++ {
			a := d.Activity()[k]
			if d.Worked[k] != eventlog.NoTime {
				worked[a] = append(worked[a], d.Worked[k])
			}
			if k > lo && d.Times()[k] != eventlog.NoTime && d.End(k-1) != eventlog.NoTime {
				waited[a] = append(waited[a], max(d.Times()[k]-d.End(k-1), 0))
			}
		}
		if first, last := bounds(l, int(c)); first != eventlog.NoTime && d.Busy[c] != eventlog.NoTime {
			busy, idle = append(busy, d.Busy[c]), append(idle, last-first-d.Busy[c])
		}
	}
	out := make([]Pace, n)
	for a := range out {
		out[a] = Pace{len(worked[a]), days(eventlog.Quantile(worked[a], 0.5)), days(eventlog.Quantile(waited[a], 0.5))}
	}
	return out, Pace{len(busy), days(eventlog.Quantile(busy, 0.5)), days(eventlog.Quantile(idle, 0.5))}
}
