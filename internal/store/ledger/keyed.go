package ledger

import (
	"context"
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// mostDropped bounds how many old requests one claim drops, so that none is slow.
const mostDropped = 100

// Claim begins a request that came with a key; see store.Keys.
func (l *Ledger) Claim(ctx context.Context, ws throughline.Workspace, k store.Keyed, stale, oldest time.Time) (kept store.Keyed, mine bool, err error) {
	const op = "claim key in"
	if k.Key.IsZero() || k.Once.IsZero() || k.At.IsZero() {
		return kept, false, l.base.Fail(op, "", Refuse(throughline.Invalid, "it has no key, no token or no instant"))
	}
	err = l.write(ctx, ws, func(w *writing) error {
		kept, mine = store.Keyed{}, false
		if err := w.dropKeyed(ctx, k.Key, oldest); err != nil {
			return err
		}
		found, err := keyedOf(ctx, w, ws, k.Key)
		if err != nil {
			return err
		}
		k.State, k.Answer = store.KeyedBegun, nil
		switch {
		case found.Key.IsZero():
			kept, mine = k, true
			return w.mustAdd(ctx, Keyeds, keyedRow(k)...)
		case found.Digest == k.Digest && (found.State == store.KeyedLeft || found.State == store.KeyedBegun && found.At.Before(stale)):
			found.State, found.At = store.KeyedBegun, k.At
			kept, mine = found, true
			return w.put(ctx, Keyeds, keyedRow(found)...)
		}
		kept = found
		return nil
	})
	return kept, mine, l.base.Fail(op, "", err)
}

// EndKeyed ends a request that came with a key; see store.Keys.
func (l *Ledger) EndKeyed(ctx context.Context, ws throughline.Workspace, k store.Keyed) error {
	const op = "close key in"
	err := l.write(ctx, ws, func(w *writing) error {
		found, err := keyedOf(ctx, w, ws, k.Key)
		switch {
		case err != nil:
			return err
		case found.State != store.KeyedBegun || found.At.UnixMicro() != k.At.UnixMicro():
			return Refuse(throughline.Conflict, "somebody else has taken the request over")
		case k.State == store.KeyedAnswered || k.State == store.KeyedLeft:
			found.State, found.Answer = k.State, k.Answer
			return w.put(ctx, Keyeds, keyedRow(found)...)
		}
		return w.dropKey(ctx, k.Key)
	})
	return l.base.Fail(op, "", err)
}

func keyedRow(k store.Keyed) []any {
	return []any{k.Key[:], k.Digest[:], k.Once[:], k.At.UnixMicro(), int64(k.State), append([]byte{}, k.Answer...)}
}

func keyedOf(ctx context.Context, r Reader, ws throughline.Workspace, key throughline.ID) (k store.Keyed, err error) {
	err = r.Read(ctx, Keyeds, Ask{Prefix: in(ws, key[:])}, func(row Row) error {
		k = store.Keyed{Key: key, Once: id[throughline.ID](row, 3), At: time.UnixMicro(row.Int(4)).UTC(), State: store.KeyedState(row.Int(5)),
			Answer: append([]byte{}, row.Bytes(6)...)}
		copy(k.Digest[:], row.Bytes(2))
		return nil
	})
	return k, err
}

// dropKeyed drops requests that are old, and the one of a key where it is.
func (w *writing) dropKeyed(ctx context.Context, key throughline.ID, oldest time.Time) error {
	var old []throughline.ID
	ask := Ask{Columns: []string{"token"}, Prefix: in(w.ws), Where: []Cond{{Column: "written", Op: Below, Value: oldest.UnixMicro()}}, Limit: mostDropped}
	take := func(row Row) error {
		old = append(old, id[throughline.ID](row, 0))
		return nil
	}
	if err := w.Read(ctx, Keyeds, ask, take); err != nil {
		return err
	}
	if !slices.Contains(old, key) {
		ask.Prefix = in(w.ws, key[:])
		if err := w.Read(ctx, Keyeds, ask, take); err != nil {
			return err
		}
	}
	for _, key := range old {
		if err := w.dropKey(ctx, key); err != nil {
			return err
		}
	}
	return nil
}

func (w *writing) dropKey(ctx context.Context, key throughline.ID) error {
	w.tally.Rows[Keyeds.counter]--
	return w.Drop(ctx, Keyeds, in(w.ws, key[:])...)
}

// unanswer takes every answer away that is kept: whoever is erased may be in any of
// them, which nobody here can read. That there was one stays, so that nothing is
// carried out twice.
func (w *writing) unanswer(ctx context.Context) error {
	var all []throughline.ID
	err := w.Read(ctx, Keyeds, Ask{Columns: []string{"token"}, Prefix: in(w.ws)}, func(row Row) error {
		all = append(all, id[throughline.ID](row, 0))
		return nil
	})
	for _, key := range all {
		var k store.Keyed
		if err == nil {
			k, err = keyedOf(ctx, w, w.ws, key)
		}
		if k.Answer = nil; err == nil {
			err = w.put(ctx, Keyeds, keyedRow(k)...)
		}
	}
	return err
}
