// Package importing is the bringing in of foreign records: of a CRM's export, of
// tables with a mapping, of an event log; the taking back of an import, and the
// first look at what came.
//
// Takes: files, what their words mean, and a desk.
// Gives: what was read, added and rejected, and what a bare history says.
// Never: writes a file's rows anywhere but into the ledger and beside the file, or drops a row without saying so.
package importing

import (
	"io"

	"github.com/throughline/throughline/internal/desk"
)

// Desk is a desk to which files are brought.
type Desk struct {
	desk.Desk
	Cache   string                     // folder for compact copies of logs that were read; empty: none is kept
	Confirm func(question string) bool // asks the person; nil: nobody is there to ask
	Show    io.Writer                  // what is shown before it is asked; nil: nowhere
	Looks   *Looks                     // the last first look; nil: made each time
	Closed  bool                       // whoever is here may bring nothing in
}
