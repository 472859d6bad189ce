package forecast

import (
	"math"
	"math/rand/v2"
	"sync"
	"testing"
)

// struck is a made-up company whose every month is good or bad for all deals at
// once: weekly hazards are multiplied by the month's own factor.
func struck(rng *rand.Rand, n, span int, tau float64) *company {
	c := draw(rng, n, span)
	factor := make([]float64, span/4+2)
	for i := range factor {
		factor[i] = math.Exp(tau*rng.NormFloat64() - tau*tau/2)
	}
	for i := range c.h.Subjects {
		s := &c.h.Subjects[i]
		s.End, s.Ended = Open, 0
		h := c.hazards(i)
		for at := s.Opened + week; at <= c.h.Until && s.End == Open; at += week {
			u := rng.Float64()
			f := factor[int(at/month)]
			for k, v := range h {
				if u -= v * f; u < 0 {
					s.End, s.Ended = Won+End(k), at-week*rng.Float64()
					break
				}
			}
		}
	}
	return c
}

// TestRevenueIntervals: looked back on over many companies, intervals that
// should hold the result in 80 of 100 do about that, whether months strike all
// deals at once or not. Wins are counted: amounts are known in a look back.
func TestRevenueIntervals(t *testing.T) {
	if testing.Short() {
		t.Skip("fits some hundred models")
	}
	for _, c := range []struct{ tau, low, high float64 }{{0, 0.76, 0.97}, {0.35, 0.70, 0.92}} {
		var mu sync.Mutex
		held, of, seen := 0.0, 0.0, 0.0
		const seeds = 12
		many(seeds, func(seed uint64) {
			h := struck(rand.New(rand.NewPCG(seed, 700)), 500, 110, c.tau).h
			for i := range h.Subjects {
				h.Subjects[i].Amount = math.NaN()
			}
			b, err := RunBacktest(h, BacktestSettings{Fit: Settings{Rows: 900}, Pipeline: 1000})
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			for _, p := range b.Points {
				held += inside(p)
				of++
			}
			seen += b.Shock / seeds
		})
		t.Logf("shock %.2f: 80 %% intervals hold %.0f of 100 (%.0f looks), seen %.2f", c.tau, 100*held/of, of, seen)
		if r := held / of; r < c.low || r > c.high {
			t.Errorf("shock %.2f: 80 %% intervals hold %.1f of 100", c.tau, 100*r)
		}
	}
}
