package capture

import (
	"testing"

	"github.com/throughline/throughline"
)

// TestEachRuleHoldsForItsExample reads the example of each rule: a kind that a
// rule speaks against is not what it is read as; "nothing" that a rule speaks
// for is.
func TestEachRuleHoldsForItsExample(t *testing.T) {
	r, err := New(starterBook(t))
	if err != nil {
		t.Fatal(err)
	}
	people := append(freshPeople(), Person{ID: freshPeople()[0].ID, Name: "王磊"})
	today, err := throughline.ParseDay("2026-11-26")
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range rules {
		for _, text := range []string{rule.english, rule.chinese} {
			n := Note{Text: text, People: people, Today: today, Frontier: throughline.Align, From: Conversation}
			q := &reading{Reader: r, note: n, text: clean(n.Text), names: r.lx.names(n.People)}
			s := q.look(q.sentences()[0])
			q.senseOf(s)
			if m := q.mannerOf(s); !rule.when(m) {
				t.Errorf("%s: %q does not show it: %+v", rule.name, text, m)
			}
			kind := Kind("")
			if got := r.Read(n); len(got) > 0 {
				kind = got[0].Kind
			}
			if (rule.times < 1) == (kind == rule.kind) {
				t.Errorf("%s: %q is read as %q", rule.name, text, kind)
			}
		}
	}
}
