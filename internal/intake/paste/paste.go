// Package paste tells what a text is that somebody pasted: a mail, a transcript,
// a page of minutes, or words like any others.
//
// Takes: the text, the day, and a way to ask whether a name is known.
// Gives: the stretches that are somebody's words, each with who and on which day, and what was passed over.
// Never: reads what the words say; changes them; decides whose side somebody is on.
package paste

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/throughline/throughline"
)

// Form is what a text is.
type Form string

// The forms. Plain is words like any others.
const (
	Plain      Form = ""
	Mail       Form = "mail"
	Transcript Form = "transcript"
	Minutes    Form = "minutes"
)

// Sheet is a text that was looked at.
type Sheet struct {
	Form    Form
	Parts   []Part // in the order of the text; none overlap
	Passed  []Passed
	People  []Name // who was there, by the minutes
	Day     throughline.Day
	Subject string // of a mail
}

// Name is somebody as a line calls them.
type Name struct {
	Name    string
	Title   string
	Address string // of mail
}

// Part is a stretch of somebody's words.
type Part struct {
	Start, End int // bytes of the text
	Who        Name
	To         []Name          // whom a mail went to
	Day        throughline.Day // the zero Day: not said
	Typed      bool            // it stands before the mail, and is no part of it
	Older      bool            // of a message that stands below the one that answers it
}

// What was passed over.
type What string

// The kinds of lines that are nobody's words.
const (
	Headers   What = "headers"
	Quoted    What = "quoted"
	Signature What = "signature"
	Notice    What = "notice"
	Times     What = "times"
)

// Passed counts lines that were passed over.
type Passed struct {
	What  What
	Lines int
}

// line is a line of the text without its end.
type line struct {
	start, end int
	text       string // without blanks around it
}

func linesOf(s string) []line {
	var out []line
	for at := 0; at < len(s); {
		width := strings.IndexByte(s[at:], '\n')
		next := at + width + 1
		if width < 0 {
			width, next = len(s)-at, len(s)
		}
		out = append(out, line{at, at + width, strings.TrimFunc(s[at:at+width], blank)})
		at = next
	}
	return out
}

func blank(r rune) bool { return unicode.IsSpace(r) || r == 0xfeff || r == 0x200b }

func cutRune(s string) (rune, int) { return utf8.DecodeRuneInString(s) }

// sheet is a text while it is looked at.
type sheet struct {
	Sheet
	s      string
	today  throughline.Day
	passed map[What]int
}

// Read looks at a text. known reports whether somebody is called so; nil: nobody is.
func Read(s string, today throughline.Day, known func(name string) bool) Sheet {
	if known == nil {
		known = func(string) bool { return false }
	}
	r := sheet{s: s, today: today, passed: map[What]int{}}
	lines := linesOf(s)
	switch {
	case r.mail(lines), r.captions(lines), r.transcript(lines, known), r.minutes(lines, known):
	default:
		return Sheet{}
	}
	for _, w := range []What{Headers, Quoted, Signature, Notice, Times} {
		if n := r.passed[w]; n > 0 {
			r.Passed = append(r.Passed, Passed{w, n})
		}
	}
	return r.Sheet
}

// add takes lines from a to before b as somebody's words, without the empty ones
// around them.
func (r *sheet) add(lines []line, like Part) {
	for len(lines) > 0 && lines[0].text == "" {
		lines = lines[1:]
	}
	for len(lines) > 0 && lines[len(lines)-1].text == "" {
		lines = lines[:len(lines)-1]
	}
	if len(lines) == 0 {
		return
	}
	like.Start, like.End = lines[0].start, lines[len(lines)-1].end
	r.Parts = append(r.Parts, like)
}

func (r *sheet) pass(what What, lines []line) {
	for _, l := range lines {
		if l.text != "" {
			r.passed[what]++
		}
	}
}
