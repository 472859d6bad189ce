package errand_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/blend"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/errand"
)

var monday = day("2026-11-30")

func day(s string) throughline.Day {
	d, err := throughline.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

var petra, linh, officer = throughline.PersonID{1}, throughline.PersonID{2}, throughline.PersonID{3}

func about(why ...alignment.Code) (*deal.Summary, alignment.Reading, blend.Advice) {
	s := &deal.Summary{People: map[throughline.PersonID]deal.Standing{
		petra: {Roles: []throughline.Role{throughline.ProblemOwner}}, linh: {}, officer: {Roles: []throughline.Role{throughline.BuyerOfRecord}}}}
	r := alignment.Reading{AsOf: monday, Zone: time.UTC, Ask: []throughline.Phase{throughline.Own}}
	for _, p := range throughline.Phases() {
		r.Phases = append(r.Phases, alignment.PhaseReading{Phase: p, Shown: true})
	}
	for i, c := range why {
		r.Reasons = append(r.Reasons, alignment.Reason{Code: c, Weight: 90 - i, Phase: throughline.Align, What: "send it", Event: deal.NewVeto,
			Promise: &deal.PromiseMade{Person: linh, What: "send the list"}})
	}
	return s, r, blend.Advice{People: []blend.Ask{{Person: petra}}}
}

// TestEveryReasonHasAnErrand: each is something to do, of somebody who is there,
// on a day that has not passed.
func TestEveryReasonHasAnErrand(t *testing.T) {
	met := map[errand.Code]bool{}
	for _, c := range alignment.Codes() {
		s, r, a := about(c)
		e, ok := errand.Of(s, r, a, nil)
		if !ok || e.Code == errand.LookItOver || !slices.Contains(errand.Codes(), e.Code) {
			t.Errorf("%s: %+v", c, e)
		}
		if e.By.Sub(monday) < 0 || e.By.Sub(monday) > 4 || e.Reason.Code != c {
			t.Errorf("%s: by %v, for %s", c, e.By, e.Reason.Code)
		}
		met[e.Code] = true
	}
	if len(met) < 20 {
		t.Errorf("only %d errands are met", len(met))
	}
	if _, ok := errand.Of(&deal.Summary{}, alignment.Reading{AsOf: monday, Zone: time.UTC}, blend.Advice{}, nil); ok {
		t.Error("without a reason there is something to do")
	}
}

// TestWhom: who promised is asked for it; who is missing is asked about of
// somebody who is there; nobody is made up, and who has left is not asked.
func TestWhom(t *testing.T) {
	s, r, a := about(alignment.PromiseLate)
	if e, _ := errand.Of(s, r, a, nil); e.Person != linh || e.By != monday {
		t.Errorf("a late promise: %+v", e)
	}
	s, r, a = about(alignment.AheadOfThem)
	if e, _ := errand.Of(s, r, a, nil); e.Code != errand.Ask || e.Person != petra || e.Phase != throughline.Align || e.By != day("2026-12-04") {
		t.Errorf("ahead: %+v", e)
	}
	a.People = []blend.Ask{{Role: throughline.BudgetDecider}, {Person: linh}}
	if e, _ := errand.Of(s, r, a, nil); e.Code != errand.Who || e.Role != throughline.BudgetDecider || e.Person != linh {
		t.Errorf("nobody holds the role: %+v", e)
	}
	s.People, a.People = nil, nil
	if e, _ := errand.Of(s, r, a, nil); e.Code != errand.Ask || !e.Person.IsZero() {
		t.Errorf("nobody is known: %+v", e)
	}
	s, r, a = about(alignment.ContractingUnbegun)
	step := throughline.Step{Track: throughline.Contracting, Number: 1}.Address()
	e, _ := errand.Of(s, r, a, []blend.StepDates{{Address: step, Begin: day("2026-12-11")}})
	if e.Code != errand.Begin || e.Person != officer || e.About != step || e.By != day("2026-12-11") {
		t.Errorf("the paper: %+v", e)
	}
	if e, _ = errand.Of(s, r, a, []blend.StepDates{{Address: step, Begin: day("2026-11-11")}}); e.By != monday {
		t.Errorf("its latest start has passed: by %v", e.By)
	}
	gone := s.People[officer]
	gone.Left.Value = true
	s.People[officer] = gone
	if e, _ = errand.Of(s, r, a, nil); e.Person != petra {
		t.Errorf("who has left is asked: %+v", e)
	}
}

// TestAfterTheOrder: of a purchase that was won nothing is said of an order to
// come; what is late or going wrong is about using it.
func TestAfterTheOrder(t *testing.T) {
	for c, before := range map[alignment.Code]errand.Code{alignment.WorkFailing: errand.TheirWork, alignment.StepOverdue: errand.Step} {
		s, r, a := about(c)
		if e, _ := errand.Of(s, r, a, nil); e.Code != before {
			t.Errorf("%s of an open deal: %+v", c, e)
		}
		r.Outcome = throughline.Won
		if e, _ := errand.Of(s, r, a, nil); e.Code != errand.Use || e.Person != petra {
			t.Errorf("%s of a deal that was won: %+v", c, e)
		}
	}
}

// TestLocked: while a solicitation is out nothing asks anybody but their officer.
func TestLocked(t *testing.T) {
	for _, c := range alignment.Codes() {
		s, r, a := about(c)
		r.Locked = true
		e, _ := errand.Of(s, r, a, nil)
		if !e.Person.IsZero() && e.Person != officer {
			t.Errorf("%s: %+v", c, e)
		}
	}
}

// TestPlannedMoves: what was planned for these days goes before what nobody
// waits for, and not before what somebody does; ticked off it does not come again.
func TestPlannedMoves(t *testing.T) {
	move := deal.Planned{What: "Bring the two rooms together", Person: linh, By: day("2026-12-03")}
	for c, want := range map[alignment.Code]errand.Code{alignment.AheadOfThem: errand.Move, alignment.SilentNow: errand.Move,
		alignment.PromiseLate: errand.Promise, alignment.OwedLate: errand.Deliver, alignment.QuestionLeft: errand.Answer} {
		s, r, a := about(c)
		s.Planned = []deal.Planned{{What: "later", By: day("2027-02-01")}, move}
		e, _ := errand.Of(s, r, a, nil)
		if e.Code != want {
			t.Errorf("%s: %s, want %s", c, e.Code, want)
		}
		if want == errand.Move && (e.What != move.What || e.Person != linh || e.By != move.By) {
			t.Errorf("%s: %+v", c, e)
		}
		s.Aside = deal.Latest[deal.Laid]{Value: deal.Laid{SetAside: deal.SetAside{How: deal.AsideDone, What: string(errand.Move)}}, At: monday.Start(time.UTC)}
		if e, _ = errand.Of(s, r, a, nil); e.Code == errand.Move {
			t.Errorf("%s: ticked off, and it comes again", c)
		}
	}
	s, r, a := about(alignment.AheadOfThem)
	for by, want := range map[string]bool{"2026-11-15": false, "2026-11-20": true, "2026-12-07": true, "2026-12-08": false} {
		s.Planned = []deal.Planned{{What: "call", By: day(by)}}
		e, _ := errand.Of(s, r, a, nil)
		if got := e.Code == errand.Move; got != want || got && e.By.Sub(monday) < 0 {
			t.Errorf("planned for %s: %+v", by, e)
		}
	}
}

// TestNoDayIsAWeekend, nor after the day on which they are to order.
func TestNoDayIsAWeekend(t *testing.T) {
	for i := range 14 {
		s, r, a := about(alignment.SilentNow)
		r.AsOf = monday.Add(i)
		e, _ := errand.Of(s, r, a, nil)
		if w := e.By.Civil().Weekday(); w == time.Saturday || w == time.Sunday || e.By.Sub(r.AsOf) < 4 || e.By.Sub(r.AsOf) > 6 {
			t.Errorf("on %v it is for %v", r.AsOf, e.By)
		}
		s.CloseDates = []deal.DatedDay{{Day: r.AsOf.Add(2)}}
		if e, _ = errand.Of(s, r, a, nil); e.By != r.AsOf.Add(2) {
			t.Errorf("on %v, ordered in two days: for %v", r.AsOf, e.By)
		}
	}
}

// TestDues: all that is open and has a day, soonest first.
func TestDues(t *testing.T) {
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	n := 0
	fact := func(g throughline.Grade, b deal.Body) deal.Fact {
		n++
		return deal.Fact{ID: throughline.FactID(throughline.KeyedID(at, fmt.Sprint(n))), Happened: at, Learned: at, Turn: int32(n), Grade: g, Body: b}
	}
	promise := fact(throughline.E2, deal.PromiseMade{Who: "the board", What: "decide", Due: day("2026-12-02")})
	kept := fact(throughline.E2, deal.PromiseMade{Who: "the board", What: "meet", Due: day("2026-12-01")})
	d, _ := deal.Fold([]deal.Fact{promise, kept, fact(0, deal.PromiseResolved{Promise: kept.ID, Result: deal.PromiseKept}),
		fact(throughline.E2, deal.StepStated{Text: "we send the draft", By: deal.Us, Due: day("2026-12-01"), State: throughline.StepBegun}),
		fact(throughline.E2, deal.StepStated{Text: "legal reads it", By: deal.Customer, Due: day("2026-12-04"), State: throughline.StepBegun}),
		fact(throughline.E2, deal.StepMoved{Step: "contracting/k3", State: throughline.StepBegun, Due: day("2026-12-03")}),
		fact(0, deal.Strategy{Bet: "if", By: "2026-12-05", Moves: []deal.Move{{What: "call", By: "2026-12-06"}, {What: "one day"}}}),
	}, at.AddDate(0, 0, 9))
	var got []errand.DueKind
	for _, due := range errand.Dues(&d.Summary) {
		got = append(got, due.Kind)
	}
	want := []errand.DueKind{errand.OurDuty, errand.TheirPromise, errand.PaperStep, errand.TheirDuty, errand.OurBet, errand.OurMove}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	ended, _ := deal.Fold([]deal.Fact{promise, fact(0, deal.Ended{Outcome: throughline.Won})}, at.AddDate(0, 0, 9))
	if got := errand.Dues(&ended.Summary); len(got) != 0 {
		t.Errorf("it has ended, and %v is due", got)
	}

	// An order settles what was bet and planned for it; what is planned after it is due.
	owed := fact(throughline.E2, deal.StepStated{Text: "we train the leads", By: deal.Us, Due: day("2026-12-01"), State: throughline.StepBegun})
	before := fact(0, deal.Strategy{Bet: "if", By: "2026-12-05", Moves: []deal.Move{{What: "call", By: "2026-12-06"}}})
	won := fact(0, deal.Ended{Outcome: throughline.Won})
	won.Happened = at.AddDate(0, 0, 2)
	won.Learned = won.Happened
	after := fact(0, deal.Strategy{Bet: "then", By: "2026-12-07"})
	after.Happened = at.AddDate(0, 0, 3)
	after.Learned = after.Happened
	for _, c := range []struct {
		facts []deal.Fact
		want  []errand.DueKind
	}{
		{[]deal.Fact{owed, before}, []errand.DueKind{errand.OurDuty, errand.OurBet, errand.OurMove}},
		{[]deal.Fact{owed, before, won}, []errand.DueKind{errand.OurDuty}},
		{[]deal.Fact{owed, before, won, after}, []errand.DueKind{errand.OurDuty, errand.OurBet}},
	} {
		d, _ := deal.Fold(c.facts, at.AddDate(0, 0, 9))
		var got []errand.DueKind
		for _, due := range errand.Dues(&d.Summary) {
			got = append(got, due.Kind)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("of %d facts %v is due, want %v", len(c.facts), got, c.want)
		}
	}
}
