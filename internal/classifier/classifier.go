// Package classifier says how one purchase is bought: by practised routine, as
// a complex decision, or with no process to speak of (DOMAIN 4).
//
// Takes: scores of nine complexity and six presence factors, each 0, 1, 2 or unknown, and what the buying-issue test said.
// Gives: a Verdict: class, C, P, vetoes, the three heaviest reasons, other classes that lie within five points, what to ask next.
// Never: takes price, deal size or our own interest as an argument; guesses an unknown factor.
package classifier

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/throughline/throughline"
)

// Factor is one question about this customer buying this kind of thing.
type Factor string

// The complexity factors; a higher score makes the purchase harder to decide.
const (
	Repetition        Factor = "repetition"
	BuyerKnowledge    Factor = "buyer_knowledge"
	RiskUnderstood    Factor = "risk_understood"
	VetoHolders       Factor = "veto_holders"
	FunctionsAffected Factor = "functions_affected"
	OptionsComparable Factor = "options_comparable"
	WorkChange        Factor = "work_change"
	ProblemAgreement  Factor = "problem_agreement"
	Reversibility     Factor = "reversibility"
)

// The presence factors; a higher score means that more of a buying process is there.
const (
	StepsSeen        Factor = "steps_seen"
	UsedBefore       Factor = "used_before"
	OwnerNamed       Factor = "owner_named"
	RuleAndDecider   Factor = "rule_and_decider"
	FundingRoute     Factor = "funding_route"
	DatedConsequence Factor = "dated_consequence"
)

// FactorInfo is a factor as data: its weight, the question that settles it and
// what the scores 0, 1 and 2 say in words.
type FactorInfo struct {
	Factor Factor
	Weight int
	Ask    string
	Says   [3]string
}

// Complexity lists the complexity factors with their weights (DOMAIN 4.2).
func Complexity() []FactorInfo { return slices.Clone(complexity[:]) }

// Presence lists the presence factors with their weights (DOMAIN 4.2).
func Presence() []FactorInfo { return slices.Clone(presence[:]) }

var complexity = [...]FactorInfo{
	{Repetition, 2, "how often have they bought this kind of thing in the last three years?",
		[3]string{"they buy this several times in three years", "they bought this once, or long ago", "they have never bought this"}},
	{BuyerKnowledge, 2, "can they state their needs and compare offers without help?",
		[3]string{
			"they state needs and compare unaided",
			"they need some help to state needs and compare",
			"they cannot yet state needs and compare",
		}},
	{RiskUnderstood, 2, "do they know how this can fail, and the remedy?",
		[3]string{"failures are known and have standard remedies", "the risk is partly understood", "the risk is not understood"}},
	{VetoHolders, 2, "how many people can stop it?",
		[3]string{"one or two people can stop it", "three to five people can stop it", "six or more people can stop it, or nobody knows how many"}},
	{FunctionsAffected, 1, "whose work does it touch?",
		[3]string{"one function is affected", "two functions are affected", "three or more functions are affected"}},
	{OptionsComparable, 1, "can the options be compared like for like on a specification?",
		[3]string{"options compare like for like", "options compare only in part", "options cannot be compared"}},
	{WorkChange, 2, "what changes in people's daily work?",
		[3]string{"it drops in without changing work", "some habits change", "roles or processes change"}},
	{ProblemAgreement, 2, "who would describe the problem differently?",
		[3]string{"everybody gives the same account of the problem", "accounts of the problem differ", "people are in conflict over the problem"}},
	{Reversibility, 1, "how could they undo it, at what cost?",
		[3]string{"it is cheap to undo", "it is costly to undo", "it cannot be undone"}},
}

var presence = [...]FactorInfo{
	{StepsSeen, 1, "may we see the steps, in writing?",
		[3]string{"no steps have been shown", "the steps were described", "the steps were shown in writing"}},
	{UsedBefore, 2, "has this way of deciding been used before, for what?",
		[3]string{
			"the process has not been used before",
			"the process was used for something similar",
			"the process was used for the same class of purchase",
		}},
	{OwnerNamed, 1, "who runs the decision?",
		[3]string{"nobody owns the decision", "it is unclear who owns the decision", "the owner of the decision is named"}},
	{RuleAndDecider, 2, "whose yes is the last, and by what rule is it decided?",
		[3]string{"neither rule nor decider is known", "only one of rule and decider is known", "rule and decider are both known"}},
	{FundingRoute, 1, "from which budget, released by whom?",
		[3]string{"the funding route is unknown", "the funding route is probable", "the funding route is known"}},
	{DatedConsequence, 1, "what happens to them, on what date, if it is not done?",
		[3]string{"no date has a consequence", "the dated consequence is soft", "a real consequence has a date"}},
}

// Scores holds what is known: 0, 1 or 2. A factor that is absent is unknown.
type Scores map[Factor]int

// Label is what the buying-issue test (DOMAIN 5) said about the steps this
// customer stated. "" means that the test was not taken, and P alone judges.
type Label string

// Adequate is the one label with which a stated process passes the test.
const Adequate Label = "buying-process"

// Input is all the rule may know. It has no field for price (I3).
type Input struct {
	C, P   Scores
	Issues Label
}

// Veto is one of the three conditions under which C is not asked.
type Veto string

// The vetoes of DOMAIN 4.3.
const (
	V1 Veto = "V1" // conflict over the problem
	V2 Veto = "V2" // many or unknown veto holders, and work changes
	V3 Veto = "V3" // never bought and risk not understood, unless one person may simply undo it
)

// Says gives the veto in words.
func (v Veto) Says() string {
	switch v {
	case V1:
		return "people are in conflict over the problem"
	case V2:
		return "six or more people can stop it, and work changes"
	case V3:
		return "they have never bought this and do not understand the risk"
	}
	return ""
}

// Reason is a factor that speaks for the class given. Pull is its weight times
// the points by which its score speaks for the class, 0 where it does not.
type Reason struct {
	Factor Factor `json:"factor"`
	Score  *int   `json:"score"` // nil: unknown
	Weight int    `json:"weight"`
	Pull   int    `json:"pull"`
	Text   string `json:"text"`
}

// Question is an unknown factor worth asking about.
type Question struct {
	Factor Factor `json:"factor"`
	Weight int    `json:"weight"`
	Ask    string `json:"ask"`
}

// Verdict is the class of one purchase and why. C and P are rounded half to
// even for display, as the worked cases are; the rule uses exact values.
// P is nil where no presence factor is known, C where no complexity factor is.
type Verdict struct {
	Class   throughline.Class   `json:"class"`
	C       *int                `json:"c"`
	P       *int                `json:"p"`
	Vetoes  []Veto              `json:"vetoes"`
	Reasons []Reason            `json:"reasons"`
	Close   []throughline.Class `json:"close"`            // classes on the other side of a line within five points
	Ask     []Question          `json:"ask"`              // heaviest unknowns, at most three
	Issues  Label               `json:"issues,omitempty"` // what the buying-issue test said, where it was taken
	Failed  bool                `json:"failed,omitempty"` // but for that test it would be complex: steps are there, how they decide is not
	Note    string              `json:"note,omitempty"`
}

// Classify applies the rule of DOMAIN 4.3.
func Classify(in Input) Verdict {
	c, cKnown := score(in.C, complexity[:])
	p, pKnown := score(in.P, presence[:])
	v := Verdict{Vetoes: vetoes(in.C), Close: []throughline.Class{}, Ask: unknowns(in), Issues: in.Issues}
	if cKnown > 0 {
		v.C = rounded(c)
	}
	if pKnown > 0 {
		v.P = rounded(p)
	}
	const cWeight = 15 // the sum of the complexity weights
	if 10*cKnown < 6*cWeight || pKnown == 0 {
		v.Class = throughline.Unclassified
		v.Note = "too little is known to tell; ask, do not guess"
	} else {
		v.Class = rule(c, p, len(v.Vetoes) > 0, in)
		v.Close = near(c, p, v.Class, len(v.Vetoes) > 0, in)
		if v.Class == throughline.Unclassified {
			v.Note = "they seem practised: ask to see the process"
		}
		if tested := (Input{in.C, in.P, Adequate}); v.Class == throughline.ComplexNoProcess && rule(c, p, len(v.Vetoes) > 0, tested) == throughline.Complex {
			v.Failed = true
			v.Note = "they have steps, but the steps do not say how they will decide"
		}
	}
	v.Reasons = reasons(v, in)
	return v
}

// rule is the table of 4.3 for known C and P.
func rule(c, p float64, veto bool, in Input) throughline.Class {
	one := in.C.is(VetoHolders, 0)
	if !veto && c <= 30 {
		switch {
		case p >= 50:
			return throughline.Transactional
		case one:
			return throughline.TransactionalInformal
		}
		return throughline.Unclassified
	}
	if !veto && c < 45 {
		switch {
		case p >= 75 && in.C.is(BuyerKnowledge, 0) && in.C.is(RiskUnderstood, 0):
			return throughline.Transactional
		case one && in.C.is(Reversibility, 0):
			return throughline.TransactionalInformal
		}
	}
	if p >= 60 && (in.Issues == "" || in.Issues == Adequate) {
		return throughline.Complex
	}
	return throughline.ComplexNoProcess
}

// near gives the classes the same rule gives five points away in C or in P:
// those whose line is within five points, and only lines that would matter.
func near(c, p float64, class throughline.Class, veto bool, in Input) []throughline.Class {
	const points = 5 + 1e-9
	out := []throughline.Class{}
	for _, at := range [][2]float64{{c - points, p}, {c + points, p}, {c, p - points}, {c, p + points}} {
		other := rule(at[0], at[1], veto, in)
		if other != class && !slices.Contains(out, other) {
			out = append(out, other)
		}
	}
	slices.SortFunc(out, func(a, b throughline.Class) int {
		return cmp.Compare(slices.Index(throughline.Classes(), a), slices.Index(throughline.Classes(), b))
	})
	return out
}

func vetoes(c Scores) []Veto {
	out := []Veto{}
	if c.is(ProblemAgreement, 2) {
		out = append(out, V1)
	}
	if c.is(VetoHolders, 2) && (c.is(WorkChange, 1) || c.is(WorkChange, 2)) {
		out = append(out, V2)
	}
	if c.is(Repetition, 2) && c.is(RiskUnderstood, 2) && !(c.is(VetoHolders, 0) && c.is(Reversibility, 0)) {
		out = append(out, V3)
	}
	return out
}

func (s Scores) is(f Factor, n int) bool {
	got, ok := s[f]
	return ok && got == n
}

// score gives 100 * sum(w*s) / (2 * sum(w)) over the known factors, and their weight.
func score(s Scores, factors []FactorInfo) (percent float64, known int) {
	sum := 0
	for _, f := range factors {
		if n, ok := s[f.Factor]; ok {
			known += f.Weight
			sum += f.Weight * n
		}
	}
	if known == 0 {
		return 0, 0
	}
	return 100 * float64(sum) / float64(2*known), known
}

func rounded(x float64) *int {
	n := int(math.RoundToEven(x))
	return &n
}

// reasons lists the three factors that speak most for the class: high scores
// for a complex one, low complexity and high presence for a transactional one,
// the heaviest unknowns for an unclassified one. A factor of a veto comes
// before others of the same pull.
func reasons(v Verdict, in Input) []Reason {
	var all []Reason
	add := func(f FactorInfo, scores Scores, pull func(score int) int) {
		r := Reason{Factor: f.Factor, Weight: f.Weight, Text: "unknown: " + f.Ask}
		if n, ok := scores[f.Factor]; ok {
			r.Score, r.Text = &n, f.Says[n]
			r.Pull = f.Weight * pull(n)
		} else if v.Class == throughline.Unclassified {
			r.Pull = 2 * f.Weight
		} else {
			return
		}
		all = append(all, r)
	}
	up, down, none := func(n int) int { return n }, func(n int) int { return 2 - n }, func(int) int { return 0 }
	c, p := up, down
	switch v.Class {
	case throughline.Transactional:
		c, p = down, up
	case throughline.TransactionalInformal: // one person decides; whether there is a process is no reason
		c, p = down, none
	case throughline.Complex:
		c, p = up, up
	case throughline.Unclassified: // what is missing: an unknown factor, or the process they do not show
		c, p = none, down
	}
	for _, f := range complexity {
		add(f, in.C, c)
	}
	for _, f := range presence {
		add(f, in.P, p)
	}
	inVeto := func(f Factor) int {
		for _, x := range v.Vetoes {
			switch {
			case x == V1 && f == ProblemAgreement,
				x == V2 && (f == VetoHolders || f == WorkChange),
				x == V3 && (f == Repetition || f == RiskUnderstood):
				return 0
			}
		}
		return 1
	}
	slices.SortStableFunc(all, func(a, b Reason) int {
		return cmp.Or(cmp.Compare(b.Pull, a.Pull), cmp.Compare(inVeto(a.Factor), inVeto(b.Factor)), cmp.Compare(b.Weight, a.Weight))
	})
	return all[:min(3, len(all))]
}

// unknowns lists the heaviest factors nobody has scored, at most three.
func unknowns(in Input) []Question {
	out := []Question{}
	for _, part := range []struct {
		factors []FactorInfo
		scores  Scores
	}{{complexity[:], in.C}, {presence[:], in.P}} {
		for _, f := range part.factors {
			if _, ok := part.scores[f.Factor]; !ok {
				out = append(out, Question{f.Factor, f.Weight, f.Ask})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Question) int { return cmp.Compare(b.Weight, a.Weight) })
	return out[:min(3, len(out))]
}

// Why gives the verdict as one sentence.
func (v Verdict) Why() string {
	s := string(v.Class)
	for i, r := range v.Reasons {
		s += map[bool]string{true: ": ", false: "; "}[i == 0] + r.Text
	}
	if len(v.Close) > 0 {
		var close []string
		for _, c := range v.Close {
			close = append(close, string(c))
		}
		s += " (within five points of " + strings.Join(close, ", ") + ")"
	}
	return s
}
