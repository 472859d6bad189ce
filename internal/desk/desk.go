package desk

import (
	"encoding/binary"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/usage"
)

// Desk is what a room may know of whoever works in it. It is copied for each
// piece of work; what it points at is shared.
type Desk struct {
	Ledger    store.Ledger
	Workspace throughline.Workspace
	Book      *playbook.Playbook
	Versions  []PublishedBook // oldest first; none where a folder was named, which then holds for all deals
	Now       throughline.Clock
	Zone      *time.Location // whose days are counted: the company's; nil: UTC
	Random    *rand.Rand
	Drawing   *sync.Mutex              // guards Random where several desks share it; nil: one does
	Author    throughline.PersonID     // who of us is at the desk; zero: nobody said
	Narrow    *Narrow                  // whoever is at the desk chooses among the processes they are assigned; nil: among all
	Seeing    Seeing                   // whose deals the one at the desk sees; nil: everybody's
	Acting    deal.Actor               // by which way what is written here comes in; and who, where that is somebody of the customer's
	Wrote     func(throughline.DealID) // told of every deal that was written to; may be nil
	Said      []byte                   // what the input of a writing says, without its token
	Noting    Noting                   // takes lines for the audit; nil: none is kept here
	Uses      *usage.Counter           // counts how the pages are used; nil: nobody does
	Language  string                   // for the words in answers
	Progress  func(Progress)
	Usual     *Usual // what is usual, which pages share; nil: worked out each time
}

// Days is the zone whose days are counted.
func (d *Desk) Days() *time.Location {
	if d.Zone == nil {
		return time.UTC
	}
	return d.Zone
}

// Present is the present instant, in the zone whose days are counted.
func (d *Desk) Present() time.Time { return d.Now().In(d.Days()) }

// Today is the day it is for the company.
func (d *Desk) Today() throughline.Day { return throughline.DayOf(d.Now(), d.Days()) }

// Actor is who acts at the desk: somebody of the customer's, the program by
// itself, or one of ours.
func (d *Desk) Actor() deal.Actor {
	if a := d.Acting; a.Side == deal.Customer || a.Via == deal.ViaJob {
		return a
	}
	return deal.Actor{Person: d.Author, Side: deal.Us, Via: d.Acting.Via}
}

// Report tells how far the work has come, where somebody wants to know.
func (d *Desk) Report(p Progress) {
	if d.Progress != nil {
		d.Progress(p)
	}
}

// Bytes is Report of how many bytes of a file have been read.
func (d *Desk) Bytes(done, total int64) {
	d.Report(Progress{Doing: "reading", Done: done, Total: total, Unit: "bytes"})
}

// NewID makes a fresh id from the desk's clock and randomness.
func (d *Desk) NewID() throughline.ID {
	var r [10]byte
	if d.Drawing != nil {
		d.Drawing.Lock()
		defer d.Drawing.Unlock()
	}
	binary.LittleEndian.PutUint64(r[:8], d.Random.Uint64())
	binary.LittleEndian.PutUint16(r[8:], uint16(d.Random.Uint32()))
	return throughline.NewID(d.Now(), r)
}

// Progress is how far a long piece of work has come. Total is 0 where unknown.
type Progress struct {
	Doing string
	Done  int64
	Total int64
	Unit  string // "bytes", "deals"
}

// Nothing is the input of an operation that needs none.
type Nothing struct{}
