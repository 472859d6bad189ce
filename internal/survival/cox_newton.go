package survival

import (
	"math"
	"slices"
)

// newton climbs the partial likelihood from zero, halving steps that go down.
func (w *coxWork) newton(set CoxSettings) *Cox {
	p := w.p
	c := &Cox{
		Coef: make([]float64, p), Err: make([]float64, p), Var: make([]float64, p*p),
		Aliased: make([]bool, p), Endless: make([]bool, p), Mean: w.mean, From: w.from, Time: w.time,
		Rows: w.n, ties: w.ties,
	}
	for _, d := range w.died {
		c.Events += int(d)
	}
	beta, next := make([]float64, p), make([]float64, p)
	grad, info, step := make([]float64, p), make([]float64, p*p), make([]float64, p)
	dead := make([]bool, p)
	ll := w.likelihood(beta, grad, info)
	c.LogLik[0] = ll
	lu := append([]float64(nil), info...)
	cholesky(lu, p, dead)
	copy(step, grad)
	solve(lu, p, step)
	c.Score = dot(grad, step)
	c.Settled = c.Events == 0 || p == 0
	for c.Rounds = 1; !c.Settled && c.Rounds <= set.Iterations; c.Rounds++ {
		for j := range beta {
			next[j] = beta[j] + step[j]
		}
		up := w.likelihood(next, grad, info)
		for half := 0; half < 30 && !(up >= ll-math.Abs(ll)*1e-12); half++ {
			for j := range next {
				next[j] = (next[j] + beta[j]) / 2
			}
			up = w.likelihood(next, grad, info)
		}
		c.Settled = math.Abs(1-ll/up) <= set.Epsilon || up == ll
		copy(beta, next)
		ll = up
		copy(lu, info)
		cholesky(lu, p, dead)
		copy(step, grad)
		solve(lu, p, step)
	}
	if c.Rounds > set.Iterations {
		c.Rounds = set.Iterations
	}
	c.LogLik[1] = ll
	v := inverse(lu, p)
	copy(c.Aliased, dead)
	copy(c.Coef, beta)
	wald := append([]float64(nil), beta...)
	for i := range p {
		sum := 0.0 // information times beta, from its lower triangle
		for j := range p {
			sum += info[max(i, j)*p+min(i, j)] * beta[j]
		}
		wald[i] = sum
	}
	c.Wald = dot(beta, wald)
	for i := range p {
		if dead[i] {
			c.Coef[i] = 0
		} else {
			c.Rank++
		}
		// A column that separates the events still moves when the likelihood no
		// longer does (R's rule).
		move := math.Abs(step[i])
		c.Endless[i] = !dead[i] && c.Events > 0 && (move > set.Epsilon && move > 1e-5*math.Abs(beta[i]) || math.Abs(beta[i]) > 60)
		c.Coef[i] *= w.scale[i]
		for j := range p {
			c.Var[i*p+j] = v[i*p+j] * w.scale[i] * w.scale[j]
		}
		c.Err[i] = math.Sqrt(max(c.Var[i*p+i], 0))
	}
	w.baseline(c)
	return c
}

// baseline keeps what predictions need: for the subject at the means, the
// increments of the hazard, of its variance, and of the mean of those at risk.
func (w *coxWork) baseline(c *Cox) {
	p := w.p
	if w.ties == Exact { // the hazard that goes with exact ties is Breslow's, as in R
		w.ties = Breslow
		beta := make([]float64, p)
		for j := range beta {
			if w.scale[j] != 0 {
				beta[j] = c.Coef[j] / w.scale[j]
			}
		}
		w.likelihood(beta, make([]float64, p), make([]float64, p*p))
	}
	c.Hazard, c.step, c.spread = make([]float64, w.ranks), make([]float64, w.ranks), make([]float64, w.ranks)
	c.pull = make([]float64, w.ranks*p)
	deaths := make([]float64, w.ranks) // d0 was overwritten; sum again
	for k := range w.n {
		if w.event[k] {
			deaths[w.hi[k]] += w.theta[k]
		}
	}
	for g := range len(w.from) - 1 {
		sum := 0.0
		for r := w.from[g]; r < w.from[g+1]; r++ {
			d := int(w.died[r])
			for l := range d {
				f := 0.0
				if w.ties == Efron {
					f = float64(l) / float64(d)
				}
				den := w.a0[r] - f*deaths[r]
				c.step[r] += 1 / den
				c.spread[r] += 1 / (den * den)
				for j := range p {
					if w.scale[j] != 0 {
						c.pull[r*p+j] += (w.a1[r*p+j] - f*w.d1[r*p+j]) / (den * den) / w.scale[j]
					}
				}
			}
			sum += c.step[r]
			c.Hazard[r] = sum
		}
	}
	c.Risk = make([]float64, w.n)
	for k, i := range w.order {
		c.Risk[i] = w.h[k]
	}
}

// Linear gives the linear predictor of a subject against the mean one.
func (c *Cox) Linear(x []float64) float64 {
	s := 0.0
	for j, b := range c.Coef {
		s += b * (x[j] - c.Mean[j])
	}
	return s
}

// Curve gives, at each event time of stratum g, the chance that the end has
// not come for a subject x (if nothing else competed), and its standard error.
// Source: Tsiatis 1981; docs/methods/survival-cox.md.
func (c *Cox) Curve(g int, x []float64) (open, err []float64) {
	p := len(c.Coef)
	from, to := c.From[g], c.From[g+1]
	open, err = make([]float64, to-from), make([]float64, to-from)
	risk := math.Exp(c.Linear(x))
	q, away := make([]float64, p), make([]float64, p)
	for j := range p {
		away[j] = x[j] - c.Mean[j]
	}
	spread := 0.0
	for r := from; r < to; r++ {
		spread += c.spread[r]
		for j := range p {
			q[j] += away[j]*c.step[r] - c.pull[r*p+j]
		}
		v := spread
		for i := range p {
			v += q[i] * dot(c.Var[i*p:i*p+p], q)
		}
		open[r-from] = math.Exp(-c.Hazard[r] * risk)
		err[r-from] = open[r-from] * risk * math.Sqrt(max(v, 0))
	}
	return open, err
}

// HazardAt gives the cumulative baseline hazard of stratum g at time x.
func (c *Cox) HazardAt(g int, x float64) float64 {
	times := c.Time[c.From[g]:c.From[g+1]]
	r, found := slices.BinarySearch(times, x)
	if !found {
		r--
	}
	if r < 0 {
		return 0
	}
	return c.Hazard[c.From[g]+r]
}
