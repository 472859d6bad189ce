package recording_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/reviewing"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/workshop"
)

// practised answers describe a complex purchase with a way to decide it.
func practised() map[string]int {
	return map[string]int{"repetition": 1, "buyer_knowledge": 1, "risk_understood": 1, "veto_holders": 1, "work_change": 1, "problem_agreement": 1,
		"steps_seen": 2, "used_before": 2, "owner_named": 2, "rule_and_decider": 2, "funding_route": 2}
}

// TestTheClassIsLookedAtAgain: an event asks on the deal and in the list, once;
// keeping rests it, changing rests it, both are kept as history with the event;
// taking the answer back asks again.
func TestTheClassIsLookedAtAgain(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	w := recording.Writing{ID: id}
	class := func(in recording.ClassInput) recording.Recorded {
		now = now.Add(time.Minute)
		in.Writing = w
		return seat.Run[recording.Recorded](t, d, operation.RecordClass, &in)
	}
	event := func(e, text string) recording.Recorded {
		now = now.Add(time.Minute)
		return seat.Run[recording.Recorded](t, d, operation.RecordEvent, &recording.EventInput{Writing: w, Event: e, Text: text})
	}
	lines := func() int {
		n := 0
		for _, r := range seat.Run[showing.Attention](t, d, operation.ListAttention, &showing.AttentionInput{}).Rows {
			for _, y := range r.Reasons {
				if r.ID.String() == id && y.Code == "class_asked" {
					n++
				}
			}
		}
		return n
	}
	class(recording.ClassInput{Factors: practised()})
	if page := seat.Shown(t, d, id); page.Reading.Reclass != nil || len(page.Classes) != 1 || page.Classes[0].Class != throughline.Complex || len(page.Classes[0].Reasons) != 3 || lines() != 0 {
		t.Fatalf("nothing has happened: %+v, %+v, %d lines", page.Reading.Reclass, page.Classes, lines())
	}
	changed := event("scope_changed", "All three countries are to share it")
	event("new_veto", "")
	page := seat.Shown(t, d, id)
	r := page.Reading.Reclass
	if r == nil || len(r.Events) != 2 || r.Events[1].Fact != changed.Facts[0] || r.Events[1].Event != deal.ScopeChanged || len(r.Factors) == 0 || lines() != 1 {
		t.Fatalf("after two events: %+v, %d lines", r, lines())
	}
	review := seat.Run[reviewing.Review](t, d, operation.ReviewDeals, &reviewing.ReviewInput{})
	if review.ClassAsked.Count != 1 || review.ClassAsked.Of != 1 || review.Reclassed.Count != 0 || review.Reclassed.Of != 1 || review.PickLimit != 15 {
		t.Errorf("the review: %+v, %+v", review.ClassAsked, review.Reclassed)
	}
	kept := class(recording.ClassInput{Keep: true, Because: "Three countries, the same people"})
	page = seat.Shown(t, d, id)
	if h := page.Classes[0]; page.Reading.Reclass != nil || lines() != 0 || !h.Kept || h.Class != throughline.Complex || len(h.Reasons) != 3 || len(h.After) != 2 || h.Because == "" ||
		!slices.ContainsFunc(h.After, func(a showing.HeldAfter) bool {
			return a.Event == deal.ScopeChanged && a.Fact == changed.Facts[0] && a.On == throughline.DayOf(now, time.UTC)
		}) {
		t.Errorf("kept: %+v, %+v", page.Reading.Reclass, h)
	}
	// Taken back, it was not looked at.
	now = now.Add(time.Minute)
	seat.Run[recording.Recorded](t, d, operation.RecordUndo, &recording.UndoInput{Writing: w, Facts: []string{kept.Facts[0].String()}})
	if seat.Shown(t, d, id).Reading.Reclass == nil {
		t.Error("keeping was taken back, and nothing asks")
	}
	harder := practised()
	harder["rule_and_decider"], harder["used_before"], harder["steps_seen"], harder["veto_holders"] = 0, 0, 0, 2
	class(recording.ClassInput{Factors: harder})
	page = seat.Shown(t, d, id)
	if page.Reading.Reclass != nil || page.Reading.Class != throughline.ComplexNoProcess || len(page.Classes) != 2 || page.Classes[0].Kept || len(page.Classes[0].After) != 2 {
		t.Errorf("changed: %+v, %+v", page.Reading.Class, page.Classes)
	}
	if review := seat.Run[reviewing.Review](t, d, operation.ReviewDeals, &reviewing.ReviewInput{}); review.Reclassed.Count != 1 || len(review.Reclassed.Deals) != 1 || review.ClassAsked.Count != 0 {
		t.Errorf("counted: %+v, %+v", review.Reclassed, review.ClassAsked)
	}
	found := false
	for _, item := range seat.Run[workshop.Weighed](t, d, operation.WeighPlaybook, &desk.Nothing{}).Items {
		if strings.HasPrefix(item.Name, "wrong process picks") {
			found = item.Value != nil && *item.Value == 100
		}
	}
	if !found {
		t.Error("the weight of the playbook does not count the class that changed")
	}
	// Another event asks again, about itself alone; price asks nothing.
	now = now.Add(time.Minute)
	seat.Run[recording.Recorded](t, d, operation.RecordAmount, &recording.AmountInput{Writing: w, Amount: "14,000,000", Currency: "USD"})
	if got := seat.Shown(t, d, id).Reading; got.Reclass != nil || got.Class != throughline.ComplexNoProcess {
		t.Errorf("a price asks for a new class: %+v", got.Reclass)
	}
	event("procurement_entered", "")
	if r := seat.Shown(t, d, id).Reading.Reclass; r == nil || len(r.Events) != 1 || r.Events[0].Event != deal.ProcurementEntered {
		t.Errorf("another event: %+v", r)
	}
	// Looking back at a day before it was looked at, it asks.
	then := throughline.DayOf(now, time.UTC)
	now = now.Add(72 * time.Hour)
	class(recording.ClassInput{Keep: true})
	before := seat.Run[showing.DealPage](t, d, operation.ShowDeal, &showing.DealInput{ID: id, View: desk.View{AsOf: then}})
	if seat.Shown(t, d, id).Reading.Reclass != nil || before.Reading.Reclass == nil {
		t.Errorf("kept three days later; as of that day: %+v", before.Reading.Reclass)
	}
}

// TestTheClassTakesWhatTheirStepsSay is DOMAIN 4.3: "and passes section 5".
func TestTheClassTakesWhatTheirStepsSay(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	w := recording.Writing{ID: id}
	for label, want := range map[string]throughline.Class{"": throughline.Complex, "buying-process": throughline.Complex, "partial": throughline.ComplexNoProcess,
		"project-plan": throughline.ComplexNoProcess, "contracting": throughline.ComplexNoProcess, "none": throughline.ComplexNoProcess} {
		now = now.Add(time.Minute)
		seat.Run[recording.Recorded](t, d, operation.RecordClass, &recording.ClassInput{Writing: w, Factors: practised(), Issues: label})
		if h := seat.Shown(t, d, id).Classes[0]; h.Class != want || string(h.Issues) != label || len(h.Reasons) != 3 {
			t.Errorf("%q: %+v, want %s", label, h, want)
		}
	}
	for name, in := range map[string]recording.ClassInput{
		"an unknown label":           {Writing: w, Factors: practised(), Issues: "perhaps"},
		"kept and answered":          {Writing: w, Factors: practised(), Keep: true},
		"kept, with a label":         {Writing: w, Issues: "partial", Keep: true},
		"a label and nothing else":   {Writing: w, Issues: "partial"},
		"kept where nothing is held": {Writing: recording.Writing{ID: seat.Run[recording.Recorded](t, d, operation.RecordDeal, &recording.NewDealInput{Title: "Never classed"}).Deal.String()}, Keep: true},
	} {
		if _, err := operation.RecordClass.Run(t.Context(), d, &in); throughline.KindOf(err) != throughline.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
