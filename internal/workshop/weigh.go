package workshop

import (
	"context"
	"math"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/playbook/lint"
)

// Weigh says how heavy the playbook is, and what would make it lighter.
func Weigh(ctx context.Context, d *Bench) (Weighed, error) {
	if d.Book == nil {
		return Weighed{}, unusable(d)
	}
	var m lint.Measured
	if d.Ledger != nil { // the command line weighs files alone
		changed, of := 0, 0
		asOf := d.Present()
		err := d.EachSummary(ctx, asOf, true, func(s *deal.Summary) {
			if desk.OfTheYear(s, throughline.DayOf(asOf, asOf.Location()), asOf.Location()) && desk.HasClass(s) {
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
}

// Weighed is the answer of WeighPlaybook.
type Weighed struct {
	lint.Weight
	Scores []lint.Score `json:"over_specified"`
}

// Copied says whether the playbook's process could be anyone's.
func Copied(_ context.Context, d *Bench) (CopiedReport, error) {
	if d.Book == nil {
		return CopiedReport{}, unusable(d)
	}
	return CopiedReport{lint.Copied(d.Book)}, nil
}

// CopiedReport is the answer of CopiedPlaybook.
type CopiedReport struct{ lint.Copies }
