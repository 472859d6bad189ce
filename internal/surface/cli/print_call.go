package cli

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/reviewing"
	"github.com/throughline/throughline/internal/showing"
)

// printCaptured lists what a note holds, numbered as --accept counts.
func (c *command) printCaptured(v recording.Captured) error {
	p := c.words
	if len(v.Facts) > 0 {
		if v.Open > 0 {
			c.say("%s\n", p.Say("cli.capture_open", "n", v.Open))
		}
		return c.printRecorded(v.Recorded)
	}
	if len(v.Proposals) == 0 {
		c.say("%s\n", p.Say("cli.capture_none"))
	}
	for i, x := range v.Proposals {
		where := ""
		switch {
		case x.About != "":
			where = p.Place(v.Book, throughline.Address(x.About))
		case x.Event != "":
			where = p.Say("event." + x.Event)
		case x.Kind == "stance":
			where = p.Stance(x.Stance)
		case x.Outcome != "":
			where = p.Ending(throughline.Outcome(x.Outcome), throughline.Cause(x.Cause))
		}
		kind := p.Say("cli.kind_" + x.Kind)
		if len(x.Ask) > 0 { // the words leave it open
			var kinds []string
			for _, k := range x.Ask {
				kinds = append(kinds, p.Say("cli.kind_"+cmp.Or(k, "nothing")))
			}
			if len(kinds) == 1 {
				kind, where = p.Say("cli.capture_whether", "kinds", kinds[0]), ""
			} else {
				kind, where = p.Say("cli.capture_ask", "kinds", strings.Join(kinds, " / ")), ""
			}
		}
		due := ""
		if x.Due != "" {
			due = p.Say("cli.capture_due", "day", x.Due)
		}
		var parts []string
		for _, s := range []string{kind, where, x.Grade, cmp.Or(x.Who, x.Promiser), x.On, due} {
			if s != "" {
				parts = append(parts, s)
			}
		}
		c.say("%2d. %s\n    %s\n", i+1, clean(strings.Join(parts, "  ·  ")), clean(p.Text(v.Names, x.Text)))
	}
	if v.Unasked != "" {
		c.say("%s\n", p.Say("cli.capture_unasked", "host", v.Asked))
	}
	if len(v.Proposals) > 0 && !c.Quiet {
		fmt.Fprintln(c.Err, p.Say("cli.capture_accept"))
	}
	return nil
}

// printPreparation is the page before a call.
func (c *command) printPreparation(v reviewing.Preparation) error {
	p, book := c.words, v.Names.Book
	c.say("%s\n", c.paint(bold, clean(v.Title)))
	if v.End != "" {
		c.say("%s\n\n", clean(v.End))
	} else {
		c.say("%s  ·  %s\n\n", p.Where(book, v.Reading), p.Silence(v.Reading.Silence))
	}
	if q, ok := book.Question(v.Advice.Phase); ok {
		c.say("%s\n", q.Ask.Text.In(p.Code()))
	}
	c.say("%s\n", p.AdviceMode(v.Advice))
	for _, x := range v.Advice.Prompts {
		c.say("  – %s\n", p.AdvicePrompt(x))
	}
	if r := v.Reading.Reclass; r != nil && len(r.Factors) > 0 && !v.Reading.Locked {
		c.say("\n%s\n  – %s\n", p.Say("reclass.before"), p.Say("factor."+string(r.Factors[0])+".ask"))
	}
	if len(v.Advice.People) > 0 {
		c.say("\n%s\n", p.Say("cli.ask_whom"))
	}
	for _, x := range v.Advice.People {
		name := v.People[x.Person].Name
		if x.Person.IsZero() {
			name = phrase.Initial(p.Role(x.Role))
		}
		var why []string
		for _, y := range x.Reasons {
			why = append(why, p.AdviceWhy(book, y, v.Reading.AsOf))
		}
		c.say("  %s: %s\n", clean(name), strings.Join(why, " "))
	}
	if len(v.Missing) > 0 {
		var roles []string
		for _, m := range v.Missing {
			roles = append(roles, p.Role(m.Role))
		}
		c.say("\n%s\n", p.Say("people.lacking", "roles", p.List(roles)))
	}
	c.promises(v.DealPage)
	c.owed(p.Say("before.underway"), v.Underway, v)
	c.owed(p.Say("before.hoped"), v.Hoped, v)
	c.owed(p.Say("before.owed"), v.Owed, v)
	c.alike(v.DealPage)
	return nil
}

// promises lists what they said they will do, and what became of it.
func (c *command) promises(v showing.DealPage) {
	p := c.words
	if len(v.Promises) == 0 {
		return
	}
	c.say("\n%s\n", p.Say("promise.heading"))
	today := v.Reading.AsOf
	for _, x := range v.Promises {
		who := p.Promiser(v.Names, deal.PromiseMade{Person: x.Person, Who: x.Who})
		when := p.Say("promise.no_day")
		switch {
		case x.Result != "":
			when = p.Say("promise."+string(x.Result), "day", p.DayNear(x.Since, today))
		case x.Late == nil:
		case *x.Late > 0:
			when = c.paint(warning, p.Say("promise.late", "day", p.DayNear(x.Due, today), "span", p.Days(*x.Late)))
		case *x.Late == 0:
			when = c.paint(warning, p.Say("promise.today"))
		default:
			when = p.Say("promise.due", "day", p.DayNear(x.Due, today))
		}
		c.say("  %s: %s  %s  %s\n", clean(who), clean(p.Text(v.Names, x.What)), when, c.paint(dim, x.Fact.String()))
	}
}

// stated lists their steps and what we owe them.
func (c *command) stated(v showing.DealPage) {
	p := c.words
	if len(v.Stated) == 0 {
		return
	}
	c.say("\n%s\n", p.Say("stated.heading"))
	steps := v.Deal.StatedSteps()
	for _, s := range steps {
		if s.Proposed() {
			continue // on the plan; nobody of theirs has touched it
		}
		who := p.Say("stated.side_" + string(s.By))
		if s.Owner != "" {
			who = p.Text(v.Names, s.Owner)
		}
		when := p.StatedWhen(s, v.Reading.AsOf, throughline.DayOf(s.Since, v.Reading.Zone))
		if late, ok := s.Late(v.Reading.AsOf); ok && late > 0 {
			when = c.paint(warning, when)
		}
		c.say("  %s: %s  %s  %s\n", clean(who), clean(p.Text(v.Names, s.Text)), when, c.paint(dim, s.ID.String()))
	}
	for _, line := range p.Conduct(deal.ConductOf(steps, v.Reading.Zone)) {
		c.say("  %s\n", c.paint(dim, line))
	}
}

func (c *command) owed(name string, list []reviewing.Owed, v reviewing.Preparation) {
	if len(list) == 0 {
		return
	}
	c.say("\n%s\n", name)
	for _, o := range list {
		text := c.words.Text(v.Names, o.Text)
		if o.Step != "" {
			text = c.words.Place(v.Names.Book, o.Step)
		}
		due := ""
		if !o.Due.IsZero() {
			due = "  " + o.Due.String()
		}
		c.say("  %s%s\n", clean(text), due)
	}
}
