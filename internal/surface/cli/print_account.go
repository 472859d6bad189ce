package cli

import (
	"cmp"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/showing"
)

// printAccount prints a customer: how it stands, who of ours knows whom, what they said.
func (c *command) printAccount(v showing.AccountPage) error {
	w := c.words
	line := w.Say("deals.heading", "n", v.Deals.Matched)
	if !v.LastAct.IsZero() {
		line = w.Say("table.last_act", "deals", line, "ago", w.Ago(v.LastAct, v.Deals.AsOf))
	}
	c.say("%s\n%s\n", clean(cmp.Or(v.Account.Name, w.Say("table.nameless"))), line)
	for _, r := range v.Deals.Rows {
		c.say("   %s  %s\n", r.ID, clean(r.Title))
	}
	if len(v.People) == 0 {
		c.say("%s\n", w.Say("table.nobody_here"))
		return nil
	}
	c.say("\n%s\n", w.Say("table.people"))
	for _, p := range v.People {
		c.say("   %s", c.nameOf(v.Names[p.ID]))
		if about := c.apart(clean(p.Title), w.Roles(p.Roles)); about != "" {
			c.say(" (%s)", about)
		}
		c.say("\n")
		c.printKnown(p.Ours, v.Names, v.Deals.AsOf)
	}
	c.printReports(v.Reports, v.Circles, v.Names)
	return nil
}

// printReports prints who of theirs reports to whom, and what makes a circle.
func (c *command) printReports(lines []showing.ReportsTo, circles [][]throughline.PersonID, names map[throughline.PersonID]showing.PersonRecord) {
	if len(lines)+len(circles) > 0 {
		c.say("\n%s\n", c.words.Say("reporting.title"))
	}
	for _, l := range lines {
		c.say("   %s → %s  %s\n", c.nameOf(names[l.Person]), c.nameOf(names[l.To]), l.Since)
	}
	for _, circle := range circles {
		var line []string
		for _, id := range append(slices.Clone(circle), circle[0]) {
			line = append(line, c.nameOf(names[id]))
		}
		c.say("   %s\n", c.words.Say("reporting.circle", "line", strings.Join(line, " → ")))
	}
}

// printPerson prints one of a customer's people.
func (c *command) printPerson(v showing.PersonPage) error {
	w := c.words
	c.say("%s\n", c.nameOf(v.Person))
	if about := c.apart(clean(v.Person.Title), clean(v.Account.Name)); about != "" {
		c.say("%s\n", about)
	}
	for _, d := range v.Deals {
		c.say("   %s  %s", d.ID, clean(d.Title))
		if about := c.apart(w.Roles(d.Roles), clean(d.Function)); about != "" {
			c.say(" (%s)", about)
		}
		c.say("\n")
	}
	c.say("\n%s\n", w.Say("table.who_knows"))
	if len(v.Ours) == 0 {
		c.say("   %s\n", w.Say("table.nobody_wrote"))
	}
	c.printKnown(v.Ours, v.Names, v.AsOf)
	c.printReports(v.Reports, v.Circles, v.Names)
	c.say("\n%s\n", w.Say("table.of_them"))
	if len(v.Said) == 0 {
		c.say("   %s\n", w.Say("table.nothing_of_them"))
	}
	names := phrase.Names{Book: v.Book, Today: v.AsOf, Person: func(id throughline.PersonID) string { return v.Names[id].Name }}
	for _, s := range v.Said {
		c.say("   %s  %s (%s)\n", s.On, clean(w.Fact(names, s.Fact)), clean(s.Deal.Title))
	}
	return nil
}

// printKnown prints who of ours wrote of somebody, a line each.
func (c *command) printKnown(ours []showing.OursAbout, names map[throughline.PersonID]showing.PersonRecord, today throughline.Day) {
	for _, o := range ours {
		var ways []string
		for _, x := range o.Ways {
			ways = append(ways, c.words.Say("table.way_"+string(x.How), "n", x.Times))
		}
		c.say("      %s\n", c.words.Say("table.knows_them", "who", c.nameOf(names[o.ID]), "ways", c.words.List(ways), "day", c.words.DayNear(o.Last, today)))
	}
}

func (c *command) nameOf(p showing.PersonRecord) string {
	return clean(cmp.Or(p.Name, c.words.Say("person.unnamed")))
}

// apart puts two short notes side by side.
func (c *command) apart(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + c.words.Say("list.semicolon") + b
}
