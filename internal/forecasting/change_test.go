package forecasting

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestChangesAddUp: what was expected a week ago and every part of the change
// sum to what is expected now, whichever deals came, went or stayed.
func TestChangesAddUp(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		var c Changes
		before, now := 0.0, 0.0
		for range r.IntN(40) {
			was, is, model, time := r.Float64(), r.Float64(), r.Float64(), r.Float64()
			var x DealChange
			switch r.IntN(3) {
			case 0:
				x = DealChange{Now: &is} // it opened since
			case 1:
				x = DealChange{Before: &was} // it ended since
			default:
				x = DealChange{Before: &was, Now: &is, Model: model - was, Time: time - model, Facts: is - time}
			}
			if x.Before != nil {
				before += was
			}
			if x.Now != nil {
				now += is
			}
			if size := x.size(); size < 0 || size > 1 || x.Before != nil && x.Now != nil && size != math.Abs(is-was) {
				t.Fatalf("%v moved by %v", x, size)
			}
			c.add(x)
		}
		if math.Abs(c.Before-before) > 1e-9 || math.Abs(c.Now-now) > 1e-9 {
			t.Fatalf("from %v to %v, not from %v to %v", c.Before, c.Now, before, now)
		}
		if sum := c.Before + c.Opened + c.Ended + c.Facts + c.Time + c.Model; math.Abs(sum-c.Now) > 1e-9 {
			t.Fatalf("the parts lead to %v, not to %v", sum, c.Now)
		}
	}
}
