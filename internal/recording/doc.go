// Package recording is the one door through which people write facts: it finds
// the deal, checks what a fact may say, makes its id and appends.
//
// Takes: what somebody says of a deal, and a desk.
// Gives: the facts that were added, with findings about their words; a form sent twice writes once, and what others wrote meanwhile is told.
// Never: changes what is there, or keeps a fact that its deal's playbook or its day forbids.
package recording

import (
	"context"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/listing"
)

// Desk is a desk at which facts are written.
type Desk struct {
	desk.Desk
	Lists   *listing.Keeper // says what is usual and who sells; nil: read from the deals
	Readers *Readers        // of notes; nil: made each time
	Model   Model           // the language model that may be asked about notes; off unless somebody names one
	OfUs    bool            // may change what our own people are called
	// ByLink tells by its record whether something was written by a link of a plan; nil: nothing was.
	ByLink func(ctx context.Context, plan throughline.ID) (func(record string) bool, error)
}
