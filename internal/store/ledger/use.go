package ledger

import (
	"context"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// CountUses adds to counts of use; see store.Uses.
func (l *Ledger) CountUses(ctx context.Context, ws throughline.Workspace, add []store.Use, oldest throughline.Day) error {
	const op = "count uses in"
	for _, u := range add {
		if u.Day.IsZero() || u.Kind == "" || u.N < 1 {
			return l.base.Fail(op, "", Refuse(throughline.Invalid, "a use has no day or no kind, or was none"))
		}
	}
	err := l.write(ctx, ws, func(w *writing) error {
		for _, u := range add {
			n := int64(-1)
			key := []any{int64(u.Day.Number()), u.Kind, u.What}
			err := w.Read(ctx, UseCounts, Ask{Columns: []string{"n"}, Prefix: in(ws, key...)}, func(row Row) error {
				n = row.Int(0)
				return nil
			})
			if err != nil {
				return err
			}
			if n < 0 {
				err = w.mustAdd(ctx, UseCounts, append(key, u.N)...)
			} else {
				err = w.put(ctx, UseCounts, append(key, n+u.N)...)
			}
			if err != nil {
				return err
			}
		}
		var old [][]any
		ask := Ask{Columns: []string{"day", "kind", "what"}, Prefix: in(ws), Where: []Cond{{Column: "day", Op: Below, Value: int64(oldest.Number())}}}
		err := w.Read(ctx, UseCounts, ask, func(row Row) error {
			old = append(old, in(ws, row.Int(0), row.Text(1), row.Text(2)))
			return nil
		})
		for _, key := range old {
			if err == nil {
				w.tally.Rows[UseCounts.counter]--
				err = w.Drop(ctx, UseCounts, key...)
			}
		}
		return err
	})
	return l.base.Fail(op, "", err)
}

// Uses gives counts of use; see store.Uses.
func (l *Ledger) Uses(ctx context.Context, ws throughline.Workspace, from, to throughline.Day) ([]store.Use, error) {
	out := []store.Use{}
	if l.Unused {
		return out, nil
	}
	ask := Ask{Prefix: in(ws), Where: []Cond{{Column: "day", Op: AtLeast, Value: int64(from.Number())}, {Column: "day", Op: AtMost, Value: int64(to.Number())}}}
	err := l.now().Read(ctx, UseCounts, ask, func(row Row) error {
		out = append(out, store.Use{Day: throughline.DayNumber(int(row.Int(1))), Kind: row.Text(2), What: row.Text(3), N: row.Int(4)})
		return nil
	})
	return out, l.base.Fail("read uses of", "", err)
}
