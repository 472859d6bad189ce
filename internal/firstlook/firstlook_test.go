package firstlook_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/firstlook"
)

var today = throughline.DateOf(2026, 11, 30)

// made is a deal: opened so many days ago, ended so many days after (-1: open).
type made struct {
	age, took int
	end       throughline.Outcome
	stage     string
	amount    int64
	account   byte
	due       int // days from today; 0: none
	pushes    int
	heard     int // days ago; 0: never
}

func (m made) summary(n int) *deal.Summary {
	at := func(ago int) time.Time { return today.Add(-ago).Start(time.UTC).Add(9 * time.Hour) }
	s := &deal.Summary{}
	s.Deal[15], s.Deal[14] = byte(n), byte(n>>8)
	turn := int32(0)
	put := func(when time.Time, b deal.Body) {
		turn++
		f := deal.Fact{Deal: s.Deal, Happened: when, Learned: when, Turn: turn, Grade: throughline.E1, Body: b}
		f.ID[15], f.ID[14], f.ID[13] = byte(turn), byte(n), byte(n>>8)
		s.Apply(f)
	}
	open := deal.Opened{Title: fmt.Sprint("deal ", n)}
	open.Account[0] = m.account
	put(at(m.age), open)
	if m.stage != "" {
		put(at(m.age), deal.StageMoved{Foreign: m.stage})
	}
	if m.amount > 0 {
		put(at(m.age), deal.AmountChanged{Amount: throughline.Money{Cents: m.amount, Currency: "EUR"}})
	}
	if m.due != 0 {
		for k := m.pushes; k >= 0; k-- {
			put(at(m.age).Add(time.Duration(m.pushes-k)*time.Hour), deal.CloseDateMoved{To: today.Add(m.due - k)})
		}
	}
	if m.heard > 0 {
		put(at(m.heard), deal.Activity{What: "email", By: deal.Customer})
	}
	if m.took >= 0 {
		put(at(m.age-m.took), deal.Ended{Outcome: m.end})
	}
	return s
}

func look(list ...made) firstlook.Look {
	g := firstlook.Gather(time.UTC)
	for i, m := range list {
		g.Add(m.summary(i + 1))
	}
	return g.Look(today)
}

func times(n int, m made) (out []made) {
	for range n {
		out = append(out, m)
	}
	return out
}

// TestWhatFewBearIsNotSaid: without enough of them nothing is said of how long
// ends took, of what is older than every win, and of where deals stopped.
func TestWhatFewBearIsNotSaid(t *testing.T) {
	l := look(append(times(9, made{age: 100, took: 10, end: throughline.Won, stage: "A"}), made{age: 400, took: -1, stage: "A"}, made{age: 90, took: 5, end: throughline.NoDecision, stage: "B"})...)
	if l.Won != nil || l.Outlasted != 0 || len(l.Stops) != 0 || len(l.Picks) != 0 || l.Endings[0].Took != nil || l.Deals != 11 || l.Open != 1 {
		t.Errorf("%+v", l)
	}
	if e := look(); e.Deals != 0 || e.Endings != nil || e.Picks != nil {
		t.Errorf("%+v", e)
	}
}

func TestWhatAHistorySays(t *testing.T) {
	list := times(30, made{age: 200, took: 40, end: throughline.Won, stage: "Close"})
	list = append(list, made{age: 300, took: 90, end: throughline.Won})
	list = append(list, times(20, made{age: 200, took: 60, end: throughline.NoDecision, stage: "Demo"})...)
	list = append(list, times(15, made{age: 200, took: 60, end: throughline.LostUnknown, stage: "Offer"})...)
	list = append(list, times(4, made{age: 200, took: 60, end: throughline.DisqualifiedByUs, stage: "Lead"})...)
	list = append(list, made{age: 91, took: -1}, made{age: 90, took: -1}, made{age: 41, took: -1})
	l := look(list...)
	if l.Won.Median != 40 || l.Won.Most != 90 || l.Outlasted != 1 || l.Nothing != 20 || l.Decided != 31 || l.Untold != 0 {
		t.Errorf("%+v, %+v", l, l.Won)
	}
	if l.Stopped != 35 || l.Stops[0].Stage != "Demo" || l.Stops[0].N != 20 || l.Stops[1].N != 15 || len(l.Stops) != 2 {
		t.Errorf("%d %+v", l.Stopped, l.Stops)
	}
	if lost := look(times(12, made{age: 200, took: 60, end: throughline.LostUnknown})...); lost.Untold != 12 {
		t.Errorf("%+v", lost)
	}
}

// TestTenAreDealtOut: no deal twice, no kind more than three times, no customer
// more than twice, the largest of a kind first.
func TestTenAreDealtOut(t *testing.T) {
	list := times(25, made{age: 200, took: 40, end: throughline.Won})
	for n := range 40 {
		list = append(list, made{age: 500, took: -1, amount: int64(100 * (n + 1)), account: byte(1 + n%4)})
	}
	for n := range 10 {
		list = append(list, made{age: 10, took: -1, amount: int64(1000 + n), due: -3 - n, account: byte(20 + n)}, made{age: 10, took: -1, due: 5 + n, pushes: 4, account: byte(40 + n)}, made{age: 39, took: -1, heard: 35, account: byte(60 + n)})
	}
	l := look(list...)
	kinds, deals, accounts := map[firstlook.Kind]int{}, map[throughline.DealID]bool{}, map[throughline.AccountID]int{}
	for _, p := range l.Picks {
		if kinds[p.Kind]++; kinds[p.Kind] > 3 || deals[p.Deal] {
			t.Errorf("%+v", l.Picks)
		}
		if accounts[p.Account]++; accounts[p.Account] > 2 {
			t.Errorf("customer %x more than twice", p.Account[0])
		}
		deals[p.Deal] = true
	}
	if len(l.Picks) != 10 || len(kinds) < 5 || l.Picks[0].Kind != firstlook.Outlasted || l.Picks[0].Amount.Cents != 4000 {
		t.Errorf("%d picks of %v, first %+v", len(l.Picks), kinds, l.Picks[0])
	}
	for _, c := range l.Counts {
		if want := map[firstlook.Kind]int{firstlook.Outlasted: 40, firstlook.Passed: 10, firstlook.Soon: 10, firstlook.Pushed: 10, firstlook.Quiet: 10, firstlook.Crowd: 4}[c.Kind]; want > 0 && c.N != want {
			t.Errorf("%s: %d, want %d", c.Kind, c.N, want)
		}
	}
}

// TestOldFilesAreReadAsOfTheirDay: where what is newest is long past, that day counts.
func TestOldFilesAreReadAsOfTheirDay(t *testing.T) {
	g := firstlook.Gather(time.UTC)
	g.Add(made{age: 90, took: -1}.summary(1))
	if got := g.AsOf(today); got != today.Add(-90) {
		t.Error(got)
	}
	g.Add(made{age: 3, took: -1}.summary(2))
	if got := g.AsOf(today); got != today {
		t.Error(got)
	}
}

// TestWinsOfUnknownDaysAreNoMeasure: where many wins have no days, a deal is
// older than those that have, not than any.
func TestWinsOfUnknownDaysAreNoMeasure(t *testing.T) {
	list := times(30, made{age: 200, took: 40, end: throughline.Won})
	if n := look(list...).KnownWins(); n != 0 {
		t.Errorf("all are known: %d", n)
	}
	l := look(list...)
	l.Endings[0].N = 60
	if n := l.KnownWins(); n != 30 {
		t.Errorf("half are known: %d", n)
	}
}
