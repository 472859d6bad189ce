package edit_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/playbook/edit"
	"github.com/throughline/throughline/internal/playbook/source"
)

// says is what files say, whatever stands beside it.
func says(t testing.TB, f edit.Files) map[string]any {
	t.Helper()
	out := map[string]any{}
	for path, text := range f {
		var v any
		if err := yaml.Unmarshal(text, &v); err != nil {
			t.Fatalf("%s: %v\n%s", path, err, text)
		}
		out[path] = v
	}
	return out
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestMerge: what two changed of one file is both kept where it is not the
// same, also where one moved what another rewrote; what both changed is a
// clash, at the very element, and either may be taken.
func TestMerge(t *testing.T) {
	base := starter(t)
	mine, theirs := base.Clone(), base.Clone()
	must(t, mine.WriteMilestone("standard", edit.Milestone{ID: "risks-owned", Language: "en", Statement: "Mine."}))
	must(t, mine.WriteStage("standard", edit.Stage{ID: "own", Language: "en", Name: "Mine"}))
	must(t, mine.MoveMilestone("standard", "problem-owned", "notice", 0))
	must(t, theirs.WriteMilestone("standard", edit.Milestone{ID: "risks-owned", Language: "zh", Statement: "对方的。"}))
	must(t, theirs.WriteMilestone("standard", edit.Milestone{ID: "problem-owned", Language: "en", Statement: "Theirs, of one that moved."}))
	must(t, theirs.DropMilestone("standard", "ways-compared"))
	out, clashes := edit.Merge(base, mine, theirs, nil)
	text := string(out["process/standard.yaml"])
	if len(clashes) != 0 {
		t.Fatalf("they clash: %+v", clashes)
	}
	if gone, _ := lines(mine["process/standard.yaml"], out["process/standard.yaml"]); len(gone) > 10 {
		t.Errorf("lines of mine that nobody changed are written anew:\n%s", strings.Join(gone, "\n"))
	}
	for _, want := range []string{"Mine.", "对方的。", "Theirs, of one that moved."} {
		if strings.Count(text, want) != 1 {
			t.Errorf("%q stands %d times in\n%s", want, strings.Count(text, want), text)
		}
	}
	if strings.Contains(text, "ways-compared") || strings.Index(text, "problem-owned") > strings.Index(text, "problem-measured") {
		t.Errorf("what went stands, or what moved did not:\n%s", text)
	}

	must(t, theirs.WriteMilestone("standard", edit.Milestone{ID: "risks-owned", Language: "en", Statement: "Theirs."}))
	must(t, theirs.MoveMilestone("standard", "problem-owned", "live", 0))
	must(t, mine.WriteMilestone("standard", edit.Milestone{ID: "ways-compared", Language: "en", Statement: "Mine of what went."}))
	for _, all := range []bool{false, true} {
		out, clashes := edit.Merge(base, mine, theirs, func(edit.Clash) bool { return all })
		var at []string
		for _, c := range clashes {
			at = append(at, c.At)
			if c.Path != "process/standard.yaml" || !strings.HasPrefix(c.Element(), "process/standard/milestone/") {
				t.Errorf("%s, %s", c.Path, c.Element())
			}
		}
		slices.Sort(at)
		if want := []string{"milestones/problem-owned/stage", "milestones/risks-owned/statement/en", "milestones/ways-compared"}; !slices.Equal(at, want) {
			t.Fatalf("they clash at %q", at)
		}
		book, found := compile.Playbook(source.Memory(out))
		if book == nil || found.Errors() {
			t.Fatalf("%v\n%s", found, out["process/standard.yaml"])
		}
		text := string(out["process/standard.yaml"])
		if strings.Contains(text, "Mine.") == all || strings.Contains(text, "Theirs.") != all || strings.Contains(text, "Mine of what went.") == all {
			t.Errorf("theirs taken %t:\n%s", all, text)
		}
		m, _ := book.Milestone("process/standard/milestone/problem-owned")
		if want := map[bool]string{false: "notice", true: "live"}[all]; m.Stage.Last() != want {
			t.Errorf("theirs taken %t: what both moved stands in %s", all, m.Stage)
		}
	}
}

// TestMovedAndTakenAway: a milestone that one side moved and the other took away
// is a clash, whichever side did which, also where it was rewritten; who keeps it
// has it where it was moved to. Clashes come in the same order each time.
func TestMovedAndTakenAway(t *testing.T) {
	base := starter(t)
	must(t, base.MoveMilestone("standard", "ways-compared", "own", 0)) // it says what it serves: to move it changes nothing else of it
	moved, gone := base.Clone(), base.Clone()
	ids := []string{"problem-owned", "risks-owned", "ways-compared"}
	for _, id := range ids {
		must(t, moved.MoveMilestone("standard", id, "notice", 0))
		must(t, gone.DropMilestone("standard", id))
	}
	must(t, moved.WriteMilestone("standard", edit.Milestone{ID: "risks-owned", Language: "en", Statement: "Of one that moved."}))
	for _, keeps := range []bool{true, false} { // mine moved them
		for _, all := range []bool{false, true} {
			mine, theirs := moved, gone
			if !keeps {
				mine, theirs = gone, moved
			}
			out, clashes := edit.Merge(base, mine, theirs, func(edit.Clash) bool { return all })
			var at []string
			for _, c := range clashes {
				at = append(at, strings.TrimPrefix(c.At, "milestones/"))
				if (c.Mine == "") == keeps || (c.Theirs == "") != keeps || c.Was == "" {
					t.Errorf("%+v", c)
				}
			}
			if !slices.Equal(at, ids) {
				t.Errorf("mine moved %t: they clash at %q", keeps, at)
			}
			book, found := compile.Playbook(source.Memory(out))
			if book == nil || found.Errors() {
				t.Fatalf("%v", found)
			}
			for _, id := range ids {
				m, stands := book.Milestone(throughline.Address("process/standard/milestone/" + id))
				if stands != (keeps != all) || stands && m.Stage.Last() != "notice" {
					t.Errorf("mine moved %t, theirs taken %t: %s stands %t in %s", keeps, all, id, stands, m.Stage)
				}
			}
		}
	}
}

// TestMergeOfFiles: files that one side added, changed or took away, lists
// without ids, and what is no YAML.
func TestMergeOfFiles(t *testing.T) {
	base := edit.Files{"a.yaml": []byte("a: 1\n"), "b.yaml": []byte("b: 1\n"), "l.yaml": []byte("l:\n  - {en: one}\n  - {en: two}\n  - {en: three}\n"), "x.yaml": []byte("x: 1\n")}
	mine, theirs := base.Clone(), base.Clone()
	delete(mine, "a.yaml")
	mine["b.yaml"], theirs["b.yaml"] = []byte("b: 1 # mine\nc: 2\n"), []byte("b: 1\nd: 3\n")
	mine["new.yaml"], theirs["other.yaml"] = []byte("n: 1\n"), []byte("o: 1\n")
	mine["l.yaml"], theirs["l.yaml"] = []byte("l:\n  - {en: one more}\n  - {en: two}\n  - {en: three}\n"), []byte("l:\n  - {en: one}\n  - {en: two}\n  - {en: four}\n")
	mine["x.yaml"], theirs["x.yaml"] = []byte("x: [\n"), []byte("x: 2\n")
	out, clashes := edit.Merge(base, mine, theirs, nil)
	if _, ok := out["a.yaml"]; ok || string(out["b.yaml"]) != "b: 1 # mine\nc: 2\nd: 3\n" || out["new.yaml"] == nil || out["other.yaml"] == nil {
		t.Errorf("%q", out)
	}
	if got := string(out["l.yaml"]); got != "l:\n  - {en: one more}\n  - {en: two}\n  - {en: four}\n" {
		t.Errorf("a list without ids: %s", got)
	}
	if len(clashes) != 1 || clashes[0].Path != "x.yaml" || clashes[0].At != "" || string(out["x.yaml"]) != "x: [\n" {
		t.Errorf("%+v", clashes)
	}
	delete(theirs, "b.yaml")
	if out, clashes := edit.Merge(base, mine, theirs, nil); len(clashes) != 2 || out["b.yaml"] == nil {
		t.Errorf("taken away by one, changed by the other: %+v", clashes)
	}
}

// someEdit makes one change to the half of the playbook that a side may write.
func someEdit(r *rand.Rand, f edit.Files, book *playbook.Playbook, side int) error {
	pr := book.Processes[0]
	own := func(n int) int { // one of n that is this side's
		k := 2*r.IntN((n+1)/2) + side
		return min(k, (n-1-side)/2*2+side)
	}
	m := pr.Milestones[own(len(pr.Milestones))]
	s := pr.Stages[own(len(pr.Stages))]
	words := fmt.Sprintf("The buyer of side %d signed page %d.", side, r.IntN(1000))
	switch r.IntN(8) {
	case 0:
		return f.WriteMilestone(pr.ID, edit.Milestone{ID: m.ID, Language: []string{"en", "zh"}[r.IntN(2)], Statement: words})
	case 1:
		return f.WriteMilestone(pr.ID, edit.Milestone{ID: m.ID, Language: "en", Short: "Side " + fmt.Sprint(side), Differs: words})
	case 2:
		return f.WriteStage(pr.ID, edit.Stage{ID: s.ID, Language: "en", Name: words})
	case 3:
		_, err := f.AddMilestone(pr.ID, s.ID, edit.Milestone{Language: "en", Statement: words, Short: words})
		return err
	case 4:
		return f.MoveMilestone(pr.ID, m.ID, pr.Stages[r.IntN(len(pr.Stages))].ID, 9)
	case 5:
		return f.WriteCharter(playbook.CharterKeys()[own(len(playbook.CharterKeys()))], "en", words)
	case 6:
		pack := []string{"jolt", "spin"}[side]
		return f.Blend(pr.ID, pack, []string{[]string{"p7", "p1"}[side]}, true)
	}
	return f.WriteMapping(string(throughline.StageAddress(pr.ID, s.ID)), []string{words, "and more " + s.ID})
}

// TestMergeIsOrderFree: what two change apart from each other never clashes, comes
// out the same whichever side is called mine, holds what each of them wrote, and
// compiles as both do. Merging with what is already in changes nothing.
func TestMergeIsOrderFree(t *testing.T) {
	base := starter(t)
	book, _ := compile.Playbook(source.Memory(base))
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 4))
		sides := [2]edit.Files{base.Clone(), base.Clone()}
		for side := range sides {
			for range 1 + r.IntN(5) {
				must(t, someEdit(r, sides[side], book, side))
			}
			if b, found := compile.Playbook(source.Memory(sides[side])); b == nil || found.Errors() {
				t.Fatalf("seed %d: a side does not compile: %v", seed, found)
			}
		}
		one, clashes := edit.Merge(base, sides[0], sides[1], nil)
		two, others := edit.Merge(base, sides[1], sides[0], nil)
		if len(clashes)+len(others) > 0 {
			t.Fatalf("seed %d: %+v", seed, clashes)
		}
		if !reflect.DeepEqual(says(t, one), says(t, two)) {
			t.Fatalf("seed %d: it hangs on who is called mine\n%s\n%s", seed, one["process/standard.yaml"], two["process/standard.yaml"])
		}
		if b, found := compile.Playbook(source.Memory(one)); b == nil || found.Errors() {
			t.Fatalf("seed %d: %v\n%s", seed, found, one["process/standard.yaml"])
		}
		for side, f := range sides {
			again, clashes := edit.Merge(base, one, f, nil)
			if len(clashes) > 0 || !reflect.DeepEqual(says(t, again), says(t, one)) {
				t.Fatalf("seed %d: side %d is not all in it: %+v", seed, side, clashes)
			}
		}
	}
}

// FuzzMerge: whatever the three texts are, what comes out can be read where all
// of them can, holds all of a side that changed alone, and nothing that clashes
// is dropped without being told.
func FuzzMerge(f *testing.F) {
	for _, s := range [][3]string{
		{"a: 1\n", "a: 2\n", "a: 3\n"},
		{"stages:\n  - id: s\n    milestones:\n      - id: m\n", "stages:\n  - id: s\n  - id: t\n    milestones:\n      - id: m\n", "stages:\n  - id: s\n    milestones:\n      - id: m\n        short: x\n"},
		{"l: [a, b]\n", "l: [b, a, c]\n", "l: [a, d, b]\n"},
		{"a: &x 1\n", "a: &x 1\nb: *x\n", "a: 2\n"},
	} {
		f.Add(s[0], s[1], s[2])
	}
	f.Fuzz(func(t *testing.T, b, m, th string) {
		base, mine, theirs := edit.Files{"f": []byte(b)}, edit.Files{"f": []byte(m)}, edit.Files{"f": []byte(th)}
		out, clashes := edit.Merge(base, mine, theirs, nil)
		switch {
		case b == th && string(out["f"]) != m, b == m && string(out["f"]) != th:
			t.Fatalf("one side changed nothing, and it is %q", out["f"])
		case len(out) != 1:
			t.Fatalf("%d files", len(out))
		}
		taken, again := edit.Merge(base, mine, theirs, func(edit.Clash) bool { return true })
		if (len(clashes) == 0) != (len(again) == 0) {
			t.Fatalf("clashes hang on who is taken: %+v, %+v", clashes, again)
		}
		var one, two, three, came any
		if yaml.Unmarshal([]byte(b), &one) != nil || yaml.Unmarshal([]byte(m), &two) != nil || yaml.Unmarshal([]byte(th), &three) != nil {
			return
		}
		for _, text := range [][]byte{out["f"], taken["f"]} {
			if err := yaml.Unmarshal(text, &came); err != nil {
				t.Fatalf("what came out cannot be read: %v\n%s", err, text)
			}
		}
	})
}
