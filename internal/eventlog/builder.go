package eventlog

import (
	"fmt"
	"maps"
	"slices"

	"github.com/throughline/throughline/internal/diag"
)

// Builder makes a log. Cases and events may come in any order; what has been
// added is not looked at again until Build. A reader that works on both cores
// fills a Builder for each piece and absorbs them in the order of the file.
type Builder struct {
	ids        Interner
	whose      belonging
	activities Interner
	activity   codeRows
	times      []int64
	cases      []*ColumnBuilder
	events     []*ColumnBuilder
	meta       []Attr
	spare      []*ColumnBuilder // emptied columns whose memory is used again
	repeats    map[string]int   // id that came again -> how often
	unequal    map[string]int   // case attribute -> how often another value came for the same case
	piece      bool             // only to be absorbed by another
	recode     [2][]uint32      // memory for absorb
}

type run struct{ of, begin uint32 }

// NewBuilder gives an empty builder.
func NewBuilder() *Builder {
	b := &Builder{}
	b.Reset()
	return b
}

// NewPiece gives an empty builder that is only there to be absorbed by another.
// It need not tell apart the values of a column in which nearly all differ:
// whoever absorbs it does.
func NewPiece() *Builder {
	b := NewBuilder()
	b.piece, b.ids.keeps = true, true
	return b
}

// Reset empties the builder and keeps its memory.
func (b *Builder) Reset() {
	b.ids.init(0)
	b.activities.init(0)
	b.whose.reset()
	b.activity.reset()
	b.times, b.meta = b.times[:0], nil
	for _, cols := range [][]*ColumnBuilder{b.cases, b.events} {
		for _, c := range cols {
			c.reset()
		}
		b.spare = append(b.spare, cols...)
	}
	b.cases, b.events, b.repeats, b.unequal = nil, nil, nil, nil
}

// Grow makes room for so many more events, where their number is known.
func (b *Builder) Grow(events int) {
	b.activity.grow(events)
	b.times = slices.Grow(b.times, events)
	if b.whose.room = cap(b.times); b.whose.of != nil {
		b.whose.of = slices.Grow(b.whose.of, events)
	}
}

// Expect makes room for so many times what has been added, where that can be
// told from the part of a file that has been read, so that nothing is moved
// while it grows.
func (b *Builder) Expect(times float64) {
	more := func(n int) int { return max(0, int(float64(n)*(times-1))) }
	b.Grow(more(b.Events()))
	b.ids.expect(b.ids.Len() + more(b.ids.Len()))
	for _, c := range b.events {
		switch c.typ {
		case String:
			c.codes = slices.Grow(c.codes, more(len(c.codes)))
			if n := c.dict.Len(); n > c.rows/4 { // it goes on growing
				c.dict.expect(n + more(n))
			}
		case Int, Time:
			c.ints = slices.Grow(c.ints, more(len(c.ints)))
		case Float:
			c.floats = slices.Grow(c.floats, more(len(c.floats)))
		case Bool:
			c.bools = slices.Grow(c.bools, more(len(c.bools)))
		}
	}
}

// Case gives the index of the case with this id, a new one where it has not been seen.
func (b *Builder) Case(id string) int { return int(b.ids.CodeString(id)) }

// CaseBytes is Case for bytes.
func (b *Builder) CaseBytes(id []byte) int { return int(b.ids.Code(id)) }

// NewCase adds a case whatever its id, for formats in which a case stands in
// one piece. A builder filled with it can only be absorbed by AbsorbNew.
func (b *Builder) NewCase(id []byte) int {
	b.ids.blob = append(b.ids.blob, id...)
	b.ids.offs = append(b.ids.offs, uint64(len(b.ids.blob)))
	return b.ids.Len() - 1
}

// HasCase reports whether a case of this id has been added.
func (b *Builder) HasCase(id string) bool {
	_, ok := b.ids.Lookup(id)
	return ok
}

// CaseID gives the id of a case.
func (b *Builder) CaseID(c int) string { return b.ids.At(uint32(c)) }

// Cases and Events are the numbers so far.
func (b *Builder) Cases() int  { return b.ids.Len() }
func (b *Builder) Events() int { return len(b.times) }

// Event appends an event to a case and gives its row, which event attributes
// are set on. us is microseconds since 1970, UTC, or NoTime.
func (b *Builder) Event(c int, activity string, us int64) int {
	return b.EventCode(c, b.activities.CodeString(activity), us)
}

// ActivityCode gives the code of an activity for EventCode.
func (b *Builder) ActivityCode(name []byte) uint32 { return b.activities.Code(name) }

// EventCode is Event for an activity whose code is known.
func (b *Builder) EventCode(c int, activity uint32, us int64) int {
	row := len(b.times)
	b.whose.add(uint32(c), 1)
	b.activity.append(activity)
	b.times = append(b.times, us)
	return row
}

// EventColumn gives the event attribute of this name, a new one where there is none.
func (b *Builder) EventColumn(name string) *ColumnBuilder { return b.column(&b.events, name) }

// CaseColumn gives the case attribute of this name, a new one where there is none.
func (b *Builder) CaseColumn(name string) *ColumnBuilder { return b.column(&b.cases, name) }

func (b *Builder) column(cols *[]*ColumnBuilder, name string) *ColumnBuilder {
	for _, c := range *cols {
		if c.Name == name {
			return c
		}
	}
	var c *ColumnBuilder
	if i := slices.IndexFunc(b.spare, func(c *ColumnBuilder) bool { return c.Name == name }); i >= 0 {
		c = b.spare[i]
		b.spare = slices.Delete(b.spare, i, i+1)
	} else {
		c = &ColumnBuilder{Name: name, piece: b.piece, dict: Interner{keeps: b.piece}}
	}
	*cols = append(*cols, c)
	return c
}

// EventAttr sets an attribute of the event added last.
func (b *Builder) EventAttr(name string, v Value) {
	b.EventColumn(name).Set(len(b.times)-1, v)
}

// CaseAttr sets an attribute of a case. Cases may come in any order; a value
// that is there already stays, and CaseAttr then reports whether it is the same.
func (b *Builder) CaseAttr(c int, name string, v Value) (same bool) {
	if v.IsMissing() {
		return true
	}
	col := b.CaseColumn(name)
	if c >= col.rows {
		col.Set(c, v)
		return true
	}
	f := col.freeze()
	if old := f.Value(c); !old.IsMissing() {
		if old.Equal(v) || old.Text() == v.Text() {
			return true
		}
		if b.unequal == nil {
			b.unequal = map[string]int{}
		}
		b.unequal[name]++
		return false
	}
	col.put(c, v)
	return true
}

// put fills a row that was passed over.
func (c *ColumnBuilder) put(row int, v Value) {
	if c.typ != v.Type {
		c.meet(v.Type, row, v)
	}
	switch c.typ {
	case String:
		c.codes[row] = c.dict.CodeString(v.Text())
	case Int, Time:
		c.ints[row] = v.Int()
	case Float:
		c.floats[row] = v.Float()
	case Bool:
		c.bools[row] = 1
		if v.Bool() {
			c.bools[row] = 2
		}
	}
	if c.typ == Int || c.typ == Float {
		c.absent[row>>6] &^= 1 << (row & 63)
	}
}

// Rewind forgets everything after the first so many cases and events, and
// attribute values of an event that was begun and never added.
func (b *Builder) Rewind(cases, events int) {
	b.activity.cut(events)
	b.times = b.times[:events]
	b.whose.cut(events)
	for _, c := range b.events {
		c.cut(events)
	}
	for _, c := range b.cases {
		c.cut(cases)
	}
}

// Meta adds an attribute of the log itself.
func (b *Builder) Meta(name string, v Value) { b.meta = append(b.meta, Attr{name, v}) }

// TypeShifts tells which columns do not hold values of one type.
func (b *Builder) TypeShifts() []TypeShift {
	var out []TypeShift
	for k, cols := range [][]*ColumnBuilder{b.cases, b.events} {
		for _, c := range cols {
			if c.shift != nil {
				s := *c.shift
				s.Event = k == 1
				out = append(out, s)
			}
		}
	}
	return out
}

// Absorb appends everything of src: a case that is known by its id goes on, others are new.
// src may be reset and filled again afterwards.
func (b *Builder) Absorb(src *Builder) error {
	_, err := b.absorb(src, false)
	return err
}

// AbsorbNew appends everything of src, each of its cases being a case of its
// own. A case whose id is taken gets a number behind it, "17 (2)"; repeated lists those by their index in src.
func (b *Builder) AbsorbNew(src *Builder) (repeated []int, err error) { return b.absorb(src, true) }

// fresh gives a new case an id that is not taken.
func (b *Builder) fresh(id []byte) (c uint32, repeated bool) {
	n := b.ids.Len()
	if len(id) == 0 { // a case without a name is called by its place
		id = fmt.Appendf(nil, "#%d", n+1)
	}
	if c = b.ids.Code(id); int(c) == n {
		return c, false
	}
	if b.repeats == nil {
		b.repeats = map[string]int{}
	}
	for k := max(2, b.repeats[string(id)]+1); ; k++ {
		if c = b.ids.CodeString(fmt.Sprintf("%s (%d)", id, k)); int(c) == n {
			b.repeats[string(id)] = k
			return c, true
		}
	}
}

func (b *Builder) absorb(src *Builder, own bool) (repeated []int, err error) {
	if b.Events()+src.Events() > MaxEvents || b.ids.Len()+src.ids.Len() > MaxEvents {
		return nil, fmt.Errorf("more than %d events or cases", MaxEvents)
	}
	base := b.Events()
	known := b.ids.Len()
	fresh := true // every case of src is new here
	cases := slices.Grow(b.recode[0][:0], src.ids.Len())[:src.ids.Len()]
	acts := slices.Grow(b.recode[1][:0], src.activities.Len())[:src.activities.Len()]
	b.recode = [2][]uint32{cases, acts}
	for i := range cases {
		if own {
			var again bool
			if cases[i], again = b.fresh(src.ids.bytes(uint32(i))); again {
				repeated = append(repeated, i)
			}
		} else {
			cases[i] = b.ids.code(src.ids.bytes(uint32(i)), src.ids.hash(uint32(i)))
		}
		fresh = fresh && int(cases[i]) == known+i
	}
	for c, n := range src.whose.each {
		b.whose.add(cases[c], n)
	}
	for i := range acts {
		acts[i] = b.activities.Code(src.activities.bytes(uint32(i)))
	}
	b.activity.absorb(&src.activity, acts)
	b.times = append(b.times, src.times...)
	for _, c := range src.events {
		if c.rows > 0 {
			b.EventColumn(c.Name).absorb(c, base)
		}
	}
	for _, c := range src.cases {
		switch {
		case c.rows == 0:
		case fresh:
			b.CaseColumn(c.Name).absorb(c, known)
		default:
			f := c.freeze()
			for i := range c.rows {
				b.CaseAttr(int(cases[i]), c.Name, f.Value(i))
			}
		}
	}
	for name, n := range src.unequal {
		if b.unequal == nil {
			b.unequal = map[string]int{}
		}
		b.unequal[name] += n
	}
	b.meta = append(b.meta, src.meta...)
	return repeated, nil
}

// Build orders the events and gives the log. The findings say what had to be
// put right, without positions: a reader knows the file. The builder is empty afterwards.
func (b *Builder) Build() (*Log, diag.Findings) {
	var found diag.Findings
	n, events := b.ids.Len(), b.Events()
	b.ids.forget()
	for _, c := range b.events {
		c.dict.forget()
	}
	l := &Log{ids: b.ids.Dict, offsets: make([]uint32, n+1), times: b.times, activities: b.activities.Dict, meta: b.meta}
	for _, s := range b.TypeShifts() {
		found = append(found, diag.Finding{Check: "log-type", Severity: diag.Warning, Field: s.Column, Value: s.Value,
			Message: s.String()})
	}
	for _, name := range slices.Sorted(maps.Keys(b.unequal)) {
		found = append(found, diag.Finding{Check: "log-case-attr", Severity: diag.Warning, Field: name, Count: b.unequal[name],
			Message: fmt.Sprintf("case attribute %s has more than one value in a case; the first counts", name)})
	}
	rows := []movable{rowsOf[int64](b.times), &b.activity}
	for _, c := range b.events {
		if c.typ != None {
			c.pad(events)
			rows = append(rows, c)
		}
	}
	to := b.whose.places(l.offsets)
	if to != nil {
		arrange(rows, to)
	}
	if moved, first := sortCases(l.offsets, l.times, rows); moved > 0 {
		found = append(found, diag.Finding{Check: "log-order", Severity: diag.Hint, Value: l.CaseID(first), Count: moved,
			Message: fmt.Sprintf(
				"events of %s are not written in order of time, first in case %q; they were sorted",
				count(moved, "case"),
				l.CaseID(first),
			)})
	}
	l.activity = b.activity.final(to)
	l.lookAtTimes()
	if l.untimed > 0 {
		found = append(found, diag.Finding{Check: "log-untimed", Severity: diag.Warning, Count: l.untimed,
			Message: fmt.Sprintf("%s without a time keep their place in the case and are left out of every duration", count(l.untimed, "event"))})
	}
	for _, c := range b.cases {
		if c.typ != None {
			c.pad(n)
			l.cases = append(l.cases, c.freeze())
		}
	}
	for _, c := range b.events {
		if c.typ != None {
			l.events = append(l.events, c.freeze())
		}
	}
	*b = Builder{}
	b.Reset()
	l.tellVariants()
	return l, found
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
