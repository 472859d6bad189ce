package store

import (
	"context"

	"github.com/throughline/throughline"
)

// Use is how often something of the product was used on a day. It says neither of
// which deal, nor by whom, nor when on that day.
type Use struct {
	Day  throughline.Day `json:"day"`
	Kind string          `json:"kind"` // as whoever counts it spells that
	What string          `json:"what"`
	N    int64           `json:"n"`
}

// Uses keeps counts of use. A Ledger is one. Counts are no facts: no write has a
// number for them, nobody is told of them, and those of old days are dropped.
type Uses interface {
	// CountUses adds to the counts of their days, and drops what was counted on
	// days before oldest.
	CountUses(ctx context.Context, ws throughline.Workspace, add []Use, oldest throughline.Day) error

	// Uses gives the counts of the days from one to another, both included, in
	// the order of days, kinds and what was used.
	Uses(ctx context.Context, ws throughline.Workspace, from, to throughline.Day) ([]Use, error)
}
