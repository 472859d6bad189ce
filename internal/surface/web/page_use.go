package web

import (
	"cmp"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/learning"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/surface/chart"
	"github.com/throughline/throughline/internal/usage"
)

// usePath is the page that says whether the product is used, and helps.
const usePath = "/learning/use"

type useView struct {
	frame
	Tabs       []choice
	Lede       string
	Empty      bool
	First      string
	Ways       string
	Evidence   string // pictures, week by week
	Strategies string
	Weeks      [][]string
	Helps      []useLine
	Costs      []string // the first is said larger
	Classes    [][]string
	Switch     choice // where counting is switched on
	Screens    []string
	AllScreens []string
	Methods    []string
	Tools      []string
	Prompts    []string
	Unused     choice // methods that can go, and where that is done
}

// useLine is one measure: a sentence, and a bar where it is a share.
type useLine struct {
	Name, Says, Picture string
	More                choice
}

func (s *site) use(v *visit) (component, error) {
	m, err := ask[usage.Measures](v, operation.MineUse, &learning.UseInput{View: desk.View{AsOf: v.asOf}})
	if err != nil {
		return nil, err
	}
	p := v.p
	out := useView{frame: v.frame(p.Say("use.tab")+" · "+p.Say("learning.title"), "learning"), Tabs: v.learnTabWays("use"),
		Lede: p.Say("use.lede", "day", p.Day(m.AsOf))}
	if m.Open+m.NoDecision.Of+m.Before.Of+m.Evidence == 0 {
		out.Empty, out.Lede = true, p.Say("use.empty")
		return usePage(out), nil
	}
	v.useWritten(&out, m)
	out.Helps = v.useHelps(m)
	v.useCosts(&out, m.Counted)
	v.useScreens(&out, m.Counted)
	v.useMethods(&out, m)
	return usePage(out), nil
}

// useWritten says what was written, week by week.
func (v *visit) useWritten(out *useView, m usage.Measures) {
	p := v.p
	out.First = p.Say("use.first_none")
	if m.Evidence > 0 {
		out.First = p.Say("use.first", "n", m.Evidence, "strategies", p.Say("use.times", "n", m.Strategies), "open", p.Say("use.open_n", "n", m.Open))
	}
	out.Ways = useWays(p, m)
	evidence, strategies := chart.Series{Shade: "won"}, chart.Series{Shade: "days"}
	mostE, mostS := 1.0, 1.0
	for _, w := range m.Weeks {
		evidence.Values, strategies.Values = append(evidence.Values, float64(w.Evidence)), append(strategies.Values, float64(w.Strategies))
		mostE, mostS = max(mostE, float64(w.Evidence)), max(mostS, float64(w.Strategies))
		out.Weeks = append(out.Weeks, []string{p.Day(w.From), p.Number(w.Evidence), p.Number(w.Strategies)})
	}
	out.Evidence, out.Strategies = chart.Columns([]chart.Series{evidence}, mostE), chart.Columns([]chart.Series{strategies}, mostS)
}

// useWays says by which ways evidence came in, the commonest first.
func useWays(p *phrase.Phrase, m usage.Measures) string {
	var ways, list []string
	for way := range m.ByWay {
		ways = append(ways, way)
	}
	slices.SortFunc(ways, func(a, b string) int { return cmp.Or(cmp.Compare(m.ByWay[b], m.ByWay[a]), cmp.Compare(a, b)) })
	for _, way := range ways {
		list = append(list, p.Say("use.way_"+way, "n", p.Number(m.ByWay[way])))
	}
	if m.ByWay["unknown"] == m.Evidence {
		return "" // nothing is told by it
	}
	return p.Say("use.ways", "list", p.List(list))
}

// useHelps says what comes of using it.
func (v *visit) useHelps(m usage.Measures) []useLine {
	var out []useLine
	for _, x := range v.p.UseMeasures(m) {
		line := useLine{Name: x.Name, Says: x.Says}
		if x.Part >= 0 {
			line.Picture = chart.Length(x.Part, "length-"+x.Kind)
		}
		if x.Key == "none" || x.Key == "order" {
			line.More = choice{Word: v.p.Say("use.see_trends"), Href: v.link("/learning/time")}
		}
		out = append(out, line)
	}
	return out
}

// useCosts says what a deal takes of people's time.
func (v *visit) useCosts(out *useView, c usage.Counted) {
	p := v.p
	out.Costs = []string{p.UseCosts(c)}
	if c.Off {
		out.Switch = choice{Word: p.Say("use.off_where"), Href: "/settings#counting"}
		return
	}
	if c.Since.IsZero() {
		return
	}
	for _, k := range c.Classes {
		out.Classes = append(out.Classes, []string{phrase.Initial(p.Class(k.Class)), p.Number(k.Open), p.UseFigure(k.Interactions), p.UseFigure(k.Minutes)})
	}
	if few := p.UseFew(c); few != "" {
		out.Costs = append(out.Costs, few)
	}
	out.Costs = append(out.Costs, p.Say("use.other", "n", p.Number(int(c.Other+0.5))), p.Say("use.since", "n", c.Days))
}

// useRooms names the pages, by what their addresses begin with; the longest that
// fits tells.
var useRooms = []field{
	{"/deals/{id}/questions", "questions"}, {"/deals/{id}/people", "people"}, {"/deals/{id}/strategy", "strategy"}, {"/deals/{id}/before", "before"},
	{"/deals/{id}/steps", "steps"}, {"/deals/{id}/plan", "plan"}, {"/deals/{id}/contracting", "contracting"}, {"/deals/{id}/forecast", "dealforecast"},
	{"/deals/{id}/ledger", "ledger"}, {"/deals/{id}/close", "close"}, {"/deals/{id}/class", "class"}, {"/deals/{id}/capture", "capture"},
	{"/deals/new", "new"}, {"/deals/{id}", "deal"}, {"/deals", "deals"}, {"/forecast", "forecast"}, {"/review", "review"}, {"/learning", "learning"},
	{"/playbook", "playbook"}, {"/studio", "studio"}, {"/initiatives", "initiatives"}, {"/accounts", "accounts"}, {"/people", "persons"},
	{"/settings", "settings"}, {"/help", "help"},
}

// useRoom gives the key of the page at an address.
func useRoom(path string) string {
	if path == "/" {
		return "today"
	}
	for _, r := range useRooms {
		if strings.HasPrefix(path, r.Name) {
			return r.Value
		}
	}
	return "other"
}

// mostScreens is how many of the pages are named in a sentence.
const mostScreens = 5

// useScreens says which pages are used, and which are not.
func (v *visit) useScreens(out *useView, c usage.Counted) {
	if c.Since.IsZero() || len(c.Screens) == 0 {
		return
	}
	p, sums := v.p, map[string]int64{}
	var keys []string
	for _, x := range c.Screens {
		key := useRoom(x.What)
		if sums[key] == 0 {
			keys = append(keys, key)
		}
		sums[key] += x.N
	}
	slices.SortStableFunc(keys, func(a, b string) int { return cmp.Compare(sums[b], sums[a]) })
	for _, k := range keys {
		out.AllScreens = append(out.AllScreens, p.Say("use.n_times", "what", p.Say("use.screen_"+k), "n", p.Number(int(sums[k]))))
	}
	out.Screens = []string{p.Say("use.screens_first", "list", p.List(out.AllScreens[:min(mostScreens, len(out.AllScreens))]))}
	var never []string
	for _, r := range useRooms {
		if sums[r.Value] == 0 {
			never = append(never, p.Say("use.screen_"+r.Value))
		}
	}
	if len(never) > 0 {
		out.Screens = append(out.Screens, p.Say("use.screens_unused", "day", p.Day(c.Since), "list", p.List(never)))
	}
}

// whole is for how many days has to be counted before something is called unused.
const wholeCount = 28

// useMethods says which methods are used, and which can go.
func (v *visit) useMethods(out *useView, m usage.Measures) {
	p, book := v.p, v.desk.Book
	kept := 0
	used := map[string]bool{}
	for _, t := range m.Tools {
		kept += t.N
		pack, _, _ := strings.Cut(strings.TrimPrefix(string(t.Address), "pack/"), "/")
		used[pack] = true
		out.Tools = append(out.Tools, p.Say("use.n_times", "what", v.toolName(t.Address), "n", p.Number(t.N)))
	}
	for _, x := range m.Counted.Prompts {
		used[x.What] = true
		out.Prompts = append(out.Prompts, p.Say("use.n_times", "what", p.Pack(book, x.What), "n", p.Number(int(x.N))))
	}
	if out.Methods = []string{p.Say("use.methods_none")}; kept > 0 {
		out.Methods[0] = p.Say("use.methods_first", "n", kept)
	}
	if m.Counted.Off || m.Counted.Days < wholeCount || book == nil {
		return
	}
	var list []string
	for _, pr := range book.Processes {
		for _, c := range throughline.Classes() {
			for _, u := range book.BlendOf(pr, c) {
				if k, ok := book.AnyPack(u.Pack); ok && !k.Core && !used[u.Pack] {
					used[u.Pack] = true
					list = append(list, p.Pack(book, u.Pack))
				}
			}
		}
	}
	if len(list) > 0 {
		out.Unused = choice{Word: p.Say("use.unused", "day", p.Day(m.Counted.Since), "list", p.List(list)), Href: v.link("/playbook/packs")}
	}
}

// toolName is a tool's name, its address where the playbook has it no more.
func (v *visit) toolName(a throughline.Address) string {
	parts := strings.Split(string(a), "/")
	if v.desk.Book == nil || len(parts) < 4 {
		return string(a)
	}
	if k, ok := v.desk.Book.AnyPack(parts[1]); ok {
		for _, t := range k.Tools {
			if t.ID == parts[3] {
				return t.Name.Text.In(v.p.Code())
			}
		}
	}
	return string(a)
}
