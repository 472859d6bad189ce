package operation

import (
	"context"
	"sync"

	"github.com/throughline/throughline/internal/store"
)

// Forecasts is what a process remembers of forecasts, and how they are worked
// out behind whoever asks.
type Forecasts struct {
	mu   sync.Mutex
	fits fitted // the last fit
	jobs map[string]*job
	runs []rememberedRun
	held []store.Shown // what was shown and not kept, newest last

	fitting sync.Mutex // guards fits, and lets one forecast be worked out at a time

	// Work runs something behind the caller until the server ends; nil: nothing
	// goes on behind anybody, and whoever asks waits.
	Work func(func(context.Context))
}
