package plan_test

import (
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/plan"
)

var exportWords = plan.Words{
	Title:   "the day",
	Section: func(s plan.Section) string { return string(s) },
	State:   func(s throughline.StepState) string { return string(s) },
	Whose:   func(s plan.Step) string { return s.Owner },
	Private: "only you see this",
	Columns: [7]string{"part", "step", "who", "due", "state", "begin", "seen"},
}

func table(t *testing.T, p plan.Plan) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(p.CSV(exportWords)), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// TestWhatIsKeptLeavesMarked: a step that the supplier is not to see says so in
// both files, and in a plan without one nothing is said of it.
func TestWhatIsKeptLeavesMarked(t *testing.T) {
	due, _ := throughline.ParseDay("2027-01-20")
	kept := plan.Step{Ref: "k", Section: plan.Doing, Text: "Ask another supplier", Owner: "Lena", Due: due, Private: true}
	open := plan.Step{Ref: "o", Section: plan.Doing, Text: "Send the drawings", Owner: "Omar", Due: due}
	rows := table(t, plan.Plan{Steps: []plan.Step{open, kept}})
	if len(rows[0]) != 7 || rows[1][6] != "" || rows[2][6] != "only you see this" {
		t.Errorf("the table is %q", rows)
	}
	if rows := table(t, plan.Plan{Steps: []plan.Step{open}}); len(rows[0]) != 6 {
		t.Errorf("with nothing kept the table is %q", rows)
	}
	for _, step := range []plan.Step{open, kept} {
		text := string(plan.Plan{Steps: []plan.Step{step}}.Calendar(exportWords, time.Unix(0, 0)))
		said := strings.Contains(text, "\r\nCLASS:PRIVATE\r\n") && strings.Contains(text, `DESCRIPTION:`+step.Owner+`\nonly you see this`)
		if said != step.Private || strings.Contains(text, "CLASS:") != step.Private {
			t.Errorf("%s: %s", step.Text, text)
		}
	}
}

// TestNoWordIsAFormula: neither a cell, nor what a cell becomes where semicolons,
// tabs or lines part cells, begins as a formula does.
func TestNoWordIsAFormula(t *testing.T) {
	for words, want := range map[string]string{
		"=1+1":              "'=1+1",
		"a;=1+1":            "a;'=1+1",
		"a; \"=1+1":         "a; \"'=1+1",
		"a\t+1":             "a\t'+1",
		"a\n@x\n-y":         "a\n'@x\n'-y",
		"＝1":                "'＝1",
		"a;＋1;－1;＠x":        "a;'＋1;'－1;'＠x",
		" =1":               " '=1",
		"\t=1":              "'\t'=1",
		"two-part = a + b":  "two-part = a + b",
		"2027-01-20; fine?": "2027-01-20; fine?",
		"":                  "",
	} {
		if got := table(t, plan.Plan{Steps: []plan.Step{{Text: words}}})[1][1]; got != want {
			t.Errorf("%q became %q, not %q", words, got, want)
		}
	}
}
