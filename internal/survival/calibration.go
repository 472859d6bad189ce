package survival

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/throughline/throughline/internal/quantile"
)

// Band compares what was said with what came for one group of subjects.
type Band struct {
	N          int
	Said, Came float64 // mean forecast; incidence by Aalen-Johansen
	Low, High  float64 // interval of Came
}

// Calibrate sorts subjects by forecast into groups of equal size and compares
// the forecast chance of end cause by a horizon with what came, censoring
// allowed for. Wilson's interval on the effective number keeps limits inside
// 0-1. docs/methods/survival-scores.md.
func Calibrate(s Spells, cause int, horizon float64, said []float64, groups int, level float64) ([]Band, error) {
	const op = "compare forecasts with outcomes"
	s, err := s.sized(op)
	if err != nil {
		return nil, err
	}
	n := len(s.Time)
	if len(said) != n || groups < 1 || cause < 1 || cause > s.Ends {
		return nil, invalid(op, "%d forecasts of %d subjects, %d groups, end %d", len(said), n, groups, cause)
	}
	groups = min(groups, n)
	if groups == 0 {
		return nil, nil
	}
	sorted := slices.Clone(said)
	slices.Sort(sorted)
	cuts := make([]float64, groups-1)
	for g := range cuts {
		cuts[g] = quantile.Of(sorted, float64(g+1)/float64(groups))
	}
	s.Stratum, s.Strata = make([]int32, n), groups
	out := make([]Band, groups)
	for i, p := range said {
		g, _ := slices.BinarySearch(cuts, p)
		s.Stratum[i] = int32(g)
		out[g].N++
		out[g].Said += p
	}
	curve, err := AalenJohansen(s)
	if err != nil {
		return nil, err
	}
	kept := out[:0]
	for g, b := range out {
		if b.N == 0 {
			continue
		}
		p, _, e, _ := curve.At(g, horizon)
		b.Said /= float64(b.N)
		b.Came = p[cause-1]
		b.Low, b.High = Wilson(b.Came, effective(b.Came, e[cause-1], float64(b.N)), level)
		kept = append(kept, b)
	}
	return kept, nil
}

// effective is how many uncensored subjects would give this standard error.
func effective(p, err, n float64) float64 {
	if v := err * err; v > 0 && p > 0 && p < 1 {
		return min(p*(1-p)/v, n)
	}
	return n
}

// Wilson gives the interval of a share p seen on n (Wilson 1927).
func Wilson(p, n, level float64) (lo, hi float64) {
	if n <= 0 {
		return 0, 1
	}
	z := distuv.UnitNormal.Quantile(0.5 + level/2)
	mid := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return max(mid-half, 0), min(mid+half, 1)
}

// Slope is Cox's calibration line: the log odds of what came against the log
// odds of what was said. Slope 1 is right, below 1 forecasts are too sure.
type Slope struct {
	Slope, Err float64 // Err is robust: subjects may come several times
	Low, High  float64
	N          float64 // total weight
	Known      bool    // false where forecasts or outcomes do not vary
}

// CalibrationSlope fits the line. came is 0 or 1, said a chance, weight an
// inverse censoring weight (nil: 1), level the number of an intercept (which end
// at which horizon; nil: one), cluster the subject (nil: each row its own).
// Source: Cox 1958, Miller 1991; docs/methods/survival-scores.md.
func CalibrationSlope(came, said, weight []float64, level, cluster []int32, confidence float64) Slope {
	n := len(came)
	levels := int32(1)
	for _, l := range level {
		levels = max(levels, l+1)
	}
	p := int(levels) + 1
	at := func(i int) int {
		if level == nil {
			return 1
		}
		return 1 + int(level[i])
	}
	const edge = 1e-4
	x := make([]float64, n)
	var out Slope
	lo, hi := math.Inf(1), math.Inf(-1)
	for i, q := range said {
		q = min(max(q, edge), 1-edge)
		x[i] = math.Log(q / (1 - q))
		lo, hi = min(lo, x[i]), max(hi, x[i])
	}
	w := func(i int) float64 {
		if weight == nil {
			return 1
		}
		return weight[i]
	}
	beta := make([]float64, p)
	grad, h := make([]float64, p), make([]float64, p*p)
	dead := make([]bool, p)
	last := 0.0
	for round := range 50 {
		clear(grad)
		clear(h)
		ll := 0.0
		for i := range n {
			k := at(i)
			eta := beta[0]*x[i] + beta[k]
			mu := 1 / (1 + math.Exp(-eta))
			e, v := w(i)*(came[i]-mu), w(i)*mu*(1-mu)
			grad[0] += e * x[i]
			grad[k] += e
			h[0] += v * x[i] * x[i]
			h[k*p] += v * x[i]
			h[k*p+k] += v
			ll += w(i) * (came[i]*eta - math.Log1p(math.Exp(-math.Abs(eta))) - max(eta, 0))
		}
		for j := range p {
			h[j*p+j] += 1e-8 // an end that never came has no finite level
		}
		cholesky(h, p, dead)
		solve(h, p, grad)
		for j := range p {
			beta[j] += max(min(grad[j], 2), -2)
			beta[j] = max(min(beta[j], 30), -30)
		}
		if round > 0 && math.Abs(ll-last) <= 1e-10*math.Abs(ll) {
			break
		}
		last = ll
	}
	// Robust error: scores summed inside clusters.
	sums := map[int32][]float64{}
	for i := range n {
		c := int32(i)
		if cluster != nil {
			c = cluster[i]
		}
		sc := sums[c]
		if sc == nil {
			sc = make([]float64, p)
			sums[c] = sc
		}
		k := at(i)
		e := w(i) * (came[i] - 1/(1+math.Exp(-beta[0]*x[i]-beta[k])))
		sc[0] += e * x[i]
		sc[k] += e
		out.N += w(i)
	}
	v := 0.0
	for _, sc := range sums {
		solve(h, p, sc)
		v += sc[0] * sc[0]
	}
	out.Slope, out.Err = beta[0], math.Sqrt(v)
	out.Known = n > 1 && hi > lo && finite(out.Slope) && finite(out.Err) && math.Abs(out.Slope) < 30
	if !out.Known {
		out.Slope, out.Err = 0, 0
		return out
	}
	z := distuv.UnitNormal.Quantile(0.5 + confidence/2)
	out.Low, out.High = out.Slope-z*out.Err, out.Slope+z*out.Err
	return out
}
