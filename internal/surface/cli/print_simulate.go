package cli

import (
	"github.com/throughline/throughline/internal/learning"
)

// printSimulation says the answer first, then the rows, then whether today was
// reproduced.
func (c *command) printSimulation(v learning.Simulation) error {
	w := c.words
	if v.Ends == nil { // the log was refused; the findings say why
		return nil
	}
	c.say("%s\n\n", clean(v.ChangeWords(w)))
	for _, s := range v.DoubtWords(w) {
		c.say("%s\n", c.paint(bold, clean(s)))
	}
	if lead := v.LeadWords(w); lead != "" {
		c.say("%s\n%s\n\n", c.paint(bold, lead), v.LuckWords(w))
		s := c.simSheet("result", "today", "changed", "difference", "range")
		for _, e := range v.Effects {
			if !e.Known {
				continue
			}
			say := func(x float64, signed bool) string { return v.ValueWords(w, e.Measure, x, signed) }
			s.rows = append(s.rows, []string{v.MeasureWords(w, e.Measure), say(e.Today.Mean, false), say(e.Changed.Mean, false), say(e.Difference.Mean, true),
				w.Say("simulate.range", "low", say(e.Difference.Low, true), "high", say(e.Difference.High, true))})
		}
		if err := c.printSheet(c.Out, s); err != nil {
			return err
		}
	}
	if hangs, do := v.HangWords(w); len(hangs) > 0 {
		c.say("\n%s: %s\n", c.paint(bold, w.Say("simulate.hangs")), do)
		for _, h := range hangs {
			c.say("  %s  %s\n", w.Percent(h.Share), h.Words)
		}
	}
	return c.printReproduced(v)
}

func (c *command) printReproduced(v learning.Simulation) error {
	w := c.words
	if len(v.Today) == 0 {
		return nil
	}
	said := "simulate.today_yes"
	for _, b := range v.Today {
		if b.Differs {
			said = "simulate.today_no"
		}
	}
	c.say("\n%s %s\n", c.paint(bold, w.Say("simulate.today")), w.Say(said, "day", v.Since))
	s := c.simSheet("result", "real", "simulated", "wide")
	for _, b := range v.Today {
		if b.Known {
			say := func(x float64) string { return v.ValueWords(w, b.Measure, x, false) }
			s.rows = append(s.rows, []string{v.MeasureWords(w, b.Measure), say(b.Real), say(b.Mean),
				w.Say("simulate.range", "low", say(b.Low), "high", say(b.High))})
		}
	}
	return c.printSheet(c.Out, s)
}

func (c *command) simSheet(cols ...string) sheet {
	s := sheet{right: map[int]bool{}}
	for i, col := range cols {
		s.head = append(s.head, c.words.Say("simulate.col_"+col))
		s.right[i] = i > 0
	}
	return s
}
