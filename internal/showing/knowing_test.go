package showing_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/store"
)

// TestWhoOfOursKnowsWhom: of each person of theirs, who of ours met, called or wrote
// to them, or wrote down what they said, how often and when last; what is planned,
// about them from others, or imported makes nobody known.
func TestWhoOfOursKnowsWhom(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	page := seat.Shown(t, d, id)
	who := map[string]throughline.PersonID{}
	for p, x := range page.People {
		who[x.Name] = p
	}
	maria, colin := who["Maria Chen"], who["Colin Hartwig"]
	hanna := store.Person{ID: throughline.PersonID(d.NewID()), Recorded: now, Name: "Hanna Okabe", Ours: true}
	tom := store.Person{ID: throughline.PersonID(d.NewID()), Recorded: now, Name: "Tom Reyes", Ours: true}
	var facts []deal.Fact
	put := func(by throughline.PersonID, daysAgo int, g throughline.Grade, b deal.Body) {
		at := now.AddDate(0, 0, -daysAgo).Truncate(time.Microsecond)
		by2 := deal.Actor{Side: deal.Us, Person: by, Via: deal.ViaPage}
		if by.IsZero() {
			by2 = deal.Actor{Via: deal.ViaImport}
		}
		facts = append(facts, deal.Fact{ID: throughline.FactID(d.NewID()), Deal: page.ID, Happened: at, Learned: at, Recorded: now, By: by2, Source: deal.Source{System: "person"}, Grade: g, Body: b})
	}
	put(hanna.ID, 20, 0, deal.Activity{What: "meeting", By: deal.Us, Person: maria})
	put(hanna.ID, 9, 0, deal.Activity{What: "meeting", By: deal.Customer, Person: maria})
	put(hanna.ID, 3, throughline.E2, deal.Evidence{About: throughline.Notice.Address(), Person: maria, Text: "We lose a day a week"})
	put(hanna.ID, 1, 0, deal.Activity{What: "call", Person: colin, Open: true})                                                                                      // planned
	put(tom.ID, 5, throughline.E2, deal.Evidence{About: throughline.Notice.Address(), Person: maria, Text: "{person:" + throughline.ID(colin).String() + "} waits"}) // of somebody else's words
	put(tom.ID, 4, throughline.E1, deal.Stance{Person: colin, Value: -1})                                                                                            // our own reading
	put(throughline.PersonID{}, 2, 0, deal.Activity{What: "meeting", Person: colin})
	seat.Keep(t, d, store.Batch{People: []store.Person{hanna, tom}, Facts: facts})

	a := seat.Run[showing.AccountPage](t, d, operation.ShowAccount, &showing.AccountNamed{ID: "montrevel"})
	known := map[throughline.PersonID][]showing.OursAbout{}
	for _, p := range a.People {
		known[p.ID] = p.Ours
	}
	day := func(ago int) throughline.Day { return throughline.DayOf(now.AddDate(0, 0, -ago), nil) }
	m := known[maria]
	if len(m) != 2 || m[0].ID != hanna.ID || m[0].Times != 3 || m[0].Last != day(3) || m[0].Nearest() != showing.Met {
		t.Fatalf("of Maria: %+v", m)
	}
	if m[0].Latest() != showing.Heard {
		t.Errorf("last by %s", m[0].Latest())
	}
	if w := m[0].Ways; len(w) != 2 || w[0].Times != 2 || w[0].Last != day(9) || w[1].How != showing.Heard || w[1].Last != day(3) {
		t.Errorf("Hanna knows Maria %+v", w)
	}
	if m[1].ID != tom.ID || m[1].Nearest() != showing.Heard {
		t.Errorf("Tom knows Maria %+v", m[1])
	}
	c := known[colin]
	if len(c) != 2 {
		t.Fatalf("of Colin: %+v", c)
	}
	for _, o := range c {
		if o.Nearest() != showing.NoteOf {
			t.Errorf("%s knows Colin %+v", a.Names[o.ID].Name, o.Ways)
		}
	}
	if a.Names[tom.ID].Name != "Tom Reyes" {
		t.Error("one of ours has no name")
	}

	p := seat.Run[showing.PersonPage](t, d, operation.ShowPerson, &showing.PersonNamed{ID: "Maria Chen"})
	if p.ID != maria || len(p.Ours) != 2 || p.Ours[0].Times != 3 {
		t.Errorf("on her page: %+v", p.Ours)
	}
	all := len(p.Said)
	p = seat.Run[showing.PersonPage](t, d, operation.ShowPerson, &showing.PersonNamed{ID: maria.String(), By: "okabe"})
	if len(p.Said) != 3 || all <= 3 || len(p.By) != 1 || len(p.Ours) != 2 {
		t.Errorf("by Hanna %d of %d, by %v, known %d", len(p.Said), all, p.By, len(p.Ours))
	}
	if p = seat.Run[showing.PersonPage](t, d, operation.ShowPerson, &showing.PersonNamed{ID: maria.String(), By: "nobody"}); len(p.Said) != 0 || p.By == nil {
		t.Errorf("by nobody: %d", len(p.Said))
	}
	for _, bad := range []string{"", "mont revel", "0190b2f0-7c3a-7d11-8e22-1f3a5b7c9d0e"} {
		if _, err := operation.ShowAccount.Run(t.Context(), d, &showing.AccountNamed{ID: bad}); throughline.KindOf(err) != throughline.NotFound {
			t.Errorf("customer %q: %v", bad, err)
		}
	}
}

// TestWhoIsInDealsThatWereNotRead: of a customer with very many deals nobody is said to
// be known to nobody whose deals were not all read.
func TestWhoIsInDealsThatWereNotRead(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	const many = 62
	for i := range many {
		now = now.Add(time.Minute)
		id := seat.Run[recording.Recorded](t, d, operation.RecordDeal, &recording.NewDealInput{Title: fmt.Sprint("Rollout ", i), Account: "Vast"}).Deal.String()
		seat.Run[recording.Recorded](t, d, operation.RecordPerson, &recording.PersonInput{Writing: recording.Writing{ID: id}, Person: fmt.Sprint("Somebody ", i), Role: "user"})
	}
	page := seat.Run[showing.AccountPage](t, d, operation.ShowAccount, &showing.AccountNamed{ID: "Vast"})
	unread := 0
	for _, p := range page.People {
		if p.Unread {
			unread++
		}
	}
	if len(page.People) != many || unread != many-page.Read || unread == 0 {
		t.Errorf("%d people, %d in deals that were not read, of %d read", len(page.People), unread, page.Read)
	}
}
