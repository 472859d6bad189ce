package listing

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
)

// mostAttributes is of how many attributes the values are remembered at once.
const mostAttributes = 8

// attributes is what is known of deals, by attribute, as of one write of the ledger.
// Rows of lists hold none of it: few ask, and each attribute would be a column.
type attributes struct {
	mu     sync.Mutex
	number int64
	of     map[string]map[throughline.DealID]string
	asked  []string // the last asked for last
}

// Attribute gives the values of an attribute by deal, of all deals whoever asks; a
// deal of which it is not known is left out. The first who asks reads every deal, who
// comes later those alone that were written to since. ok is false where nobody keeps
// anything. The map is not written to, by anybody.
func (k *Keeper) Attribute(ctx context.Context, d *desk.Desk, name string) (values map[throughline.DealID]string, ok bool, err error) {
	if k == nil {
		return nil, false, nil
	}
	a, whole := &k.known, d.Whole()
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.catchUp(ctx, whole); err != nil {
		return nil, false, err
	}
	if a.of[name] == nil {
		if err := a.read(ctx, whole, name); err != nil {
			return nil, false, err
		}
	}
	a.asked = append(slices.DeleteFunc(a.asked, func(s string) bool { return s == name }), name)
	if len(a.asked) > mostAttributes {
		delete(a.of, a.asked[0])
		a.asked = a.asked[1:]
	}
	return a.of[name], true, nil
}

// catchUp takes in what was written since.
func (a *attributes) catchUp(ctx context.Context, d *desk.Desk) error {
	if len(a.of) == 0 {
		n, err := d.Read().Number(ctx)
		a.number, a.of = n, map[string]map[throughline.DealID]string{}
		return err
	}
	n, err := newsSince(ctx, d, a.number)
	if err != nil || n.number == a.number {
		return err
	}
	if n.whole || n.more || len(n.deals) > fewDeals {
		a.of = nil
		return a.catchUp(ctx, d)
	}
	some, err := d.Read().SummariesOf(ctx, n.deals)
	if err != nil {
		return err
	}
	for name, had := range a.of {
		now := maps.Clone(had) // whoever has the other reads on
		for _, id := range n.deals {
			delete(now, id)
		}
		for i := range some {
			put(now, name, &some[i])
		}
		a.of[name] = now
	}
	a.number = n.number
	return nil
}

// read reads every deal.
func (a *attributes) read(ctx context.Context, d *desk.Desk, name string) error {
	values, ids := map[throughline.DealID]string{}, []throughline.DealID{}
	for s, err := range d.Read().Heads(ctx) {
		if err != nil {
			return err
		}
		ids = append(ids, s.Deal)
	}
	for part := range slices.Chunk(ids, 500) {
		some, err := d.Read().SummariesOf(ctx, part)
		if err != nil {
			return err
		}
		for i := range some {
			put(values, name, &some[i])
		}
	}
	a.of[name] = values
	return nil
}

func put(values map[throughline.DealID]string, name string, s *deal.Summary) {
	if v := s.Attributes[name].Value; v != "" {
		values[s.Deal] = v
	}
}
