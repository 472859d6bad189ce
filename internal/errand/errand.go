// Package errand says the one thing to do next about a deal: whom to ask, call
// or send something, what about, and by which day; and what of a deal has a day.
//
// Takes: a deal's summary, its reading, and the advice of the methods on it.
// Gives: an Errand, as a code with arguments (words are the phrase room's), and Dues in the order of their days.
// Never: invents a person, a day that somebody promised, or an act of the customer's.
package errand

import (
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/blend"
	"github.com/throughline/throughline/internal/deal"
)

// Code names what is to be done; the phrase room has its sentence, and what
// happens if it is left.
type Code string

// The errands.
const (
	Ask        Code = "ask"          // the question of Phase, of Person
	Who        Code = "who"          // Person, who holds Role
	Confirm    Code = "confirm"      // Person, whether the answer to Phase still holds
	Changed    Code = "changed"      // Person, what has changed at Phase, which is open again
	Call       Code = "call"         // Person, who has not been heard for Count days
	Promise    Code = "promise"      // Person (or Promise.Who), for what they promised
	Deliver    Code = "deliver"      // What we owe them
	TheirStep  Code = "their_step"   // how far What of theirs is
	TheirWork  Code = "their_work"   // what What, beside the purchase, needs
	Step       Code = "step"         // how far the step About is
	Begin      Code = "begin"        // the paper, with the step About where one is counted
	Doubts     Code = "doubts"       // Person, what makes it hard to choose
	Differ     Code = "differ"       // Person, how they see it: they describe it differently
	Date       Code = "date"         // Person, which day they need it by
	Bet        Code = "bet"          // say whether the bet came off
	Rethink    Code = "rethink"      // what Event changes of our plan
	Strategy   Code = "strategy"     // say whether it changes the strategy; Count 1: write what changes
	Stop       Code = "stop"         // rethink or step back
	Answer     Code = "answer"       // the question that was left
	Class      Code = "class"        // look again at how they buy
	CatchUp    Code = "catch_up"     // they are further than what we have down
	Priority   Code = "priority"     // Person, what it competes with now
	Deciding   Code = "deciding"     // Person, how they decide
	Respond    Code = "respond"      // answer what they sent out, and approach nobody but their contracting officer
	Resume     Code = "resume"       // Person, whether they take it up again
	Use        Code = "use"          // what using it needs: What, or the step About
	Result     Code = "result"       // Person, what has come of it
	Move       Code = "move"         // What one of ours planned, with Person
	LookItOver Code = "look_it_over" // nothing better is known
)

// Codes lists them.
func Codes() []Code {
	return []Code{Ask, Who, Confirm, Changed, Call, Promise, Deliver, TheirStep, TheirWork, Step, Begin, Doubts, Differ, Date, Bet, Rethink, Strategy, Stop,
		Answer, Class, CatchUp, Priority, Deciding, Respond, Resume, Use, Result, Move, LookItOver}
}

// Errand is the one thing to do next about a deal.
type Errand struct {
	Code    Code                 `json:"code"`
	Person  throughline.PersonID `json:"person,omitzero"` // of theirs; zero: nobody is known
	Role    throughline.Role     `json:"role,omitempty"`
	Phase   throughline.Phase    `json:"phase,omitempty"`
	By      throughline.Day      `json:"by"` // never before today
	What    string               `json:"what,omitempty"`
	About   throughline.Address  `json:"about,omitempty"`
	Event   deal.Event           `json:"event,omitempty"`
	Count   int                  `json:"count,omitempty"`
	Promise *deal.PromiseMade    `json:"promise,omitempty"`
	Fact    throughline.FactID   `json:"fact,omitzero"`
	Reason  alignment.Reason     `json:"reason,omitzero"` // why; its Code is empty where it is only because it was planned
}

// Of gives the errand of a deal; ok is false where there is none. Early are the
// steps of the paper that have to begin soon (blend.Early), soonest first.
//
// The heaviest reason decides. What somebody planned for these days goes before
// reasons that nobody waits on: the seller has thought of it already.
func Of(s *deal.Summary, r alignment.Reading, a blend.Advice, early []blend.StepDates) (e Errand, ok bool) {
	if s == nil || len(r.Reasons) == 0 {
		return Errand{}, false
	}
	f := finder{s: s, r: r, a: a, early: early}
	why := r.Reasons[0]
	if r.Locked && !inward(why.Code) {
		return Errand{Code: Respond, Person: f.holds(throughline.BuyerOfRecord), By: f.soon(), Reason: f.reason(alignment.LockedOut, why)}, true
	}
	if m, planned := f.move(); planned && general(why.Code) {
		e := Errand{Code: Move, What: m.What, Person: f.there(m.Person), By: f.notBefore(m.By)}
		return e, true
	}
	e = f.from(why)
	e.Reason = why
	return e, true
}

// general reasons are those on which nobody waits.
func general(c alignment.Code) bool {
	switch c {
	case alignment.SilentNow, alignment.NothingFromThem, alignment.AheadOfThem, alignment.BehindThem, alignment.DateNear, alignment.DatePast,
		alignment.GrownOld, alignment.PushedDate, alignment.ContractingUnbegun, alignment.IndecisionSigns, alignment.PriorityOld,
		alignment.DecisionUnknown, alignment.TheyDisagree, alignment.StepOverdue, alignment.StepWaits:
		return true
	}
	return false
}

// inward reasons need nobody of the customer's.
func inward(c alignment.Code) bool {
	switch c {
	case alignment.EventNow, alignment.ClassAsked, alignment.BetDue, alignment.BetsFailed, alignment.StrategyAsked, alignment.QuestionLeft, alignment.OwedLate, alignment.BehindThem:
		return true
	}
	return false
}

type finder struct {
	s     *deal.Summary
	r     alignment.Reading
	a     blend.Advice
	early []blend.StepDates
}

// from makes an errand of a reason.
func (f finder) from(y alignment.Reason) Errand {
	now, soon, who := f.r.AsOf, f.soon(), f.person()
	switch y.Code {
	case alignment.WokeUp:
		return Errand{Code: Resume, Person: who, By: soon}
	case alignment.ReopenedQuestion:
		return Errand{Code: Changed, Person: f.onPhase(y.Phase), Phase: y.Phase, By: soon}
	case alignment.GrownOld:
		return Errand{Code: Confirm, Person: f.onPhase(y.Phase), Phase: y.Phase, By: soon}
	case alignment.EventNow:
		return Errand{Code: Rethink, Event: y.Event, By: now}
	case alignment.ClassAsked:
		return Errand{Code: Class, Event: y.Event, By: now}
	case alignment.SilentNow:
		return Errand{Code: Call, Person: who, Count: y.Count, By: soon}
	case alignment.NothingFromThem, alignment.AheadOfThem:
		return f.ask(y.Phase)
	case alignment.BehindThem:
		return Errand{Code: CatchUp, Phase: y.Phase, By: soon}
	case alignment.IndecisionSigns:
		return Errand{Code: Doubts, Person: who, By: soon}
	case alignment.DateNear, alignment.DatePast, alignment.PushedDate:
		return Errand{Code: Date, Person: who, By: soon}
	case alignment.TheyDisagree:
		return Errand{Code: Differ, Person: f.against(), By: soon}
	case alignment.SponsorMissing:
		return Errand{Code: Who, Person: who, Role: throughline.SponsorRole, Phase: throughline.Own, By: soon}
	case alignment.PriorityOld:
		return Errand{Code: Priority, Person: who, By: soon}
	case alignment.DecisionUnknown:
		return Errand{Code: Deciding, Person: who, By: soon}
	}
	return f.fromWork(y)
}

// fromWork makes an errand of a reason that is a piece of work with a day, or a
// question to ourselves.
func (f finder) fromWork(y alignment.Reason) Errand {
	now, soon := f.r.AsOf, f.soon()
	if f.r.Outcome == throughline.Won && afterOrder(y.Code) { // the order is there: it is about using it
		return Errand{Code: Use, What: y.What, About: y.About, Fact: y.Fact, Person: f.person(), By: soon}
	}
	switch y.Code {
	case alignment.PromiseLate, alignment.PromiseDue:
		e := Errand{Code: Promise, By: now, Promise: y.Promise, Fact: y.Fact}
		if y.Promise != nil {
			e.Person = y.Promise.Person
		}
		return e
	case alignment.OwedLate:
		return Errand{Code: Deliver, What: y.What, Fact: y.Fact, By: now}
	case alignment.StatedLate:
		return Errand{Code: TheirStep, What: y.What, Fact: y.Fact, Person: f.person(), By: soon}
	case alignment.WorkFailing, alignment.WorkStuck, alignment.WorkLate:
		return Errand{Code: TheirWork, What: y.What, Fact: y.Fact, Person: f.person(), By: soon}
	case alignment.AdoptionLate:
		return Errand{Code: Use, What: y.What, Fact: y.Fact, Person: f.person(), By: soon}
	case alignment.ResultDue:
		return Errand{Code: Result, Person: f.person(), Phase: throughline.Prove, By: soon}
	case alignment.StepOverdue, alignment.StepWaits:
		return Errand{Code: Step, About: y.About, Person: f.paper(), By: soon}
	case alignment.ContractingUnbegun:
		e := Errand{Code: Begin, Person: f.paper(), By: soon}
		if len(f.early) > 0 {
			e.About, e.By = f.early[0].Address, f.notBefore(f.early[0].Begin)
		}
		return e
	case alignment.BetDue:
		return Errand{Code: Bet, By: now}
	case alignment.StrategyAsked:
		return Errand{Code: Strategy, Count: y.Count, By: now}
	case alignment.BetsFailed:
		return Errand{Code: Stop, By: soon}
	case alignment.QuestionLeft:
		return Errand{Code: Answer, By: now}
	case alignment.LockedOut:
		return Errand{Code: Respond, Person: f.holds(throughline.BuyerOfRecord), By: soon}
	}
	return Errand{Code: LookItOver, By: soon}
}

// afterOrder reasons are of work that goes on once the order is placed.
func afterOrder(c alignment.Code) bool {
	switch c {
	case alignment.WorkFailing, alignment.WorkStuck, alignment.WorkLate, alignment.StepOverdue, alignment.StepWaits:
		return true
	}
	return false
}

// ask is the question they have to answer next: of whoever owns it; where nobody
// holds that role, somebody else is asked who does.
func (f finder) ask(p throughline.Phase) Errand {
	if !p.Known() && len(f.r.Ask) > 0 {
		p = f.r.Ask[0]
	}
	who := f.person()
	if len(f.a.People) > 0 && f.a.People[0].Person.IsZero() && f.a.People[0].Role != "" {
		return Errand{Code: Who, Person: who, Role: f.a.People[0].Role, Phase: p, By: f.soon()}
	}
	if !p.Known() {
		return Errand{Code: LookItOver, By: f.soon()}
	}
	return Errand{Code: Ask, Person: who, Phase: p, By: f.soon()}
}

// person is whom the methods would ask first, of those who are known.
func (f finder) person() throughline.PersonID {
	for _, p := range f.a.People {
		if !p.Person.IsZero() {
			return p.Person
		}
	}
	for _, id := range f.s.PersonIDs() {
		if !f.s.People[id].Left.Value {
			return id
		}
	}
	return throughline.PersonID{}
}

// onPhase is who spoke last on a question and is still there.
func (f finder) onPhase(p throughline.Phase) throughline.PersonID {
	for _, e := range slices.Backward(f.r.Phase(p).Evidence) {
		if st, known := f.s.People[e.Person]; known && !st.Left.Value && !e.Against {
			return e.Person
		}
	}
	return f.person()
}

func (f finder) against() throughline.PersonID {
	for _, id := range f.r.Consensus.Against {
		if id = f.there(id); !id.IsZero() {
			return id
		}
	}
	return f.person()
}

// paper is through whose hands the order goes.
func (f finder) paper() throughline.PersonID {
	if id := f.holds(throughline.BuyerOfRecord); !id.IsZero() {
		return id
	}
	return f.person()
}

func (f finder) holds(role throughline.Role) throughline.PersonID {
	for _, id := range f.s.PersonIDs() {
		if st := f.s.People[id]; !st.Left.Value && slices.Contains(st.Roles, role) {
			return id
		}
	}
	return throughline.PersonID{}
}

// there is the person, unless they have left.
func (f finder) there(id throughline.PersonID) throughline.PersonID {
	if f.s.People[id].Left.Value {
		return throughline.PersonID{}
	}
	return id
}

// Reach of planned moves: how late one still counts, and how soon it is near.
const (
	lateMove = 14
	nearMove = 7
)

// move is the soonest move that somebody planned for these days and has not
// ticked off.
func (f finder) move() (out deal.Planned, ok bool) {
	ticked := throughline.Day{}
	if l := f.s.Aside; l.Value.How == deal.AsideDone && l.Value.What == string(Move) {
		ticked = throughline.DayOf(l.At, f.r.Zone)
	}
	for _, m := range f.s.Planned {
		left := m.By.Sub(f.r.AsOf)
		if m.By.IsZero() || left < -lateMove || left > nearMove || !ticked.IsZero() && m.By.Sub(ticked) <= nearMove {
			continue
		}
		if !ok || m.By.Sub(out.By) < 0 {
			out, ok = m, true
		}
	}
	return out, ok
}

// reason is the reason of a code, where there is one, else another.
func (f finder) reason(c alignment.Code, other alignment.Reason) alignment.Reason {
	for _, y := range f.r.Reasons {
		if y.Code == c {
			return y
		}
	}
	return other
}

func (f finder) notBefore(d throughline.Day) throughline.Day {
	if d.Sub(f.r.AsOf) < 0 {
		return f.r.AsOf
	}
	return d
}

// soon is by when what nobody named a day for should be done: in four days, on
// no weekend, and not after the day on which they are to order.
func (f finder) soon() throughline.Day {
	day := f.r.AsOf.Add(4)
	switch day.Civil().Weekday() {
	case time.Saturday:
		day = day.Add(2)
	case time.Sunday:
		day = day.Add(1)
	}
	if to := f.s.CloseDate(); !to.IsZero() && to.Sub(f.r.AsOf) > 0 && to.Sub(day) < 0 {
		day = to
	}
	return day
}
