package simulate

import (
	"cmp"
	"math"
	"slices"

	"github.com/throughline/throughline/internal/forecast"
)

// spell is one stay in a state, as far as it was seen.
type spell struct {
	path       int
	entry, out float64 // days in the state, from which and to which it was seen
	dest       int     // where it went; -1: it was not seen to leave
	first      bool    // seen from its first day on
}

// atOnce is what counts as no time at all, in days: sources that know days
// alone have many such steps.
const atOnce = 0.02

const (
	mostBins  = 20
	perBin    = 8 // events
	endsCount = int(forecast.Other)
)

// experience holds the spells of each state, cut by the bins in which hazards
// are held constant.
type experience struct {
	states int
	base   int
	paths  int
	spells [][]spell
	bins   [][]float64 // begins of the bins of each state, the first 0
	starts []int       // first state of each path
	recent []bool      // the path opened in the time that is learned from
	priced [][]price   // amounts of the won of each kind, the lowest first
	ended  [][]price   // amounts of all that ended
}

// price is the amount of a won deal, and whose it is.
type price struct {
	path   int
	amount float64
}

// dests is the number of places one may go to: states, then ends.
func (e *experience) dests() int { return e.states + endsCount }

// endOf is where an end stands among the places.
func endOf(states int, end forecast.End) int { return states + int(end) - 1 }

func learn(h *History, base int) *experience {
	e := &experience{states: len(h.States), base: base, paths: len(h.Paths), spells: make([][]spell, len(h.States)), bins: make([][]float64, len(h.States))}
	e.priced, e.ended = make([][]price, e.states/base), make([][]price, e.states/base)
	for i := range h.Paths {
		p := &h.Paths[i]
		e.starts = append(e.starts, p.Visits[0].State)
		e.recent = append(e.recent, p.opened() >= h.Since)
		if p.Amount > 0 && p.End != forecast.Open && p.Ended >= h.Since && p.Ended <= h.Until {
			kind := p.Visits[0].State / base
			e.ended[kind] = append(e.ended[kind], price{i, p.Amount})
			if p.End == forecast.Won {
				e.priced[kind] = append(e.priced[kind], price{i, p.Amount})
			}
		}
		for k, v := range p.Visits {
			s := spell{path: i, dest: -1, first: true}
			until := h.Until
			switch {
			case k+1 < len(p.Visits):
				until, s.dest = p.Visits[k+1].Day, p.Visits[k+1].State
			case p.End != forecast.Open:
				until, s.dest = p.Ended, endOf(e.states, p.End)
			}
			if until > h.Until {
				until, s.dest = h.Until, -1
			}
			if until < h.Since || until < v.Day {
				continue
			}
			if v.Day < h.Since {
				s.entry, s.first = h.Since-v.Day, false
			}
			s.out = until - v.Day
			e.spells[v.State] = append(e.spells[v.State], s)
		}
	}
	for _, list := range e.priced {
		slices.SortFunc(list, func(a, b price) int { return cmp.Compare(a.amount, b.amount) })
	}
	for s, list := range e.spells {
		e.bins[s] = binsOf(list)
	}
	return e
}

// binsOf cuts time in a state so that about as many leave in each bin.
func binsOf(list []spell) []float64 {
	var left []float64
	for _, s := range list {
		if s.dest >= 0 && s.out > atOnce {
			left = append(left, s.out)
		}
	}
	slices.Sort(left)
	out := []float64{0}
	k := min(max(len(left)/perBin, 1), mostBins)
	for i := 1; i < k; i++ {
		if b := left[i*len(left)/k]; b > out[len(out)-1]+atOnce {
			out = append(out, b)
		}
	}
	return out
}

// model is one drawing of how deals go: for each state and place the share that
// goes there at once, and the hazard a day in each bin of time.
type model struct {
	states int
	base   int // states of one kind of deals
	state  []stateModel
	start  []float64 // cumulative shares of first states
	priced [][]price
	prices [][]float64 // cumulative shares of the amounts
	win    []float64   // how much the won of a kind are worth, against all that ended
}

type stateModel struct {
	bins []float64
	atom []float64 // cumulative shares, by place, of those that leave at once
	ways []way
}

// way leads from a state to a place.
type way struct {
	dest int
	rate []float64 // a day, of each bin
	sum  []float64 // hazard up to the begin of each bin
}

// fit estimates the hazards with a weight for each path.
func (e *experience) fit(weight []float64) *model {
	m := &model{states: e.states, base: e.base, state: make([]stateModel, e.states), start: make([]float64, e.states)}
	for i, s := range e.starts {
		if e.recent[i] {
			m.start[s] += weight[i]
		}
	}
	cumulate(m.start)
	m.priced = e.priced
	for k, list := range e.priced {
		var w []float64
		for _, x := range list {
			w = append(w, weight[x.path])
		}
		m.win = append(m.win, 1)
		if all := mean(e.ended[k], weight); all > 0 && len(list) > 0 {
			m.win[k] = mean(list, weight) / all
		}
		cumulate(w)
		m.prices = append(m.prices, w)
	}
	for s := range m.state {
		m.state[s] = e.fitState(s, weight)
	}
	return m
}

func (e *experience) fitState(s int, weight []float64) stateModel {
	bins, n := e.bins[s], e.dests()
	out := stateModel{bins: bins, atom: make([]float64, n)}
	exposed, came := make([]float64, len(bins)), make([]float64, len(bins)*n)
	entered, some := 0.0, make([]bool, n)
	for _, sp := range e.spells[s] {
		w := weight[sp.path]
		if sp.first {
			entered += w
		}
		if sp.out <= atOnce && sp.first {
			if sp.dest >= 0 {
				out.atom[sp.dest] += w
			} else {
				entered -= w
			}
			continue
		}
		b := 0
		for ; b < len(bins); b++ {
			end := math.Inf(1)
			if b+1 < len(bins) {
				end = bins[b+1]
			}
			if from := max(bins[b], sp.entry); from < end {
				exposed[b] += w * max(min(sp.out, end)-from, 0)
			}
			if sp.out <= end {
				break
			}
		}
		if sp.dest >= 0 {
			came[b*n+sp.dest] += w
			some[sp.dest] = true
		}
	}
	for d := range n {
		if entered > 0 {
			out.atom[d] /= entered
		}
		if !some[d] {
			continue
		}
		y := way{dest: d, rate: make([]float64, len(bins)), sum: make([]float64, len(bins))}
		for b := range bins {
			if exposed[b] > 0 {
				y.rate[b] = came[b*n+d] / exposed[b]
			}
			if b > 0 {
				y.sum[b] = y.sum[b-1] + y.rate[b-1]*(bins[b]-bins[b-1])
			}
		}
		out.ways = append(out.ways, y)
	}
	for d := 1; d < n; d++ {
		out.atom[d] += out.atom[d-1]
	}
	return out
}

// cumulate makes running shares of weights.
func cumulate(w []float64) {
	sum := 0.0
	for i, x := range w {
		sum += x
		w[i] = sum
	}
	for i := range w {
		if sum > 0 {
			w[i] /= sum
		}
	}
}

func mean(list []price, weight []float64) float64 {
	sum, all := 0.0, 0.0
	for _, x := range list {
		sum += weight[x.path] * x.amount
		all += weight[x.path]
	}
	return sum / max(all, 1e-300)
}

// worth says what a deal brings if it is won: its own amount, so much less as the
// won of its kind are worth less than all; or, where it has none, one drawn from
// theirs.
func (m *model) worth(kind int, own, u float64) float64 {
	if own > 0 {
		return own * m.win[kind]
	}
	i, _ := slices.BinarySearch(m.prices[kind], u)
	if len(m.priced[kind]) == 0 {
		return 0
	}
	return m.priced[kind][min(i, len(m.priced[kind])-1)].amount
}

// by is the hazard of a way up to an age in the state.
func (y *way) by(bins []float64, age float64) float64 {
	b := len(bins) - 1
	for b > 0 && bins[b] > age {
		b--
	}
	return y.sum[b] + y.rate[b]*(age-bins[b])
}

// reach is the age at which the hazard of a way comes to x, infinite where it
// never does.
func (y *way) reach(bins []float64, x float64) float64 {
	b := len(bins) - 1
	for b > 0 && y.sum[b] >= x {
		b--
	}
	if y.rate[b] <= 0 {
		return math.Inf(1)
	}
	return bins[b] + (x-y.sum[b])/y.rate[b]
}
