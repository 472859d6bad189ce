package survival

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Survival is the Kaplan-Meier curve of each stratum: the chance that no end
// has come by each time. docs/methods/survival-curves.md.
type Survival struct {
	*Tally
	Open   []float64 // chance of being still open after the row's time
	Err    []float64 // its standard error (Greenwood)
	Hazard []float64 // cumulative hazard (Nelson-Aalen)
}

// KaplanMeier estimates the chance of staying open, all ends taken together.
// Source: Kaplan and Meier 1958; docs/methods/survival-curves.md.
func KaplanMeier(s Spells) (*Survival, error) {
	t, err := Count(s)
	if err != nil {
		return nil, err
	}
	n := len(t.Time)
	k := &Survival{t, make([]float64, n), make([]float64, n), make([]float64, n)}
	for g := range len(t.From) - 1 {
		open, sum, haz := 1.0, 0.0, 0.0
		for r := t.From[g]; r < t.From[g+1]; r++ {
			d, at := t.events(r)
			if d > 0 {
				open *= 1 - d/at
				haz += d / at
				if at > d {
					sum += d / (at * (at - d))
				}
			}
			k.Open[r], k.Hazard[r] = open, haz
			if open > 0 {
				k.Err[r] = open * math.Sqrt(sum)
			}
		}
	}
	return k, nil
}

// At gives the chance of being open after time x in stratum g, with its error.
func (k *Survival) At(g int, x float64) (open, err float64) {
	if r, ok := k.upTo(g, x); ok {
		return k.Open[r], k.Err[r]
	}
	return 1, 0
}

// Interval gives the limits of row r at a level such as 0.95, on the log scale.
func (k *Survival) Interval(r int, level float64) (lo, hi float64) {
	return logLimits(k.Open[r], k.Err[r], level)
}

// Quantile gives the first time at which at most 1-p are still open in stratum
// g, and false where the curve stays above.
func (k *Survival) Quantile(g int, p float64) (float64, bool) {
	const slack = 1e-12
	for r := k.From[g]; r < k.From[g+1]; r++ {
		if k.Open[r] < 1-p-slack {
			return k.Time[r], true
		}
		if k.Open[r] <= 1-p+slack { // on the mark: the middle of the flat part
			for q := r + 1; q < k.From[g+1]; q++ {
				if k.Open[q] < k.Open[r] {
					return (k.Time[r] + k.Time[q]) / 2, true
				}
			}
			return k.Time[r], true
		}
	}
	return 0, false
}

// RestrictedMean gives the mean time spent open up to tau, with its error.
func (k *Survival) RestrictedMean(g int, tau float64) (mean, err float64) {
	from, to := k.From[g], k.From[g+1]
	area := make([]float64, to-from+1) // from each row to tau
	right := tau
	for r := to - 1; r >= from; r-- {
		x := min(k.Time[r], tau)
		area[r-from] = area[r-from+1] + k.Open[r]*(right-x)
		right = x
	}
	mean = area[0] + right
	for r := from; r < to && k.Time[r] <= tau; r++ {
		if d, at := k.events(r); d > 0 && at > d {
			err += area[r-from] * area[r-from] * d / (at * (at - d))
		}
	}
	return mean, math.Sqrt(err)
}

// Incidence holds the Aalen-Johansen curves of each stratum: the chance that
// each end has come by each time, and of being still open. A row sums to one.
type Incidence struct {
	*Tally
	Open    []float64 // one a row
	OpenErr []float64
	Prob    []float64 // Ends a row
	Err     []float64 // standard errors of Prob, infinitesimal jackknife
}

// AalenJohansen estimates the cumulative incidence of competing ends. Standard
// errors are those of the infinitesimal jackknife, in linear time.
// Source: Aalen and Johansen 1978; docs/methods/survival-curves.md.
func AalenJohansen(s Spells) (*Incidence, error) {
	t, err := Count(s)
	if err != nil {
		return nil, err
	}
	n, m := len(t.Time), t.Ends
	all := make([]float64, 2*n+2*n*m)
	c := &Incidence{t, all[:n:n], all[n : 2*n : 2*n], all[2*n : 2*n+n*m : 2*n+n*m], all[2*n+n*m:]}
	if t.entered != nil {
		c.lateEntries(s)
		return c, nil
	}
	parallel(len(t.From)-1, 8, func(_, from, to int) {
		v := newInfluence(m)
		for g := from; g < to; g++ {
			v.stratum(c, g)
		}
	})
	return c, nil
}

// influence carries the sums that give the jackknife variance in one pass: a
// subject that left at u moves the curve of end k by a + b F_k(t) for t > u.
type influence struct {
	base       []float64 // influence on F_k of one still at risk
	f          []float64 // F_k
	aa, ab, bb []float64 // sums over those who have left
	sOpen      float64   // sum over those who have left of (dS/S)^2
}

func newInfluence(m int) *influence {
	return &influence{make([]float64, m), make([]float64, m), make([]float64, m), make([]float64, m), make([]float64, m), 0}
}

func (v *influence) stratum(c *Incidence, g int) {
	m := c.Ends
	clear(v.base)
	clear(v.f)
	clear(v.aa)
	clear(v.ab)
	clear(v.bb)
	v.sOpen = 0
	open, phi := 1.0, 0.0
	for r := c.From[g]; r < c.From[g+1]; r++ {
		count := c.Count[r*(m+1) : r*(m+1)+m+1]
		d, at := c.events(r)
		before, phiBefore := open, phi
		left := float64(count[0]) + d
		if d > 0 {
			open *= 1 - d/at
			if at > d {
				phi += d / (at * (at - d))
			} else {
				open, phi = 0, 0
			}
			step := before / at
			for k := range m {
				dk := float64(count[k+1])
				v.f[k] += step * dk
				v.base[k] += step * dk * (phiBefore - 1/at)
			}
		}
		if left > 0 {
			after := 0.0 // dS/S of one whose end came now
			if at > d {
				after = phi - 1/(at-d)
			}
			v.sOpen += float64(count[0])*phi*phi + d*after*after
			for k := range m {
				a := v.base[k] - phi*v.f[k]
				if w := float64(count[0]); w > 0 {
					v.aa[k], v.ab[k], v.bb[k] = v.aa[k]+w*a*a, v.ab[k]+w*a*phi, v.bb[k]+w*phi*phi
				}
				if d > 0 {
					a := v.base[k] - after*v.f[k]
					own := float64(count[k+1])
					if w := d - own; w > 0 {
						v.aa[k], v.ab[k], v.bb[k] = v.aa[k]+w*a*a, v.ab[k]+w*a*after, v.bb[k]+w*after*after
					}
					if own > 0 {
						a += before / at
						v.aa[k], v.ab[k], v.bb[k] = v.aa[k]+own*a*a, v.ab[k]+own*a*after, v.bb[k]+own*after*after
					}
				}
			}
		}
		stay := at - left
		c.Open[r] = open
		c.OpenErr[r] = open * math.Sqrt(max(v.sOpen+stay*phi*phi, 0))
		for k := range m {
			f := v.f[k]
			c.Prob[r*m+k] = f
			c.Err[r*m+k] = math.Sqrt(max(v.aa[k]+2*f*v.ab[k]+f*f*v.bb[k]+stay*v.base[k]*v.base[k], 0))
		}
	}
}

// At gives the chances of each end by time x in stratum g, the chance of being
// open, and their standard errors in the same order.
func (c *Incidence) At(g int, x float64) (prob []float64, open float64, err []float64, openErr float64) {
	m := c.Ends
	if r, ok := c.upTo(g, x); ok {
		return c.Prob[r*m : r*m+m], c.Open[r], c.Err[r*m : r*m+m], c.OpenErr[r]
	}
	return make([]float64, m), 1, make([]float64, m), 0
}

// RestrictedMean gives the mean time up to tau spent open (first) and in each
// end, for stratum g.
func (c *Incidence) RestrictedMean(g int, tau float64) []float64 {
	m := c.Ends
	out := make([]float64, m+1)
	x := 0.0
	add := func(r int, span float64) {
		if r < c.From[g] {
			out[0] += span
			return
		}
		out[0] += c.Open[r] * span
		for k := range m {
			out[k+1] += c.Prob[r*m+k] * span
		}
	}
	r := c.From[g]
	for ; r < c.From[g+1] && c.Time[r] <= tau; r++ {
		add(r-1, c.Time[r]-x)
		x = c.Time[r]
	}
	add(r-1, tau-x)
	return out
}

// Interval gives the limits of end k (from 0) in row r, on the log scale.
func (c *Incidence) Interval(r, k int, level float64) (lo, hi float64) {
	return logLimits(c.Prob[r*c.Ends+k], c.Err[r*c.Ends+k], level)
}

func logLimits(p, err, level float64) (lo, hi float64) {
	if p <= 0 {
		return 0, 0
	}
	z := distuv.UnitNormal.Quantile(0.5 + level/2)
	f := math.Exp(z * err / p)
	return p / f, min(p*f, 1)
}
