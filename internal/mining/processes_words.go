package mining

import (
	"fmt"
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
