package storetest

import (
	"context"
	"reflect"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// uses: counts of a day add up, days that are old are dropped, workspaces are
// apart, and nobody who asks what was written hears of any of it.
func uses(t *testing.T, open Factory) {
	l := opened(t, open)
	ctx := context.Background()
	day := throughline.DateOf(2026, 11, 2)
	use := func(d throughline.Day, kind, what string, n int64) store.Use {
		return store.Use{Day: d, Kind: kind, What: what, N: n}
	}
	all := func(w throughline.Workspace) []store.Use {
		t.Helper()
		return must[[]store.Use](t)(l.Uses(ctx, w, day.Add(-400), day.Add(400)))
	}
	before := must[int64](t)(l.Number(ctx, ws))
	for _, add := range [][]store.Use{{use(day, "page", "/deals", 2), use(day, "page", "/", 1)}, {use(day, "page", "/deals", 3), use(day.Add(1), "form", "/deals", 1)}, nil} {
		if err := l.CountUses(ctx, ws, add, day.Add(-10)); err != nil {
			t.Fatal(err)
		}
	}
	want := []store.Use{use(day, "page", "/", 1), use(day, "page", "/deals", 5), use(day.Add(1), "form", "/deals", 1)}
	if got := all(ws); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
	if got := must[[]store.Use](t)(l.Uses(ctx, ws, day.Add(1), day.Add(1))); !reflect.DeepEqual(got, want[2:]) {
		t.Errorf("of one day: %+v", got)
	}
	if got := all(other); len(got) != 0 {
		t.Errorf("another workspace sees %+v", got)
	}
	for _, bad := range []store.Use{use(throughline.Day{}, "page", "", 1), use(day, "", "", 1), use(day, "page", "", 0), use(day, "page", "", -1)} {
		if err := l.CountUses(ctx, ws, []store.Use{use(day, "page", "/", 1), bad}, day); throughline.KindOf(err) != throughline.Invalid {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	if err := l.CountUses(ctx, ws, []store.Use{use(day.Add(1), "form", "/deals", 1)}, day.Add(1)); err != nil {
		t.Fatal(err)
	}
	if got := all(ws); !reflect.DeepEqual(got, []store.Use{use(day.Add(1), "form", "/deals", 2)}) {
		t.Errorf("after the first day was dropped: %+v", got)
	}
	if after := must[int64](t)(l.Number(ctx, ws)); after != before {
		t.Errorf("counting wrote: number %d became %d", before, after)
	}
	if c, err := l.Check(ctx); err != nil || len(c.Faults) > 0 {
		t.Errorf("the check finds %v, %v", c.Faults, err)
	}
}
