package operation

import (
	"context"
	"math"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/playbook/lint"
)

// WeighPlaybook is `throughline playbook weigh`.
var WeighPlaybook = define(Operation{
	Words:   []string{"playbook", "weigh"},
	Summary: "How heavy is it, and what would make it lighter?",
	About: "Measures the playbook against its budget: processes, stages, milestones, packs, prompts, fields, words. Shows the three heaviest " +
		"items with a proposed cut, and for each process the over-specification score with its three cheapest cuts. On a server the wrong process " +
		"picks are counted too: the deals of a year whose class changed after it was settled.",
	Examples: []string{"throughline playbook weigh", "throughline playbook weigh --playbook ./playbook --json"},
	Effect:   Reads, Permission: MayRead,
}, func(ctx context.Context, d *Desk, _ Nothing) (Weighed, error) {
	if d.Book == nil {
		return Weighed{}, unusable(d)
	}
	var m lint.Measured
	if d.Ledger != nil { // the command line weighs files alone
		changed, of := 0, 0
		asOf := d.Present()
		err := d.EachSummary(ctx, asOf, true, func(s *deal.Summary) {
			if ofTheYear(s, throughline.DayOf(asOf, asOf.Location()), asOf.Location()) && picked(s) {
				of++
				changed += min(s.Reclassed(), 1)
			}
		})
		if err != nil {
			return Weighed{}, err
		}
		m.WrongPicks = math.Round(1000*float64(changed)/float64(max(of, 1))) / 10
	}
	return Weighed{Weight: lint.Weigh(d.Book, m), Scores: lint.OverSpecified(d.Book, m)}, nil
})

// picked reports whether a deal has a class, and with it a way of selling.
func picked(s *deal.Summary) bool {
	c := s.Class.Value
	return c.Known() && c != throughline.Unclassified
}

// ofTheYear reports whether a deal is open or ended within a year.
func ofTheYear(s *deal.Summary, today throughline.Day, zone *time.Location) bool {
	return s.Outcome() == throughline.StillOpen || today.Sub(throughline.DayOf(s.Closed(), zone)) <= aYear
}

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
