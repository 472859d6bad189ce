package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store/ledger"
)

// withNames are the tables in which a person's name may have stood.
var withNames = []string{"person", "fact", "fact_row", "record", "deal", "summary", "head", "listing", "listing_word"}

// Rewrite writes every table anew without what was left out of it after it was
// written, so that nothing of it lies in the database's files. Each is locked while that is done.
func (l *Ledger) Rewrite(ctx context.Context) error {
	// As the server lists them: rows for SQL are no table of the ledger's.
	rows, err := l.base.pool.Query(ctx, `select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where n.nspname = current_schema() and c.relkind = 'r' order by 1`)
	if err != nil {
		return l.base.Fail("rewrite", "", err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return l.base.Fail("rewrite", "", err)
	}
	for _, name := range names {
		if _, err := l.base.pool.Exec(ctx, "vacuum (full) "+pgx.Identifier{name}.Sanitize()); err != nil {
			return l.base.Fail("rewrite", name, err)
		}
	}
	return nil
}

// Scrub writes the tables anew without what was deleted; see ledger.Base. Each
// is locked while that is done. What the server keeps elsewhere (its log until it
// is used again, replicas' and backups' files) is the server's.
func (b *base) Scrub(ctx context.Context) error {
	c, err := b.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer c.Release()
	traces := func(err error) error {
		if err == nil || ctx.Err() != nil {
			return whyEnded(ctx, err)
		}
		kind, sentence := explain(err)
		if sentence == "" {
			sentence = err.Error()
		}
		if kind == throughline.Internal {
			kind = throughline.Unavailable
		}
		return ledger.Refuse(kind,
			"the names were taken out, but traces remain in the database's files because they could not be rewritten (%s); erase the person again", sentence)
	}
	if _, err := c.Exec(ctx, "set lock_timeout = '60s'"); err != nil {
		return traces(err)
	}
	defer func() { _, _ = c.Exec(context.WithoutCancel(ctx), "reset lock_timeout") }()
	for _, t := range withNames {
		if _, err := c.Exec(ctx, fmt.Sprintf("vacuum (full) %s", t)); err != nil {
			return traces(err)
		}
	}
	return nil
}
