package plan

import (
	"bytes"
	"encoding/csv"
	"slices"
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
	Private string    // of a step that they keep to themselves
	Columns [7]string // section, step, who, by when, state, latest start, who sees it
}

// CSV gives the steps as a table that spreadsheets open, with a mark by which
// they know its encoding. What a spreadsheet would take for a formula is led by
// an apostrophe. Where a step is kept, one more column says so.
func (p Plan) CSV(w Words) []byte {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	out := csv.NewWriter(&b)
	out.UseCRLF = true
	row := func(cells ...string) {
		for i := range cells {
			cells[i] = Harmless(cells[i])
		}
		_ = out.Write(cells) // a buffer takes everything
	}
	columns := len(w.Columns)
	if !slices.ContainsFunc(p.Steps, func(s Step) bool { return s.Private }) {
		columns--
	}
	row(slices.Clone(w.Columns[:columns])...)
	for _, s := range p.Steps {
		seen := ""
		if s.Private {
			seen = w.Private
		}
		row([]string{w.Section(s.Section), s.Text, w.Whose(s), date(s.Due), w.State(s.State), date(s.Begin), seen}[:columns]...)
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

// Harmless puts an apostrophe before everything that begins a formula, where a
// cell begins, and where one would for whoever takes semicolons, tabs or lines to
// part cells. Blanks and quotes do not hide a beginning; the wide signs count too.
func Harmless(s string) string {
	var b strings.Builder
	begins := true
	for i, r := range s {
		switch {
		case i == 0 && strings.ContainsRune("\t\r\n", r):
			b.WriteByte('\'')
		case begins && strings.ContainsRune("=+-@＝＋－＠", r):
			b.WriteByte('\'')
			begins = false
		case strings.ContainsRune(";\t\r\n", r):
			begins = true
		case r != ' ' && r != '"' && r != '\u00a0':
			begins = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Calendar gives the days of the plan as an iCalendar: one whole day for each
// open step that has one, and the day that matters (RFC 5545). What is kept is
// marked as private.
func (p Plan) Calendar(w Words, made time.Time) []byte {
	var events []Event
	if !p.Goal.IsZero() {
		events = append(events, Event{Ref: p.ref, Day: p.Goal, Title: w.Title})
	}
	for _, s := range p.Steps {
		if s.Open() && !s.Due.IsZero() {
			about := w.Whose(s)
			if s.Private {
				about += "\n" + w.Private
			}
			events = append(events, Event{Ref: s.Ref, Day: s.Due, Title: s.Text, About: about, Private: s.Private})
		}
	}
	return Calendar(events, made)
}

// Event is a whole day of a calendar on which something is due. Ref tells it
// from all others, so that a calendar which is read again has it once.
type Event struct {
	Ref          string
	Day          throughline.Day
	Title, About string
	Private      bool
}

// Calendar gives whole days as an iCalendar (RFC 5545).
func Calendar(events []Event, made time.Time) []byte {
	var b bytes.Buffer
	line := func(name, value string) { fold(&b, name+":"+value) }
	line("BEGIN", "VCALENDAR")
	line("VERSION", "2.0")
	line("PRODID", "-//Throughline//Plan//EN")
	for _, e := range events {
		line("BEGIN", "VEVENT")
		line("UID", e.Ref+"@plan")
		line("DTSTAMP", made.UTC().Format("20060102T150405Z"))
		line("DTSTART;VALUE=DATE", e.Day.Civil().Format("20060102"))
		line("DTEND;VALUE=DATE", e.Day.Add(1).Civil().Format("20060102"))
		line("SUMMARY", escape(e.Title))
		if e.About != "" {
			line("DESCRIPTION", escape(e.About))
		}
		if e.Private {
			line("CLASS", "PRIVATE")
		}
		line("TRANSP", "TRANSPARENT")
		line("END", "VEVENT")
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
