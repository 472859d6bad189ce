package xes

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/eventlog"
)

// source cuts a stream into pieces that end behind </trace>.
type source struct {
	r    io.Reader
	gz   bool
	rest []byte
	err  error // why the stream ended, nil for its proper end
	done bool
}

var traceEnd = []byte("</trace")

// next gives the next piece in buf or a larger one. last: nothing follows.
func (s *source) next(buf []byte, size, limit int) (piece []byte, last bool) {
	buf = append(buf[:0], s.rest...)
	s.rest = s.rest[:0]
	searched := 0
	for {
		want := max(size, len(buf)+size/2)
		if cap(buf) < want {
			buf = append(make([]byte, 0, want), buf...)
		}
		for len(buf) < want && !s.done {
			n, err := s.r.Read(buf[len(buf):want])
			buf = buf[:len(buf)+n]
			if err != nil {
				if s.done = true; err != io.EOF {
					s.err = err
				}
			}
		}
		if s.done {
			return buf, true
		}
		if k := bytes.LastIndex(buf[searched:], traceEnd); k >= 0 {
			cut := searched + k + len(traceEnd)
			if g := bytes.IndexByte(buf[cut:], '>'); g >= 0 {
				cut += g + 1
				s.rest = append(s.rest, buf[cut:]...)
				return buf[:cut], false
			}
		}
		if len(buf) >= limit {
			return buf, false // the reader will find that it does not end well
		}
		searched = max(0, len(buf)-len(traceEnd))
	}
}

// job is a piece on its way: read by a worker, taken over in the order of the file.
type job struct {
	data []byte
	p    *piece
	last bool
	done chan struct{}
}

// merger takes the pieces over.
type merger struct {
	o     Options
	head  header
	b     *eventlog.Builder
	notes eventlog.Notes
	src   *source
	shift map[string]bool // columns whose change of type has a position

	line, col, off int // where the next piece begins: newlines, bytes since the last, bytes
	stopped        bool
	whole          bool // </log> was read
	refused        bool
}

func (m *merger) read() (*eventlog.Log, diag.Findings, error) {
	m.shift = map[string]bool{}
	first, last := m.src.next(nil, m.o.Piece, m.o.MaxTrace)
	skip, no := sniff(first)
	if no != "" {
		if m.src.err != nil {
			no = m.broken()
		}
		return nil, refusal(m.o.File, diag.Pos{Line: 1, Column: skip + 1, Offset: skip}, no), nil
	}
	m.off, m.col = skip, skip
	// The first piece holds the log's header, which the others need.
	p := m.newPiece()
	p.reset(first[skip:])
	p.run(prolog)
	for !last && p.bad == nil && (p.open || p.end == prolog || p.end == inTrace || p.end == inEvent) && len(first) < m.o.MaxTrace {
		more, l := m.src.next(nil, m.o.Piece, m.o.MaxTrace)
		first, last = append(first, more...), l
		m.begin()
		p.reset(first[skip:])
		p.run(prolog)
	}
	m.take(p, last)
	if !last && !m.stopped {
		m.rest()
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

func (m *merger) newPiece() *piece {
	return &piece{o: &m.o, head: &m.head, b: eventlog.NewBuilder()}
}

// rest reads everything after the first piece with all workers.
func (m *merger) rest() {
	jobs := make(chan *job, m.o.Workers)
	order := make(chan *job, m.o.Workers)
	quit := make(chan struct{})
	free := make(chan *job, 2*m.o.Workers+4)
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(jobs)
		defer close(order)
		for {
			var j *job
			select {
			case j = <-free:
			default:
				j = &job{p: m.newPiece()}
			}
			j.done = make(chan struct{})
			j.data, j.last = m.src.next(j.data, m.o.Piece, m.o.MaxTrace)
			select {
			case order <- j:
			case <-quit:
				return
			}
			jobs <- j
			if j.last {
				return
			}
		}
	})
	for range m.o.Workers {
		wg.Go(func() {
			for j := range jobs {
				j.p.reset(j.data)
				j.p.run(inLog)
				close(j.done)
			}
		})
	}
	for j := range order {
		<-j.done
		for unclean(j.p) && !j.last && len(j.data) < m.o.MaxTrace {
			// The cut lay inside something: read on with the next piece.
			k, ok := <-order
			if !ok {
				break
			}
			<-k.done
			j.data = append(j.data, k.data...)
			j.last = k.last
			j.p.reset(j.data)
			j.p.run(inLog)
		}
		m.take(j.p, j.last)
		if m.stopped {
			break
		}
		select {
		case free <- j:
		default:
		}
	}
	close(quit)
	for range order { // let the producer end
	}
	wg.Wait()
}

func unclean(p *piece) bool {
	return p.bad == nil && (p.open || p.end != inLog && p.end != epilog)
}

// take adds a piece that has been read to the log.
func (m *merger) take(p *piece, last bool) {
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
		return
	}
	for _, c := range repeated {
		if m.notes.Known("xes-case-twice", "") {
			continue
		}
		pos := m.moved(p.pos(p.caseAt[c]))
		m.notes.Add(diag.Finding{Check: "xes-case-twice", Severity: diag.Warning, Range: diag.Range{File: m.o.File, Begin: pos, End: pos}, Value: p.b.CaseID(c),
			Message: fmt.Sprintf("case id %q comes more than once; each trace is a case of its own, the later ones with a number behind the id", clip(p.b.CaseID(c))),
			Hint:    "join the traces if they are the same case"})
	}
	if shifts := m.b.TypeShifts(); len(shifts) > before {
		m.placeShifts(p, shifts, move)
	}
	switch {
	case p.bad != nil:
		m.stop(p, p.bad.at, p.bad.message)
	case p.end == epilog:
		m.whole = true
		if !last {
			m.notes.Add(diag.Finding{Check: "xes-after", Severity: diag.Warning, Range: diag.Range{File: m.o.File, Begin: m.moved(p.pos(len(p.data)))}, Message: "what stands after </log> is not read"})
			m.stopped = true
		}
	case last && m.src.err != nil:
		m.stop(p, len(p.data), m.broken())
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
}

// placeShifts gives a change of type between two pieces its position.
func (m *merger) placeShifts(p *piece, shifts []eventlog.TypeShift, move func(*diag.Finding)) {
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

func (m *merger) broken() string {
	if m.src.gz {
		if errors.Is(m.src.err, io.ErrUnexpectedEOF) {
			return "the gzip file ends early"
		}
		return "the gzip file is damaged: " + m.src.err.Error()
	}
	return "the file could not be read further: " + m.src.err.Error()
}

// stop ends the reading at a place of piece p.
func (m *merger) stop(p *piece, at int, why string) {
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
	m.notes.Add(diag.Finding{Check: "xes-stopped", Severity: diag.Error, Range: diag.Range{File: m.o.File, Begin: pos, End: pos}, Message: why + ": " + kept})
}

func (m *merger) finish() (*eventlog.Log, diag.Findings, error) {
	if m.refused {
		return nil, m.notes.Findings(), nil
	}
	if m.src.err != nil && !m.src.gz {
		return nil, m.notes.Findings(), throughline.Fail("read XES log", throughline.Unavailable, m.o.File, m.src.err)
	}
	if m.o.Classifier != "" && !m.head.chosen {
		m.notes.Add(diag.Finding{Check: "xes-no-classifier", Severity: diag.Error, Range: diag.Range{File: m.o.File}, Value: m.o.Classifier,
			Message: fmt.Sprintf("the log has no classifier %q; concept:name was used", m.o.Classifier)})
	}
	l, found := m.b.Build()
	for _, f := range found {
		f.Range.File = m.o.File
		if f.Check == "log-type" && m.notes.Has("log-type", f.Field) || f.Check == "log-untimed" && m.notes.Has("xes-time", "") {
			continue // said already, with a position
		}
		m.notes.Add(f)
	}
	return l, m.notes.Findings(), nil
}
