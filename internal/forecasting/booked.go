package forecasting

import (
	"context"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/setting"
	"github.com/throughline/throughline/internal/store"
)

// booked is a deal that was won in the period.
type booked struct {
	id            throughline.DealID
	seller        throughline.PersonID
	team, process string
	amount        throughline.Money
	priced        time.Time // since when that is its amount
	on            throughline.Day
}

// askedAtOnce is how many of the deals won last are asked for at once.
const askedAtOnce = 500

// bookedIn gives the deals won in the period, as known by the day that is looked from.
func (l *looking) bookedIn(ctx context.Context) ([]booked, error) {
	at := l.asOf.End(l.d.Days())
	var out []booked
	take := func(s *deal.Summary) {
		if s.Outcome() == throughline.Won && l.period.Has(throughline.DayOf(s.Closed(), l.d.Days())) {
			out = append(out, l.bookedOf(s))
		}
	}
	if l.asOf.Compare(l.d.Today()) >= 0 {
		ids, ok, err := l.d.wonLately(ctx, l.period)
		if err != nil {
			return nil, err
		}
		if ok {
			err = l.d.eachAt(ctx, ids, at, take)
			return out, err
		}
	}
	var won []throughline.DealID // heads tell enough to choose by, and not what is booked
	err := l.d.EachSummary(ctx, at, false, func(s *deal.Summary) {
		if s.Outcome() == throughline.Won && l.period.Has(throughline.DayOf(s.Closed(), l.d.Days())) {
			won = append(won, s.Deal)
		}
	})
	if err != nil {
		return nil, err
	}
	err = l.d.eachAt(ctx, won, at, take)
	return out, err
}

// wonLately asks the lists that the ledger keeps for the deals won in a period;
// ok is false where there are no lists that tell.
func (d *Forecaster) wonLately(ctx context.Context, p setting.Period) (ids []throughline.DealID, ok bool, err error) {
	won := throughline.Won
	for offset := 0; ; offset += askedAtOnce {
		list, err := d.Read().Query(ctx, store.Query{Outcome: &won, Order: store.ByClosed, Offset: offset, Limit: askedAtOnce})
		if err != nil {
			return nil, false, err
		}
		behind := list.Form == "" || list.Written != list.Listing.Number && (d.Forecasts == nil || d.Forecasts.Work == nil)
		if behind { // no server keeps them, and something was written since
			return nil, false, nil
		}
		if len(list.Deals) == 0 {
			return ids, true, nil
		}
		some, err := d.Read().SummariesOf(ctx, list.Deals)
		if err != nil {
			return nil, false, err
		}
		for i := range some {
			day := throughline.DayOf(some[i].Closed(), d.Days())
			if !day.IsZero() && day.Compare(p.From) < 0 {
				return ids, true, nil
			}
			if p.Has(day) {
				ids = append(ids, some[i].Deal)
			}
		}
	}
}

// eachAt gives the summaries of some deals as of an instant.
func (d *Forecaster) eachAt(ctx context.Context, ids []throughline.DealID, at time.Time, yield func(*deal.Summary)) error {
	var stale []throughline.DealID
	for len(ids) > 0 {
		n := min(len(ids), 1000)
		list, err := d.Read().SummariesOf(ctx, ids[:n])
		if err != nil {
			return err
		}
		for i := range list {
			if list[i].Horizon.After(at) {
				stale = append(stale, list[i].Deal)
			} else {
				yield(&list[i])
			}
		}
		ids = ids[n:]
	}
	return d.FoldAsOf(ctx, stale, at, yield)
}

func (l *looking) bookedOf(s *deal.Summary) booked {
	b := booked{id: s.Deal, seller: s.Owner.Value, amount: s.Amount.Value, priced: s.Amount.At, on: throughline.DayOf(s.Closed(), l.d.Days())}
	for _, split := range l.run.Money.Splits {
		switch split.By {
		case byTeam:
			b.team = teamKey(s.Attributes[split.Attribute].Value)
		case byProcess:
			process, _ := alignment.ProcessOf(s, l.d.BookOf(s))
			b.process = process.ID
		}
	}
	return b
}
