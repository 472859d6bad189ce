package sqlite

import (
	"context"
	"database/sql"
	"iter"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// Facts gives all facts of a deal; see store.Ledger.
func (l *Ledger) Facts(ctx context.Context, ws throughline.Workspace, d throughline.DealID) ([]deal.Fact, error) {
	facts, err := factsOf(ctx, l.read, ws, d)
	return facts, fail("read facts of deal", d.String(), err)
}

func factsOf(ctx context.Context, q querier, ws throughline.Workspace, d throughline.DealID) (facts []deal.Fact, err error) {
	return takeBundles(ctx, q, d, "select f.bundle from deal d join fact f on f.workspace = d.workspace and f.seq = d.seq where d.workspace = $1 and d.deal = $2 order by f.first", int64(ws), d[:])
}

// bundlesOf is factsOf for a deal whose running number is known.
func bundlesOf(ctx context.Context, q querier, ws throughline.Workspace, d throughline.DealID, seq int64) ([]deal.Fact, error) {
	return takeBundles(ctx, q, d, "select bundle from fact where workspace = $1 and seq = $2 order by first", int64(ws), seq)
}

func takeBundles(ctx context.Context, q querier, d throughline.DealID, query string, args ...any) (facts []deal.Fact, err error) {
	err = each(ctx, q, query, args, func(rows *sql.Rows) error {
		var bundle sql.RawBytes
		if err := rows.Scan(&bundle); err != nil {
			return err
		}
		facts, err = store.Unbundle(facts, d, bundle)
		return err
	})
	return facts, err
}

// AllFacts streams the facts of every deal; see store.Ledger.
func (l *Ledger) AllFacts(ctx context.Context, ws throughline.Workspace) iter.Seq2[[]deal.Fact, error] {
	return func(yield func([]deal.Fact, error) bool) {
		if err := allFacts(ctx, l.read, ws, yield); err != nil {
			yield(nil, fail("read facts in", l.path, err))
		}
	}
}

func allFacts(ctx context.Context, q querier, ws throughline.Workspace, yield func([]deal.Fact, error) bool) error {
	rows, err := q.QueryContext(ctx, "select d.deal, f.bundle from deal d join fact f on f.workspace = d.workspace and f.seq = d.seq where d.workspace = $1 order by d.deal, f.first", int64(ws))
	if err != nil {
		return err
	}
	defer rows.Close()
	var id, bundle sql.RawBytes
	var current throughline.DealID
	var facts []deal.Fact
	for rows.Next() {
		if err := rows.Scan(&id, &bundle); err != nil {
			return err
		}
		if next := throughline.DealID(id); next != current {
			if len(facts) > 0 && !yield(facts, nil) {
				return nil
			}
			current, facts = next, nil // what was given belongs to the reader
		}
		if facts, err = store.Unbundle(facts, current, bundle); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if len(facts) > 0 {
		yield(facts, nil)
	}
	return nil
}

// Counts gives how much there is; see store.Ledger.
func (l *Ledger) Counts(ctx context.Context, ws throughline.Workspace) (store.Counts, error) {
	var c store.Counts
	err := l.read.QueryRowContext(ctx, "select deals, facts from tally where workspace = $1", int64(ws)).Scan(&c.Deals, &c.Facts)
	if err == sql.ErrNoRows {
		err = nil
	}
	return c, fail("count in", l.path, err)
}
