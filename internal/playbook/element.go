package playbook

import (
	"github.com/throughline/throughline"
)

// Element is something of a playbook that has an address, by its name.
type Element struct {
	Addr throughline.Address
	Name Text
}

// Elements lists what a playbook is made of: questions, steps of the two tracks,
// processes with their stages and milestones, packs with their tools, wherever it
// has them.
func (p *Playbook) Elements() []Element {
	var out []Element
	add := func(a throughline.Address, name Value) { out = append(out, Element{a, name.Text}) }
	for _, q := range p.Journey.Phases {
		add(q.Phase.Address(), q.Name)
	}
	for _, t := range []throughline.Track{throughline.Contracting, throughline.Change} {
		for _, s := range p.Tracks[t] {
			add(s.Step.Address(), s.Name)
		}
	}
	for _, pr := range p.Processes {
		add(pr.Address(), pr.Name)
		for _, s := range pr.Stages {
			add(s.Addr, s.Name)
		}
		for _, m := range pr.Milestones {
			name := m.Short
			if len(name.Text) == 0 {
				name = m.Name
			}
			add(m.Addr, name)
		}
	}
	seen := map[string]bool{}
	for _, shelf := range [][]Pack{p.Packs, p.Core, p.Library} {
		for _, k := range shelf {
			if seen[k.ID] {
				continue
			}
			seen[k.ID] = true
			add(PackAddress(k.ID), k.Name)
			for _, t := range k.Tools {
				add(ToolAddress(k.ID, t.ID), t.Name)
			}
		}
	}
	return out
}

// ToolAddress names a tool of a pack.
func ToolAddress(pack, tool string) throughline.Address {
	return PackAddress(pack) + throughline.Address("/tool/"+tool)
}
