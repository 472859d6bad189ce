package cli

import (
	"strings"

	"github.com/throughline/throughline/internal/workshop"
)

// printCounted says how many processes are needed, and why.
func (c *command) printCounted(v workshop.OffersCounted) error {
	said := c.words.HowMany(v.Cells, v.Answer)
	c.say("%s\n", c.paint(bold, said.Verdict))
	if said.Means != "" {
		c.say("%s\n", said.Means)
	}
	for _, g := range said.Groups {
		c.say("\n%s: %s\n", c.paint(accent, g.Name), clean(g.Cells))
		c.say("  %s\n  %s\n", g.Facts, clean(g.Takes))
	}
	for _, line := range append(said.Joined, said.Open...) {
		c.say("\n%s\n", c.paint(warning, clean(line)))
	}
	if said.Patch != "" {
		c.say("\n%s\n", c.paint(dim, c.words.Say("howmany.patch")))
		for line := range strings.Lines(said.Patch) {
			c.say("  %s", clean(strings.TrimRight(line, "\n"))+"\n")
		}
	}
	return nil
}
