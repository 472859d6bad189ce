package forecast

import (
	"math"
	"slices"

	"github.com/throughline/throughline/internal/survival"
)

// baselines are what the model has to beat. docs/methods/forecast-baselines.md.
type baselines struct {
	ends   int
	all    *survival.Incidence // waits from landmarks, all together
	state  *survival.Incidence // the same by state; the last stratum holds those without one
	n      []float64           // subjects behind each state
	total  float64             // subjects behind all
	prior  []float64           // shares
	days   float64
	weight float64
	share  [][]float64 // ends of closed subjects that had been in each state
	whole  []float64   // ends of all closed subjects
	rate   []float64   // last quarter's ends a day for each open subject
}

func newBaselines(h *History, l *landmarks, p *part, asOf float64) *baselines {
	ends := p.ends
	b := &baselines{ends: ends, days: 90, n: make([]float64, len(h.States)+1)}
	b.prior = make([]float64, ends)
	for k, v := range p.level {
		b.prior[k] = math.Exp(v)
		b.weight += b.prior[k]
	}
	for k := range b.prior {
		b.prior[k] /= b.weight
	}
	b.weight = 4
	s := survival.Spells{Ends: ends, Strata: len(h.States) + 1}
	seen := map[[2]int32]bool{}
	last := int32(-1)
	b.share = make([][]float64, len(h.States)+1)
	for g := range b.share {
		b.share[g] = make([]float64, ends)
	}
	b.whole = make([]float64, ends)
	var done, followed float64
	quarter := make([]float64, ends)
	var exposure float64
	for k, i := range p.rows {
		f := p.fates[k]
		g := l.state[i]
		if g < 0 {
			g = int32(len(h.States))
		}
		for range l.stands(i) { // the curves know no weights
			s.Time, s.End, s.Stratum = append(s.Time, f.wait), append(s.End, f.end), append(s.Stratum, g)
		}
		if key := [2]int32{l.subject[i], g}; !seen[key] {
			seen[key] = true
			b.n[g]++
			if f.end > 0 {
				b.share[g][f.end-1]++
			}
		}
		if l.subject[i] != last {
			last = l.subject[i]
			b.total++
			followed += f.wait
			if f.end > 0 {
				b.whole[f.end-1]++
				done++
			}
			from := max(l.day[i], asOf-91.3)
			if gone := l.day[i] + f.wait; gone > from {
				exposure += gone - from
				if f.end > 0 {
					quarter[f.end-1]++
				}
			}
		}
	}
	if done > 0 {
		b.days = followed / done * math.Ln2
	}
	b.rate = make([]float64, ends)
	for k := range quarter {
		// A weight's worth of the prior, so that a quiet quarter is no certainty.
		b.rate[k] = (quarter[k] + b.prior[k]) / (exposure + b.days/math.Ln2)
	}
	b.state, _ = survival.AalenJohansen(s)
	s.Stratum, s.Strata = nil, 1
	b.all, _ = survival.AalenJohansen(s)
	return b
}

// plain writes the chances by a horizon, whatever the state; the last is "open".
func (b *baselines) plain(horizon float64, out []float64) {
	soon := -math.Expm1(-math.Ln2 * horizon / b.days)
	var p []float64
	if b.all != nil && len(b.all.Time) > 0 {
		p, _, _, _ = b.all.At(0, horizon)
	}
	b.mix(p, b.total, b.weight, func(k int) float64 { return b.prior[k] * soon }, out)
}

// mix blends observed chances on n subjects with weight subjects' worth of others.
func (b *baselines) mix(p []float64, n, weight float64, other func(k int) float64, out []float64) {
	rest := 1.0
	for k := range b.ends {
		v := other(k)
		if p != nil && n > 0 {
			v = (n*p[k] + weight*v) / (n + weight)
		}
		out[k] = v
		rest -= v
	}
	out[b.ends] = max(rest, 0)
}

func (b *baselines) group(state int32) int {
	if state < 0 || int(state) >= len(b.n)-1 {
		return len(b.n) - 1
	}
	return int(state)
}

// byState writes Aalen-Johansen by state, shrunk to the plain rate.
func (b *baselines) byState(state int32, horizon float64, out []float64) {
	var whole [Kinds + 1]float64
	b.plain(horizon, whole[:])
	g := b.group(state)
	var p []float64
	if b.state != nil && b.n[g] > 0 {
		p, _, _, _ = b.state.At(g, horizon)
	}
	b.mix(p, b.n[g], b.weight, func(k int) float64 { return whole[k] }, out)
}

// stage writes what a CRM does: the share of closed deals that had been in the
// state, spread over time as ends are on the whole.
func (b *baselines) stage(state int32, horizon float64, out []float64) {
	var whole [Kinds + 1]float64
	b.plain(horizon, whole[:])
	gone := 1 - whole[b.ends]
	g := b.group(state)
	sum, all := 0.0, 0.0
	for k := range b.ends {
		sum += b.share[g][k]
		all += b.whole[k]
	}
	rest := 1.0
	for k := range b.ends {
		overall := (b.whole[k] + b.weight*b.prior[k]) / (all + b.weight)
		out[k] = gone * (b.share[g][k] + 2*overall) / (sum + 2)
		rest -= out[k]
	}
	out[b.ends] = max(rest, 0)
}

// quarter writes the last quarter's rate of each end, held constant.
func (b *baselines) quarter(horizon float64, out []float64) {
	total := 0.0
	for _, r := range b.rate {
		total += r
	}
	gone := -math.Expm1(-total * horizon)
	for k, r := range b.rate {
		out[k] = gone * r / total
	}
	out[b.ends] = 1 - gone
}

// say writes the chances of a model by each horizon, ends+1 a horizon.
func (m *Model) say(name string, state int32, row []float64, horizons []float64, w *work, out []float64) {
	k := len(m.ends)
	if name == Hazards {
		w.cols, w.vals = w.cols[:0], w.vals[:0]
		m.design.write(state, row, w.set)
		m.mean(horizons, w, out)
		return
	}
	if name == AgeAndState {
		w.cols, w.vals = w.cols[:0], w.vals[:0]
		m.plain.design.write(state, row, w.set)
		m.chances(m.plain.fit, w.cols, w.vals, nil, horizons, w.scratch, out)
		return
	}
	for q, x := range horizons {
		o := out[q*(k+1) : (q+1)*(k+1)]
		switch name {
		case ByState:
			m.base.byState(state, x, o)
		case StageRate:
			m.base.stage(state, x, o)
		case LastQuarter:
			m.base.quarter(x, o)
		default:
			m.base.plain(x, o)
		}
	}
}

// mean writes the hazard model's chances of the columns in w: the mean over what
// its parameters may be.
func (m *Model) mean(horizons []float64, w *work, out []float64) {
	if len(m.likely) == 0 {
		m.chances(m.fit, w.cols, w.vals, nil, horizons, w.scratch, out)
		return
	}
	clear(out)
	one := make([]float64, len(out))
	for _, par := range m.likely {
		m.chances(m.fit, w.cols, w.vals, par, horizons, w.scratch, one)
		for i, v := range one {
			out[i] += v / float64(len(m.likely))
		}
	}
}

// work is one caller's scratch space.
type work struct {
	cols    []int32
	vals    []float64
	scratch []float64
	set     func(col int, v float64)
}

func (m *Model) work() *work {
	w := &work{scratch: make([]float64, len(m.bins.edge)*len(m.ends))}
	w.set = func(col int, v float64) {
		if v != 0 {
			w.cols, w.vals = append(w.cols, int32(col)), append(w.vals, v)
		}
	}
	return w
}

var competitors = []string{Hazards, AgeAndState, ByState, StageRate, LastQuarter, PlainRate}

func contains(names []string, name string) bool { return slices.Contains(names, name) }
