package phrase

import (
	"strconv"

	"github.com/throughline/throughline/internal/firstlook"
)

// LookTook says how long deals of one end took.
func (p *Phrase) LookTook(s firstlook.Spread) string {
	return p.Say("firstlook.took", "half", p.Days(s.Median), "most_of", p.Days(s.Q3), "longest", p.Days(s.Most))
}

// LookHeading says in one line what a history tells.
func (p *Phrase) LookHeading(l firstlook.Look) string {
	switch {
	case l.Outlasted > 0 && l.KnownWins() > 0:
		return p.Say("firstlook.heading_older_known", "n", l.Outlasted, "known", p.Number(l.KnownWins()))
	case l.Outlasted > 0:
		return p.Say("firstlook.heading_older", "n", l.Outlasted)
	case l.Open > 0:
		return p.Say("firstlook.heading_open", "n", l.Open)
	}
	return p.Say("firstlook.heading_none", "n", l.Deals)
}

// LookShare says which share of the customers' ends had no decision, "" where
// nothing tells them apart.
func (p *Phrase) LookShare(l firstlook.Look) string {
	if l.Nothing == 0 || l.Nothing+l.Decided < 10 {
		return ""
	}
	return p.Say("firstlook.nothing", "share", p.Percent(float64(l.Nothing)/float64(l.Nothing+l.Decided)))
}

// LookWhy says what is odd about a deal.
func (p *Phrase) LookWhy(l firstlook.Look, k firstlook.Pick) string {
	key := "firstlook.why." + string(k.Kind)
	if k.Kind == firstlook.Soon && k.N == 0 {
		key += "_today"
	}
	known := l.KnownWins()
	if known > 0 && k.Kind == firstlook.Outlasted {
		key += "_known"
	}
	longest, mostOf := "", ""
	if l.Won != nil {
		longest, mostOf = p.Days(l.Won.Most), p.Days(l.Won.Q3)
	}
	return p.Say(
		key,
		"age",
		p.Days(k.Age),
		"n",
		k.N,
		"day",
		p.DayNear(k.Day, l.AsOf),
		"amount",
		p.Money(k.Amount),
		"longest",
		longest,
		"most_of",
		mostOf,
		"known",
		p.Number(known),
	)
}

// LookAsk gives the question to ask in a deal, the nth of its kind: no two of
// them are the same.
func (p *Phrase) LookAsk(k firstlook.Kind, nth int) string {
	key := "firstlook.ask." + string(k)
	if nth > 0 {
		key += "_" + strconv.Itoa(nth)
	}
	return p.Say(key)
}

// LookCount says what a number of open deals has in common.
func (p *Phrase) LookCount(l firstlook.Look, k firstlook.Kind) string {
	if n := l.KnownWins(); n > 0 && k == firstlook.Outlasted {
		return p.Say("firstlook.count.outlasted_known", "known", p.Number(n))
	}
	return p.Say("firstlook.count." + string(k))
}
