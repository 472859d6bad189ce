package cli

import (
	"fmt"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
)

// printCaptured lists what a note holds, numbered as --accept counts.
func (c *command) printCaptured(v operation.Captured) error {
	p := c.words
	if len(v.Facts) > 0 {
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
		}
		var parts []string
		for _, s := range []string{p.Say("cli.kind_" + x.Kind), where, x.Grade, x.Who, x.On} {
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
func (c *command) printPreparation(v operation.Preparation) error {
	p, book := c.words, v.Names.Book
	c.say("%s\n", c.paint(bold, clean(v.Title)))
	c.say("%s  ·  %s\n\n", p.Where(book, v.Reading), p.Silence(v.Reading.Silence))
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
	if len(v.Promises) > 0 {
		c.say("\n%s\n", p.Say("cli.promised"))
	}
	for _, x := range v.Promises {
		side := p.Say("cli.theirs")
		if x.Side == "us" {
			side = p.Say("cli.ours")
		}
		text := p.Text(v.Names, x.Text)
		if x.Step != "" {
			text = p.Place(book, x.Step)
		}
		due := ""
		if !x.Due.IsZero() {
			due = "  " + x.Due.String()
		}
		c.say("  %s: %s%s\n", side, clean(text), due)
	}
	return nil
}
