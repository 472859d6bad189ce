package store

import (
	"context"
	"time"

	"github.com/throughline/throughline"
)

// Admission is one line of what is kept of who of ours may come in, beside the
// facts: that somebody was added, what their role is, that a session began or a
// token was taken back. Lines are appended; what holds follows from all of them.
type Admission struct {
	Room    string         // what it is about: a user, a session, a token
	Subject throughline.ID // which one
	N       int            // from 1, in the order of writing; of Admit: zero, or the one that it has to be, else Conflict
	Kind    string         // as whoever writes it spells that
	At      time.Time
	Body    []byte
	First   bool // of Admit: only where its room has no line yet, else Conflict; not kept
}

// RemarkRoom is the room of the register with what people of ours said of the
// playbook: appended, sealed and erased as the rest of it is. When somebody is
// erased, their name goes out of the words of every line of it.
const RemarkRoom = "remark"

// Register keeps who may come in. A Ledger is one.
type Register interface {
	// Admit appends a line; its number is given by the store. Of several that are
	// to be the First of a room, at once and from whichever process, one is; so of
	// several that are to be the Nth of their subject.
	Admit(ctx context.Context, ws throughline.Workspace, e Admission) error

	// Admissions gives the lines of a subject, oldest first; of a zero subject those
	// of all in the room, subject by subject.
	Admissions(ctx context.Context, ws throughline.Workspace, room string, subject throughline.ID) ([]Admission, error)
}
