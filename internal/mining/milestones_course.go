package mining

import (
	"cmp"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/survival"
)

// course is the way of all cases through the milestones: rows between one
// change and the next.
type course struct {
	l        *eventlog.Log
	set      MilestoneSettings
	spells   []eventlog.Spell
	end      []uint8 // of each spell: number of the kind from 1, 0 open or none of them
	names    []string
	of       []int32 // activity -> milestone, -1
	adjusted []string
	rows     survival.Spells
	met      [][]uint64 // row -> milestones met, as bits
	sum      []float64  // row -> how many
	extra    [][]float64
	spell    []int32  // row -> spell
	any      [][]bool // milestone -> spell -> met at any time
	wait     [][]int64
}

func newCourse(l *eventlog.Log, spells []eventlog.Spell, m eventlog.OutcomeMap, set MilestoneSettings) *course {
	w := &course{l: l, set: set, spells: spells, end: make([]uint8, len(spells))}
	for i, sp := range spells {
		for k, e := range set.Ends {
			if slices.Contains(e.Outcomes, sp.Outcome) {
				w.end[i] = uint8(k + 1)
			}
		}
		if w.end[i] == 0 && sp.Outcome != throughline.StillOpen {
			w.end[i] = uint8(len(set.Ends) + 1) // an end of another kind censors
		}
	}
	w.choose(m)
	w.walk()
	w.adjust()
	return w
}

// choose picks the milestones.
func (w *course) choose(m eventlog.OutcomeMap) {
	w.of = make([]int32, w.l.Activities().Len())
	for i := range w.of {
		w.of[i] = -1
	}
	take := func(code uint32) {
		w.of[code] = int32(len(w.names))
		w.names = append(w.names, w.l.ActivityName(code))
	}
	if w.set.Names != nil {
		for _, n := range w.set.Names {
			if code, ok := w.l.Activities().Find(n); ok && w.of[code] < 0 {
				take(code)
			}
		}
		return
	}
	cases := make([]int, len(w.of))
	seen := make([]int, len(w.of))
	first := make([]int, len(w.of))
	for i, sp := range w.spells {
		lo, hi := w.l.Span(sp.Case)
		for e := lo; e < hi; e++ {
			a := w.l.Activity()[e]
			if seen[a] != i+1 {
				seen[a] = i + 1
				cases[a]++
			}
			if e == lo {
				first[a]++
			}
		}
	}
	ends := map[string]bool{}
	for _, r := range m {
		if r.Attr == eventlog.ActivityAttr {
			for _, v := range r.Values {
				ends[v] = true
			}
		}
	}
	for a, n := range cases {
		name := w.l.ActivityName(uint32(a))
		switch {
		case ends[name], slices.Contains(w.set.Leave, name): // the end is no milestone on the way to it
		case n < max(10, len(w.spells)/50), n > len(w.spells)-max(10, len(w.spells)/50):
		case 2*first[a] > n: // the opening itself
		default:
			take(uint32(a))
		}
	}
}

// walk cuts each spell where a milestone is met. A milestone met at the very
// end came too late to have led to it.
func (w *course) walk() {
	n := len(w.names)
	words := (n + 63) / 64
	w.any = make([][]bool, n)
	w.wait = make([][]int64, n)
	for k := range w.any {
		w.any[k] = make([]bool, len(w.spells))
	}
	type met struct {
		at int64
		k  int32
	}
	var first []met
	seen := make([]int, n)
	for i, sp := range w.spells {
		lo, hi := w.l.Span(sp.Case)
		first = first[:0]
		for e := lo; e < hi; e++ {
			k := w.of[w.l.Activity()[e]]
			if k < 0 || seen[k] == i+1 {
				continue
			}
			t := w.l.Times()[e]
			if t == eventlog.NoTime {
				continue
			}
			seen[k] = i + 1
			w.any[k][i] = true
			if w.end[i] == 1 && t <= sp.End {
				w.wait[k] = append(w.wait[k], sp.End-t)
			}
			if t < sp.End {
				first = append(first, met{t, k})
			}
		}
		slices.SortStableFunc(first, func(a, b met) int { return cmp.Compare(a.at, b.at) })
		from := 0.0
		bits := make([]uint64, words)
		sum := 0
		row := func(to float64, end uint8) {
			w.rows.Entry = append(w.rows.Entry, from)
			w.rows.Time = append(w.rows.Time, to)
			w.rows.End = append(w.rows.End, end)
			w.met = append(w.met, slices.Clone(bits))
			w.sum = append(w.sum, float64(sum))
			w.spell = append(w.spell, int32(i))
			from = to
		}
		for _, f := range first {
			if to := days(f.at - sp.Begin); to > from {
				row(to, 0)
			}
			bits[f.k/64] |= 1 << (f.k % 64)
			sum++
		}
		// a case that ends the moment it opens still ends
		row(max(days(sp.End-sp.Begin), from+1e-6), w.end[i])
	}
	w.rows.Ends = len(w.set.Ends) + 1
}

// adjust adds a column for each value of the opening attributes but the
// commonest. Values of fewer than twenty cases, and more than eight, are one.
func (w *course) adjust() {
	for _, name := range w.set.Adjust {
		col := w.l.Opening(name)
		if col == nil {
			continue
		}
		counts := map[string]int{}
		text := make([]string, len(w.spells))
		for i, sp := range w.spells {
			text[i] = col.Text(sp.Case)
			counts[text[i]]++
		}
		var values []string
		for v, n := range counts {
			if n >= 20 {
				values = append(values, v)
			}
		}
		slices.SortFunc(values, func(a, b string) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
		if len(values) < 2 {
			continue
		}
		w.adjusted = append(w.adjusted, name)
		for _, v := range values[1:min(len(values), 9)] {
			x := make([]float64, len(w.spell))
			for r, i := range w.spell {
				if text[i] == v {
					x[r] = 1
				}
			}
			w.extra = append(w.extra, x)
		}
	}
}
