package recording

import (
	"context"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
)

// RecordPromise does the work of operation.RecordPromise: what somebody of the customer's said they will do.
func RecordPromise(ctx context.Context, d *Desk, in PromiseInput) (Recorded, error) {
	return Write(ctx, d, "record promise", in.Writing, func(o *Writer) error {
		b := deal.PromiseMade{Due: in.By}
		var err error
		if b.Person, err = o.Person(in.Person); err != nil {
			return err
		}
		if b.Who, err = o.Words("who promised it", in.Who, false); err != nil {
			return err
		}
		if b.What, err = o.Words("what they will do", in.What, true); err != nil {
			return err
		}
		if b.Words, err = o.Words("their words", in.Words, false); err != nil {
			return err
		}
		said := in.On
		if said.IsZero() {
			said = o.today()
		}
		switch {
		case b.Person.IsZero() && b.Who == "":
			return o.Bad(
				b.What,
				throughline.Refuse(
					"whose_promise",
					"a promise is somebody's: a person of theirs (--person), or a role or body (--who \"their legal team\")",
				),
			)
		case !b.Person.IsZero() && b.Who != "":
			return o.Bad(b.Who, throughline.Refuse("one_promiser", "a promise is a named person's or that of a role or body, not both"))
		case !b.Due.IsZero() && b.Due.Sub(said) < 0:
			return o.Bad(
				b.Due.String(),
				throughline.Refuse("due_before", "it cannot be due before it was promised, on %s; the day they said it goes into --on", "day", said),
			)
		}
		g := throughline.E1
		if !b.Person.IsZero() {
			g = throughline.E2
		}
		if strings.TrimSpace(in.Grade) != "" {
			if g, err = o.grade(in.Grade); err != nil {
				return err
			}
		}
		dr := Entry{Grade: g, Body: b}
		if dr.Source, err = o.source(in.Source, in.Record); err != nil {
			return err
		}
		o.Lint(b.What, b.Words)
		o.Add(dr)
		return nil
	})
}

// PromiseInput is one promise of theirs.
type PromiseInput struct {
	Writing
	What   string          `arg:"" name:"what" json:"what" help:"What they will do: \"send the list of systems\"."`
	Person string          `name:"person" placeholder:"NAME" json:"person,omitempty" help:"Who of the customer: a name of the deal, or an id."`
	Who    string          `name:"who" placeholder:"WORDS" json:"who,omitempty" help:"Or which role or body, where no person is named."`
	By     throughline.Day `name:"due" aliases:"by" placeholder:"DATE" json:"due,omitzero" help:"By when, where they said."`
	Words  string          `name:"words" placeholder:"WORDS" json:"words,omitempty" help:"The sentence it stands in."`
	Grade  string          `name:"grade" placeholder:"GRADE" json:"grade,omitempty" help:"How far it is known that they said so (default: E2 of a named person, else E1)."`
	Source string          `name:"source" placeholder:"KIND" json:"source,omitempty" help:"Where the words stand: document or message; left out for a conversation."`
	Record string          `name:"record" placeholder:"WORDS" json:"record,omitempty" help:"Which document or message."`
}

// RecordPromiseResult does the work of operation.RecordPromiseResult: what became of a promise of theirs: kept, not kept, withdrawn.
func RecordPromiseResult(ctx context.Context, d *Desk, in PromiseResultInput) (Recorded, error) {
	return Write(ctx, d, "resolve promise", in.Writing, func(o *Writer) error {
		result, err := Known(o, in.Result, deal.PromiseResults())
		if err != nil {
			return err
		}
		of, err := o.promise(in.Promise)
		if err != nil {
			return err
		}
		text, err := o.Words("what happened", in.Text, false)
		if err != nil {
			return err
		}
		if !in.On.IsZero() && in.On.Sub(throughline.DayOf(of.At, d.Days())) < 0 {
			return o.Bad(
				in.On.String(),
				throughline.Refuse(
					"result_before",
					"it was promised on %s, so nothing can have become of it before",
					"day",
					throughline.DayOf(of.At, d.Days()),
				),
			)
		}
		o.Lint(text)
		o.Add(Entry{Body: deal.PromiseResolved{Promise: of.Fact, Result: result, Text: text}})
		return nil
	})
}

// promise finds the promise that is meant: a fact's id, or, for none, the only open one.
func (o *Writer) promise(word string) (deal.Promise, error) {
	if word = strings.TrimSpace(word); word == "" {
		open := o.PromisesOpen()
		switch len(open) {
		case 0:
			return deal.Promise{}, o.Bad(
				"",
				throughline.Refuse("no_promise_open", "no promise of theirs is open; throughline record promise keeps one"),
			)
		case 1:
			return open[0], nil
		}
		var ids []string
		for _, p := range open {
			ids = append(ids, p.Fact.String()+" ("+desk.Short(p.What)+")")
		}
		return deal.Promise{}, o.Bad(
			"",
			throughline.Refuse("which_promise", "several promises are open; --promise says which: %s", "promises", strings.Join(ids, "; ")),
		)
	}
	for _, p := range o.PromisesMade() {
		if p.Fact.String() == word {
			return p, nil
		}
	}
	return deal.Promise{}, throughline.Fail(o.Op, throughline.NotFound, word, throughline.Refuse("no_promise", "this deal has no such promise"))
}

// PromiseResultInput is what became of a promise.
type PromiseResultInput struct {
	Writing
	Result  string `arg:"" name:"result" json:"result" help:"kept, not_kept or withdrawn."`
	Promise string `name:"promise" placeholder:"FACT" json:"promise,omitempty" help:"Which promise: the fact's id (default: the only open one)."`
	Text    string `name:"text" placeholder:"WORDS" json:"text,omitempty" help:"What happened, in a sentence."`
}
