// Package deal holds what is known about one deal: a ledger of dated facts,
// their fold into a Deal, and the Summary that lists need.
//
// Takes: facts, in any order, and the instant as of which to look.
// Gives: Deal and Summary values; a Summary grows fact by fact to the same result.
// Never: looks anything up in a playbook (it names, by Address), does I/O, or changes a fact.
package deal

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/throughline/throughline"
)

// Fact is one dated thing that is known about a deal. Facts are appended,
// never changed; what turns out wrong is taken back by a Correction.
type Fact struct {
	ID       throughline.FactID
	Deal     throughline.DealID
	Happened time.Time // when it happened, at the customer's or in the source; zero where nobody wrote it down
	Learned  time.Time // when the company knew it: the day its own system recorded it
	Recorded time.Time // when it landed in this ledger; bookkeeping only
	By       Actor     // who acted, and by which way it came in
	Source   Source
	Grade    throughline.Grade // how far it can be trusted, where that is a question
	Turn     int32             // among the facts of one instant, learned at one: rises in the order in which the source tells them
	Body     Body
}

// Source names where a fact came from: a system and the record in it.
type Source struct {
	System string `json:"system"`           // "salesforce", "csv", "demo", "person"
	Record string `json:"record,omitempty"` // "OpportunityHistory 008bm…"
}

// When is the instant at which the fact counts: when it happened, or, where
// that is not known, when it was learned. Where the source named the day, it
// keeps it (throughline.Dated).
func (f Fact) When() time.Time {
	if f.Happened.IsZero() {
		return f.Learned
	}
	return f.Happened
}

// Known reports whether the fact was known, and had happened, by asOf.
func (f Fact) Known(asOf time.Time) bool {
	return !f.Learned.After(asOf) && !f.When().After(asOf)
}

// Day is the day on which the fact counts, for a reader in the zone.
func (f Fact) Day(zone *time.Location) throughline.Day { return throughline.DayOf(f.When(), zone) }

// Compare orders facts by when they count, then when they were learned (what
// was said later of an instant is the later word on it), then by their turn,
// which is the order of their source, so that every reader sees one order. Ids
// decide only among facts of before turns were kept.
func Compare(a, b Fact) int {
	return cmp.Or(a.When().Compare(b.When()), a.Learned.Compare(b.Learned), cmp.Compare(a.Turn, b.Turn), bytes.Compare(a.ID[:], b.ID[:]))
}

// Sort puts facts into the one order.
func Sort(fs []Fact) { slices.SortFunc(fs, Compare) }

// Kind is the name of a kind of fact, as it stands in the store and in JSON.
type Kind string

// Body is what a fact says. The family is closed: only this package adds to it.
type Body interface{ Kind() Kind }

// Opened begins a deal. Attributes are those known on the first day.
type Opened struct {
	Title      string                `json:"title,omitempty"`
	Account    throughline.AccountID `json:"account,omitzero"`
	Owner      throughline.PersonID  `json:"owner,omitzero"`
	Attributes map[string]string     `json:"attributes,omitempty"`
}

// Described changes what the deal is called, whose it is at the customer's, or
// an attribute. What is empty is not changed.
type Described struct {
	Title      string                `json:"title,omitempty"`
	Account    throughline.AccountID `json:"account,omitzero"`
	Attributes map[string]string     `json:"attributes,omitempty"`
}

// OwnerChanged hands the deal to another of our people.
type OwnerChanged struct {
	Owner throughline.PersonID `json:"owner"`
}

// StageMoved says which stage of ours the deal was put into. Foreign is the
// word of the system it came from; Stage is empty where nothing maps to it.
type StageMoved struct {
	Foreign string              `json:"foreign,omitempty"`
	Stage   throughline.Address `json:"stage,omitempty"`
}

// MilestoneMet says that a milestone of the process was met, or, by its
// Reason, is not needed here.
type MilestoneMet struct {
	Milestone throughline.Address `json:"milestone"`
	NotNeeded bool                `json:"not_needed,omitempty"`
	Reason    string              `json:"reason,omitempty"`
}

// AmountChanged states the deal's amount from then on.
type AmountChanged struct {
	Amount throughline.Money `json:"amount"`
}

// CloseDateMoved states the date on which an order is expected from then on.
type CloseDateMoved struct {
	To         throughline.Day `json:"to"`
	ByCustomer bool            `json:"by_customer,omitempty"`
}

// Side tells who acted.
type Side string

// The sides. An imported call is nobody's act until someone says whose.
const (
	Us          Side = "us"
	Customer    Side = "customer"
	UnknownSide Side = ""
)

// Activity is a call, message, meeting or task as a CRM records it. Its
// subject is left where it is: it is often about a person.
type Activity struct {
	What   string               `json:"what"` // "call", "email", "meeting", "task"
	By     Side                 `json:"by,omitempty"`
	Person throughline.PersonID `json:"person,omitzero"`
	Open   bool                 `json:"open,omitempty"` // planned, not done
}

// Evidence answers, in part or whole, a question of the journey or supports a
// milestone or a track's step; the fact's grade says how far. People named in
// Text stand there as mentions, {person:ID}, so that erasing one leaves no name.
type Evidence struct {
	About  throughline.Address  `json:"about"`
	Person throughline.PersonID `json:"person,omitzero"` // who of the customer
	Text   string               `json:"text"`
}

// Contradiction speaks against an answer. Both stay; the question is reopened.
type Contradiction struct {
	About  throughline.Address  `json:"about"`
	Person throughline.PersonID `json:"person,omitzero"`
	Text   string               `json:"text"`
}

// PhaseNotNeeded takes a phase off this deal's road, with the reason.
type PhaseNotNeeded struct {
	Phase  throughline.Phase `json:"phase"`
	Reason string            `json:"reason"`
}

// PersonJoined says that a person holds a role in this deal.
type PersonJoined struct {
	Person   throughline.PersonID `json:"person"`
	Role     throughline.Role     `json:"role,omitempty"`     // empty where the source has no canonical role
	Foreign  string               `json:"foreign,omitempty"`  // the source's own word for it
	Function string               `json:"function,omitempty"` // "finance", "operations"
	Left     bool                 `json:"left,omitempty"`
}

// Stance is where a person stands, -2 (against) to +2 (for), and whether they
// describe the problem as the others do.
type Stance struct {
	Person throughline.PersonID `json:"person"`
	Value  int                  `json:"value"`
	Agrees *bool                `json:"agrees,omitempty"` // on the problem; nil where not stated
	Wants  string               `json:"wants,omitempty"`
	Fears  string               `json:"fears,omitempty"`
}

// StepMoved says how far a step of a track, or of a plan, has come.
type StepMoved struct {
	Step   throughline.Address   `json:"step"`
	State  throughline.StepState `json:"state"`
	By     Side                  `json:"by,omitempty"`    // whose step it is
	Person throughline.PersonID  `json:"person,omitzero"` // who of them, or of us, carries it
	Due    throughline.Day       `json:"due,omitzero"`
	Text   string                `json:"text,omitempty"`
	Serves string                `json:"serves,omitempty"` // which outcome of theirs it serves, in words

	NoPerson bool `json:"no_person,omitempty"` // who carried it does no longer, and nobody was named
	NoServes bool `json:"no_serves,omitempty"` // what was said that it serves no longer holds
}

// WorkMoved says how far a piece of the customer's own work has come that has
// nothing to do with the purchase (DOMAIN claims 33 and 34). The fact that
// names it first is what later ones point at.
type WorkMoved struct {
	Of    throughline.FactID    `json:"of,omitzero"` // the first fact about it; zero: this is the first
	What  string                `json:"what"`
	Owner string                `json:"owner,omitempty"`
	Due   throughline.Day       `json:"due,omitzero"`
	State throughline.StepState `json:"state"`

	Initiative throughline.ID     `json:"initiative,omitzero"` // whose work it is, where it is not the deal's alone
	Same       throughline.FactID `json:"same,omitzero"`       // the fact of another deal that said this first
	Serves     string             `json:"serves,omitempty"`    // which outcome of theirs it serves, in words

	Undated  bool `json:"undated,omitempty"`   // the day that was said no longer holds
	NoOwner  bool `json:"no_owner,omitempty"`  // nor does whose it was said to be
	NoServes bool `json:"no_serves,omitempty"` // nor what it was said to serve
}

// Noted is what somebody wants to keep that is no evidence: a note, or what
// came out of a tool.
type Noted struct {
	About throughline.Address `json:"about,omitempty"`
	Tool  throughline.Address `json:"tool,omitempty"` // pack/jolt/tool/risk-menu
	Text  string              `json:"text"`
}

// Asked is a question that was left for whoever runs the deal, in place of an
// instruction. The answer is a strategy, or a note.
type Asked struct {
	About throughline.Address `json:"about,omitempty"`
	Text  string              `json:"text"`
}

// TargetSet is what the customer wants to have moved, in their measure (P3).
type TargetSet struct {
	Measure  string               `json:"measure"`
	Baseline string               `json:"baseline,omitempty"`
	Target   string               `json:"target"`
	By       throughline.Day      `json:"by,omitzero"`     // when it is to be measured
	Person   throughline.PersonID `json:"person,omitzero"` // who of them set it
}

// ResultMeasured is what became of a target (P9).
type ResultMeasured struct {
	Of     throughline.FactID   `json:"of"` // the target
	Actual string               `json:"actual"`
	Person throughline.PersonID `json:"person,omitzero"` // who of them measured it
}

// Classified records the buying class and what it was judged by. A class that
// was looked at again and kept is recorded anew: that, too, answers what asked.
type Classified struct {
	Class   throughline.Class `json:"class"`
	Factors map[string]int    `json:"factors,omitempty"`
	Issues  Stated            `json:"issues,omitempty"`  // what the buying-issue test said of the steps they stated (DOMAIN 5)
	After   []After           `json:"after,omitempty"`   // what had happened since the class before it
	Because string            `json:"because,omitempty"` // why, in a sentence, where somebody wrote one
}

// Stated is what the buying-issue test said of the steps a customer stated. It
// is a type of its own so that no name is looked for in it.
type Stated string

// After is something that happened, for which a class was looked at again.
// Fact is zero where it follows from time alone.
type After struct {
	Event Event              `json:"event"`
	Fact  throughline.FactID `json:"fact,omitzero"`
}

// Noticed is an event that may reopen phases, or a sign of indecision
// (DOMAIN 3.7); Event is one of Events.
type Noticed struct {
	Event  Event                `json:"event"`
	Person throughline.PersonID `json:"person,omitzero"`
	Text   string               `json:"text,omitempty"`
}

// Event is what can happen to a deal from outside.
type Event string

// Events that make one think again; the last four are signs of indecision.
const (
	NewVeto            Event = "new_veto"
	SponsorLeft        Event = "sponsor_left"
	Reorganisation     Event = "reorganisation"
	ScopeChanged       Event = "scope_changed"
	NewAlternative     Event = "new_alternative"
	ProcurementEntered Event = "procurement_entered"
	DateMoved          Event = "date_moved_by_customer"
	SolicitationIssued Event = "solicitation_issued"
	MoreReferences     Event = "more_references"
	MoreOptions        Event = "more_options"
	ComparisonReopened Event = "comparison_reopened"
	QuietAfterWarm     Event = "quiet_after_warm"
)

// What asks for a look at the class beside events (DOMAIN 3.7, 4.6). It follows
// from other facts; nobody records it as an event.
const (
	EvidenceConflict Event = "evidence_conflict" // somebody spoke against an answer
	AccountsDiffer   Event = "accounts_differ"   // somebody describes the problem differently
	StepWaits        Event = "step_waits"        // a step of theirs is due and they have been quiet for two weeks
	GrewLarger       Event = "grew_larger"       // a larger purchase has grown out of it

	// what a person's coming and going may amount to; the rest of the deal decides
	personLeft   Event = "person_left"
	personVetoes Event = "person_vetoes"
	personBuys   Event = "person_buys"
)

// Occasions lists the events that ask whether the class still holds.
func Occasions() []Event {
	return []Event{NewVeto, SponsorLeft, Reorganisation, ScopeChanged, NewAlternative, ProcurementEntered, DateMoved,
		StepWaits, EvidenceConflict, AccountsDiffer, GrewLarger}
}

// AsksClass reports whether the event is one for which the class of a purchase
// is looked at again: any event of DOMAIN 3.7. Signs of indecision are none; a
// solicitation is the customer following the rules it had.
func (e Event) AsksClass() bool { return slices.Contains(Occasions(), e) }

// Events lists them.
func Events() []Event {
	return []Event{NewVeto, SponsorLeft, Reorganisation, ScopeChanged, NewAlternative, ProcurementEntered, DateMoved, SolicitationIssued,
		MoreReferences, MoreOptions, ComparisonReopened, QuietAfterWarm}
}

// Reopens gives the phase whose answer an event puts in question (DOMAIN 3.7):
// who may stop it asks about agreement again, who carried it or the room it had
// about priority, what it must do about the rules, another way about the choice.
func (e Event) Reopens() (throughline.Phase, bool) {
	switch e {
	case NewVeto:
		return throughline.Align, true
	case SponsorLeft, Reorganisation, DateMoved:
		return throughline.Own, true
	case ScopeChanged:
		return throughline.Rules, true
	case NewAlternative:
		return throughline.Choose, true
	}
	return throughline.NoPhase, false
}

// Indecision reports whether the event is a sign of indecision.
func (e Event) Indecision() bool {
	switch e {
	case MoreReferences, MoreOptions, ComparisonReopened, QuietAfterWarm:
		return true
	}
	return false
}

// Override is a seller's own judgement against the computed one, with the
// reason; it is shown as an override and changes no evidence.
type Override struct {
	Position throughline.Phase `json:"position"`
	Reason   string            `json:"reason"`
}

// Judged is a person's own forecast category, beside the computed one. A commit
// to which nothing came from the customer needs the Reason (DOMAIN B.1, 11).
type Judged struct {
	Category Category `json:"category,omitempty"` // empty takes the last one back
	Reason   string   `json:"reason,omitempty"`
}

// Category is what sellers call a deal in a forecast.
type Category string

// The categories, surest first.
const (
	Commit   Category = "commit"
	BestCase Category = "best_case"
	Pipeline Category = "pipeline"
	Omitted  Category = "omitted"
)

// Categories lists them, surest first.
func Categories() []Category { return []Category{Commit, BestCase, Pipeline, Omitted} }

// Strategy is one version of the deal strategy (DOMAIN appendix A).
type Strategy struct {
	Aim     string             `json:"aim,omitempty"`
	Bet     string             `json:"bet,omitempty"`
	By      string             `json:"by,omitempty"`      // the bet's date, 2026-11-28
	Against string             `json:"against,omitempty"` // the strongest alternative, doing nothing among them, and our answer
	Stops   []Stop             `json:"stops,omitempty"`
	Moves   []Move             `json:"moves,omitempty"`
	StopIf  string             `json:"stop_if,omitempty"`
	Because string             `json:"because,omitempty"` // the event or thought that caused this version
	Answers throughline.FactID `json:"answers,omitzero"`  // the question left for it, if one was
}

// Stop is one of the things that could stop a deal.
type Stop struct {
	What    string `json:"what"`
	Owner   string `json:"owner,omitempty"`
	Sign    string `json:"sign,omitempty"`    // how it would show first
	Outside bool   `json:"outside,omitempty"` // it lies outside the purchase
}

// StopsOf makes stops of bare sentences.
func StopsOf(what ...string) []Stop {
	out := make([]Stop, len(what))
	for i, w := range what {
		out[i].What = w
	}
	return out
}

// UnmarshalJSON reads a stop, or the bare sentence that older ledgers hold.
func (s *Stop) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		*s = Stop{}
		return json.Unmarshal(b, &s.What)
	}
	type plain Stop
	return json.Unmarshal(b, (*plain)(s))
}

// Move is a next move, with the customer act it should lead to.
type Move struct {
	What    string               `json:"what"`
	Purpose string               `json:"purpose,omitempty"`
	Person  throughline.PersonID `json:"person,omitzero"` // with whom of theirs
	Bring   string               `json:"bring,omitempty"`
	Expect  string               `json:"expect,omitempty"`
	By      string               `json:"by,omitempty"`
	Serves  throughline.Address  `json:"serves,omitempty"` // which of the nine questions it is to have answered
}

// BetResolved answers the one question on a bet's date.
type BetResolved struct {
	Strategy throughline.FactID `json:"strategy"`
	Result   BetResult          `json:"result"`
	Until    throughline.Day    `json:"until,omitzero"` // too early: when to ask again
}

// BetResult is what became of a bet.
type BetResult string

// The three answers to the one question.
const (
	BetHappened BetResult = "happened"
	BetDidNot   BetResult = "did_not"
	BetTooEarly BetResult = "too_early"
)

// BetResults lists them.
func BetResults() []BetResult { return []BetResult{BetHappened, BetDidNot, BetTooEarly} }

// Ended gives the deal its end state. Foreign is the source's word for it.
type Ended struct {
	Outcome  throughline.Outcome  `json:"outcome"`
	Cause    throughline.Cause    `json:"cause,omitempty"`
	Foreign  string               `json:"foreign,omitempty"`
	Text     string               `json:"text,omitempty"`
	Until    throughline.Day      `json:"until,omitzero"`       // postponed: wakes on this day
	Trigger  string               `json:"trigger,omitempty"`    // postponed: or on this
	Person   throughline.PersonID `json:"person,omitzero"`      // who of the customer says so
	Compared string               `json:"compared,omitempty"`   // where price was named: compared with what
	Decided  string               `json:"decided_by,omitempty"` // and decided by whom

	// Undated: nobody wrote down on which day. In a Summary only; of a fact its
	// own dates say so.
	Undated bool `json:"-"`
}

// Resumed opens an ended deal again.
type Resumed struct {
	Foreign string `json:"foreign,omitempty"`
}

// Linked ties a land deal to the enterprise deal it may grow into.
type Linked struct {
	To throughline.DealID `json:"to"`
	As string             `json:"as"` // "land", "expand", "renew"; MergedInto, TookIn
}

// PlaybookMoved puts the deal on another version of the playbook; a person
// confirmed the mapping of stages by which it was moved.
type PlaybookMoved struct {
	From string `json:"from,omitempty"` // hash
	To   string `json:"to"`
}

// ProcessPicked is one of ours taking the deal onto another sales process than
// the playbook's rules suggest. An empty Process gives it back to the rules.
type ProcessPicked struct {
	Process   throughline.Address `json:"process,omitempty"`   // process/standard
	Suggested throughline.Address `json:"suggested,omitempty"` // what the rules said then
	Reason    string              `json:"reason,omitempty"`
}

// Correction takes a fact back. What holds instead is a fact of its own.
type Correction struct {
	Of     throughline.FactID `json:"of"`
	Reason string             `json:"reason,omitempty"`
}

// PersonMerged says that two names are one human: what is told of Person is
// told of Into, from the day on which that was learned. Taking it back takes the
// two apart again; no other fact is touched by either.
type PersonMerged struct {
	Person throughline.PersonID `json:"person"`
	Into   throughline.PersonID `json:"into"`
}

// ReportsTo says whom of theirs somebody of the customer's reports to, from then on.
// Without To it ends what was said before: whom they report to now is not known.
type ReportsTo struct {
	Person throughline.PersonID `json:"person"`
	To     throughline.PersonID `json:"to,omitzero"`
}

// EncodeBody gives the body as JSON, as stores keep it.
func EncodeBody(b Body) ([]byte, error) { return json.Marshal(b) }

// DecodeBody reads what EncodeBody wrote. A kind this program does not know is
// an error: a newer program wrote it.
func DecodeBody(k Kind, b []byte) (Body, error) {
	m, ok := family[k]
	if !ok {
		return nil, fmt.Errorf("fact of kind %q is not known to this version", k)
	}
	return m.decode(b)
}

// MarshalJSON gives the documented shape of a fact: the head, then the body
// under "body".
func (f Fact) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		ID       throughline.FactID   `json:"id"`
		Kind     Kind                 `json:"kind"`
		Happened *time.Time           `json:"happened_on,omitempty"`
		Learned  time.Time            `json:"learned_on"`
		Author   throughline.PersonID `json:"author,omitzero"`
		By       Actor                `json:"by,omitzero"`
		Source   Source               `json:"source"`
		Grade    *throughline.Grade   `json:"grade,omitempty"`
		Body     Body                 `json:"body"`
	}{f.ID, f.Body.Kind(), timeOrNil(f.Happened), f.Learned, f.Author(), f.By, f.Source, gradeOrNil(f), f.Body})
}

func timeOrNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// Graded reports whether the fact's grade means something.
func (f Fact) Graded() bool {
	switch f.Body.(type) {
	case Evidence, Contradiction, Stance, StepMoved, MilestoneMet, Ended, PersonJoined, ReportsTo, TargetSet, ResultMeasured, PromiseMade, StepStated, DecisionStated,
		InitiativeStated:
		return true
	}
	return false
}

func gradeOrNil(f Fact) *throughline.Grade {
	if !f.Graded() {
		return nil
	}
	return &f.Grade
}
