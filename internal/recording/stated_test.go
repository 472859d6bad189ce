package recording_test

import (
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/reviewing"
	"github.com/throughline/throughline/internal/showing"
)

// TestTheirStepsAreFacts: a pasted list becomes steps, each labelled, theirs or
// owed by us; a step is moved and done, and taking the last word back brings
// what stood before.
func TestTheirStepsAreFacts(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	w := recording.Writing{ID: id}
	day := throughline.DayOf(now, time.UTC)
	list := "RFQ closes | purchasing | " + day.Add(4).String() + "\nSend the samples | supplier | " + day.Add(2).String() +
		"\nSteering committee decides by simple majority | the committee | " + day.Add(20).String() + " | five of nine present\n采购部下达订单"
	r := seat.Run[recording.Recorded](t, d, operation.RecordStatedList, &recording.StatedListInput{Writing: w, Text: list, Source: "document", Record: "their plan"})
	if len(r.Facts) != 4 {
		t.Fatalf("%d facts", len(r.Facts))
	}
	got := seat.Shown(t, d, id).Stated
	want := []struct {
		label deal.StepLabel
		side  deal.Side
		late  int
	}{{deal.SourcingStep, deal.Customer, -4}, {deal.OtherStep, deal.Us, -2}, {deal.BuyingStep, deal.Customer, -20}, {deal.ContractingStep, deal.Customer, 0}}
	for i, x := range want {
		g := got[i]
		if g.Label != x.label || g.Side != x.side || g.Grade != throughline.E3 || g.From.Record != "their plan" || i < 3 && (g.Late == nil || *g.Late != x.late) || i == 3 && g.Late != nil {
			t.Errorf("step %d is %+v, want %+v", i+1, g, x)
		}
	}
	if got[2].Rule != "five of nine present" || got[2].Owner != "the committee" {
		t.Errorf("the rule is %q, the owner %q", got[2].Rule, got[2].Owner)
	}
	// the list comes again with another day: that alone is new
	again := seat.Run[recording.Recorded](t, d, operation.RecordStatedList, &recording.StatedListInput{Writing: w, Text: "rfq  closes | | " + day.Add(9).String() + "\nSend the samples"})
	if got = seat.Shown(t, d, id).Stated; len(again.Facts) != 1 || len(got) != 4 || got[0].Due != day.Add(9) || got[0].Moved != 1 {
		t.Errorf("%d facts, %d steps, %+v", len(again.Facts), len(got), got[0])
	}
	prepared := seat.Run[reviewing.Preparation](t, d, operation.PrepareCall, &showing.DealInput{ID: id})
	if len(prepared.Owed) != 1 || prepared.Owed[0].Text != "Send the samples" || len(prepared.Underway) != 2 {
		t.Errorf("before a call we owe %+v, they have %+v", prepared.Owed, prepared.Underway)
	}
	now = now.Add(3 * 24 * time.Hour)
	done := seat.Run[recording.Recorded](t, d, operation.RecordStated, &recording.StatedInput{Writing: w, Of: got[1].Fact.String(), State: "done"})
	if g := seat.Shown(t, d, id).Stated[1]; g.Open() || g.After == nil || *g.After != 1 || g.Late != nil {
		t.Errorf("done a day late: %+v", g)
	}
	if c := deal.ConductOf(seat.Shown(t, d, id).Deal.StatedSteps(), time.UTC); c.OursDated != 1 || c.OursKept != 0 || c.Answer != 3 || c.Theirs != 3 || c.TheirsDated != 0 {
		t.Errorf("conduct: %+v", c)
	}
	seat.Run[recording.Recorded](t, d, operation.RecordUndo, &recording.UndoInput{Writing: w, Facts: []string{done.Facts[0].String()}})
	if g := seat.Shown(t, d, id).Stated[1]; !g.Open() || *g.Late != 1 {
		t.Errorf("taken back: %+v", g)
	}
	seat.Run[recording.Recorded](t, d, operation.RecordUndo, &recording.UndoInput{Writing: w, Facts: []string{got[0].Fact.String()}})
	if left := seat.Shown(t, d, id).Stated; len(left) != 3 || left[0].Text != "Send the samples" {
		t.Errorf("after the first is taken back: %+v", left)
	}
}

// TestWhatIsNoStepIsRefused: a step needs words, one that is moved has to be
// there, and saying the same again is nothing new.
func TestWhatIsNoStepIsRefused(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	w := recording.Writing{ID: id}
	step := seat.Run[recording.Recorded](t, d, operation.RecordStated, &recording.StatedInput{Writing: w, Text: "The board votes"}).Facts[0].String()
	for what, in := range map[string]*recording.StatedInput{
		"no words":     {Writing: w, Text: "  "},
		"no such step": {Writing: w, Of: "0190b2f0-7c3a-7d11-8e22-1f3a5b7c9d0e", State: "done"},
		"the same":     {Writing: w, Of: step, Text: "The board votes", Undated: true},
		"a state":      {Writing: w, Of: step, State: "soon"},
		"a side":       {Writing: w, Of: step, Side: "them"},
		"a label":      {Writing: w, Text: "x", Label: "paper"},
	} {
		if _, err := operation.RecordStated.Run(t.Context(), d, in); throughline.KindOf(err) != throughline.Invalid && throughline.KindOf(err) != throughline.NotFound {
			t.Errorf("%s: %v", what, err)
		}
	}
	if g := seat.Shown(t, d, id).Stated; len(g) != 1 || g[0].Grade != throughline.E1 {
		t.Errorf("%+v", g)
	}
}
