package simulate_test

import (
	"math"
	"reflect"
	"testing"

	"github.com/throughline/throughline/internal/forecast"
	"github.com/throughline/throughline/internal/simulate"
)

func run(t *testing.T, h *simulate.History, set simulate.Settings, changes ...simulate.Change) *simulate.Answer {
	t.Helper()
	a, err := simulate.Run(h, changes, set)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestNothingChanges: a change that changes nothing shows exactly nothing, and
// one that touches no deal as well.
func TestNothingChanges(t *testing.T) {
	h, _ := usual(150).history(3, 3)
	for name, c := range map[string][]simulate.Change{
		"none":       nil,
		"of nobody":  {{State: 4, Days: true, From: 5, To: 10}},
		"of nothing": {{State: 4, Share: 1}},
		"of no days": {{State: 4, Days: true, Share: 1}, {State: -1, End: forecast.Lost, Share: 1}},
	} {
		a := run(t, h, simulate.Settings{Seed: 5}, c...)
		if len(a.Effects) != simulate.Measures {
			t.Fatalf("%s: %d effects, doubts %v", name, len(a.Effects), a.Doubts)
		}
		for _, e := range a.Effects {
			if e.Difference != (simulate.Range{}) || e.Luck != 0 || e.Hangs != nil {
				t.Errorf("%s: %s differs by %v", name, e.Measure, e.Difference)
			}
			if !(e.Today.Mean > 0) || e.Today != e.Changed {
				t.Errorf("%s: %s is %v today and %v changed", name, e.Measure, e.Today, e.Changed)
			}
		}
	}
}

// TestWhatIsAsked: directions, shares and seeds.
func TestWhatIsAsked(t *testing.T) {
	h, _ := usual(150).history(4, 3)
	sooner := simulate.Change{State: 4, Days: true, From: 10, To: 10, Share: 1}
	a := run(t, h, simulate.Settings{Seed: 1}, sooner)
	won, days := a.Effects[simulate.Won], a.Effects[simulate.Days]
	if won.Difference.Low <= 0 || days.Difference.High >= 0 || a.Effects[simulate.NoDecision].Difference.Mean >= 0 {
		t.Errorf("ten days less: won %v, days %v", won.Difference, days.Difference)
	}
	if won.Hangs[simulate.HangsChange] != 0 {
		t.Errorf("a change of a known size hangs on its size by %v", won.Hangs)
	}
	sum := 0.0
	for _, x := range won.Hangs {
		sum += x
	}
	if math.Abs(sum-1) > 1e-9 {
		t.Errorf("the shares sum to %g", sum)
	}
	half := sooner
	half.Share = 0.5
	b := run(t, h, simulate.Settings{Seed: 1}, half)
	if r := b.Effects[simulate.Won].Difference.Mean / won.Difference.Mean; r < 0.35 || r > 0.65 {
		t.Errorf("half of the deals give %.2f of the difference", r)
	}
	later := simulate.Change{State: 4, Days: true, From: -10, To: -10, Share: 1}
	if c := run(t, h, simulate.Settings{Seed: 1}, later); c.Effects[simulate.Won].Difference.High >= 0 {
		t.Errorf("ten days more: won %v", c.Effects[simulate.Won].Difference)
	}
	wide := simulate.Change{State: -1, End: forecast.NoDecision, From: 0, To: 0.5, Share: 1}
	if d := run(t, h, simulate.Settings{Seed: 1}, wide).Effects[simulate.Won]; d.Hangs[simulate.HangsChange] < 0.5 {
		t.Errorf("a wide range is not what the answer hangs on: %v", d.Hangs)
	}
	again := run(t, h, simulate.Settings{Seed: 1}, sooner)
	if again.Effects[simulate.Won].Difference != won.Difference {
		t.Error("the same seed gives another answer")
	}
}

// TestFewAtOnce: where deals wait for somebody's time, shorter ones let others in.
func TestFewAtOnce(t *testing.T) {
	h, _ := usual(150).history(4, 3)
	sooner := simulate.Change{State: -1, From: 0.3, To: 0.3, Share: 1}
	free := run(t, h, simulate.Settings{Seed: 1}, sooner)
	most := simulate.MostAtOnce(h)
	few := run(t, h, simulate.Settings{Seed: 1, AtOnce: most / 3}, sooner)
	if few.Effects[simulate.Won].Today.Mean >= 0.9*free.Effects[simulate.Won].Today.Mean {
		t.Errorf("a third at once wins %v, all %v", few.Effects[simulate.Won].Today, free.Effects[simulate.Won].Today)
	}
	rel := func(a *simulate.Answer) float64 {
		e := a.Effects[simulate.Lost]
		return (e.Today.Mean + e.Difference.Mean) / e.Today.Mean
	}
	if rel(few) <= rel(free) {
		t.Errorf("shorter deals let others in: %.2f against %.2f", rel(few), rel(free))
	}
}

// TestWhatCannotBeAnswered: the reason is a value.
func TestWhatCannotBeAnswered(t *testing.T) {
	sooner := simulate.Change{State: 4, Days: true, From: 0, To: 10, Share: 1}
	forty, _ := usual(150).history(2, 3)
	forty.Paths = forty.Paths[:40]
	short, _ := usual(1000).history(2, 0.4)
	noneWon, _ := usual(150).history(2, 3)
	for i := range noneWon.Paths {
		if p := &noneWon.Paths[i]; p.End == forecast.Won {
			p.End = forecast.Other
		}
	}
	otherwise := usual(300)
	otherwise.slower = 2.5
	turned, _ := otherwise.history(2, 4)
	for name, c := range map[string]struct {
		h    *simulate.History
		c    simulate.Change
		want simulate.Code
	}{
		"forty deals":      {forty, sooner, simulate.TooFew},
		"some months":      {short, sooner, simulate.TooShort},
		"none won":         {noneWon, sooner, simulate.TooFewWon},
		"the year was new": {turned, sooner, simulate.NotReproduced},
	} {
		a := run(t, c.h, simulate.Settings{Seed: 1}, c.c)
		if len(a.Effects) > 0 || len(a.Doubts) == 0 || a.Doubts[0].Code != c.want {
			t.Errorf("%s: %v", name, a.Doubts)
		}
	}
	// Learned from the last year alone, the company that turned is reproduced.
	turned.Since = until - 365
	if a := run(t, turned, simulate.Settings{Seed: 1}, sooner); len(a.Effects) == 0 {
		t.Errorf("since then: %v, %+v", a.Doubts, a.Today)
	}
	h, _ := usual(150).history(4, 3)
	for i := range h.Paths {
		if p := &h.Paths[i]; p.End == forecast.Lost && i > 15 {
			p.End = forecast.NoDecision
		}
	}
	a := run(t, h, simulate.Settings{Seed: 1}, simulate.Change{State: -1, End: forecast.Lost, From: 0.1, To: 0.2, Share: 1})
	if len(a.Doubts) == 0 || a.Doubts[0].Code != simulate.RareEnd {
		t.Errorf("a rare end: %v", a.Doubts)
	}
}

// TestWhatIsRefused: what cannot be read is an error.
func TestWhatIsRefused(t *testing.T) {
	h, _ := usual(150).history(4, 1)
	for name, c := range map[string]simulate.Change{
		"a share of two":     {State: 0, From: 0.1, To: 0.2, Share: 2},
		"no such state":      {State: 9, From: 0.1, To: 0.2, Share: 1},
		"backwards":          {State: 0, From: 0.3, To: 0.2, Share: 1},
		"days of everything": {State: -1, Days: true, From: 1, To: 2, Share: 1},
		"all of it":          {State: 0, From: 0.1, To: 1, Share: 1},
		"not a number":       {State: 0, From: math.NaN(), To: 1, Share: 1},
	} {
		if _, err := simulate.Run(h, []simulate.Change{c}, simulate.Settings{}); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	h.Paths[3].Visits[0].State = 77
	if _, err := simulate.Run(h, nil, simulate.Settings{}); err == nil {
		t.Error("a state that is none is taken")
	}
}

// TestHowFarItIs: whoever wants to know is told of each draw in turn, and the
// answer is the same.
func TestHowFarItIs(t *testing.T) {
	h, _ := usual(150).history(4, 3)
	change := simulate.Change{State: 4, Days: true, From: 0, To: 10, Share: 1}
	quiet := run(t, h, simulate.Settings{Seed: 1, Draws: 30}, change)
	done, of := 0, 0
	loud := run(t, h, simulate.Settings{Seed: 1, Draws: 30, Told: func(d, n int) {
		if d != done+1 || d > n {
			t.Fatalf("%d of %d after %d", d, n, done)
		}
		done, of = d, n
	}}, change)
	if done == 0 || done != of {
		t.Errorf("told up to %d of %d", done, of)
	}
	if !reflect.DeepEqual(quiet.Effects, loud.Effects) {
		t.Error("being told changes the answer")
	}
}
