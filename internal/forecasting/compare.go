package forecasting

import (
	"context"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// smallLedger is up to how many deals a forecast of a day gone by is worked out
// unasked, behind whoever looks: it takes a second or two.
const smallLedger = 2_000

// compare tells what has changed since a day: by what was said on it, where that
// is kept, else, where it is asked for, by what would have been said.
func (l *looking) compare(ctx context.Context, out *PeriodForecast, won []*booked) error {
	since := l.in.Since
	if since.IsZero() {
		since = l.asOf.Add(-lookedBackDays)
	}
	out.Changes = Waterfall{Asked: since, Moves: []Move{}}
	l.changes = map[throughline.DealID][]step{}
	c := &out.Changes
	if since.Compare(l.run.AsOf) >= 0 || l.run.Pending != nil && !l.run.Pending.Older {
		c.Missing = "later"
		return nil
	}
	h, said, err := l.then(ctx, since, c)
	if err != nil || h.Hash == "" {
		return err
	}
	before, err := l.d.whole().sightOf(ctx, h)
	if err == nil {
		before, err = l.d.cutSight(ctx, before)
	}
	if err != nil {
		return err
	}
	if !before.reaches(l.period) || !l.now.reaches(l.period) {
		c.Missing = "form"
		return nil
	}
	was, is, err := l.stakes(ctx, &before)
	if err != nil {
		return err
	}
	w := waterfallOf(was, is)
	w.Asked, w.Since, w.Said = since, h.AsOf, said
	for id, b := range was {
		l.changes[id] = stepsOf(b, is[id])
	}
	for id, b := range is {
		if _, known := was[id]; !known {
			l.changes[id] = stepsOf(Stake{}, b)
		}
	}
	*c = w
	return l.nameMoves(ctx, c)
}

// then finds the forecast of a day gone by; an empty one where there is none,
// and then why.
func (l *looking) then(ctx context.Context, since throughline.Day, c *Waterfall) (store.Shown, bool, error) {
	d := l.d.whole() // what was said was said of all deals; the caller cuts it
	list, err := d.genuine(ctx, since.End(d.Days()))
	if err != nil {
		return store.Shown{}, false, err
	}
	if len(list) > 0 {
		if c.Prior = list[0].AsOf; list[0].AsOf == since {
			return list[0], true, nil
		}
	}
	heads, err := d.shown(ctx, store.ShownQuery{Kind: shownRun, Headings: true})
	if err != nil {
		return store.Shown{}, false, err
	}
	for _, h := range heads {
		if h.AsOf == since {
			return h, h.AsOf == throughline.DayOf(h.At, d.Days()), nil
		}
	}
	c.Missing = "kept"
	counts, err := d.Read().Counts(ctx)
	if err != nil || !l.in.Anew && counts.Deals > smallLedger {
		return store.Shown{}, false, err
	}
	if l.soon && d.Forecasts != nil && d.Forecasts.Work != nil {
		state, err := d.ledgerState(ctx)
		if err == nil {
			_, err = d.begin(since, state)
		}
		c.Waiting = err == nil
		return store.Shown{}, false, nil // one that cannot be begun now is asked for again
	}
	if !l.in.Anew {
		return store.Shown{}, false, nil
	}
	if _, err := d.forecast(ctx, since, 1); err != nil {
		return store.Shown{}, false, err
	}
	heads, err = d.shown(ctx, store.ShownQuery{Kind: shownRun, Headings: true})
	for _, h := range heads {
		if h.AsOf == since {
			c.Missing = ""
			return h, false, err
		}
	}
	return store.Shown{}, false, err
}

// stakes gives what each deal stood for on the day gone by, and stands for.
func (l *looking) stakes(ctx context.Context, then *Sight) (was, is map[throughline.DealID]Stake, err error) {
	was, is = map[throughline.DealID]Stake{}, map[throughline.DealID]Stake{}
	standing := func(s *Sight, x *Standing) Stake {
		cents, _ := l.purse.cents(x.Amount)
		p, _ := s.won(x, l.period)
		return Stake{Known: true, State: "open", Cents: max(cents, 0), Chance: p, Within: l.period.Has(x.Close), Taken: l.taken(x.Seller, x.Team, x.Process)}
	}
	for i := range then.Deals {
		was[then.Deals[i].ID] = standing(then, &then.Deals[i])
	}
	var fresh []throughline.DealID // open now and not then: new, or open again
	for i := range l.now.Deals {
		x := &l.now.Deals[i]
		is[x.ID] = standing(&l.now, x)
		if _, open := was[x.ID]; !open {
			fresh = append(fresh, x.ID)
		}
	}
	end := then.AsOf.End(l.d.Days())
	for i := range l.won {
		b := &l.won[i]
		cents, _ := l.purse.cents(b.amount)
		stake := Stake{Known: true, State: "won", Cents: max(cents, 0), Taken: l.taken(b.seller, b.team, b.process)}
		is[b.id] = stake
		if _, open := was[b.id]; open || b.on.Compare(then.AsOf) > 0 {
			continue
		}
		if b.priced.After(end) {
			fresh = append(fresh, b.id)
			continue
		}
		was[b.id] = stake
	}
	return was, is, l.settle(ctx, was, is, fresh, then)
}

// mostRefolded bounds the deals that are read fact by fact.
const mostRefolded = 400

// settle finds how deals stood that only one of the two days tells of.
func (l *looking) settle(ctx context.Context, was, is map[throughline.DealID]Stake, fresh []throughline.DealID, then *Sight) error {
	var gone []throughline.DealID
	for id := range was {
		if _, there := is[id]; !there {
			gone = append(gone, id)
		}
	}
	err := l.d.eachAt(ctx, gone, l.asOf.End(l.d.Days()), func(s *deal.Summary) {
		stake := was[s.Deal]
		state := endOf(s.Outcome())
		if state == "won" { // in another period, or not by the day that is looked from
			state = "other"
		}
		stake.State = state
		b := l.bookedOf(s)
		stake.Taken = l.taken(b.seller, b.team, b.process)
		is[s.Deal] = stake
	})
	if err != nil || len(fresh) > mostRefolded {
		return err
	}
	return l.d.FoldAsOf(ctx, fresh, then.AsOf.End(l.d.Days()), func(s *deal.Summary) {
		if s.Outcome() != throughline.Won || !l.period.Has(throughline.DayOf(s.Closed(), l.d.Days())) {
			return
		}
		b := l.bookedOf(s)
		cents, _ := l.purse.cents(b.amount)
		was[s.Deal] = Stake{Known: true, State: "won", Cents: max(cents, 0), Taken: l.taken(b.seller, b.team, b.process)}
	})
}

// mostMoved is how many of the deals behind a step are named.
const mostMoved = 12

// nameMoves names the deals that moved it most.
func (l *looking) nameMoves(ctx context.Context, c *Waterfall) error {
	var ids []throughline.DealID
	for i := range c.Moves {
		m := &c.Moves[i]
		m.Deals = m.Deals[:min(len(m.Deals), mostMoved)]
		for _, x := range m.Deals {
			ids = append(ids, x.Deal)
		}
	}
	list, err := l.d.Read().SummariesOf(ctx, ids)
	if err != nil {
		return err
	}
	titles := map[throughline.DealID]string{}
	for i := range list {
		titles[list[i].Deal] = list[i].Title.Value
	}
	for i := range c.Moves {
		for k := range c.Moves[i].Deals {
			x := &c.Moves[i].Deals[k]
			x.Title = titles[x.Deal]
		}
	}
	return nil
}
