package store

import (
	"context"
	"time"

	"github.com/throughline/throughline"
)

// Shared is one line of what is kept of a plan's sharing beside the facts: that
// a link was made or taken back, that somebody opened it, or a part that the
// customer keeps to themselves, which only they can read. Lines are appended;
// what holds follows from all of them.
type Shared struct {
	Plan throughline.ID
	N    int    // from 1, in the order of writing
	Kind string // as whoever writes it spells that
	At   time.Time
	Body []byte
}

// Sharing keeps what is shared. A Ledger is one.
type Sharing interface {
	// Share appends a line. Its number is given by the store; where one is asked for,
	// the line is written as that one or not at all, and a line that was written
	// meanwhile is a conflict: so what follows from all lines is settled by one.
	Share(ctx context.Context, ws throughline.Workspace, s Shared) error

	// Shares gives the lines of a plan, oldest first; none for one that is not there.
	Shares(ctx context.Context, ws throughline.Workspace, plan throughline.ID) ([]Shared, error)
}
