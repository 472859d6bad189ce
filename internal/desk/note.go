package desk

import (
	"context"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// Noting takes a line for the audit; where wait is true it has been written, or
// was not, when it returns. Nil: none is kept here.
type Noting func(ctx context.Context, d store.Deed, wait bool) error

// Note notes what whoever is at the desk did. A line of which nothing else
// hangs is left to be written in a moment.
func (d *Desk) Note(ctx context.Context, deed store.Deed, wait bool) error {
	if d.Noting == nil {
		return nil
	}
	by := d.Actor()
	if deed.Person == (throughline.PersonID{}) {
		deed.Person = by.Person
	}
	deed.At, deed.Via = d.Now().UTC(), string(by.Via)
	return d.Noting(ctx, deed, wait)
}

// Did is a line that says that something was done.
func Did(what string) store.Deed { return store.Deed{Did: what, Outcome: store.DeedDone} }

// Refused is a line that says that something was refused.
func Refused(what string) store.Deed { return store.Deed{Did: what, Outcome: store.DeedRefused} }

// NoteTaken notes that whoever is at the desk took a list along.
func (d *Desk) NoteTaken(ctx context.Context, did string) error {
	return d.Note(ctx, Did(did), true)
}
