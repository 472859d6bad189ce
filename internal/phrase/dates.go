package phrase

import (
	"fmt"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/blend"
	"github.com/throughline/throughline/internal/playbook"
)

// DatesWords are the captions of a track's timeline.
type DatesWords struct {
	Title, Today, Goal, Typical string
	Legend                      DatesLegend
}

// DatesLegend names the timeline's marks, in the form that the picture takes.
type DatesLegend struct{ Done, Going, Planned, Spread, Due, Late string }

// Dates gives the captions of a track's timeline. Live is the day that
// matters; where none is known, bars are what follows if all began today.
func (p *Phrase) Dates(track throughline.Track, live, today throughline.Day) DatesWords {
	w := DatesWords{Title: p.Say("dates.title." + string(track)), Today: p.Say("dates.today"), Typical: p.Say("dates.typical_free"),
		Legend: DatesLegend{
			p.Say("dates.done"),
			p.Say("dates.going"),
			p.Say("dates.planned_free"),
			p.Say("dates.spread"),
			p.Say("dates.due"),
			p.Say("dates.late"),
		}}
	if !live.IsZero() {
		w.Typical, w.Legend.Planned = p.Say("dates.typical"), p.Say("dates.planned")
		w.Goal = p.Say("dates.goal."+string(track), "day", p.DayNear(live, today))
	}
	return w
}

// StepSay says in a few words what is to be known of a step's dates: what is
// overdue or late first, then what was agreed, then what has to be.
func (p *Phrase) StepSay(s blend.StepDates, today throughline.Day) string {
	day := func(key string, d throughline.Day) string { return p.Say("dates.say."+key, "day", p.DayNear(d, today)) }
	switch {
	case s.State == throughline.StepDone && s.Done.IsZero():
		return p.Say("dates.say.done_undated")
	case s.State == throughline.StepDone:
		return day("done", s.Done)
	case s.State == throughline.StepNotNeeded:
		return p.Say("dates.say.not_needed")
	case s.Overdue(today):
		return p.Say("dates.say.overdue", "n", today.Sub(s.Due))
	case !s.Due.IsZero():
		return day("due", s.Due)
	case s.State == throughline.StepBegun && s.Began.IsZero():
		return p.Say("dates.say.begun_undated")
	case s.State == throughline.StepBegun:
		return day("begun", s.Began)
	case s.Late > 0:
		return p.Say("dates.say.late", "n", s.Late)
	case s.Begin.IsZero():
		return p.Say("dates.say.takes", "n", s.Days.Middle)
	case s.Begin == today:
		return p.Say("dates.say.begin_today")
	}
	return day("begin", s.Begin)
}

// StepLabel is a step with what is to be known of its dates, for those who
// cannot see the picture.
func (p *Phrase) StepLabel(book *playbook.Playbook, s blend.StepDates, today throughline.Day) string {
	return p.Say("dates.step", "name", p.Place(book, s.Address), "say", p.StepSay(s, today))
}

// EarlyStart says in one sentence by when a step has to begin, and for what.
func (p *Phrase) EarlyStart(book *playbook.Playbook, s blend.StepDates, live, today throughline.Day) string {
	key := "dates.early." + string(s.Step.Track)
	if s.Begin.Sub(today) < 0 {
		key = "dates.early_late." + string(s.Step.Track)
	}
	return p.Say(key, "step", p.Place(book, s.Address), "day", p.DayNear(s.Begin, today), "goal", p.DayNear(live, today))
}

// ExpectedReady says when the end of a track is to be expected if everything
// possible began today, and how far that is behind the day that matters.
func (p *Phrase) ExpectedReady(track throughline.Track, expected, live, today throughline.Day) string {
	out := []string{p.Say("dates.expected."+string(track), "day", p.DayNear(expected, today))}
	if n := expected.Sub(live); !live.IsZero() && n > 0 {
		out = append(out, p.Say("dates.behind", "n", n))
	}
	return p.sentences(out)
}

// Tick names a day on a calendar: the month where one begins, else the day.
func (p *Phrase) Tick(d, today throughline.Day) string {
	at := d.Civil()
	if d.IsZero() || at.Day() != 1 {
		return p.DayNear(d, today)
	}
	month := p.Say(fmt.Sprintf("month.%d", int(at.Month())))
	if at.Month() == 1 {
		return p.Say("dates.month_year", "month", month, "year", fmt.Sprint(at.Year()))
	}
	return month
}
