package desk

import (
	"context"
	"maps"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// PeopleIn lists everyone the deal's facts point at, ours included.
func PeopleIn(f deal.Deal) []throughline.PersonID {
	seen := map[throughline.PersonID]bool{}
	for id := range f.People {
		seen[id] = true
	}
	for _, fact := range f.Known {
		seen[fact.By.Person] = true
		for _, id := range deal.PeopleOf(fact.Body) {
			seen[id] = true
		}
	}
	delete(seen, throughline.PersonID{})
	return slices.Collect(maps.Keys(seen))
}

// Mentioned adds the people named in a text as {person:ID}.
func Mentioned(text string, seen map[throughline.PersonID]bool) {
	for _, id := range deal.Mentioned(text) {
		seen[id] = true
	}
}

// mostReporting is in how many deals of a customer, the newest first, it is looked for
// who reports to whom.
const mostReporting = 200

// ReportingOf tells who of a customer's reports to whom, by those of its deals that are
// seen, with a deal that is read already.
func (d *Desk) ReportingOf(ctx context.Context, account throughline.AccountID, also deal.Summary) (deal.Reporting, error) {
	people := []map[throughline.PersonID]deal.Standing{also.People}
	if account.IsZero() {
		return deal.ReportingOf(people), nil
	}
	l, err := d.Read().Query(ctx, store.Query{Account: account, Order: store.ByRecent, Limit: mostReporting})
	if err != nil {
		return deal.Reporting{}, err
	}
	if l.Form == "" { // there are no lists
		for h, err := range d.Read().Heads(ctx) {
			if err != nil {
				return deal.Reporting{}, err
			}
			if h.Account.Value == account && len(l.Deals) < mostReporting {
				l.Deals = append(l.Deals, h.Deal)
			}
		}
	}
	summaries, err := d.Read().SummariesOf(ctx, l.Deals)
	for _, s := range summaries {
		if s.Deal != also.Deal {
			people = append(people, s.People)
		}
	}
	return deal.ReportingOf(people), err
}
