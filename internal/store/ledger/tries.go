package ledger

import (
	"context"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// Of each name one instant is kept: when it will have all its tries back. Each try
// moves it on by the while of one, and there is none left where it would lie further
// away than all of them take.

// Try takes tries; see store.Tries.
func (l *Ledger) Try(ctx context.Context, ws throughline.Workspace, now time.Time, all ...store.Try) (wait time.Duration, err error) {
	const op = "count a try in"
	for _, t := range all {
		if t.Name.IsZero() || t.Burst < 1 || t.Each <= 0 || now.IsZero() {
			return 0, l.base.Fail(op, "", Refuse(throughline.Invalid, "it has no name, no bound or no instant"))
		}
	}
	if len(all) == 0 {
		return 0, nil
	}
	// Whoever goes on knocking makes nobody wait who writes.
	if wait, _, err = trying(ctx, l.now(), ws, now, all[0]); err != nil || wait > 0 {
		return wait, l.base.Fail(op, "", err)
	}
	err = l.write(ctx, ws, func(w *writing) error {
		if err := w.dropTried(ctx, now); err != nil {
			return err
		}
		for _, t := range all {
			var next time.Time
			var err error
			if wait, next, err = trying(ctx, w, ws, now, t); err != nil || wait > 0 {
				return err
			}
			if err := w.untry(ctx, t.Name); err != nil {
				return err
			}
			if err := w.mustAdd(ctx, Trieds, t.Name[:], next.UnixMicro()); err != nil {
				return err
			}
		}
		return nil
	})
	return wait, l.base.Fail(op, "", err)
}

// trying says how long to wait for a try, or when all would be back after it.
func trying(ctx context.Context, r Reader, ws throughline.Workspace, now time.Time, t store.Try) (wait time.Duration, next time.Time, err error) {
	back := now
	err = r.Read(ctx, Trieds, Ask{Columns: []string{"back"}, Prefix: in(ws, t.Name[:])}, func(row Row) error {
		if at := time.UnixMicro(row.Int(0)); at.After(now) {
			back = at
		}
		return nil
	})
	next = back.Add(t.Each)
	return max(0, next.Sub(now)-time.Duration(t.Burst)*t.Each), next, err
}

// Forgive gives a name its tries back; see store.Tries.
func (l *Ledger) Forgive(ctx context.Context, ws throughline.Workspace, name throughline.ID) error {
	err := l.write(ctx, ws, func(w *writing) error { return w.untry(ctx, name) })
	return l.base.Fail("forgive tries in", "", err)
}

// untry drops a name, where it is kept.
func (w *writing) untry(ctx context.Context, name throughline.ID) error {
	n, err := w.Total(ctx, Trieds, "", Ask{Prefix: in(w.ws, name[:])})
	if err != nil || n == 0 {
		return err
	}
	w.tally.Rows[Trieds.counter]--
	return w.Drop(ctx, Trieds, in(w.ws, name[:])...)
}

// dropTried drops names that have all their tries back, some at a time.
func (w *writing) dropTried(ctx context.Context, now time.Time) error {
	var old []throughline.ID
	ask := Ask{Columns: []string{"name"}, Prefix: in(w.ws), Where: []Cond{{Column: "back", Op: Below, Value: now.UnixMicro()}}, Limit: mostDropped}
	err := w.Read(ctx, Trieds, ask, func(row Row) error {
		old = append(old, id[throughline.ID](row, 0))
		return nil
	})
	for _, name := range old {
		if err == nil {
			err = w.untry(ctx, name)
		}
	}
	return err
}
