package cli

import (
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/showing"
)

// printPrivate lists what whoever asks keeps to themselves.
func (c *command) printPrivate(v showing.PrivateList) error {
	if len(v.Notes) == 0 {
		c.say("%s\n", c.words.Say("private.none"))
	}
	for _, n := range v.Notes {
		gone := ""
		if !n.Removed.IsZero() {
			gone = "  " + c.words.Say("said.private_removed")
		}
		c.say("%s  %s  %s\n", c.paint(dim, n.ID.String()), clean(n.Title), c.paint(dim, c.words.Day(throughline.DayOf(n.Written, n.Written.Location()))+gone))
		c.say("   %s\n", clean(n.Text))
	}
	return nil
}
