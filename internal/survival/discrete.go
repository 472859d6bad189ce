package survival

import (
	"math"
	"runtime"
	"sync"
)

// Followup is what discrete-time hazards are fitted to: rows with covariates,
// each followed through bins of time. A subject may have several rows
// (landmarks); Cluster says which belong together.
type Followup struct {
	Bins    int
	Ends    int
	First   []int32   // first bin followed; nil: 0
	Last    []int32   // last bin followed
	End     []uint8   // what happened in the last bin; 0: nothing
	Part    []float64 // share of the last bin that was seen where End is 0; nil: all of it
	Weight  []float64 // nil: 1
	Cluster []int32   // from 0; nil: each row its own
	Group   []int32   // row of Offset; nil: none
	Offset  []float64 // known log odds, Bins x Ends a group, added to the predictor
	X       *Sparse   // column 0 is 1 in every row: the level of each end
}

// DiscreteSettings say how strongly each part is held back. Every ridge is a
// prior precision: 0 is none.
type DiscreteSettings struct {
	Ridge    []float64 // a column, for the effect
	Turn     []float64 // a column, for how the effect changes over bins; nil: it does not
	BinRidge float64   // for what a bin adds to the level of an end
	Level    []float64 // prior log odds a bin of each end, the centre of column 0; nil: 0
	Start    []float64 // parameters to start from; nil: Level
	Rounds   int       // at most; 0 is 300
	Epsilon  float64   // gradient at which to stop, a row; 0 is 1e-7
}

// Discrete is a fitted multinomial-logit hazard: in bin b an open subject with
// covariates x meets end k with odds exp(x'beta_k + t_b x'gamma_k + d_kb)
// against staying open, where t runs from -1 to 1 over the bins.
// docs/methods/survival-discrete.md.
type Discrete struct {
	Bins, Ends, Cols int
	Turns            bool
	Par              []float64 // an end: Cols effects, Cols turns if Turns, Bins levels
	LogLik           float64   // without the penalty
	Rounds           int
	Settled          bool
}

func (d *Discrete) width() int {
	if d.Turns {
		return 2*d.Cols + d.Bins
	}
	return d.Cols + d.Bins
}

// tilt gives t_b.
func (d *Discrete) tilt(b int) float64 {
	if d.Bins < 2 {
		return 0
	}
	return 2*float64(b)/float64(d.Bins-1) - 1
}

// FitDiscrete maximises the penalised likelihood (L-BFGS with the curvature's
// diagonal). Source: Brown 1975, Tutz and Schmid 2016;
// docs/methods/survival-discrete.md.
func FitDiscrete(f Followup, set DiscreteSettings) (*Discrete, error) {
	w, err := newDiscreteWork(f, set)
	if err != nil {
		return nil, err
	}
	d := w.Discrete
	if set.Start != nil && len(set.Start) == len(d.Par) {
		copy(d.Par, set.Start)
	} else {
		for k := range set.Level {
			d.Par[k*d.width()] = set.Level[k]
		}
	}
	rounds, eps := set.Rounds, set.Epsilon
	if rounds == 0 {
		rounds = 300
	}
	if eps == 0 {
		eps = 1e-7
	}
	curve := w.curvature(d.Par)
	scale := 1 / max(1, w.weight)
	d.Rounds, d.Settled = descend(d.Par, curve, rounds, eps/scale, w.value)
	d.LogLik = w.loglik(d.Par)
	return d, nil
}

type discreteWork struct {
	*Discrete
	f       Followup
	penalty []float64 // a parameter
	centre  []float64
	weight  float64
}

const chunk = 1024 // rows a worker takes; fixed, so that sums do not depend on the machine

func newDiscreteWork(f Followup, set DiscreteSettings) (*discreteWork, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	if len(set.Ridge) != f.X.Cols || set.Turn != nil && len(set.Turn) != f.X.Cols || set.Level != nil && len(set.Level) != f.Ends {
		return nil, invalid(fitDiscrete, "a ridge for each of %d columns and a level for each of %d ends are needed", f.X.Cols, f.Ends)
	}
	w := &discreteWork{Discrete: &Discrete{Bins: f.Bins, Ends: f.Ends, Cols: f.X.Cols, Turns: set.Turn != nil}, f: f}
	q := w.width()
	w.Par, w.penalty, w.centre = make([]float64, q*f.Ends), make([]float64, q*f.Ends), make([]float64, q*f.Ends)
	for k := range f.Ends {
		p := w.penalty[k*q : (k+1)*q]
		copy(p, set.Ridge)
		if w.Turns {
			copy(p[w.Cols:], set.Turn)
		}
		for b := range f.Bins {
			p[q-f.Bins+b] = set.BinRidge
		}
		if set.Level != nil {
			w.centre[k*q] = set.Level[k]
		}
	}
	for i := range f.Last {
		w.weight += w.rowWeight(i)
	}
	return w, nil
}

const fitDiscrete = "fit discrete hazards"

// check looks that the columns are of one length and that every number in them
// is one that can be. The loops that follow do not look again.
func (f Followup) check() error {
	if f.X == nil || f.Bins < 1 || f.Ends < 1 || !f.even() {
		return invalid(fitDiscrete, "columns differ in length, or there is no bin or end")
	}
	n := len(f.Last)
	if f.Group != nil && len(f.Group) != n {
		return invalid(fitDiscrete, "%d groups for %d rows", len(f.Group), n)
	}
	for _, g := range f.Group {
		if g < 0 || (int(g)+1)*f.Bins*f.Ends > len(f.Offset) {
			return invalid(fitDiscrete, "group %d has no offset", g)
		}
	}
	for i, b := range f.Last {
		if b < 0 || int(b) >= f.Bins || int(f.End[i]) > f.Ends || f.First != nil && (f.First[i] < 0 || f.First[i] > b) {
			return invalid(fitDiscrete, "row %d has a bin or an end that does not exist", i)
		}
	}
	for _, v := range f.X.val {
		if !finite(v) {
			return invalid(fitDiscrete, "a covariate is not a finite number")
		}
	}
	return nil
}

// even reports whether the columns that there are have a row each for every subject.
func (f Followup) even() bool {
	n := len(f.Last)
	return f.X.Rows() == n && len(f.End) == n && (f.First == nil || len(f.First) == n) && (f.Part == nil || len(f.Part) == n) &&
		(f.Weight == nil || len(f.Weight) == n) && (f.Cluster == nil || len(f.Cluster) == n)
}

func (w *discreteWork) rowWeight(i int) float64 {
	if w.f.Weight == nil {
		return 1
	}
	return w.f.Weight[i]
}

// chunks runs do over fixed spans of rows; each has a slot of its own.
func (w *discreteWork) chunks(do func(slot, from, to int)) int {
	n := len(w.f.Last)
	total := (n + chunk - 1) / chunk
	workers := min(runtime.GOMAXPROCS(0), total)
	if workers <= 1 {
		for c := range total {
			do(c, c*chunk, min(n, (c+1)*chunk))
		}
		return total
	}
	var wg sync.WaitGroup
	for k := range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for c := k; c < total; c += workers {
				do(c, c*chunk, min(n, (c+1)*chunk))
			}
		}()
	}
	wg.Wait()
	return total
}

// follow walks row i through its bins and calls see with the chance of each end
// and what happened there. It gives the row's log likelihood.
func (w *discreteWork) follow(i int, par, eta, prob []float64, see func(b int, weight float64, prob []float64, end int)) float64 {
	q, m := w.width(), w.Ends
	cols, vals := w.f.X.Row(i)
	for k := range m {
		p := par[k*q : (k+1)*q]
		var e, t float64
		for j, c := range cols {
			e += vals[j] * p[c]
		}
		if w.Turns {
			p = p[w.Cols:]
			for j, c := range cols {
				t += vals[j] * p[c]
			}
		}
		eta[2*k], eta[2*k+1] = e, t
	}
	first := 0
	if w.f.First != nil {
		first = int(w.f.First[i])
	}
	last, end, ll := int(w.f.Last[i]), int(w.f.End[i]), 0.0
	var offset []float64
	if w.f.Group != nil {
		offset = w.f.Offset[int(w.f.Group[i])*w.Bins*m:][:w.Bins*m]
	}
	odds := 1.0 // product over bins of 1 + the odds of ending, one logarithm for all
	weight := w.rowWeight(i)
	for b := first; b <= last; b++ {
		t := w.tilt(b)
		top := 0.0
		for k := range m {
			prob[k] = eta[2*k] + t*eta[2*k+1] + par[(k+1)*q-w.Bins+b]
			if offset != nil {
				prob[k] += offset[b*m+k]
			}
			top = max(top, prob[k])
		}
		happened, part := 0, 1.0
		if b == last {
			if happened = end; end == 0 && w.f.Part != nil {
				part = w.f.Part[i]
			}
		}
		if happened > 0 {
			ll += weight * prob[happened-1]
		}
		if top < 30 {
			top = 0
		}
		sum := 1.0
		if top > 0 {
			sum = math.Exp(-top)
		}
		for k := range m {
			prob[k] = math.Exp(prob[k] - top)
			sum += prob[k]
		}
		switch {
		case part != 1:
			ll -= weight * part * (math.Log(sum) + top)
		case top > 0:
			ll -= weight * (math.Log(sum) + top)
		default:
			if odds *= sum; odds > 1e200 {
				ll -= weight * math.Log(odds)
				odds = 1
			}
		}
		inv := 1 / sum
		for k := range m {
			prob[k] *= inv
		}
		if see != nil && weight*part > 0 {
			see(b, weight*part, prob, happened)
		}
	}
	ll -= weight * math.Log(odds)
	return ll
}

// value gives the penalised loss and its gradient.
func (w *discreteWork) value(par, grad []float64) float64 {
	q, m := w.width(), w.Ends
	slots := len(w.f.Last)/chunk + 1
	lls, grads := make([]float64, slots), make([][]float64, slots)
	total := w.chunks(func(slot, from, to int) {
		g := make([]float64, len(par))
		eta, prob, pull := make([]float64, 2*m), make([]float64, m), make([]float64, 2*m)
		ll := 0.0
		for i := from; i < to; i++ {
			clear(pull)
			ll += w.follow(i, par, eta, prob, func(b int, weight float64, prob []float64, end int) {
				t := w.tilt(b)
				for k, p := range prob {
					e := p * weight
					if end == k+1 {
						e -= weight
					}
					pull[2*k] += e
					pull[2*k+1] += e * t
					g[(k+1)*q-w.Bins+b] += e
				}
			})
			cols, vals := w.f.X.Row(i)
			for k := range m {
				p, u := g[k*q:(k+1)*q], pull[2*k]
				for j, c := range cols {
					p[c] += u * vals[j]
				}
				if w.Turns {
					p, u = p[w.Cols:], pull[2*k+1]
					for j, c := range cols {
						p[c] += u * vals[j]
					}
				}
			}
		}
		lls[slot], grads[slot] = ll, g
	})
	loss := 0.0
	clear(grad)
	for s := range total {
		loss -= lls[s]
		for j, v := range grads[s] {
			grad[j] += v
		}
	}
	for j, r := range w.penalty {
		e := par[j] - w.centre[j]
		loss += r * e * e / 2
		grad[j] += r * e
	}
	return loss
}

func (w *discreteWork) loglik(par []float64) float64 {
	lls := make([]float64, len(w.f.Last)/chunk+1)
	w.chunks(func(slot, from, to int) {
		eta, prob := make([]float64, 2*w.Ends), make([]float64, w.Ends)
		for i := from; i < to; i++ {
			lls[slot] += w.follow(i, par, eta, prob, nil)
		}
	})
	sum := 0.0
	for _, v := range lls {
		sum += v
	}
	return sum
}

// curvature gives the diagonal of the penalised information.
func (w *discreteWork) curvature(par []float64) []float64 {
	q, m := w.width(), w.Ends
	h := append([]float64(nil), w.penalty...)
	eta, prob, pull := make([]float64, 2*m), make([]float64, m), make([]float64, 2*m)
	for i := range w.f.Last {
		clear(pull)
		w.follow(i, par, eta, prob, func(b int, weight float64, prob []float64, _ int) {
			t := w.tilt(b)
			for k, p := range prob {
				v := weight * p * (1 - p)
				pull[2*k] += v
				pull[2*k+1] += v * t * t
				h[(k+1)*q-w.Bins+b] += v
			}
		})
		cols, vals := w.f.X.Row(i)
		for k := range m {
			for j, c := range cols {
				h[k*q+int(c)] += pull[2*k] * vals[j] * vals[j]
				if w.Turns {
					h[k*q+w.Cols+int(c)] += pull[2*k+1] * vals[j] * vals[j]
				}
			}
		}
	}
	for j := range h {
		h[j] = max(h[j], 1e-8)
	}
	return h
}
