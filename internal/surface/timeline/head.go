package timeline

import "github.com/throughline/throughline/internal/surface/pen"

// bold is how much wider than a regular face a bold one is set.
const bold = 1.07

// stretch is a part of a line from left to right.
type stretch struct{ x1, x2 float64 }

// hits reports whether two stretches come closer than gap to one another.
func (a stretch) hits(b stretch, gap float64) bool { return a.x1 < b.x2+gap && b.x1 < a.x2+gap }

// head is where the names of today and of the day that matters stand over the
// calendar.
type head struct {
	today, goal   stretch // the names
	raised, ahead bool    // the goal's name stands a line higher; behind its flag, not before it
}

// flagW is how far the goal's flag flies from its line.
const flagW = 12.0

// layout finds places for both names within from and to, so that neither
// covers the other, and neither today's line nor the goal's crosses a name: the
// goal's before its flag or behind it, a line higher where there is no other
// way, today's behind its line or before it.
func (t Timeline) layout(sc scale, from, to float64) head {
	now, goal := sc.at(t.Today), sc.at(t.Goal)
	wn, wg := pen.Width(t.TodayName, 13), bold*pen.Width(t.GoalName, 13)
	flag := stretch{goal - 1, goal + flagW}
	line := stretch{now, now}
	fits := func(s stretch) bool { return s.x1 >= from && s.x2 <= to }
	var last head
	for _, raised := range []bool{false, true} {
		for _, ahead := range []bool{false, true} {
			h := head{raised: raised, ahead: ahead, goal: stretch{goal - 8 - wg, goal - 8}}
			if ahead {
				h.goal = stretch{goal + flagW + 4, goal + flagW + 4 + wg}
			}
			if !t.Goal.IsZero() && !fits(h.goal) {
				continue
			}
			for _, today := range []stretch{{now + 6, now + 6 + wn}, {now - 6 - wn, now - 6}} {
				h.today, last = today, h
				switch {
				case t.Goal.IsZero() && fits(today), t.Today.IsZero():
					return h
				case !fits(today), today.hits(stretch{goal, goal}, 4):
				case raised:
					return h
				case !today.hits(h.goal, 8) && !today.hits(flag, 4) && !line.hits(h.goal, 4) && (goal == now || !line.hits(flag, 1)):
					return h
				}
			}
		}
	}
	return last
}

// head draws today and the day that matters, with their names above.
func (t Timeline) head(p *pen.Pen, sc scale, bottom float64) {
	const nameY = topY - 35
	t.GoalName, t.TodayName = pen.Cut(t.GoalName, 13, 420), pen.Cut(t.TodayName, 13, 120)
	h := t.layout(sc, 8, largeW-2)
	if !t.Goal.IsZero() {
		x, y := sc.at(t.Goal), nameY
		if h.raised { // so that today's name stays at its line
			y -= 16
		}
		p.Line("tl-goal", x, y+1, x, bottom)
		p.Path("tl-flag", "M%s %sh12l-4 4.5 4 4.5h-12z", x, y-9)
		if h.ahead {
			p.Text("tl-goal-name", h.goal.x1, y, "start", t.GoalName)
		} else {
			p.Text("tl-goal-name", h.goal.x2, y, "end", t.GoalName)
		}
	}
	if !t.Today.IsZero() {
		x := sc.at(t.Today)
		p.Line("tl-today", x, nameY-9, x, bottom)
		if h.today.x1 < x {
			p.Text("tl-today-name", h.today.x2, nameY, "end", t.TodayName)
		} else {
			p.Text("tl-today-name", h.today.x1, nameY, "start", t.TodayName)
		}
	}
}

// downHead names today and the day that matters over their marks, in one line
// where both have room in it, else one below the other, and gives where it ends.
func (t Timeline) downHead(p *pen.Pen, sc scale) float64 {
	over := func(x float64, name string, factor float64) (stretch, string) {
		name = pen.Cut(name, 13*factor, downW-8)
		w := factor * pen.Width(name, 13)
		left := max(4, min(x-w/2, downW-4-w))
		return stretch{left, left + w}, name
	}
	y, marks := 16.0, false
	var goal stretch
	if !t.Goal.IsZero() {
		var name string
		goal, name = over(sc.at(t.Goal), t.GoalName, bold)
		p.Text("tl-goal-name", goal.x1, y, "start", name)
		marks = true
	}
	if !t.Today.IsZero() {
		at, name := over(sc.at(t.Today), t.TodayName, 1)
		if marks && at.hits(goal, 8) {
			y += 17
		}
		p.Text("tl-today-name", at.x1, y, "start", name)
		x := sc.at(t.Today)
		p.Line("tl-today", x, y+6, x, y+18)
	}
	if marks {
		x := sc.at(t.Goal)
		p.Line("tl-goal", x, y+6, x, y+18)
		p.Path("tl-flag", "M%s %sh10l-3.4 4 3.4 4h-10z", x, y+6)
	}
	return y + 18
}
