package operation

import (
	"context"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/statement"
)

// CheckPlaybook is `throughline playbook check`.
var CheckPlaybook = define(Operation{
	Words:   []string{"playbook", "check"},
	Summary: "Say what is wrong with the playbook, all at once",
	About: "Reads the playbook's files and prints every finding with its place and a way out. With --statements it reads plain statements " +
		"instead, one a line, as if they were milestones. Exits with 1 if there are findings worse than a hint.",
	Examples: []string{"throughline playbook check", "throughline playbook check --playbook ./playbook --json",
		"throughline playbook check --statements milestones.txt"},
	Effect: Reads, Permission: MayRead,
}, func(_ context.Context, d *Desk, in CheckPlaybookInput) (PlaybookCheck, error) {
	if in.Statements != "" {
		return checkStatements(in.Statements)
	}
	out := PlaybookCheck{Found: d.Findings, Usable: d.Book != nil}
	if d.Book != nil {
		out.Hash = d.Book.Hash
	}
	if out.Found == nil {
		out.Found = diag.Findings{}
	}
	return out, nil
})

// CheckPlaybookInput may name a list of plain statements to check instead.
type CheckPlaybookInput struct {
	Statements string `name:"statements" placeholder:"FILE" json:"statements,omitempty" help:"Check plain statements instead, one a line; - for standard input."`
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

// Nothing is the input of an operation that needs none.
type Nothing struct{}

// PlaybookCheck is the answer of CheckPlaybook.
type PlaybookCheck struct {
	Usable     bool            `json:"usable"`
	Hash       string          `json:"hash,omitempty"`
	Statements *StatementCount `json:"statements,omitempty"`
	Found      diag.Findings   `json:"findings"`
}

// Findings gives the findings.
func (c PlaybookCheck) Findings() diag.Findings { return c.Found }
