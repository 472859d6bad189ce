package operation

import (
	"context"

	"github.com/throughline/throughline/internal/playbook/lint"
)

// WeighPlaybook is `throughline playbook weigh`.
var WeighPlaybook = define(Operation{
	Words:   []string{"playbook", "weigh"},
	Summary: "How heavy is it, and what would make it lighter?",
	About: "Measures the playbook against its budget: processes, stages, milestones, packs, prompts, fields, words. Shows the three heaviest " +
		"items with a proposed cut, and for each process the over-specification score with its three cheapest cuts.",
	Examples: []string{"throughline playbook weigh", "throughline playbook weigh --playbook ./playbook --json"},
	Effect:   Reads, Permission: MayRead,
}, func(_ context.Context, d *Desk, _ Nothing) (Weighed, error) {
	if d.Book == nil {
		return Weighed{}, unusable(d)
	}
	return Weighed{Weight: lint.Weigh(d.Book, lint.Measured{}), Scores: lint.OverSpecified(d.Book, lint.Measured{})}, nil
})

// Weighed is the answer of WeighPlaybook.
type Weighed struct {
	lint.Weight
	Scores []lint.Score `json:"over_specified"`
}

// CopiedPlaybook is `throughline playbook copied`.
var CopiedPlaybook = define(Operation{
	Words:   []string{"playbook", "copied"},
	Summary: "Could this process be anyone's?",
	About: "Compares the stages with the lists that CRM products ship with, and looks for what is the company's own: its nouns, its cited " +
		"deals, its charter. Names places where its own wins suggest a difference.",
	Examples: []string{"throughline playbook copied --playbook ./playbook"},
	Effect:   Reads, Permission: MayRead,
}, func(_ context.Context, d *Desk, _ Nothing) (CopiedReport, error) {
	if d.Book == nil {
		return CopiedReport{}, unusable(d)
	}
	return CopiedReport{lint.Copied(d.Book)}, nil
})

// CopiedReport is the answer of CopiedPlaybook.
type CopiedReport struct{ lint.Copies }
