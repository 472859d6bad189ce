package plan

import (
	"bytes"
	"encoding/csv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/throughline/throughline"
)

// Words is what an export says in the reader's language.
type Words struct {
	Title   string
	Section func(Section) string
	State   func(throughline.StepState) string
	Whose   func(Step) string
	Columns [6]string // section, step, who, by when, state, latest start
}

// CSV gives the steps as a table that spreadsheets open, with a mark by which
// they know its encoding. A cell that a spreadsheet would take for a formula
// is led by an apostrophe.
func (p Plan) CSV(w Words) []byte {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	out := csv.NewWriter(&b)
	out.UseCRLF = true
	row := func(cells ...string) {
		for i := range cells {
			cells[i] = harmless(cells[i])
		}
		_ = out.Write(cells) // a buffer takes everything
	}
	row(w.Columns[:]...)
	for _, s := range p.Steps {
		row(w.Section(s.Section), s.Text, w.Whose(s), date(s.Due), w.State(s.State), date(s.Begin))
	}
	out.Flush()
	return b.Bytes()
}

func date(d throughline.Day) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n", rune(s[0])) {
		return "'" + s
	}
	return s
}

// Calendar gives the days of the plan as an iCalendar: one whole day for each
// open step that has one, and the day that matters (RFC 5545).
func (p Plan) Calendar(w Words, made time.Time) []byte {
	var b bytes.Buffer
	line := func(name, value string) { fold(&b, name+":"+value) }
	line("BEGIN", "VCALENDAR")
	line("VERSION", "2.0")
	line("PRODID", "-//Throughline//Plan//EN")
	event := func(uid string, d throughline.Day, summary, about string) {
		line("BEGIN", "VEVENT")
		line("UID", uid+"@plan")
		line("DTSTAMP", made.UTC().Format("20060102T150405Z"))
		line("DTSTART;VALUE=DATE", d.Civil().Format("20060102"))
		line("DTEND;VALUE=DATE", d.Add(1).Civil().Format("20060102"))
		line("SUMMARY", escape(summary))
		if about != "" {
			line("DESCRIPTION", escape(about))
		}
		line("TRANSP", "TRANSPARENT")
		line("END", "VEVENT")
	}
	if !p.Goal.IsZero() {
		event(p.ref, p.Goal, w.Title, "")
	}
	for _, s := range p.Steps {
		if s.Open() && !s.Due.IsZero() {
			event(s.Ref, s.Due, s.Text, w.Whose(s))
		}
	}
	line("END", "VCALENDAR")
	return b.Bytes()
}

func escape(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' || r == 0x7f {
			return -1
		}
		return r
	}, s)
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(s)
}

// fold writes a line in pieces of at most 75 bytes, never within a character.
func fold(b *bytes.Buffer, s string) {
	for most := 75; len(s) > most; most = 74 {
		n := most
		for n > 0 && !utf8.RuneStart(s[n]) {
			n--
		}
		if n == 0 {
			n = most
		}
		b.WriteString(s[:n] + "\r\n ")
		s = s[n:]
	}
	b.WriteString(s + "\r\n")
}
