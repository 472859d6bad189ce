package cli

import (
	"strconv"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/workshop"
)

// printRemarks lists what was said of the playbook, and what was answered.
func (c *command) printRemarks(v workshop.Remarks) error {
	if len(v.Remarks) == 0 {
		c.say("%s\n", c.words.Say("remark.none"))
	}
	by := func(name string, day throughline.Day) string {
		if name == "" {
			name = c.words.Say("remark.somebody")
		}
		return clean(c.words.Say("remark.by", "who", name, "day", c.words.Day(day)))
	}
	for _, r := range v.Remarks {
		name := r.Element.In(c.words.Code())
		if name == "" {
			name = string(r.About)
		}
		c.say("%s  %s %s\n", c.paint(accent, strconv.Itoa(r.Number)), clean(name), c.paint(dim, string(r.About)))
		c.say("   %s  %s\n", clean(r.Text), c.paint(dim, by(r.Name, throughline.DayOf(r.At, r.At.Location()))))
		for _, a := range r.Answers {
			c.say("   → %s  %s\n", clean(a.Text), c.paint(dim, by(a.Name, throughline.DayOf(a.At, a.At.Location()))))
		}
	}
	if v.Back > 0 {
		c.say("%s\n", c.paint(dim, c.words.Say("remark.back", "n", v.Back)))
	}
	return nil
}
