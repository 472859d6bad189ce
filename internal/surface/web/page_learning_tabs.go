package web

import (
	"cmp"
	"math"
	"slices"

	"github.com/a-h/templ"
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/learning"
	"github.com/throughline/throughline/internal/mining"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
)

// learnTab is one page of Learning, and what of the history it tells.
type learnTab struct {
	key, path string
	sections  []string
}

// The pages of Learning in the order in which they stand on each of them.
var learnTabs = []learnTab{
	{"works", "/learning", []string{learning.OfMilestones, learning.OfStalls, learning.OfHandover}},
	{"time", "/learning/time", []string{learning.OfTrends}},
	{"milestones", "/learning/milestones", []string{learning.OfMilestones, learning.OfRoad}},
	{"processes", "/learning/processes", []string{learning.OfProcesses}},
	{"map", "/learning/map", []string{learning.OfMap}},
	{"quiet", "/learning/quiet", []string{learning.OfStalls}},
}

// learnTabWays are the tabs, each on the part that is looked at.
func (v *visit) learnTabWays(here string) []choice {
	var out []choice
	for _, t := range learnTabs {
		out = append(out, choice{Word: v.p.Say("learning.tab_" + t.key), Href: v.link(t.path, v.partPairs()...), Here: t.key == here})
	}
	return append(out, choice{Word: v.p.Say("use.tab"), Href: v.link(usePath), Here: here == "use"})
}

// learning gives a page of Learning.
func (s *site) learning(t learnTab) func(*visit) (templ.Component, error) {
	return func(v *visit) (templ.Component, error) {
		in := learning.OverviewInput{View: desk.View{AsOf: v.asOf}, Part: v.partIn(), Where: v.whereIn(), Sections: t.sections}
		o, err := ask[learning.Overview](v, operation.MineOverview, &in)
		if err != nil {
			return nil, err
		}
		p := v.p
		title := p.Say("learning.title")
		if t.key != "works" {
			title = p.Say("learning.tab_"+t.key) + " · " + title
		}
		out := learningView{frame: v.frame(title, "learning"), Tab: t.key, Tabs: v.learnTabWays(t.key), Empty: o.Cases == 0}
		v.learnMenus(&out, o.Splits, v.partIn())
		if out.Empty && out.Whole != "" {
			out.Lede, out.Nobody = p.Say("learning.nobody"), p.Say("learning.nobody_way")
			return learningPage(out), nil
		}
		if out.Empty {
			out.Lede = p.Say("learning.empty")
			if !v.asOf.IsZero() {
				out.Lede = p.Say("frame.before", "day", p.Day(v.day()))
			}
			return learningPage(out), nil
		}
		out.Lede = p.Say("learning.lede", "n", o.Cases, "day", p.Day(v.day()), "parts", p.List(v.endParts(o.Ends)))
		if o.Whole > o.In {
			out.Drawn = p.Say("learning.drawn", "n", p.Number(o.In), "of", p.Number(o.Whole))
		}
		v.learnTold(&out, o)
		return learningPage(out), nil
	}
}

// learnTold puts what was asked about the history into words.
func (v *visit) learnTold(out *learningView, o learning.Overview) {
	if o.Processes != nil {
		v.learnProcesses(out, o.Processes)
	}
	if o.Map != nil {
		v.learnMap(out, o.Map)
		out.MapFirst = []string{v.p.Say("learning.map_same")}
		if len(out.Parts) > 0 {
			out.MapFirst[0] = v.p.Say("learning.map_first", "step", out.Parts[0].Name, "says", out.Parts[0].Text)
		}
	}
	if o.Milestones != nil {
		v.learnMilestones(out, o.Milestones)
	}
	if o.Stalls != nil {
		v.learnStalls(out, o.Stalls)
	}
	if o.Road != nil {
		v.learnRoad(out, o)
	}
	if out.Tab == "time" {
		v.learnTrends(out, o)
	}
	if out.Tab == "works" {
		v.learnCauses(out, o)
		v.learnHandover(out, o.Handover)
		v.learnWorks(out, o)
	}
}

// mostTop is how many milestones the first page shows.
const mostTop = 3

// learnWorks is the short of the other pages.
func (v *visit) learnWorks(out *learningView, o learning.Overview) {
	p := v.p
	out.TopMore = choice{Word: p.Say("learning.works_all"), Href: v.link("/learning/milestones", v.partPairs()...)}
	type strong struct {
		at  int
		far float64
	}
	var list []strong
	for i, m := range o.Milestones.Milestones {
		if far := strength(m); far > 0 {
			list = append(list, strong{i, far})
		}
	}
	slices.SortStableFunc(list, func(a, b strong) int { return cmp.Compare(b.far, a.far) })
	for _, s := range list[:min(len(list), mostTop)] {
		row := out.Milestones[s.at]
		row.Said = slices.DeleteFunc(slices.Clone(row.Said), func(l learnLine) bool { return l.Kind == "" })
		out.Top = append(out.Top, row)
	}
	if len(o.Stalls.Rows) > 0 && o.Stalls.Rows[0].Died+o.Stalls.Rows[0].Waiting > 0 { // the one with most of these stands first
		r := o.Stalls.Rows[0]
		out.QuietLede = p.Say("learning.works_quiet", "what", phrase.Initial(v.activity(r.After)), "n", r.Quiet, "of", r.Passed, "days", v.days(r.Median))
		out.QuietMore = choice{Word: p.Say("learning.works_quiet_all"), Href: v.link("/learning/quiet", v.partPairs()...)}
	}
}

// strength is how far the surer end of a milestone's interval lies from no
// difference, in logarithms, of the end it tells most about; 0 where it tells nothing.
func strength(m mining.Milestone) float64 {
	far := 0.0
	for _, e := range m.Effects {
		switch e.Code {
		case mining.MoreOften:
			far = max(far, math.Log(e.Low))
		case mining.LessOften:
			far = max(far, -math.Log(e.High))
		}
	}
	return far
}

// helps reports whether deals that met a milestone are won more often, or end less
// often without a decision.
func helps(m mining.Milestone) bool {
	return slices.ContainsFunc(m.Effects, func(e mining.Effect) bool {
		return e.End == "won" && e.Code == mining.MoreOften || e.End == "no_decision" && e.Code == mining.LessOften
	})
}

// milestonesSay is what is said first about milestones.
func (v *visit) milestonesSay(u *mining.Usefulness) []string {
	n, told, rare := 0, 0, 0
	for _, m := range u.Milestones {
		if strength(m) > 0 {
			n++
		}
		if slices.ContainsFunc(m.Effects, func(e mining.Effect) bool {
			return e.Code == mining.MoreOften || e.Code == mining.LessOften || e.Code == mining.NoSign
		}) {
			told++
		}
		if m.Rare {
			rare++
		}
	}
	p := v.p
	key := "learning.works_some"
	switch {
	case told == 0:
		return []string{p.Say("learning.works_untold")}
	case n == 0:
		key = "learning.works_none"
	}
	out := []string{p.Say(key, "n", n, "of", told)}
	if rare > 0 {
		out = append(out, p.Say("learning.works_rare", "n", rare))
	}
	return out
}

// openWithout leads to the open deals that have not met a milestone.
func (v *visit) openWithout(name string) choice {
	return choice{Word: v.p.Say("learning.open_without"), Href: v.behind("lacks", name, "outcome", throughline.StillOpen.Word())}
}
