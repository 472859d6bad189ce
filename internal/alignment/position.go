package alignment

import (
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/playbook"
)

// onRoad reports whether a phase is part of this deal's road: shown for its
// class and not taken off it by somebody with a reason.
func (w weigher) onRoad(p throughline.Phase) bool {
	_, skipped := w.d.Skipped[p]
	return !skipped && slices.Contains(w.rule.Shown, p)
}

// index is the place of a phase on the deal's road; "all answered" stands
// after the last.
func (w weigher) index(p throughline.Phase) int {
	n := 0
	for _, s := range throughline.Phases() {
		if w.onRoad(s) && (s < p || p == throughline.NoPhase) {
			n++
		}
	}
	return n
}

// place gives the phase of the deal's road at which a phase stands: itself,
// else the next one, or the last. Nobody stands on a question that is not asked.
func (w weigher) place(p throughline.Phase) throughline.Phase {
	var last throughline.Phase
	for _, s := range throughline.Phases() {
		if !w.onRoad(s) {
			continue
		}
		if s >= p && (s == p || s != throughline.Prove || w.live()) {
			return s
		}
		if s != throughline.Prove || last == throughline.NoPhase {
			last = s
		}
	}
	if last == throughline.NoPhase {
		return p // a road without a question: nothing is known better
	}
	return last
}

// held keeps the customer before Prove until there is an order that can be
// proven right: whoever has answered all before it stands at the last of those.
func (w weigher) held(at throughline.Phase) throughline.Phase {
	if at.Known() && at != throughline.Prove || w.live() {
		return at
	}
	before := throughline.NoPhase
	for _, p := range throughline.Phases() {
		if p < throughline.Prove && w.onRoad(p) {
			before = p
		}
	}
	if before == throughline.NoPhase {
		return at
	}
	return before
}

// orderLive is the step by which an order can be used.
var orderLive = throughline.Step{Track: throughline.Contracting, Number: 8}.Address()

// orderedAt is when an order went live, or the deal was won; zero where neither is so.
func (w weigher) orderedAt() time.Time {
	var at time.Time
	if w.done(orderLive) {
		at = w.d.Steps[orderLive].At
	}
	if w.d.Outcome() == throughline.Won && (at.IsZero() || w.d.End.At.Before(at)) {
		at = w.d.End.At
	}
	return at
}

// live reports whether what was bought, if anything is, is ordered. A change
// that needs no purchase waits for no order.
func (w weigher) live() bool {
	return !w.ordered.IsZero() || w.d.Steps[orderLive].Value.State == throughline.StepNotNeeded ||
		!w.onRoad(throughline.Choose) && !w.onRoad(throughline.Commit)
}

// settlement is from when the answers to a question grow no older.
type settlement struct {
	at    time.Time // zero: they do
	order bool      // by an order: what it rests on does not grow old at all
}

// settled says what settles a question: an order, all before it; any other
// end, all there was.
func (w weigher) settled(p throughline.Phase) settlement {
	if at := w.ordered; !at.IsZero() && p <= throughline.Commit {
		return settlement{at, true}
	}
	if o := w.d.Outcome(); o != throughline.StillOpen && o != throughline.Won {
		return settlement{at: w.d.End.At}
	}
	return settlement{}
}

// ours is where we act as if they were: the stage, or the furthest milestone
// met, whichever is further. One that is ticked late puts nobody behind.
func (w weigher) ours() Ours {
	var o Ours
	if s := w.d.Stage; s.Set() {
		o = Ours{By: s.Value.Stage, Foreign: s.Value.Foreign, Since: s.At}
		if o.By == "" {
			o.By = w.book.Mapping.Stages[playbook.Fold(s.Value.Foreign)].Stage
		}
		o.Serves = w.book.ServedBy(o.By)
		if o.Serves.Known() {
			o.Foreign = ""
		}
	}
	for a, met := range w.d.Milestones {
		p := w.book.ServedBy(a)
		if !met.Value || !p.Known() || p < o.Serves || p == o.Serves && !o.By.Milestone() {
			continue
		}
		earlier := met.At.Before(o.Since) || met.At.Equal(o.Since) && a < o.By
		if p > o.Serves || earlier {
			o = Ours{Serves: p, By: a, Since: met.At}
		}
	}
	if o.Serves.Known() {
		o.Phase = w.place(o.Serves)
	}
	return o
}
