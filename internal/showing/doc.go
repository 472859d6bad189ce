// Package showing answers what is asked of the deals: which there are, in which
// order; one deal; a customer, a person, an initiative; where words stand.
//
// Takes: a question with its day, and a desk.
// Gives: rows and pages with names and reasons, as of that day.
// Never: writes a fact; what it keeps of its own are views of the list.
package showing

import (
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/listing"
)

// Desk is a desk at which it is asked.
type Desk struct {
	desk.Desk
	Lists *listing.Keeper // keeps the ledger's lists right; nil: whoever asks looks whether they are
}
