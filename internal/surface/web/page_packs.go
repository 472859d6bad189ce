package web

import (
	"slices"
	"strings"
	"unicode"

	"github.com/a-h/templ"
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/workshop"
)

// packsView is the grid: packs by places of the road.
type packsView struct {
	frame
	Process string // whose blend it is
	Choices []choice
	Part    string    // that it is a part: the processes that whoever looks is assigned
	Says    []sayView // gaps, crowds, clashes, each a sentence
	Calm    string    // where there are none
	ByClass []field   // what helps there by how the customer buys, where the process names nothing
	Columns []columnView
	Groups  []packGroup
	Back    string
}

// sayView is one thing to say about a blend. Foreign is a sentence that is English in every language.
type sayView struct{ Kind, Word, Text, Foreign string }

// columnView is a place of the road at the head of the grid.
type columnView struct {
	Place, Name string
	Marks       []string // gap, crowd, clash, in words
	Kinds       []string
}

// packGroup is the rows of the blend, of the core or of the rest of the library.
type packGroup struct {
	ID, Heading string
	Rows        []packRow
}

type packRow struct {
	Name, Href string
	Tags       []string
	Best       bool
	Cells      []cellView
}

// cellView is how much a pack says at a place, 0 to 3.
type cellView struct {
	Weight string
	Means  string
	Lead   string // "leads", or ""
}

func (s *site) packs(v *visit) (templ.Component, error) {
	all, err := ask[workshop.Packs](v, operation.ShowPacks, &workshop.PacksInput{})
	if err != nil {
		return nil, err
	}
	m, err := ask[workshop.RoadMap](v, operation.ShowPlaybook, &desk.Nothing{})
	if err != nil {
		return nil, err
	}
	p := v.p
	out := packsView{frame: v.frame(p.Say("packs.title"), "playbook"), Back: v.link("/playbook")}
	known := map[string]workshop.PackView{}
	for _, k := range all.Packs {
		known[k.ID] = k
	}
	name := func(id string) string {
		if k, ok := known[id]; ok {
			return k.Name
		}
		return id
	}
	chosen := 0
	for i, pr := range m.Processes {
		if pr.ID == v.query.Get("process") {
			chosen = i
		}
	}
	if m.Others > 0 {
		out.Part = p.Say("assigned.part", "n", m.Others)
	}
	if len(m.Processes) > 1 {
		for i, pr := range m.Processes {
			out.Choices = append(out.Choices, choice{Word: pr.Name, Href: v.to("process", pr.ID), Here: i == chosen})
		}
	}
	places := v.places()
	shown := map[string]bool{}
	if chosen < len(all.Blends) {
		g := all.Blends[chosen]
		out.Process = m.Processes[chosen].Name
		blend := packGroup{ID: "blend", Heading: p.Say("packs.blend", "process", out.Process)}
		core := packGroup{ID: "core", Heading: p.Say("packs.core_rows")}
		for _, r := range g.Rows {
			shown[r.Pack] = true
			row := packRow{Name: name(r.Pack), Href: v.link("/playbook/packs/" + r.Pack), Cells: v.cells(places, r.Weights, r.Lead)}
			if r.Core {
				row.Tags = v.coreTag(row.Name)
				core.Rows = append(core.Rows, row)
				continue
			}
			blend.Rows = append(blend.Rows, row)
		}
		if len(blend.Rows) > 0 {
			v.saysOf(&out, places, known, g.Gaps, g.Crowds, func(place string) []string {
				var who []string
				for _, r := range g.Rows {
					if r.Weights[place] >= 2 && !r.Core {
						who = append(who, name(r.Pack))
					}
				}
				return who
			})
			for _, c := range g.Clashes {
				out.mark(places, c.Place, "clash")
				a, b := name(c.Packs[0]), name(c.Packs[1])
				say := sayView{
					Kind: "clash",
					Word: p.Say("packs.clash"),
					Text: p.Say("packs.clash_says", "a", a, "b", b, "place", v.placeName(c.Place)),
				}
				if key, ok := ruleKeys[c.Rule]; ok {
					say.Text += p.Say("packs.rule_"+key, "b", b)
				} else {
					say.Foreign = phrase.Initial(c.Rule) + "."
				}
				out.Says = append(out.Says, say)
			}
			if len(out.Says) == 0 {
				out.Calm = p.Say("packs.calm")
			}
		} else {
			out.Columns = v.columns(places)
			out.Calm = p.Say("packs.no_blend", "process", out.Process)
			used := map[string]bool{}
			for _, c := range throughline.Classes() {
				var names []string
				for _, u := range v.desk.Book.BlendOf(v.taught().Processes[chosen], c) {
					names, used[u.Pack] = append(names, name(u.Pack)), true
				}
				if len(names) > 0 {
					out.ByClass = append(out.ByClass, field{phrase.Initial(p.Class(c)), p.List(names)})
				}
			}
			if len(out.ByClass) > 0 {
				out.Calm = p.Say("packs.no_blend_class", "process", out.Process)
			}
		}
		best := packRow{Name: p.Say("packs.best"), Best: true, Cells: v.cells(places, g.Best, nil)}
		core.Rows = append(core.Rows, best)
		for _, group := range []packGroup{blend, core} {
			if len(group.Rows) > 0 {
				out.Groups = append(out.Groups, group)
			}
		}
	} else {
		out.Columns = v.columns(places)
	}
	rest := packGroup{ID: "library", Heading: p.Say("packs.rest")}
	for _, k := range all.Packs {
		if shown[k.ID] {
			continue
		}
		row := packRow{Name: k.Name, Href: v.link("/playbook/packs/" + k.ID), Cells: v.cells(places, k.Weights, nil)}
		if k.Core {
			row.Tags = v.coreTag(row.Name)
		}
		rest.Rows = append(rest.Rows, row)
	}
	if len(rest.Rows) > 0 {
		out.Groups = append(out.Groups, rest)
	}
	for i := range out.Columns {
		for _, kind := range out.Columns[i].Kinds {
			out.Columns[i].Marks = append(out.Columns[i].Marks, p.Say("packs."+kind))
		}
	}
	return packsPage(out), nil
}

// ruleKeys gives the catalogue's words for what to do about a clash; a rule
// without any keeps its own.
var ruleKeys = map[string]string{
	"choose tell-first or ask-first for the process":    "tell",
	"jolt leads; prompts of urgency are hidden":         "urgency",
	"mobiliser leads unless one approver truly decides": "approver",
	"one message for the group":                         "group",
	"the question of budget waits":                      "budget",
	"one inspection tool only":                          "inspection",
	"coach and change leader are two separate roles":    "roles",
}

// coreTag marks a pack of the core whose name does not say so itself.
func (v *visit) coreTag(name string) []string {
	if word := v.p.Say("packs.core"); !strings.Contains(name, word) {
		return []string{word}
	}
	return nil
}

// saysOf fills the columns, and the sentences on gaps and crowds.
func (v *visit) saysOf(out *packsView, places []string, known map[string]workshop.PackView, gaps, crowds []string, useful func(string) []string) {
	p := v.p
	out.Columns = v.columns(places)
	for _, place := range gaps {
		out.mark(places, place, "gap")
		var could []string
		for _, k := range known {
			if k.Weights[place] == 3 || k.Weights[place] == 2 && k.Core {
				could = append(could, k.Name)
			}
		}
		slices.Sort(could)
		say := sayView{Kind: "gap", Word: p.Say("packs.gap"), Text: p.Say("packs.gap_says", "place", v.placeName(place))}
		if len(could) > 0 {
			say.Text += p.Say("packs.gap_could", "packs", p.List(could))
		}
		out.Says = append(out.Says, say)
	}
	for _, place := range crowds {
		out.mark(places, place, "crowd")
		out.Says = append(
			out.Says,
			sayView{
				Kind: "crowd",
				Word: p.Say("packs.crowd"),
				Text: p.Say("packs.crowd_says", "packs", p.List(useful(place)), "place", v.placeName(place)),
			},
		)
	}
}

func (out *packsView) mark(places []string, place, kind string) {
	if i := slices.Index(places, place); i >= 0 && !slices.Contains(out.Columns[i].Kinds, kind) {
		out.Columns[i].Kinds = append(out.Columns[i].Kinds, kind)
	}
}

// places lists the places of the road as weights spell them: p1 to p9, k, c.
func (v *visit) places() []string {
	var out []string
	for _, ph := range throughline.Phases() {
		out = append(out, ph.Address().Last())
	}
	return append(out, "k", "c")
}

func (v *visit) columns(places []string) []columnView {
	var out []columnView
	for _, place := range places {
		out = append(out, columnView{Place: strings.ToUpper(place), Name: v.placeWord(place)})
	}
	return out
}

func (v *visit) placeWord(place string) string {
	switch place {
	case "k":
		return v.p.Say("road.contracting")
	case "c":
		return v.p.Say("road.change")
	}
	ph, ok := throughline.ParsePhase(place)
	if !ok {
		return place
	}
	return v.p.Phase(v.desk.Book, ph)
}

func (v *visit) placeName(place string) string {
	return v.p.Say("packs.place", "name", v.placeWord(place), "id", strings.ToUpper(place))
}

func (v *visit) cells(places []string, weights map[string]int, lead []string) []cellView {
	var out []cellView
	for _, place := range places {
		w := min(max(weights[place], 0), 3)
		c := cellView{Weight: string(rune('0' + w)), Means: v.p.Say("packs.weight_" + string(rune('0'+w)))}
		if slices.Contains(lead, place) {
			c.Lead = v.p.Say("packs.leads")
		}
		out = append(out, c)
	}
	return out
}

// packPageView is one pack in full.
type packPageView struct {
	frame
	Pack    workshop.PackView
	Core    bool
	Status  string
	Changed string
	Uses    []string // in whose blend it stands, and where it leads
	Columns []columnView
	Cells   []cellView
	Notes   []noteView
	Back    string
	Brief   string // what its vendor is told
}

func (s *site) pack(v *visit) (templ.Component, error) {
	id := v.PathValue("pack")
	one, err := ask[workshop.Packs](v, operation.ShowPacks, &workshop.PacksInput{Pack: id})
	if err != nil {
		return nil, err
	}
	all, err := ask[workshop.Packs](v, operation.ShowPacks, &workshop.PacksInput{})
	if err != nil {
		return nil, err
	}
	m, err := ask[workshop.RoadMap](v, operation.ShowPlaybook, &desk.Nothing{})
	if err != nil {
		return nil, err
	}
	check, err := ask[workshop.PlaybookCheck](v, operation.CheckPlaybook, &workshop.CheckPlaybookInput{})
	if err != nil {
		return nil, err
	}
	p, k, places := v.p, one.Packs[0], v.places()
	out := packPageView{frame: v.frame(k.Name, "playbook"), Pack: k, Core: k.Core, Columns: v.columns(places), Back: v.link("/playbook/packs"), Brief: v.link("/playbook/packs/" + k.ID + "/brief"),
		Status: p.Say("packs.status_" + strings.ReplaceAll(k.Status, "-", "_"))}
	if len(k.Changed) > 0 {
		out.Changed = p.Say("packs.changed", "keys", p.List(k.Changed))
	}
	var lead []string
	for i, g := range all.Blends {
		for _, r := range g.Rows {
			if r.Pack != k.ID || r.Core || i >= len(m.Processes) {
				continue
			}
			say := p.Say("packs.used", "process", m.Processes[i].Name)
			if len(r.Lead) > 0 {
				var where []string
				for _, place := range r.Lead {
					where = append(where, v.placeName(place))
				}
				say = p.Say("packs.used_leads", "process", m.Processes[i].Name, "places", p.List(where))
			}
			out.Uses = append(out.Uses, say)
			lead = append(lead, r.Lead...)
		}
	}
	out.Cells = v.cells(places, k.Weights, lead)
	out.Notes = v.margin(check).take(throughline.Address("pack/" + k.ID))
	return packPage(out), nil
}

// tongue gives the language in which a playbook's text most likely stands: the
// reader's, or English where a Chinese reader is given a text without a Han character.
func tongue(reader, text string) string {
	if reader == "zh" && !strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return "en"
	}
	return reader
}
