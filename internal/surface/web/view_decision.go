package web

import (
	"github.com/throughline/throughline/internal/deal"
)

// decisionView is how they decide, aspect by aspect.
type decisionView struct {
	Rows    []aspectView
	Unknown []choice // aspects of which nothing is known
	Action  string
	Persons []choice
	Froms   []choice
	Aspects []choice
	Any     bool
}

type aspectView struct {
	ID, Name, Text, Href string
	Who, When, Grade     string
	Means                string
	Unsure, Old          bool
}

// oldAfter is after how many days what it competes with is asked again.
const oldAfter = 60

// decision puts how they decide into words.
func (t teller) decision() decisionView {
	p := t.p
	out := decisionView{Action: "/deals/" + t.page.ID.String() + "/decision", Persons: t.personChoices(""), Froms: t.stated().Froms}
	for _, d := range t.page.Deal.Decision() {
		name := p.Say("decision." + string(d.Aspect))
		out.Aspects = append(out.Aspects, choice{Word: name, Href: string(d.Aspect)})
		if !d.Known() {
			out.Unknown = append(out.Unknown, choice{Word: name})
			continue
		}
		out.Any = true
		row := aspectView{
			ID:     "aspect-" + string(d.Aspect),
			Name:   name,
			Text:   p.Text(t.names, d.Text),
			Href:   t.factHref(d.Said),
			When:   p.Instant(d.Said.When(), t.day(), t.zone()),
			Grade:  d.Said.Grade.String(),
			Means:  p.Grade(d.Said.Grade),
			Unsure: d.Unknown,
		}
		switch {
		case d.Unknown:
			row.Text = p.Say("decision.unknown")
		case row.Text == "":
			row.Text = p.Day(d.Day)
		case !d.Day.IsZero():
			row.Text = p.Say("plan.dated", "text", row.Text, "day", p.Day(d.Day))
		}
		if !d.Person.IsZero() {
			row.Who = p.Who(t.names, d.Person)
		}
		if d.Aspect == deal.Competes && t.day().Sub(d.Said.Day(t.zone())) > oldAfter {
			row.Old = true
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}
