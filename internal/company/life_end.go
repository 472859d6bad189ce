package company

import (
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// struck begins the end: no decision comes slowly, with its tells; the other
// ends are somebody's act, and come at once.
func (l *life) struck(h Hazard) {
	if h.Outcome == throughline.NoDecision {
		l.fading, l.left = &h, 2+l.r.IntN(6)
		return
	}
	l.end(h.Outcome, h.Cause, l.within())
}

// fade is a week in which nothing is decided any more, though nobody has said so.
func (l *life) fade() {
	day := l.within()
	who := l.by(throughline.Own)
	if l.has(who) && l.chance(0.45) {
		switch l.fading.Cause {
		case throughline.Indecision:
			if l.signs < 4 {
				l.signs++
				e := pick(l.r, []deal.Event{deal.MoreReferences, deal.MoreReferences, deal.MoreOptions, deal.ComparisonReopened, deal.QuietAfterWarm})
				if text := l.one(noticed[e]); text != "" {
					l.write(day, e2, deal.Noticed{Event: e, Person: who.ID, Text: l.words(text, who, l.someone())})
				}
			}
		case throughline.Disagreement:
			l.contradict(day, throughline.Align, l.by(throughline.Align))
		case throughline.Overtaken, throughline.Unfunded:
			l.contradict(day, throughline.Own, who)
		}
	}
	if l.chance(0.4) {
		l.activity(day, pick(l.r, []string{"call", "email", "email"}), deal.Us, l.someone())
	}
	if l.left--; l.left <= 0 {
		l.end(throughline.NoDecision, l.fading.Cause, day)
	}
}

func (l *life) contradict(day throughline.Day, p throughline.Phase, who person) {
	if text, ok := l.line(against[p], e2, true); ok {
		l.join(day, who)
		l.write(day, e2, deal.Contradiction{About: p.Address(), Person: who.ID, Text: l.words(text, who, l.someone())})
	}
}

// end writes down how it ended, from the customer where somebody said so.
func (l *life) end(o throughline.Outcome, c throughline.Cause, day throughline.Day) {
	if last := throughline.DayOf(l.last, l.w.zone); last.Sub(day) > 0 { // nothing of before comes after
		day = last
	}
	if day.Sub(l.w.today) >= -1 { // not known yet
		return
	}
	l.truth.Outcome, l.truth.Cause, l.truth.Closed = o, c, day
	g := e2
	if o == throughline.Won {
		g = e3
	}
	text := pick(l.r, endings[o][c])
	who, other := l.someone(), l.someone()
	for n := 0; other.ID == who.ID && n < 5; n++ {
		other = l.someone()
	}
	if strings.Contains(text, "{other}") && other.ID == who.ID {
		text = endings[o][c][0]
	}
	e := deal.Ended{Outcome: o, Cause: c, Text: l.words(text, who, other)}
	if o == throughline.Postponed {
		e.Until = day.Add(90 + 30*l.r.IntN(7))
	}
	l.write(day, g, e)
}

// win is the order; the customer's journey goes on after it.
func (l *life) win(day throughline.Day) {
	if l.practised() && l.purchase == ordering {
		l.step(day, "k8", throughline.StepDone, deal.Customer, throughline.Day{}, l.one(steps["k8"]))
	}
	l.end(throughline.Won, "", day)
	if l.truth.Outcome != throughline.Won {
		return
	}
	day = l.truth.Closed
	if l.stageAt(throughline.Adopt).Serves > l.ours {
		l.ours = l.stage(day, throughline.Adopt)
	}
	after := func(days int) (throughline.Day, bool) {
		d := day.Add(days)
		return d, d.Sub(l.w.today) < -1
	}
	if l.practised() {
		if d, ok := after(20 + l.r.IntN(30)); ok && l.chance(0.5) {
			l.tell(d, throughline.Prove, e3, l.by(throughline.Prove))
		}
		return
	}
	adopts := l.chance(0.45 + 0.4*when(l.leader, 1))
	if d, ok := after(25 + l.r.IntN(20)); ok && l.leader {
		l.step(d, "c4", throughline.StepDone, deal.Customer, throughline.Day{}, l.one(steps["c4"]))
	}
	if d, ok := after(50 + l.r.IntN(40)); ok {
		if adopts {
			l.tell(d, throughline.Adopt, e4, l.by(throughline.Adopt))
			l.tell(d.Add(4), throughline.Adopt, e3, l.by(throughline.Adopt))
			l.meets(d.Add(5), throughline.Adopt, 1)
			l.step(d.Add(5), "c5", throughline.StepDone, deal.Customer, throughline.Day{}, l.one(steps["c5"]))
		} else if l.chance(0.5) {
			l.contradict(d, throughline.Adopt, l.by(throughline.Adopt))
		}
	}
	if d, ok := after(140 + l.r.IntN(60)); ok && adopts {
		l.tell(d, throughline.Prove, e4, l.by(throughline.Prove))
		l.meets(d.Add(1), throughline.Prove, 1)
		if l.stageAt(throughline.Prove).Serves > l.ours {
			l.ours = l.stage(d.Add(2), throughline.Prove)
		}
		l.step(d.Add(6), "c6", throughline.StepDone, deal.Customer, throughline.Day{}, l.one(steps["c6"]))
	}
}

// plan writes a strategy now and then, and on the bet's day what came of it.
func (l *life) plan() {
	if !l.betDay.IsZero() && l.betDay.Sub(l.day) <= 0 {
		result := pick(l.r, []string{"happened", "did_not", "too_early"})
		l.write(l.within(), 0, deal.BetResolved{Strategy: l.strategy, Result: deal.BetResult(result)})
		l.betDay = throughline.Day{}
	}
	p := l.frontier()
	if p == throughline.NoPhase {
		p = throughline.Adopt
	}
	if l.practised() || !l.betDay.IsZero() || len(plans[p]) == 0 || len(l.pen.cast) < 2 || !l.chance(0.05) {
		return
	}
	pl := pick(l.r, plans[p])
	if l.used[pl.bet] {
		return
	}
	l.used[pl.bet] = true
	day := l.within()
	l.betDay = day.Add(14 + l.r.IntN(21))
	who := l.pen.cast[0]
	l.fill["by"] = l.w.said(l.betDay)
	say := func(s string) string { return l.words(s, who, who) }
	stops := []string{say(pl.stop), say(stopSame)}
	l.strategy = l.write(day, 0, deal.Strategy{
		Aim: say(aimOf),
		Bet: say(pl.bet), By: l.betDay.String(), Against: say(pl.against), Stops: deal.StopsOf(stops...),
		Moves: []deal.Move{
			{What: say(pl.move), Expect: say(pl.expect), By: day.Add(7).String()},
			{What: say(pl.move2), Expect: say(pl.expect2), By: day.Add(12).String()},
		},
		StopIf: say(
			pl.stopIf,
		), Because: l.w.in(pick(l.r, becauses)),
	})
}

// What a strategy says whatever the question.
const (
	stopSame = "the same people are wanted for {delayed}"
	aimOf    = "That the {units} come to {to} {measure}, from {from}; and that the first of them start with us."
)

var becauses = []string{
	"They answered a question and the next one is another.",
	"Nothing has moved for two weeks.",
	"A call that went differently than planned.",
	"The review on Monday.",
}

// said spells a day as one says it: 28 November.
func said(d throughline.Day) string { return d.Civil().Format("2 January") }

// mostLines is in how many deals it is known who reports to whom.
const mostLines = 4

// lines says of some open deals whom those with the problem, and those who have to use
// what is bought, report to: on the day on which the later of the two came.
func lines(going []*life) {
	said := 0
	for _, l := range going {
		came := map[throughline.Role]person{}
		on := map[throughline.Role]throughline.Day{}
		for _, f := range l.facts {
			j, is := f.Body.(deal.PersonJoined)
			if _, twice := came[j.Role]; !is || twice {
				continue
			}
			for _, c := range l.pen.cast {
				if c.ID == j.Person {
					came[j.Role], on[j.Role] = c, throughline.DayOf(f.Learned, l.w.zone)
				}
			}
		}
		wrote := false
		for _, two := range [][2]throughline.Role{{throughline.ProblemOwner, throughline.SponsorRole}, {throughline.UserRole, throughline.ProblemOwner}} {
			who, is := came[two[0]]
			to, knows := came[two[1]]
			if !is || !knows {
				break // a line has its upper end
			}
			day := on[two[0]]
			if later := on[two[1]]; later.Sub(day) > 0 {
				day = later
			}
			l.reports(day, who, to)
			wrote = true
		}
		if wrote {
			said++
		}
		if said == mostLines {
			return
		}
	}
}
