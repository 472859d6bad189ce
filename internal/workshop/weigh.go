package workshop

import (
	"context"
	"math"

	"github.com/throughline/throughline/internal/playbook/lint"
	"github.com/throughline/throughline/internal/usage"
)

// Weigh says how heavy the playbook is, and what would make it lighter.
func Weigh(ctx context.Context, d *Bench) (Weighed, error) {
	if d.Book == nil {
		return Weighed{}, unusable(d)
	}
	var m lint.Measured
	if d.Ledger != nil && d.Used != nil { // the command line weighs files alone
		u, err := d.Used(ctx)
		if err != nil {
			return Weighed{}, err
		}
		m = measured(u)
	}
	return Weighed{Weight: lint.Weigh(d.Book, m), Scores: lint.OverSpecified(d.Book, m)}, nil
}

// measured gives the lines of the budget that use shows.
func measured(u usage.Measures) lint.Measured {
	m := lint.Measured{People: middle(u.People, lint.NoDeals), PlanSteps: middle(u.Steps, lint.NoPlans), WrongPicks: lint.Figure{Why: lint.NoDeals}}
	if part, ok := u.Picks.Part(); ok {
		m.WrongPicks = lint.Is(math.Round(1000*part) / 10)
	}
	switch complex := u.Counted.Complex(); {
	case complex.Minutes != nil:
		m.Minutes = lint.Is(math.Round(10**complex.Minutes) / 10)
	case u.Counted.Off:
		m.Minutes.Why = lint.CountingOff
	case complex.Few:
		m.Minutes.Why = lint.FewDeals
	default:
		m.Minutes.Why = lint.NoUse
	}
	return m
}

func middle(t usage.Typical, none lint.Why) lint.Figure {
	if t.Of == 0 {
		return lint.Figure{Why: none}
	}
	return lint.Is(t.Middle)
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
