package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// Settle appends a setting; see store.Settings.
func (l *Ledger) Settle(ctx context.Context, ws throughline.Workspace, s store.Setting) error {
	const op = "keep setting in"
	if s.Name == "" || s.Since.IsZero() {
		return throughline.Fail(op, throughline.Invalid, l.path, errors.New("it has no name, or no instant from which it holds"))
	}
	err := l.numbered(ctx, ws, func(t txn, w *store.Written) error {
		var n int64
		err := t.QueryRowContext(ctx, "select coalesce(max(n), 0) + 1 from setting where workspace = $1 and name = $2", int64(ws), s.Name).Scan(&n)
		if err != nil {
			return err
		}
		if _, err = t.put(ctx, settingTable, settingTable.insert, int64(ws), s.Name, n, s.Since.UnixMicro(), s.Value); err != nil {
			return err
		}
		w.Settings = []string{s.Name}
		return t.tally(ctx, ws, func(y *tally) { y.settings++ })
	})
	return fail(op, l.path, err)
}

// Settings gives those that hold; see store.Settings.
func (l *Ledger) Settings(ctx context.Context, ws throughline.Workspace) ([]store.Setting, error) {
	var out []store.Setting
	err := each(ctx, l.read, "select name, written, value from setting s where workspace = $1 and n = (select max(n) from setting where workspace = s.workspace and name = s.name) and value <> '' order by name",
		[]any{int64(ws)}, func(rows *sql.Rows) error {
			var s store.Setting
			var since int64
			err := rows.Scan(&s.Name, &since, &s.Value)
			s.Since = time.UnixMicro(since).UTC()
			out = append(out, s)
			return err
		})
	return out, fail("read settings of", l.path, err)
}
