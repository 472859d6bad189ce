package deal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/throughline/throughline"
)

// What an encoded summary is made of: numbers, texts, times, and values with
// the instant from which they hold.

type writer struct{ b []byte }

func (w *writer) bytes(p []byte) { w.b = append(w.b, p...) }
func (w *writer) varint(v int64) { w.b = binary.AppendVarint(w.b, v) }
func (w *writer) count(n int)    { w.b = binary.AppendUvarint(w.b, uint64(n)) }
func (w *writer) text(s string)  { w.count(len(s)); w.b = append(w.b, s...) }

func (w *writer) flag(v bool) {
	n := byte(0)
	if v {
		n = 1
	}
	w.b = append(w.b, n)
}

// time writes microseconds since 1970 in eight bytes, which are read quicker
// than a varint of as many: 0 is the zero time, and what is not before 1970 is
// moved up by one from there. The years 1 to 9999 leave five bits, which hold
// the mark of an instant that keeps its day.
func (w *writer) time(t time.Time) {
	us := int64(0)
	if !t.IsZero() {
		if us = t.UnixMicro(); us >= 0 {
			us++
		}
		us = us<<markBits | int64(throughline.DateMark(t))
	}
	w.b = binary.LittleEndian.AppendUint64(w.b, uint64(us))
}

const markBits = 5

// day writes days since 1970, with 0 for no day and one more from there on.
func (w *writer) day(d throughline.Day) {
	if d.IsZero() {
		w.varint(0)
		return
	}
	n := int64(d.Number())
	if n >= 0 {
		n++
	}
	w.varint(n)
}

// How a Latest begins: it is not set, it was learned when it happened, or at
// another time, which follows.
const (
	unset byte = iota
	atOnce
	learnedApart
)

func latest[T any](w *writer, l Latest[T], value func(T)) {
	if !l.Set() {
		w.b = append(w.b, unset)
		return
	}
	w.said(said{l.At, l.Learned, l.Turn})
	value(l.Value)
}

func (w *writer) said(a said) {
	if a.Learned == a.At {
		w.b = append(w.b, atOnce)
		w.time(a.At)
	} else {
		w.b = append(w.b, learnedApart)
		w.time(a.At)
		w.time(a.Learned)
	}
	w.count(int(a.Turn))
}

// reader never reads past the end: the first fault empties it and is kept. It
// reads from a string, so that the texts in it need no copies.
type reader struct {
	b       string
	err     error
	decoder *Decoder
}

func (r *reader) version() bool {
	if len(r.b) == 0 || r.b[0] != codecVersion {
		return false
	}
	r.b = r.b[1:]
	return true
}

func (r *reader) fail() {
	if r.err == nil {
		r.err = errors.New("summary is cut short or damaged")
	}
	r.b = ""
}

func (r *reader) end() error {
	if r.err == nil && len(r.b) > 0 {
		return fmt.Errorf("summary has %d bytes too many", len(r.b))
	}
	return r.err
}

func (r *reader) bytes(p []byte) {
	if len(r.b) < len(p) {
		r.fail()
		return
	}
	copy(p, r.b)
	r.b = r.b[len(p):]
}

func (r *reader) varint() int64 {
	u := r.uvarint()
	return int64(u>>1) ^ -int64(u&1) // zigzag, as encoding/binary writes it
}

func (r *reader) uvarint() uint64 {
	if len(r.b) > 0 && r.b[0] < 0x80 {
		v := uint64(r.b[0])
		r.b = r.b[1:]
		return v
	}
	return r.longUvarint()
}

func (r *reader) longUvarint() uint64 {
	var v uint64
	for i := 0; i < len(r.b) && i < binary.MaxVarintLen64; i++ {
		c := r.b[i]
		if c < 0x80 {
			r.b = r.b[i+1:]
			return v | uint64(c)<<(7*i)
		}
		v |= uint64(c&0x7f) << (7 * i)
	}
	r.fail()
	return 0
}

// count reads how many items follow, each of at least size bytes, so that a
// damaged count cannot ask for memory that the bytes do not back.
func (r *reader) count(size int) int {
	v := r.uvarint()
	if v > uint64(len(r.b))/uint64(size) {
		r.fail()
		return 0
	}
	return int(v)
}

func (r *reader) text() string {
	n := r.count(1)
	if n == 0 {
		return ""
	}
	s := r.b[:n]
	r.b = r.b[n:]
	return s
}

func (r *reader) flag() bool {
	if len(r.b) == 0 {
		r.fail()
		return false
	}
	v := r.b[0] != 0
	r.b = r.b[1:]
	return v
}

func (r *reader) time() time.Time {
	if len(r.b) < 8 {
		r.fail()
		return time.Time{}
	}
	b := r.b
	us := int64(
		uint64(
			b[0],
		) | uint64(
			b[1],
		)<<8 | uint64(
			b[2],
		)<<16 | uint64(
			b[3],
		)<<24 | uint64(
			b[4],
		)<<32 | uint64(
			b[5],
		)<<40 | uint64(
			b[6],
		)<<48 | uint64(
			b[7],
		)<<56,
	)
	r.b = b[8:]
	if us == 0 {
		return time.Time{}
	}
	mark := int(us & (1<<markBits - 1))
	if us >>= markBits; us > 0 {
		us--
	}
	return throughline.Redated(time.UnixMicro(us), mark)
}

func (r *reader) day() throughline.Day {
	n := r.varint()
	switch {
	case n == 0:
		return throughline.Day{}
	case n > 0:
		n--
	}
	if n < -800_000 || n > 3_000_000 { // from before the year 1 to after 9999
		r.fail()
		return throughline.Day{}
	}
	if d, ok := r.decoder.days[n]; ok {
		return d
	}
	d := throughline.DayNumber(int(n))
	if r.decoder.Block > 0 {
		if r.decoder.days == nil {
			r.decoder.days = map[int64]throughline.Day{}
		}
		r.decoder.days[n] = d
	}
	return d
}

// readLatest reads when a value began to hold; ok says that the value follows.
func readLatest[T any](r *reader, l *Latest[T]) (ok bool) {
	if len(r.b) == 0 {
		r.fail()
		return false
	}
	if r.b[0] == unset {
		r.b = r.b[1:]
		return false
	}
	a := r.said()
	l.At, l.Learned, l.Turn = a.At, a.Learned, a.Turn
	return r.err == nil
}

func (r *reader) said() (a said) {
	if len(r.b) == 0 {
		r.fail()
		return a
	}
	form := r.b[0]
	r.b = r.b[1:]
	switch form {
	case atOnce:
		a.At = r.time()
		a.Learned = a.At
	case learnedApart:
		a.At = r.time()
		a.Learned = r.time()
	default:
		r.fail()
	}
	if n := r.uvarint(); n <= math.MaxInt32 {
		a.Turn = int32(n)
	} else {
		r.fail()
	}
	return a
}
