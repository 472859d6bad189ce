package cli

import (
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/importing"
	"github.com/throughline/throughline/internal/phrase"
)

// printLook says what a bare history tells.
func (c *command) printLook(v importing.FirstLook) error {
	w := c.words
	if v.Deals == 0 {
		c.say("%s\n", w.Say("firstlook.empty"))
		return nil
	}
	c.say("%s\n", c.paint(bold, w.LookHeading(v.Look)))
	c.say("%s\n", c.paint(dim, w.Say("firstlook.lede", "deals", w.Say("firstlook.deals", "n", v.Deals), "day", w.Day(v.AsOf))))
	if len(v.Endings) > 0 {
		c.say("\n%s\n", c.paint(bold, w.Say("firstlook.ends")))
		for _, e := range v.Endings {
			line := w.Number(e.N) + " " + w.Outcome(e.Outcome)
			if e.Took != nil {
				line += c.paint(dim, " – "+w.LookTook(*e.Took))
			}
			c.say("  %s\n", line)
		}
	}
	for _, s := range []string{w.LookShare(v.Look), untold(w, v)} {
		if s != "" {
			c.say("  %s\n", s)
		}
	}
	if len(v.Stops) > 0 {
		c.say("\n%s\n", c.paint(bold, w.Say("firstlook.stops")))
		for _, s := range v.Stops {
			c.say("  %s  %s\n", w.Number(s.N), clean(s.Stage))
		}
	}
	if len(v.Rows) == 0 {
		return nil
	}
	c.say("\n%s\n", c.paint(bold, w.Say("firstlook.picks", "n", len(v.Rows))))
	for _, r := range v.Rows {
		id := r.Foreign
		if id == "" {
			id = throughline.ID(r.ID).String()
		}
		c.say("  %s  %s  %s\n", clean(strings.TrimSpace(r.Title+"  "+r.Customer)), amountIf(r.Amount), c.paint(dim, clean(id)))
		c.say("    %s\n    %s\n", c.paint(dim, r.Why), r.Ask)
	}
	return nil
}

func untold(w *phrase.Phrase, v importing.FirstLook) string {
	if v.Untold == 0 {
		return ""
	}
	return w.Say("firstlook.untold", "n", v.Untold)
}
