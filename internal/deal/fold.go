package deal

import (
	"slices"
	"time"

	"github.com/throughline/throughline"
)

// Deal is one deal as of an instant: its summary and the facts that count, in
// their one order.
type Deal struct {
	Summary
	AsOf  time.Time
	Known []Fact // counted by AsOf, not taken back; people who are one are named as one
	Same  Same   // who is told as whom, by AsOf
}

// Fold gives the deal as of asOf: only facts known by then count, and of those
// only what no correction known by then has taken back. The order of facts
// does not matter; a fact that arrives twice (one id) counts once. ok is false
// where nothing was known yet.
func Fold(facts []Fact, asOf time.Time) (d Deal, ok bool) {
	back := takenBack(facts, func(f Fact) bool { return f.Known(asOf) })
	d.AsOf = asOf
	seen := make(map[throughline.FactID]bool, len(facts))
	for _, f := range facts {
		if !f.Known(asOf) || back[f.ID] || seen[f.ID] {
			continue
		}
		seen[f.ID] = true
		d.Known = append(d.Known, f)
	}
	Sort(d.Known)
	d.Same = sameIn(d.Known)
	for i, f := range d.Known {
		if len(d.Same) > 0 {
			f = d.Same.told(f)
			d.Known[i] = f
		}
		d.Deal = f.Deal
		d.Apply(f)
		if f.Body.Kind() == KindPersonMerged { // before it was learned the deal reads otherwise
			d.Horizon = later(d.Horizon, later(f.When(), f.Learned))
		}
	}
	return d, d.Facts > 0
}

// Rereads reports whether a fact says how other facts are read, so that a summary
// does not grow by it and is folded anew.
func (f Fact) Rereads() bool {
	switch f.Body.(type) {
	case Correction, PersonMerged:
		return true
	}
	return false
}

// Live leaves out what a correction takes back, whenever it was known. It is
// the one reading of corrections, for whoever does not fold.
func Live(facts []Fact) []Fact {
	back := takenBack(facts, func(Fact) bool { return true })
	if len(back) == 0 {
		return facts
	}
	return slices.DeleteFunc(slices.Clone(facts), func(f Fact) bool { return back[f.ID] })
}

// takenBack gives the facts that a correction takes back, of those that are
// known. The newest correction is heard first, so that one which is itself
// taken back takes nothing back.
func takenBack(facts []Fact, known func(Fact) bool) map[throughline.FactID]bool {
	var corrections []Fact
	for _, f := range facts {
		if _, is := f.Body.(Correction); is && known(f) {
			corrections = append(corrections, f)
		}
	}
	Sort(corrections)
	back := map[throughline.FactID]bool{}
	for _, f := range slices.Backward(corrections) {
		if !back[f.ID] {
			back[f.Body.(Correction).Of] = true
		}
	}
	return back
}

// ActOfTheirs reports whether the fact is something the customer did or said:
// evidence, a stance or a promise at E2 or better, a step of theirs done, an act
// of theirs, a promise kept. Silence is counted from the last of them.
func (d Deal) ActOfTheirs(f Fact) bool {
	if b, is := f.Body.(PromiseResolved); is {
		last, said := d.Settled[b.Promise]
		return said && last.by(f) && d.keptAt(b.Promise)
	}
	return f.actOfTheirs()
}

// actOfTheirs is what a fact shows by itself. A promise kept is not among it:
// whether it still counts hangs on other facts.
func (f Fact) actOfTheirs() bool {
	switch b := f.Body.(type) {
	case Evidence, Contradiction, Stance, PromiseMade, DecisionStated, Commented:
		return f.Grade.FromCustomer()
	case StepStated: // that we did what we owed is our act, whoever says so
		return f.Grade.FromCustomer() && (b.By != Us || b.State != throughline.StepDone)
	case StepMoved:
		return b.By == Customer && b.State == throughline.StepDone && f.Grade.FromCustomer()
	case Activity:
		return b.By == Customer && !b.Open
	}
	return false
}

// About gives the known facts that speak to an address, oldest first.
func (d Deal) About(a throughline.Address) []Fact {
	return d.where(func(f Fact) bool { return a != "" && AboutOf(f.Body) == a })
}

// OfKind gives the known facts of the given kinds, oldest first.
func (d Deal) OfKind(kinds ...Kind) []Fact {
	return d.where(func(f Fact) bool { return slices.Contains(kinds, f.Body.Kind()) })
}

func (d Deal) where(keep func(Fact) bool) []Fact {
	var out []Fact
	for _, f := range d.Known {
		if keep(f) {
			out = append(out, f)
		}
	}
	return out
}
