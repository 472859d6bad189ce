package showing

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/listing"
	"github.com/throughline/throughline/internal/store"
)

// mostAsked is how many rows are asked of the lists that the ledger keeps;
// whoever wants more reads all summaries.
const mostAsked = 500

// askLists answers from the lists that the ledger keeps, where they are of now:
// a server keeps them so; without one they are whatever was written last.
func askLists(ctx context.Context, d *Desk, asOf time.Time, in DealsInput) (out DealList, ok bool, err error) {
	if !in.AsOf.IsZero() || in.Limit == 0 || in.Limit > mostAsked {
		return out, false, nil
	}
	norms, ok, err := d.Lists.Listed(ctx, &d.Desk, asOf)
	if !ok || err != nil {
		return out, false, err
	}
	day := throughline.DayOf(asOf, asOf.Location())
	afterAct, afterOpening := alignment.Limits(d.Book.Silence, norms)
	q := store.Query{Stage: in.Stage, Process: d.processMeant(in.Process), Words: in.Search, Asking: in.Asking, Silent: in.Silent,
		Quiet: store.Quiet{
			AfterAct:     day.Add(-afterAct),
			AfterOpening: day.Add(-afterOpening),
		}, Order: store.ListOrder(in.Sort), Turned: in.Reverse, Sums: in.Sums, Offset: in.Offset, Limit: in.Limit}
	if q.Worth, err = d.perUnit(ctx, in); err != nil {
		return out, false, err
	}
	if q.After, err = in.cursor(); err != nil {
		return out, false, err
	}
	narrow, err := in.read()
	if err != nil {
		return out, false, err
	}
	if narrow.segment[0] != "" { // rows of lists hold no attributes
		return out, false, nil
	}
	narrow.ask(&q)
	if in.Outcome != "" {
		o := throughline.Outcome(in.Outcome)
		if in.Outcome == throughline.StillOpen.Word() {
			o = throughline.StillOpen
		}
		q.Outcome = &o
	}
	if q.Owners, err = d.sellersMeant(ctx, in.Owner); err != nil {
		return out, false, err
	}
	l, err := d.Read().Query(ctx, q)
	if err != nil {
		return out, false, err
	}
	if norms, ok = listing.OfNow(l.Listing, &d.Desk, asOf); !ok { // since a moment ago
		return out, false, nil
	}
	out = DealList{AsOf: day, Matched: l.Matched, Norms: norms, Behind: d.Lists.Behind(),
		Tally: desk.Tally{Deals: l.Total(), Outcomes: make(map[string]int, len(l.Outcomes)), Silent: l.Silent}}
	if l.Next != nil {
		out.Next = l.Next.String()
	}
	for _, s := range l.Sums {
		out.Sums = append(out.Sums, throughline.Money{Cents: s.Cents, Currency: s.Currency})
	}
	for o, n := range l.Outcomes {
		out.Outcomes[o.Word()] = n
	}
	if !l.Latest.IsZero() {
		out.Newest = throughline.DayOf(l.Latest, d.Days())
	}
	if in.Asking {
		out.Calls = &Calls{Asking: l.Asking, PutOff: l.PutOff, Living: l.Living}
	}
	some, err := d.summariesAt(ctx, l.Deals, asOf)
	if err == nil {
		out.Rows, err = Rows(ctx, d, norms, asOf, some)
	}
	return out, true, err
}

// sellersMeant gives the sellers that words mean; nil for no words.
func (d *Desk) sellersMeant(ctx context.Context, words string) ([]throughline.PersonID, error) {
	if strings.TrimSpace(words) == "" {
		return nil, nil
	}
	if id, err := throughline.ParseID(strings.TrimSpace(words)); err == nil {
		return []throughline.PersonID{throughline.PersonID(id)}, nil
	}
	sellers, err := d.Read().Sellers(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]throughline.PersonID, len(sellers))
	for i, s := range sellers {
		all[i] = s.Person
	}
	means, err := d.OwnerMeant(ctx, words, all)
	out := []throughline.PersonID{}
	for _, id := range all {
		if err == nil && means(id) {
			out = append(out, id)
		}
	}
	return out, err
}

// summariesAt reads some deals as of an instant, in the order asked. Who wrote
// of days to come is read as of now.
func (d *Desk) summariesAt(ctx context.Context, ids []throughline.DealID, asOf time.Time) ([]*deal.Summary, error) {
	found, err := d.Read().SummariesOf(ctx, ids)
	out := make([]*deal.Summary, 0, len(found))
	for i := range found {
		s := &found[i]
		if err == nil && s.Horizon.After(asOf) {
			s = nil
			err = d.FoldAsOf(ctx, []throughline.DealID{found[i].Deal}, asOf, func(at *deal.Summary) { s = at })
		}
		if s != nil {
			out = append(out, s)
		}
	}
	return out, err
}

// findListed gives the deals that words may mean, best first, where the lists are of now.
func (d *Desk) findListed(ctx context.Context, words string, limit int) (ids []throughline.DealID, ok bool, err error) {
	if strings.TrimSpace(words) == "" {
		return nil, true, nil
	}
	if _, ok, err = d.Lists.Listed(ctx, &d.Desk, d.Present()); !ok || err != nil {
		return nil, false, err
	}
	l, err := d.Read().Query(ctx, store.Query{Words: words, Order: store.ByMatch, Limit: limit})
	return l.Deals, l.Form != "", err
}

// weighs reports whether there may be a reason to look at a deal.
func weighs(s *deal.Summary) bool {
	return s.Outcome() == throughline.StillOpen || s.Outcome() == throughline.Postponed || s.Lives()
}

// following keeps the deals that follow a process of ours; all for none.
func (d *Desk) following(ctx context.Context, process string, from []*deal.Summary) ([]*deal.Summary, error) {
	if process == "" {
		return from, nil
	}
	want := d.processMeant(process)
	whole, err := d.wholes(ctx, from)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(from, func(s *deal.Summary) bool {
		if w := whole[s.Deal]; w != nil {
			own := *s
			own.Attributes, s = w.Attributes, &own
		}
		_, on := alignment.ProcessOf(s, d.BookOf(s))
		return on.Process != want
	}), nil
}

// wholes gives those deals with their attributes that were read without, since
// lists leave them out.
func (d *Desk) wholes(ctx context.Context, from []*deal.Summary) (map[throughline.DealID]*deal.Summary, error) {
	whole := map[throughline.DealID]*deal.Summary{}
	for part := range slices.Chunk(from, 500) {
		var ids []throughline.DealID
		for _, s := range part {
			if s.Attributes == nil {
				ids = append(ids, s.Deal)
			}
		}
		found, err := d.Read().SummariesOf(ctx, ids)
		if err != nil {
			return nil, err
		}
		for i := range found {
			whole[found[i].Deal] = &found[i]
		}
	}
	return whole, nil
}

// processMeant gives the address of the process of ours that a word means: its
// address or the id at its end.
func (d *Desk) processMeant(word string) throughline.Address {
	if word == "" {
		return ""
	}
	for _, b := range d.Books() {
		if pr, ok := b.ProcessCalled(word); ok {
			return pr.Address()
		}
	}
	return throughline.Address(word)
}
