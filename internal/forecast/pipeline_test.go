package forecast

import (
	"math"
	"math/rand/v2"
	"testing"
)

func someBets(n int) []Bet {
	rng := rand.New(rand.NewPCG(1, 1))
	bets := make([]Bet, n)
	for i := range bets {
		won, p := make([]float64, 12), rng.Float64()*0.66
		for k := range won {
			won[k] = p / 13
		}
		bets[i] = Bet{Amount: math.Exp(9.5 + 1.1*rng.NormFloat64()), CV: 0.05 + 0.35*rng.Float64(), Won: [][]float64{won}}
	}
	return bets
}

func BenchmarkSimulate(b *testing.B) {
	bets := someBets(10_000)
	for b.Loop() {
		if _, err := Simulate(bets, PipelineSettings{Draws: 1000}); err != nil {
			b.Fatal(err)
		}
	}
}
