package store

import (
	"context"
	"time"

	"github.com/throughline/throughline"
)

// Version is a playbook as it was published: its files, packed, and the hash
// of what they say.
type Version struct {
	Hash      string    `json:"hash"`
	Name      string    `json:"name"`
	Published time.Time `json:"published"`
	Files     []byte    `json:"-"` // a zip archive of the folder
}

// Versions keeps published playbooks. A Ledger is one.
type Versions interface {
	// PublishPlaybook keeps a version; one whose hash is kept already stays as
	// it is, and added is false.
	PublishPlaybook(ctx context.Context, ws throughline.Workspace, v Version) (added bool, err error)

	// PublishAfter does the same where the version that was published last is the
	// one with a hash, "" for none; where it is another it is a conflict, and
	// nothing is kept.
	PublishAfter(ctx context.Context, ws throughline.Workspace, last string, v Version) (added bool, err error)

	// Playbooks gives the published versions, oldest first.
	Playbooks(ctx context.Context, ws throughline.Workspace) ([]Version, error)
}
