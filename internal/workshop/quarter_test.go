package workshop_test

import (
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/workshop"
)

// TestQuarter: the version that held before the days is compared with the one at
// their end, whatever was published since; remarks of the days are told, and
// older ones that nobody answered; further changes go into one draft.
func TestQuarter(t *testing.T) {
	b := studio(t)
	now := time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)
	b.Now = func() time.Time { now = now.Add(time.Second); return now }
	day := func(s string) throughline.Day {
		d, err := throughline.ParseDay(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	publish := func(on string, e workshop.Edit) {
		t.Helper()
		now = day(on).Civil().Add(9 * time.Hour)
		d, err := workshop.DraftOfNewest(t.Context(), b, workshop.BeginInput{})
		if err != nil {
			t.Fatal(err)
		}
		again, err := workshop.DraftOfNewest(t.Context(), b, workshop.BeginInput{})
		if err != nil || len(b.Versions) > 0 && again.ID != d.ID {
			t.Errorf("another draft of the same version: %v", err)
		}
		d = edited(t, b, d, e).Draft
		out, err := workshop.PublishDraft(t.Context(), b, workshop.PublishDraftInput{ID: d.ID.String(), Seen: d.Revision})
		if err != nil || !out.Published {
			t.Fatal(out, err)
		}
		if b.Versions, err = workshop.LoadVersions(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		b.Book = b.Versions[len(b.Versions)-1].Book
	}
	say := func(on, text string) {
		t.Helper()
		now = day(on).Civil().Add(12 * time.Hour)
		if _, err := workshop.SayRemark(t.Context(), b, workshop.RemarkInput{About: "risks-owned", Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	review := func(from, until string) workshop.QuarterReview {
		t.Helper()
		r, err := workshop.Quarter(t.Context(), b, workshop.QuarterInput{From: day(from), Until: day(until)})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := review("2026-04-01", "2026-06-30"); len(r.Published)+len(r.Changed)+len(r.Remarks) != 0 || r.Book != b.Book || !r.Was.IsZero() {
		t.Errorf("nothing yet: %+v", r)
	}
	publish("2026-05-04", workshop.Edit{Do: workshop.WriteCharter, Key: "focus", Text: "Cold stores"})
	say("2026-05-20", "asked in May")
	say("2026-06-30", "answered in June")
	if _, err := workshop.AnswerRemark(t.Context(), b, workshop.AnswerInput{RemarkPick: workshop.RemarkPick{Number: 2}, Text: "yes"}); err != nil {
		t.Fatal(err)
	}
	publish("2026-07-01", workshop.Edit{Do: workshop.DropMilestone, Process: "standard", Milestone: "risks-owned"})
	say("2026-08-01", "asked in August")
	publish("2026-10-01", workshop.Edit{Do: workshop.WriteCharter, Key: "focus", Text: "Shops"})
	r := review("2026-07-01", "2026-09-30")
	if len(r.Changed) != 1 || r.Changed[0].Kind != workshop.MilestoneGone || len(r.Published) != 1 || r.Was != day("2026-05-04") {
		t.Errorf("the third quarter: %+v of %v since %v", r.Changed, r.Published, r.Was)
	}
	if len(r.Remarks) != 2 || r.Remarks[0].Text != "asked in August" || r.Remarks[1].Text != "asked in May" || r.Said != 1 || r.Open != 2 || !r.Remarks[0].Gone {
		t.Errorf("said in the third quarter: %+v, %d", r.Remarks, r.Said)
	}
	if r := review("2026-04-01", "2026-06-30"); len(r.Changed) != 0 || len(r.Published) != 1 || r.Said != 2 || r.Open != 1 {
		t.Errorf("the second quarter: %+v", r)
	}
	if r := review("2026-01-01", "2026-12-31"); len(r.Changed) != 2 || len(r.Published) != 3 {
		t.Errorf("the year, from its first version: %+v", r.Changed)
	}
	if _, err := workshop.Quarter(t.Context(), b, workshop.QuarterInput{From: day("2026-07-01"), Until: day("2026-06-30")}); throughline.KindOf(err) != throughline.Invalid {
		t.Errorf("days that end before they begin: %v", err)
	}
}
