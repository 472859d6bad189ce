package throughline_test

import (
	"testing"
	"time"

	"github.com/throughline/throughline"
)

// TestEvidenceAges: a grade is whole until its shelf life is over, and loses one
// at that very instant, and one more for each further shelf life, down to E0.
func TestEvidenceAges(t *testing.T) {
	lives := throughline.DefaultShelfLives()
	for _, cycle := range []time.Duration{0, 900 * 24 * time.Hour} { // a long cycle stretches the shorter lives
		for g := throughline.E1; g <= throughline.E4; g++ {
			life := lives.Of(g, cycle)
			if life <= 0 || cycle > 0 && life < cycle/6 {
				t.Fatalf("the shelf life of %s at a cycle of %v is %v", g, cycle, life)
			}
			for lost := throughline.Grade(0); lost <= g+2; lost++ {
				want := throughline.E0
				if lost < g {
					want = g - lost
				}
				begin := time.Duration(lost) * life
				for _, age := range []time.Duration{begin, begin + life/2, begin + life - 1} {
					if got := lives.Strength(g, age, cycle); got != want {
						t.Errorf("%s after %v of a shelf life of %v: %s, want %s", g, age, life, got, want)
					}
				}
			}
		}
		if lives.Strength(throughline.E0, 1000*24*time.Hour, cycle) != throughline.E0 {
			t.Error("E0 has nothing to lose")
		}
	}
}
