package cli

import (
	"fmt"

	"github.com/throughline/throughline/internal/operation"
)

// ends in the order in which they always stand.
var endWords = []string{"won", "lost", "no_decision", "open"}

func (c *command) endWord(e string) string {
	switch e {
	case "lost":
		return c.words.Say("ends.rival")
	case "no_decision":
		return c.words.Say("ends.none")
	case "other":
		return c.words.Say("forecast.aside")
	}
	return c.words.Say("ends." + e)
}

func (c *command) printBacktest(v operation.Backtest) error {
	w := c.words
	if v.Models == nil {
		return nil // the findings have said why
	}
	var parts []string
	for _, e := range append(endWords, "other") {
		if n := v.Ends[e]; n > 0 {
			parts = append(parts, w.Number(n)+" "+c.endWord(e))
		}
	}
	c.say("%s\n\n", w.Say("forecast.cases", "n", v.Cases, "day", v.Until.String(), "parts", w.List(parts)))
	s := sheet{head: []string{"", w.Say("forecast.col_model"), w.Say("forecast.col_brier"), w.Say("forecast.col_log"), w.Say("forecast.col_slope"),
		w.Say("forecast.col_cover"), w.Say("forecast.col_n")}, right: map[int]bool{2: true, 3: true, 4: true, 5: true, 6: true}}
	for _, m := range v.Models {
		mark, name := " ", operation.ModelWord(w, m.Name)
		if m.Used && v.Enough {
			mark, name = c.paint(accent, "●"), c.paint(accent, name)
		}
		cover := "–"
		if m.Coverage != nil {
			cover = w.Percent(*m.Coverage)
		}
		s.rows = append(s.rows, []string{mark, name, digits(m.Brier, 3), digits(m.LogScore, 3), digits(m.Slope, 2), cover, w.Number(m.N)})
	}
	if err := c.printSheet(c.Out, s); err != nil {
		return err
	}
	c.say("%s\n\n", c.paint(dim, w.Say("forecast.lower")))
	for _, line := range v.Words {
		c.say("%s\n", line)
	}
	return nil
}

func digits(x *float64, n int) string {
	if x == nil {
		return "–"
	}
	return fmt.Sprintf("%.*f", n, *x)
}
