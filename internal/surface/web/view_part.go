package web

import (
	"cmp"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/learning"
	"github.com/throughline/throughline/internal/surface/chart"
)

// mixedView says that deals of several kinds are told as one, and what each does.
type mixedView struct {
	Says  string
	Parts []partLine
}

// partLine is one kind: how it ends, and the way to it alone.
type partLine struct {
	Name, Text, Href, Picture string
}

// partMenus are the menus of what deals are told apart by.
func (v *visit) partMenus(splits []learning.Split, now learning.Part) []partMenu {
	p := v.p
	var out []partMenu
	for _, s := range splits {
		m := partMenu{Field: s.By, Nothing: p.Say("simulate.any")}
		here := ""
		switch s.By {
		case learning.ByClass:
			m.Name, here = p.Say("simulate.ask_class"), now.Class
		case learning.ByProcess:
			m.Name, here = p.Say("simulate.ask_process"), now.Process
		case learning.ByOwner:
			m.Name, m.Nothing, here = p.Say("simulate.ask_owner"), p.Say("simulate.anyone"), now.Owner
		default:
			continue
		}
		for _, x := range s.All {
			if s.By == learning.ByProcess && x.Value != here && v.leftOut(throughline.Address("process/"+x.Value)) {
				continue
			}
			m.Options = append(m.Options, choice{Word: v.partWord(s.By, x), Href: x.Value, Here: x.Value == here})
		}
		out = append(out, m)
	}
	return out
}

// partWord names one part of the deals.
func (v *visit) partWord(by string, x learning.PartShare) string {
	switch by {
	case learning.ByClass:
		return v.p.Class(throughline.Class(x.Value))
	case learning.ByOwner:
		return cmp.Or(x.Name, x.Value)
	case learning.ByProcess:
		if v.desk.Book != nil {
			if pr, ok := v.desk.Book.ProcessCalled(x.Value); ok {
				return pr.Name.Text.In(v.p.Code())
			}
		}
		return x.Value
	}
	return v.p.AttributeValue(strings.TrimPrefix(by, learning.BySegment), x.Value)
}

// leastShown is from how many deals a part is shown beside the others, and
// mostShown how many parts are.
const leastShown, mostShown = 20, 6

// mixed says where the deals looked at are of kinds that end differently. Owners
// are no kinds.
func (v *visit) mixed(splits []learning.Split, most int) []mixedView {
	var out []mixedView
	for _, s := range splits {
		if !s.Differs || s.By == learning.ByOwner || len(out) == most {
			continue
		}
		m := mixedView{}
		var names []string
		for _, x := range s.Parts {
			ended := x.Won + x.Lost + x.NoDecision
			if ended < leastShown || len(m.Parts) == mostShown {
				continue
			}
			share := float64(x.Won) / float64(ended)
			names = append(names, v.partWord(s.By, x))
			m.Parts = append(m.Parts, partLine{Name: names[len(names)-1], Href: v.partHref(s.By, x.Value), Picture: chart.Length(share, "length-won"),
				Text: v.p.Say("simulate.mixed_part", "n", ended, "won", v.p.Percent(share), "none", v.p.Percent(float64(x.NoDecision)/float64(ended)))})
		}
		if len(m.Parts) > 1 {
			key := "simulate.mixed"
			if len(out) > 0 {
				key = "simulate.mixed_too"
			}
			m.Says = v.p.Say(key, "by", v.byWord(s.By), "kinds", v.p.List(names))
			out = append(out, m)
		}
	}
	return out
}

func (v *visit) byWord(by string) string {
	switch by {
	case learning.ByClass:
		return v.p.Say("simulate.by_class")
	case learning.ByProcess:
		return v.p.Say("simulate.by_process")
	}
	return v.p.Attribute(strings.TrimPrefix(by, learning.BySegment))
}

// partHref is this page for one part alone.
func (v *visit) partHref(by, value string) string {
	if name, is := strings.CutPrefix(by, learning.BySegment); is {
		return v.to("segment", name+"="+value)
	}
	return v.to(by, value)
}
