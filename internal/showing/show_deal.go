package showing

import (
	"context"
	"fmt"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/store"
)

// DealInput names a deal.
type DealInput struct {
	desk.View
	ID    string `arg:"" name:"id" path:"id" json:"id" help:"The deal: our id, the other system's, or the beginning of either."`
	Alike bool   `name:"alike" query:"alike" json:"alike,omitempty" help:"With up to three won deals like this one, and the line that each took."`
}

// DealPage is the answer of ShowDeal.
type DealPage struct {
	DealRow
	Attributes map[string]string                     `json:"attributes,omitempty"`
	Reading    alignment.Reading                     `json:"reading"`
	Norms      alignment.Norms                       `json:"norms"`
	People     map[throughline.PersonID]store.Person `json:"people"`
	Records    []store.Record                        `json:"records,omitempty"` // where it came from
	Questions  []Question                            `json:"questions"`         // to ask next, at most three
	Classes    []ClassHeld                           `json:"classes"`           // which class, since when, why and after what; newest first
	Promises   []PromiseRow                          `json:"promises"`          // what people of theirs said they will do: the open ones first, soonest due first
	Stated     []StatedRow                           `json:"stated"`            // the steps of their own way and what we owe them on it, as they were named
	Decision   []DecisionRow                         `json:"decision"`          // how they decide, as far as anything is known of it
	Alike      []Alike                               `json:"alike,omitempty"`   // won deals like it, where they were asked for
	NotMine    *desk.NotMine                         `json:"process_not_yours,omitempty"`
	Facts      []deal.Fact                           `json:"facts"` // oldest first

	Kept  int          `json:"-"` // how many facts are kept of it, what was taken back too: what a writing may rest on
	Deal  deal.Deal    `json:"-"`
	Names phrase.Names `json:"-"` // for the words of facts
}

// Question is a question of the journey in words.
type Question struct {
	Phase throughline.Phase `json:"phase"`
	Name  string            `json:"name"`
	Ask   string            `json:"ask"`
	Sub   []string          `json:"sub"`
}

// ShowDeal does the work of operation.ShowDeal: one deal on one page.
func ShowDeal(ctx context.Context, d *Desk, in DealInput) (DealPage, error) {
	asOf := in.Instant(&d.Desk)
	id, err := d.Find(ctx, in.ID)
	if err != nil {
		return DealPage{}, err
	}
	facts, err := d.Read().Facts(ctx, id)
	if err != nil {
		return DealPage{}, err
	}
	folded, ok := deal.Fold(facts, asOf)
	if !ok {
		return DealPage{}, throughline.Fail("show deal", throughline.NotFound, in.ID,
			fmt.Errorf("nothing was known of it on %s", throughline.DayOf(asOf, asOf.Location())))
	}
	book := d.BookOf(&folded.Summary)
	norms, err := d.Lists.Norms(ctx, &d.Desk, asOf)
	if err != nil {
		return DealPage{}, err
	}
	reading := alignment.Of(&folded.Summary, book, norms, asOf)
	names, err := d.NamesOf(ctx, []*deal.Summary{&folded.Summary})
	if err != nil {
		return DealPage{}, err
	}
	out := DealPage{DealRow: row(&folded.Summary, reading, names, book, phrase.For(d.Language)), Attributes: folded.AttributeValues(), Reading: reading, Norms: norms,
		Facts: folded.Known, Kept: len(facts), Deal: folded, Questions: []Question{}, Classes: classesOf(folded, d.Days()),
		Promises: promisesOf(folded, throughline.DayOf(asOf, asOf.Location())), Decision: decisionOf(folded),
		Stated: statedOf(folded, throughline.DayOf(asOf, asOf.Location()))}
	if out.People, out.Names, err = naming(ctx, d, folded, asOf); err != nil {
		return DealPage{}, err
	}
	if out.NotMine, err = d.NotMine(ctx, book, reading.Process.Process); err != nil {
		return DealPage{}, err
	}
	out.Records = names.Foreign[throughline.ID(id)]
	for _, p := range reading.Ask {
		if q, ok := book.Question(p); ok {
			words := Question{Phase: p, Name: q.Name.Text.In(d.Language), Ask: q.Ask.Text.In(d.Language)}
			for _, s := range q.Sub {
				words.Sub = append(words.Sub, s.Text.In(d.Language))
			}
			out.Questions = append(out.Questions, words)
		}
	}
	if in.Alike {
		out.Alike, err = AlikeOf(ctx, d, in.View, out.DealRow)
	}
	return out, err
}

// naming gives the people whom a deal's facts name, and what its facts are worded with.
func naming(ctx context.Context, d *Desk, folded deal.Deal, asOf time.Time) (map[throughline.PersonID]store.Person, phrase.Names, error) {
	people, err := d.Read().People(ctx, desk.PeopleIn(folded))
	if err != nil {
		return nil, phrase.Names{}, err
	}
	accounts, err := d.Read().Accounts(ctx, accountsIn(folded))
	return people, phrase.Names{Book: d.BookOf(&folded.Summary), Today: throughline.DayOf(asOf, asOf.Location()),
		Person:  func(id throughline.PersonID) string { return people[id].Name },
		Account: func(id throughline.AccountID) string { return accounts[id].Name }}, err
}

// accountsIn lists the accounts the deal's facts point at.
func accountsIn(f deal.Deal) []throughline.AccountID {
	var out []throughline.AccountID
	for _, fact := range f.Known {
		switch b := fact.Body.(type) {
		case deal.Opened:
			out = append(out, b.Account)
		case deal.Described:
			out = append(out, b.Account)
		}
	}
	return desk.Distinct(out)
}
