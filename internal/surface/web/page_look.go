package web

import (
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/importing"
	"github.com/throughline/throughline/internal/operation"
)

// lookView is what a bare history says.
type lookView struct {
	frame
	Heading, Lede string
	Empty         bool
	Ends          []lookBar
	Said          []string // sentences about how deals ended
	Stops         []lookBar
	StopsLede     string
	Picks         []lookPick
	Counts        []lookCount
}

// lookBar is a line with its length as a share of the longest.
type lookBar struct {
	Kind, Count, Word, Took string
	Share                   float64
}

type lookPick struct {
	Href, Write, Title, Facts, Amount, Why, Ask string
}

type lookCount struct{ N, Word string }

func (s *site) look(v *visit) (component, error) {
	l, err := ask[importing.FirstLook](v, operation.ShowFirstLook, &importing.FirstLookInput{View: desk.View{AsOf: v.asOf}})
	if err != nil {
		return nil, err
	}
	p := v.p
	out := lookView{frame: v.frame(p.Say("firstlook.title"), "learning"), Empty: l.Deals == 0, Heading: p.LookHeading(l.Look),
		Lede: p.Say("firstlook.lede", "deals", p.Say("firstlook.deals", "n", l.Deals), "day", p.Day(l.AsOf))}
	most := 1
	for _, e := range l.Endings {
		most = max(most, e.N)
	}
	for _, e := range l.Endings {
		bar := lookBar{Kind: lookKind(e.Outcome), Count: p.Number(e.N), Word: p.Outcome(e.Outcome), Share: float64(e.N) / float64(most)}
		if e.Took != nil {
			bar.Took = p.LookTook(*e.Took)
		}
		out.Ends = append(out.Ends, bar)
	}
	if share := p.LookShare(l.Look); share != "" {
		out.Said = append(out.Said, share)
	}
	if l.Untold > 0 {
		out.Said = append(out.Said, p.Say("firstlook.untold", "n", l.Untold))
	}
	if len(l.Stops) > 0 {
		out.StopsLede = p.Say("firstlook.stops_lede", "n", l.Stopped)
	}
	for _, st := range l.Stops {
		out.Stops = append(out.Stops, lookBar{Kind: "none", Count: p.Number(st.N), Word: st.Stage, Share: float64(st.N) / float64(l.Stops[0].N)})
	}
	for _, r := range l.Rows {
		path := "/deals/" + throughline.ID(r.ID).String()
		var facts []string
		for _, f := range []string{r.Customer, r.Stage, r.Seller} {
			if f != "" {
				facts = append(facts, f)
			}
		}
		pick := lookPick{Href: v.link(path), Title: r.Title, Facts: strings.Join(facts, " · "), Why: r.Why, Ask: r.Ask}
		if !r.Amount.Zero() {
			pick.Amount = p.Money(r.Amount)
		}
		if out.Writes {
			pick.Write = path + "/capture"
		}
		out.Picks = append(out.Picks, pick)
	}
	for _, c := range l.Counts {
		out.Counts = append(out.Counts, lookCount{p.Number(c.N), p.LookCount(l.Look, c.Kind)})
	}
	return lookPage(out), nil
}

// lookKind is the kind of end that a bar shows.
func lookKind(o throughline.Outcome) string {
	switch o {
	case throughline.Won:
		return "won"
	case throughline.NoDecision, throughline.Postponed:
		return "none"
	case throughline.DecidedNoChange:
		return "stay"
	}
	return "rival"
}
