package operation

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/workshop"
)

// Board keeps all deals of a workspace in memory as lists need them, for a
// server: a list is then a pass over memory rather than over the file
// (docs/methods/page-speed.md). It asks the ledger what came since: at once when
// this process has written, and soon after another has. Where that is much it
// reads everything anew, while the last answer is still given.
//
// The order by reasons is as of an instant, at most a minute or so ago while
// somebody asks; each row that is shown is read as of now.
type Board struct {
	desk Desk // the ledger, the playbooks and the clock it reads with

	checking sync.Mutex // one check at a time
	kick     chan struct{}
	checked  atomic.Int64 // when it was last asked for a check, in nanoseconds
	asked    atomic.Bool  // since the last ranking

	mu      sync.RWMutex // guards what follows
	wall    *wall        // nil: not built yet
	version int64        // the number of the last transaction it holds
	lost    bool         // it lacks something of what it has heard of
	behind  time.Time    // since when it lacks what others wrote; zero: it lacks nothing
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
	b.desk = Desk{Bench: workshop.Bench{Desk: desk.Desk{Ledger: d.Ledger, Workspace: d.Workspace, Book: d.Book, Versions: d.Versions, Now: d.Now}}}
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
	r, err := w.Ledger.Append(ctx, ws, batch)
	if b := w.board; err == nil && ws == b.desk.Workspace && r.Facts+r.People+r.Accounts+r.Records > 0 {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.catchUp(context.WithoutCancel(ctx), batch.Accounts)
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
	now := b.desk.Present()
	b.mu.Lock()
	b.catchUp(ctx, nil)
	again := b.lost && now.Sub(b.ended) >= 4*b.built // an import goes on and on; a fifth of the time is enough to follow it
	old := w.day != throughline.DayOf(now, now.Location()) || w.moved || now.Sub(w.ranked) > rankedFor && b.asked.Load()
	many := len(w.later) > fewDeals
	b.mu.Unlock()
	switch {
	case again || old && many:
		return b.read(ctx)
	case old:
		return b.rank(ctx, now)
	}
	return nil
}

// read makes the board anew from the ledger.
func (b *Board) read(ctx context.Context) error {
	begin, now := time.Now(), b.desk.Present()
	version, err := b.desk.Read().Number(ctx)
	var w *wall
	if err == nil {
		w, err = newWall(ctx, &b.desk, now)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended, b.built = b.desk.Present(), time.Since(begin)
	b.asked.Store(false)
	if err != nil {
		b.lost = true
		return err
	}
	b.wall, b.version, b.lost, b.behind = w, version, false, time.Time{}
	b.catchUp(ctx, nil) // with what was written while it was being read
	return nil
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

// catchUp takes in what came since, whoever wrote it: deal by deal where they are
// few, else it notes that all has to be read anew. Accounts are those whose new
// names the caller knows. The caller holds mu.
func (b *Board) catchUp(ctx context.Context, accounts []store.Account) {
	if b.wall == nil {
		return
	}
	now := b.desk.Present()
	n, err := newsSince(ctx, b.desk.Ledger, b.desk.Workspace, b.version)
	if b.version = max(b.version, n.number); err != nil || n.many {
		b.lost = true
	} else if !n.empty() {
		known := map[throughline.AccountID]bool{}
		for _, a := range accounts {
			known[a.ID] = true
		}
		for _, a := range n.accounts {
			b.lost = b.lost || !known[a] // which names it had before is for a reading to find
		}
		if err := b.wall.names(ctx, &b.desk, accounts, n.people); err != nil {
			b.lost = true
		} else if err := b.wall.renew(ctx, &b.desk, n.deals, now); err != nil {
			b.lost = true
		}
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

// news is what came since something was kept.
type news struct {
	number   int64
	many     bool // too much to be told one by one
	deals    []throughline.DealID
	people   []throughline.PersonID
	accounts []throughline.AccountID
}

func (n news) empty() bool { return len(n.deals)+len(n.people)+len(n.accounts) == 0 }

func newsSince(ctx context.Context, l store.Ledger, ws throughline.Workspace, after int64) (n news, err error) {
	n.number = after
	for w, err := range l.Since(ctx, ws, after) {
		if err != nil {
			return n, err
		}
		n.number = w.Number
		if n.many = n.many || w.Whole; n.many {
			continue
		}
		n.people, n.accounts = append(n.people, w.People...), append(n.accounts, w.Accounts...)
		n.deals = append(n.deals, w.Deals...)
		for _, id := range w.Records { // of whatever kind: an id that is no deal's is not found
			n.deals = append(n.deals, throughline.DealID(id))
		}
		if n.deals = desk.Distinct(n.deals); len(n.deals) > fewDeals || len(n.people)+len(n.accounts) > fewDeals {
			n.many = true
		}
	}
	return n, nil
}

// wake asks Keep for a look.
func (b *Board) wake() {
	select {
	case b.kick <- struct{}{}:
	default:
	}
}

// Hear has the board looked at where a feed tells of something.
func (b *Board) Hear(context.Context, store.Written) error {
	b.wake()
	return nil
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

// norms gives what is usual as of an instant.
func (d *Desk) norms(ctx context.Context, asOf time.Time) (alignment.Norms, error) {
	if n, ok := d.Board.norms(asOf); ok {
		return n, nil
	}
	return d.Norms(ctx, asOf)
}

// holds reports whether a summary is needed whole to be ordered.
func holds(s *deal.Summary) bool {
	return s.Outcome() == throughline.StillOpen || s.Outcome() == throughline.Postponed
}
