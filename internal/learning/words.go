package learning

import (
	"fmt"
	"math"
	"strconv"

	"github.com/throughline/throughline/internal/mining"
	"github.com/throughline/throughline/internal/phrase"
)

// RuleWords says a rule of mining in a reader's words.
func RuleWords(p *phrase.Phrase, r mining.Rule) string {
	if len(r) == 0 {
		return p.Say("mine.every_case")
	}
	out := ""
	for i, branch := range r {
		for k, c := range branch {
			key, pairs := "mine.rule_is", []any{"attr", p.Attribute(c.Attr)}
			if c.AtMost != nil {
				if key = "mine.rule_at_most"; c.Not {
					key = "mine.rule_above"
				}
				pairs = append(pairs, "values", strconv.FormatFloat(*c.AtMost, 'f', -1, 64))
			} else {
				if c.Not {
					key = "mine.rule_is_not"
				}
				values := ""
				for n, v := range c.In {
					if n > 0 {
						values += p.Say("mine.rule_or_value")
					}
					values += p.AttributeValue(c.Attr, v.Text())
				}
				pairs = append(pairs, "values", values)
			}
			switch {
			case k > 0:
				out += p.Say("mine.rule_and")
			case i > 0:
				out += p.Say("mine.rule_or")
			}
			out += p.Say(key, pairs...)
		}
	}
	return out
}

// NoticeWords says a difference that is no process.
func NoticeWords(p *phrase.Phrase, n mining.Notice) string {
	return p.Say("mine.notice_"+string(n.Kind), "rule", RuleWords(p, n.Rule), "day", n.Day, "what", p.List(termNames(p, n.Terms)))
}

func termNames(p *phrase.Phrase, terms []mining.Term) []string {
	var out []string
	for _, t := range terms {
		out = append(out, p.Say("mine.term_"+string(t)))
	}
	return out
}

// GroupWords says in sentences what a group does otherwise than the rest.
func GroupWords(p *phrase.Phrase, g mining.Group, name func(step string) string) []string {
	var skip, more, out []string
	for _, h := range g.Steps {
		if h.Here < h.There {
			skip = append(skip, name(h.Step))
		} else {
			more = append(more, name(h.Step))
		}
	}
	if len(skip) > 0 {
		out = append(out, p.Say("mine.group_skips", "what", p.List(skip)))
	}
	if len(more) > 0 {
		out = append(out, p.Say("mine.group_more", "what", p.List(more)))
	}
	if g.DaysRest > 0 && (g.Days >= 1.25*g.DaysRest || g.Days <= 0.8*g.DaysRest) {
		out = append(out, p.Say("mine.group_days", "here", shortDays(g.Days), "there", shortDays(g.DaysRest)))
	}
	if math.Abs(g.Won-g.WonRest) >= 0.1 {
		out = append(out, p.Say("mine.group_won", "here", p.Percent(g.Won), "there", p.Percent(g.WonRest)))
	}
	return out
}

func shortDays(d float64) string {
	if d >= 10 {
		return fmt.Sprintf("%.0f", d)
	}
	return fmt.Sprintf("%.1f", d)
}
