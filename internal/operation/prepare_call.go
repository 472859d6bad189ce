package operation

import (
	"context"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/blend"
	"github.com/throughline/throughline/internal/deal"
)

// PrepareCall is `throughline prepare`.
var PrepareCall = define(Operation{
	Words: []string{"prepare"}, Route: "GET /deals/{id}/preparation",
	Summary: "One page before a call: their question, what to ask, whom, what was promised",
	About: "The question they have to answer next, at most six prompts from the methods blended on the deal's process, the people to ask, who is missing, " +
		"and the last promise on each side. Urgency is switched off once they are choosing; while a solicitation is out, nothing is suggested that needs anybody but their contracting officer.",
	Examples: []string{"throughline prepare 1C1I7A6R", "throughline prepare 1C1I7A6R --json"},
	Effect:   Reads, Permission: MayRead, NeedsStore: true,
}, prepareCall)

// Preparation is the answer of PrepareCall.
type Preparation struct {
	DealPage
	Advice   blend.Advice   `json:"advice"`
	Missing  []blend.Absent `json:"missing"`
	Promises []Promise      `json:"promises"` // the last on each side, theirs first
}

// Promise is something one side said it would do.
type Promise struct {
	Side deal.Side           `json:"side"`
	Text string              `json:"text,omitempty"`
	Step throughline.Address `json:"step,omitempty"`
	Due  throughline.Day     `json:"due,omitzero"`
	Fact throughline.FactID  `json:"fact"`
}

func prepareCall(ctx context.Context, d *Desk, in DealInput) (Preparation, error) {
	page, err := showDeal(ctx, d, in)
	if err != nil {
		return Preparation{}, err
	}
	out := Preparation{DealPage: page, Promises: promises(page.Deal)}
	out.Advice = d.advice(&page.Deal.Summary, page)
	out.Missing = blend.Missing(d.bookOf(&page.Deal.Summary), &page.Deal.Summary, page.Reading)
	return out, nil
}

// advice gives what to do next about a deal.
func (d *Desk) advice(s *deal.Summary, page DealPage) blend.Advice {
	book := d.bookOf(s)
	return blend.At(book, book.Process(s.Stage.Value.Stage), s, page.Reading, page.Reading.AsOf)
}

// promises gives the last thing each side said it would do and has not done:
// steps that are due, moves of the strategy with their acts expected.
func promises(f deal.Deal) []Promise {
	var theirs, ours []Promise
	last := map[throughline.Address]deal.Fact{}
	for _, fact := range f.OfKind(deal.StepMoved{}.Kind()) {
		last[fact.Body.(deal.StepMoved).Step] = fact
	}
	for _, track := range []throughline.Track{throughline.Contracting, throughline.Change} {
		for _, st := range track.Steps() {
			fact, ok := last[st.Address()]
			if !ok {
				continue
			}
			b := fact.Body.(deal.StepMoved)
			if b.State != throughline.StepBegun && !(b.State == throughline.StepNotBegun && !b.Due.IsZero()) {
				continue
			}
			p := Promise{Side: b.By, Text: b.Text, Step: b.Step, Due: b.Due, Fact: fact.ID}
			if b.By == deal.Us {
				ours = append(ours, p)
			} else {
				p.Side = deal.Customer
				theirs = append(theirs, p)
			}
		}
	}
	if all := f.Strategies(throughline.DayOf(f.AsOf)); len(all) > 0 {
		v := all[len(all)-1]
		for _, m := range v.Moves {
			by, _ := throughline.ParseDay(m.By)
			if m.What != "" {
				ours = append(ours, Promise{Side: deal.Us, Text: m.What, Due: by, Fact: v.Fact.ID})
			}
			if m.Expect != "" {
				theirs = append(theirs, Promise{Side: deal.Customer, Text: m.Expect, Due: by, Fact: v.Fact.ID})
			}
		}
	}
	byDue := func(a, b Promise) int {
		switch {
		case a.Due.IsZero() != b.Due.IsZero():
			if a.Due.IsZero() {
				return 1
			}
			return -1
		}
		return a.Due.Start().Compare(b.Due.Start())
	}
	slices.SortStableFunc(theirs, byDue)
	slices.SortStableFunc(ours, byDue)
	out := append([]Promise{}, theirs[:min(3, len(theirs))]...)
	return append(out, ours[:min(3, len(ours))]...)
}
