package storetest

import (
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// paged goes through a list page by page, by the cursor that each page gives, as
// it is spelt in an address: together the pages are the list. A cursor that only
// names the deal leads to the same page.
func (s shelfOf) paged(t *testing.T, l store.Ledger, q store.Query) {
	t.Helper()
	if q.Offset = 0; q.Limit == 0 || q.Order == store.ByMatch {
		return
	}
	q.Limit = max(q.Limit, len(s.rows)/12)
	all := q
	all.Limit = 0
	want := s.answer(all)
	var got []throughline.DealID
	for {
		page := must[store.List](t)(l.Query(context.Background(), ws, q))
		got = append(got, page.Deals...)
		if page.Matched != want.Matched || len(page.Sums) != len(want.Sums) {
			t.Fatalf("a page says that %d match, want %d", page.Matched, want.Matched)
		}
		if page.Next == nil {
			break
		}
		c, err := store.DecodeCursor(page.Next.String())
		if err != nil {
			t.Fatal(err)
		}
		q.After = &store.Cursor{Order: c.Order, Turned: c.Turned, Deal: c.Deal}
		named := must[store.List](t)(l.Query(context.Background(), ws, q))
		if q.After = &c; !slices.Equal(named.Deals, must[store.List](t)(l.Query(context.Background(), ws, q)).Deals) {
			t.Fatal("a cursor that names the deal alone leads elsewhere")
		}
	}
	if !slices.Equal(got, want.Deals) {
		asked, _ := json.Marshal(all)
		t.Fatalf("asked %s\npages give %v\nwant       %v", asked, got, want.Deals)
	}
	if q.After != nil {
		q.Turned = !q.Turned
		_, err := l.Query(context.Background(), ws, q)
		kind(t, err, throughline.Invalid)
	}
}

// walking reads one page now and then while rows change.
type walking struct {
	q     store.Query
	still []throughline.DealID // what was on the list when it began and was not written since, in order
	seen  []throughline.DealID
	over  bool
}

func (s shelfOf) walk(r *rand.Rand) *walking {
	q := questionAbout(r)
	q.Words, q.Offset, q.Limit, q.Order = "", 0, 0, listOrders[r.IntN(len(listOrders)-1)]
	if q.Order == store.ByMatch {
		q.Order = store.ByRecent
	}
	if r.IntN(2) == 0 { // more than a few
		q.Owners, q.Outcome, q.Asking, q.Silent, q.Stage, q.Process, q.Class, q.Frontier = nil, nil, false, false, "", "", "", 0
	}
	w := &walking{q: q, still: s.answer(q).Deals}
	w.q.Limit = 1 + len(s.rows)/9
	return w
}

// wrote tells which rows were written, or taken away.
func (w *walking) wrote(b store.Relisting) {
	w.still = slices.DeleteFunc(w.still, func(d throughline.DealID) bool {
		return slices.Contains(b.Gone, d) || slices.ContainsFunc(b.Rows, func(x store.Listed) bool { return x.Deal == d })
	})
}

// page reads the next page; after the last one, what was not written has come
// exactly once, in its order.
func (w *walking) page(t *testing.T, l store.Ledger) {
	t.Helper()
	got := must[store.List](t)(l.Query(context.Background(), ws, w.q))
	w.seen = append(w.seen, got.Deals...)
	if w.q.After = got.Next; got.Next != nil {
		return
	}
	w.over = true
	came := slices.DeleteFunc(slices.Clone(w.seen), func(d throughline.DealID) bool { return !slices.Contains(w.still, d) })
	if !slices.Equal(came, w.still) {
		asked, _ := json.Marshal(w.q)
		t.Fatalf("asked %s while rows changed\ncame %v\nwant %v", asked, came, w.still)
	}
}

// forged asks with cursors that nobody gave: each is answered or refused, and
// none is a fault of the store.
func forged(t *testing.T, open Factory) {
	l := opened(t, open)
	ctx := context.Background()
	appendAll(t, l, store.Batch{Facts: []deal.Fact{{ID: throughline.FactID(id("opened", 1)), Deal: throughline.DealID(id("deal", 1)), Happened: day0, Learned: day0,
		Recorded: day0, Source: deal.Source{System: "csv"}, Body: deal.Opened{Title: "x"}}}})
	from := must[store.Listing](t)(l.Listing(ctx, ws))
	to := from
	to.Number, to.Form = 1, "v"
	must[store.Listing](t)(l.Relist(ctx, ws, from, store.Relisting{To: to, Rows: []store.Listed{{Deal: throughline.DealID(id("deal", 1)), Title: "x"}}}))
	keys := map[store.ListOrder]int{store.ByRecent: 2, store.ByAttention: 2, store.ByQuiet: 2, store.ByTitle: 1, store.ByAmount: 2, store.ByOpened: 1, store.ByClosed: 1,
		store.ByCloseDate: 2, store.ByQuestion: 3, store.ByMatch: 2, "\x00": 1}
	values := []any{"a\x00b", "\x00", "\xff\xfe", strings.Repeat("x", 100_000), int64(0), int64(1) << 15, int64(1) << 31, int64(math.MaxInt64), int64(math.MinInt64)}
	for order, n := range keys {
		for _, v := range values {
			for _, turned := range []bool{false, true} {
				c := store.Cursor{Order: order, Turned: turned, Key: slices.Repeat([]any{v}, n)}
				_, err := l.Query(ctx, ws, store.Query{Order: order, Turned: turned, After: &c, Limit: 5})
				if k := throughline.KindOf(err); err != nil && k != throughline.Invalid {
					t.Errorf("ordered by %q, turned %t, after %.12q: %v", order, turned, v, err)
				}
			}
		}
	}
}
