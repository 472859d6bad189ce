package operation_test

import (
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/operation"
)

// TestAPlanSaysWhenAStepWasDone: what was done before there was a plan stands on
// it with its own day, not with the day on which the plan was made.
func TestAPlanSaysWhenAStepWasDone(t *testing.T) {
	now := today
	d := seat(t, &now)
	id := run[operation.Recorded](t, d, operation.RecordDeal, &operation.NewDealInput{Title: "A line that does not stop", Account: "Montrevel"}).Deal.String()
	now = now.Add(30 * 24 * time.Hour)
	done := throughline.DayOf(now.AddDate(0, 0, -12), d.Days())
	run[operation.Recorded](t, d, operation.RecordStep, &operation.StepInput{Writing: operation.Writing{ID: id, On: done}, Step: "contracting/k1", State: "done", By: "customer"})
	run[operation.PlanLinked](t, d, operation.LinkPlan, &operation.LinkInput{Writing: operation.Writing{ID: id}})
	page := run[operation.PlanPage](t, d, operation.ShowPlan, &operation.PlanInput{ID: id})
	for _, s := range page.Plan.Steps {
		if s.State == throughline.StepDone {
			if s.Since != done {
				t.Errorf("%q is done since %v, it was done on %v", s.Text, s.Since, done)
			}
			return
		}
	}
	t.Errorf("no step of the plan is done: %+v", page.Plan.Steps)
}
