package operation

import (
	"context"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/sharing"
	"github.com/throughline/throughline/internal/store"
)

// Unchanged says on which state of a deal a writing rests.
type Unchanged struct {
	Deal  string // as the request names it
	Facts []int  // that it had: one of these
}

// ErrChanged says that others have added to the deal since.
var ErrChanged = store.ErrChanged

// holdTo has everything that is written rest on the state of the deal that was
// named: in the transaction that appends facts. What takes no form's token may
// write something else than facts, and is looked at before.
func (d *Desk) holdTo(ctx context.Context, in any) error {
	id, err := d.Find(ctx, d.If.Deal)
	if err != nil {
		return err
	}
	if _, is := onceOf(in); !is || beside(in) {
		facts, err := d.Read().Facts(ctx, id)
		if err == nil && !slices.Contains(d.If.Facts, len(facts)) {
			err = throughline.Fail("write to deal", throughline.Conflict, "", ErrChanged)
		}
		if err != nil {
			return err
		}
	}
	d.Ledger = held{d.Ledger, &store.Unchanged{Deal: id, Facts: d.If.Facts}}
	return nil
}

// beside reports whether a writing with a form's token may append no facts.
func beside(in any) bool {
	switch in.(type) {
	case *recording.PrivateInput, *sharing.LinkInput:
		return true
	}
	return false
}

// held is a ledger whose batches rest on a state of a deal.
type held struct {
	store.Ledger
	on *store.Unchanged
}

func (h held) Append(ctx context.Context, ws throughline.Workspace, b store.Batch) (store.Receipt, error) {
	b.If = h.on
	return h.Ledger.Append(ctx, ws, b)
}
