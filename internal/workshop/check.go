package workshop

import (
	"context"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/lint"
	"github.com/throughline/throughline/internal/statement"
)

// Check says what is wrong with the playbook, or with plain statements.
func Check(_ context.Context, d *Bench, in CheckPlaybookInput) (PlaybookCheck, error) {
	if in.Statements != "" {
		out, err := checkStatements(in.Statements)
		out.Format = in.Format
		return out, err
	}
	out := PlaybookCheck{Found: append(diag.Findings{}, d.namedAsGiven(d.Findings)...), Usable: d.Book != nil, Format: in.Format, Kept: []lint.Kept{}}
	if d.Book != nil {
		out.Hash = d.Book.Hash
		out.Found = append(out.Found, d.namedAsGiven(unsaid(d.Book.Mapping))...)
		r := lint.Playbook(d.Book, d.bookText, lint.Measured{})
		out.Found = append(out.Found, d.namedAsGiven(r.Findings)...)
		out.Kept = append(out.Kept, r.Kept...)
	}
	out.Found.Sort()
	return out, nil
}

// missingCheck is what the compiler calls something that is not there.
const missingCheck = "playbook-missing"

// unsaid says which ends of deals no foreign word means.
func unsaid(m playbook.Mapping) diag.Findings {
	var out diag.Findings
	say := func(sev diag.Severity, message, hint string) {
		out = append(out, diag.Finding{Check: missingCheck, Severity: sev, Field: "outcomes", Range: diag.Range{File: "mapping.yaml"},
			Page: "docs/checks/" + missingCheck + ".md", Message: message, Hint: hint})
	}
	if m.ShippedOutcomes {
		say(
			diag.Hint,
			"the playbook says nothing of how deals end, so the shipped words for that are used; a stage of another system is known where it is called as one of yours",
			"say under `stages:` and `outcomes:` in mapping.yaml what the words of your CRM mean; `throughline playbook init` writes one to copy from",
		)
		return out
	}
	ends := map[throughline.Outcome]bool{}
	for _, e := range m.Outcomes {
		ends[e.Outcome] = true
	}
	if !ends[throughline.Won] {
		say(
			diag.Warning,
			"no foreign word means that a deal was won, so an import brings none",
			"add `won:` under `outcomes:` with the words of your CRM",
		)
	}
	if !ends[throughline.LostCompetitor] && !ends[throughline.LostInhouse] && !ends[throughline.LostUnknown] {
		say(
			diag.Warning,
			"no foreign word means that a deal was lost, so an import brings none",
			"add `lost_unknown:` under `outcomes:` with the words of your CRM",
		)
	}
	if !ends[throughline.NoDecision] {
		say(
			diag.Hint,
			"no foreign word means that a deal ended without a decision",
			"add `no_decision:` under `outcomes:` with the words of your CRM",
		)
	}
	return out
}

// bookText gives a file of the playbook's folder, nil where there is none.
func (d *Bench) bookText(file string) []byte {
	if d.BookFiles == nil {
		return nil
	}
	text, err := fs.ReadFile(d.BookFiles, file)
	if err != nil {
		return nil
	}
	return text
}

// namedAsGiven puts the folder the caller named before the files of findings.
func (d *Bench) namedAsGiven(found diag.Findings) diag.Findings {
	if d.BookDir == "" {
		return found
	}
	name := func(r *diag.Range) {
		if r.File != "" {
			r.File = filepath.Join(d.BookDir, r.File)
		}
	}
	out := slices.Clone(found)
	for i := range out {
		name(&out[i].Range)
		out[i].Related = slices.Clone(out[i].Related)
		for j := range out[i].Related {
			name(&out[i].Related[j].Range)
		}
	}
	return out
}

// CheckPlaybookInput may name a list of plain statements to check instead.
type CheckPlaybookInput struct {
	Statements string `name:"statements" placeholder:"FILE" json:"statements,omitempty" help:"Check plain statements instead, one a line; - for standard input."`
	Format     string `name:"format" enum:"text,sarif,github" default:"text" json:"format,omitempty" help:"How findings are printed: text, sarif, github."`
}

func checkStatements(path string) (PlaybookCheck, error) {
	text, err := readText("check statements", path)
	if err != nil {
		return PlaybookCheck{}, err
	}
	linter, err := statement.New(statement.Words{})
	if err != nil {
		return PlaybookCheck{}, throughline.Fail("check statements", throughline.Internal, path, err)
	}
	r := linter.List(path, text)
	out := PlaybookCheck{Usable: true, Found: r.Findings, Statements: &StatementCount{All: r.Statements, Clean: r.Clean, Kept: r.Kept}}
	if out.Found == nil {
		out.Found = diag.Findings{}
	}
	return out, nil
}

// StatementCount says what became of a list of plain statements.
type StatementCount struct {
	All   int `json:"all"`
	Clean int `json:"clean"`
	Kept  int `json:"kept"` // findings an author kept anyway
}

// PlaybookCheck is the answer of CheckPlaybook.
type PlaybookCheck struct {
	Usable     bool            `json:"usable"`
	Hash       string          `json:"hash,omitempty"`
	Statements *StatementCount `json:"statements,omitempty"`
	Found      diag.Findings   `json:"findings"`
	Kept       []lint.Kept     `json:"kept,omitempty"` // findings kept anyway, with the reason
	Format     string          `json:"-"`
}

// Findings gives the findings.
func (c PlaybookCheck) Findings() diag.Findings { return c.Found }
