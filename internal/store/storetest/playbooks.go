package storetest

import (
	"context"
	"reflect"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// playbooks: published versions come back oldest first; the same hash again
// changes nothing.
func playbooks(t *testing.T, open Factory) {
	l := opened(t, open)
	ctx := context.Background()
	version := func(n int, hash string) store.Version {
		return store.Version{Hash: hash, Name: "Book " + hash, Published: day0.AddDate(0, 0, n), Files: []byte("zip of " + hash)}
	}
	late, early := version(9, "aa"), version(1, "bb")
	for _, c := range []struct {
		v    store.Version
		want bool
	}{{late, true}, {early, true}, {version(20, "aa"), false}} {
		if got := must[bool](t)(l.PublishPlaybook(ctx, ws, c.v)); got != c.want {
			t.Errorf("publish %s: added is %t, want %t", c.v.Hash, got, c.want)
		}
	}
	if got := must[[]store.Version](t)(l.Playbooks(ctx, ws)); !reflect.DeepEqual(got, []store.Version{early, late}) {
		t.Errorf("got %+v", got)
	}
	if got := must[[]store.Version](t)(l.Playbooks(ctx, ws+1)); len(got) != 0 {
		t.Errorf("another workspace sees %+v", got)
	}
	next := store.Version{Hash: "next", Name: "Next", Published: late.Published.Add(time.Hour), Files: []byte("PK")}
	for _, last := range []string{"", early.Hash, next.Hash} {
		if added, err := l.PublishAfter(ctx, ws, last, next); added || throughline.KindOf(err) != throughline.Conflict {
			t.Errorf("after %q, which is not the last: %v, %v", last, added, err)
		}
	}
	if got := must[[]store.Version](t)(l.Playbooks(ctx, ws)); len(got) != 2 {
		t.Errorf("kept all the same: %v", got)
	}
	if !must[bool](t)(l.PublishAfter(ctx, ws, late.Hash, next)) || !must[bool](t)(l.PublishAfter(ctx, ws+1, "", next)) {
		t.Error("what follows the last is not kept")
	}
	if _, err := l.PublishPlaybook(ctx, ws, store.Version{}); err == nil {
		t.Error("a version without a hash was kept")
	}
}
