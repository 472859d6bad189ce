package recording

import (
	"context"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
)

// RecordInitiative does the work of operation.RecordInitiative: the change effort of theirs that this purchase is a part of.
func RecordInitiative(ctx context.Context, d *Desk, in InitiativeInput) (Recorded, error) {
	return Write(ctx, d, "record initiative", in.Writing, func(o *Writer) error {
		id := o.initiative()
		serves, err := o.Words("what it serves", in.Serves, false)
		if err != nil {
			return err
		}
		if in.Leave {
			if id.IsZero() {
				return o.Bad("", throughline.Refuse("in_none", "this deal belongs to no initiative"))
			}
			o.Add(Entry{Body: deal.InitiativeJoined{Initiative: id, Left: true}})
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
			o.Add(Entry{Body: deal.InitiativeJoined{Initiative: id, Observer: in.Observer, Serves: serves}})
		}
		if b != (deal.InitiativeStated{Person: b.Person}) {
			b.Initiative = id
			o.Add(Entry{Body: b, Source: source, Grade: grade})
		} else if !begins && len(o.Batch.Facts) == 0 {
			return o.Bad("", throughline.Refuse("unchanged_initiative", "nothing of the initiative is changed"))
		}
		if begins {
			return nil
		}
		return o.spread(ctx, id, false)
	})
}

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
func (o *Writer) initiativeSaid(in InitiativeInput, begins bool) (b deal.InitiativeStated, source deal.Source, grade throughline.Grade, err error) {
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
		if *w.to, err = o.Words(w.field, w.from, begins && w.to == &b.Name); err != nil {
			return b, source, grade, err
		}
		o.Lint(*w.to)
	}
	if b.NoSponsor && b.Sponsor != "" {
		return b, source, grade, o.Bad(b.Sponsor, throughline.Refuse("sponsor_or_none", "either somebody stands behind it or nobody"))
	}
	if b.Person, err = o.Person(in.Person); err != nil {
		return b, source, grade, err
	}
	source, grade, err = o.statedBy(in.Source, "", in.Grade, b.Person)
	return b, source, grade, err
}

// joinsInitiative makes the deal a part of an initiative of the same customer, and tells
// it what is known of that.
func (o *Writer) joinsInitiative(ctx context.Context, d *Desk, word string, observer bool, serves string) error {
	id, err := d.InitiativeMeant(ctx, d.Present(), o.Op, word)
	if err != nil {
		return err
	}
	switch now := o.initiative(); {
	case now == id:
		return o.Bad(word, throughline.Refuse("in_it", "this deal belongs to it already"))
	case !now.IsZero():
		return o.Bad(word, throughline.Refuse("in_another", "this deal belongs to another initiative; it has to leave that first"))
	}
	deals, err := d.Members(ctx, d.Present(), id, true)
	if err != nil {
		return err
	}
	if len(deals) == 0 {
		return throughline.Fail(o.Op, throughline.NotFound, desk.Short(word), throughline.Refuse("no_initiative", "there is no such initiative"))
	}
	for _, x := range deals { // one customer's words never come to another's plan
		if x.Account.Value.IsZero() || x.Account.Value != o.Account.Value {
			return o.Bad(word, throughline.Refuse("other_customer", "that initiative is another customer's"))
		}
	}
	o.Add(Entry{Body: deal.InitiativeJoined{Initiative: id, Observer: observer, Serves: serves}})
	return o.spread(ctx, id, true)
}

// RecordPurchase does the work of operation.RecordPurchase: another purchase of the same initiative: what, from whom, how far it is.
func RecordPurchase(ctx context.Context, d *Desk, in PurchaseInput) (Recorded, error) {
	return Write(ctx, d, "record purchase", in.Writing, func(o *Writer) error {
		b := deal.PurchaseStated{Initiative: o.initiative(), Due: in.Due}
		if b.Initiative.IsZero() {
			return o.Bad("", throughline.Refuse("in_none", "this deal belongs to no initiative"))
		}
		var err error
		if of := strings.TrimSpace(in.Of); of != "" {
			for _, p := range o.Purchases() {
				if p.Initiative == b.Initiative && (p.ID.String() == of || p.Same.String() == of) {
					b.Of = p.ID
				}
			}
			if b.Of.IsZero() {
				return throughline.Fail(o.Op, throughline.NotFound, desk.Short(of), throughline.Refuse("no_purchase", "this initiative has no such purchase"))
			}
		}
		for _, w := range []struct {
			to    *string
			field string
			from  string
		}{{&b.What, "what is bought", in.What}, {&b.Supplier, "the supplier", in.Supplier}, {&b.Serves, "what it serves", in.Serves}} {
			if *w.to, err = o.Words(w.field, w.from, b.Of.IsZero() && w.to == &b.What); err != nil {
				return err
			}
			o.Lint(*w.to)
		}
		if in.State != "" {
			if b.State, err = Known(o, in.State, deal.PurchaseStates()); err != nil {
				return err
			}
		}
		o.Add(Entry{Body: b})
		return o.spread(ctx, b.Initiative, false)
	})
}

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
