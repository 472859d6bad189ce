package company

import (
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// week lives one week: what strikes, what we do, what happens to them, what
// they answer, how the paper goes. Order matters: gaps are those of Monday.
func (l *life) week() {
	gap := l.gap(l.ours)
	l.weeks++
	l.quiet++
	l.ahead += float64(max(gap, 0))
	hs := l.hazards(gap, l.seller.ahead < 0.1)
	l.truth.Hazards = above(hs)
	if l.fading != nil {
		l.fade()
	} else if h, ok := strikes(l.r, hs); ok {
		l.struck(h)
	} else {
		l.weSell(gap)
		l.happens()
		l.theyThink(gap)
		l.paperwork()
		l.keepFresh()
		l.plan()
	}
	l.dates(gap)
	if l.weeks == 1+l.asks && !l.practised() && l.truth.Outcome == throughline.StillOpen {
		l.write(l.within(), 0, deal.Classified{Class: l.class, Factors: l.factors(l.r)})
	}
	l.day = l.day.Add(7)
	l.busy = max(0, l.busy-1)
}

// within gives a day of this week.
func (l *life) within() throughline.Day { return l.day.Add(l.r.IntN(5)) }

func (l *life) chance(p float64) bool { return l.r.Float64() < p }

// weSell moves our stage: those who follow wait for the customer, those who
// run ahead do not. Most weeks leave a trace of our work.
func (l *life) weSell(gap int) {
	follow := l.frontier()
	if follow == throughline.NoPhase {
		follow = throughline.Commit
	}
	switch {
	case gap < 0 && l.stageAt(follow).Serves > l.ours && l.chance(0.7):
		l.ours = l.stage(l.within(), follow)
	case gap >= 0 && gap < 3 && !l.practised() && l.ours < throughline.Commit && l.chance(l.seller.ahead):
		before := l.ours
		for p := before + 1; p <= throughline.Commit; p++ {
			if l.stageAt(p).Serves > before {
				l.ours = l.stage(l.within(), p)
				break
			}
		}
	}
	if l.chance(0.17) {
		l.activity(l.within(), pick(l.r, []string{"call", "email", "email", "meeting"}), deal.Us, l.someone())
	}
	if l.chance(0.10) {
		l.quiet = 0
		l.activity(l.within(), pick(l.r, []string{"call", "email", "meeting"}), deal.Customer, l.someone())
	}
}

// someone who has appeared already.
func (l *life) someone() person { return pick(l.r, l.pen.cast) }

// happens draws the events of a week that change the customer's mind.
func (l *life) happens() {
	f := l.frontier()
	if l.practised() || f == throughline.NoPhase {
		return
	}
	day := l.within()
	notice := func(e deal.Event, who person) {
		text := l.words(l.one(noticed[e]), who, l.someone())
		l.write(day, throughline.E2, deal.Noticed{Event: e, Person: who.ID, Text: text})
	}
	back := func(p throughline.Phase, who person) {
		i := slices.Index(l.road, p)
		if i < 0 || i >= l.at {
			return
		}
		g := pick(l.r, []throughline.Grade{e2, e3})
		if text, ok := l.line(against[p], g, true); ok {
			l.write(day.Add(1), g, deal.Contradiction{About: p.Address(), Person: who.ID, Text: l.words(text, who, l.someone())})
			l.at, l.answered[p] = i, nil
		}
	}
	switch {
	case f >= throughline.Rules && l.chance(0.012):
		if who := l.stranger("checker", "rule_setter", "budget_decider"); !who.ID.IsZero() {
			l.join(day, who)
			notice(deal.NewVeto, who)
			l.stands(day, who, -1, false, e2)
			back(throughline.Align, who)
			l.consensus = max(0.1, l.consensus-0.15)
		}
	case l.chance(0.005):
		if who := l.role(throughline.SponsorRole); l.has(who) {
			notice(deal.SponsorLeft, who)
			l.write(day.Add(2), throughline.E2, deal.PersonJoined{Person: who.ID, Left: true})
			back(throughline.Own, l.by(throughline.Own, who))
		}
	case l.chance(0.004):
		notice(deal.Reorganisation, person{})
		l.busy, l.consensus = 8, max(0.1, l.consensus-0.1)
	case f >= throughline.Choose && l.chance(0.010):
		notice(deal.ScopeChanged, l.role(throughline.RuleSetter))
		back(throughline.Rules, l.role(throughline.RuleSetter))
	case f >= throughline.Explore && l.rival && l.chance(0.012):
		notice(deal.NewAlternative, person{})
	case f == throughline.Choose && l.chance(0.06):
		who := l.role(throughline.BuyerOfRecord)
		l.join(day, who)
		notice(deal.ProcurementEntered, who)
	case l.chance(0.004):
		l.busy = 6
	}
	if f == throughline.Commit && l.chance(0.5*(1-l.confidence)) {
		e := pick(l.r, []deal.Event{deal.MoreReferences, deal.MoreReferences, deal.MoreOptions, deal.ComparisonReopened, deal.QuietAfterWarm})
		if l.signs < 4 {
			l.signs++
			notice(e, l.role(throughline.BudgetDecider))
		}
	}
}

// stranger gives somebody with one of the roles who has not appeared yet.
func (l *life) stranger(roles ...string) person {
	for _, c := range l.cast {
		if slices.Contains(roles, c.role) && !l.has(c) {
			return c
		}
	}
	return person{}
}

func (l *life) has(p person) bool {
	_, ok := l.known[p.ID]
	return ok
}

// theyThink lets them answer the question they are at, or only talk about it.
func (l *life) theyThink(gap int) {
	p := l.frontier()
	if p == throughline.NoPhase {
		return
	}
	if l.leader {
		l.consensus = min(0.95, l.consensus+0.006)
	}
	if !l.chance(l.answers(gap)) {
		switch mark := l.w.book.Consequence(l.class).Pass.Grade; {
		case l.chance(0.10):
			l.tell(l.within(), p, e1, person{})
		case mark > e2 && l.chance(0.18):
			l.tell(l.within(), p, e2, l.by(p))
		}
		return
	}
	l.answer(p, l.within())
}

// answer puts on record what answers a phase's question, as their class asks.
func (l *life) answer(p throughline.Phase, day throughline.Day) {
	mark := l.w.book.Consequence(l.class).Pass.Grade
	first := l.by(p)
	second := l.by(p, first)
	if l.chance(0.55) || p <= throughline.Own && l.chance(0.5) {
		mark = max(mark, e4)
	}
	if l.practised() && l.chance(0.4) {
		mark = e3
	}
	who := []person{first, second, first, second}
	for i := 0; i < len(who) && !l.pass(p, day); i++ {
		l.tell(day, p, mark, who[i])
		day = day.Add(l.r.IntN(3))
	}
	l.meets(day, p, 0.85)
	l.at++
	switch p {
	case throughline.Own:
		if l.leader {
			l.step(day, "c1", throughline.StepDone, deal.Customer, throughline.Day{}, l.one(steps["c1"]))
		}
	case throughline.Align:
		if !l.practised() {
			l.positions(day)
		}
		if l.leader {
			l.step(day.Add(3), "c2", throughline.StepDone, deal.Customer, throughline.Day{}, l.one(steps["c2"]))
		}
	case throughline.Rules:
		if l.chance(0.35) && !l.practised() {
			l.write(day, 0, deal.AmountChanged{Amount: dollars(amounts[l.purchase][0] * (0.6 + l.r.Float64()))})
		}
		if !l.practised() && l.chance(l.seller.paper) {
			l.paperOn, l.truth.EarlyPaper = true, true
		}
	case throughline.Choose:
		if !l.practised() {
			l.positions(day)
		}
	case throughline.Commit:
		if l.leader && l.chance(0.6) {
			l.step(day, "c3", throughline.StepDone, deal.Customer, throughline.Day{}, l.one(steps["c3"]))
		}
	}
	if l.at >= len(l.road) {
		l.truth.Decided = day
	}
}

// positions writes down where those who have appeared stand: once, and later
// only what has changed.
func (l *life) positions(day throughline.Day) {
	people := l.pen.cast[:min(4, len(l.pen.cast))]
	if l.stood {
		people = l.pen.cast[max(0, len(l.pen.cast)-2):]
	}
	l.stood = true
	for _, c := range people {
		agrees := l.chance(0.3 + 0.7*l.consensus)
		v := pick(l.r, []int{0, 1, 1, 2})
		if !agrees {
			v = pick(l.r, []int{-1, 0, 0, 1})
		}
		l.stands(day, c, v, agrees, pick(l.r, []throughline.Grade{e2, e3, e3}))
	}
}

// paperwork moves the contracting track: early where it was raised early, else
// only once they have decided. The order comes when it is through.
func (l *life) paperwork() {
	decided := l.frontier() == throughline.NoPhase
	if l.practised() {
		if decided && l.chance(0.7) {
			l.win(l.within())
		}
		return
	}
	if !l.paperOn && !decided {
		return
	}
	for n := 0; n < 2; n++ {
		next := l.paper + 1
		if next > 8 || !decided && next > 4 || !l.chance(0.42) {
			return
		}
		l.paper = next
		day := l.within()
		name := []string{"", "k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8"}[next]
		side := deal.Customer
		if next == 2 && l.chance(0.4) {
			side = deal.Us
		}
		l.step(day, name, throughline.StepDone, side, throughline.Day{}, l.one(steps[name]))
		if next == 8 {
			l.win(day)
			return
		}
		if following := []string{"k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8"}[next]; l.chance(0.2) && (decided || next < 4) {
			l.step(day.Add(1), following, throughline.StepBegun, deal.Customer, day.Add(10+l.r.IntN(25)), "")
		}
	}
}

// keepFresh lets them repeat, now and then, what would otherwise grow old.
func (l *life) keepFresh() {
	for _, p := range l.road[:l.at] {
		if l.pass(p, l.day.Add(10)) || !l.chance(0.6) {
			continue
		}
		text, ok := l.line(again, e4, true)
		if !ok {
			continue
		}
		who := l.by(p)
		other := l.by(p, who)
		day := l.within()
		l.join(day, who)
		if strings.Contains(text, "{other}") {
			l.join(day, other)
		}
		l.fill["matter"] = matters[p]
		l.evidence(day, e4, p, who, l.words(text, who, other))
		l.answered[p] = append(l.answered[p], mark{e4, day, who.ID})
		l.quiet = 0
		return
	}
}

// dates pushes the close date when it is upon us and they are not.
func (l *life) dates(gap int) {
	if l.truth.Outcome != throughline.StillOpen || l.closing.Sub(l.day) > 6 || !l.chance(0.75) {
		return
	}
	by := l.chance(0.25) && gap <= 0 && l.fading == nil
	l.closing = l.day.Add(24 + l.r.IntN(45))
	l.write(l.within(), 0, deal.CloseDateMoved{To: l.closing, ByCustomer: by})
	if by && !l.practised() {
		l.write(l.within(), e2, deal.Noticed{Event: deal.DateMoved, Text: l.words(l.one(noticed[deal.DateMoved]), l.someone(), person{})})
	}
}
