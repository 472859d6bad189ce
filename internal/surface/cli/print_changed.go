package cli

import (
	"github.com/throughline/throughline/internal/recording"
)

// printChanged says which of many deals were changed, which not and why, and
// how the change is taken back.
func (c *command) printChanged(v recording.Changed) error {
	c.say("%s\n", c.words.Say("table.changed", "n", len(v.Deals)))
	for _, x := range v.Deals {
		c.say("  %s\n", clean(x.Title))
	}
	for _, x := range v.Refused {
		c.say("%s\n", clean(c.words.Say("table.refused", "deal", x.Title, "why", x.Why)))
	}
	if v.Number > 0 {
		c.say("throughline record back %d\n", v.Number)
	}
	return nil
}
