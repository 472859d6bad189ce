package sharing_test

import (
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/sharing"
	"github.com/throughline/throughline/internal/showing"
)

// TestAPlanSaysWhenAStepWasDone: what was done before there was a plan stands on
// it with its own day, not with the day on which the plan was made.
func TestAPlanSaysWhenAStepWasDone(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Run[recording.Recorded](t, d, operation.RecordDeal, &recording.NewDealInput{Title: "A line that does not stop", Account: "Montrevel"}).Deal.String()
	now = now.Add(30 * 24 * time.Hour)
	done := throughline.DayOf(now.AddDate(0, 0, -12), d.Days())
	seat.Run[recording.Recorded](t, d, operation.RecordStep, &recording.StepInput{Writing: recording.Writing{ID: id, On: done}, Step: "contracting/k1", State: "done", By: "customer", Grade: "E2"})
	seat.Run[sharing.PlanLinked](t, d, operation.LinkPlan, &sharing.LinkInput{Writing: recording.Writing{ID: id}})
	page := seat.Run[sharing.PlanPage](t, d, operation.ShowPlan, &sharing.PlanInput{ID: id})
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

// TestAPlanShowsNoReadingOfOurs: how a step stands comes onto the plan where they
// said so; what we read into it stays with us, and so does the day we wish for,
// even where a later word of theirs carries it on. What we wrote down as theirs
// is told as ours to have understood, until one of them says anything of it.
func TestAPlanShowsNoReadingOfOurs(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	day := throughline.DayOf(now, d.Days())
	w := recording.Writing{ID: id}
	for _, in := range []recording.StepInput{
		{Step: "contracting/k1", State: "done"},
		{Step: "contracting/k2", State: "begun", Due: day.Add(9)},
		{Step: "contracting/k3", State: "not_begun", Due: day.Add(8)},
		{Step: "contracting/k3", State: "begun", Grade: "E2"},
		{Step: "contracting/k4", State: "begun", Due: day.Add(7), Grade: "E2"},
		{Step: "contracting/k4", State: "done"},
	} {
		in.Writing = w
		seat.Run[recording.Recorded](t, d, operation.RecordStep, &in)
	}
	seat.Run[recording.Recorded](t, d, operation.RecordStated, &recording.StatedInput{Writing: w, Text: "Board approves"})
	seat.Run[recording.Recorded](t, d, operation.RecordStated, &recording.StatedInput{Writing: w, Text: "Works council agrees", Person: "Maria Chen"})
	seat.Run[recording.Recorded](t, d, operation.RecordDecision, &recording.DecisionInput{Writing: w, Aspect: "veto", Text: "the works council"})
	seat.Run[recording.Recorded](t, d, operation.RecordDecision, &recording.DecisionInput{Writing: w, Aspect: "rule", Text: "by consent", Person: "Maria Chen"})
	token := tokenOf(t, d, id)
	facts := map[throughline.Address]showing.StatedRow{}
	page := seat.Shown(t, d, id)
	for i, s := range page.Deal.StatedSteps() {
		facts[s.About] = page.Stated[i]
	}
	for about, want := range map[throughline.Address]struct {
		state throughline.StepState
		due   throughline.Day
	}{
		"contracting/k1": {state: throughline.StepNotBegun},
		"contracting/k2": {state: throughline.StepNotBegun},
		"contracting/k3": {state: throughline.StepBegun},
		"contracting/k4": {state: throughline.StepBegun, due: day.Add(7)},
	} {
		if s := facts[about]; s.State != want.state || s.Due != want.due {
			t.Errorf("%s stands on the plan as %s by %v", about, s.State, s.Due)
		}
	}
	understood := func(text string) bool {
		for _, s := range pageOf(t, d, token).Plan.Steps {
			if s.Text == text {
				return s.Understood
			}
		}
		t.Fatalf("no step %q", text)
		return false
	}
	if !understood("Board approves") || understood("Works council agrees") {
		t.Error("what nobody of theirs said is not told from what one did")
	}
	for _, q := range pageOf(t, d, token).Plan.Questions {
		if q.Understood != (q.Aspect == deal.Veto) {
			t.Errorf("%s: understood %t", q.Aspect, q.Understood)
		}
	}
	for _, s := range pageOf(t, d, token).Plan.Steps {
		if s.Text == "Board approves" {
			_, err := guest(t, d, token).Step(t.Context(), sharing.GuestStep{Ref: s.Ref, Owner: "the chair"})
			fine(t, err)
		} else if s.Proposed && s.Understood {
			t.Errorf("%q is both", s.Text)
		}
	}
	if understood("Board approves") {
		t.Error("one of them spoke of it, and it is told as ours")
	}
}

// TestWhatAStepServesIsTheirs: what we think a step serves, whose it is and by when
// stay with us where a word of theirs carries them on, as the form of the page does;
// what they named themselves holds until they name something else.
func TestWhatAStepServesIsTheirs(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	day := throughline.DayOf(now, d.Days())
	for _, in := range []recording.StepInput{
		{Step: "contracting/k1", State: "begun", Serves: "lock them in before Q4"},
		{Step: "contracting/k1", State: "done", Serves: "lock them in  before Q4", Grade: "E3"},
		{Step: "contracting/k2", State: "begun", Serves: "one handover for all wards", Grade: "E3"},
		{Step: "contracting/k2", State: "done", Grade: "E3"},
		{Step: "contracting/k3", State: "begun", Serves: "one handover for all wards", By: "us", Due: day.Add(7), Grade: "E3"},
		{Step: "contracting/k3", State: "begun", Serves: "lock them in before Q4", By: "customer", Due: day.Add(3)},
		{Step: "contracting/k3", State: "begun", Serves: "lock them in before Q4", By: "customer", Due: day.Add(3), Grade: "E2"},
		{Step: "contracting/k4", State: "begun", Serves: "our quarter"},
		{Step: "contracting/k4", State: "begun", Serves: "lock them in before Q4"},
		{Step: "contracting/k4", State: "begun", Serves: "our quarter", Grade: "E2"},
		{Step: "contracting/k4", State: "done", Serves: "fewer nights", Grade: "E3"},
		{Step: "contracting/k5", State: "begun", Serves: "fewer nights", Grade: "E2"},
		{Step: "contracting/k5", State: "begun", Serves: "fewer nights"},
		{Step: "contracting/k5", State: "done", Serves: "fewer nights", Grade: "E3"},
	} {
		in.Writing = recording.Writing{ID: id}
		seat.Run[recording.Recorded](t, d, operation.RecordStep, &in)
	}
	tokenOf(t, d, id)
	got := map[throughline.Address]deal.StatedStep{}
	for _, s := range seat.Shown(t, d, id).Deal.StatedSteps() {
		got[s.About] = s
	}
	for about, want := range map[throughline.Address]deal.StepStated{
		"contracting/k1": {By: deal.Customer},
		"contracting/k2": {By: deal.Customer, Serves: "one handover for all wards"},
		"contracting/k3": {By: deal.Us, Due: day.Add(7), Serves: "one handover for all wards"},
		"contracting/k4": {By: deal.Customer, Serves: "fewer nights"},
		"contracting/k5": {By: deal.Customer, Serves: "fewer nights"},
	} {
		if s := got[about]; s.Serves != want.Serves || s.By != want.By || s.Due != want.Due {
			t.Errorf("%s stands on the plan as %q, of %s, by %v", about, s.Serves, s.By, s.Due)
		}
	}
}
