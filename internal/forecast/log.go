package forecast

import (
	"math"
	"slices"
	"sort"
)

// Log is an event log in plain columns: cases 0..n-1, events in any order.
type Log struct {
	IDs        []string  // a case; nil: none
	End        []End     // a case
	EndDay     []float64 // a case: the day of its end, ignored where it is open
	Learned    []float64 // a case: the day its end was learned; nil: on the day
	Amount     []float64 // a case; NaN where missing; nil: none
	Attributes []Attribute
	Activities []string
	Case       []int32 // an event
	Activity   []int32 // an event
	Day        []float64
	Known      []float64 // an event: the day it was learned; nil: on its own day
	Until      float64   // 0: the last event's day
	Ends       []End     // which ends can come; nil: those that did
}

// Attribute is an opening attribute: known when the case opens. Number or Text
// is set, one value a case; NaN and "" are missing.
type Attribute struct {
	Name   string
	Number []float64
	Text   []string
}

// LastActivity is what a log's states are called.
const LastActivity = "last activity"

// FromLog reads a log as a history. Covariates as of a day: age, days since the
// last event, events so far, which activities have been seen, how often the last
// one came, and the opening attributes. The state is the last activity.
func FromLog(l Log) (*History, error) {
	const op = "read log"
	n, m := len(l.End), len(l.Case)
	if len(l.EndDay) != n || l.IDs != nil && len(l.IDs) != n || l.Amount != nil && len(l.Amount) != n || l.Learned != nil && len(l.Learned) != n ||
		len(l.Activity) != m || len(l.Day) != m || l.Known != nil && len(l.Known) != m {
		return nil, invalid(op, "columns differ in length: %d cases, %d events", n, m)
	}
	order := make([]int32, m)
	for e := range order {
		if c, a := l.Case[e], l.Activity[e]; c < 0 || int(c) >= n || a < 0 || int(a) >= len(l.Activities) || !finite(l.Day[e]) {
			return nil, invalid(op, "event %d has no case, activity or day", e)
		}
		order[e] = int32(e)
	}
	known := func(e int32) float64 {
		if l.Known == nil {
			return l.Day[e]
		}
		return max(l.Known[e], l.Day[e])
	}
	slices.SortStableFunc(order, func(a, b int32) int {
		if c := l.Case[a] - l.Case[b]; c != 0 {
			return int(c)
		}
		return cmpFloat(known(a), known(b))
	})
	from := make([]int, n+1)
	days, acts := make([]float64, m), make([]int32, m)
	for k, e := range order {
		days[k], acts[k] = known(e), l.Activity[e]
		from[l.Case[e]+1] = k + 1
	}
	for c := range n {
		from[c+1] = max(from[c+1], from[c])
	}
	h := &History{States: l.Activities, Until: l.Until, Ends: l.Ends}
	if h.Ends == nil {
		for _, e := range []End{Won, Lost, NoDecision} {
			if slices.Contains(l.End, e) {
				h.Ends = append(h.Ends, e)
			}
		}
	}
	if h.Until == 0 {
		for _, d := range days {
			h.Until = max(h.Until, d)
		}
	}
	h.Fields = []Field{
		{Name: "age"},
		{Name: "days since last event", Quiet: true},
		{Name: "events so far"},
		{Name: "times last activity came"},
	}
	base := len(h.Fields)
	for _, a := range l.Activities {
		h.Fields = append(h.Fields, Field{Name: "seen " + a, Kind: Flag})
	}
	attrs := len(h.Fields)
	values := make([][]float64, len(l.Attributes))
	for j, a := range l.Attributes {
		f := Field{Name: a.Name}
		values[j] = a.Number
		if a.Text != nil {
			f.Kind = Category
			values[j], f.Levels = coded(a.Text)
		}
		if len(values[j]) != n {
			return nil, invalid(op, "attribute %q has %d values for %d cases", a.Name, len(values[j]), n)
		}
		h.Fields = append(h.Fields, f)
	}
	for c := range n {
		if from[c] == from[c+1] {
			return nil, invalid(op, "case %d has no event", c)
		}
		s := Subject{Opened: days[from[c]], End: l.End[c], Amount: math.NaN()}
		if l.IDs != nil {
			s.ID = l.IDs[c]
		}
		if l.Amount != nil {
			s.Amount = l.Amount[c]
		}
		if s.End != Open {
			s.Ended = l.EndDay[c]
			if l.Learned != nil {
				s.Learned = l.Learned[c]
			}
		}
		h.Subjects = append(h.Subjects, s)
	}
	width := len(l.Activities)
	h.At = func(i int, day float64, row []float64) int {
		clear(row)
		list := acts[from[i]:from[i+1]]
		list = list[:sort.SearchFloat64s(days[from[i]:from[i+1]], math.Nextafter(day, math.Inf(1)))]
		for j := range values {
			row[attrs+j] = values[j][i]
		}
		row[0] = day - days[from[i]]
		if len(list) == 0 {
			return -1
		}
		last := list[len(list)-1]
		row[1] = day - days[from[i]+len(list)-1]
		row[2] = float64(len(list))
		seen := row[base : base+width]
		for _, a := range list {
			seen[a] = 1
			if a == last {
				row[3]++
			}
		}
		return int(last)
	}
	return h, nil
}

// coded numbers texts in order of first appearance.
func coded(text []string) ([]float64, []string) {
	at := map[string]int{}
	var levels []string
	out := make([]float64, len(text))
	for i, v := range text {
		if v == "" {
			out[i] = math.NaN()
			continue
		}
		k, ok := at[v]
		if !ok {
			k = len(levels)
			at[v], levels = k, append(levels, v)
		}
		out[i] = float64(k)
	}
	return out, levels
}
