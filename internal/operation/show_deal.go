package operation

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/intake/salesforce"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/store"
)

// ShowDeal is `throughline deal ID`: one deal on one page.
var ShowDeal = define(Operation{
	Words: []string{"deal"}, Route: "GET /deals/{id}",
	Summary: "One deal on one page",
	About: "Shows where the customer is and where we act as if they were, the evidence behind both, what they have to answer next, " +
		"the people, the tracks, and every fact with its dates and source. ID is ours, the other system's, or the beginning of either.",
	Examples: []string{"throughline deal 1C1I7A6R", "throughline deal 0190b2f0 --as-of 2017-06-30", "throughline deal 006bm00000LKJNTAA5 --json"},
	Effect:   Reads, Permission: MayRead, NeedsStore: true,
}, showDeal)

// DealInput names a deal.
type DealInput struct {
	View
	ID string `arg:"" name:"id" path:"id" json:"id" help:"The deal: our id, the other system's, or the beginning of either."`
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
	Facts      []deal.Fact                           `json:"facts"`             // oldest first

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

func showDeal(ctx context.Context, d *Desk, in DealInput) (DealPage, error) {
	asOf := in.instant(d)
	id, err := findDeal(ctx, d, in.ID)
	if err != nil {
		return DealPage{}, err
	}
	facts, err := d.Ledger.Facts(ctx, d.Workspace, id)
	if err != nil {
		return DealPage{}, err
	}
	folded, ok := deal.Fold(facts, asOf)
	if !ok {
		return DealPage{}, throughline.Fail("show deal", throughline.NotFound, in.ID,
			fmt.Errorf("nothing was known of it on %s", throughline.DayOf(asOf, asOf.Location())))
	}
	book := d.bookOf(&folded.Summary)
	norms, err := d.norms(ctx, asOf)
	if err != nil {
		return DealPage{}, err
	}
	reading := alignment.Of(&folded.Summary, book, norms, asOf)
	all, err := rows(ctx, d, norms, asOf, []*deal.Summary{&folded.Summary})
	if err != nil {
		return DealPage{}, err
	}
	out := DealPage{DealRow: all[0], Attributes: folded.AttributeValues(), Reading: reading, Norms: norms,
		Facts: folded.Known, Deal: folded, Questions: []Question{}, Classes: classesOf(folded, d.Days()), Promises: promisesOf(folded, throughline.DayOf(asOf, asOf.Location()))}
	if out.People, err = d.Ledger.People(ctx, d.Workspace, peopleIn(folded)); err != nil {
		return DealPage{}, err
	}
	foreign, err := d.Ledger.Foreign(ctx, d.Workspace, []throughline.ID{throughline.ID(id)})
	if err != nil {
		return DealPage{}, err
	}
	out.Names = phrase.Names{Book: book, Today: throughline.DayOf(asOf, asOf.Location()),
		Person: func(id throughline.PersonID) string { return out.People[id].Name }}
	accounts, err := d.Ledger.Accounts(ctx, d.Workspace, accountsIn(folded))
	if err != nil {
		return DealPage{}, err
	}
	out.Names.Account = func(id throughline.AccountID) string { return accounts[id].Name }
	out.Records = foreign[throughline.ID(id)]
	for _, p := range reading.Ask {
		if q, ok := book.Question(p); ok {
			words := Question{Phase: p, Name: q.Name.Text.In(d.Language), Ask: q.Ask.Text.In(d.Language)}
			for _, s := range q.Sub {
				words.Sub = append(words.Sub, s.Text.In(d.Language))
			}
			out.Questions = append(out.Questions, words)
		}
	}
	return out, nil
}

// findDeal finds the one deal that an id, a foreign id or the beginning of one
// means.
func findDeal(ctx context.Context, d *Desk, word string) (throughline.DealID, error) {
	if id, err := throughline.ParseID(strings.TrimSpace(word)); err == nil {
		found, err := d.Ledger.SummariesOf(ctx, d.Workspace, []throughline.DealID{throughline.DealID(id)})
		if err != nil {
			return throughline.DealID{}, err
		}
		if len(found) == 1 {
			return found[0].Deal, nil
		}
		return throughline.DealID{}, throughline.Fail("find deal", throughline.NotFound, word, nil)
	}
	found, err := d.Ledger.FindDeals(ctx, d.Workspace, word, 6)
	if other := salesforce.OtherID(strings.TrimSpace(word)); err == nil && len(found) == 0 && other != "" {
		word = other // 15 signs and 18 are one record
		found, err = d.Ledger.FindDeals(ctx, d.Workspace, word, 6)
	}
	switch {
	case err != nil:
		return throughline.DealID{}, err
	case len(found) == 0:
		return throughline.DealID{}, throughline.Fail("find deal", throughline.NotFound, word,
			fmt.Errorf("no deal has an id or a name that begins like this; throughline deals --search WORDS looks further"))
	case len(found) == 1:
		return found[0], nil
	}
	summaries, err := d.Ledger.SummariesOf(ctx, d.Workspace, found)
	if err != nil {
		return throughline.DealID{}, err
	}
	var exact []throughline.DealID
	var like []string
	ids := make([]throughline.ID, len(found))
	for i, f := range found {
		ids[i] = throughline.ID(f)
	}
	foreign, err := d.Ledger.Foreign(ctx, d.Workspace, ids)
	if err != nil {
		return throughline.DealID{}, err
	}
	for _, s := range summaries {
		name := s.Title.Value
		for _, r := range foreign[throughline.ID(s.Deal)] {
			name = r.Foreign + " " + name
			if r.Foreign == word {
				exact = append(exact, s.Deal)
			}
		}
		if strings.EqualFold(s.Title.Value, word) {
			exact = append(exact, s.Deal)
		}
		like = append(like, name)
	}
	if len(exact) == 1 {
		return exact[0], nil
	}
	return throughline.DealID{}, throughline.Fail("find deal", throughline.Invalid, word,
		fmt.Errorf("several deals begin like this: %s", strings.Join(like, "; ")))
}

// peopleIn lists everyone the deal's facts point at, ours included.
func peopleIn(f deal.Deal) []throughline.PersonID {
	seen := map[throughline.PersonID]bool{}
	for id := range f.People {
		seen[id] = true
	}
	for _, fact := range f.Known {
		seen[fact.Author] = true
		for _, id := range deal.PeopleOf(fact.Body) {
			seen[id] = true
		}
	}
	delete(seen, throughline.PersonID{})
	return slices.Collect(maps.Keys(seen))
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
	return distinct(out)
}

// mentioned adds the people named in a text as {person:ID}.
func mentioned(text string, seen map[throughline.PersonID]bool) {
	for _, id := range deal.Mentioned(text) {
		seen[id] = true
	}
}
