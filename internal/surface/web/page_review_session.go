package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/forecasting"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/reviewing"
	"github.com/throughline/throughline/internal/showing"
)

// mostReviewed is up to how many open deals the review looks at all of them at once.
const mostReviewed = 3_000

// agendaView is whose turn it is in a review.
type agendaView struct {
	Sellers    []choice
	Menu       bool // there are too many to stand side by side
	Next, Last choice
	Word       string
}

// sessionView is one seller's deals to talk over.
type sessionView struct {
	frame
	Heading, Lede string
	Untold        string
	Agenda        agendaView
	Since         string
	Seller        string
	Deals         []sessionDealView
	More          choice
	Back          choice
	Nobody        string // that whoever asks should say who they are
}

type sessionDealView struct {
	Row      rowView
	ID       string
	Since    string
	Says     []string
	Ours     []string
	Untold   string
	Parts    []sessionPart
	Due      []dueView
	Ask      []string
	Chance   string
	Bet      string
	Strategy string
	Asked    []leftView
	Notes    []leftView
	Question string
	Note     string
	Back     string
}

type sessionPart struct {
	Word, None string
	Rows       []sessionLine
}

type sessionLine struct{ When, Text string }

type dueView struct {
	When, Text, Whose string
	Late              bool
}

func openOf(ours showing.Ours) int {
	n := 0
	for _, o := range ours.People {
		n += o.Open
	}
	return n
}

// mostSideBySide is how many sellers stand side by side in an agenda.
const mostSideBySide = 14

// agenda lists whoever has open deals, in the order of names; here is whose turn it is.
func (v *visit) agenda(ours showing.Ours, here throughline.PersonID) agendaView {
	p := v.p
	out := agendaView{Word: p.Say("session.agenda")}
	link := func(o showing.OurPerson) string { return v.link("/review", "seller", o.ID.String()) }
	var list []showing.OurPerson
	for _, o := range ours.People {
		if o.Open > 0 || o.ID == here {
			list = append(list, o)
		}
	}
	at := slices.IndexFunc(list, func(o showing.OurPerson) bool { return o.ID == here })
	for i, o := range list {
		word := p.Say("session.seller", "name", o.Name, "n", o.Open)
		if !v.asOf.IsZero() {
			word = o.Name // what is counted is of today
		}
		out.Sellers = append(out.Sellers, choice{Word: word, Href: link(o), Lang: o.ID.String(), Here: i == at})
	}
	out.Menu = len(list) > mostSideBySide
	switch {
	case len(list) == 0:
	case at < 0:
		out.Next = choice{Word: p.Say("session.begin", "name", list[0].Name), Href: link(list[0])}
	case at+1 < len(list):
		out.Next = choice{Word: p.Say("session.next", "name", list[at+1].Name), Href: link(list[at+1])}
	default:
		out.Next = choice{Word: p.Say("session.over"), Href: v.link("/review")}
	}
	if at > 0 {
		out.Last = choice{Word: p.Say("session.back", "name", list[at-1].Name), Href: link(list[at-1])}
	}
	return out
}

// reviewAgenda is the review of a company with many deals: whose turn it is, and
// the way to what repeats over all of them.
func (v *visit) reviewAgenda(ours showing.Ours, open int) reviewView {
	p := v.p
	out := reviewView{frame: v.frame(p.Say("manage.title"), "review"), Heading: p.Say("session.heading"), Lede: p.Say("manage.lede", "day", p.Day(v.day()), "n", open),
		Agenda: v.agenda(ours, throughline.PersonID{}), Whole: choice{Word: p.Say("session.whole"), Href: v.to("whole", "yes")}}
	if !v.asOf.IsZero() {
		out.Lede = p.Day(v.day()) // how many are open today says nothing of that day
	}
	out.Owners = append(out.Owners, choice{Word: p.Say("manage.everybody"), Here: true})
	for _, o := range ours.People {
		out.Owners = append(out.Owners, choice{Word: o.Name, Href: o.Name})
	}
	return out
}

// session is the review of one seller; what it shows stands in its address, and
// what is left on it are facts of the deals.
func (s *site) session(v *visit) (component, error) {
	in := &reviewing.SessionInput{View: desk.View{AsOf: v.asOf}, Seller: strings.TrimSpace(v.query.Get("seller"))}
	if n, err := strconv.Atoi(v.query.Get("deals")); err == nil && n > 0 && n < 1000 {
		in.Deals = n
	}
	if word := strings.TrimSpace(v.query.Get("since")); word != "" {
		day, err := throughline.ParseDay(word)
		if err != nil {
			return nil, throughline.Fail("review session", throughline.Invalid, "", err)
		}
		in.Since = day
	}
	r, err := ask[reviewing.Session](v, operation.ReviewSession, in)
	if err != nil {
		return nil, err
	}
	ours, err := ask[showing.Ours](v, operation.ListOurs, &desk.Nothing{})
	if err != nil {
		return nil, err
	}
	p := v.p
	out := sessionView{frame: v.frame(p.Say("manage.title")+": "+r.Name, "review"), Heading: p.Say("session.of", "name", r.Name), Agenda: v.agenda(ours, r.Seller),
		Lede:  p.Say("session.lede", "day", p.Day(r.AsOf), "n", r.Open, "minutes", reviewing.SessionMinutes(len(r.Deals))),
		Since: in.Since.String(), Seller: r.Seller.String(), Back: choice{Word: p.Say("session.everybody"), Href: v.link("/review")}}
	switch {
	case r.Open == 0:
		out.Untold = p.Say("session.nothing_open")
	case r.Told == 0:
		out.Untold = p.Say("session.untold")
	}
	if out.Writes && out.Me == "" {
		out.Nobody = p.Say("session.nobody")
	}
	for _, x := range r.Deals {
		out.Deals = append(out.Deals, v.sessionDeal(x))
	}
	if n := len(r.Deals); n < r.Open && n < 12 {
		out.More = choice{Word: p.Say("session.more", "n", n+1), Href: v.to("deals", strconv.Itoa(n+1))}
	}
	return sessionPage(out), nil
}

func (v *visit) sessionDeal(x reviewing.SessionDeal) sessionDealView {
	p := v.p
	id := x.ID.String()
	place := v.place(reviewing.Disagreement{DealRow: x.DealRow, Says: x.Says, Judged: x.Judged})
	out := sessionDealView{Row: place.Row, ID: "deal-" + id, Says: place.Says, Ours: place.Ours, Question: "/deals/" + id + "/question", Note: "/deals/" + id + "/note",
		Back: v.to() + "#deal-" + id, Strategy: v.link("/deals/" + id + "/strategy"), Bet: x.Bet, Since: p.Say("session.since", "day", p.DayNear(x.Since, v.day()))}
	switch {
	case x.Named:
		out.Since = p.Say("session.since_day", "day", p.DayNear(x.Since, v.day()))
	case !x.Talked:
		out.Since = p.Say("session.first", "day", p.DayNear(x.Since, v.day()))
	}
	if x.Untold {
		out.Untold = p.Say("session.deal_untold")
	}
	for _, part := range []struct {
		key  string
		list []reviewing.Happened
	}{{"theirs", x.Theirs}, {"ours", x.Ours}, {"moved", x.Moved}} {
		view := sessionPart{Word: p.Say("session." + part.key), None: p.Say("session." + part.key + "_none")}
		for _, h := range part.list {
			view.Rows = append(view.Rows, sessionLine{p.DayNear(h.On, v.day()), h.Text})
		}
		out.Parts = append(out.Parts, view)
	}
	for _, due := range x.Due {
		row := dueView{When: p.DayNear(due.Due, v.day()), Text: due.Text, Whose: p.Say("session.side_ours"), Late: due.Late > 0}
		if due.Side == deal.Customer {
			row.Whose = p.Say("session.side_theirs")
		}
		out.Due = append(out.Due, row)
	}
	for _, q := range x.Ask {
		out.Ask = append(out.Ask, q.Text)
	}
	if x.Now != nil {
		now := forecasting.ChanceWord(p, x.Now.Said.Won, x.Now.Low.Won, x.Now.High.Won)
		out.Chance = p.Say("session.chance", "day", p.DayNear(x.Now.Day, v.day()), "now", now)
		if x.Then != nil {
			then := forecasting.ChanceWord(p, x.Then.Said.Won, x.Then.Low.Won, x.Then.High.Won)
			out.Chance = p.Say("session.chance_then", "day", p.DayNear(x.Now.Day, v.day()), "now", now, "then", then, "on", p.DayNear(x.ThenOn, v.day()))
		}
	}
	for _, q := range x.Asked {
		out.Asked = append(out.Asked, v.left(x.ID, "", q))
	}
	for _, n := range x.Notes {
		out.Notes = append(out.Notes, v.left(x.ID, "", n))
	}
	return out
}
