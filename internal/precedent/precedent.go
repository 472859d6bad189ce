// Package precedent finds won deals like one deal, and says which steps of our
// own process those took and how long each took.
//
// Takes: what kind of deal each is, and the facts of those that were chosen.
// Gives: at most three of them, the most alike first; the line each took; their steps, by address, with medians.
// Never: gives a word, a name or an amount of another customer's, or a deal of another class.
package precedent

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// Most is how many won deals are taken for like one.
const Most = 3

// Kind is what kind of deal one is.
type Kind struct {
	Deal       throughline.DealID
	Class      throughline.Class
	Process    throughline.Address // which of our processes it follows; "" where none
	Attributes map[string]string   // what tells segments apart, as the company records it
	Amount     throughline.Money
	Ended      time.Time
}

// Like gives the won deals that are most like one: of its class, and among those
// by process, by segment, by size, the newer first where all that is the same.
// Where nobody gave a class there are none.
func Like(of Kind, won []Kind) []Kind {
	alike := slices.DeleteFunc(slices.Clone(won), func(k Kind) bool {
		return k.Deal == of.Deal || k.Class != of.Class || k.Class == "" || k.Class == throughline.Unclassified
	})
	slices.SortStableFunc(alike, func(a, b Kind) int {
		return cmp.Or(
			cmp.Compare(other(of.Process, a.Process), other(of.Process, b.Process)),
			cmp.Compare(apart(of.Attributes, a.Attributes), apart(of.Attributes, b.Attributes)),
			cmp.Compare(farther(of.Amount, a.Amount), farther(of.Amount, b.Amount)),
			b.Ended.Compare(a.Ended),
			slices.Compare(a.Deal[:], b.Deal[:]),
		)
	})
	return alike[:min(Most, len(alike))]
}

func other(a, b throughline.Address) int {
	if a == b {
		return 0
	}
	return 1
}

// apart is in which share of the attributes that either has two deals differ, 0 to 1.
func apart(a, b map[string]string) float64 {
	all, differ := map[string]bool{}, 0
	for _, m := range []map[string]string{a, b} {
		for name := range m {
			if all[name] {
				continue
			}
			if all[name] = true; a[name] != b[name] {
				differ++
			}
		}
	}
	if len(all) == 0 {
		return 0
	}
	return float64(differ) / float64(len(all))
}

// farther is how far two sizes are apart, in doublings; far where one is not
// known or in another currency.
func farther(a, b throughline.Money) float64 {
	if a.Cents <= 0 || b.Cents <= 0 || a.Currency != b.Currency {
		return math.Inf(1)
	}
	return math.Abs(math.Log2(float64(a.Cents) / float64(b.Cents)))
}

// Step is a step that won deals took.
type Step struct {
	Step  throughline.Address // of a track, or one of our milestones
	Days  int                 // at the median, from when it was begun, else from the step before it; -1: not known
	Deals int                 // how many took it
}

// Steps gives the steps that at least half of some deals took, in the order in
// which they usually came.
func Steps(deals []deal.Deal) []Step {
	type took struct{ days, places []int }
	all := map[throughline.Address]*took{}
	for _, d := range deals {
		for place, s := range taken(d) {
			if all[s.step] == nil {
				all[s.step] = &took{}
			}
			t := all[s.step]
			if t.places = append(t.places, place); s.days >= 0 {
				t.days = append(t.days, s.days)
			}
		}
	}
	var out []Step
	places := map[throughline.Address]int{}
	for step, t := range all {
		if 2*len(t.places) < len(deals) {
			continue
		}
		places[step] = median(t.places)
		out = append(out, Step{step, median(t.days), len(t.places)})
	}
	slices.SortFunc(out, func(a, b Step) int {
		return cmp.Or(cmp.Compare(places[a.Step], places[b.Step]), cmp.Compare(a.Step, b.Step))
	})
	return out
}

// Stop is a step that one deal took, and when.
type Stop struct {
	Step throughline.Address `json:"step"`
	Day  int                 `json:"day"` // from the day on which the deal was opened; -1 where nobody wrote that down
}

// Line gives the steps of a deal in the order in which it took them: its own line
// on our road.
func Line(d deal.Deal) []Stop {
	out, zone := []Stop{}, d.AsOf.Location()
	for _, s := range taken(d) {
		stop := Stop{s.step, -1}
		if !d.Opened.IsZero() {
			stop.Day = max(0, throughline.DayOf(s.at, zone).Sub(throughline.DayOf(d.Opened, zone)))
		}
		out = append(out, stop)
	}
	return out
}

// done is a step that one deal took.
type done struct {
	step  throughline.Address
	begun time.Time // zero: nobody said
	at    time.Time
	days  int
}

// taken gives the steps of a deal in the order in which they were done.
func taken(d deal.Deal) []done {
	begun, at := map[throughline.Address]time.Time{}, map[throughline.Address]time.Time{}
	for _, f := range d.OfKind(deal.KindStepMoved) {
		switch b := f.Body.(deal.StepMoved); b.State {
		case throughline.StepBegun:
			if begun[b.Step].IsZero() {
				begun[b.Step] = f.When()
			}
		case throughline.StepDone:
			if at[b.Step].IsZero() {
				at[b.Step] = f.When()
			}
		default:
			delete(at, b.Step)
		}
	}
	for step := range at {
		if _, track := step.Step(); !track { // a step in somebody's words
			delete(at, step)
		}
	}
	for m, met := range d.Milestones {
		if met.Value {
			at[m] = met.At
		}
	}
	var out []done
	for step, when := range at {
		out = append(out, done{step: step, begun: begun[step], at: when, days: -1})
	}
	slices.SortFunc(out, func(a, b done) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.step, b.step)) })
	zone := d.AsOf.Location()
	for i := range out {
		from := out[i].begun
		if from.IsZero() {
			if from = d.Opened; i > 0 {
				from = out[i-1].at
			}
		}
		if !from.IsZero() && !from.After(out[i].at) {
			out[i].days = throughline.DayOf(out[i].at, zone).Sub(throughline.DayOf(from, zone))
		}
	}
	return out
}

// median is the middle of numbers, the lower of two; -1 of none.
func median(n []int) int {
	if len(n) == 0 {
		return -1
	}
	slices.Sort(n)
	return n[(len(n)-1)/2]
}
