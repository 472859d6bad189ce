package eventlog

import "fmt"

// Column is one attribute of all cases or of all events. Exactly one of the
// slices behind it is filled, by its type; rows are case or event indexes.
type Column struct {
	Name   string
	typ    Type
	rows   int
	codes  []uint32  // String: 0 is missing, else a code of dict
	ints   []int64   // Int; Time with NoTime for missing
	floats []float64 // Float
	bools  []uint8   // Bool: 0 missing, 1 false, 2 true
	absent []uint64  // Int and Float: a bit for each missing row; nil where none is
	dict   *Dict     // String: entry 0 stands for missing
}

// Type is the column's type; None where every value is missing.
func (c *Column) Type() Type { return c.typ }

// Len is the number of rows.
func (c *Column) Len() int { return c.rows }

// Codes gives a String column's codes, one a row; 0 is missing. Nil for other types.
func (c *Column) Codes() []uint32 { return c.codes }

// Dict gives a String column's dictionary; its entry 0 stands for missing.
func (c *Column) Dict() *Dict { return c.dict }

// Ints gives an Int column's numbers or a Time column's microseconds (NoTime where missing).
func (c *Column) Ints() []int64 { return c.ints }

// Floats gives a Float column's numbers.
func (c *Column) Floats() []float64 { return c.floats }

// Bools gives a Bool column: 0 missing, 1 false, 2 true.
func (c *Column) Bools() []uint8 { return c.bools }

// IsMissing reports whether a row has no value.
func (c *Column) IsMissing(row int) bool {
	switch c.typ {
	case String:
		return c.codes[row] == 0
	case Time:
		return c.ints[row] == NoTime
	case Bool:
		return c.bools[row] == 0
	case Int, Float:
		return c.absent != nil && c.absent[row>>6]&(1<<(row&63)) != 0
	}
	return true
}

// MissingCount is the number of rows without a value.
func (c *Column) MissingCount() int {
	n := 0
	for i := range c.rows {
		if c.IsMissing(i) {
			n++
		}
	}
	return n
}

// Value gives a row's value.
func (c *Column) Value(row int) Value {
	if c.IsMissing(row) {
		return Missing
	}
	switch c.typ {
	case String:
		return TextValue(c.dict.At(c.codes[row]))
	case Int:
		return IntValue(c.ints[row])
	case Float:
		return FloatValue(c.floats[row])
	case Bool:
		return BoolValue(c.bools[row] == 2)
	case Time:
		return TimeValue(c.ints[row])
	}
	return Missing
}

// Text spells a row's value; "" where missing.
func (c *Column) Text(row int) string { return c.Value(row).Text() }

// gather gives the rows of c at the places of order, as a new column.
func (c *Column) gather(order []uint32) *Column {
	d := &Column{Name: c.Name, typ: c.typ, rows: len(order), dict: c.dict}
	switch c.typ {
	case String:
		d.codes = pick(c.codes, order)
	case Int, Time:
		d.ints = pick(c.ints, order)
	case Float:
		d.floats = pick(c.floats, order)
	case Bool:
		d.bools = pick(c.bools, order)
	}
	if c.absent != nil {
		d.absent = make([]uint64, (len(order)+63)/64)
		for i, o := range order {
			d.absent[i>>6] |= (c.absent[o>>6] >> (o & 63) & 1) << (i & 63)
		}
	}
	return d
}

func pick[T any](from []T, order []uint32) []T {
	out := make([]T, len(order))
	for i, o := range order {
		out[i] = from[o]
	}
	return out
}

func (c *Column) check(rows int) error {
	n := map[Type]int{None: rows, String: len(c.codes), Int: len(c.ints), Time: len(c.ints), Float: len(c.floats), Bool: len(c.bools)}[c.typ]
	if n != rows || c.absent != nil && len(c.absent) != (rows+63)/64 {
		return fmt.Errorf("column %q has %d values for %d rows", c.Name, n, rows)
	}
	if c.typ == String {
		for _, k := range c.codes {
			if int(k) >= c.dict.Len() {
				return fmt.Errorf("column %q has a code outside its dictionary", c.Name)
			}
		}
	}
	return nil
}
