package alignment

import (
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/playbook"
)

// weigher holds what every part of a reading needs.
type weigher struct {
	d     *deal.Summary
	book  *playbook.Playbook
	rule  playbook.Consequence
	cycle time.Duration // typical length of a deal, for shelf lives
	asOf  time.Time     // its Location is the zone of days

	ordered time.Time // when an order settled what they were asked before it; zero: none has
}

// day is the day of an instant for whoever asks: the zone of days is that of asOf.
func (w weigher) day(t time.Time) throughline.Day { return throughline.DayOf(t, w.asOf.Location()) }

func (w weigher) today() throughline.Day { return w.day(w.asOf) }

// age is how old something is, in whole days of the calendar: a day may have
// 23 hours, and what was said at noon is as old in the morning as at night.
func (w weigher) age(t time.Time) time.Duration { return ageOn(t, w.asOf) }

func ageOn(t, asOf time.Time) time.Duration {
	zone := asOf.Location()
	return time.Duration(throughline.DayOf(asOf, zone).Sub(throughline.DayOf(t, zone))) * aDay
}

const aDay = 24 * time.Hour

func (w weigher) phase(p throughline.Phase) PhaseReading {
	r := PhaseReading{Phase: p, State: throughline.Untouched, Need: w.rule.Pass.Grade, NeedPeople: 1,
		Shown: slices.Contains(w.rule.Shown, p), Highlighted: slices.Contains(w.rule.Highlighted, p)}
	if w.rule.Pass.NeedsTwo(p) {
		r.NeedPeople = 2
	}
	var doubts []doubt
	for _, m := range w.d.Marks {
		if on, ok := m.About.Phase(); !(ok && on == p) && !(m.About.Milestone() && w.book.ServedBy(m.About) == p) {
			continue
		}
		r.Evidence = append(r.Evidence, w.weigh(p, m))
		if m.Against {
			doubts = append(doubts, doubt{at: m.At})
		}
	}
	slices.SortStableFunc(r.Evidence, func(a, b Weighed) int { return a.At.Compare(b.At) })
	for _, e := range w.d.Events {
		if on, ok := e.Event.Reopens(); ok && on == p && len(r.Evidence) > 0 &&
			!e.At.Before(r.Evidence[0].At) { // else nobody had answered yet when it happened
			doubts = append(doubts, doubt{e.At, e.Event})
		}
	}
	slices.SortStableFunc(doubts, func(a, b doubt) int { return a.at.Compare(b.at) })
	var lastAgainst time.Time
	if n := len(doubts); n > 0 {
		lastAgainst = doubts[n-1].at
	}
	opened := w.reopened(r, doubts)
	_, skipped := w.d.Skipped[p]
	now := func(e Weighed) throughline.Grade { return e.Strength }
	var passed bool
	r.People, passed = w.passes(r, now, lastAgainst, time.Time{})
	_, ever := w.passes(r, asGiven, lastAgainst, time.Time{})
	switch {
	case skipped:
		r.State = throughline.NotNeeded
	case passed:
		r.State = throughline.Answered
	case !opened.at.IsZero():
		r.State, r.By, r.Since = throughline.Reopened, opened.by, w.day(opened.at)
	case len(r.Evidence) > 0:
		r.State = throughline.Open
		r.Lapsed = ever
	}
	return r
}

// doubt is an instant from which an answer has to be given again: words
// against it, or an event of DOMAIN 3.7.
type doubt struct {
	at time.Time
	by deal.Event // empty: words
}

func asGiven(e Weighed) throughline.Grade { return e.Grade }

// reopened gives the doubt by which a question is open again: the first since
// it was last answered. A second one while it is open moves no date.
func (w weigher) reopened(r PhaseReading, doubts []doubt) (first doubt) {
	supported := func(by time.Time) bool {
		return slices.ContainsFunc(r.Evidence, func(e Weighed) bool { return !e.Against && !e.At.After(by) })
	}
	var last time.Time
	for _, d := range doubts {
		if !supported(d.at) {
			continue // there was nothing yet to doubt
		}
		_, answered := w.passes(r, asGiven, last, d.at)
		if first.at.IsZero() || answered {
			first = d
		}
		last = d.at
	}
	return first
}

// weigh gives the evidence on a phase its strength today: the grade, less one
// for each shelf life that has passed, and less one where whoever gave it has
// left since. What has been settled, by an order or by the deal's end, grows no
// older, and nobody's leaving afterwards weakens it.
func (w weigher) weigh(p throughline.Phase, m deal.Mark) Weighed {
	lives, asOf := w.book.Evidence.ShelfLives, w.asOf
	e := Weighed{About: m.About, Person: m.Person, Grade: m.Grade, At: m.At, Against: m.Against, Strength: m.Grade}
	settled := w.settled(p)
	if !settled.at.IsZero() && settled.at.Before(asOf) {
		asOf = settled.at
	}
	if !settled.order {
		e.Strength = lives.Strength(m.Grade, max(0, ageOn(m.At, asOf.In(w.asOf.Location()))), w.cycle)
	}
	if left := w.d.People[m.Person].Left; left.Value && !left.At.Before(m.At) && !left.At.After(asOf) && !m.Against {
		e.Left = true
		e.Strength = max(e.Strength, 1) - 1
	}
	if life := lives.Of(m.Grade, w.cycle); life > 0 && e.Strength > throughline.E0 && settled.at.IsZero() {
		e.Until = w.day(m.At).Add(int(((w.age(m.At)/life+1)*life+aDay-1)/aDay) - 1)
	}
	return e
}

// passes reports whether evidence given after the last contradiction reaches
// the pass mark, and from how many people. Evidence of E4 is by definition
// that of two people or of an official record, and stands for two.
// Of evidence given by an instant only, where one is named.
func (w weigher) passes(r PhaseReading, worth func(Weighed) throughline.Grade, after, by time.Time) (people int, ok bool) {
	seen := map[throughline.PersonID]bool{}
	record := false
	for _, e := range r.Evidence {
		if e.Against || worth(e) < r.Need || !after.IsZero() && !e.At.After(after) || !by.IsZero() && e.At.After(by) {
			continue
		}
		seen[e.Person] = true
		record = record || worth(e) == throughline.E4
	}
	people = len(seen)
	if record {
		people = max(people, 2)
	}
	return people, people >= r.NeedPeople
}

// rethink lists what has happened since the strategy was last written, and
// the bets that did not come off in a row. Without a strategy there is none.
func (w weigher) rethink(r Reading) []Reason {
	if !w.d.Bet.Set() || r.Outcome != throughline.StillOpen {
		return nil
	}
	since := w.d.Bet.At
	stands := throughline.Day{} // on this day somebody said that it stands
	if t, ok := w.d.Thinks(); ok && t.Value.Answer == deal.StrategyStands {
		since, stands = t.At, w.day(t.At)
	}
	var out []Reason
	if n := w.d.FailedBets(); n >= failedInARow && w.d.FailedLast().After(since) {
		out = append(out, Reason{Code: BetsFailed, Count: n})
	}
	for _, e := range w.d.Events {
		if e.At.After(since) {
			out = append(out, Reason{Code: EventNow, Event: e.Event, Since: w.day(e.At)})
		}
	}
	for _, p := range r.Phases {
		if p.Shown && p.State == throughline.Reopened && p.By == "" && p.Since.End(w.asOf.Location()).After(since) &&
			(stands.IsZero() || p.Since.Sub(stands) > 0) {
			out = append(out, Reason{Code: ReopenedQuestion, Phase: p.Phase, Since: p.Since})
		}
	}
	return out
}

// Thought is what one of ours answered to whether what has happened changes the
// strategy as it stands.
type Thought struct {
	Answer deal.Reconsidering `json:"answer"`
	Since  throughline.Day    `json:"since"`
	Until  throughline.Day    `json:"until,omitzero"` // later: from which day it is asked again
}

// Due reports whether it was put off until a day that has come.
func (t Thought) Due(today throughline.Day) bool {
	return t.Answer == deal.StrategyLater && t.Until.Sub(today) <= 0
}

func (w weigher) thought() *Thought {
	t, ok := w.d.Thinks()
	if !ok || w.d.Outcome() != throughline.StillOpen {
		return nil
	}
	return &Thought{Answer: t.Value.Answer, Since: w.day(t.At), Until: t.Value.Until}
}

// failedInARow is how many bets that did not come off ask for a rethink or a
// stop (DOMAIN appendix A).
const failedInARow = 3

func (w weigher) done(a throughline.Address) bool {
	return w.d.Steps[a].Value.State == throughline.StepDone
}

func (w weigher) tracks() []StepReading {
	out := make([]StepReading, 0, 14)
	for _, t := range []throughline.Track{throughline.Contracting, throughline.Change} {
		for _, s := range t.Steps() {
			r := StepReading{Step: s, Address: s.Address(), State: throughline.StepNotBegun}
			if m, ok := w.d.Steps[r.Address]; ok {
				r.State, r.By, r.Due, r.Since = m.Value.State, m.Value.By, m.Value.Due, m.At
			}
			out = append(out, r)
		}
	}
	return out
}

func (w weigher) milestones(pr playbook.Process) []MilestoneReading {
	out := make([]MilestoneReading, 0, len(pr.Milestones))
	for _, m := range pr.Milestones {
		r := MilestoneReading{Address: m.Addr, Serves: m.Serves}
		if met, ok := w.d.Milestones[m.Addr]; ok {
			r.Met, r.NotNeeded, r.At = met.Value, !met.Value, met.At
		}
		out = append(out, r)
	}
	return out
}

// consensus is the share, among people whose position is freshly known, of
// those who are not against it and describe the problem as the others do.
func (w weigher) consensus() GaugeReading {
	var g GaugeReading
	for _, id := range w.d.PersonIDs() {
		st := w.d.People[id]
		if st.Left.Value {
			continue
		}
		pos := st.Stance
		fresh := pos.Set() && w.book.Evidence.ShelfLives.Strength(pos.Value.Grade, w.age(pos.At), w.cycle) > throughline.E0
		switch {
		case fresh && (pos.Value.Value < 0 || pos.Value.Agrees < 0):
			g.Against = append(g.Against, id)
		case fresh && pos.Value.Agrees > 0:
			g.For = append(g.For, id)
		default:
			g.Unknown = append(g.Unknown, id)
		}
	}
	if n := len(g.For) + len(g.Against); n > 0 {
		g.Known, g.Value = true, float64(len(g.For))/float64(n)
	}
	return g
}

// confidence falls by a quarter with each kind of sign of indecision
// (DOMAIN 3.7). It is unknown until committing is being talked about.
func (w weigher) confidence(commit PhaseReading) GaugeReading {
	var g GaugeReading
	kinds := map[deal.Event]bool{}
	for _, e := range w.d.Events {
		if e.Event.Indecision() {
			g.Signs = append(g.Signs, e)
			kinds[e.Event] = true
		}
	}
	if commit.State != throughline.Untouched || len(kinds) > 0 {
		g.Known, g.Value = true, 1-float64(min(len(kinds), 4))/4
	}
	return g
}

// Worth is what somebody's word of an instant is worth at another: its grade,
// less one for each shelf life that has passed between.
func (n Norms) Worth(book *playbook.Playbook, g throughline.Grade, said, asOf time.Time) throughline.Grade {
	return book.Evidence.ShelfLives.Strength(g, ageOn(said, asOf), n.cycle(book))
}
