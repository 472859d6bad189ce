package eventcsv

import (
	"bufio"
	"bytes"
	"io"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/intake/spelling"
)

// Write writes a log as a table, one row an event: case:concept:name,
// concept:name, time:timestamp, the case attributes as "case:NAME" on each row
// of the case, then the event attributes. A case without events gets a row
// with neither activity nor time. A missing value is an empty field, an empty
// text is "" in quotes; a text that could be taken for a number, a truth value,
// a time or a word for nothing is quoted too.
func Write(w io.Writer, l *eventlog.Log) error {
	out := &encoder{w: bufio.NewWriterSize(w, 1<<18)}
	out.w.WriteString("case:concept:name,concept:name,time:timestamp")
	for _, c := range l.CaseColumns() {
		out.text("case:"+c.Name, true)
	}
	for _, c := range l.EventColumns() {
		out.text(eventName(c.Name), true)
	}
	out.w.WriteByte('\n')
	for c := range l.Cases() {
		lo, hi := l.Span(c)
		if lo == hi {
			out.text(l.CaseID(c), false)
			out.w.WriteString(",,")
			out.cells(l.CaseColumns(), c)
			out.w.WriteString(strings.Repeat(",", len(l.EventColumns())))
			out.w.WriteByte('\n')
		}
		for e := lo; e < hi; e++ {
			out.text(l.CaseID(c), false)
			out.text(l.ActivityName(l.Activity()[e]), true)
			out.w.WriteByte(',')
			out.w.WriteString(l.TimeWord(e))
			out.cells(l.CaseColumns(), c)
			out.cells(l.EventColumns(), e)
			out.w.WriteByte('\n')
		}
	}
	if err := out.w.Flush(); err != nil {
		return throughline.Fail("write event table", throughline.Unavailable, "", err)
	}
	return nil
}

// eventName keeps the three columns' names and the mark of case attributes free.
func eventName(name string) string {
	if name == "concept:name" || name == "time:timestamp" || strings.HasPrefix(name, "case:") {
		return "event:" + name
	}
	return name
}

type encoder struct{ w *bufio.Writer }

func (e *encoder) cells(cols []*eventlog.Column, row int) {
	for _, c := range cols {
		switch {
		case c.IsMissing(row):
			e.w.WriteByte(',')
		case c.Type() == eventlog.String:
			e.text(c.Dict().At(c.Codes()[row]), true)
		default:
			e.w.WriteByte(',')
			e.w.WriteString(c.Text(row))
		}
	}
}

// text writes a text, with a comma before it if it is not the first.
func (e *encoder) text(s string, comma bool) {
	if comma {
		e.w.WriteByte(',')
	}
	if !quoteIt(s) {
		e.w.WriteString(s)
		return
	}
	e.w.WriteByte('"')
	e.w.WriteString(strings.ReplaceAll(s, `"`, `""`))
	e.w.WriteByte('"')
}

func quoteIt(s string) bool {
	if s == "" || s[0] == ' ' || s[len(s)-1] == ' ' || strings.ContainsAny(s, "\",\r\n;\t|") {
		return true
	}
	if spelling.Nothing(s, spelling.Number) || spelling.Nothing(s, spelling.Word) {
		return true
	}
	b := []byte(s)
	if b[0]-'0' <= 9 || b[0] == '-' {
		_, num := parseNumber(b)
		_, _, date, _ := parseTime(bytes.TrimSpace(b), monthFirst)
		return num || date
	}
	_, bool := parseTruth(b)
	return bool
}
