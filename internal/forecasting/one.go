package forecasting

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/store"
)

// ForecastDealInput names a deal.
type ForecastDealInput struct {
	desk.View
	ID string `arg:"" name:"id" path:"id" json:"id" help:"The deal: our id, the other system's, or the beginning of either."`
}

// ForecastOfDeal is the answer of ForecastDeal: a run with one deal in it.
type ForecastOfDeal struct {
	AsOf    throughline.Day `json:"as_of"`
	Quarter throughline.Day `json:"quarter_end"`
	Model   string          `json:"model"`
	Enough  bool            `json:"enough"`
	Thin    bool            `json:"thin"`
	Closed  map[string]int  `json:"closed"`
	Unseen  []string        `json:"unseen,omitempty"` // ends that nothing here has ever met
	Deal    DealForecast    `json:"deal"`
	Change  *ChangeDoubt    `json:"change,omitempty"` // what their own change takes off winning, by judgement; left out where nothing is wrong with it
}

// ChangeDoubt is the discount for a change that is in trouble. It stands beside
// the chances and is no part of them: history cannot weigh it yet.
type ChangeDoubt struct {
	Factor  float64  `json:"factor"`  // what is left of the chance of winning by the quarter's end
	Won     float64  `json:"won"`     // the chance with it
	Without float64  `json:"without"` // and without it
	Because []string `json:"because"`
}

// changeDoubt says what the wider change takes off a deal's chance of winning.
func (d *Forecaster) changeDoubt(ctx context.Context, x DealForecast, day throughline.Day) (*ChangeDoubt, error) {
	if len(x.By) == 0 {
		return nil, nil
	}
	facts, err := d.Read().Facts(ctx, x.ID)
	if err != nil {
		return nil, err
	}
	asOf := day.End(d.Days()).Add(-time.Microsecond)
	if now := d.Present(); now.Before(asOf) {
		asOf = now
	}
	folded, _ := deal.Fold(facts, asOf.In(d.Days()))
	doubt := alignment.DoubtOf(&folded.Summary, folded.AsOf)
	if doubt.Factor == 1 {
		return nil, nil
	}
	var named []throughline.PersonID
	for _, y := range doubt.Because {
		named = append(named, deal.Mentioned(y.What)...)
	}
	people, err := d.Read().People(ctx, named)
	if err != nil {
		return nil, err
	}
	p, names := phrase.For(d.Language), phrase.Names{Today: day, Person: func(id throughline.PersonID) string { return people[id].Name }}
	out := &ChangeDoubt{Factor: doubt.Factor, Without: x.By[0].Said.Won, Won: x.By[0].Said.Won * doubt.Factor, Because: []string{}}
	for _, y := range doubt.Because {
		out.Because = append(out.Because, phrase.Initial(p.Reason(names, alignment.Reading{AsOf: day}, y)))
	}
	return out, nil
}

// OfDeal gives the outlook of one deal.
func OfDeal(ctx context.Context, d *Forecaster, in ForecastDealInput) (ForecastOfDeal, error) {
	return d.ofDeal(ctx, in, func(ctx context.Context, day throughline.Day) (ForecastRun, error) { return d.forecast(ctx, day, 1) })
}

// OfDealKept gives the outlook of one deal as it was shown in the last days;
// nothing is worked out.
func OfDealKept(ctx context.Context, d *Forecaster, in ForecastDealInput) (ForecastOfDeal, error) {
	return d.ofDeal(ctx, in, d.lastShown)
}

func (d *Forecaster) ofDeal(
	ctx context.Context,
	in ForecastDealInput,
	forecast func(context.Context, throughline.Day) (ForecastRun, error),
) (ForecastOfDeal, error) {
	const op = "forecast deal"
	id, err := d.Find(ctx, in.ID)
	if err != nil {
		return ForecastOfDeal{}, err
	}
	day := in.Day(&d.Desk)
	run, err := forecast(ctx, day)
	if err != nil {
		return ForecastOfDeal{}, err
	}
	k := slices.IndexFunc(run.Deals, func(x DealForecast) bool { return x.ID == id })
	if k < 0 {
		return ForecastOfDeal{}, throughline.Fail(op, throughline.NotFound, in.ID, errors.New("it was not open on that day"))
	}
	run.Deals, run.Moves, run.Changes, run.Money.Splits = run.Deals[k:k+1], nil, nil, nil
	if err := d.name(ctx, &run, true, 0); err != nil {
		return ForecastOfDeal{}, err
	}
	run.tell(d)
	change, err := d.changeDoubt(ctx, run.Deals[0], day)
	if err != nil {
		return ForecastOfDeal{}, err
	}
	return ForecastOfDeal{run.AsOf, run.Quarter, run.Model, run.Enough, run.Thin, run.Closed, run.Unseen, run.Deals[0], change}, nil
}

// lastShown gives the newest forecast shown that looks from a day of the week
// before day.
func (d *Forecaster) lastShown(ctx context.Context, day throughline.Day) (ForecastRun, error) {
	if partly, err := d.partly(ctx); err != nil {
		return ForecastRun{}, err
	} else if partly {
		run, err := d.whole().lastShown(ctx, day)
		if err != nil {
			return ForecastRun{}, err
		}
		return d.cutRun(ctx, run, 1)
	}
	list, err := d.shown(ctx, store.ShownQuery{Kind: shownRun, Limit: 20, Headings: true})
	if err != nil {
		return ForecastRun{}, err
	}
	for _, h := range list {
		if age := day.Sub(h.AsOf); age < 0 || age > backtestFor {
			continue
		}
		return d.readWhole(ctx, h)
	}
	return ForecastRun{}, throughline.Fail("read forecast", throughline.NotFound, day.String(), errors.New("none was shown in the week before"))
}
