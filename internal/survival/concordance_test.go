package survival

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestConcordanceCountsEveryPair: the trees give what counting every pair of a
// stratum gives, with and without weights, with ties of times and predictors.
func TestConcordanceCountsEveryPair(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 60 {
		n := 2 + r.IntN(40)
		s := Spells{Time: make([]float64, n), End: make([]uint8, n), Stratum: make([]int32, n), Strata: 3, Ends: 2}
		score, weight := make([]float64, n), make([]float64, n)
		for i := range n {
			s.Time[i] = float64(1 + r.IntN(8))
			s.End[i] = uint8(r.IntN(3))
			s.Stratum[i] = int32(r.IntN(3))
			score[i], weight[i] = float64(r.IntN(5)), float64(1+r.IntN(4))
		}
		for _, w := range [][]float64{nil, weight} {
			got, err := Concord(s, score, w)
			if err != nil {
				t.Fatal(err)
			}
			var want Concordance
			for i := range n { // whose event it is
				for j := range n {
					// Those censored at the time of an event outlive it.
					later := s.Time[j] > s.Time[i] || s.Time[j] == s.Time[i] && s.End[j] == 0
					if s.End[i] == 0 || s.Stratum[i] != s.Stratum[j] || i == j || !later {
						continue
					}
					x := 1.0
					if w != nil {
						x = w[i]
					}
					switch {
					case score[i] > score[j]:
						want.Concordant += x
					case score[i] < score[j]:
						want.Discordant += x
					default:
						want.TiedX += x
					}
				}
			}
			if got.Concordant != want.Concordant || got.Discordant != want.Discordant || got.TiedX != want.TiedX {
				t.Fatalf("%v, counted %v", got, want)
			}
			index := 0.5
			if total := want.Concordant + want.Discordant + want.TiedX; total > 0 {
				index = (want.Concordant + want.TiedX/2) / total
			}
			if math.Abs(got.Index-index) > 1e-12 || got.Err < 0 || math.IsNaN(got.Err) {
				t.Fatalf("index %v, counted %v, error %v", got.Index, index, got.Err)
			}
		}
	}
}

// TestConcordanceTurnedAround: predictors with their sign turned give the other
// side of a half, and as great an error.
func TestConcordanceTurnedAround(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	n := 200
	s := Spells{Time: make([]float64, n), End: make([]uint8, n), Ends: 1}
	score, turned := make([]float64, n), make([]float64, n)
	for i := range n {
		s.Time[i], s.End[i] = r.ExpFloat64(), uint8(r.IntN(2))
		score[i] = r.NormFloat64()
		turned[i] = -score[i]
	}
	a, err := Concord(s, score, nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Concord(s, turned, nil)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(a.Index+b.Index-1) > 1e-12 || math.Abs(a.Err-b.Err) > 1e-12 {
		t.Errorf("%v and %v", a, b)
	}
}
