package plan

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/playbook"
)

// Dates is when a step should happen (docs/methods/plan-dates.md).
type Dates struct {
	Start    throughline.Day // expected
	End      throughline.Day
	Begin    throughline.Day // the latest day on which it can begin for the goal to hold in four of five cases; zero without a goal
	Critical bool            // one of the few with the least room
	Slips    int             // by how many days all before the goal moves when this one takes a week longer
}

// enough is in how many cases a latest start has to hold.
const enough = 0.8

// mostCritical is how many steps are shown as the few that matter.
const mostCritical = 3

// Work is a step as its dates see it.
type Work struct {
	Days  playbook.Spread
	After []int // places of those it waits for, each before its own
	Done  bool
}

// LatestStarts gives, for each piece of work, how many days before the goal it
// has to begin so that the goal holds in a share of the cases, by drawing how
// long each takes. Everything that waits for a piece begins once the piece is
// done. Done work takes no time.
func LatestStarts(work []Work, share float64, draws int, random *rand.Rand) []int {
	after := make([][]int, len(work)) // who waits for it
	for i, w := range work {
		for _, a := range w.After {
			after[a] = append(after[a], i)
		}
	}
	need := make([][]int, len(work))
	for i := range need {
		need[i] = make([]int, draws)
	}
	for n := range draws {
		for i := len(work) - 1; i >= 0; i-- {
			rest := 0
			for _, j := range after[i] {
				rest = max(rest, need[j][n])
			}
			if !work[i].Done {
				rest += Takes(work[i].Days, random.Float64())
			}
			need[i][n] = rest
		}
	}
	out := make([]int, len(work))
	for i := range need {
		slices.Sort(need[i])
		out[i] = need[i][min(draws-1, int(math.Ceil(share*float64(draws)))-1)]
	}
	return out
}

// Takes gives how many days work takes in the case u of 0 to 1, where the worse
// cases come later. A quarter is done by its best, half by its middle, three
// quarters by its worst day; below the best it is not less than half of it, and
// above the worst as far again as from the middle to there.
func Takes(s playbook.Spread, u float64) int {
	best, middle, worst := float64(s.Best), float64(s.Middle), float64(max(s.Worst, s.Middle))
	best = min(best, middle)
	line := func(from, to, a, b float64) int { return int(math.Round(a + (b-a)*(u-from)/(to-from))) }
	switch {
	case u < 0.25:
		return line(0, 0.25, best/2, best)
	case u < 0.5:
		return line(0.25, 0.5, best, middle)
	case u < 0.75:
		return line(0.5, 0.75, middle, worst)
	}
	return line(0.75, 1, worst, 2*worst-middle)
}

// draws and seed: the same plan has the same dates each time it is looked at.
const (
	draws = 6000
	seed  = 80
)

// date fills in the dates of the steps.
func (p *Plan) date() {
	waits := p.waits()
	start, end := p.forward(waits, -1, 0)
	for i := range p.Steps {
		p.Steps[i].Start, p.Steps[i].End = start[i], end[i]
	}
	p.End = p.ready(end)
	if p.Goal.IsZero() {
		return
	}
	var work []Work
	place := map[int]int{}
	for i, s := range p.Steps {
		if !s.beforeGoal() {
			continue
		}
		w := Work{Days: s.Days, Done: !s.Open()}
		for _, a := range waits[i] {
			if j, ok := place[a]; ok {
				w.After = append(w.After, j)
			}
		}
		place[i] = len(work)
		work = append(work, w)
	}
	need := LatestStarts(work, enough, draws, rand.New(rand.NewPCG(seed, uint64(len(work)))))
	var room []int // of open steps, the least room first
	for i := range p.Steps {
		if j, ok := place[i]; ok && p.Steps[i].Open() {
			s := &p.Steps[i]
			s.Begin = p.Goal.Add(-need[j])
			if own := s.Due.Add(-Takes(s.Days, enough)); !s.Due.IsZero() && own.Sub(s.Begin) < 0 {
				s.Begin = own // a day that was named goes before the goal
			}
			room = append(room, i)
		}
	}
	slack := func(i int) int { return p.Steps[i].Begin.Sub(p.Steps[i].Start) }
	slices.SortStableFunc(room, func(a, b int) int { return slack(a) - slack(b) })
	for n, i := range room {
		s := &p.Steps[i]
		_, moved := p.forward(waits, i, 7)
		s.Slips = p.ready(moved).Sub(p.End)
		s.Critical = n < mostCritical && s.State == throughline.StepNotBegun && slack(i) <= 14
	}
}

// forward gives when each step is expected to begin and end: once what it waits
// for is done, and not before today; a step with a day ends on it, unless it
// cannot. The step at more takes so many days longer.
func (p Plan) forward(waits [][]int, more, by int) (start, end []throughline.Day) {
	start, end = make([]throughline.Day, len(p.Steps)), make([]throughline.Day, len(p.Steps))
	for i, s := range p.Steps {
		from := p.Today
		for _, a := range waits[i] {
			if p.Steps[a].Open() && end[a].Sub(from) > 0 {
				from = end[a]
			}
		}
		days := s.Days.Middle
		switch {
		case !s.Open():
			start[i], end[i] = s.Since, s.Since
			continue
		case s.State == throughline.StepBegun && !s.Since.IsZero():
			days = max(0, days-max(0, p.Today.Sub(s.Since)))
		}
		start[i], end[i] = from, from.Add(days)
		if !s.Due.IsZero() && s.Due.Sub(end[i]) > 0 {
			end[i] = s.Due
			start[i] = end[i].Add(-days)
		}
		if i == more {
			end[i] = end[i].Add(by)
		}
	}
	return start, end
}

// ready is when the last step before the goal is done; the zero Day where none is open.
func (p Plan) ready(end []throughline.Day) (last throughline.Day) {
	for i, s := range p.Steps {
		if s.beforeGoal() && s.Open() && (last.IsZero() || end[i].Sub(last) > 0) {
			last = end[i]
		}
	}
	return last
}
