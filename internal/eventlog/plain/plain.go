// Package plain answers the questions of eventlog in the most obvious way, so
// that the fast engine has something to be held against.
//
// Takes: rows as they were written, one an event, in any order.
// Gives: Log, an eventlog.Engine whose every answer can be checked by reading it.
// Never: is fast, shares a line of reasoning with the columns, or is used where people wait.
package plain

import (
	"math/big"
	"slices"
	"sort"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/eventlog"
)

// Row is an event as it was written. A row without an activity (NoEvent) only
// makes its case known.
type Row struct {
	Case     string
	NoEvent  bool
	Activity string
	Time     int64
	Attrs    []eventlog.Attr
}

// Log is a history as a list of cases.
type Log struct {
	dict  *eventlog.Dict
	cases []eventlog.Trace
}

var _ eventlog.Engine = (*Log)(nil)

// New makes a log from rows. Activities get codes in the order of their first row.
func New(rows []Row, caseAttrs map[string][]eventlog.Attr) *Log {
	l := &Log{}
	var names []string
	for _, r := range rows {
		at := slices.IndexFunc(l.cases, func(t eventlog.Trace) bool { return t.ID == r.Case })
		if at < 0 {
			at = len(l.cases)
			l.cases = append(l.cases, eventlog.Trace{ID: r.Case, Attrs: caseAttrs[r.Case]})
		}
		if r.NoEvent {
			continue
		}
		if !slices.Contains(names, r.Activity) {
			names = append(names, r.Activity)
		}
		l.cases[at].Events = append(l.cases[at].Events, eventlog.Event{Activity: r.Activity, Time: r.Time, Attrs: r.Attrs})
	}
	for i := range l.cases {
		l.cases[i].Events = inOrder(l.cases[i].Events)
	}
	l.dict = eventlog.NewDict(names)
	return l
}

// inOrder sorts by time; an event without a time moves with the one written before it.
func inOrder(events []eventlog.Event) []eventlog.Event {
	var groups [][]eventlog.Event // a timed event and the untimed ones after it
	for _, e := range events {
		if e.Time == eventlog.NoTime && len(groups) > 0 {
			groups[len(groups)-1] = append(groups[len(groups)-1], e)
			continue
		}
		groups = append(groups, []eventlog.Event{e})
	}
	sort.SliceStable(groups, func(i, j int) bool { return groups[i][0].Time < groups[j][0].Time })
	return slices.Concat(groups...)
}

// Activities is the dictionary of activities.
func (l *Log) Activities() *eventlog.Dict { return l.dict }

func (l *Log) code(name string) uint32 {
	for c := range l.dict.Len() {
		if l.dict.At(uint32(c)) == name {
			return uint32(c)
		}
	}
	panic("plain: no activity " + name)
}

// Trace gives one case.
func (l *Log) Trace(c int) eventlog.Trace { return l.cases[c] }

func attr(attrs []eventlog.Attr, name string) eventlog.Value {
	for _, a := range attrs {
		if a.Name == name {
			return a.Value
		}
	}
	return eventlog.Missing
}

// hasCaseAttr reports whether any case has an attribute of that name.
func (l *Log) hasCaseAttr(name string) bool {
	return slices.ContainsFunc(l.cases, func(t eventlog.Trace) bool { return !attr(t.Attrs, name).IsMissing() })
}

func (l *Log) opening(c int, name string) eventlog.Value {
	t := l.cases[c]
	if l.hasCaseAttr(name) {
		return attr(t.Attrs, name)
	}
	if len(t.Events) == 0 {
		return eventlog.Missing
	}
	return attr(t.Events[0].Attrs, name)
}

// Select asks each case in turn.
func (l *Log) Select(f eventlog.Filter) eventlog.Selection {
	s := eventlog.Selection{}
	for c := range l.cases {
		if l.chosen(c, f) {
			s = append(s, uint32(c))
		}
	}
	return s
}

func (l *Log) chosen(c int, f eventlog.Filter) bool {
	for _, w := range f.Where {
		if w.Attr == eventlog.ActivityAttr {
			any := false
			for _, e := range l.cases[c].Events {
				for _, v := range w.Values {
					any = any || e.Activity == v.Text()
				}
			}
			if any != (w.Op == eventlog.In) {
				return false
			}
			continue
		}
		if !w.Holds(l.opening(c, w.Attr)) {
			return false
		}
	}
	if f.From != 0 || f.To != 0 {
		inside, timed := 0, l.timed(c)
		for _, t := range timed {
			if f.From <= t && t < f.To {
				inside++
			}
		}
		if len(timed) == 0 {
			return false
		}
		switch f.Window {
		case eventlog.Touching:
			if inside == 0 {
				return false
			}
		case eventlog.Within:
			if inside < len(timed) {
				return false
			}
		default:
			if timed[0] < f.From || timed[0] >= f.To {
				return false
			}
		}
	}
	if len(f.Ends) > 0 {
		o, _ := l.end(c, f.Map)
		return slices.Contains(f.Ends, o)
	}
	return true
}

func (l *Log) timed(c int) []int64 {
	var out []int64
	for _, e := range l.cases[c].Events {
		if e.Time != eventlog.NoTime {
			out = append(out, e.Time)
		}
	}
	return out
}

// end walks the events; whoever matches last decides, then the case attributes.
func (l *Log) end(c int, m eventlog.OutcomeMap) (throughline.Outcome, int) {
	o, at := throughline.StillOpen, -1
	for i, e := range l.cases[c].Events {
		for _, r := range m {
			v := attr(e.Attrs, r.Attr)
			if r.Attr == eventlog.ActivityAttr && slices.Contains(r.Values, e.Activity) ||
				r.Attr != eventlog.ActivityAttr && v.IsAny(r.Values) {
				o, at = r.Outcome, i
			}
		}
	}
	for _, r := range m {
		if v := attr(l.cases[c].Attrs, r.Attr); r.Attr != eventlog.ActivityAttr && v.IsAny(r.Values) {
			o, at = r.Outcome, -1
		}
	}
	return o, at
}

// wait sums with big numbers.
func wait(us []int64) eventlog.Wait {
	if len(us) == 0 {
		return eventlog.Wait{}
	}
	sum := new(big.Int)
	for _, d := range us {
		sum.Add(sum, big.NewInt(d))
	}
	mean, _ := new(big.Rat).SetFrac(sum, big.NewInt(int64(len(us)))).Float64()
	return eventlog.Wait{N: len(us), Mean: mean, Min: slices.Min(us), Max: slices.Max(us)}
}

// quantile walks p of the way from the least to the most over the gaps between
// neighbours, all of one width.
func quantile(us []int64, p float64) float64 {
	if len(us) == 0 {
		return 0
	}
	left := slices.Sorted(slices.Values(us))
	way := p * float64(len(us)-1)
	for ; way >= 1; way-- {
		left = left[1:]
	}
	if way == 0 || len(left) == 1 {
		return float64(left[0])
	}
	return float64(left[0]) + way*(float64(left[1])-float64(left[0]))
}
