package reviewing

import (
	"context"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/blend"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/showing"
)

// Preparation is the answer of PrepareCall.
type Preparation struct {
	showing.DealPage
	Advice   blend.Advice   `json:"advice"`
	Missing  []blend.Absent `json:"missing"`
	Underway []Owed         `json:"underway"` // steps of theirs that have begun or have a day
	Hoped    []Owed         `json:"hoped"`    // what we hope they do: the acts our next moves are to lead to; nobody promised them
	Owed     []Owed         `json:"owed"`     // what we owe: our steps, and our next moves
}

// Owed is something that one side has to do next. It is not a promise: that
// is a fact of its own (PromiseRow).
type Owed struct {
	Text string              `json:"text,omitempty"`
	Step throughline.Address `json:"step,omitempty"`
	Due  throughline.Day     `json:"due,omitzero"`
	Fact throughline.FactID  `json:"fact"`
}

// PrepareCall does the work of operation.PrepareCall: one page before a call: their question, what to ask, whom, what was promised.
func PrepareCall(ctx context.Context, d *Desk, in showing.DealInput) (Preparation, error) {
	page, err := showing.ShowDeal(ctx, d.showing(), in)
	if err != nil {
		return Preparation{}, err
	}
	out := Preparation{DealPage: page}
	out.owing()
	out.Advice = d.advice(&page.Deal.Summary, page)
	out.Missing = blend.Missing(d.BookOf(&page.Deal.Summary), &page.Deal.Summary, page.Reading)
	return out, nil
}

// advice gives what to do next about a deal.
func (d *Desk) advice(s *deal.Summary, page showing.DealPage) blend.Advice {
	book := d.BookOf(s)
	return blend.At(book, showing.OnProcess(s, book), s, page.Reading, page.Reading.AsOf)
}

// mostOwed is how many things of each kind stand on the page before a call.
const mostOwed = 3

// owing fills what each side has to do next: steps that are due, moves of the
// strategy with the acts of theirs that we hope for.
func (out *Preparation) owing() {
	f := out.Deal
	last := map[throughline.Address]deal.Fact{}
	for _, fact := range f.OfKind(deal.KindStepMoved) {
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
			o := Owed{Text: b.Text, Step: b.Step, Due: b.Due, Fact: fact.ID}
			if b.By == deal.Us {
				out.Owed = append(out.Owed, o)
			} else {
				out.Underway = append(out.Underway, o)
			}
		}
	}
	for _, s := range f.StatedSteps() {
		o := Owed{Text: s.Text, Due: s.Due, Fact: s.ID}
		switch {
		case !s.Open():
		case s.By == deal.Us:
			out.Owed = append(out.Owed, o)
		case s.State == throughline.StepBegun || !s.Due.IsZero():
			out.Underway = append(out.Underway, o)
		}
	}
	if all := f.Strategies(throughline.DayOf(f.AsOf, f.AsOf.Location())); len(all) > 0 {
		v := all[len(all)-1]
		for _, m := range v.Moves {
			by, _ := throughline.ParseDay(m.By)
			if m.What != "" {
				out.Owed = append(out.Owed, Owed{Text: m.What, Due: by, Fact: v.Fact.ID})
			}
			if m.Expect != "" {
				out.Hoped = append(out.Hoped, Owed{Text: m.Expect, Due: by, Fact: v.Fact.ID})
			}
		}
	}
	for _, list := range []*[]Owed{&out.Underway, &out.Hoped, &out.Owed} {
		slices.SortStableFunc(*list, func(a, b Owed) int {
			if a.Due.IsZero() != b.Due.IsZero() {
				if a.Due.IsZero() {
					return 1
				}
				return -1
			}
			return a.Due.Compare(b.Due)
		})
		*list = append([]Owed{}, (*list)[:min(mostOwed, len(*list))]...)
	}
}
