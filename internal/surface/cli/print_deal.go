package cli

import (
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/workshop"
)

func (c *command) printDeal(v showing.DealPage) error {
	w := c.words
	c.say("%s\n", c.paint(bold, clean(v.Title)))
	if v.End != "" {
		what := v.End
		if v.EndWhy != "" {
			what = w.Say("fact.because", "what", what, "why", v.EndWhy)
		}
		c.say("%s\n", c.paint(accent, clean(what)))
	}
	quiet := w.Silence(v.Reading.Silence)
	if v.End != "" {
		quiet = "" // whoever has decided owes nobody an act
	}
	var line []string
	for _, s := range []string{v.Account, amountIf(v.Amount), v.Owner, w.Class(v.Reading.Class), quiet} {
		if s != "" {
			line = append(line, clean(s))
		}
	}
	c.say("%s\n\n", c.paint(dim, strings.Join(line, "  ·  ")))
	c.say("  %s\n\n", c.road(v.Reading))
	for _, p := range v.Reading.Phases {
		if !p.Shown || p.State == throughline.Untouched && p.Phase != v.Reading.Frontier {
			continue
		}
		c.say("  %s %s\n", c.paint(bold, c.phaseName(p.Phase)), c.paint(dim, w.State(p.State)))
		for _, f := range v.Deal.About(p.Phase.Address()) {
			c.say("    %s %s %s\n", c.paint(accent, f.Grade.String()), clean(w.Fact(v.Names, f)), c.paint(dim, f.Day(v.Reading.Zone).String()))
		}
	}
	if len(v.Why) > 0 {
		c.say("\n%s\n", w.Say("cli.look"))
		for _, why := range v.Why {
			c.say("  %s %s\n", c.paint(warning, "–"), clean(why))
		}
	}
	c.promises(v)
	c.stated(v)
	if len(v.Questions) > 0 {
		c.say("\n%s\n", w.Say("cli.ask"))
		for _, q := range v.Questions {
			c.say("  %s %s\n", c.paint(accent, q.Name+":"), q.Ask)
			if len(v.Questions) == 1 {
				for _, s := range q.Sub {
					c.say("    %s\n", s)
				}
			}
		}
	}
	c.alike(v)
	c.say("\n%s\n", w.Say("cli.facts", "n", len(v.Facts)))
	c.sayFacts(v.Facts, v.Names, v.Reading.Zone)
	return nil
}

func (c *command) sayFacts(facts []deal.Fact, names phrase.Names, zone *time.Location) {
	for _, f := range facts {
		day := throughline.DayOf(f.Happened, zone).String()
		if day == "" {
			day = "     –    "
		}
		c.say("  %s  %s %s\n", day, clean(c.words.Fact(names, f)), c.paint(dim, clean(f.Source.System+" "+f.Source.Record)))
	}
}

func (c *command) printFacts(v showing.FactList) error {
	c.say("%s\n", c.words.Say("cli.facts", "n", len(v.Facts)))
	c.sayFacts(v.Facts, v.Names, v.Zone)
	return nil
}

// alike tells of the won deals like it, where they were asked for.
func (c *command) alike(v showing.DealPage) {
	w := c.words
	if v.Alike == nil {
		return
	}
	c.say("\n%s\n", w.Say("start.won"))
	if class := v.Reading.Class; len(v.Alike) == 0 && (!class.Known() || class == throughline.Unclassified) {
		c.say("  %s\n", w.Say("alike.no_class"))
	} else if len(v.Alike) == 0 {
		c.say("  %s\n", w.Say("alike.nobody"))
	}
	for _, a := range v.Alike {
		var line []string
		for _, s := range a.Line {
			stop := w.Place(a.Book, s.Step)
			if s.Day >= 0 {
				stop += " (" + w.Say("alike.day", "n", w.Number(s.Day)) + ")"
			}
			line = append(line, clean(stop))
		}
		c.say("  %s  %s\n", c.paint(bold, clean(a.Title)), c.paint(dim, a.ID.String()))
		if len(line) > 0 {
			c.say("    %s\n", strings.Join(line, " → "))
		}
	}
}

func (c *command) printRoadMap(v workshop.RoadMap) error {
	c.say("%s  %s\n", c.paint(bold, v.Name), c.paint(dim, v.Hash))
	for _, p := range v.Phases {
		c.say("\n%s %s\n", c.paint(accent, strings.ToUpper(p.Phase.String())+" "+p.Name), p.Ask)
		for _, pr := range v.Processes {
			for _, m := range pr.Milestones {
				if m.Serves == p.Phase {
					c.say("   □ %s\n", m.Name)
				}
			}
		}
	}
	for _, pr := range v.Processes {
		var stages []string
		for _, s := range pr.Stages {
			stages = append(stages, s.Name+" ("+strings.ToUpper(s.Serves.String())+")")
		}
		c.say("\n%s: %s\n", pr.Name, strings.Join(stages, " → "))
	}
	var steps []string
	for _, s := range v.Tracks {
		steps = append(steps, s.Address.Last()+" "+s.Name)
	}
	c.say("%s\n", c.paint(dim, strings.Join(steps, " · ")))
	return nil
}

// printRecorded says what was written and how to take it back.
func (c *command) printRecorded(v recording.Recorded) error {
	key := "cli.recorded"
	if v.Known {
		key = "cli.recorded_before"
	}
	c.say("%s\n", c.words.Say(key, "n", len(v.Facts), "deal", v.Deal.String()))
	for _, id := range v.Facts {
		c.say("  %s\n", id)
	}
	return nil
}
