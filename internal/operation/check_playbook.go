package operation

import (
	"context"

	"github.com/throughline/throughline/internal/diag"
)

// CheckPlaybook is `throughline playbook check`.
var CheckPlaybook = define(Operation{
	Words: []string{"playbook", "check"}, Route: "GET /playbook/findings",
	Summary:  "Say what is wrong with the playbook, all at once",
	About:    "Reads the playbook's files and prints every finding with its place and a way out. Exits with 1 if there are any worse than a hint.",
	Examples: []string{"throughline playbook check", "throughline playbook check --playbook ./playbook --json"},
	Effect:   Reads, Permission: MayRead,
}, func(_ context.Context, d *Desk, _ Nothing) (PlaybookCheck, error) {
	out := PlaybookCheck{Found: d.Findings, Usable: d.Book != nil}
	if d.Book != nil {
		out.Hash = d.Book.Hash
	}
	if out.Found == nil {
		out.Found = diag.Findings{}
	}
	return out, nil
})

// Nothing is the input of an operation that needs none.
type Nothing struct{}

// PlaybookCheck is the answer of CheckPlaybook.
type PlaybookCheck struct {
	Usable bool          `json:"usable"`
	Hash   string        `json:"hash,omitempty"`
	Found  diag.Findings `json:"findings"`
}

// Findings gives the findings.
func (c PlaybookCheck) Findings() diag.Findings { return c.Found }
