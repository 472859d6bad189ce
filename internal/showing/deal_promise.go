package showing

import (
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// PromiseRow is a promise of theirs with what has become of it, as it is told.
type PromiseRow struct {
	Fact   throughline.FactID   `json:"fact"`
	Person throughline.PersonID `json:"person,omitzero"`
	Who    string               `json:"who,omitempty"` // a role or body in words, where no person is named
	What   string               `json:"what"`
	Words  string               `json:"words,omitempty"` // the sentence it was read from
	On     throughline.Day      `json:"on"`              // when they said so
	Grade  throughline.Grade    `json:"grade"`           // how far it is known that they said so
	Due    throughline.Day      `json:"due,omitzero"`
	Late   *int                 `json:"late,omitempty"`   // open and with a day: days overdue, 0 on the day, negative before
	Result deal.PromiseResult   `json:"result,omitempty"` // kept, not_kept, withdrawn; left out while open
	Since  throughline.Day      `json:"result_on,omitzero"`
}

// promisesOf gives the promises of a deal: the open ones first, soonest due
// first, then the settled, the latest said first.
func promisesOf(f deal.Deal, today throughline.Day) []PromiseRow {
	out, zone := []PromiseRow{}, f.AsOf.Location()
	words := map[throughline.FactID]string{}
	for _, fact := range f.OfKind(deal.KindPromiseMade) {
		words[fact.ID] = fact.Body.(deal.PromiseMade).Words
	}
	add := func(p deal.Promise) {
		r := PromiseRow{
			Fact:   p.Fact,
			Person: p.Person,
			Who:    p.Who,
			What:   p.What,
			Words:  words[p.Fact],
			On:     throughline.DayOf(p.At, zone),
			Grade:  p.Grade,
			Due:    p.Due,
			Result: p.Result,
			Since:  throughline.DayOf(p.On, zone),
		}
		if days, ok := p.Late(today); ok {
			r.Late = &days
		}
		out = append(out, r)
	}
	for _, p := range f.PromisesOpen() {
		add(p)
	}
	made := f.PromisesMade()
	for i := len(made) - 1; i >= 0; i-- {
		if !made[i].Open() {
			add(made[i])
		}
	}
	return out
}

// Open reports whether nothing has been said of what became of it.
func (r PromiseRow) Open() bool { return r.Result == "" }
