package compile_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/playbook/source"
)

const page = "../../../docs/formats/playbook.md"

// TestThePageNamesEveryKey holds the reference at the end of the page to the
// declared layout; -update writes it.
func TestThePageNamesEveryKey(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, f := range source.Playbook() {
		fmt.Fprintf(&b, "\n**%s**: %s\n\n| key | | value | |\n|---|---|---|---|\n", f.Path, f.Doc)
		rows(&b, "", f.Shape)
	}
	between := regexp.MustCompile(`(?s)(<!-- keys:[^\n]*-->\n).*(<!-- end of keys -->)`)
	want := between.ReplaceAllString(string(text), "${1}"+strings.ReplaceAll(b.String(), "$", "$$")+"\n${2}")
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if want != string(text) {
		t.Errorf("%s does not name the keys as they are; run with -update", page)
	}
}

func rows(b *strings.Builder, path string, s *source.Shape) {
	switch s.Kind {
	case source.ListShape:
		rows(b, path+"[]", s.Of)
	case source.KeyedShape:
		rows(b, path+".*", s.Of)
	case source.EitherShape:
		for _, a := range s.Any {
			rows(b, path, a)
		}
	case source.RecordShape:
		for _, f := range s.Fields {
			if f.Shape == nil { // named only to refuse it with a reason
				continue
			}
			must, key := "", strings.TrimPrefix(path+"."+f.Key, ".")
			if f.Required {
				must = "required"
			}
			fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", key, must, brief(f.Shape), f.Doc)
			if f.Shape.Kind == source.RecordShape || f.Shape.Of != nil && f.Shape.Of.Kind == source.RecordShape {
				rows(b, strings.TrimPrefix(path+"."+f.Key, "."), f.Shape)
			}
		}
	}
}

// brief is a shape in a table's cell; texts by language are explained above it.
func brief(s *source.Shape) string {
	switch s.Kind {
	case source.TextShape:
		return "text"
	case source.WordShape:
		if s.Words == nil {
			return "id"
		}
	case source.DaysShape:
		return fmt.Sprintf("time, %g to %g days", s.Min, s.Max)
	case source.ListShape:
		return "list of " + brief(s.Of)
	case source.RecordShape:
		return "mapping"
	case source.KeyedShape:
		if s.Words == nil {
			return "mapping to " + brief(s.Of)
		}
		return "for each of " + strings.Join(s.Words, ", ") + ": " + brief(s.Of)
	case source.EitherShape:
		var parts []string
		for _, a := range s.Any {
			parts = append(parts, brief(a))
		}
		return strings.Join(parts, "; or ")
	}
	return s.Noun()
}

// TestThePageIsExecuted compiles every example of the page: what it shows of a
// file is fine, and all that is missing is what it leaves out.
func TestThePageIsExecuted(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	examples := regexp.MustCompile("(?s)```yaml\n# ([a-z_/]+\\.yaml)([^\n]*)\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	if len(examples) < 6 {
		t.Fatalf("%d examples", len(examples))
	}
	fsys := small(t)
	part := map[string]bool{}
	for _, e := range examples {
		if part[e[1]] = e[2] != ""; part[e[1]] { // an excerpt is read alone, so as not to leave the playbook unusable
			f, _ := source.Playbook().Of(e[1])
			_, found := source.Parse(e[1], []byte(e[3]), f.Shape)
			for _, x := range found {
				if x.Check != source.CheckMissing {
					t.Error(sentence(x))
				}
			}
			continue
		}
		fsys[e[1]] = &fstest.MapFile{Data: []byte(e[3])}
	}
	p, found := compile.Playbook(fsys)
	for _, f := range found {
		t.Error(sentence(f))
	}
	if p == nil || len(p.Processes[0].Milestones) != 2 {
		t.Error("the page's playbook did not compile")
	}
}
