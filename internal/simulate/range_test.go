package simulate

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestWithoutLuck: of draws much of whose spread is luck, what is left is known
// badly, and the interval is wider for it; it never vanishes.
func TestWithoutLuck(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	const n, companies = 200, 2000
	for _, own := range []float64{0.2, 1, 10} { // variance of what is expected; that of luck is 1
		draw := func() float64 { return math.Sqrt(own) * r.NormFloat64() }
		held := 0
		for range companies {
			truth := draw()
			var x []float64
			for range n {
				x = append(x, draw()+r.NormFloat64())
			}
			if got := rangeOf(x, 1); got.Low <= truth && truth <= got.High {
				held++
			}
			if got := rangeOf(x, 5*(own+1)); !(got.Low < got.High) {
				t.Fatalf("more luck than spread gives %+v", got)
			}
		}
		if share := float64(held) / companies; share < 0.86 || share > 0.93 {
			t.Errorf("variance %g beside luck of 1: held %.1f of 100", own, 100*share)
		}
	}
}
