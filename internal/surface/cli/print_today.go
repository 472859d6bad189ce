package cli

import (
	"github.com/throughline/throughline/internal/showing"
)

// printToday prints what to do, one thing a deal, then what has a day.
func (c *command) printToday(t showing.Today) error {
	w := c.words
	if len(t.Rows) == 0 {
		c.say("%s\n", w.Say("today.calm"))
	}
	for i, r := range t.Rows {
		if i > 0 {
			c.say("\n")
		}
		c.say("%s\n", clean(r.Act))
		c.say("   %s\n", clean(r.Title))
		c.say("   %s %s\n", w.Say("today.why"), clean(r.Because))
		c.say("   %s %s\n", w.Say("today.if_left"), clean(r.IfLeft))
	}
	if t.Waiting > 0 {
		c.say("\n%s\n", w.Say("today.waiting", "n", t.Waiting))
	}
	if t.Rest > 0 {
		c.say("%s\n", w.Say("today.rest", "n", t.Rest))
	}
	for i, d := range t.Week {
		if i == 0 {
			c.say("\n%s\n", w.Say("today.week"))
		}
		c.say("   %s  %s (%s)\n", w.DayNear(d.Day, t.AsOf), clean(d.Words), clean(d.Deal.Title))
	}
	return nil
}
