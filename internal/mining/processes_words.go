package mining

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

var numerals = []string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"}

func numeral(n int) string {
	if n < len(numerals) {
		return numerals[n]
	}
	return fmt.Sprint(n)
}

var ordinals = []string{"", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"}

func ordinal(n int) string {
	if n < len(ordinals) {
		return "a " + ordinals[n]
	}
	return fmt.Sprintf("number %d", n)
}

// words says the recommendation in a sentence or two.
func (p *Partition) words() string {
	var b strings.Builder
	switch p.Code {
	case TooFewToTell:
		fmt.Fprintf(
			&b,
			"Too few to tell: %d ended cases, and a group of its own needs at least 30 beside 30 others. Stay with one process.",
			p.Method.Ended,
		)
		return b.String()
	case NothingToSplit:
		return "One process is enough: nothing is recorded at the opening of a case that could tell groups apart."
	case OneProcess:
		b.WriteString("One process is enough")
	default:
		name := numeral(p.Processes)
		fmt.Fprintf(&b, "%s: ", strings.ToUpper(name[:1])+name[1:])
		if p.Processes == 2 {
			rare := p.Groups[len(p.Groups)-1]
			fmt.Fprintf(&b, "cases whose %s go another way", rare.Rule.Words())
			if s := rare.differences(); s != "" {
				b.WriteString(": " + s)
			}
		} else {
			rules := make([]string, len(p.Groups))
			for i, g := range p.Groups {
				rules[i] = "cases whose " + g.Rule.Words()
			}
			fmt.Fprintf(&b, "%s go different ways", strings.Join(rules, "; "))
		}
		for _, c := range p.Curve {
			if c.Elbow {
				fmt.Fprintf(&b, ". That saves %.1f %% of what it takes to describe how cases go", c.Saved)
			}
		}
	}
	switch {
	case p.Next == nil:
		b.WriteString(".")
	case p.Next.Saved <= 0:
		fmt.Fprintf(&b, "; %s would save nothing.", ordinal(p.Processes+1))
	default:
		fmt.Fprintf(&b, "; %s would save %.1f %% and is not worth its training.", ordinal(p.Processes+1), p.Next.Saved)
	}
	return b.String()
}

// words says a group's rule and what is different about it.
func (g Group) words() string {
	if len(g.Rule) == 0 {
		return "every case"
	}
	s := g.Rule.Words()
	if d := g.differences(); d != "" {
		s += ": " + d
	}
	return s
}

// differences says what a group does otherwise than the rest.
func (g Group) differences() string {
	var say []string
	skip, more := []string{}, []string{}
	for _, h := range g.Steps {
		if h.Here < h.There {
			skip = append(skip, h.Step)
		} else {
			more = append(more, h.Step)
		}
	}
	if len(skip) > 0 {
		say = append(say, "they rarely come to "+listOf(skip))
	}
	if len(more) > 0 {
		say = append(say, "they more often come to "+listOf(more))
	}
	if g.DaysRest > 0 && (g.Days >= 1.25*g.DaysRest || g.Days <= 0.8*g.DaysRest) {
		say = append(say, fmt.Sprintf("they take %.3g days where others take %.3g", rounded(g.Days), rounded(g.DaysRest)))
	}
	if d := g.Won - g.WonRest; d >= 0.1 || d <= -0.1 {
		say = append(say, fmt.Sprintf("%.0f in 100 are won, of others %.0f", 100*g.Won, 100*g.WonRest))
	}
	return strings.Join(say, "; ")
}

func rounded(days float64) float64 {
	if days >= 10 {
		return math.Round(days)
	}
	return math.Round(10*days) / 10
}

func listOf(words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

var termWords = map[Term]string{
	TermSteps:     "which steps occur",
	TermDurations: "how long it takes",
	TermOutcomes:  "how it ends",
	TermOrder:     "the order of steps",
}

// words says what a difference is that is no process.
func (n Notice) words() string {
	var terms []string
	for _, t := range n.Terms {
		terms = append(terms, termWords[t])
	}
	in := ""
	if len(terms) > 0 {
		in = " (" + strings.Join(terms, ", ") + ")"
	}
	switch n.Kind {
	case ChangedOverTime:
		return fmt.Sprintf(
			"Cases that opened after %s go differently%s. That is a change over time, not a kind of customer: look at what changed then.",
			n.Day,
			in,
		)
	case WhoLogs:
		return fmt.Sprintf("Cases whose %s are different%s. That is who works on them and writes them down, not a way of buying.", n.Rule.Words(), in)
	case StandsForTime:
		return fmt.Sprintf(
			"Cases whose %s go differently%s, but only because of when they opened; among cases of one time it tells nothing that could be seen.",
			n.Rule.Words(),
			in,
		)
	case StandsForWho:
		return fmt.Sprintf(
			"Cases whose %s go differently%s, but only because of who works on them; with the same people it tells nothing that could be seen.",
			n.Rule.Words(),
			in,
		)
	}
	return ""
}

// Words says a rule in words.
func (r Rule) Words() string {
	var ways []string
	for _, branch := range r {
		var parts []string
		for _, c := range branch {
			parts = append(parts, c.words())
		}
		ways = append(ways, strings.Join(parts, " and whose "))
	}
	return strings.Join(ways, ", or whose ")
}

func (c Condition) words() string {
	var values []string
	for _, v := range c.In {
		values = append(values, v.Text())
	}
	switch {
	case c.AtMost != nil && c.Not:
		return fmt.Sprintf("%s is above %s", c.Attr, strconv.FormatFloat(*c.AtMost, 'f', -1, 64))
	case c.AtMost != nil:
		return fmt.Sprintf("%s is at most %s", c.Attr, strconv.FormatFloat(*c.AtMost, 'f', -1, 64))
	case c.Not:
		return fmt.Sprintf("%s is not %s", c.Attr, strings.Join(values, " or "))
	}
	return fmt.Sprintf("%s is %s", c.Attr, strings.Join(values, " or "))
}

// Patch gives the beginning of a process file for each group but the greatest,
// which keeps the process there is: a rule says which deals it is for.
func (p *Partition) Patch() string {
	if p.Processes < 2 {
		return ""
	}
	var b strings.Builder
	for i, g := range p.Groups {
		if i == 0 {
			fmt.Fprintf(&b, "# %d of %d cases keep the process they have, which has no rule of its own.\n", g.Cases, p.Cases)
			continue
		}
		fmt.Fprintf(
			&b,
			"# process/%s.yaml: a copy of the process, its milestones to be adapted\nwhen: %s\n",
			slug(g.Rule),
			quoteYAML(g.Rule.String()),
		)
	}
	b.WriteString("# knows: in playbook.yaml declares")
	for i, a := range p.ruleAttrs() {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(" " + a)
	}
	b.WriteString(", where it does not yet\n")
	return b.String()
}

func (p *Partition) ruleAttrs() []string {
	var out []string
	for _, g := range p.Groups {
		for _, a := range g.Rule.Attrs() {
			if !slices.Contains(out, a) {
				out = append(out, a)
			}
		}
	}
	return out
}

func quoteYAML(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// slug names a file after the first value or attribute of a rule.
func slug(r Rule) string {
	name := "other"
	if len(r) > 0 && len(r[0]) > 0 {
		name = r[0][0].Attr
		if len(r[0][0].In) == 1 && !r[0][0].Not {
			name = r[0][0].In[0].Text()
		}
	}
	name = strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '-'
	}, name), "-")
	if name == "" {
		return "other"
	}
	return name
}
