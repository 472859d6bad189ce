package company

import (
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// ownStep is a step of a practised buyer's way: whose it is, who does it, days
// from the request on.
type ownStep struct {
	text  string
	label deal.StepLabel
	by    deal.Side
	owner string
	day   int
	rule  string
}

// ways are how practised buyers go about it.
var ways = [][]ownStep{
	{{"Request for quotation sent to three suppliers", deal.SourcingStep, deal.Customer, "purchasing", 0, ""},
		{"Quotation with two delivery dates", deal.SourcingStep, deal.Us, "", 3, "one page, their form"},
		{"Quotations compared", deal.SourcingStep, deal.Customer, "purchasing", 8, "price, date, then quality of the last order"},
		{"Plant controller approves the sum", deal.BuyingStep, deal.Customer, "finance", 14, "two signatures of three above the limit"},
		{"Purchase order issued", deal.ContractingStep, deal.Customer, "purchasing", 18, ""},
		{"Order confirmed with the serial numbers", deal.ContractingStep, deal.Us, "", 20, ""}},
	{{"Need entered in the purchasing system", deal.ProjectStep, deal.Customer, "the team lead", 0, ""},
		{"Offer on the framework's terms", deal.SourcingStep, deal.Us, "", 2, ""},
		{"Budget owner releases it", deal.BuyingStep, deal.Customer, "the budget owner", 6, "alone up to the limit"},
		{"Release order sent", deal.ContractingStep, deal.Customer, "purchasing", 9, ""}},
}

// ownSteps adds the way of a practised buyer as it was told in the first
// message. What is said of it later is told on days on which they acted anyway,
// so that steps change nobody's silence.
func (l *life) ownSteps() {
	if l.purchase != ordering || l.seller.ID.IsZero() {
		return
	}
	r := l.w.rand("steps", l.key)
	var days []throughline.Day
	for _, f := range l.facts {
		if theirs(f) {
			days = append(days, throughline.DayOf(f.Happened, l.w.zone))
		}
	}
	if len(days) == 0 {
		return
	}
	slices.SortFunc(days, throughline.Day.Compare)
	until := l.w.today.Add(-1)
	if !l.truth.Closed.IsZero() {
		until = l.truth.Closed.Add(-1)
		if l.truth.Outcome == throughline.Won { // what is left of their way ends with the order and its confirmation
			until = l.truth.Closed.Add(30)
			if yesterday := l.w.today.Add(-1); until.Sub(yesterday) > 0 {
				until = yesterday
			}
		}
	}
	if days[0].Sub(until) > 0 {
		return
	}
	l.stateSteps(days[0], until, ways[r.IntN(len(ways))], func(due throughline.Day) throughline.Day { return due.Add(r.IntN(5) - 3) })
}

// stateSteps writes a way, and what is done of it by a day.
func (p *pen) stateSteps(from, until throughline.Day, way []ownStep, did func(due throughline.Day) throughline.Day) {
	last := p.last
	defer func() { p.last = last }()
	write := func(day throughline.Day, g throughline.Grade, b deal.Body) throughline.FactID {
		p.last = day.Start(p.w.zone)
		return p.write(day, g, b)
	}
	var ids []throughline.FactID
	for _, s := range way {
		ids = append(
			ids,
			write(from, throughline.E3, deal.StepStated{Text: p.w.in(s.text), Label: s.label, By: s.by, Owner: p.w.in(s.owner), Due: from.Add(s.day),
				Rule: p.w.in(s.rule)}),
		)
	}
	for i, s := range way {
		due := from.Add(s.day)
		day := did(due)
		if i == 0 || day.Sub(from) < 0 {
			day = from
		}
		if day.Sub(until) <= 0 {
			write(day, throughline.E1, deal.StepStated{Of: ids[i], Text: p.w.in(s.text), By: s.by, State: throughline.StepDone})
		}
	}
}
