package web

import (
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/phrase"
)

// ledgerRows bounds how many facts a page holds, and ledgerOpen how many of
// them stand unfolded.
const (
	ledgerRows = 200
	ledgerOpen = 20
)

// ledgerView is the deal's facts, filtered and in one order.
type ledgerView struct {
	Heading  string
	Grades   []groundsView // what the grades mean, and how long each keeps
	Kinds    []choice
	Orders   []choice
	Rows     []factView
	Rest     []factView // what is folded below them
	RestWord string
	Later    string // href of what does not fit on this page
	More     string
	Earlier  string
	Back     string
}

// factView is one fact with its dates, source and grade.
type factView struct {
	ID      string
	When    string
	WhenISO string
	Kind    string
	Text    string
	Who     string
	Acted   string // who brought it, and by which way
	Told    bool   // which says where it came from as well
	Learned string // empty where it was learned the day it happened
	Source  string
	Record  string
	Grade   string
	Means   string
	Against bool
	Fact    string // the fact's id, and where it can be taken back: "" where it came from elsewhere
	Undo    string
}

// ledger fills the page's ledger and notes which facts it shows.
func (t *teller) ledger() ledgerView {
	p := t.p
	chosen, oldest := t.query.Get("facts"), t.query.Get("order") == "oldest"
	var kinds []deal.Kind
	out := ledgerView{}
	for g := throughline.E0; g <= throughline.E4; g++ {
		text := p.Grade(g)
		if life := t.book().Evidence.ShelfLives[g]; life > 0 {
			text = p.Say("ledger.keeps", "what", text, "span", p.Days(int(life.Hours()/24)))
		}
		out.Grades = append(out.Grades, groundsView{Grade: g.String(), Means: p.Grade(g), Text: phrase.Initial(text)})
	}
	all := t.page.Deal.Known
	out.Kinds = append(out.Kinds, choice{Word: p.Say("ledger.all", "n", len(all)), Href: t.to("facts", "", "offset", ""), Here: true})
	for _, g := range deal.Groups() {
		n := len(t.page.Deal.OfKind(g.Kinds()...))
		if n == 0 {
			continue
		}
		here := string(g) == chosen
		if here {
			kinds, out.Kinds[0].Here = g.Kinds(), false
		}
		out.Kinds = append(
			out.Kinds,
			choice{Word: p.Say("ledger."+string(g), "n", n), Href: t.to("facts", string(g), "offset", ""), Here: here},
		)
	}
	out.Orders = []choice{
		{Word: p.Say("ledger.newest"), Href: t.to("order", "", "offset", ""), Here: !oldest},
		{Word: p.Say("ledger.oldest"), Href: t.to("order", "oldest", "offset", ""), Here: oldest},
	}
	facts := slices.Clone(all)
	if kinds != nil {
		facts = t.page.Deal.OfKind(kinds...)
	}
	if !oldest {
		slices.Reverse(facts)
	}
	out.Heading = p.Say("ledger.heading", "n", len(all))
	from := min(t.offset(), max(0, len(facts)-1))
	to := min(from+ledgerRows, len(facts))
	if from > 0 {
		out.Earlier, out.Back = t.to("offset", offsetWord(from-ledgerRows)), p.Say("ledger.newer")
		if oldest {
			out.Back = p.Say("ledger.older")
		}
	}
	if to < len(facts) {
		out.Later, out.More = t.to("offset", offsetWord(to)), p.Say("ledger.more", "n", len(facts)-to)
	}
	t.shown = make(map[throughline.FactID]bool, to-from)
	for _, f := range facts[from:to] {
		t.shown[f.ID] = true
		out.Rows = append(out.Rows, t.fact(f))
	}
	if n := len(out.Rows) - ledgerOpen; n > ledgerOpen/2 { // a few more are not worth a fold
		out.Rows, out.Rest = out.Rows[:ledgerOpen], out.Rows[ledgerOpen:]
		out.RestWord = p.Say("ledger.rest", "n", n)
	}
	return out
}

func (t teller) fact(f deal.Fact) factView {
	p := t.p
	happened, learned := f.Day(t.zone()), throughline.DayOf(f.Learned, t.zone())
	v := factView{ID: "f-" + f.ID.String(), When: p.DayNear(happened, t.day()), WhenISO: happened.String(), Text: p.Fact(t.names, f),
		Kind: p.Say("kind." + string(f.Body.Kind())), Record: f.Source.Record}
	switch s := f.Source.System; s {
	case "":
		v.Source = p.Say("source.none")
	case "person", "csv", "salesforce", "demo", "document", "message":
		v.Source = p.Say("source.sys_" + s)
	default:
		v.Source = p.Say("source.named", "name", s)
		if s == "plan" {
			v.Record = "" // which link it was tells a person nothing
		}
	}
	from := t.imported.Files(f)
	v.Acted = p.Acted(t.names, f.By, from)
	v.Told = v.Acted != "" && (from != "" || f.Source.System == "person" || f.Source.System == "plan" || f.Source.System == "playbook")
	if f.Happened.IsZero() {
		v.Learned = p.Say("ledger.undated")
	} else if learned != happened {
		v.Learned = p.Say("ledger.learned", "day", p.DayNear(learned, t.day()))
	}
	switch b := f.Body.(type) {
	case deal.Evidence:
		v.Kind = p.Say("kind.about", "place", p.Place(t.book(), b.About))
		v.Who = t.personName(b.Person)
	case deal.Contradiction:
		v.Kind, v.Against = p.Say("kind.against", "place", p.Place(t.book(), b.About)), true
		v.Who = t.personName(b.Person)
	case deal.Noticed:
		v.Who = t.personName(b.Person)
	}
	if s := f.Source.System; (s == "person" || s == "document" || s == "message") && f.Body.Kind() != deal.KindOpened && f.Body.Kind() != deal.KindPlanMade {
		v.Fact, v.Undo = f.ID.String(), "/deals/"+t.page.ID.String()+"/undo"
	}
	if f.Graded() && f.Grade > throughline.E0 {
		v.Grade, v.Means = f.Grade.String(), p.Grade(f.Grade)
	}
	return v
}

func (t teller) personName(id throughline.PersonID) string {
	if id.IsZero() {
		return ""
	}
	return t.p.Who(t.names, id)
}
