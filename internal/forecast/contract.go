package forecast

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/throughline/throughline/internal/quantile"
)

// ContractStep is one step between the decision and the order.
type ContractStep struct {
	Name    string
	Days    []float64 // how long it took before: theirs, ours; NaN and negatives are left out
	Median  float64   // typical days, where there is no history
	Slow    float64   // days that one in ten exceeds; at least Median
	After   []int     // steps that have to be done first
	Done    bool
	Elapsed float64 // days since it began
}

// Contracting says how long the paper takes, given the decision.
// Method: docs/methods/forecast-contracting.md.
type Contracting struct {
	P10, P50, P90 float64   // days
	Critical      []float64 // a step: how often it lies on the longest way
	Typical       bool      // some step rests on typical times, not on history
	sorted        []float64
}

// By gives p_contract: the chance that all steps are done within so many days.
func (c *Contracting) By(days float64) float64 {
	if len(c.sorted) == 0 {
		return 1
	}
	n, _ := slices.BinarySearch(c.sorted, math.Nextafter(days, math.Inf(1)))
	return float64(n) / float64(len(c.sorted))
}

// Contract draws the time that the open steps take. Each step's time comes from
// its own history, leaning on the typical times by ten observations' worth.
func Contract(steps []ContractStep, draws int, rng *rand.Rand) (*Contracting, error) {
	const op = "forecast contracting"
	if draws <= 0 {
		draws = 4000
	}
	order, err := inOrder(steps)
	if err != nil {
		return nil, err
	}
	c := &Contracting{Critical: make([]float64, len(steps)), sorted: make([]float64, draws)}
	history := make([][]float64, len(steps))
	for i, s := range steps {
		for _, d := range s.Days {
			if d >= 0 && !math.IsInf(d, 1) {
				history[i] = append(history[i], d)
			}
		}
		if s.Done {
			continue
		}
		if !(s.Median > 0) && len(history[i]) == 0 || !(s.Median >= 0) || s.Median > 0 && !(s.Slow >= s.Median) || !(s.Elapsed >= 0) {
			return nil, invalid(op, "step %q has no time it could take", s.Name)
		}
		c.Typical = c.Typical || len(history[i]) < 10
	}
	z90 := distuv.UnitNormal.Quantile(0.9)
	done, from := make([]float64, len(steps)), make([]int, len(steps))
	for n := range draws {
		end, last := 0.0, -1
		for _, i := range order {
			s := &steps[i]
			start, before := 0.0, -1
			for _, p := range s.After {
				if done[p] > start {
					start, before = done[p], p
				}
			}
			took := 0.0
			if !s.Done {
				once := func() float64 {
					h := history[i]
					if s.Median <= 0 || len(h) > 0 && rng.Float64() < float64(len(h))/float64(len(h)+10) {
						return h[rng.IntN(len(h))]
					}
					return s.Median * math.Exp(rng.NormFloat64()*math.Log(s.Slow/s.Median)/z90)
				}
				took = once()
				// Given that it has not ended yet: draw again, and if history knows
				// nothing as slow, let what has passed stand for what is to come.
				for try := 0; s.Elapsed > 0 && took <= s.Elapsed; try++ {
					if try == 50 {
						took = s.Elapsed * (1 + rng.ExpFloat64())
						break
					}
					took = once()
				}
				took = max(took-s.Elapsed, 0)
			}
			done[i], from[i] = start+took, before
			if done[i] > end || last < 0 {
				end, last = done[i], i
			}
		}
		c.sorted[n] = end
		for i := last; i >= 0; i = from[i] {
			c.Critical[i] += 1 / float64(draws)
		}
	}
	slices.Sort(c.sorted)
	c.P10, c.P50, c.P90 = quantile.Of(c.sorted, 0.1), quantile.Of(c.sorted, 0.5), quantile.Of(c.sorted, 0.9)
	return c, nil
}

// inOrder sorts steps so that each comes after those it waits for.
func inOrder(steps []ContractStep) ([]int, error) {
	const op = "forecast contracting"
	var order []int
	state := make([]uint8, len(steps))
	var visit func(i int) error
	visit = func(i int) error {
		switch state[i] {
		case 1:
			return invalid(op, "step %q waits for itself", steps[i].Name)
		case 2:
			return nil
		}
		state[i] = 1
		for _, p := range steps[i].After {
			if p < 0 || p >= len(steps) {
				return invalid(op, "step %q waits for a step that is not there", steps[i].Name)
			}
			if err := visit(p); err != nil {
				return err
			}
		}
		state[i] = 2
		order = append(order, i)
		return nil
	}
	for i := range steps {
		if err := visit(i); err != nil {
			return nil, err
		}
	}
	return order, nil
}

// mostStretch bounds the factor by which Agree lets the paper take longer, and
// its inverse shorter.
const mostStretch = 32

// Agree ties decision and paper to the chance of an order. won and decided hold
// the chances of an order and of their decision for us by each of the ascending
// horizons; decided is raised to won where it lies below, since whoever orders
// has decided. p_contract by a horizon is then the rest, won / decided, so that
// the two multiply to the chance of an order. The paper's own times are
// stretched by the one factor under which decision and paper, taken one after
// the other, give the chance of an order by the last horizon; ok is false where
// no factor does, and the times then have nothing to say.
// Method: docs/methods/forecast-contracting.md.
func (c *Contracting) Agree(horizons, won, decided []float64) (pContract, stretch float64, ok bool) {
	n := len(horizons)
	if n == 0 || len(won) != n || len(decided) != n {
		return 0, 1, false
	}
	high := 0.0
	for i := range decided {
		high = max(high, decided[i], won[i])
		decided[i] = min(high, 1)
	}
	last, target := decided[n-1], won[n-1]
	if last <= 1e-12 {
		return 0, 1, false
	}
	pContract = min(target/last, 1)
	until := horizons[n-1]
	by := func(stretch float64) float64 {
		sum, before, at := 0.0, 0.0, 0.0
		for i, x := range horizons {
			sum += (decided[i] - before) * c.By((until-(at+x)/2)/stretch)
			before, at = decided[i], x
		}
		return sum
	}
	lo, hi := 1.0/mostStretch, float64(mostStretch) // by falls as the stretch grows
	if by(lo) < target || by(hi) > target {
		return pContract, 1, false
	}
	for range 40 {
		if mid := math.Sqrt(lo * hi); by(mid) >= target {
			lo = mid
		} else {
			hi = mid
		}
	}
	return pContract, lo, true
}
