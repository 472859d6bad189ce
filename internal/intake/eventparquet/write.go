package eventparquet

import (
	"io"
	"slices"

	"github.com/parquet-go/parquet-go"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/intake/column"
)

const (
	caseName     = "case:concept:name"
	activityName = "concept:name"
	timeName     = "time:timestamp"
	rowBatch     = 1024
)

// Write writes a log as a table: the columns of eventcsv.Write, with types,
// texts by dictionary, compressed with Snappy. A case without events gets a row with
// neither activity nor time.
func Write(w io.Writer, l *eventlog.Log) error {
	type source struct {
		name string
		node parquet.Node
		at   func(c, e int) parquet.Value // e is -1 for a case without events
	}
	text := func() parquet.Node {
		return parquet.Optional(parquet.Encoded(parquet.String(), &parquet.RLEDictionary))
	}
	list := []source{
		{caseName, text(), func(c, _ int) parquet.Value { return parquet.ByteArrayValue([]byte(l.CaseID(c))) }},
		{activityName, text(), func(_, e int) parquet.Value {
			if e < 0 {
				return parquet.NullValue()
			}
			return parquet.ByteArrayValue([]byte(l.ActivityName(l.Activity()[e])))
		}},
		{timeName, parquet.Optional(parquet.Timestamp(parquet.Microsecond)), func(_, e int) parquet.Value {
			if e < 0 || l.Times()[e] == eventlog.NoTime {
				return parquet.NullValue()
			}
			return parquet.Int64Value(l.Times()[e])
		}},
	}
	for _, c := range l.CaseColumns() {
		list = append(list, source{column.CasePrefix + c.Name, node(c, text()), func(k, _ int) parquet.Value { return value(c, k) }})
	}
	for _, c := range l.EventColumns() {
		name := c.Name
		if name == activityName || name == timeName || len(name) >= len(column.CasePrefix) && name[:len(column.CasePrefix)] == column.CasePrefix {
			name = "event:" + name
		}
		list = append(list, source{name, node(c, text()), func(_, e int) parquet.Value {
			if e < 0 {
				return parquet.NullValue()
			}
			return value(c, e)
		}})
	}
	slices.SortFunc(list, func(a, b source) int { // a group orders its columns by name
		if a.name < b.name {
			return -1
		}
		return 1
	})
	group := parquet.Group{}
	for _, s := range list {
		group[s.name] = s.node
	}
	out := parquet.NewWriter(w, parquet.NewSchema("events", group), parquet.Compression(&parquet.Snappy))
	fail := func(err error) error { return throughline.Fail("write event table", throughline.Unavailable, "", err) }
	rows := make([]parquet.Row, 0, rowBatch)
	flush := func() error {
		_, err := out.WriteRows(rows)
		rows = rows[:0]
		return err
	}
	add := func(c, e int) error {
		row := make(parquet.Row, 0, len(list))
		for i, s := range list {
			v := s.at(c, e)
			def := 1
			if v.IsNull() {
				def = 0
			}
			row = append(row, v.Level(0, def, i))
		}
		if rows = append(rows, row); len(rows) == rowBatch {
			return flush()
		}
		return nil
	}
	for c := range l.Cases() {
		lo, hi := l.Span(c)
		if lo == hi {
			if err := add(c, -1); err != nil {
				return fail(err)
			}
		}
		for e := lo; e < hi; e++ {
			if err := add(c, e); err != nil {
				return fail(err)
			}
		}
	}
	if err := flush(); err != nil {
		return fail(err)
	}
	if err := out.Close(); err != nil {
		return fail(err)
	}
	return nil
}

func node(c *eventlog.Column, text parquet.Node) parquet.Node {
	switch c.Type() {
	case eventlog.Int:
		return parquet.Optional(parquet.Leaf(parquet.Int64Type))
	case eventlog.Float:
		return parquet.Optional(parquet.Leaf(parquet.DoubleType))
	case eventlog.Bool:
		return parquet.Optional(parquet.Leaf(parquet.BooleanType))
	case eventlog.Time:
		return parquet.Optional(parquet.Timestamp(parquet.Microsecond))
	}
	return text
}

func value(c *eventlog.Column, row int) parquet.Value {
	v := c.Value(row)
	switch v.Type {
	case eventlog.Int, eventlog.Time:
		return parquet.Int64Value(v.Int())
	case eventlog.Float:
		return parquet.DoubleValue(v.Float())
	case eventlog.Bool:
		return parquet.BooleanValue(v.Bool())
	case eventlog.String:
		return parquet.ByteArrayValue([]byte(v.Text()))
	}
	return parquet.NullValue()
}
