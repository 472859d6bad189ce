package company

import (
	"fmt"
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"slices"
)

// task is work of theirs that has nothing to do with the purchase, and on which
// it hangs all the same.
type task struct{ what, owner, serves string }

var tasks = []task{
	{"Rewrite the rule for the change of shift", "the leads of the {crew}", "that every {unit} hands over in the same way"},
	{"Move the start of the shift so that there is time to hand over", "human resources", "that the {crew} leave on time"},
	{"Train the nights", "training", "that it is used at three in the morning too"},
	{"Clean up the list of {units} and who works where", "shift planning", "that nothing is sent to the wrong {unit}"},
	{"Network in the last {n} {units}", "IT", "that it can be read where the work is"},
	{"Take {old} out of use", "the managers of the {units}", "that there is one place to look"},
	{"Put the new way into the job descriptions", "human resources", "that it stays when people change"},
	{"Agree with the staff's representatives what is counted and what is not", "management", "that people write what they saw"},
}

// use is what has to happen for what was bought to be used, with days after
// the order.
type use struct {
	what  string
	owner string
	day   int
	by    deal.Side
}

var uses = [][]use{
	{{"First {n} {crew} shown how, and watched doing it", "training", 20, deal.Customer},
		{"The first {units} hand over in the new way only", "the managers of the {units}", 45, deal.Customer},
		{"Visit at night to see how it goes", "", 60, deal.Us}, {"{Old} taken out of the first {units}", "the managers of the {units}", 90, deal.Customer}},
	{{"Two evenings for the {crew} of the first {unit}", "training", 15, deal.Customer},
		{"Leads ask about it in the Monday meeting", "the leads of the {crew}", 35, deal.Customer},
		{"The last {units} connected", "", 70, deal.Us}},
}

// corrected is what customers write on the plan: a day that is another, a step
// that was missing.
var corrected = []string{
	"{Body} meets a week later than it says here",
	"Finance wants the figures of the last quarter before this",
	"The leads of the {crew} read it before it goes round",
	"Nobody is there in the week of {date}; leave that week out",
}

// asked is what the manager leaves with a deal.
var asked = []string{
	"Who of theirs would be worse off if this worked, and have we heard them?",
	"What have they put aside for this, and who said so?",
	"If nothing happens until {date}, what does it cost them?",
	"Which of their questions would you rather not ask, and why?",
	"Who would have to agree that nobody has met yet?",
	"What would make us stop here?",
}

// calledFor is why a seller takes a deal for what it is.
var calledFor = map[deal.Category][]string{
	deal.Commit:   {"They have chosen and named the day; only the paper is left.", "The sum is approved and the buyer asked for our bank letter."},
	deal.BestCase: {"If {body} meets as planned it can still be this quarter.", "The {crew} want it; finance has not answered yet."},
	deal.Pipeline: {"They are still settling what the problem is.", "Nobody has named a day by which it has to be different."},
	deal.Omitted:  {"Not this quarter: {delayed} comes first for them."},
}

// around adds what lies around a deal, and what comes after it: what they want
// to have moved and what came of it, their work beside it, steps of using it,
// the shared plan with what they put right on it, what the seller takes it for,
// and a question the manager left. None of it is told on a day on which the
// customer did not act anyway, where it would be an act of theirs.
func (l *life) around() {
	l.r, l.used = l.w.rand("around", l.key), map[string]bool{}
	if l.practised() {
		l.judged()
		return
	}
	acts := l.actDays()
	l.target(acts)
	l.work()
	l.useSteps()
	l.shared(acts)
	l.judged()
	l.question()
}

// actDays gives the days on which the customer acted, ascending.
func (l *life) actDays() []throughline.Day {
	var days []throughline.Day
	for _, f := range l.facts {
		if theirs(f) {
			days = append(days, throughline.DayOf(f.Happened, l.w.zone))
		}
	}
	slices.SortFunc(days, throughline.Day.Compare)
	return days
}

// about gives the first evidence on a question, from somebody of theirs.
func (l *life) about(p throughline.Phase) (day throughline.Day, who throughline.PersonID, ok bool) {
	for _, f := range l.facts {
		if b, is := f.Body.(deal.Evidence); is && b.About == p.Address() && f.Grade >= e3 && (!ok || f.Happened.Before(day.Start(l.w.zone))) {
			day, who, ok = throughline.DayOf(f.Happened, l.w.zone), b.Person, true
		}
	}
	return day, who, ok
}

// target is what they want to have moved, and, after the order, what came of it.
func (l *life) target(acts []throughline.Day) {
	won := l.truth.Outcome == throughline.Won
	day, who, agreed := l.about(throughline.Align)
	if !agreed && won && len(acts) > 0 {
		day, who, agreed = acts[len(acts)/2], throughline.PersonID{}, true
	}
	if !agreed {
		return
	}
	b := deal.TargetSet{Measure: l.w.in(l.theme.measure), Baseline: l.fill["from"], Target: l.fill["to"], Person: who}
	proven, by, known := l.about(throughline.Prove)
	if won {
		b.By = l.truth.Closed.Add(150 + 10*l.r.IntN(4))
		if known && b.By.Sub(proven) < 0 {
			b.By = proven.Add(5)
		}
	}
	// of an older order whose result nobody measured no day was agreed either
	late := won && b.By.Sub(l.w.today) < -60 && !known
	if late {
		b.By = throughline.Day{}
	}
	g := e3
	if who.IsZero() {
		g = e1
	}
	of := l.writeAgain(day, g, b)
	switch {
	case won && known:
		actual := l.fill["to"]
		if l.chance(0.4) {
			actual = l.w.num(l.theme.to + 1)
		}
		l.writeAgain(proven, e4, deal.ResultMeasured{Of: of, Actual: actual, Person: by})
	case late && l.chance(0.7): // measured all the same, and short of the aim
		l.writeAgain(l.truth.Closed.Add(170), e1, deal.ResultMeasured{Of: of, Actual: l.w.num((l.theme.from + 2*l.theme.to) / 3)})
	}
}

// work is what they have to get done beside a third of the purchases; it goes
// wrong more often where the purchase came to nothing.
func (l *life) work() {
	if !l.chance(0.36) {
		return
	}
	began := l.truth.Opened.Add(14 + l.r.IntN(30))
	until := l.w.today.Add(-1)
	if !l.truth.Closed.IsZero() {
		until = l.truth.Closed
	}
	if began.Sub(until) >= 0 {
		return
	}
	for range 2 + l.r.IntN(2) {
		k := pick(l.r, tasks)
		if l.used[k.what] {
			continue
		}
		l.used[k.what] = true
		due := until.Add(15 + l.r.IntN(60))
		if l.chance(0.06) {
			due = until.Add(-16 - l.r.IntN(20))
		}
		of := l.writeAgain(began, 0, deal.WorkMoved{What: l.words(k.what, person{}, person{}), Owner: l.words(k.owner, person{}, person{}), Due: due,
			State: throughline.StepNotBegun, Serves: l.words(k.serves, person{}, person{})})
		day := began.Add((until.Sub(began) + 1) / 2)
		l.writeAgain(day, 0, deal.WorkMoved{Of: of, State: throughline.StepBegun})
		state := l.stand()
		if state != "" {
			l.writeAgain(day.Add((until.Sub(day)+1)/2), 0, deal.WorkMoved{Of: of, State: state})
		}
		if l.truth.Outcome == throughline.Won && state != throughline.StepDone && l.w.today.Sub(due) > 0 {
			l.writeAgain(due.Add(-1), 0, deal.WorkMoved{Of: of, State: throughline.StepDone}) // it came right, or there would have been no order
		}
	}
}

// stand is how far a piece of their work came.
func (l *life) stand() throughline.StepState {
	bad := 0.08
	switch l.truth.Outcome {
	case throughline.Won:
		bad = 0.04
	case throughline.NoDecision, throughline.LostInhouse:
		bad = 0.35
	}
	switch u := l.r.Float64(); {
	case u < bad:
		return throughline.StepFailing
	case u < bad+0.04:
		return throughline.StepStuck
	case u < bad+0.4:
		return throughline.StepDone
	}
	return ""
}

// useSteps is what has to happen after an order for it to be used.
func (l *life) useSteps() {
	if l.truth.Outcome != throughline.Won || l.w.today.Sub(l.truth.Closed) > 420 {
		return
	}
	adopted, _, used := l.about(throughline.Adopt)
	for _, u := range pick(l.r, uses) {
		due := l.truth.Closed.Add(u.day)
		text := l.words(u.what, person{}, person{})
		of := l.writeAgain(
			l.truth.Closed,
			e1,
			deal.StepStated{Text: text, Label: deal.ProjectStep, By: u.by, Owner: l.words(u.owner, person{}, person{}), Due: due,
				State: throughline.StepNotBegun, About: throughline.Adopt.Address(), Serves: l.words(initiativeWords[4], person{}, person{})},
		)
		done := due.Add(l.r.IntN(9) - 4)
		late := !used && l.chance(0.3) && l.w.today.Sub(due) < 45
		if used && adopted.Sub(done) < 0 {
			done = adopted
		}
		if !late && l.w.today.Sub(done) > 1 {
			l.writeAgain(done, e1, deal.StepStated{Of: of, Text: text, By: u.by, State: throughline.StepDone})
		}
	}
}

// shared is the plan as they have it, with what they put right on it: on days
// on which they acted anyway.
func (l *life) shared(acts []throughline.Day) {
	won := l.truth.Outcome == throughline.Won
	open := l.truth.Outcome == throughline.StillOpen
	if len(acts) < 4 || !(won && l.chance(0.4) || open && l.chance(0.45)) {
		return
	}
	made := acts[len(acts)/2]
	l.writeAgain(made, 0, deal.PlanMade{Plan: l.w.id(l.truth.Opened, "plan", l.key)})
	later := slices.Compact(acts[len(acts)/2:])
	for n := range 1 + l.r.IntN(2) {
		day := later[min(n+1, len(later)-1)]
		text := l.one(corrected)
		if text == "" {
			return
		}
		who := l.someone()
		b := deal.StepStated{Text: l.words(text, person{}, person{}), Label: deal.OtherStep, By: deal.Customer, State: throughline.StepDone, Person: who.ID,
			Due: day.Add(-1)}
		if open {
			b.State, b.Due = throughline.StepNotBegun, l.w.today.Add(10+l.r.IntN(30))
		}
		l.writeAgain(day, e3, b)
		l.facts[len(l.facts)-1].By = deal.Actor{Person: who.ID, Side: deal.Customer, Via: deal.ViaPlan}
		l.facts[len(l.facts)-1].Source = deal.Source{System: "plan", Record: fmt.Sprintf("%012x", l.r.Uint64()>>16)}
	}
}

// judged is what the seller takes an open deal for.
func (l *life) judged() {
	if l.truth.Outcome != throughline.StillOpen || !l.chance(0.75) {
		return
	}
	at, heard := l.frontier(), len(l.answered) > 0
	c := deal.Pipeline
	switch {
	case heard && (at == throughline.NoPhase || at == throughline.Commit) && l.chance(0.7):
		c = deal.Commit
	case at == throughline.NoPhase || at >= throughline.Rules:
		c = deal.BestCase
	case l.chance(0.12):
		c = deal.Omitted
	}
	l.writeAgain(l.w.today.Add(-2-l.r.IntN(6)), 0, deal.Judged{Category: c, Reason: l.words(pick(l.r, calledFor[c]), person{}, person{})})
}

// question is one that the manager left with a deal.
func (l *life) question() {
	if l.truth.Outcome != throughline.StillOpen || !l.chance(0.16) {
		return
	}
	l.writeAgain(l.w.today.Add(-1-l.r.IntN(5)), 0, deal.Asked{Text: l.words(pick(l.r, asked), person{}, person{})})
	l.facts[len(l.facts)-1].By = deal.ByOurs(l.w.manager.ID)
	l.extra = append(l.extra, l.w.manager)
}

// initiative ties two open deals of one customer together, with what it buys
// from others and work on which both hang. What is said of it is said in each.
func (w *world) initiative(one, two *life) {
	id := w.id(one.truth.Opened, "initiative", one.key)
	r := w.rand("initiative", one.key)
	from := one.truth.Opened
	if two.truth.Opened.Sub(from) > 0 {
		from = two.truth.Opened
	}
	day := from.Add((w.today.Sub(from) + 1) / 2)
	both := []*life{one, two}
	words := func(s string) string { return one.words(s, one.role(throughline.SponsorRole), person{}) }
	for _, l := range both {
		l.writeAgain(day, 0, deal.InitiativeJoined{Initiative: id, Serves: l.words(initiativeWords[4], person{}, person{})})
	}
	say := func(day throughline.Day, body func(same, of throughline.FactID) deal.Body, of []throughline.FactID) []throughline.FactID {
		first := one.writeAgain(day, e1, body(throughline.FactID{}, of[0]))
		return []throughline.FactID{first, two.writeAgain(day, e1, body(first, of[1]))}
	}
	none := make([]throughline.FactID, 2)
	stated := deal.InitiativeStated{Initiative: id, Name: words(initiativeWords[0]), Outcome: words(initiativeWords[1]),
		Measure: words(initiativeWords[2]), Sponsor: words("{role}"),
		Consequence: words(initiativeWords[3]), By: w.today.Add(70 + r.IntN(40))}
	say(day, func(same, _ throughline.FactID) deal.Body { b := stated; b.Same = same; return b }, none)
	for _, x := range []struct {
		what, supplier string
		state          deal.PurchaseState
	}{{initiativeWords[5], initiativeWords[6], deal.Ordered}, {initiativeWords[7], initiativeWords[8], deal.Considered}} {
		say(day, func(same, _ throughline.FactID) deal.Body {
			return deal.PurchaseStated{Initiative: id, Same: same, What: words(x.what), Supplier: words(x.supplier), State: x.state, Due: w.today.Add(40)}
		}, none)
	}
	first := r.IntN(len(tasks))
	for n, state := range []throughline.StepState{throughline.StepFailing, throughline.StepBegun, throughline.StepDone, ""} {
		k := tasks[(first+n)%len(tasks)]
		of := say(day, func(same, _ throughline.FactID) deal.Body {
			return deal.WorkMoved{Initiative: id, Same: same, What: words(k.what), Owner: words(k.owner), Due: w.today.Add(12 + 14*n),
				State: throughline.StepNotBegun, Serves: words(k.serves)}
		}, none)
		if state != "" {
			say(w.today.Add(-4), func(same, of throughline.FactID) deal.Body {
				return deal.WorkMoved{Initiative: id, Same: same, Of: of, State: state}
			}, of)
		}
	}
}

// pairs finds two open deals of one customer that are bought with care, as they
// were told.
func pairs(lives []*life) [][2]*life {
	var out [][2]*life
	for i, a := range lives {
		for _, b := range lives[:i] {
			if a.account.id == b.account.id && !a.practised() && !b.practised() && len(out) < mostInitiatives {
				out = append(out, [2]*life{b, a})
			}
		}
	}
	return out
}

const mostInitiatives = 2

// initiativeWords are what is said of a change effort: its name, outcome,
// measure, consequence, what a deal serves, and two purchases with their suppliers.
var initiativeWords = []string{
	"One way of handing over in all {units}",
	"Nothing that one shift knows is lost to the next",
	"{to} {measure}, from {from}",
	"{date} comes, and nobody can show what was handed over",
	"{to} {measure}",
	"Tablets for the {units}",
	"the house they buy hardware from",
	"A new shift planning",
	"another supplier",
}
