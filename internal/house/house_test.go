package house_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/throughline/throughline/internal/house"
)

func rules(t *testing.T) *house.Rules {
	t.Helper()
	text, err := os.ReadFile("../../house.txt")
	if err != nil {
		t.Fatal(err)
	}
	r, err := house.Parse(string(text))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestTheTreeKeepsTheRules lists every package of the module and holds its
// imports against house.txt; a line whose package is gone is a violation too.
func TestTheTreeKeepsTheRules(t *testing.T) {
	r := rules(t)
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	std := func(p string) bool { head, _, _ := strings.Cut(p, "/"); return !strings.Contains(head, ".") }
	seen := map[string]bool{}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		seen[strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, house.Module+"/"), "internal/")] = true
		for _, sentence := range r.Check(p.ImportPath, p.Imports, std) {
			t.Error(sentence)
		}
	}
	for _, room := range r.Rooms() {
		if !seen[room] {
			t.Errorf("house.txt has a line for %s, which is not in the tree", room)
		}
	}
}

func TestParseCannotExpressACircle(t *testing.T) {
	for text, want := range map[string]string{
		"a: b\nb:":          "not written above",
		"a:\na:":            "written twice",
		"a: a":              "not written above",
		"nothing":           "no colon",
		"door x.org/y: a\n": "not written above",
	} {
		if _, err := house.Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Parse(%q) = %v, want %q", text, err, want)
		}
	}
}

func TestCheckSaysEveryViolation(t *testing.T) {
	r, err := house.Parse("a:\nb: a\ndoor net/http: b\ndoor x.org/y: b\n")
	if err != nil {
		t.Fatal(err)
	}
	std := func(p string) bool { return !strings.Contains(p, ".") }
	in := house.Module + "/internal/"
	for _, c := range []struct {
		pkg     string
		imports []string
		want    int
	}{
		{in + "a", []string{"fmt", house.Module}, 0},
		{in + "b", []string{in + "a", "net/http", "x.org/y/z"}, 0},
		{in + "a", []string{in + "b", "net/http", "x.org/y", "other.org/z"}, 4},
		{in + "c", nil, 1},
		{house.Module, []string{"fmt", "x.org/y"}, 1},
	} {
		if got := r.Check(c.pkg, c.imports, std); len(got) != c.want {
			t.Errorf("Check(%s, %v) = %q, want %d", c.pkg, c.imports, got, c.want)
		}
	}
}

// TestEveryDependencyHasAReason holds docs/decisions/dependencies.md to go.mod.
func TestEveryDependencyHasAReason(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{if not (or .Indirect .Main)}}{{.Path}}{{end}}", "all").Output()
	if err != nil {
		t.Fatalf("go list -m: %v", err)
	}
	page, err := os.ReadFile("../../docs/decisions/dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	direct := map[string]bool{}
	for _, module := range strings.Fields(string(out)) {
		direct[module] = true
		if !strings.Contains(string(page), "| `"+module+"` |") {
			t.Errorf("%s has no line in docs/decisions/dependencies.md", module)
		}
	}
	for _, part := range strings.Split(string(page), "\n| `")[1:] {
		if module, _, _ := strings.Cut(part, "`"); !direct[module] {
			t.Errorf("docs/decisions/dependencies.md tells of %s, which go.mod does not require", module)
		}
	}
}

// TestNothingBuiltIsKept: what a build leaves is no source, and a clone carries it
// for ever. The largest file that is one are the weights that capture learned.
func TestNothingBuiltIsKept(t *testing.T) {
	const most = 6 << 20
	cmd := exec.Command("git", "ls-files", "-z")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Skipf("this tree is not under git: %v", err)
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		file, err := os.Lstat("../../" + name)
		if errors.Is(err, os.ErrNotExist) {
			continue // removed, and not yet committed
		}
		if err != nil {
			t.Fatal(err)
		}
		if file.Size() > most {
			t.Errorf("%s has %d MB: what is built or measured stays out of the repository", name, file.Size()>>20)
		}
	}
}
