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
	lag      int64 // a milestone counts from so long after it was met
	atEnd    []int // milestone -> ended cases that met it later than that before their end
	aside    []Aside
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
	w.lag = w.lagOf()
	w.choose(m)
	w.setAside()
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

// mostLag is a day: what is ticked within hours of the end was ticked because
// the end was there.
const mostLag = 24 * 3600 * 1e6

// lagOf is a day, or a twentieth of how long half of the ended cases take.
func (w *course) lagOf() int64 {
	var lasts []int64
	for i, sp := range w.spells {
		if w.end[i] > 0 {
			lasts = append(lasts, sp.End-sp.Begin)
		}
	}
	if len(lasts) == 0 {
		return 0
	}
	return int64(min(mostLag, eventlog.Quantile(lasts, 0.5)/20))
}

// setAside takes out the steps that come with the end: of the ended cases that
// met one, four in five met it no earlier than the lag before the end.
func (w *course) setAside() {
	met, late := make([]int, len(w.names)), make([]int, len(w.names))
	seen := make([]int, len(w.names))
	for i, sp := range w.spells {
		if w.end[i] == 0 {
			continue
		}
		lo, hi := w.l.Span(sp.Case)
		for e := lo; e < hi; e++ {
			k := w.of[w.l.Activity()[e]]
			if t := w.l.Times()[e]; k >= 0 && seen[k] != i+1 && t != eventlog.NoTime {
				seen[k] = i + 1
				met[k]++
				if t+w.lag >= sp.End {
					late[k]++
				}
			}
		}
	}
	to := make([]int32, len(w.names))
	var kept []string
	for k, name := range w.names {
		if to[k] = -1; met[k] >= leastEnds && 5*late[k] >= 4*met[k] {
			w.aside = append(w.aside, Aside{Name: name, Cases: late[k], Of: met[k]})
			continue
		}
		to[k] = int32(len(kept))
		kept, w.atEnd = append(kept, name), append(w.atEnd, late[k])
	}
	w.names = kept
	for a, k := range w.of {
		if k >= 0 {
			w.of[a] = to[k]
		}
	}
}

// walk cuts each spell where a milestone begins to count. A milestone met at
// the end, or within the lag before it, came too late to have led to it.
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
			if t+w.lag < sp.End {
				first = append(first, met{t + w.lag, k})
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
	cases := make([]uint32, len(w.spells))
	for i, sp := range w.spells {
		cases[i] = uint32(sp.Case)
	}
	for _, name := range w.set.Adjust {
		col := w.l.Opening(name)
		if col == nil {
			continue
		}
		text := kindsOf(col, cases)
		counts := map[string]int{}
		for _, v := range text {
			counts[v]++
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
