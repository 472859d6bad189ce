package eventcsv

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestLinesAreTold: lines that grow, lines of all lengths and a file of two
// halves are told to within two in a hundred, and hardly ever too few.
func TestLinesAreTold(t *testing.T) {
	short := 0
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 3))
		var b bytes.Buffer
		n := 300_000 + r.IntN(100_000)
		for i := range n {
			switch seed % 3 {
			case 0:
				fmt.Fprintf(&b, "%d,step\n", i*i)
			case 1:
				fmt.Fprintf(&b, "%0*d\n", 1+r.IntN(60), i)
			default:
				fmt.Fprintf(&b, "%0*d\n", 10+i/(n/2)*20, i)
			}
		}
		got := lines(bytes.NewReader(b.Bytes()), int64(b.Len()))
		if got < float64(n) {
			short++
		}
		if off := got/float64(n) - 1; off < -0.003 || off > 0.02 {
			t.Errorf("seed %d: %.0f lines told, there are %d", seed, got, n)
		}
	}
	if short > 2 {
		t.Errorf("%d of 30 times too few", short)
	}
	if got := lines(bytes.NewReader([]byte("a\nb\n")), 4); got != 0 {
		t.Errorf("%.1f lines told of a small file", got)
	}
	packed := append([]byte{0x1f, 0x8b}, make([]byte, 5<<20)...)
	if got := lines(bytes.NewReader(packed), int64(len(packed))); got != 0 {
		t.Errorf("%.1f lines told of a packed file", got)
	}
}
