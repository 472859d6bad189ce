package recording

import (
	"context"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/store"
)

// NewDealInput opens a deal.
type NewDealInput struct {
	Title   string            `arg:"" name:"title" json:"title" help:"What they want, in a line."`
	Account string            `name:"account" placeholder:"NAME" json:"account,omitempty" help:"The customer's organisation."`
	Knows   map[string]string `name:"attribute" placeholder:"NAME=VALUE" json:"attributes,omitempty" help:"Something known of it from the first day, which rules of the playbook may ask for; repeat."`
	Process string            `name:"process" placeholder:"NAME" json:"process,omitempty" help:"The process it follows, where that is another one than the playbook's rules say; with --because."`
	Because string            `name:"because" placeholder:"WORDS" json:"because,omitempty" help:"Why another process, in a sentence."`
	Expands string            `name:"expands" placeholder:"ID" json:"expands,omitempty" help:"The small deal that it may grow out of."`
	On      throughline.Day   `name:"on" placeholder:"DATE" json:"on,omitzero" help:"The day it opened (default: today)."`
	Once    string            `kong:"-" json:"once,omitempty"`
}

// RecordDeal does the work of operation.RecordDeal: a new deal, or the larger one that a small one grows into.
func RecordDeal(ctx context.Context, d *Desk, in NewDealInput) (Recorded, error) {
	const op = "open deal"
	o := &Writer{
		Desk:   d,
		Op:     op,
		w:      Writing{Once: in.Once, On: in.On},
		now:    d.Present().Truncate(time.Microsecond),
		book:   d.Book,
		people: map[throughline.PersonID]store.Person{},
	}
	if !in.On.IsZero() && in.On.Sub(o.today()) > 0 {
		return Recorded{}, o.Bad(in.On.String(), throughline.Refuse("ahead", "that day is still to come"))
	}
	o.ID = throughline.DealID(o.newID("deal", 0))
	var err error
	if o.Written, err = d.Read().Facts(ctx, o.ID); err != nil {
		return Recorded{}, err
	}
	if sent, err := o.sent(ctx); err != nil {
		return Recorded{}, err
	} else if sent {
		return o.again(), nil
	}
	from, err := smallDeal(ctx, d, op, in.Expands)
	if err != nil {
		return Recorded{}, err
	}
	title, err := o.plain("the title", in.Title, 300)
	if err != nil {
		return Recorded{}, err
	}
	if title == "" {
		return Recorded{}, o.Bad("", throughline.Refuse("title", "the deal needs a title"))
	}
	account, err := o.plain("the customer's name", in.Account, 200)
	if err != nil {
		return Recorded{}, err
	}
	o.Lint(title)
	body := deal.Opened{Title: title, Owner: d.Author}
	if body.Attributes, err = o.attributes(in.Knows); err != nil {
		return Recorded{}, err
	}
	switch {
	case account != "":
		if body.Account, err = o.accountNamed(ctx, account); err != nil {
			return Recorded{}, err
		}
	case from != nil:
		body.Account = from.Account.Value
	}
	if from != nil && body.Owner.IsZero() {
		body.Owner = from.Owner.Value
	}
	o.Add(Entry{Body: body})
	o.Summary.Attributes = map[string]deal.Latest[string]{}
	for name, value := range body.Attributes {
		o.Summary.Attributes[name] = deal.Latest[string]{Value: value}
	}
	if in.Process != "" {
		picked, err := o.pick(ctx, in.Process, in.Because)
		if err != nil {
			return Recorded{}, err
		}
		o.Add(Entry{Body: picked})
	} else if err := o.notTheirs(ctx); err != nil {
		return Recorded{}, err
	}
	if from != nil {
		o.growOutOf(from)
	}
	return o.end(ctx)
}

// smallDeal opens the small deal that a new one may grow out of; nil for no word.
// One deal grows out of it and no second.
func smallDeal(ctx context.Context, d *Desk, op, word string) (*Writer, error) {
	if word == "" {
		return nil, nil
	}
	from, err := begin(ctx, d, op, Writing{ID: word})
	if err != nil {
		return nil, err
	}
	for _, f := range from.OfKind(deal.KindLinked) {
		if l := f.Body.(deal.Linked); l.As == "land" {
			return nil, throughline.Fail(op, throughline.Conflict, word,
				throughline.Refuse("linked", "this deal is linked to a larger one already: %s", "to", l.To.String()))
		}
	}
	return from, nil
}

// accountNamed gives the customer of a name: one that a deal has, or a new one. A
// deal that is not seen counts: who writes the whole name of a customer knows it,
// and a customer of several sellers stays one.
func (o *Writer) accountNamed(ctx context.Context, name string) (throughline.AccountID, error) {
	id := throughline.AccountID(o.newID("account", 0))
	found, err := o.Desk.Whole().Read().FindDeals(ctx, name, 20)
	if err != nil {
		return id, err
	}
	if known, err := accountCalled(ctx, o.Desk, name, found); err != nil || !known.IsZero() {
		return known, err
	}
	o.Batch.Accounts = append(o.Batch.Accounts, store.Account{ID: id, Recorded: o.now, Name: name})
	return id, nil
}

// growOutOf links a new deal with the small one, and takes its people along as witnesses.
func (o *Writer) growOutOf(from *Writer) {
	o.Add(Entry{Body: deal.Linked{To: from.ID, As: "expand"}})
	o.Add(Entry{Body: deal.Linked{To: o.ID, As: "land"}, Deal: from.ID})
	for _, id := range from.PersonIDs() {
		if st := from.People[id]; !st.Left.Value {
			o.Add(Entry{Grade: throughline.E1, Body: deal.PersonJoined{Person: id, Role: throughline.Informant, Function: st.Function.Value}})
		}
	}
}

// accountCalled finds an account of that very name among some deals.
func accountCalled(ctx context.Context, d *Desk, name string, deals []throughline.DealID) (throughline.AccountID, error) {
	if len(deals) == 0 {
		return throughline.AccountID{}, nil
	}
	summaries, err := d.Whole().Read().SummariesOf(ctx, deals)
	if err != nil {
		return throughline.AccountID{}, err
	}
	var ids []throughline.AccountID
	for _, s := range summaries {
		if !s.Account.Value.IsZero() {
			ids = append(ids, s.Account.Value)
		}
	}
	accounts, err := d.Read().Accounts(ctx, desk.Distinct(ids))
	if err != nil {
		return throughline.AccountID{}, err
	}
	for id, a := range accounts {
		if strings.EqualFold(a.Name, name) {
			return id, nil
		}
	}
	return throughline.AccountID{}, nil
}

// RecordStage does the work of operation.RecordStage: which stage of ours the deal stands in.
func RecordStage(ctx context.Context, d *Desk, in StageInput) (Recorded, error) {
	return Write(ctx, d, "move stage", in.Writing, func(o *Writer) error {
		a := throughline.Address(strings.TrimSpace(in.Stage))
		pr, on := alignment.ProcessOf(&o.Summary, o.book)
		if _, ok := o.book.Stage(a); !ok {
			var all []string
			for _, s := range pr.Stages {
				all = append(all, string(s.Addr))
			}
			return o.Bad(in.Stage, diag.Unknown(in.Stage, all))
		}
		if other := o.book.Process(a); other.ID != pr.ID && (on.By == alignment.ByPick || on.By == alignment.ByRule) {
			return o.Bad(
				in.Stage,
				throughline.Refuse(
					"process_stage",
					"this deal follows %s; throughline record process puts it on %s",
					"process",
					pr.Address(),
					"other",
					other.Address(),
				),
			)
		}
		o.Add(Entry{Body: deal.StageMoved{Stage: a}})
		return nil
	})
}

// StageInput names a stage.
type StageInput struct {
	Writing
	Stage string `arg:"" name:"stage" json:"stage" help:"process/…/stage/…"`
}

// RecordDate does the work of operation.RecordDate: when an order is expected from now on.
func RecordDate(ctx context.Context, d *Desk, in DateInput) (Recorded, error) {
	return Write(ctx, d, "move date", in.Writing, func(o *Writer) error {
		if in.To.IsZero() {
			return o.Bad("", throughline.Refuse("day", "no day is named"))
		}
		o.Add(Entry{Body: deal.CloseDateMoved{To: in.To, ByCustomer: in.ByCustomer}})
		if today := throughline.DayOf(o.now, d.Days()); in.To.Sub(today) < 0 && o.Outcome() == throughline.StillOpen {
			o.found = append(o.found, diag.Finding{Check: "date-past", Severity: diag.Warning, Field: "to", Value: in.To.String(),
				Message: "that day has passed and the deal is open: no order can come on it any more",
				Hint:    "the day on which an order is expected now, or how the deal ended"})
		}
		if was := o.CloseDate(); in.ByCustomer && !was.IsZero() && in.To.Sub(was) > 0 {
			o.Add(Entry{Body: deal.Noticed{Event: deal.DateMoved}})
		}
		return nil
	})
}

// DateInput is the expected day of an order.
type DateInput struct {
	Writing
	To         throughline.Day `arg:"" name:"to" json:"to" help:"The day."`
	ByCustomer bool            `name:"by-customer" json:"by_customer,omitempty" help:"The customer moved it."`
}
