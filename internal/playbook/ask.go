package playbook

import (
	"slices"
	"strings"
	"unicode"

	"github.com/throughline/throughline"
)

// Fold brings a foreign word into the form in which mappings are keyed: lower
// case, letters and digits, single spaces between.
func Fold(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(s) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteRune(r)
		} else {
			gap = true
		}
	}
	return b.String()
}

// Question gives the question of a phase.
func (p *Playbook) Question(ph throughline.Phase) (Question, bool) {
	for _, q := range p.Journey.Phases {
		if q.Phase == ph {
			return q, true
		}
	}
	return Question{}, false
}

// Consequence gives what a class switches on. A class the playbook is silent
// about, and a deal nobody has classified, are treated as complex: a wrong
// "transactional" costs more than a wrong "complex".
func (p *Playbook) Consequence(c throughline.Class) Consequence {
	if got, ok := p.Classes[c]; ok {
		return got
	}
	return p.Classes[throughline.Complex]
}

// BlendOf gives the packs that help on a deal of a class on a process: the
// process's own blend, else what the class says, else what ships for the class.
func (p *Playbook) BlendOf(pr Process, c throughline.Class) []Use {
	if len(pr.Blend) > 0 {
		return pr.Blend
	}
	if b := p.Consequence(c).Blend; b != nil {
		return b
	}
	if b, ok := p.Defaults[c]; ok {
		return b
	}
	return p.Defaults[throughline.Complex]
}

// AnyPack finds a pack by its id wherever the playbook has it: among the
// folder's, the core's own, and those that only a class names.
func (p *Playbook) AnyPack(id string) (Pack, bool) {
	for _, shelf := range [][]Pack{p.Packs, p.Core, p.Library} {
		for _, k := range shelf {
			if k.ID == id {
				return k, true
			}
		}
	}
	return Pack{}, false
}

// NeedsTwo reports whether a phase asks for two people's evidence.
func (m PassMark) NeedsTwo(ph throughline.Phase) bool { return slices.Contains(m.TwoPeople, ph) }

// Only gives the playbook with some of its processes, and without the packs that
// only the others draw on: what whoever is assigned those chooses from and is taught.
// Where it has none of them, it is given whole. Everything else is as it was, so
// that it is no playbook to read a deal by.
func (p *Playbook) Only(processes []string) *Playbook {
	out := *p
	out.Processes = nil
	theirs, others := map[string]bool{}, map[string]bool{}
	for _, pr := range p.Processes {
		used := others
		if slices.Contains(processes, pr.ID) {
			out.Processes, used = append(out.Processes, pr), theirs
		}
		for _, c := range throughline.Classes() {
			for _, u := range p.BlendOf(pr, c) {
				used[u.Pack] = true
			}
		}
	}
	if len(out.Processes) == 0 || len(out.Processes) == len(p.Processes) {
		return p
	}
	out.left = map[string]bool{}
	for id := range others {
		if k, known := p.AnyPack(id); !theirs[id] && !(known && k.Core) {
			out.left[id] = true
		}
	}
	left := func(k Pack) bool { return out.left[k.ID] }
	out.Packs, out.Library = slices.DeleteFunc(slices.Clone(p.Packs), left), slices.DeleteFunc(slices.Clone(p.Library), left)
	return &out
}

// LeavesOut reports whether a pack is of no use to the part that this is (Only):
// only processes that it leaves out draw on it.
func (p *Playbook) LeavesOut(pack string) bool { return p.left[pack] }

// Stage finds a stage of any process by its address.
func (p *Playbook) Stage(a throughline.Address) (Stage, bool) {
	for _, pr := range p.Processes {
		for _, s := range pr.Stages {
			if s.Addr == a {
				return s, true
			}
		}
	}
	return Stage{}, false
}

// Milestone finds a milestone of any process by its address.
func (p *Playbook) Milestone(a throughline.Address) (Milestone, bool) {
	for _, pr := range p.Processes {
		for _, m := range pr.Milestones {
			if m.Addr == a {
				return m, true
			}
		}
	}
	return Milestone{}, false
}

// Process gives the process that an address belongs to, else the first one
// that may take deals.
func (p *Playbook) Process(a throughline.Address) Process {
	for _, pr := range p.Processes {
		if strings.HasPrefix(string(a), "process/"+pr.ID+"/") {
			return pr
		}
	}
	pr, _ := p.first()
	return pr
}

// ServedBy gives the phase that a stage or milestone serves.
func (p *Playbook) ServedBy(a throughline.Address) throughline.Phase {
	if s, ok := p.Stage(a); ok {
		return s.Serves
	}
	if m, ok := p.Milestone(a); ok {
		return m.Serves
	}
	return throughline.NoPhase
}
