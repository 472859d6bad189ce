package compile_test

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/throughline/throughline/docs/checks"
	"github.com/throughline/throughline/internal/playbook/compile"
)

// TestTheFilePagesAreExecuted puts the example of each page about files into
// the small playbook: what it says to avoid is found, with a place; what it
// prefers is not.
func TestTheFilePagesAreExecuted(t *testing.T) {
	n := 0
	for _, id := range checks.IDs() {
		if !strings.HasPrefix(id, "playbook-") {
			continue
		}
		n++
		page, _ := checks.Page(id)
		for kind, want := range map[string]bool{"avoid": true, "prefer": false} {
			file, text, ok := example(page, kind)
			if !ok {
				t.Errorf("%s has no example to %s", id, kind)
				continue
			}
			fsys := folder(t, os.DirFS("testdata/good/small"))
			delete(fsys, "mapping.yaml")
			fsys[file] = &fstest.MapFile{Data: []byte(text)}
			_, found := compile.Playbook(fsys)
			said := false
			for _, f := range found {
				if f.Check != id {
					continue
				}
				said = true
				if f.Range.File != file || f.Page != "docs/checks/"+id+".md" {
					t.Errorf("%s: the finding stands in %q and names the page %q", id, f.Range.File, f.Page)
				}
				if f.Range.Begin.Line == 0 && id != "playbook-file" {
					t.Errorf("%s: the finding has no place: %s", id, f.Message)
				}
			}
			if said != want {
				t.Errorf("%s: the example to %s gives %v", id, kind, found)
			}
			if kind == "prefer" && found.Errors() {
				t.Errorf("%s: the example to prefer gives %v", id, found)
			}
		}
	}
	if n < 11 {
		t.Errorf("only %d pages about files", n)
	}
}

func TestEveryFindingHasAPage(t *testing.T) {
	for _, text := range []string{"", "\t", "a: b", "[", "name: 3\nwhen: x\n", "stages: [{id: a}]"} {
		fsys := small(t)
		for _, name := range []string{"process/standard.yaml", "playbook.yaml", "classes.yaml", "mapping.yaml", "journey.yaml"} {
			fsys[name] = &fstest.MapFile{Data: []byte(text)}
		}
		_, found := compile.Playbook(fsys)
		for _, f := range found {
			if _, ok := checks.Page(f.Check); !ok {
				t.Errorf("check %s has no page", f.Check)
			}
		}
	}
}

func example(page, kind string) (file, text string, ok bool) {
	_, rest, ok := strings.Cut(page, "```"+kind+" ")
	file, rest, _ = strings.Cut(rest, "\n")
	text, _, _ = strings.Cut(rest, "\n```")
	return file, text + "\n", ok
}
