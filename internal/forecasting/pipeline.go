package forecasting

import (
	"math"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/forecast"
	"github.com/throughline/throughline/internal/setting"
)

var missingAmount = math.NaN()

// PipelineForecast is what the deals open today may bring.
type PipelineForecast struct {
	Currency string          `json:"currency,omitempty"`
	Priced   int             `json:"priced"`   // deals with an amount in that currency
	Unpriced int             `json:"unpriced"` // deals without one: they count among the wins, not in the money
	Other    int             `json:"other_currency,omitempty"`
	Rates    []setting.Rate  `json:"rates,omitempty"` // by which amounts in other currencies were brought in
	Shock    float64         `json:"shock"`           // common to all deals of a month, on the log scale, as the past shows it
	Believed float64         `json:"shock_drawn"`     // the same, as it is drawn with: some is believed before anything is seen
	Error    float64         `json:"amount_error"`    // of amounts, as a coefficient of variation
	Months   []Expected      `json:"months"`
	Quarters []Expected      `json:"quarters"`
	Splits   []PipelineSplit `json:"splits"` // this quarter, by seller, team, process, segment and category
}

// Expected is what may be won in a stretch of time, in units of the currency
// and in deals: quantiles and mean.
type Expected struct {
	Until throughline.Day `json:"until"` // its last day; it begins after the one before, the first one today
	P10   float64         `json:"p10"`
	P50   float64         `json:"p50"`
	P90   float64         `json:"p90"`
	Mean  float64         `json:"mean"`
	Wins  Quantiles       `json:"wins"`
}

// Quantiles are of a number of deals.
type Quantiles struct {
	P10  float64 `json:"p10"`
	P50  float64 `json:"p50"`
	P90  float64 `json:"p90"`
	Mean float64 `json:"mean"`
}

// DealMove is how much one deal sways what comes in.
type DealMove struct {
	Deal  throughline.DealID `json:"deal"`
	Title string             `json:"title,omitempty"`
	Up    float64            `json:"up"`    // if it is won
	Down  float64            `json:"down"`  // if it is not
	Share float64            `json:"share"` // of all that is uncertain
}

const pipelineDraws = 10_000

// drawer draws what some bets may bring.
type drawer func(bets []forecast.Bet, draws int) (*forecast.Pipeline, error)

// money draws what the open deals may bring.
func (f fitted) money(out *ForecastRun, deals []open, bets []forecast.Bet, h horizonSet) error {
	m := &out.Money
	m.Shock, m.Believed, m.Error = f.backtest.Shock, f.backtest.Believed, f.cv
	m.Months, m.Quarters, m.Splits = []Expected{}, []Expected{}, []PipelineSplit{}
	amounts := make([]throughline.Money, len(deals))
	for i := range deals {
		amounts[i] = deals[i].summary.Amount.Value
	}
	purse := purseOf(f.company, amounts)
	m.Currency, m.Rates = purse.currency, purse.rates(amounts)
	wins := make([]forecast.Bet, len(bets))
	for i := range bets {
		a := deals[i].summary.Amount.Value
		wins[i] = bets[i]
		wins[i].Amount, wins[i].CV = 1, 0
		cents, counted := purse.cents(a)
		switch {
		case a.Cents <= 0:
			m.Unpriced++
		case !counted:
			m.Other++
			bets[i].Amount = missingAmount
		default:
			m.Priced++
			bets[i].Amount = float64(cents) / 100
		}
	}
	if len(bets) == 0 {
		return nil
	}
	draw := func(bets []forecast.Bet, draws int) (*forecast.Pipeline, error) {
		return forecast.Simulate(
			bets,
			forecast.PipelineSettings{Buckets: len(h.months), Draws: draws, Shock: min(m.Believed, 1), Freedom: f.backtest.Freedom, Seed: 1},
		)
	}
	money, err := draw(bets, pipelineDraws)
	if err != nil {
		return err
	}
	number, err := draw(wins, pipelineDraws)
	if err != nil {
		return err
	}
	for k, until := range h.monthEnds {
		m.Months = append(m.Months, expected(money, number, k, k+1, until))
	}
	from := 0
	for k, until := range h.monthEnds {
		if until == out.Quarter || until == out.Next {
			m.Quarters = append(m.Quarters, expected(money, number, from, k+1, until))
			from = k + 1
		}
	}
	for _, v := range money.Moves {
		out.Moves = append(out.Moves, DealMove{deals[v.Bet].summary.Deal, deals[v.Bet].row.Title, v.Up, v.Down, clean01(v.Share)})
	}
	return f.splits(m, deals, bets, wins, slices.Index(h.monthEnds, out.Quarter)+1, out.Quarter, draw)
}

func expected(money, number *forecast.Pipeline, from, to int, until throughline.Day) Expected {
	q := money.Quantiles(from, to, 0.1, 0.5, 0.9)
	w := number.Quantiles(from, to, 0.1, 0.5, 0.9)
	e := Expected{Until: until, P10: q[0], P50: q[1], P90: q[2], Wins: Quantiles{P10: w[0], P50: w[1], P90: w[2]}}
	for k := from; k < to; k++ {
		e.Mean += money.Mean[k]
		e.Wins.Mean += number.Mean[k]
	}
	return e
}
