package ledger

import (
	"bytes"
	"context"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// Note appends lines to the audit; see store.Trail.
func (l *Ledger) Note(ctx context.Context, ws throughline.Workspace, deeds []store.Deed) error {
	const op = "write to the audit of"
	for _, d := range deeds {
		if err := d.Check(); err != nil {
			return l.base.Fail(op, "", Refuse(throughline.Invalid, "%v", err))
		}
	}
	if len(deeds) == 0 {
		return nil
	}
	return l.base.Fail(op, "", l.write(ctx, ws, func(w *writing) error { return w.note(ctx, deeds) }))
}

// note writes lines after the last one.
func (w *writing) note(ctx context.Context, deeds []store.Deed) error {
	var head store.TrailHead
	ask := Ask{Prefix: in(w.ws), Order: []Order{{"n", true}}, Limit: 1}
	if err := w.Read(ctx, Deeds, ask, func(row Row) error {
		d := deedOf(row)
		head = store.TrailHead{N: d.N, Hash: d.Hash}
		return nil
	}); err != nil {
		return err
	}
	for _, d := range deeds {
		d.N = head.N + 1
		d = d.Chained(w.ws, head.Hash)
		head = store.TrailHead{N: d.N, Hash: d.Hash}
		if err := w.mustAdd(ctx, Deeds, d.N, d.At.UnixMicro(), bytes.Clone(d.Person[:]), d.Via, d.Did, d.About, bytes.Clone(d.Object[:]),
			d.Detail, d.Outcome, bytes.Clone(d.Hash[:])); err != nil {
			return err
		}
	}
	return nil
}

// deedOf reads a whole row.
func deedOf(row Row) store.Deed {
	d := store.Deed{N: row.Int(1), At: time.UnixMicro(row.Int(2)).UTC(), Person: id[throughline.PersonID](row, 3), Via: row.Text(4), Did: row.Text(5),
		About: row.Text(6), Object: id[throughline.ID](row, 7), Detail: row.Text(8), Outcome: row.Text(9)}
	copy(d.Hash[:], row.Bytes(10))
	return d
}

// Deeds gives lines of the audit; see store.Trail.
func (l *Ledger) Deeds(ctx context.Context, ws throughline.Workspace, ask store.DeedAsk) (out []store.Deed, err error) {
	if l.Untrailed {
		return nil, nil
	}
	rows := Ask{Prefix: in(ws), Order: []Order{{"n", !ask.Oldest}}, Limit: ask.Limit}
	where := func(some bool, column string, op Op, value any) {
		if some {
			rows.Where = append(rows.Where, Cond{Column: column, Op: op, Value: value})
		}
	}
	where(ask.Before > 0, "n", Below, ask.Before)
	where(ask.After > 0, "n", Above, ask.After)
	where(ask.Did != "", "did", Equal, ask.Did)
	where(!ask.Object.IsZero(), "object", Equal, ask.Object[:])
	where(!throughline.ID(ask.Person).IsZero(), "person", Equal, ask.Person[:])
	err = l.now().Read(ctx, Deeds, rows, func(row Row) error {
		out = append(out, deedOf(row))
		return nil
	})
	return out, l.base.Fail("read the audit of", "", err)
}

// CheckTrail holds the audit of a workspace against itself: each line has the
// number after the one before, and the hash that follows from it.
func CheckTrail(ctx context.Context, r Reader, ws throughline.Workspace, fault func(format string, args ...any)) error {
	var before store.TrailHead
	told := 0
	return r.Read(ctx, Deeds, Ask{Prefix: in(ws)}, func(row Row) error {
		d := deedOf(row)
		switch {
		case told >= MostFaults:
		case d.N != before.N+1:
			told++
			fault("the audit of workspace %d lacks what stood between its lines %d and %d", ws, before.N, d.N)
		case d.Chained(ws, before.Hash).Hash != d.Hash:
			told++
			fault("line %d of the audit of workspace %d is not as it was written, or the one before it is not", d.N, ws)
		}
		before = store.TrailHead{N: d.N, Hash: d.Hash}
		return nil
	})
}
