package cli

import (
	"fmt"
	"strconv"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/throughline/throughline/internal/buyingissue"
	"github.com/throughline/throughline/internal/workshop"
)

func (c *command) printClassified(v workshop.Classified) error {
	for i, a := range v.Answers {
		if i > 0 {
			c.say("\n")
		}
		if a.Name != "" {
			c.say("%s\n", c.paint(bold, clean(a.Name)))
		}
		number := func(n *int) string {
			if n == nil {
				return "–"
			}
			return strconv.Itoa(*n)
		}
		c.say("%s  %s", c.paint(accent, string(a.Class)), c.paint(dim, fmt.Sprintf("C %s  P %s", number(a.C), number(a.P))))
		for _, veto := range a.Vetoes {
			c.say("  %s", c.paint(warning, string(veto)))
		}
		c.say("\n  %s\n", clean(a.Why()))
		for _, other := range a.Close {
			c.say("  %s %s\n", c.paint(dim, "≈"), other)
		}
		for _, q := range a.Ask {
			c.say("  ? %s\n", q.Ask)
		}
	}
	return nil
}

func (c *command) printSteps(v workshop.Steps) error {
	w := c.words
	width := 0
	for _, s := range v.Steps {
		width = max(width, lipgloss.Width(w.Say("steps.kind_"+string(s.Kind))))
	}
	for _, s := range v.Steps {
		kind := w.Say("steps.kind_" + string(s.Kind))
		kind += strings.Repeat(" ", width-lipgloss.Width(kind))
		if s.Kind == buyingissue.Buying {
			kind = c.paint(accent, kind)
		}
		line := "  " + kind + "  " + clean(s.Text)
		if len(s.Issues) > 0 {
			line += " " + c.paint(dim, strings.Join(s.Issues, " "))
		}
		c.say("%s\n", line)
	}
	c.say("\n%s %s\n", c.paint(bold, w.Say("steps.label_"+string(v.Label))), c.paint(dim, w.Say("steps.coverage", "n", v.Coverage)))
	if len(v.Ask) > 0 {
		c.say("%s\n", w.Say("steps.ask"))
	}
	for _, q := range v.Ask {
		c.say("  ? %s %s\n", w.Say("issue."+q.ID), c.paint(dim, q.ID))
	}
	return nil
}
