package showing

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/store"
)

// How much a page of a customer or of somebody of theirs is made of.
const (
	mostOfAccount = 200 // deals
	mostRead      = 60  // deals whose facts are read
	mostTold      = 60  // of what was said
	mostAround    = 500 // deals looked through for somebody of no customer
)

// AccountNamed names a customer.
type AccountNamed struct {
	desk.View
	ID string `arg:"" name:"id" path:"id" json:"id" help:"The customer: our id, or the name."`
}

// AccountPage is the answer of ShowAccount.
type AccountPage struct {
	Account store.Account                         `json:"account"`
	Deals   DealList                              `json:"deals"` // the newest of them
	People  []AccountPerson                       `json:"people"`
	Reports []ReportsTo                           `json:"reports"`           // who of theirs reports to whom
	Circles [][]throughline.PersonID              `json:"circles,omitempty"` // what was said of that and would lead back to where it begins
	Said    []SaidInDeal                          `json:"said"`              // newest first
	LastAct throughline.Day                       `json:"last_act,omitzero"` // of theirs, in any deal
	Read    int                                   `json:"read"`              // of how many deals the facts were read
	Names   map[throughline.PersonID]store.Person `json:"names"`
}

// AccountPerson is somebody of the customer's.
type AccountPerson struct {
	ID    throughline.PersonID `json:"id"`
	Name  string               `json:"name"`
	Title string               `json:"title,omitempty"`
	Roles []throughline.Role   `json:"roles,omitempty"`
	Deals []Named              `json:"deals"`
	Left  bool                 `json:"left,omitempty"` // from all of them
	Ours  []OursAbout          `json:"ours,omitempty"` // who of ours wrote of them, most first, in the deals that were read

	Unread bool `json:"unread,omitempty"` // they are in deals that were not read
}

// SaidInDeal is a fact with the deal it is of.
type SaidInDeal struct {
	Deal Named           `json:"deal"`
	Fact deal.Fact       `json:"fact"`
	On   throughline.Day `json:"on"`
}

// ShowAccount does the work of operation.ShowAccount: a customer: its deals, its people, and what they said.
func ShowAccount(ctx context.Context, d *Desk, in AccountNamed) (out AccountPage, err error) {
	a, err := d.AccountCalled(ctx, "show customer", in.ID)
	if err != nil {
		return out, err
	}
	out.Account = a
	list := DealsInput{View: in.View, Narrow: Narrow{Account: a.ID.String()}, Sort: "recent", Sums: true, Limit: mostOfAccount}
	if out.Deals, err = DealsOf(ctx, d, list); err != nil {
		return out, err
	}
	people := map[throughline.PersonID]*AccountPerson{}
	for i, r := range out.Deals.Rows {
		out.LastAct = laterDay(out.LastAct, r.LastCustomerAct)
		for who, st := range r.Summary.People {
			p := people[who]
			if p == nil {
				p = &AccountPerson{ID: who, Left: true}
				people[who] = p
			}
			p.Deals = append(p.Deals, Named{ID: r.ID, Title: r.Title})
			p.Left, p.Unread = p.Left && st.Left.Value, p.Unread || i >= mostRead || len(out.Deals.Rows) < out.Deals.Matched
			for _, role := range st.Roles {
				if !slices.Contains(p.Roles, role) {
					p.Roles = append(p.Roles, role)
				}
			}
		}
	}
	known := knowing{}
	for _, r := range out.Deals.Rows[:min(len(out.Deals.Rows), mostRead)] {
		told, err := d.toldIn(ctx, in.View, r, func(deal.Fact) bool { return true })
		if err != nil {
			return out, err
		}
		out.Read++
		for _, s := range told {
			known.see(s, func(who throughline.PersonID) bool { return people[who] != nil })
			if s.Fact.Grade.FromCustomer() && slices.Contains(s.Fact.Body.Kind().Groups(), deal.FromCustomer) {
				out.Said = append(out.Said, s)
			}
		}
	}
	out.Said = newestFirst(out.Said)
	reporting, lines := d.reportingOf(out.Deals.Rows)
	out.Reports, out.Circles = lines, reporting.Circles
	ids := namesOfReporting(out.Reports, out.Circles)
	for who, p := range people {
		ids = append(ids, who)
		p.Ours = known.of(who)
		for _, o := range p.Ours {
			ids = append(ids, o.ID)
		}
	}
	if out.Names, err = d.namesIn(ctx, ids, out.Said); err != nil {
		return out, err
	}
	out.People = []AccountPerson{}
	for who, p := range people {
		p.Name, p.Title = out.Names[who].Name, out.Names[who].Title
		out.People = append(out.People, *p)
	}
	slices.SortFunc(out.People, func(a, b AccountPerson) int {
		return cmp.Or(desk.Count(a.Left)-desk.Count(b.Left), cmp.Compare(len(b.Deals), len(a.Deals)), cmp.Compare(a.Name, b.Name), bytes.Compare(a.ID[:], b.ID[:]))
	})
	return out, nil
}

// toldIn gives the facts of a deal that count and are meant.
func (d *Desk) toldIn(ctx context.Context, view desk.View, r DealRow, is func(deal.Fact) bool) (out []SaidInDeal, err error) {
	facts, err := d.Read().Facts(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	folded, ok := deal.Fold(facts, view.Instant(&d.Desk))
	if !ok {
		return nil, nil
	}
	for _, f := range folded.Known {
		if is(f) {
			out = append(out, SaidInDeal{Named{ID: r.ID, Title: r.Title}, f, f.Day(d.Days())})
		}
	}
	return out, nil
}

// newestFirst orders what was said, and cuts it.
func newestFirst(all []SaidInDeal) []SaidInDeal {
	slices.SortStableFunc(all, func(a, b SaidInDeal) int { return deal.Compare(b.Fact, a.Fact) })
	return all[:min(len(all), mostTold)]
}

// namesIn looks up people, and whom facts point at.
func (d *Desk) namesIn(ctx context.Context, ids []throughline.PersonID, said []SaidInDeal) (map[throughline.PersonID]store.Person, error) {
	for _, s := range said {
		ids = append(append(ids, deal.PeopleOf(s.Fact.Body)...), s.Fact.Author())
	}
	return d.Read().People(ctx, desk.Distinct(ids))
}
