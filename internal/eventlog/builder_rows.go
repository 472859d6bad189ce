package eventlog

import "slices"

// While a log is built its rows take less than they do afterwards: activities
// one byte or two while there are few, cases none where their events come together
// and four where they do not. So there is room to put the rows in order
// without a second copy of them (arrange).

// codeRows are the activity codes of the rows, in as many bytes as the largest
// of them needs; two of the three are empty.
type codeRows struct {
	one  []uint8
	two  []uint16
	four []uint32
}

// Above these a code does not fit one byte, or two.
const (
	oneByte  = 1<<8 - 1
	twoBytes = 1<<16 - 1
)

func (c *codeRows) len() int { return len(c.one) + len(c.two) + len(c.four) }

func (c *codeRows) append(code uint32) {
	if code <= oneByte && c.two == nil && c.four == nil {
		c.one = append(c.one, uint8(code))
		return
	}
	c.widen(code)
	if c.four != nil {
		c.four = append(c.four, code)
		return
	}
	c.two = append(c.two, uint16(code))
}

// widen makes room for a code in every row.
func (c *codeRows) widen(code uint32) {
	if code > oneByte && c.two == nil && c.four == nil {
		c.two = widened[uint16](c.one)
		c.one = nil
	}
	if code > twoBytes && c.four == nil {
		c.four = widened[uint32](c.two)
		c.two = nil
	}
}

func widened[To, From uint8 | uint16 | uint32](from []From) []To {
	to := make([]To, 0, max(cap(from), len(from)+1))
	return respelt(to, from, nil)
}

// respelt appends codes, spelt anew where remap is not nil.
func respelt[To, From uint8 | uint16 | uint32](to []To, from []From, remap []uint32) []To {
	at := len(to)
	to = slices.Grow(to, len(from))[:at+len(from)]
	out := to[at:]
	if remap == nil {
		for i, k := range from {
			out[i] = To(k)
		}
		return to
	}
	for i, k := range from {
		out[i] = To(remap[k])
	}
	return to
}

// absorb appends the codes of src, spelt anew by remap.
func (c *codeRows) absorb(src *codeRows, remap []uint32) {
	if len(remap) > 0 {
		c.widen(slices.Max(remap))
	}
	switch {
	case c.four != nil:
		c.four = respelt(respelt(respelt(c.four, src.one, remap), src.two, remap), src.four, remap)
	case c.two != nil:
		c.two = respelt(respelt(respelt(c.two, src.one, remap), src.two, remap), src.four, remap)
	default:
		c.one = respelt(respelt(respelt(c.one, src.one, remap), src.two, remap), src.four, remap)
	}
}

func (c *codeRows) grow(rows int) {
	switch {
	case c.four != nil:
		c.four = slices.Grow(c.four, rows)
	case c.two != nil:
		c.two = slices.Grow(c.two, rows)
	default:
		c.one = slices.Grow(c.one, rows)
	}
}

func (c *codeRows) cut(rows int) {
	switch {
	case c.four != nil:
		c.four = c.four[:rows]
	case c.two != nil:
		c.two = c.two[:rows]
	default:
		c.one = c.one[:rows]
	}
}

func (c *codeRows) reset() { *c = codeRows{one: c.one[:0]} }

// final gives the codes in four bytes each, in the memory of spare if that is large enough.
func (c *codeRows) final(spare []uint32) []uint32 {
	if c.four != nil {
		return c.four
	}
	if n := c.len(); cap(spare) < n {
		spare = make([]uint32, 0, n)
	}
	return respelt(respelt(spare[:0], c.one, nil), c.two, nil)
}

// belonging says whose event each row is: in runs of events of one case, or,
// where most runs would hold one event, row by row.
type belonging struct {
	rows int
	room int // rows to be expected
	runs []run
	of   []uint32 // row by row; runs is then empty
	kept []uint32 // memory for of, from before a reset
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
	of := b.kept[:0]
	if want := max(b.room, b.rows+b.rows/2); cap(of) < want {
		of = make([]uint32, 0, want)
	}
	for c, n := range b.each {
		for range n {
			of = append(of, c)
		}
	}
	b.of, b.runs, b.kept = of, b.runs[:0], nil
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

func (b *belonging) reset() {
	kept := b.kept
	if b.of != nil {
		kept = b.of
	}
	*b = belonging{runs: b.runs[:0], kept: kept}
}

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
