package phrase

import (
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/errand"
)

// Errand says the one thing to do about a deal: "Ask Petra Lind who decides,
// before 4 December".
func (p *Phrase) Errand(n Names, e errand.Errand) string {
	what := p.errand(n, "errand.", e)
	switch {
	case e.By.IsZero():
		return what
	case e.By == n.Today:
		return p.Say("errand.by_today", "what", what)
	}
	return p.Say("errand.by", "what", what, "day", p.DayNear(e.By, n.Today))
}

// ErrandLeft says what happens if it is left.
func (p *Phrase) ErrandLeft(n Names, e errand.Errand) string { return p.errand(n, "errand.left.", e) }

func (p *Phrase) errand(n Names, key string, e errand.Errand) string {
	who := p.whom(n, e.Person)
	what := p.Text(n, e.What)
	if e.Promise != nil {
		what = p.Text(n, e.Promise.What)
		if e.Promise.Person.IsZero() && e.Promise.Who != "" {
			who = p.Text(n, e.Promise.Who)
		}
	}
	left := key == "errand.left."
	key += string(e.Code)
	switch {
	case e.Code == errand.Use && e.What == "" && e.About != "":
		key += "_step"
	case left && e.Code == errand.Who && (e.Role == throughline.BudgetDecider || e.Role == throughline.RuleSetter):
		key += "_decides"
	case e.Code == errand.Strategy && e.Count > 0:
		key += "_changes"
	case e.Code == errand.Begin && e.About == "":
		key += "_none"
	case e.Code == errand.Move && !e.Person.IsZero() && !mentions(e):
		key += "_with"
	}
	pairs := []any{"who", who, "what", what, "day", p.DayNear(e.By, n.Today), "about", "", "role", "", "step", "", "event", "", "phase", ""}
	set := func(name, word string) {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				pairs[i+1] = word
			}
		}
	}
	if e.Phase.Known() {
		set("about", p.Say("errand.about."+e.Phase.String()))
		set("phase", p.Phase(n.Book, e.Phase))
	}
	if e.Role != "" {
		set("role", p.Say("errand.role."+string(e.Role)))
	}
	if e.About != "" {
		set("step", p.Place(n.Book, e.About))
	}
	if e.Event != "" {
		set("event", p.Say("event."+string(e.Event)))
	}
	return Initial(p.Say(key, pairs...))
}

// mentions reports whether the words of a move name its person already.
func mentions(e errand.Errand) bool {
	for _, m := range mention.FindAllStringSubmatch(e.What, -1) {
		if id, err := throughline.ParseID(m[1]); err == nil && throughline.PersonID(id) == e.Person {
			return true
		}
	}
	return false
}

// whom names somebody to ask: "them" where nobody is known by name.
func (p *Phrase) whom(n Names, id throughline.PersonID) string {
	if !id.IsZero() && n.Person != nil {
		if s := n.Person(id); s != "" {
			return s
		}
	}
	return p.Say("errand.them")
}

// Due says what of a deal has a day, without the day.
func (p *Phrase) Due(n Names, d errand.Due) string {
	key := "errand.due." + string(d.Kind)
	who := p.whom(n, d.Person)
	switch {
	case d.Kind == errand.TheirPromise && d.Person.IsZero():
		if who = p.Say("errand.they"); d.Who != "" {
			who = p.Text(n, d.Who)
		}
	case d.Kind == errand.OurMove && !d.Person.IsZero() && !mentions(errand.Errand{What: d.What, Person: d.Person}):
		key += "_with"
	}
	step := ""
	if d.About != "" {
		step = p.Place(n.Book, d.About)
	}
	return Initial(p.Say(key, "who", who, "what", p.Text(n, d.What), "step", step))
}
