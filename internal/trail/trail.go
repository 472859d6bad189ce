// Package trail gathers what is noted of what people do, and hands it to the
// ledger some at a time.
//
// Takes: deeds, one by one, from whoever asks.
// Gives: lines of the audit in the order in which they came, each once.
// Never: keeps anybody waiting who need not, loses a deed while the ledger can be written, or knows what a deed means.
package trail

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// How much is handed over at once, how much may wait, and for how long what
// nobody waits for is gathered.
const (
	mostAtOnce  = 500
	mostWaiting = 4096
	gather      = 200 * time.Millisecond
	again       = time.Second     // after a failure
	lastWithin  = 5 * time.Second // for all that is left when the server stops
)

// Queue gathers deeds of one workspace.
type Queue struct {
	ledger store.Trail
	ws     throughline.Workspace
	log    *slog.Logger
	in     chan noting
	gone   chan struct{}
}

type noting struct {
	deed store.Deed
	told chan error // nil: nobody waits
}

// NewQueue makes one; Run has to be called for anything to be kept.
func NewQueue(l store.Trail, ws throughline.Workspace, log *slog.Logger) *Queue {
	return &Queue{ledger: l, ws: ws, log: log, in: make(chan noting, mostWaiting), gone: make(chan struct{})}
}

var errStopped = errors.New("the server is stopping")

// Note takes a deed. Where wait is true it returns once it is on disk, or with
// the reason for which it is not; else at once. Where so many wait that the ledger
// cannot have been written for long, one that nobody waits for is lost, and the log
// says so: what people do does not stand still for what is noted of it.
func (q *Queue) Note(ctx context.Context, d store.Deed, wait bool) error {
	if !wait {
		select {
		case q.in <- noting{deed: d}:
			return nil
		case <-q.gone:
			return throughline.Fail("note", throughline.Unavailable, "", errStopped)
		default:
			q.log.ErrorContext(ctx, "what was done is not noted: too much waits to be", "did", d.Did)
			return nil
		}
	}
	n := noting{d, make(chan error, 1)}
	select {
	case q.in <- n:
	case <-q.gone:
		return throughline.Fail("note", throughline.Unavailable, "", errStopped)
	case <-ctx.Done():
		return throughline.Fail("note", throughline.Unavailable, "", ctx.Err())
	}
	select {
	case err := <-n.told:
		return err
	case <-ctx.Done(): // whoever asked has gone; it may still be written
		return throughline.Fail("note", throughline.Unavailable, "", ctx.Err())
	case <-q.gone: // it may have been written by then
		select {
		case err := <-n.told:
			return err
		default:
			return throughline.Fail("note", throughline.Unavailable, "", errStopped)
		}
	}
}

// Run hands over what was gathered until the context ends, and then what is left.
func (q *Queue) Run(ctx context.Context) {
	defer close(q.gone)
	for {
		var some []noting
		select {
		case n := <-q.in:
			some = q.hand(context.WithoutCancel(ctx), q.more(ctx, []noting{n}))
		case <-ctx.Done():
		}
		if len(some) > 0 {
			some = q.untilWritten(ctx, some)
		}
		if ctx.Err() != nil {
			q.rest(ctx, some)
			return
		}
	}
}

// untilWritten tries again and again to write what could not be written, with what
// comes meanwhile: whoever waits is told at once how it went. It gives what is left
// when the context ends.
func (q *Queue) untilWritten(ctx context.Context, some []noting) []noting {
	tick := time.NewTicker(again)
	defer tick.Stop()
	for len(some) > 0 {
		select {
		case n := <-q.in:
			switch {
			case n.told != nil:
				some = q.hand(ctx, append(some, n))
			case len(some) < mostWaiting:
				some = append(some, n)
			default:
				q.log.ErrorContext(ctx, "what was done is not noted: too much waits to be", "did", n.deed.Did)
			}
		case <-tick.C:
			some = q.hand(ctx, some)
		case <-ctx.Done():
			return some
		}
	}
	return nil
}

// more waits a moment for others, unless somebody waits, and takes what is there.
func (q *Queue) more(ctx context.Context, some []noting) []noting {
	moment := time.NewTimer(gather)
	defer moment.Stop()
	for len(some) < mostAtOnce {
		if some[len(some)-1].told != nil { // whoever waits takes along what is there already
			select {
			case n := <-q.in:
				some = append(some, n)
				continue
			default:
				return some
			}
		}
		select {
		case n := <-q.in:
			some = append(some, n)
		case <-moment.C:
			return some
		case <-ctx.Done():
			return some
		}
	}
	return some
}

// hand writes them, tells those who wait, and gives what is to be written later:
// what nobody waits for, where it could not be now. Whoever waited knows that
// theirs was not.
func (q *Queue) hand(ctx context.Context, some []noting) (left []noting) {
	if len(some) == 0 {
		return nil
	}
	deeds := make([]store.Deed, len(some))
	for i, n := range some {
		deeds[i] = n.deed
	}
	err := q.ledger.Note(ctx, q.ws, deeds)
	if err != nil {
		q.log.ErrorContext(ctx, "what was done could not be noted", "lines", len(some), "error", err)
	}
	for _, n := range some {
		if n.told != nil {
			n.told <- err
		} else if err != nil && throughline.KindOf(err) != throughline.Invalid {
			left = append(left, n)
		}
	}
	return left
}

// rest writes what is left and what came before the end, while there is time.
func (q *Queue) rest(ctx context.Context, some []noting) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWithin)
	defer cancel()
	for {
		for len(some) < mostAtOnce {
			select {
			case n := <-q.in:
				some = append(some, n)
				continue
			default:
			}
			break
		}
		if len(some) == 0 {
			return
		}
		if left := q.hand(ctx, some); len(left) > 0 {
			q.log.ErrorContext(ctx, "what was done could not be noted before the end", "lines", len(left))
		}
		some = nil
	}
}
