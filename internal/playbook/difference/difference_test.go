package difference_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/playbook/difference"
	"github.com/throughline/throughline/playbooks"
)

// edited compiles the starter with texts exchanged in its files.
func edited(t *testing.T, swaps ...string) *playbook.Playbook {
	t.Helper()
	fsys := fstest.MapFS{}
	err := fs.WalkDir(playbooks.Starter(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || name == "mapping.yaml" {
			return err
		}
		b, err := fs.ReadFile(playbooks.Starter(), name)
		text := string(b)
		for i := 0; i+2 < len(swaps); i += 3 {
			if swaps[i] == name {
				if !strings.Contains(text, swaps[i+1]) {
					t.Fatalf("%s does not hold %q", name, swaps[i+1])
				}
				text = strings.Replace(text, swaps[i+1], swaps[i+2], 1)
			}
		}
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	p, found := compile.Playbook(fsys)
	if p == nil || found.Errors() {
		t.Fatal(found)
	}
	return p
}

func TestDifferences(t *testing.T) {
	a := edited(t)
	if d := difference.Of(a, edited(t), nil); !d.Same() || len(d.Moves) != 0 {
		t.Errorf("the same playbook differs: %v", d.Sentences)
	}
	tests := []struct {
		name  string
		swaps []string
		want  []string
	}{
		{"a stage is renamed", []string{"process/standard.yaml", "{en: See the problem,", "{en: Notice it,"}, []string{`the stage "See the problem" is now called "Notice it"`}},
		{"a stage is gone", []string{"process/standard.yaml", "id: notice", "id: notice-first"}, []string{`the stage "See the problem" is gone; 3 open deals stand there`, `new stage, "See the problem"`, "belongs to another stage"}},
		{"a milestone is gone", []string{"process/standard.yaml", "id: problem-measured", "id: problem-counted"}, []string{"is gone: The department head", "new milestone"}},
		{"a milestone is reworded", []string{"process/standard.yaml", "The budget owner approved", "The finance director approved"}, []string{`said "The budget owner approved`}},
		{"the pass mark", []string{"classes.yaml", "pass: {grade: E2}", "pass: {grade: E3}"}, []string{"in transactional deals a question needed evidence of E2 and needs E3"}},
		{"days", []string{"tracks.yaml", "takes: {best: 2 days, middle: 5 days", "takes: {best: 2 days, middle: 6 days"}, []string{`k1, "Route known", took 5 days in the middle and takes 6`}},
		{"blend", []string{"process/standard.yaml", "\nstages:", "\nblend: {jolt: [p7]}\nstages:"}, []string{`the pack "jolt" is added`}},
		{"charter", []string{"playbook.yaml", "evidence:", "charter: {focus: cold stores}\nevidence:"}, []string{"the charter says about focus: cold stores"}},
		{"cycle", []string{"playbook.yaml", "cycle: 120 days", "cycle: 200 days"}, []string{"evidence keeps for other times"}},
	}
	open := map[throughline.Address]int{"process/standard/stage/notice": 3}
	for _, tt := range tests {
		d := difference.Of(a, edited(t, tt.swaps...), open)
		if d.From == d.To {
			t.Errorf("%s: the hash is the same", tt.name)
		}
		for _, want := range tt.want {
			found := false
			for _, s := range d.Sentences {
				found = found || strings.Contains(s.Text, want)
			}
			if !found {
				t.Errorf("%s: no sentence says %q: %v", tt.name, want, d.Sentences)
			}
		}
	}
}

func TestTheMappingIsProposed(t *testing.T) {
	d := difference.Of(edited(t), edited(t, "process/standard.yaml", "id: align", "id: agree"), map[throughline.Address]int{"process/standard/stage/align": 7})
	for _, m := range d.Moves {
		if m.From == "process/standard/stage/align" {
			if m.To != "process/standard/stage/agree" || m.Deals != 7 {
				t.Errorf("got %+v", m)
			}
			return
		}
	}
	t.Errorf("no move is proposed: %+v", d.Moves)
}
