package edit_test

import (
	"fmt"
	"io/fs"
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
	"github.com/throughline/throughline/playbooks"
)

func starter(t testing.TB) edit.Files {
	t.Helper()
	out := edit.Files{}
	err := fs.WalkDir(playbooks.Starter(), ".", func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			out[path], err = fs.ReadFile(playbooks.Starter(), path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// lines gives those that went and those that came.
func lines(before, after []byte) (gone, come []string) {
	a, b := strings.Split(string(before), "\n"), strings.Split(string(after), "\n")
	left := slices.Clone(b)
	for _, x := range a {
		if i := slices.Index(left, x); i >= 0 {
			left = slices.Delete(left, i, i+1)
		} else {
			gone = append(gone, x)
		}
	}
	left = slices.DeleteFunc(left, func(s string) bool { return s == "" })
	slices.Sort(gone)
	slices.Sort(left)
	return gone, left
}

func compiled(t testing.TB, f edit.Files) *playbook.Playbook {
	t.Helper()
	book, found := compile.Playbook(source.Memory(f))
	if book == nil || found.Errors() {
		t.Fatalf("%v\n%s", found, f["process/standard.yaml"])
	}
	return book
}

// TestOnlyWhatIsMeantChanges: each change touches its own lines; all others,
// comments and empty lines among them, stay as they were.
func TestOnlyWhatIsMeantChanges(t *testing.T) {
	road := "process/standard.yaml"
	for name, c := range map[string]struct {
		file       string
		do         func(edit.Files) error
		gone, come []string
	}{
		"words": {road, func(f edit.Files) error {
			return f.WriteMilestone("standard", edit.Milestone{ID: "problem-owned", Language: "en", Statement: "The sponsor named: one owner."})
		}, []string{"          en: The sponsor named one owner for the problem and the project that waits for it."}, []string{"          en: 'The sponsor named: one owner.'"}},
		"short words in a line": {road, func(f edit.Files) error {
			return f.WriteMilestone("standard", edit.Milestone{ID: "problem-owned", Language: "zh", Short: "有人负责"})
		}, []string{"        short: {en: Problem owned, zh: 问题有人负责}"}, []string{"        short: {en: Problem owned, zh: 有人负责}"}},
		"another question": {road, func(f edit.Files) error {
			return f.WriteMilestone("standard", edit.Milestone{ID: "problem-owned", Serves: throughline.Align})
		}, nil, []string{"        serves: p3"}},
		"the stage's own question": {road, func(f edit.Files) error {
			return f.WriteMilestone("standard", edit.Milestone{ID: "order-route-known", Serves: throughline.Explore})
		}, []string{"        serves: p5"}, nil},
		"dropped": {road, func(f edit.Files) error { return f.DropMilestone("standard", "measure-agreed") },
			[]string{"      - id: measure-agreed", "        short: {en: Measure agreed, zh: 衡量标准已定}", "        statement:",
				"          en: The head of finance recorded the measure of success with its baseline and target.", "          zh: 财务负责人记录了成功的衡量指标及其基线和目标值。"}, nil},
		"moved within a stage": {road, func(f edit.Files) error { return f.MoveMilestone("standard", "order-route-known", "shape", 0) }, nil, nil},
		"moved to another stage": {road, func(f edit.Files) error { return f.MoveMilestone("standard", "options-ranked", "shape", 1) },
			nil, []string{"        serves: p6"}},
		"a stage moved": {road, func(f edit.Files) error { return f.MoveStage("standard", "own", 0) }, nil, nil},
		"a stage's name": {road, func(f edit.Files) error {
			return f.WriteStage("standard", edit.Stage{ID: "live", Language: "en", Name: "Working"})
		}, []string{"    name: {en: In use, zh: 投入使用}"}, []string{"    name: {en: Working, zh: 投入使用}"}},
		"added": {road, func(f edit.Files) error {
			_, err := f.AddMilestone("standard", "live", edit.Milestone{Language: "en", Short: "Old way stopped", Statement: "The managers stopped the old way.", Serves: throughline.Adopt})
			return err
		}, nil, []string{"      - id: old-way-stopped", "        short: Old way stopped", "        statement: The managers stopped the old way."}},
		"a rule":  {road, func(f edit.Files) error { return f.WriteProcess("standard", "", "", `offer == "x"`) }, nil, []string{`when: offer == "x"`}},
		"a blend": {road, func(f edit.Files) error { return f.Blend("standard", "spin", []string{"p1", "p2"}, true) }, nil, []string{"blend:", "  spin: [p1, p2]"}},
		"the charter": {"playbook.yaml", func(f edit.Files) error { return f.WriteCharter("focus", "en", "Cold stores, not shops") }, nil,
			[]string{"charter:", "  focus: Cold stores, not shops"}},
		"a status with its comment": {"playbook.yaml", func(f edit.Files) error { return f.WriteStatus("adapted") },
			[]string{"status: starting-point # then in-progress, then adapted"}, []string{"status: adapted # then in-progress, then adapted"}},
		"nothing": {road, func(f edit.Files) error { return f.WriteProcess("standard", "", "", "") }, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			f := starter(t)
			was := f[c.file]
			if err := c.do(f); err != nil {
				t.Fatal(err)
			}
			gone, come := lines(was, f[c.file])
			slices.Sort(c.gone)
			slices.Sort(c.come)
			if !slices.Equal(gone, c.gone) || !slices.Equal(come, c.come) {
				t.Errorf("gone %q\ncome %q\n%s", gone, come, f[c.file])
			}
		})
	}
}

// TestWhatIsAbsentIsRefused, and changes nothing.
func TestWhatIsAbsentIsRefused(t *testing.T) {
	f := starter(t)
	was := f.Clone()
	for i, err := range []error{
		f.WriteMilestone("standard", edit.Milestone{ID: "none", Language: "en", Statement: "x"}), f.DropMilestone("none", "x"),
		f.MoveMilestone("standard", "problem-owned", "none", 0), f.WriteStage("standard", edit.Stage{ID: "none", Name: "x"}), f.DropStage("standard", "none"),
		f.TieTool("none", "x", "y"), f.DropProcess("none"),
	} {
		if err == nil {
			t.Errorf("change %d was made", i)
		}
	}
	for path := range f {
		if string(f[path]) != string(was[path]) {
			t.Errorf("%s changed", path)
		}
	}
}

// TestAnyChangesInAnyOrder: a playbook compiles after every change of a long
// random row of them, and says what was written.
func TestAnyChangesInAnyOrder(t *testing.T) {
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 5))
		f := starter(t)
		comment := "# Starting point, adapt. A road map, not a script"
		for step := range 60 {
			book := compiled(t, f)
			pr := book.Processes[0]
			m, s := pr.Milestones[r.IntN(len(pr.Milestones))], pr.Stages[r.IntN(len(pr.Stages))]
			words := fmt.Sprintf("The buyer %d wrote: \"yes\", # or 'no' {%d}", step, seed)
			var err error
			switch r.IntN(8) {
			case 0:
				if err = f.WriteMilestone("standard", edit.Milestone{ID: m.ID, Language: []string{"en", "zh"}[step%2], Statement: words, Short: "Say " + words[:12]}); err == nil {
					got, _ := compiled(t, f).Milestone(m.Addr)
					if got.Name.Text[[]string{"en", "zh"}[step%2]] != words {
						t.Fatalf("seed %d, step %d: %s says %v", seed, step, m.ID, got.Name.Text)
					}
				}
			case 1:
				_, err = f.AddMilestone("standard", s.ID, edit.Milestone{Language: "en", Short: "New one", Statement: words, Serves: throughline.Phase(1 + r.IntN(9))})
			case 2:
				if len(pr.Milestones) > 4 {
					err = f.DropMilestone("standard", m.ID)
				}
			case 3:
				err = f.MoveMilestone("standard", m.ID, s.ID, r.IntN(3))
				if got, _ := compiled(t, f).Milestone(m.Addr); err == nil && (got.Stage != s.Addr || got.Serves != m.Serves) {
					t.Fatalf("seed %d, step %d: %s went to %s and serves %s", seed, step, m.ID, got.Stage, got.Serves)
				}
			case 4:
				_, err = f.AddStage("standard", edit.Stage{Language: "en", Name: "Stage of theirs", Serves: throughline.Phase(1 + r.IntN(9))})
			case 5:
				if len(pr.Stages) > 3 {
					n := len(pr.Milestones)
					err = f.DropStage("standard", s.ID)
					for word, to := range book.Mapping.Stages { // what meant it means nothing now
						if to.Stage == s.Addr && !to.Implied && word != "" {
							err = f.WriteMapping(string(s.Addr), nil)
							break
						}
					}
					if got := len(compiled(t, f).Processes[0].Milestones); got != n {
						t.Fatalf("seed %d, step %d: %d milestones of %d", seed, step, got, n)
					}
				}
			case 6:
				err = f.MoveStage("standard", s.ID, r.IntN(len(pr.Stages)))
			case 7:
				err = f.WriteCharter("focus", "en", words)
			}
			if err != nil {
				t.Fatalf("seed %d, step %d: %v", seed, step, err)
			}
		}
		if !strings.Contains(string(f["process/standard.yaml"]), comment) {
			t.Errorf("seed %d: the comment at the head is gone:\n%s", seed, f["process/standard.yaml"])
		}
	}
}

// FuzzChange: whatever a file holds, a change either is refused or leaves a file
// that says it, and says all else as before.
func FuzzChange(f *testing.F) {
	for path, text := range starter(f) {
		if strings.HasPrefix(path, "process/") {
			f.Add(string(text), "Words: of theirs")
		}
	}
	for _, s := range []string{"a: &x [1]\nb: *x\n", "{name: {en: a}, stages: []}", "name: |\n  a\n  # b\n\nwhen: x", "# only\n", "name: a\n---\nname: b\n", "? a\n: b\n", "name: a # b\n\n\n# c\nwhen:\n  x\n", "-\n  a\n"} {
		f.Add(s, "客户")
	}
	f.Fuzz(func(t *testing.T, text, words string) {
		files := edit.Files{"process/x.yaml": []byte(text)}
		if err := files.WriteProcess("x", "en", words, ""); err != nil {
			return
		}
		again := files.Clone()
		if err := again.WriteProcess("x", "en", words, ""); err != nil {
			t.Fatalf("what was written cannot be read: %v\n%q\nfrom %q", err, files["process/x.yaml"], text)
		}
		var one, other any
		if yaml.Unmarshal(files["process/x.yaml"], &one) == nil && (yaml.Unmarshal(again["process/x.yaml"], &other) != nil || !reflect.DeepEqual(one, other)) {
			t.Fatalf("written twice it differs:\n%q\n%q\nfrom %q", files["process/x.yaml"], again["process/x.yaml"], text)
		}
	})
}
