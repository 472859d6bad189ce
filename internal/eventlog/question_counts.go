package eventlog

import (
	"cmp"
	"slices"
	"strings"

	"github.com/throughline/throughline"
)

// Group counts the cases that share the values of some attributes.
type Group struct {
	Values   []Value // one for each attribute asked for, as known when the case opened
	Cases    int
	Events   int
	Outcomes map[throughline.Outcome]int // cases by end; StillOpen for those without one
}

// Counts groups the selected cases by opening attributes (Log.Opening) and
// counts their ends: most cases first, then by values, missing before any.
func (l *Log) Counts(s Selection, by []string, m OutcomeMap) []Group {
	cols := make([]*Column, len(by))
	for i, name := range by {
		cols[i] = l.Opening(name)
	}
	ends, _ := l.Outcomes(m)
	at := map[string]int{}
	var out []Group
	var key strings.Builder
	for _, c := range s {
		key.Reset()
		values := make([]Value, len(by))
		for i, col := range cols {
			if col != nil {
				values[i] = col.Value(int(c))
			}
			writeKey(&key, values[i])
		}
		g, ok := at[key.String()]
		if !ok {
			g = len(out)
			at[key.String()] = g
			out = append(out, Group{Values: values, Outcomes: map[throughline.Outcome]int{}})
		}
		lo, hi := l.Span(int(c))
		out[g].Cases++
		out[g].Events += hi - lo
		out[g].Outcomes[ends[c].Outcome]++
	}
	SortGroups(out)
	return out
}

func writeKey(b *strings.Builder, v Value) {
	b.WriteByte(byte(v.Type))
	for i := range 8 {
		b.WriteByte(byte(v.bits >> (8 * i)))
		b.WriteByte(byte(len(v.text) >> (8 * i)))
	}
	b.WriteString(v.text)
}

// SortGroups puts groups in the order of Counts.
func SortGroups(gs []Group) {
	slices.SortFunc(gs, func(a, b Group) int {
		return cmp.Or(cmp.Compare(b.Cases, a.Cases), slices.CompareFunc(a.Values, b.Values, func(v, w Value) int {
			if o, ok := Compare(v, w); ok && o != 0 {
				return o
			}
			return cmp.Or(cmp.Compare(v.Type, w.Type), cmp.Compare(v.text, w.text), cmp.Compare(v.bits, w.bits))
		}))
	})
}
