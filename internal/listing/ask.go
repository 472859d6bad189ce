package listing

import (
	"context"
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
)

// Who asks may have no keeper: a nil *Keeper answers too, where the lists that
// somebody else keeps are of now, and else reads the deals.

// Listed gives what is usual by the lists, where they are of now. Without a
// keeper nothing may have been written since, and no row may be stale.
func (k *Keeper) Listed(ctx context.Context, d *desk.Desk, asOf time.Time) (alignment.Norms, bool, error) {
	l, err := d.Read().Listing(ctx)
	if err != nil {
		return alignment.Norms{}, false, err
	}
	norms, ok := OfNow(l, d, asOf)
	if !ok || k != nil {
		return norms, ok, nil
	}
	number, err := d.Read().Number(ctx)
	if err != nil || number != l.Number {
		return norms, false, err
	}
	due, err := d.Read().ListedUntil(ctx, asOf)
	return norms, len(due) == 0, err
}

// Norms gives what is usual as of an instant.
func (k *Keeper) Norms(ctx context.Context, d *desk.Desk, asOf time.Time) (alignment.Norms, error) {
	if k != nil {
		if n, ok, err := k.Listed(ctx, d, asOf); ok || err != nil {
			return n, err
		}
	}
	return d.Norms(ctx, asOf)
}

// OpenBySeller gives how many deals of each seller are open.
func (k *Keeper) OpenBySeller(ctx context.Context, d *desk.Desk) (map[throughline.PersonID]int, error) {
	open := map[throughline.PersonID]int{}
	if _, ok, err := k.Listed(ctx, d, d.Present()); err != nil {
		return nil, err
	} else if ok {
		sellers, err := d.Read().Sellers(ctx)
		for _, s := range sellers {
			open[s.Person] = s.Open
		}
		delete(open, throughline.PersonID{})
		return open, err
	}
	err := d.EachSummary(ctx, d.Present(), false, func(s *deal.Summary) {
		if id := s.Owner.Value; !id.IsZero() {
			open[id] += desk.Count(s.Outcome() == throughline.StillOpen)
		}
	})
	return open, err
}

// Seller gives the one seller that a name or an id means.
func (k *Keeper) Seller(ctx context.Context, d *desk.Desk, word string) (throughline.PersonID, error) {
	const op = "find seller"
	if id, err := throughline.ParseID(word); err == nil {
		people, err := d.Read().People(ctx, []throughline.PersonID{throughline.PersonID(id)})
		if err == nil && !people[throughline.PersonID(id)].Ours {
			err = throughline.Fail(op, throughline.NotFound, word, throughline.Refuse("not_ours", "this is none of our people"))
		}
		return throughline.PersonID(id), err
	}
	open, err := k.OpenBySeller(ctx, d.Whole())
	if err != nil {
		return throughline.PersonID{}, err
	}
	var ids []throughline.PersonID
	for id := range open {
		ids = append(ids, id)
	}
	means, err := d.OwnerMeant(ctx, word, ids)
	if err != nil {
		return throughline.PersonID{}, err
	}
	ids = slices.DeleteFunc(ids, func(id throughline.PersonID) bool { return !means(id) })
	switch len(ids) {
	case 0:
		return throughline.PersonID{}, throughline.Fail(op, throughline.NotFound, word, throughline.Refuse("no_seller", "no seller is called %q", "word", word))
	case 1:
		return ids[0], nil
	}
	return throughline.PersonID{}, throughline.Fail(op, throughline.Invalid, word,
		throughline.Refuse("several_sellers", "several sellers are called %q", "word", word))
}
