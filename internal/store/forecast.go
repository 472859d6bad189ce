package store

import (
	"context"
	"time"

	"github.com/throughline/throughline"
)

// Shown is a forecast that was shown to somebody, as it was: what we said, and
// when. It names deals and people by id alone, so that erasing a person needs
// nothing here.
type Shown struct {
	ID   throughline.ID
	Kind string          // "run" or "backtest"
	At   time.Time       // when it was shown
	AsOf throughline.Day // the day it looks from
	Hash string          // of the body; the same again, one after the other, is kept once
	Body []byte          // JSON, in the form of the program that showed it
}

// ShownQuery asks for shown forecasts.
type ShownQuery struct {
	Kind     string    // empty: any
	Until    time.Time // shown no later; zero: any
	Since    time.Time // shown no earlier; zero: any
	Limit    int       // 0: all
	Headings bool      // without bodies
}

// Forecasts keeps what forecasts said. A Ledger is one.
type Forecasts interface {
	// AppendForecast keeps a forecast that was shown. One whose hash is that of
	// the last of its kind is known already, and added is false.
	AppendForecast(ctx context.Context, ws throughline.Workspace, f Shown) (added bool, err error)

	// Forecasts gives shown forecasts, newest first.
	Forecasts(ctx context.Context, ws throughline.Workspace, q ShownQuery) ([]Shown, error)
}
