package main

import (
	"fmt"
	"math"

	"github.com/throughline/throughline/internal/forecast"
)

func deals(path string) {
	d, names := columns(path)
	n := len(d["amount"])
	bets := make([]forecast.Bet, n)
	for i := range bets {
		won := make([]float64, 12)
		for k, name := range names[3:] {
			won[k] = d[name][i] * d["p_win"][i]
		}
		bets[i] = forecast.Bet{Amount: d["amount"][i], CV: d["cv"][i], Won: [][]float64{won}}
	}
	for _, shock := range []float64{0, 0.2} {
		measure(fmt.Sprintf("mc 10k x 10k, shock %g", shock), 3, func() string {
			p := must(forecast.Simulate(bets, forecast.PipelineSettings{Shock: shock, Seed: 1}))
			q := p.Quantiles(0, 1, 0.1, 0.5, 0.9)
			for k := range 12 {
				p.Quantiles(k, k+1, 0.1, 0.5, 0.9)
			}
			return fmt.Sprint(math.Round(q[0]), math.Round(q[1]), math.Round(q[2]))
		})
	}
}
