package forecasting

import (
	"context"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// Who sees a part of the deals is told of that part: by models that learned from all,
// which tell of no deal. What is worked out of all open deals and kept is cut to the
// rows that are seen, and what was added up is added up anew.

// partly reports whether whoever asks sees a part of the deals only.
func (d *Forecaster) partly(ctx context.Context) (bool, error) {
	s, err := d.Sight(ctx)
	return !s.Whole(), err
}

// whole is the forecaster of somebody who sees everything.
func (d *Forecaster) whole() *Forecaster {
	own := *d
	own.Desk = *d.Whole()
	return &own
}

// cutRun leaves of a run of all deals what whoever asks sees. No sum of it is left: those
// who need one add up the rows, or ask the models anew (segmentRun).
func (d *Forecaster) cutRun(ctx context.Context, r ForecastRun, most int) (ForecastRun, error) {
	ids := make([]throughline.DealID, len(r.Deals))
	for i := range r.Deals {
		ids[i] = r.Deals[i].ID
	}
	seen, err := d.Read().Seen(ctx, ids)
	if err != nil {
		return ForecastRun{}, err
	}
	s, err := d.Sight(ctx)
	if err != nil {
		return ForecastRun{}, err
	}
	r = r.own()
	r.Deals = slices.DeleteFunc(r.Deals, func(x DealForecast) bool { return !seen[x.ID] })
	if r.Pending == nil || r.Pending.Older {
		r.Open = len(r.Deals)
	} else if counts, err := d.Read().Query(ctx, store.Query{Limit: 1}); err != nil {
		return ForecastRun{}, err
	} else {
		r.Open = counts.Outcomes[throughline.StillOpen]
	}
	r.Forgotten = 0
	for i := range r.Deals {
		r.Forgotten += alive(r.Deals[i].Forgotten)
	}
	r.Moves, r.Changes, r.Fan, r.Words = []DealMove{}, nil, []FanPoint{}, []string{}
	r.Money.Priced, r.Money.Unpriced, r.Money.Other, r.Money.Rates = 0, 0, 0, nil
	r.Money.Months, r.Money.Quarters = []Expected{}, []Expected{}
	r.Money.Splits = cutSplits(r.Money.Splits, r.Deals)
	r.State += ", of " + s.Key() // what is drawn of it is nobody else's
	return r, d.name(ctx, &r, true, most)
}

// cutSplits leaves the groups that some of the rows belong to, without their sums.
func cutSplits(all []PipelineSplit, rows []DealForecast) []PipelineSplit {
	out := []PipelineSplit{}
	for _, s := range all {
		if s.By != bySeller && s.By != byTeam && s.By != byProcess {
			continue
		}
		groups := []PipelineGroup{}
		for _, g := range s.Groups {
			i := slices.IndexFunc(rows, func(x DealForecast) bool {
				k := keyOf(s.By, x.Seller, x.Team, x.Process)
				return k == g.Key || s.By == byTeam && k == teamKey(g.Key) // by its name, once that was put back
			})
			if i >= 0 {
				groups = append(groups, PipelineGroup{Key: g.Key, Name: g.Name, Rule: g.Rule, Example: rows[i].ID})
			}
		}
		s.Groups = groups
		out = append(out, s)
	}
	return out
}

// cutSight leaves the deals that whoever asks sees.
func (d *Forecaster) cutSight(ctx context.Context, s Sight) (Sight, error) {
	if partly, err := d.partly(ctx); err != nil || !partly {
		return s, err
	}
	ids := make([]throughline.DealID, len(s.Deals))
	for i := range s.Deals {
		ids[i] = s.Deals[i].ID
	}
	seen, err := d.Read().Seen(ctx, ids)
	s.Deals = slices.DeleteFunc(slices.Clone(s.Deals), func(x Standing) bool { return !seen[x.ID] })
	return s, err
}
