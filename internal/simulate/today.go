package simulate

import (
	"math"

	"github.com/throughline/throughline/internal/forecast"
)

// wide is how many standard deviations what happened may lie from what is
// simulated: 99 in 100 of each of five measures, 95 in 100 of all.
const wide = 2.576

// reproduce simulates the last year, or half of a shorter history, from those
// that were open at its beginning and those that really came, and looks whether
// what happened is among what comes out.
func (a *Answer) reproduce(h *History, e *experience, set Settings) {
	from := max(h.Until-365.25, (h.Until+span(h))/2)
	a.From = from
	c := standing(h, from)
	c.horizon, c.atOnce = h.Until-from, math.MaxInt
	var comes []arrival
	var real counts
	for i := range h.Paths {
		p := &h.Paths[i]
		if p.opened() > from && p.opened() <= h.Until {
			comes = append(comes, arrival{day: p.opened() - from, state: p.Visits[0].State, amount: p.Amount})
		}
		if p.End == forecast.Open || p.Ended <= from || p.Ended > h.Until {
			continue
		}
		real.ends[p.End]++
		if p.End == forecast.Won {
			real.days += p.Ended - p.opened()
			if p.Amount > 0 {
				real.booked += p.Amount
			}
		}
	}
	runs := min(max(work/4/max(len(c.open)+len(comes), 1), 40), 120)
	all := make([]counts, runs)
	parallel(runs, func(b int) {
		if set.stopped() {
			return
		}
		seed := mix(set.Seed, uint64(b)<<8|7)
		all[b] = c.run(e.fit(weights(e.paths, seed, nil)), comes, mix(seed, 1), nil)
	})
	for m := range Measure(Measures) {
		mean, square, n := 0.0, 0.0, 0.0
		for i := range all {
			if x := all[i].of(m); !math.IsNaN(x) {
				n++
				mean += x
				square += x * x
			}
		}
		was := real.of(m)
		row := Beside{Measure: m, Real: was, Known: n > 1 && !math.IsNaN(was) && (m != Booked || was > 0)}
		if row.Known {
			mean /= n
			sd := math.Sqrt(max(square/n-mean*mean, 0) * n / (n - 1))
			slack := wide * sd
			if m < Days {
				slack += 0.5 // whole deals
			}
			row.Mean, row.Low, row.High = mean, max(mean-slack, 0), mean+slack
			row.Differs = math.Abs(was-mean) > slack+1e-9
		} else {
			row.Real = 0
		}
		if row.Differs {
			a.Doubts = append(a.Doubts, Doubt{Code: NotReproduced, Measure: m})
		}
		a.Today = append(a.Today, row)
	}
}
