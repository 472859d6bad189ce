package cli

import (
	"cmp"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/plan"
	"github.com/throughline/throughline/internal/sharing"
)

// printShared shows a plan as the customer sees it, and its links.
func (c *command) printShared(v sharing.PlanPage) error {
	p, x := c.words, v.Plan
	c.say("%s\n", c.paint(bold, clean(cmp.Or(v.Account, v.Title))))
	for _, o := range x.Outcomes {
		c.say("%s: %s\n", clean(o.Measure), c.paint(accent, clean(o.Target)))
	}
	if !x.Goal.IsZero() {
		c.say("%s\n", p.Say("plan.goal_by", "day", p.Day(x.Goal)))
	}
	for _, s := range plan.Sections() {
		steps := x.In(s)
		if len(steps) == 0 {
			continue
		}
		c.say("\n%s\n", c.paint(bold, p.Say("plan.section_"+string(s))))
		for _, step := range steps {
			when := p.PlanWhen(step, x.Today)
			if step.Late(x.Today) > 0 {
				when = c.paint(warning, when)
			}
			begin := ""
			if step.Open() && step.State == throughline.StepNotBegun && !step.Begin.IsZero() {
				begin = p.Say("plan.begin", "day", p.DayNear(step.Begin, x.Today))
			}
			c.say("  %s  %s  %s  %s\n", clean(step.Text), c.paint(dim, clean(p.Plan().Whose(step))), when, c.paint(dim, begin))
		}
	}
	if len(v.Links) > 0 {
		c.say("\n%s\n", c.paint(bold, p.Say("planning.links")))
	}
	for _, l := range v.Links {
		state := p.Say("planning.unopened", "day", p.Day(l.Expires))
		switch {
		case l.Revoked:
			state = p.Say("planning.revoked")
		case !l.Stands:
			state = p.Say("planning.ended", "day", p.Day(l.Expires))
		case !l.Opened.IsZero():
			state = p.Say("planning.opened", "opened", p.Day(l.Opened), "day", p.Day(l.Expires))
		}
		if l.Domain != "" {
			state += ", " + p.Say("planning.bound", "domain", l.Domain)
		}
		c.say("  %s  %s\n", clean(cmp.Or(l.For, p.Say("planning.anybody"))), c.paint(dim, state))
	}
	return nil
}

// printPlanLink shows a link that was just made.
func (c *command) printPlanLink(v sharing.PlanLinked) error {
	p := c.words
	c.say("%s\n%s\n", v.URL, c.paint(dim, p.Say("planning.link_once")+" "+p.Say("planning.until", "day", p.Day(v.Expires))))
	return nil
}

// printPlanCode shows a code that was just made.
func (c *command) printPlanCode(v sharing.PlanCode) error {
	c.say("%s\n%s\n", v.Code, c.paint(dim, c.words.Say("planning.code_once", "minutes", v.Minutes)))
	return nil
}
