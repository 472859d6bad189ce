package storetest

import (
	"context"
	"reflect"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// drafts: revisions are appended one after the other, two of one number are a
// conflict, the last one is given unless another is asked for, and workspaces
// keep their own.
func drafts(t *testing.T, open Factory) {
	l := opened(t, open)
	ctx := context.Background()
	a, b := throughline.ID{1}, throughline.ID{2}
	at := func(id throughline.ID, revision, day int, text string) store.Draft {
		return store.Draft{
			ID:       id,
			Revision: revision,
			Name:     "Ours",
			Base:     "b1",
			Author:   throughline.PersonID{9},
			Written:  day0.AddDate(0, 0, day).UTC().Truncate(1000),
			Did:      "did " + text,
			Gone:     text == "gone",
			Files:    []byte("files " + text),
			Beside:   []byte("beside " + text),
		}
	}
	if got := must[[]store.Draft](t)(l.Drafts(ctx, ws)); len(got) != 0 {
		t.Errorf("an empty ledger has the drafts %v", got)
	}
	first, second, other2 := at(a, 1, 1, "x"), at(a, 2, 3, "gone"), at(b, 1, 2, "y")
	for _, d := range []store.Draft{first, second, other2} {
		if err := l.ReviseDraft(ctx, ws, d); err != nil {
			t.Fatal(err)
		}
	}
	for _, bad := range []store.Draft{at(a, 2, 4, "z"), at(a, 4, 4, "z"), at(b, 1, 4, "z")} {
		if err := l.ReviseDraft(ctx, ws, bad); throughline.KindOf(err) != throughline.Conflict {
			t.Errorf("revision %d over what is there: %v", bad.Revision, err)
		}
	}
	if err := l.ReviseDraft(ctx, ws, store.Draft{ID: a, Revision: 3}); throughline.KindOf(err) != throughline.Invalid {
		t.Errorf("a draft without an instant: %v", err)
	}
	head := func(d store.Draft) store.Draft {
		d.Files, d.Beside = nil, nil
		return d
	}
	if got := must[[]store.Draft](t)(l.Drafts(ctx, ws)); !reflect.DeepEqual(got, []store.Draft{head(second), head(other2)}) {
		t.Errorf("got %v", got)
	}
	if got := must[[]store.Draft](t)(l.DraftHistory(ctx, ws, a)); !reflect.DeepEqual(got, []store.Draft{head(first), head(second)}) {
		t.Errorf("got %v", got)
	}
	for revision, want := range map[int]store.Draft{0: second, 1: first, 2: second} {
		if got := must[store.Draft](t)(l.Draft(ctx, ws, a, revision)); !reflect.DeepEqual(got, want) {
			t.Errorf("revision %d is %+v", revision, got)
		}
	}
	if _, err := l.Draft(ctx, ws, a, 3); throughline.KindOf(err) != throughline.NotFound {
		t.Errorf("a revision that is not there: %v", err)
	}
	if got := must[[]store.Draft](t)(l.Drafts(ctx, other)); len(got) != 0 {
		t.Errorf("another workspace sees %v", got)
	}
	if c, err := l.Check(ctx); err != nil || len(c.Faults) > 0 {
		t.Errorf("the check finds %v, %v", c.Faults, err)
	}
}
