package store

import (
	"context"
	"time"

	"github.com/throughline/throughline"
)

// Setting is something a company has settled, and since when it holds. An empty
// value takes back what was said before.
type Setting struct {
	Name  string    `json:"name"`
	Value string    `json:"value"`
	Since time.Time `json:"since"`
}

// Settings keeps what was settled. A Ledger is one.
type Settings interface {
	// Settle appends a setting; of each name the one appended last holds.
	Settle(ctx context.Context, ws throughline.Workspace, s Setting) error

	// Settings gives those that hold, in the order of their names.
	Settings(ctx context.Context, ws throughline.Workspace) ([]Setting, error)

	// SettingsPast gives everything that was ever settled, in the order of names
	// and of each name in the order in which it was appended.
	SettingsPast(ctx context.Context, ws throughline.Workspace) ([]Setting, error)
}
