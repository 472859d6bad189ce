package cli

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/throughline/throughline/internal/workshop"
)

func (c *command) printTests(v workshop.PlaybookTests) error {
	for _, r := range v.Results {
		mark := c.paint(accent, "✓")
		if !r.Passed {
			mark = c.paint(warning, "✗")
		}
		c.say(
			"%s %s  %s\n",
			mark,
			clean(r.Name),
			c.paint(dim, strings.Join(slices.DeleteFunc([]string{r.Process, r.Class, r.Frontier}, func(s string) bool { return s == "" }), " · ")),
		)
	}
	c.say("%s\n", c.words.Say("cli.tests", "n", v.Passed, "failed", c.words.Number(v.Failed)))
	return nil
}

func (c *command) printDifference(v workshop.PlaybookDifference) error {
	if v.Same() {
		c.say("%s\n", c.words.Say("cli.same"))
		return nil
	}
	for _, s := range v.Sentences {
		c.say("%s %s\n", c.paint(dim, fmt.Sprintf("%-16s", s.For)), clean(s.Text))
	}
	for _, m := range v.Moves {
		to := string(m.To)
		if to == "" {
			to = "?"
		}
		c.say("%s %s → %s  %s\n", c.paint(dim, fmt.Sprintf("%-16s", "deals")), m.From, to, c.paint(dim, clean(m.Why)))
	}
	return nil
}

// places are the columns of the pack grid: where a pack can have something to say.
var places = []string{"p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9", "k", "c"}

// shade draws a weight so that it can be read without colour.
func shade(n int) string { return []string{"·", "1", "2", "3"}[min(max(n, 0), 3)] }

func (c *command) printPacks(v workshop.Packs) error {
	if len(v.Packs) == 1 && len(v.Blends) == 0 {
		return c.printPack(v.Packs[0])
	}
	s := sheet{head: []string{"", ""}}
	for _, at := range places {
		s.head = append(s.head, strings.ToUpper(at))
	}
	for _, p := range v.Packs {
		row := []string{p.ID, short(p.Name, 38)}
		for _, at := range places {
			row = append(row, shade(p.Weights[at]))
		}
		s.rows = append(s.rows, row)
	}
	if err := c.printSheet(c.Out, s); err != nil {
		return err
	}
	for _, g := range v.Blends {
		c.say("\n%s\n", c.paint(bold, string(g.Process)))
		for _, gap := range g.Gaps {
			c.say("  %s %s %s\n", c.paint(warning, "–"), c.words.Say("cli.gap"), clean(gap))
		}
		for _, crowd := range g.Crowds {
			c.say("  %s %s %s\n", c.paint(warning, "–"), c.words.Say("cli.crowd"), clean(crowd))
		}
		for _, k := range g.Clashes {
			c.say("  %s %s × %s, %s: %s\n", c.paint(warning, "–"), k.Packs[0], k.Packs[1], k.Place, clean(k.Rule))
		}
	}
	return nil
}

func (c *command) printPack(p workshop.PackView) error {
	c.say("%s  %s\n%s\n", c.paint(bold, clean(p.Name)), c.paint(dim, p.ID+" · "+p.Status), clean(p.Idea))
	for _, t := range p.Tools {
		c.say("\n%s\n  %s → %s\n", c.paint(accent, clean(t.Name)), clean(t.In), clean(t.Out))
	}
	if len(p.Prompts) > 0 {
		c.say("\n")
	}
	for _, q := range p.Prompts {
		c.say("  ? %s\n", clean(q))
	}
	if p.Credit != "" {
		c.say("\n%s\n", c.paint(dim, clean(p.Credit)))
	}
	return nil
}

func (c *command) printBrief(v workshop.Brief) error {
	head := func(key string) { c.say("\n%s\n", c.paint(bold, c.words.Say("brief."+key))) }
	c.say("%s\n%s\n", c.paint(bold, clean(c.words.Say("brief.title", "name", v.Name, "company", v.Company))), clean(v.First))
	head("fits")
	for _, pr := range v.Processes {
		c.say("  %s  %s\n", c.paint(accent, clean(pr.Name)), c.paint(dim, clean(pr.For)))
		if pr.Leads != "" {
			c.say("  %s\n", clean(c.words.Say("brief.leads", "places", pr.Leads)))
		}
		for _, s := range pr.Stages {
			c.say("    %s  %s\n", clean(s.Name), c.paint(dim, clean(s.Question)))
			for _, m := range s.Milestones {
				c.say("      – %s: %s\n", clean(m.Short), clean(m.Statement))
			}
		}
	}
	for _, x := range v.Classes {
		c.say("  – %s\n", clean(x.Says))
	}
	head("keeps")
	for _, s := range v.Keeps {
		c.say("  – %s\n", clean(s))
	}
	for _, part := range []struct {
		key  string
		rows []workshop.BriefPart
	}{{"tied", v.Tied}, {"open", v.Open}, {"dropped", v.Dropped}, {"questions", v.Questions}} {
		if len(part.rows) == 0 {
			continue
		}
		head(part.key)
		for _, x := range part.rows {
			c.say("  – %s  %s\n", clean(x.Name), c.paint(dim, clean(x.Place)))
			if x.Says != "" {
				c.say("    %s\n", clean(x.Says))
			}
			if x.Short != "" {
				c.say("    = %s\n", c.paint(accent, clean(x.Short)))
			}
		}
	}
	if len(v.Words) > 0 {
		head("words")
	}
	for _, w := range v.Words {
		c.say("  – %s = %s\n", clean(w.Theirs), clean(w.Ours))
	}
	head("asks")
	for i, s := range v.Asks {
		c.say("  %d. %s\n", i+1, clean(s))
	}
	if v.Credit != "" {
		c.say("\n%s\n", c.paint(dim, clean(v.Credit)))
	}
	return nil
}

func (c *command) printWeighed(v workshop.Weighed) error {
	c.say("%s\n\n", c.words.Say("cli.weight", "dial", strconv.FormatFloat(v.Dial, 'f', 2, 64)))
	s := sheet{
		head:  []string{"", c.words.Say("cli.col.value"), c.words.Say("cli.col.usual"), c.words.Say("cli.col.warn")},
		right: map[int]bool{1: true, 2: true, 3: true},
	}
	number := func(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
	for _, i := range v.Items {
		value := "–"
		if i.Value != nil {
			value = number(*i.Value)
			if *i.Value >= i.Warn {
				value = c.paint(warning, value+" !")
			}
		}
		s.rows = append(s.rows, []string{i.Name, value, number(i.Default), number(i.Warn)})
	}
	if err := c.printSheet(c.Out, s); err != nil {
		return err
	}
	if v.Cut != "" {
		c.say("\n%s\n", clean(v.Cut))
	}
	for _, p := range v.Scores {
		c.say("\n%s  %s\n", c.paint(bold, string(p.Process)), c.words.Say("cli.overspecified", "n", p.Points))
		for _, cut := range p.Cuts {
			c.say("  %s %s %s\n", c.paint(accent, "–"), clean(cut.What), c.paint(dim, fmt.Sprintf("−%d", cut.Saves)))
		}
	}
	return nil
}

func (c *command) printCopied(v workshop.CopiedReport) error {
	if len(v.Alike) == 0 {
		c.say("%s\n", c.words.Say("cli.unlike"))
	}
	for _, a := range v.Alike {
		c.say(
			"%s %s %s\n",
			a.Process,
			c.words.Say("cli.alike", "vendor", a.Vendor, "share", c.words.Percent(a.Jaccard)),
			c.paint(dim, strings.Join(a.Shared, ", ")),
		)
	}
	for _, d := range v.Differences {
		c.say("%s\n", clean(d))
	}
	c.say("%s\n", c.paint(dim, clean(v.SwapTest)))
	return nil
}

func (c *command) printPublication(v workshop.Publication) error {
	w := c.words
	wouldBe := !v.Published && !v.Found.Errors()
	if wouldBe {
		c.printPlan(v)
	}
	switch {
	case !v.Published && v.Found.Errors():
		c.say("%s\n", w.Say("cli.refused", "n", len(v.Found)))
	case !v.Published:
		c.say("%s\n", w.Say("cli.unpublished"))
	case v.Known:
		c.say("%s %s\n", w.Say("cli.known"), c.paint(dim, v.Hash))
	default:
		c.say("%s %s\n", w.Say("cli.published"), c.paint(dim, v.Hash))
	}
	if v.Moved > 0 {
		c.say("%s\n", w.Say("cli.moved", "n", v.Moved))
	}
	if v.Pinned > 0 {
		key := "cli.pinned"
		switch {
		case wouldBe && len(v.Moves) > 0:
			key = "cli.would_move"
		case wouldBe:
			key = "cli.would_stay"
		}
		c.say("%s\n", w.Say(key, "n", v.Pinned))
	}
	return nil
}

// printPlan says what publishing would change, and where deals would go.
func (c *command) printPlan(v workshop.Publication) {
	for _, s := range v.Changes.Sentences {
		c.say("%s %s\n", c.paint(dim, fmt.Sprintf("%-16s", s.For)), clean(s.Text))
	}
	for _, m := range v.Moves {
		c.say("%s %s → %s  %s\n", c.paint(dim, fmt.Sprintf("%-16s", "deals")), m.From, m.To, c.paint(dim, fmt.Sprint(m.Deals)))
	}
}

func (c *command) printDrafted(v workshop.Drafted) error {
	for _, f := range v.Files {
		c.say("%s/%s\n", strings.TrimSuffix(v.Dir, "/"), f)
	}
	for _, l := range v.Left {
		c.say("%s %s\n", c.paint(warning, "–"), clean(l))
	}
	if !c.Quiet && len(v.Files) > 0 {
		fmt.Fprintln(c.Err, c.paint(dim, c.words.Say("cli.drafted", "dir", v.Dir)))
	}
	return nil
}

// ask puts a question on the terminal; for one that takes many answers an
// empty line ends them.
func (c *command) ask(in *bufio.Reader) func(question, help string, many bool) ([]string, error) {
	return func(question, help string, many bool) ([]string, error) {
		fmt.Fprintf(c.Err, "\n%s\n%s\n", c.paint(bold, question), c.paint(dim, help))
		var out []string
		for {
			fmt.Fprint(c.Err, "> ")
			line, err := in.ReadString('\n')
			line = strings.TrimSpace(line)
			if line != "" {
				out = append(out, line)
			}
			if err == io.EOF || err == nil && (!many || line == "") {
				return out, nil
			}
			if err != nil {
				return out, err
			}
		}
	}
}
