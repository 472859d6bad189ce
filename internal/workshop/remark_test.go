package workshop_test

import (
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/workshop"
)

// TestRemarks: what is said has an author and a day and is numbered; the same
// words twice are one remark; it is taken back by its author alone, and leaves
// the list and not the ledger; an answer stands under it.
func TestRemarks(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	ana, bo := throughline.PersonID{1}, throughline.PersonID{2}
	seat.Keep(t, d, store.Batch{People: []store.Person{{ID: ana, Recorded: now, Ours: true, Name: "Ana Ruiz"}, {ID: bo, Recorded: now, Ours: true, Name: "Bo Lind"}}})
	say := func(who throughline.PersonID, about, text string) workshop.Remark {
		t.Helper()
		d.Author = who
		return seat.Run[workshop.Remark](t, d, operation.SayRemark, &workshop.RemarkInput{About: about, Text: text})
	}
	list := func(in workshop.RemarksInput) workshop.Remarks {
		t.Helper()
		return seat.Run[workshop.Remarks](t, d, operation.ListRemarks, &in)
	}
	one := say(ana, "problem-owned", "  This  never\nhelped ")
	if one.About != "process/standard/milestone/problem-owned" || one.Text != "This never helped" || one.Name != "Ana Ruiz" || one.Number != 1 || !one.At.Equal(now) {
		t.Fatalf("said %+v", one)
	}
	if again := say(ana, "process/standard/milestone/problem-owned", "This never helped"); again.Number != 1 {
		t.Errorf("said twice: %+v", again)
	}
	now = now.Add(48 * time.Hour)
	two := say(bo, "process/standard/milestone/problem-owned", "This never helped")
	three := say(bo, "pack/jolt", "Too late")
	for word, want := range map[string]throughline.Kind{"problem-ownd": throughline.NotFound, "zzz": throughline.NotFound, "": throughline.NotFound} {
		if _, err := operation.SayRemark.Run(t.Context(), d, &workshop.RemarkInput{About: word, Text: "x"}); throughline.KindOf(err) != want {
			t.Errorf("about %q: %v", word, err)
		}
	}
	for _, text := range []string{" \n", strings.Repeat("x", 301)} {
		if _, err := operation.SayRemark.Run(t.Context(), d, &workshop.RemarkInput{About: "pack/jolt", Text: text}); throughline.KindOf(err) != throughline.Invalid {
			t.Errorf("%.10q: %v", text, err)
		}
	}
	if got := list(workshop.RemarksInput{}); len(got.Remarks) != 3 || got.Remarks[0].Number != three.Number || got.Open != 3 || !got.Remarks[0].Mine || got.Remarks[2].Mine {
		t.Fatalf("listed %+v", got)
	}
	if got := list(workshop.RemarksInput{Since: throughline.DayOf(now, time.UTC)}); len(got.Remarks) != 2 {
		t.Errorf("since today: %+v", got.Remarks)
	}
	if _, err := operation.UnsayRemark.Run(t.Context(), d, &workshop.RemarkPick{Number: one.Number}); throughline.KindOf(err) != throughline.Denied {
		t.Errorf("somebody else's was taken back: %v", err)
	}
	seat.Run[workshop.Remark](t, d, operation.AnswerRemark, &workshop.AnswerInput{RemarkPick: workshop.RemarkPick{Number: one.Number}, Text: "It goes in January"})
	seat.Run[workshop.Remark](t, d, operation.AnswerRemark, &workshop.AnswerInput{RemarkPick: workshop.RemarkPick{Number: one.Number}, Text: "It goes in January"})
	seat.Run[workshop.Remark](t, d, operation.UnsayRemark, &workshop.RemarkPick{Number: two.Number})
	got := list(workshop.RemarksInput{About: "problem-owned"})
	if len(got.Remarks) != 1 || len(got.Remarks[0].Answers) != 1 || got.Remarks[0].Answers[0].Name != "Bo Lind" || got.Open != 1 || got.Back != 1 {
		t.Errorf("after an answer and a withdrawal: %+v", got)
	}
	if got := list(workshop.RemarksInput{Open: true}); len(got.Remarks) != 1 || got.Remarks[0].Number != three.Number {
		t.Errorf("without an answer: %+v", got.Remarks)
	}
	for _, n := range []int{two.Number, 99, 0} {
		if _, err := operation.UnsayRemark.Run(t.Context(), d, &workshop.RemarkPick{Number: n}); throughline.KindOf(err) != throughline.NotFound {
			t.Errorf("remark %d: %v", n, err)
		}
	}
	lines, err := d.Ledger.Admissions(t.Context(), d.Workspace, store.RemarkRoom, throughline.ID{})
	if err != nil || len(lines) != 5 {
		t.Errorf("%d lines are kept, %v", len(lines), err)
	}
}

// TestAnErasedPersonSaidIt: what somebody said stays as nobody's, and their name
// goes out of what others said.
func TestAnErasedPersonSaidIt(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	ana, bo := throughline.PersonID{1}, throughline.PersonID{2}
	seat.Keep(t, d, store.Batch{People: []store.Person{{ID: ana, Recorded: now, Ours: true, Name: "Ana Ruiz"}, {ID: bo, Recorded: now, Ours: true, Name: "Bo Lind"}}})
	d.Author = ana
	seat.Run[workshop.Remark](t, d, operation.SayRemark, &workshop.RemarkInput{About: "pack/jolt", Text: "Too late"})
	d.Author = bo
	seat.Run[workshop.Remark](t, d, operation.SayRemark, &workshop.RemarkInput{About: "pack/jolt", Text: "What Ana Ruiz said"})
	if _, err := d.Ledger.ErasePerson(t.Context(), d.Workspace, ana, now); err != nil {
		t.Fatal(err)
	}
	got := seat.Run[workshop.Remarks](t, d, operation.ListRemarks, &workshop.RemarksInput{}).Remarks
	if len(got) != 2 || got[1].Name != "" || got[1].Text != "Too late" || strings.Contains(got[0].Text, "Ruiz") || got[0].Name != "Bo Lind" {
		t.Errorf("after erasing: %+v", got)
	}
}
