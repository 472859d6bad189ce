package storetest

import (
	"bytes"
	"context"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// sinceOf is all that was written after a number.
func sinceOf(t *testing.T, l store.Ledger, w throughline.Workspace, after int64) []store.Written {
	t.Helper()
	var out []store.Written
	for v, err := range l.Since(context.Background(), w, after) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

// feed: whatever is written has a number, and says what it was; what adds
// nothing has none.
func feed(t *testing.T, open Factory) {
	l := opened(t, open)
	ctx := context.Background()
	if got := sinceOf(t, l, ws, 0); len(got) > 0 {
		t.Errorf("in nothing was written %+v", got)
	}
	two := []deal.Fact{fact("x", 0, deal.Opened{Title: "x"}), fact("y", 1, deal.Resumed{})}
	two[1].Deal = throughline.DealID(id("another"))
	ids := []throughline.DealID{two[0].Deal, two[1].Deal}
	slices.SortFunc(ids, func(a, b throughline.DealID) int { return bytes.Compare(a[:], b[:]) })
	ann, acme := throughline.PersonID(id("ann")), throughline.AccountID(id("acme"))
	record := store.Record{System: "s", Kind: store.PersonRecord, Foreign: "ann doe", ID: throughline.ID(ann)}
	shown := store.Shown{ID: id("said"), Kind: "run", At: day0, Hash: "h", Body: []byte("{}")}
	book := store.Version{Hash: "b1", Name: "Book", Published: day0, Files: []byte("zip")}
	zone := store.Setting{Name: "timezone", Value: "UTC", Since: day0}
	add := func(b store.Batch) func() error {
		return func() error { _, err := l.Append(ctx, ws, b); return err }
	}
	person := []store.Person{{ID: ann, Recorded: day0, Name: "Ann Doe"}}
	said := fact("z", 2, deal.Evidence{About: "journey/p1", Person: ann, Text: "Ann Doe said so"})
	for i, step := range []struct {
		do   func() error
		want store.Written
	}{
		{add(store.Batch{Facts: two}), store.Written{Facts: 2, Deals: ids}},
		{add(store.Batch{Facts: two}), store.Written{}},
		{add(store.Batch{}), store.Written{}},
		{add(store.Batch{People: person, Accounts: []store.Account{{ID: acme, Recorded: day0, Name: "Acme"}}, Records: []store.Record{record},
			Import: &store.Import{ID: id("import"), System: "s", Started: day0}}),
			store.Written{People: []throughline.PersonID{ann}, Accounts: []throughline.AccountID{acme}, Records: []throughline.ID{throughline.ID(ann)},
				Imports: []throughline.ID{id("import")}}},
		{add(store.Batch{People: person, Records: []store.Record{record}}), store.Written{}},
		{func() error { _, err := l.AppendForecast(ctx, ws, shown); return err }, store.Written{Forecasts: []throughline.ID{shown.ID}}},
		{func() error { _, err := l.AppendForecast(ctx, ws, shown); return err }, store.Written{}},
		{func() error { _, err := l.PublishPlaybook(ctx, ws, book); return err }, store.Written{Playbooks: []string{"b1"}}},
		{func() error { _, err := l.PublishPlaybook(ctx, ws, book); return err }, store.Written{}},
		{func() error { return l.Settle(ctx, ws, zone) }, store.Written{Settings: []string{"timezone"}}},
		{add(store.Batch{Facts: []deal.Fact{said}}), store.Written{Facts: 1, Deals: []throughline.DealID{said.Deal}}},
		{func() error { _, err := l.ErasePerson(ctx, ws, ann, day0); return err },
			store.Written{Deals: []throughline.DealID{said.Deal}, People: []throughline.PersonID{ann}, Records: []throughline.ID{throughline.ID(ann)}}},
	} {
		before := must[int64](t)(l.Number(ctx, ws))
		if err := step.do(); err != nil {
			t.Fatal(i, err)
		}
		after, got := must[int64](t)(l.Number(ctx, ws)), sinceOf(t, l, ws, before)
		want := []store.Written(nil)
		if !step.want.Empty() {
			step.want.Number = before + 1
			want = []store.Written{step.want}
		}
		if after != before+int64(len(want)) || !reflect.DeepEqual(got, want) {
			t.Errorf("step %d: the number went from %d to %d, and since then was written\n got %+v\nwant %+v", i, before, after, got, want)
		}
	}
	if got := must[[]deal.Fact](t)(l.Added(ctx, ws, 1)); len(got) != 2 || got[0].Deal != ids[0] {
		t.Errorf("the first transaction added %+v", got)
	}
	if got := must[[]deal.Fact](t)(l.Added(ctx, ws, 6)); len(got) != 1 || got[0].Body.(deal.Evidence).Text != "{person:"+ann.String()+"} said so" {
		t.Errorf("what was added with a name that was erased since: %+v", got)
	}
	for _, n := range []int64{-1, 0, 2, 99} {
		if got := must[[]deal.Fact](t)(l.Added(ctx, ws, n)); len(got) > 0 {
			t.Errorf("transaction %d added %+v", n, got)
		}
	}
	if got := sinceOf(t, l, other, 0); len(got) > 0 {
		t.Errorf("another workspace sees %+v", got)
	}
	if faults := faultsOf(t, l); len(faults) > 0 {
		t.Errorf("the check finds %q", faults)
	}
}

// feedSequences: from whatever number one asks, the transactions that follow say
// every deal that changed, and what they added is every fact, each once.
func feedSequences(t *testing.T, open Factory) {
	for seed := range uint64(4) {
		r := rand.New(rand.NewPCG(seed, 12))
		l := opened(t, func(t *testing.T, _ string) store.Ledger { return open(t, id(seed).String()) })
		ctx := context.Background()
		written := Facts(r, 1+r.IntN(40), 600, seed%2 == 0)
		var after []throughline.DealID // of each transaction, as it was asked for
		for rest := written; len(rest) > 0; {
			n := min(1+r.IntN(90), len(rest))
			appendAll(t, l, store.Batch{Facts: append(slices.Clone(rest[:n]), written[r.IntN(len(written)-len(rest)+1)])})
			rest = rest[n:]
		}
		all := sinceOf(t, l, ws, 0)
		var added []deal.Fact
		for i, w := range all {
			if w.Number != int64(i)+1 {
				t.Fatalf("transaction %d has the number %d", i, w.Number)
			}
			facts := must[[]deal.Fact](t)(l.Added(ctx, ws, w.Number))
			if len(facts) != w.Facts || !slices.IsSortedFunc(facts, func(a, b deal.Fact) int {
				return bytes.Compare(append(a.Deal[:], a.ID[:]...), append(b.Deal[:], b.ID[:]...))
			}) {
				t.Fatalf("transaction %d added %d facts, of which %d are given", w.Number, w.Facts, len(facts))
			}
			deals := []throughline.DealID{}
			for _, f := range facts {
				deals = append(deals, f.Deal)
			}
			if deals = slices.Compact(deals); !slices.Equal(deals, w.Deals) {
				t.Fatalf("transaction %d says the deals %v and added to %v", w.Number, w.Deals, deals)
			}
			added, after = append(added, facts...), append(after, w.Deals...)
		}
		same(t, l, ws, added)
		seen := map[throughline.FactID]bool{}
		for _, f := range added {
			if seen[f.ID] {
				t.Fatalf("fact %s was added twice", f.ID)
			}
			seen[f.ID] = true
		}
		if len(added) != len(written) || len(after) == 0 {
			t.Errorf("seed %d: %d facts were added of %d", seed, len(added), len(written))
		}
		if n := r.IntN(len(all)); !reflect.DeepEqual(sinceOf(t, l, ws, int64(n)), all[n:]) {
			t.Errorf("seed %d: after %d comes something else than after 0", seed, n)
		}
	}
}

// followed: whoever follows while two write learns of every transaction once,
// in order, and may stop or ask in between.
func followed(t *testing.T, open Factory) {
	a, b := opened(t, open), open(t, "ledger")
	defer b.Close()
	written := Facts(rand.New(rand.NewPCG(13, 1)), 20, 800, false)
	var wg sync.WaitGroup
	for i, l := range []store.Ledger{a, b} {
		wg.Go(func() {
			for rest := written[i*400 : (i+1)*400]; len(rest) > 0; rest = rest[20:] {
				if _, err := l.Append(context.Background(), ws, store.Batch{Facts: rest[:20]}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	var last int64
	facts := 0
	look := func() {
		for w, err := range a.Since(context.Background(), ws, last) {
			if err != nil {
				t.Fatal(err)
			}
			if w.Number != last+1 {
				t.Fatalf("after %d comes %d", last, w.Number)
			}
			added, err := a.Added(context.Background(), ws, w.Number)
			if err != nil || len(added) != w.Facts {
				t.Fatalf("%d facts of %d, %v", len(added), w.Facts, err)
			}
			if last, facts = w.Number, facts+len(added); last%3 == 0 {
				break
			}
		}
	}
	for over := false; !over; {
		select {
		case <-done:
			over = true
		default:
		}
		look()
	}
	for range 100 {
		look()
	}
	if facts != len(written) {
		t.Errorf("%d facts of %d were told of", facts, len(written))
	}
}
