package lint_test

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/throughline/throughline/docs/checks"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/playbook/lint"
	"github.com/throughline/throughline/playbooks"
)

// with is the starter playbook with some of its files exchanged. It is no
// longer a starting point, so that every check speaks.
func with(tb testing.TB, files map[string]string) fstest.MapFS {
	tb.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(playbooks.Starter(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || name == "mapping.yaml" {
			return err
		}
		text, err := fs.ReadFile(playbooks.Starter(), name)
		out[name] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	for name, text := range files {
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

const book = "name: Ours\nevidence: {cycle: 120 days}\nsilence: {default: 60 days}\nstatus: in-progress\nown: [cold store]\n"

func run(tb testing.TB, fsys fs.FS) (lint.Report, diag.Findings, *playbook.Playbook) {
	tb.Helper()
	p, found := compile.Playbook(fsys)
	if p == nil {
		tb.Fatalf("does not compile: %v", found)
	}
	rep := lint.Playbook(p, func(file string) []byte { b, _ := fs.ReadFile(fsys, file); return b }, lint.Measured{})
	return rep, found, p
}

func has(fs diag.Findings, check string) bool {
	return slices.ContainsFunc(fs, func(f diag.Finding) bool { return f.Check == check })
}

func TestWhatShipsIsClean(t *testing.T) {
	fsys := playbooks.Starter()
	p, found := compile.Playbook(fsys)
	rep := lint.Playbook(p, func(file string) []byte { b, _ := fs.ReadFile(fsys, file); return b }, lint.Measured{})
	for _, f := range append(found, rep.Findings...) {
		t.Errorf("starter: %s:%d %s %s; %s", f.Range.File, f.Range.Begin.Line, f.Check, f.Message, f.Hint)
	}
	// every pack and preset, as a company that copies it would meet them
	for _, dir := range []struct {
		name string
		fsys fs.FS
	}{{"pack", playbooks.Packs()}, {"preset", playbooks.Presets()}} {
		names, _ := fs.Glob(dir.fsys, "*.yaml")
		for _, n := range names {
			text, err := fs.ReadFile(dir.fsys, n)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(text), "Starting point, adapt") {
				t.Errorf("%s does not say that it is a starting point", n)
			}
			all := with(t, map[string]string{dir.name + "/" + n: string(text)})
			rep, found, _ := run(t, all)
			for _, f := range append(found, rep.Findings...) {
				t.Errorf("%s/%s: %s:%d %s %s", dir.name, n, f.Range.File, f.Range.Begin.Line, f.Check, f.Message)
			}
		}
	}
}

func TestThePagesAreExecuted(t *testing.T) {
	for _, c := range lint.Checks() {
		page, ok := checks.Page(c.ID)
		if !ok {
			t.Errorf("%s has no page", c.ID)
			continue
		}
		if !strings.HasPrefix(page, "# "+c.ID+" "+c.Name+": ") {
			t.Errorf("the page of %s does not begin with its id and name", c.ID)
		}
		if c.ID[0] == 'L' {
			continue // executed where statements are read
		}
		for kind, want := range map[string]bool{"avoid": true, "prefer": false} {
			text, ok := fence(page, kind)
			if !ok {
				continue
			}
			rep, found, _ := run(t, with(t, map[string]string{"playbook.yaml": book, "process/standard.yaml": text}))
			if len(found) > 0 {
				t.Errorf("%s: the example to %s is no process: %+v", c.ID, kind, found[0])
			}
			if has(rep.Findings, c.ID) != want {
				t.Errorf("%s: the example to %s gives %v", c.ID, kind, ids(rep.Findings))
			}
		}
	}
	for _, id := range checks.IDs() {
		if strings.HasPrefix(id, "playbook-") {
			continue // executed where files are read
		}
		if !slices.ContainsFunc(lint.Checks(), func(c lint.Check) bool { return c.ID == id }) {
			t.Errorf("docs/checks/%s.md explains no check", id)
		}
	}
}

func ids(fs diag.Findings) []string {
	var out []string
	for _, f := range fs {
		out = append(out, f.Check)
	}
	return out
}

func fence(page, kind string) (string, bool) {
	_, rest, ok := strings.Cut(page, "```"+kind+"\n")
	body, _, _ := strings.Cut(rest, "\n```")
	return body + "\n", ok
}

func TestEveryVendorListTriggers(t *testing.T) {
	for _, v := range lint.Vendors() {
		var b strings.Builder
		b.WriteString("name: Standard\nstages:\n")
		for i, s := range v.Stages {
			fmt.Fprintf(&b, "  - {id: s%d, name: %q, serves: p%d}\n", i, s, min(9, i+1))
		}
		rep, _, p := run(t, with(t, map[string]string{"process/standard.yaml": b.String()}))
		if !has(rep.Findings, "V01") {
			t.Errorf("%s: its own list is not recognised", v.Name)
		}
		if got := lint.Alike(p); len(got) == 0 || got[0].Vendor != v.Name {
			t.Errorf("%s is recognised as %+v", v.Name, got)
		}
	}
}

func TestFindingsStandAtTheWord(t *testing.T) {
	text := "name: Standard\nstages:\n  - id: a\n    name: One\n    serves: p1\n    milestones:\n      - id: m\n        short: {en: M, zh: 甲}\n" +
		"        statement: {zh: 已发送, en: \"Proposal sent\"}\n      - id: n\n        short: N\n        statement: Demo given\n        keep: {l02: they count in demos, L77: x, L05: y}\n"
	rep, _, _ := run(t, with(t, map[string]string{"process/standard.yaml": text}))
	lines := strings.Split(text, "\n")
	seen := false
	for _, f := range rep.Findings {
		if f.Check == "L02" && f.Address == "process/standard/milestone/m" {
			seen = true
			line := lines[f.Range.Begin.Line-1]
			if got := line[f.Range.Begin.Column-1 : f.Range.End.Column-1]; got != "Proposal sent" {
				t.Errorf("L02 stands at %q", got)
			}
		}
	}
	if !seen {
		t.Error("no L02 on milestone m")
	}
	if len(rep.Kept) != 1 || rep.Kept[0].Finding.Check != "L02" || rep.Kept[0].Reason != "they count in demos" {
		t.Errorf("kept %+v", rep.Kept)
	}
	if n := len(slices.DeleteFunc(slices.Clone(rep.Findings), func(f diag.Finding) bool { return f.Check != "keep" })); n != 2 {
		t.Errorf("%d findings on what is kept for nothing, want 2", n)
	}
}

func TestTheBlendOfTheReference(t *testing.T) {
	rep, _, p := run(t, with(t, map[string]string{"process/standard.yaml": strings.Replace(starter(t), "stages:", "blend: {insight: [p1, p2], mobiliser: [p3], meddpicc: [p5, k], jolt: [p6, p7]}\nstages:", 1)}))
	for _, f := range rep.Findings {
		if strings.HasPrefix(f.Check, "B") {
			t.Errorf("%s %s", f.Check, f.Message)
		}
	}
	g := lint.Blend(p, p.Processes[0])
	if len(g.Gaps) != 0 || g.Best["p8"] < 2 || g.Best["c"] < 2 {
		t.Errorf("the core should cover p8, p9 and c: %+v", g)
	}
}

func starter(t *testing.T) string {
	b, err := fs.ReadFile(playbooks.Starter(), "process/standard.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestScoreAndCuts(t *testing.T) {
	page, _ := checks.Page("S12")
	text, _ := fence(page, "avoid")
	_, _, p := run(t, with(t, map[string]string{"process/standard.yaml": text}))
	sc := lint.OverSpecified(p, lint.Measured{})[0]
	// three stages over seven, five milestones over fifteen, two branches
	if sc.Points != 30+25+20 || len(sc.Cuts) != 3 {
		t.Errorf("got %+v", sc)
	}
	if sc.Cuts[0].Effort > sc.Cuts[2].Effort && sc.Cuts[0].Saves*sc.Cuts[2].Effort < sc.Cuts[2].Saves*sc.Cuts[0].Effort {
		t.Errorf("the cheapest cut is not first: %+v", sc.Cuts)
	}
	w := lint.Weigh(p, lint.Measured{Minutes: lint.Is(20)})
	if w.Heaviest[0].Name != "minutes per complex deal and week" || w.Dial <= 0 || w.Cut == "" {
		t.Errorf("got %+v", w)
	}
}

func TestEveryDealFindsItsProcess(t *testing.T) {
	std := starter(t)
	for _, tt := range []struct {
		a, b string
		want string
	}{
		{"", "", "R01"},
		{"", "when: class == 'complex'\n", ""},
		{"when: class == 'complex'\n", "when: class == 'transactional'\n", "R02"},
		{"when: class == 'complex'\n", "when: class == \"complex\"\n", "R01"},
		{"", "when: class = 'complex'\n", ""}, // does not compile, which is said already
	} {
		fsys := with(t, map[string]string{"process/a.yaml": tt.a + std, "process/b.yaml": tt.b + std})
		delete(fsys, "process/standard.yaml")
		rep, _, _ := run(t, fsys)
		if got := has(rep.Findings, "R01"); got != (tt.want == "R01") {
			t.Errorf("%q and %q: R01 is %v", tt.a, tt.b, got)
		}
		if tt.want == "R02" && !has(rep.Findings, "R02") {
			t.Errorf("%q and %q: no R02", tt.a, tt.b)
		}
	}
}

func BenchmarkTwoThousandLines(b *testing.B) {
	var text strings.Builder
	text.WriteString("name: Standard\nstages:\n")
	for i := range 8 {
		fmt.Fprintf(&text, "  - id: s%d\n    name: Stage %d\n    serves: p%d\n    milestones:\n", i, i, i+1)
		for j := range 62 {
			fmt.Fprintf(&text, "      - id: m%d-%d\n        short: Short %d\n        statement: The project lead returned list %d with each line ranked by the people who will use it\n        serves: p%d\n", i, j, j, j, i+1)
		}
	}
	if n := strings.Count(text.String(), "\n"); n < 2000 {
		b.Fatalf("only %d lines", n)
	}
	fsys := with(b, map[string]string{"process/standard.yaml": text.String()})
	for b.Loop() {
		run(b, fsys)
	}
}

func BenchmarkHundredFiles(b *testing.B) {
	files := map[string]string{}
	for i := range 80 {
		text, err := fs.ReadFile(playbooks.Packs(), "jolt.yaml")
		if err != nil {
			b.Fatal(err)
		}
		files[fmt.Sprintf("pack/p%d.yaml", i)] = string(text)
	}
	std, err := fs.ReadFile(playbooks.Starter(), "process/standard.yaml")
	if err != nil {
		b.Fatal(err)
	}
	for i := range 16 {
		files[fmt.Sprintf("process/p%d.yaml", i)] = string(std)
	}
	fsys := with(b, files)
	for b.Loop() {
		run(b, fsys)
	}
}
