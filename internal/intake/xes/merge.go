package xes

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/intake/piece"
)

var traceEnd = []byte("</trace")

// cut allows a cut behind the last </trace>.
func cut(buf []byte) int {
	k := bytes.LastIndex(buf, traceEnd)
	if k < 0 {
		return 0
	}
	if g := bytes.IndexByte(buf[k:], '>'); g >= 0 {
		return k + g + 1
	}
	return 0
}

// merger takes the pieces over.
type merger struct {
	o     Options
	head  header
	b     *eventlog.Builder
	notes eventlog.Notes
	src   *piece.Source
	shift map[string]bool // columns whose change of type has a position

	line, col, off int // where the next piece begins: newlines, bytes since the last, bytes
	stopped, grown bool
	whole          bool // </log> was read
	refused        bool
}

func (m *merger) read() (*eventlog.Log, diag.Findings, error) {
	m.shift = map[string]bool{}
	first, last := m.src.Next(nil)
	skip, no := sniff(first)
	if no != "" {
		if say, _, err := m.src.Err(); err != nil {
			no = say
		}
		return nil, refusal(m.o.File, diag.Pos{Line: 1, Column: skip + 1, Offset: skip}, no), nil
	}
	m.off, m.col = skip, skip
	// The first piece holds the log's header, which the others need.
	p := m.newPart()
	p.reset(first[skip:])
	p.run(prolog)
	for !last && p.bad == nil && (p.Open() || p.end == prolog) && len(first) < m.o.MaxTrace {
		more, l := m.src.Next(nil)
		first, last = append(first, more...), l
		m.begin()
		p.reset(first[skip:])
		p.run(prolog)
	}
	if m.take(p, p.data, last); !last && !m.stopped {
		piece.Each(m.src, m.newPart, m.take)
	}
	return m.finish()
}

// begin makes an empty header.
func (m *merger) begin() {
	m.head = header{activity: []string{"concept:name"}, declared: map[string]map[string]bool{"event": {}, "trace": {}}, prefixes: map[string]bool{}}
	if m.o.Activity != "" {
		m.head.activity = []string{m.o.Activity}
	}
}

func (m *merger) newPart() *part {
	return &part{o: &m.o, head: &m.head, b: eventlog.NewPiece()}
}

// Read reads a piece that begins between two traces.
func (p *part) Read(data []byte) {
	p.reset(data)
	p.run(inLog)
}

// Open reports whether the piece ended inside something: then the cut was wrong.
func (p *part) Open() bool {
	return p.bad == nil && (p.open || p.end != inLog && p.end != epilog && p.end != prolog)
}

// take adds a piece that has been read to the log.
func (m *merger) take(p *part, _ []byte, last bool) bool {
	defer m.grow()
	move := func(f *diag.Finding) {
		f.Range.File = m.o.File
		for _, at := range []*diag.Pos{&f.Range.Begin, &f.Range.End} {
			*at = m.moved(*at)
		}
	}
	before := len(m.b.TypeShifts())
	m.notes.Absorb(&p.notes, move)
	repeated, err := m.b.AbsorbNew(p.b)
	if err != nil {
		m.stop(p, 0, err.Error())
		return false
	}
	for _, c := range repeated {
		if m.notes.Known("xes-case-twice", "") {
			continue
		}
		pos := m.moved(p.pos(p.caseAt[c]))
		m.notes.Add(
			diag.Finding{
				Check:    "xes-case-twice",
				Severity: diag.Warning,
				Range:    diag.Range{File: m.o.File, Begin: pos, End: pos},
				Value:    p.b.CaseID(c),
				Message: fmt.Sprintf(
					"case id %q comes more than once; each trace is a case of its own, the later ones with a number behind the id",
					clip(p.b.CaseID(c)),
				),
				Hint: "join the traces if they are the same case",
			},
		)
	}
	if shifts := m.b.TypeShifts(); len(shifts) > before {
		m.placeShifts(p, shifts, move)
	}
	var broken error
	var say string
	if last {
		say, _, broken = m.src.Err()
	}
	switch {
	case p.bad != nil:
		m.stop(p, p.bad.at, p.bad.message)
	case p.end == epilog:
		m.whole = true
		if !last {
			m.notes.Add(
				diag.Finding{
					Check:    "xes-after",
					Severity: diag.Warning,
					Range:    diag.Range{File: m.o.File, Begin: m.moved(p.pos(len(p.data)))},
					Message:  "what stands after </log> is not read",
				},
			)
			m.stopped = true
		}
	case last && broken != nil:
		m.stop(p, len(p.data), say)
	case last && p.end == prolog:
		m.stop(p, len(p.data), "the file ends before <log> begins")
	case last:
		m.stop(p, len(p.data), "the file ends before </log>")
	case p.open || p.end != inLog:
		m.stop(p, len(p.data), fmt.Sprintf("no trace ends within %d MB", m.o.MaxTrace>>20))
	}
	m.line += p.lines
	if k := bytes.LastIndexByte(p.data, '\n'); k >= 0 {
		m.col = len(p.data) - k - 1
	} else {
		m.col += len(p.data)
	}
	m.off += len(p.data)
	if m.o.Progress != nil {
		m.o.Progress(int64(m.off))
	}
	return !m.stopped
}

// placeShifts gives a change of type between two pieces its position.
func (m *merger) placeShifts(p *part, shifts []eventlog.TypeShift, move func(*diag.Finding)) {
	for _, s := range shifts {
		if m.shift[s.Column] {
			continue
		}
		m.shift[s.Column] = true
		tab := p.tables[0]
		if s.Event {
			tab = p.tables[1]
		}
		at := -1
		for _, k := range tab.keys {
			if k.name == s.Column && k.first >= 0 && (at < 0 || k.first < at) {
				at = k.first
			}
		}
		f := diag.Finding{Check: "log-type", Severity: diag.Warning, Field: s.Column, Value: s.Value,
			Message: s.String()}
		if at >= 0 {
			f.Range.Begin = p.pos(at)
			f.Range.End = f.Range.Begin
			move(&f)
		}
		if !m.notes.Has("log-type", s.Column) {
			m.notes.Add(f)
		}
	}
}

func (m *merger) moved(at diag.Pos) diag.Pos {
	if at.Line == 1 {
		at.Column += m.col
	}
	at.Line += m.line
	at.Offset += m.off
	return at
}

// stop ends the reading at a place of piece p.
func (m *merger) stop(p *part, at int, why string) {
	m.stopped = true
	pos := m.moved(p.pos(min(at, len(p.data))))
	if p.end == prolog {
		m.refused = true
		m.notes.Add(refusal(m.o.File, pos, why)[0])
		return
	}
	kept := fmt.Sprintf("reading stopped here with %d whole cases", m.b.Cases())
	if p.end == inTrace || p.end == inEvent {
		kept += fmt.Sprintf("; the case that is cut off, %q, is left out", clip(string(p.caseID)))
	}
	m.notes.Add(
		diag.Finding{Check: "xes-stopped", Severity: diag.Error, Range: diag.Range{File: m.o.File, Begin: pos, End: pos}, Message: why + ": " + kept},
	)
}

func (m *merger) finish() (*eventlog.Log, diag.Findings, error) {
	if m.refused {
		return nil, m.notes.Findings(), nil
	}
	if m.whole || !m.stopped {
		// read to its end
	} else if _, damaged, err := m.src.Err(); err != nil && !damaged {
		return nil, m.notes.Findings(), throughline.Fail("read XES log", throughline.Unavailable, m.o.File, err)
	}
	l, found := m.b.Build()
	if m.o.Activity != "" && l.Events() > 0 && slices.Equal(l.Activities().All(), []string{""}) {
		return nil, diag.Findings{m.unnamed(l)}, nil
	}
	for _, f := range found {
		f.Range.File = m.o.File
		if f.Check == "log-type" && m.notes.Has("log-type", f.Field) || f.Check == "log-untimed" && m.notes.Has("xes-time", "") {
			continue // said already, with a position
		}
		m.notes.Add(f)
	}
	return l, m.notes.Findings(), nil
}

// unnamed says that what should name the activity names nothing.
func (m *merger) unnamed(l *eventlog.Log) diag.Finding {
	var known []string
	for _, c := range l.EventColumns() {
		known = append(known, c.Name)
	}
	f := diag.Finding{Check: "xes-no-activity", Severity: diag.Error, Range: diag.Range{File: m.o.File}, Value: m.o.Activity,
		Message: fmt.Sprintf("no event has an attribute %q, and the log has no classifier of that name", m.o.Activity),
		Hint:    "the attributes of its events are " + diag.List(known)}
	if len(m.head.classifiers) > 0 {
		f.Hint += "; its classifiers are " + diag.List(m.head.classifiers)
	}
	if f.Nearest = diag.Nearest(m.o.Activity, slices.Concat(known, m.head.classifiers)); f.Nearest != "" {
		f.Hint = fmt.Sprintf("did you mean %q? ", f.Nearest) + f.Hint
	}
	return f
}

// grow makes room for as many events as the file should hold, once enough of it
// has been read to tell, so that the columns need not be moved while they
// grow.
func (m *merger) grow() {
	read, whole := int64(m.off), m.src.Whole(m.o.size)
	if !m.grown && whole > read && read >= min(whole/8, 16<<20) {
		m.grown = true
		m.b.Expect(float64(whole) / float64(read) * 1.01)
	}
}
