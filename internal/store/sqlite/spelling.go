package sqlite

import (
	"context"
	"database/sql"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// Spellings gives by what deals are found; see store.Ledger.
func (l *Ledger) Spellings(ctx context.Context, ws throughline.Workspace) (store.Spellings, error) {
	out := store.Spellings{Accounts: map[throughline.AccountID][]string{}, Records: map[throughline.DealID][]string{}}
	take := func(add func(id sql.RawBytes, word string)) func(*sql.Rows) error {
		return func(rows *sql.Rows) error {
			var id sql.RawBytes
			var word string
			if err := rows.Scan(&id, &word); err != nil {
				return err
			}
			add(id, word)
			return nil
		}
	}
	err := each(ctx, l.read, "select id, folded from account where workspace = $1", []any{int64(ws)}, take(func(id sql.RawBytes, word string) {
		a := throughline.AccountID(id)
		out.Accounts[a] = append(out.Accounts[a], word)
	}))
	if err == nil {
		err = each(ctx, l.read, "select id, foreign_id from record where workspace = $1 and kind = $2", []any{int64(ws), string(store.DealRecord)}, take(func(id sql.RawBytes, word string) {
			d := throughline.DealID(id)
			out.Records[d] = append(out.Records[d], word)
		}))
	}
	return out, fail("read names in", l.path, err)
}
