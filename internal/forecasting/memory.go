package forecasting

import (
	"context"
	"sync"

	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/store"
)

// Forecasts is what a process remembers of forecasts, and how they are worked
// out behind whoever asks.
type Forecasts struct {
	mu     sync.Mutex
	fits   fitted // the last fit
	jobs   map[string]*underway
	runs   []rememberedRun
	sights []heldSight         // forecasts of other days, newest asked for last
	drawn  map[string]Expected // what parts of a forecast may bring
	held   []store.Shown       // what was shown and not kept, newest last

	fitting sync.Mutex // guards fits, and lets one forecast be worked out at a time

	// Work does something behind the caller, one piece after the other; nil: nothing
	// goes on behind anybody, and whoever asks waits.
	Work func(func(context.Context))
}

// Forecaster works out forecasts for whoever is at a desk.
type Forecaster struct {
	desk.Desk
	Forecasts *Forecasts       // nil: nothing is remembered
	Keep      bool             // what is shown may be kept in the ledger; else this process alone remembers it
	Cache     string           // folder for compact copies of logs that were read; empty: none is kept
	Renew     func(*desk.Desk) // puts on a desk what was published since; may be nil
	behind    bool             // it works behind a server's visitors
}
