// Package trial runs the tests that stand beside a playbook: a deal in a few
// lines, and the process, class, frontier and findings it should come to.
//
// Takes: a resolved playbook with its tests, and what the linter said about it.
// Gives: for each test what differs, with the place of the expectation.
// Never: reads a clock: each test names its day.
package trial

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/classifier"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/playbook"
)

// Check is the check of a finding about a test that fails.
const Check = "playbook-test"

// Result is one test.
type Result struct {
	Name     string        `json:"name"`
	Passed   bool          `json:"passed"`
	Process  string        `json:"process"`
	Why      string        `json:"why"` // the rule that chose the process
	Class    string        `json:"class,omitempty"`
	Frontier string        `json:"frontier"`
	Findings diag.Findings `json:"findings"` // one for each difference
}

// Report is all tests of a playbook.
type Report struct {
	Passed  int      `json:"passed"`
	Failed  int      `json:"failed"`
	Results []Result `json:"results"`
}

// Findings gives the differences of all tests, for printing.
func (r Report) Findings() diag.Findings {
	var out diag.Findings
	for _, x := range r.Results {
		out = append(out, x.Findings...)
	}
	return out
}

// Run runs the tests of a playbook. said is what the linter and the compiler
// had to say about it.
func Run(book *playbook.Playbook, said diag.Findings) Report {
	r := Report{Results: []Result{}}
	var checks []string
	for _, f := range said {
		if !slices.Contains(checks, f.Check) {
			checks = append(checks, f.Check)
		}
	}
	slices.Sort(checks)
	for _, t := range book.Tests {
		res := one(book, t, checks)
		if res.Passed = len(res.Findings) == 0; res.Passed {
			r.Passed++
		} else {
			r.Failed++
		}
		r.Results = append(r.Results, res)
	}
	return r
}

func one(book *playbook.Playbook, t playbook.Test, checks []string) Result {
	res := Result{Name: t.Name, Findings: diag.Findings{}}
	attrs := map[string]string{}
	for k, v := range t.Deal {
		attrs[k] = v
	}
	if t.C != nil || t.P != nil {
		in := classifier.Input{C: scores(t.C), P: scores(t.P)}
		res.Class = string(classifier.Classify(in).Class)
		attrs["class"] = res.Class
	}
	pr, why := book.Choose(attrs)
	res.Process, res.Why = pr.ID, why
	res.Frontier = frontier(book, t, throughline.Class(res.Class))
	ask := func(what string, want playbook.Value, got string) {
		if w := want.Text.In("en"); w != "" && w != got {
			res.Findings = append(res.Findings, diag.Finding{Check: Check, Severity: diag.Error, Range: want.At, Field: what, Value: got,
				Message: fmt.Sprintf("%s: %s is %s, not %s", t.Name, what, said(got), w), Hint: hint(what, why)})
		}
	}
	ask("process", t.Expect.Process, res.Process)
	ask("class", t.Expect.Class, res.Class)
	ask("frontier", t.Expect.Frontier, res.Frontier)
	if t.Expect.AsksFindings {
		var want []string
		for _, v := range t.Expect.Findings {
			want = append(want, v.Text.In("en"))
		}
		slices.Sort(want)
		if want = slices.Compact(want); !slices.Equal(want, checks) {
			at := t.At
			if len(t.Expect.Findings) > 0 {
				at = t.Expect.Findings[0].At
			}
			res.Findings = append(res.Findings, diag.Finding{Check: Check, Severity: diag.Error, Range: at, Field: "findings",
				Message: fmt.Sprintf(
					"%s: the checks with something to say are %s, not %s",
					t.Name,
					list(checks),
					list(want),
				), Hint: "`throughline playbook check` shows them"})
		}
	}
	return res
}

func scores(m map[string]int) classifier.Scores {
	out := classifier.Scores{}
	for k, v := range m {
		out[classifier.Factor(k)] = v
	}
	return out
}

func said(got string) string {
	if got == "" {
		return "not known"
	}
	return got
}

func hint(what, why string) string {
	switch what {
	case "process":
		return "chosen because " + why
	case "class":
		return "`throughline classify` gives the reasons"
	}
	return "a question is answered when evidence reaches the class's pass mark and has not gone stale"
}

func list(words []string) string {
	if len(words) == 0 {
		return "none"
	}
	return strings.Join(words, ", ")
}

// frontier folds the test's evidence into a deal and reads it.
func frontier(book *playbook.Playbook, t playbook.Test, class throughline.Class) string {
	day, err := throughline.ParseDay(t.AsOf)
	if err != nil {
		return ""
	}
	now := day.Start(time.UTC).Add(12 * time.Hour)
	oldest := 30
	for _, e := range t.Evidence {
		oldest = max(oldest, e.DaysAgo)
	}
	var s deal.Summary
	n := 0
	apply := func(daysAgo int, g throughline.Grade, b deal.Body) {
		at := now.AddDate(0, 0, -daysAgo)
		n++
		s.Apply(deal.Fact{ID: throughline.FactID(throughline.KeyedID(at, t.Name, fmt.Sprint(n))), Happened: at, Learned: at, Grade: g, Body: b})
	}
	apply(oldest, throughline.E0, deal.Opened{Title: t.Name})
	if class != "" {
		apply(oldest, throughline.E0, deal.Classified{Class: class})
	}
	for i, e := range t.Evidence {
		by := e.By
		if by == "" {
			by = fmt.Sprintf("person %d", i+1)
		}
		who := throughline.PersonID(throughline.KeyedID(now, "person", by))
		if e.Against {
			apply(e.DaysAgo, e.Grade, deal.Contradiction{About: e.About, Person: who, Text: "test"})
			continue
		}
		apply(e.DaysAgo, e.Grade, deal.Evidence{About: e.About, Person: who, Text: "test"})
	}
	r := alignment.Of(&s, book, alignment.Norms{}, now)
	switch {
	case r.AllAnswered:
		return "none"
	case !r.Frontier.Known(): // nothing from the customer yet: the first question shown
		return book.Consequence(r.Class).Shown[0].String()
	}
	return r.Frontier.String()
}
