package store

import (
	"context"
	"time"

	"github.com/throughline/throughline"
)

// Draft is one state of a playbook that is being worked on. Each change appends
// a revision; nothing of an earlier one is lost.
type Draft struct {
	ID       throughline.ID       `json:"id"`
	Revision int                  `json:"revision"` // from 1
	Name     string               `json:"name"`
	Base     string               `json:"base,omitempty"` // the hash of the published version it began from; empty: none
	Author   throughline.PersonID `json:"author,omitzero"`
	Written  time.Time            `json:"written"`
	Did      string               `json:"did"`            // what the revision did, as whoever wrote it spells that
	Gone     bool                 `json:"gone,omitempty"` // put away; a later revision may bring it back
	Files    []byte               `json:"-"`              // a zip archive of the folder
	Beside   []byte               `json:"-"`              // what belongs to the work and not into the files
}

// Drafts keeps what is being worked on. A Ledger is one.
type Drafts interface {
	// ReviseDraft appends a revision, whose number is one more than that of the
	// last; where another was appended meanwhile it is a conflict, and nothing is kept.
	ReviseDraft(ctx context.Context, ws throughline.Workspace, d Draft) error

	// Drafts gives the last revision of each, the newest first, without what it holds.
	Drafts(ctx context.Context, ws throughline.Workspace) ([]Draft, error)

	// Draft gives a revision in full; 0 asks for the last. One that is not there is not found.
	Draft(ctx context.Context, ws throughline.Workspace, id throughline.ID, revision int) (Draft, error)

	// DraftHistory gives the revisions of a draft, oldest first, without what they hold.
	DraftHistory(ctx context.Context, ws throughline.Workspace, id throughline.ID) ([]Draft, error)
}
