package compile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/source"
)

// company reads what makes the playbook a company's own.
func (c *compiler) company(p *playbook.Playbook, n *source.Node) {
	p.Status = playbook.Status(n.Get("status").String())
	ch := n.Get("charter")
	p.Charter = playbook.Charter{Inputs: map[string]playbook.Value{}, At: ch.Range(n.Range(diag.Range{File: "playbook.yaml"}))}
	for _, e := range ch.Pairs() {
		p.Charter.Inputs[e.Key] = value(e.Value)
	}
	p.Own = values(n.Get("own"))
	w := n.Get("words")
	p.Words = playbook.Words{Actors: lines(w.Get("actors")), Things: lines(w.Get("things")), Acts: lines(w.Get("acts")), Weak: lines(w.Get("weak"))}
	p.Vocabulary = synonyms(n.Get("vocabulary"))
	p.Limits = playbook.DefaultLimits()
	for key, into := range map[string]*int{
		"processes": &p.Limits.Processes, "stages": &p.Limits.Stages, "milestones": &p.Limits.Milestones,
		"milestones_per_stage": &p.Limits.MilestonesPerStage, "packs": &p.Limits.PacksPerProcess, "prompts": &p.Limits.Prompts,
		"fields_at_once": &p.Limits.FieldsAtOnce, "fields": &p.Limits.Fields, "people": &p.Limits.People, "plan_steps": &p.Limits.PlanSteps,
		"minutes": &p.Limits.Minutes, "words": &p.Limits.Words, "wrong_picks": &p.Limits.WrongPicks, "customer_share": &p.Limits.CustomerShare,
	} {
		if v, ok := n.Get("limits").Get(key).Whole(); ok {
			*into = v
		}
	}
	if r := n.Get("reviewed"); r != nil {
		day, err := throughline.ParseDay(r.String())
		if err != nil {
			c.say(source.CheckValue, r.At, err.Error(), "write year, month and day")
		}
		p.Reviewed = day.String()
	}
}

// extras reads what a process says beside its road.
func (c *compiler) extras(pr *playbook.Process, n *source.Node) {
	pr.Page, pr.Route = value(n.Get("page")), value(n.Get("route"))
	pr.Preset = n.Get("preset").String()
	pr.Fields, pr.Branches = values(n.Get("required_fields")), values(n.Get("branches"))
	pr.Blend = uses(n.Get("blend"))
	pr.At = n.Range(diag.Range{})
	if w := n.Get("when"); w != nil {
		pr.When = playbook.Rule{CEL: w.String(), At: w.At}
	}
}

func (c *compiler) milestoneExtras(m *playbook.Milestone, n *source.Node) {
	m.Optional = n.Get("optional").String() == "true"
	m.Differs, m.Cites = value(n.Get("differs")), values(n.Get("cites"))
	m.Charter = lines(n.Get("charter"))
	if st, ok := throughline.ParseStep(n.Get("track").String()); ok {
		m.Step = st
	}
	for _, e := range n.Get("keep").Pairs() {
		m.Keep = append(m.Keep, playbook.Keep{Check: strings.ToUpper(e.Key), Reason: e.Value.String(), At: e.KeyAt})
	}
}

func uses(n *source.Node) []playbook.Use {
	var out []playbook.Use
	for _, e := range n.Pairs() {
		u := playbook.Use{Pack: e.Key, At: e.KeyAt}
		for _, at := range e.Value.Items() {
			u.Lead = append(u.Lead, placeAddress(at.String()))
		}
		out = append(out, u)
	}
	return out
}

// placeAddress spells a place of a pack's weights as an address; the tracks
// have the address of their first step's track.
func placeAddress(place string) throughline.Address {
	switch place {
	case "k":
		return throughline.Address(throughline.Contracting)
	case "c":
		return throughline.Address(throughline.Change)
	}
	return throughline.Address("journey/" + place)
}

func lines(n *source.Node) []string {
	var out []string
	for _, item := range n.Items() {
		out = append(out, item.String())
	}
	return out
}

func synonyms(n *source.Node) []playbook.Synonym {
	var out []playbook.Synonym
	for _, e := range n.Pairs() {
		out = append(out, playbook.Synonym{Canonical: e.Key, Also: lines(e.Value)})
	}
	return out
}

// Pack compiles one pack from the value of its file.
func pack(id string, n *source.Node) playbook.Pack {
	p := playbook.Pack{
		ID:         id,
		Name:       value(n.Get("name")),
		Origin:     value(n.Get("origin")),
		Idea:       value(n.Get("idea")),
		Weights:    playbook.PackWeights{},
		Vocabulary: synonyms(n.Get("vocabulary")),
		Presumes:   values(n.Get("presumes")),
		Marks:      value(n.Get("marks")),
		Credit:     value(n.Get("credit")),
		Status:     playbook.Status(n.Get("status").String()),
		Core:       n.Get("core").String() == "true",
		At:         n.Range(diag.Range{}),
	}
	for _, e := range n.Get("weights").Pairs() {
		if w, ok := e.Value.Whole(); ok {
			p.Weights[e.Key] = w
		}
	}
	for _, t := range n.Get("tools").Items() {
		minutes, _ := t.Get("minutes").Whole()
		p.Tools = append(
			p.Tools,
			playbook.Tool{ID: t.Get("id").String(), Name: value(t.Get("name")), In: value(t.Get("in")), Out: value(t.Get("out")),
				Place: t.Get("at").
					String(),
				Minutes: minutes, Inward: t.Get("inward").String() == "true", Milestone: throughline.Address(t.Get("milestone").String()),
				At: t.Get("milestone").Range(t.At)},
		)
	}
	for _, d := range n.Get("dropped").Items() {
		p.Dropped = append(p.Dropped, playbook.Dropped{ID: d.Get("id").String(), Why: value(d.Get("why"))})
	}
	for _, q := range n.Get("prompts").Items() {
		p.Prompts = append(
			p.Prompts,
			playbook.Prompt{Value: value(q.Get("ask")), Place: q.Get("at").String(), Urgency: q.Get("urgency").String() == "true",
				Inward: q.Get("inward").String() == "true"},
		)
	}
	for _, cl := range n.Get("clashes").Items() {
		p.Clashes = append(
			p.Clashes,
			playbook.Clash{Places: lines(cl.Get("at")), Rule: value(cl.Get("rule")), With: strings.Join(lines(cl.Get("with")), " ")},
		)
	}
	return p
}

func preset(id string, n *source.Node) playbook.Preset {
	p := playbook.Preset{ID: id, Name: value(n.Get("name")), Differs: value(n.Get("differs")), Status: playbook.Status(n.Get("status").String()),
		Dated: value(n.Get("dated")), Class: throughline.Class(n.Get("class").String()), Priors: map[string]int{}, Blend: uses(n.Get("blend")),
		Words: synonyms(n.Get("words")), Traps: values(n.Get("traps")), Days: map[string]playbook.Spread{}, At: n.Range(diag.Range{})}
	for _, e := range n.Get("priors").Pairs() {
		if w, ok := e.Value.Whole(); ok {
			p.Priors[e.Key] = w
		}
	}
	for _, e := range n.Get("emphasis").Items() {
		if ph, ok := throughline.ParsePhase(e.String()); ok {
			p.Emphasis = append(p.Emphasis, ph)
		}
	}
	for _, e := range n.Get("locked").Items() {
		if ph, ok := throughline.ParsePhase(e.String()); ok {
			p.Locked = append(p.Locked, ph)
		}
	}
	for _, m := range n.Get("milestones").Items() {
		ph, _ := throughline.ParsePhase(m.Get("serves").String())
		ms := playbook.Milestone{
			ID:     m.Get("id").String(),
			Addr:   throughline.Address("preset/" + id),
			Name:   value(m.Get("statement")),
			Short:  value(m.Get("short")),
			Serves: ph,
		}
		if st, ok := throughline.ParseStep(m.Get("track").String()); ok {
			ms.Step = st
		}
		p.Milestones = append(p.Milestones, ms)
	}
	for _, e := range n.Get("contracting").Pairs() {
		st, ok := throughline.ParseStep(e.Key)
		best, ok1 := e.Value.Get("best").Days()
		middle, ok2 := e.Value.Get("middle").Days()
		worst, ok3 := e.Value.Get("worst").Days()
		if ok && ok1 && ok2 && ok3 {
			p.Days[st.String()] = playbook.Spread{Best: best, Middle: middle, Worst: worst}
		}
	}
	return p
}

// methods reads the packs and presets of the folder, and takes from the
// shipped library those that a process names and the folder does not hold.
func (c *compiler) methods(p *playbook.Playbook, tree *source.Tree) {
	for id, n := range tree.Under("pack") {
		k := pack(id, n)
		if s, ok := packShelf().get(id); ok {
			k.Changed = changed(k, s)
		}
		c.tied(p, k)
		p.Packs = append(p.Packs, k)
	}
	for id, n := range tree.Under("preset") {
		p.Presets = append(p.Presets, preset(id, n))
	}
	p.Core = corePacks()
	for i := range p.Processes {
		pr := &p.Processes[i]
		for _, u := range pr.Blend {
			if _, ok := p.Pack(u.Pack); ok {
				continue
			}
			if k, ok := packShelf().get(u.Pack); ok {
				k.Shipped = true
				p.Packs = append(p.Packs, k)
				continue
			}
			c.unknownName(u.At, "pack", u.Pack, packIDs(p.Packs))
		}
		c.presetOf(p, pr)
	}
	slices.SortStableFunc(p.Packs, func(a, b playbook.Pack) int { return strings.Compare(a.ID, b.ID) })
	c.classPacks(p)
}

// classPacks takes from the shipped library what the blends of the classes
// name: those of the folder, and the shipped ones where it says none.
func (c *compiler) classPacks(p *playbook.Playbook) {
	p.Defaults = classBlends()
	for _, class := range throughline.Classes() {
		own := p.Classes[class].Blend
		for _, u := range slices.Concat(own, p.Defaults[class]) {
			if _, ok := p.AnyPack(u.Pack); ok {
				continue
			}
			if k, ok := packShelf().get(u.Pack); ok {
				k.Shipped = true
				p.Library = append(p.Library, k)
				continue
			}
			c.unknownName(u.At, "pack", u.Pack, packIDs(p.Packs))
		}
	}
}

func (c *compiler) presetOf(p *playbook.Playbook, pr *playbook.Process) {
	if pr.Preset == "" || slices.ContainsFunc(p.Presets, func(x playbook.Preset) bool { return x.ID == pr.Preset }) {
		return
	}
	if s, ok := presetShelf().get(pr.Preset); ok {
		p.Presets = append(p.Presets, s)
		return
	}
	c.unknownName(pr.At, "preset", pr.Preset, slices.Clone(presetShelf().ids))
}

// tied checks that the milestone a tool is tied to exists.
func (c *compiler) tied(p *playbook.Playbook, k playbook.Pack) {
	var spelt []string
	for _, pr := range p.Processes {
		for _, m := range pr.Milestones {
			spelt = append(spelt, string(m.Addr))
		}
	}
	for _, t := range k.Tools {
		if t.Milestone != "" && !slices.Contains(spelt, string(t.Milestone)) {
			c.reference(t.At, t.Milestone, spelt)
		}
	}
}

func (c *compiler) unknownName(at diag.Range, what, name string, known []string) {
	f := diag.Finding{
		Check:    source.CheckReference,
		Severity: diag.Error,
		Range:    at,
		Value:    name,
		Message:  fmt.Sprintf("there is no %s %q", what, name),
	}
	slices.Sort(known)
	f.Hint = "known are " + strings.Join(known, ", ")
	if f.Nearest = diag.Nearest(name, known); f.Nearest != "" {
		f.Hint = fmt.Sprintf("did you mean %q?", f.Nearest)
	}
	c.found = append(c.found, f)
}
