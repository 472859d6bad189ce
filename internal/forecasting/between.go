package forecasting

import (
	"context"

	"github.com/throughline/throughline"
)

// Between is what was said of some deals on two days, each the last kept by a
// day: by the end of the same quarter, or nothing where the earlier one spoke of
// another.
type Between struct {
	ThenOn, NowOn throughline.Day // zero: nothing is kept
	Then, Now     map[throughline.DealID]DealBy
}

// SaidBetween gives what was said of some deals by a day, and by another.
func SaidBetween(ctx context.Context, d *Forecaster, ids []throughline.DealID, then, now throughline.Day) (Between, error) {
	out := Between{Then: map[throughline.DealID]DealBy{}, Now: map[throughline.DealID]DealBy{}}
	wanted := map[throughline.DealID]bool{}
	for _, id := range ids {
		wanted[id] = true
	}
	read := func(day throughline.Day, into map[throughline.DealID]DealBy) (throughline.Day, error) {
		list, err := d.whole().genuine(ctx, day.End(d.Days()))
		if err != nil || len(list) == 0 {
			return throughline.Day{}, err
		}
		s, err := d.whole().sightOf(ctx, list[0])
		for i := range s.Deals {
			if x := &s.Deals[i]; wanted[x.ID] && len(x.By) > 0 {
				into[x.ID] = x.By[0]
			}
		}
		return s.AsOf, err
	}
	var err error
	if out.NowOn, err = read(now, out.Now); err != nil {
		return out, err
	}
	if out.ThenOn, err = read(then, out.Then); err != nil {
		return out, err
	}
	for id, by := range out.Then {
		if out.Now[id].Day != by.Day {
			delete(out.Then, id)
		}
	}
	return out, nil
}
