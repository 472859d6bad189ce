package alignment

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// Code names a reason to look at a deal; the phrase room has its sentence.
type Code string

// The reasons, heaviest kind first (docs/methods/alignment.md gives the weights and why).
const (
	WokeUp             Code = "woke_up"               // postponed until a day that has come
	ReopenedQuestion   Code = "reopened"              // a question they had answered is open again
	LockedOut          Code = "locked"                // a solicitation is out
	EventNow           Code = "event"                 // something happened that changes the strategy
	SilentNow          Code = "silent"                // they have not acted for longer than is usual
	NothingFromThem    Code = "nothing_from_customer" // nothing here comes from the customer
	AheadOfThem        Code = "ahead"                 // we act as if they were further than they are
	IndecisionSigns    Code = "indecision"            // signs of fear to choose
	DateNear           Code = "date_near"             // the close date is near, questions are open
	DatePast           Code = "date_past"             // the close date has passed
	StepOverdue        Code = "step_overdue"          // a step of the paper is overdue
	ContractingUnbegun Code = "contracting_unbegun"   // they have (nearly) decided, the paper has not begun
	TheyDisagree       Code = "disagree"              // people describe the problem differently
	GrownOld           Code = "grown_old"             // answers have grown old and want confirming
	BehindThem         Code = "behind"                // they are further than we act
	PushedDate         Code = "pushed"                // the close date was moved later again and again
	BetDue             Code = "bet_due"               // the date of a bet has come: one question
	BetsFailed         Code = "bets_failed"           // three bets in a row did not come off: rethink or stop
	QuestionLeft       Code = "question_left"         // somebody left a question, and no strategy answers it
	StepWaits          Code = "step_waits"            // a step of theirs is due and they have not acted for two weeks
	PromiseLate        Code = "promise_late"          // a promise of theirs is overdue
	PromiseDue         Code = "promise_due"           // a promise of theirs is due today
	OwedLate           Code = "owed_late"             // a step that we owe them is overdue
	StatedLate         Code = "stated_late"           // a step of their own way is overdue
	WorkFailing        Code = "work_failing"          // work of theirs beside the purchase is going wrong
	WorkStuck          Code = "work_stuck"            // it does not move
	WorkLate           Code = "work_late"             // it is overdue
	PriorityOld        Code = "priority_old"          // what it competes with was last said long ago
	SponsorMissing     Code = "sponsor_missing"       // nobody of theirs stands behind it any more
	AdoptionLate       Code = "adoption_late"         // ordered, and using it does not come about by its day
	ResultDue          Code = "result_due"            // ordered, and the day of the result has passed without one
	DecisionUnknown    Code = "decision_unknown"      // they do not know how they decide, and it is late for that
	StrategyAsked      Code = "strategy_asked"        // whether the strategy changes was put off until a day that has come; Count 1: it does, and none was written
	ClassAsked         Code = "class_asked"           // something happened since the class was settled: is it still bought this way?
)

// Codes lists them.
func Codes() []Code {
	return []Code{
		WokeUp,
		ReopenedQuestion,
		LockedOut,
		EventNow,
		SilentNow,
		NothingFromThem,
		AheadOfThem,
		IndecisionSigns,
		DateNear,
		DatePast,
		StepOverdue,
		ContractingUnbegun,
		TheyDisagree,
		GrownOld,
		BehindThem,
		PushedDate,
		BetDue,
		BetsFailed,
		QuestionLeft,
		StepWaits,
		PromiseLate,
		PromiseDue,
		OwedLate,
		StatedLate,
		WorkFailing,
		WorkStuck,
		WorkLate,
		PriorityOld,
		SponsorMissing,
		AdoptionLate,
		ResultDue,
		DecisionUnknown,
		StrategyAsked,
		ClassAsked,
	}
}

// Reason is why to look at a deal: a code, its arguments, and a weight that
// only orders. Which arguments a code has is said where it is made.
type Reason struct {
	Code   Code                `json:"code"`
	Weight int                 `json:"weight"`
	Phase  throughline.Phase   `json:"phase,omitempty"`
	Other  throughline.Phase   `json:"other,omitempty"` // ours, where two phases are compared
	Count  int                 `json:"count,omitempty"` // days, questions, times, signs
	Limit  int                 `json:"limit,omitempty"` // what is usual
	Event  deal.Event          `json:"event,omitempty"`
	About  throughline.Address `json:"about,omitempty"`
	Since  throughline.Day     `json:"since,omitzero"`

	Promise *deal.PromiseMade  `json:"promise,omitempty"` // which, of PromiseLate and PromiseDue
	Fact    throughline.FactID `json:"fact,omitzero"`     // and the fact that says so
	What    string             `json:"what,omitempty"`    // which step or work, in its own words
}

// recent is how long an event is news.
const recent = 30 * aDay

// reasons lists why to look at the deal, heaviest first. Ended deals have
// none, but for a postponed one whose day has come, and for one that was won,
// until the result: using it may be late, or the result be owed.
func (w weigher) reasons(r Reading) []Reason {
	var out []Reason
	add := func(y Reason) { out = append(out, y) }
	today := w.today()
	if r.Outcome != throughline.StillOpen {
		w.ended(r, today, add)
		sortReasons(out)
		return out
	}
	for _, p := range r.Phases {
		if p.Shown && p.State == throughline.Reopened {
			add(Reason{Code: ReopenedQuestion, Weight: 50, Phase: p.Phase, Since: p.Since})
		}
	}
	if n := len(r.Lapsed); n > 0 {
		add(Reason{Code: GrownOld, Weight: 10 + 5*min(n, 4), Phase: r.Lapsed[0], Count: n})
	}
	if r.Locked {
		add(Reason{Code: LockedOut, Weight: 5})
	}
	w.happened(r, add)
	if s := r.Silence; s.Silent {
		add(Reason{Code: SilentNow, Weight: 40 + min(20, (s.Days-s.Limit)/15), Count: s.Days, Limit: s.Limit, Since: s.Since})
	}
	w.gap(r, add)
	w.bets(today, add)
	w.promises(today, add)
	w.duties(today, add)
	w.deciding(r, today, add)
	if n := len(r.Confidence.Signs); n > 0 {
		add(Reason{Code: IndecisionSigns, Weight: 20 + 10*min(n, 3), Phase: throughline.Commit, Count: n})
	}
	w.dates(r, today, add)
	w.paper(r, today, add)
	if g := r.Consensus; g.Known && len(g.Against) > 0 && g.Value < 0.75 {
		add(Reason{Code: TheyDisagree, Weight: 30, Phase: throughline.Align, Count: len(g.Against)})
	}
	if n := w.d.Pushes(); n >= 2 {
		add(Reason{Code: PushedDate, Weight: 6 * min(n, 5), Count: n})
	}
	sortReasons(out)
	return out
}

// ended are the reasons of a deal that has ended.
func (w weigher) ended(r Reading, today throughline.Day, add func(Reason)) {
	until := w.d.End.Value.Until
	switch {
	case r.Outcome == throughline.Postponed && !until.IsZero() && until.Sub(today) <= 0:
		add(Reason{Code: WokeUp, Weight: 60, Since: until, Count: today.Sub(until)})
	case r.Outcome == throughline.Won:
		w.afterOrder(r, today, add)
	}
}

// happened adds what befell the customer lately, and what the class asks for.
func (w weigher) happened(r Reading, add func(Reason)) {
	asked := w.classReason(r)
	for _, e := range w.d.Events {
		if w.age(e.At) > recent || e.Event.Indecision() || e.Event == deal.SolicitationIssued {
			continue // signs of indecision and the tender have lines of their own
		}
		if asked != nil && asked.Event == e.Event && asked.Since == w.day(e.At) {
			continue // one line says what happened and asks
		}
		if t := w.d.Thought; t.Set() && !e.At.After(t.At) {
			continue // what it changes was answered, or is asked again on its day
		}
		add(Reason{Code: EventNow, Weight: 40, Event: e.Event, Since: w.day(e.At)})
	}
	if asked != nil {
		add(*asked)
	}
}

// gap adds how far we are from the customer, by what they firmly answered.
func (w weigher) gap(r Reading, add func(Reason)) {
	switch {
	case !r.FromCustomer:
		add(Reason{Code: NothingFromThem, Weight: 20 + 5*w.index(max(r.Ours.Phase, throughline.Notice)), Other: r.Ours.Phase})
	case r.FirmGap != nil && *r.FirmGap >= 1:
		add(Reason{Code: AheadOfThem, Weight: 18 * *r.FirmGap, Phase: r.Firm, Other: r.Ours.Phase, Count: *r.FirmGap})
	case r.FirmGap != nil && *r.FirmGap <= -2 && !r.Decided:
		add(Reason{Code: BehindThem, Weight: 10 * -*r.FirmGap, Phase: r.Firm, Other: r.Ours.Phase, Count: -*r.FirmGap})
	}
}

func sortReasons(out []Reason) {
	slices.SortStableFunc(out, func(a, b Reason) int { return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Code, b.Code)) })
}

// bets: a bet whose date has come, bets that failed in a row, a question that
// nobody has answered.
func (w weigher) bets(today throughline.Day, add func(Reason)) {
	if by, ok := w.d.BetDue(); ok && by.Sub(today) <= 0 {
		add(Reason{Code: BetDue, Weight: 30, Count: today.Sub(by), Since: by})
	}
	if n := w.d.FailedBets(); n >= failedInARow {
		add(Reason{Code: BetsFailed, Weight: 36, Count: n})
	}
	if t := w.thought(); t != nil && t.Due(today) {
		add(Reason{Code: StrategyAsked, Weight: 29, Since: t.Since})
	} else if t != nil && t.Answer == deal.StrategyChanges && t.Since.Sub(today) < 0 { // the day itself is there to write it
		add(Reason{Code: StrategyAsked, Weight: 29, Since: t.Since, Count: 1})
	}
	if w.d.Waiting() {
		add(Reason{Code: QuestionLeft, Weight: 32, Since: w.day(w.d.Asked.At)})
	}
}

// mostPromises is how many promises of one deal are reasons by themselves.
const mostPromises = 3

// promises: what somebody of theirs said they would do, and whose day has come.
// It weighs more than a bet: it is their word, and one question settles it.
func (w weigher) promises(today throughline.Day, add func(Reason)) {
	n := 0
	for _, p := range w.d.PromisesOpen() {
		late, ok := p.Late(today)
		if !ok || late < 0 || n == mostPromises {
			return // the soonest due come first
		}
		n++
		made := p.PromiseMade
		y := Reason{Code: PromiseDue, Weight: 24, Since: p.Due, Promise: &made, Fact: p.Fact}
		if late > 0 {
			y.Code, y.Weight, y.Count = PromiseLate, 33+min(late, 7), late
		}
		add(y)
	}
}

// mostDuties is how many steps and pieces of work of one deal are reasons by
// themselves.
const mostDuties = 2

// duties: what we owe them and is overdue weighs most, since it is ours to mend;
// then their own work that goes wrong, however well the purchase looks, for if
// the change fails there is no order; then what is late or stuck of theirs.
func (w weigher) duties(today throughline.Day, add func(Reason)) {
	var all []Reason
	for _, id := range w.d.DutyIDs() {
		d := w.d.Duties[id]
		if !w.d.Weighs(d) {
			continue
		}
		late := d.Late(today)
		y := Reason{Fact: id, What: d.What.Value, Count: late, Since: d.Due.Value}
		switch {
		case d.Work && d.State.Value == throughline.StepFailing:
			y.Code, y.Weight = WorkFailing, 38
		case d.Work && d.State.Value == throughline.StepStuck:
			y.Code, y.Weight = WorkStuck, 32
		case d.Work && late > 0:
			y.Code, y.Weight = WorkLate, 25+min(late/7, 6)
		case late == 0:
			continue
		case d.By.Value == deal.Us:
			y.Code, y.Weight = OwedLate, 35+min(late, 7)
		default:
			y.Code, y.Weight = StatedLate, 24+min(late, 7)
		}
		if y.Code == WorkFailing || y.Code == WorkStuck || y.Since.IsZero() {
			y.Since = w.day(d.State.At) // since when it is said to stand like that, whenever it is due
		}
		all = append(all, y)
	}
	slices.SortStableFunc(all, func(a, b Reason) int { return cmp.Compare(b.Weight, a.Weight) })
	for _, y := range all[:min(mostDuties, len(all))] {
		add(y)
	}
}

// oldPriority is after how long what a purchase competes with is asked again.
const oldPriority = 60 * aDay

// deciding: how they decide, where somebody said something of it. What was
// never asked is no reason by itself; the plan and the questions ask it.
func (w weigher) deciding(r Reading, today throughline.Day, add func(Reason)) {
	if c, ok := w.d.Aspects[deal.Competes]; ok && w.age(c.At) > oldPriority && !r.Decided {
		add(Reason{Code: PriorityOld, Weight: 23, Phase: throughline.Own, Since: w.day(c.At)})
	}
	if since, so := w.d.Sponsorless(); so && !r.Decided {
		add(Reason{Code: SponsorMissing, Weight: 30, Phase: throughline.Own, Since: w.day(since)})
	}
	unknown := 0
	for _, a := range []deal.Aspect{deal.Decider, deal.Rule, deal.TieBreak, deal.Veto, deal.Funding} {
		if l, ok := w.d.Aspects[a]; ok && !l.Value {
			unknown++
		}
	}
	close := w.d.CloseDate()
	late := r.Firm >= throughline.Choose || !close.IsZero() && close.Sub(today) <= 30
	if unknown > 0 && late && !r.Decided {
		add(Reason{Code: DecisionUnknown, Weight: 26 + 2*unknown, Phase: throughline.Rules, Count: unknown})
	}
}

// quietWithStep is after how many days without an act of theirs a step of
// theirs that is due makes one think again (DOMAIN 3.7: two weeks).
const quietWithStep = 14

func (w weigher) dates(r Reading, today throughline.Day, add func(Reason)) {
	close := w.d.CloseDate()
	if close.IsZero() || r.Decided {
		return
	}
	left := close.Sub(today)
	open := 0
	for _, p := range r.Phases {
		if p.Shown && p.Phase <= throughline.Commit && p.State != throughline.Answered && p.State != throughline.NotNeeded && !p.Lapsed {
			open++
		}
	}
	switch {
	case left < 0:
		add(Reason{Code: DatePast, Weight: 22, Count: -left, Since: close})
	case left <= 30 && open >= 2:
		add(Reason{Code: DateNear, Weight: 20 + 3*open, Count: left, Limit: open, Since: close})
	}
}

func (w weigher) paper(r Reading, today throughline.Day, add func(Reason)) {
	begun := false
	for _, s := range r.Tracks {
		if s.Step.Track == throughline.Contracting && s.State != throughline.StepNotBegun {
			begun = true
		}
		if s.State != throughline.StepBegun || s.Due.IsZero() || s.Due.Sub(today) > 0 {
			continue
		}
		if s.By == deal.Customer && r.Silence.Days >= quietWithStep {
			add(Reason{Code: StepWaits, Weight: 34, About: s.Address, Count: r.Silence.Days, Since: s.Due})
		} else if s.Due.Sub(today) < 0 {
			add(Reason{Code: StepOverdue, Weight: 28, About: s.Address, Count: today.Sub(s.Due), Since: s.Due})
		}
	}
	if !begun && (r.Decided || r.Firm >= throughline.Choose && r.Firm <= throughline.Commit) {
		add(Reason{Code: ContractingUnbegun, Weight: 26, Phase: r.Firm})
	}
}

// Before orders two deals by how much they ask for a look: heavier reasons
// first, then the longer silence (where none is known, last), then the id, so
// that the order is one.
func Before(a, b *Ranked) int {
	unknown := func(r *Ranked) int {
		if r.Silence.Known {
			return 0
		}
		return 1
	}
	return cmp.Or(
		cmp.Compare(b.Weight, a.Weight),
		unknown(a)-unknown(b),
		cmp.Compare(b.Silence.Days, a.Silence.Days),
		bytes.Compare(a.Deal[:], b.Deal[:]),
	)
}

// Ranked is a reading with the deal it is of.
type Ranked struct {
	Deal throughline.DealID
	Reading
}
