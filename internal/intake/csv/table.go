package csv

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unsafe"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/intake"
	"github.com/throughline/throughline/internal/playbook"
)

// Table is a file with a header row, open for one reading.
type Table struct {
	File      intake.File
	Dialect   Dialect
	Header    []string // names of the columns, trimmed
	HeaderRaw string   // the header line as it stands
	sc        *Scanner
	body      io.ReadCloser
	flaw      Flaw
}

// ErrNoHeader says that a file has no header row to read by; the findings that
// come with it say why.
var ErrNoHeader = errors.New("no header row")

// OpenTable opens a file, judges its dialect unless one is given, and reads the
// header. read is told of bytes as they are read; it may be nil. Where the file
// is no table the error is ErrNoHeader and the findings say what it is.
func OpenTable(f intake.File, d *Dialect, read func(int64)) (*Table, diag.Findings, error) {
	body, err := f.Open()
	if err != nil {
		return nil, nil, err
	}
	t := &Table{File: f, body: body}
	counted := &counter{r: body, read: read, file: f.Name}
	sample := make([]byte, sampleSize)
	n, err := io.ReadFull(counted, sample)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		body.Close()
		return nil, nil, err
	}
	sample = sample[:n]
	no := func(check, message, hint string, s diag.Severity) (*Table, diag.Findings, error) {
		body.Close()
		return nil, diag.Findings{{Check: check, Severity: s, Range: diag.Range{File: f.Name}, Message: message, Hint: hint}}, ErrNoHeader
	}
	if n == 0 {
		return no("empty-file", "the file is empty", "export it again, or leave it out", diag.Warning)
	}
	if what, bad := looksBinary(sample); bad {
		return no("not-text", "the file is "+what+", not text", "export the data as CSV", diag.Error)
	}
	if d != nil {
		t.Dialect = *d
	} else {
		t.Dialect = Detect(sample)
	}
	t.sc = NewScanner(t.Dialect.decode(io.MultiReader(bytes.NewReader(sample), counted)), t.Dialect)
	for range t.Dialect.SkipLines {
		t.sc.Scan()
	}
	if !t.sc.Scan() {
		if err := t.sc.Err(); err != nil {
			body.Close()
			return nil, nil, err
		}
		return no("empty-file", "the file holds nothing but blank lines", "export it again, or leave it out", diag.Warning)
	}
	row := t.sc.Row()
	if row.Flaw != Sound {
		return no("bad-header", "the header row "+row.Flaw.reason(row.Len(), row.Len(), ""), "the first row must name the columns", diag.Error)
	}
	t.HeaderRaw = string(row.Raw())
	t.Header = row.Strings(nil)
	var fs diag.Findings
	first := map[string]int{}
	for i, name := range t.Header {
		name = strings.TrimSpace(name)
		t.Header[i] = name
		if j, ok := first[name]; ok && name != "" {
			fs = append(fs, diag.Finding{Check: "doubled-column", Severity: diag.Warning, Field: name, Value: name,
				Range: diag.Range{
					File:  f.Name,
					Begin: diag.Pos{Line: row.Line, Column: row.Column(i)},
					End:   diag.Pos{Line: row.Line, Column: row.Column(i) + len(name)},
				},
				Message: fmt.Sprintf("column %q stands twice in the header, as column %d and %d; the first one is read", name, j+1, i+1),
				Hint:    "give the second one a name of its own if it matters"})
			continue
		}
		first[name] = i
	}
	return t, fs, nil
}

// Column finds a column by its name as written, else by the same letters and digits.
func (t *Table) Column(name string) int {
	for i, h := range t.Header {
		if h == name {
			return i
		}
	}
	folded := playbook.Fold(name)
	for i, h := range t.Header {
		if folded != "" && playbook.Fold(h) == folded {
			return i
		}
	}
	return -1
}

// Next reads the next row and judges it against the header.
func (t *Table) Next() bool {
	if !t.sc.Scan() {
		return false
	}
	row := t.sc.Row()
	t.flaw = row.Flaw
	if t.flaw != Sound && t.flaw != ZeroByte {
		return true
	}
	switch n := row.Len(); {
	case n == len(t.Header):
	case n < len(t.Header):
		t.flaw = MissingCells
		if t.sc.Unended() {
			t.flaw = CutShort
		}
	default:
		for i := len(t.Header); i < n; i++ {
			if len(bytes.TrimSpace(row.Cell(i))) > 0 {
				t.flaw = ExtraCells
				break
			}
		}
	}
	return true
}

// Row is the row read last; Flaw says whether its cells can be relied on.
func (t *Table) Row() *Row { return t.sc.Row() }

// Flaw is what keeps the row read last from being read, Sound where nothing does.
func (t *Table) Flaw() Flaw { return t.flaw }

// Err is what went wrong with reading the file itself.
func (t *Table) Err() error { return t.sc.Err() }

// Close ends the reading.
func (t *Table) Close() error { return t.body.Close() }

// Reject makes the rejection of the row read last for its flaw.
func (t *Table) Reject() *intake.Rejection {
	r := t.RejectCell(-1, "", "")
	r.Reason, r.Hint, r.Check = "row "+t.flaw.reason(t.Row().Len(), len(t.Header), t.lastCell()), t.flaw.hint(), "unreadable-row"
	return r
}

func (t *Table) lastCell() string {
	if n := t.Row().Len(); n > 0 && n <= len(t.Header) {
		return t.Header[n-1]
	}
	return ""
}

// RejectCell makes the rejection of the row read last for what stands in one column.
func (t *Table) RejectCell(column int, reason, hint string) *intake.Rejection {
	row := t.Row()
	raw := row.Raw()
	if len(raw) > rawKept {
		raw = raw[:rawKept]
	}
	r := &intake.Rejection{Row: intake.Row{File: t.File.Name, Line: row.Line}, Reason: reason, Hint: hint, Check: "unreadable-value",
		Header: t.HeaderRaw, Raw: string(raw), Delimiter: t.Dialect.Delimiter}
	if column >= 0 {
		r.Column, r.Field, r.Value = row.Column(column), t.Header[column], strings.TrimSpace(string(row.Cell(column)))
	}
	return r
}

// RejectDamage makes the rejection of the row read last for NUL bytes in a
// cell that it cannot do without. Where only other cells hold some, Flaw is
// ZeroByte and the rest can be read.
func (t *Table) RejectDamage(column int) *intake.Rejection {
	r := t.RejectCell(column, fmt.Sprintf("row contains NUL bytes in %q, which it cannot do without", t.Header[column]), ZeroByte.hint())
	r.Check = "unreadable-row"
	return r
}

func (f Flaw) reason(have, want int, last string) string {
	switch f {
	case OpenQuote:
		return "opens a quote that is never closed"
	case StrayQuote:
		return "has text after a closing quote"
	case TooLong:
		return fmt.Sprintf("is longer than %d MB; its first %d kB are kept", rowLimit>>20, rawKept>>10)
	case ZeroByte:
		return "contains NUL bytes"
	case MissingCells:
		return fmt.Sprintf("has %d cells where the header has %d", have, want)
	case ExtraCells:
		return fmt.Sprintf("has %d cells where the header has %d", have, want)
	case CutShort:
		return fmt.Sprintf("is cut short: the file ends in %q, after %d of %d cells", last, have, want)
	}
	return "can be read"
}

func (f Flaw) hint() string {
	switch f {
	case OpenQuote, StrayQuote:
		return `a quote inside a quoted cell is written twice: "say ""hi"""`
	case TooLong:
		return "a quote may be missing, or the file is not a table"
	case ZeroByte:
		return "the file may be damaged, or be UTF-16 under another name; export it again as UTF-8"
	case MissingCells, ExtraCells:
		return "a cell that holds the delimiter or a line break must stand in quotes"
	case CutShort:
		return "the export was cut off; export it again and import that: what is there already is left alone"
	}
	return ""
}

// view lets a parser that keeps nothing look at bytes as a string without a copy.
func view(b []byte) string {
	return unsafe.String(unsafe.SliceData(b), len(b))
}

// counter tells of bytes as they are read.
type counter struct {
	r    io.Reader
	read func(int64)
	file string
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if n > 0 && c.read != nil {
		c.read(int64(n))
	}
	if err != nil && err != io.EOF {
		err = throughline.Fail("read", throughline.Unavailable, c.file, err)
	}
	return n, err
}
