package history_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/intake"
	"github.com/throughline/throughline/internal/intake/history"
	"github.com/throughline/throughline/internal/playbook"
)

func at(day int) int64 {
	return time.Date(2026, 1, day, 0, 0, 0, 0, time.UTC).UnixMicro()
}

// TestCasesBecomeDeals: the events of a case in order, the end by the rules,
// what came after it left out with a finding, and what says the end is no
// attribute of the opening.
func TestCasesBecomeDeals(t *testing.T) {
	b := eventlog.NewBuilder()
	one := b.Case("one")
	b.CaseAttr(one, "name", eventlog.TextValue("a new roof"))
	b.CaseAttr(one, "firm", eventlog.TextValue("Acme"))
	b.CaseAttr(one, "size", eventlog.IntValue(7))
	for i, a := range []string{"ask", "offer", "order", "invoice"} {
		b.Event(one, a, at(1+i))
	}
	two := b.Case("two")
	b.CaseAttr(two, "result", eventlog.TextValue("dropped"))
	b.Event(two, "ask", at(2))
	b.Event(two, "call", eventlog.NoTime)
	b.Event(two, "offer", at(9))
	b.Case("three")
	l, _ := b.Build()
	src := history.New(l, playbook.Mapping{}, time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), history.Options{System: "xes", File: "log", Title: "name", Account: "firm",
		Ends: eventlog.OutcomeMap{{Outcome: throughline.Won, Attr: "activity", Values: []string{"order"}}, {Outcome: throughline.NoDecision, Attr: "result", Values: []string{"dropped"}}}})
	plan, err := src.Survey(context.Background(), func(int64) {})
	if err != nil || plan.Findings.Errors() || !plan.Horizon.Equal(time.UnixMicro(at(9))) {
		t.Fatal(plan, err)
	}
	for word, want := range map[string]throughline.Outcome{"order": throughline.Won, "result dropped": throughline.NoDecision} {
		if got := plan.Mapping.Outcomes[word].Outcome; got != want {
			t.Errorf("%q means %q, not %q", word, got, want)
		}
	}
	notes := intake.NewNotes(nil)
	var stages []string
	deals := map[string]*intake.Snapshot{}
	for r, err := range src.Records(context.Background(), notes, func(int64) {}) {
		if err != nil {
			t.Fatal(err)
		}
		switch r := r.(type) {
		case *intake.Change:
			stages = append(stages, r.Foreign+" "+r.Stage)
		case *intake.Snapshot:
			deals[r.Foreign] = r
		}
	}
	if want := []string{"one ask", "one offer", "two ask", "two offer"}; !slices.Equal(stages, want) {
		t.Errorf("stages %v, not %v", stages, want)
	}
	d := deals["one"]
	if d.Title != "a new roof" || d.Account.Name != "Acme" || len(d.Attributes) != 1 || d.Attributes["size"] != "7" || d.Status != "order" || d.Stage != "" ||
		!d.Opened.Equal(time.UnixMicro(at(1))) || !d.Ended.Equal(time.UnixMicro(at(3))) {
		t.Errorf("%+v", d)
	}
	d = deals["two"]
	if d.Title != "two" || len(d.Attributes) != 0 || d.Status != "result: dropped" || !d.Ended.Equal(time.UnixMicro(at(9))) {
		t.Errorf("%+v", d)
	}
	if d = deals["three"]; d == nil || d.Stage != "" || d.Status != "" || !d.Opened.IsZero() {
		t.Errorf("%+v", d)
	}
	var checks []string
	for _, f := range notes.Findings() {
		checks = append(checks, f.Check)
	}
	if !slices.Contains(checks, "after-the-end") || !slices.Contains(checks, "event-untimed") {
		t.Errorf("findings %v", checks)
	}
}
