// Package statement reads one plain statement, as a person writes a milestone,
// and says what keeps it from being something a customer verifiably did (DOMAIN 7).
//
// Takes: a statement, where it stands, and the words a company adds to the lists.
// Gives: findings of the checks L01 to L14, each at its cue with a rewritten example.
// Never: rewrites for the author, or refuses a statement: "keep anyway" with a reason is always there, and is counted.
package statement

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
)

// Linter holds the checks and the word lists; it is immutable and may be shared.
type Linter struct {
	checks []Check
	words  *lexicon
	han    *hanLexicon // the same for Chinese
	proof  *regexp.Regexp
}

// shipped is built on first use: programs that lint nothing do not pay for it.
var shipped = sync.OnceValue(func() *Linter {
	l, err := build(Words{})
	if err != nil {
		panic(err) // the embedded lists are broken, which the tests would show
	}
	return l
})

// New gives a linter with the shipped lists and a company's own words.
func New(extra Words) (*Linter, error) {
	if len(extra.Actors)+len(extra.Things)+len(extra.Acts)+len(extra.Weak) == 0 {
		return shipped(), nil
	}
	return build(extra)
}

func build(extra Words) (*Linter, error) {
	checks, err := readChecks(checksYAML)
	if err != nil {
		return nil, err
	}
	words, err := readLexicon(lexiconYAML, extra)
	if err != nil {
		return nil, err
	}
	proof, err := regexp.Compile(`(?i)\b(?:` + words.proof + `)`)
	if err != nil {
		return nil, fmt.Errorf("read word lists: %w", err)
	}
	han, err := readHan(chineseYAML, extra)
	if err != nil {
		return nil, err
	}
	return &Linter{checks: checks, words: words, han: han, proof: proof}, nil
}

// Place says what a statement is used as.
type Place string

// A milestone is held to all checks; elsewhere (a next move, a prompt, a page)
// L01 to L08 are hints and L09 to L11 do not apply.
const (
	Milestone Place = "milestone"
	Elsewhere Place = "elsewhere"
)

// Statement is one statement and where it stands. At is the place of its
// first byte; the column counts bytes.
type Statement struct {
	Text    string
	File    string
	At      diag.Pos
	Address throughline.Address
	Place   Place
}

// Lint gives what is to be said about one statement, in the order of the text.
// The checks read English and Chinese; of a statement in a language that is not
// known they say nothing.
func (l *Linter) Lint(s Statement) diag.Findings {
	text := s.Text
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "")
	}
	if strings.TrimSpace(text) == "" {
		return nil
	}
	low := strings.ToLower(text)
	r := l.words.read(text)
	if !r.acted && r.subject && l.proof.MatchString(text) {
		r.acted = true // "the board agreed in writing": the proof makes the verb good
	}
	var out diag.Findings
	add := func(c *Check, from, to int, args ...any) {
		sev := c.Severity
		if s.Place == Elsewhere && c.ID <= "L08" {
			sev = diag.Hint
		}
		message := c.Message
		if len(args) > 0 {
			message = fmt.Sprintf(c.Message, args...)
		}
		at := func(n int) diag.Pos {
			return diag.Pos{Line: s.At.Line, Column: s.At.Column + n, Offset: s.At.Offset + n}
		}
		out = append(out, diag.Finding{Check: c.ID, Severity: sev, Message: message, Value: strings.ToValidUTF8(text[from:to], ""),
			Hint: l.hint(c, text), Address: s.Address, Page: c.Page(),
			Range: diag.Range{File: s.File, Begin: at(from), End: at(to)}})
	}
	if l.foreign(s, text, add) {
		out.Sort()
		return out
	}
	for i := range l.checks {
		c := &l.checks[i]
		if s.Place == Elsewhere && (c.ID == "L09" || c.ID == "L10" || c.ID == "L11") {
			continue
		}
		switch c.ID {
		case "L09":
			if from, to, ok := r.noActor(); ok {
				add(c, from, to)
			}
		case "L10":
			if from, to, ok := r.noAct(); ok {
				add(c, from, to)
			}
		case "L11":
			if from, to, ok := r.compound(text); ok {
				add(c, from, to)
			}
		case "L12":
			if r.words > most {
				add(c, 0, len(text), r.words)
			}
		default:
			if from, to, ok := c.place(text, low, r.acted); ok {
				add(c, from, to)
			}
		}
	}
	out.Sort()
	return out
}

// most words a milestone may have; longest is where reading stops.
const (
	most    = 25
	longest = 4096
)

// whole is the stretch of the statement that is underlined where nothing
// better is known: its first clause.
func (r *reading) whole() (from, to int) {
	if len(r.tokens) == 0 {
		return 0, 0
	}
	from, to = r.tokens[0].at, r.tokens[0].end
	for _, t := range r.tokens {
		if t.punct() {
			break
		}
		to = t.end
	}
	return from, to
}

func (r *reading) noActor() (from, to int, ok bool) {
	if r.acted || r.subject {
		return 0, 0, false
	}
	for _, d := range r.doings {
		if d.from < d.to { // who stands where the doer should
			return r.tokens[d.from].at, r.tokens[d.to-1].end, true
		}
	}
	from, to = r.whole()
	return from, to, true
}

func (r *reading) noAct() (from, to int, ok bool) {
	if r.acted || !r.subject && r.hard {
		return 0, 0, false
	}
	for _, d := range r.doings {
		if !d.act {
			t := r.tokens[d.verb]
			return t.at, t.end, true
		}
	}
	from, to = r.whole()
	return from, to, true
}

var either = regexp.MustCompile(`(?i)\band/or\b|\beither\b.*\bor\b`)

// compound finds "and/or", a second sentence, or a third act. Two acts of one
// doer are left alone: the second mostly says how one knows of the first
// ("wrote down the problems and sent the list to two colleagues").
func (r *reading) compound(text string) (from, to int, ok bool) {
	if low := strings.ToLower(text); strings.Contains(low, "either") || strings.Contains(low, "and/or") {
		if m := either.FindStringIndex(text); m != nil {
			return m[0], m[1], true
		}
	}
	if r.second > 0 {
		for _, d := range r.doings {
			if d.verb > r.second {
				return r.tokens[r.second].at, r.tokens[len(r.tokens)-1].end, true
			}
		}
	}
	acts := 0
	for _, d := range r.doings {
		if d.customer && d.act && !d.aside {
			if acts++; acts == 3 {
				return r.tokens[d.verb].at, r.tokens[d.verb].end, true
			}
		}
	}
	return 0, 0, false
}

// Report is what a list of statements came to.
type Report struct {
	Findings   diag.Findings `json:"findings"`
	Statements int           `json:"statements"`
	Clean      int           `json:"clean"` // statements with nothing to say about, or kept
	Kept       int           `json:"kept"`  // findings a "keep:" took back
}

// The checks of the list itself.
const (
	checkKeep = "keep"
	checkText = "statement-text"
)

var bullet = regexp.MustCompile(`^(?:[-*•–—]\s+|\d{1,3}[.)]\s+|\[[ xX]?\]\s+|>\s+)+`)
var keeping = regexp.MustCompile(`\s*#\s*keep(?:\s+(L\d\d(?:\s*,\s*L\d\d)*))?\s*:?\s*(.*)$`)

// List reads statements one a line, as people paste them: bullets and numbers
// are taken off, empty lines and lines that begin with # are passed over. A
// line that ends in "# keep: reason" or "# keep L04: reason" is kept anyway.
func (l *Linter) List(file string, text []byte) Report {
	rep := Report{Findings: diag.Findings{}}
	for number, offset := 1, 0; offset <= len(text); number++ {
		line := text[offset:]
		width := len(line)
		if i := bytes.IndexByte(line, '\n'); i >= 0 {
			line, width = line[:i], i
		}
		at := diag.Pos{Line: number, Column: 1, Offset: offset}
		l.line(&rep, file, string(bytes.TrimSuffix(line, []byte("\r"))), at)
		offset += width + 1
	}
	rep.Findings.Sort()
	return rep
}

func (l *Linter) line(rep *Report, file, line string, at diag.Pos) {
	if at.Line == 1 {
		cut := strings.TrimPrefix(line, "\ufeff")
		at.Column += len(line) - len(cut)
		line = cut
	}
	say := func(check string, sev diag.Severity, from int, message, hint string) {
		p := diag.Pos{Line: at.Line, Column: at.Column + from, Offset: at.Offset + from}
		rep.Findings = append(
			rep.Findings,
			diag.Finding{Check: check, Severity: sev, Message: message, Hint: hint, Range: diag.Range{File: file, Begin: p, End: p}},
		)
	}
	if !utf8.ValidString(line) {
		say(checkText, diag.Error, 0, "the line is not UTF-8", "save the file as UTF-8")
		line = strings.ToValidUTF8(line, "?")
	}
	body := strings.TrimLeft(line, " \t")
	body = body[len(bullet.FindString(body)):]
	skipped := len(line) - len(body)
	if strings.TrimSpace(body) == "" || strings.HasPrefix(body, "#") && skipped == len(line)-len(strings.TrimLeft(line, " \t")) {
		return
	}
	var keep []string // nil: keep nothing; the empty list: keep all
	reason, keepAt := "", -1
	if m := keeping.FindStringSubmatchIndex(body); m != nil {
		keep, keepAt = []string{}, m[0]
		if m[2] >= 0 {
			keep = strings.FieldsFunc(body[m[2]:m[3]], func(r rune) bool { return r == ',' || r == ' ' })
		}
		reason = strings.TrimSpace(body[m[4]:m[5]])
		body = body[:m[0]]
	}
	body = strings.TrimRight(body, " \t")
	rep.Statements++
	at.Column, at.Offset = at.Column+skipped, at.Offset+skipped
	found := l.Lint(Statement{Text: body, File: file, At: at, Place: Milestone})
	left, kept := Keep(found, keep, reason)
	rep.Kept += kept
	switch {
	case keepAt >= 0 && reason == "":
		say(checkKeep, diag.Error, keepAt, "\"keep\" gives no reason", "write why it is right here: # keep: they count in demos")
	case keepAt >= 0 && kept == 0:
		say(checkKeep, diag.Hint, keepAt, "there is nothing to keep here", "take the \"keep\" away")
	}
	if len(left) == 0 {
		rep.Clean++
	}
	rep.Findings = append(rep.Findings, left...)
}

// Keep takes findings back that an author keeps anyway: those of the named
// checks, or all where ids is empty and not nil. Without a reason nothing is kept.
func Keep(found diag.Findings, ids []string, reason string) (left diag.Findings, kept int) {
	if ids == nil || strings.TrimSpace(reason) == "" {
		return found, 0
	}
	for _, f := range found {
		take := len(ids) == 0
		for _, id := range ids {
			take = take || strings.EqualFold(id, f.Check)
		}
		if take {
			kept++
			continue
		}
		left = append(left, f)
	}
	return left, kept
}
