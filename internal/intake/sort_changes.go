package intake

import (
	"encoding/binary"
	"slices"
	"time"

	"github.com/throughline/throughline"
)

// Changes puts the history of deals into the order in which a timeline needs
// it: deal by deal, by time, and as it came. It may be more than fits memory.
type Changes struct {
	rows   *Sorter
	files  []string
	clocks *time.Location // of times that name no zone
}

// NewChanges makes an empty one; dir and limit are those of NewSorter.
func NewChanges(dir string, limit int, clocks *time.Location) *Changes {
	return &Changes{rows: NewSorter(dir, limit), clocks: clocks}
}

// Add takes a change.
func (h *Changes) Add(c *Change) error {
	file := slices.Index(h.files, c.File)
	if file < 0 {
		file = len(h.files)
		h.files = append(h.files, c.File)
	}
	return h.rows.Add(c.Foreign, c.At.UnixMicro(), encodeChange(c, file))
}

// Close removes the temporary files.
func (h *Changes) Close() { h.rows.Close() }

// Into hands the changes over; false where the reader wants no more.
func (h *Changes) Into(yield func(Record, error) bool) bool {
	for body, err := range h.rows.Bodies() {
		if err != nil {
			return yield(nil, err) && false
		}
		if !yield(h.decode(body), nil) {
			return false
		}
	}
	return true
}

func encodeChange(c *Change, file int) []byte {
	b := make([]byte, 0, 96)
	text := func(s string) { b = append(binary.AppendUvarint(b, uint64(len(s))), s...) }
	text(c.Foreign)
	text(c.Record)
	text(c.Stage)
	text(c.Owner.Foreign)
	text(c.Owner.Name)
	text(c.Amount.Currency)
	stated := int64(0)
	if c.Amount.Stated {
		stated = 1
	}
	clock := int64(throughline.DateMark(c.At))
	if clock == 0 && c.At.Location() != time.UTC {
		clock = -1
	}
	expected := int64(-1)
	if !c.Expected.IsZero() {
		expected = int64(c.Expected.Number())
	}
	for _, v := range []int64{int64(file), int64(c.Line), c.At.UnixMicro(), clock, int64(c.End), stated, c.Amount.Cents, expected} {
		b = binary.AppendVarint(b, v)
	}
	return b
}

func (h *Changes) decode(b []byte) *Change {
	all := string(b) // one allocation for all the texts
	at := 0
	text := func() string {
		n, k := binary.Uvarint(b[at:])
		at += k + int(n)
		return all[at-int(n) : at]
	}
	number := func() int64 {
		v, k := binary.Varint(b[at:])
		at += k
		return v
	}
	c := &Change{Foreign: text()}
	c.Record, c.Stage, c.Owner.Foreign, c.Owner.Name, c.Amount.Currency = text(), text(), text(), text(), text()
	c.File, c.Line = h.files[number()], int(number())
	c.At = time.UnixMicro(number())
	if clock := int(number()); clock < 0 {
		c.At = c.At.In(h.clocks)
	} else {
		c.At = throughline.Redated(c.At, clock)
	}
	c.End = Ending(number())
	c.Amount.Stated = number() == 1
	c.Amount.Cents = number()
	if d := number(); d >= 0 {
		c.Expected = throughline.DayNumber(int(d))
	}
	return c
}
