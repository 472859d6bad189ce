package ledger

import (
	"context"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// Share appends a line to a plan's sharing; see store.Sharing.
func (l *Ledger) Share(ctx context.Context, ws throughline.Workspace, s store.Shared) error {
	const op = "keep sharing in"
	if s.Plan.IsZero() || s.Kind == "" || s.At.IsZero() {
		return l.base.Fail(op, "", Refuse(throughline.Invalid, "it has no plan, no kind or no instant"))
	}
	err := l.write(ctx, ws, func(w *writing) error {
		last := int64(0)
		err := w.Read(
			ctx,
			Sharings,
			Ask{Columns: []string{"n"}, Prefix: in(ws, s.Plan[:]), Order: []Order{{"n", true}}, Limit: 1},
			func(row Row) error {
				last = row.Int(0)
				return nil
			},
		)
		if err != nil {
			return err
		}
		if s.N != 0 && int64(s.N) != last+1 {
			return Refuse(throughline.Conflict, "something was written of the plan meanwhile")
		}
		return w.mustAdd(ctx, Sharings, append([]byte{}, s.Plan[:]...), last+1, s.Kind, s.At.UnixMicro(), append([]byte{}, s.Body...))
	})
	return l.base.Fail(op, "", err)
}

// Shares gives the lines of a plan; see store.Sharing.
func (l *Ledger) Shares(ctx context.Context, ws throughline.Workspace, plan throughline.ID) (out []store.Shared, err error) {
	err = l.now().Read(ctx, Sharings, Ask{Columns: []string{"n", "kind", "written", "body"}, Prefix: in(ws, plan[:])}, func(row Row) error {
		out = append(
			out,
			store.Shared{
				Plan: plan,
				N:    int(row.Int(0)),
				Kind: row.Text(1),
				At:   time.UnixMicro(row.Int(2)).UTC(),
				Body: append([]byte{}, row.Bytes(3)...),
			},
		)
		return nil
	})
	return out, l.base.Fail("read sharing of", "", err)
}
