package compile_test

import (
	"io/fs"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/playbook/source"
	"github.com/throughline/throughline/playbooks"
)

// TestWhatAMappingImplies: without words of its own a playbook knows the shipped
// ones for ends and its stages by their names, and its hash does not move.
func TestWhatAMappingImplies(t *testing.T) {
	files := source.Memory{}
	err := fs.WalkDir(playbooks.Starter(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || name == "mapping.yaml" {
			return err
		}
		files[name], err = fs.ReadFile(playbooks.Starter(), name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	const at = "process/standard/stage/notice"
	for _, c := range []struct {
		mapping, word string
		end           throughline.Outcome
		stage         throughline.Address
	}{
		{"", "closed won", throughline.Won, ""},
		{"", "no budget", throughline.NoDecision, ""},
		{"", "see the problem", "", at},
		{"", "prospecting", "", ""}, // that is the starter's word, and the mapping is gone
		{"stages: {" + at + ": [Fishing]}", "fishing", "", at},
		{"stages: {" + at + ": [Fishing]}", "won", throughline.Won, ""},
		{"stages: {" + at + ": [Won]}", "won", "", at}, // what is said goes first
		{"stages: {process/standard/stage/own: [See the problem]}", "see the problem", "", "process/standard/stage/own"},
		{"outcomes: {won: [Landed]}", "landed", throughline.Won, ""},
		{"outcomes: {won: [Landed]}", "won", "", ""},
	} {
		if delete(files, "mapping.yaml"); c.mapping != "" {
			files["mapping.yaml"] = []byte(c.mapping)
		}
		p, found := compile.Playbook(files)
		if p == nil || len(found) > 0 {
			t.Fatal(c.mapping, found)
		}
		if end, stage := p.Mapping.Outcomes[c.word], p.Mapping.Stages[c.word].Stage; end.Outcome != c.end || stage != c.stage || c.word == "no budget" && end.Cause != throughline.Unfunded {
			t.Errorf("%q: %q means %+v, %q", c.mapping, c.word, end, stage)
		}
		if p.Hash != compile.Hash(p) {
			t.Errorf("%q: the hash counts what is implied", c.mapping)
		}
	}
}
