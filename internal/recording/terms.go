package recording

import (
	"context"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// RecordTitle does the work of operation.RecordTitle: what the deal is called from now on.
func RecordTitle(ctx context.Context, d *Desk, in TitleInput) (Recorded, error) {
	return Write(ctx, d, "rename deal", in.Writing, func(o *Writer) error {
		title, err := o.plain("the title", in.Title, 300)
		switch {
		case err != nil:
			return err
		case title == "":
			return o.Bad("", throughline.Refuse("title", "the deal needs a title"))
		case title == o.Title.Value:
			return o.Bad(title, errUnchanged)
		}
		o.Lint(title)
		o.Add(Entry{Body: deal.Described{Title: title}})
		return nil
	})
}

var errUnchanged = throughline.Refuse("unchanged", "nothing was changed")

// TitleInput is a title.
type TitleInput struct {
	Writing
	Title string `arg:"" name:"title" json:"title" help:"What they want, in a line."`
}

// RecordCustomer does the work of operation.RecordCustomer: whose deal it is at the customer's.
func RecordCustomer(ctx context.Context, d *Desk, in CustomerInput) (Recorded, error) {
	return Write(ctx, d, "change customer", in.Writing, func(o *Writer) error {
		name, err := o.plain("the customer's name", in.Account, 200)
		if err != nil {
			return err
		}
		if name == "" {
			return o.Bad("", throughline.Refuse("empty", "%s is empty", "field", "the customer's name"))
		}
		found, err := d.Whole().Read().FindDeals(ctx, name, 20)
		if err != nil {
			return err
		}
		account, err := accountCalled(ctx, d, name, found)
		if err != nil {
			return err
		}
		if !account.IsZero() && account == o.Account.Value {
			return o.Bad(name, errUnchanged)
		}
		if account.IsZero() {
			account = throughline.AccountID(o.newID("account", 0))
			o.Batch.Accounts = append(o.Batch.Accounts, store.Account{ID: account, Recorded: o.now, Name: name})
		}
		o.Add(Entry{Body: deal.Described{Account: account}})
		return nil
	})
}

// CustomerInput names an organisation.
type CustomerInput struct {
	Writing
	Account string `arg:"" name:"account" json:"account" help:"The customer's organisation."`
}

// RecordOwner does the work of operation.RecordOwner: who of us has the deal from now on.
func RecordOwner(ctx context.Context, d *Desk, in OwnerInput) (Recorded, error) {
	return Write(ctx, d, "hand over", in.Writing, func(o *Writer) error {
		who, err := o.colleague(ctx, in.Owner)
		if err != nil {
			return err
		}
		if who == o.Owner.Value {
			return o.Bad(in.Owner, errUnchanged)
		}
		o.Add(Entry{Body: deal.OwnerChanged{Owner: who}})
		return nil
	})
}

// OwnerInput names one of us.
type OwnerInput struct {
	Writing
	Owner string `arg:"" name:"owner" json:"owner" help:"One of our people: an id, or the whole name."`
}

// colleague finds one of our people by id or whole name; a name that nobody of
// ours has is that of a new one, who is added.
func (o *Writer) colleague(ctx context.Context, word string) (throughline.PersonID, error) {
	name, err := o.plain("the name", word, 200)
	if err != nil {
		return throughline.PersonID{}, err
	}
	if name == "" {
		return throughline.PersonID{}, o.Bad("", throughline.Refuse("nobody", "nobody is named"))
	}
	if id, bad := throughline.ParseID(name); bad == nil {
		who := throughline.PersonID(id)
		people, err := o.Desk.Read().People(ctx, []throughline.PersonID{who})
		if err == nil && (people[who].Name == "" || !people[who].Ours) {
			err = throughline.Fail(o.Op, throughline.NotFound, name, throughline.Refuse("not_ours", "this is none of our people"))
		}
		return who, err
	}
	open, err := o.Desk.Lists.OpenBySeller(ctx, o.Desk.Whole()) // who our people are is everybody's to know
	if err != nil {
		return throughline.PersonID{}, err
	}
	var ids []throughline.PersonID
	for id := range open {
		ids = append(ids, id)
	}
	people, err := o.Desk.Read().People(ctx, ids)
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
		o.Batch.People = append(o.Batch.People, store.Person{ID: who, Recorded: o.now, Ours: true, Name: name})
		return who, nil
	case 1:
		return called[0], nil
	}
	if slices.Contains(called, o.Owner.Value) {
		return o.Owner.Value, nil
	}
	return throughline.PersonID{}, o.Bad(name, throughline.Refuse("several", "several people may be meant: %s", "names", name))
}

// RecordMistake does the work of operation.RecordMistake: the deal was opened by mistake.
func RecordMistake(ctx context.Context, d *Desk, in MistakeInput) (Recorded, error) {
	return Write(ctx, d, "take deal back", in.Writing, func(o *Writer) error {
		if o.Outcome() == throughline.Removed {
			return o.Bad("", throughline.Refuse("removed", "the deal is on no list already"))
		}
		text, err := o.Words("the reason", in.Text, false)
		if err != nil {
			return err
		}
		o.Lint(text)
		o.Add(Entry{Body: deal.Ended{Outcome: throughline.Removed, Foreign: deal.ByMistake, Text: text}})
		return nil
	})
}

// MistakeInput says why a deal is none.
type MistakeInput struct {
	Writing
	Text string `name:"text" placeholder:"WORDS" json:"text,omitempty" help:"Why, in a sentence."`
}
