// Package caretaking is the care of a company's ledger: what the company has
// settled, who works there without a deal, erasing a person, checks and copies.
//
// Takes: a setting and its value, a person, or a place for a copy.
// Gives: what holds now and what held before, what was erased, what is not as it was written.
// Never: touches a fact, but for the words of one that name a person who is erased.
package caretaking

import (
	"context"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/job"
	"github.com/throughline/throughline/internal/listing"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/showing"
)

// Desk is the caretaker's desk.
type Desk struct {
	desk.Desk
	Lists   *listing.Keeper                                           // says who sells; nil: read from the deals
	Confirm func(question string) bool                                // asks the person; nil: nobody is there to ask
	Restore Restoring                                                 // nil: not here
	Copy    Copying                                                   // nil: not here
	Queue   *job.Queue                                                // does jobs here; nil: nobody does, others may
	Asker   throughline.PersonID                                      // who has signed in; zero: nobody
	May     func(o member.Object, changes bool) bool                  // what whoever asks may see, or change; nil: nothing
	Oneself func(context.Context, throughline.PersonID) (bool, error) // whoever asks is this person; nil: nobody is
}

// Restoring makes the database that is named of a copy of one, as of an instant where
// that is not zero.
type Restoring func(ctx context.Context, in RestoreInput, until time.Time) (Restored, error)

// Copying copies one database into another.
type Copying func(context.Context, CopyInput, func(desk.Progress)) (Copied, error)

// showing gives the desk at which our people are asked for.
func (d *Desk) showing() *showing.Desk { return &showing.Desk{Desk: d.Desk, Lists: d.Lists} }
