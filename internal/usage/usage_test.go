package usage_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/usage"
)

var today = throughline.DateOf(2026, 11, 30)

// TestCounting: counts add up whoever counts; what could not be written is counted
// on; switched off, nothing is, and what was not written yet is gone.
func TestCounting(t *testing.T) {
	var c usage.Counter
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 100 {
				c.Add(today, usage.Page, "/", 1)
			}
		})
	}
	all.Wait()
	c.Add(today.Add(-1), usage.Deal, "complex", 2)
	c.Add(today, usage.Page, "/", 0)
	c.Add(today, usage.Page, "/", -5)
	broken := errors.New("no")
	if err := c.Flush(t.Context(), func(context.Context, []store.Use) error { return broken }); !errors.Is(err, broken) {
		t.Fatal(err)
	}
	var got []store.Use
	write := func(_ context.Context, list []store.Use) error { got = append(got, list...); return nil }
	if err := c.Flush(t.Context(), write); err != nil {
		t.Fatal(err)
	}
	want := []store.Use{{Day: today.Add(-1), Kind: usage.Deal, What: "complex", N: 2}, {Day: today, Kind: usage.Page, What: "/", N: 800}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
	c.Add(today, usage.Page, "/", 1)
	c.Switch(false)
	c.Add(today, usage.Page, "/", 1)
	if got = nil; c.Counts() || c.Flush(t.Context(), write) != nil || got != nil {
		t.Errorf("switched off, %+v was written", got)
	}
	c.Switch(true)
	if c.Add(today, usage.Form, "/", 3); c.Flush(t.Context(), write) != nil || len(got) != 1 || got[0].N != 3 {
		t.Errorf("switched on again: %+v", got)
	}
	var none *usage.Counter
	none.Add(today, usage.Page, "/", 1)
	none.Switch(false)
	if none.Counts() || none.Flush(t.Context(), write) != nil {
		t.Error("no counter counts")
	}
}

// TestKeeping: what was counted is written when the context ends.
func TestKeeping(t *testing.T) {
	var c usage.Counter
	ctx, end := context.WithCancel(t.Context())
	tick, told := make(chan time.Time), make(chan int, 2)
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.Keep(ctx, tick, func(ctx context.Context) error {
			return c.Flush(ctx, func(_ context.Context, list []store.Use) error { told <- int(list[0].N); return ctx.Err() })
		})
	}()
	c.Add(today, usage.Page, "/", 4)
	tick <- time.Time{}
	if n := <-told; n != 4 {
		t.Errorf("at the tick %d", n)
	}
	c.Add(today, usage.Page, "/", 5)
	end()
	<-done
	if n := <-told; n != 5 {
		t.Errorf("at the end %d", n)
	}
}

func at(ago int) time.Time { return today.Add(-ago).Start(time.UTC).Add(10 * time.Hour) }

func fact(n byte, ago int, body deal.Body) deal.Fact {
	return deal.Fact{ID: throughline.FactID{n}, Deal: throughline.DealID{1}, Happened: at(ago), Learned: at(ago), Recorded: at(ago), By: deal.Actor{Side: deal.Us, Via: deal.ViaPage}, Body: body}
}

// TestMeasures: an open deal with two events and three strategies, one of which
// came ten days after the first event; the second event is younger than two weeks.
func TestMeasures(t *testing.T) {
	asOf := today.End(time.UTC)
	sum := usage.Begin(asOf)
	about := throughline.Own.Address()
	imported := fact(9, 3, deal.Evidence{About: about})
	imported.By = deal.Actor{Via: deal.ViaImport}
	facts := []deal.Fact{
		fact(1, 200, deal.Opened{Title: "x"}), fact(2, 120, deal.Strategy{Aim: "a", Bet: "b"}), fact(3, 40, deal.Noticed{Event: deal.SponsorLeft}),
		fact(4, 30, deal.Strategy{Aim: "a", Bet: "c"}), fact(5, 10, deal.Strategy{Aim: "a", Bet: "d"}), fact(6, 5, deal.Noticed{Event: deal.ScopeChanged}),
		fact(7, 2, deal.Evidence{About: about}), fact(8, 91, deal.Evidence{About: about}), imported,
		fact(10, 2, deal.Noted{Text: "n", Tool: "pack/jolt/tool/risk-menu"}),
		fact(11, 150, deal.Classified{Class: throughline.Complex}),
		fact(12, 2, deal.ProcessPicked{Process: "process/a", Suggested: "process/b", Reason: "r"}),
	}
	folded, ok := deal.Fold(facts, asOf)
	if !ok {
		t.Fatal("there is no deal")
	}
	phases := make([]alignment.PhaseReading, throughline.PhaseCount)
	phases[throughline.Own-1] = alignment.PhaseReading{Evidence: []alignment.Weighed{{Strength: throughline.E3}}}
	sum.Deal(&folded, alignment.Reading{Class: throughline.Complex, Phases: phases, Firm: throughline.Own})
	uses := []store.Use{
		{Day: today.Add(-27), Kind: usage.Deal, What: "complex", N: 8}, {Day: today, Kind: usage.Seconds, What: "complex", N: 1200},
		{Day: today.Add(-28), Kind: usage.Seconds, What: "complex", N: 1e6}, {Day: today.Add(1), Kind: usage.Page, What: "/", N: 1e6},
		{Day: today.Add(-90), Kind: usage.Page, What: "/", N: 2}, {Day: today, Kind: usage.Seconds, N: 240},
	}
	m := sum.Measures([]int{0, 1, 2}, uses, false, usage.Typical{})
	for _, c := range []struct {
		what      string
		got, want any
	}{
		{"evidence of the weeks, without what was imported", m.Evidence, 1},
		{"its way", m.ByWay, map[string]int{"page": 1}},
		{"the last week", m.Weeks[12], usage.Week{From: today.Add(-6), Evidence: 1}},
		{"strategies", m.Strategies, 2},
		{"changes after an event", m.Revised, usage.Share{N: 1, Of: 2}},
		{"events that were answered", m.Answered, usage.Share{N: 1, Of: 1}},
		{"fresh", m.Fresh, usage.Share{N: 1, Of: 1}},
		{"plans", m.Plans, usage.Share{N: 1, Of: 3}},
		{"picks", m.Picks, usage.Share{N: 1, Of: 1}},
		{"tools", m.Tools, []usage.Tool{{Address: "pack/jolt/tool/risk-menu", N: 1}}},
		{"days counted", m.Counted.Days, 28},
		{"classes", m.Counted.Classes, []usage.OfClass{{Class: throughline.Complex, Open: 1, Few: true}}},
		{"other pages", m.Counted.Other, 1.0},
		{"pages of thirteen weeks", m.Counted.Screens, []usage.Screen{{What: "/", N: 2}}},
		{"no decision", m.NoDecision, usage.Share{}},
	} {
		if !reflect.DeepEqual(c.got, c.want) {
			t.Errorf("%s: %+v, want %+v", c.what, c.got, c.want)
		}
	}
}

// opened is an open deal of an owner; 0 is nobody.
func opened(t *testing.T, owner byte) *deal.Deal {
	t.Helper()
	by := throughline.PersonID{}
	by[0] = owner
	folded, ok := deal.Fold([]deal.Fact{fact(1, 50, deal.Opened{Title: "x", Owner: by})}, today.End(time.UTC))
	if !ok {
		t.Fatal("there is no deal")
	}
	return &folded
}

// TestFew: minutes and pages of a class are given from five open deals of three
// owners on, unrounded; below that they are absent, in the answer to a program too.
// Of both complex classes only those count of which they are given.
func TestFew(t *testing.T) {
	six, sum := []byte{1, 1, 1, 1, 2, 3}, usage.Begin(today.End(time.UTC))
	for class, owners := range map[throughline.Class][]byte{
		throughline.Complex: six, throughline.ComplexNoProcess: {1, 2, 3, 4}, throughline.Transactional: {1, 2, 1, 2, 1, 2, 0}, throughline.Unclassified: {1, 2, 3, 4, 5},
	} {
		for _, o := range owners {
			sum.Deal(opened(t, o), alignment.Reading{Class: class, Phases: make([]alignment.PhaseReading, throughline.PhaseCount), Firm: throughline.Own})
		}
	}
	uses := []store.Use{{Day: today.Add(-27), Kind: usage.Page, What: "/", N: 1}}
	for _, c := range throughline.Classes() {
		uses = append(uses, store.Use{Day: today, Kind: usage.Deal, What: string(c), N: 1})
		if c != throughline.Unclassified {
			uses = append(uses, store.Use{Day: today, Kind: usage.Seconds, What: string(c), N: 6})
		}
	}
	m := sum.Measures(nil, uses, false, usage.Typical{})
	pages, minutes, fifth := 1.0/6/4, 0.1/6/4, 1.0/5/4
	want := []usage.OfClass{
		{Class: throughline.Transactional, Open: 7, Few: true}, {Class: throughline.Complex, Open: 6, Interactions: &pages, Minutes: &minutes},
		{Class: throughline.ComplexNoProcess, Open: 4, Few: true}, {Class: throughline.Unclassified, Open: 5, Interactions: &fifth},
	}
	near := func(a, b *float64) bool { return (a == nil) == (b == nil) && (a == nil || math.Abs(*a-*b) < 1e-12) }
	for _, w := range want {
		i := slices.IndexFunc(m.Counted.Classes, func(k usage.OfClass) bool { return k.Class == w.Class })
		if i < 0 {
			t.Fatalf("%s is not there: %+v", w.Class, m.Counted.Classes)
		}
		if got := m.Counted.Classes[i]; got.Open != w.Open || got.Few != w.Few || !near(got.Interactions, w.Interactions) || !near(got.Minutes, w.Minutes) {
			t.Errorf("%s: %+v, want %+v", w.Class, got, w)
		}
	}
	if c := m.Counted.Complex(); c.Few || c.Open != 6 || !near(c.Interactions, &pages) || !near(c.Minutes, &minutes) {
		t.Errorf("a complex deal: %+v", c)
	}
	said, err := json.Marshal(usage.OfClass{Class: throughline.Complex, Open: 4, Few: true})
	if err != nil || string(said) != `{"class":"complex","open":4,"few":true}` {
		t.Errorf("a program is told %s, %v", said, err)
	}
	for _, c := range []struct {
		what string
		in   []usage.OfClass
		want usage.OfClass
	}{
		{"few of both", []usage.OfClass{{Class: throughline.Complex, Open: 4, Few: true}, {Class: throughline.ComplexNoProcess, Open: 1, Few: true}},
			usage.OfClass{Class: throughline.Complex, Open: 5, Few: true}},
		{"none", nil, usage.OfClass{Class: throughline.Complex}},
	} {
		if got := (usage.Counted{Classes: c.in}).Complex(); got != c.want {
			t.Errorf("%s: %+v", c.what, got)
		}
	}
}
