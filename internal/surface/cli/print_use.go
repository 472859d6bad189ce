package cli

import (
	"github.com/throughline/throughline/internal/usage"
)

// printUse says how the product is used, and what comes of it.
func (c *command) printUse(m usage.Measures) error {
	w := c.words
	c.say("%s\n\n", c.paint(dim, w.Say("use.lede", "day", w.Day(m.AsOf))))
	if m.Open+m.NoDecision.Of+m.Before.Of+m.Evidence == 0 {
		c.say("%s\n", w.Say("use.empty"))
		return nil
	}
	first := w.Say("use.first_none")
	if m.Evidence > 0 {
		first = w.Say("use.first", "n", m.Evidence, "strategies", w.Say("use.times", "n", m.Strategies), "open", w.Say("use.open_n", "n", m.Open))
	}
	c.say("%s\n\n", c.paint(bold, first))
	for _, x := range w.UseMeasures(m) {
		c.say("%s\n", w.Say("use.cli_line", "name", c.paint(bold, x.Name), "says", x.Says))
	}
	c.say("\n%s\n", w.UseCosts(m.Counted))
	if m.Counted.Days > 0 {
		c.say("%s\n", c.paint(dim, w.Say("use.since", "n", m.Counted.Days)))
	}
	for _, t := range m.Tools {
		c.say("  %s\n", w.Say("use.n_times", "what", clean(string(t.Address)), "n", w.Number(t.N)))
	}
	return nil
}
