package eventcsv

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/intake/column"
	"github.com/throughline/throughline/internal/intake/piece"
	"github.com/throughline/throughline/internal/intake/spelling"
)

// Options say how to read; the zero value guesses.
type Options struct {
	File     string // name for findings
	Case     string // columns by name; guessed where empty
	Activity string
	Time     string
	Comma    byte  // separator; guessed where 0
	DayFirst *bool // whether 3/4/2017 is the third of April; told from other dates where nil
	Workers  int   // pieces read at the same time; the number of cores where 0
	Piece    int   // bytes of a piece; 1 MB where 0
	MaxRow   int   // longest row; 61 MB where 0
	Progress func(bytes int64)

	size int64   // of the file, 0 if not known
	more float64 // how many lines the file should hold
}

// ReadFile reads a file, gzipped or not. A nil log means that the file was
// refused; the findings say why and where.
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
	if o.File == "" {
		o.File = path
	}
	if info, err := f.Stat(); err == nil {
		o.size = info.Size()
	}
	return Read(f, o)
}

func refusal(file string, skip int, message string) diag.Findings {
	at := diag.Pos{Line: 1, Column: skip + 1, Offset: skip}
	return diag.Findings{{Check: "csv-refused", Severity: diag.Error, Range: diag.Range{File: file, Begin: at, End: at}, Message: message}}
}

// cut allows a cut behind the last line end; whether that lies inside quotes
// is found out by reading.
func cut(buf []byte) int { return bytes.LastIndexByte(buf, '\n') + 1 }

// Read reads a table. The error is about the reading itself; everything about
// the contents is a finding.
func Read(r io.Reader, o Options) (*eventlog.Log, diag.Findings, error) {
	if o.MaxRow <= 0 {
		o.MaxRow = 64 << 20
	}
	if sized, ok := r.(interface{ Len() int }); ok && o.size == 0 {
		o.size = int64(sized.Len())
	}
	if at, ok := r.(io.ReaderAt); ok && o.size > growEarly {
		o.more = lines(at, o.size)
	}
	src, err := piece.NewSource(r, piece.Options{Workers: o.Workers, Size: o.Piece, Limit: o.MaxRow}, cut)
	if err != nil {
		return nil, refusal(o.File, 0, "the file begins like gzip and is none: "+err.Error()), nil
	}
	m := &merger{o: o, b: eventlog.NewBuilder(), src: src, placed: map[string]bool{}}
	return m.read()
}

// merger takes the pieces over.
type merger struct {
	o      Options
	lay    layout
	b      *eventlog.Builder
	notes  eventlog.Notes
	src    *piece.Source
	placed map[string]bool // columns whose change of type has a position

	line, col, off int // where the next piece begins
	stopped, grown bool
}

func (m *merger) read() (*eventlog.Log, diag.Findings, error) {
	first, last := m.src.Next(nil)
	skip, no := sniff(first)
	if no == "" && last && bytes.IndexByte(first, '\n') < 0 && bytes.IndexByte(first, '\r') >= 0 {
		no = "lines end with carriage returns only; save the file with usual line ends"
	}
	if say, _, err := m.src.Err(); err != nil && len(first) == 0 {
		no = say
	}
	if no != "" {
		return nil, refusal(m.o.File, skip, no), nil
	}
	p := &part{lay: &m.lay}
	head, ok := 0, false
	for {
		m.lay.comma = m.o.Comma
		if m.lay.comma == 0 {
			line, _, _ := bytes.Cut(first[skip:], []byte{'\n'})
			m.lay.comma = guessComma(line)
		}
		p.data = first[skip:]
		p.notes.Reset()
		head, ok = p.row(0)
		if ok || last || len(first) >= m.o.MaxRow {
			break
		}
		more, l := m.src.Next(nil)
		first, last = append(first, more...), l
	}
	if !ok {
		return nil, refusal(m.o.File, skip, "the first row holds a quote that is not closed"), nil
	}
	if len(p.fields) > maxColumns {
		return nil, refusal(m.o.File, skip, fmt.Sprintf("the first row names %d columns, more than %d", len(p.fields), maxColumns)), nil
	}
	var names []string
	for _, f := range p.fields {
		name, _ := p.value(f)
		names = append(names, string(trim(name)))
	}
	var found diag.Findings
	if m.lay.Plan, found = column.Of(names, m.want()); found.Errors() {
		return nil, found, nil
	}
	for _, f := range found {
		m.notes.Add(f)
	}
	m.move(first[:skip+head])
	body := first[skip+head:]
	m.lay.sample(p, body, m.o)
	q := m.newPart()
	q.Read(body)
	for q.Open() && !last && len(body) < m.o.MaxRow {
		more, l := m.src.Next(nil)
		body, last = append(body, more...), l
		q.Read(body)
	}
	if m.take(q, body, last); !last && !m.stopped {
		piece.Each(m.src, m.newPart, m.take)
	}
	return m.finish()
}

func (m *merger) newPart() *part { return &part{lay: &m.lay, b: eventlog.NewPiece()} }

func (m *merger) want() column.Want {
	return column.Want{File: m.o.File, Case: m.o.Case, Activity: m.o.Activity, Time: m.o.Time}
}

// move counts what lies behind.
func (m *merger) move(data []byte) {
	if n := bytes.Count(data, []byte{'\n'}); n > 0 {
		m.line += n
		m.col = len(data) - bytes.LastIndexByte(data, '\n') - 1
	} else {
		m.col += len(data)
	}
	m.off += len(data)
}

func (m *merger) moved(at diag.Pos) diag.Pos {
	if at.Line == 1 {
		at.Column += m.col
	}
	at.Line += m.line
	at.Offset += m.off
	return at
}

// take adds a piece that has been read to the log.
func (m *merger) take(p *part, data []byte, last bool) bool {
	defer m.grow()
	before := len(m.b.TypeShifts())
	err := m.b.Absorb(p.b)
	if shifts := m.b.TypeShifts(); len(shifts) > before {
		for _, s := range shifts {
			if m.placed[s.Column] || p.notes.Has("log-type", s.Column) {
				m.placed[s.Column] = true
				continue
			}
			m.placed[s.Column] = true
			for j, n := range m.lay.Names {
				if (n == s.Column || n == "case:"+s.Column) && p.cols[j].first >= 0 {
					p.note(diag.Warning, "log-type", s.Column, p.cols[j].first, []byte(s.Value), "", "%s", s.String())
				}
			}
		}
	}
	why, at := "", len(data)
	switch say, broken := m.broken(last); {
	case err != nil:
		why = err.Error()
	case p.Open() && last:
		why, at = "a quoted field in this row does not end", p.open
	case p.Open():
		why, at = fmt.Sprintf("a row that begins here does not end within %d MB", m.o.MaxRow>>20), p.open
	case broken != nil:
		why = say
	}
	if why != "" {
		m.stopped = true
		p.note(diag.Error, "csv-stopped", "", at, nil, "", "%s: reading stopped here with %d events", why, m.b.Events())
	}
	m.notes.Absorb(&p.notes, func(f *diag.Finding) {
		f.Range.File = m.o.File
		f.Range.Begin, f.Range.End = m.moved(f.Range.Begin), m.moved(f.Range.End)
	})
	m.move(data)
	if m.o.Progress != nil {
		m.o.Progress(int64(m.off))
	}
	return !m.stopped
}

func (m *merger) broken(last bool) (say string, err error) {
	if last {
		say, _, err = m.src.Err()
	}
	return say, err
}

func (m *merger) finish() (*eventlog.Log, diag.Findings, error) {
	if _, damaged, err := m.src.Err(); m.stopped && err != nil && !damaged {
		return nil, m.notes.Findings(), throughline.Fail("read event table", throughline.Unavailable, m.o.File, err)
	}
	top := diag.Range{File: m.o.File, Begin: diag.Pos{Line: 1, Column: 1}, End: diag.Pos{Line: 1, Column: 2}}
	if f, ok := m.lay.Told(m.want()); ok {
		m.notes.Add(f)
	}
	if m.b.Events() == 0 {
		m.notes.Add(diag.Finding{Check: "csv-no-rows", Severity: diag.Warning, Range: top, Message: "the table holds no event"})
	}
	m.retype()
	l, found := m.b.Build()
	for _, f := range found {
		f.Range.File = m.o.File
		if f.Check == "log-type" && m.notes.Has("log-type", f.Field) ||
			f.Check == "log-untimed" && (m.notes.Has("csv-time", "missing") || m.notes.Has("csv-time", "unreadable")) {
			continue // said already, with a position
		}
		if f.Check == "log-case-attr" && m.notes.Has("csv-case-attr", "case:"+f.Field) {
			continue
		}
		m.notes.Add(f)
	}
	return l, m.notes.Findings(), nil
}

// retype finds the type of columns whose first value came late.
func (m *merger) retype() {
	p := &part{lay: &m.lay}
	for j, blind := range m.lay.blind {
		var col *eventlog.ColumnBuilder
		switch {
		case !blind || m.lay.Uses[j] > column.CaseAttr:
			continue
		case m.lay.Uses[j] == column.CaseAttr:
			col = m.b.CaseColumn(m.lay.Names[j][len(column.CasePrefix):])
		default:
			col = m.b.EventColumn(m.lay.Names[j])
		}
		for _, k := range []kind{whole, number, truth} {
			if col.Type() == eventlog.String {
				col.Retype(func(b []byte) eventlog.Value { return p.typed(k, b) })
			}
		}
		if col.Type() == eventlog.String {
			col.Retype(func(b []byte) eventlog.Value {
				if !m.lay.dated(trim(b)) {
					return eventlog.Missing
				}
				return p.typed(moment, b)
			})
		}
	}
}

// sampleRows is how many rows decide what kind a column is of.
const sampleRows = 2000

// kinds are those that a column may still be of, by kind.
type kinds [5]bool

// narrow takes the kinds from a column that a value of it is not of.
func (l *layout) narrow(can *kinds, at int, v []byte) {
	if can[whole] {
		_, can[whole] = canonicalInt(v)
	}
	if can[number] {
		_, can[number] = parseNumber(v)
	}
	if can[truth] {
		_, can[truth] = parseTruth(v)
	}
	if can[moment] || l.Uses[at] == column.Instant {
		can[moment] = l.dated(trim(v))
	}
}

// sample looks at the first rows to tell the kinds of the columns and the order of day and month.
func (l *layout) sample(p *part, body []byte, o Options) {
	n := len(l.Names)
	l.kinds, l.blind = make([]kind, n), make([]bool, n)
	can := make([]kinds, n)
	some := make([]bool, n)
	bare := make([]bool, n) // quoted without need
	quoteAll := true
	for i := range can {
		can[i] = kinds{true, true, true, true, true}
	}
	if o.DayFirst != nil {
		if l.order = monthFirst; *o.DayFirst {
			l.order = dayFirst
		}
	}
	p.data = body
	p.notes.Reset()
	for i, rows := 0, 0; i < len(body) && rows < sampleRows; rows++ {
		next, ok := p.row(i)
		if !ok {
			break
		}
		i = next
		for j, f := range p.fields[:min(n, len(p.fields))] {
			v := body[f.from:f.to]
			if len(v) == 0 {
				continue
			}
			if !f.quoted {
				quoteAll = false
			} else if !f.escaped && !bytes.ContainsAny(v, "\",;\t|\r\n") {
				bare[j] = true
			}
			if spelling.Nothing(view(v), spelling.Number) || l.Uses[j] == column.Instant && spelling.Nothing(view(v), spelling.Moment) {
				continue // says nothing of the others' kind
			}
			some[j] = true
			l.narrow(&can[j], j, v)
		}
	}
	p.notes.Reset()
	l.bare = quoteAll
	for j := range l.kinds {
		if l.blind[j] = !some[j]; !some[j] || bare[j] && !quoteAll {
			continue
		}
		for k := moment; k > text; k-- {
			if can[j][k] {
				l.kinds[j] = k // the narrowest comes last
			}
		}
	}
}

// dated reports whether v is a date that is no mere number, and learns from
// it whether days or months come first.
func (l *layout) dated(v []byte) bool {
	if _, isInt := canonicalInt(v); isInt {
		return false
	}
	_, _, ok, _ := parseTime(v, monthFirst)
	if ok && l.order == unknown {
		if a, i := leading(v, 0); i > 0 && i <= 2 && i < len(v) && v[i] != '.' {
			if c, j := leading(v, i+1); j > i+1 && j <= i+3 {
				switch {
				case a > 12:
					l.order = dayFirst
				case c > 12:
					l.order = monthFirst
				}
			}
		}
	}
	return ok
}

// growEarly is how much of a file is read before room is made for the rest.
const growEarly = 16 << 20

// grow makes room for as many events as the file should hold, once enough of it
// has been read to tell, so that the columns need not be moved while they
// grow.
func (m *merger) grow() {
	read, whole := int64(m.off), m.src.Whole(m.o.size)
	if m.grown || whole <= read || read < min(whole/8, growEarly) {
		return
	}
	m.grown = true
	times := float64(whole) / float64(read) * 1.01
	if m.o.more > 0 && m.line > 0 {
		times = m.o.more / float64(m.line)
	}
	m.b.Expect(times)
}
