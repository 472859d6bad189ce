package recording_test

import (
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/recording"
)

// TestWhatACaptureBecomes accepts one proposal of each new kind and looks at the
// facts: a promise with its day, an end with its end state, put off until a day.
func TestWhatACaptureBecomes(t *testing.T) {
	now := seat.Today
	day := throughline.DayOf(now, time.UTC)
	for name, c := range map[string]struct {
		accepted recording.Accepted
		want     func(deal.Body) bool
	}{
		"a promise": {recording.Accepted{Kind: "promise", Text: "They will send the list by Friday", What: "send the list", Promiser: "their legal team", Grade: "E2", Due: day.Add(3).String()},
			func(b deal.Body) bool {
				p, ok := b.(deal.PromiseMade)
				return ok && p.What == "send the list" && p.Who == "their legal team" && p.Due == day.Add(3)
			}},
		"a loss": {recording.Accepted{Kind: "loss", Text: "They went with Northgate", Outcome: "lost_competitor", Grade: "E3"},
			func(b deal.Body) bool { e, ok := b.(deal.Ended); return ok && e.Outcome == throughline.LostCompetitor }},
		"put off": {recording.Accepted{Kind: "postponement", Text: "Not before summer", Due: day.Add(90).String(), Grade: "E1"},
			func(b deal.Body) bool {
				e, ok := b.(deal.Ended)
				return ok && e.Outcome == throughline.Postponed && e.Until == day.Add(90)
			}},
		"won": {recording.Accepted{Kind: "won", Text: "The order is in", About: "contracting/k8", Grade: "E4"},
			func(b deal.Body) bool { e, ok := b.(deal.Ended); return ok && e.Outcome == throughline.Won }},
	} {
		d := seat.Desk(t, &now)
		id := seat.Ward(t, d)
		seat.Run[recording.Captured](t, d, operation.CaptureNote, &recording.CaptureInput{Writing: recording.Writing{ID: id}, Text: c.accepted.Text, Accepted: []recording.Accepted{c.accepted}})
		found := false
		for _, f := range seat.Shown(t, d, id).Deal.OfKind(deal.KindPromiseMade, deal.KindEnded) {
			found = found || c.want(f.Body)
		}
		if !found {
			t.Errorf("%s: its fact is not there", name)
		}
	}
}

// TestADayThatIsLeftOutIsSaid: a promise cannot be due before it was made; it is
// kept without its day, and that is told.
func TestADayThatIsLeftOutIsSaid(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	day := throughline.DayOf(now, time.UTC)
	got := seat.Run[recording.Captured](t, d, operation.CaptureNote, &recording.CaptureInput{Writing: recording.Writing{ID: id}, Text: "x",
		Accepted: []recording.Accepted{{Kind: "promise", Text: "They will send it", What: "send it", Promiser: "the board", On: day.String(), Due: day.Add(-2).String()}}})
	if len(got.Found) != 1 || got.Found[0].Check != "due-before" || got.Found[0].Value != day.Add(-2).String() {
		t.Errorf("%+v", got.Found)
	}
	if p := seat.Shown(t, d, id).Promises; len(p) != 1 || !p[0].Due.IsZero() {
		t.Errorf("%+v", p)
	}
}

// TestAskedProposalsAreLeftOut: what the words leave open is not recorded with
// the rest, and nothing new offers nothing.
func TestAskedProposalsAreLeftOut(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	for _, text := range []string{"Nothing new.", "We sent the proposal."} {
		if got := seat.Run[recording.Captured](t, d, operation.CaptureNote, &recording.CaptureInput{Writing: recording.Writing{ID: id}, Text: text}); len(got.Proposals) != 0 {
			t.Errorf("%s: %+v", text, got.Proposals)
		}
	}
	got := seat.Run[recording.Captured](t, d, operation.CaptureNote, &recording.CaptureInput{Writing: recording.Writing{ID: id}, Text: "They went with another vendor."})
	if len(got.Proposals) != 1 || got.Proposals[0].Kind != "loss" || got.Proposals[0].Outcome != "lost_competitor" || got.Proposals[0].Sign != -1 {
		t.Errorf("%+v", got.Proposals)
	}
}

// TestAllSaysWhatItLeavesAndGradesAreKept: --all counts what is asked about, and
// a grade that is shown is the grade that is recorded.
func TestAllSaysWhatItLeavesAndGradesAreKept(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	note := "They measured the waiting time at 50 minutes. They went with another vendor or maybe not, it depends. The scores are in."
	seen := seat.Run[recording.Captured](t, d, operation.CaptureNote, &recording.CaptureInput{Writing: recording.Writing{ID: id}, Text: note})
	open := 0
	for _, p := range seen.Proposals {
		if len(p.Ask) > 0 {
			open++
		}
		if p.Person == "" && p.New == "" && (p.Grade == "E2" || p.Grade == "E3") {
			t.Errorf("%s is shown as %s, which nobody bears", p.Text, p.Grade)
		}
	}
	got := seat.Run[recording.Captured](t, d, operation.CaptureNote, &recording.CaptureInput{Writing: recording.Writing{ID: id}, Text: note, All: true})
	if open == 0 || got.Open != open {
		t.Errorf("%d are asked about, %d are said to be left out", open, got.Open)
	}
}
