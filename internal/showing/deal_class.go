package showing

import (
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/classifier"
	"github.com/throughline/throughline/internal/deal"
)

// ClassHeld is a class of a deal: since when, why, and after what.
type ClassHeld struct {
	Class   throughline.Class   `json:"class"`
	Since   throughline.Day     `json:"since"`
	Learned throughline.Day     `json:"learned_on"`
	Kept    bool                `json:"kept,omitempty"` // it was looked at again and held
	Reasons []classifier.Reason `json:"reasons"`        // the three heaviest; none where it came from elsewhere
	Close   []throughline.Class `json:"close,omitempty"`
	Issues  classifier.Label    `json:"issues,omitempty"`
	After   []HeldAfter         `json:"after,omitempty"` // what had happened since the class before it
	Because string              `json:"because,omitempty"`
	Fact    throughline.FactID  `json:"fact"`
}

// HeldAfter is what had happened before a class was looked at again. The days
// are those of the fact, and empty where it was taken back since.
type HeldAfter struct {
	deal.After
	On      throughline.Day `json:"happened_on,omitzero"`
	Learned throughline.Day `json:"learned_on,omitzero"`
}

// classesOf gives the classes of a deal, newest first.
func classesOf(f deal.Deal, zone *time.Location) []ClassHeld {
	facts := map[throughline.FactID]deal.Fact{}
	for _, x := range f.Known {
		facts[x.ID] = x
	}
	out := []ClassHeld{}
	var was throughline.Class
	for _, x := range f.OfKind(deal.KindClassified) {
		b := x.Body.(deal.Classified)
		h := ClassHeld{
			Class:   b.Class,
			Since:   x.Day(zone),
			Learned: throughline.DayOf(x.Learned, zone),
			Kept:    b.Class == was,
			Reasons: []classifier.Reason{},
			Issues:  classifier.Label(b.Issues),
			Because: b.Because,
			Fact:    x.ID,
		}
		was = b.Class
		if v := classifier.Classify(classifier.InputOf(b.Factors, h.Issues)); len(b.Factors) > 0 && v.Class == b.Class {
			h.Reasons, h.Close = v.Reasons, v.Close
		}
		for _, a := range b.After {
			y := HeldAfter{After: a}
			if fact, ok := facts[a.Fact]; ok {
				y.On, y.Learned = fact.Day(zone), throughline.DayOf(fact.Learned, zone)
			}
			h.After = append(h.After, y)
		}
		out = append([]ClassHeld{h}, out...)
	}
	return out
}
