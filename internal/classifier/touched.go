package classifier

import (
	"cmp"
	"slices"
)

// touched says which answers an event may change, the likeliest first. That an event asks for a new
// class is DOMAIN 4.3 and 3.7; which answers it may change is our judgement.
var touched = map[string][]Factor{
	"new_veto":               {VetoHolders, ProblemAgreement, RuleAndDecider},
	"sponsor_left":           {ProblemAgreement, RuleAndDecider, OwnerNamed, FundingRoute},
	"reorganisation":         {VetoHolders, RuleAndDecider, FunctionsAffected, OwnerNamed, FundingRoute},
	"scope_changed":          {WorkChange, RiskUnderstood, Repetition, FunctionsAffected, Reversibility},
	"new_alternative":        {BuyerKnowledge, OptionsComparable},
	"procurement_entered":    {VetoHolders, RuleAndDecider, StepsSeen},
	"date_moved_by_customer": {DatedConsequence, FundingRoute},
	"step_waits":             {OwnerNamed, DatedConsequence},
	"evidence_conflict":      {ProblemAgreement, RuleAndDecider},
	"accounts_differ":        {ProblemAgreement},
	"grew_larger":            {Repetition, VetoHolders, WorkChange, FunctionsAffected},
}

// Touched gives the factors that some events may change, the heaviest first; of
// the same weight, those that more of the events speak of, then those that an
// event is likeliest to change. None is invented for an event that is not known.
func Touched(events ...string) []Factor {
	weight, times := map[Factor]int{}, map[Factor]int{}
	for _, f := range Factors() {
		weight[f.Factor] = f.Weight
	}
	var out []Factor
	for _, e := range events {
		for _, f := range touched[e] {
			if times[f]++; times[f] == 1 {
				out = append(out, f)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Factor) int {
		return cmp.Or(cmp.Compare(weight[b], weight[a]), cmp.Compare(times[b], times[a]))
	})
	return out
}

// Factors lists all factors, those of complexity first.
func Factors() []FactorInfo { return append(Complexity(), Presence()...) }

// InputOf sorts answers by factor into an input. What is no factor is left out.
func InputOf(answers map[string]int, issues Label) Input {
	in := Input{C: Scores{}, P: Scores{}, Issues: issues}
	place := func(list []FactorInfo, into Scores) {
		for _, f := range list {
			if n, ok := answers[string(f.Factor)]; ok {
				into[f.Factor] = n
			}
		}
	}
	place(complexity[:], in.C)
	place(presence[:], in.P)
	return in
}

// Labels lists what the buying-issue test can say of stated steps.
func Labels() []Label { return []Label{Adequate, "partial", "project-plan", "contracting", "none"} }
