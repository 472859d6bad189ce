package phrase

import (
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// stepStated gives what is said of a step of their own way, or of one that we
// propose.
func (p *Phrase) stepStated(n Names, b deal.StepStated, proposed bool) string {
	what := p.Text(n, b.Text)
	switch {
	case b.Text == "":
		what = p.Say("stated.fact_moved")
	case proposed:
		what = p.Say("stated.fact_proposed", "what", what)
	case b.By == deal.Us:
		what = p.Say("stated.fact_ours", "what", what)
	default:
		what = p.Say("stated.fact", "what", what)
	}
	what = p.gone(what, gone{"owner", b.NoOwner}, gone{"rule", b.NoRule}, gone{"serves", b.NoServes})
	switch {
	case b.State != "" && b.State != throughline.StepNotBegun:
		return p.because(what, p.StepState(b.State))
	case b.Undated:
		return p.because(what, p.Say("stated.no_day"))
	case !b.Due.IsZero():
		return p.because(what, p.Say("stated.by", "day", p.Day(b.Due)))
	}
	return what
}

// StatedWhen says by when a step is to be done, and how late it is or was.
func (p *Phrase) StatedWhen(s deal.StatedStep, today throughline.Day, since throughline.Day) string {
	switch s.State {
	case throughline.StepNotNeeded:
		return p.StepState(s.State)
	case throughline.StepDone:
		day := p.DayNear(since, today)
		switch late := since.Sub(s.Due); {
		case s.Due.IsZero():
			return p.Say("stated.done", "day", day)
		case late > 0:
			return p.Say("stated.done_late", "day", day, "span", p.Days(late))
		}
		return p.Say("stated.done_kept", "day", day)
	}
	late, ok := s.Late(today)
	switch {
	case !ok:
		return p.Say("stated.no_day")
	case late > 0:
		return p.Say("stated.late", "day", p.DayNear(s.Due, today), "span", p.Days(late))
	case late == 0:
		return p.Say("stated.today")
	}
	return p.Say("stated.by", "day", p.DayNear(s.Due, today))
}

// Conduct says in sentences how both sides have kept to their days; none where
// nothing is done yet.
func (p *Phrase) Conduct(c deal.Conduct) []string {
	var out []string
	if c.TheirsDated > 0 {
		out = append(out, p.Say("stated.theirs_kept", "kept", c.TheirsKept, "n", c.TheirsDated))
	}
	if c.OursDated > 0 {
		out = append(out, p.Say("stated.ours_kept", "kept", c.OursKept, "n", c.OursDated))
	}
	if c.Answer >= 0 {
		out = append(out, p.Say("stated.answer", "span", p.Days(c.Answer)))
	}
	return out
}
