package showing

import (
	"context"
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/phrase"
)

// ListInitiatives does the work of operation.ListInitiatives: the change efforts of customers, and how they stand.
func ListInitiatives(ctx context.Context, d *Desk, in InitiativesInput) (InitiativeList, error) {
	walk, err := in.Walk("list initiatives", in.Instant(&d.Desk), in.AsOf)
	if err != nil {
		return InitiativeList{}, err
	}
	at := walk.At
	all, err := d.Initiatives(ctx, at)
	out := InitiativeList{Rows: []InitiativePage{}}
	all, out.Next = desk.Cut(walk, in.Limit, all, func(i desk.InitiativeKnown) []desk.Key {
		return []desk.Key{desk.Newest(i.Begun.UnixMicro()), desk.Word(i.ID.String())}
	})
	for _, i := range all {
		page, err := d.initiativePage(ctx, at, i)
		if err != nil {
			return out, err
		}
		out.Rows = append(out.Rows, page)
	}
	return out, err
}

// InitiativesInput says as of when.
type InitiativesInput struct {
	desk.View
	desk.Paging
}

// InitiativeList is the answer of ListInitiatives, the one begun last first.
type InitiativeList struct {
	Rows []InitiativePage `json:"rows"`
	Next string           `json:"next,omitempty"` // the cursor of the page after it; none where it is the last
}

// ShowInitiative does the work of operation.ShowInitiative: one change effort of a customer: its purchases, its work, what is in danger.
func ShowInitiative(ctx context.Context, d *Desk, in InitiativeNamed) (InitiativePage, error) {
	at := in.Instant(&d.Desk)
	id, err := d.InitiativeMeant(ctx, at, "show initiative", in.ID)
	if err != nil {
		return InitiativePage{}, err
	}
	deals, err := d.Members(ctx, at, id, true)
	if err != nil {
		return InitiativePage{}, err
	}
	i, ok := deal.InitiativeOf(id, deals)
	if !ok {
		return InitiativePage{}, throughline.Fail("show initiative", throughline.NotFound, desk.Short(in.ID),
			throughline.Refuse("no_initiative", "there is no such initiative"))
	}
	return d.initiativePage(ctx, at, desk.InitiativeKnown{Initiative: i, Deals: deals})
}

// InitiativeNamed names an initiative, and says as of when.
type InitiativeNamed struct {
	desk.View
	ID string `arg:"" name:"id" path:"id" json:"id" help:"The initiative: our id, its name, or the beginning of either."`
}

// InitiativePage is a change effort with what hangs on it.
type InitiativePage struct {
	ID          throughline.ID     `json:"id"`
	Name        string             `json:"name"`
	Account     string             `json:"account"`
	Outcome     string             `json:"outcome,omitempty"`
	Measure     string             `json:"measure,omitempty"`
	Sponsor     string             `json:"sponsor,omitempty"`
	NoSponsor   bool               `json:"no_sponsor,omitempty"` // nobody of theirs stands behind it
	Consequence string             `json:"consequence,omitempty"`
	By          throughline.Day    `json:"by,omitzero"` // on which day the consequence comes
	Begun       throughline.Day    `json:"begun"`
	Said        throughline.Day    `json:"said,omitzero"` // when anything was last said of what it is
	Deals       []InitiativeDeal   `json:"deals"`         // ours, those that have left last
	Purchases   []PurchaseRow      `json:"purchases"`     // of others
	Works       []WorkRow          `json:"works"`         // of the initiative, and those that stand beside one purchase alone
	Picture     map[WorkStands]int `json:"picture"`       // how much of the work stands how

	Names phrase.Names `json:"-"`
}

// InitiativeDeal is a purchase of ours in an initiative.
type InitiativeDeal struct {
	Named
	Part    deal.Part         `json:"part"` // supplies, observes; empty: it has left
	Serves  string            `json:"serves,omitempty"`
	Since   throughline.Day   `json:"since"`
	Outcome string            `json:"outcome"`
	At      throughline.Phase `json:"frontier,omitempty"`
	Left    float64           `json:"left"` // what trouble with their change leaves of the chance of winning: 1, nothing is taken off
	Because []string          `json:"because"`

	Reading alignment.Reading `json:"-"`
}

// PurchaseRow is a purchase of others.
type PurchaseRow struct {
	Fact     throughline.FactID `json:"fact"`
	What     string             `json:"what"`
	Supplier string             `json:"supplier,omitempty"`
	State    deal.PurchaseState `json:"state"`
	Due      throughline.Day    `json:"due,omitzero"`
	Serves   string             `json:"serves,omitempty"`
	Since    throughline.Day    `json:"since"`
}

// WorkRow is work of theirs beside the purchases.
type WorkRow struct {
	Fact   throughline.FactID    `json:"fact"`
	Deal   throughline.DealID    `json:"deal,omitzero"` // of one purchase alone
	What   string                `json:"what"`
	Owner  string                `json:"owner,omitempty"`
	Due    throughline.Day       `json:"due,omitzero"`
	State  throughline.StepState `json:"state"`
	Stands WorkStands            `json:"stands"`
	Late   int                   `json:"late,omitempty"` // days
	Serves string                `json:"serves,omitempty"`
	Since  throughline.Day       `json:"since"`
}

// WorkStands is how work of theirs stands, as a picture tells it.
type WorkStands string

// How work may stand, the worst first.
const (
	WorkFails   WorkStands = "failing"
	WorkIsStuck WorkStands = "stuck"
	WorkOverdue WorkStands = "late"
	WorkMoves   WorkStands = "moving"
	WorkWaits   WorkStands = "waiting"
	WorkIsDone  WorkStands = "done"
)

// WorkStandings lists them, the worst first.
func WorkStandings() []WorkStands {
	return []WorkStands{WorkFails, WorkIsStuck, WorkOverdue, WorkMoves, WorkWaits, WorkIsDone}
}

// WorkRows tells how work of theirs stands, the worst first, the sooner first.
// What is no longer needed is left out.
func WorkRows(works []deal.Work, today throughline.Day, in func(string) string) []WorkRow {
	out := []WorkRow{}
	for _, w := range works {
		if w.State == throughline.StepNotNeeded {
			continue
		}
		r := WorkRow{Fact: w.ID, What: in(w.What), Owner: in(w.Owner), Due: w.Due, State: w.State, Serves: in(w.Serves),
			Since: throughline.DayOf(w.Since, w.Since.Location())}
		if w.State != throughline.StepDone && !w.Due.IsZero() {
			r.Late = max(0, today.Sub(w.Due))
		}
		r.Stands = stands(w.State, r.Late)
		out = append(out, r)
	}
	sortWorks(out)
	return out
}

func sortWorks(rows []WorkRow) {
	rank := func(r WorkRow) int { return slices.Index(WorkStandings(), r.Stands) }
	slices.SortStableFunc(rows, func(a, b WorkRow) int {
		if d := rank(a) - rank(b); d != 0 {
			return d
		}
		if a.Due.IsZero() != b.Due.IsZero() {
			if a.Due.IsZero() {
				return 1
			}
			return -1
		}
		return a.Due.Compare(b.Due)
	})
}

func stands(s throughline.StepState, late int) WorkStands {
	switch {
	case s == throughline.StepFailing:
		return WorkFails
	case s == throughline.StepStuck:
		return WorkIsStuck
	case s == throughline.StepDone:
		return WorkIsDone
	case late > 0:
		return WorkOverdue
	case s == throughline.StepBegun:
		return WorkMoves
	}
	return WorkWaits
}

// initiativePage puts an initiative into words, as of an instant.
func (d *Desk) initiativePage(ctx context.Context, now time.Time, i desk.InitiativeKnown) (InitiativePage, error) {
	zone := d.Days()
	today := throughline.DayOf(now, zone)
	out := InitiativePage{ID: i.ID, NoSponsor: i.NoSponsor, By: i.By, Begun: throughline.DayOf(i.Begun, zone), Deals: []InitiativeDeal{},
		Purchases: []PurchaseRow{}, Picture: map[WorkStands]int{}}
	deals := i.Deals
	var ids []throughline.PersonID
	var accounts []throughline.AccountID
	for _, x := range deals {
		ids, accounts = append(ids, desk.PeopleIn(x)...), append(accounts, x.Account.Value)
	}
	people, err := d.Read().People(ctx, ids)
	if err != nil {
		return out, err
	}
	names, err := d.Read().Accounts(ctx, accounts)
	if err != nil {
		return out, err
	}
	p := phrase.For(d.Language)
	out.Names = phrase.Names{Book: d.Book, Today: today, Person: func(id throughline.PersonID) string { return people[id].Name }}
	words := func(s string) string { return p.Text(out.Names, s) }
	out.Name, out.Outcome, out.Measure, out.Sponsor, out.Consequence = words(i.Name), words(i.Outcome), words(i.Measure), words(i.Sponsor), words(i.Consequence)
	if !i.Last.ID.IsZero() {
		out.Said = i.Last.Day(zone)
	}
	norms, err := d.Lists.Norms(ctx, &d.Desk, now)
	if err != nil {
		return out, err
	}
	var works []WorkRow
	for _, m := range i.Members {
		k := slices.IndexFunc(deals, func(x deal.Deal) bool { return x.Deal == m.Deal })
		s := &deals[k].Summary
		if a := names[s.Account.Value].Name; a != "" {
			out.Account = a
		}
		book := d.BookOf(s)
		r := alignment.Of(s, book, norms, now)
		row := InitiativeDeal{Named: Named{s.Deal, s.Title.Value}, Part: m.Part, Serves: words(m.Serves), Since: throughline.DayOf(m.Since, zone),
			Outcome: s.Outcome().Word(), At: r.Firm, Left: 1, Because: []string{}, Reading: r}
		if s.Outcome() == throughline.StillOpen {
			doubt := alignment.DoubtOf(s, now)
			row.Left = doubt.Factor
			for _, y := range doubt.Because {
				row.Because = append(row.Because, phrase.Initial(p.Reason(out.Names, r, y)))
			}
		}
		out.Deals = append(out.Deals, row)
		if m.Part == deal.NoPart {
			continue
		}
		own := slices.DeleteFunc(deals[k].Works(), func(w deal.Work) bool { return !w.Initiative.IsZero() })
		for _, w := range WorkRows(own, today, words) {
			w.Deal = s.Deal
			works = append(works, w)
		}
	}
	slices.SortStableFunc(out.Deals, func(a, b InitiativeDeal) int {
		return desk.Count(a.Part == deal.NoPart) - desk.Count(b.Part == deal.NoPart)
	})
	out.Works = append(WorkRows(i.Works, today, words), works...)
	sortWorks(out.Works)
	for _, w := range out.Works {
		out.Picture[w.Stands]++
	}
	for _, x := range i.Purchases {
		state := x.State
		if state == "" {
			state = deal.Considered
		}
		out.Purchases = append(out.Purchases,
			PurchaseRow{Fact: x.ID, What: words(x.What), Supplier: words(x.Supplier), State: state, Due: x.Due, Serves: words(x.Serves),
				Since: throughline.DayOf(x.Since, zone)})
	}
	return out, nil
}

// InitiativeLine is an initiative, as the page of one of its deals says it.
type InitiativeLine struct {
	ID     throughline.ID
	Name   string
	Part   deal.Part
	Others []InitiativeDeal // the other purchases of ours
	Page   InitiativePage
}

// ShowInitiativeOf does the work of operation.ShowInitiativeOf: the change effort that a deal is a part of.
func ShowInitiativeOf(ctx context.Context, d *Desk, in DealInput) (InitiativeLine, error) {
	id, err := d.Find(ctx, in.ID)
	if err != nil {
		return InitiativeLine{}, err
	}
	var part []throughline.ID
	now := in.Instant(&d.Desk)
	facts, err := d.Read().Facts(ctx, id)
	if err != nil {
		return InitiativeLine{}, err
	}
	if folded, ok := deal.Fold(facts, now); ok {
		part = folded.InitiativeIDs(false)
	}
	if len(part) == 0 {
		return InitiativeLine{}, nil
	}
	at := part[0]
	deals, err := d.Members(ctx, now, at, true)
	if err != nil {
		return InitiativeLine{}, err
	}
	i, _ := deal.InitiativeOf(at, deals)
	page, err := d.initiativePage(ctx, now, desk.InitiativeKnown{Initiative: i, Deals: deals})
	if err != nil {
		return InitiativeLine{}, err
	}
	out := InitiativeLine{ID: at, Name: page.Name, Page: page}
	for _, x := range page.Deals {
		switch {
		case x.ID == id:
			out.Part = x.Part
		case x.Part != deal.NoPart:
			out.Others = append(out.Others, x)
		}
	}
	return out, nil
}
