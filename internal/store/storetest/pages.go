package storetest

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/throughline/throughline"
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
