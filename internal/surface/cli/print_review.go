package cli

import (
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/forecasting"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/reviewing"
)

// printReview prints the two places, what to ask there, the questions left and
// what repeats. Nobody is ranked.
func (c *command) printReview(v reviewing.Review) error {
	w := c.words
	heading, means := reviewing.ReviewHeading(w, v, v.Owner)
	c.say("%s\n%s\n", c.paint(bold, clean(heading)), c.paint(dim, w.Say("manage.lede", "day", w.Day(v.AsOf), "n", v.Open)))
	if means != "" {
		c.say("%s\n", means)
	}
	for _, x := range v.Places {
		var line []string
		for _, s := range []string{x.Account, amountIf(x.Amount), x.Owner, x.ID.String()} {
			if s != "" {
				line = append(line, clean(s))
			}
		}
		c.say("\n%s\n%s\n", c.paint(bold, clean(x.Title)), c.paint(dim, strings.Join(line, "  ·  ")))
		c.say("  %s\n", c.road(x.Reading))
		for _, y := range x.Says {
			c.say("  %s %s\n", c.paint(warning, "–"), c.clash(y, v.AsOf))
		}
		if x.Outlook != nil && x.Low != nil && x.High != nil {
			c.say(
				"  %s\n",
				c.paint(
					dim,
					w.Say("manage.chance", "day", w.DayNear(x.ByDay, v.AsOf), "won", forecasting.ChanceWord(w, x.Outlook.Won, x.Low.Won, x.High.Won),
						"none", forecasting.ChanceWord(w, x.Outlook.NoDecision, x.Low.NoDecision, x.High.NoDecision)),
				),
			)
		}
		for _, b := range x.Suggest {
			c.say("  ? %s %s\n", w.Say("issue."+b), c.paint(dim, b))
		}
	}
	if len(v.Questions) > 0 {
		c.say("\n%s\n", c.paint(bold, w.Say("manage.left")))
	}
	for _, q := range v.Questions {
		answer := w.Say("manage.waits")
		if q.Answer > 0 {
			answer = w.Say("manage.answered", "n", q.Answer)
		}
		c.say("  %s %s\n", clean(q.Text), c.paint(dim, clean(strings.Join([]string{q.Title, w.DayNear(q.On, v.AsOf), answer}, "  ·  "))))
	}
	if len(v.Reopened) > 0 {
		c.say("\n%s\n", c.paint(bold, w.Say("manage.reopened")))
	}
	for _, x := range v.Reopened {
		c.pattern(w.Say("manage.reopened_row", "phase", c.phaseName(x.Phase), "n", x.Count, "of", x.Of), x)
	}
	if v.NoDecision > 0 {
		c.say("\n%s\n", c.paint(bold, w.Say("manage.causes", "n", v.NoDecision, "of", v.Ended)))
	}
	for _, x := range v.Causes {
		c.pattern(w.Say("manage.causes_row", "cause", phrase.Initial(w.Cause(x.Cause)), "n", x.Count), x)
	}
	if v.LatePaper.Count > 0 {
		c.say("\n%s\n", c.paint(bold, w.Say("manage.late")))
		c.pattern(w.Say("manage.late_row", "n", v.LatePaper.Count, "of", v.LatePaper.Of), v.LatePaper)
	}
	if v.ClassAsked.Count+v.Reclassed.Count > 0 {
		c.say("\n%s\n", c.paint(bold, w.Say("manage.class")))
	}
	if x := v.ClassAsked; x.Count > 0 {
		c.pattern(w.Say("manage.class_asked_row", "n", x.Count, "of", x.Of), x)
	}
	if x := v.Reclassed; x.Count > 0 {
		c.pattern(w.Say("manage.class_changed_row", "n", x.Count, "of", x.Of), x)
		if v.PickLimit > 0 && 100*x.Count > v.PickLimit*x.Of {
			c.say("  %s\n", c.paint(warning, w.Say("manage.class_many", "limit", v.PickLimit)))
		}
	}
	if x := v.Overridden; x.Count > 0 {
		c.say("\n%s\n", c.paint(bold, w.Say("process.picks_heading")))
		c.pattern(w.Say("process.picks", "n", x.Count, "of", x.Of), x)
	}
	c.say("\n%s\n", c.paint(dim, w.Say("manage.no_ranking")))
	return nil
}

// clash says one way in which what we say and what they have shown disagree.
func (c *command) clash(y reviewing.Clash, today throughline.Day) string {
	w := c.words
	phase := w.Say("where.end")
	if y.Phase.Known() {
		phase = c.phaseName(y.Phase)
	}
	ours, word := "", y.Word // another system's word stays as it is
	if key := "forecast.category_" + y.Word; w.Has(key) {
		word = w.Say(key)
	}
	if y.Other.Known() {
		ours = c.phaseName(y.Other)
	}
	return w.Say("manage.clash_"+string(y.Code), "n", y.Count, "word", word, "phase", phase, "ours", ours,
		"day", w.DayNear(y.Since, today), "span", w.Days(y.Count))
}

// mostNamed is how many deals behind a number the terminal names.
const mostNamed = 3

func (c *command) pattern(words string, x reviewing.Pattern) {
	c.say("  %s\n", words)
	for _, d := range x.Deals[:min(mostNamed, len(x.Deals))] {
		c.say("    %s %s\n", c.paint(dim, "–"), clean(d.Title))
	}
	if n := x.Count - min(mostNamed, len(x.Deals)); n > 0 {
		c.say("    %s\n", c.paint(dim, c.words.Say("manage.more", "n", n)))
	}
}
