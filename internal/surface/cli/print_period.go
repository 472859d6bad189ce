package cli

import (
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/forecasting"
)

// printPeriod shows a period against its target, and what has changed.
func (c *command) printPeriod(v forecasting.PeriodForecast) error {
	w := c.words
	money := func(cents int64) string { return w.Money(throughline.Money{Cents: cents, Currency: v.Currency}) }
	c.say("%s\n\n", w.Say("period.span", "from", v.Period.From.String(), "until", v.Period.Until.String(), "n", v.Working))
	s := sheet{right: map[int]bool{1: true}, head: []string{"", "", ""}}
	add := func(key string, amount, note string) { s.rows = append(s.rows, []string{w.Say(key), amount, note}) }
	if v.Target > 0 {
		add("period.target", money(v.Target), "")
	}
	add("period.booked", money(v.Booked), w.Say("period.won_n", "n", v.Won))
	add("period.commit", money(v.Booked+v.Commit), w.Say("period.more_n", "n", v.Commits))
	add("period.best", money(v.Booked+v.Commit+v.Best), w.Say("period.more_n", "n", v.Bests))
	switch {
	case v.Model.Known:
		add("period.model", money(v.Booked+v.Model.P50), w.Say("forecast.range", "low", money(v.Booked+v.Model.P10), "high", money(v.Booked+v.Model.P90)))
	case v.Ahead():
		add("period.model", "–", w.Say("period.beyond"))
	}
	if v.Target > 0 {
		add("period.gap", money(v.Target-v.Booked), w.Say("period.gap_means"))
	}
	if err := c.printSheet(c.Out, s); err != nil {
		return err
	}
	for _, r := range v.Rates {
		c.say("%s\n", w.Say("setting.rate", "code", r.Currency, "worth", r.Worth, "own", r.In, "day", r.Day.String()))
	}
	if v.Apart > 0 {
		c.say("%s\n", w.Say("period.apart", "n", v.Apart))
	}
	c.say("\n%s\n", forecasting.ChangeHeading(w, v, v.Changes.Since.String(), v.Changes.Asked.String()))
	if v.Changes.Missing == "" {
		s = sheet{right: map[int]bool{1: true}, head: []string{"", "", ""}}
		add("period.was", money(v.Changes.Before), "")
		for _, m := range v.Changes.Moves {
			add("period.move_"+m.Code, forecasting.Signed(w, m.Cents, v.Currency), w.Say("period.deals_n", "n", m.Count))
		}
		add("period.is", money(v.Changes.Now), "")
		if err := c.printSheet(c.Out, s); err != nil {
			return err
		}
	}
	c.say("\n")
	s = sheet{right: map[int]bool{2: true, 4: true, 6: true}, head: []string{w.Say("period.col_customer"), w.Say("period.col_deal"),
		w.Say("period.col_amount"), w.Say("period.col_end"),
		w.Say("period.col_won"), w.Say("period.col_call"), w.Say("period.col_change")}}
	for _, x := range v.Rows {
		chance := w.Say("forecast.not_known")
		if !x.NotKnown {
			chance = w.Percent(x.Chances.Won)
			if x.Ranged {
				chance = forecasting.RangeOf(w, x.Chances.Won, x.Low.Won, x.High.Won)
			}
		}
		change := ""
		if x.Change != 0 {
			change = forecasting.Signed(w, x.Change, v.Currency)
		}
		s.rows = append(s.rows, []string{x.Account, x.Title, w.Money(x.Amount), x.Close.String(), chance, forecasting.CallWord(w, x.Call), change})
	}
	if err := c.printSheet(c.Out, s); err != nil {
		return err
	}
	for _, line := range v.Words {
		c.say("%s\n", line)
	}
	return nil
}
