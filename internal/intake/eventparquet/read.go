package eventparquet

import (
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"os"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/format"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/intake/column"
	"github.com/throughline/throughline/internal/intake/spelling"
)

// Options say how to read; the zero value guesses the columns.
type Options struct {
	File                 string // name for findings
	Case, Activity, Time string // columns by name; guessed where empty
}

// ReadFile reads a file. A nil log means that it was refused; the findings say why.
func ReadFile(path string, o Options) (*eventlog.Log, diag.Findings, error) {
	f, err := os.Open(path)
	if err != nil {
		kind := throughline.Unavailable
		if errors.Is(err, os.ErrNotExist) {
			kind = throughline.NotFound
		}
		return nil, nil, throughline.Fail("read event table", kind, path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, throughline.Fail("read event table", throughline.Unavailable, path, err)
	}
	if o.File == "" {
		o.File = path
	}
	return Read(f, info.Size(), o)
}

// maxColumns and maxRows bound what a hostile file can claim.
const (
	maxColumns = 4096
	maxRows    = eventlog.MaxEvents
)

// Read reads a table of the given size.
func Read(r io.ReaderAt, size int64, o Options) (l *eventlog.Log, found diag.Findings, err error) {
	// The library panics on some damaged files: to a person that is a damaged file.
	defer func() {
		if p := recover(); p != nil {
			l, found, err = nil, refusal(o, fmt.Sprintf("the file is damaged: %v", p)), nil
		}
	}()
	var magic [4]byte
	if n, _ := r.ReadAt(magic[:], 0); n < 4 || string(magic[:]) != "PAR1" {
		return nil, refusal(o, fmt.Sprintf("the file begins with %q and is no Parquet", magic[:n])), nil
	}
	if err := guardFooter(r, size); err != nil {
		return nil, refusal(o, "the file is damaged or made to do harm: "+err.Error()), nil
	}
	f, err := parquet.OpenFile(r, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, refusal(o, "the file is damaged: "+err.Error()), nil
	}
	if err := guard(r, size, f); err != nil {
		return nil, refusal(o, "the file is damaged or made to do harm: "+err.Error()), nil
	}
	t := &table{o: o, f: f, b: eventlog.NewBuilder(), left: timesSize*size + freeBytes}
	return t.read()
}

func refusal(o Options, message string) diag.Findings {
	return diag.Findings{{Check: "parquet-refused", Severity: diag.Error, Range: diag.Range{File: o.File}, Message: message}}
}

type leaf struct {
	name  string
	index int // of its column chunk
	node  parquet.Node
	use   column.Use
	read  func(parquet.Value) eventlog.Value
}

type table struct {
	o      Options
	f      *parquet.File
	b      *eventlog.Builder
	notes  eventlog.Notes
	leaves []leaf
	plan   column.Plan

	left   int64    // bytes of values that may still be taken in
	caseOf []uint32 // row -> case + 1, 0 where it names none
	event  []uint32 // row -> event + 1, 0 where it is none
}

func (t *table) read() (*eventlog.Log, diag.Findings, error) {
	for _, field := range t.f.Schema().Fields() {
		if !field.Leaf() || field.Repeated() {
			t.note(diag.Warning, "parquet-nested", field.Name(), "column %q is nested or repeated and is left out", field.Name())
			continue
		}
		leafColumn, ok := t.f.Schema().Lookup(field.Name())
		if !ok {
			continue
		}
		t.leaves = append(t.leaves, leaf{name: field.Name(), index: int(leafColumn.ColumnIndex), node: field})
	}
	if len(t.leaves) > maxColumns {
		return nil, refusal(t.o, fmt.Sprintf("the table has %d columns, more than %d", len(t.leaves), maxColumns)), nil
	}
	if t.f.NumRows() > maxRows {
		return nil, refusal(t.o, fmt.Sprintf("the table has %d rows, more than %d", t.f.NumRows(), int64(maxRows))), nil
	}
	names := make([]string, len(t.leaves))
	for i, l := range t.leaves {
		names[i] = l.name
	}
	want := column.Want{File: t.o.File, Case: t.o.Case, Activity: t.o.Activity, Time: t.o.Time}
	var found diag.Findings
	if t.plan, found = column.Of(names, want); found.Errors() {
		return nil, found, nil
	}
	for _, f := range found {
		t.notes.Add(f)
	}
	if f, ok := t.plan.Told(want); ok {
		t.notes.Add(f)
	}
	for i := range t.leaves {
		t.leaves[i].use = t.plan.Uses[i]
		t.leaves[i].read = t.reader(&t.leaves[i])
	}
	if err := t.events(); err != nil {
		return nil, append(t.notes.Findings(), refusal(t.o, "the file is damaged: "+err.Error())...), nil
	}
	for i := range t.leaves {
		if err := t.attribute(&t.leaves[i]); err != nil {
			return nil, append(t.notes.Findings(), refusal(t.o, fmt.Sprintf("column %q is damaged: %v", t.leaves[i].name, err))...), nil
		}
	}
	l, more := t.b.Build()
	for _, f := range more {
		f.Range.File = t.o.File
		t.notes.Add(f)
	}
	return l, t.notes.Findings(), nil
}

func (t *table) note(sev diag.Severity, check, field, format string, args ...any) {
	t.notes.Add(diag.Finding{Check: check, Severity: sev, Field: field, Range: diag.Range{File: t.o.File}, Message: fmt.Sprintf(format, args...)})
}

// each gives the values of one column, row after row; a missing one is null.
func (t *table) each(l *leaf, take func(row int, v parquet.Value)) error {
	row := 0
	buf := make([]parquet.Value, 1024)
	for _, g := range t.f.RowGroups() {
		pages := g.ColumnChunks()[l.index].Pages()
		for {
			page, err := pages.ReadPage()
			if err == io.EOF {
				break
			}
			if err != nil {
				_ = pages.Close()
				return err
			}
			values := page.Values()
			for {
				n, err := values.ReadValues(buf)
				if int64(row+n) > t.f.NumRows() {
					_ = pages.Close()
					return errors.New("a column has more values than the table has rows")
				}
				for _, v := range buf[:n] {
					if v.Kind() == parquet.ByteArray || v.Kind() == parquet.FixedLenByteArray {
						// One long value of a dictionary may stand in many rows.
						if t.left -= int64(len(v.ByteArray())); t.left < 0 {
							_ = pages.Close()
							return errBeyond
						}
					}
					if v.Kind() == parquet.ByteArray && t.saysNothing(l, v.ByteArray()) {
						v = parquet.NullValue()
					}
					take(row, v)
					row++
				}
				if err != nil {
					if err == io.EOF {
						break
					}
					_ = pages.Close()
					return err
				}
			}
			parquet.Release(page)
		}
		if err := pages.Close(); err != nil {
			return err
		}
	}
	return nil
}

// events reads the three columns every event has.
func (t *table) events() error {
	at := func(u column.Use) *leaf { return &t.leaves[t.plan.At[u]] }
	var text []byte
	spell := func(l *leaf, v parquet.Value) []byte {
		if v.Kind() == parquet.ByteArray {
			return t.utf8(l, v.ByteArray())
		}
		text = append(text[:0], l.read(v).Text()...)
		return text
	}
	caseLeaf := at(column.CaseID)
	err := t.each(caseLeaf, func(row int, v parquet.Value) {
		if v.IsNull() {
			t.note(diag.Warning, "table-no-case", "", "row %d names no case and is left out", row+1)
			t.caseOf = append(t.caseOf, 0)
			return
		}
		t.caseOf = append(t.caseOf, uint32(t.b.CaseBytes(spell(caseLeaf, v)))+1)
	})
	if err != nil {
		return err
	}
	const none = 1<<32 - 1
	acts := make([]uint32, 0, len(t.caseOf))
	actLeaf := at(column.Activity)
	if err := t.each(actLeaf, func(_ int, v parquet.Value) {
		if v.IsNull() {
			acts = append(acts, none)
		} else {
			acts = append(acts, t.b.ActivityCode(spell(actLeaf, v)))
		}
	}); err != nil {
		return err
	}
	t.event = make([]uint32, len(t.caseOf))
	timeLeaf := at(column.Instant)
	rows := 0
	if err := t.each(timeLeaf, func(row int, v parquet.Value) {
		if rows = row + 1; row >= len(t.caseOf) || row >= len(acts) || t.caseOf[row] == 0 {
			return
		}
		us := eventlog.NoTime
		if !v.IsNull() {
			us = t.instant(timeLeaf, row, v)
		} else if acts[row] != none {
			t.note(diag.Hint, "table-time", "", "row %d has no time", row+1)
		}
		if acts[row] == none {
			if v.IsNull() {
				return // a row that only makes its case known
			}
			t.note(diag.Warning, "table-activity", "", "row %d names no activity; its event is kept under the empty name", row+1)
			acts[row] = t.b.ActivityCode(nil)
		}
		t.event[row] = uint32(t.b.EventCode(int(t.caseOf[row]-1), acts[row], us)) + 1
	}); err != nil {
		return err
	}
	if rows != len(t.caseOf) || rows != len(acts) {
		return fmt.Errorf("its columns have %d, %d and %d rows", len(t.caseOf), len(acts), rows)
	}
	return nil
}

// instant reads an event's time from a column of times, texts or numbers.
func (t *table) instant(l *leaf, row int, v parquet.Value) int64 {
	switch w := l.read(v); w.Type {
	case eventlog.Time:
		return w.Int()
	case eventlog.String:
		if us, _, ok := eventlog.ParseInstant([]byte(w.Text())); ok {
			return us
		}
		if at, ok := spelling.Instant(w.Text(), false); ok {
			return at.UnixMicro()
		}
	}
	t.note(diag.Warning, "table-time", "unreadable", "row %d: %q is no time; the event has none", row+1, l.read(v).Text())
	return eventlog.NoTime
}

func (t *table) attribute(l *leaf) error {
	switch l.use {
	case column.CaseAttr:
		name := l.name[len(column.CasePrefix):]
		var last uint32
		var before parquet.Value
		return t.each(l, func(row int, v parquet.Value) {
			if v.IsNull() || row >= len(t.caseOf) || t.caseOf[row] == 0 || t.caseOf[row] == last && parquet.Equal(before, v) {
				return
			}
			last, before = t.caseOf[row], v.Clone()
			t.b.CaseAttr(int(last-1), name, l.read(v))
		})
	case column.EventAttr:
		col := t.b.EventColumn(l.name)
		return t.each(l, func(row int, v parquet.Value) {
			if v.IsNull() || row >= len(t.event) || t.event[row] == 0 {
				return
			}
			at := int(t.event[row] - 1)
			if v.Kind() == parquet.ByteArray && l.node.Type().LogicalType() == nil {
				col.SetText(at, t.utf8(l, v.ByteArray()))
				return
			}
			col.Set(at, l.read(v))
		})
	}
	return nil
}

// saysNothing reports whether a text says that nothing stands there.
func (t *table) saysNothing(l *leaf, b []byte) bool {
	if lt := l.node.Type().LogicalType(); lt != nil {
		if _, ok := lt.Value.(*format.StringType); !ok {
			return false
		}
	}
	kind := spelling.Category
	switch l.use {
	case column.CaseID:
		kind = spelling.ID
	case column.Activity:
		kind = spelling.Word
	case column.Instant:
		kind = spelling.Moment
	}
	if !spelling.Nothing(string(b), kind) {
		return false
	}
	t.note(diag.Hint, "table-nothing", l.name, "%q in column %s was read as an empty cell", b, l.name)
	return true
}

func (t *table) utf8(l *leaf, b []byte) []byte {
	if utf8.Valid(b) {
		return b
	}
	t.note(diag.Warning, "table-utf8", l.name, "column %q holds bytes that are not UTF-8; they were replaced", l.name)
	return []byte(string([]rune(string(b))))
}

const julianUnixEpoch = 2440588

// reader gives how a column's values are to be read.
func (t *table) reader(l *leaf) func(parquet.Value) eventlog.Value {
	unit := int64(0) // micros a step; negative: steps a micro
	if lt := l.node.Type().LogicalType(); lt != nil {
		switch x := lt.Value.(type) {
		case *format.TimestampType:
			if unit = timeUnit(x.Unit); !x.IsAdjustedToUTC {
				t.note(diag.Hint, "table-zone", l.name, "the times of column %q have no zone and are taken as UTC", l.name)
			}
		case *format.DateType:
			unit = 86400_000000
		case *format.DecimalType:
			return t.decimal(l, math.Pow10(int(x.Scale)))
		}
	} else if ct := l.node.Type().ConvertedType(); ct != nil {
		switch *ct {
		case deprecated.TimestampMillis:
			unit = 1000
		case deprecated.TimestampMicros:
			unit = 1
		case deprecated.Date:
			unit = 86400_000000
		}
	}
	return func(v parquet.Value) eventlog.Value {
		switch v.Kind() {
		case parquet.Boolean:
			return eventlog.BoolValue(v.Boolean())
		case parquet.Int32, parquet.Int64:
			n := v.Int64()
			if v.Kind() == parquet.Int32 {
				n = int64(v.Int32())
			}
			return whole(n, unit)
		case parquet.Int96: // Spark: nanoseconds of the day, then the Julian day
			x := v.Int96()
			return within((int64(x[2])-julianUnixEpoch)*86400_000000 + int64(uint64(x[1])<<32|uint64(x[0]))/1000)
		case parquet.Float:
			return eventlog.FloatValue(float64(v.Float()))
		case parquet.Double:
			return eventlog.FloatValue(v.Double())
		case parquet.ByteArray:
			return eventlog.TextValue(string(t.utf8(l, v.ByteArray())))
		case parquet.FixedLenByteArray:
			return eventlog.TextValue(fmt.Sprintf("%x", v.ByteArray()))
		}
		return eventlog.Missing
	}
}

// decimal reads whole numbers that stand for so many hundredths, thousandths …
func (t *table) decimal(l *leaf, scale float64) func(parquet.Value) eventlog.Value {
	return func(v parquet.Value) eventlog.Value {
		switch v.Kind() {
		case parquet.Int32:
			return eventlog.FloatValue(float64(v.Int32()) / scale)
		case parquet.Int64:
			return eventlog.FloatValue(float64(v.Int64()) / scale)
		}
		n := new(big.Int).SetBytes(v.ByteArray())
		if b := v.ByteArray(); len(b) > 0 && b[0]&0x80 != 0 { // two's complement, big-endian
			n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
		}
		f, _ := new(big.Float).Quo(new(big.Float).SetInt(n), big.NewFloat(scale)).Float64()
		return eventlog.FloatValue(f)
	}
}

// timeUnit gives microseconds a step, or steps a microsecond as a negative number.
func timeUnit(u format.TimeUnit) int64 {
	switch u.Value.(type) {
	case *format.MilliSeconds:
		return 1000
	case *format.NanoSeconds:
		return -1000
	}
	return 1
}

func whole(n, unit int64) eventlog.Value {
	switch {
	case unit == 0:
		return eventlog.IntValue(n)
	case unit < 0:
		return within(n / -unit)
	case n > eventlog.MaxTime/unit || n < eventlog.MinTime/unit:
		return eventlog.IntValue(n)
	}
	return within(n * unit)
}

// within keeps instants a log can hold, others as numbers.
func within(us int64) eventlog.Value {
	if us < eventlog.MinTime || us > eventlog.MaxTime {
		return eventlog.IntValue(us)
	}
	return eventlog.TimeValue(us)
}
