package web

import (
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/phrase"
)

// alikeParameter asks for the won deals like the one shown. Without it the page
// only says where they are: they cost a list and three deals, and are not read
// each time.
const alikeParameter = "alike"

// alikeView is won deals like the one shown, or the way to them.
type alikeView struct {
	To, Fold choice // one of them: to open it, and to fold it again
	Nobody   string // where no won deal is like it
	Deals    []alikeDeal
}

type alikeDeal struct {
	Name, Href, Took string
	Line             []alikeStop // our milestones that it met, in its order
	Met              string      // how many these are
	Bet              string      // the last bet of its strategy
	BetHref          string
}

type alikeStop struct{ Name, Day string }

// toAlike leads to the won deals like this one, where its class is known.
func (t teller) toAlike() choice {
	if c := t.page.Reading.Class; !c.Known() || c == throughline.Unclassified {
		return choice{}
	}
	return choice{Word: t.p.Say("start.won"), Href: t.link("/deals/"+t.page.ID.String(), alikeParameter, "1") + "#alike"}
}

// alike tells of the won deals like an open one; nil where the deal has ended, or
// nobody knows how they buy.
func (t teller) alike() *alikeView {
	to := t.toAlike()
	if t.page.Reading.Outcome != throughline.StillOpen || to.Word == "" {
		return nil
	}
	if t.page.Alike == nil {
		return &alikeView{To: to}
	}
	p := t.p
	out := &alikeView{Fold: choice{Word: p.Say("alike.fold"), Href: t.link("/deals/" + t.page.ID.String())}}
	if len(t.page.Alike) == 0 {
		out.Nobody = p.Say("alike.nobody")
	}
	for _, a := range t.page.Alike {
		href := "/deals/" + a.ID.String()
		x := alikeDeal{Name: a.Title, Href: t.link(href), BetHref: t.link(href + "/strategy")}
		if x.Name == "" {
			x.Name = a.Account
		}
		switch day := p.Day(a.Won); {
		case a.Won.IsZero():
		case a.Days < 0:
			x.Took = p.Say("alike.won", "day", day)
		default:
			x.Took = p.Say("alike.took", "day", day, "days", p.Days(a.Days))
		}
		for _, s := range a.Line {
			if !s.Step.Milestone() { // the tracks run beside the road
				continue
			}
			stop := alikeStop{Name: phrase.Initial(p.Place(a.Book, s.Step))}
			if s.Day >= 0 {
				stop.Day = p.Say("alike.day", "n", p.Number(s.Day))
			}
			x.Line = append(x.Line, stop)
		}
		x.Met = p.Say("alike.met", "n", len(x.Line))
		if all := a.Deal.Strategies(t.day()); len(all) > 0 && all[len(all)-1].Strategy.Bet != "" {
			x.Bet = p.Say("alike.bet", "n", len(all))
		}
		out.Deals = append(out.Deals, x)
	}
	return out
}
