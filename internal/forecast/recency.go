package forecast

import (
	"cmp"
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
const usual = 6.0

// fewest is how many ends there have to be before a half-life is chosen, and
// worth by how much the likelihood of what came later has to rise, a halving.
const fewest, worth = 60, 4.0

// chooseHalf takes the half-life of what was seen under which models fitted on
// earlier days gave what came after them the greatest likelihood, levels
// included: where a company ends deals ever sooner, or wins ever less, what is
// old misleads. Without a clear gain everything counts alike.
// Method: docs/methods/forecast-model.md.
func chooseHalf(h *History, ends []End, l *landmarks, asOf float64, ended []float64, set Settings) float64 {
	never := math.Inf(1)
	// A history of ended subjects alone only looks ever faster near its end, since
	// the slow ones are missing there: what came later proves nothing.
	if len(ended) < fewest || h.endedOnly() {
		return never
	}
	span := ended[len(ended)*19/20] - ended[len(ended)/20]
	if !(span > 0) {
		return never
	}
	likelihood := func(half float64) (ll, stride float64) {
		set.HalfLife = half
		for _, t := range trials(h, ends, l, asOf, ended, set) {
			if t.fit(cmp.Or(set.Ridge, usual), nil) != nil {
				continue
			}
			if v, err := t.model.LogLikelihood(t.later); err == nil {
				ll += v
			}
			stride = max(stride, t.repeat)
		}
		return ll, max(stride, 1)
	}
	chosen := never
	best, stride := likelihood(never)
	for k, share := range halves {
		ll, _ := likelihood(share * span)
		if ll < best-worth*stride && k > 0 {
			break // it only gets worse
		}
		if ll > best+worth*stride {
			best, chosen = ll, share*span
		}
	}
	return chosen
}
