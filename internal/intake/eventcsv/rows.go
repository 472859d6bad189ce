package eventcsv

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/bits"
	"unicode/utf8"

	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/intake/column"
	"github.com/throughline/throughline/internal/intake/spelling"
)

// field is one value as it stands: data[from:to], without its quotes.
type field struct {
	from, to int
	quoted   bool
	escaped  bool // holds doubled quotes, or text behind its closing quote
}

// cell is what a part knows of a column.
type cell struct {
	col    *eventlog.ColumnBuilder
	use    column.Use
	kind   kind
	first  int    // where its first value stands in this piece, -1 before
	before []byte // the value it had last
	code   uint32
}

// part reads one piece.
type part struct {
	lay     *layout
	b       *eventlog.Builder
	notes   eventlog.Notes
	data    []byte
	fields  []field
	cols    []cell
	scratch []byte

	lastCase []byte
	lastRef  int
	steps    []step // activity code -> the one after it
	before   uint32 // the activity of the row before
	latin    bool   // some bytes of the piece are not UTF-8
	open     int    // where a row that does not end begins, -1

	seenAt, seenLines, seenCol int
}

// Read reads the rows of a piece that begins with a row.
func (p *part) Read(data []byte) {
	p.b.Reset()
	p.notes.Reset()
	p.data, p.open = data, -1
	p.seenAt, p.seenLines, p.seenCol = 0, 0, 0
	p.lastCase = nil
	p.steps, p.before = p.steps[:0], 0
	p.latin = !utf8.Valid(data)
	p.cols = append(p.cols[:0], make([]cell, len(p.lay.Names))...)
	for i := range p.cols {
		p.cols[i] = cell{first: -1, use: p.lay.Uses[i], kind: p.lay.kinds[i]}
	}
	for i := 0; i < len(data); {
		next, ok := p.row(i)
		if !ok {
			p.open = i
			return
		}
		p.take(i)
		i = next
	}
}

// Open reports whether a quoted field does not end in this piece.
func (p *part) Open() bool { return p.open >= 0 }

// row takes the row at i apart; ok is false where a quoted field does not end.
func (p *part) row(i int) (next int, ok bool) {
	if next = p.plainRow(i); next > 0 {
		return next, true
	}
	return p.quotedRow(i)
}

// The bytes of a word, each as it is repeated in all eight.
const (
	ones   = 0x0101010101010101
	sevens = 0x7f * ones
	highs  = 0x80 * ones
)

// plainRow takes apart a row without quotes that ends within the data and does
// not come near their end; 0 where it is none. It looks at eight bytes at a time.
func (p *part) plainRow(i int) (next int) {
	data, c := p.data, uint64(p.lay.comma)*ones
	fields := p.fields[:0]
	from := i
	for ; i+8 <= len(data); i += 8 {
		x := binary.LittleEndian.Uint64(data[i:])
		a, b, q := x^c, x^('\n'*ones), x^('"'*ones)
		// A byte that is zero keeps its high bit clear, exactly.
		a = (a&sevens + sevens) | a
		b = (b&sevens + sevens) | b
		q = (q&sevens + sevens) | q
		if ^q&highs != 0 {
			return 0
		}
		for m := ^(a & b) & highs; m != 0; m &= m - 1 {
			to := i + bits.TrailingZeros64(m)>>3
			if data[to] == '\n' {
				end := to
				if to > from && data[to-1] == '\r' {
					end--
				}
				p.fields = append(fields, field{from: from, to: end})
				return to + 1
			}
			fields = append(fields, field{from: from, to: to})
			from = to + 1
		}
	}
	return 0
}

func (p *part) quotedRow(i int) (next int, ok bool) {
	data, comma := p.data, p.lay.comma
	p.fields = p.fields[:0]
	for {
		f := field{from: i}
		if i < len(data) && data[i] == '"' {
			f.quoted = true
			f.from++
			j := f.from
			for {
				k := bytes.IndexByte(data[j:], '"')
				if k < 0 {
					return i, false
				}
				if j += k + 1; j < len(data) && data[j] == '"' {
					f.escaped = true
					j++
					continue
				}
				break
			}
			f.to = j - 1
			if i = fieldEnd(data, j, comma); i > j && !(data[j] == '\r' && i == j+1) {
				p.note(
					diag.Warning,
					"csv-quote",
					"",
					j,
					nil,
					"a quote inside a quoted field is written twice",
					"text stands behind a closing quote; it is kept as part of the field",
				)
				f.to, f.escaped = i, true
			}
		} else {
			i = fieldEnd(data, i, comma)
			f.to = i
		}
		if i == len(data) || data[i] == '\n' {
			if !f.quoted && f.to > f.from && data[f.to-1] == '\r' {
				f.to--
			}
			p.fields = append(p.fields, f)
			return min(i+1, len(data)), true
		}
		p.fields = append(p.fields, f)
		i++
	}
}

// fieldEnd gives the place of the next separator or line end from i on, the end of data if there is none.
func fieldEnd(data []byte, i int, comma byte) int {
	q := uint64(comma) * ones
	for i+8 <= len(data) {
		x := binary.LittleEndian.Uint64(data[i:])
		a, b := x^q, x^('\n'*ones)
		if m := ((a-ones)&^a | (b-ones)&^b) & highs; m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
		i += 8
	}
	for i < len(data) && data[i] != comma && data[i] != '\n' {
		i++
	}
	return i
}

// value gives a field's bytes; missing tells that the field is empty and not quoted.
func (p *part) value(f field) (b []byte, missing bool) {
	b = p.data[f.from:f.to]
	if f.escaped {
		p.scratch = p.scratch[:0]
		for k := 0; k < len(b); k++ {
			if b[k] == '"' && k+1 < len(b) && b[k+1] == '"' {
				k++
			}
			p.scratch = append(p.scratch, b[k])
		}
		b = p.scratch
	}
	if p.latin && !utf8.Valid(b) {
		p.note(diag.Warning, "csv-utf8", "", f.from, b, "save the file as UTF-8", "a value holds bytes that are not UTF-8; they were replaced")
		b = bytes.ToValidUTF8(b, []byte("\uFFFD"))
	}
	return b, len(b) == 0 && !f.quoted
}

// time reads when an event was, NoTime where nothing says so; bad is a text that
// is there and is no time.
func (p *part) time(f field) (us int64, bad bool) {
	lay := p.lay
	t, missing := p.value(f)
	if missing || len(t) == 0 || p.nothing(column.Instant, f, t, spelling.Moment) {
		p.note(diag.Hint, "csv-time", "missing", f.from, nil, "", "an event has no time")
		return eventlog.NoTime, false
	}
	if v, _, ok, ambiguous := parseTime(trim(t), lay.order); ok {
		if ambiguous && lay.order == unknown {
			p.note(diag.Warning, "csv-date", "", f.from, t, "say whether the day or the month comes first",
				"%q can be read in two ways, and so can every date here; the month is taken first", string(t))
		}
		return v, false
	}
	if at, ok := spelling.Instant(string(t), lay.order == dayFirst); ok {
		return at.UnixMicro(), false
	}
	p.note(diag.Warning, "csv-time", "unreadable", f.from, t, "",
		"%q is no time; the event has none, and its attribute %s keeps the text", clip(t), lay.Names[lay.At[column.Instant]])
	return eventlog.NoTime, true
}

// take makes an event of the row just taken apart, which begins at.
func (p *part) take(at int) {
	fields, lay := p.fields, p.lay
	if len(fields) == 1 && fields[0].to == fields[0].from && len(lay.Names) > 1 {
		return // an empty line
	}
	if len(fields) != len(lay.Names) {
		p.note(
			diag.Warning,
			"csv-fields",
			"",
			at,
			nil,
			"",
			"a row has %d fields where the first row names %d columns; what is too much is left out, what lacks is missing",
			len(fields),
			len(lay.Names),
		)
		for len(fields) < len(lay.Names) {
			fields = append(fields, field{from: at, to: at})
		}
		p.fields = fields
	}
	raw, none := p.value(fields[lay.At[column.CaseID]])
	if none || len(raw) == 0 || p.nothing(column.CaseID, fields[lay.At[column.CaseID]], raw, spelling.ID) {
		p.note(diag.Warning, "csv-no-case", "", at, nil, "", "a row names no case and is left out")
		return
	}
	c := p.lastRef
	if p.lastCase == nil || string(raw) != string(p.lastCase) {
		c = p.b.CaseBytes(raw)
		p.lastCase, p.lastRef = append(p.lastCase[:0], raw...), c
	}
	act, noAct := p.value(fields[lay.At[column.Activity]])
	var code uint32
	f := fields[lay.At[column.Instant]]
	noAct = noAct || p.nothing(column.Activity, fields[lay.At[column.Activity]], act, spelling.Word)
	if noAct {
		act = nil
	}
	if noAct && (f.to == f.from || p.nothing(column.Instant, f, p.data[f.from:f.to], spelling.Moment)) {
		p.attrs(c, -1)
		return // a row that only makes its case known
	}
	if noAct {
		p.note(
			diag.Warning,
			"csv-activity",
			"",
			fields[lay.At[column.Activity]].from,
			nil,
			"",
			"a row names no activity; its event is kept under the empty name",
		)
	}
	code = p.activity(act)
	us, badTime := p.time(f)
	row := p.b.EventCode(c, code, us)
	if badTime {
		t, _ := p.value(f)
		p.cell(lay.At[column.Instant]).col.SetText(row, t)
	}
	p.attrs(c, row)
}

// step is the activity that came last after another.
type step struct {
	name []byte
	code uint32
}

// activity gives an activity's code. What came after the one before it the
// last time is tried first: a process mostly goes on as it did.
func (p *part) activity(name []byte) uint32 {
	if int(p.before) < len(p.steps) {
		if s := &p.steps[p.before]; s.name != nil && string(s.name) == string(name) {
			p.before = s.code
			return s.code
		}
	}
	code := p.b.ActivityCode(name)
	if len(name) > 0 && !p.latin && p.before < maxSteps && (len(p.scratch) == 0 || &name[0] != &p.scratch[0]) {
		for int(p.before) >= len(p.steps) {
			p.steps = append(p.steps, step{})
		}
		p.steps[p.before] = step{name, code}
	}
	p.before = code
	return code
}

// maxSteps bounds what is kept of the order of activities.
const maxSteps = 1 << 12

// attrs sets the attributes of the row's case and, where row is not negative, of its event.
func (p *part) attrs(c, row int) {
	fields := p.fields[:len(p.cols)]
	for j := range p.cols {
		k, f := &p.cols[j], &fields[j]
		if k.use > column.CaseAttr || f.from == f.to && !f.quoted || k.use == column.EventAttr && row < 0 {
			continue
		}
		if k.use == column.CaseAttr {
			p.caseAttr(c, j, k, *f)
			continue
		}
		if k.first < 0 {
			p.cell(j)
			k.first = f.from
		}
		raw := p.data[f.from:f.to]
		if f.escaped || p.latin {
			raw, _ = p.value(*f)
		}
		if k.kind == text && k.before != nil && string(k.before) == string(raw) && k.col.Type() == eventlog.String {
			k.col.SetCode(row, k.code)
			continue
		}
		p.set(j, k, f, raw, row)
	}
}

// set writes a value by the column's kind, or as text where it is of another.
func (p *part) set(j int, k *cell, f *field, raw []byte, row int) {
	fits := true
	switch k.kind {
	case text:
		if p.emptied(j, *f, raw, spelling.Category) {
			return
		}
		if code, ok := k.col.Intern(raw); ok {
			k.col.SetCode(row, code)
			if k.code = code; !f.escaped && !p.latin && !(f.quoted && spelling.Nothing(view(raw), spelling.Category)) {
				k.before = raw
			} else {
				k.before = nil
			}
			return
		}
		fits = k.col.SetText(row, raw)
	case whole:
		if n, ok := canonicalInt(raw); ok {
			if fits = k.col.SetInt(row, n, eventlog.Int); fits {
				return
			}
		} else {
			fits = p.other(j, k, f, row, raw)
		}
	case number:
		if v, ok := parseNumber(raw); ok {
			if fits = k.col.SetFloat(row, v); fits {
				return
			}
		} else {
			fits = p.other(j, k, f, row, raw)
		}
	case truth:
		if v, ok := parseTruth(raw); ok {
			if fits = k.col.SetBool(row, v); fits {
				return
			}
		} else {
			fits = p.other(j, k, f, row, raw)
		}
	default:
		fits = p.other(j, k, f, row, raw)
	}
	if !fits {
		p.note(diag.Warning, "log-type", p.lay.Names[j], f.from, raw, "", "%s", k.col.Shift())
	}
}

func (p *part) other(j int, k *cell, f *field, row int, raw []byte) bool {
	if len(raw) == 0 {
		return true // an empty text in a column of numbers
	}
	if k.kind != moment && p.emptied(j, *f, raw, spelling.Number) || k.kind == moment && p.emptied(j, *f, raw, spelling.Day) {
		return true
	}
	return k.col.Set(row, p.typed(p.lay.kinds[j], raw))
}

// emptied reports whether a cell says by a word that nothing stands in it, and
// notes it. What stands in quotes, among cells that mostly stand in none, was
// put there on purpose and is a text.
func (p *part) emptied(j int, f field, raw []byte, k spelling.Kind) bool {
	if len(raw) == 0 || f.quoted && !p.lay.bare || !spelling.Nothing(view(raw), k) {
		return false
	}
	p.note(
		diag.Hint,
		"csv-nothing",
		p.lay.Names[j],
		f.from,
		raw,
		"a word in quotes is kept as it is",
		"%q in column %s was read as an empty cell",
		clip(raw),
		p.lay.Names[j],
	)
	return true
}

func (p *part) nothing(u column.Use, f field, raw []byte, k spelling.Kind) bool {
	return p.emptied(p.lay.At[u], f, raw, k)
}

func (p *part) typed(k kind, raw []byte) eventlog.Value {
	switch k {
	case whole, number:
		if n, ok := canonicalInt(raw); ok && k == whole {
			return eventlog.IntValue(n)
		}
		if v, ok := parseNumber(raw); ok {
			return eventlog.FloatValue(v)
		}
	case truth:
		if v, ok := parseTruth(raw); ok {
			return eventlog.BoolValue(v)
		}
	case moment:
		if us, _, ok, _ := parseTime(trim(raw), p.lay.order); ok {
			return eventlog.TimeValue(us)
		}
	}
	return eventlog.TextValue(string(raw))
}

func (p *part) caseAttr(c, j int, k *cell, f field) {
	raw, _ := p.value(f)
	if k.before != nil && int(k.code) == c && string(k.before) == string(raw) {
		return
	}
	k.before, k.code = append(k.before[:0], raw...), uint32(c)
	if k.first < 0 {
		k.first = f.from
	}
	if len(raw) == 0 && p.lay.kinds[j] != text {
		return
	}
	kind := spelling.Category
	switch p.lay.kinds[j] {
	case text:
	case moment:
		kind = spelling.Day
	default:
		kind = spelling.Number
	}
	if p.emptied(j, f, raw, kind) {
		return
	}
	if !p.b.CaseAttr(c, p.lay.Names[j][len(column.CasePrefix):], p.typed(p.lay.kinds[j], raw)) {
		p.note(
			diag.Warning,
			"csv-case-attr",
			p.lay.Names[j],
			f.from,
			raw,
			"if it changes, name the column without \"case:\"",
			"%s changes within case %q; the first value counts",
			p.lay.Names[j],
			clip(p.lastCase),
		)
	}
}

func (p *part) cell(j int) *cell {
	k := &p.cols[j]
	if k.col == nil {
		k.col = p.b.EventColumn(p.lay.Names[j])
	}
	return k
}

func clip(b []byte) string {
	if len(b) > 60 {
		return string(b[:60]) + "…"
	}
	return string(b)
}

func trim(b []byte) []byte {
	if n := len(b); n > 0 && (b[0] == ' ' || b[n-1] == ' ') {
		return bytes.TrimSpace(b)
	}
	return b
}

// note adds a finding at a place of this piece.
func (p *part) note(sev diag.Severity, check, what string, at int, value []byte, hint, format string, args ...any) {
	if p.notes.Known(check, what) {
		return
	}
	if at < p.seenAt {
		p.seenAt, p.seenLines, p.seenCol = 0, 0, 0
	}
	p.seenLines += bytes.Count(p.data[p.seenAt:at], []byte{'\n'})
	if k := bytes.LastIndexByte(p.data[p.seenAt:at], '\n'); k >= 0 {
		p.seenCol = p.seenAt + k + 1
	}
	p.seenAt = at
	pos := diag.Pos{Line: p.seenLines + 1, Column: at - p.seenCol + 1, Offset: at}
	p.notes.Add(
		diag.Finding{
			Check:    check,
			Severity: sev,
			Field:    what,
			Value:    clip(value),
			Range:    diag.Range{Begin: pos, End: pos},
			Hint:     hint,
			Message:  fmt.Sprintf(format, args...),
		},
	)
}
