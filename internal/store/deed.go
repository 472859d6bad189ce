package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/throughline/throughline"
)

// Deed is one line of the audit: that somebody changed something, took it along,
// looked at what is kept of a person, signed in, or was refused. It holds ids and
// words of closed lists, and nothing that somebody wrote: so erasing a person
// leaves every line, and the chain, as they are, of a person that is nobody's.
type Deed struct {
	N       int64                // from 1, in the order of writing
	At      time.Time            // to the second
	Person  throughline.PersonID // who; zero where nobody has signed in
	Via     string               // by which way: as deal.Via is spelt
	Did     string               // an operation's name, or sign_in
	About   string               // of what the object is one: deal, person, user, plan; empty where there is none
	Object  throughline.ID
	Detail  string // a word of a closed list: the role that was given
	Outcome string // done, refused
	Hash    [32]byte
}

// The outcomes of a deed.
const (
	DeedDone    = "done"
	DeedRefused = "refused"
)

// mostDeedWord bounds each word of a deed, in bytes.
const mostDeedWord = 64

// Check refuses a deed that says nothing, or whose words are of no closed list:
// they have small letters, digits and a few signs.
func (d Deed) Check() error {
	if d.Did == "" || d.Outcome == "" || d.At.IsZero() {
		return errors.New("a deed says what was done, how it ended and when")
	}
	for _, word := range []string{d.Via, d.Did, d.About, d.Detail, d.Outcome} {
		if len(word) > mostDeedWord || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz0123456789_.:-") != "" {
			return errors.New("a deed has no words that somebody wrote")
		}
	}
	return nil
}

// Chained is the deed as the next one after a hash: its own hash is made of that
// one and of all it says.
func (d Deed) Chained(ws throughline.Workspace, before [32]byte) Deed {
	d.At = d.At.UTC().Truncate(time.Second)
	b := append([]byte("throughline audit 1\x00"), before[:]...)
	for _, n := range []int64{int64(ws), d.N, d.At.Unix()} {
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	b = append(append(b, d.Person[:]...), d.Object[:]...)
	for _, word := range []string{d.Via, d.Did, d.About, d.Detail, d.Outcome} {
		b = append(binary.BigEndian.AppendUint32(b, uint32(len(word))), word...)
	}
	d.Hash = sha256.Sum256(b)
	return d
}

// TrailHead is the last line of an audit: whoever keeps it elsewhere sees later
// whether lines up to it were taken away or written anew.
type TrailHead struct {
	N    int64
	Hash [32]byte
}

// String spells a head: its number and its hash, "12:9f86…".
func (h TrailHead) String() string {
	if h.N == 0 {
		return "0"
	}
	return strconv.FormatInt(h.N, 10) + ":" + hex.EncodeToString(h.Hash[:])
}

// ParseTrailHead reads what String spells.
func ParseTrailHead(word string) (h TrailHead, err error) {
	n, hash, _ := strings.Cut(strings.TrimSpace(word), ":")
	if h.N, err = strconv.ParseInt(n, 10, 64); err == nil && h.N == 0 && hash == "" {
		return h, nil
	}
	b, bad := hex.DecodeString(hash)
	if err != nil || bad != nil || h.N < 1 || len(b) != len(h.Hash) {
		return TrailHead{}, fmt.Errorf("a head is a number and a hash, as admin audit --head prints it")
	}
	copy(h.Hash[:], b)
	return h, nil
}

// DeedAsk says which lines; zero fields ask for all.
type DeedAsk struct {
	Before int64 // those of lower numbers
	After  int64 // those of higher numbers
	Did    string
	Object throughline.ID
	Person throughline.PersonID
	Limit  int
	Oldest bool // the oldest first; else the newest
}

// Trail keeps the audit. A Ledger is one.
type Trail interface {
	// Note appends lines, in the order given, in one transaction; numbers and hashes
	// are given by the store. Writers of a workspace take turns, so that there is one
	// chain whichever process writes.
	Note(ctx context.Context, ws throughline.Workspace, deeds []Deed) error

	// Deeds gives lines.
	Deeds(ctx context.Context, ws throughline.Workspace, ask DeedAsk) ([]Deed, error)
}
