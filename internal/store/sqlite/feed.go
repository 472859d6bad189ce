package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"iter"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// numbered is transact for what others may ask for later: do says what it wrote,
// and that is kept under the transaction's number. Where it wrote nothing, there
// is no number.
func (l *Ledger) numbered(ctx context.Context, ws throughline.Workspace, do func(t txn, w *store.Written) error) error {
	return l.transact(ctx, func(t txn) error {
		was, err := tallyOf(ctx, t, ws)
		if err != nil {
			return err
		}
		w := store.Written{Number: was.writes + 1}
		if err := do(t, &w); err != nil || w.Empty() {
			return err
		}
		if _, err := t.put(ctx, writtenTable, writtenTable.insert, int64(ws), w.Number, store.EncodeWritten(w)); err != nil {
			return err
		}
		return t.tally(ctx, ws, func(y *tally) {
			y.writes = w.Number
			y.written++
		})
	})
}

// Number gives the last transaction's; see store.Ledger.
func (l *Ledger) Number(ctx context.Context, ws throughline.Workspace) (n int64, err error) {
	err = l.read.QueryRowContext(ctx, "select writes from tally where workspace = $1", int64(ws)).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return n, fail("count writes of", l.path, err)
}

// sinceAtOnce is how many transactions are read before they are given: whoever
// asks may write meanwhile, and does not hold a connection while they work.
const sinceAtOnce = 256

// Since gives what was written after a number; see store.Ledger.
func (l *Ledger) Since(ctx context.Context, ws throughline.Workspace, after int64) iter.Seq2[store.Written, error] {
	return func(yield func(store.Written, error) bool) {
		for {
			part, err := l.since(ctx, ws, after)
			if err != nil {
				yield(store.Written{}, fail("read what was written in", l.path, err))
				return
			}
			for _, w := range part {
				if !yield(w, nil) {
					return
				}
				after = w.Number
			}
			if len(part) < sinceAtOnce {
				return
			}
		}
	}
}

func (l *Ledger) since(ctx context.Context, ws throughline.Workspace, after int64) (out []store.Written, err error) {
	if l.old { // of a version before numbers: all of it is one
		n, err := l.Number(ctx, ws)
		if err == nil && n > after {
			out = []store.Written{{Number: n, Whole: true}}
		}
		return out, err
	}
	err = each(ctx, l.read, "select number, what from written where workspace = $1 and number > $2 order by number limit $3", []any{int64(ws), after, int64(sinceAtOnce)}, func(rows *sql.Rows) error {
		var n int64
		var what sql.RawBytes
		if err := rows.Scan(&n, &what); err != nil {
			return err
		}
		w, err := store.DecodeWritten(what)
		w.Number = n
		out = append(out, w)
		return err
	})
	return out, err
}

// Added gives the facts that a transaction added; see store.Ledger.
func (l *Ledger) Added(ctx context.Context, ws throughline.Workspace, number int64) (facts []deal.Fact, err error) {
	facts, err = l.added(ctx, ws, number)
	return facts, fail("read facts in", l.path, err)
}

func (l *Ledger) added(ctx context.Context, ws throughline.Workspace, number int64) (facts []deal.Fact, err error) {
	if number <= 0 || l.old {
		return nil, nil
	}
	var what []byte
	err = l.read.QueryRowContext(ctx, "select what from written where workspace = $1 and number = $2", int64(ws), number).Scan(&what)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	w, err := store.DecodeWritten(what)
	if err != nil || w.Facts == 0 {
		return nil, err
	}
	err = chunks(w.Deals, func(part []throughline.DealID) error {
		query := "select d.deal, f.bundle from deal d join fact f on f.workspace = d.workspace and f.seq = d.seq where d.workspace = ? and d.deal in " + places(1, len(part)) + " and f.batch = ? order by d.deal, f.first"
		return each(ctx, l.read, query, append(idArgs(ws, part), number), func(rows *sql.Rows) error {
			var id, bundle sql.RawBytes
			if err := rows.Scan(&id, &bundle); err != nil {
				return err
			}
			facts, err = store.Unbundle(facts, throughline.DealID(id), bundle)
			return err
		})
	})
	return facts, err
}
