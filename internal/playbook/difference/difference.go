// Package difference says in sentences what changes between two versions of a
// playbook, for whom, and where open deals would have to be moved.
//
// Takes: two resolved playbooks, and how many open deals stand at each stage, if known.
// Gives: sentences, and a proposed mapping from stages and milestones that are gone to those that are there.
// Never: moves a deal; a person confirms the mapping, and it is recorded.
package difference

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
)

// Whom a change touches.
type Whom string

// The people a change can touch.
const (
	Everyone   Whom = "everyone"
	Sellers    Whom = "sellers"
	Managers   Whom = "managers"
	Operations Whom = "sales operations"
)

// Sentence is one change.
type Sentence struct {
	For     Whom                `json:"for"`
	Text    string              `json:"text"`
	Address throughline.Address `json:"address,omitempty"`
	Deals   int                 `json:"deals,omitempty"` // open deals it touches, where known
}

// Move is one line of the mapping by which open deals may be moved.
type Move struct {
	From  throughline.Address `json:"from"`
	To    throughline.Address `json:"to"` // "" where nothing serves the same question: a person has to say
	Why   string              `json:"why"`
	Deals int                 `json:"deals,omitempty"`
}

// Difference is what changes between two versions.
type Difference struct {
	From      string     `json:"from"` // hash
	To        string     `json:"to"`
	Sentences []Sentence `json:"sentences"`
	Moves     []Move     `json:"moves"`
}

// Same reports whether nothing a person would notice has changed.
func (d Difference) Same() bool { return len(d.Sentences) == 0 }

// Of compares two versions. open counts open deals by stage address; nil where not known.
func Of(a, b *playbook.Playbook, open map[throughline.Address]int) Difference {
	d := comparer{Difference: Difference{From: a.Hash, To: b.Hash, Sentences: []Sentence{}, Moves: []Move{}}, a: a, b: b, open: open}
	d.processes()
	d.journey()
	d.tracks()
	d.classes()
	d.methods()
	d.company()
	return d.Difference
}

type comparer struct {
	Difference
	a, b *playbook.Playbook
	open map[throughline.Address]int
}

func (d *comparer) say(whom Whom, addr throughline.Address, format string, args ...any) {
	n := d.open[addr]
	text := fmt.Sprintf(format, args...)
	if n > 0 {
		text += fmt.Sprintf("; %s there", count(n, "open deal stands", "open deals stand"))
	}
	d.Sentences = append(d.Sentences, Sentence{whom, text, addr, n})
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func en(v playbook.Value) string { return v.Text.In("en") }

func (d *comparer) processes() {
	find := func(p *playbook.Playbook, id string) (playbook.Process, bool) {
		i := slices.IndexFunc(p.Processes, func(x playbook.Process) bool { return x.ID == id })
		if i < 0 {
			return playbook.Process{}, false
		}
		return p.Processes[i], true
	}
	for _, x := range d.a.Processes {
		if y, ok := find(d.b, x.ID); ok {
			d.process(x, y)
			continue
		}
		d.say(Sellers, address(x), "the process %q is gone", en(x.Name))
		for _, st := range x.Stages {
			d.move(st.Addr, st.Serves, "its process is gone")
		}
	}
	for _, y := range d.b.Processes {
		if _, ok := find(d.a, y.ID); !ok {
			d.say(
				Sellers,
				address(y),
				"there is a new process, %q, with %s and %s, %s",
				en(y.Name),
				count(len(y.Stages), "stage", "stages"),
				count(len(y.Milestones), "milestone", "milestones"),
				forWhich(y),
			)
		}
	}
}

func address(p playbook.Process) throughline.Address { return throughline.Address("process/" + p.ID) }

func forWhich(p playbook.Process) string {
	if p.When.CEL == "" {
		return "for every deal that no rule takes"
	}
	return "for deals where " + p.When.Tree.String()
}

func (d *comparer) process(x, y playbook.Process) {
	addr := address(y)
	in := fmt.Sprintf("in %q, ", en(y.Name))
	if en(x.Name) != en(y.Name) {
		d.say(Sellers, addr, "the process %q is now called %q", en(x.Name), en(y.Name))
	}
	if x.When.Tree.String() != y.When.Tree.String() {
		d.say(Sellers, addr, "%q was %s, and is %s", en(y.Name), forWhich(x), forWhich(y))
	}
	for i, st := range x.Stages {
		j := slices.IndexFunc(y.Stages, func(s playbook.Stage) bool { return s.Addr == st.Addr })
		if j < 0 {
			d.say(Sellers, st.Addr, "%sthe stage %q is gone", in, en(st.Name))
			d.move(st.Addr, st.Serves, "the stage is gone")
			continue
		}
		now := y.Stages[j]
		if en(now.Name) != en(st.Name) {
			d.say(Sellers, st.Addr, "%sthe stage %q is now called %q", in, en(st.Name), en(now.Name))
		}
		if now.Serves != st.Serves {
			d.say(
				Sellers,
				st.Addr,
				"%sthe stage %q served %s and serves %s, so gaps to the customer will read differently",
				in,
				en(now.Name),
				st.Serves,
				now.Serves,
			)
		}
		if i != j && len(x.Stages) == len(y.Stages) {
			d.say(Sellers, st.Addr, "%sthe stage %q moves from place %d to place %d", in, en(now.Name), i+1, j+1)
		}
	}
	for _, st := range y.Stages {
		if !slices.ContainsFunc(x.Stages, func(s playbook.Stage) bool { return s.Addr == st.Addr }) {
			d.say(Sellers, st.Addr, "%sthere is a new stage, %q, that serves %s", in, en(st.Name), st.Serves)
		}
	}
	d.milestones(x, y, in)
	if n, m := len(x.Fields), len(y.Fields); n != m {
		d.say(Sellers, addr, "%ssellers had to fill in %s, and have to fill in %d", in, count(n, "field", "fields"), m)
	}
	d.blend(x, y, in)
}

func (d *comparer) milestones(x, y playbook.Process, in string) {
	for _, m := range x.Milestones {
		i := slices.IndexFunc(y.Milestones, func(n playbook.Milestone) bool { return n.Addr == m.Addr })
		if i < 0 {
			d.say(Sellers, m.Addr, "%sthe milestone %q is gone: %s", in, en(m.Short), en(m.Name))
			d.moveMilestone(m, y)
			continue
		}
		n := y.Milestones[i]
		if en(n.Name) != en(m.Name) {
			d.say(
				Sellers,
				m.Addr,
				"%sthe milestone %q said %q and says %q; deals that met it met the old one",
				in,
				en(n.Short),
				en(m.Name),
				en(n.Name),
			)
		}
		if n.Stage != m.Stage {
			d.say(Sellers, m.Addr, "%sthe milestone %q belongs to another stage", in, en(n.Short))
		}
		if n.Serves != m.Serves {
			d.say(Managers, m.Addr, "%sthe milestone %q counted for %s and counts for %s", in, en(n.Short), m.Serves, n.Serves)
		}
		if n.Optional != m.Optional {
			d.say(
				Sellers,
				m.Addr,
				"%sthe milestone %q is %s",
				in,
				en(n.Short),
				map[bool]string{true: "optional now", false: "no longer optional"}[n.Optional],
			)
		}
	}
	for _, n := range y.Milestones {
		if !slices.ContainsFunc(x.Milestones, func(m playbook.Milestone) bool { return n.Addr == m.Addr }) {
			d.say(Sellers, n.Addr, "%sthere is a new milestone, %q: %s", in, en(n.Short), en(n.Name))
		}
	}
}

func (d *comparer) blend(x, y playbook.Process, in string) {
	d.packs(x.Blend, y.Blend, in)
}

func (d *comparer) packs(x, y []playbook.Use, in string) {
	ids := func(blend []playbook.Use) []string {
		var out []string
		for _, u := range blend {
			out = append(out, u.Pack)
		}
		return out
	}
	was, is := ids(x), ids(y)
	for _, id := range was {
		if !slices.Contains(is, id) {
			d.say(Sellers, playbook.PackAddress(id), "%sthe pack %q is taken out, and its prompts with it", in, id)
		}
	}
	for _, id := range is {
		if !slices.Contains(was, id) {
			d.say(Sellers, playbook.PackAddress(id), "%sthe pack %q is added", in, id)
		}
	}
}

// move proposes where deals of a stage that is gone could stand: the stage of
// the new version that serves the same question, else the nearest before it.
func (d *comparer) move(from throughline.Address, serves throughline.Phase, why string) {
	m := Move{From: from, Deals: d.open[from], Why: why + "; nothing near it serves " + serves.String()}
	process := ""
	if parts := strings.Split(string(from), "/"); len(parts) > 1 {
		process = parts[1]
	}
	best := throughline.NoPhase
	for _, own := range []bool{true, false} { // the same process first
		for _, pr := range d.b.Processes {
			if own != (pr.ID == process) || m.To != "" && !own {
				continue
			}
			for _, st := range pr.Stages {
				if st.Serves <= serves && st.Serves > best {
					best, m.To = st.Serves, st.Addr
					m.Why = why + "; this one serves " + st.Serves.String()
				}
			}
		}
	}
	d.Moves = append(d.Moves, m)
}

func (d *comparer) moveMilestone(m playbook.Milestone, y playbook.Process) {
	mv := Move{From: m.Addr, Deals: d.open[m.Addr], Why: "the milestone is gone; what was met stays in the ledger"}
	var names []string
	for _, n := range y.Milestones {
		names = append(names, en(n.Short))
	}
	if near := diag.Nearest(en(m.Short), names); near != "" {
		i := slices.Index(names, near)
		mv.To, mv.Why = y.Milestones[i].Addr, "the milestone is gone; this one is called nearly the same"
	}
	d.Moves = append(d.Moves, mv)
}

func (d *comparer) journey() {
	for i, q := range d.b.Journey.Phases {
		if i >= len(d.a.Journey.Phases) {
			break
		}
		was := d.a.Journey.Phases[i]
		if en(was.Ask) != en(q.Ask) {
			d.say(Everyone, q.Phase.Address(), "%s asked %q and asks %q", q.Phase, en(was.Ask), en(q.Ask))
		}
		if n, m := len(was.Evidence), len(q.Evidence); n != m {
			d.say(Sellers, q.Phase.Address(), "%s had %s of evidence and has %d", q.Phase, count(n, "kind", "kinds"), m)
		}
	}
}

func (d *comparer) tracks() {
	for _, t := range []throughline.Track{throughline.Contracting, throughline.Change} {
		was, is := d.a.Tracks[t], d.b.Tracks[t]
		for i := range is {
			if i < len(was) && was[i].Days != is[i].Days {
				d.say(
					Sellers,
					is[i].Step.Address(),
					"%s, %q, took %d days in the middle and takes %d, so latest start dates move",
					is[i].Step,
					en(is[i].Name),
					was[i].Days.Middle,
					is[i].Days.Middle,
				)
			}
		}
	}
}

func (d *comparer) classes() {
	for _, c := range throughline.Classes() {
		was, is := d.a.Consequence(c), d.b.Consequence(c)
		if was.Pass.Grade != is.Pass.Grade {
			d.say(Everyone, "", "in %s deals a question needed evidence of %s and needs %s: frontiers will move", c, was.Pass.Grade, is.Pass.Grade)
		}
		if !slices.Equal(was.Shown, is.Shown) {
			d.say(Everyone, "", "in %s deals %s shown, and %s now", c, phases(was.Shown, "was", "were"), phases(is.Shown, "is", "are"))
		}
		if !slices.Equal(was.Pass.TwoPeople, is.Pass.TwoPeople) {
			d.say(Sellers, "", "in %s deals two people were needed at %s, and are at %s", c, list(was.Pass.TwoPeople), list(is.Pass.TwoPeople))
		}
		d.packs(was.Blend, is.Blend, fmt.Sprintf("in %s deals, where a process names no packs, ", c))
	}
}

func list(ps []throughline.Phase) string {
	if len(ps) == 0 {
		return "no phase"
	}
	var out []string
	for _, p := range ps {
		out = append(out, p.String())
	}
	return strings.Join(out, ", ")
}

func phases(ps []throughline.Phase, one, many string) string {
	if len(ps) == 1 {
		return list(ps) + " " + one
	}
	return list(ps) + " " + many
}

func (d *comparer) methods() {
	for _, y := range d.b.Packs {
		x, ok := d.a.Pack(y.ID)
		if !ok {
			continue // said with the blend
		}
		for _, place := range playbook.Places() {
			if x.Weights[place] != y.Weights[place] {
				d.say(
					Operations,
					playbook.PackAddress(y.ID),
					"the pack %q weighed %d at %s and weighs %d",
					y.ID,
					x.Weights[place],
					place,
					y.Weights[place],
				)
			}
		}
		if n, m := len(x.Prompts), len(y.Prompts); n != m {
			d.say(Sellers, playbook.PackAddress(y.ID), "the pack %q had %s and has %d", y.ID, count(n, "prompt", "prompts"), m)
		}
		if n, m := len(x.Tools), len(y.Tools); n != m {
			d.say(Sellers, playbook.PackAddress(y.ID), "the pack %q had %s and has %d", y.ID, count(n, "tool", "tools"), m)
		}
	}
}

func (d *comparer) company() {
	for _, key := range playbook.CharterKeys() {
		was, had := d.a.Charter.Inputs[key]
		is, has := d.b.Charter.Inputs[key]
		switch {
		case had && !has:
			d.say(Operations, "", "the charter says nothing about %s any more", strings.ReplaceAll(key, "_", " "))
		case !had && has:
			d.say(Operations, "", "the charter says about %s: %s", strings.ReplaceAll(key, "_", " "), en(is))
		case en(was) != en(is):
			d.say(Operations, "", "the charter's %s changes", strings.ReplaceAll(key, "_", " "))
		}
	}
	if d.a.Evidence != d.b.Evidence {
		d.say(Everyone, "", "evidence keeps for other times than before: frontiers may move")
	}
	if d.a.Silence != d.b.Silence {
		d.say(Managers, "", "deals are reported as silent by other limits than before")
	}
	if d.a.Limits != d.b.Limits {
		d.say(Operations, "", "the warn lines of the weight dial change")
	}
	words := 0
	for _, key := range slices.Sorted(maps.Keys(d.b.Mapping.Stages)) {
		if d.a.Mapping.Stages[key].Stage != d.b.Mapping.Stages[key].Stage {
			words++
		}
	}
	for key, end := range d.b.Mapping.Outcomes {
		was := d.a.Mapping.Outcomes[key]
		if was.Outcome != end.Outcome || was.Cause != end.Cause {
			words++
		}
	}
	if words > 0 {
		d.say(
			Operations,
			"",
			"%s of other systems %s something else: imports read differently from now on",
			count(words, "word", "words"),
			map[bool]string{true: "means", false: "mean"}[words == 1],
		)
	}
}
