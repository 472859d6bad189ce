package quantile_test

import (
	"math"
	"testing"

	"github.com/throughline/throughline/internal/quantile"
)

// TestOf holds the answers against R 4.3's quantile(x, p), whose default is the
// same definition.
func TestOf(t *testing.T) {
	for _, c := range []struct {
		of   []int64
		p    float64
		want float64
	}{
		{nil, 0.5, 0}, {[]int64{7}, 0.5, 7}, {[]int64{7}, 0.9, 7},
		{[]int64{4, 9}, 0.5, 6.5}, {[]int64{3, 5, 40, 70}, 0.5, 22.5}, {[]int64{3, 5, 40}, 0.5, 5},
		{[]int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 0.9, 9.1}, {[]int64{2, 3, 5, 7, 11, 13}, 0.25, 3.5},
		{[]int64{2, 3, 5, 7, 11, 13}, 0, 2}, {[]int64{2, 3, 5, 7, 11, 13}, 1, 13}, {[]int64{-8, -2, 0, 6}, 0.5, -1},
	} {
		if got := quantile.Of(c.of, c.p); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("Of(%v, %g) = %g, want %g", c.of, c.p, got, c.want)
		}
	}
	if got := quantile.Of([]float64{1, 2, math.Inf(1)}, 0.5); got != 2 {
		t.Errorf("an infinite neighbour of the middle gives %g", got)
	}
	if got := quantile.Of([]float64{1, math.Inf(1), math.Inf(1)}, 0.5); !math.IsInf(got, 1) {
		t.Errorf("an infinite middle gives %g", got)
	}
}
