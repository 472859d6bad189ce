package phrase

import (
	"math"
	"strconv"
	"strings"

	"github.com/throughline/throughline/internal/mining"
)

// Fit says what stands out of a comparison with a road map.
func (p *Phrase) Fit(r *mining.Conformance) []string {
	var out []string
	for _, f := range r.Findings() {
		out = append(out, p.Say("mine."+string(f.Code), "n", f.Cases, "count", f.Count, "step", f.Step, "fit", figure(f.Fit, 2)))
	}
	return out
}

// Milestone says what was found of a milestone: its effects, and whether it is
// a candidate for removal. It is an association, never a cause.
func (p *Phrase) Milestone(m mining.Milestone) []string {
	var out []string
	for _, e := range m.Effects {
		if s := p.Effect(e); s != "" {
			out = append(out, s)
		}
	}
	if m.Rare {
		out = append(out, p.Rare(m))
	}
	return out
}

// Effect says one effect, "" where too few ended so to say anything.
func (p *Phrase) Effect(e mining.Effect) string {
	low, high := figure(e.Low, 1), figure(e.High, 1)
	switch e.Code {
	case mining.MoreOften, mining.LessOften:
		return p.Say("mine.effect_"+e.End, "n", e.N, "x", figure(e.Ratio, 1), "low", low, "high", high)
	case mining.NoSign:
		return p.Say("mine.no_sign", "program", p.plain, "n", e.N, "end", p.Say("mine.for_"+e.End), "low", low, "high", high)
	case mining.NoOverlap:
		return p.Say("mine.no_overlap", "end", p.Say("mine.for_"+e.End))
	}
	return ""
}

// Rare says that hardly any of the won met a milestone.
func (p *Phrase) Rare(m mining.Milestone) string {
	return p.Say("mine.rare", "won", hundredths(m.Met["won"])+" %")
}

// SetAside says that a step came with the end.
func (p *Phrase) SetAside(a mining.Aside) string {
	return p.Say("mine.with_end", "step", a.Name, "n", a.Cases, "of", a.Of)
}

// Partition says how many processes are worth having, and why.
func (p *Phrase) Partition(m *mining.Partition) string {
	switch m.Code {
	case mining.TooFewToTell:
		return p.Say("mine.too_few", "n", m.Method.Ended)
	case mining.NothingToSplit:
		return p.Say("mine.nothing")
	}
	next, saved := "", ""
	if f := m.Next; f != nil {
		key, nth := "mine.next", p.nth(m.Processes+1)
		if f.Saved <= 0 {
			key = "mine.next_none"
		}
		next = p.Say(key, "nth", nth, "saved", figure(f.Saved, 1)+" %")
	}
	if m.Code == mining.OneProcess {
		return p.Say("mine.enough", "next", next)
	}
	for _, c := range m.Curve {
		if c.Elbow {
			saved = figure(c.Saved, 1) + " %"
		}
	}
	count := Initial(p.Word(m.Processes))
	if m.Processes == 2 {
		rare := m.Groups[len(m.Groups)-1]
		how := ""
		if p.plain { // a person reads below it how each group goes
			how = strings.Join(p.Differences(rare, nil), p.Say("list.semicolon"))
		}
		return p.Say("mine.two", "count", count, "rule", p.Whose(rare.Rule), "how", how, "saved", saved, "next", next)
	}
	rules := make([]string, len(m.Groups))
	for i, g := range m.Groups {
		rules[i] = p.Say("mine.whose", "rule", p.Whose(g.Rule))
	}
	return p.Say("mine.several", "count", count, "rules", strings.Join(rules, p.Say("list.semicolon")), "saved", saved, "next", next)
}

// nth names one more of what there are several of: "a third".
func (p *Phrase) nth(n int) string {
	if key := "mine.nth." + strconv.Itoa(n); p.Has(key) {
		return p.Say(key)
	}
	return p.Say("mine.nth_more", "n", n)
}

// Group says a group's rule and what is different about it.
func (p *Phrase) Group(g mining.Group) string {
	differ := p.Differences(g, nil)
	if len(g.Rule) == 0 || len(differ) == 0 {
		return p.Whose(g.Rule)
	}
	return p.Say("mine.group_how", "rule", p.Whose(g.Rule), "how", strings.Join(differ, p.Say("list.semicolon")))
}

// Differences says in sentences what a group does otherwise than the rest; name
// says a step in words, nil: as it is written.
func (p *Phrase) Differences(g mining.Group, name func(step string) string) []string {
	var out []string
	for _, d := range g.Differences() {
		var steps []string
		for _, s := range d.Steps {
			if name != nil {
				s = name(s)
			}
			steps = append(steps, s)
		}
		here, there := aboutDays(d.Here), aboutDays(d.There)
		if d.Code == mining.WonShares {
			here, there = hundredths(d.Here), hundredths(d.There)
		}
		out = append(out, p.Say("mine.group_"+string(d.Code), "what", p.List(steps), "here", here, "there", there))
	}
	return out
}

// Notice says a difference that is no process.
func (p *Phrase) Notice(n mining.Notice) string {
	var what []string
	for _, t := range n.Terms {
		what = append(what, p.Say("mine.term_"+string(t)))
	}
	return p.Say("mine.notice_"+string(n.Kind), "rule", p.Whose(n.Rule), "day", n.Day, "what", strings.Join(what, p.Say("list.comma")))
}

// NoGround says why an attribute was not tried.
func (p *Phrase) NoGround(why mining.Skip) string { return p.Say("mine.skip_" + string(why)) }

// Handover says how long the way from a decision to the order is. long says
// days with their unit, short what stands beside such a one.
func (p *Phrase) Handover(h *mining.Handover, long, short func(days float64) string) []string {
	var out []string
	if h.Days.N > 0 {
		out = append(out, p.Say("mine.to_order", "n", h.Days.N, "median", long(h.Days.Median), "p90", short(h.Days.P90)))
	}
	if h.Early.Days.N >= 5 && h.Late.Days.N >= 5 {
		out = append(out, p.Say("mine.paper_early", "early", long(h.Early.Days.Median), "earlies", h.Early.Days.N,
			"late", short(h.Late.Days.Median), "lates", h.Late.Days.N))
	}
	if h.Placed > 0 {
		key := "mine.place"
		if h.Place > 0.5 {
			key = "mine.place_late"
		}
		out = append(out, p.Say(key, "n", h.Placed, "place", hundredths(h.Place)+" %"))
	}
	if h.Fell > 0 {
		out = append(out, p.Say("mine.fell", "n", h.Fell, "of", h.Decided))
	}
	return out
}

// Whose says a rule as it stands after "whose".
func (p *Phrase) Whose(r mining.Rule) string { return p.ruleWith(r, "mine.rule_and", "mine.rule_or") }

// RuleName says a rule as the name of what it sets apart.
func (p *Phrase) RuleName(r mining.Rule) string {
	return Initial(p.ruleWith(r, "mine.rule_name_and", "mine.rule_name_or"))
}

func (p *Phrase) ruleWith(r mining.Rule, and, or string) string {
	if len(r) == 0 {
		return p.Say("mine.every_case")
	}
	var b strings.Builder
	for i, branch := range r {
		for k, c := range branch {
			switch {
			case k > 0:
				b.WriteString(p.Say(and))
			case i > 0:
				b.WriteString(p.Say(or))
			}
			b.WriteString(p.condition(c))
		}
	}
	return b.String()
}

func (p *Phrase) condition(c mining.Condition) string {
	key, values := "mine.rule_is", ""
	switch {
	case c.AtMost != nil && c.Not:
		key = "mine.rule_above"
	case c.AtMost != nil:
		key = "mine.rule_at_most"
	case c.Not:
		key = "mine.rule_is_not"
	}
	if c.AtMost != nil {
		values = strconv.FormatFloat(*c.AtMost, 'f', -1, 64)
	}
	for n, v := range c.In {
		if n > 0 {
			values += p.Say("mine.rule_or_value")
		}
		values += p.AttributeValue(c.Attr, v.Text())
	}
	return p.Say(key, "attr", p.Attribute(c.Attr), "values", values)
}

// figure spells a number with so many places.
func figure(x float64, places int) string { return strconv.FormatFloat(x, 'f', places, 64) }

// hundredths spells a share as so many of a hundred.
func hundredths(share float64) string { return figure(100*share, 0) }

// aboutDays spells a number of days, short ones with a tenth.
func aboutDays(days float64) string {
	if days >= 10 {
		return figure(math.Round(days), -1)
	}
	return figure(math.Round(10*days)/10, -1)
}
