package alignment

import (
	"cmp"
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/classifier"
	"github.com/throughline/throughline/internal/deal"
)

// Reclass is the question whether a purchase is still bought in the way that
// was settled: any event of DOMAIN 3.7 since asks it, once for all of them.
// Looking rests it, whether the class is changed or kept.
type Reclass struct {
	Class   throughline.Class   `json:"class"`
	Since   throughline.Day     `json:"since"`   // when the class was settled
	Events  []Occasion          `json:"events"`  // newest first
	Factors []classifier.Factor `json:"factors"` // the answers they may change, heaviest first
}

// Occasion is one thing that happened since: which fact tells of it, whom it is
// about, when it happened and when it was learned.
type Occasion struct {
	Event   deal.Event           `json:"event"`
	Fact    throughline.FactID   `json:"fact,omitzero"` // zero: it follows from time alone
	Person  throughline.PersonID `json:"person,omitzero"`
	Step    throughline.Address  `json:"step,omitempty"`
	On      throughline.Day      `json:"happened_on"`
	Learned throughline.Day      `json:"learned_on"`
	at      time.Time
}

// reclass gathers what has happened since the class was settled. Nothing but
// facts of those kinds goes in; an amount is none.
func (w weigher) reclass(r Reading) *Reclass {
	if r.Outcome != throughline.StillOpen || !w.d.Class.Set() {
		return nil
	}
	out := Reclass{Class: r.Class, Since: w.day(w.d.Class.At)}
	for _, o := range w.d.Asking() {
		out.Events = append(out.Events, Occasion{o.Event, o.Fact, o.Person, "", w.day(o.At), w.day(o.Learned), o.Learned})
	}
	if o, ok := w.waiting(r); ok && w.d.AfterClass(o.at, o.at) {
		out.Events = append(out.Events, o)
	}
	if len(out.Events) == 0 {
		return nil
	}
	slices.SortStableFunc(out.Events, func(a, b Occasion) int { return b.at.Compare(a.at) })
	var names []string
	for _, o := range out.Events {
		names = append(names, string(o.Event))
	}
	out.Factors = classifier.Touched(names...)
	return &out
}

// waiting is the event that time makes: two weeks without an act of theirs
// while a step of theirs is due. It happened when both had come about.
func (w weigher) waiting(r Reading) (first Occasion, ok bool) {
	for _, s := range r.Tracks {
		if !r.Silence.Known || r.Silence.Days < quietWithStep || s.State != throughline.StepBegun || s.By != deal.Customer || s.Due.IsZero() ||
			s.Due.Sub(r.AsOf) > 0 {
			continue
		}
		on := r.Silence.Since.Add(quietWithStep)
		if s.Due.Sub(on) > 0 {
			on = s.Due
		}
		if o := (Occasion{deal.StepWaits, throughline.FactID{}, throughline.PersonID{}, s.Address, on, on, on.Start(w.asOf.Location())}); !ok ||
			cmp.Compare(o.On.Sub(first.On), 0) < 0 {
			first, ok = o, true
		}
	}
	return first, ok
}

// classReason is the one line in which a list asks. It takes the place of the
// newest event's own line while that is news; later it waits further down.
func (w weigher) classReason(r Reading) *Reason {
	if r.Reclass == nil {
		return nil
	}
	pick, weight := r.Reclass.Events[0], 12
	for _, e := range w.d.Events {
		for _, o := range r.Reclass.Events {
			if w.age(e.At) <= recent && o.Event == e.Event && o.On == w.day(e.At) {
				pick, weight = o, 40
			}
		}
	}
	return &Reason{Code: ClassAsked, Weight: weight, Event: pick.Event, Since: pick.On, Count: len(r.Reclass.Events), About: pick.Step}
}
