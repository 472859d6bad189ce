package mining

import "github.com/throughline/throughline/internal/survival"

// wilson gives the 95 % interval of a share (Wilson 1927).
func wilson(p, n float64) (lo, hi float64) { return survival.Wilson(p, n, 0.95) }

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
