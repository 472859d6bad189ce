package web

import (
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/phrase"
)

// strategyView is the strategy as it stands.
type strategyView struct {
	Heading, Aim, Bet, By, Against, StopIf, Because string
	Stops                                           []string
	Moves                                           []moveView
	Href                                            string
	Verdict                                         string
}

type moveView struct{ What, Expect, By string }

func (t teller) strategy() *strategyView {
	p := t.p
	facts := t.page.Deal.OfKind(deal.KindStrategy)
	if len(facts) == 0 {
		return nil
	}
	f := facts[len(facts)-1]
	b := f.Body.(deal.Strategy)
	tell := func(s string) string { return p.Text(t.names, s) }
	by := func(s string) string {
		day, err := throughline.ParseDay(s)
		if err != nil {
			return s
		}
		return p.Say("strategy.by", "day", p.DayNear(day, t.day()))
	}
	out := &strategyView{Heading: p.Say("strategy.version", "n", len(facts)), Aim: tell(b.Aim), Bet: tell(b.Bet), Against: tell(b.Against),
		StopIf: phrase.Initial(tell(b.StopIf)), Because: tell(b.Because), Href: t.factHref(f)}
	if b.By != "" {
		out.By = by(b.By)
	}
	for _, s := range b.Stops {
		out.Stops = append(out.Stops, phrase.Initial(tell(s.What)))
	}
	for _, m := range b.Moves {
		move := moveView{What: tell(m.What), Expect: tell(m.Expect)}
		if m.By != "" {
			move.By = by(m.By)
		}
		out.Moves = append(out.Moves, move)
	}
	for _, g := range t.page.Deal.OfKind(deal.KindBetResolved) {
		if g.Body.(deal.BetResolved).Strategy == f.ID {
			out.Verdict = p.Fact(t.names, g)
		}
	}
	return out
}

// fiveView is the strategy in force on the deal's first page: five lines.
type fiveView struct {
	Heading, Href string
	Lines         []lineView
	Write         string // the words on the way to the page on which it is written
	Empty         bool
}

// lineView is one line of a strategy, under a name that stays.
type lineView struct {
	Name, Text, Note string
	Term             string // the word of ours that the name is, where it has a sentence
}

// five gives the five lines; the moves stand where one acts on them.
func (t teller) five() *fiveView {
	p, open := t.p, t.page.Reading.Outcome == throughline.StillOpen
	s := t.strategy()
	out := &fiveView{Href: t.link("/deals/" + t.page.ID.String() + "/strategy")}
	if s == nil {
		if !open {
			return nil
		}
		out.Heading, out.Write, out.Empty = p.Say("strategy.none"), p.Say("strategy.write"), true
		return out
	}
	out.Heading = s.Heading
	if open {
		out.Write = p.Say("strategy.edit")
	}
	add := func(name, text string, notes ...string) {
		if text != "" {
			term := ""
			if name == "strategy.bet" {
				term = "bet"
			}
			out.Lines = append(out.Lines, lineView{Term: term, Name: p.Say(name), Text: text, Note: strings.Join(slices.DeleteFunc(notes, empty), " · ")})
		}
	}
	add("strategy.aim", s.Aim)
	add("strategy.bet", s.Bet, s.By, s.Verdict)
	add("strategy.against", s.Against)
	if len(s.Stops) > 0 {
		more := ""
		if n := len(s.Stops) - 1; n > 0 {
			more = p.Say("now.stops", "n", n)
		}
		add("strategy.stops", s.Stops[0], more)
	}
	add("strategy.stop_if", s.StopIf)
	return out
}

func empty(s string) bool { return s == "" }
