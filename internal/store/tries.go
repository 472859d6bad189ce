package store

import (
	"context"
	"time"

	"github.com/throughline/throughline"
)

// Try is something that may be tried so many times at once, and once more each while.
type Try struct {
	Name  throughline.ID // a digest of what is tried, where it is somebody's address or place
	Burst int
	Each  time.Duration
}

// Tries keeps how often something was tried, for all processes together. A Ledger is one.
// They are no facts: no write has a number for them, and what has all its tries back
// is dropped.
type Tries interface {
	// Try takes one try of each, in their order, up to the first that has none left: wait
	// says after how long that one has one again, and is 0 where all were taken. Where
	// the first has none left, nothing is written.
	Try(ctx context.Context, ws throughline.Workspace, now time.Time, all ...Try) (wait time.Duration, err error)

	// Forgive gives a name all its tries back.
	Forgive(ctx context.Context, ws throughline.Workspace, name throughline.ID) error
}
