package operation

import (
	"context"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// RecordPromise is `throughline record promise`.
var RecordPromise = define(Operation{
	Words: []string{"record", "promise"}, Route: "POST /deals/{id}/promises",
	Summary: "What somebody of the customer's said they will do",
	About: "Keeps a promise of theirs: who (a person of the deal, or --who for a role or body), what they will do, by when, and the sentence it stands in. " +
		"On its day it is a reason to look; record promise-result says what became of it. A promise is no evidence and answers no question, and neither does keeping it. " +
		"What we hope they do is part of a strategy's move, not a promise.",
	Examples: []string{
		`throughline record promise 1C1I7A6R "send the list of systems" --person "Petra Lind" --by 2026-12-04 --words "I'll have the list with you by Friday"`,
		`throughline record promise 1C1I7A6R "return the draft" --who "their legal team"`,
	},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in PromiseInput) (Recorded, error) {
	return one(ctx, d, "record promise", in.Writing, func(o *opened) error {
		b := deal.PromiseMade{Due: in.By}
		var err error
		if b.Person, err = o.person(in.Person); err != nil {
			return err
		}
		if b.Who, err = o.words("who promised it", in.Who, false); err != nil {
			return err
		}
		if b.What, err = o.words("what they will do", in.What, true); err != nil {
			return err
		}
		if b.Words, err = o.words("their words", in.Words, false); err != nil {
			return err
		}
		said := in.On
		if said.IsZero() {
			said = o.today()
		}
		switch {
		case b.Person.IsZero() && b.Who == "":
			return o.bad(
				b.What,
				throughline.Refuse(
					"whose_promise",
					"a promise is somebody's: a person of theirs (--person), or a role or body (--who \"their legal team\")",
				),
			)
		case !b.Person.IsZero() && b.Who != "":
			return o.bad(b.Who, throughline.Refuse("one_promiser", "a promise is a named person's or that of a role or body, not both"))
		case !b.Due.IsZero() && b.Due.Sub(said) < 0:
			return o.bad(
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
		dr := entry{grade: g, body: b}
		if dr.source, err = o.source(in.Source, in.Record); err != nil {
			return err
		}
		o.lint(b.What, b.Words)
		o.add(dr)
		return nil
	})
})

// PromiseInput is one promise of theirs.
type PromiseInput struct {
	Writing
	What   string          `arg:"" name:"what" json:"what" help:"What they will do: \"send the list of systems\"."`
	Person string          `name:"person" placeholder:"NAME" json:"person,omitempty" help:"Who of the customer: a name of the deal, or an id."`
	Who    string          `name:"who" placeholder:"WORDS" json:"who,omitempty" help:"Or which role or body, where no person is named."`
	By     throughline.Day `name:"by" placeholder:"DATE" json:"due,omitzero" help:"By when, where they said."`
	Words  string          `name:"words" placeholder:"WORDS" json:"words,omitempty" help:"The sentence it stands in."`
	Grade  string          `name:"grade" placeholder:"GRADE" json:"grade,omitempty" help:"How far it is known that they said so (default: E2 of a named person, else E1)."`
	Source string          `name:"source" placeholder:"KIND" json:"source,omitempty" help:"Where the words stand: document or message; left out for a conversation."`
	Record string          `name:"record" placeholder:"WORDS" json:"record,omitempty" help:"Which document or message."`
}

// RecordPromiseResult is `throughline record promise-result`.
var RecordPromiseResult = define(Operation{
	Words: []string{"record", "promise-result"}, Route: "POST /deals/{id}/promises/results",
	Summary: "What became of a promise of theirs: kept, not kept, withdrawn",
	About:   "Says what became of a promise, on a day. The latest word counts; record undo opens it again. Without --promise it is the only one that is open.",
	Examples: []string{
		"throughline record promise-result 1C1I7A6R kept",
		`throughline record promise-result 1C1I7A6R not_kept --promise 0190b2f0-7c3a-7d11-8e22-1f3a5b7c9d0e --text "she asks for another week"`,
	},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in PromiseResultInput) (Recorded, error) {
	return one(ctx, d, "resolve promise", in.Writing, func(o *opened) error {
		result, err := known(o, in.Result, deal.PromiseResults())
		if err != nil {
			return err
		}
		of, err := o.promise(in.Promise)
		if err != nil {
			return err
		}
		text, err := o.words("what happened", in.Text, false)
		if err != nil {
			return err
		}
		if !in.On.IsZero() && in.On.Sub(throughline.DayOf(of.At, d.Days())) < 0 {
			return o.bad(
				in.On.String(),
				throughline.Refuse(
					"result_before",
					"it was promised on %s, so nothing can have become of it before",
					"day",
					throughline.DayOf(of.At, d.Days()),
				),
			)
		}
		o.lint(text)
		o.add(entry{body: deal.PromiseResolved{Promise: of.Fact, Result: result, Text: text}})
		return nil
	})
})

// promise finds the promise that is meant: a fact's id, or, for none, the only open one.
func (o *opened) promise(word string) (deal.Promise, error) {
	if word = strings.TrimSpace(word); word == "" {
		open := o.PromisesOpen()
		switch len(open) {
		case 0:
			return deal.Promise{}, o.bad(
				"",
				throughline.Refuse("no_promise_open", "no promise of theirs is open; throughline record promise keeps one"),
			)
		case 1:
			return open[0], nil
		}
		var ids []string
		for _, p := range open {
			ids = append(ids, p.Fact.String()+" ("+cut(p.What)+")")
		}
		return deal.Promise{}, o.bad(
			"",
			throughline.Refuse("which_promise", "several promises are open; --promise says which: %s", "promises", strings.Join(ids, "; ")),
		)
	}
	for _, p := range o.PromisesMade() {
		if p.Fact.String() == word {
			return p, nil
		}
	}
	return deal.Promise{}, throughline.Fail(o.op, throughline.NotFound, word, throughline.Refuse("no_promise", "this deal has no such promise"))
}

// PromiseResultInput is what became of a promise.
type PromiseResultInput struct {
	Writing
	Result  string `arg:"" name:"result" json:"result" help:"kept, not_kept or withdrawn."`
	Promise string `name:"promise" placeholder:"FACT" json:"promise,omitempty" help:"Which promise: the fact's id (default: the only open one)."`
	Text    string `name:"text" placeholder:"WORDS" json:"text,omitempty" help:"What happened, in a sentence."`
}

// PromiseRow is a promise of theirs with what has become of it, as it is told.
type PromiseRow struct {
	Fact   throughline.FactID   `json:"fact"`
	Person throughline.PersonID `json:"person,omitzero"`
	Who    string               `json:"who,omitempty"` // a role or body in words, where no person is named
	What   string               `json:"what"`
	Words  string               `json:"words,omitempty"` // the sentence it was read from
	On     throughline.Day      `json:"on"`              // when they said so
	Grade  throughline.Grade    `json:"grade"`           // how far it is known that they said so
	Due    throughline.Day      `json:"due,omitzero"`
	Late   *int                 `json:"late,omitempty"`   // open and with a day: days overdue, 0 on the day, negative before
	Result deal.PromiseResult   `json:"result,omitempty"` // kept, not_kept, withdrawn; left out while open
	Since  throughline.Day      `json:"result_on,omitzero"`
}

// promisesOf gives the promises of a deal: the open ones first, soonest due
// first, then the settled, the latest said first.
func promisesOf(f deal.Deal, today throughline.Day) []PromiseRow {
	out, zone := []PromiseRow{}, f.AsOf.Location()
	words := map[throughline.FactID]string{}
	for _, fact := range f.OfKind(deal.KindPromiseMade) {
		words[fact.ID] = fact.Body.(deal.PromiseMade).Words
	}
	add := func(p deal.Promise) {
		r := PromiseRow{
			Fact:   p.Fact,
			Person: p.Person,
			Who:    p.Who,
			What:   p.What,
			Words:  words[p.Fact],
			On:     throughline.DayOf(p.At, zone),
			Grade:  p.Grade,
			Due:    p.Due,
			Result: p.Result,
			Since:  throughline.DayOf(p.On, zone),
		}
		if days, ok := p.Late(today); ok {
			r.Late = &days
		}
		out = append(out, r)
	}
	for _, p := range f.PromisesOpen() {
		add(p)
	}
	made := f.PromisesMade()
	for i := len(made) - 1; i >= 0; i-- {
		if !made[i].Open() {
			add(made[i])
		}
	}
	return out
}

// Open reports whether nothing has been said of what became of it.
func (r PromiseRow) Open() bool { return r.Result == "" }
