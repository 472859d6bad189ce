package cli

import (
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/plan"
	"github.com/throughline/throughline/internal/showing"
)

// printCalendar prints what is due, a line each under its day, or all of it for
// a calendar program.
func (c *command) printCalendar(v showing.Calendar) error {
	if v.ICS {
		c.say("%s", plan.Calendar(v.Events(), v.AsOf.Civil()))
		return nil
	}
	if len(v.Items) == 0 {
		c.say("%s\n", c.words.Say("calendar.none"))
	}
	day := throughline.Day{}
	for _, x := range v.Items {
		if x.Day.Compare(day) != 0 {
			day = x.Day
			c.say("%s\n", c.words.DayNear(day, v.AsOf))
		}
		c.say("   %s (%s)\n", clean(x.Words), clean(x.Deal.Title))
	}
	if v.Unseen > 0 {
		c.say("%s\n", c.words.Say("calendar.unseen", "n", v.Unseen))
	}
	return nil
}
