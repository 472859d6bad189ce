package deal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/throughline/throughline"
)

// codecVersion leads every encoded summary; a store that finds another one
// folds the deal anew from its facts.
const codecVersion = 1

// ErrSummaryVersion says that a summary was written by another version of the
// program; it can be made anew from the facts.
var ErrSummaryVersion = errors.New("summary of another version")

// Encode gives the summary as bytes for a store: compact and quick, because a
// list of a hundred thousand deals decodes as many. Attributes are left out
// unless asked for; lists do not need them.
func (s *Summary) Encode(b []byte) []byte {
	w := writer{append(b, codecVersion)}
	w.bytes(s.Deal[:])
	latest(&w, s.Title, w.text)
	latest(&w, s.Account, func(a throughline.AccountID) { w.bytes(a[:]) })
	latest(&w, s.Owner, func(p throughline.PersonID) { w.bytes(p[:]) })
	w.time(s.Opened)
	latest(&w, s.Stage, func(m StageMoved) { w.text(m.Foreign); w.text(string(m.Stage)) })
	latest(&w, s.Amount, func(m throughline.Money) { w.varint(m.Cents); w.text(m.Currency) })
	w.count(len(s.CloseDates))
	for _, c := range s.CloseDates {
		w.time(c.Day.Start())
		w.time(c.At)
	}
	latest(&w, s.End, func(e Ended) {
		w.text(string(e.Outcome))
		w.text(string(e.Cause))
		w.text(e.Foreign)
		w.text(e.Text)
		w.time(e.Until.Start())
	})
	latest(&w, s.Class, func(c throughline.Class) { w.text(string(c)) })
	latest(&w, s.Override, func(p throughline.Phase) { w.varint(int64(p)) })
	w.count(len(s.Skipped))
	for _, p := range slices.Sorted(maps.Keys(s.Skipped)) {
		w.varint(int64(p))
		w.time(s.Skipped[p])
	}
	w.count(len(s.Marks))
	for _, m := range s.Marks {
		w.text(string(m.About))
		w.bytes(m.Person[:])
		w.varint(int64(m.Grade))
		w.time(m.At)
		w.flag(m.Against)
	}
	w.count(len(s.Milestones))
	for _, a := range slices.Sorted(maps.Keys(s.Milestones)) {
		w.text(string(a))
		latest(&w, s.Milestones[a], w.flag)
	}
	w.count(len(s.Steps))
	for _, a := range slices.Sorted(maps.Keys(s.Steps)) {
		w.text(string(a))
		latest(&w, s.Steps[a], func(m StepMoved) { w.text(string(m.State)); w.text(string(m.By)); w.time(m.Due.Start()) })
	}
	w.count(len(s.People))
	for _, id := range s.PersonIDs() {
		st := s.People[id]
		w.bytes(id[:])
		w.count(len(st.Roles))
		for _, r := range st.Roles {
			w.text(string(r))
		}
		latest(&w, st.Function, w.text)
		latest(&w, st.Left, w.flag)
		latest(&w, st.Stance, func(p Position) { w.varint(int64(p.Value)); w.varint(int64(p.Agrees)); w.varint(int64(p.Grade)) })
	}
	w.count(len(s.Events))
	for _, e := range s.Events {
		w.text(string(e.Event))
		w.time(e.At)
	}
	w.count(len(s.Acts))
	for _, a := range s.Acts {
		w.varint(int64(a))
	}
	w.time(s.LastUs)
	w.varint(int64(s.Facts))
	w.time(s.Horizon)
	return w.b
}

// EncodeAttributes gives the attributes apart from the rest.
func (s *Summary) EncodeAttributes() []byte {
	w := writer{[]byte{codecVersion}}
	w.count(len(s.Attributes))
	for _, k := range slices.Sorted(maps.Keys(s.Attributes)) {
		w.text(k)
		latest(&w, s.Attributes[k], w.text)
	}
	return w.b
}

// DecodeSummary reads what Encode wrote.
func DecodeSummary(b []byte) (Summary, error) {
	var s Summary
	r := reader{b: string(b)}
	if !r.version() {
		return s, ErrSummaryVersion
	}
	r.bytes(s.Deal[:])
	readLatest(&r, &s.Title, r.text)
	readLatest(&r, &s.Account, func() (a throughline.AccountID) { r.bytes(a[:]); return })
	readLatest(&r, &s.Owner, func() (p throughline.PersonID) { r.bytes(p[:]); return })
	s.Opened = r.time()
	readLatest(&r, &s.Stage, func() StageMoved { return StageMoved{r.text(), throughline.Address(r.text())} })
	readLatest(&r, &s.Amount, func() throughline.Money { return throughline.Money{Cents: r.varint(), Currency: r.text()} })
	for n := r.count(2); n > 0; n-- {
		s.CloseDates = append(s.CloseDates, DatedDay{throughline.DayOf(r.time()), r.time()})
	}
	readLatest(&r, &s.End, func() Ended {
		return Ended{throughline.Outcome(r.text()), throughline.Cause(r.text()), r.text(), r.text(), throughline.DayOf(r.time())}
	})
	readLatest(&r, &s.Class, func() throughline.Class { return throughline.Class(r.text()) })
	readLatest(&r, &s.Override, func() throughline.Phase { return throughline.Phase(r.varint()) })
	if n := r.count(2); n > 0 {
		s.Skipped = make(map[throughline.Phase]time.Time, n)
		for ; n > 0; n-- {
			p := throughline.Phase(r.varint())
			s.Skipped[p] = r.time()
		}
	}
	if n := r.count(20); n > 0 {
		s.Marks = make([]Mark, n)
		for i := range s.Marks {
			m := &s.Marks[i]
			m.About = throughline.Address(r.text())
			r.bytes(m.Person[:])
			m.Grade, m.At, m.Against = throughline.Grade(r.varint()), r.time(), r.flag()
		}
	}
	readMap(&r, &s.Milestones, func(throughline.Address) bool { return r.flag() })
	readMap(&r, &s.Steps, func(a throughline.Address) StepMoved {
		return StepMoved{Step: a, State: throughline.StepState(r.text()), By: Side(r.text()), Due: throughline.DayOf(r.time())}
	})
	if n := r.count(20); n > 0 {
		s.People = make(map[throughline.PersonID]Standing, n)
		for ; n > 0; n-- {
			var id throughline.PersonID
			var st Standing
			r.bytes(id[:])
			for k := r.count(1); k > 0; k-- {
				st.Roles = append(st.Roles, throughline.Role(r.text()))
			}
			readLatest(&r, &st.Function, r.text)
			readLatest(&r, &st.Left, r.flag)
			readLatest(&r, &st.Stance, func() Position {
				return Position{int(r.varint()), int(r.varint()), throughline.Grade(r.varint())}
			})
			s.People[id] = st
		}
	}
	for n := r.count(2); n > 0; n-- {
		s.Events = append(s.Events, DatedEvent{Event(r.text()), r.time()})
	}
	if n := r.count(1); n > 0 {
		s.Acts = make([]int32, n)
		for i := range s.Acts {
			s.Acts[i] = int32(r.varint())
		}
	}
	s.LastUs = r.time()
	s.Facts = int(r.varint())
	s.Horizon = r.time()
	return s, r.end()
}

// DecodeAttributes reads what EncodeAttributes wrote.
func (s *Summary) DecodeAttributes(b []byte) error {
	r := reader{b: string(b)}
	if !r.version() {
		return ErrSummaryVersion
	}
	if n := r.count(3); n > 0 {
		s.Attributes = make(map[string]Latest[string], n)
		for ; n > 0; n-- {
			k := r.text()
			var l Latest[string]
			readLatest(&r, &l, r.text)
			s.Attributes[k] = l
		}
	}
	return r.end()
}

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

// time writes microseconds since 1970, with 0 for the zero time and everything
// else moved up by one from there on.
func (w *writer) time(t time.Time) {
	if t.IsZero() {
		w.varint(0)
		return
	}
	us := t.UnixMicro()
	if us >= 0 {
		us++
	}
	w.varint(us)
}

func latest[T any](w *writer, l Latest[T], value func(T)) {
	w.flag(l.Set())
	if l.Set() {
		w.time(l.At)
		w.varint(l.Learned.UnixMicro() - l.At.UnixMicro())
		value(l.Value)
	}
}

// reader never reads past the end: the first fault empties it and is kept. It
// reads from a string, so that the texts in it need no copies.
type reader struct {
	b   string
	err error
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
	us := r.varint()
	switch {
	case us == 0:
		return time.Time{}
	case us > 0:
		us--
	}
	return time.UnixMicro(us).UTC()
}

func readLatest[T any](r *reader, l *Latest[T], value func() T) {
	if !r.flag() {
		return
	}
	l.At = r.time()
	l.Learned = time.UnixMicro(l.At.UnixMicro() + r.varint()).UTC()
	l.Value = value()
}

func readMap[T any](r *reader, m *map[throughline.Address]Latest[T], value func(throughline.Address) T) {
	n := r.count(2)
	if n == 0 {
		return
	}
	*m = make(map[throughline.Address]Latest[T], n)
	for ; n > 0; n-- {
		a := throughline.Address(r.text())
		var l Latest[T]
		readLatest(r, &l, func() T { return value(a) })
		(*m)[a] = l
	}
}
