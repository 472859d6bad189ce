package recording_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/storetest"
)

// TestWhoReportsToWhom: it is recorded in a deal and told of the customer, the last word
// of several deals counts, an end is a fact, and a circle is refused with its names.
func TestWhoReportsToWhom(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	one := seat.Ward(t, d)
	two := seat.Run[recording.Recorded](t, d, operation.RecordDeal, &recording.NewDealInput{Title: "Night shift", Account: "Montrevel"}).Deal.String()
	other := seat.Run[recording.Recorded](t, d, operation.RecordDeal, &recording.NewDealInput{Title: "Depot", Account: "Vale"}).Deal.String()
	join := func(deal, name string) {
		seat.Run[recording.Recorded](t, d, operation.RecordPerson, &recording.PersonInput{Writing: recording.Writing{ID: deal}, Person: name, Role: "user"})
	}
	join(two, "Ole Berg")
	join(other, "Kim Vale")
	id := map[string]throughline.PersonID{}
	for _, at := range []string{one, two} {
		for p, x := range seat.Shown(t, d, at).People {
			id[x.Name] = p
		}
	}
	says := func(deal, who, to string, on string) recording.Recorded {
		w := recording.Writing{ID: deal}
		if on != "" {
			w.On = seat.On(t, on)
		}
		return seat.Run[recording.Recorded](t, d, operation.RecordReports, &recording.ReportsInput{Writing: w, Person: who, To: to})
	}
	to := func() map[throughline.PersonID]throughline.PersonID {
		t.Helper()
		got, err := d.Desk.ReportingOf(t.Context(), seat.Shown(t, d, one).Deal.Account.Value, deal.Summary{})
		if err != nil {
			t.Fatal(err)
		}
		return got.To
	}
	says(one, "Maria", "Colin", "2026-09-01")
	says(two, "Ole Berg", "Maria Chen", "") // who is of the other deal
	if got := to(); len(got) != 2 || got[id["Maria Chen"]] != id["Colin Hartwig"] || got[id["Ole Berg"]] != id["Maria Chen"] {
		t.Fatalf("they report %v", got)
	}
	refused := func(code string, in recording.ReportsInput) error {
		t.Helper()
		_, err := operation.RecordReports.Run(t.Context(), d, &in)
		var why *throughline.Refusal
		if !errors.As(err, &why) || why.Code != code {
			t.Errorf("%+v: %v, want %s", in, err, code)
		}
		return err
	}
	w := recording.Writing{ID: one}
	err := refused("reports_circle", recording.ReportsInput{Writing: w, Person: "Colin", To: "Ole Berg"})
	if err == nil || !strings.Contains(err.Error(), "Colin Hartwig → Ole Berg → Maria Chen → Colin Hartwig") {
		t.Errorf("the circle is told as %v", err)
	}
	refused("reports_self", recording.ReportsInput{Writing: w, Person: "Colin", To: "Colin"})
	refused("unchanged", recording.ReportsInput{Writing: w, Person: "Maria", To: "Colin"})
	refused("reports_whom", recording.ReportsInput{Writing: w, Person: "Maria"})
	refused("reports_both", recording.ReportsInput{Writing: w, Person: "Maria", To: "Colin", Ended: true})
	refused("reports_none", recording.ReportsInput{Writing: w, Person: "Colin", Ended: true})
	refused("reports_elsewhere", recording.ReportsInput{Writing: w, Person: "Maria", To: "Kim Vale"})
	refused("unknown", recording.ReportsInput{Writing: w, Person: "Maria", To: "Nobody At All"})

	seat.Run[recording.Recorded](t, d, operation.RecordReports, &recording.ReportsInput{Writing: w, Person: "Maria", Ended: true})
	if got := to(); len(got) != 1 {
		t.Errorf("after the end they report %v", got)
	}
	now = now.Add(time.Hour)
	says(one, "Colin", "Ole Berg", "") // no circle any more
	page := seat.Run[showing.PersonPage](t, d, operation.ShowPerson, &showing.PersonNamed{ID: id["Maria Chen"].String()})
	if len(page.Said) == 0 || to()[id["Colin Hartwig"]] != id["Ole Berg"] {
		t.Errorf("they report %v", to())
	}
	// They are one: that they report to themselves says nothing, and what was said before holds.
	seat.Run[recording.MergedPeople](t, d, operation.MergePeople, &recording.MergePeopleInput{ID: id["Ole Berg"].String(), Other: id["Colin Hartwig"].String()})
	if got := to(); got[id["Ole Berg"]] != id["Maria Chen"] {
		t.Errorf("once two of them are one they report %v", got)
	}
}

// TestTheWordThatClosesACircleHasAnEnd: it counts for nothing, is told, and can be
// said to hold no longer from the page of whoever it is about.
func TestTheWordThatClosesACircleHasAnEnd(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	one := seat.Ward(t, d)
	shown := seat.Shown(t, d, one)
	id := map[string]throughline.PersonID{}
	for p, x := range shown.People {
		id[x.Name] = p
	}
	seat.Run[recording.Recorded](t, d, operation.RecordReports, &recording.ReportsInput{Writing: recording.Writing{ID: one}, Person: "Maria", To: "Colin"})
	now = now.Add(time.Hour) // an export says it and knows nothing of the lines here
	fact := deal.Fact{ID: throughline.FactID(storetest.ID("fact", 1)), Deal: shown.Deal.Deal, Happened: now, Learned: now, Recorded: now,
		Source: deal.Source{System: "csv"}, Grade: throughline.E1, Body: deal.ReportsTo{Person: id["Colin Hartwig"], To: id["Maria Chen"]}}
	seat.Keep(t, d, store.Batch{Facts: []deal.Fact{fact}})
	circles := func() int {
		t.Helper()
		got, err := d.Desk.ReportingOf(t.Context(), shown.Deal.Account.Value, deal.Summary{})
		if err != nil || len(got.To) != 1 {
			t.Errorf("they report %v, %v", got.To, err)
		}
		return len(got.Circles)
	}
	if n := circles(); n != 1 {
		t.Errorf("%d circles", n)
	}
	now = now.Add(time.Hour)
	seat.Run[recording.Recorded](t, d, operation.RecordReports, &recording.ReportsInput{Writing: recording.Writing{ID: one}, Person: "Colin", Ended: true})
	if n := circles(); n != 0 {
		t.Errorf("%d circles after the word that closed it has ended", n)
	}
}
