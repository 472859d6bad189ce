package desk

import (
	"context"
	"time"

	"github.com/throughline/throughline/internal/store"
)

// Feed follows what is written to a workspace, by whichever process, and tells
// those who keep something. It begins with what is written after it was made.
type Feed struct {
	desk Desk
	last int64
	tell []func(context.Context, store.Written) error
}

// NewFeed makes a feed of a desk's workspace. A teller that fails is told the
// same again at the next look.
func NewFeed(ctx context.Context, d *Desk, tell ...func(context.Context, store.Written) error) (*Feed, error) {
	f := &Feed{desk: Desk{Ledger: d.Ledger, Workspace: d.Workspace}, tell: tell}
	var err error
	f.last, err = d.Read().Number(ctx)
	return f, err
}

// Look tells of what came since the last look.
func (f *Feed) Look(ctx context.Context) error {
	for w, err := range f.desk.Read().Since(ctx, f.last) {
		if err != nil {
			return err
		}
		for _, tell := range f.tell {
			if err := tell(ctx, w); err != nil {
				return err
			}
		}
		f.last = w.Number
	}
	return nil
}

// lookForWrites is how often a server looks for what was written elsewhere, also
// where the ledger tells of it.
const lookForWrites = time.Second

// Follow looks until the context ends.
func (f *Feed) Follow(ctx context.Context) {
	tick := time.NewTicker(lookForWrites)
	defer tick.Stop()
	var wake <-chan struct{} // never, where the ledger tells nothing
	if l, tells := f.desk.Ledger.(store.Telling); tells {
		wake = l.Wake(ctx, f.desk.Workspace)
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-wake:
		}
		_ = f.Look(ctx) // what cannot be read is looked at again; the server goes on with what it has
	}
}
