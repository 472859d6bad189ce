package storetest

import (
	"context"
	"crypto/sha256"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// forms: the same words under a token are known and add nothing, whatever else
// the batch brings; others are a conflict, and add nothing either.
func forms(t *testing.T, open Factory) {
	l := opened(t, open)
	ctx := context.Background()
	batch := func(name, token, words string) store.Batch {
		return store.Batch{
			Facts: []deal.Fact{fact(name, 0, deal.Resumed{})},
			Form:  &store.Form{Token: id(token), Digest: sha256.Sum256([]byte(words))},
		}
	}
	if _, sent, err := l.FormSent(ctx, ws, id("token")); sent || err != nil {
		t.Errorf("before it was sent: %v, %v", sent, err)
	}
	if r := appendAll(t, l, batch("a", "token", "words")); r.Facts != 1 || r.Known {
		t.Errorf("the first time: %+v", r)
	}
	if r := appendAll(t, l, batch("b", "token", "words")); r != (store.Receipt{Known: true}) {
		t.Errorf("the same again: %+v", r)
	}
	if digest, sent, err := l.FormSent(ctx, ws, id("token")); !sent || err != nil || digest != sha256.Sum256([]byte("words")) {
		t.Errorf("after it was sent: %x, %v, %v", digest, sent, err)
	}
	_, err := l.Append(ctx, ws, batch("c", "token", "other words"))
	kind(t, err, throughline.Conflict)
	if r := appendAll(t, l, batch("d", "another token", "words")); r.Facts != 1 {
		t.Errorf("another form: %+v", r)
	}
	if r := must[store.Receipt](t)(l.Append(ctx, other, batch("e", "token", "words"))); r.Facts != 1 {
		t.Errorf("in another workspace: %+v", r)
	}
	if c := must[store.Counts](t)(l.Counts(ctx, ws)); c.Facts != 2 {
		t.Errorf("%+v, want 2 facts", c)
	}
	var wg sync.WaitGroup
	var fresh atomic.Int64
	for range 8 { // a button pressed eight times
		wg.Go(func() {
			r, err := l.Append(ctx, ws, batch("f", "third token", "words"))
			if err != nil {
				t.Error(err)
			}
			if !r.Known {
				fresh.Add(1)
			}
		})
	}
	wg.Wait()
	if fresh.Load() != 1 {
		t.Errorf("written %d times", fresh.Load())
	}
	if faults := faultsOf(t, l); len(faults) > 0 {
		t.Errorf("the check finds %q", faults)
	}
}
