package storetest

import (
	"context"
	"crypto/sha256"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// keys: of several who bring a key at once one is to carry the request out; what
// it answered is there for the others, what it left is taken up under the same
// token, what was refused is forgotten, what is old is dropped, and answers go
// when somebody is erased.
func keys(t *testing.T, open Factory) {
	l := opened(t, open)
	ctx := context.Background()
	at := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	k := func(key string, minutes int) store.Keyed {
		return store.Keyed{Key: id(key), Digest: sha256.Sum256([]byte(key)), Once: id(key + " once"), At: at.Add(time.Duration(minutes) * time.Minute)}
	}
	claim := func(w throughline.Workspace, c store.Keyed) (store.Keyed, bool) {
		t.Helper()
		kept, mine, err := l.Claim(ctx, w, c, c.At.Add(-10*time.Minute), c.At.Add(-time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		return kept, mine
	}
	end := func(c store.Keyed, s store.KeyedState, answer string) {
		t.Helper()
		c.State, c.Answer = s, []byte(answer)
		if err := l.EndKeyed(ctx, ws, c); err != nil {
			t.Fatal(err)
		}
	}
	before := must[int64](t)(l.Number(ctx, ws))
	if kept, mine := claim(ws, k("a", 0)); !mine || kept.Once != id("a once") || kept.State != store.KeyedBegun {
		t.Errorf("the first: %+v, %v", kept, mine)
	}
	second := k("a", 1)
	second.Once = id("another once")
	if kept, mine := claim(ws, second); mine || kept.State != store.KeyedBegun || kept.Once != id("a once") || !kept.At.Equal(at) {
		t.Errorf("while somebody is at it: %+v, %v", kept, mine)
	}
	if _, mine := claim(other, k("a", 1)); !mine {
		t.Error("another workspace is told of it")
	}
	end(k("a", 0), store.KeyedAnswered, "sealed")
	if kept, mine := claim(ws, k("a", 30)); mine || kept.State != store.KeyedAnswered || string(kept.Answer) != "sealed" || kept.Digest != k("a", 0).Digest {
		t.Errorf("answered: %+v, %v", kept, mine)
	}
	kind(t, l.EndKeyed(ctx, ws, k("a", 0)), throughline.Conflict)

	claim(ws, k("left", 0))
	end(k("left", 0), store.KeyedLeft, "")
	words := k("left", 1)
	words.Digest = sha256.Sum256([]byte("other words"))
	if _, mine := claim(ws, words); mine {
		t.Error("what was left was taken up with other words")
	}
	second = k("left", 1)
	second.Once = id("another once")
	if kept, mine := claim(ws, second); !mine || kept.Once != id("left once") || kept.State != store.KeyedBegun {
		t.Errorf("what was left: %+v, %v", kept, mine)
	}
	end(second, 0, "")
	if kept, mine := claim(ws, words); !mine || kept.Digest != words.Digest {
		t.Errorf("after it was refused: %+v, %v", kept, mine)
	}

	claim(ws, k("stale", 0))
	if _, mine := claim(ws, k("stale", 10)); mine {
		t.Error("taken over too early")
	}
	if _, mine := claim(ws, k("stale", 11)); !mine {
		t.Error("nobody takes over what nobody is at any more")
	}
	kind(t, l.EndKeyed(ctx, ws, k("stale", 0)), throughline.Conflict)

	if kept, mine := claim(ws, k("a", 61)); !mine || kept.State != store.KeyedBegun || len(kept.Answer) > 0 {
		t.Errorf("after it was too old: %+v, %v", kept, mine)
	}
	for _, bad := range []store.Keyed{{}, {Key: id("x"), At: at}, {Key: id("x"), Once: id("y")}} {
		_, _, err := l.Claim(ctx, ws, bad, at, at)
		kind(t, err, throughline.Invalid)
	}
	var wg sync.WaitGroup
	var mine atomic.Int64
	for range 8 { // the same instant
		wg.Go(func() {
			_, is, err := l.Claim(ctx, ws, k("b", 70), at, at)
			if err != nil {
				t.Error(err)
			}
			if is {
				mine.Add(1)
			}
		})
	}
	wg.Wait()
	if mine.Load() != 1 {
		t.Errorf("%d are to carry it out", mine.Load())
	}
	if after := must[int64](t)(l.Number(ctx, ws)); after != before {
		t.Errorf("number %d became %d", before, after)
	}
	who := throughline.PersonID(id("erased"))
	appendAll(t, l, store.Batch{People: []store.Person{{ID: who, Recorded: at, Name: "Grizelda Quartermain"}}})
	claim(ws, k("c", 71))
	end(k("c", 71), store.KeyedAnswered, "sealed, and may name her")
	must[int](t)(l.ErasePerson(ctx, ws, who, at))
	if kept, mine := claim(ws, k("c", 72)); mine || kept.State != store.KeyedAnswered || len(kept.Answer) > 0 {
		t.Errorf("after somebody was erased: %+v, %v", kept, mine)
	}
	if faults := faultsOf(t, l); len(faults) > 0 {
		t.Errorf("the check finds %q", faults)
	}
}
