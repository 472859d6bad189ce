package web

import (
	"bytes"
	"cmp"
	"maps"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/showing"
)

// accountView is a customer across its deals.
type accountView struct {
	frame
	Name, Facts, Worth string
	Table              listView    // its deals
	File               string      // its people as a table
	Known              knowingView // its people, and who of ours knows them
	Reporting          reportingView
	Seen               *seenView // who sees its deals
	Said               []toldLine
	SaidOf             string // of how many deals what was said is shown, where it is not of all
}

// knowingView is a customer's people, and across them those of ours who wrote of any.
type knowingView struct {
	Ours   []string // names, over the columns
	Rows   []knowingRow
	More   string // of ours, for whom there is no column
	Nobody string // of theirs, whom nobody of ours knows
	Of     string // how many deals that is from, where not all were read
}

type knowingRow struct {
	Href, Name, Note string
	Left             bool
	Cells            []knowingCell // one for each of Ours
}

// knowingCell is how one of ours knows one of theirs; empty where nothing says so.
type knowingCell struct {
	Who, Day, Way string
	Near          string // a nearer way, of an earlier day
	Href, Label   string
	Far           bool // they only named them
}

// mostOurs is how many of ours have a column: those who wrote something last.
const mostOurs = 5

// toldLine is a fact in words, with its day and its deal.
type toldLine struct {
	When, Text string
	GradeWord  string
	Deal       choice
}

func (s *site) account(v *visit) (component, error) {
	x, err := ask[showing.AccountPage](v, operation.ShowAccount, &showing.AccountNamed{View: v.view(), ID: v.PathValue("id")})
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
	out.Known, out.File = v.known(x), v.link("/accounts/"+x.Account.ID.String()+"/people.csv")
	gone := map[throughline.PersonID]bool{}
	for _, w := range x.People {
		gone[w.ID] = w.Left
	}
	if out.Reporting, err = v.reporting(x.Reports, x.Circles, x.Names, gone, throughline.PersonID{}); err != nil {
		return nil, err
	}
	out.Said = v.told(x.Said, x.Names, out.Name)
	for i := range out.Said {
		if x.Deals.Matched == 1 { // they are all of it
			out.Said[i].Deal = choice{}
		}
	}
	if x.Read < x.Deals.Matched {
		out.SaidOf = p.Say("table.said_of", "n", x.Read, "of", x.Deals.Matched)
	}
	if out.Seen, err = v.seenOf(x.Account.ID); err != nil {
		return nil, err
	}
	return accountPage(out), nil
}

// known lays out who of ours knows whom.
func (v *visit) known(x showing.AccountPage) (out knowingView) {
	p, last := v.p, map[throughline.PersonID]throughline.Day{}
	for _, w := range x.People {
		for _, o := range w.Ours {
			if o.Last.Compare(last[o.ID]) > 0 {
				last[o.ID] = o.Last
			}
		}
	}
	ours := slices.SortedFunc(maps.Keys(last), func(a, b throughline.PersonID) int {
		return cmp.Or(last[b].Compare(last[a]), bytes.Compare(a[:], b[:]))
	})
	if more := len(ours) - mostOurs; more > 0 {
		out.More, ours = p.Say("table.knows_more", "n", more), ours[:mostOurs]
	}
	for _, id := range ours {
		out.Ours = append(out.Ours, v.named(x.Names[id]))
	}
	var nobody []string
	for _, w := range x.People {
		line := knowingRow{Href: v.link("/people/" + w.ID.String()), Name: v.named(x.Names[w.ID]), Note: w.Title, Left: w.Left, Cells: make([]knowingCell, len(ours))}
		if len(w.Roles) > 0 {
			line.Note = joined(p, line.Note, p.Roles(w.Roles))
		}
		near := false
		for _, o := range w.Ours {
			near = near || o.Nearest() != showing.NoteOf
			if i := slices.Index(ours, o.ID); i >= 0 {
				line.Cells[i] = knowingCell{
					Who: out.Ours[i], Day: p.DayNear(o.Last, v.day()), Way: p.Say("table.way." + string(o.Latest())), Far: o.Nearest() == showing.NoteOf,
					Href:  v.link("/people/"+w.ID.String(), "by", o.ID.String()) + "#said-h",
					Label: p.Say("table.knows_cell", "who", out.Ours[i], "whom", line.Name, "ways", v.ways(o), "day", p.DayNear(o.Last, v.day())),
				}
				if o.Latest() != o.Nearest() {
					line.Cells[i].Near = p.Say("table.way_near", "way", p.Say("table.way."+string(o.Nearest())), "day", p.DayNear(o.Ways[0].Last, v.day()))
				}
			}
		}
		if !near && !w.Left && !w.Unread {
			nobody = append(nobody, line.Name)
		}
		out.Rows = append(out.Rows, line)
	}
	if len(nobody) > 0 && len(ours) > 0 {
		out.Nobody = p.Say("table.knows_nobody", "who", p.List(nobody))
	}
	if x.Read < x.Deals.Matched {
		out.Of = p.Say("table.said_of", "n", x.Read, "of", x.Deals.Matched)
	}
	return out
}

// named gives a person's name, or that they have none.
func (v *visit) named(who showing.PersonRecord) string {
	return cmp.Or(who.Name, v.p.Say("person.unnamed"))
}

// ways says in words how often one of ours wrote of somebody, by the ways.
func (v *visit) ways(o showing.OursAbout) string {
	var out []string
	for _, w := range o.Ways {
		out = append(out, v.p.Say("table.way_"+string(w.How), "n", w.Times))
	}
	return v.p.List(out)
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
