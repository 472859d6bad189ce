package deal

import (
	"encoding/json"
	"slices"

	"github.com/throughline/throughline"
)

// The kinds of fact, as stored. Do not rename.
const (
	KindOpened          Kind = "opened"
	KindDescribed       Kind = "described"
	KindOwnerChanged    Kind = "owner_changed"
	KindStageMoved      Kind = "stage_moved"
	KindMilestoneMet    Kind = "milestone_met"
	KindAmountChanged   Kind = "amount_changed"
	KindCloseDateMoved  Kind = "close_date_moved"
	KindActivity        Kind = "activity"
	KindEvidence        Kind = "evidence"
	KindContradiction   Kind = "contradiction"
	KindPhaseNotNeeded  Kind = "phase_not_needed"
	KindPersonJoined    Kind = "person_joined"
	KindStance          Kind = "stance"
	KindStepMoved       Kind = "step_moved"
	KindClassified      Kind = "classified"
	KindNoticed         Kind = "noticed"
	KindOverride        Kind = "override"
	KindJudged          Kind = "judged"
	KindStrategy        Kind = "strategy"
	KindBetResolved     Kind = "bet_resolved"
	KindEnded           Kind = "ended"
	KindResumed         Kind = "resumed"
	KindLinked          Kind = "linked"
	KindPlaybookMoved   Kind = "playbook_moved"
	KindProcessPicked   Kind = "process_picked"
	KindCorrection      Kind = "correction"
	KindWorkMoved       Kind = "work_moved"
	KindNoted           Kind = "noted"
	KindAsked           Kind = "asked"
	KindTargetSet       Kind = "target_set"
	KindResultMeasured  Kind = "result_measured"
	KindPromiseMade     Kind = "promise_made"
	KindPromiseResolved Kind = "promise_resolved"
	KindStepStated      Kind = "step_stated"
	KindDecisionStated  Kind = "decision_stated"
	KindPlanMade        Kind = "plan_made"
	KindCommented       Kind = "commented"
	KindSetAside        Kind = "set_aside"
	KindReconsidered    Kind = "reconsidered"
	KindPersonMerged    Kind = "person_merged"
	KindReportsTo       Kind = "reports_to"

	KindInitiativeStated Kind = "initiative_stated"
	KindInitiativeJoined Kind = "initiative_joined"
	KindPurchaseStated   Kind = "purchase_stated"
)

func (Opened) Kind() Kind          { return KindOpened }
func (Described) Kind() Kind       { return KindDescribed }
func (OwnerChanged) Kind() Kind    { return KindOwnerChanged }
func (StageMoved) Kind() Kind      { return KindStageMoved }
func (MilestoneMet) Kind() Kind    { return KindMilestoneMet }
func (AmountChanged) Kind() Kind   { return KindAmountChanged }
func (CloseDateMoved) Kind() Kind  { return KindCloseDateMoved }
func (Activity) Kind() Kind        { return KindActivity }
func (Evidence) Kind() Kind        { return KindEvidence }
func (Contradiction) Kind() Kind   { return KindContradiction }
func (PhaseNotNeeded) Kind() Kind  { return KindPhaseNotNeeded }
func (PersonJoined) Kind() Kind    { return KindPersonJoined }
func (Stance) Kind() Kind          { return KindStance }
func (StepMoved) Kind() Kind       { return KindStepMoved }
func (Classified) Kind() Kind      { return KindClassified }
func (Noticed) Kind() Kind         { return KindNoticed }
func (Override) Kind() Kind        { return KindOverride }
func (Judged) Kind() Kind          { return KindJudged }
func (Strategy) Kind() Kind        { return KindStrategy }
func (BetResolved) Kind() Kind     { return KindBetResolved }
func (Ended) Kind() Kind           { return KindEnded }
func (Resumed) Kind() Kind         { return KindResumed }
func (Linked) Kind() Kind          { return KindLinked }
func (PlaybookMoved) Kind() Kind   { return KindPlaybookMoved }
func (ProcessPicked) Kind() Kind   { return KindProcessPicked }
func (Correction) Kind() Kind      { return KindCorrection }
func (WorkMoved) Kind() Kind       { return KindWorkMoved }
func (Noted) Kind() Kind           { return KindNoted }
func (Asked) Kind() Kind           { return KindAsked }
func (TargetSet) Kind() Kind       { return KindTargetSet }
func (ResultMeasured) Kind() Kind  { return KindResultMeasured }
func (PromiseMade) Kind() Kind     { return KindPromiseMade }
func (PromiseResolved) Kind() Kind { return KindPromiseResolved }
func (StepStated) Kind() Kind      { return KindStepStated }
func (DecisionStated) Kind() Kind  { return KindDecisionStated }
func (PlanMade) Kind() Kind        { return KindPlanMade }
func (Commented) Kind() Kind       { return KindCommented }
func (SetAside) Kind() Kind        { return KindSetAside }
func (Reconsidered) Kind() Kind    { return KindReconsidered }
func (PersonMerged) Kind() Kind    { return KindPersonMerged }
func (ReportsTo) Kind() Kind       { return KindReportsTo }

func (InitiativeStated) Kind() Kind { return KindInitiativeStated }
func (InitiativeJoined) Kind() Kind { return KindInitiativeJoined }
func (PurchaseStated) Kind() Kind   { return KindPurchaseStated }

// Group is where a reader looks for a fact. A kind may be in two.
type Group string

// The groups.
const (
	FromCustomer Group = "customer" // what they said and did
	FromUs       Group = "ours"     // what we did and think
	OnTerms      Group = "terms"    // what the deal is, and how it stands
	OnPeople     Group = "people"
	OnSteps      Group = "steps"
	OnActivity   Group = "activity"
)

// Groups lists them, in the order in which they are shown.
func Groups() []Group {
	return []Group{FromCustomer, FromUs, OnTerms, OnPeople, OnSteps, OnActivity}
}

// member is what the closed family knows of a kind of fact.
type member struct {
	decode func([]byte) (Body, error)
	groups []Group
}

func of[B Body](groups ...Group) member {
	return member{func(b []byte) (Body, error) {
		var body B
		err := json.Unmarshal(b, &body)
		return body, err
	}, groups}
}

var family = map[Kind]member{
	KindOpened:          of[Opened](OnTerms),
	KindDescribed:       of[Described](OnTerms),
	KindOwnerChanged:    of[OwnerChanged](OnTerms),
	KindStageMoved:      of[StageMoved](FromUs),
	KindMilestoneMet:    of[MilestoneMet](FromUs),
	KindAmountChanged:   of[AmountChanged](OnTerms),
	KindCloseDateMoved:  of[CloseDateMoved](OnTerms),
	KindActivity:        of[Activity](OnActivity),
	KindEvidence:        of[Evidence](FromCustomer),
	KindContradiction:   of[Contradiction](FromCustomer),
	KindPhaseNotNeeded:  of[PhaseNotNeeded](FromCustomer),
	KindPersonJoined:    of[PersonJoined](OnPeople),
	KindStance:          of[Stance](FromCustomer, OnPeople),
	KindStepMoved:       of[StepMoved](OnSteps),
	KindClassified:      of[Classified](FromCustomer),
	KindNoticed:         of[Noticed](FromCustomer),
	KindOverride:        of[Override](FromUs),
	KindJudged:          of[Judged](FromUs),
	KindStrategy:        of[Strategy](FromUs),
	KindBetResolved:     of[BetResolved](FromUs),
	KindEnded:           of[Ended](OnTerms),
	KindResumed:         of[Resumed](OnTerms),
	KindLinked:          of[Linked](OnTerms),
	KindPlaybookMoved:   of[PlaybookMoved](OnTerms),
	KindProcessPicked:   of[ProcessPicked](OnTerms),
	KindCorrection:      of[Correction](FromUs),
	KindWorkMoved:       of[WorkMoved](FromCustomer),
	KindNoted:           of[Noted](FromUs),
	KindAsked:           of[Asked](FromUs),
	KindTargetSet:       of[TargetSet](FromCustomer),
	KindResultMeasured:  of[ResultMeasured](FromCustomer),
	KindPromiseMade:     of[PromiseMade](FromCustomer),
	KindPromiseResolved: of[PromiseResolved](FromCustomer),
	KindStepStated:      of[StepStated](FromCustomer, OnSteps),
	KindDecisionStated:  of[DecisionStated](FromCustomer),
	KindPlanMade:        of[PlanMade](FromUs),
	KindCommented:       of[Commented](FromCustomer),
	KindSetAside:        of[SetAside](FromUs),
	KindReconsidered:    of[Reconsidered](FromUs),
	KindPersonMerged:    of[PersonMerged](OnPeople),
	KindReportsTo:       of[ReportsTo](OnPeople),

	KindInitiativeStated: of[InitiativeStated](FromCustomer),
	KindInitiativeJoined: of[InitiativeJoined](OnTerms),
	KindPurchaseStated:   of[PurchaseStated](FromCustomer),
}

// Kinds lists the kinds of fact in alphabetical order.
func Kinds() []Kind {
	out := make([]Kind, 0, len(family))
	for k := range family {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// Groups gives those a kind is in.
func (k Kind) Groups() []Group { return family[k].groups }

// Kinds gives those that are in a group.
func (g Group) Kinds() []Kind {
	return slices.DeleteFunc(Kinds(), func(k Kind) bool { return !slices.Contains(k.Groups(), g) })
}

// AboutOf gives what a body speaks to: a phase, a step, a milestone; nothing for
// one that speaks of the deal as a whole, and for what one of us noted or asked.
func AboutOf(b Body) throughline.Address {
	switch b := b.(type) {
	case Evidence:
		return b.About
	case Contradiction:
		return b.About
	case StepMoved:
		return b.Step
	case StepStated:
		if b.State == throughline.StepDone {
			return b.About
		}
	case DecisionStated:
		return b.Aspect.Phase().Address()
	case MilestoneMet:
		return b.Milestone
	case PhaseNotNeeded:
		return b.Phase.Address()
	}
	return ""
}
