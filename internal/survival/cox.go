package survival

import (
	"math"
	"slices"
)

// Ties says how events at the same time share the partial likelihood.
type Ties uint8

// Efron is R's default and close to exact; Breslow is coarser where ties are
// many; Exact is the conditional logistic likelihood, slow with many ties.
const (
	Efron Ties = iota
	Breslow
	Exact
)

// CoxSettings are the choices of a fit; the zero value is what R does.
type CoxSettings struct {
	Ties       Ties
	Iterations int     // at most; 0 is 20
	Epsilon    float64 // relative change of the log likelihood at which to stop; 0 is 1e-9
}

// Cox is a fitted proportional hazards model of one end; other ends censor.
// docs/methods/survival-cox.md.
type Cox struct {
	Coef    []float64  // log hazard ratios; 0 where Aliased
	Err     []float64  // standard errors
	Var     []float64  // p x p
	Aliased []bool     // constant, or a combination of earlier columns
	Endless []bool     // no finite estimate: the column separates the events
	LogLik  [2]float64 // at zero and at Coef
	Score   float64    // score test at zero, chi-square with the rank's degrees of freedom
	Wald    float64
	Rank    int
	Rows    int
	Events  int
	Rounds  int // of Newton's method
	Settled bool

	Mean   []float64 // of each column; the baseline below is for this subject
	From   []int     // rows of the baseline of stratum g: From[g]:From[g+1]
	Time   []float64 // times of events
	Hazard []float64 // cumulative baseline hazard
	Risk   []float64 // each row's martingale residual is event - Risk

	ties         Ties
	step, spread []float64 // increments of Hazard; of its variance
	pull         []float64 // p a row: increment of the mean of those at risk
}

// FitCox fits the hazard of end cause on the columns x. Time-dependent
// covariates are rows with Entry and Time: one subject, several intervals.
// Source: Cox 1972, Efron 1977; docs/methods/survival-cox.md.
func FitCox(s Spells, cause uint8, x [][]float64, set CoxSettings) (*Cox, error) {
	const op = "fit Cox model"
	s, err := s.sized(op)
	if err != nil {
		return nil, err
	}
	for j, col := range x {
		if len(col) != len(s.Time) {
			return nil, invalid(op, "column %d has %d rows, not %d", j, len(col), len(s.Time))
		}
		for i, v := range col {
			if !finite(v) {
				return nil, invalid(op, "column %d, row %d is not a finite number", j, i)
			}
		}
	}
	if _, _, _, ok := grid(s.Time); !ok {
		return nil, invalid(op, "a time is not a finite number")
	}
	for i, e := range s.Entry {
		if !finite(e) || e >= s.Time[i] {
			return nil, invalid(op, "row %d enters at %g and leaves at %g", i, e, s.Time[i])
		}
	}
	if set.Iterations == 0 {
		set.Iterations = 20
	}
	if set.Epsilon == 0 {
		set.Epsilon = 1e-9
	}
	w := newCoxWork(s, cause, x, set.Ties)
	return w.newton(set), nil
}

// coxWork is the data of one fit, ordered by stratum and time, rows
// centred and scaled.
type coxWork struct {
	n, p, ranks int
	x           []float64 // n x p
	hi, lo      []int32   // at risk at the events ranked lo..hi (hi < lo: at none)
	event       []bool
	byLo        []int32   // rows with late entry, by lo
	from        []int     // ranks of stratum g
	time        []float64 // of each rank
	died        []int32   // events of each rank
	mean, scale []float64
	order       []int32
	ties        Ties

	theta, h          []float64
	a0, d0, inv, invf []float64 // a rank
	a1, d1            []float64 // p a rank
}

func newCoxWork(s Spells, cause uint8, x [][]float64, ties Ties) *coxWork {
	n, p := len(s.Time), len(x)
	w := &coxWork{n: n, p: p, ties: ties, order: byStratum(s.ordered(), s), from: make([]int, s.Strata+1)}
	w.hi, w.lo, w.event = make([]int32, n), make([]int32, n), make([]bool, n)
	g := int32(0)
	for k, i := range w.order {
		for ; g < s.stratum(int(i)); g++ {
			w.from[g+1] = len(w.time)
		}
		if s.End[i] == cause && cause != 0 {
			if r := len(w.time); r == w.from[g] || w.time[r-1] != s.Time[i] {
				w.time, w.died = append(w.time, s.Time[i]), append(w.died, 0)
			}
			w.died[len(w.died)-1]++
			w.event[k] = true
		}
		w.lo[k] = int32(w.from[g])
	}
	for ; int(g) < s.Strata; g++ {
		w.from[g+1] = len(w.time)
	}
	w.ranks = len(w.time)
	// The last event at or before each row's time: rows are in order of time.
	g = 0
	r := 0
	for k, i := range w.order {
		if sg := s.stratum(int(i)); sg != g || k == 0 {
			g, r = sg, w.from[sg]
		}
		for r < w.from[g+1] && w.time[r] <= s.Time[i] {
			r++
		}
		w.hi[k] = int32(r) - 1
		if s.Entry != nil {
			at, found := slices.BinarySearch(w.time[w.from[g]:w.from[g+1]], s.Entry[i])
			if found {
				at++
			}
			w.lo[k] = int32(w.from[g] + at)
			if at > 0 && w.hi[k] >= w.lo[k] {
				w.byLo = append(w.byLo, int32(k))
			}
		}
	}
	slices.SortStableFunc(w.byLo, func(a, b int32) int { return int(w.lo[a] - w.lo[b]) })
	w.mean, w.scale = make([]float64, p), make([]float64, p)
	w.x = make([]float64, n*p)
	parallel(p, 1, func(_, from, to int) {
		for j := from; j < to; j++ {
			sum, abs := 0.0, 0.0
			for _, v := range x[j] {
				sum += v
			}
			m := sum / float64(max(n, 1))
			for _, v := range x[j] {
				abs += math.Abs(v - m)
			}
			sc := 1.0
			if abs > 1e-12*math.Abs(m)*float64(n) {
				sc = float64(n) / abs
			} else {
				sc = 0 // constant: aliased
			}
			w.mean[j], w.scale[j] = m, sc
		}
	})
	parallel(n, 1<<13, func(_, from, to int) {
		const block = 256 // rows that stay in the cache while columns are gathered
		for ; from < to; from += block {
			rows := w.order[from:min(from+block, to)]
			for j, col := range x {
				mean, scale, out := w.mean[j], w.scale[j], w.x[from*p+j:]
				for k, i := range rows {
					out[k*p] = (col[i] - mean) * scale
				}
			}
		}
	})
	f := make([]float64, 2*n+4*w.ranks+2*w.ranks*p)
	cut := func(k int) []float64 { out := f[:k:k]; f = f[k:]; return out }
	w.theta, w.h = cut(n), cut(n)
	w.a0, w.d0, w.inv, w.invf = cut(w.ranks), cut(w.ranks), cut(w.ranks), cut(w.ranks)
	w.a1, w.d1 = cut(w.ranks*p), cut(w.ranks*p)
	return w
}

// likelihood gives the partial log likelihood at beta, its gradient and, in the
// lower triangle, the information. The information is a weighted sum of x x'
// over rows (weight: the row's own cumulative hazard) less one of the means at
// the events, so that no matrix is kept for each risk set.
func (w *coxWork) likelihood(beta, grad, info []float64) float64 {
	if w.ties == Exact {
		return w.exact(beta, grad, info)
	}
	p := w.p
	clear(w.a0)
	clear(w.d0)
	clear(w.a1)
	clear(w.d1)
	// Spans end between ranks, so that no two workers add to the same one.
	border := func(k int) int {
		for k > 0 && k < w.n && w.hi[k] == w.hi[k-1] {
			k++
		}
		return k
	}
	ll := make([]float64, 256)
	workers := parallel(w.n, 1<<13, func(id, from, to int) {
		sum := 0.0
		for k, end := border(from), border(to); k < end; k++ {
			row := w.x[k*p : k*p+p]
			eta := dot(row, beta)
			th := math.Exp(min(eta, 600))
			w.theta[k] = th
			r := int(w.hi[k])
			if w.event[k] {
				sum += eta
				w.d0[r] += th
				d1 := w.d1[r*p : r*p+p]
				for j, v := range row {
					d1[j] += th * v
				}
			}
			if r >= int(w.lo[k]) {
				w.a0[r] += th
				a1 := w.a1[r*p : r*p+p]
				for j, v := range row {
					a1[j] += th * v
				}
			}
		}
		ll[id] = sum
	})
	loglik := 0.0
	for _, v := range ll[:workers] {
		loglik += v
	}
	for _, k := range w.byLo { // not there yet at the events before its entry
		r := int(w.lo[k]) - 1
		w.a0[r] -= w.theta[k]
		a1, row := w.a1[r*p:r*p+p], w.x[int(k)*p:int(k)*p+p]
		for j, v := range row {
			a1[j] -= w.theta[k] * v
		}
	}
	clear(info)
	clear(grad)
	for g := range len(w.from) - 1 {
		for r := w.from[g+1] - 1; r >= w.from[g]; r-- {
			a1, d1 := w.a1[r*p:r*p+p], w.d1[r*p:r*p+p]
			if r+1 < w.from[g+1] {
				w.a0[r] += w.a0[r+1]
				for j, v := range w.a1[(r+1)*p : (r+2)*p] {
					a1[j] += v
				}
			}
			d := int(w.died[r])
			var inv, invf, aa, ab, bb float64
			if w.ties == Breslow || d == 1 {
				f := float64(d)
				loglik -= f * math.Log(w.a0[r])
				inv, aa = f/w.a0[r], f/(w.a0[r]*w.a0[r])
			} else {
				for l := range d {
					f := float64(l) / float64(d)
					den := w.a0[r] - f*w.d0[r]
					loglik -= math.Log(den)
					v := 1 / den
					inv, invf = inv+v, invf+f*v
					aa, ab, bb = aa+v*v, ab+f*v*v, bb+f*f*v*v
				}
			}
			w.inv[r], w.invf[r] = inv, invf
			for i := range p { // - sum m m', m = (a1 - f d1)/den
				u := aa*a1[i] - ab*d1[i]
				v := bb*d1[i] - ab*a1[i]
				row := info[i*p : i*p+i+1]
				for j := range row {
					row[j] -= u*a1[j] + v*d1[j]
				}
			}
		}
	}
	w.cumulate()
	grads, infos := make([]float64, 256*p), make([][]float64, 256)
	workers = parallel(w.n, 1<<13, func(id, from, to int) {
		g, m := make([]float64, p), make([]float64, p*p)
		for k := from; k < to; k++ {
			e := -w.theta[k] * w.h[k]
			w.h[k] *= w.theta[k] // from here on the row's own cumulative hazard
			if w.event[k] {
				e++
			}
			for j, v := range w.x[k*p : k*p+p] {
				g[j] += e * v
			}
		}
		weightedGram(m, w.x[from*p:to*p], w.h[from:to], p)
		copy(grads[id*p:], g)
		infos[id] = m
	})
	for id := range workers {
		for j := range p {
			grad[j] += grads[id*p+j]
		}
		for j, v := range infos[id] {
			info[j] += v
		}
	}
	return loglik
}

// cumulate gives each row the hazard it has lived through, for theta = 1.
func (w *coxWork) cumulate() {
	for g := range len(w.from) - 1 {
		sum := 0.0
		for r := w.from[g]; r < w.from[g+1]; r++ {
			sum += w.inv[r]
			w.d0[r] = sum // d0 has served
		}
	}
	for k := range w.n {
		w.h[k] = 0
		r, lo := int(w.hi[k]), int(w.lo[k])
		if r < lo {
			continue
		}
		w.h[k] = w.d0[r]
		if w.event[k] {
			w.h[k] -= w.invf[r]
		}
	}
	for _, k := range w.byLo {
		w.h[k] -= w.d0[w.lo[k]-1]
	}
}
