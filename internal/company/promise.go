package company

import (
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// promised gives what customers say they will do, and the sentence it stands in.
var promised = []string{
	"send the list of {units} that take part|I will send you the list of {units} that take part.",
	"name two people from the night shift|We will name two people from the night shift for it.",
	"ask finance which form the case needs|I will ask finance which form they want the case in.",
	"return the draft with their remarks|You will have the draft back, with what we want changed.",
	"put it on the agenda of {body}|I will put it on the agenda of {body}.",
	"book an hour with those who do the work|I will book an hour with those who do the work.",
	"say who else has to agree|I will find out who else has to agree, and tell you.",
	"send their terms|You will get our terms from me.",
	"show the figures of last quarter|I will show you the figures of last quarter.",
	"settle the date of the visit|We will settle the date of the visit among ourselves and write to you.",
}

// bodies promise where no person is named.
var bodies = []string{"their legal team", "their IT", "purchasing"}

// promises adds what they said they would do in some of their calls and
// messages, and what became of it. Whoever keeps a promise does so on a day on
// which they acted anyway: promises change nobody's silence.
func (l *life) promises() {
	l.r, l.used = l.w.rand("promises", l.key), map[string]bool{}
	var acts []deal.Fact
	for _, f := range l.facts {
		if theirs(f) {
			acts = append(acts, f)
		}
	}
	slices.SortStableFunc(acts, func(a, b deal.Fact) int { return a.Happened.Compare(b.Happened) })
	until := l.w.today.Add(-1)
	if !l.truth.Closed.IsZero() {
		until = l.truth.Closed.Add(-1)
	}
	for i, f := range acts {
		said := throughline.DayOf(f.Happened, l.w.zone)
		who, talks := talked(f)
		if l.purchase == byCard || !talks || !l.chance(0.2) || said.Sub(until) > 0 {
			continue
		}
		what, words, _ := strings.Cut(l.w.in(l.one(promised)), "|")
		if what == "" {
			return
		}
		due := said.Add(4 + l.r.IntN(11))
		b := deal.PromiseMade{Person: who, What: l.words(what, person{}, person{}), Words: l.words(words, person{}, person{}), Due: due}
		g := throughline.E2
		if l.chance(0.15) {
			b.Person, b.Who, g = throughline.PersonID{}, l.w.in(pick(l.r, bodies)), throughline.E1
		}
		if l.chance(0.2) {
			b.Due = throughline.Day{}
		}
		of := l.writeAgain(said, g, b)
		next := throughline.Day{}
		for _, later := range acts[i+1:] {
			if day := throughline.DayOf(later.Happened, l.w.zone); next.IsZero() && day.Sub(said) > 0 {
				next = day
			}
		}
		switch {
		case !next.IsZero() && next.Sub(due) <= 3 && l.chance(0.85):
			l.became(next, until, of, deal.PromiseKept)
		case !next.IsZero() && l.chance(0.1):
			l.became(next, until, of, deal.PromiseWithdrawn)
		case until.Sub(due) > 21 || l.chance(0.5): // nobody leaves one open for long
			l.became(due.Add(3), until, of, deal.PromiseNotKept)
		}
	}
}

// theirs reports whether a fact shows the customer acting.
func theirs(f deal.Fact) bool {
	switch b := f.Body.(type) {
	case deal.Activity:
		return b.By == deal.Customer
	case deal.Evidence, deal.Contradiction, deal.Stance:
		return f.Grade.FromCustomer()
	case deal.StepMoved:
		return b.By == deal.Customer && b.State == throughline.StepDone && f.Grade.FromCustomer()
	}
	return false
}

// talked gives who of theirs spoke or wrote to us.
func talked(f deal.Fact) (throughline.PersonID, bool) {
	switch b := f.Body.(type) {
	case deal.Activity:
		return b.Person, true
	case deal.Evidence:
		return b.Person, f.Grade == throughline.E2 && !b.Person.IsZero()
	}
	return throughline.PersonID{}, false
}

// became says what became of a promise, if that day has come.
func (l *life) became(day, until throughline.Day, of throughline.FactID, result deal.PromiseResult) {
	if day.Sub(until) <= 0 {
		l.writeAgain(day, 0, deal.PromiseResolved{Promise: of, Result: result})
	}
}

// writeAgain writes a fact of a day that has been written already.
func (l *life) writeAgain(day throughline.Day, g throughline.Grade, b deal.Body) throughline.FactID {
	last := l.last
	l.last = day.Start(l.w.zone)
	defer func() { l.last = last }()
	return l.write(day, g, b)
}
