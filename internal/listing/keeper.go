package listing

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/store"
)

// Keeper keeps the rows of one workspace right. Several, of several processes,
// may keep the same rows: each step is one transaction that only counts if
// nobody else made one in between.
type Keeper struct {
	desk   atomic.Pointer[desk.Desk] // whose rules hold
	kick   chan struct{}
	behind atomic.Int64 // since when rows lack what was written, in microseconds; 0: they lack nothing

	long sync.Mutex // held around what takes many steps
	step sync.Mutex // held around each

	known attributes // of deals, for those who narrow a list by it

	made   string // the form to which this keeper brought the rows last
	madeAt time.Time
}

const (
	// fewDeals is how many deals are made anew in one step, and before whoever
	// wrote them goes on.
	fewDeals = 200

	// manyDeals is how many are made in one step while nothing is answered from
	// the rows yet: each step writes most pages of every index.
	manyDeals = 2400

	// lookAfter is how often a keeper looks whether time has made rows stale.
	lookAfter = 30 * time.Second

	// disputed is how long a keeper leaves rows to another one that works by other
	// rules, once it has made them by its own.
	disputed = 10 * time.Minute
)

// New makes a keeper of a desk's workspace.
func New(d *desk.Desk) *Keeper {
	k := &Keeper{kick: make(chan struct{}, 1)}
	k.desk.Store(
		&desk.Desk{Ledger: d.Ledger, Workspace: d.Workspace, Book: d.Book, Versions: d.Versions, Now: d.Now, Zone: d.Zone, Progress: d.Progress},
	)
	return k
}

// Ledger gives a ledger for the desks of this process: what is written through
// it stands on the lists when writing returns.
func (k *Keeper) Ledger() store.Ledger { return watched{k.desk.Load().Ledger, k} }

type watched struct {
	store.Ledger
	keeper *Keeper
}

func (w watched) Append(ctx context.Context, ws throughline.Workspace, b store.Batch) (store.Receipt, error) {
	r, err := w.Ledger.Append(ctx, ws, b)
	if k := w.keeper; err == nil && ws == k.desk.Load().Workspace && r.Facts+r.People+r.Accounts+r.Records > 0 {
		k.follow(context.WithoutCancel(ctx))
	}
	return r, err
}

// Wake tells of writes where the ledger below does; see store.Telling.
func (w watched) Wake(ctx context.Context, ws throughline.Workspace) <-chan struct{} {
	if l, tells := w.Ledger.(store.Telling); tells {
		return l.Wake(ctx, ws)
	}
	return nil
}

// follow takes in what was written, where it is not much; else, and where that
// fails, it is left to Keep.
func (k *Keeper) follow(ctx context.Context) {
	done, err := k.catchUp(ctx, true)
	if err == nil && done {
		var few bool
		if few, err = k.fewWeighed(ctx); err == nil && few {
			err = k.weigh(ctx)
		}
	}
	if err != nil || !done {
		k.lag()
	}
	k.wake()
}

// Keep keeps the rows right until the context ends.
func (k *Keeper) Keep(ctx context.Context) {
	tick := time.NewTicker(lookAfter)
	defer tick.Stop()
	for {
		if err := k.Check(ctx); err != nil {
			k.lag() // what fails is done at the next look
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-k.kick:
		}
	}
}

// Hear has the rows looked at where a feed tells of something.
func (k *Keeper) Hear(context.Context, store.Written) error {
	k.wake()
	return nil
}

// Rebook has the rows made by other playbooks.
func (k *Keeper) Rebook(versions []desk.PublishedBook) {
	if k == nil {
		return
	}
	own := *k.desk.Load()
	own.Versions, own.Book = versions, versions[len(versions)-1].Book
	k.desk.Store(&own)
	k.wake()
}

// Behind gives since when the rows lack what was written; zero where they lack nothing.
func (k *Keeper) Behind() time.Time {
	if k == nil {
		return time.Time{}
	}
	if at := k.behind.Load(); at != 0 {
		return time.UnixMicro(at).In(k.desk.Load().Days())
	}
	return time.Time{}
}

func (k *Keeper) lag() { k.behind.CompareAndSwap(0, k.desk.Load().Now().UnixMicro()) }

func (k *Keeper) wake() {
	select {
	case k.kick <- struct{}{}:
	default:
	}
}

// Check brings the rows up to date with what was written, with the playbooks
// and with the clock.
func (k *Keeper) Check(ctx context.Context) error {
	k.long.Lock()
	defer k.long.Unlock()
	d := k.desk.Load()
	state, err := d.Read().Listing(ctx)
	if err != nil {
		return err
	}
	if form := Form(d); state.Form != form {
		if state.Form != "" && k.made == form && d.Now().Sub(k.madeAt) < disputed {
			return nil
		}
		if err := k.build(ctx); err != nil {
			return err
		}
	}
	done, err := k.catchUp(ctx, false)
	if err == nil && !done { // an older program wrote, or nobody knows what
		if err = k.build(ctx); err == nil {
			_, err = k.catchUp(ctx, false)
		}
	}
	if err == nil {
		err = k.ripen(ctx)
	}
	if err == nil {
		err = k.weigh(ctx)
	}
	if err == nil {
		k.behind.Store(0)
	}
	return err
}

// change makes one step: a transaction of what make gives for the rows as they
// are; nil where there is nothing to do.
func (k *Keeper) change(
	ctx context.Context,
	make func(d *desk.Desk, state store.Listing, now time.Time) (*store.Relisting, error),
) (store.Listing, error) {
	k.step.Lock()
	defer k.step.Unlock()
	for tries := 0; ; tries++ {
		d := k.desk.Load()
		state, err := d.Read().Listing(ctx)
		if err != nil {
			return state, err
		}
		r, err := make(d, state, d.Present())
		if err != nil || r == nil {
			return state, err
		}
		r.Usual = usual(d)
		to, err := d.Ledger.Relist(ctx, d.Workspace, state, *r)
		if err == nil || throughline.KindOf(err) != throughline.Conflict || tries == 5 {
			return to, err
		}
	}
}

// rows makes the rows of some deals anew.
func (k *Keeper) rows(
	ctx context.Context,
	d *desk.Desk,
	ids []throughline.DealID,
	norms alignment.Norms,
	now time.Time,
) (r store.Relisting, err error) {
	found, err := d.Read().SummariesOf(ctx, ids)
	if err != nil {
		return r, err
	}
	r.Rows, r.Later = make([]store.Listed, 0, len(found)), map[throughline.DealID]time.Time{}
	counts := make(map[throughline.DealID]bool, len(found))
	for i := range found {
		s := &found[i]
		counts[s.Deal] = true
		if !s.Horizon.After(now) {
			r.Rows = append(r.Rows, rowOf(d, s, s, norms, now))
			continue
		}
		facts, err := d.Read().Facts(ctx, s.Deal)
		if err != nil {
			return r, err
		}
		next := nextAfter(facts, now)
		folded, ok := deal.Fold(facts, now)
		if !ok { // nothing of it has happened yet
			r.Gone = append(r.Gone, s.Deal)
			r.Later[s.Deal] = next
			continue
		}
		row := rowOf(d, &folded.Summary, s, norms, now)
		if !next.IsZero() && (row.Until.IsZero() || next.Before(row.Until)) {
			row.Until = next
		}
		r.Rows = append(r.Rows, row)
	}
	for _, id := range ids {
		if !counts[id] {
			r.Gone = append(r.Gone, id)
		}
	}
	return r, nil
}

// nextAfter gives the first instant after another at which a fact begins to count.
func nextAfter(facts []deal.Fact, now time.Time) (next time.Time) {
	for _, f := range facts {
		for _, at := range []time.Time{f.When(), f.Learned} {
			if at.After(now) && (next.IsZero() || at.Before(next)) {
				next = at
			}
		}
	}
	return next
}

// catchUp makes the rows anew of what was written since. Where only few are
// asked for and it is more, it is not done; nor where all has to be read anew.
func (k *Keeper) catchUp(ctx context.Context, few bool) (done bool, err error) {
	for {
		var n news
		state, err := k.change(ctx, func(d *desk.Desk, state store.Listing, now time.Time) (*store.Relisting, error) {
			n = news{number: state.Number}
			if state.Form != Form(d) {
				return nil, nil // whoever makes them takes this in
			}
			var err error
			if n, err = newsSince(ctx, d, state.Number); err != nil || n.whole || n.number == state.Number {
				return nil, err
			}
			if len(n.deals) > fewDeals {
				return nil, nil
			}
			usual, err := norms(state.Usual)
			if err != nil {
				return nil, err
			}
			r, err := k.rows(ctx, d, n.deals, usual, now)
			r.Renamed, r.To = n.renamed, state
			r.To.Number = n.number
			return &r, err
		})
		switch {
		case err != nil:
			return false, err
		case n.whole, few && len(n.deals) > fewDeals:
			return false, nil
		case n.number == state.Number && !n.more:
			return true, nil
		case len(n.deals) > fewDeals:
			k.lag()
			if err := k.takeIn(ctx, n); err != nil {
				return false, err
			}
		}
	}
}

// takeIn makes many rows anew, step by step.
func (k *Keeper) takeIn(ctx context.Context, n news) error {
	for part := range slices.Chunk(n.deals, fewDeals) {
		_, err := k.change(ctx, func(d *desk.Desk, state store.Listing, now time.Time) (*store.Relisting, error) {
			usual, err := norms(state.Usual)
			if err != nil {
				return nil, err
			}
			r, err := k.rows(ctx, d, part, usual, now)
			r.Renamed, r.To = n.renamed, state
			return &r, err
		})
		if err != nil {
			return err
		}
	}
	_, err := k.change(ctx, func(_ *desk.Desk, state store.Listing, _ time.Time) (*store.Relisting, error) {
		to := state
		to.Number = max(to.Number, n.number)
		return &store.Relisting{To: to}, nil
	})
	return err
}

// news is what came since a number.
type news struct {
	number  int64
	whole   bool // all has to be read anew
	more    bool // and more came after it
	renamed bool
	deals   []throughline.DealID
}

func newsSince(ctx context.Context, d *desk.Desk, after int64) (n news, err error) {
	n.number = after
	var accounts []throughline.AccountID
	for w, err := range d.Read().Since(ctx, after) {
		if err != nil {
			return n, err
		}
		if n.number, n.whole = w.Number, w.Whole; n.whole {
			return n, nil
		}
		n.deals, accounts = append(n.deals, w.Deals...), append(accounts, w.Accounts...)
		if len(n.deals) > fewDeals || len(accounts) > fewDeals {
			n.more = true
			break
		}
	}
	if len(accounts) > 0 {
		n.renamed = true
		of, err := d.Read().ListedOf(ctx, desk.Distinct(accounts))
		if err != nil {
			return n, err
		}
		n.deals = append(n.deals, of...)
	}
	n.deals = desk.Distinct(n.deals)
	return n, nil
}

// ripen makes the rows anew that hold no longer.
func (k *Keeper) ripen(ctx context.Context) error {
	d := k.desk.Load()
	ids, err := d.Read().ListedUntil(ctx, d.Present())
	for part := range slices.Chunk(ids, fewDeals) {
		if err == nil {
			err = k.again(ctx, part)
		}
	}
	return err
}

// again makes some rows anew.
func (k *Keeper) again(ctx context.Context, ids []throughline.DealID) error {
	_, err := k.change(ctx, func(d *desk.Desk, state store.Listing, now time.Time) (*store.Relisting, error) {
		if state.Form != Form(d) {
			return nil, nil
		}
		usual, err := norms(state.Usual)
		if err != nil {
			return nil, err
		}
		r, err := k.rows(ctx, d, ids, usual, now)
		r.To = state
		return &r, err
	})
	return err
}

// stale reports whether rows were weighed on another day, or when something else was usual.
func stale(d *desk.Desk, state store.Listing, now time.Time) bool {
	if state.Form != Form(d) {
		return false
	}
	then, err := norms(state.Weighed)
	is, e := norms(state.Usual)
	return err != nil || e != nil || state.Day.Compare(throughline.DayOf(now, now.Location())) != 0 || differ(then, is, enough(d))
}

// enough is from how many observations something counts as usual, the most of all playbooks.
func enough(d *desk.Desk) int {
	n := 1
	for _, b := range d.Books() {
		n = max(n, b.Silence.Enough)
	}
	return n
}

// differ reports whether readings may differ between two norms. How many
// observations there are matters only up to where they are enough.
func differ(a, b alignment.Norms, enough int) bool {
	return a.Gap != b.Gap || a.Cycle != b.Cycle || a.Typical != b.Typical ||
		min(a.Gaps, enough) != min(b.Gaps, enough) || min(a.Closed, enough) != min(b.Closed, enough) || min(a.Won, enough) != min(b.Won, enough)
}

// weighed lists the deals that weigh.
func weighed(ctx context.Context, d *desk.Desk) (ids []throughline.DealID, err error) {
	for _, o := range []throughline.Outcome{throughline.StillOpen, throughline.Postponed} {
		l, err := d.Read().Query(ctx, store.Query{Outcome: &o, Order: store.ByRecent})
		if err != nil {
			return nil, err
		}
		ids = append(ids, l.Deals...)
	}
	return ids, nil
}

// fewWeighed reports whether so few deals weigh that they are weighed anew in a moment.
func (k *Keeper) fewWeighed(ctx context.Context) (bool, error) {
	l, err := k.desk.Load().Read().Query(ctx, store.Query{Limit: 1})
	return l.Outcomes[throughline.StillOpen]+l.Outcomes[throughline.Postponed] <= fewDeals, err
}

// weigh weighs all deals anew where the day or what is usual has moved.
func (k *Keeper) weigh(ctx context.Context) error {
	d := k.desk.Load()
	state, err := d.Read().Listing(ctx)
	if err != nil || !stale(d, state, d.Present()) {
		return err
	}
	ids, err := weighed(ctx, d)
	if err != nil {
		return err
	}
	slices.SortFunc(ids, func(a, b throughline.DealID) int { return bytes.Compare(a[:], b[:]) })
	day, by := d.Today(), state.Usual
	for part := range slices.Chunk(ids, fewDeals) {
		if err := k.again(ctx, part); err != nil {
			return err
		}
	}
	_, err = k.change(ctx, func(d *desk.Desk, state store.Listing, _ time.Time) (*store.Relisting, error) {
		if state.Form != Form(d) {
			return nil, nil
		}
		to := state
		to.Day, to.Weighed = day, by
		return &store.Relisting{To: to}, nil
	})
	return err
}

// build makes all rows, or goes on where it was cut off. What is written
// meanwhile is taken in afterwards.
func (k *Keeper) build(ctx context.Context) error {
	d := k.desk.Load()
	form, today := Form(d), d.Today()
	number, err := d.Read().Number(ctx)
	if err != nil {
		return err
	}
	state, err := k.change(ctx, func(_ *desk.Desk, state store.Listing, _ time.Time) (*store.Relisting, error) {
		if state.Form == "" && state.Making == form && state.Day.Compare(today) == 0 {
			return nil, nil
		}
		return &store.Relisting{To: store.Listing{Number: number, Making: form, Day: today}}, nil
	})
	if err != nil {
		return err
	}
	usual, err := d.Norms(ctx, d.Present())
	if err != nil {
		return err
	}
	var ids []throughline.DealID
	for s, err := range d.Read().Heads(ctx) {
		if err != nil {
			return err
		}
		ids = append(ids, s.Deal)
	}
	at, _ := slices.BinarySearchFunc(ids, state.Reached, func(a, b throughline.DealID) int { return bytes.Compare(a[:], b[:]) })
	for done := at; done < len(ids); {
		part := ids[done:min(len(ids), done+manyDeals)]
		_, err := k.change(ctx, func(_ *desk.Desk, state store.Listing, now time.Time) (*store.Relisting, error) {
			if state.Making != form {
				return nil, throughline.Fail("make lists", throughline.Conflict, "", nil) // somebody makes them by other rules
			}
			r, err := k.rows(ctx, d, part, usual, now)
			r.Renamed, r.To = true, state
			r.To.Reached = part[len(part)-1]
			return &r, err
		})
		if err != nil {
			return err
		}
		done += len(part)
		d.Report(desk.Progress{Doing: "making lists", Done: int64(done), Total: int64(len(ids)), Unit: "deals"})
	}
	state, err = k.change(ctx, func(_ *desk.Desk, state store.Listing, _ time.Time) (*store.Relisting, error) {
		if state.Making != form {
			return nil, throughline.Fail("make lists", throughline.Conflict, "", nil)
		}
		return &store.Relisting{To: store.Listing{Number: state.Number, Form: form, Day: today, Weighed: state.Usual}}, nil
	})
	if err != nil {
		return err
	}
	k.made, k.madeAt = form, d.Now()
	return k.sweep(ctx, d, ids)
}

// sweep takes off the lists what there is no longer.
func (k *Keeper) sweep(ctx context.Context, d *desk.Desk, ids []throughline.DealID) error {
	l, err := d.Read().Query(ctx, store.Query{})
	if err != nil {
		return err
	}
	gone := slices.DeleteFunc(l.Deals, func(id throughline.DealID) bool {
		_, is := slices.BinarySearchFunc(ids, id, func(a, b throughline.DealID) int { return bytes.Compare(a[:], b[:]) })
		return is
	})
	for part := range slices.Chunk(gone, fewDeals) {
		if err := k.again(ctx, part); err != nil {
			return err
		}
	}
	return nil
}
