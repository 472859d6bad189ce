package trial_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/playbook/trial"
	"github.com/throughline/throughline/playbooks"
)

const tests = `tests:
  - name: a federal order goes the federal way
    deal: {region: federal, seats: 20}
    c: {repetition: 0, buyer_knowledge: 0, risk_understood: 0, veto_holders: 1, functions_affected: 0, options_comparable: 0, work_change: 0, problem_agreement: 0, reversibility: 1}
    p: {steps_seen: 2, used_before: 2, owner_named: 2, rule_and_decider: 2, funding_route: 2, dated_consequence: 1}
    evidence: [{at: p5, grade: E2, by: Ann}]
    expect: {process: federal, class: transactional, frontier: p6}
  - name: an unclassified deal starts at the first question
    deal: {region: other}
    evidence:
      - {at: p1, grade: E3, by: Ann, days_ago: 10}
    expect: {process: standard, frontier: p2, findings: []}
  - name: stale evidence answers nothing
    evidence: [{at: p1, grade: E3, by: Ann, days_ago: 400}]
    expect: {frontier: p1}
`

func run(t *testing.T, text string) (trial.Report, diag.Findings) {
	t.Helper()
	fsys := fstest.MapFS{}
	err := fs.WalkDir(playbooks.Starter(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || name == "mapping.yaml" {
			return err
		}
		b, err := fs.ReadFile(playbooks.Starter(), name)
		fsys[name] = &fstest.MapFile{Data: b}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	fsys["playbook.yaml"].Data = append(fsys["playbook.yaml"].Data, "\nknows: {region: [federal, other], seats: number}\n"...)
	fsys["process/federal.yaml"] = &fstest.MapFile{Data: append([]byte("when: region == 'federal'\n"), fsys["process/standard.yaml"].Data...)}
	fsys["buying_test.yaml"] = &fstest.MapFile{Data: []byte(text)}
	p, found := compile.Playbook(fsys)
	if p == nil {
		t.Fatal(found)
	}
	return trial.Run(p, nil), found
}

func TestRun(t *testing.T) {
	r, found := run(t, tests)
	if len(found) > 0 {
		t.Fatal(found)
	}
	if r.Passed != 3 || r.Failed != 0 {
		t.Errorf("%d passed, %d failed: %v", r.Passed, r.Failed, r.Findings())
	}
}

func TestDifferencesStandAtTheExpectation(t *testing.T) {
	text := strings.Replace(tests, "process: federal, class: transactional, frontier: p6", "process: standard, class: complex, frontier: p9", 1)
	text = strings.Replace(text, "findings: []", "findings: [L02]", 1)
	r, _ := run(t, text)
	if r.Failed != 2 || len(r.Findings()) != 4 {
		t.Fatalf("got %+v", r.Findings())
	}
	lines := strings.Split(text, "\n")
	for i, want := range []string{"standard", "complex", "p9", "L02"} {
		f := r.Findings()[i]
		if got := lines[f.Range.Begin.Line-1][f.Range.Begin.Column-1 : f.Range.End.Column-1]; got != want || f.Range.File != "buying_test.yaml" {
			t.Errorf("stands at %q, want %q: %s", got, want, f.Message)
		}
	}
}

func TestBrokenTestsAreFindings(t *testing.T) {
	for text, message := range map[string]string{
		"tests: [{name: x, as_of: soon, expect: {frontier: p1}}]":                      `"soon" is no date`,
		"tests: [{name: x, evidence: [{at: p99, grade: E3}], expect: {frontier: p1}}]": `"p99" is no place of the road`,
		"tests: [{name: x, c: {repetition: 5}, expect: {frontier: p1}}]":               "repetition is 0, 1 or 2",
		"tests: [{name: x, expect: {frontier: p11}}]":                                  "frontier",
	} {
		_, found := run(t, text)
		if len(found) != 1 || !strings.Contains(found[0].Message, message) || found[0].Range.Begin.Line != 1 {
			t.Errorf("%s: got %v", text, found)
		}
	}
}
