package recording

import (
	"context"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/classifier"
	"github.com/throughline/throughline/internal/deal"
)

// RecordClass does the work of operation.RecordClass: how this customer buys this: the answers, and the class that follows.
func RecordClass(ctx context.Context, d *Desk, in ClassInput) (Recorded, error) {
	return Write(ctx, d, "classify deal", in.Writing, func(o *Writer) error {
		b, err := o.class(in)
		if err != nil {
			return err
		}
		if b.Because, err = o.Words("the reason", in.Because, false); err != nil {
			return err
		}
		o.Lint(b.Because)
		if asked := alignment.Of(&o.Summary, o.book, alignment.Norms{}, o.now).Reclass; asked != nil {
			for _, e := range asked.Events {
				b.After = append(b.After, deal.After{Event: e.Event, Fact: e.Fact})
			}
		}
		o.Add(Entry{Body: b})
		next := o.Summary
		next.Class = deal.Latest[throughline.Class]{Value: b.Class, At: o.now}
		o.moveAlong(&next) // rules may ask for the class
		return nil
	})
}

// ClassInput is the answers to the classifier's questions.
type ClassInput struct {
	Writing
	Factors map[string]int `name:"factor" placeholder:"NAME=N" json:"factors" help:"A factor and its answer, 0 to 2; repeat."`
	Issues  string         `name:"issues" placeholder:"LABEL" json:"issues,omitempty" help:"What throughline steps said of the steps they stated: buying-process, partial, project-plan, contracting or none (default: not read)."`
	Keep    bool           `name:"keep" json:"keep,omitempty" help:"It was looked at and holds: the answers on record are kept."`
	Because string         `name:"because" placeholder:"WORDS" json:"because,omitempty" help:"Why, in a sentence."`
}

// class gives the class that follows from the answers, or the one that is kept.
func (o *Writer) class(in ClassInput) (deal.Classified, error) {
	if in.Keep {
		if len(in.Factors) > 0 || in.Issues != "" {
			return deal.Classified{}, o.Bad("", throughline.Refuse("kept_or_anew", "either the class is kept, or it is answered anew"))
		}
		all := o.OfKind(deal.KindClassified)
		if len(all) == 0 {
			return deal.Classified{}, o.Bad("", throughline.Refuse("no_class", "no class is on record that could be kept"))
		}
		b := all[len(all)-1].Body.(deal.Classified)
		return deal.Classified{Class: b.Class, Factors: b.Factors, Issues: b.Issues}, nil
	}
	if err := o.answers(in.Factors); err != nil {
		return deal.Classified{}, err
	}
	if in.Issues != "" {
		if _, err := Known(o, in.Issues, classifier.Labels()); err != nil {
			return deal.Classified{}, err
		}
	}
	v := classifier.Classify(classifier.InputOf(in.Factors, classifier.Label(in.Issues)))
	return deal.Classified{Class: v.Class, Factors: in.Factors, Issues: deal.Stated(in.Issues)}, nil
}

// answers checks that each is one to a factor, and that there are any.
func (o *Writer) answers(given map[string]int) error {
	if len(given) == 0 {
		return o.Bad("", throughline.Refuse("no_factor", "no factor is answered"))
	}
	var names []string
	for _, f := range classifier.Factors() {
		names = append(names, string(f.Factor))
	}
	for name, n := range given {
		if _, err := Known(o, name, names); err != nil {
			return err
		}
		if n < 0 || n > 2 {
			return o.Bad(name, throughline.Refuse("factor", "a factor is 0, 1 or 2; leave it out where it is not known"))
		}
	}
	return nil
}
