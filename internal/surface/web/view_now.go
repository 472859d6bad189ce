package web

import (
	"cmp"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/blend"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/reviewing"
)

// nowView is the one card on which work begins: the question they have to
// answer, what is missing, the next act, and a box for what they said.
type nowView struct {
	Address   string
	Question  choice
	Note      string // where no question is left
	Speak     choice // how much speaks to the question, and where it stands
	Mode      string // a sentence where the manner is special
	Missing   []evidenceView
	Lacking   string
	Act       *actView
	Questions []phaseView // to ask where nothing comes from the customer
	Aged      []choice    // answers that have grown old, to be confirmed
	Promises  []promiseView
	More      choice // to further promises of theirs

	Locked, Override, Over string
	Reclass                choice // whether it is still bought the same way
	Changed                string // what asks
	Asked                  []askedView
	Froms                  []choice // where words may come from
	Model                  string
}

// actView is what to do next: what, with whom, by when, and what they then do.
type actView struct {
	What, Who, By, Expect string
	Href                  string // to where it was planned, or where it is prepared
}

// askedView is a question that was left for the deal.
type askedView struct{ Text, Who, When, Href string }

// mostPromised is how many promises of theirs stand on the card.
const mostPromised = 2

func (t teller) now(prepared reviewing.Preparation) nowView {
	p, r := t.p, t.page.Reading
	out := nowView{Address: "/deals/" + t.page.ID.String(), Froms: t.froms(), Model: t.desk.Model.Name, Asked: t.asked()}
	if r.Locked {
		out.Locked = phrase.Initial(p.Say("reason.locked"))
	}
	if facts := t.page.Deal.OfKind(deal.KindOverride); len(facts) > 0 {
		last := facts[len(facts)-1]
		out.Override = p.Say("deal.override", "what", p.Fact(t.names, last), "day", p.Instant(last.When(), t.day(), t.zone()))
		out.Over = t.factHref(last)
	}
	if r.Outcome != throughline.StillOpen {
		return out
	}
	if c := t.reclass(); c != nil {
		out.Reclass = choice{Word: p.Say("reclass.heading"), Href: c.Href}
		if len(c.Events) > 0 {
			out.Changed = c.Events[0].Word
		}
	}
	out.question(t)
	out.Mode = t.mode(prepared.Advice)
	out.Lacking = t.lacking(prepared.Missing)
	out.Act = t.act(prepared.Advice)
	for _, ph := range r.Lapsed {
		if q, ok := t.book().Question(ph); ok && ph != r.Firm {
			out.Aged = append(out.Aged, choice{Word: q.Ask.Text.In(p.Code()), Href: t.questionHref(ph.Address())})
		}
	}
	out.Promises = t.promises().Open
	if n := len(out.Promises) - mostPromised; n > 0 {
		out.Promises = out.Promises[:mostPromised]
		out.More = choice{Word: p.Say("now.promises", "n", n), Href: t.link(out.Address + "/steps")}
	}
	return out
}

// question fills what they have to answer next, and what it lacks.
func (n *nowView) question(t teller) {
	p, r := t.p, t.page.Reading
	switch {
	case r.Firm.Known():
		next := t.phase(r.Firm)
		n.Question = choice{Word: next.Ask, Href: t.questionHref(r.Firm.Address())}
		n.Missing = next.Missing
		if said := len(t.speak[r.Firm]); said > 0 {
			n.Speak = choice{Word: p.Say("now.speak", "n", said), Href: n.Question.Href}
		}
	case r.FromCustomer:
		n.Note = p.Say("next.all")
	default:
		for _, ph := range r.Ask {
			n.Questions = append(n.Questions, t.phase(ph))
		}
	}
}

// mode is a sentence where the manner of the moment is special.
func (t teller) mode(a blend.Advice) string {
	if a.Mode == blend.Settle || a.Mode == blend.Respond {
		return t.p.AdviceMode(a)
	}
	return ""
}

// act gives what to do next: the move of the strategy that is due first, else
// what the methods would have one ask, of the person who can answer it.
func (t teller) act(a blend.Advice) *actView {
	p, id := t.p, "/deals/"+t.page.ID.String()
	if m, ok := t.nextMove(); ok {
		out := &actView{What: p.Text(t.names, m.What), Expect: p.Text(t.names, m.Expect), Who: t.personName(m.Person), Href: id + "/strategy"}
		if by, err := throughline.ParseDay(m.By); err == nil {
			out.By = p.Say("strategy.by", "day", p.DayNear(by, t.day()))
		}
		return out
	}
	if len(a.Prompts) == 0 {
		return nil
	}
	out := &actView{What: p.AdvicePrompt(a.Prompts[0]), Href: t.link(id + "/before")}
	for _, x := range a.People {
		if !x.Person.IsZero() {
			out.Who = p.Say("now.ask", "who", t.personName(x.Person))
			break
		}
	}
	return out
}

// nextMove is the move of the strategy in force whose day comes first, of those
// still ahead: one whose day has passed, or whose question is answered, is no
// longer what to do next.
func (t teller) nextMove() (deal.Move, bool) {
	all := t.page.Deal.Strategies(t.day())
	if len(all) == 0 {
		return deal.Move{}, false
	}
	v := all[len(all)-1]
	if v.Result != nil && v.Result.Result != deal.BetTooEarly {
		return deal.Move{}, false
	}
	moves := slices.DeleteFunc(slices.Clone(v.Moves), func(m deal.Move) bool {
		by, err := throughline.ParseDay(m.By)
		return m.What == "" || err == nil && by.Compare(t.day()) < 0 || t.answered(m.Serves)
	})
	if len(moves) == 0 {
		return deal.Move{}, false
	}
	return slices.MinFunc(moves, func(a, b deal.Move) int { return cmp.Compare(cmp.Or(a.By, "9999"), cmp.Or(b.By, "9999")) }), true
}

// answered reports whether the question a move serves has its answer.
func (t teller) answered(at throughline.Address) bool {
	for _, ph := range t.page.Reading.Phases {
		if ph.Phase.Address() == at {
			return ph.State == throughline.Answered || ph.State == throughline.NotNeeded
		}
	}
	return false
}

// asked lists the questions left that nothing answers.
func (t teller) asked() (out []askedView) {
	for _, q := range t.page.Deal.Questions() {
		if q.Answer > 0 {
			continue
		}
		a := askedView{Text: t.p.Text(t.names, q.Text), When: t.p.Instant(q.Fact.When(), t.day(), t.zone()), Href: "/deals/" + t.page.ID.String() + "/strategy"}
		if !q.Fact.Author().IsZero() {
			a.Who = t.p.Who(t.names, q.Fact.Author())
		}
		out = append(out, a)
	}
	return out
}

// lacking names who is missing.
func (t teller) lacking(missing []blend.Absent) string {
	var out []string
	for _, m := range missing {
		out = append(out, t.p.Say("people.quoted", "role", t.p.Role(m.Role)))
	}
	if len(out) == 0 {
		return ""
	}
	return t.p.Say("people.lacking", "roles", t.p.List(out))
}
