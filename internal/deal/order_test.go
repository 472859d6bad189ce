package deal_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// TestTheLastFactIsTheValue: what a summary holds is what the last fact in the
// one order says, with ties of instants everywhere, whatever order they came in.
func TestTheLastFactIsTheValue(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 4))
		facts := anyFacts(r, 2+r.IntN(150))
		for i := range facts {
			facts[i].Learned = throughline.Redated(day0.AddDate(0, 0, r.IntN(2)), throughline.DateMark(facts[i].Learned))
			if r.IntN(2) == 0 {
				facts[i].Happened = facts[i].Learned
			}
			facts[i].Turn = int32(i)
		}
		d, _ := deal.Fold(facts, day0.AddDate(1, 0, 0))
		r.Shuffle(len(facts), func(i, j int) { facts[i], facts[j] = facts[j], facts[i] })
		grown := deal.Summary{Deal: d.Deal}
		for _, f := range facts {
			grown.Apply(f)
		}
		var stage deal.StageMoved
		var amount throughline.Money
		var end throughline.Outcome
		var class throughline.Class
		var owner throughline.PersonID
		var closing throughline.Day
		promises := []throughline.FactID{}
		for i, f := range d.Known {
			if i > 0 && deal.Compare(d.Known[i-1], f) >= 0 {
				t.Fatalf("seed %d: facts %d and %d have no order", seed, i-1, i)
			}
			switch b := f.Body.(type) {
			case deal.StageMoved:
				stage = b
			case deal.AmountChanged:
				amount = b.Amount
			case deal.Ended:
				end = b.Outcome
			case deal.Resumed:
				end = throughline.StillOpen
			case deal.Classified:
				class = b.Class
			case deal.OwnerChanged:
				owner = b.Owner
			case deal.CloseDateMoved:
				closing = b.To
			case deal.PromiseMade:
				promises = append(promises, f.ID)
			}
		}
		var acts []int // the last days on which they acted
		for _, f := range d.Known {
			if d.ActOfTheirs(f) {
				acts = append(acts, throughline.DayOf(f.When(), time.UTC).Number())
			}
		}
		slices.Sort(acts)
		if got := grown.Acts.AppendDays(nil, time.UTC); !slices.Equal(got, slices.Compact(acts)) {
			t.Fatalf("seed %d: they acted on %v, the facts say %v", seed, got, acts)
		}
		var made []throughline.FactID
		for _, p := range grown.Promises {
			made = append(made, p.Fact)
		}
		if grown.Stage.Value != stage || grown.Amount.Value != amount || grown.Outcome() != end || grown.Class.Value != class || grown.Owner.Value != owner || grown.CloseDate() != closing ||
			len(grown.Classes) > 0 && grown.Classes[len(grown.Classes)-1].Class != class || !slices.Equal(made, promises) {
			t.Fatalf("seed %d: the summary says %v %v %q %q %v %v %v, the facts %v %v %q %q %v %v %v", seed, grown.Stage.Value, grown.Amount.Value, grown.Outcome(), grown.Class.Value, grown.Owner.Value, grown.CloseDate(), made,
				stage, amount, end, class, owner, closing, promises)
		}
	}
}

// TestOrderWithinAnInstant: first what was learned first, then what the source
// told first; an id decides nothing that either says.
func TestOrderWithinAnInstant(t *testing.T) {
	at := day0.AddDate(0, 0, 3)
	fact := func(key string, learned int, turn int32) deal.Fact {
		return deal.Fact{ID: throughline.FactID(throughline.KeyedID(at, key)), Happened: at, Learned: at.Add(time.Duration(learned) * time.Hour), Turn: turn, Body: deal.StageMoved{Foreign: key}}
	}
	for _, keys := range [][4]string{{"a", "b", "c", "d"}, {"d", "c", "b", "a"}, {"q", "a", "z", "k"}} {
		want := []deal.Fact{fact(keys[0], 0, 7), fact(keys[1], 0, 8), fact(keys[2], 1, 0), fact(keys[3], 1, 1)}
		got := []deal.Fact{want[3], want[1], want[0], want[2]}
		deal.Sort(got)
		var s deal.Summary
		for _, f := range []deal.Fact{want[2], want[3], want[0], want[1]} {
			s.Apply(f)
		}
		for i := range want {
			if got[i].ID != want[i].ID {
				t.Fatalf("%v: place %d has %q", keys, i, got[i].Body.(deal.StageMoved).Foreign)
			}
		}
		if s.Stage.Value.Foreign != keys[3] {
			t.Errorf("%v: the stage is %q", keys, s.Stage.Value.Foreign)
		}
	}
}

// TestDaysOfActs: the days on which a customer acted are those of the reader's
// zone, and those that were named stay.
func TestDaysOfActs(t *testing.T) {
	load := func(name string) *time.Location {
		z, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		return z
	}
	zones := []*time.Location{time.UTC, load("Asia/Tokyo"), load("America/Phoenix"), load("Pacific/Kiritimati"), load("Pacific/Chatham"), load("Asia/Kathmandu"), load("Europe/Berlin")}
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 9))
		type act struct{ at time.Time }
		var all []act
		for range 1 + r.IntN(50) {
			at := day0.Add(time.Duration(r.IntN(20*24*60)) * time.Minute)
			if r.IntN(3) == 0 {
				at = throughline.Dated(at, zones[r.IntN(len(zones))])
			}
			all = append(all, act{at})
		}
		var s, again deal.Summary
		for i, a := range all {
			f := deal.Fact{ID: throughline.FactID{byte(i), 1}, Happened: a.at, Learned: a.at, Grade: throughline.E3, Body: deal.Evidence{About: "journey/p3"}}
			s.Apply(f)
		}
		for i := range all {
			a := all[len(all)-1-i]
			again.Apply(deal.Fact{ID: throughline.FactID{byte(i), 2}, Happened: a.at, Learned: a.at, Grade: throughline.E3, Body: deal.Evidence{About: "journey/p3"}})
		}
		if !slices.Equal(s.Acts, again.Acts) {
			t.Fatalf("seed %d: another order gives %v, not %v", seed, again.Acts, s.Acts)
		}
		for _, z := range zones {
			days := map[int]bool{}
			last := throughline.Day{}
			for _, a := range all {
				d := throughline.DayOf(a.at, z)
				days[d.Number()] = true
				if last.IsZero() || d.Compare(last) > 0 {
					last = d
				}
			}
			var want []int
			for n := range days {
				want = append(want, n)
			}
			slices.Sort(want)
			if got := s.Acts.AppendDays(nil, z); !slices.Equal(got, want) || s.Acts.Last(z) != last {
				t.Fatalf("seed %d in %s: days %v, want %v; last %s, want %s", seed, z, got, want, s.Acts.Last(z), last)
			}
		}
	}
}
