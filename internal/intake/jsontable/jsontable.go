// Package jsontable reads what the API of a CRM answered, saved as JSON, as tables.
//
// Takes: JSON: a list of records, an answer that holds one under results, data, value or items, or records line by line.
// Gives: the records as the text of a CSV, a column for each field, and where records carry the history of their fields, a second table of it.
// Never: holds more than one record of a file, or unpacks onto the disk.
package jsontable

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// Bounds of what is read.
const (
	mostRecord  = 8 << 20 // bytes of one record
	mostColumns = 4096
	mostDepth   = 6
)

// Table is what a file of JSON holds.
type Table struct {
	Columns []string // of the records, sorted
	History bool     // records carry the history of their fields
	Records int
	mixed   map[string]bool // columns that hold something else than yes or no as well
	open    func() (io.ReadCloser, error)
}

// ErrNoRecords says that a file holds no records.
var ErrNoRecords = errors.New("it holds no records: a list of objects is needed, as an API answers with")

// containers are the keys under which APIs put a list of records.
var containers = []string{"results", "data", "value", "items", "records", "deals", "opportunities", "result", "objects", "activities"}

// histories are the keys under which a record carries the history of its fields.
var histories = []string{"propertieswithhistory", "versions"}

// Read looks through a file once. open has to open it anew each time.
func Read(open func() (io.ReadCloser, error)) (*Table, error) {
	t := &Table{open: open, mixed: map[string]bool{}}
	columns := map[string]bool{}
	err := t.each(func(rec map[string]any) error {
		t.Records++
		row := map[string]string{}
		flatten(row, "", rec, 0)
		for c, v := range row {
			columns[c] = true
			if v != "" && v != yes && v != no {
				t.mixed[c] = true
			}
		}
		if len(columns) > mostColumns {
			return fmt.Errorf("its records have more than %d fields", mostColumns)
		}
		t.History = t.History || len(historyOf(rec)) > 0
		return nil
	})
	if err == nil && t.Records == 0 {
		err = ErrNoRecords
	}
	t.Columns = slices.Sorted(maps.Keys(columns))
	return t, err
}

// Text gives the records as the text of a CSV.
func (t *Table) Text() io.ReadCloser {
	return t.text(func(w *line, rec map[string]any) {
		row := map[string]string{}
		flatten(row, "", rec, 0)
		for _, c := range t.Columns {
			w.cell(t.said(c, row[c]))
		}
		w.end()
	}, t.Columns)
}

// HistoryText gives the history of the records' fields: record, field, value, when.
func (t *Table) HistoryText() io.ReadCloser {
	return t.text(func(w *line, rec map[string]any) {
		id := plain(rec["id"])
		fields := historyOf(rec)
		for _, field := range slices.Sorted(maps.Keys(fields)) {
			for _, v := range fields[field] {
				w.cell(id)
				w.cell(field)
				w.cell(plain(v["value"]))
				w.cell(plain(v["timestamp"]))
				w.end()
			}
		}
	}, []string{"record id", "property", "value", "timestamp"})
}

// text streams rows as they are asked for.
func (t *Table) text(write func(*line, map[string]any), header []string) io.ReadCloser {
	r, w := io.Pipe()
	go func() { // ends with the file, or when the reader is closed
		l := &line{w: w}
		for _, h := range header {
			l.cell(h)
		}
		l.end()
		err := t.each(func(rec map[string]any) error {
			write(l, rec)
			return l.err
		})
		_ = w.CloseWithError(err)
	}()
	return r
}

// line writes cells.
type line struct {
	w   io.Writer
	b   []byte
	n   int
	err error
}

func (l *line) cell(v string) {
	if l.n++; l.n > 1 {
		l.b = append(l.b, ',')
	}
	if v == "" {
		return
	}
	l.b = append(l.b, '"')
	l.b = append(l.b, strings.NewReplacer(`"`, `""`, "\n", " ", "\r", " ").Replace(v)...)
	l.b = append(l.b, '"')
}

func (l *line) end() {
	l.b = append(l.b, '\n')
	if l.err == nil {
		_, l.err = l.w.Write(l.b)
	}
	l.b, l.n = l.b[:0], 0
}

// each gives the records, one after the other.
func (t *Table) each(yield func(map[string]any) error) error {
	body, err := t.open()
	if err != nil {
		return err
	}
	defer body.Close()
	in := &bounded{r: body}
	dec := json.NewDecoder(in)
	dec.UseNumber()
	for {
		in.left = mostRecord
		tok, err := dec.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return broken(err)
		}
		switch tok {
		case json.Delim('['):
			err = list(dec, in, yield)
		case json.Delim('{'):
			err = object(dec, in, yield)
		default:
			return ErrNoRecords
		}
		if err != nil {
			return err
		}
	}
}

// list reads the elements of a list whose bracket was read.
func list(dec *json.Decoder, in *bounded, yield func(map[string]any) error) error {
	for dec.More() {
		in.left = mostRecord
		var v any
		if err := dec.Decode(&v); err != nil {
			return broken(err)
		}
		if rec, ok := v.(map[string]any); ok {
			if err := yield(rec); err != nil {
				return err
			}
		}
	}
	_, err := dec.Token()
	return broken(err)
}

// object reads an object whose bracket was read: an answer that holds a list,
// or a record itself.
func object(dec *json.Decoder, in *bounded, yield func(map[string]any) error) error {
	rec, held := map[string]any{}, false
	for dec.More() {
		in.left = mostRecord
		key, err := dec.Token()
		if err != nil {
			return broken(err)
		}
		name, _ := key.(string)
		if slices.Contains(containers, strings.ToLower(name)) {
			tok, err := dec.Token()
			if err != nil {
				return broken(err)
			}
			switch tok {
			case json.Delim('['):
				held = true
				if err := list(dec, in, yield); err != nil {
					return err
				}
				continue
			case json.Delim('{'): // data: {items: [...]}
				held = true
				if err := object(dec, in, yield); err != nil {
					return err
				}
				continue
			}
			rec[name] = tok
			continue
		}
		var v any
		if err := dec.Decode(&v); err != nil {
			return broken(err)
		}
		rec[name] = v
	}
	if _, err := dec.Token(); err != nil {
		return broken(err)
	}
	if held || len(rec) == 0 {
		return nil
	}
	return yield(rec)
}

func broken(err error) error {
	var long tooLong
	if err == nil || errors.As(err, &long) {
		return err
	}
	return errors.New("it is no JSON, or ends early: " + err.Error())
}

// bounded reads no more than a record may have.
type bounded struct {
	r    io.Reader
	left int
}

type tooLong struct{}

func (tooLong) Error() string {
	return fmt.Sprintf("one of its records is longer than %d MB", mostRecord>>20)
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, tooLong{}
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// flatten writes the fields of a record as columns: those of "properties" and
// "associations" under their own names, those of another object behind its name.
func flatten(row map[string]string, name string, v any, depth int) {
	if depth > mostDepth {
		return
	}
	switch v := v.(type) {
	case map[string]any:
		if results, ok := v["results"].([]any); ok { // what a record belongs to
			row[name] = joined(results)
			return
		}
		for key, inner := range v {
			low := strings.ToLower(key)
			switch {
			case slices.Contains(histories, low) || strings.HasPrefix(key, "_links"):
			case low == "properties" || low == "associations" || low == "attributes" || low == "custom_fields":
				flatten(row, name, inner, depth+1)
			case name == "":
				flatten(row, key, inner, depth+1)
			default:
				flatten(row, name+" "+key, inner, depth+1)
			}
		}
	case []any:
		if len(v) == 2 { // a reference, as Odoo writes it: number and name
			if _, number := v[0].(json.Number); number {
				if text, ok := v[1].(string); ok {
					row[name], row[name+" id"] = text, plain(v[0])
					return
				}
			}
		}
		row[name] = joined(v)
	case bool:
		row[name] = no
		if v {
			row[name] = yes
		}
	default:
		row[name] = plain(v)
	}
}

// yes and no stand in a row for what is neither text nor a number.
const (
	yes = "\x00true"
	no  = "\x00false"
)

// said gives a cell. Some systems write false for what is empty: a no stands
// only where a column holds nothing else than yes and no.
func (t *Table) said(column, v string) string {
	switch {
	case v == no && t.mixed[column]:
		return ""
	case v == no || v == yes:
		return v[1:]
	}
	return v
}

// joined writes a list in one cell.
func joined(list []any) string {
	var parts []string
	for _, v := range list {
		if rec, ok := v.(map[string]any); ok {
			for _, key := range []string{"id", "toObjectId", "value", "name"} {
				if s := plain(rec[key]); s != "" {
					parts = append(parts, s)
					break
				}
			}
			continue
		}
		if s := plain(v); s != "" {
			parts = append(parts, s)
		}
	}
	slices.Sort(parts)
	return strings.Join(slices.Compact(parts), ";")
}

func plain(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		if v {
			return "true"
		}
		return "false"
	}
	return ""
}

// historyOf gives the values of a record's fields, each with when it began.
func historyOf(rec map[string]any) map[string][]map[string]any {
	var out map[string][]map[string]any
	for key, v := range rec {
		fields, ok := v.(map[string]any)
		if !ok || !slices.Contains(histories, strings.ToLower(key)) {
			continue
		}
		for field, list := range fields {
			values, _ := list.([]any)
			for _, one := range values {
				if m, ok := one.(map[string]any); ok {
					if out == nil {
						out = map[string][]map[string]any{}
					}
					out[field] = append(out[field], m)
				}
			}
		}
	}
	return out
}
