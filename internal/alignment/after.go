package alignment

import (
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// afterOrder: a purchase that was won lives until its result. What they have to
// do to use it, what we still owe them, and a result whose day has passed ask
// for a look; a deal of which nothing was agreed asks for none.
func (w weigher) afterOrder(r Reading, today throughline.Day, add func(Reason)) {
	var late []Reason
	for _, id := range w.d.DutyIDs() {
		d := w.d.Duties[id]
		if !w.d.Weighs(d) || !d.Use && !d.Work && d.By.Value != deal.Us {
			continue
		}
		y := Reason{Code: AdoptionLate, Phase: throughline.Adopt, Fact: id, What: d.What.Value, Count: d.Late(today), Since: d.Due.Value}
		switch {
		case d.Work && d.State.Value == throughline.StepFailing:
			y.Code, y.Weight, y.Since = WorkFailing, 34, w.day(d.State.At)
		case y.Count == 0:
			continue
		case d.By.Value == deal.Us:
			y.Code, y.Weight = OwedLate, 33+min(y.Count, 7)
		default:
			y.Weight = 26 + min(y.Count/7, 6)
		}
		late = append(late, y)
	}
	for _, s := range r.Tracks {
		if n := today.Sub(s.Due); s.Step.Track == throughline.Change && s.State == throughline.StepBegun && !s.Due.IsZero() && n > 0 {
			late = append(late, Reason{Code: StepOverdue, Weight: 26 + min(n/7, 6), About: s.Address, Count: n, Since: s.Due})
		}
	}
	sortReasons(late)
	for _, y := range late[:min(mostDuties, len(late))] {
		add(y)
	}
	if by, n := w.resultDay(); n > 0 && by.Sub(today) < 0 {
		add(Reason{Code: ResultDue, Weight: 24 + min(today.Sub(by)/7, 8), Phase: throughline.Prove, Count: today.Sub(by), Since: by})
	}
}

// resultDay is the first day on which a result was to be measured that is not
// there yet, and how many such there are.
func (w weigher) resultDay() (first throughline.Day, n int) {
	for _, g := range w.d.Goals {
		if !g.Unmeasured() || g.By.IsZero() {
			continue
		}
		if n++; first.IsZero() || g.By.Sub(first) < 0 {
			first = g.By
		}
	}
	return first, n
}
