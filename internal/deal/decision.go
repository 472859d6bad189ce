package deal

import (
	"slices"

	"github.com/throughline/throughline"
)

// DecisionStated says one thing about how the customer decides, as it is now
// known. Of each aspect the latest word counts. That they do not know it
// themselves is an answer.
type DecisionStated struct {
	Aspect  Aspect               `json:"aspect"`
	Text    string               `json:"text,omitempty"`
	Day     throughline.Day      `json:"day,omitzero"` // of the consequence, or by when they decide
	Unknown bool                 `json:"unknown,omitempty"`
	Person  throughline.PersonID `json:"person,omitzero"` // who of the customer says so
}

// Aspect is one thing to know about a decision (DOMAIN 5.2).
type Aspect string

// The aspects, in the order in which they are asked.
const (
	Consequence Aspect = "consequence" // what happens to them, on which day, if it is not done
	Competes    Aspect = "competes"    // what it competes with
	Displaced   Aspect = "displaced"   // what waits or stops for it
	Decider     Aspect = "decider"     // whose yes is the last
	DecideBy    Aspect = "decide_by"   // by when
	Rule        Aspect = "rule"        // vote, consent or one person
	TieBreak    Aspect = "tie_break"   // what breaks a tie
	Veto        Aspect = "veto"        // whose no is enough
	Funding     Aspect = "funding"     // from which budget, released by whom
	RiskOwner   Aspect = "risk_owner"  // who answers for it if it goes wrong
)

// Aspects lists them.
func Aspects() []Aspect {
	return []Aspect{Consequence, Competes, Displaced, Decider, DecideBy, Rule, TieBreak, Veto, Funding, RiskOwner}
}

// Phase gives the question of the journey that an aspect helps to answer.
func (a Aspect) Phase() throughline.Phase {
	switch a {
	case Consequence, Competes, Displaced:
		return throughline.Own
	case Decider, DecideBy, Rule, TieBreak, Veto:
		return throughline.Rules
	case Funding, RiskOwner:
		return throughline.Commit
	}
	return throughline.NoPhase
}

// Dated reports whether a day belongs to the aspect.
func (a Aspect) Dated() bool { return a == Consequence || a == DecideBy }

// DecisionPoint is an aspect with what is known of it.
type DecisionPoint struct {
	Aspect Aspect
	DecisionStated
	Said     Fact   // the latest word; zero where nothing was said
	Confirms []Fact // who of theirs said the same
}

// Known reports whether anything was said of it, be it that they do not know.
func (d DecisionPoint) Known() bool { return !d.Said.ID.IsZero() }

// Decision gives every aspect with the latest word on it.
func (d Deal) Decision() []DecisionPoint {
	var out []DecisionPoint
	facts := d.OfKind(KindDecisionStated)
	for _, a := range Aspects() {
		p := DecisionPoint{Aspect: a}
		for _, f := range facts {
			b := f.Body.(DecisionStated)
			if b.Aspect != a {
				continue
			}
			if b.Text != p.Text || b.Day != p.Day || b.Unknown != p.Unknown {
				p.Confirms = nil
			}
			p.DecisionStated, p.Said = b, f
			if f.Grade.FromCustomer() {
				p.Confirms = append(p.Confirms, f)
			}
		}
		out = append(out, p)
	}
	return out
}

// Settles reports whether the statement answers something.
func (b DecisionStated) Settles() bool { return !b.Unknown && (b.Text != "" || !b.Day.IsZero()) }

// PlanMade says that the deal's plan was put where the customer can see it.
// What is kept of its links is no fact of the deal.
type PlanMade struct {
	Plan throughline.ID `json:"plan"`
}

// Plan gives the deal's plan, the zero ID where none was made.
func (d Deal) Plan() throughline.ID {
	if made := d.OfKind(KindPlanMade); len(made) > 0 {
		return made[len(made)-1].Body.(PlanMade).Plan
	}
	return throughline.ID{}
}

// Commented is what somebody wrote on the plan beside a step, or about all of it.
type Commented struct {
	Of     throughline.FactID   `json:"of,omitzero"` // the step; zero: the plan
	Text   string               `json:"text"`
	By     Side                 `json:"by"`
	Person throughline.PersonID `json:"person,omitzero"`
}

// Comments gives what was written about a step, or about the plan, oldest first.
func (d Deal) Comments(of throughline.FactID) []Fact {
	return slices.DeleteFunc(d.OfKind(KindCommented), func(f Fact) bool { return f.Body.(Commented).Of != of })
}
