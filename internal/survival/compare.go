package survival

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Test is the answer of a test of equal groups.
type Test struct {
	ChiSquare          float64
	Freedom            int
	P                  float64
	Observed, Expected []float64 // a group; weighted where the test weighs times
}

func chiTail(x float64, df int) float64 {
	if df < 1 || !(x > 0) {
		return 1
	}
	return mathext.GammaIncRegComp(float64(df)/2, x/2)
}

// LogRank tests whether strata end alike, all ends taken together. rho weighs
// each time by the pooled curve just before it, to that power: 0 is the log-rank
// test, 1 Peto's. Source: Harrington and Fleming 1982; docs/methods/survival-tests.md.
func LogRank(s Spells, rho float64) (Test, error) {
	const op = "test strata"
	s, err := s.sized(op)
	if err != nil {
		return Test{}, err
	}
	if s.Entry != nil {
		return Test{}, invalid(op, "late entries are not supported here")
	}
	t, err := Count(s)
	if err != nil {
		return Test{}, err
	}
	groups := s.Strata
	out := Test{Observed: make([]float64, groups), Expected: make([]float64, groups)}
	v := make([]float64, groups*groups)
	risk, died := make([]float64, groups), make([]float64, groups)
	open := 1.0
	t.walk(func(x float64, rows []int32) {
		var d, n float64
		for g, r := range rows {
			died[g], risk[g] = 0, 0
			if int(r) < t.From[g+1] {
				risk[g] = float64(t.Risk[r])
				if t.Time[r] == x {
					died[g], _ = t.events(int(r))
				}
			}
			d, n = d+died[g], n+risk[g]
		}
		if d == 0 || n == 0 {
			return
		}
		w := math.Pow(open, rho)
		for g := range groups {
			out.Observed[g] += w * died[g]
			out.Expected[g] += w * d * risk[g] / n
		}
		if n > 1 {
			f := w * w * d * (n - d) / (n - 1) / (n * n)
			for g := range groups {
				v[g*groups+g] += f * risk[g] * n
				for h := range g + 1 {
					v[g*groups+h] -= f * risk[g] * risk[h]
				}
			}
		}
		open *= 1 - d/n
	})
	diff := make([]float64, groups)
	for g := range groups {
		diff[g] = out.Observed[g] - out.Expected[g]
	}
	out.ChiSquare, out.Freedom = quadratic(v, diff)
	out.P = chiTail(out.ChiSquare, out.Freedom)
	return out, nil
}

// quadratic gives d' V^- d and the rank of V, whose lower triangle is given.
func quadratic(v, d []float64) (float64, int) {
	n := len(d)
	l, dead := append([]float64(nil), v...), make([]bool, n)
	// One column is a combination of the others; the factor finds it, but
	// rounding may leave a crumb, so the last is dropped by hand.
	if n < 2 {
		return 0, 0
	}
	m := n - 1
	a := make([]float64, m*m)
	for i := range m {
		copy(a[i*m:i*m+i+1], l[i*n:i*n+i+1])
	}
	cholesky(a, m, dead[:m])
	x := append([]float64(nil), d[:m]...)
	solve(a, m, x)
	rank := 0
	for i := range m {
		if !dead[i] {
			rank++
		}
	}
	return dot(x, d[:m]), rank
}

// walk goes through the times of all strata in order. For each stratum it
// gives the first row that is not before the time.
func (t *Tally) walk(at func(x float64, rows []int32)) {
	groups := len(t.From) - 1
	rows := make([]int32, groups)
	for g := range rows {
		rows[g] = int32(t.From[g])
	}
	for {
		x := math.Inf(1)
		for g, r := range rows {
			if int(r) < t.From[g+1] {
				x = min(x, t.Time[r])
			}
		}
		if math.IsInf(x, 1) {
			return
		}
		at(x, rows)
		for g, r := range rows {
			if int(r) < t.From[g+1] && t.Time[r] == x {
				rows[g]++
			}
		}
	}
}

// Gray tests whether the incidence of end cause is alike in all strata, other
// ends competing. Source: Gray 1988 (rho 0); docs/methods/survival-tests.md.
func Gray(s Spells, cause int) (Test, error) {
	const op = "test incidences"
	s, err := s.sized(op)
	if err != nil {
		return Test{}, err
	}
	if s.Entry != nil || cause < 1 || cause > s.Ends {
		return Test{}, invalid(op, "end %d of %d, late entries %t", cause, s.Ends, s.Entry != nil)
	}
	t, err := Count(s)
	if err != nil {
		return Test{}, err
	}
	n := s.Strata
	score := make([]float64, n)
	v := make([]float64, n*n)
	c, v2 := make([]float64, n*n), make([]float64, n*n)
	v4, a := make([]float64, n), make([]float64, n*n)
	open, f := make([]float64, n), make([]float64, n) // before the time
	next, fnext := make([]float64, n), make([]float64, n)
	risk, d1, d2 := make([]float64, n), make([]float64, n), make([]float64, n)
	for g := range open {
		open[g] = 1
	}
	pooled := 0.0
	t.walk(func(x float64, rows []int32) {
		var all1, all2, tr, tq float64
		for g, r := range rows {
			d1[g], d2[g], risk[g] = 0, 0, 0
			next[g], fnext[g] = open[g], f[g]
			if int(r) >= t.From[g+1] {
				continue
			}
			risk[g] = float64(t.Risk[r])
			if t.Time[r] == x {
				d, _ := t.events(int(r))
				d1[g] = float64(t.Count[int(r)*(t.Ends+1)+cause])
				d2[g] = d - d1[g]
				next[g] = open[g] * (1 - d/risk[g])
				fnext[g] = f[g] + open[g]*d1[g]/risk[g]
			}
			all1, all2 = all1+d1[g], all2+d2[g]
			if open[g] > 0 {
				tr += risk[g] / open[g]
				tq += risk[g] * (1 - f[g]) / open[g]
			}
		}
		if all1+all2 == 0 || tr == 0 {
			return
		}
		before := pooled
		pooled += all1 / tr
		clear(a)
		for g := range n {
			if risk[g] == 0 || open[g] == 0 {
				continue
			}
			t1 := risk[g] / open[g]
			for h := range n {
				if risk[h] == 0 || open[h] == 0 {
					continue
				}
				t2 := risk[h] / open[h]
				if g == h {
					a[g*n+g] = t1 * (1 - t1/tr)
				} else {
					a[g*n+h] = -t1 * t2 / tr
				}
				c[g*n+h] += a[g*n+h] * all1 / (tr * (1 - before))
			}
		}
		for g := range n {
			if risk[g] > 0 && open[g] > 0 {
				score[g] += d1[g] - all1*risk[g]*(1-f[g])/open[g]/tq
			}
		}
		if all1 > 0 {
			for k := range n {
				if risk[k] == 0 || open[k] == 0 {
					continue
				}
				t4 := 1.0
				if next[k] > 0 {
					t4 = 1 - (1-pooled)/next[k]
				}
				t5 := 1.0
				if all1 > 1 {
					t5 = 1 - (all1-1)/(tr*open[k]-1)
				}
				t3 := t5 * open[k] * all1 / (tr * risk[k])
				v4[k] += t4 * t4 * t3
				for i := range n {
					t1 := a[i*n+k] - t4*c[i*n+k]
					v2[i*n+k] += t1 * t4 * t3
					for j := range i + 1 {
						v[i*n+j] += t1 * (a[j*n+k] - t4*c[j*n+k]) * t3
					}
				}
			}
		}
		for k := range n {
			if d2[k] == 0 || next[k] <= 0 {
				continue
			}
			t4 := (1 - pooled) / next[k]
			t5 := 1.0
			if d2[k] > 1 {
				t5 = 1 - (d2[k]-1)/(risk[k]-1)
			}
			t3 := t5 * open[k] * open[k] * d2[k] / (risk[k] * risk[k])
			v4[k] += t4 * t4 * t3
			for i := range n {
				t1 := t4 * c[i*n+k]
				v2[i*n+k] -= t1 * t4 * t3
				for j := range i + 1 {
					v[i*n+j] += t1 * t4 * c[j*n+k] * t3
				}
			}
		}
		copy(open, next)
		copy(f, fnext)
	})
	for k := range n {
		for i := range n {
			for j := range i + 1 {
				v[i*n+j] += c[i*n+k]*c[j*n+k]*v4[k] + c[i*n+k]*v2[j*n+k] + c[j*n+k]*v2[i*n+k]
			}
		}
	}
	out := Test{Observed: score}
	out.ChiSquare, out.Freedom = quadratic(v, score)
	out.P = chiTail(out.ChiSquare, out.Freedom)
	return out, nil
}
