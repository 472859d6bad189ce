package mining

import (
	"fmt"
	"slices"
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
		fmt.Fprintf(&b, "Too few to tell: %d cases, and a group of its own needs at least 30 beside 30 others. Stay with one process.", p.Cases)
		return b.String()
	case NothingToSplit:
		return "One process is enough: nothing is recorded at the opening of a case that could tell groups apart."
	case OneProcess:
		b.WriteString("One process is enough")
	default:
		rare := p.Groups[len(p.Groups)-1]
		name := numeral(p.Processes)
		fmt.Fprintf(&b, "%s: ", strings.ToUpper(name[:1])+name[1:])
		if p.Processes == 2 {
			fmt.Fprintf(&b, "`%s` buys differently", rare.Rule)
		} else {
			rules := make([]string, len(p.Groups))
			for i, g := range p.Groups {
				rules[i] = "`" + g.Rule.String() + "`"
			}
			fmt.Fprintf(&b, "%s buy differently", strings.Join(rules, ", "))
		}
		for _, c := range p.Curve {
			if c.Elbow {
				fmt.Fprintf(&b, ", which saves %.1f %% of what it takes to describe how cases go", c.Saved)
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
		fmt.Fprintf(&b, "# process/%s.yaml: a copy of the process, its milestones to be adapted\nwhen: %s\n", slug(g.Rule), quoteYAML(g.Rule.String()))
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
