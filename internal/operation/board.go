package operation

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// Board keeps all deals of a workspace in memory as lists need them, for a
// server: a list is then a pass over memory rather than over the file
// (docs/methods/page-speed.md). What this process writes it knows at once;
// what another writes it notices by the ledger's count of writes, and reads
// everything anew while the last answer is still given.
//
// The order by reasons is as of an instant, at most a minute or so ago while
// somebody asks; each row that is shown is read as of now.
type Board struct {
	desk Desk // the ledger, the playbooks and the clock it reads with

	appending sync.RWMutex // held for reading while this process writes
	checking  sync.Mutex   // one check at a time
	kick      chan struct{}
	checked   atomic.Int64 // when it was last asked for a check, in nanoseconds
	asked     atomic.Bool  // since the last ranking

	mu      sync.RWMutex // guards what follows
	wall    *wall        // nil: not built yet
	version int64        // the count of writes it holds
	lost    bool         // it lacks something, whatever the count says
	pending []throughline.DealID
	reading bool      // everything is being read anew
	behind  time.Time // since when it lacks what others wrote; zero: it lacks nothing
	built   time.Duration
	ended   time.Time // when it was last read anew, and how long that took
}

// How long an order holds while somebody asks, how often an idle board looks
// whether a day has passed, and how many deals are better read one by one.
const (
	rankedFor  = time.Minute
	lookAfter  = 30 * time.Second
	fewDeals   = 200
	rankAtOnce = 3000
)

// NewBoard makes a board for a desk's workspace. It is empty until Keep or
// Check has read the ledger.
func NewBoard(d *Desk) *Board {
	b := &Board{kick: make(chan struct{}, 1)}
	b.desk = Desk{Ledger: d.Ledger, Workspace: d.Workspace, Book: d.Book, Versions: d.Versions, Now: d.Now}
	return b
}

// Ledger gives a ledger for the desks of this process: what is written through
// it stands on the board when writing returns.
func (b *Board) Ledger() store.Ledger { return watched{b.desk.Ledger, b} }

type watched struct {
	store.Ledger
	board *Board
}

func (w watched) Append(ctx context.Context, ws throughline.Workspace, batch store.Batch) (store.Receipt, error) {
	b := w.board
	if ws != b.desk.Workspace {
		return w.Ledger.Append(ctx, ws, batch)
	}
	b.appending.RLock()
	defer b.appending.RUnlock()
	r, err := w.Ledger.Append(ctx, ws, batch)
	if err == nil && r.Facts+r.People+r.Accounts+r.Records > 0 {
		b.wrote(context.WithoutCancel(ctx), batch)
	}
	return r, err
}

// Keep reads the ledger and keeps the board right until the context ends.
func (b *Board) Keep(ctx context.Context) {
	tick := time.NewTicker(lookAfter)
	defer tick.Stop()
	for {
		_ = b.Check(ctx) // an error stands until the next look; meanwhile the exact way answers
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-b.kick:
		}
	}
}

// Check brings the board up to date with what others wrote and with the clock.
func (b *Board) Check(ctx context.Context) error {
	b.checking.Lock()
	defer b.checking.Unlock()
	b.mu.RLock()
	w := b.wall
	b.mu.RUnlock()
	if w == nil {
		return b.read(ctx)
	}
	now := b.desk.now()
	if b.appending.TryLock() { // else somebody here is writing: it counts itself when it is done
		b.mu.RLock()
		version, lost := b.version, b.lost
		b.mu.RUnlock()
		n, err := b.desk.Ledger.Writes(ctx, b.desk.Workspace)
		b.appending.Unlock()
		if err != nil {
			return err
		}
		if n != version || lost {
			b.mu.Lock()
			if b.behind.IsZero() {
				b.behind = now
			}
			wait := now.Sub(b.ended) < 4*b.built // an import goes on and on; a fifth of the time is enough to follow it
			b.mu.Unlock()
			if !wait {
				return b.read(ctx)
			}
		}
	}
	b.mu.RLock()
	old := w.day != throughline.DayOf(now, now.Location()) || w.moved || now.Sub(w.ranked) > rankedFor && b.asked.Load()
	many := len(w.later) > fewDeals
	b.mu.RUnlock()
	if !old {
		return nil
	}
	if many {
		return b.read(ctx)
	}
	return b.rank(ctx, now)
}

// read makes the board anew from the ledger.
func (b *Board) read(ctx context.Context) error {
	b.appending.Lock()
	begin := time.Now()
	version, err := b.desk.Ledger.Writes(ctx, b.desk.Workspace)
	if err == nil {
		b.mu.Lock()
		b.version, b.lost, b.pending, b.reading = version, false, nil, true
		b.mu.Unlock()
	}
	b.appending.Unlock()
	if err != nil {
		return err
	}
	now := b.desk.now()
	w, err := newWall(ctx, &b.desk, now)
	for {
		b.mu.Lock()
		ids := b.pending
		b.pending = nil
		if err == nil && len(ids) == 0 {
			b.wall = w
			if !b.lost {
				b.behind = time.Time{}
			}
		}
		if err != nil || len(ids) == 0 {
			b.reading, b.ended, b.built = false, b.desk.now(), time.Since(begin)
			b.lost = b.lost || err != nil
			b.mu.Unlock()
			b.asked.Store(false)
			return err
		}
		b.mu.Unlock()
		err = w.renew(ctx, &b.desk, distinct(ids), now) // written here while it was being read
	}
}

// rank orders all deals anew, as of now.
func (b *Board) rank(ctx context.Context, now time.Time) error {
	b.mu.RLock()
	w := b.wall
	job := w.ranking(&b.desk, now)
	b.mu.RUnlock()
	ranks := job.run()
	b.asked.Store(false)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.wall != w {
		return nil
	}
	w.take(job, ranks)
	if len(w.later) == 0 {
		return nil
	}
	var ids []throughline.DealID // what was still to come may have come
	for id := range w.later {
		ids = append(ids, id)
	}
	return w.renew(ctx, &b.desk, ids, now)
}

// wrote takes in what this process has just written. The caller holds appending.
func (b *Board) wrote(ctx context.Context, batch store.Batch) {
	var ids []throughline.DealID
	for _, f := range batch.Facts {
		if n := len(ids); n == 0 || ids[n-1] != f.Deal {
			ids = append(ids, f.Deal)
		}
	}
	for _, r := range batch.Records {
		if r.Kind == store.DealRecord {
			ids = append(ids, throughline.DealID(r.ID))
		}
	}
	ids = distinct(ids)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.version++
	if b.reading {
		b.pending = append(b.pending, ids...)
	}
	if b.wall == nil {
		return
	}
	now := b.desk.now()
	if len(ids) > fewDeals || len(batch.People)+len(batch.Accounts) > fewDeals {
		b.lost = true // much at once: everything is read anew
	} else if err := b.wall.names(ctx, &b.desk, batch); err != nil {
		b.lost = true
	} else if err := b.wall.renew(ctx, &b.desk, ids, now); err != nil {
		b.lost = true
	}
	if b.lost && b.behind.IsZero() {
		b.behind = now
	}
	if w := b.wall; w.moved && w.open <= rankAtOnce { // few are ordered anew in a moment
		job := w.ranking(&b.desk, now)
		w.take(job, job.run())
	}
	if b.lost || b.wall.moved {
		b.wake()
	}
}

// wake asks Keep for a look.
func (b *Board) wake() {
	select {
	case b.kick <- struct{}{}:
	default:
	}
}

// look gives the wall, held for reading until done is called, where it answers
// for an instant; else nil.
func (b *Board) look(asOf time.Time) (w *wall, behind time.Time, done func()) {
	if b == nil {
		return nil, time.Time{}, nil
	}
	b.asked.Store(true)
	if now := asOf.UnixNano(); now-b.checked.Load() > int64(time.Second) {
		b.checked.Store(now)
		b.wake()
	}
	b.mu.RLock()
	if b.wall == nil || b.wall.day != throughline.DayOf(asOf, asOf.Location()) {
		b.mu.RUnlock()
		return nil, time.Time{}, nil
	}
	return b.wall, b.behind, b.mu.RUnlock
}

// norms gives what is usual, where the board knows it.
func (b *Board) norms(asOf time.Time) (alignment.Norms, bool) {
	w, _, done := b.look(asOf)
	if w == nil {
		return alignment.Norms{}, false
	}
	defer done()
	return w.norms, true
}

// holds reports whether a summary is needed whole to be ordered.
func holds(s *deal.Summary) bool {
	return s.Outcome() == throughline.StillOpen || s.Outcome() == throughline.Postponed
}
