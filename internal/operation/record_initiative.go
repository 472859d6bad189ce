package operation

import (
	"context"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// RecordInitiative is `throughline record initiative`.
var RecordInitiative = define(Operation{
	Words: []string{"record", "initiative"}, Route: "POST /deals/{id}/initiative",
	Summary: "The change effort of theirs that this purchase is a part of",
	About: "A purchase is one part of something the customer wants to change. Begins such an initiative with its name, or says more of the one the deal belongs to: what is to be better in their words, " +
		"by what they will know, who stands behind it, what happens when if it is not done. --join makes the deal a part of one that another deal of the same customer belongs to, --leave takes it out; " +
		"--observer says that we only look on. What is said of an initiative is said in each of its deals, and it outlives them.",
	Examples: []string{
		`throughline record initiative 1C1I7A6R --name "One handover for all wards" --outcome "No patient waits because a note was lost" --sponsor "the medical director"`,
		`throughline record initiative 1D7B --join "One handover for all wards" --serves "the night shift"`,
		"throughline record initiative 1D7B --leave",
	},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in InitiativeInput) (Recorded, error) {
	return one(ctx, d, "record initiative", in.Writing, func(o *opened) error {
		id := o.initiative()
		serves, err := o.words("what it serves", in.Serves, false)
		if err != nil {
			return err
		}
		if in.Leave {
			if id.IsZero() {
				return o.bad("", throughline.Refuse("in_none", "this deal belongs to no initiative"))
			}
			o.add(entry{body: deal.InitiativeJoined{Initiative: id, Left: true}})
			return nil
		}
		if join := strings.TrimSpace(in.Join); join != "" {
			return o.joinsInitiative(ctx, d, join, in.Observer, serves)
		}
		b, source, grade, err := o.initiativeSaid(in, id.IsZero())
		if err != nil {
			return err
		}
		begins := id.IsZero()
		if begins {
			id = o.newID("initiative", 0)
		}
		if begins || in.Observer || serves != "" {
			o.add(entry{body: deal.InitiativeJoined{Initiative: id, Observer: in.Observer, Serves: serves}})
		}
		if b != (deal.InitiativeStated{Person: b.Person}) {
			b.Initiative = id
			o.add(entry{body: b, source: source, grade: grade})
		} else if !begins && len(o.batch.Facts) == 0 {
			return o.bad("", throughline.Refuse("unchanged_initiative", "nothing of the initiative is changed"))
		}
		if begins {
			return nil
		}
		return o.spread(ctx, id, false)
	})
})

// InitiativeInput is what is said of a change effort of theirs.
type InitiativeInput struct {
	Writing
	Name        string          `name:"name" placeholder:"WORDS" json:"name,omitempty" help:"What they call it."`
	Outcome     string          `name:"outcome" placeholder:"WORDS" json:"outcome,omitempty" help:"What is to be better, in their words."`
	Measure     string          `name:"measure" placeholder:"WORDS" json:"measure,omitempty" help:"By what they will know: from what to what."`
	Sponsor     string          `name:"sponsor" placeholder:"WORDS" json:"sponsor,omitempty" help:"Who of theirs stands behind it."`
	NoSponsor   bool            `name:"no-sponsor" json:"no_sponsor,omitempty" help:"Nobody stands behind it."`
	Consequence string          `name:"consequence" placeholder:"WORDS" json:"consequence,omitempty" help:"What happens if it is not done."`
	By          throughline.Day `name:"by" placeholder:"DATE" json:"by,omitzero" help:"On which day that happens."`
	Join        string          `name:"join" placeholder:"INITIATIVE" json:"join,omitempty" help:"Make the deal a part of this one: its name, its id, or the beginning of either."`
	Leave       bool            `name:"leave" json:"leave,omitempty" help:"The deal is no part of it any more."`
	Observer    bool            `name:"observer" json:"observer,omitempty" help:"We look on: little of it hangs on what we sell."`
	Serves      string          `name:"serves" placeholder:"WORDS" json:"serves,omitempty" help:"Which part of the outcome this purchase serves."`
	Person      string          `name:"person" placeholder:"NAME" json:"person,omitempty" help:"Who of theirs says so."`
	Grade       string          `name:"grade" placeholder:"GRADE" json:"grade,omitempty" help:"How we know (default: E3 where it stands in writing, E2 where a named person told it, else E1)."`
	Source      string          `name:"source" placeholder:"KIND" json:"source,omitempty" help:"Where it stands: document or message; left out for a conversation."`
}

// initiativeSaid reads what is said of an initiative.
func (o *opened) initiativeSaid(in InitiativeInput, begins bool) (b deal.InitiativeStated, source deal.Source, grade throughline.Grade, err error) {
	b = deal.InitiativeStated{NoSponsor: in.NoSponsor, By: in.By}
	for _, w := range []struct {
		to    *string
		field string
		from  string
	}{
		{&b.Name, "the name", in.Name},
		{&b.Outcome, "the outcome", in.Outcome},
		{&b.Measure, "the measure", in.Measure},
		{&b.Sponsor, "the sponsor", in.Sponsor},
		{&b.Consequence, "the consequence", in.Consequence},
	} {
		if *w.to, err = o.words(w.field, w.from, begins && w.to == &b.Name); err != nil {
			return b, source, grade, err
		}
		o.lint(*w.to)
	}
	if b.NoSponsor && b.Sponsor != "" {
		return b, source, grade, o.bad(b.Sponsor, throughline.Refuse("sponsor_or_none", "either somebody stands behind it or nobody"))
	}
	if b.Person, err = o.person(in.Person); err != nil {
		return b, source, grade, err
	}
	source, grade, err = o.statedBy(in.Source, "", in.Grade, b.Person)
	return b, source, grade, err
}

// joinsInitiative makes the deal a part of an initiative of the same customer, and tells
// it what is known of that.
func (o *opened) joinsInitiative(ctx context.Context, d *Desk, word string, observer bool, serves string) error {
	id, err := d.initiativeMeant(ctx, d.Present(), o.op, word)
	if err != nil {
		return err
	}
	switch now := o.initiative(); {
	case now == id:
		return o.bad(word, throughline.Refuse("in_it", "this deal belongs to it already"))
	case !now.IsZero():
		return o.bad(word, throughline.Refuse("in_another", "this deal belongs to another initiative; it has to leave that first"))
	}
	deals, err := d.members(ctx, d.Present(), id, true)
	if err != nil {
		return err
	}
	if len(deals) == 0 {
		return throughline.Fail(o.op, throughline.NotFound, cut(word), throughline.Refuse("no_initiative", "there is no such initiative"))
	}
	for _, x := range deals { // one customer's words never come to another's plan
		if x.Account.Value.IsZero() || x.Account.Value != o.Account.Value {
			return o.bad(word, throughline.Refuse("other_customer", "that initiative is another customer's"))
		}
	}
	o.add(entry{body: deal.InitiativeJoined{Initiative: id, Observer: observer, Serves: serves}})
	return o.spread(ctx, id, true)
}

// RecordPurchase is `throughline record purchase`.
var RecordPurchase = define(Operation{
	Words: []string{"record", "purchase"}, Route: "POST /deals/{id}/purchases",
	Summary: "Another purchase of the same initiative: what, from whom, how far it is",
	About: "An initiative usually takes more than one purchase. Names one that is not ours, from whom it comes and how far it has come: considered, chosen, ordered, in_use or stopped; " +
		"with --of moves one that is there.",
	Examples: []string{`throughline record purchase 1C1I7A6R "Tablets for the wards" --supplier "their hardware house" --state ordered --due 2027-01-15`},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in PurchaseInput) (Recorded, error) {
	return one(ctx, d, "record purchase", in.Writing, func(o *opened) error {
		b := deal.PurchaseStated{Initiative: o.initiative(), Due: in.Due}
		if b.Initiative.IsZero() {
			return o.bad("", throughline.Refuse("in_none", "this deal belongs to no initiative"))
		}
		var err error
		if of := strings.TrimSpace(in.Of); of != "" {
			for _, p := range o.Purchases() {
				if p.Initiative == b.Initiative && (p.ID.String() == of || p.Same.String() == of) {
					b.Of = p.ID
				}
			}
			if b.Of.IsZero() {
				return throughline.Fail(o.op, throughline.NotFound, cut(of), throughline.Refuse("no_purchase", "this initiative has no such purchase"))
			}
		}
		for _, w := range []struct {
			to    *string
			field string
			from  string
		}{{&b.What, "what is bought", in.What}, {&b.Supplier, "the supplier", in.Supplier}, {&b.Serves, "what it serves", in.Serves}} {
			if *w.to, err = o.words(w.field, w.from, b.Of.IsZero() && w.to == &b.What); err != nil {
				return err
			}
			o.lint(*w.to)
		}
		if in.State != "" {
			if b.State, err = known(o, in.State, deal.PurchaseStates()); err != nil {
				return err
			}
		}
		o.add(entry{body: b})
		return o.spread(ctx, b.Initiative, false)
	})
})

// PurchaseInput is another purchase of an initiative.
type PurchaseInput struct {
	Writing
	What     string          `arg:"" optional:"" name:"what" json:"what,omitempty" help:"What is bought."`
	Of       string          `name:"of" placeholder:"FACT" json:"of,omitempty" help:"The purchase that is moved: the id of the fact that named it."`
	Supplier string          `name:"supplier" placeholder:"WORDS" json:"supplier,omitempty" help:"From whom."`
	State    string          `name:"state" placeholder:"STATE" json:"state,omitempty" help:"considered, chosen, ordered, in_use or stopped."`
	Due      throughline.Day `name:"due" placeholder:"DATE" json:"due,omitzero" help:"When it is to be there."`
	Serves   string          `name:"serves" placeholder:"WORDS" json:"serves,omitempty" help:"Which part of the outcome it serves."`
}
