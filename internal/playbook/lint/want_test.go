package lint_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/playbook/difference"
	"github.com/throughline/throughline/internal/playbook/lint"
)

var wanted = regexp.MustCompile(`"([A-Z]\d\d)"`)

// TestWhatStandsOnTheLine lints each process of testdata in a playbook that is
// no starting point any more; `# want "S07"` names what has to stand on the line.
func TestWhatStandsOnTheLine(t *testing.T) {
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var want, got []string
			for i, line := range strings.Split(string(text), "\n") {
				_, comment, _ := strings.Cut(line, "# want ")
				for _, m := range wanted.FindAllStringSubmatch(comment, -1) {
					want = append(want, fmt.Sprintf("%d %s", i+1, m[1]))
				}
			}
			own := book + "charter: {strategy: a, focus: b, culture: c, stance: d}\n"
			rep, found, _ := run(t, with(t, map[string]string{"playbook.yaml": own, "process/standard.yaml": string(text)}))
			for _, f := range append(found, rep.Findings...) {
				if f.Range.File != "process/standard.yaml" {
					t.Errorf("%s stands in %s: %s", f.Check, f.Range.File, f.Message)
				}
				got = append(got, fmt.Sprintf("%d %s", f.Range.Begin.Line, f.Check))
			}
			slices.Sort(want)
			slices.Sort(got)
			if got = slices.Compact(got); !slices.Equal(got, want) {
				t.Errorf("got  %v\nwant %v", got, want)
			}
		})
	}
}

// FuzzLint holds that nothing a process says makes the linter, the scores or
// the comparison fail.
func FuzzLint(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.yaml")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text), "limits: {stages: 1, milestones: 1, fields: 1, milestones_per_stage: 1}\n")
	}
	f.Add("stages: [{id: a, name: {zh: 甲}, serves: p1}]\nname: {zh: 乙}\n", "words: {actors: ['', '  ', a b], acts: ['x:', ':,', 'y:a,b,c']}\n")
	before, _ := compile.Playbook(with(f, nil))
	f.Fuzz(func(t *testing.T, process, extra string) {
		fsys := with(t, map[string]string{"process/standard.yaml": process})
		fsys["playbook.yaml"] = &fstest.MapFile{Data: []byte(book + extra)}
		p, _ := compile.Playbook(fsys)
		if p == nil {
			return
		}
		rep := lint.Playbook(p, func(file string) []byte { return fsys[file].Data }, lint.Measured{})
		for _, x := range rep.Findings {
			if x.Message == "" || x.Check == "" {
				t.Errorf("a finding says nothing: %+v", x)
			}
		}
		for _, s := range lint.OverSpecified(p, lint.Measured{}) {
			if s.Points < 0 || s.Points > 100 || len(s.Cuts) > 3 {
				t.Errorf("score %+v", s)
			}
		}
		lint.Weigh(p, lint.Measured{})
		lint.Copied(p)
		for _, pr := range p.Processes {
			lint.Blend(p, pr)
		}
		difference.Of(before, p, nil)
		difference.Of(p, before, nil)
	})
}
