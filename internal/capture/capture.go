// Package capture reads a few sentences typed after a call, or pasted from a
// message, and proposes the facts they hold: who said or did what, which
// question or step it answers, how far it can be trusted, and when it was.
//
// Takes: the words, the people of the deal, the day, and the playbook's questions.
// Gives: proposals in the order of the words, each with its place and its reasons.
// Never: records anything, does I/O, or claims for a customer what only we think.
//
// How it reads, and how well, is told in docs/methods/capture.md.
package capture

import (
	"context"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// Person is somebody of the deal, or one of ours.
type Person struct {
	ID       throughline.PersonID
	Name     string
	Title    string
	Function string
	Roles    []throughline.Role
	Ours     bool
}

// From says where the words come from.
type From string

// The origins. In a message or a document, "we" is the customer; in a call it
// is whoever speaks, and nothing in it is more than said.
const (
	Conversation From = "conversation"
	Message      From = "message"
	Document     From = "document"
	Call         From = "call"
)

// Speech is a stretch of a note that is one person's words of one day. Where a
// note has some, they alone are read.
type Speech struct {
	Start, End int             // bytes of the note
	By         *Person         // nil: nobody knows who; with a name and no id: somebody new
	Day        throughline.Day // the zero Day: today
	From       From
}

// Note is what somebody typed or pasted.
type Note struct {
	Text     string
	People   []Person          // of the deal, and our own
	Today    throughline.Day   // "yesterday" is the day before
	Frontier throughline.Phase // breaks ties between questions
	From     From
	Speeches []Speech // none: all of it is read, as its lines tell
}

// Kind is what a proposal would become.
type Kind string

// The kinds, each with the fact of package deal it would become.
const (
	Evidence      Kind = "evidence"      // deal.Evidence
	Contradiction Kind = "contradiction" // deal.Contradiction
	Event         Kind = "event"         // deal.Noticed
	Stance        Kind = "stance"        // deal.Stance
	Left          Kind = "left"          // deal.PersonJoined with Left
	Joined        Kind = "joined"        // deal.PersonJoined
	Step          Kind = "step"          // deal.StepMoved
	Milestone     Kind = "milestone"     // deal.MilestoneMet
	Promise       Kind = "promise"       // deal.PromiseMade
	Won           Kind = "won"           // deal.Ended, won
	Loss          Kind = "loss"          // deal.Ended, with any other end
	Postponement  Kind = "postponement"  // deal.Ended, postponed
)

// Kinds lists the kinds in the order in which they are shown.
func Kinds() []Kind {
	return []Kind{Evidence, Contradiction, Promise, Event, Stance, Left, Joined, Step, Milestone, Won, Loss, Postponement}
}

// Sign is what a proposal says to the question whether the deal goes on.
func (p *Proposal) Sign() int {
	switch p.Kind {
	case Evidence, Step, Milestone, Won:
		return 1
	case Contradiction, Loss, Postponement, Left:
		return -1
	case Stance:
		return min(max(p.Stance, -1), 1)
	case Event:
		switch p.Event {
		case deal.ScopeChanged, deal.ProcurementEntered, deal.SolicitationIssued:
			return 0
		}
		return -1
	}
	return 0
}

// Proposal is one fact that a person may accept, correct or discard.
type Proposal struct {
	Kind     Kind
	Text     string // the sentence, with known people as mentions, {person:ID}
	Person   throughline.PersonID
	New      string // the name of somebody of theirs whom nobody knows yet
	Title    string // of the new one, where it was said
	Function string
	Role     throughline.Role

	About  throughline.Address   // the question, step or milestone; empty for the kinds that have none
	Others []throughline.Address // the next best, at most three

	Grade    throughline.Grade
	Happened throughline.Day // never after today
	Due      throughline.Day // the day that was promised, where one was

	Event  deal.Event
	Stance int
	Agrees *bool // whether the person describes the problem as the others do, where that was said
	State  throughline.StepState
	By     deal.Side // whose step it is

	Outcome throughline.Outcome // how it ends: Won, Loss, Postponement
	Cause   throughline.Cause   // of an end without decision, where the words name one
	Trigger string              // of a postponement: what brings it back
	Who     string              // of a promise by somebody who is not named: "their lawyer"
	What    string              // of a promise

	// Ask says that the words leave open which kind it is: a person is asked,
	// with Kind first and then Or; "" among them is "it says nothing".
	Ask bool
	Or  []Kind

	Start, End int // bytes of the note
	Because    []Ground
}

// Part is the part of a proposal that some words led to.
type Part string

// The parts.
const (
	PartAbout  Part = "about"
	PartGrade  Part = "grade"
	PartPerson Part = "person"
	PartDate   Part = "date"
	PartKind   Part = "kind"
)

// Ground says which words of the note led to which part.
type Ground struct {
	Part  Part
	Words string
}

// Proposer is another who may propose: a language model, where one was
// configured and allowed. What it gives has the same closed shape.
type Proposer interface {
	Propose(ctx context.Context, n Note) ([]Proposal, error)
}

// Most proposals of one note; who pastes more than that has pasted a book.
const Most = 200
