package sharing_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/plan"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/sharing"
	"github.com/throughline/throughline/internal/store"
)

// drafted makes a plan from a beginning and gives it.
func drafted(t testing.TB, d *operation.Desk, id, from string) plan.Plan {
	t.Helper()
	made := seat.Run[sharing.PlanLinked](t, d, operation.LinkPlan, &sharing.LinkInput{Writing: recording.Writing{ID: id}, From: from})
	return pageOf(t, d, strings.TrimPrefix(made.Path, sharing.PlanPath)).Plan
}

// TestAPlanBeginsFromAMarket: the steps of a shipped market are proposed first,
// as ours, with its days; the same again adds nothing.
func TestAPlanBeginsFromAMarket(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	if _, err := operation.LinkPlan.Run(t.Context(), d, &sharing.LinkInput{Writing: recording.Writing{ID: id}, From: "the moon"}); throughline.KindOf(err) != throughline.NotFound {
		t.Errorf("a plan from a market that is not there: %v", err)
	}
	p := drafted(t, d, id, "healthcare")
	found := false
	for _, s := range p.Steps {
		if !s.Proposed {
			t.Errorf("%q is not said to be ours to propose", s.Text)
		}
		found = found || s.Text == "Has this happened: the value analysis committee listed the evidence it wants and the date of its meeting?"
		if s.Text == "Settle the terms" && (s.Days.Middle != 45 || !s.Typical) {
			t.Errorf("terms take %+v, typical: %t", s.Days, s.Typical)
		}
	}
	if !found || len(p.Steps) < 14 {
		t.Errorf("%d steps; the committee's is there: %t", len(p.Steps), found)
	}
	if again := drafted(t, d, id, "healthcare"); len(again.Steps) != len(p.Steps) {
		t.Errorf("asked again, %d steps became %d", len(p.Steps), len(again.Steps))
	}
}

// TestAPlanBeginsFromWonDeals: of won deals of the same class, the steps of our
// own process are proposed with the median of their days, and not a word of the
// other customers.
func TestAPlanBeginsFromWonDeals(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	class := func(id string) {
		t.Helper()
		seat.Run[recording.Recorded](t, d, operation.RecordClass, &recording.ClassInput{Writing: recording.Writing{ID: id}, Factors: map[string]int{"repetition": 1, "buyer_knowledge": 1, "risk_understood": 1,
			"veto_holders": 1, "work_change": 1, "problem_agreement": 1, "steps_seen": 2, "used_before": 2, "owner_named": 2, "rule_and_decider": 2, "funding_route": 2}})
	}
	id := seat.Ward(t, d)
	class(id)
	if _, err := operation.LinkPlan.Run(t.Context(), d, &sharing.LinkInput{Writing: recording.Writing{ID: id}, From: sharing.FromWon}); throughline.KindOf(err) != throughline.Invalid {
		t.Errorf("no won deal, and the plan begins from them: %v", err)
	}
	var milestone throughline.Address
	text := ""
	for _, pr := range d.Book.Processes {
		for _, m := range pr.Milestones {
			if milestone == "" && m.Serves < throughline.Adopt {
				milestone, text = m.Addr, phrase.For("en").PlanAsked(m.Name.Text.In("en"))
			}
		}
	}
	for i, days := range []int{20, 30, 50} {
		now = seat.Today.Add(-200 * 24 * time.Hour)
		won := seat.Run[recording.Recorded](t, d, operation.RecordDeal, &recording.NewDealInput{Title: "Qponm", Account: "Zyxwvut " + string(rune('A'+i))}).Deal.String()
		class(won)
		w := recording.Writing{ID: won}
		seat.Run[recording.Recorded](t, d, operation.RecordStated, &recording.StatedInput{Writing: w, Text: "Qponm asks the Zyxwvut board", Source: "message"})
		now = now.Add(10 * 24 * time.Hour)
		seat.Run[recording.Recorded](t, d, operation.RecordMilestone, &recording.MilestoneInput{Writing: w, Milestone: string(milestone)})
		seat.Run[recording.Recorded](t, d, operation.RecordStep, &recording.StepInput{Writing: w, Step: "contracting/k4", State: "begun"})
		now = now.Add(time.Duration(days) * 24 * time.Hour)
		seat.Run[recording.Recorded](t, d, operation.RecordStep, &recording.StepInput{Writing: w, Step: "contracting/k4", State: "done"})
		seat.Run[recording.Recorded](t, d, operation.RecordEnd, &recording.EndInput{Writing: w, Outcome: "won"})
	}
	now = seat.Today
	p := drafted(t, d, id, sharing.FromWon)
	found := false
	for _, s := range p.Steps {
		found = found || s.Text == text && s.Proposed && s.Days.Middle == 10
		if s.Text == "Settle the terms" && (s.Days.Middle != 30 || !s.Typical) {
			t.Errorf("terms take %+v, typical: %t", s.Days, s.Typical)
		}
	}
	if !found {
		t.Errorf("%q is not proposed with ten days", text)
	}
	all, err := json.Marshal(p)
	fine(t, err)
	if strings.Contains(string(all), "Zyxwvut") || strings.Contains(string(all), "Qponm") {
		t.Error("a word of another customer's is on the plan")
	}
}

// TestAPlanThatCameByItsFactsAlone: where a ledger tells of a plan that was never
// opened here, the first link to it opens it, with the steps that are usual, and
// a second one proposes none again.
func TestAPlanThatCameByItsFactsAlone(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	of := seat.Shown(t, d, id)
	at := deal.Fact{ID: throughline.FactID(d.NewID()), Deal: of.ID, Happened: now, Learned: now, Recorded: now, Source: deal.Source{System: "person"},
		Body: deal.PlanMade{Plan: throughline.ID{7}}}
	seat.Keep(t, d, store.Batch{Facts: []deal.Fact{at}})
	for range 2 {
		if n := len(pageOf(t, d, tokenOf(t, d, id)).Plan.Steps); n != 10 {
			t.Errorf("the plan has %d steps, want eight of paper, use and result", n)
		}
	}
}
