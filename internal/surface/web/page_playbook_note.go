package web

import (
	"fmt"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/workshop"
)

// noteView is a finding as it stands in the margin, beside what it is about.
type noteView struct {
	Severity string // error, warning, hint, kept
	Word     string
	Check    string
	Href     string // the check's page; "" where it has none
	Place    string // file:line:column
	Element  string // where the element stands, on a page that does not show it; "" elsewhere
	Message  []piece
	Hint     []piece
	Fix      string
	Places   string // how many places it stands for, where more than one
	Reason   string // why its author keeps it
	Related  []string
}

// noteGroup is the findings about one file, or about none.
type noteGroup struct {
	File  string
	Notes []noteView
}

// piece is a stretch of text, perhaps of code.
type piece struct {
	Text string
	Code bool
}

// pieces splits a text at its back quotes; one without a partner stands for itself.
func pieces(s string) []piece {
	parts := strings.Split(s, "`")
	var out []piece
	for i, t := range parts {
		if i%2 == 1 && i == len(parts)-1 {
			t, i = "`"+t, 0
		}
		if t != "" {
			out = append(out, piece{t, i%2 == 1})
		}
	}
	return out
}

// margin holds every finding until the element it is about takes it; what
// nothing takes is the rest, so that none is lost.
type margin struct {
	about map[throughline.Address][]int
	notes []marginNote
	count map[diag.Severity]int
}

type marginNote struct {
	noteView
	file    string
	element string // its anchor on the playbook's page
	taken   bool
}

func (v *visit) margin(c workshop.PlaybookCheck) *margin {
	m := &margin{about: map[throughline.Address][]int{}, count: map[diag.Severity]int{}}
	pages := map[string]string{}
	page := func(check string) string {
		href, known := pages[check]
		if !known {
			if e, err := ask[workshop.Explanation](v, operation.ExplainCheck, &workshop.ExplainInput{Check: check}); err == nil {
				href = v.link("/playbook/checks/" + e.Check)
			}
			pages[check] = href
		}
		return href
	}
	add := func(f diag.Finding, severity, reason string) {
		n := noteView{Severity: severity, Word: v.p.Say("book.severity_" + severity), Check: f.Check, Href: page(f.Check), Place: place(f.Range),
			Message: pieces(phrase.Initial(f.Message)), Hint: pieces(phrase.Initial(f.Hint)), Reason: reason}
		if f.Fix != nil {
			n.Fix = phrase.Initial(f.Fix.Title)
		}
		if f.Places() > 1 {
			n.Places = v.p.Say("book.places", "n", f.Places())
		}
		for _, r := range f.Related {
			n.Related = append(n.Related, strings.TrimPrefix(place(r.Range)+": ", ": ")+r.Message)
		}
		m.about[f.Address] = append(m.about[f.Address], len(m.notes))
		own := marginNote{noteView: n, file: f.Range.File}
		if f.Address.Milestone() {
			own.element = v.link("/playbook") + mark2anchor(f.Address)
		}
		m.notes = append(m.notes, own)
	}
	for _, f := range c.Found {
		m.count[f.Severity]++
		add(f, string(f.Severity), "")
	}
	for _, k := range c.Kept {
		add(k.Finding, "kept", k.Reason)
	}
	return m
}

func place(r diag.Range) string {
	if r.File == "" || r.Begin.Line == 0 {
		return r.File
	}
	return fmt.Sprintf("%s:%d:%d", r.File, r.Begin.Line, r.Begin.Column)
}

// take gives what is said about an element, once.
func (m *margin) take(a throughline.Address) []noteView {
	if a == "" {
		return nil
	}
	var out []noteView
	for _, i := range m.about[a] {
		if !m.notes[i].taken {
			m.notes[i].taken = true
			out = append(out, m.notes[i].noteView)
		}
	}
	return out
}

// rest gives what is about nothing that stands on the page, by file.
func (m *margin) rest(p phraser) []noteGroup {
	var out []noteGroup
	for _, n := range m.notes {
		if n.taken {
			continue
		}
		file := n.file
		if file == "" {
			file = p.Say("book.nowhere")
		}
		if len(out) == 0 || out[len(out)-1].File != file {
			out = append(out, noteGroup{File: file})
		}
		g := &out[len(out)-1]
		g.Notes = append(g.Notes, n.noteView)
	}
	return out
}

// of gives every note of a check, with the way to its element.
func (m *margin) of(check string) []noteView {
	var out []noteView
	for _, n := range m.notes {
		if n.Check == check {
			n.Element = n.element
			if n.Place == "" {
				n.Element = ""
			}
			out = append(out, n.noteView)
		}
	}
	return out
}

// verdict is what the linter came to, in one sentence.
func (m *margin) verdict(p *phrase.Phrase) string {
	var counts []string
	for _, s := range []diag.Severity{diag.Error, diag.Warning, diag.Hint} {
		if n := m.count[s]; n > 0 {
			counts = append(counts, p.Say("book.count_"+string(s), "n", n))
		}
	}
	if len(counts) == 0 {
		return p.Say("book.clean")
	}
	return p.Say("book.found", "counts", p.List(counts))
}
