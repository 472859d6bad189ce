package mutation

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const root = "../../"

// TestTheListFollowsTheCode: each line that matters still stands exactly once in
// its file, and the test that is named for it is there. scripts/mutate breaks
// them one at a time and runs the tests; this only keeps the list from rotting.
func TestTheListFollowsTheCode(t *testing.T) {
	text, err := os.ReadFile(root + "scripts/mutations.txt")
	if err != nil {
		t.Fatal(err)
	}
	list, err := Parse(string(text))
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 30 {
		t.Errorf("only %d lines matter", len(list))
	}
	names := map[string]bool{}
	run := regexp.MustCompile(`-run '?([A-Za-z|^$]+)'?`)
	for _, e := range list {
		if names[e.Name] {
			t.Errorf("line %d: %q is in the list twice", e.Line, e.Name)
		}
		names[e.Name] = true
		source, err := os.ReadFile(root + e.File)
		if err != nil {
			t.Error(err)
			continue
		}
		if _, err := e.Apply(string(source)); err != nil {
			t.Error(err)
		}
		dir, _, _ := strings.Cut(e.Test, " ")
		named := run.FindStringSubmatch(e.Test)
		if named == nil || !strings.HasPrefix(dir, "./") && dir != "." {
			t.Errorf("line %d: %q is not of the form ./PACKAGE -run TEST", e.Line, e.Test)
			continue
		}
		for _, name := range strings.Split(strings.Trim(named[1], "^$"), "|") {
			if !declared(t, root+dir, name) {
				t.Errorf("line %d: %s has no test that begins with %q", e.Line, dir, name)
			}
		}
	}
}

func declared(t *testing.T, dir, name string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "func "+name) {
			return true
		}
	}
	return false
}

func TestParse(t *testing.T) {
	list, err := Parse("# a list\nname: a\nfile: x.go\nold: a < b\\n\\tc\nnew: a <= b\ntest: ./x -run TestX\n\n\nname: b\nfile: y.go\nold: return\nnew:\ntest: ./y -run TestY\n")
	if err != nil || len(list) != 2 || list[0].Old != "a < b\n\tc" || list[1].New != "" || list[1].Line != 9 {
		t.Errorf("%+v, %v", list, err)
	}
	if got, err := list[0].Apply("if a < b\n\tc {"); err != nil || got != "if a <= b {" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := list[1].Apply("return; return"); err == nil {
		t.Error("twice is not once")
	}
	for _, bad := range []string{"name: a", "nome: a", "name: a\nname: b", "name: a\nfile: f\nold: x\nnew: x\ntest: t"} {
		if _, err := Parse(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
