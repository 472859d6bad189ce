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
	w := newGrayWork(t, cause, s.Strata)
	t.walk(w.time)
	n := w.n
	for k := range n {
		for i := range n {
			for j := range i + 1 {
				w.v[i*n+j] += w.c[i*n+k]*w.c[j*n+k]*w.v4[k] + w.c[i*n+k]*w.v2[j*n+k] + w.c[j*n+k]*w.v2[i*n+k]
			}
		}
	}
	out := Test{Observed: w.score}
	out.ChiSquare, out.Freedom = quadratic(w.v, w.score)
	out.P = chiTail(out.ChiSquare, out.Freedom)
	return out, nil
}

// grayWork is Gray's test while it goes through the times. What is by stratum
// has n numbers; a, c, v and v2 have n times n, a row a stratum.
type grayWork struct {
	t           *Tally
	cause, n    int
	open, f     []float64 // before the time: still open, and ended by the cause
	next, fnext []float64 // after it
	risk        []float64
	d1, d2      []float64 // ended at the time, by the cause and otherwise
	pooled      float64   // of all strata, by the cause
	a, c        []float64 // how the strata's scores hang together, and its integral
	score       []float64
	v, v2, v4   []float64 // the variance, in the parts that can be summed on the way
}

func newGrayWork(t *Tally, cause, n int) *grayWork {
	w := &grayWork{t: t, cause: cause, n: n}
	for _, x := range []*[]float64{&w.open, &w.f, &w.next, &w.fnext, &w.risk, &w.d1, &w.d2, &w.score, &w.v4} {
		*x = make([]float64, n)
	}
	for _, x := range []*[]float64{&w.a, &w.c, &w.v, &w.v2} {
		*x = make([]float64, n*n)
	}
	for g := range w.open {
		w.open[g] = 1
	}
	return w
}

// time takes what happened at one time: rows are the strata's first counts that
// are not before it.
func (w *grayWork) time(x float64, rows []int32) {
	all1, all2, tr, tq := w.take(x, rows)
	if all1+all2 == 0 || tr == 0 {
		return
	}
	before := w.pooled
	w.pooled += all1 / tr
	w.weigh(all1, tr, before)
	for g := range w.n {
		if w.there(g) {
			w.score[g] += w.d1[g] - all1*w.risk[g]*(1-w.f[g])/w.open[g]/tq
		}
	}
	if all1 > 0 {
		w.spreadOfCause(all1, tr)
	}
	w.spreadOfOthers()
	copy(w.open, w.next)
	copy(w.f, w.fnext)
}

// there reports whether anybody of a stratum can still end.
func (w *grayWork) there(g int) bool { return w.risk[g] != 0 && w.open[g] != 0 }

// take reads what is at risk and what ended in each stratum, and gives the sums
// over them: ends by the cause, other ends, and the two denominators.
func (w *grayWork) take(x float64, rows []int32) (all1, all2, tr, tq float64) {
	for g, r := range rows {
		w.d1[g], w.d2[g], w.risk[g] = 0, 0, 0
		w.next[g], w.fnext[g] = w.open[g], w.f[g]
		if int(r) >= w.t.From[g+1] {
			continue
		}
		w.risk[g] = float64(w.t.Risk[r])
		if w.t.Time[r] == x {
			d, _ := w.t.events(int(r))
			w.d1[g] = float64(w.t.Count[int(r)*(w.t.Ends+1)+w.cause])
			w.d2[g] = d - w.d1[g]
			w.next[g] = w.open[g] * (1 - d/w.risk[g])
			w.fnext[g] = w.f[g] + w.open[g]*w.d1[g]/w.risk[g]
		}
		all1, all2 = all1+w.d1[g], all2+w.d2[g]
		if w.open[g] > 0 {
			tr += w.risk[g] / w.open[g]
			tq += w.risk[g] * (1 - w.f[g]) / w.open[g]
		}
	}
	return all1, all2, tr, tq
}

// weigh finds how the strata's scores hang together at the time, and adds it to
// the integral.
func (w *grayWork) weigh(all1, tr, before float64) {
	n := w.n
	clear(w.a)
	for g := range n {
		if !w.there(g) {
			continue
		}
		t1 := w.risk[g] / w.open[g]
		for h := range n {
			if !w.there(h) {
				continue
			}
			t2 := w.risk[h] / w.open[h]
			if g == h {
				w.a[g*n+g] = t1 * (1 - t1/tr)
			} else {
				w.a[g*n+h] = -t1 * t2 / tr
			}
			w.c[g*n+h] += w.a[g*n+h] * all1 / (tr * (1 - before))
		}
	}
}

// spreadOfCause adds the variance that comes of ends by the cause.
func (w *grayWork) spreadOfCause(all1, tr float64) {
	n := w.n
	for k := range n {
		if !w.there(k) {
			continue
		}
		t4 := 1.0
		if w.next[k] > 0 {
			t4 = 1 - (1-w.pooled)/w.next[k]
		}
		t5 := 1.0
		if all1 > 1 {
			t5 = 1 - (all1-1)/(tr*w.open[k]-1)
		}
		t3 := t5 * w.open[k] * all1 / (tr * w.risk[k])
		w.v4[k] += t4 * t4 * t3
		for i := range n {
			t1 := w.a[i*n+k] - t4*w.c[i*n+k]
			w.v2[i*n+k] += t1 * t4 * t3
			for j := range i + 1 {
				w.v[i*n+j] += t1 * (w.a[j*n+k] - t4*w.c[j*n+k]) * t3
			}
		}
	}
}

// spreadOfOthers adds the variance that comes of the other ends, which take
// away who could still end by the cause.
func (w *grayWork) spreadOfOthers() {
	n := w.n
	for k := range n {
		d := w.d2[k]
		if d == 0 || w.next[k] <= 0 {
			continue
		}
		t4 := (1 - w.pooled) / w.next[k]
		t5 := 1.0
		if d > 1 {
			t5 = 1 - (d-1)/(w.risk[k]-1)
		}
		t3 := t5 * w.open[k] * w.open[k] * d / (w.risk[k] * w.risk[k])
		w.v4[k] += t4 * t4 * t3
		for i := range n {
			t1 := t4 * w.c[i*n+k]
			w.v2[i*n+k] -= t1 * t4 * t3
			for j := range i + 1 {
				w.v[i*n+j] += t1 * t4 * w.c[j*n+k] * t3
			}
		}
	}
}
