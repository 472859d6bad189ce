package web

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/learning"
	"github.com/throughline/throughline/internal/mining"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/surface/chart"
	"github.com/throughline/throughline/internal/surface/flowmap"
)

type learningView struct {
	frame
	ToDraft     string       // the button that makes a draft of the groups
	Found       []foundGroup // but for the greatest, which keeps the process there is
	Lede, Drawn string
	Tab         string // of learnTabs
	Tabs        []choice
	TopLede     []string // about milestones
	Top         []usefulView
	TopMore     choice
	QuietLede   string
	QuietMore   choice
	Menus       []partMenu
	Whole       string // the page of all deals, where a part is looked at
	Nobody      string // of which there is none
	Mixed       []mixedView
	TrendLede   string
	TrendFirst  []string
	MapFirst    []string
	Trends      []trendView
	Questions   []questionTrend
	CauseTry    choice
	HandTry     choice
	Empty       bool
	CauseLede   string
	Causes      []learnLine
	Advice      []string
	Curve       []learnLine
	Groups      []groupView
	Map         string
	MapDown     string
	MapLeft     string
	Parts       []learnLine
	Adjusted    string
	Milestones  []usefulView
	Left        asideView // attributes that were not known on the first day
	Aside       asideView // steps that came with the end
	StallLede   string
	Stalls      []learnLine
	RoadLede    string
	Road        []roadRow
	Hand        []string
}

// asideView is what was left out, behind how much it is.
type asideView struct {
	Word  string
	Lines []string
}

// learnLine is a number with its words; Href opens it, Picture draws it.
type learnLine struct {
	Name, Text, Href, Picture string
	Kind                      string // more, less, or nothing
	Try                       choice // what to do about it
	Open                      choice // the open deals it is about
	Notes                     []string
}

type groupView struct {
	Rule, Text, Href string
	Differs          []string
}

type usefulView struct {
	Name, Href, Met, Picture string
	Said                     []learnLine
	Open                     choice        // the open deals that have not met it
	Cut                      *cutMilestone // few won deals met it
}

// roadRow is a milestone of the road, counted.
type roadRow struct {
	Name, Done, Order, Adapted string
	Skipped, SkippedWon        choice
}

func (v *visit) endParts(ends map[string]int) []string {
	var out []string
	for _, e := range append(throughline.Outcomes(), throughline.StillOpen) {
		if n := ends[e.Word()]; n > 0 {
			out = append(out, v.p.Number(n)+" "+v.p.Outcome(e))
		}
	}
	return out
}

// behind is the address of the deals behind a number.
func (v *visit) behind(pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	for _, name := range partNames {
		if value := v.query.Get(name); value != "" {
			q.Set(name, value)
		}
	}
	if !v.asOf.IsZero() {
		q.Set("as_of", v.asOf.String())
	}
	return "/learning/cases?" + q.Encode()
}

func (v *visit) learnCauses(out *learningView, o learning.Overview) {
	n := o.Ends[string(throughline.NoDecision)]
	if n == 0 {
		return
	}
	out.CauseTry = v.try("learning.try_cause", "what", changeNoDecision, "low", "10", "high", "30")
	out.CauseLede = v.p.Say("learning.causes_lede", "n", n)
	most := 1
	for _, k := range o.Causes {
		most = max(most, k)
	}
	for _, cause := range append(throughline.Causes(), throughline.CauseUnknown) {
		k := o.Causes[string(cause)]
		if k == 0 {
			continue
		}
		word, code := v.p.Say("learning.cause_unknown"), "unknown"
		if cause != throughline.CauseUnknown {
			word, code = v.p.Cause(cause), string(cause)
		}
		out.Causes = append(
			out.Causes,
			learnLine{Name: word, Text: v.p.Say("learning.cases_n", "n", k), Picture: chart.Length(float64(k)/float64(most), "length-none"),
				Href: v.behind("cause", code, "outcome", string(throughline.NoDecision))},
		)
	}
}

func (v *visit) learnProcesses(out *learningView, m *mining.Partition) {
	p := v.p
	switch m.Code {
	case mining.SeveralBetter:
		out.Advice = append(out.Advice, p.Say("learning.several", "n", m.Processes))
	case mining.TooFewToTell:
		out.Advice = append(out.Advice, p.Say("learning.too_few"))
	case mining.NothingToSplit:
		out.Advice = append(out.Advice, p.Say("learning.no_attributes"))
	default:
		out.Advice = append(out.Advice, p.Say("learning.one"))
	}
	if m.Next != nil && m.Next.Saved > 0 {
		out.Advice = append(out.Advice, p.Say("learning.further", "per", onePer(m.Next.Saved)))
	} else if m.Next != nil {
		out.Advice = append(out.Advice, p.Say("learning.further_none"))
	}
	if st := m.Stability; st != nil && m.Code != mining.TooFewToTell {
		out.Advice = append(out.Advice, p.Say("learning.stable", "n", st.Resamples, "per", p.Percent(st.Same)))
	}
	for _, n := range m.Notices {
		out.Advice = append(out.Advice, p.Notice(n))
	}
	if words := p.LeftOut(m.Excluded); len(words) > 0 {
		out.Left = asideView{p.Say("learning.left_n", "n", len(m.Excluded)), words}
	}
	most := 1.0
	for _, c := range m.Curve {
		most = math.Max(most, c.Saved)
	}
	for _, c := range m.Curve[:min(len(m.Curve), m.Processes+2)] {
		line := learnLine{Text: p.Say("learning.curve_row", "n", c.Processes, "per", onePer(c.Saved), "more", signedPer(c.Further)),
			Picture: chart.Length(math.Max(0, c.Saved)/most, "length-won")}
		if c.Elbow {
			line.Kind = "more"
		}
		if c.Processes > 1 || len(m.Curve) == 1 {
			out.Curve = append(out.Curve, line)
		}
	}
	if m.Processes < 2 {
		return
	}
	out.ToDraft = p.Say("studio.from_history", "n", m.Processes)
	for i, g := range m.Groups {
		if i > 0 {
			out.Found = append(out.Found, foundGroup{p.RuleName(g.Rule), g.Rule.String(), knownOf(g.Rule)})
		}
		view := groupView{
			Rule: p.RuleName(g.Rule),
			Text: p.Say("learning.group", "n", g.Cases, "per", p.Percent(g.Share)),
			Href: v.behind("group", strconv.Itoa(i+1)),
		}
		for _, s := range p.Differences(g, v.activity) {
			view.Differs = append(view.Differs, phrase.Initial(s))
		}
		for _, d := range g.Differs[:min(len(g.Differs), 3)] {
			pairs := []any{"from", v.activity(d.From), "to", v.activity(d.To), "here", p.Percent(d.Here), "there", p.Percent(d.There)}
			key := "learning.group_next"
			switch {
			case d.From == "":
				key = "learning.group_first"
			case d.To == "":
				key = "learning.group_last"
			}
			view.Differs = append(view.Differs, p.Say(key, pairs...))
		}
		out.Groups = append(out.Groups, view)
	}
}

// foundGroup is a group that would be a process: what it is called, its rule,
// and the attributes that asks for.
type foundGroup struct{ Name, When, Knows string }

// knownOf spells the attributes a rule asks for, and which are numbers.
func knownOf(r mining.Rule) string {
	out := r.Attrs()
	for _, branch := range r {
		for _, c := range branch {
			if i := slices.Index(out, c.Attr); i >= 0 && c.AtMost != nil {
				out[i] += "=number"
			}
		}
	}
	return strings.Join(out, " ")
}

func onePer(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) + " %" }

func signedPer(x float64) string { return fmt.Sprintf("%+.1f %%", x) }

func (v *visit) learnMap(out *learningView, m *mining.Map) {
	if m == nil {
		return
	}
	p := v.p
	words := flowmap.Words{
		ID:     "ways",
		Title:  p.Say("learning.map"),
		Desc:   p.Say("learning.map_desc"),
		Start:  p.Say("learning.begin"),
		End:    p.Say("learning.end"),
		Name:   func(name string) string { return phrase.Initial(v.activity(name)) },
		Left:   func(n int) string { return p.Say("learning.map_down_left", "n", n) },
		Cases:  p.Number,
		Link:   func(from, to string) string { return v.behind("after", from, "next", to) },
		Shares: func(won, none float64) string { return p.Percent(won) + " : " + p.Percent(none) },
	}
	pic := flowmap.Of(m, words)
	out.Map, out.MapDown = pic.Large(), pic.Down()
	if m.Hidden.Edges > 0 {
		out.MapLeft = p.Say("learning.map_left", "n", m.Hidden.Edges)
	}
	edges := slices.Clone(m.Edges)
	slices.SortStableFunc(edges, func(a, b mining.MapEdge) int {
		switch x, y := math.Abs(a.Differ), math.Abs(b.Differ); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	for _, e := range edges {
		if e.Differ == 0 || len(out.Parts) == 6 {
			break
		}
		if e.To < 0 || throughline.Outcome(m.Nodes[e.To].Name).Known() { // that a won deal is won is no news
			continue
		}
		from, to := phrase.Initial(p.Say("learning.begin")), phrase.Initial(v.activity(m.Nodes[e.To].Name))
		if e.From >= 0 {
			from = phrase.Initial(v.activity(m.Nodes[e.From].Name))
		}
		line := learnLine{
			Name: p.Say("learning.map_step", "from", from, "to", to),
			Href: v.behind("after", m.NodeName(e.From), "next", m.NodeName(e.To)),
			Kind: "less",
			Text: p.Say(
				"learning.map_shares",
				"won",
				p.Percent(float64(e.Cases)/float64(m.Cases)),
				"none",
				p.Percent(float64(e.Other)/float64(m.Other)),
			),
		}
		if e.Differ > 0 {
			line.Kind = "more"
		}
		out.Parts = append(out.Parts, line)
	}
}

func (v *visit) learnMilestones(out *learningView, u *mining.Usefulness) {
	p := v.p
	var what []string
	for _, a := range u.Adjusted {
		switch a {
		case mining.AdjustAge:
			a = p.Say("learning.adjust_age")
		case mining.AdjustBefore:
			a = p.Say("learning.adjust_before")
		default:
			a = p.Attribute(a)
		}
		what = append(what, a)
	}
	out.TopLede = v.milestonesSay(u)
	out.Adjusted = p.Say("learning.milestones_lede", "what", p.List(what))
	for _, a := range u.Aside {
		out.Aside.Lines = append(out.Aside.Lines, p.Say("mine.aside_one", "step", v.activity(a.Name), "n", a.Cases, "of", a.Of))
	}
	if n := len(u.Aside); n > 0 {
		out.Aside.Word = p.Say("learning.aside_n", "n", n)
	}
	for _, m := range u.Milestones {
		out.Milestones = append(out.Milestones, v.useful(m))
	}
}

// useful says of a milestone what followed it.
func (v *visit) useful(m mining.Milestone) usefulView {
	p := v.p
	row := usefulView{Name: v.activity(m.Name), Href: v.behind("has", m.Name), Picture: chart.Forest(effectsOf(m), p.Say("learning.scale")),
		Met: p.Say("learning.met", "won", p.Percent(m.Met["won"]), "others", p.Percent(m.Met["not_won"]))}
	var calm []string
	for _, e := range m.Effects {
		switch e.Code {
		case mining.NoSign:
			calm = append(calm, p.Say("learning.end_"+e.End))
		case mining.MoreOften, mining.LessOften:
			line := learnLine{
				Kind: "more",
				Text: p.Say("learning.effect_"+e.End, "x", tenth(e.Ratio), "low", tenth(e.Low), "high", tenth(e.High), "n", e.N),
			}
			if (e.End == "won") == (e.Code == mining.LessOften) {
				line.Kind = "less"
			}
			row.Said = append(row.Said, line)
		}
	}
	if len(calm) > 0 {
		row.Said = append(row.Said, learnLine{Text: p.Say("learning.no_sign", "ends", p.List(calm))})
	}
	if helps(m) {
		row.Open = v.openWithout(m.Name)
	}
	if m.Rare {
		row.Cut = v.cutOf(m.Name)
		row.Said = append(row.Said, learnLine{Kind: "less", Text: p.Say("learning.rare")})
	}
	if len(row.Said) == 0 {
		row.Said = append(row.Said, learnLine{Text: p.Say("learning.untold")})
	}
	return row
}

// effectsOf gives the effects of a milestone as they are drawn.
func effectsOf(m mining.Milestone) []chart.Effect {
	var out []chart.Effect
	for _, e := range m.Effects {
		out = append(out, chart.Effect{End: e.End, Ratio: e.Ratio, Low: e.Low, High: e.High})
	}
	return out
}

func tenth(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }

func (v *visit) days(d float64) string { return v.p.Days(int(math.Round(d))) }

func (v *visit) learnStalls(out *learningView, s *mining.Stalls) {
	p := v.p
	out.StallLede = p.Say("learning.stalls_lede", "days", v.days(s.Days))
	for _, r := range s.Rows {
		line := learnLine{
			Name: phrase.Initial(v.activity(r.After)),
			Text: p.Say("learning.stall", "n", r.Quiet, "of", r.Passed, "days", v.days(r.Median)),
			Href: v.behind("quiet_after", r.After),
		}
		line.Try = v.tryQuestion(r.After)
		if r.Waiting > 0 {
			line.Open = choice{Word: p.Say("learning.open_quiet", "n", r.Waiting), Href: v.behind("quiet_after", r.After, "outcome", throughline.StillOpen.Word())}
		}
		for _, part := range []struct {
			key string
			n   int
		}{{"learning.stall_back", r.Back}, {"learning.stall_died", r.Died}, {"learning.stall_waiting", r.Waiting}, {"learning.stall_ended", r.Ended}} {
			if part.n > 0 {
				line.Notes = append(line.Notes, p.Say(part.key, "n", part.n))
			}
		}
		var causes []string
		for _, c := range throughline.Causes() {
			if n := r.Causes[string(c)]; n > 0 {
				causes = append(causes, p.Cause(c)+" "+p.Number(n))
			}
		}
		if len(causes) > 0 {
			line.Notes = append(line.Notes, strings.Join(causes, ", "))
		}
		out.Stalls = append(out.Stalls, line)
	}
}

func (v *visit) learnRoad(out *learningView, o learning.Overview) {
	if o.Road == nil {
		return
	}
	p := v.p
	looked := 0 // the deals of the process whose road it is
	for _, e := range o.Road.Ends {
		looked += e.Cases
	}
	out.RoadLede = p.Say("learning.road_lede", "n", looked, "exact", p.Number(o.Road.Exact))
	for _, s := range o.Road.Steps {
		row := roadRow{Name: s.Name, Done: p.Number(s.Done), Order: p.Number(s.OtherOrder), Adapted: p.Number(s.Adapted),
			Skipped: choice{Word: p.Number(s.Skipped)}, SkippedWon: choice{Word: p.Number(s.SkippedBy["won"])}}
		if s.Skipped > 0 {
			row.Skipped.Href = v.behind("skipped", s.Name)
		}
		if s.SkippedBy["won"] > 0 {
			row.SkippedWon.Href = v.behind("skipped", s.Name, "outcome", "won")
		}
		out.Road = append(out.Road, row)
	}
}

func (v *visit) learnHandover(out *learningView, h *mining.Handover) {
	p := v.p
	if h.Days.N == 0 {
		out.Hand = append(out.Hand, p.Say("learning.hand_none"))
		return
	}
	v.tryEarlier(out, h)
	out.Hand = append(out.Hand, p.Say("learning.hand_days", "days", v.days(h.Days.Median), "most", v.days(h.Days.P90), "n", h.Days.N))
	if h.Early.Days.N >= 5 && h.Late.Days.N >= 5 {
		out.Hand = append(
			out.Hand,
			p.Say(
				"learning.hand_early",
				"early",
				v.days(h.Early.Days.Median),
				"n",
				h.Early.Days.N,
				"late",
				v.days(h.Late.Days.Median),
				"m",
				h.Late.Days.N,
			),
		)
	}
	if h.Before.N > 0 {
		out.Hand = append(out.Hand, p.Say("learning.hand_place", "per", p.Percent(h.Place)))
	}
	if h.Waiting > 0 {
		out.Hand = append(out.Hand, p.Say("learning.hand_waiting", "n", h.Waiting))
	}
	if h.Fell > 0 {
		out.Hand = append(out.Hand, p.Say("learning.hand_fell", "n", h.Fell))
	}
}

// activity says in words what an activity of the ledger's log is.
func (v *visit) activity(name string) string { return v.p.Activity(v.desk.Book, name) }
