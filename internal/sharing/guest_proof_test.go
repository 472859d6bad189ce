package sharing_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/sharing"
	"github.com/throughline/throughline/internal/store"
)

// doorsteps opens a bound link as often as asked, before anybody does anything.
func doorsteps(t *testing.T, d *sharing.Desk, token string, n int) (out []*sharing.Doorstep) {
	t.Helper()
	for range n {
		_, step, err := sharing.EnterPlan(t.Context(), d, token, "")
		if err != nil || step == nil {
			t.Fatalf("the link is not bound: %v", err)
		}
		out = append(out, step)
	}
	return out
}

// TestLettersAreCountedWhereTheyAreWritten: asking many times at once sends an
// address no more codes than asking one after the other, and a plan no more.
func TestLettersAreCountedWhereTheyAreWritten(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	made := seat.Run[sharing.PlanLinked](t, d, operation.LinkPlan, &sharing.LinkInput{Writing: recording.Writing{ID: id}, Domain: "montrevel.example"})
	token := made.Path[len(sharing.PlanPath):]
	var lock sync.Mutex
	var random sync.Mutex
	sent := map[string]int{}
	desk := d.Sharing()
	desk.Drawing = &random
	desk.Mail = func(to, _, _ string) {
		lock.Lock()
		defer lock.Unlock()
		sent[to]++
	}
	asked := func(steps []*sharing.Doorstep, address func(int) string) {
		var wait sync.WaitGroup
		for i, s := range steps {
			wait.Go(func() {
				if err := s.Ask(t.Context(), address(i)); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
	}
	asked(doorsteps(t, desk, token, 20), func(int) string { return "m.chen@montrevel.example" })
	if n := sent["m.chen@montrevel.example"]; n != 5 {
		t.Errorf("asked twenty times at once, an address was sent %d codes, want 5", n)
	}
	asked(doorsteps(t, desk, token, 60), func(i int) string { return fmt.Sprintf("p%d@montrevel.example", i) })
	all := 0
	for _, n := range sent {
		all += n
	}
	if all != 40 {
		t.Errorf("asked for sixty addresses at once, the plan sent %d codes that day, want 40", all)
	}
}

// TestLinksAreCountedWhereTheyAreWritten: many invitations at once make no more
// links than one after the other.
func TestLinksAreCountedWhereTheyAreWritten(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	token := tokenOf(t, d, id)
	var guests []*sharing.Guest
	for range 62 { // all have seen the one link
		guests = append(guests, guest(t, d, token))
	}
	refused := 0
	for i, g := range guests {
		if _, err := g.Invite(t.Context(), fmt.Sprintf("Colleague %d", i), "", ""); throughline.KindOf(err) == throughline.Invalid {
			refused++
		} else if err != nil {
			t.Fatal(err)
		}
	}
	page := seat.Run[sharing.PlanPage](t, d, operation.ShowPlan, &sharing.PlanInput{ID: id})
	if len(page.Links) != 60 || refused != 3 {
		t.Errorf("%d links stand and %d were refused, want 60 and 3", len(page.Links), refused)
	}
}

// TestALinkFillsNoLedger: whoever has a link writes no more within a day than
// people do, and keeps no more than each view of the plan can read again.
func TestALinkFillsNoLedger(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	token := tokenOf(t, d, id)
	g := guest(t, d, token)
	var facts []deal.Fact
	of := seat.Shown(t, d, id).ID
	for i := range 498 {
		facts = append(facts, deal.Fact{ID: throughline.FactID(d.NewID()), Deal: of, Happened: now, Learned: now, Recorded: now, Grade: throughline.E3,
			Source: deal.Source{System: "plan", Record: "link"}, Body: deal.Commented{Text: fmt.Sprint("number ", i), By: deal.Customer}})
	}
	seat.Keep(t, d, store.Batch{Facts: facts})
	wrote := 0
	for i := range 5 {
		if err := g.Answer(t.Context(), sharing.GuestAnswer{Aspect: "decider", Text: fmt.Sprint("number ", i)}); throughline.KindOf(err) != throughline.Invalid {
			fine(t, err)
			wrote++
		}
	}
	if wrote != 2 {
		t.Errorf("after 498 facts, %d more were written within a day, want 2", wrote)
	}
	now = now.Add(25 * time.Hour)
	fine(t, guest(t, d, token).Answer(t.Context(), sharing.GuestAnswer{Aspect: "decider", Text: "the head of care"}))

	own, err := guest(t, d, token).Step(t.Context(), sharing.GuestStep{Text: strings.Repeat("x", 19_000), Keep: true})
	fine(t, err)
	k := guest(t, d, own)
	ref := ""
	for _, s := range pageOf(t, d, own).Plan.Steps {
		if s.Private {
			ref = s.Ref
		}
	}
	changes := 1
	for i := range 80 {
		_, err := k.Step(t.Context(), sharing.GuestStep{Ref: ref, Text: fmt.Sprint(i, strings.Repeat("x", 19_000))})
		if throughline.KindOf(err) == throughline.Invalid {
			break
		}
		fine(t, err)
		changes++
	}
	if most := 1 << 20 / 19_000; changes < most-10 || changes > most {
		t.Errorf("%d changes of what is kept were taken, want about %d", changes, most)
	}
	seat.Run[sharing.PlanPage](t, d, operation.RevokePlan, &sharing.PlanInput{ID: id})
	if _, err := guest(t, d, tokenOf(t, d, id)).Step(t.Context(), sharing.GuestStep{Text: "Begin anew", Keep: true}); err != nil {
		t.Errorf("taken back, keeping does not begin anew: %v", err)
	}
}
