package web

import (
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/showing"
)

// accountView is a customer across its deals.
type accountView struct {
	frame
	Name, Facts, Worth string
	Table              listView // its deals
	People             []personLine
	Said               []toldLine
	SaidOf             string // of how many deals what was said is shown, where it is not of all
}

// personLine is somebody of the customer's, with the deals they take part in.
type personLine struct {
	Href, Name, Note string
	Left             bool
	Deals            []choice
}

// toldLine is a fact in words, with its day and its deal.
type toldLine struct {
	When, Text string
	GradeWord  string
	Deal       choice
}

func (s *site) account(v *visit) (component, error) {
	x, err := ask[showing.AccountPage](v, operation.ShowAccount, &showing.OfInput{View: v.view(), ID: v.PathValue("id")})
	if err != nil {
		return nil, err
	}
	p := v.p
	out := accountView{frame: v.frame(x.Account.Name, "account"), Name: x.Account.Name, Worth: v.worth(x.Deals)}
	if out.Name == "" {
		out.Name = p.Say("table.nameless")
		out.Title = out.Name
	}
	out.Facts = p.Say("deals.heading", "n", x.Deals.Matched)
	if !x.LastAct.IsZero() {
		out.Facts = p.Say("table.last_act", "deals", out.Facts, "ago", p.Ago(x.LastAct, v.day()))
	}
	own := *v
	own.query = map[string][]string{"cols": {"question,stage,amount,expected,heard,owner,end"}}
	out.Table = listView{frame: out.frame, Heading: out.Facts}
	in := &showing.DealsInput{Sort: "recent"}
	if out.Table.Table, err = own.table(in, x.Deals, false); err != nil {
		return nil, err
	}
	for i := range out.Table.Table.Columns {
		out.Table.Table.Columns[i].Href, out.Table.Table.Columns[i].Sorted = "", "" // the list itself is ordered on its page
	}
	for i, r := range x.Deals.Rows {
		out.Table.Table.Rows[i].Cells[0].Text = brief(heading(p, r), x.Account.Name)
	}
	out.Table.Table.Earlier = ""
	if out.Table.Table.Later = ""; x.Deals.Matched > len(x.Deals.Rows) {
		out.Table.Table.Later, out.Table.Table.Older = v.link("/deals", "account", x.Account.ID.String()), "table.all_of_them"
	}
	for _, w := range x.People {
		line := personLine{Href: v.link("/people/" + w.ID.String()), Name: w.Name, Note: w.Title, Left: w.Left}
		if line.Name == "" {
			line.Name = p.Say("person.unnamed")
		}
		if len(w.Roles) > 0 {
			line.Note = joined(p, line.Note, p.Roles(w.Roles))
		}
		for i, d := range w.Deals {
			if i < foundDeals {
				line.Deals = append(line.Deals, choice{Word: brief(v.titled(d), out.Name), Href: v.link("/deals/"+d.ID.String()+"/people") + "#person-" + w.ID.String()})
			}
		}
		out.People = append(out.People, line)
	}
	out.Said = v.told(x.Said, x.Names, out.Name)
	if x.Read < x.Deals.Matched {
		out.SaidOf = p.Say("table.said_of", "n", x.Read, "of", x.Deals.Matched)
	}
	return accountPage(out), nil
}

// joined puts two short notes side by side.
func joined(p *phrase.Phrase, a, b string) string {
	if a == "" {
		return b
	}
	return a + p.Say("list.semicolon") + b
}

// told puts facts into lines, on a page of the customer.
func (v *visit) told(said []showing.SaidInDeal, names map[throughline.PersonID]showing.PersonRecord, customer string) (out []toldLine) {
	n := phrase.Names{Book: v.desk.Book, Today: v.day(), Person: func(id throughline.PersonID) string { return names[id].Name }}
	for _, s := range said {
		line := toldLine{When: v.p.DayNear(s.On, v.day()), Text: v.p.Fact(n, s.Fact), Deal: choice{Word: brief(v.titled(s.Deal), customer), Href: v.link("/deals/" + s.Deal.ID.String())}}
		if s.Fact.Grade != 0 {
			line.GradeWord = v.p.Grade(s.Fact.Grade)
		}
		out = append(out, line)
	}
	return out
}
