package phrase

import (
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/plan"
)

// Plan gives the words of a plan's exports.
func (p *Phrase) Plan() plan.Words {
	return plan.Words{
		Title:   p.Say("plan.goal"),
		Section: func(s plan.Section) string { return p.Say("plan.section_" + string(s)) },
		State:   p.StepState,
		Whose: func(s plan.Step) string {
			switch {
			case s.Owner != "":
				return s.Owner
			case s.Side == deal.Us:
				return p.Say("plan.supplier")
			}
			return p.Say("plan.we")
		},
		Private: p.Say("plan.private"),
		Columns: [7]string{
			p.Say("plan.column_section"),
			p.Say("plan.column_step"),
			p.Say("plan.column_who"),
			p.Say("plan.column_due"),
			p.Say("plan.column_state"),
			p.Say("plan.column_begin"),
			p.Say("plan.column_seen"),
		},
	}
}

// PlanUsual gives the words of a step that is usually to come; "" for others.
func (p *Phrase) PlanUsual(a throughline.Address) string {
	if s, ok := a.Step(); ok && s.Track == throughline.Contracting {
		return p.Say("plan.paper_" + s.String())
	}
	switch ph, _ := a.Phase(); ph {
	case throughline.Adopt:
		return p.Say("plan.step_use")
	case throughline.Prove:
		return p.Say("plan.step_result")
	}
	return ""
}

// PlanWhen says by when a step of a plan is to be done, or when it was.
func (p *Phrase) PlanWhen(s plan.Step, today throughline.Day) string {
	switch {
	case s.State == throughline.StepNotNeeded:
		return p.Say("plan.not_needed")
	case s.State == throughline.StepDone && s.Since.IsZero():
		return p.Say("plan.done")
	case s.State == throughline.StepDone:
		return p.Say("plan.done_on", "day", p.DayNear(s.Since, today))
	case s.Due.IsZero():
		return p.Say("plan.no_day")
	case s.Late(today) > 0:
		return p.Say("plan.late", "day", p.DayNear(s.Due, today), "span", p.Days(s.Late(today)))
	case s.Due == today:
		return p.Say("plan.today")
	}
	return p.Say("plan.by", "day", p.DayNear(s.Due, today))
}

// PlanPicture gives the captions of a plan's timeline.
func (p *Phrase) PlanPicture(goal throughline.Day) DatesWords {
	w := DatesWords{Title: p.Say("plan.picture"), Today: p.Say("dates.today"), Typical: p.Say("plan.typical"),
		Legend: DatesLegend{"", p.Say("dates.going"), p.Say("plan.planned"), p.Say("dates.spread"), p.Say("dates.due"), p.Say("dates.late")}}
	if !goal.IsZero() {
		w.Goal = p.Say("plan.goal_at", "day", p.Day(goal))
	}
	return w
}
