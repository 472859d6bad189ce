// Package lint says what is wrong with a playbook that reads well: milestones
// about the seller, too much process, a process copied from a vendor, methods
// that overlap or leave holes, and how heavy the whole has become.
//
// Takes: a resolved playbook, the text of its files for exact places, and what was measured in use, if anything.
// Gives: findings of checks that are data; the over-specification score with its cheapest cuts; the pack grid; the weight.
// Never: reads a file or a clock, or refuses a playbook; what an author keeps with a reason is counted.
package lint

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/statement"
)

// Check is one thing that can be wrong with a playbook, as data.
type Check struct {
	ID       string
	Name     string
	Severity diag.Severity
	Summary  string
	run      func(*pass)
}

// Page is where the check is explained.
func (c Check) Page() string { return "docs/checks/" + c.ID + ".md" }

// Measured is what use of the playbook has shown. Its zero value is that of files
// alone, of which nobody knows how they are used.
type Measured struct {
	MetInWon   map[throughline.Address]float64 // share of won deals in which a milestone was met, 0 to 1
	Visible    int                             // processes a seller sees; 0: all
	People     Figure                          // people tracked on an open complex deal, in the middle
	PlanSteps  Figure                          // steps of a plan, in the middle
	Minutes    Figure                          // a week on a complex deal, on average
	WrongPicks Figure                          // per cent of the year's deals that were put on another process, or into another class
}

// Figure is a number that use has shown, or why there is none yet.
type Figure struct {
	Value float64
	Known bool
	Why   Why // where it is not known; "" is FilesAlone
}

// Why says why nothing is known.
type Why string

// The reasons.
const (
	FilesAlone  Why = "files"    // files are weighed, and no deals
	NoDeals     Why = "no_deals" // there is no deal of that kind yet
	NoPlans     Why = "no_plans" // nobody has made a plan yet
	NoUse       Why = "no_use"   // nobody has been at a page of such a deal since counting began
	CountingOff Why = "off"      // the company has switched counting off
	FewDeals    Why = "few"      // so few deals of that kind are open, or of so few owners, that it would be about somebody
)

// Is makes a figure that is known.
func Is(v float64) Figure { return Figure{Value: v, Known: true} }

// Report is what the linter came to.
type Report struct {
	Findings diag.Findings `json:"findings"`
	Kept     []Kept        `json:"kept"` // findings an author keeps anyway, with the reason
}

// Kept is one finding that is kept.
type Kept struct {
	Finding diag.Finding `json:"finding"`
	Reason  string       `json:"reason"`
}

// Checks lists every check: those of a statement, then those of a playbook.
func Checks() []Check {
	var out []Check
	for _, c := range statement.Checks() {
		out = append(out, Check{ID: c.ID, Name: c.Name, Severity: c.Severity, Summary: c.Summary})
	}
	return append(out, checks...)
}

var checks = slices.Concat(shapeChecks, choiceChecks, copiedChecks, blendChecks, weightChecks)

// Playbook runs every check. text gives the bytes of a file of the playbook's
// folder, so that a finding stands at its word; it may be nil.
func Playbook(p *playbook.Playbook, text func(file string) []byte, m Measured) Report {
	rep := Report{Findings: diag.Findings{}, Kept: []Kept{}}
	if p == nil {
		return rep
	}
	if text != nil { // read each file once
		read, from := map[string][]byte{}, text
		text = func(file string) []byte {
			src, ok := read[file]
			if !ok {
				src = from(file)
				read[file] = src
			}
			return src
		}
	}
	s := &pass{book: p, text: text, measured: m, report: &rep}
	words, err := statement.New(statement.Words{Actors: p.Words.Actors, Things: p.Words.Things, Acts: p.Words.Acts, Weak: p.Words.Weak})
	if err != nil { // the company's words cannot break the lists, which a test holds; say so rather than nothing
		words, _ = statement.New(statement.Words{})
	}
	s.statements(words)
	for _, c := range checks {
		s.check = c
		c.run(s)
	}
	rep.Findings.Sort()
	return rep
}

// pass is one run over a playbook.
type pass struct {
	book     *playbook.Playbook
	text     func(string) []byte
	measured Measured
	report   *Report
	check    Check
}

func (s *pass) say(at diag.Range, addr throughline.Address, message, hint string) *diag.Finding {
	s.report.Findings = append(s.report.Findings, diag.Finding{Check: s.check.ID, Severity: s.check.Severity, Range: at, Address: addr,
		Message: message, Hint: hint, Page: s.check.Page()})
	return &s.report.Findings[len(s.report.Findings)-1]
}

// starting reports whether the playbook still says that it is a starting
// point: what no starting point can have (a charter, own nouns, history) is
// then left to the report on copies instead of being said each time.
func (s *pass) starting() bool { return s.book.Status == playbook.StartingPoint }

// english gives the English text of a value, "" where there is none.
func english(v playbook.Value) string { return v.Text["en"] }

// place finds where the text of a value in one language stands in its file.
func (s *pass) place(v playbook.Value, want string) (diag.Pos, bool) {
	if s.text == nil || want == "" {
		return v.At.Begin, false
	}
	src := s.text(v.At.File)
	from, to := v.At.Begin.Offset, v.At.End.Offset
	if from < 0 || to > len(src) || from >= to {
		return v.At.Begin, false
	}
	i := bytes.Index(src[from:to], []byte(want))
	if i < 0 {
		return v.At.Begin, false // folded over lines, or escaped
	}
	at := diag.Pos{Line: v.At.Begin.Line, Column: v.At.Begin.Column, Offset: from + i}
	for _, c := range src[from : from+i] {
		at.Column++
		if c == '\n' {
			at.Line, at.Column = at.Line+1, 1
		}
	}
	return at, true
}

// statements holds every milestone to L01 to L14.
func (s *pass) statements(words *statement.Linter) {
	one := func(m playbook.Milestone) {
		var found diag.Findings
		for _, lang := range []string{"en", "zh"} {
			text := m.Name.Text[lang]
			if text == "" {
				continue
			}
			begin, exact := s.place(m.Name, text)
			said := words.Lint(statement.Statement{Text: text, File: m.Name.At.File, At: begin, Address: m.Addr, Place: statement.Milestone})
			if !exact {
				for i := range said {
					said[i].Range = m.Name.At
				}
			}
			found = append(found, said...)
		}
		s.keep(m, found)
	}
	for _, pr := range s.book.Processes {
		for _, m := range pr.Milestones {
			one(m)
		}
	}
	for _, ps := range s.book.Presets {
		for _, m := range ps.Milestones {
			one(m)
		}
	}
	for _, pk := range s.book.Packs {
		if pk.Shipped {
			continue
		}
		s.marks(words, pk.Name, playbook.PackAddress(pk.ID))
		for _, t := range pk.Tools {
			s.marks(words, t.Name, playbook.PackAddress(pk.ID))
		}
	}
}

// marks looks for names that somebody owns in the names of tools and packs.
func (s *pass) marks(words *statement.Linter, v playbook.Value, addr throughline.Address) {
	begin, _ := s.place(v, english(v))
	for _, f := range words.Lint(statement.Statement{Text: english(v), File: v.At.File, At: begin, Address: addr, Place: statement.Elsewhere}) {
		if f.Check == "L14" || f.Check == "L13" {
			s.report.Findings = append(s.report.Findings, f)
		}
	}
}

// keep takes back what the milestone's author keeps.
func (s *pass) keep(m playbook.Milestone, found diag.Findings) {
	used := map[string]bool{}
	for _, f := range found {
		i := slices.IndexFunc(m.Keep, func(k playbook.Keep) bool { return k.Check == f.Check })
		if i < 0 {
			s.report.Findings = append(s.report.Findings, f)
			continue
		}
		used[f.Check] = true
		s.report.Kept = append(s.report.Kept, Kept{f, m.Keep[i].Reason})
	}
	for _, k := range m.Keep {
		if used[k.Check] {
			continue
		}
		sev, message, hint := diag.Hint, fmt.Sprintf("there is nothing of %s to keep here", k.Check), "take it away"
		if _, known := statement.Explain(k.Check); !known {
			ids := []string{}
			for _, c := range statement.Checks() {
				ids = append(ids, c.ID)
			}
			sev, message, hint = diag.Error, fmt.Sprintf("there is no check %q", k.Check), "known are "+strings.Join(ids, ", ")
		}
		s.report.Findings = append(
			s.report.Findings,
			diag.Finding{Check: "keep", Severity: sev, Range: k.At, Address: m.Addr, Message: message, Hint: hint},
		)
	}
}

func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	if rest, ok := strings.CutSuffix(one, "ss"); ok {
		return fmt.Sprintf("%d %ssses", n, rest)
	}
	return fmt.Sprintf("%d %ss", n, one)
}
