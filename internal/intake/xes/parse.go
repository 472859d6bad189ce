package xes

import (
	"bytes"
	"fmt"

	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/eventlog"
)

// level is how deep in the document a place is.
type level int

const (
	prolog level = iota
	inLog
	inTrace
	inEvent
	epilog
)

var levelNames = [...]string{"before <log>", "<log>", "<trace>", "<event>", "after </log>"}

// maxDepth and maxColumns bound what a hostile file can make us keep.
const (
	maxDepth   = 256
	maxColumns = 4096
)

// key is an attribute as it is written in this file: the bytes from '<' to
// the value's opening quote are the same every time, and which key follows
// which hardly ever changes. So the usual attribute costs one comparison.
type key struct {
	prefix string
	name   string
	quote  byte
	kind   eventlog.Type
	role   role
	isID   bool
	col    *eventlog.ColumnBuilder // nil where the column limit is reached
	first  int                     // where its first value stands in this piece, -1 before
	next   *key
	before []byte // the value it had last, as written: most come again
	code   uint32 // and its code
}

type role uint8

const (
	plainRole role = iota
	caseName
	activityPart
	timestamp
)

// table knows the keys of traces or of events.
type table struct {
	keys   map[string]*key
	first  *key // what the last trace or event began with
	last   *key // what was read last in the present one
	column map[string]bool
}

// header is what the log says about itself before its first trace.
type header struct {
	activity []string // keys that together name an activity
	declared map[string]map[string]bool
	prefixes map[string]bool // of the extensions

	classifiers []string // of events, by name
}

// part reads one stretch of a file.
type part struct {
	o       *Options
	head    *header
	b       *eventlog.Builder
	notes   eventlog.Notes
	data    []byte
	t       tag
	tables  [2]table // of traces, of events
	scratch []byte

	caseID    []byte
	hasCase   bool
	caseAt    []int // where each trace begins
	caseEvs   int   // events before the present trace
	acts      [][]byte
	activity  uint32
	named     bool
	time      int64
	rank      int // the highest rank of a child of <log> so far
	metas     int // attributes of the log itself so far
	lines     int // newlines in data
	seenAt    int // for line numbers: newlines before seenAt
	seenLines int
	seenCol   int // begin of the line seenAt lies in

	end  level
	open bool
	bad  *problem
}

func (p *part) reset(data []byte) {
	p.b.Reset()
	p.notes.Reset()
	p.caseAt, p.metas = p.caseAt[:0], 0
	p.data = data
	p.seenAt, p.seenLines, p.seenCol = 0, 0, 0
	p.end, p.open, p.bad = prolog, false, nil
	for i := range p.tables {
		p.tables[i] = table{keys: map[string]*key{}, column: map[string]bool{}}
	}
}

// note adds a finding at a place of this piece.
func (p *part) note(sev diag.Severity, check, field string, at int, value []byte, hint, format string, args ...any) {
	if p.notes.Known(check, field) {
		return
	}
	pos := p.pos(at)
	p.notes.Add(diag.Finding{Check: check, Severity: sev, Field: field, Value: string(value[:min(len(value), 200)]),
		Range: diag.Range{Begin: pos, End: diag.Pos{Line: pos.Line, Column: pos.Column + 1, Offset: pos.Offset + 1}},
		Hint:  hint, Message: fmt.Sprintf(format, args...)})
}

// pos gives line and column within the piece, both from 1.
func (p *part) pos(at int) diag.Pos {
	if at < p.seenAt {
		p.seenAt, p.seenLines, p.seenCol = 0, 0, 0
	}
	p.seenLines += bytes.Count(p.data[p.seenAt:at], []byte{'\n'})
	if k := bytes.LastIndexByte(p.data[p.seenAt:at], '\n'); k >= 0 {
		p.seenCol = p.seenAt + k + 1
	}
	p.seenAt = at
	return diag.Pos{Line: p.seenLines + 1, Column: at - p.seenCol + 1, Offset: at}
}

// run reads the piece from its beginning, which lies at level lv.
func (p *part) run(lv level) {
	p.lines = bytes.Count(p.data, []byte{'\n'})
	p.rank = 0
	if lv != prolog {
		p.rank = 5
	}
	i := 0
	for {
		if lv == inTrace || lv == inEvent {
			i, lv = p.fast(i, lv)
		}
		text, ended, open, bad := p.t.next(p.data, i)
		if text >= 0 && lv != prolog && lv != epilog {
			p.note(diag.Warning, "xes-text", levelNames[lv], text, nil, "", "text inside %s means nothing in XES and is not read", levelNames[lv])
		}
		if bad == nil && !open && !ended {
			i = p.t.valueEnd
			i, lv, open, bad = p.tag(i, lv)
		}
		if ended || open || bad != nil {
			p.end, p.open, p.bad = lv, open, bad
			if lv == inTrace || lv == inEvent {
				p.b.Rewind(p.b.Cases(), p.caseEvs)
			}
			return
		}
	}
}

// tag deals with the tag just read and gives where to go on, at which level.
func (p *part) tag(i int, lv level) (int, level, bool, *problem) {
	t := &p.t
	if t.closing {
		return p.closing(i, lv)
	}
	name := string(t.name)
	switch lv {
	case prolog:
		if name != "log" {
			return i, lv, false, &problem{t.begin, fmt.Sprintf("the file begins with <%s>, not with <log>: it is no XES", clip(name))}
		}
		if t.selfEnd {
			return i, epilog, false, nil
		}
		return i, inLog, false, nil
	case inLog:
		return p.inLog(i, name)
	case inTrace:
		switch {
		case name == "event":
			p.extraAttrs("event")
			p.beginEvent()
			if t.selfEnd {
				p.endEvent(t.begin)
				return i, inTrace, false, nil
			}
			return i, inEvent, false, nil
		case kindOf(name) != eventlog.None || compound(name):
			return p.attribute(i, lv, name)
		}
	case inEvent:
		if kindOf(name) != eventlog.None || compound(name) {
			return p.attribute(i, lv, name)
		}
	case epilog:
		p.note(diag.Warning, "xes-after", "", t.begin, nil, "", "what stands after </log> is not read")
		return len(p.data), epilog, false, nil
	}
	p.note(
		diag.Warning,
		"xes-element",
		name,
		t.begin,
		t.name,
		"",
		"<%s> has no place inside %s and is left out with all it holds",
		clip(name),
		levelNames[lv],
	)
	i, open, bad := p.skip(i)
	return i, lv, open, bad
}

func (p *part) closing(i int, lv level) (int, level, bool, *problem) {
	name := string(p.t.name)
	switch {
	case lv == inEvent && name == "event":
		p.endEvent(p.t.begin)
		return i, inTrace, false, nil
	case lv == inTrace && name == "trace":
		p.endTrace(p.t.begin)
		return i, inLog, false, nil
	case lv == inLog && name == "log":
		return i, epilog, false, nil
	}
	return i, lv, false, &problem{p.t.begin, fmt.Sprintf("</%s> closes nothing that is open; %s is", clip(name), levelNames[lv])}
}

func clip(s string) string {
	if len(s) > 60 {
		return s[:60] + "…"
	}
	return s
}

// kindOf gives the type an attribute's tag declares; None for other tags.
func kindOf(name string) eventlog.Type {
	switch name {
	case "string", "id":
		return eventlog.String
	case "date":
		return eventlog.Time
	case "int":
		return eventlog.Int
	case "float", "real":
		return eventlog.Float
	case "boolean":
		return eventlog.Bool
	}
	return eventlog.None
}

func compound(name string) bool { return name == "list" || name == "container" }

func (p *part) beginTrace() {
	p.caseID, p.hasCase, p.caseEvs = p.caseID[:0], false, p.b.Events()
	p.tables[0].last = nil
	p.caseAt = append(p.caseAt, p.t.begin)
}

func (p *part) endTrace(at int) {
	if len(p.caseID) == 0 {
		p.note(diag.Hint, "xes-unnamed", "", at, nil, "give each trace a concept:name", "a trace without concept:name is called by its place")
	}
	p.b.NewCase(p.caseID)
}

func (p *part) beginEvent() {
	p.named, p.time = false, eventlog.NoTime
	p.tables[1].last = nil
	for i := range p.acts {
		p.acts[i] = p.acts[i][:0]
	}
}

func (p *part) endEvent(at int) {
	if !p.named {
		p.note(
			diag.Warning,
			"xes-activity",
			"",
			at,
			nil,
			"",
			"an event without %s has no activity; it is kept under the empty name",
			p.head.activity[0],
		)
		p.activity = p.b.ActivityCode(nil)
	} else if len(p.acts) > 1 {
		p.activity = p.b.ActivityCode(bytes.Join(p.acts, []byte{'+'}))
	}
	if p.time == eventlog.NoTime {
		p.note(diag.Hint, "xes-time", "", at, nil, "", "an event has no readable time:timestamp")
	}
	p.b.EventCode(p.b.Cases(), p.activity, p.time)
}

// extraAttrs notes attributes of a tag that XES does not know.
func (p *part) extraAttrs(element string, known ...string) {
	for k, a := range p.t.attrs {
		ok := false
		for _, name := range known {
			ok = ok || string(a.name) == name
		}
		if !ok {
			p.note(
				diag.Hint,
				"xes-attribute",
				element+" "+string(a.name),
				a.at,
				a.name,
				"",
				"<%s> has no attribute %q in XES; it is not read",
				element,
				clip(string(a.name)),
			)
		}
		for _, b := range p.t.attrs[:k] {
			if bytes.Equal(a.name, b.name) {
				p.note(
					diag.Warning,
					"xes-twice",
					string(a.name),
					a.at,
					a.value,
					"",
					"%q stands twice in one tag; the first counts",
					clip(string(a.name)),
				)
			}
		}
	}
}

// skip passes over what is inside the tag just read, up to and with its end.
func (p *part) skip(i int) (int, bool, *problem) {
	if p.t.selfEnd {
		return i, false, nil
	}
	stack := [][]byte{p.t.name}
	for len(stack) > 0 {
		_, ended, open, bad := p.t.next(p.data, i)
		if bad != nil || open || ended {
			return i, bad == nil, bad
		}
		i = p.t.valueEnd
		switch {
		case p.t.closing:
			if top := stack[len(stack)-1]; !bytes.Equal(top, p.t.name) {
				return i, false, &problem{p.t.begin, fmt.Sprintf("</%s> where <%s> is open", clip(string(p.t.name)), clip(string(top)))}
			}
			stack = stack[:len(stack)-1]
		case !p.t.selfEnd:
			if len(stack) == maxDepth {
				return i, false, &problem{p.t.begin, "more than 256 elements inside one another"}
			}
			stack = append(stack, p.t.name)
		}
	}
	return i, false, nil
}
