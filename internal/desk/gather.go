package desk

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// refoldOneByOne is up to how many deals are folded each with a query of its
// own; beyond it one pass over all facts is quicker.
const refoldOneByOne = 500

// EachSummary gives every deal's summary as of an instant. A stored summary is
// right for any instant at or after the newest fact in it; for an earlier one
// the deal is folded anew from what was known then. Unless whole is asked for,
// summaries may be partial (Complete makes them whole). Order is not promised.
// What yield is given holds until it returns: whoever keeps one keeps a copy.
func (d *Desk) EachSummary(ctx context.Context, asOf time.Time, whole bool, yield func(*deal.Summary)) error {
	var stale []throughline.DealID
	stored := d.Read().Heads(ctx)
	if whole {
		stored = d.Read().Summaries(ctx)
	}
	var one deal.Summary // in one place: a hundred thousand of their own would be garbage
	for s, err := range stored {
		if err != nil {
			return err
		}
		if s.Horizon.After(asOf) {
			stale = append(stale, s.Deal)
			continue
		}
		one = s
		yield(&one)
	}
	return d.FoldAsOf(ctx, stale, asOf, yield)
}

// FoldAsOf gives the summaries of some deals from what was known at an instant.
func (d *Desk) FoldAsOf(ctx context.Context, stale []throughline.DealID, asOf time.Time, yield func(*deal.Summary)) error {
	if len(stale) <= refoldOneByOne {
		for _, id := range stale {
			facts, err := d.Read().Facts(ctx, id)
			if err != nil {
				return err
			}
			if folded, ok := deal.Fold(facts, asOf); ok {
				yield(&folded.Summary)
			}
		}
		return nil
	}
	again := make(map[throughline.DealID]bool, len(stale))
	for _, id := range stale {
		again[id] = true
	}
	n := int64(0)
	for facts, err := range d.Read().AllFacts(ctx) {
		if err != nil {
			return err
		}
		if len(facts) == 0 || !again[facts[0].Deal] {
			continue
		}
		if folded, ok := deal.Fold(facts, asOf); ok {
			yield(&folded.Summary)
		}
		if n++; n%1000 == 0 {
			d.Report(Progress{"looking back", n, int64(len(stale)), "deals"})
		}
	}
	return nil
}

// Complete reads what partial summaries left out.
func (d *Desk) Complete(ctx context.Context, some []*deal.Summary) error {
	var ids []throughline.DealID
	for _, s := range some {
		if s.Partial {
			ids = append(ids, s.Deal)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	found, err := d.Read().SummariesOf(ctx, ids)
	if err != nil {
		return err
	}
	byID := make(map[throughline.DealID]*deal.Summary, len(found))
	for i := range found {
		byID[found[i].Deal] = &found[i]
	}
	for i, s := range some {
		if f := byID[s.Deal]; s.Partial && f != nil {
			some[i] = f
		}
	}
	return nil
}

// Names are the people, accounts and foreign records that rows speak of.
type Names struct {
	People   map[throughline.PersonID]store.Person
	Accounts map[throughline.AccountID]store.Account
	Foreign  map[throughline.ID][]store.Record
}

// NamesOf looks up, in three questions, everything some summaries point at.
func (d *Desk) NamesOf(ctx context.Context, summaries []*deal.Summary) (n Names, err error) {
	var people []throughline.PersonID
	var accounts []throughline.AccountID
	deals := make([]throughline.ID, 0, len(summaries))
	for _, s := range summaries {
		deals = append(deals, throughline.ID(s.Deal))
		if s.Owner.Set() {
			people = append(people, s.Owner.Value)
		}
		if s.Account.Set() {
			accounts = append(accounts, s.Account.Value)
		}
		people = append(people, deal.Mentioned(s.End.Value.Text)...)
		for _, p := range s.PromisesOpen() { // a reason names who promised it
			people = append(people, deal.PeopleOf(p.PromiseMade)...)
		}
	}
	if n.People, err = d.Read().People(ctx, Distinct(people)); err != nil {
		return n, err
	}
	if n.Accounts, err = d.Read().Accounts(ctx, Distinct(accounts)); err != nil {
		return n, err
	}
	n.Foreign, err = d.Read().Foreign(ctx, deals)
	return n, err
}

func Distinct[T ~[16]byte](ids []T) []T {
	slices.SortFunc(ids, func(a, b T) int { x, y := [16]byte(a), [16]byte(b); return slices.Compare(x[:], y[:]) })
	return slices.Compact(ids)
}

// Tally counts deals by how they ended and how many of the open are silent.
type Tally struct {
	Deals    int            `json:"deals"`
	Outcomes map[string]int `json:"outcomes"` // by end state; "open" for the rest
	Silent   int            `json:"silent"`
}

func (t *Tally) add(other Tally) {
	t.Deals += other.Deals
	t.Silent += other.Silent
	for word, n := range other.Outcomes {
		t.Outcomes[word] += n
	}
}

// Of gives the tally of the sellers whose name holds the words, or that an id
// names; of everybody's deals for no words.
func (o overview) Of(ctx context.Context, d *Desk, name string) (Tally, error) {
	if strings.TrimSpace(name) == "" {
		return o.Tally, nil
	}
	ids := make([]throughline.PersonID, 0, len(o.owned))
	for id := range o.owned {
		ids = append(ids, id)
	}
	means, err := d.OwnerMeant(ctx, name, ids)
	out := Tally{Outcomes: map[string]int{}}
	for id, t := range o.owned {
		if err == nil && means(id) {
			out.add(*t)
		}
	}
	return out, err
}

// overview is one pass over all deals: the tally, the norms, and the summaries
// that pass keep (nil keeps none).
type overview struct {
	Tally
	owned map[throughline.PersonID]*Tally // the same of each seller's
	Norms alignment.Norms
	Kept  []*deal.Summary
}

// Survey passes over all deals once.
func (d *Desk) Survey(ctx context.Context, asOf time.Time, whole bool, keep func(*deal.Summary) bool) (overview, error) {
	o := overview{Tally: Tally{Outcomes: map[string]int{}}, owned: map[throughline.PersonID]*Tally{}}
	sight, err := d.Sight(ctx)
	if err != nil {
		return o, err
	}
	observer := alignment.NewObserver(d.Book.Silence, d.Days())
	type quiet struct {
		days  int
		acted bool
	}
	open := map[throughline.PersonID][]quiet{}
	today := throughline.DayOf(asOf, asOf.Location())
	err = d.EachSummary(ctx, asOf, whole, func(s *deal.Summary) {
		own := o.owned[s.Owner.Value]
		if own == nil {
			own = &Tally{Outcomes: map[string]int{}}
			o.owned[s.Owner.Value] = own
		}
		own.Deals++
		own.Outcomes[s.Outcome().Word()]++
		observer.See(s)
		if s.Outcome() == throughline.StillOpen {
			if since, acted := alignment.QuietSince(s, d.Days()); !since.IsZero() {
				open[s.Owner.Value] = append(open[s.Owner.Value], quiet{today.Sub(since), acted})
			}
		}
		if keep != nil && keep(s) {
			own := *s
			o.Kept = append(o.Kept, &own)
		}
	})
	if err != nil {
		return o, err
	}
	o.Norms = observer.Norms()
	if !sight.Whole() { // what is usual is so among all deals, and tells of none
		if o.Norms, err = d.Whole().Norms(ctx, asOf); err != nil {
			return o, err
		}
	} else if d.Usual != nil {
		d.Usual.put(usualKey{d.Workspace, today}, o.Norms, d.Now())
	}
	afterAct, afterOpening := alignment.Limits(d.Book.Silence, o.Norms)
	for owner, list := range open {
		for _, q := range list {
			if q.acted && q.days > afterAct || !q.acted && q.days > afterOpening {
				o.owned[owner].Silent++
			}
		}
	}
	for _, t := range o.owned {
		o.add(*t)
	}
	return o, nil
}
