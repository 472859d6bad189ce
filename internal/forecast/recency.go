package forecast

import (
	"math"
)

// faded is how much something seen some days ago counts.
func faded(days, half float64) float64 {
	if !(half > 0) || math.IsInf(half, 1) {
		return 1
	}
	return math.Exp2(-days / half)
}

// halves are the half-lives tried, as shares of the time in which today's ends
// came; the least of them counts the last tenth or so.
var halves = []float64{1, 0.5, 0.25, 0.125}

// usual is the ridge under which half-lives are compared; the ridge is chosen
// afterwards, with what is old counting less.
var usual = []float64{100, 24, 6}

// fewest is how many ends there have to be before a half-life is chosen, and
// worth by how much the likelihood of what came later has to rise, a halving.
const fewest, worth, slight = 60, 4.0, 1.0

// chooseHalf takes the half-life of what was seen under which models fitted on
// earlier days gave what came after them the greatest likelihood, levels
// included: where a company ends deals ever sooner, or wins ever less, what is
// old misleads. Without a clear gain everything counts alike.
// Method: docs/methods/forecast-model.md.
func chooseHalf(h *History, ends []End, l *landmarks, asOf float64, ended []float64, set Settings) (half, trend float64) {
	never := math.Inf(1)
	// A history of ended subjects alone only looks ever faster near its end, since
	// the slow ones are missing there: what came later proves nothing.
	if len(ended) < fewest || h.endedOnly() {
		return never, 0
	}
	span := ended[len(ended)*19/20] - ended[len(ended)/20]
	if !(span > 0) {
		return never, 0
	}
	ridge := set.Ridge
	likelihood := func(half, trend float64) (ll, stride float64) {
		set.HalfLife, set.Trend = half, trend
		for _, t := range trials(h, ends, l, asOf, ended, set) {
			if t.fit(ridge, nil) != nil {
				continue
			}
			if v, err := t.model.LogLikelihood(t.later); err == nil {
				ll += v
			}
			stride = max(stride, t.repeat)
		}
		return ll, max(stride, 1)
	}
	half = never
	best, stride := math.Inf(-1), 1.0
	// Where little is told apart, whatever counts less looks better for being
	// shrunk more: the ridge comes first.
	for _, r := range usual {
		if set.Ridge > 0 {
			r = set.Ridge
		}
		was := ridge
		ridge = r
		ll, s := likelihood(never, 0)
		if ll < best {
			ridge = was
			break
		}
		best, stride = ll, s
	}
	if ll, _ := likelihood(never, span); ll > best+slight*stride {
		best, trend = ll, span
	}
	for k, share := range halves {
		ll, _ := likelihood(share*span, trend)
		if ll < best-worth*stride && k > 0 {
			break // it only gets worse
		}
		if ll > best+worth*stride {
			best, half = ll, share*span
		}
	}
	return half, trend
}
