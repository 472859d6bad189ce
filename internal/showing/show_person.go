package showing

import (
	"cmp"
	"context"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/namesake"
	"github.com/throughline/throughline/internal/store"
)

// PersonPage is the answer of ShowPerson.
type PersonPage struct {
	Person  store.Person                          `json:"person"`
	Account store.Account                         `json:"account"`
	Deals   []PersonInDeal                        `json:"deals"`
	Said    []SaidInDeal                          `json:"said"`             // of them and by them, newest first
	Ours    []OursAbout                           `json:"ours,omitempty"`   // who of ours wrote of them, most first
	Also    []store.Person                        `json:"also,omitempty"`   // other names of theirs, which are told as them
	Others  []store.Person                        `json:"others,omitempty"` // of the same customer, who may be the same person
	Alike   []AlikePerson                         `json:"alike,omitempty"`  // those of them whose names look like one human's
	Names   map[throughline.PersonID]store.Person `json:"names"`
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

// OursAbout is one of us, with how often they wrote of somebody, and when last.
type OursAbout struct {
	ID    throughline.PersonID `json:"id"`
	Times int                  `json:"times"`
	Last  throughline.Day      `json:"last"`
}

// ShowPerson does the work of operation.ShowPerson: somebody of a customer's: deals, roles, stances, and what they said.
func ShowPerson(ctx context.Context, d *Desk, in OfInput) (out PersonPage, err error) {
	if out.Person, err = d.PersonCalled(ctx, "show person", in.ID); err != nil || out.Person.Ours {
		return out, err
	}
	rows, err := d.dealsAround(ctx, in, out.Person, &out)
	if err != nil {
		return out, err
	}
	who := out.Person.ID
	wrote := map[throughline.PersonID]*OursAbout{}
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
			if a := s.Fact.Author(); !a.IsZero() {
				if wrote[a] == nil {
					wrote[a] = &OursAbout{ID: a}
				}
				wrote[a].Times++
				wrote[a].Last = laterDay(wrote[a].Last, s.On)
			}
		}
		out.Deals, out.Said = append(out.Deals, p), append(out.Said, told...)
	}
	out.Said = newestFirst(out.Said)
	for _, o := range wrote {
		out.Ours = append(out.Ours, *o)
	}
	slices.SortFunc(out.Ours, func(a, b OursAbout) int { return cmp.Or(cmp.Compare(b.Times, a.Times), b.Last.Compare(a.Last)) })
	var ids []throughline.PersonID
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
	if err := d.otherNames(ctx, &out); err != nil {
		return out, err
	}
	if !out.Person.Account.IsZero() {
		accounts, err := d.Read().Accounts(ctx, []throughline.AccountID{out.Person.Account})
		out.Account = accounts[out.Person.Account]
		return out, err
	}
	return out, nil
}

// otherNames adds the names that are told as somebody's, and those that look as
// if they might be.
func (d *Desk) otherNames(ctx context.Context, out *PersonPage) error {
	same, err := d.Read().Merged(ctx)
	if err != nil {
		return err
	}
	for id, p := range same {
		end, err := d.ToldAs(ctx, id)
		if err != nil {
			return err
		}
		if end == out.Person.ID {
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
func (d *Desk) dealsAround(ctx context.Context, in OfInput, p store.Person, out *PersonPage) ([]DealRow, error) {
	list := DealsInput{View: in.View, Sort: "recent", Limit: mostAround}
	if !p.Account.IsZero() {
		list.Account, list.Limit = p.Account.String(), mostOfAccount
	}
	l, err := DealsOf(ctx, d, list)
	if err == nil && !p.Account.IsZero() && !slices.ContainsFunc(l.Rows, func(r DealRow) bool { _, is := r.Summary.People[p.ID]; return is }) {
		list.Account, list.Limit = "", mostAround
		l, err = DealsOf(ctx, d, list)
	}
	out.Looked, out.Of = len(l.Rows), l.Matched
	return l.Rows, err
}
