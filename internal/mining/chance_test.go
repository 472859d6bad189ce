package mining

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestWhatChanceExceeds: of few greatest gains the height that one in a hundred
// exceeds is that of the law they follow.
func TestWhatChanceExceeds(t *testing.T) {
	var heights []float64
	for i := range 20_000 {
		heights = append(heights, 3-2*math.Log(-math.Log((float64(i)+0.5)/20_000)))
	}
	if got, want := exceeded(heights), 3-2*math.Log(-math.Log(0.99)); math.Abs(got-want) > 0.02 {
		t.Errorf("one in a hundred exceeds %.3f, want %.3f", got, want)
	}
	r, above, n := rand.New(rand.NewPCG(1, 2)), 0, 20_000
	for range n { // as few as are taken: it is right on average
		few := make([]float64, rounds[0])
		for i := range few {
			few[i] = -math.Log(-math.Log(r.Float64()))
		}
		if -math.Log(-math.Log(r.Float64())) > exceeded(few) {
			above++
		}
	}
	if share := float64(above) / float64(n); share < 0.005 || share > 0.035 {
		t.Errorf("of thirteen, %.3f exceed what one in a hundred should", share)
	}
}

// TestSureWithoutMore: what lies far above all shuffles, or among them, needs no
// more of them; what lies a little above does.
func TestSureWithoutMore(t *testing.T) {
	tr := &tree{t: &traits{on: [allTerms]bool{true, true, true, true}}}
	c := &chance{}
	r := rand.New(rand.NewPCG(3, 4))
	for range rounds[0] {
		var m [allTerms + 1]float64
		for k := range m {
			m[k] = 20 + 5*r.NormFloat64()
		}
		c.most = append(c.most, m)
	}
	tr.measure(c)
	for _, x := range []struct {
		gain         float64
		sure, beaten bool
	}{{400, true, true}, {45, false, false}, {12, true, false}} {
		var g [allTerms + 1]float64
		for k := range g {
			g[k] = x.gain
		}
		if sure, beaten := tr.sure(c, g); sure != x.sure || beaten != x.beaten {
			t.Errorf("%g bits: sure %t, beaten %t", x.gain, sure, beaten)
		}
	}
}
