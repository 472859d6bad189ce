package classifier_test

import (
	"slices"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/classifier"
	"github.com/throughline/throughline/internal/deal"
)

// TestTouched: every event that asks may change some answer, the heaviest
// stands first, and several events name each answer once.
func TestTouched(t *testing.T) {
	weight := map[classifier.Factor]int{}
	for _, f := range classifier.Factors() {
		weight[f.Factor] = f.Weight
	}
	var all []string
	for _, e := range deal.Occasions() {
		all = append(all, string(e))
		if len(classifier.Touched(string(e))) == 0 {
			t.Errorf("%s may change no answer", e)
		}
	}
	got := classifier.Touched(all...)
	if !slices.IsSortedFunc(got, func(a, b classifier.Factor) int { return weight[b] - weight[a] }) {
		t.Errorf("not the heaviest first: %v", got)
	}
	if n := len(slices.Compact(slices.Sorted(slices.Values(got)))); n != len(got) {
		t.Errorf("an answer is named twice: %v", got)
	}
	if f := classifier.Touched("horoscope"); len(f) != 0 {
		t.Errorf("an unknown event may change %v", f)
	}
}

// TestStatedStepsDecide is DOMAIN 4.3: with enough of a way to decide, it is
// complex only if what they stated passes the test of buying issues.
func TestStatedStepsDecide(t *testing.T) {
	answers := map[string]int{"repetition": 1, "buyer_knowledge": 1, "risk_understood": 1, "veto_holders": 1, "work_change": 1, "problem_agreement": 1,
		"steps_seen": 2, "used_before": 2, "owner_named": 2, "rule_and_decider": 2, "funding_route": 2}
	for _, label := range append([]classifier.Label{""}, classifier.Labels()...) {
		v := classifier.Classify(classifier.InputOf(answers, label))
		pass := label == "" || label == classifier.Adequate
		if (v.Class == throughline.Complex) != pass || v.Failed == pass || v.Issues != label || len(v.Reasons) != 3 {
			t.Errorf("%q: %s, failed %v, %d reasons", label, v.Class, v.Failed, len(v.Reasons))
		}
	}
	answers["steps_seen"], answers["used_before"], answers["rule_and_decider"] = 0, 0, 0
	if v := classifier.Classify(classifier.InputOf(answers, "partial")); v.Failed {
		t.Error("what has no way to decide is not put down to the stated steps")
	}
}
