package survival

import (
	"math"
	"math/rand/v2"
	"testing"
)

func BenchmarkCauses(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	const n = 100_000
	s := Spells{Time: make([]float64, n), End: make([]uint8, n)}
	x := make([][]float64, 5)
	for j := range x {
		x[j] = make([]float64, n)
		for i := range x[j] {
			x[j][i] = rng.NormFloat64()
		}
	}
	for i := range n {
		s.Time[i] = math.Ceil(100 * rng.ExpFloat64() * math.Exp(-0.3*x[0][i]+0.2*x[1][i]))
		s.End[i] = uint8(rng.IntN(4))
	}
	for b.Loop() {
		if _, err := FitCauses(s, x, CoxSettings{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCox20(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	const n = 100_000
	s := Spells{Time: make([]float64, n), End: make([]uint8, n)}
	x := make([][]float64, 20)
	for j := range x {
		x[j] = make([]float64, n)
		for i := range x[j] {
			x[j][i] = rng.NormFloat64()
		}
	}
	for i := range n {
		eta := 0.0
		for j := range x {
			eta += x[j][i] * (float64(j)/19 - 0.5)
		}
		s.Time[i] = math.Ceil(100 * rng.ExpFloat64() * math.Exp(-eta))
		s.End[i] = uint8(rng.IntN(2))
	}
	for b.Loop() {
		if _, err := FitCox(s, 1, x, CoxSettings{}); err != nil {
			b.Fatal(err)
		}
	}
}
