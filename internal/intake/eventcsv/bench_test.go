package eventcsv

import (
	"bytes"
	"os"
	"testing"
)

// BenchmarkRead reads the file named by CSV_BENCH.
func BenchmarkRead(b *testing.B) {
	data, err := os.ReadFile(os.Getenv("CSV_BENCH"))
	if err != nil {
		b.Skip("CSV_BENCH names no file")
	}
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if l, _, _ := Read(bytes.NewReader(data), Options{}); l == nil {
			b.Fatal("refused")
		}
	}
}
