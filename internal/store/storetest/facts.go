package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

func empty(t *testing.T, open Factory) {
	l := opened(t, open)
	ctx := context.Background()
	same(t, l, ws, nil)
	d := throughline.DealID(id("deal"))
	if fs := factsOf(t, l, d); len(fs) > 0 {
		t.Errorf("an unknown deal has facts: %v", fs)
	}
	if got := must[[]throughline.DealID](t)(l.FindDeals(ctx, ws, "x", 10)); len(got) > 0 {
		t.Errorf("found %v in nothing", got)
	}
	if got := must[[]store.Import](t)(l.Imports(ctx, ws)); len(got) > 0 {
		t.Errorf("imports of nothing: %v", got)
	}
	if r := appendAll(t, l, store.Batch{}); r != (store.Receipt{}) {
		t.Errorf("an empty batch added %+v", r)
	}
	_, err := l.ErasePerson(ctx, ws, throughline.PersonID(id("nobody")), day0)
	kind(t, err, throughline.NotFound)
}

func factsComeBack(t *testing.T, open Factory) {
	l := open(t, "ledger")
	written := Facts(rand.New(rand.NewPCG(1, 1)), 7, 800, true)
	r := appendAll(t, l, store.Batch{Facts: written})
	if r.Facts != 800 || r.Deals != 7 {
		t.Errorf("receipt %+v for 800 facts of 7 deals", r)
	}
	same(t, l, ws, written)
	// And after it was closed and opened again.
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	l = opened(t, open)
	same(t, l, ws, written)

	t.Run("finer than a microsecond, in another zone, in words that are no UTF-8", func(t *testing.T) {
		zone := time.FixedZone("somewhere", 3*3600+1800)
		f := deal.Fact{
			ID: throughline.FactID(
				id("odd"),
			), Deal: throughline.DealID(id("odd deal")), Learned: day0.Add(987 * time.Nanosecond).In(zone),
			Happened: time.Date(1969, 12, 31, 23, 59, 59, 999999999, time.UTC),
			Source:   deal.Source{System: "csv", Record: "row 7\x00\xff"}, Body: deal.Described{Title: "M\xfcller", Attributes: map[string]string{}},
		}
		appendAll(t, l, store.Batch{Facts: []deal.Fact{f}})
		got := factsOf(t, l, f.Deal)
		f.Learned, f.Happened = day0, time.Date(1969, 12, 31, 23, 59, 59, 999999000, time.UTC)
		f.Body = deal.Described{Title: "M\ufffdller"}
		if !reflect.DeepEqual(got, []deal.Fact{f}) {
			t.Errorf("got %+v\nwant %+v", got, f)
		}
		if faults := faultsOf(t, l); len(faults) > 0 {
			t.Errorf("the summary was made from something else than what was kept: %q", faults)
		}
	})
	t.Run("more than fits one row", func(t *testing.T) {
		var many []deal.Fact
		for i := range 3000 {
			many = append(
				many,
				deal.Fact{
					ID:      throughline.FactID(id("many", i)),
					Deal:    throughline.DealID(id("many")),
					Learned: day0,
					Body:    deal.Activity{What: "call"},
				},
			)
		}
		large := deal.Fact{
			ID:      throughline.FactID(id("large")),
			Deal:    throughline.DealID(id("many")),
			Learned: day0,
			Body:    deal.Evidence{About: "journey/p1", Text: string(slices.Repeat([]byte("long "), 1<<18))},
		}
		appendAll(t, l, store.Batch{Facts: append(many, large)})
		if r := appendAll(t, l, store.Batch{Facts: append(many, large)}); r.Facts != 0 {
			t.Errorf("added %d facts twice", r.Facts)
		}
		if got := factsOf(t, l, large.Deal); len(got) != 3001 {
			t.Errorf("%d facts, want 3001", len(got))
		}
	})
}

func idempotent(t *testing.T, open Factory) {
	l := opened(t, open)
	written := Facts(rand.New(rand.NewPCG(2, 1)), 40, 900, true)
	appendAll(t, l, store.Batch{Facts: append(slices.Clone(written[:600]), written[:10]...)})
	if r := appendAll(t, l, store.Batch{Facts: written[:600]}); r != (store.Receipt{}) {
		t.Errorf("the same again added %+v", r)
	}
	// A newer export holds the old facts and new ones.
	if r := appendAll(t, l, store.Batch{Facts: written}); r.Facts != 300 {
		t.Errorf("a newer export added %d facts, want 300", r.Facts)
	}
	same(t, l, ws, written)
	// A fact that is there is left as it is.
	changed := written[0]
	changed.Body = deal.Resumed{Foreign: "something else"}
	appendAll(t, l, store.Batch{Facts: []deal.Fact{changed}})
	same(t, l, ws, written)
}

func anyOrder(t *testing.T, open Factory) {
	r := rand.New(rand.NewPCG(3, 1))
	written := Facts(r, 5, 400, true)
	for i := range 3 {
		l := open(t, fmt.Sprint("order ", i))
		r.Shuffle(len(written), func(i, j int) { written[i], written[j] = written[j], written[i] })
		for rest := written; len(rest) > 0; {
			n := min(1+r.IntN(60), len(rest))
			appendAll(t, l, store.Batch{Facts: rest[:n]})
			rest = rest[n:]
		}
		same(t, l, ws, slices.Clone(written))
		l.Close()
	}
}

func sequences(t *testing.T, open Factory) {
	for seed := range uint64(8) {
		r := rand.New(rand.NewPCG(seed, 4))
		written := Facts(r, 1+r.IntN(70), 1+r.IntN(1500), seed%2 == 0)
		l := open(t, fmt.Sprint("sequence ", seed))
		done := 0
		for done < len(written) {
			n := min(1+r.IntN(200), len(written)-done)
			batch := slices.Clone(written[done : done+n])
			if done > 0 { // and some that are known
				batch = append(batch, written[r.IntN(done)], written[r.IntN(done)])
			}
			if got := appendAll(t, l, store.Batch{Facts: batch}); got.Facts != n {
				t.Fatalf("seed %d: added %d facts of %d", seed, got.Facts, n)
			}
			done += n
			if r.IntN(4) == 0 {
				l.Close()
				l = open(t, fmt.Sprint("sequence ", seed))
			}
			if r.IntN(4) == 0 {
				same(t, l, ws, slices.Clone(written[:done]))
			}
		}
		same(t, l, ws, written)
		l.Close()
	}
}

func fact(key string, after int, b deal.Body) deal.Fact {
	at := day0.AddDate(0, 0, after)
	return deal.Fact{
		ID:       throughline.FactID(throughline.KeyedID(at, "fact", key)),
		Deal:     throughline.DealID(id("deal")),
		Learned:  at,
		Happened: at,
		Body:     b,
	}
}

func corrections(t *testing.T, open Factory) {
	l := opened(t, open)
	open1, won := fact("opened", 0, deal.Opened{Title: "x"}), fact("won", 5, deal.Ended{Outcome: throughline.Won})
	back := fact("not so", 6, deal.Correction{Of: won.ID, Reason: "another deal"})
	outcome := func() throughline.Outcome {
		s := must[[]deal.Summary](t)(l.SummariesOf(context.Background(), ws, []throughline.DealID{won.Deal}))
		if len(s) != 1 {
			t.Fatalf("%d summaries", len(s))
		}
		return s[0].Outcome()
	}
	appendAll(t, l, store.Batch{Facts: []deal.Fact{open1, won}})
	if outcome() != throughline.Won {
		t.Error("not won")
	}
	appendAll(t, l, store.Batch{Facts: []deal.Fact{back}})
	if outcome() != throughline.StillOpen {
		t.Error("taken back, and still won")
	}
	// What was taken back may arrive after the correction.
	late := fact("lost", 7, deal.Ended{Outcome: throughline.LostUnknown})
	early := fact("not lost either", 8, deal.Correction{Of: late.ID})
	appendAll(t, l, store.Batch{Facts: []deal.Fact{early}})
	appendAll(t, l, store.Batch{Facts: []deal.Fact{late}})
	if outcome() != throughline.StillOpen {
		t.Error("a fact counts that was taken back before it came")
	}
	// A deal of which nothing counts any more is no deal; its facts stay.
	all := []deal.Fact{open1, won, back, late, early}
	for _, f := range []deal.Fact{open1, back, early} {
		c := fact("away with "+f.ID.String(), 9, deal.Correction{Of: f.ID})
		all = append(all, c)
		appendAll(t, l, store.Batch{Facts: []deal.Fact{c}})
		same(t, l, ws, slices.Clone(all))
	}
}

func asOf(t *testing.T, open Factory) {
	l := opened(t, open)
	r := rand.New(rand.NewPCG(5, 1))
	written := Facts(r, 4, 500, true)
	appendAll(t, l, store.Batch{Facts: written})
	for day := range 50 {
		at := throughline.DayOf(day0, time.UTC).Add(day).End(time.UTC)
		for fs, err := range l.AllFacts(context.Background(), ws) {
			if err != nil {
				t.Fatal(err)
			}
			var of []deal.Fact
			for _, f := range written {
				if f.Deal == fs[0].Deal && f.Known(at) {
					of = append(of, f)
				}
			}
			got, _ := deal.Fold(fs, at)
			want, _ := deal.Fold(of, at)
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("day %d: %d facts known, want %d", day, len(got.Known), len(want.Known))
			}
		}
	}
}

func order(t *testing.T, open Factory) {
	l := opened(t, open)
	ctx := context.Background()
	written := Facts(rand.New(rand.NewPCG(6, 1)), 300, 2000, false)
	appendAll(t, l, store.Batch{Facts: written})
	same(t, l, ws, slices.Clone(written))
	// Leaving a stream early leaves nothing open.
	for i := range 40 {
		for s, err := range l.Summaries(ctx, ws) {
			if err != nil || s.Deal.IsZero() {
				t.Fatal(i, err)
			}
			break
		}
		for _, err := range l.AllFacts(ctx, ws) {
			if err != nil {
				t.Fatal(i, err)
			}
			break
		}
	}
	// Heads are the summaries without what lists do not need.
	whole := summaries(t, l, ws)
	n := 0
	for h, err := range l.Heads(ctx, ws) {
		if err != nil || n >= len(whole) {
			t.Fatal(n, err)
		}
		w := whole[n]
		if !h.Partial || h.Deal != w.Deal || h.Title != w.Title || h.End != w.End || h.Opened != w.Opened || !slices.Equal(h.Acts, w.Acts) ||
			h.Horizon != w.Horizon ||
			h.Facts != w.Facts {
			t.Fatalf("head %d is %+v of %+v", n, h, w)
		}
		n++
	}
	if n != len(whole) {
		t.Errorf("%d heads of %d deals", n, len(whole))
	}
	// Some deals are given in the order asked, unknown ones left out, those asked for twice twice.
	all := summaries(t, l, ws)
	ids := []throughline.DealID{all[7].Deal, throughline.DealID(id("unknown")), all[2].Deal, all[7].Deal}
	got := must[[]deal.Summary](t)(l.SummariesOf(ctx, ws, ids))
	if len(got) != 3 || got[0].Deal != ids[0] || got[1].Deal != ids[2] || got[2].Deal != ids[0] {
		t.Errorf("asked for %v, got %d summaries", ids, len(got))
	}
}

func refused(t *testing.T, open Factory) {
	l := opened(t, open)
	good := fact("good", 0, deal.Opened{Title: "x"})
	for name, spoil := range map[string]func(f *deal.Fact){
		"no id":      func(f *deal.Fact) { f.ID = throughline.FactID{} },
		"no deal":    func(f *deal.Fact) { f.Deal = throughline.DealID{} },
		"no body":    func(f *deal.Fact) { f.Body = nil },
		"no date":    func(f *deal.Fact) { f.Learned = time.Time{} },
		"grade":      func(f *deal.Fact) { f.Grade = 9 },
		"far future": func(f *deal.Fact) { f.Happened = time.Date(20250, 1, 1, 0, 0, 0, 0, time.UTC) },
		"unreadable": func(f *deal.Fact) {
			f.Body = deal.CloseDateMoved{To: throughline.DayOf(time.Date(12025, 1, 1, 0, 0, 0, 0, time.UTC), time.UTC)}
		},
		"unknown phase": func(f *deal.Fact) { f.Body = deal.Override{Position: 77} },
	} {
		bad := fact("bad", 0, deal.Opened{Title: "y"})
		spoil(&bad)
		_, err := l.Append(context.Background(), ws, store.Batch{Facts: []deal.Fact{good, bad}})
		kind(t, err, throughline.Invalid)
		if err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	for _, b := range []store.Batch{{People: []store.Person{{Name: "x"}}}, {Accounts: []store.Account{{Name: "x"}}},
		{Records: []store.Record{{System: "s", Kind: store.DealRecord, Foreign: "1"}}}, {Import: &store.Import{}}} {
		b.Facts = []deal.Fact{good}
		_, err := l.Append(context.Background(), ws, b)
		kind(t, err, throughline.Invalid)
	}
	same(t, l, ws, nil)
}
