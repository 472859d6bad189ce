package store

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/throughline/throughline"
)

// Admission is one line of what is kept of who of ours may come in, beside the
// facts: that somebody was added, what their role is, that a session began or a
// token was taken back; or of what one of ours keeps to themselves (PrivateRoom).
// Lines are appended; what holds follows from all of them.
type Admission struct {
	Room    string         // what it is about: a user, a session, a token, somebody's private notes
	Subject throughline.ID // which one
	N       int            // from 1, in the order of writing; of Admit: zero, or the one that it has to be, else Conflict
	Kind    string         // as whoever writes it spells that
	At      time.Time
	Body    []byte
	First   bool // of Admit: only where its room has no line yet, else Conflict; not kept
	Lines   int  // of Admit: zero, or how many lines its room has, else Conflict (ErrMeanwhile); not kept
	Tells   bool // of Admit: whoever follows what is written is told (Written.Register); not kept
}

// ErrMeanwhile says that a room of the register has other lines than whoever writes has seen.
var ErrMeanwhile = errors.New("others have written to its room meanwhile")

// privateRooms begins the names of rooms that are one person's alone.
const privateRooms = "private/"

// PrivateRoom is the room of the register in which somebody of ours keeps notes
// that only they read; its subjects are deals. Notes stand there and not among the
// facts, so that nothing which reads facts (exports, forecasts, mining, views for
// SQL, whatever comes later) has to remember to pass them over. Erasing its person
// blanks the room; erasing somebody else takes their name out of what stands in it.
func PrivateRoom(p throughline.PersonID) string { return privateRooms + p.String() }

// Private reports whether a room is one person's alone.
func Private(room string) bool { return strings.HasPrefix(room, privateRooms) }

// UserRoom is the room of the register with those of ours who may come in.
const UserRoom = "user"

// TeamRoom is the room of the register with the teams of a company. A name of
// somebody who is erased goes out of a team's.
const TeamRoom = "team"

// GroupRoom is the room of the register with the groups of a company's directory. A
// name of somebody who is erased goes out of a group's.
const GroupRoom = "group"

// AccountRoom is the room of the register that says who sees customers' deals; its
// subjects are customers, and its lines hold ids and no names.
const AccountRoom = "account"

// RemarkRoom is the room of the register with what people of ours said of the
// playbook: appended, sealed and erased as the rest of it is. When somebody is
// erased, their name goes out of the words of every line of it.
const RemarkRoom = "remark"

// RemarkLine is what a line of that room says.
type RemarkLine struct {
	By    throughline.PersonID `json:"by,omitzero"`
	About throughline.Address  `json:"about,omitempty"`
	Of    int                  `json:"of,omitempty"` // the remark that is answered or taken back
	Text  string               `json:"text,omitempty"`
}

// remarkWords is the field of a remark in which people wrote.
const remarkWords = "text"

// ReadRemark reads a line of that room.
func ReadRemark(body []byte) (out RemarkLine, err error) {
	err = json.Unmarshal(body, &out)
	return out, err
}

// Remark gives a line of that room without the names in what people wrote there.
func (r Redactor) Remark(body []byte) (out []byte, changed bool) { return r.JSON(body, remarkWords) }

// Register keeps who may come in. A Ledger is one.
type Register interface {
	// Admit appends a line; its number is given by the store. Of several that are
	// to be the First of a room, at once and from whichever process, one is; so of
	// several that are to be the Nth of their subject.
	Admit(ctx context.Context, ws throughline.Workspace, e Admission) error

	// AdmitAll appends lines in the order given, in one transaction: all or none.
	AdmitAll(ctx context.Context, ws throughline.Workspace, all []Admission) error

	// Admissions gives the lines of a subject, oldest first; of a zero subject those
	// of all in the room, subject by subject.
	Admissions(ctx context.Context, ws throughline.Workspace, room string, subject throughline.ID) ([]Admission, error)
}
