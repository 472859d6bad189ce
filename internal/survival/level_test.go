package survival

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Times that are sums of tenths: the same day reached by different roads.
// Expected values by hand, with 0.7 = 0.1 + 0.6 and 1.1 = 0.7 + 0.4 as one.
func TestTimesThatDifferByRoundingAreOne(t *testing.T) {
	tenth := func(n int) (sum float64) {
		for range n {
			sum += 0.1
		}
		return sum
	}
	s := Spells{Time: []float64{0.8, tenth(8), 1.1, tenth(11), 1.5}, End: []uint8{1, 1, 1, 0, 0}}
	if s.Time[0] == s.Time[1] || s.Time[2] == s.Time[3] {
		t.Fatal("the sums are equal to the last bit; this test says nothing")
	}
	km, err := KaplanMeier(s)
	if err != nil {
		t.Fatal(err)
	}
	if len(km.Time) < 2 || math.Abs(km.Open[0]-0.6) > 1e-12 || math.Abs(km.Open[1]-0.4) > 1e-12 {
		t.Errorf("times %v, staying %v; want 0.6 at 0.8 and 0.4 at 1.1", km.Time, km.Open)
	}
	if s.Time[1] != tenth(8) {
		t.Error("the caller's column was changed")
	}
}

// Jitter below the tolerance changes no answer, jitter above it does; entries
// as well as times.
func TestJitterBelowRoundingChangesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 20))
	n := 300
	even := Spells{Time: make([]float64, n), Entry: make([]float64, n), End: make([]uint8, n)}
	x := make([]float64, n)
	for i := range n {
		even.Entry[i] = float64(r.IntN(8)) * 0.25
		even.Time[i] = even.Entry[i] + 0.25*float64(1+r.IntN(12))
		even.End[i] = uint8(r.IntN(3))
		x[i] = r.NormFloat64()
	}
	jittered := func(by float64) Spells {
		s := even
		s.Time, s.Entry = make([]float64, n), make([]float64, n)
		for i := range n {
			s.Time[i] = even.Time[i] * (1 + by*r.Float64())
			s.Entry[i] = even.Entry[i] * (1 + by*r.Float64())
		}
		return s
	}
	coef := func(s Spells) float64 {
		m, err := FitCox(s, 1, [][]float64{x}, CoxSettings{})
		if err != nil {
			t.Fatal(err)
		}
		return m.Coef[0]
	}
	want := coef(even)
	if got := coef(jittered(1e-12)); math.Abs(got-want) > 1e-9 {
		t.Errorf("rounding moves the coefficient from %g to %g", want, got)
	}
	if got := coef(jittered(1e-3)); math.Abs(got-want) < 1e-9 {
		t.Errorf("times that are truly different were made one: %g", got)
	}
	var scaled = jittered(1e-12)
	for i := range n { // the answer does not hang on the unit
		scaled.Time[i] *= 1e-9
		scaled.Entry[i] *= 1e-9
	}
	if got := coef(scaled); math.Abs(got-want) > 1e-6 {
		t.Errorf("in another unit the coefficient is %g, not %g", got, want)
	}
}
