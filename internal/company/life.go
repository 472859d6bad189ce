package company

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// life is one generated deal while it is lived, week by week.
type life struct {
	*pen
	*mind
	truth    Truth
	day      throughline.Day
	ours     throughline.Phase // what our stage serves
	cast     []person
	closing  throughline.Day
	paper    int // contracting steps done
	paperOn  bool
	fading   *Hazard
	left     int // weeks until a fading deal is closed
	quiet    int // weeks since they acted
	ahead    float64
	weeks    int
	signs    int
	asks     int    // weeks until somebody asks how they buy
	stood    bool   // positions were written down
	want     string // the title without the account
	answered map[throughline.Phase][]mark
	strategy throughline.FactID
	betDay   throughline.Day
}

// mark remembers evidence, to know when it has grown old.
type mark struct {
	grade throughline.Grade
	day   throughline.Day
	who   throughline.PersonID
}

// live lives the n-th deal. It gives false where the deal is of no use here:
// it ended before the window began.
func (w *world) live(n int) (*life, bool) {
	key := fmt.Sprint("deal ", n)
	r := w.rand("life", key)
	opened := w.today.Add(-3 - r.IntN(Window+200))
	a := w.account(r.IntN(220))
	m := w.newMind(r, a.sector)
	t := pick(r, a.sector.themes)
	who := w.sellers[[]int{0, 0, 0, 1, 1, 1, 2, 2}[sellerOf(a.sector, r.IntN(8))]]
	l := &life{pen: w.pen(key, opened, a, t, who), mind: m, day: opened, answered: map[throughline.Phase][]mark{}}
	l.asks = l.r.IntN(5)
	l.truth = Truth{Deal: l.id, Class: m.class, Opened: opened, Funded: m.funded, Rival: m.rival}
	title := l.title()
	if w.titles[title] {
		return nil, false
	}
	l.open(title)
	for l.truth.Outcome == throughline.StillOpen && l.day.Sub(w.today) < -1 {
		l.week()
	}
	if c := l.truth.Closed; !c.IsZero() && w.today.Sub(c) > Window {
		return nil, false
	}
	if l.truth.Outcome == throughline.StillOpen {
		if w.titles[l.want] { // no want twice in the list of open deals
			return nil, false
		}
		w.titles[l.want] = true
	}
	w.titles[title] = true
	l.close()
	return l, true
}

// sellerOf gives most deals of a sector to the one who looks after it.
func sellerOf(s *sector, n int) int {
	switch s {
	case &hospital, &care:
		return []int{0, 0, 0, 0, 0, 0, 4, 6}[n]
	case &utility:
		return []int{6, 6, 6, 6, 6, 6, 4, 0}[n]
	}
	return []int{4, 4, 4, 4, 4, 6, 6, 0}[n]
}

// title puts the deal in the customer's words.
func (l *life) title() string {
	wants := l.theme.wants
	switch l.purchase {
	case ordering:
		wants = orderWants
	case byCard:
		wants = cardWants
	case replacing:
		wants = replaceWants
	}
	l.want = pick(l.r, wants)
	if want := l.words(l.want, person{}, person{}); l.w.chinese {
		return l.account.name + want
	}
	return l.account.name + " " + l.words(l.want, person{}, person{})
}

// amounts by how they buy, in dollars: middle and spread of a log-normal. The
// class does not follow from them, nor they from it alone.
var amounts = map[purchase][2]float64{firstTime: {140_000, 0.8}, replacing: {210_000, 0.7}, ordering: {90_000, 1.1}, byCard: {1_400, 0.5}}

func (l *life) open(title string) {
	for i := range l.account.sector.posts {
		l.cast = append(l.cast, l.w.holder(l.account, i))
	}
	l.opens(l.day, title, l.class, map[string]string{
		"industry": l.w.call(sectorKey, l.account.sector.name), "region": l.account.region(l.w), "purchase": string(l.purchase),
		"route": pick(l.r, []string{"direct", "direct", "direct", "partner"}), "sites": fmt.Sprint(1 + l.r.IntN(9))})
	a := amounts[l.purchase]
	l.write(l.day, 0, deal.AmountChanged{Amount: dollars(a[0] * math.Exp(a[1]*l.r.NormFloat64()))})
	days := l.seller.push + l.r.IntN(40)
	if l.practised() {
		days = 25 + l.r.IntN(25)
	}
	l.closing = l.day.Add(days)
	l.write(l.day, 0, deal.CloseDateMoved{To: l.closing})
	first := l.by(l.frontier())
	l.join(l.day, first)
	l.activity(l.day, pick(l.r, []string{"call", "email", "meeting"}), deal.Customer, first)
	l.ours = l.stage(l.day, l.road[0])
	if l.practised() { // nobody needs to ask how they buy: they say it
		l.write(l.day, 0, deal.Classified{Class: l.class, Factors: l.factors(l.r)})
	}
}

func dollars(v float64) throughline.Money {
	step := math.Pow(10, math.Floor(math.Log10(v))-1)
	return throughline.Money{Cents: int64(math.Round(v/step)*step) * 100, Currency: "USD"}
}

// voices says which roles tend to speak to a phase's question.
var voices = [throughline.PhaseCount + 1]string{
	throughline.Notice: "problem_owner user user informant", throughline.Own: "sponsor problem_owner budget_decider",
	throughline.Align:   "change_leader user problem_owner budget_decider",
	throughline.Explore: "problem_owner checker informant", throughline.Rules: "rule_setter buyer_of_record budget_decider checker",
	throughline.Choose: "user buyer_of_record problem_owner rule_setter",
	throughline.Commit: "budget_decider sponsor", throughline.Adopt: "change_leader user", throughline.Prove: "sponsor budget_decider",
}

// by gives somebody who would answer a phase's question, and not the others named.
func (l *life) by(p throughline.Phase, not ...person) person {
	var fit, rest []person
next:
	for _, c := range l.cast {
		for _, n := range not {
			if n.ID == c.ID {
				continue next
			}
		}
		if strings.Contains(voices[p], c.role) {
			fit = append(fit, c)
		}
		rest = append(rest, c)
	}
	if len(fit) == 0 {
		fit = rest
	}
	if l.purchase == byCard {
		return fit[0]
	}
	return pick(l.r, fit)
}

// role gives a person of the cast who holds a role.
func (l *life) role(role throughline.Role) person {
	var fit []person
	for _, c := range l.cast {
		if c.role == string(role) {
			fit = append(fit, c)
		}
	}
	if len(fit) == 0 {
		return l.cast[0]
	}
	return pick(l.r, fit)
}

// table gives the sentences for how they buy.
func (l *life) table(p throughline.Phase) []line {
	var t []line
	switch l.purchase {
	case ordering:
		t = orders[p]
	case byCard:
		t = cards[p]
	}
	if len(t) == 0 {
		t = says[p]
	}
	return t
}

// tell writes a line of evidence of a grade, or the nearest grade there is a
// line left for, and gives whether there was any.
func (l *life) tell(day throughline.Day, p throughline.Phase, g throughline.Grade, who person) bool {
	other := l.by(p, who)
	for _, try := range []throughline.Grade{g, min(g+1, e4), max(g, e2) - 1} {
		text, ok := l.line(l.table(p), try, l.purchase != byCard)
		if !ok || try > e1 && who.ID.IsZero() {
			continue
		}
		if !who.ID.IsZero() {
			l.join(day, who)
		}
		if strings.Contains(text, "{other}") {
			l.join(day, other)
		}
		l.evidence(day, try, p, who, l.words(text, who, other))
		if try >= e2 {
			l.quiet = 0
			l.answered[p] = append(l.answered[p], mark{try, day, who.ID})
		}
		return true
	}
	return false
}

// pass tells whether what is on record for a phase is still at the pass mark.
func (l *life) pass(p throughline.Phase, day throughline.Day) bool {
	c := l.w.book.Consequence(l.class)
	need := 1
	if c.Pass.NeedsTwo(p) {
		need = 2
	}
	lives := l.w.book.Evidence.ShelfLives
	people := map[throughline.PersonID]bool{}
	n := 0
	for _, m := range l.answered[p] {
		s := lives.Strength(m.grade, time.Duration(day.Sub(m.day))*24*time.Hour, 0)
		if s >= c.Pass.Grade {
			people[m.who] = true
			n = max(n, len(people))
			if s == e4 {
				n = max(n, 2)
			}
		}
	}
	return n >= need
}

func (l *life) close() {
	t := &l.truth
	t.Frontier, t.Ours = l.frontier(), l.ours
	t.Consensus, t.Confidence = l.consensus, l.confidence
	if l.weeks > 0 {
		t.Ahead = l.ahead / float64(l.weeks)
	}
	if l.fading != nil && t.Outcome == throughline.StillOpen {
		t.Fading = l.fading.Cause
	}
	l.promises()
	l.ownSteps()
	l.around()
}
