package compile_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/statement"
	"github.com/throughline/throughline/playbooks"
)

func TestTheLibraryIsWhole(t *testing.T) {
	packs, presets, found := compile.Library()
	for _, f := range found {
		t.Errorf("%s:%d:%d: %s; %s", f.Range.File, f.Range.Begin.Line, f.Range.Begin.Column, f.Message, f.Hint)
	}
	core := 0
	for _, p := range packs {
		if p.Core {
			core++
		}
		if p.Status != playbook.StartingPoint {
			t.Errorf("pack %s is not marked as a starting point", p.ID)
		}
		if len(p.Tools) < 2 || len(p.Prompts) < 2 || len(p.Credit.Text) == 0 || len(p.Presumes) == 0 || len(p.Weights) != len(playbook.Places()) {
			t.Errorf("pack %s is not complete", p.ID)
		}
		if !strings.Contains(p.Credit.Text.In("en"), "endorsed by") {
			t.Errorf("pack %s: the credit line does not say that nobody endorses it", p.ID)
		}
		for _, c := range p.Clashes {
			for _, with := range strings.Fields(c.With) {
				if !slices.ContainsFunc(packs, func(k playbook.Pack) bool { return k.ID == with }) {
					t.Errorf("pack %s clashes with %q, which there is not", p.ID, with)
				}
			}
		}
	}
	if len(packs)-core != 19 || core != 4 {
		t.Errorf("%d packs and %d of the core, want 19 and 4", len(packs)-core, core)
	}
	if len(presets) != 10 {
		t.Errorf("%d presets, want 10", len(presets))
	}
	words, err := statement.New(statement.Words{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range presets {
		if n := len(p.Milestones); n < 6 || n > 10 || len(p.Traps) != 3 || p.Status != playbook.StartingPoint || len(p.Days) == 0 || len(p.Blend) == 0 || len(p.Words) == 0 {
			t.Errorf("preset %s is not complete: %d milestones", p.ID, n)
		}
		for _, m := range p.Milestones {
			for _, f := range words.Lint(statement.Statement{Text: m.Name.Text.In("en"), Place: statement.Milestone}) {
				t.Errorf("preset %s, %s: %s %s: %q", p.ID, m.ID, f.Check, f.Message, f.Value)
			}
		}
		for _, u := range p.Blend {
			if !slices.ContainsFunc(packs, func(k playbook.Pack) bool { return k.ID == u.Pack }) {
				t.Errorf("preset %s blends %q, which there is not", p.ID, u.Pack)
			}
		}
	}
}

func TestThePackWeightsAreTheReference(t *testing.T) {
	text, err := os.ReadFile("../../../../shared/domain/pack_weights.json")
	if err != nil {
		t.Skipf("the reference weights are not here: %v", err)
	}
	var want map[string]struct{ Weights map[string]int }
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	packs := compile.Packs()
	for id, w := range want {
		i := slices.IndexFunc(packs, func(p playbook.Pack) bool { return p.ID == id })
		if i < 0 {
			t.Errorf("there is no pack %s", id)
			continue
		}
		for place, n := range w.Weights {
			if got := packs[i].Weights[strings.ToLower(place)]; got != n {
				t.Errorf("%s at %s is %d, want %d", id, place, got, n)
			}
		}
	}
}

func TestACopyShowsItsDifference(t *testing.T) {
	text, err := fs.ReadFile(playbooks.Packs(), "jolt.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "\nidea:")
	_, rest, _ = strings.Cut(rest, "\n  zh:")
	line, _, _ := strings.Cut(rest, "\n")
	ideaInChinese := "\n  zh:" + line
	for _, tt := range []struct {
		was, is string
		want    []string
	}{
		{"", "", nil},
		{"Take the risk off", "Take the worry off", []string{"name"}},
		{"p7: 3", "p7: 2", []string{"weights"}},
		{"What could we make reversible", "What could be undone", []string{"prompts"}},
		{"recommendation, limit exploration", "recommendation, limit what is looked at", []string{"idea"}},
		{ideaInChinese, "", nil}, // a copy from before it shipped in another language
	} {
		fsys := small(t)
		fsys["pack/jolt.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(string(text), tt.was, tt.is, 1))}
		p, found := compile.Playbook(fsys)
		if found.Errors() {
			t.Fatal(found)
		}
		if k, _ := p.Pack("jolt"); !slices.Equal(k.Changed, tt.want) || k.Shipped {
			t.Errorf("with %q the copy differs in %v, want %v", tt.is, k.Changed, tt.want)
		}
	}
}
