package xes

import (
	"bufio"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/eventlog"
)

// extensions of the standard, by prefix.
var extensions = []struct{ prefix, name string }{
	{"concept", "Concept"}, {"cost", "Cost"}, {"identity", "Identity"}, {"lifecycle", "Lifecycle"},
	{"org", "Organizational"}, {"semantic", "Semantic"}, {"time", "Time"},
}

// Write writes a log as XES 1849-2016. The case id becomes the trace's
// concept:name, the activity the event's concept:name, the time
// time:timestamp in UTC. A key stands once in an element, as the standard wants:
// an attribute that has one of these names, as the former activity has where
// another was chosen, is written as "event:concept:name" or
// "case:concept:name". Reading it again gives the same log, but for such names
// and for characters that XML cannot hold, which become U+FFFD.
func Write(w io.Writer, l *eventlog.Log) error {
	e := &encoder{w: bufio.NewWriterSize(w, 1<<18)}
	e.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<log xes.version=\"1849.2016\" xes.features=\"\" xmlns=\"http://www.xes-standard.org/\">\n")
	used := prefixes(l)
	for _, x := range extensions {
		if slices.Contains(used, x.prefix) {
			e.raw("\t<extension name=\"" + x.name + "\" prefix=\"" + x.prefix + "\" uri=\"http://www.xes-standard.org/" + x.prefix + ".xesext\"/>\n")
		}
	}
	e.raw("\t<global scope=\"trace\">\n\t\t<string key=\"concept:name\" value=\"\"/>\n\t</global>\n")
	e.raw("\t<global scope=\"event\">\n\t\t<string key=\"concept:name\" value=\"\"/>\n\t</global>\n")
	e.raw("\t<classifier name=\"Activity\" scope=\"event\" keys=\"concept:name\"/>\n")
	taken := map[string]bool{}
	for _, a := range l.Meta() {
		e.attr("\t", unique(taken, a.Name), a.Value)
	}
	caseNames, eventNames := keys(l.CaseColumns(), "case:", "concept:name"), keys(l.EventColumns(), "event:", "concept:name", "time:timestamp")
	caseHeads, eventHeads := heads("\t\t", l.CaseColumns(), caseNames), heads("\t\t\t", l.EventColumns(), eventNames)
	clock := slices.IndexFunc(l.EventColumns(), func(c *eventlog.Column) bool { return c.Name == "time:timestamp" })
	unread := "" // how a time is written that could not be read as one
	if clock >= 0 {
		unread = heads("\t\t\t", l.EventColumns()[clock:clock+1], []string{"time:timestamp"})[0]
	}
	for c := range l.Cases() {
		e.raw("\t<trace>\n\t\t<string key=\"concept:name\" value=\"")
		e.text(l.CaseID(c))
		e.raw("\"/>\n")
		for i, col := range l.CaseColumns() {
			e.cell(caseHeads[i], col, c)
		}
		lo, hi := l.Span(c)
		for ev := lo; ev < hi; ev++ {
			e.raw("\t\t<event>\n\t\t\t<string key=\"concept:name\" value=\"")
			e.text(l.ActivityName(l.Activity()[ev]))
			e.raw("\"/>\n")
			t := l.Times()[ev]
			if t != eventlog.NoTime {
				e.raw("\t\t\t<date key=\"time:timestamp\" value=\"" + l.TimeWord(ev) + "\"/>\n")
			}
			for i, col := range l.EventColumns() {
				head := eventHeads[i]
				if i == clock && t == eventlog.NoTime {
					head = unread
				}
				e.cell(head, col, ev)
			}
			e.raw("\t\t</event>\n")
		}
		e.raw("\t</trace>\n")
		if e.err != nil {
			break
		}
	}
	e.raw("</log>\n")
	if err := e.w.Flush(); err != nil {
		return throughline.Fail("write XES log", throughline.Unavailable, "", err)
	}
	return nil
}

// prefixes lists the extension prefixes the log's attributes use.
func prefixes(l *eventlog.Log) []string {
	used := []string{"concept", "time"}
	add := func(name string) {
		if p, _, ok := strings.Cut(name, ":"); ok {
			used = append(used, p)
		}
	}
	for _, a := range l.Meta() {
		add(a.Name)
	}
	for _, c := range l.CaseColumns() {
		add(c.Name)
	}
	for _, c := range l.EventColumns() {
		add(c.Name)
	}
	return used
}

var tagOf = map[eventlog.Type]string{
	eventlog.String: "string",
	eventlog.Int:    "int",
	eventlog.Float:  "float",
	eventlog.Bool:   "boolean",
	eventlog.Time:   "date",
}

type encoder struct {
	w   *bufio.Writer
	err error
}

func (e *encoder) raw(s string) {
	if _, err := e.w.WriteString(s); err != nil {
		e.err = err
	}
}

// keys gives the key of each column, each once: names that the writer gives
// itself are prefixed.
func keys(cols []*eventlog.Column, prefix string, own ...string) []string {
	taken := map[string]bool{}
	for _, k := range own {
		taken[k] = true
	}
	out := make([]string, len(cols))
	for i, c := range cols { // first those that keep their names
		if !taken[escape(c.Name)] {
			out[i] = unique(taken, c.Name)
		}
	}
	for i, c := range cols {
		switch {
		case out[i] != "":
		case slices.Contains(own, c.Name):
			out[i] = unique(taken, prefix+c.Name)
		default:
			out[i] = unique(taken, c.Name)
		}
	}
	return out
}

// unique gives a name that is not taken once it is written, with a number where
// it is.
func unique(taken map[string]bool, name string) string {
	free := name
	for n := 2; taken[escape(free)]; n++ {
		free = name + " (" + strconv.Itoa(n) + ")"
	}
	taken[escape(free)] = true
	return free
}

// heads gives what stands before the value of each column.
func heads(indent string, cols []*eventlog.Column, keys []string) []string {
	out := make([]string, len(cols))
	for i, c := range cols {
		out[i] = indent + "<" + tagOf[c.Type()] + " key=\"" + escape(keys[i]) + "\" value=\""
	}
	return out
}

func (e *encoder) cell(head string, col *eventlog.Column, row int) {
	if col.IsMissing(row) {
		return
	}
	e.raw(head)
	if col.Type() == eventlog.String {
		e.text(col.Dict().At(col.Codes()[row]))
	} else {
		e.raw(spell(col.Value(row)))
	}
	e.raw("\"/>\n")
}

func (e *encoder) attr(indent, name string, v eventlog.Value) {
	if v.IsMissing() {
		return
	}
	e.raw(indent + "<" + tagOf[v.Type] + " key=\"" + escape(name) + "\" value=\"" + escape(spell(v)) + "\"/>\n")
}

// spell writes a float as XML Schema does where Go would write +Inf.
func spell(v eventlog.Value) string {
	switch s := v.Text(); {
	case v.Type == eventlog.Float && s == "+Inf":
		return "INF"
	case v.Type == eventlog.Float && s == "-Inf":
		return "-INF"
	default:
		return s
	}
}

func (e *encoder) text(s string) {
	if plainText(s) {
		e.raw(s)
	} else {
		e.raw(escape(s))
	}
}

func plainText(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c >= 0x7f || c == '&' || c == '<' || c == '"' {
			return false
		}
	}
	return true
}

func escape(s string) string {
	if plainText(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"':
			b.WriteString("&quot;")
		case r == '\n' || r == '\r' || r == '\t':
			b.WriteString("&#" + strconv.Itoa(int(r)) + ";")
		case r < 0x20 || r == 0xfffe || r == 0xffff:
			b.WriteRune(utf8.RuneError)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
