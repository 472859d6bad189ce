package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// PublishPlaybook keeps a version; see store.Versions.
func (l *Ledger) PublishPlaybook(ctx context.Context, ws throughline.Workspace, v store.Version) (added bool, err error) {
	const op = "publish playbook in"
	if v.Hash == "" || v.Published.IsZero() {
		return false, throughline.Fail(op, throughline.Invalid, l.path, errors.New("it has no hash, or no day on which it was published"))
	}
	err = l.numbered(ctx, ws, func(t txn, w *store.Written) error {
		n, err := t.put(ctx, playbookTable, playbookTable.insert+" on conflict do nothing", int64(ws), v.Hash, v.Name, v.Published.UnixMicro(), v.Files)
		if added = n > 0; !added {
			return err
		}
		w.Playbooks = []string{v.Hash}
		return t.tally(ctx, ws, func(y *tally) { y.playbooks++ })
	})
	return added, fail(op, l.path, err)
}

// Playbooks gives the published versions; see store.Versions.
func (l *Ledger) Playbooks(ctx context.Context, ws throughline.Workspace) ([]store.Version, error) {
	var out []store.Version
	err := each(ctx, l.read, "select hash, name, published, files from playbook_version where workspace = $1 order by published, hash", []any{int64(ws)},
		func(rows *sql.Rows) error {
			var v store.Version
			var published int64
			if err := rows.Scan(&v.Hash, &v.Name, &published, &v.Files); err != nil {
				return err
			}
			v.Published = time.UnixMicro(published).UTC()
			out = append(out, v)
			return nil
		})
	return out, fail("read playbooks of", l.path, err)
}
