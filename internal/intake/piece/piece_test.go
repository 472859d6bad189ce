package piece

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
)

// lines is a part that must not end inside brackets.
type lines struct {
	data []byte
	open bool
}

func (l *lines) Read(data []byte) {
	l.data = data
	l.open = bytes.Count(data, []byte("[")) != bytes.Count(data, []byte("]"))
}

func (l *lines) Open() bool { return l.open }

func newline(buf []byte) int { return bytes.LastIndexByte(buf, '\n') + 1 }

// TestNothingIsLost: whatever the sizes, the parts together are the stream, in
// order, and none but the last ends inside brackets.
func TestNothingIsLost(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		var b strings.Builder
		for range r.IntN(60) {
			b.WriteString([]string{"a", "bb\n", "[x\ny]", "[[z]\n\n]", "\n", "long " + strings.Repeat("-", r.IntN(50))}[r.IntN(6)])
		}
		want := b.String()
		var in io.Reader = iotest.OneByteReader(strings.NewReader(want))
		if r.IntN(2) == 0 {
			var z bytes.Buffer
			w := gzip.NewWriter(&z)
			_, _ = io.WriteString(w, want)
			_ = w.Close()
			in = &z
		}
		s, err := NewSource(in, Options{Workers: 1 + r.IntN(4), Size: 1 + r.IntN(40), Limit: 1 << 20}, newline)
		if err != nil {
			t.Fatal(err)
		}
		var got strings.Builder
		lasts := 0
		Each(s, func() *lines { return &lines{} }, func(p *lines, data []byte, last bool) bool {
			if p.open && !last {
				t.Errorf("seed %d: %q ends inside brackets", seed, data)
			}
			got.Write(data)
			if last {
				lasts++
			}
			return true
		})
		if got.String() != want || lasts != 1 {
			t.Fatalf("seed %d: %q with %d ends, want %q", seed, got.String(), lasts, want)
		}
	}
}

// TestStops: who takes over may stop; nothing hangs, and no more is handed over.
func TestStops(t *testing.T) {
	s, _ := NewSource(strings.NewReader(strings.Repeat("line\n", 10000)), Options{Workers: 3, Size: 20}, newline)
	taken := 0
	Each(s, func() *lines { return &lines{} }, func(*lines, []byte, bool) bool {
		taken++
		return taken < 7
	})
	if taken != 7 {
		t.Errorf("%d parts after the stop at 7", taken)
	}
}

// TestLimit: a stretch without a cut is handed over at the limit, for its reader to judge.
func TestLimit(t *testing.T) {
	s, _ := NewSource(strings.NewReader(strings.Repeat("x", 5000)), Options{Size: 16, Limit: 1000}, newline)
	data, last := s.Next(nil)
	if len(data) < 1000 || len(data) > 1300 || last {
		t.Errorf("%d bytes, last %v", len(data), last)
	}
}

func TestWhyItEnded(t *testing.T) {
	s, _ := NewSource(io.MultiReader(strings.NewReader("a\nb"), iotest.ErrReader(errors.New("the disk is gone"))), Options{}, newline)
	if _, last := s.Next(nil); !last {
		t.Error("not the last")
	}
	if say, damaged, err := s.Err(); err == nil || damaged || !strings.Contains(say, "the disk is gone") {
		t.Error(say, damaged, err)
	}
	if _, err := NewSource(strings.NewReader("\x1f\x8bno"), Options{}, newline); err == nil {
		t.Error("gzip that is none")
	}
}

// TestWhole: how much a packed stream holds is told well from its beginning.
func TestWhole(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	line := 0
	total := 0
	for total < 8<<20 {
		line++
		n, _ := fmt.Fprintf(z, "%d,some text that packs well,%d\n", line, line*7919%1000)
		total += n
	}
	z.Close()
	size := int64(packed.Len())
	s, err := NewSource(&packed, Options{}, func(b []byte) int { return bytes.LastIndexByte(b, '\n') + 1 })
	if err != nil {
		t.Fatal(err)
	}
	var buf []byte
	for range 3 {
		buf, _ = s.Next(buf)
	}
	if got := float64(s.Whole(size)) / float64(total); got < 0.9 || got > 1.1 {
		t.Errorf("it tells %.2f of the whole", got)
	}
	plain, _ := NewSource(bytes.NewReader([]byte("a\n")), Options{}, func([]byte) int { return 0 })
	if plain.Whole(2) != 2 {
		t.Error("a plain file is as large as it is")
	}
}
