package sharing

import (
	"context"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// A plan's links follow its deal: where it was taken into another, they open
// that one, as long as both are of one customer. Nothing is written for it, so
// that taking the deals apart gives the links back by itself.

// mostMerged is how many mergings are followed.
const mostMerged = 20

// teller gives the deal by which a deal is told today: itself where it was not
// taken into another. ok is false where that one is of another customer, who is
// not to read what this one wrote.
func (d *Desk) teller(ctx context.Context, of deal.Deal) (throughline.DealID, bool, error) {
	at := of
	for range mostMerged {
		links := at.OfKind(deal.KindLinked)
		i := slices.IndexFunc(links, func(f deal.Fact) bool { return f.Body.(deal.Linked).As == deal.MergedInto })
		if i < 0 {
			return at.Deal, true, nil
		}
		facts, err := d.Read().Facts(ctx, links[i].Body.(deal.Linked).To)
		if err != nil {
			return at.Deal, false, err
		}
		if at, _ = deal.Fold(facts, d.Present()); at.Account.Value != of.Account.Value {
			return at.Deal, false, nil
		}
	}
	return at.Deal, false, nil
}

// sharings gives how the plans are shared that a deal tells: its own first, then
// those of the deals it took in.
func (d *Desk) sharings(ctx context.Context, of deal.Deal) ([]sharing, error) {
	var out []sharing
	seen := map[throughline.DealID]bool{}
	var gather func(at deal.Deal) error
	gather = func(at deal.Deal) error {
		if seen[at.Deal] || len(seen) > mostMerged || at.Account.Value != of.Account.Value {
			return nil
		}
		seen[at.Deal] = true
		if id := at.Plan(); !id.IsZero() {
			s, err := d.shared(ctx, id)
			if err != nil {
				return err
			}
			out = append(out, s)
		}
		for _, f := range at.OfKind(deal.KindLinked) {
			l := f.Body.(deal.Linked)
			if l.As != deal.TookIn {
				continue
			}
			facts, err := d.Read().Facts(ctx, l.To)
			if err != nil {
				return err
			}
			taken, _ := deal.Fold(facts, d.Present())
			if err := gather(taken); err != nil {
				return err
			}
		}
		return nil
	}
	return out, gather(of)
}
