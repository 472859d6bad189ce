// Package timeline draws the steps of a track along the calendar: when each
// began, is due, was done or has to begin, how long such steps take, what waits
// for what, and where today is.
//
// Takes: a Timeline, whose days are computed and whose words are already in the reader's language.
// Gives: SVG as text, in two shapes: large, and stacked for narrow screens.
// Never: computes a date, or tells anything by colour alone.
package timeline

import (
	"github.com/throughline/throughline"
)

// Timeline is everything the picture says. Empty hrefs draw a mark that is no link.
type Timeline struct {
	ID    string // begins every id in the picture; unique on its page
	Title string // one sentence for those who cannot see it
	Desc  string // the rest in sentences

	Today     throughline.Day
	TodayName string // "today"
	Goal      throughline.Day
	GoalName  string // "order by 1 May"; where there is no such day, none is drawn
	Ticks     []Tick // names along the calendar; those outside of Span are left out
	Typical   string // "typical, check yours": stands with the spread
	Legend    Legend
	Steps     []Step
}

// Legend names the marks. What is empty is left out.
type Legend struct{ Done, Going, Planned, Spread, Due, Late string }

// Tick is a name on the calendar.
type Tick struct {
	Day  throughline.Day
	Name string
}

// Step is one row. Which of its days are set decides what is drawn: Began to
// Done is a step that is done, Began alone one under way, From and Until one
// that is planned.
type Step struct {
	Name  string
	Label string // for those who cannot see it: "Checks: to be begun by 12 January"
	Say   string // a few words beside the bar: "begin by 12 January"
	Href  string
	State throughline.StepState
	Late  bool // its day has passed

	Began, Done, Due throughline.Day
	From, Until      throughline.Day // planned: latest start and latest end
	Best, Mid, Worst int             // how many days such a step takes
	After            []int           // rows, from 0, that it waits for
	Hidden           bool            // named, not drawn
}

// bar is where a row's bar stands; ok is false where no day is known.
func (s Step) bar(today throughline.Day) (from, to throughline.Day, ok bool) {
	switch {
	case s.Hidden || s.State == throughline.StepNotNeeded:
		return from, to, false
	case s.State == throughline.StepDone:
		from, to = s.Began, s.Done
		if from.IsZero() {
			from = to
		}
	case s.State == throughline.StepBegun:
		from, to = s.Began, today
	default:
		from, to = s.From, s.Until
	}
	if !from.IsZero() && !to.IsZero() && to.Sub(from) < 0 {
		from, to = to, from
	}
	return from, to, !from.IsZero() && !to.IsZero()
}

// spread is where a step would end in its best and its worst quarter, counted
// from its begin where it is under way, and where it would begin, counted back
// from its end, where it is planned.
func (s Step) spread() (a, b throughline.Day, ok bool) {
	if s.Worst <= 0 || s.State == throughline.StepDone || s.State == throughline.StepNotNeeded || s.Hidden {
		return a, b, false
	}
	if s.State == throughline.StepBegun {
		return s.Began.Add(s.Best), s.Began.Add(s.Worst), !s.Began.IsZero()
	}
	return s.Until.Add(-s.Worst), s.Until.Add(-s.Best), !s.Until.IsZero()
}

// Span is the stretch of calendar that is drawn: every day that is named, with
// some room, and three years at most to either side of today, so that a day
// mistyped does not flatten the rest.
func (t Timeline) Span() (from, to throughline.Day) {
	from, to = t.Today, t.Today
	see := func(d throughline.Day) {
		if d.IsZero() || !t.Today.IsZero() && (d.Sub(t.Today) > most || t.Today.Sub(d) > most) {
			return
		}
		if from.IsZero() || d.Sub(from) < 0 {
			from = d
		}
		if to.IsZero() || d.Sub(to) > 0 {
			to = d
		}
	}
	see(t.Goal)
	for _, s := range t.Steps {
		if a, b, ok := s.bar(t.Today); ok {
			see(a)
			see(b)
		}
		if a, b, ok := s.spread(); ok {
			see(a)
			see(b)
		}
		if s.State != throughline.StepDone && s.State != throughline.StepNotNeeded {
			see(s.Due)
		}
	}
	if from.IsZero() {
		return from, to
	}
	room := max(3, to.Sub(from)/25)
	return from.Add(-room), to.Add(room)
}

const most = 3 * 365

// Firsts lists the days worth a name between two days: the first of each
// month, of every third one where there are many, or Mondays where there are few.
func Firsts(from, to throughline.Day) []throughline.Day {
	var out []throughline.Day
	if from.IsZero() || to.IsZero() {
		return out
	}
	days := to.Sub(from)
	if days <= 75 {
		step := 7
		if days > 40 {
			step = 14
		}
		d := from
		for d.Civil().Weekday() != 1 {
			d = d.Add(1)
		}
		for ; d.Sub(to) <= 0; d = d.Add(step) {
			out = append(out, d)
		}
		return out
	}
	every := 1
	switch {
	case days > 1100:
		every = 6
	case days > 400:
		every = 3
	}
	for d := from; d.Sub(to) <= 0; d = d.Add(1) {
		if at := d.Civil(); at.Day() == 1 && (int(at.Month())-1)%every == 0 {
			out = append(out, d)
		}
	}
	return out
}
