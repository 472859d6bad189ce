package operation

import (
	"context"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// RecordTitle is `throughline record title`.
var RecordTitle = define(Operation{
	Words: []string{"record", "title"}, Route: "POST /deals/{id}/title",
	Summary:  "What the deal is called from now on",
	About:    "Gives the deal another title. The earlier one stays in its ledger.",
	Examples: []string{`throughline record title 1C1I7A6R "Handover without paper on all wards"`},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in TitleInput) (Recorded, error) {
	return one(ctx, d, "rename deal", in.Writing, func(o *opened) error {
		title, err := o.plain("the title", in.Title, 300)
		switch {
		case err != nil:
			return err
		case title == "":
			return o.bad("", throughline.Refuse("title", "the deal needs a title"))
		case title == o.Title.Value:
			return o.bad(title, errUnchanged)
		}
		o.lint(title)
		o.add(entry{body: deal.Described{Title: title}})
		return nil
	})
})

var errUnchanged = throughline.Refuse("unchanged", "nothing was changed")

// TitleInput is a title.
type TitleInput struct {
	Writing
	Title string `arg:"" name:"title" json:"title" help:"What they want, in a line."`
}

// RecordCustomer is `throughline record customer`.
var RecordCustomer = define(Operation{
	Words: []string{"record", "customer"}, Route: "POST /deals/{id}/customer",
	Summary:  "Whose deal it is at the customer's",
	About:    "Puts the deal to another organisation: the one of that very name, or a new one. The people who take part stay.",
	Examples: []string{`throughline record customer 1C1I7A6R "Montrevel University Hospital"`},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in CustomerInput) (Recorded, error) {
	return one(ctx, d, "change customer", in.Writing, func(o *opened) error {
		name, err := o.plain("the customer's name", in.Account, 200)
		if err != nil {
			return err
		}
		if name == "" {
			return o.bad("", throughline.Refuse("empty", "%s is empty", "field", "the customer's name"))
		}
		found, err := d.Read().FindDeals(ctx, name, 20)
		if err != nil {
			return err
		}
		account, err := accountCalled(ctx, d, name, found)
		if err != nil {
			return err
		}
		if !account.IsZero() && account == o.Account.Value {
			return o.bad(name, errUnchanged)
		}
		if account.IsZero() {
			account = throughline.AccountID(o.newID("account", 0))
			o.batch.Accounts = append(o.batch.Accounts, store.Account{ID: account, Recorded: o.now, Name: name})
		}
		o.add(entry{body: deal.Described{Account: account}})
		return nil
	})
})

// CustomerInput names an organisation.
type CustomerInput struct {
	Writing
	Account string `arg:"" name:"account" json:"account" help:"The customer's organisation."`
}

// RecordOwner is `throughline record owner`.
var RecordOwner = define(Operation{
	Words: []string{"record", "owner"}, Route: "POST /deals/{id}/owner",
	Summary: "Who of us has the deal from now on",
	About: "Hands the deal to another of our people: by id, or by their whole name. A name that nobody of ours has yet is a new colleague; " +
		"what was written under the earlier owner's name stays under it.",
	Examples: []string{`throughline record owner 1C1I7A6R "Hanna Okabe"`},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in OwnerInput) (Recorded, error) {
	return one(ctx, d, "hand over", in.Writing, func(o *opened) error {
		who, err := o.colleague(ctx, in.Owner)
		if err != nil {
			return err
		}
		if who == o.Owner.Value {
			return o.bad(in.Owner, errUnchanged)
		}
		o.add(entry{body: deal.OwnerChanged{Owner: who}})
		return nil
	})
})

// OwnerInput names one of us.
type OwnerInput struct {
	Writing
	Owner string `arg:"" name:"owner" json:"owner" help:"One of our people: an id, or the whole name."`
}

// colleague finds one of our people by id or whole name; a name that nobody of
// ours has is that of a new one, who is added.
func (o *opened) colleague(ctx context.Context, word string) (throughline.PersonID, error) {
	name, err := o.plain("the name", word, 200)
	if err != nil {
		return throughline.PersonID{}, err
	}
	if name == "" {
		return throughline.PersonID{}, o.bad("", throughline.Refuse("nobody", "nobody is named"))
	}
	if id, bad := throughline.ParseID(name); bad == nil {
		who := throughline.PersonID(id)
		people, err := o.desk.Read().People(ctx, []throughline.PersonID{who})
		if err == nil && (people[who].Name == "" || !people[who].Ours) {
			err = throughline.Fail(o.op, throughline.NotFound, name, throughline.Refuse("not_ours", "this is none of our people"))
		}
		return who, err
	}
	open, err := o.desk.Lists.OpenBySeller(ctx, &o.desk.Desk)
	if err != nil {
		return throughline.PersonID{}, err
	}
	var ids []throughline.PersonID
	for id := range open {
		ids = append(ids, id)
	}
	people, err := o.desk.Read().People(ctx, ids)
	if err != nil {
		return throughline.PersonID{}, err
	}
	var called []throughline.PersonID
	for id, p := range people {
		if strings.EqualFold(strings.Join(strings.Fields(p.Name), " "), name) {
			called = append(called, id)
		}
	}
	switch len(called) {
	case 0:
		who := throughline.PersonID(o.newID("colleague", 0))
		o.batch.People = append(o.batch.People, store.Person{ID: who, Recorded: o.now, Ours: true, Name: name})
		return who, nil
	case 1:
		return called[0], nil
	}
	if slices.Contains(called, o.Owner.Value) {
		return o.Owner.Value, nil
	}
	return throughline.PersonID{}, o.bad(name, throughline.Refuse("several", "several people may be meant: %s", "names", name))
}

// RecordMistake is `throughline record mistake`.
var RecordMistake = define(Operation{
	Words: []string{"record", "mistake"}, Route: "POST /deals/{id}/mistake",
	Summary: "The deal was opened by mistake",
	About: "Takes a deal off every list and out of every count: it was never one. It is neither won nor lost, and no rate counts it. " +
		"What was written on it stays in its ledger; throughline record undo, or record resume, brings it back.",
	Examples: []string{`throughline record mistake 1C1I7A6R --text "the same as the deal of March"`},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in MistakeInput) (Recorded, error) {
	return one(ctx, d, "take deal back", in.Writing, func(o *opened) error {
		if o.Outcome() == throughline.Removed {
			return o.bad("", throughline.Refuse("removed", "the deal is on no list already"))
		}
		text, err := o.words("the reason", in.Text, false)
		if err != nil {
			return err
		}
		o.lint(text)
		o.add(entry{body: deal.Ended{Outcome: throughline.Removed, Foreign: deal.ByMistake, Text: text}})
		return nil
	})
})

// MistakeInput says why a deal is none.
type MistakeInput struct {
	Writing
	Text string `name:"text" placeholder:"WORDS" json:"text,omitempty" help:"Why, in a sentence."`
}
