package ledger

import (
	"context"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// Admit appends a line to the register; see store.Register.
func (l *Ledger) Admit(ctx context.Context, ws throughline.Workspace, e store.Admission) error {
	const op = "write to the register of"
	if e.Room == "" || e.Subject.IsZero() || e.Kind == "" || e.At.IsZero() {
		return l.base.Fail(op, "", Refuse(throughline.Invalid, "it has no room, no subject, no kind or no instant"))
	}
	err := l.write(ctx, ws, func(w *writing) error {
		last := int64(0)
		ask := Ask{Columns: []string{"n"}, Prefix: in(ws, e.Room, e.Subject[:]), Order: []Order{{"n", true}}, Limit: 1}
		if err := w.Read(ctx, Admissions, ask, func(row Row) error {
			last = row.Int(0)
			return nil
		}); err != nil {
			return err
		}
		return w.mustAdd(ctx, Admissions, e.Room, append([]byte{}, e.Subject[:]...), last+1, e.Kind, e.At.UnixMicro(), append([]byte{}, e.Body...))
	})
	return l.base.Fail(op, "", err)
}

// Admissions gives lines of the register; see store.Register.
func (l *Ledger) Admissions(ctx context.Context, ws throughline.Workspace, room string, subject throughline.ID) (out []store.Admission, err error) {
	prefix := in(ws, room)
	if !subject.IsZero() {
		prefix = in(ws, room, subject[:])
	}
	ask := Ask{Columns: []string{"subject", "n", "kind", "written", "body"}, Prefix: prefix}
	err = l.base.Now().Read(ctx, Admissions, ask, func(row Row) error {
		e := store.Admission{Room: room, N: int(row.Int(1)), Kind: row.Text(2), At: time.UnixMicro(row.Int(3)).UTC(), Body: append([]byte{}, row.Bytes(4)...)}
		copy(e.Subject[:], row.Bytes(0))
		out = append(out, e)
		return nil
	})
	return out, l.base.Fail("read the register of", "", err)
}
