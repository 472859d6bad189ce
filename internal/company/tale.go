package company

import (
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// tale is a deal told by hand. Days count back from today; words are written
// out, with people as values, so that what is read first is written with care.
type tale struct {
	*pen
	truth Truth
	ours  throughline.Phase
}

// outline is what a tale begins with.
type outline struct {
	story    string
	account  string // its name
	sector   *sector
	region   string
	class    throughline.Class
	purchase purchase
	seller   int
	ago      int // days since it was opened
	title    string
	dollars  int64
	closeIn  int // days from today, as first named
	sites    string
}

func (w *world) tale(o outline) *tale {
	opened := w.today.Add(-o.ago)
	a := account{name: o.account, sector: o.sector, culture: &culture{region: o.region},
		id: throughline.AccountID(w.id(w.founded, "account", o.account))}
	t := &tale{pen: w.pen("story "+o.story, opened, a, o.sector.themes[0], w.sellers[o.seller])}
	w.titles[o.title], w.titles[strings.TrimPrefix(o.title, o.account+" ")] = true, true
	t.truth = Truth{Deal: t.id, Story: o.story, Class: o.class, Opened: opened, Consensus: 0.5, Confidence: 0.7, Funded: true}
	t.opens(opened, o.title, o.class, map[string]string{
		"industry": o.sector.name, "region": o.region, "purchase": string(o.purchase), "route": "direct", "sites": o.sites})
	t.write(opened, 0, deal.AmountChanged{Amount: throughline.Money{Cents: o.dollars * 100, Currency: "USD"}})
	if o.closeIn != 0 {
		t.write(opened, 0, deal.CloseDateMoved{To: w.today.Add(o.closeIn)})
	}
	return t
}

func (t *tale) on(ago int) throughline.Day { return t.w.today.Add(-ago) }

// who brings somebody in, with the day from which they are known.
func (t *tale) who(ago int, name, title, function string, role throughline.Role) person {
	p := t.w.person(t.account, post{title, function, string(role)}, name)
	t.join(t.on(ago), p)
	return p
}

// says is evidence on a phase; $1, $2 … stand for the people given.
func (t *tale) says(ago int, g throughline.Grade, p throughline.Phase, who person, text string, people ...person) {
	t.evidence(t.on(ago), g, p, who, mentioning(text, people))
}

func (t *tale) denies(ago int, g throughline.Grade, p throughline.Phase, who person, text string, people ...person) {
	t.write(t.on(ago), g, deal.Contradiction{About: p.Address(), Person: who.ID, Text: mentioning(text, people)})
}

func (t *tale) notices(ago int, e deal.Event, who person, text string, people ...person) {
	t.write(t.on(ago), e2, deal.Noticed{Event: e, Person: who.ID, Text: mentioning(text, people)})
}

func (t *tale) stands(ago int, who person, value int, agrees bool, wants, fears string) {
	t.write(t.on(ago), e3, deal.Stance{Person: who.ID, Value: value, Agrees: &agrees, Wants: wants, Fears: fears})
}

func (t *tale) moves(ago int, p throughline.Phase) { t.ours = t.stage(t.on(ago), p) }

func (t *tale) they(ago int, what string, who person) {
	t.activity(t.on(ago), what, deal.Customer, who)
}
func (t *tale) we(ago int, what string, who person) { t.activity(t.on(ago), what, deal.Us, who) }

func (t *tale) done(ago int, step, text string) {
	t.step(t.on(ago), step, throughline.StepDone, deal.Customer, throughline.Day{}, text)
}

// begun says that a step is under way and due in so many days; negative: it is overdue.
func (t *tale) begun(ago int, step string, due int, text string) {
	t.step(t.on(ago), step, throughline.StepBegun, deal.Customer, t.w.today.Add(due), text)
}

func (t *tale) pushed(ago, closeIn int, byCustomer bool) {
	t.write(t.on(ago), 0, deal.CloseDateMoved{To: t.w.today.Add(closeIn), ByCustomer: byCustomer})
}

func (t *tale) classed(ago int, factors map[string]int) {
	t.write(t.on(ago), 0, deal.Classified{Class: t.truth.Class, Factors: factors})
}

// looksAgain says that the class was looked at after somebody came, and holds.
func (t *tale) looksAgain(ago int, factors map[string]int, e deal.Event, who person, because string) {
	b := deal.Classified{Class: t.truth.Class, Factors: factors, Because: because}
	for _, f := range t.facts {
		if j, ok := f.Body.(deal.PersonJoined); ok && j.Person == who.ID {
			b.After = []deal.After{{Event: e, Fact: f.ID}}
		}
	}
	t.write(t.on(ago), 0, b)
}

// bets writes a version of the strategy; by is days from today.
func (t *tale) bets(ago, by int, s deal.Strategy, people ...person) throughline.FactID {
	day := t.w.today.Add(by)
	fill := func(x string) string { return mentioning(strings.ReplaceAll(x, "{by}", said(day)), people) }
	s.By = day.String()
	s.Aim, s.Bet, s.Against, s.StopIf, s.Because = fill(s.Aim), fill(s.Bet), fill(s.Against), fill(s.StopIf), fill(s.Because)
	stops := make([]deal.Stop, len(s.Stops))
	for i, x := range s.Stops {
		x.What, x.Owner, x.Sign = fill(x.What), fill(x.Owner), fill(x.Sign)
		stops[i] = x
	}
	moves := make([]deal.Move, len(s.Moves))
	for i, m := range s.Moves {
		moves[i] = deal.Move{What: fill(m.What), Expect: fill(m.Expect), By: t.w.today.Add(max(1, by-7+3*i)).String()}
	}
	s.Stops, s.Moves = stops, moves
	return t.write(t.on(ago), 0, s)
}

func (t *tale) resolved(ago int, strategy throughline.FactID, result deal.BetResult) {
	t.write(t.on(ago), 0, deal.BetResolved{Strategy: strategy, Result: result})
}

// end finishes the tale with the question the customer is at.
func (t *tale) end(frontier throughline.Phase) Case {
	t.truth.Frontier, t.truth.Ours = frontier, t.ours
	return Case{t.batch(), t.truth}
}

func mentioning(text string, people []person) string {
	for i, p := range people {
		text = strings.ReplaceAll(text, "$"+string(rune('1'+i)), p.mention())
	}
	return text
}

// under says, last of all, whom they have told us they report to.
func (t *tale) under(ago int, who, to person) { t.reports(t.on(ago), who, to) }

func (t *tale) met(ago int, p throughline.Phase) { t.meets(t.on(ago), p, 1) }

// factors spells out scores in the order of DOMAIN 4.2: nine of complexity, six of presence.
func factors(scores ...int) map[string]int {
	out := map[string]int{}
	for i, v := range scores {
		out[factorNames[i]] = v
	}
	return out
}
