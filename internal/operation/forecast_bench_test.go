package operation_test

import (
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/company"
	"github.com/throughline/throughline/internal/forecasting"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
)

// BenchmarkFirstForecast is a first look at the forecast of the made-up company:
// the backtest, the fits, every open deal, the draws.
func BenchmarkFirstForecast(b *testing.B) {
	now := seat.Today
	d := seat.Desk(b, &now)
	for _, part := range company.Batches(company.Generate(1, throughline.DayOf(seat.Today, time.UTC), time.UTC, d.Book), 100) {
		seat.Keep(b, d, part)
	}
	for b.Loop() {
		d.Forecasts = &forecasting.Forecasts{}
		now = now.AddDate(0, 0, 8) // the backtest of a week ago no longer stands
		seat.Run[forecasting.ForecastRun](b, d, operation.RunForecast, &forecasting.ForecastInput{})
	}
}

// BenchmarkNextForecast is the same where the backtest stands.
func BenchmarkNextForecast(b *testing.B) {
	now := seat.Today
	d := seat.Desk(b, &now)
	for _, part := range company.Batches(company.Generate(1, throughline.DayOf(seat.Today, time.UTC), time.UTC, d.Book), 100) {
		seat.Keep(b, d, part)
	}
	seat.Run[forecasting.ForecastRun](b, d, operation.RunForecast, &forecasting.ForecastInput{})
	for b.Loop() {
		d.Forecasts = &forecasting.Forecasts{}
		seat.Run[forecasting.ForecastRun](b, d, operation.RunForecast, &forecasting.ForecastInput{})
	}
}
