package xes

import (
	"bytes"
	"os"
	"testing"
)

// BenchmarkRead reads the file named by XES_BENCH with one and with two workers,
// beside the loop over every quote that is the limit to chase.
func BenchmarkRead(b *testing.B) {
	data, err := os.ReadFile(os.Getenv("XES_BENCH"))
	if err != nil {
		b.Skip("XES_BENCH names no file")
	}
	b.Run("quotes", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		n := 0
		for b.Loop() {
			for i := 0; i < len(data); {
				k := bytes.IndexByte(data[i:], '"')
				if k < 0 {
					break
				}
				i += k + 1
				n++
			}
		}
	})
	for _, w := range []int{1, 2} {
		b.Run([]string{"", "one", "two"}[w], func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				if l, _, _ := Read(bytes.NewReader(data), Options{Workers: w}); l == nil {
					b.Fatal("refused")
				}
			}
		})
	}
}
