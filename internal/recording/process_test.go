package recording_test

import (
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/reviewing"
	"github.com/throughline/throughline/internal/showing"
)

// TestADealFollowsTheRules: class and attributes choose the process when a deal
// opens and when its class becomes another; a pick goes before them, with a
// reason, is counted, and can be taken back.
func TestADealFollowsTheRules(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	d.Book = seat.TwoProcesses(t)
	open := func(title string, knows map[string]string) string {
		now = now.Add(time.Minute)
		return seat.Run[recording.Recorded](t, d, operation.RecordDeal, &recording.NewDealInput{Title: title, Account: "Montrevel", Knows: knows}).Deal.String()
	}
	follows := func(id string, process string, by alignment.ProcessBy) showing.DealPage {
		t.Helper()
		page := seat.Shown(t, d, id)
		if on := page.Reading.Process; on.Process != throughline.Address("process/"+process) || on.By != by {
			t.Fatalf("follows %+v, want %s by %s", on, process, by)
		}
		for _, m := range page.Reading.Milestones {
			if !strings.HasPrefix(string(m.Address), "process/"+process+"/") {
				t.Errorf("milestone %s is of another process", m.Address)
			}
		}
		return page
	}
	big, again := open("Big CRM transformation", nil), open("Forty more licences", map[string]string{"purchase": "order"})
	follows(big, "standard", alignment.ByDefault)
	follows(again, "again", alignment.ByRule)

	seat.Run[recording.Recorded](t, d, operation.RecordStage, &recording.StageInput{Writing: recording.Writing{ID: big}, Stage: "process/standard/stage/shape"})
	now = now.Add(time.Minute)
	practised := map[string]int{"repetition": 0, "buyer_knowledge": 0, "risk_understood": 0, "veto_holders": 0, "functions_affected": 0, "work_change": 0, "reversibility": 0,
		"problem_agreement": 0, "steps_seen": 2, "used_before": 2, "owner_named": 2, "rule_and_decider": 2, "funding_route": 2}
	classed := seat.Run[recording.Recorded](t, d, operation.RecordClass, &recording.ClassInput{Writing: recording.Writing{ID: big}, Factors: practised})
	page := follows(big, "practised", alignment.ByRule)
	if page.Reading.Class != throughline.Transactional || page.Stage != "process/practised/stage/asked" {
		t.Errorf("class %s, stage %s", page.Reading.Class, page.Stage)
	}
	var made []string // undone together, the deal stands as before
	for _, f := range classed.Facts {
		made = append(made, f.String())
	}
	now = now.Add(time.Minute)
	seat.Run[recording.Recorded](t, d, operation.RecordUndo, &recording.UndoInput{Writing: recording.Writing{ID: big}, Facts: made})
	if page := follows(big, "standard", alignment.ByStage); page.Stage != "process/standard/stage/shape" {
		t.Errorf("stage %s", page.Stage)
	}

	pick := func(id, process, why string) error {
		now = now.Add(time.Minute)
		_, err := operation.RecordProcess.Run(t.Context(), d, &recording.ProcessInput{Writing: recording.Writing{ID: id}, Process: process, Because: why})
		return err
	}
	for _, bad := range [][2]string{{"standard", ""}, {"nowhere", "because"}, {"again", "because"}} {
		if err := pick(again, bad[0], bad[1]); throughline.KindOf(err) != throughline.Invalid {
			t.Errorf("pick %q because %q: %v", bad[0], bad[1], err)
		}
	}
	if err := pick(again, "standard", "a new plant, nobody there has bought it before"); err != nil {
		t.Fatal(err)
	}
	page = follows(again, "standard", alignment.ByPick)
	if on := page.Reading.Process; on.Suggested != "process/again" || !strings.HasPrefix(on.Reason, "a new plant") {
		t.Errorf("%+v", on)
	}
	if x := seat.Run[reviewing.Review](t, d, operation.ReviewDeals, &reviewing.ReviewInput{}).Overridden; x.Count != 1 || x.Of != 2 || len(x.Deals) != 1 {
		t.Errorf("counted: %+v", x)
	}
	if _, err := operation.RecordStage.Run(t.Context(), d, &recording.StageInput{Writing: recording.Writing{ID: again}, Stage: "process/again/stage/asked"}); throughline.KindOf(err) != throughline.Invalid {
		t.Errorf("a stage of another process: %v", err)
	}
	for _, back := range []string{"rules", "again"} { // its own name and "rules" come to the same
		if err := pick(again, back, ""); err != nil {
			t.Fatal(err)
		}
		follows(again, "again", alignment.ByRule)
		if err := pick(again, "standard", "a new plant"); err != nil {
			t.Fatal(err)
		}
	}
}
