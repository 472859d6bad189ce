package precedent_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/precedent"
)

var day0 = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)

func id(n byte) throughline.DealID { return throughline.DealID{15: n} }

func kind(n byte, class throughline.Class, process, region string, cents int64) precedent.Kind {
	return precedent.Kind{Deal: id(n), Class: class, Process: throughline.Address(process), Attributes: map[string]string{"region": region},
		Amount: throughline.Money{Cents: cents, Currency: "EUR"}, Ended: day0}
}

// TestLikeGoesByClassProcessSegmentAndSize: each counts before the next, another
// class never does, and the deal itself is none.
func TestLikeGoesByClassProcessSegmentAndSize(t *testing.T) {
	of := kind(1, throughline.Complex, "process/a", "north", 100)
	other := kind(9, throughline.Complex, "process/a", "north", 100)
	other.Amount.Currency = "USD"
	won := []precedent.Kind{of, kind(2, throughline.Transactional, "process/a", "north", 100), kind(3, throughline.Complex, "process/b", "north", 100),
		kind(4, throughline.Complex, "process/a", "south", 100), kind(5, throughline.Complex, "process/a", "north", 1000), kind(6, throughline.Complex, "process/a", "north", 60), other}
	var got []throughline.DealID
	for _, k := range precedent.Like(of, won) {
		got = append(got, k.Deal)
	}
	if want := []throughline.DealID{id(6), id(5), id(9)}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := precedent.Like(of, won[:5]); len(got) != 3 || got[0].Deal != id(5) || got[1].Deal != id(4) || got[2].Deal != id(3) {
		t.Errorf("process goes before segment, segment before size: %v", got)
	}
	if got := precedent.Like(precedent.Kind{Deal: id(1)}, []precedent.Kind{{Deal: id(2)}}); len(got) != 0 {
		t.Errorf("without a class there are %v", got)
	}
}

// lived makes a won deal of steps, each with the days after its opening on which
// it was begun, -1: not said, and done.
func lived(n byte, steps map[throughline.Address][2]int, name string) deal.Deal {
	var facts []deal.Fact
	add := func(days int, b deal.Body) {
		at := day0.AddDate(0, 0, days)
		facts = append(facts, deal.Fact{ID: throughline.FactID(throughline.KeyedID(at, name, string(rune(len(facts))))), Deal: id(n), Happened: at, Learned: at, Recorded: at,
			Turn: int32(len(facts)), Source: deal.Source{System: "person"}, Body: b})
	}
	add(0, deal.Opened{Title: name})
	for step, d := range steps {
		if d[0] >= 0 {
			add(d[0], deal.StepMoved{Step: step, State: throughline.StepBegun, Text: name})
		}
		if _, track := step.Step(); track {
			add(d[1], deal.StepMoved{Step: step, State: throughline.StepDone, Text: name})
		} else {
			add(d[1], deal.MilestoneMet{Milestone: step})
		}
	}
	add(100, deal.StepStated{Text: name, State: throughline.StepDone})
	add(101, deal.StepMoved{Step: throughline.Address("plan/" + name), State: throughline.StepDone, Text: name})
	out, _ := deal.Fold(facts, day0.AddDate(1, 0, 0))
	return out
}

// TestStepsAreOursWithMedians: of what three won deals took, those that half of
// them took, with the median of their days; no word of theirs.
func TestStepsAreOursWithMedians(t *testing.T) {
	deals := []deal.Deal{
		lived(1, map[throughline.Address][2]int{"milestone/a/one": {-1, 10}, "contracting/k3": {20, 50}, "contracting/k7": {-1, 60}}, "Montrevel secret"),
		lived(2, map[throughline.Address][2]int{"milestone/a/one": {-1, 14}, "contracting/k3": {20, 40}, "contracting/k2": {30, 31}}, "Larkholm secret"),
		lived(3, map[throughline.Address][2]int{"milestone/a/one": {-1, 30}, "contracting/k3": {40, 80}, "contracting/k7": {-1, 95}}, "Ashby secret"),
	}
	got := precedent.Steps(deals)
	want := []precedent.Step{{"milestone/a/one", 14, 3}, {"contracting/k3", 30, 3}, {"contracting/k7", 10, 2}}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "secret") {
		t.Errorf("a word of another customer's is among %s", text)
	}
	if got := precedent.Steps(nil); len(got) != 0 {
		t.Errorf("of no deals there are %v", got)
	}
}

// TestLine: the steps of one deal in the order in which it took them, by the day
// since it was opened, and no word of theirs.
func TestLine(t *testing.T) {
	got := precedent.Line(lived(1, map[throughline.Address][2]int{"milestone/a/one": {-1, 10}, "contracting/k7": {-1, 60}, "contracting/k3": {20, 50}}, "secret"))
	want := []precedent.Stop{{"milestone/a/one", 10}, {"contracting/k3", 50}, {"contracting/k7", 60}}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
