package workshop

import (
	"maps"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/playbook"
)

// Change is one thing that two versions of a playbook say differently, for
// people to read: its kind, what it is about, and what it was and is.
type Change struct {
	Kind    string        `json:"kind"`
	Process playbook.Text `json:"process,omitempty"`
	Name    playbook.Text `json:"name,omitempty"`
	Key     string        `json:"key,omitempty"` // an input of the charter
	Was     playbook.Text `json:"was,omitempty"`
	Is      playbook.Text `json:"is,omitempty"`
}

// The kinds of change.
const (
	ProcessNew      = "process_new"
	ProcessGone     = "process_gone"
	ProcessNamed    = "process_named"
	ProcessRule     = "process_rule"
	StageNew        = "stage_new"
	StageGone       = "stage_gone"
	StageNamed      = "stage_named"
	StageServes     = "stage_serves"
	MilestoneNew    = "milestone_new"
	MilestoneGone   = "milestone_gone"
	MilestoneSays   = "milestone_says"
	MilestoneServes = "milestone_serves"
	MilestoneMoved  = "milestone_moved"
	CharterSays     = "charter_says"
	OwnWords        = "own_words"
	PackNew         = "pack_new"
	PackGone        = "pack_gone"
	PackAdapted     = "pack_adapted"
	BookNamed       = "named"
	MappingSays     = "mapping_says"
)

// Changed lists what b says otherwise than a.
func Changed(a, b *playbook.Playbook) []Change {
	var out []Change
	add := func(c Change) { out = append(out, c) }
	same := func(x, y playbook.Text) bool { return maps.Equal(x, y) }
	if !same(a.Name, b.Name) {
		add(Change{Kind: BookNamed, Was: a.Name, Is: b.Name})
	}
	for _, x := range a.Processes {
		y, ok := b.ProcessCalled(x.ID)
		if !ok {
			add(Change{Kind: ProcessGone, Process: x.Name.Text})
			continue
		}
		out = append(out, changedProcess(a, b, x, y)...)
	}
	for _, y := range b.Processes {
		if _, ok := a.ProcessCalled(y.ID); !ok {
			add(Change{Kind: ProcessNew, Process: y.Name.Text})
		}
	}
	for _, key := range playbook.CharterKeys() {
		if was, is := a.Charter.Inputs[key].Text, b.Charter.Inputs[key].Text; !same(was, is) {
			add(Change{Kind: CharterSays, Key: key, Was: was, Is: is})
		}
	}
	texts := func(vs []playbook.Value) (out []string) {
		for _, v := range vs {
			out = append(out, v.Text.In("en"))
		}
		return out
	}
	if !slices.Equal(texts(a.Own), texts(b.Own)) {
		add(Change{Kind: OwnWords})
	}
	for _, k := range b.Packs {
		was, ok := a.Pack(k.ID)
		switch {
		case !ok:
			add(Change{Kind: PackNew, Name: k.Name.Text})
		case was.Status != k.Status || !slices.Equal(was.Changed, k.Changed) || len(was.Tools) != len(k.Tools) || len(was.Prompts) != len(k.Prompts):
			add(Change{Kind: PackAdapted, Name: k.Name.Text})
		}
	}
	for _, k := range a.Packs {
		if _, ok := b.Pack(k.ID); !ok {
			add(Change{Kind: PackGone, Name: k.Name.Text})
		}
	}
	if !sameMapping(a.Mapping.Said(), b.Mapping.Said()) {
		add(Change{Kind: MappingSays})
	}
	return out
}

func sameMapping(a, b playbook.Mapping) bool {
	return maps.EqualFunc(a.Stages, b.Stages, func(x, y playbook.MappedStage) bool { return x.Stage == y.Stage })
}

func changedProcess(a, b *playbook.Playbook, x, y playbook.Process) []Change {
	var out []Change
	say := func(kind string, name, was, is playbook.Text) {
		out = append(out, Change{Kind: kind, Process: y.Name.Text, Name: name, Was: was, Is: is})
	}
	same := func(x, y playbook.Text) bool { return maps.Equal(x, y) }
	if !same(x.Name.Text, y.Name.Text) {
		say(ProcessNamed, nil, x.Name.Text, y.Name.Text)
	}
	if x.When.CEL != y.When.CEL {
		say(ProcessRule, nil, nil, nil)
	}
	for _, s := range x.Stages {
		is, ok := b.Stage(s.Addr)
		switch {
		case !ok:
			say(StageGone, s.Name.Text, nil, nil)
		case !same(s.Name.Text, is.Name.Text):
			say(StageNamed, s.Name.Text, s.Name.Text, is.Name.Text)
		}
		if ok && s.Serves != is.Serves {
			say(StageServes, is.Name.Text, question(a, s.Serves), question(b, is.Serves))
		}
	}
	for _, s := range y.Stages {
		if _, ok := a.Stage(s.Addr); !ok {
			say(StageNew, s.Name.Text, nil, nil)
		}
	}
	for _, m := range x.Milestones {
		is, ok := b.Milestone(m.Addr)
		if !ok {
			say(MilestoneGone, m.Short.Text, m.Name.Text, nil)
			continue
		}
		if !same(m.Name.Text, is.Name.Text) {
			say(MilestoneSays, is.Short.Text, m.Name.Text, is.Name.Text)
		}
		if m.Serves != is.Serves {
			say(MilestoneServes, is.Short.Text, question(a, m.Serves), question(b, is.Serves))
		} else if m.Stage != is.Stage {
			to, _ := b.Stage(is.Stage)
			say(MilestoneMoved, is.Short.Text, nil, to.Name.Text)
		}
	}
	for _, m := range y.Milestones {
		if _, ok := a.Milestone(m.Addr); !ok {
			say(MilestoneNew, m.Short.Text, nil, m.Name.Text)
		}
	}
	return out
}

func question(book *playbook.Playbook, ph throughline.Phase) playbook.Text {
	q, _ := book.Question(ph)
	return q.Name.Text
}
