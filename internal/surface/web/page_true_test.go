package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// TestAnInitiativeAsOfADay: on a page of an earlier day stands what was known of
// a change on it, and nothing that was learned since.
func TestAnInitiativeAsOfADay(t *testing.T) {
	s := open(t)
	i, at := throughline.ID(id("initiative", "as of")), today.AddDate(0, 0, -20)
	said := func(days int, body deal.Body) func(time.Time) deal.Fact {
		return func(time.Time) deal.Fact { return deal.Fact{Happened: at.AddDate(0, 0, days), Body: body} }
	}
	path := s.kept(t, "Wards", throughline.Complex,
		said(5, deal.InitiativeJoined{Initiative: i}),
		said(5, deal.InitiativeStated{Initiative: i, Name: "One handover for all"}),
		said(15, deal.InitiativeStated{Initiative: i, NoSponsor: true}),
		said(15, deal.WorkMoved{Initiative: i, What: "Train the nights", State: throughline.StepFailing}))
	day := func(days int) string { return "as_of=" + throughline.DayOf(at.AddDate(0, 0, days), time.UTC).String() }
	page := "/initiatives/" + i.String()
	for _, c := range []struct {
		path  string
		named bool
		bad   bool
	}{
		{"/initiatives", true, true}, {"/initiatives?" + day(10), true, false}, {"/initiatives?" + day(2), false, false},
		{page, true, true}, {page + "?" + day(10), true, false}, {path + "?" + day(10), true, false}, {path + "?" + day(2), false, false},
	} {
		d, r := s.get(t, c.path)
		main := text(d.Find("main"))
		if r.StatusCode != http.StatusOK || strings.Contains(main, "One handover for all") != c.named || strings.Contains(main, "Nobody of theirs stands behind it") != c.bad {
			t.Errorf("%s: %s, named %v, in trouble %v: %s", c.path, r.Status, c.named, c.bad, main)
		}
	}
	if _, r := s.get(t, page+"?"+day(2)); r.StatusCode != http.StatusNotFound {
		t.Errorf("before it was named: %s", r.Status)
	}
}

// TestWhatToDoNextIsAhead: a move whose day is past by the day of the page, or
// whose question has its answer, is not what to do next.
func TestWhatToDoNextIsAhead(t *testing.T) {
	s := open(t)
	day := func(days int) string { return throughline.DayOf(today.AddDate(0, 0, days), time.UTC).String() }
	plan := func(moves ...deal.Move) func(time.Time) deal.Fact {
		return func(time.Time) deal.Fact {
			return deal.Fact{Body: deal.Strategy{Bet: "They settle", By: day(60), Moves: moves}}
		}
	}
	unneeded := func(time.Time) deal.Fact {
		return deal.Fact{Body: deal.PhaseNotNeeded{Phase: throughline.Explore, Reason: "known"}}
	}
	old, spent, next := deal.Move{What: "Call the ward", By: day(-5)}, deal.Move{What: "Show the market", By: day(5), Serves: throughline.Explore.Address()}, deal.Move{What: "Ask the board", By: day(9)}
	path := s.kept(t, "Wards", throughline.Complex, plan(old, spent, next), unneeded)
	for query, want := range map[string]string{"": next.What, "?as_of=" + day(-10): old.What} {
		d, _ := s.get(t, path+query)
		if got := text(d.Find(".act p").First()); got != want {
			t.Errorf("%q: what to do next is %q, not %q", query, got, want)
		}
	}
	d, _ := s.get(t, s.kept(t, "Theatres", throughline.Complex, plan(old)))
	if got := text(d.Find(".act")); got == "" || strings.Contains(got, old.What) {
		t.Errorf("nothing of the plan is ahead, and next is %q", got)
	}
}

// TestASessionCallsAPromiseWhatIsOne: a step of theirs that is late was promised
// by nobody; and beside a past day no count of today stands.
func TestASessionCallsAPromiseWhatIsOne(t *testing.T) {
	s := open(t)
	own := throughline.PersonID(id("person", "step owner"))
	s.keep(t, store.Batch{People: []store.Person{{ID: own, Recorded: today.AddDate(0, 0, -99), Ours: true, Name: "Olu Ade"}}})
	s.kept(t, "Wards", throughline.Complex,
		func(time.Time) deal.Fact { return deal.Fact{Body: deal.OwnerChanged{Owner: own}} },
		func(time.Time) deal.Fact {
			return deal.Fact{Body: deal.StepStated{Text: "Name the signer", By: deal.Customer, Due: throughline.DayOf(today.AddDate(0, 0, -2), time.UTC)}}
		})
	doc, _ := s.get(t, "/review?seller="+own.String())
	has(t, doc, ".session", "“Name the signer” was due on 21 November. What became of it?")
	has(t, doc, ".agenda", "Olu Ade · 1")
	doc, _ = s.get(t, "/review?seller="+own.String()+"&as_of="+throughline.DayOf(today.AddDate(0, 0, -1), time.UTC).String())
	if got := text(doc.Find(".agenda")); !strings.Contains(got, "Olu Ade") || strings.Contains(got, "· 1") {
		t.Errorf("beside a past day: %s", got)
	}
}
