package plan_test

import (
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/plan"
)

// TestAnOrderAsksNoMoreHowItIsDecided: while a deal is open everything that has to
// be decided is asked; once it is won, what was said of it stands, and nothing else.
func TestAnOrderAsksNoMoreHowItIsDecided(t *testing.T) {
	at := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	n := byte(0)
	fact := func(on time.Time, b deal.Body) deal.Fact {
		n++
		return deal.Fact{ID: throughline.FactID{n}, Happened: on, Learned: on, Turn: int32(n), Grade: throughline.E3, Body: b}
	}
	said := fact(at, deal.DecisionStated{Aspect: deal.Consequence, Text: "the old rooms are closed", Day: throughline.DayOf(at.AddDate(0, 2, 0), time.UTC)})
	won := fact(at.AddDate(0, 0, 5), deal.Ended{Outcome: throughline.Won})
	asks := func(facts ...deal.Fact) plan.Plan {
		d, _ := deal.Fold(facts, at.AddDate(0, 0, 9))
		return plan.Of(plan.Input{Plan: throughline.ID{9}, Deal: d, Words: func(s string) string { return s }})
	}
	open, after := asks(said), asks(said, won)
	if len(open.Questions) < 5 {
		t.Errorf("an open deal asks %d questions", len(open.Questions))
	}
	if len(after.Questions) != 1 || after.Questions[0].Aspect != deal.Consequence || after.Goal != open.Goal {
		t.Errorf("after the order it asks %+v, and counts back from %v", after.Questions, after.Goal)
	}
	if none := asks(won); len(none.Questions) != 0 {
		t.Errorf("of a deal of whose decision nothing was said it asks %d questions", len(none.Questions))
	}
}
