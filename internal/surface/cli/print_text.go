package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/throughline/throughline/internal/buyingissue"
	"github.com/throughline/throughline/internal/operation"
)

func (c *command) printClassified(v operation.Classified) error {
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

func (c *command) printSteps(v operation.Steps) error {
	width := 0
	for _, s := range v.Steps {
		width = max(width, len(s.Kind))
	}
	for _, s := range v.Steps {
		kind := fmt.Sprintf("%-*s", width, s.Kind)
		if s.Kind == buyingissue.Buying {
			kind = c.paint(accent, kind)
		}
		c.say("  %s  %s %s\n", kind, clean(s.Text), c.paint(dim, strings.Join(s.Issues, " ")))
	}
	c.say("\n%s %s\n", c.paint(bold, v.Says+"."), c.paint(dim, fmt.Sprintf("%d of 100", v.Coverage)))
	c.say("%s\n", v.Message)
	for _, q := range v.Ask {
		c.say("  ? %s %s\n", q.Ask, c.paint(dim, q.ID))
	}
	return nil
}
