package store

import (
	"context"
	"encoding/binary"
	"errors"

	"github.com/throughline/throughline"
)

// Written says what one transaction wrote, or touched: enough for whoever keeps
// something to know what of it has grown old. The facts themselves are asked
// for with Ledger.Added.
type Written struct {
	Number    int64                   // of the transaction, in its workspace
	Whole     bool                    // anything may be another than it was: read all anew
	Facts     int                     // that were added
	Deals     []throughline.DealID    // that have new facts, or whose facts had names taken out, in the order of ids
	People    []throughline.PersonID  // that have a new version, or were erased
	Accounts  []throughline.AccountID // that have a new version
	Records   []throughline.ID        // of ours, that other systems' ids were tied to or taken from
	Imports   []throughline.ID        // that began, went on or ended
	Forecasts []throughline.ID        // that were kept
	Playbooks []string                // hashes of what was published
	Settings  []string                // names of what was settled
	Register  bool                    // somebody may come in as who they were not, or no longer (Admission.Tells)
}

// Empty reports whether nothing was written that anybody can ask for.
func (w *Written) Empty() bool {
	return !w.Whole && !w.Register && w.Facts == 0 &&
		len(w.Deals)+len(w.People)+len(w.Accounts)+len(w.Records)+len(w.Imports)+len(w.Forecasts)+len(w.Playbooks)+len(w.Settings) == 0
}

// The form is a version, a byte of flags, the count of facts, and the lists one
// after the other, each led by its length.
const (
	writtenVersion  = 1
	writtenWhole    = 1
	writtenRegister = 2
)

var errWritten = errors.New("what a transaction wrote is cut short or damaged")

// EncodeWritten gives the bytes in which a store keeps what was written, beside its number.
func EncodeWritten(w Written) []byte {
	b := make([]byte, 0, 32+16*(len(w.Deals)+len(w.People)+len(w.Accounts)+len(w.Records)))
	b = append(b, writtenVersion, 0)
	if w.Whole {
		b[1] |= writtenWhole
	}
	if w.Register {
		b[1] |= writtenRegister
	}
	b = binary.AppendUvarint(b, uint64(w.Facts))
	b = appendIDs(b, w.Deals)
	b = appendIDs(b, w.People)
	b = appendIDs(b, w.Accounts)
	b = appendIDs(b, w.Records)
	b = appendIDs(b, w.Imports)
	b = appendIDs(b, w.Forecasts)
	for _, list := range [][]string{w.Playbooks, w.Settings} {
		b = binary.AppendUvarint(b, uint64(len(list)))
		for _, s := range list {
			b = appendText(b, s)
		}
	}
	return b
}

func appendIDs[T ~[16]byte](b []byte, ids []T) []byte {
	b = binary.AppendUvarint(b, uint64(len(ids)))
	for _, id := range ids {
		b = append(b, id[:]...)
	}
	return b
}

// DecodeWritten reads what EncodeWritten gave.
func DecodeWritten(b []byte) (w Written, err error) {
	if len(b) < 2 || b[0] != writtenVersion || b[1] > writtenWhole|writtenRegister {
		return w, errWritten
	}
	w.Whole, w.Register = b[1]&writtenWhole != 0, b[1]&writtenRegister != 0
	r := bundleReader{rest: string(b[2:])}
	facts := r.uvarint()
	w.Facts = int(facts)
	w.Deals = takeIDs[throughline.DealID](&r)
	w.People = takeIDs[throughline.PersonID](&r)
	w.Accounts = takeIDs[throughline.AccountID](&r)
	w.Records = takeIDs[throughline.ID](&r)
	w.Imports = takeIDs[throughline.ID](&r)
	w.Forecasts = takeIDs[throughline.ID](&r)
	for _, list := range []*[]string{&w.Playbooks, &w.Settings} {
		for n := r.uvarint(); n > 0 && !r.bad; n-- {
			*list = append(*list, r.text())
		}
	}
	if r.bad || len(r.rest) > 0 || facts > 1<<40 {
		return Written{}, errWritten
	}
	return w, nil
}

func takeIDs[T ~[16]byte](r *bundleReader) (ids []T) {
	n := r.uvarint()
	if n > uint64(len(r.rest)/16) {
		r.bad = true
		return nil
	}
	for range n {
		ids = append(ids, T([]byte(r.take(16))))
	}
	return ids
}

// Telling is a ledger that tells as soon as any process writes to it. Whoever
// waits looks from time to time as well, since a lost connection tells nothing.
type Telling interface {
	// Wake gives a channel that holds a value after something was written to the
	// workspace, until the context ends.
	Wake(ctx context.Context, ws throughline.Workspace) <-chan struct{}
}
