package operation

import (
	"context"

	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/forecasting"
	"github.com/throughline/throughline/internal/workshop"
)

// Forecaster gives who works out forecasts for this desk.
func (d *Desk) Forecaster() *forecasting.Forecaster {
	f := &forecasting.Forecaster{Desk: d.Desk, Forecasts: d.Forecasts, Keep: d.Keep, Cache: d.Cache}
	if d.Shelf != nil {
		f.Renew = func(own *desk.Desk) {
			laid := workshop.Bench{Desk: *own}
			d.Shelf.Lay(&laid)
			*own = laid.Desk
		}
	}
	return f
}

// forecasts makes an operation's work of a forecaster's.
func forecasts[In, Out any](run func(context.Context, *forecasting.Forecaster, In) (Out, error)) func(context.Context, *Desk, In) (Out, error) {
	return func(ctx context.Context, d *Desk, in In) (Out, error) { return run(ctx, d.Forecaster(), in) }
}

// RunForecast is `throughline forecast run`.
var RunForecast = define(Operation{
	Words: []string{"forecast", "run"}, Route: "GET /forecast",
	Summary: "Which end, when, and how sure",
	About: "For every open deal: the chance of each end by the end of this quarter and of the next, each with its range, how many deals stand " +
		"behind it, what raises and lowers it, and what a plain model says beside it. For all of them together: what may come in by month and " +
		"quarter, as quantiles. The model that speaks is the one that did best in the backtest on your own history, or ours where another " +
		"leads by too little to tell; with too little history it says so and gives ranges alone. Of a LOG it forecasts the cases that have not " +
		"ended; how cases end say --won, --lost and --no-decision or, without them, history in the playbook's mapping. What the command shows " +
		"is kept, and a server keeps one a day; what a visitor or a program asks it for is not. throughline forecast shown tells later what " +
		"was said.",
	Examples: []string{
		"throughline forecast run",
		"throughline forecast run --owner 'Amara' --limit 0",
		"throughline forecast run --only 'Amara'",
		"throughline forecast run --segment \"region == 'nordic'\"",
		"throughline forecast run --as-of 2017-06-30 --json",
		"throughline forecast run tickets.csv --won activity=order --no-decision activity=dropped",
	},
	Effect: Reads, Long: true, Keeps: true, Permission: MayRead, NeedsStore: true,
}, limited(func(in forecasting.ForecastInput) int { return in.Limit }, "forecast", forecasts(forecasting.Run)))

// RunForecastSoon gives the forecast page what there is now, older if need be,
// and has the newer one worked out behind.
var RunForecastSoon = define(Operation{
	Words: []string{"forecast", "soon"}, Summary: "The forecast as it is known at once",
	Page: true, Effect: Reads, Keeps: true, Permission: MayRead, NeedsStore: true,
}, limited(func(in forecasting.ForecastInput) int { return in.Limit }, "forecast", forecasts(forecasting.RunSoon)))

// ForecastPeriod is `throughline forecast period`.
var ForecastPeriod = define(Operation{
	Words: []string{"forecast", "period"}, Route: "GET /forecast/period",
	Summary: "A month or a quarter against its target",
	About: "What is to be won in a month or a quarter, what is won of it so far, what the open deals may bring in the rest of it with its range, " +
		"and beside that what people call commit and best case; what has changed since a day, told apart by new, won, lost, moved, grown and " +
		"likelier deals so that the parts add up to the hundredth; and the deals, a row each. Targets, the first month of the year, currency " +
		"and rates are settings. What was said on a day gone by is taken from what was kept on it; where nothing was, --anew works out what " +
		"would have been said.",
	Examples: []string{
		"throughline forecast period",
		"throughline forecast period 2026-Q4 --owner 'Amara' --by month",
		"throughline forecast period 2026-11 --since 2026-11-02 --anew --json",
	},
	Effect: Reads, Long: true, Keeps: true, Permission: MayRead, NeedsStore: true,
}, limited(func(in forecasting.PeriodInput) int { return in.Limit }, "forecast period", forecasts(forecasting.Period)))

// ForecastPeriodSoon gives the page of a period what there is now.
var ForecastPeriodSoon = define(Operation{
	Words: []string{"forecast", "period", "soon"}, Summary: "A month or a quarter against its target, as it is known at once",
	Page: true, Effect: Reads, Keeps: true, Permission: MayRead, NeedsStore: true,
}, limited(func(in forecasting.PeriodInput) int { return in.Limit }, "forecast period", forecasts(forecasting.PeriodSoon)))

// ForecastDeal is `throughline forecast deal`.
var ForecastDeal = define(Operation{
	Words: []string{"forecast", "deal"}, Route: "GET /forecast/deals/{id}",
	Summary: "The outlook of one deal",
	About: "The chance of each end by the end of this quarter and of the next, with ranges, what raises and lowers it, and what a plain " +
		"model says beside it. ID is ours, the other system's, or the beginning of either.",
	Examples: []string{"throughline forecast deal 1C1I7A6R", "throughline forecast deal 0190b2f0 --as-of 2017-06-30 --json"},
	Effect:   Reads, Long: true, Keeps: true, Permission: MayRead, NeedsStore: true,
}, forecasts(forecasting.OfDeal))

// ForecastDealKept gives a deal's page its outlook as it was last shown.
var ForecastDealKept = define(Operation{
	Words: []string{"forecast", "deal", "kept"}, Summary: "The outlook of one deal as it was last shown",
	Page: true, Effect: Reads, Permission: MayRead, NeedsStore: true,
}, forecasts(forecasting.OfDealKept))

// BacktestForecast is `throughline forecast backtest`.
var BacktestForecast = define(Operation{
	Words: []string{"forecast", "backtest"}, Route: "GET /forecast/backtest",
	Summary: "How good forecasts would have been",
	About: "Goes back to several days of the past, forecasts from what had been learned by then, and compares with what came. The table holds our " +
		"model and the plain ones it has to beat; the best is the one that forecasts use from then on, ours or not. Without a LOG it looks at " +
		"the deals in the database; with one, at the cases of any event log, whose ends are said by --won, --lost and --no-decision or, " +
		"without them, under history in the playbook's mapping. Covariates are what was known on the day: age, what happened so far, and " +
		"attributes of the opening; attributes that were evidently written after the end are left out, and named.",
	Examples: []string{
		"throughline forecast backtest",
		"throughline forecast backtest loans.csv --won outcome=True --no-decision outcome=False",
		"throughline forecast backtest purchases.csv --won 'activity=Pay Invoice' --no-decision 'activity=Analyze Request for Quotation,Analyze Purchase " +
			"Requisition'",
		"throughline forecast backtest log.xes.gz --won outcome=paid --lost outcome=rejected --json",
		"throughline forecast backtest loans.csv --won outcome=True --no-decision outcome=False --forecasts said.csv",
	},
	Effect: Reads, Long: true, Permission: MayRead, NeedsStore: true,
}, forecasts(forecasting.RunBacktest))

// KeptBacktest gives the backtest that forecasts of a day speak from, which may
// be some days old; the forecast page shows it. It is no command of its own.
var KeptBacktest = define(Operation{
	Words: []string{
		"forecast",
		"kept",
	}, Summary: "The backtest that forecasts speak from", Page: true, Effect: Reads, Long: true, Permission: MayRead, NeedsStore: true,
}, forecasts(forecasting.KeptBacktest))

// ShownForecast is `throughline forecast shown`.
var ShownForecast = define(Operation{
	Words: []string{"forecast", "shown"}, Route: "GET /forecast/shown",
	Summary: "What we said on a day, and what came",
	About: "Gives back the last forecast that had been shown by the end of a day, as it was shown, and what has come of its deals since. " +
		"Forecasts that were never shown are not made up afterwards; throughline forecast run --as-of DATE works out what would have been said.",
	Examples: []string{"throughline forecast shown --on 2026-03-01", "throughline forecast shown --json"},
	Effect:   Reads, Permission: MayRead, NeedsStore: true,
}, limited(func(in forecasting.ShownInput) int { return in.Limit }, "show forecast", forecasts(forecasting.ShownOn)))
