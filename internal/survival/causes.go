package survival

import (
	"math"
	"slices"
)

// Causes are the cause-specific hazards of competing ends, one Cox model each.
// docs/methods/survival-cox.md.
type Causes struct {
	Models []*Cox
	from   []int     // rows of stratum g in time: from[g]:from[g+1]
	time   []float64 // event times of any end
	step   []float64 // baseline increment of each end, Ends a row
}

// FitCauses fits one Cox model for each end; other ends censor.
// Source: Prentice 1978; docs/methods/survival-cox.md.
func FitCauses(s Spells, x [][]float64, set CoxSettings) (*Causes, error) {
	s, err := s.sized("fit cause-specific models")
	if err != nil {
		return nil, err
	}
	c := &Causes{Models: make([]*Cox, s.Ends)}
	for k := range s.Ends { // one after another: each uses every core
		if c.Models[k], err = FitCox(s, uint8(k+1), x, set); err != nil {
			return nil, err
		}
	}
	c.from = []int{0}
	for g := range s.Strata {
		var times []float64
		for _, m := range c.Models {
			times = append(times, m.Time[m.From[g]:m.From[g+1]]...)
		}
		slices.Sort(times)
		times = slices.Compact(times)
		base := len(c.time)
		c.time = append(c.time, times...)
		c.step = append(c.step, make([]float64, len(times)*s.Ends)...)
		for k, m := range c.Models {
			r := base
			for q := m.From[g]; q < m.From[g+1]; q++ {
				for c.time[r] < m.Time[q] {
					r++
				}
				c.step[r*s.Ends+k] = m.step[q]
			}
		}
		c.from = append(c.from, len(c.time))
	}
	return c, nil
}

// Risks gives the chance that end k (from 0) has come by each of the ascending
// times, for rows of the columns x in stratum g: len(times) a row. Chances of
// all ends and of staying open sum to one (product integral).
func (c *Causes) Risks(g, k int, x [][]float64, times []float64) ([]float64, error) {
	ends := len(c.Models)
	const op = "predict risks"
	if k < 0 || k >= ends || g < 0 || g+1 >= len(c.from) || !slices.IsSorted(times) || len(x) != len(c.Models[0].Coef) {
		return nil, invalid(op, "end %d, stratum %d, %d columns or unsorted times do not fit the model", k, g, len(x))
	}
	n := 0
	if len(x) > 0 {
		n = len(x[0])
	}
	out := make([]float64, n*len(times))
	step, at := c.step[c.from[g]*ends:c.from[g+1]*ends], c.time[c.from[g]:c.from[g+1]]
	parallel(n, 64, func(_, from, to int) {
		risk := make([]float64, ends)
		for i := from; i < to; i++ {
			for e, m := range c.Models {
				lp := 0.0
				for j, b := range m.Coef {
					lp += b * (x[j][i] - m.Mean[j])
				}
				risk[e] = math.Exp(lp)
			}
			open, f, r := 1.0, 0.0, 0
			for q, until := range times {
				for r < len(at) && at[r] <= until {
					sum := 0.0
					for e, v := range step[r*ends : r*ends+ends] {
						sum += v * risk[e]
					}
					own := step[r*ends+k] * risk[k]
					if sum > 1 { // more hazard than there is left: shared out
						own, sum = own/sum, 1
					}
					f += open * own
					open *= 1 - sum
					r++
				}
				out[i*len(times)+q] = f
			}
		}
	})
	return out, nil
}
