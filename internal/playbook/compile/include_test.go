package compile_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/playbook/source"
)

func TestInclude(t *testing.T) {
	fsys := small(t)
	moved := fstest.MapFS{}
	for name, f := range fsys {
		if name == "playbook.yaml" || name == "mapping.yaml" {
			moved[name] = f
			continue
		}
		moved["base/"+name] = f
	}
	moved["playbook.yaml"] = &fstest.MapFile{Data: append([]byte("include: [base]\n"), fsys["playbook.yaml"].Data...)}
	p, found := compile.Playbook(moved)
	if p == nil || len(found) > 0 {
		t.Fatalf("got %v", found)
	}
	if at := p.Journey.Phases[0].Name.At.File; at != "base/journey.yaml" {
		t.Errorf("the journey stands in %q", at)
	}
	// what is nearer wins
	moved["process/standard.yaml"] = &fstest.MapFile{Data: []byte("name: Nearer\nstages: [{id: explore, name: One, serves: p1}]\n")}
	p, _ = compile.Playbook(moved)
	if got := p.Processes[0].Name.Text.In("en"); len(p.Processes) != 1 || got != "Nearer" {
		t.Errorf("got %d processes, the first %q", len(p.Processes), got)
	}
}

func TestIncludesThatAreRefused(t *testing.T) {
	for include, message := range map[string]string{
		"../other": "leaves the playbook's folder", "base/../../x": "leaves the playbook's folder", "/etc": "is no path inside", "a\\b": "is no path inside",
		"none": "there is no folder", "journey.yaml": "there is no folder", ".": "go in a circle", "base": "go in a circle",
	} {
		fsys := small(t)
		fsys["base/playbook.yaml"] = &fstest.MapFile{Data: []byte("include: [../deep]\nname: x\nevidence: {cycle: 3}\nsilence: {default: 3}\n")}
		fsys["deep/playbook.yaml"] = &fstest.MapFile{Data: []byte("include: [../base]\nname: x\nevidence: {cycle: 3}\nsilence: {default: 3}\n")}
		fsys["playbook.yaml"] = &fstest.MapFile{Data: append([]byte("include: ['"+include+"']\n"), fsys["playbook.yaml"].Data...)}
		p, found := compile.Playbook(fsys)
		said := false
		for _, f := range found {
			if f.Check == source.CheckInclude && strings.Contains(f.Message, message) && f.Range.Begin.Line == 1 {
				said = true
			}
		}
		if !said || p == nil {
			t.Errorf("include %q: got %v", include, found)
		}
	}
}
