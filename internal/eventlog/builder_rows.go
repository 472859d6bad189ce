package eventlog

import "slices"

// While a log is built its rows take less than they do afterwards: activities
// two bytes while there are few, cases none where their events come together
// and four where they do not. So there is room to put the rows in order
// without a second copy of them (arrange).

// narrowCodes is how many different activities fit two bytes.
const narrowCodes = 1 << 16

// codeRows are the activity codes of the rows.
type codeRows struct {
	narrow []uint16
	wide   []uint32 // once there are too many different ones; narrow is then empty
}

func (c *codeRows) len() int { return len(c.narrow) + len(c.wide) }

func (c *codeRows) append(code uint32) {
	if code < narrowCodes && c.wide == nil {
		c.narrow = append(c.narrow, uint16(code))
		return
	}
	c.widen(1)
	c.wide = append(c.wide, code)
}

// widen gives every code four bytes.
func (c *codeRows) widen(more int) {
	if c.wide == nil {
		c.wide = make([]uint32, 0, max(cap(c.narrow), len(c.narrow)+more))
		for _, k := range c.narrow {
			c.wide = append(c.wide, uint32(k))
		}
		c.narrow = nil
	}
}

// absorb appends the codes of src, spelt anew by remap.
func (c *codeRows) absorb(src *codeRows, remap []uint32) {
	if c.wide == nil && src.wide == nil && (len(remap) == 0 || slices.Max(remap) < narrowCodes) {
		at := len(c.narrow)
		c.narrow = append(c.narrow, src.narrow...)
		for i, k := range c.narrow[at:] {
			c.narrow[at+i] = uint16(remap[k])
		}
		return
	}
	c.widen(src.len())
	for _, k := range src.narrow {
		c.wide = append(c.wide, remap[k])
	}
	for _, k := range src.wide {
		c.wide = append(c.wide, remap[k])
	}
}

func (c *codeRows) cut(rows int) {
	if c.wide != nil {
		c.wide = c.wide[:rows]
	} else {
		c.narrow = c.narrow[:rows]
	}
}

func (c *codeRows) reset() { c.narrow, c.wide = c.narrow[:0], nil }

// final gives the codes in four bytes each, in the memory of spare if that is large enough.
func (c *codeRows) final(spare []uint32) []uint32 {
	if c.wide != nil {
		return c.wide
	}
	if cap(spare) < len(c.narrow) {
		spare = make([]uint32, len(c.narrow))
	}
	spare = spare[:len(c.narrow)]
	for i, k := range c.narrow {
		spare[i] = uint32(k)
	}
	return spare
}

// belonging says whose event each row is: in runs of events of one case, or,
// where most runs would hold one event, row by row.
type belonging struct {
	rows int
	room int // rows to be expected
	runs []run
	of   []uint32 // row by row; runs is then empty
}

// add says that the next n rows belong to a case.
func (b *belonging) add(c uint32, n int) {
	switch {
	case b.of != nil:
		for range n {
			b.of = append(b.of, c)
		}
	case len(b.runs) == 0 || b.runs[len(b.runs)-1].of != c:
		b.runs = append(b.runs, run{c, uint32(b.rows)})
		b.rows += n
		if len(b.runs) > 1<<10 && len(b.runs) > b.rows/2 {
			b.spell()
		}
		return
	}
	b.rows += n
}

// spell turns the runs into one entry a row.
func (b *belonging) spell() {
	of := make([]uint32, 0, max(b.room, b.rows+b.rows/2))
	for c, n := range b.each {
		for range n {
			of = append(of, c)
		}
	}
	b.of, b.runs = of, nil
}

// each gives the runs of events of one case in the order of the rows.
func (b *belonging) each(yield func(c uint32, n int) bool) {
	for i, r := range b.runs {
		end := uint32(b.rows)
		if i+1 < len(b.runs) {
			end = b.runs[i+1].begin
		}
		if !yield(r.of, int(end-r.begin)) {
			return
		}
	}
	for i := 0; i < len(b.of); {
		k := i + 1
		for k < len(b.of) && b.of[k] == b.of[i] {
			k++
		}
		if !yield(b.of[i], k-i) {
			return
		}
		i = k
	}
}

func (b *belonging) cut(rows int) {
	b.rows = rows
	if b.of != nil {
		b.of = b.of[:rows]
	}
	for n := len(b.runs); n > 0 && int(b.runs[n-1].begin) >= rows; n = len(b.runs) {
		b.runs = b.runs[:n-1]
	}
}

func (b *belonging) reset() { *b = belonging{runs: b.runs[:0]} }

// places fills the offsets of the cases (one more than there are) and gives
// the place of each row, in its own memory; nil where every row is in place.
func (b *belonging) places(offsets []uint32) []uint32 {
	together, last := true, int64(-1)
	for c, n := range b.each {
		together = together && int64(c) > last
		last = int64(c)
		offsets[c+1] += uint32(n)
	}
	sum := uint32(0)
	for c := 1; c < len(offsets); c++ { // for now, each begins where the case before it does
		n := offsets[c]
		offsets[c] = sum
		sum += n
	}
	if !together {
		if b.of == nil {
			b.spell()
		}
		for i, c := range b.of {
			b.of[i] = offsets[c+1]
			offsets[c+1]++
		}
		return b.of
	}
	for c := range len(offsets) - 1 {
		offsets[c] = offsets[c+1]
	}
	if len(offsets) > 0 {
		offsets[len(offsets)-1] = sum
	}
	return nil
}
