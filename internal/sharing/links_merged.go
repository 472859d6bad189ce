package sharing

import (
	"context"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// A plan's links follow its deal: where it was taken into another, they open
// that one, as long as both are of one customer. Nothing is written for it, so
// that taking the deals apart gives the links back by itself. What a link opens is
// said by its own deal (teller); what a deal tells of links, and takes back, is
// every link that opens it by that, and no other (sharings).

// teller gives the deal by which a deal is told today: itself where it was not
// taken into another. ok is false where that one is of another customer, who is
// not to read what this one wrote.
func (d *Desk) teller(ctx context.Context, of deal.Deal) (throughline.DealID, bool, error) {
	at, seen := of, map[throughline.DealID]bool{}
	for !seen[at.Deal] {
		seen[at.Deal] = true
		merging, merged := deal.Merging(at.OfKind(deal.KindLinked))
		if !merged {
			return at.Deal, true, nil
		}
		facts, err := d.Whole().Read().Facts(ctx, merging.Body.(deal.Linked).To)
		if err != nil {
			return at.Deal, false, err
		}
		if at, _ = deal.Fold(facts, d.Present()); at.Account.Value != of.Account.Value {
			return at.Deal, false, nil
		}
	}
	return at.Deal, false, nil // round in a circle
}

// sharings gives how the plans are shared that a deal tells: its own first, then
// those of the deals it took in. Where it was itself taken into another, those of
// what it had taken in before: they come back with it. Whoever may share a deal may
// take back every link that opens it, whoever sees what it took in.
func (d *Desk) sharings(ctx context.Context, of deal.Deal) ([]sharing, error) {
	var out []sharing
	seen := map[throughline.DealID]bool{}
	var gather func(at deal.Deal) error
	gather = func(at deal.Deal) error {
		if seen[at.Deal] || at.Account.Value != of.Account.Value {
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
		facts, err := d.Whole().Read().Facts(ctx, at.Deal)
		if err != nil {
			return err
		}
		for _, in := range deal.TakenIn(facts) { // ever: whether it counts is said by the one that was taken in
			facts, err := d.Whole().Read().Facts(ctx, in)
			if err != nil {
				return err
			}
			taken, _ := deal.Fold(facts, d.Present())
			if merging, merged := deal.Merging(taken.OfKind(deal.KindLinked)); !merged || merging.Body.(deal.Linked).To != at.Deal {
				continue
			}
			if err := gather(taken); err != nil {
				return err
			}
		}
		return nil
	}
	return out, gather(of)
}
