package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// Members gives the deals of an initiative as they stood at an instant: those that
// belonged to it, or with gone also those that did before.
func (d *Desk) Members(ctx context.Context, at time.Time, id throughline.ID, gone bool) ([]deal.Deal, error) {
	var ids []throughline.DealID
	err := d.EachSummary(ctx, at, false, func(s *deal.Summary) {
		if _, ever := s.Initiatives[id]; ever && (gone || s.In(id)) {
			ids = append(ids, s.Deal)
		}
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(ids, func(a, b throughline.DealID) int { return slices.Compare(a[:], b[:]) })
	var out []deal.Deal
	for _, one := range ids {
		facts, err := d.Read().Facts(ctx, one)
		if err != nil {
			return nil, err
		}
		if folded, ok := deal.Fold(facts, at); ok {
			out = append(out, folded)
		}
	}
	return out, nil
}

// InitiativeMeant finds an initiative by its id, the beginning of it, or its name.
func (d *Desk) InitiativeMeant(ctx context.Context, at time.Time, op, word string) (throughline.ID, error) {
	word = strings.TrimSpace(word)
	if id, err := throughline.ParseID(word); err == nil {
		return id, nil
	}
	all, err := d.Initiatives(ctx, at)
	if err != nil {
		return throughline.ID{}, err
	}
	var exact, begins []throughline.ID
	for _, i := range all {
		switch name := Loosely(i.Name); {
		case word != "" && name == Loosely(word):
			exact = append(exact, i.ID)
		case word != "" && (strings.HasPrefix(i.ID.String(), strings.ToUpper(word)) || strings.HasPrefix(name, Loosely(word))):
			begins = append(begins, i.ID)
		}
	}
	switch found := append(exact, begins...); {
	case len(exact) == 1 || len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return throughline.ID{}, throughline.Fail(op, throughline.Invalid, Short(word),
			throughline.Refuse("several_initiatives", "several initiatives begin like that"))
	}
	return throughline.ID{}, throughline.Fail(op, throughline.NotFound, Short(word), throughline.Refuse("no_initiative", "there is no such initiative"))
}

// InitiativeKnown is an initiative with the deals that know of it.
type InitiativeKnown struct {
	deal.Initiative
	Deals []deal.Deal
}

// Initiatives gives every initiative that any deal knew of at an instant.
func (d *Desk) Initiatives(ctx context.Context, at time.Time) ([]InitiativeKnown, error) {
	ids := map[throughline.ID]bool{}
	err := d.EachSummary(ctx, at, false, func(s *deal.Summary) {
		for _, id := range s.InitiativeIDs(true) {
			ids[id] = true
		}
	})
	if err != nil {
		return nil, err
	}
	var out []InitiativeKnown
	for id := range ids {
		deals, err := d.Members(ctx, at, id, true)
		if err != nil {
			return nil, err
		}
		if i, ok := deal.InitiativeOf(id, deals); ok {
			out = append(out, InitiativeKnown{i, deals})
		}
	}
	slices.SortFunc(out, func(a, b InitiativeKnown) int {
		return cmp.Or(b.Begun.Compare(a.Begun), slices.Compare(a.ID[:], b.ID[:]))
	})
	return out, nil
}
