package eventlog

import (
	"fmt"
	"math"
	"strconv"
)

// ColumnBuilder is a column that grows. Rows that are skipped are missing.
type ColumnBuilder struct {
	Name   string
	typ    Type
	rows   int // rows written so far, missing ones included
	codes  []uint32
	ints   []int64
	floats []float64
	bools  []uint8
	absent []uint64
	dict   Interner
	shift  *TypeShift // first time the type had to give way
	piece  bool       // of a builder that is only to be absorbed: its words may repeat
}

// TypeShift tells that a column's values are not of one type: From came first,
// Got met it at Row, To is what holds them all.
type TypeShift struct {
	Column        string
	Event         bool // of events, not of cases
	From, Got, To Type
	Row           int
	Value         string // the value that did not fit
}

// String tells it in words.
func (s TypeShift) String() string {
	return fmt.Sprintf("%s is not of one type: %s at first, then %s (%q); all of its values are kept as %s", s.Column, s.From, s.Got, s.Value, s.To)
}

// Rows is how many rows have been written.
func (c *ColumnBuilder) Rows() int { return c.rows }

// Type is the type so far.
func (c *ColumnBuilder) Type() Type { return c.typ }

// reset empties the column and keeps its memory.
func (c *ColumnBuilder) reset() {
	c.typ, c.rows, c.shift = None, 0, nil
	c.codes, c.ints, c.floats, c.bools, c.absent = c.codes[:0], c.ints[:0], c.floats[:0], c.bools[:0], c.absent[:0]
}

// Set writes a value at a row that has not been written yet; rows come in
// order. It reports whether the value fitted the column's type; where it did
// not, the column takes the type that holds both, and nothing is lost.
func (c *ColumnBuilder) Set(row int, v Value) bool {
	if v.Type == None || row < c.rows {
		return true
	}
	fits := true
	if c.typ != v.Type {
		fits = c.meet(v.Type, row, v)
	}
	c.pad(row)
	switch c.typ {
	case String:
		c.codes = append(c.codes, c.dict.CodeString(v.Text()))
	case Int, Time:
		c.ints = append(c.ints, v.Int())
	case Float:
		c.floats = append(c.floats, v.Float())
	case Bool:
		b := uint8(1)
		if v.Bool() {
			b = 2
		}
		c.bools = append(c.bools, b)
	}
	c.rows = row + 1
	return fits
}

// SetText writes a string without making a Value of it.
func (c *ColumnBuilder) SetText(row int, s []byte) bool {
	if c.typ != String {
		return c.Set(row, TextValue(string(s)))
	}
	if row < c.rows {
		return true
	}
	if row > c.rows {
		c.pad(row)
	}
	c.codes = append(c.codes, c.word(s))
	c.rows = row + 1
	return true
}

// SetCode writes a code that Intern gave, to a String column.
func (c *ColumnBuilder) SetCode(row int, code uint32) {
	if row > c.rows {
		c.pad(row)
	}
	c.codes = append(c.codes, code)
	c.rows = row + 1
}

// Intern makes the column a String column if it has no type yet, and gives the
// code of s. ok is false where the column is of another type.
func (c *ColumnBuilder) Intern(s []byte) (code uint32, ok bool) {
	if c.typ != String {
		if c.typ != None {
			return 0, false
		}
		c.meet(String, c.rows, TextValue(""))
	}
	return c.word(s), true
}

// word gives the code of s. Where nearly every value of a piece is a new one
// it is not looked for among those before it.
func (c *ColumnBuilder) word(s []byte) uint32 {
	if c.piece && c.rows > 256 && c.dict.Len() > c.rows-c.rows/16 {
		return c.dict.push(s)
	}
	return c.dict.Code(s)
}

// SetInt writes a whole number or, with typ Time, an instant.
func (c *ColumnBuilder) SetInt(row int, n int64, typ Type) bool {
	if c.typ != typ || row < c.rows {
		return c.Set(row, Value{Type: typ, bits: uint64(n)})
	}
	if row > c.rows {
		c.pad(row)
	}
	c.ints = append(c.ints, n)
	c.rows = row + 1
	return true
}

// SetFloat writes a number.
func (c *ColumnBuilder) SetFloat(row int, f float64) bool {
	if c.typ != Float || row != c.rows {
		return c.Set(row, FloatValue(f))
	}
	c.floats = append(c.floats, f)
	c.rows = row + 1
	return true
}

// SetBool writes a truth value.
func (c *ColumnBuilder) SetBool(row int, v bool) bool {
	if c.typ != Bool || row != c.rows {
		return c.Set(row, BoolValue(v))
	}
	b := uint8(1)
	if v {
		b = 2
	}
	c.bools = append(c.bools, b)
	c.rows = row + 1
	return true
}

// pad fills with missing values up to row.
func (c *ColumnBuilder) pad(row int) {
	n := row - c.rows
	if n <= 0 {
		return
	}
	switch c.typ {
	case String:
		c.codes = extend(c.codes, n, 0)
	case Time:
		c.ints = extend(c.ints, n, NoTime)
	case Bool:
		c.bools = extend(c.bools, n, 0)
	case Int, Float:
		if c.typ == Int {
			c.ints = extend(c.ints, n, 0)
		} else {
			c.floats = extend(c.floats, n, 0)
		}
		for i := c.rows; i < row; i++ {
			c.absent = setBit(c.absent, i)
		}
	}
	c.rows = row
}

// cut forgets the rows from rows on.
func (c *ColumnBuilder) cut(rows int) {
	if c.rows <= rows {
		return
	}
	for i := rows; i < c.rows && i>>6 < len(c.absent); i++ {
		c.absent[i>>6] &^= 1 << (i & 63)
	}
	switch c.typ {
	case String:
		c.codes = c.codes[:rows]
	case Int, Time:
		c.ints = c.ints[:rows]
	case Float:
		c.floats = c.floats[:rows]
	case Bool:
		c.bools = c.bools[:rows]
	}
	c.rows = rows
}

func extend[T any](s []T, n int, v T) []T {
	for range n {
		s = append(s, v)
	}
	return s
}

func setBit(b []uint64, i int) []uint64 {
	for len(b) <= i>>6 {
		b = append(b, 0)
	}
	b[i>>6] |= 1 << (i & 63)
	return b
}

// meet makes the column able to hold values of type t: the first type met is
// taken, whole and broken numbers meet in Float, everything else in String.
func (c *ColumnBuilder) meet(t Type, row int, v Value) bool {
	switch {
	case c.typ == t:
		return true
	case c.typ == None:
		n := c.rows
		c.typ, c.rows = t, 0
		if t == String {
			c.dict.init(1)
		}
		c.pad(n)
		return true
	case c.typ == Float && t == Int && exact(v.Int()):
		return true
	case c.typ == String: // the value is spelt
		c.note(t, String, row, v)
		return false
	}
	to := String
	if c.typ == Int && t == Float && c.allExact() {
		to = Float
	}
	c.note(t, to, row, v)
	c.become(to)
	return false
}

func (c *ColumnBuilder) note(got, to Type, row int, v Value) {
	if c.shift == nil {
		text := v.Text()
		c.shift = &TypeShift{Column: c.Name, From: c.typ, Got: got, To: to, Row: row, Value: text[:min(len(text), 200)]}
	} else {
		c.shift.To = to
	}
}

// Shift tells how the column's type had to give way, nil if it had not.
func (c *ColumnBuilder) Shift() *TypeShift { return c.shift }

// exact reports whether a float64 holds n without loss.
func exact(n int64) bool { return n >= -1<<53 && n <= 1<<53 }

func (c *ColumnBuilder) allExact() bool {
	for _, n := range c.ints {
		if !exact(n) {
			return false
		}
	}
	return true
}

// become turns the rows so far into type to.
func (c *ColumnBuilder) become(to Type) {
	old := *c
	old.dict = Interner{}
	frozen := old.freeze()
	*c = ColumnBuilder{Name: c.Name, shift: c.shift, typ: to, piece: c.piece, dict: Interner{keeps: c.piece}}
	if to == String {
		c.dict.init(1)
	}
	for i := range old.rows {
		v := frozen.Value(i)
		if v.IsMissing() {
			continue
		}
		if to == Float {
			v = FloatValue(v.Float())
		} else {
			v = TextValue(v.Text())
		}
		c.Set(i, v)
	}
	c.pad(old.rows)
}

// Retype turns a String column into another type if parse gives every value
// that type; it reports whether it did. It looks at each distinct text once.
func (c *ColumnBuilder) Retype(parse func(text []byte) Value) bool {
	if c.typ != String || c.dict.Len() < 2 {
		return false
	}
	values := make([]Value, c.dict.Len())
	for k := 1; k < len(values); k++ {
		values[k] = parse(c.dict.bytes(uint32(k)))
		if values[k].Type != values[1].Type || values[k].Type == String || values[k].IsMissing() {
			return false
		}
	}
	codes, rows := c.codes, c.rows
	*c = ColumnBuilder{Name: c.Name, piece: c.piece, dict: Interner{keeps: c.piece}}
	for i, k := range codes {
		if k != 0 {
			c.Set(i, values[k])
		}
	}
	c.pad(rows)
	return true
}

// freeze gives the rows as a column sharing the builder's memory.
func (c *ColumnBuilder) freeze() *Column {
	col := &Column{Name: c.Name, typ: c.typ, rows: c.rows, codes: c.codes, ints: c.ints, floats: c.floats, bools: c.bools}
	if len(c.absent) > 0 {
		c.wholeAbsent()
		col.absent = c.absent
	}
	if c.typ == String {
		d := c.dict.Dict
		col.dict = &d
	}
	return col
}

// wholeAbsent gives every row a bit.
func (c *ColumnBuilder) wholeAbsent() {
	for len(c.absent) < (c.rows+63)/64 {
		c.absent = append(c.absent, 0)
	}
}

// absorb appends the rows of src after base rows.
func (c *ColumnBuilder) absorb(src *ColumnBuilder, base int) {
	if src.typ == None {
		return
	}
	if src.shift != nil && c.shift == nil {
		s := *src.shift
		s.Row += base
		c.shift = &s
	}
	if c.typ == None {
		c.meet(src.typ, base, Missing)
	}
	if c.typ != src.typ {
		from := src.freeze()
		for i := range src.rows {
			c.Set(base+i, from.Value(i))
		}
		return
	}
	c.pad(base)
	switch c.typ {
	case String:
		remap := make([]uint32, src.dict.Len())
		for k := 1; k < len(remap); {
			var hashes [256]uint64
			some := hashes[:min(len(hashes), len(remap)-k)]
			for i := range some {
				some[i] = src.dict.hash(uint32(k + i))
			}
			c.dict.touch(some)
			for _, h := range some {
				remap[k] = c.dict.code(src.dict.bytes(uint32(k)), h)
				k++
			}
		}
		at := len(c.codes)
		c.codes = append(c.codes, src.codes...)
		for i, k := range c.codes[at:] {
			c.codes[at+i] = remap[k]
		}
	case Int, Time:
		c.ints = append(c.ints, src.ints...)
	case Float:
		c.floats = append(c.floats, src.floats...)
	case Bool:
		c.bools = append(c.bools, src.bools...)
	}
	for w, bits := range src.absent {
		for b := range 64 {
			if bits>>b&1 != 0 {
				c.absent = setBit(c.absent, base+w*64+b)
			}
		}
	}
	c.rows = base + src.rows
}

// canonicalInt gives the number that s spells, if it spells it the one way
// FormatInt would: "007" is not a number but a name.
func canonicalInt(s string) (int64, bool) {
	if s == "" || len(s) > 20 || s[0] == '+' || s[0] == '0' && len(s) > 1 || len(s) > 1 && s[0] == '-' && s[1] == '0' {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

// canonicalFloat gives the finite number s spells in digits, point and exponent.
func canonicalFloat(s string) (float64, bool) {
	if s == "" || len(s) > 40 {
		return 0, false
	}
	for i := 0; i < len(s); i++ {
		if ch := s[i]; (ch < '0' || ch > '9') && ch != '.' && ch != '-' && ch != 'e' && ch != 'E' && ch != '+' {
			return 0, false
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil && !math.IsInf(f, 0)
}
