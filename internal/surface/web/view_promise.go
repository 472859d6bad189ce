package web

import (
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/reviewing"
)

// promiseView is a promise of theirs, with the answers that settle it.
type promiseView struct {
	Fact, Href string
	Text       string // what they will do
	Who        string
	When       string // by when, or what became of it
	Late       bool
	Said       string // when they said so
	Words      string // the sentence it was read from
	Open       bool
}

// promisesView is the promises of a deal: the open ones, and those settled.
type promisesView struct {
	Open, Settled []promiseView
	Action        string
	Persons       []choice
	Day           string
}

// owedView is what one side has to do next, which is no promise.
type owedView struct{ Text, When, Href string }

// promises puts the promises of the page's deal into words.
func (t teller) promises() promisesView {
	p, id := t.p, "/deals/"+t.page.ID.String()
	out := promisesView{Action: id + "/promise", Persons: t.personChoices(""), Day: t.day().String()}
	for _, r := range t.page.Promises {
		v := promiseView{Fact: r.Fact.String(), Text: phrase.Initial(p.Text(t.names, r.What)), Words: p.Text(t.names, r.Words), Open: r.Result == "",
			Who:  phrase.Initial(p.Promiser(t.names, deal.PromiseMade{Person: r.Person, Who: r.Who})),
			Said: p.Say("promise.said", "day", p.DayNear(r.On, t.day()))}
		for _, f := range t.page.Deal.OfKind(deal.KindPromiseMade) {
			if f.ID == r.Fact {
				v.Href = t.factHref(f)
			}
		}
		switch {
		case r.Result != "":
			v.When = p.Say("promise."+string(r.Result), "day", p.DayNear(r.Since, t.day()))
			out.Settled = append(out.Settled, v)
			continue
		case r.Late == nil:
			v.When = p.Say("promise.no_day")
		case *r.Late > 0:
			v.When, v.Late = p.Say("promise.late", "day", p.DayNear(r.Due, t.day()), "span", p.Days(*r.Late)), true
		case *r.Late == 0:
			v.When, v.Late = p.Say("promise.today"), true
		default:
			v.When = p.Say("promise.due", "day", p.DayNear(r.Due, t.day()))
		}
		out.Open = append(out.Open, v)
	}
	return out
}

// owed puts what one side has to do next into words.
func (t teller) owed(list []reviewing.Owed) []owedView {
	var out []owedView
	for _, o := range list {
		v := owedView{Text: phrase.Initial(t.p.Text(t.names, o.Text)), Href: t.ledgerAt() + "#f-" + o.Fact.String()}
		if o.Step != "" {
			v.Text = t.p.Place(t.book(), o.Step)
		}
		if !o.Due.IsZero() {
			v.When = t.p.Say("before.due", "day", t.p.DayNear(o.Due, t.day()))
		}
		out = append(out, v)
	}
	return out
}
