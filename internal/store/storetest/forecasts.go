package storetest

import (
	"context"
	"reflect"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// forecasts: what was said comes back as it was, newest first; the same again
// is kept once.
func forecasts(t *testing.T, open Factory) {
	l := opened(t, open)
	ctx := context.Background()
	said := func(n int, kind, hash, body string) store.Shown {
		at := day0.AddDate(0, 0, n)
		return store.Shown{ID: id("said", n, kind), Kind: kind, At: at, AsOf: throughline.DayOf(at, time.UTC), Hash: hash, Body: []byte(body)}
	}
	keep := func(f store.Shown, want bool) {
		t.Helper()
		if got := must[bool](t)(l.AppendForecast(ctx, ws, f)); got != want {
			t.Errorf("forecast of %s: added is %t, want %t", f.AsOf, got, want)
		}
	}
	ask := func(q store.ShownQuery, want ...store.Shown) {
		t.Helper()
		got := must[[]store.Shown](t)(l.Forecasts(ctx, ws, q))
		if want == nil {
			want = []store.Shown{}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%+v\n got %+v\nwant %+v", q, got, want)
		}
	}
	ask(store.ShownQuery{})
	first, second, third := said(1, "run", "a", `{"n":1}`), said(8, "run", "b", `{"n":2}`), said(9, "backtest", "a", `[]`)
	keep(first, true)
	keep(second, true)
	keep(third, true)
	again := second
	again.ID, again.At = id("again"), again.At.Add(time.Hour)
	keep(again, false)
	again.Hash = "c"
	keep(again, true)
	ask(store.ShownQuery{}, third, again, second, first)
	ask(store.ShownQuery{Kind: "run"}, again, second, first)
	ask(store.ShownQuery{Kind: "run", Limit: 1, Until: second.At}, second)
	ask(store.ShownQuery{Kind: "run", Since: second.At, Until: second.At}, second)
	bare := first
	bare.Body = nil
	ask(store.ShownQuery{Until: first.At, Headings: true}, bare)
	if got := must[[]store.Shown](t)(l.Forecasts(ctx, other, store.ShownQuery{})); len(got) > 0 {
		t.Errorf("another workspace sees %d forecasts", len(got))
	}
	_, err := l.AppendForecast(ctx, ws, store.Shown{})
	kind(t, err, throughline.Invalid)
}
