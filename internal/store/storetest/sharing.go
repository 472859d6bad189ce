package storetest

import (
	"context"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// sharing: lines are appended to a plan in turn, and each plan and workspace
// has its own.
func sharing(t *testing.T, open Factory) {
	l := opened(t, open)
	ctx := context.Background()
	a, b := throughline.ID{1}, throughline.ID{2}
	line := func(plan throughline.ID, kind, body string) store.Shared {
		return store.Shared{Plan: plan, Kind: kind, At: day0.UTC().Truncate(1000), Body: []byte(body)}
	}
	for _, s := range []store.Shared{line(a, "link", "one"), line(b, "link", "other"), line(a, "opened", "")} {
		if err := l.Share(ctx, ws, s); err != nil {
			t.Fatal(err)
		}
	}
	for _, bad := range []store.Shared{{}, {Plan: a, At: day0}, {Plan: a, Kind: "link"}} {
		if err := l.Share(ctx, ws, bad); throughline.KindOf(err) != throughline.Invalid {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	first, second := line(a, "link", "one"), line(a, "opened", "")
	first.N, second.N = 1, 2
	got := must[[]store.Shared](t)(l.Shares(ctx, ws, a))
	if len(got) != 2 || !reflect.DeepEqual(got[0], first) || got[1].N != 2 || got[1].Kind != "opened" || len(got[1].Body) != 0 {
		t.Errorf("got %+v", got)
	}
	for n, want := range map[int]throughline.Kind{1: throughline.Conflict, 2: throughline.Conflict, 4: throughline.Conflict, -1: throughline.Conflict} {
		s := line(a, "link", "late")
		s.N = n
		if err := l.Share(ctx, ws, s); throughline.KindOf(err) != want {
			t.Errorf("written as number %d of two: %v", n, err)
		}
	}
	var wait sync.WaitGroup
	var kept atomic.Int32
	for range 8 { // all have seen the same two lines, and one of them is next
		wait.Go(func() {
			s := line(a, "link", "third")
			s.N = 3
			switch err := l.Share(ctx, ws, s); {
			case err == nil:
				kept.Add(1)
			case throughline.KindOf(err) != throughline.Conflict:
				t.Error(err)
			}
		})
	}
	if wait.Wait(); kept.Load() != 1 || len(must[[]store.Shared](t)(l.Shares(ctx, ws, a))) != 3 {
		t.Errorf("%d of eight that were to be the third are kept", kept.Load())
	}
	if got := must[[]store.Shared](t)(l.Shares(ctx, other, a)); len(got) != 0 {
		t.Errorf("another workspace sees %v", got)
	}
	if got := must[[]store.Shared](t)(l.Shares(ctx, ws, throughline.ID{3})); len(got) != 0 {
		t.Errorf("a plan that is not there has %v", got)
	}
	if c, err := l.Check(ctx); err != nil || len(c.Faults) > 0 {
		t.Errorf("the check finds %v, %v", c.Faults, err)
	}
}
