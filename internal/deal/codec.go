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
const codecVersion = 5

// ErrSummaryVersion says that a summary was written by another version of the
// program; it can be made anew from the facts.
var ErrSummaryVersion = errors.New("summary of another version")

// EncodeHead gives the beginning of what Encode gives: what lists count, filter
// and order by.
func (s *Summary) EncodeHead(b []byte) []byte {
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
		w.day(c.Day)
		w.time(c.At)
	}
	latest(&w, s.End, func(e Ended) {
		w.text(string(e.Outcome))
		w.text(string(e.Cause))
		w.text(e.Foreign)
		w.text(e.Text)
		w.day(e.Until)
	})
	latest(&w, s.Class, func(c throughline.Class) { w.text(string(c)) })
	latest(&w, s.Playbook, w.text)
	latest(&w, s.Override, func(p throughline.Phase) { w.varint(int64(p)) })
	w.count(len(s.Acts))
	last := int32(0)
	for _, a := range s.Acts {
		w.varint(int64(a) - int64(last))
		last = a
	}
	w.time(s.LastUs)
	w.varint(int64(s.Facts))
	w.time(s.Horizon)
	return w.b
}

// Encode gives the summary as bytes for a store: compact and quick, because a
// list of a hundred thousand deals decodes as many. Attributes are left out
// unless asked for; lists do not need them.
func (s *Summary) Encode(b []byte) []byte {
	w := writer{s.EncodeHead(b)}
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
		latest(&w, s.Steps[a], func(m StepMoved) { w.text(string(m.State)); w.text(string(m.By)); w.day(m.Due) })
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
func DecodeSummary(b []byte) (Summary, error) { return new(Decoder).Summary(string(b)) }

// Decoder reads many summaries. Their small slices lie together in blocks of
// Block items, which spares most allocations; whoever keeps one summary keeps
// its block. A Decoder is for one goroutine.
type Decoder struct {
	Block int  // 0: every slice by itself
	Heads bool // only what lists filter and order by: the summaries are Partial

	closeDates []DatedDay
	marks      []Mark
	roles      []throughline.Role
	events     []DatedEvent
	acts       []int32
	days       map[int64]throughline.Day // making a Day takes longer than finding it
}

// Summary reads what Encode wrote. Texts in the summary are parts of b.
func (d *Decoder) Summary(b string) (Summary, error) {
	var s Summary
	r := reader{b: b, decoder: d}
	if !r.version() {
		return s, ErrSummaryVersion
	}
	r.bytes(s.Deal[:])
	if readLatest(&r, &s.Title) {
		s.Title.Value = r.text()
	}
	if readLatest(&r, &s.Account) {
		r.bytes(s.Account.Value[:])
	}
	if readLatest(&r, &s.Owner) {
		r.bytes(s.Owner.Value[:])
	}
	s.Opened = r.time()
	if readLatest(&r, &s.Stage) {
		s.Stage.Value = StageMoved{r.text(), throughline.Address(r.text())}
	}
	if readLatest(&r, &s.Amount) {
		s.Amount.Value = throughline.Money{Cents: r.varint(), Currency: r.text()}
	}
	s.CloseDates = take(&d.closeDates, r.count(9), d.Block)
	for i := range s.CloseDates {
		s.CloseDates[i] = DatedDay{r.day(), r.time()}
	}
	if readLatest(&r, &s.End) {
		s.End.Value = Ended{throughline.Outcome(r.text()), throughline.Cause(r.text()), r.text(), r.text(), r.day()}
	}
	if readLatest(&r, &s.Class) {
		s.Class.Value = throughline.Class(r.text())
	}
	if readLatest(&r, &s.Playbook) {
		s.Playbook.Value = r.text()
	}
	if readLatest(&r, &s.Override) {
		s.Override.Value = throughline.Phase(r.varint())
	}
	s.Acts = take(&d.acts, r.count(1), d.Block)
	last := int64(0)
	for i := range s.Acts {
		last += r.varint()
		s.Acts[i] = int32(last)
	}
	s.LastUs = r.time()
	s.Facts = int(r.varint())
	s.Horizon = r.time()
	if d.Heads {
		s.Partial = true
		return s, r.err
	}
	if n := r.count(9); n > 0 {
		s.Skipped = make(map[throughline.Phase]time.Time, n)
		for ; n > 0; n-- {
			p := throughline.Phase(r.varint())
			s.Skipped[p] = r.time()
		}
	}
	s.Marks = take(&d.marks, r.count(27), d.Block)
	for i := range s.Marks {
		m := &s.Marks[i]
		m.About = throughline.Address(r.text())
		r.bytes(m.Person[:])
		m.Grade, m.At, m.Against = throughline.Grade(r.varint()), r.time(), r.flag()
	}
	if n := r.count(11); n > 0 {
		s.Milestones = make(map[throughline.Address]Latest[bool], n)
		for ; n > 0; n-- {
			a := throughline.Address(r.text())
			var l Latest[bool]
			if readLatest(&r, &l) {
				l.Value = r.flag()
			}
			s.Milestones[a] = l
		}
	}
	if n := r.count(11); n > 0 {
		s.Steps = make(map[throughline.Address]Latest[StepMoved], n)
		for ; n > 0; n-- {
			a := throughline.Address(r.text())
			var l Latest[StepMoved]
			if readLatest(&r, &l) {
				l.Value = StepMoved{Step: a, State: throughline.StepState(r.text()), By: Side(r.text()), Due: r.day()}
			}
			s.Steps[a] = l
		}
	}
	if n := r.count(20); n > 0 {
		s.People = make(map[throughline.PersonID]Standing, n)
		for ; n > 0; n-- {
			var id throughline.PersonID
			r.bytes(id[:])
			s.People[id] = r.standing()
		}
	}
	s.Events = take(&d.events, r.count(9), d.Block)
	for i := range s.Events {
		s.Events[i] = DatedEvent{Event(r.text()), r.time()}
	}
	return s, r.end()
}

func (r *reader) standing() (st Standing) {
	st.Roles = take(&r.decoder.roles, r.count(1), r.decoder.Block)
	for i := range st.Roles {
		st.Roles[i] = throughline.Role(r.text())
	}
	if readLatest(r, &st.Function) {
		st.Function.Value = r.text()
	}
	if readLatest(r, &st.Left) {
		st.Left.Value = r.flag()
	}
	if readLatest(r, &st.Stance) {
		st.Stance.Value = Position{int(r.varint()), int(r.varint()), throughline.Grade(r.varint())}
	}
	return st
}

// take gives a slice of n items from a block, which is replaced when it is
// used up; nil for none. Appending to it never reaches a neighbour.
func take[T any](block *[]T, n, size int) []T {
	if n == 0 {
		return nil
	}
	if cap(*block)-len(*block) < n {
		*block = make([]T, 0, max(n, size))
	}
	begin := len(*block)
	*block = (*block)[:begin+n]
	return (*block)[begin : begin+n : begin+n]
}

// DecodeAttributes reads what EncodeAttributes wrote.
func (s *Summary) DecodeAttributes(b []byte) error {
	r := reader{b: string(b)}
	if !r.version() {
		return ErrSummaryVersion
	}
	if n := r.count(2); n > 0 {
		s.Attributes = make(map[string]Latest[string], n)
		for ; n > 0; n-- {
			k := r.text()
			var l Latest[string]
			if readLatest(&r, &l) {
				l.Value = r.text()
			}
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

// time writes microseconds since 1970 in eight bytes, which are read quicker
// than a varint of as many: 0 is the zero time, and what is not before 1970 is
// moved up by one from there.
func (w *writer) time(t time.Time) {
	us := int64(0)
	if !t.IsZero() {
		if us = t.UnixMicro(); us >= 0 {
			us++
		}
	}
	w.b = binary.LittleEndian.AppendUint64(w.b, uint64(us))
}

// day writes days since 1970, with 0 for no day and one more from there on.
func (w *writer) day(d throughline.Day) {
	if d.IsZero() {
		w.varint(0)
		return
	}
	n := d.Start().Unix() / 86400
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
	switch {
	case !l.Set():
		w.b = append(w.b, unset)
		return
	case l.Learned.Equal(l.At):
		w.b = append(w.b, atOnce)
		w.time(l.At)
	default:
		w.b = append(w.b, learnedApart)
		w.time(l.At)
		w.time(l.Learned)
	}
	value(l.Value)
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
	us := int64(uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56)
	r.b = b[8:]
	switch {
	case us == 0:
		return time.Time{}
	case us > 0:
		us--
	}
	return time.UnixMicro(us).UTC()
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
	d := throughline.DayOf(time.Unix(n*86400, 0))
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
	form := r.b[0]
	r.b = r.b[1:]
	switch form {
	case unset:
		return false
	case atOnce:
		l.At = r.time()
		l.Learned = l.At
	case learnedApart:
		l.At = r.time()
		l.Learned = r.time()
	default:
		r.fail()
	}
	return r.err == nil
}
