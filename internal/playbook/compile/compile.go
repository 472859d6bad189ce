// Package compile turns the files of a playbook into the resolved playbook.
//
// Takes: a folder of YAML files as an fs.FS.
// Gives: a playbook.Playbook whose references hold and whose values know where they stand, and all findings.
// Never: reads anything outside the folder, or stops at the first mistake.
package compile

import (
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/source"
)

// Playbook compiles a folder. The playbook is nil only where what is wrong
// leaves nothing to work with: no journey of nine questions, no process with a
// stage and a rule that can be read or none, or no complex class. Otherwise what
// is wrong is left out of it; a process whose rule was refused stays, so that it
// can be looked at, and takes no deal.
func Playbook(fsys fs.FS) (*playbook.Playbook, diag.Findings) {
	tree, found := source.Read(fsys, source.Playbook())
	c := &compiler{fsys: fsys, found: found}
	p := &playbook.Playbook{}
	c.book(p, tree.File("playbook.yaml"))
	c.journey(p, tree.File("journey.yaml"))
	c.tracks(p, tree.File("tracks.yaml"))
	c.classes(p, tree.File("classes.yaml"))
	for id, n := range tree.Under("process") {
		c.process(p, id, n)
	}
	c.company(p, tree.File("playbook.yaml"))
	c.knows(p, tree.File("playbook.yaml"))
	c.rules(p)
	c.methods(p, tree)
	for _, n := range tree.Matching("*_test.yaml") {
		c.tests(p, n)
	}
	c.mapping(p, tree.File("mapping.yaml"))
	c.refuse(p)
	for i := range c.found {
		if c.found[i].Page == "" {
			c.found[i].Page = "docs/checks/" + c.found[i].Check + ".md"
		}
	}
	c.found.Sort()
	_, complex := p.Classes[throughline.Complex]
	usable := slices.ContainsFunc(p.Processes, func(pr playbook.Process) bool { return !pr.When.Refused() })
	if len(p.Journey.Phases) != throughline.PhaseCount || !usable || !complex {
		if !c.found.Errors() { // the reasons above are all findings; this holds the promise if one is forgotten
			c.say(
				source.CheckMissing,
				diag.Range{File: "."},
				"the playbook has no journey, no process or no complex class",
				"begin with a copy of the starter playbook",
			)
		}
		return nil, c.found
	}
	p.Hash = Hash(p)
	imply(p, tree.File("mapping.yaml"))
	return p, c.found
}

type compiler struct {
	fsys  fs.FS // read again only to find where a part of a rule stands
	found diag.Findings
}

func (c *compiler) say(check string, at diag.Range, message, hint string, related ...diag.Related) {
	c.found = append(c.found, diag.Finding{Check: check, Severity: diag.Error, Range: at, Message: message, Hint: hint, Related: related})
}

const day = 24 * time.Hour

func (c *compiler) book(p *playbook.Playbook, n *source.Node) {
	p.Name = n.Get("name").Languages()
	p.About = value(n.Get("about"))
	ev := n.Get("evidence")
	p.Evidence.ShelfLives = throughline.DefaultShelfLives()
	for _, e := range ev.Get("shelf_life").Pairs() {
		if g, ok := grade(e.Key); ok {
			p.Evidence.ShelfLives[g] = days(e.Value, 0)
		}
	}
	p.Evidence.Cycle = days(ev.Get("cycle"), 0)
	s := n.Get("silence")
	p.Silence = playbook.Silence{
		Quantile:      number(s.Get("quantile"), 0.9),
		CycleQuantile: number(s.Get("cycle_quantile"), 1),
		Enough:        int(number(s.Get("enough"), 30)),
		Default:       days(s.Get("default"), 60*day),
	}
}

func (c *compiler) journey(p *playbook.Playbook, n *source.Node) {
	for _, ph := range throughline.Phases() {
		e := n.Get(ph.String())
		if e == nil {
			continue // said when the file was read
		}
		q := playbook.Question{
			Phase: ph, Name: value(e.Get("name")), Ask: value(e.Get("ask")),
			Sub: values(e.Get("sub")), NotEvidence: values(e.Get("not_evidence")),
			Owner: throughline.Role(e.Get("owner").String()), Stalls: values(e.Get("stalls")), Helps: values(e.Get("helps")),
		}
		for _, g := range []throughline.Grade{throughline.E1, throughline.E2, throughline.E3, throughline.E4} {
			for _, t := range e.Get("evidence").Get(g.String()).Items() {
				q.Evidence = append(q.Evidence, playbook.Grounds{Value: value(t), Grade: g})
			}
		}
		p.Journey.Phases = append(p.Journey.Phases, q)
	}
}

func (c *compiler) tracks(p *playbook.Playbook, n *source.Node) {
	p.Tracks = map[throughline.Track][]playbook.TrackStep{}
	for _, t := range []throughline.Track{throughline.Contracting, throughline.Change} {
		for _, st := range t.Steps() {
			e := n.Get(string(t)).Get(st.String())
			if e == nil {
				continue
			}
			step := playbook.TrackStep{Step: st, Name: value(e.Get("name")), Ask: value(e.Get("ask")), Evidence: value(e.Get("evidence")),
				Snag: value(e.Get("snag")), Owner: value(e.Get("owner"))}
			if d := e.Get("takes"); d != nil {
				best, ok1 := d.Get("best").Days()
				middle, ok2 := d.Get("middle").Days()
				worst, ok3 := d.Get("worst").Days()
				switch {
				case !ok1 || !ok2 || !ok3:
				case best > middle || middle > worst:
					c.say(
						source.CheckValue,
						d.At,
						fmt.Sprintf("the times of %s do not rise: best %d, middle %d, worst %d days", st, best, middle, worst),
						"write the shortest as best and the longest as worst",
					)
				default:
					step.Days = playbook.Spread{Best: best, Middle: middle, Worst: worst}
				}
			}
			p.Tracks[t] = append(p.Tracks[t], step)
		}
	}
}

func (c *compiler) classes(p *playbook.Playbook, n *source.Node) {
	p.Classes = map[throughline.Class]playbook.Consequence{}
	for _, e := range n.Pairs() {
		pass := e.Value.Get("pass")
		g, ok := grade(pass.Get("grade").String())
		shown := c.phases(e.Value.Get("shown"), "shown", nil)
		if !ok || len(shown) == 0 {
			continue // said when the file was read
		}
		p.Classes[throughline.Class(e.Key)] = playbook.Consequence{
			Shown:       shown,
			Highlighted: c.phases(e.Value.Get("highlighted"), "highlighted", shown),
			Pass:        playbook.PassMark{Grade: g, TwoPeople: c.phases(pass.Get("two_people"), "two_people", shown)},
			Blend:       classBlend(e.Value),
		}
	}
	if _, ok := p.Classes[throughline.Complex]; !ok && n != nil && n.Get(string(throughline.Complex)) == nil {
		c.say(
			source.CheckMissing,
			diag.Range{File: n.At.File, Begin: n.At.Begin, End: n.At.Begin},
			"there is no class \"complex\", which every unclassified deal is treated as",
			"add `complex:`; the starter playbook has one to copy",
		)
	}
}
