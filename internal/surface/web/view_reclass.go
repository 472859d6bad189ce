package web

import (
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/classifier"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/phrase"
)

// reclassView asks whether a purchase is still bought the same way: what
// happened since that was settled, and which answers it may change.
type reclassView struct {
	Settled string
	Events  []reclassEvent
	May     string // the heaviest answers it may change, as questions
	Href    string // the page of the class
}

type reclassEvent struct{ Word, Href, When string }

// mostMay is how many answers a note names; the page of the class has all.
const mostMay = 3

// reclass gives the question, or nil where nothing asks, or where the page
// looks back and nothing can be answered.
func (t teller) reclass() *reclassView {
	r, p := t.page.Reading.Reclass, t.p
	if r == nil || !t.asOf.IsZero() {
		return nil
	}
	out := &reclassView{Settled: p.Say("reclass.settled", "class", p.Class(r.Class), "day", p.DayNear(r.Since, t.day())),
		Href: "/deals/" + t.page.ID.String() + "/class"}
	for _, o := range r.Events {
		e := reclassEvent{When: t.learned(o.On, o.Learned)}
		what := ""
		if f, ok := t.factOf(o.Fact); ok {
			e.Href = t.factHref(f)
			switch b := f.Body.(type) {
			case deal.Noticed:
				what = p.Text(t.names, b.Text)
			case deal.Contradiction:
				what = p.Text(t.names, b.Text)
			}
		}
		switch {
		case what != "":
		case o.Step != "":
			what = p.Place(t.book(), o.Step)
		case !o.Person.IsZero():
			what = t.personName(o.Person)
		}
		e.Word = phrase.Initial(p.Say("event." + string(o.Event)))
		if what != "" {
			e.Word = p.Say("reclass.of", "event", e.Word, "what", what)
		}
		out.Events = append(out.Events, e)
	}
	var asks []string
	for _, f := range r.Factors[:min(mostMay, len(r.Factors))] {
		asks = append(asks, t.factorAsk(f))
	}
	out.May = strings.Join(asks, " ")
	return out
}

// learned says when something happened and when we learned of it.
func (t teller) learned(on, learned throughline.Day) string {
	if on == learned {
		return t.p.Say("reclass.same_day", "on", t.p.DayNear(on, t.day()))
	}
	return t.p.Say("reclass.happened", "on", t.p.DayNear(on, t.day()), "learned", t.p.DayNear(learned, t.day()))
}

func (t teller) factorAsk(f classifier.Factor) string { return t.p.Say("factor." + string(f) + ".ask") }

// fact finds a fact of the deal by its id.
func (t teller) factOf(id throughline.FactID) (deal.Fact, bool) {
	for _, f := range t.page.Deal.Known {
		if f.ID == id {
			return f, true
		}
	}
	return deal.Fact{}, false
}
