package cli

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/forecasting"
)

// ends in the order in which they always stand.
var endWords = []string{"won", "lost", "no_decision", "open"}

func (c *command) endWord(e string) string { return forecasting.EndWord(c.words, e) }

func (c *command) printBacktest(v forecasting.Backtest) error {
	w := c.words
	if v.Models == nil {
		return nil // the findings have said why
	}
	var parts []string
	for _, e := range append(slices.Clone(endWords), "other") {
		if n := v.Ends[e]; n > 0 {
			parts = append(parts, w.Number(n)+" "+c.endWord(e))
		}
	}
	c.say("%s\n\n", w.Say("forecast.cases", "n", v.Cases, "day", v.Until.String(), "parts", w.List(parts)))
	s := sheet{head: []string{"", w.Say("forecast.col_model"), w.Say("forecast.col_brier"), w.Say("forecast.col_log"), w.Say("forecast.col_slope"),
		w.Say("forecast.col_cover"), w.Say("forecast.col_n")}, right: map[int]bool{2: true, 3: true, 4: true, 5: true, 6: true}}
	for _, m := range v.Models {
		mark, name := " ", forecasting.ModelWord(w, m.Name)
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

func (c *command) printForecast(v forecasting.ForecastRun) error {
	w := c.words
	for _, line := range v.Words {
		c.say("%s\n", line)
	}
	switch {
	case v.Said != "":
		c.say("%s\n", clean(w.Say("forecast.only_of", "what", v.Said)))
	case v.Segment != "":
		c.say("%s\n", w.Say("forecast.segment_of", "rule", v.Segment))
	}
	if v.Open == 0 {
		return nil
	}
	for _, f := range v.Found {
		c.say("%s\n", f.Message)
	}
	if err := c.printMoney(v); err != nil {
		return err
	}
	c.printMoves(v)
	c.say("\n%s\n", c.paint(bold, w.Say("forecast.deals_by", "day", w.Day(v.Quarter))))
	for _, x := range v.Deals {
		c.printDealForecast(v, x)
	}
	if len(v.Deals) < v.Open {
		c.say("\n%s\n", c.paint(dim, w.Say("cli.more", "n", v.Open-len(v.Deals))))
	}
	c.printChanges(v)
	if v.Kept && v.Shown.IsZero() && !c.Quiet {
		fmt.Fprintln(c.Err, c.paint(dim, w.Say("forecast.kept", "day", v.AsOf.String())))
	}
	return nil
}

func (c *command) printMoney(v forecasting.ForecastRun) error {
	w := c.words
	money := v.Money.Priced > 0
	s := sheet{head: []string{w.Say("forecast.period")}, right: map[int]bool{1: true, 2: true, 3: true, 4: true}}
	if money {
		s.head = append(s.head, w.Say("forecast.low"), w.Say("forecast.middle"), w.Say("forecast.high"))
	}
	s.head = append(s.head, w.Say("forecast.wins"))
	row := func(name string, e forecasting.Expected) {
		cells := []string{name}
		if money {
			cells = append(cells, c.sum(v, e.P10), c.sum(v, e.P50), c.sum(v, e.P90))
		}
		s.rows = append(
			s.rows,
			append(cells, w.Say("forecast.wins_range", "low", fmt.Sprintf("%.0f", e.Wins.P10), "high", fmt.Sprintf("%.0f", e.Wins.P90))),
		)
	}
	for _, m := range v.Money.Months[:min(3, len(v.Money.Months))] {
		row(m.Until.String(), m)
	}
	for _, q := range v.Money.Quarters {
		row(quarterName(q.Until), q)
	}
	c.say("\n%s\n", c.paint(bold, w.Say("forecast.money")))
	if err := c.printSheet(c.Out, s); err != nil {
		return err
	}
	for _, split := range v.Money.Splits {
		s.rows, s.head[0] = nil, forecasting.SplitWord(w, split)
		for _, g := range split.Groups[:min(groupsShown, len(split.Groups))] {
			row(short(forecasting.GroupWord(w, split, g), 28), g.Expected)
		}
		c.say("\n%s\n", c.paint(bold, w.Say("forecast.split_until", "what", forecasting.SplitWord(w, split), "day", w.Day(v.Quarter))))
		if err := c.printSheet(c.Out, s); err != nil {
			return err
		}
		if n := len(split.Groups) - groupsShown; n > 0 {
			c.say("%s\n", c.paint(dim, w.Say("cli.more", "n", n)))
		}
	}
	return nil
}

// groupsShown bounds the groups of a split that a person is shown.
const groupsShown = 8

// quarterName is the calendar quarter that ends on a day: 2026 Q4.
func quarterName(d throughline.Day) string {
	t := d.Civil()
	return fmt.Sprintf("%d Q%d", t.Year(), (int(t.Month())-1)/3+1)
}

func (c *command) sum(v forecasting.ForecastRun, x float64) string {
	return c.words.Money(throughline.Money{Cents: int64(math.Round(x)) * 100, Currency: v.Money.Currency})
}

// printDealForecast gives one deal: its ends with ranges, and why. Where too
// few deals stand behind the numbers, the ranges stand alone.
func (c *command) printDealForecast(v forecasting.ForecastRun, x forecasting.DealForecast) {
	w := c.words
	title := x.Title
	if title == "" {
		title = x.ID.String()
	}
	id := x.Foreign
	if id == "" {
		id = x.ID.String()
	}
	c.say("\n%s", c.paint(bold, clean(title)))
	for _, part := range []string{x.Account, amountIf(x.Amount), x.Owner, id} {
		if part != "" && part != title {
			c.say("%s", c.paint(dim, "  ·  "+clean(part)))
		}
	}
	c.say("\n")
	if len(x.By) == 0 {
		return
	}
	by := x.By[0]
	var parts []string
	for _, e := range []struct {
		word            string
		said, low, high float64
	}{{"won", by.Said.Won, by.Low.Won, by.High.Won}, {"lost", by.Said.Lost, by.Low.Lost, by.High.Lost},
		{"no_decision", by.Said.NoDecision, by.Low.NoDecision, by.High.NoDecision}, {"open", by.Said.Open, by.Low.Open, by.High.Open}} {
		text := forecasting.ChanceWord(w, e.said, e.low, e.high)
		if v.Thin {
			text = forecasting.RangeWord(w, e.low, e.high)
		}
		parts = append(parts, c.endWord(e.word)+" "+text)
	}
	c.say("    %s\n", strings.Join(parts, "  ·  "))
	if both := forecasting.DecisionWords(w, x); both != "" {
		c.say("    %s\n", both)
	}
	for _, why := range x.Raises {
		c.say("    %s %s\n", c.paint(accent, "▲"), clean(why))
	}
	for _, why := range x.Lowers {
		c.say("    %s %s\n", c.paint(warning, "▼"), clean(why))
	}
	c.printCategory(x.Category)
	c.say("    %s\n", c.paint(dim, w.Say("forecast.plain", "per", w.Percent(x.Plain.Won))))
}

// movesShown bounds the deals of which it is said how much they sway.
const movesShown = 3

func (c *command) printMoves(v forecasting.ForecastRun) {
	if v.Money.Priced == 0 || len(v.Moves) == 0 {
		return
	}
	w := c.words
	c.say("\n%s\n", c.paint(bold, w.Say("forecast.sways")))
	for _, m := range v.Moves[:min(movesShown, len(v.Moves))] {
		title := m.Title
		if title == "" {
			title = m.Deal.String()
		}
		c.say("  %s  %s\n", clean(title), c.paint(dim, w.Say("forecast.sways_row", "up", c.sum(v, m.Up), "down", c.sum(v, m.Down))))
	}
}

func (c *command) printChanges(v forecasting.ForecastRun) {
	if v.Changes == nil {
		return
	}
	w, x := c.words, v.Changes
	c.say("\n%s\n%s\n", c.paint(bold, w.Say("forecast.changed", "day", w.Day(x.Since))),
		w.Say("forecast.changed_line", "before", one(x.Before), "now", one(x.Now), "parts", w.List(forecasting.ChangeParts(w, *x))))
}

func one(x float64) string { return fmt.Sprintf("%.1f", x) }

func (c *command) printShown(v forecasting.Shown) error {
	w := c.words
	c.say("%s\n", w.Say("forecast.said_on", "shown", v.Shown.In(c.zone).Format("2006-01-02 15:04"), "day", v.AsOf.String()))
	var parts []string
	for _, e := range append(slices.Clone(endWords), "other") {
		if n := v.Came[e]; n > 0 {
			parts = append(parts, w.Number(n)+" "+c.endWord(e))
		}
	}
	if len(parts) > 0 {
		c.say("%s\n", w.Say("forecast.then_came", "parts", w.List(parts)))
	}
	return c.printForecast(v.ForecastRun)
}

func (c *command) printCategory(x forecasting.Categorised) {
	said, override := forecasting.CategoryWords(c.words, x)
	if said != "" {
		c.say("    %s\n", c.paint(dim, clean(said)))
	}
	if override != "" {
		c.say("    %s\n", c.paint(warning, clean(override)))
	}
}

// changeDoubt says what their own change takes off winning, beside the chances.
func (c *command) changeDoubt(v forecasting.ForecastOfDeal) {
	if v.Change == nil {
		return
	}
	c.say("\n")
	for _, why := range v.Change.Because {
		c.say("  %s %s\n", c.paint(warning, "–"), clean(why))
	}
	c.say("  %s\n", c.words.Say("forecast.change_thin", "less", c.words.Percent(1-v.Change.Factor)))
}
