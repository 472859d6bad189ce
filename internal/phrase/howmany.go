package phrase

import (
	"strings"

	"github.com/throughline/throughline/internal/playbook/howmany"
)

// Counted are the sentences of how many processes are needed.
type Counted struct {
	Verdict string
	Means   string // under the verdict
	Groups  []CountedGroup
	Joined  []string
	Open    []string
	Patch   string // what the playbook's files would say; empty for one process
}

// CountedGroup is one process in words.
type CountedGroup struct{ Name, Cells, Facts, Takes string }

// HowMany says in words how many processes are needed, and why.
func (p *Phrase) HowMany(cells []howmany.Cell, a howmany.Answer) Counted {
	out := Counted{Verdict: p.Say("howmany.none")}
	if a.Processes == 0 {
		return out
	}
	name := func(list []int) string {
		words := make([]string, 0, len(list))
		for _, i := range list {
			words = append(words, p.cell(cells[i]))
		}
		return p.List(words)
	}
	share := func(deals int) string {
		if a.Deals == 0 {
			return ""
		}
		return p.Percent(float64(deals) / float64(a.Deals))
	}
	out.Verdict, out.Means = p.Say("howmany.one"), p.Say("howmany.one_means")
	if a.Processes > 1 {
		var why []string
		for _, g := range a.Groups[1:] {
			why = append(why, p.Say("howmany.why_"+string(g.Kind)))
		}
		out.Verdict, out.Means = p.Say(map[int]string{2: "howmany.two", 3: "howmany.three"}[a.Processes], "why", p.List(why)), p.Say("howmany.price")
	}
	for i, g := range a.Groups {
		facts := []string{p.Say("howmany.asks", "n", len(g.Questions))}
		if g.Deals > 0 {
			facts = append(facts, p.Say("howmany.deals", "n", g.Deals), p.Say("howmany.share", "share", share(g.Deals)))
		}
		line := CountedGroup{Name: p.Say("howmany.kind_" + string(g.Kind)), Cells: name(g.Cells), Takes: Initial(p.Say("howmany.rest"))}
		if i > 0 {
			facts = append(facts, p.Say("howmany.differs", "n", g.Differs))
			line.Takes = Initial(p.Say("howmany.rule", "rule", p.Rule(g.Rule)))
		}
		line.Facts = Initial(strings.Join(facts, p.Say("howmany.between")))
		out.Groups = append(out.Groups, line)
	}
	for _, j := range a.Joined {
		out.Joined = append(out.Joined, p.Say("howmany.joined_"+j.Why, "cells", name(j.Cells), "share", share(j.Deals)))
	}
	for _, o := range a.Open {
		if o.Ask == "" {
			out.Open = append(out.Open, p.Say("howmany.open_none", "cell", p.cell(cells[o.Cell])))
			continue
		}
		out.Open = append(out.Open, p.Say("howmany.open", "cell", p.cell(cells[o.Cell]), "ask", p.Say("factor."+string(o.Ask)+".ask")))
	}
	if a.Processes > 1 {
		var b strings.Builder
		b.WriteString("# playbook.yaml\nknows: {offer: text, market: text}\n")
		for _, g := range a.Groups[1:] {
			b.WriteString("# process/" + string(g.Kind) + ".yaml\nwhen: '" + strings.ReplaceAll(g.CEL, "'", "''") + "'\n")
		}
		out.Patch = b.String()
	}
	return out
}

func (p *Phrase) cell(c howmany.Cell) string {
	if c.Market == "" || c.Offer == "" {
		return c.Offer + c.Market
	}
	return p.Say("howmany.cell", "offer", c.Offer, "market", c.Market)
}
