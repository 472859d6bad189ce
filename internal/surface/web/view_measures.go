package web

import (
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/showing"
)

// measuresView is what they wanted to have moved, beside what came of it.
type measuresView struct {
	Address string // /deals/ID
	Back    string // where a form goes on to
	Rows    []measureView
	Persons []choice
	Grades  []choice
}

type measureView struct {
	ID, Measure, Before string
	Wanted, Came        factWord
	Again               bool // it was measured; it may be measured again
}

// factWord is a value with who said it, when, and how far it can be trusted.
type factWord struct{ Word, Grade, Means, Who, When, Href string }

// measures puts targets and results side by side.
func (t teller) measures() measuresView {
	p := t.p
	out := measuresView{
		Address: "/deals/" + t.page.ID.String(),
		Back:    t.URL.Path + "#measures",
		Persons: t.personChoices(""),
		Grades:  gradeChoices(p, throughline.E2),
	}
	told := func(word string, f deal.Fact, who throughline.PersonID) factWord {
		w := factWord{
			Word:  p.Text(t.names, word),
			Grade: f.Grade.String(),
			Means: p.Grade(f.Grade),
			When:  p.Instant(f.When(), t.day(), t.zone()),
			Href:  t.factHref(f),
		}
		switch {
		case !who.IsZero():
			w.Who = p.Who(t.names, who)
		case !f.Grade.FromCustomer():
			w.Who = p.Say("evidence.ours")
		}
		return w
	}
	for _, m := range t.page.Deal.Measures() {
		row := measureView{
			ID:      m.ID.String(),
			Measure: p.Text(t.names, m.Measure),
			Before:  p.Text(t.names, m.Baseline),
			Wanted:  told(m.Target, m.Set, m.Person),
		}
		if m.Result != nil {
			row.Came, row.Again = told(m.Result.Actual, m.Says, m.Result.Person), true
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// lineageView is the deals that one grew out of or may grow into, and the
// offer to open a larger one.
type lineageView struct {
	Links      []linkView
	Conversion *conversionView
}

type linkView struct {
	As, Title, Href string
	Notes           []string
}

type conversionView struct{ Why, Offer, Action string }

// lineage reads what a deal is linked to.
func (v *visit) lineage(id string) (lineageView, error) {
	var out lineageView
	l, err := ask[showing.Lineage](v, operation.ShowLineage, &showing.DealInput{View: desk.View{AsOf: v.asOf}, ID: id})
	if err != nil {
		return out, err
	}
	p := v.p
	for _, x := range l.Links {
		link := linkView{As: p.Say("lineage." + x.As), Title: x.Title, Href: v.link("/deals/" + x.ID.String()), Notes: []string{p.Class(x.Class)}}
		if link.Title == "" {
			link.Title = p.Say("deal.untitled")
		}
		if x.Outcome != throughline.StillOpen.Word() {
			link.Notes = append(link.Notes, p.Outcome(throughline.Outcome(x.Outcome)))
		}
		out.Links = append(out.Links, link)
	}
	if l.Conversion != nil {
		c := conversionView{Action: "/deals/" + id + "/expand"}
		c.Why, c.Offer = p.Conversion(*l.Conversion, v.day())
		c.Why = phrase.Initial(c.Why)
		out.Conversion = &c
	}
	return out, nil
}

// lineageHeading counts the purchases of a growth, this one among them.
func lineageHeading(p phraser, n int) string {
	return phrase.Initial(p.Say("lineage.heading", "n", n))
}
