package forecasting

import (
	"context"
	"errors"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/forecast"
	"github.com/throughline/throughline/internal/setting"
)

// forecastLog forecasts the cases of an event log that have not ended, as of
// the log's last day. Nothing of it is kept.
func forecastLog(ctx context.Context, d *Forecaster, in ForecastInput) (ForecastRun, error) {
	if !in.AsOf.IsZero() {
		return ForecastRun{}, throughline.Fail(
			"forecast",
			throughline.Invalid,
			in.Log,
			errors.New("a log is looked at from its last day; --as-of is about the database"),
		)
	}
	h, excluded, found, err := logHistory(ctx, d, "forecast", in.LogInput)
	if err != nil || h == nil {
		return ForecastRun{Closed: map[string]int{}, Deals: []DealForecast{}, Found: found}, err
	}
	f := fitted{company: setting.Of(nil), past: past{history: h, of: len(h.Subjects)}, cv: 0}
	d.Report(desk.Progress{Doing: "looking back"})
	if f.backtest, _, err = lookBack(h, forecast.BacktestSettings{Fit: forecast.Settings{Seed: 1}, Told: d.lookingBack()}, d.Language, time.UTC); err != nil {
		return ForecastRun{}, err
	}
	d.Report(desk.Progress{Doing: "learning"})
	if f.model, err = forecast.Fit(h, h.Until, forecast.Settings{Seed: 1}); err != nil {
		return ForecastRun{}, err
	}
	asOf := forecast.Instant(h.Until)
	var deals []open
	for i := range h.Subjects {
		s := &h.Subjects[i]
		if s.End != forecast.Open {
			continue
		}
		id := throughline.DealID(throughline.KeyedID(asOf, "log", s.ID))
		o := open{summary: &deal.Summary{Deal: id}, row: face{ID: id, Foreign: s.ID, Title: s.ID}, values: make([]float64, len(h.Fields))}
		o.state = h.At(i, h.Until, o.values)
		deals = append(deals, o)
	}
	out, err := f.answer(ctx, deals, asOf)
	if err != nil {
		return out, err
	}
	out.Found, out.Excluded = found, excluded
	out.tell(d)
	return out.cut(in), nil
}
