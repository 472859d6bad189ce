package phrase

import (
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/playbook"
)

// Phase gives a phase's short name as the playbook has it: "Align".
func (p *Phrase) Phase(book *playbook.Playbook, ph throughline.Phase) string {
	if q, ok := book.Question(ph); ok && len(q.Name.Text) > 0 {
		return q.Name.Text.In(p.code)
	}
	return p.Say("phase." + ph.String())
}

// Place gives the name of a playbook element that an address names, or the
// address itself where the playbook has none.
func (p *Phrase) Place(book *playbook.Playbook, a throughline.Address) string {
	if ph, ok := a.Phase(); ok {
		return p.Phase(book, ph)
	}
	if st, ok := a.Step(); ok {
		for _, s := range book.Tracks[st.Track] {
			if s.Step == st {
				return s.Name.Text.In(p.code)
			}
		}
		return p.Say("step." + st.String())
	}
	if m, ok := book.Milestone(a); ok {
		if s := m.Short.Text.In(p.code); s != "" {
			return s
		}
		return m.Name.Text.In(p.code)
	}
	if s, ok := book.Stage(a); ok {
		return s.Name.Text.In(p.code)
	}
	return string(a)
}

// Outcome gives an end state in words, "still open" where there is none yet.
func (p *Phrase) Outcome(o throughline.Outcome) string { return p.Say("outcome." + o.Word()) }

// Cause gives a cause of no decision in words.
func (p *Phrase) Cause(c throughline.Cause) string {
	if c == throughline.CauseUnknown {
		return p.Say("cause.unknown")
	}
	return p.Say("cause." + string(c))
}

// Ending gives an end state with the cause of no decision, where there is one.
func (p *Phrase) Ending(o throughline.Outcome, c throughline.Cause) string {
	if o == throughline.NoDecision && c != throughline.CauseUnknown {
		return p.Say("deal.ended_cause", "outcome", p.Outcome(o), "cause", p.Cause(c))
	}
	return p.Outcome(o)
}

// Class gives a buying class in words.
func (p *Phrase) Class(c throughline.Class) string {
	if !c.Known() {
		c = throughline.Unclassified
	}
	return p.Say("class." + string(c))
}

// Role gives a role in words.
func (p *Phrase) Role(r throughline.Role) string { return p.Say("role." + string(r)) }

// State gives the state of a phase's question in words.
func (p *Phrase) State(s throughline.PhaseState) string { return p.Say("state." + string(s)) }

// StepState gives how far a step of a track has come.
func (p *Phrase) StepState(s throughline.StepState) string { return p.Say("stepstate." + string(s)) }

// Grade says what a grade means.
func (p *Phrase) Grade(g throughline.Grade) string { return p.Say("grade." + g.String()) }

// GradeWord is Grade in a word or three.
func (p *Phrase) GradeWord(g throughline.Grade) string { return p.Say("grade_word." + g.String()) }

// Gap says in one sentence how far apart the customer and we are; nothing of a
// deal that has ended.
func (p *Phrase) Gap(r alignment.Reading) string {
	switch {
	case r.Outcome != throughline.StillOpen:
		return ""
	case !r.FromCustomer:
		return p.Say("gap.nothing")
	case r.Gap == nil:
		return p.Say("gap.unknown")
	case *r.FirmGap > 0:
		return p.Say("gap.ahead", "n", *r.FirmGap)
	case *r.FirmGap < 0:
		return p.Say("gap.behind", "n", -*r.FirmGap)
	}
	return p.Say("gap.none")
}

// Where says in one sentence where the customer is.
func (p *Phrase) Where(book *playbook.Playbook, r alignment.Reading) string {
	switch {
	case r.Outcome != throughline.StillOpen:
		return p.Say("where.ended", "outcome", p.Outcome(r.Outcome))
	case !r.FromCustomer:
		return p.Say("where.unknown")
	case !r.Firm.Known():
		return p.Say("where.all")
	}
	if r.Decided {
		return p.Say("where.decided", "phase", p.Phase(book, r.Firm))
	}
	return p.Say("where.at", "phase", p.Phase(book, r.Firm))
}

// End says how a deal ended and when: "Won, 3 June 2026", "No decision: could
// not agree, 3 June 2026", "Put off until 1 April 2027".
func (p *Phrase) End(e deal.Ended, on throughline.Day) string {
	what := Initial(p.Outcome(e.Outcome))
	switch {
	case e.Outcome == throughline.Removed && e.Foreign == deal.ByMistake:
		what = p.Say("end.mistake")
	case e.Outcome == throughline.Removed && e.Foreign == deal.ByMerging:
		what = p.Say("end.merged")
	case e.Outcome == throughline.NoDecision && e.Cause != throughline.CauseUnknown:
		what = p.Say("end.cause", "outcome", what, "cause", p.Cause(e.Cause))
	case e.Outcome == throughline.Postponed && !e.Until.IsZero():
		what = p.Say("fact.ended_until", "day", p.Day(e.Until))
	}
	if on.IsZero() {
		return what
	}
	return p.Say("end.on", "what", what, "day", p.Day(on))
}

// Silence says how long the customer has not acted.
func (p *Phrase) Silence(s alignment.SilenceReading) string {
	switch {
	case !s.Known:
		return p.Say("silence.unknown")
	case !s.Acted && s.Days == 0:
		return p.Say("silence.new")
	case !s.Acted:
		return p.Say("silence.never", "span", p.Days(s.Days))
	case s.Days == 0:
		return p.Say("silence.today")
	}
	return p.Say("silence.acted", "span", p.Days(s.Days))
}

// Reason says in one sentence why to look at a deal.
func (p *Phrase) Reason(n Names, r alignment.Reading, y alignment.Reason) string {
	key, book := "reason."+string(y.Code), n.Book
	switch y.Code {
	case alignment.GrownOld:
		return p.Say(key, "phase", p.Phase(book, y.Phase), "n", y.Count)
	case alignment.ReopenedQuestion:
		if y.Phase.Known() {
			return p.Say(key, "phase", p.Phase(book, y.Phase), "day", p.DayNear(y.Since, r.AsOf))
		}
	case alignment.WokeUp, alignment.SponsorMissing, alignment.ResultDue:
		return p.Say(key, "day", p.DayNear(y.Since, r.AsOf))
	case alignment.BetDue:
		if y.Count == 0 {
			return p.Say(key + "_today")
		}
		return p.Say(key, "ago", p.Ago(y.Since, r.AsOf))
	case alignment.PromiseLate, alignment.PromiseDue:
		return p.promiseReason(n, r, y)
	case alignment.OwedLate, alignment.StatedLate, alignment.WorkLate, alignment.AdoptionLate:
		return p.Say(key, "what", p.Text(n, y.What), "day", p.DayNear(y.Since, r.AsOf), "span", p.Days(y.Count))
	case alignment.WorkFailing, alignment.WorkStuck:
		return p.Say(key, "what", p.Text(n, y.What), "ago", p.Ago(y.Since, r.AsOf))
	case alignment.StrategyAsked:
		if y.Count > 0 {
			key += "_changes"
		}
		return p.Say(key, "ago", p.Ago(y.Since, r.AsOf))
	case alignment.PriorityOld, alignment.QuestionLeft:
		return p.Say(key, "ago", p.Ago(y.Since, r.AsOf))
	case alignment.StepWaits, alignment.StepOverdue:
		return p.Say(key, "step", p.Place(book, y.About), "span", p.Days(y.Count))
	case alignment.EventNow, alignment.ClassAsked:
		return p.Say(key, "event", p.Say("event."+string(y.Event)), "ago", p.Ago(y.Since, r.AsOf))
	case alignment.SilentNow:
		if !r.Silence.Acted {
			key += "_never"
		}
		return p.Say(key, "span", p.Days(y.Count), "usual", p.Days(y.Limit))
	case alignment.NothingFromThem:
		if y.Other.Known() {
			return p.Say(key+"_yet", "phase", p.Phase(book, y.Other))
		}
	case alignment.AheadOfThem, alignment.BehindThem:
		return p.gapReason(book, y)
	case alignment.DateNear:
		if y.Count == 0 {
			return p.Say(key+"_today", "n", y.Limit)
		}
		return p.Say(key, "n", y.Limit, "span", p.Days(y.Count))
	case alignment.DatePast:
		return p.Say(key, "span", p.Days(y.Count))
	case alignment.ContractingUnbegun:
		if r.Decided {
			key += "_decided"
		}
	case alignment.DecisionUnknown, alignment.IndecisionSigns, alignment.TheyDisagree, alignment.PushedDate, alignment.BetsFailed:
		return p.Say(key, "n", y.Count)
	}
	return p.Say(key)
}

// promiseReason says who promised what, and by when it was to be.
func (p *Phrase) promiseReason(n Names, r alignment.Reading, y alignment.Reason) string {
	made := deal.PromiseMade{}
	if y.Promise != nil {
		made = *y.Promise
	}
	return p.Say("reason."+string(y.Code), "who", p.Promiser(n, made), "what", p.Text(n, made.What),
		"day", p.DayNear(y.Since, r.AsOf), "span", p.Days(y.Count))
}

// gapReason says at which question they are and at which we are.
func (p *Phrase) gapReason(book *playbook.Playbook, y alignment.Reason) string {
	theirs := p.Say("where.end")
	if y.Phase.Known() {
		theirs = p.Phase(book, y.Phase)
	}
	return p.Say("reason."+string(y.Code), "n", y.Count, "theirs", theirs, "ours", p.Phase(book, y.Other))
}
