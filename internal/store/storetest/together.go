package storetest

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// concurrent: readers see each batch whole or not at all while one writes.
func concurrent(t *testing.T, open Factory) {
	l := opened(t, open)
	ctx := context.Background()
	written := Facts(rand.New(rand.NewPCG(7, 1)), 30, 1500, true)
	const batch = 50
	var done atomic.Bool
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			last := 0
			for {
				finished := done.Load()
				c, err := l.Counts(ctx, ws)
				if err != nil || c.Facts%batch != 0 || c.Facts < last {
					t.Errorf("counted %+v after %d: %v", c, last, err)
					return
				}
				last = c.Facts
				n, known := 0, 0
				for fs, err := range l.AllFacts(ctx, ws) {
					if err != nil {
						t.Error(err)
						return
					}
					n += len(fs)
				}
				if n%batch != 0 || n < last {
					t.Errorf("read %d facts after %d were counted", n, last)
					return
				}
				for s, err := range l.Summaries(ctx, ws) {
					if err != nil {
						t.Error(err)
						return
					}
					// Asking within a stream does not wait for it.
					if known++; known == 3 {
						if _, err := l.SummariesOf(ctx, ws, []throughline.DealID{s.Deal}); err != nil {
							t.Error(err)
						}
					}
				}
				if finished {
					return
				}
			}
		})
	}
	for rest := written; len(rest) > 0; rest = rest[batch:] {
		appendAll(t, l, store.Batch{Facts: rest[:batch]})
	}
	// Writing within a stream does not wait for it either.
	extra := Facts(rand.New(rand.NewPCG(7, 2)), 3, batch, false)
	for _, err := range l.Summaries(ctx, ws) {
		if err != nil {
			t.Fatal(err)
		}
		appendAll(t, l, store.Batch{Facts: extra})
	}
	done.Store(true)
	wg.Wait()
	same(t, l, ws, append(written, extra...))
}

// writers: two connections to one store, and two goroutines on each, write the same facts in pieces.
func writers(t *testing.T, open Factory) {
	written := Facts(rand.New(rand.NewPCG(8, 1)), 20, 600, true)
	a, b := open(t, "ledger"), open(t, "ledger")
	var wg sync.WaitGroup
	var added atomic.Int64
	for i, l := range []store.Ledger{a, a, b, b} {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(8, uint64(i)))
			mine := slices.Clone(written)
			r.Shuffle(len(mine), func(i, j int) { mine[i], mine[j] = mine[j], mine[i] })
			for rest := mine; len(rest) > 0; {
				n := min(40, len(rest))
				got, err := l.Append(context.Background(), ws, store.Batch{Facts: rest[:n]})
				if err != nil {
					t.Error(err)
				}
				added.Add(int64(got.Facts))
				rest = rest[n:]
			}
		})
	}
	wg.Wait()
	if added.Load() != int64(len(written)) {
		t.Errorf("receipts count %d facts, want %d", added.Load(), len(written))
	}
	same(t, a, ws, slices.Clone(written))
	same(t, b, ws, written)
	a.Close()
	b.Close()
}

// expiring is a context that ends the moment it is looked at for the nth time,
// so that a test can cut an attempt off at each place where it may end.
type expiring struct {
	context.Context
	end  context.CancelFunc
	left *atomic.Int64
}

func (e expiring) Done() <-chan struct{} {
	if e.left.Add(-1) <= 0 {
		e.end()
	}
	return e.Context.Done()
}

func (e expiring) Err() error {
	e.Done()
	return e.Context.Err()
}

// cutOff stops a batch at every place in turn, until one goes through.
func cutOff(t *testing.T, open Factory) {
	l := opened(t, open)
	before := Facts(rand.New(rand.NewPCG(9, 1)), 6, 300, true)
	appendAll(t, l, store.Batch{Facts: before})
	more := Facts(rand.New(rand.NewPCG(9, 2)), 9, 300, true)
	b := store.Batch{
		Facts:   more,
		People:  []store.Person{{ID: throughline.PersonID(id("ann")), Name: "Ann"}},
		Records: []store.Record{{System: "s", Kind: store.DealRecord, Foreign: "1", ID: id("deal")}},
	}
	stopped := 0
	for n := int64(1); ; n++ {
		ctx, cancel := context.WithCancel(context.Background())
		left := new(atomic.Int64)
		left.Store(n)
		r, err := l.Append(expiring{ctx, cancel, left}, ws, b)
		cancel()
		if err == nil {
			if r.Facts != len(more) || r.People != 1 {
				t.Errorf("added %+v", r)
			}
			break
		}
		if stopped++; stopped > 5000 {
			t.Fatal("it never goes through")
		}
		kind(t, err, throughline.Unavailable)
		if !errors.Is(err, context.Canceled) || r != (store.Receipt{}) {
			t.Fatalf("cut off at %d: %+v, %v", n, r, err)
		}
		if c := must[store.Counts](t)(l.Counts(context.Background(), ws)); c.Facts != len(before) {
			t.Fatalf("cut off at %d: %d facts, want %d", n, c.Facts, len(before))
		}
		if n%20 == 1 {
			same(t, l, ws, slices.Clone(before))
		}
	}
	if stopped < 5 {
		t.Errorf("there were only %d places to stop at", stopped)
	}
	same(t, l, ws, append(slices.Clone(before), more...))

	// A reader whose context has ended is told so.
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := l.Facts(ctx, ws, before[0].Deal)
	kind(t, err, throughline.Unavailable)
	for _, err = range l.Summaries(ctx, ws) {
	}
	kind(t, err, throughline.Unavailable)
}

func backup(t *testing.T, open Factory) {
	l := opened(t, open)
	written := Facts(rand.New(rand.NewPCG(10, 1)), 20, 500, true)
	appendAll(t, l, store.Batch{Facts: written})
	path := filepath.Join(t.TempDir(), "a copy, with 'quotes'.db")
	switch err := l.Backup(context.Background(), path); {
	case throughline.KindOf(err) == throughline.Unsupported: // whose server has a program for it, which is named
		if _, there := os.Lstat(path); there == nil || !strings.Contains(err.Error(), "pg_dump --") {
			t.Errorf("%v; at the path: %v", err, there)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	case err != nil:
		t.Fatal(err)
	}
	appendAll(t, l, store.Batch{Facts: []deal.Fact{fact("later", 0, deal.Resumed{})}})
	kind(t, l.Backup(context.Background(), path), throughline.Conflict)
	kind(t, l.Backup(context.Background(), filepath.Join(path, "in a file")), throughline.Invalid)
}
