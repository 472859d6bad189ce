package operation

import (
	"context"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/classifier"
	"github.com/throughline/throughline/internal/deal"
)

// RecordClass is `throughline record class`.
var RecordClass = define(Operation{
	Words: []string{"record", "class"}, Route: "POST /deals/{id}/class",
	Summary: "How this customer buys this: the answers, and the class that follows",
	About: "Takes the complexity and presence factors of throughline classify, each 0, 1 or 2, and records the buying class that follows from " +
		"them with the factors behind it. --issues is what throughline steps says of the steps they stated: with it, a purchase is complex only if " +
		"those say how they will decide. Where something happened since the class was settled, the answer to it is a new class or --keep, which says " +
		"that it was looked at and holds; either rests the question and names what had happened. Price is no input.",
	Examples: []string{
		"throughline record class 1C1I7A6R --factor repetition=2 --factor veto_holders=1 --factor work_change=2 --factor risk_understood=1 --factor buyer_knowledge=1 --factor problem_agreement=1 --factor owner_named=1",
		`throughline record class 1C1I7A6R --keep --because "the scope grew, the people did not"`,
	},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in ClassInput) (Recorded, error) {
	return one(ctx, d, "classify deal", in.Writing, func(o *opened) error {
		b, err := o.class(in)
		if err != nil {
			return err
		}
		if b.Because, err = o.words("the reason", in.Because, false); err != nil {
			return err
		}
		o.lint(b.Because)
		if asked := alignment.Of(&o.Summary, o.book, alignment.Norms{}, o.now).Reclass; asked != nil {
			for _, e := range asked.Events {
				b.After = append(b.After, deal.After{Event: e.Event, Fact: e.Fact})
			}
		}
		o.add(entry{body: b})
		next := o.Summary
		next.Class = deal.Latest[throughline.Class]{Value: b.Class, At: o.now}
		o.moveAlong(&next) // rules may ask for the class
		return nil
	})
})

// ClassInput is the answers to the classifier's questions.
type ClassInput struct {
	Writing
	Factors map[string]int `name:"factor" placeholder:"NAME=N" json:"factors" help:"A factor and its answer, 0 to 2; repeat."`
	Issues  string         `name:"issues" placeholder:"LABEL" json:"issues,omitempty" help:"What throughline steps said of the steps they stated: buying-process, partial, project-plan, contracting or none (default: not read)."`
	Keep    bool           `name:"keep" json:"keep,omitempty" help:"It was looked at and holds: the answers on record are kept."`
	Because string         `name:"because" placeholder:"WORDS" json:"because,omitempty" help:"Why, in a sentence."`
}

// class gives the class that follows from the answers, or the one that is kept.
func (o *opened) class(in ClassInput) (deal.Classified, error) {
	if in.Keep {
		if len(in.Factors) > 0 || in.Issues != "" {
			return deal.Classified{}, o.bad("", throughline.Refuse("kept_or_anew", "either the class is kept, or it is answered anew"))
		}
		all := o.OfKind(deal.KindClassified)
		if len(all) == 0 {
			return deal.Classified{}, o.bad("", throughline.Refuse("no_class", "no class is on record that could be kept"))
		}
		b := all[len(all)-1].Body.(deal.Classified)
		return deal.Classified{Class: b.Class, Factors: b.Factors, Issues: b.Issues}, nil
	}
	if err := o.answers(in.Factors); err != nil {
		return deal.Classified{}, err
	}
	if in.Issues != "" {
		if _, err := known(o, in.Issues, classifier.Labels()); err != nil {
			return deal.Classified{}, err
		}
	}
	v := classifier.Classify(classifier.InputOf(in.Factors, classifier.Label(in.Issues)))
	return deal.Classified{Class: v.Class, Factors: in.Factors, Issues: deal.Stated(in.Issues)}, nil
}

// answers checks that each is one to a factor, and that there are any.
func (o *opened) answers(given map[string]int) error {
	if len(given) == 0 {
		return o.bad("", throughline.Refuse("no_factor", "no factor is answered"))
	}
	var names []string
	for _, f := range classifier.Factors() {
		names = append(names, string(f.Factor))
	}
	for name, n := range given {
		if _, err := known(o, name, names); err != nil {
			return err
		}
		if n < 0 || n > 2 {
			return o.bad(name, throughline.Refuse("factor", "a factor is 0, 1 or 2; leave it out where it is not known"))
		}
	}
	return nil
}

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
