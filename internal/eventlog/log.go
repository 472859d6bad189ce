package eventlog

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// Log is a history: cases one after the other, the events of a case in order
// of time. It does not change once built and may be read by many at once. The
// slices it hands out are its own memory and must not be written to.
type Log struct {
	ids        Dict     // case index -> case id
	offsets    []uint32 // case index -> first event; one more entry than cases
	activity   []uint32 // event -> code of activities
	times      []int64  // event -> microseconds since 1970, UTC, or NoTime
	activities Dict
	cases      []*Column // attributes of cases
	events     []*Column // attributes of events
	meta       []Attr    // attributes of the log itself
	untimed    int       // events without a time
	begin, end int64     // first and last time of all, NoTime where there is none
	variants   variants
	zone       *time.Location // by whose clocks times are spelt; nil: UTC
}

// Attr is a named value.
type Attr struct {
	Name  string
	Value Value
}

// MaxEvents is how many events and how many cases a log can hold.
const MaxEvents = 1<<32 - 2

// Cases is the number of cases; case indexes run from 0, in the order in which
// the cases first appeared.
func (l *Log) Cases() int { return max(0, len(l.offsets)-1) }

// Events is the number of events.
func (l *Log) Events() int { return len(l.activity) }

// CaseID gives a case's name in its source.
func (l *Log) CaseID(c int) string { return l.ids.At(uint32(c)) }

// CaseIndex finds a case by its name, looking through all of them.
func (l *Log) CaseIndex(id string) (int, bool) {
	c, ok := l.ids.Find(id)
	return int(c), ok
}

// Span gives the events of a case: from lo up to but not including hi.
func (l *Log) Span(c int) (lo, hi int) { return int(l.offsets[c]), int(l.offsets[c+1]) }

// Offsets gives the first event of each case and, as last entry, the number of events.
func (l *Log) Offsets() []uint32 { return l.offsets }

// Activity gives the activity code of each event.
func (l *Log) Activity() []uint32 { return l.activity }

// Times gives the time of each event in microseconds since 1970, UTC, or NoTime.
func (l *Log) Times() []int64 { return l.times }

// Activities is the dictionary of activities: codes 0 to Len-1.
func (l *Log) Activities() *Dict { return &l.activities }

// ActivityName gives the name of an activity code.
func (l *Log) ActivityName(code uint32) string { return l.activities.At(code) }

// Untimed is the number of events without a time.
func (l *Log) Untimed() int { return l.untimed }

// Meta gives the attributes of the log itself.
func (l *Log) Meta() []Attr { return l.meta }

// CaseColumns and EventColumns list the attributes in order of first appearance.
func (l *Log) CaseColumns() []*Column  { return l.cases }
func (l *Log) EventColumns() []*Column { return l.events }

// CaseColumn finds a case attribute, nil where there is none of that name.
func (l *Log) CaseColumn(name string) *Column { return named(l.cases, name) }

// EventColumn finds an event attribute, nil where there is none of that name.
func (l *Log) EventColumn(name string) *Column { return named(l.events, name) }

func named(cols []*Column, name string) *Column {
	if i := slices.IndexFunc(cols, func(c *Column) bool { return c.Name == name }); i >= 0 {
		return cols[i]
	}
	return nil
}

// Opening gives, as a column over cases, what is known of an attribute when a
// case opens: the case attribute of that name or else the first event's value.
// Nil where there is neither.
func (l *Log) Opening(name string) *Column {
	if c := l.CaseColumn(name); c != nil {
		return c
	}
	e := l.EventColumn(name)
	if e == nil {
		return nil
	}
	rows := make([]uint32, l.Cases())
	empty := false
	for c := range rows {
		lo, hi := l.Span(c)
		if empty = empty || lo == hi; lo < hi {
			rows[c] = uint32(lo)
		}
	}
	if l.Events() == 0 {
		return &Column{Name: name, rows: len(rows)}
	}
	col := e.gather(rows)
	if empty {
		for c := range rows {
			if lo, hi := l.Span(c); lo == hi {
				col.setMissing(c)
			}
		}
	}
	return col
}

func (c *Column) setMissing(row int) {
	switch c.typ {
	case String:
		c.codes[row] = 0
	case Time:
		c.ints[row] = NoTime
	case Bool:
		c.bools[row] = 0
	case Int, Float:
		if c.absent == nil {
			c.absent = make([]uint64, (c.rows+63)/64)
		}
		c.absent[row>>6] |= 1 << (row & 63)
	}
}

// Bounds gives the first and last time in the log, NoTime where no event has one.
func (l *Log) Bounds() (first, last int64) { return l.begin, l.end }

// lasts is the time from the first event of all to the last, in microseconds.
func (l *Log) lasts() uint64 { return uint64(l.end - l.begin) }

// lookAtTimes counts the events without a time and finds the first and last time.
func (l *Log) lookAtTimes() {
	least, most, untimed := int64(math.MaxInt64), NoTime, 0 // NoTime is less than any time
	for _, t := range l.times {
		most = max(most, t)
		if t == NoTime {
			untimed++
		} else {
			least = min(least, t)
		}
	}
	if l.untimed = untimed; most == NoTime {
		least = NoTime
	}
	l.begin, l.end = least, most
}

// Bytes is the memory of the three columns every question uses and of
// everything the log holds.
func (l *Log) Bytes() (core, all int64) {
	core = int64(len(l.activity))*4 + int64(len(l.times))*8 + int64(len(l.offsets))*4
	all = core + l.variants.bytes() + dictBytes(&l.ids) + dictBytes(&l.activities)
	for _, cols := range [][]*Column{l.cases, l.events} {
		for _, c := range cols {
			all += int64(len(c.codes))*4 + int64(len(c.ints)+len(c.floats)+len(c.absent))*8 + int64(len(c.bools))
			if c.dict != nil {
				all += dictBytes(c.dict)
			}
		}
	}
	return core, all
}

func dictBytes(d *Dict) int64 { return int64(len(d.blob)) + int64(len(d.offs))*8 }

// Check proves that the log keeps its promises; a log from a Builder does, a
// file may have been written by someone else.
func (l *Log) Check() error {
	n := l.Cases()
	switch {
	case len(l.offsets) == 0 || l.offsets[0] != 0 || int(l.offsets[n]) != len(l.activity):
		return fmt.Errorf("case offsets do not span the %d events", len(l.activity))
	case !slices.IsSorted(l.offsets):
		return fmt.Errorf("case offsets fall")
	case len(l.times) != len(l.activity):
		return fmt.Errorf("%d times for %d events", len(l.times), len(l.activity))
	case l.ids.Len() != n:
		return fmt.Errorf("%d case ids for %d cases", l.ids.Len(), n)
	}
	v := uint32(l.activities.Len())
	for _, a := range l.activity {
		if a >= v {
			return fmt.Errorf("an activity code is outside its dictionary")
		}
	}
	untimed := 0
	for c := range n {
		lo, hi := l.Span(c)
		last := NoTime
		for _, t := range l.times[lo:hi] {
			if t == NoTime {
				untimed++
				continue
			}
			if t < last {
				return fmt.Errorf("the events of case %q are not in order of time", l.CaseID(c))
			}
			last = t
		}
	}
	if untimed != l.untimed {
		return fmt.Errorf("%d events without a time, not %d", untimed, l.untimed)
	}
	for _, c := range l.cases {
		if err := c.check(n); err != nil {
			return err
		}
	}
	for _, c := range l.events {
		if err := c.check(len(l.activity)); err != nil {
			return err
		}
	}
	return nil
}
