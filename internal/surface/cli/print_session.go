package cli

import (
	"strings"

	"github.com/throughline/throughline/internal/reviewing"
)

// printSession prints one seller's deals to talk over.
func (c *command) printSession(v reviewing.Session) error {
	w := c.words
	c.say("%s\n%s\n", c.paint(bold, clean(v.Name)), c.paint(dim, w.Say("session.lede", "day", w.Day(v.AsOf), "n", v.Open, "minutes",
		reviewing.SessionMinutes(len(v.Deals)))))
	if v.Told == 0 {
		c.say("%s\n", w.Say("session.untold"))
	}
	for _, x := range v.Deals {
		var line []string
		for _, s := range []string{x.Account, amountIf(x.Amount), x.ID.String()} {
			if s != "" {
				line = append(line, clean(s))
			}
		}
		c.say("\n%s\n%s\n", c.paint(bold, clean(x.Title)), c.paint(dim, strings.Join(line, "  ·  ")))
		for _, y := range x.Says {
			c.say("  %s %s\n", c.paint(warning, "–"), c.clash(y, v.AsOf))
		}
		part := func(key string, list []reviewing.Happened) {
			if len(list) == 0 {
				return
			}
			c.say("  %s\n", c.paint(dim, w.Say(key)))
			for _, h := range list {
				c.say("    %s  %s\n", h.On.String(), clean(h.Text))
			}
		}
		part("session.theirs", x.Theirs)
		part("session.ours", x.Ours)
		part("session.moved", x.Moved)
		for _, due := range x.Due {
			c.say("    %s  %s\n", due.Due.String(), clean(due.Text))
		}
		for _, q := range x.Ask {
			c.say("  ? %s\n", clean(q.Text))
		}
	}
	return nil
}
