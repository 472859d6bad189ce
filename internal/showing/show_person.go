package showing

import (
	"cmp"
	"context"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/namesake"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/store"
)

// PersonPage is the answer of ShowPerson.
type PersonPage struct {
	ID      throughline.PersonID                  `json:"id"`
	AsOf    throughline.Day                       `json:"as_of"`
	Person  store.Person                          `json:"person"`
	Account store.Account                         `json:"account"`
	Deals   []PersonInDeal                        `json:"deals"`
	Said    []SaidInDeal                          `json:"said"`              // of them and by them, newest first
	Ours    []OursAbout                           `json:"ours,omitempty"`    // who of ours wrote of them, most first
	By      []throughline.PersonID                `json:"by,omitempty"`      // of whom of ours alone what was said is told, where that was asked for
	Reports []ReportsTo                           `json:"reports"`           // the line above them, and who reports to them
	Circles [][]throughline.PersonID              `json:"circles,omitempty"` // with them in it
	Also    []store.Person                        `json:"also,omitempty"`    // other names of theirs, which are told as them
	Others  []store.Person                        `json:"others,omitempty"`  // of the same customer, who may be the same person
	Alike   []AlikePerson                         `json:"alike,omitempty"`   // those of them whose names look like one human's
	Names   map[throughline.PersonID]store.Person `json:"names"`
	Book    *playbook.Playbook                    `json:"-"`      // by which facts are told
	Looked  int                                   `json:"looked"` // through how many deals
	Of      int                                   `json:"of"`
}

// PersonRecord is what is kept of a person apart from facts, for the faces.
type PersonRecord = store.Person

// PersonInDeal is how somebody stands in a deal.
type PersonInDeal struct {
	DealRow
	Roles    []throughline.Role `json:"roles,omitempty"`
	Function string             `json:"function,omitempty"`
	Left     bool               `json:"left,omitempty"`
	Stances  []StanceOn         `json:"stances,omitempty"` // oldest first
}

// AlikePerson is somebody whose name looks like the same human's, and by what sign.
type AlikePerson struct {
	store.Person
	Sign namesake.Sign `json:"sign"`
}

// StanceOn is where somebody stood since a day, -2 to +2.
type StanceOn struct {
	On    throughline.Day   `json:"on"`
	Value int               `json:"value"`
	Grade throughline.Grade `json:"grade"`
}

// PersonNamed names one of a customer's people.
type PersonNamed struct {
	desk.View
	ID string `arg:"" name:"id" path:"id" json:"id" help:"Who of a customer's: an id, or the whole name where only one person has it."`
	By string `name:"by" placeholder:"NAME" query:"by" json:"by,omitempty" help:"Of what is known of them, only what this one of ours wrote down: a part of the name, or an id."`
}

// ShowPerson does the work of operation.ShowPerson: somebody of a customer's: deals, roles, stances, and what they said.
func ShowPerson(ctx context.Context, d *Desk, in PersonNamed) (out PersonPage, err error) {
	if out.Person, err = d.PersonMeantOn(ctx, "show person", in.ID, in.View); err != nil || out.Person.Ours {
		return out, err
	}
	out.ID, out.AsOf, out.Book = out.Person.ID, in.Day(&d.Desk), d.Book
	rows, err := d.dealsAround(ctx, in.View, out.Person, &out)
	if err != nil {
		return out, err
	}
	who := out.Person.ID
	wrote := knowing{}
	others := map[throughline.PersonID]bool{}
	for _, r := range rows {
		st, in1 := r.Summary.People[who]
		for other := range r.Summary.People {
			others[other] = others[other] || other != who
		}
		if !in1 {
			continue
		}
		told, err := d.toldIn(ctx, in.View, r, func(f deal.Fact) bool { return slices.Contains(deal.PeopleOf(f.Body), who) })
		if err != nil {
			return out, err
		}
		p := PersonInDeal{DealRow: r, Roles: st.Roles, Function: st.Function.Value, Left: st.Left.Value}
		for _, s := range told {
			if b, is := s.Fact.Body.(deal.Stance); is && b.Person == who {
				p.Stances = append(p.Stances, StanceOn{s.On, b.Value, s.Fact.Grade})
			}
			wrote.see(s, func(p throughline.PersonID) bool { return p == who })
		}
		out.Deals, out.Said = append(out.Deals, p), append(out.Said, told...)
	}
	out.Ours = wrote.of(who)
	if err := d.saidBy(ctx, in.By, &out); err != nil {
		return out, err
	}
	out.Said = newestFirst(out.Said)
	reporting, lines := d.reportingOf(rows)
	out.Reports = lineOf(who, reporting, lines)
	for _, c := range reporting.Circles {
		if slices.Contains(c, who) {
			out.Circles = append(out.Circles, c)
		}
	}
	ids := namesOfReporting(out.Reports, out.Circles)
	for _, o := range out.Ours {
		ids = append(ids, o.ID)
	}
	for id, is := range others {
		if is {
			ids = append(ids, id)
		}
	}
	if out.Names, err = d.namesIn(ctx, ids, out.Said); err != nil {
		return out, err
	}
	for id := range others {
		if p := out.Names[id]; others[id] && p.Name != "" && !p.Ours {
			out.Others = append(out.Others, p)
		}
	}
	slices.SortFunc(out.Others, func(a, b store.Person) int { return cmp.Compare(a.Name, b.Name) })
	if err := d.otherNames(ctx, in.View, &out); err != nil {
		return out, err
	}
	if !out.Person.Account.IsZero() {
		accounts, err := d.Read().Accounts(ctx, []throughline.AccountID{out.Person.Account})
		out.Account = accounts[out.Person.Account]
		return out, err
	}
	return out, nil
}

// saidBy leaves of what was said what some of ours wrote down, where words mean any.
func (d *Desk) saidBy(ctx context.Context, words string, out *PersonPage) error {
	if words == "" {
		return nil
	}
	var ids []throughline.PersonID
	for _, o := range out.Ours {
		ids = append(ids, o.ID)
	}
	meant, err := d.OwnerMeant(ctx, words, ids)
	if err != nil {
		return err
	}
	out.By = []throughline.PersonID{}
	for _, id := range ids {
		if meant(id) {
			out.By = append(out.By, id)
		}
	}
	out.Said = slices.DeleteFunc(out.Said, func(s SaidInDeal) bool { return !meant(s.Fact.Author()) })
	return nil
}

// otherNames adds the names that are told as somebody's, and those that look as
// if they might be.
func (d *Desk) otherNames(ctx context.Context, v desk.View, out *PersonPage) error {
	same, err := d.MergedOn(ctx, v, out.Person.ID)
	if err != nil {
		return err
	}
	for id, p := range same {
		if store.ToldAs(id, same) == out.Person.ID && id != out.Person.ID {
			out.Also = append(out.Also, p)
		}
	}
	slices.SortFunc(out.Also, func(a, b store.Person) int { return cmp.Compare(a.Name, b.Name) })
	if !out.Person.Erased.IsZero() {
		return nil
	}
	names := []namesake.Name{{Name: out.Person.Name, Email: out.Person.Email}}
	for _, p := range out.Also {
		names = append(names, namesake.Name{Name: p.Name, Email: p.Email})
	}
	for _, p := range out.Others {
		for _, n := range names {
			if sign := namesake.Of(n, namesake.Name{Name: p.Name, Email: p.Email}); sign != namesake.None {
				out.Alike = append(out.Alike, AlikePerson{p, sign})
				break
			}
		}
	}
	return nil
}

// dealsAround gives the deals that somebody may take part in: those of their
// customer, else those that something was written of last.
func (d *Desk) dealsAround(ctx context.Context, view desk.View, p store.Person, out *PersonPage) ([]DealRow, error) {
	same, err := d.MergedOn(ctx, view, p.ID)
	if err != nil {
		return nil, err
	}
	people, err := d.Read().People(ctx, store.NamesOf(p.ID, same))
	if err != nil {
		return nil, err
	}
	accounts, part := []throughline.AccountID{}, false
	for _, id := range store.NamesOf(p.ID, same) { // names that became one may be of several customers
		switch a := people[id].Account; {
		case a.IsZero():
			part = part || id != p.ID
		case !slices.Contains(accounts, a):
			accounts = append(accounts, a)
		}
	}
	var rows []DealRow
	look := func(list DealsInput) error {
		l, err := DealsOf(ctx, d, list)
		for _, r := range l.Rows {
			if !slices.ContainsFunc(rows, func(had DealRow) bool { return had.ID == r.ID }) {
				rows = append(rows, r)
			}
		}
		out.Looked, out.Of = out.Looked+len(l.Rows), out.Of+l.Matched
		return err
	}
	for _, a := range accounts {
		if err := look(DealsInput{View: view, Narrow: Narrow{Account: a.String()}, Sort: "recent", Limit: mostOfAccount}); err != nil {
			return nil, err
		}
	}
	if part || !slices.ContainsFunc(rows, func(r DealRow) bool { _, is := r.Summary.People[p.ID]; return is }) {
		out.Looked, out.Of = 0, 0
		err = look(DealsInput{View: view, Sort: "recent", Limit: mostAround})
		out.Looked = len(rows)
	}
	return rows, err
}
