package ledger

import (
	"context"
	"iter"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// Number gives the last transaction's; see store.Ledger.
func (l *Ledger) Number(ctx context.Context, ws throughline.Workspace) (n int64, err error) {
	err = l.now().Read(ctx, Tallies, Ask{Columns: []string{"writes"}, Prefix: in(ws)}, func(row Row) error {
		n = row.Int(0)
		return nil
	})
	return n, l.base.Fail("count writes of", "", err)
}

// sinceAtOnce is how many transactions are read before they are given: whoever
// asks may write meanwhile, and keeps no reader while they work.
const sinceAtOnce = 256

// Since gives what was written after a number; see store.Ledger.
func (l *Ledger) Since(ctx context.Context, ws throughline.Workspace, after int64) iter.Seq2[store.Written, error] {
	return func(yield func(store.Written, error) bool) {
		for {
			part, err := l.since(ctx, ws, after)
			if err != nil {
				yield(store.Written{}, l.base.Fail("read what was written in", "", err))
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
	if l.Old { // all of it is one
		n, err := l.Number(ctx, ws)
		if err == nil && n > after {
			out = []store.Written{{Number: n, Whole: true}}
		}
		return out, err
	}
	err = l.now().Read(ctx, Writes, Ask{Columns: said, Prefix: in(ws), After: in(ws, after), Limit: sinceAtOnce}, func(row Row) error {
		w, err := writtenIn(row)
		out = append(out, w)
		return err
	})
	return out, err
}

// said are the columns that tell what was written; an older file has no others.
var said = []string{"workspace", "number", "what"}

func writtenIn(row Row) (store.Written, error) {
	w, err := store.DecodeWritten(row.Bytes(2))
	w.Number = row.Int(1)
	return w, err
}

// Added gives the facts that a transaction added; see store.Ledger.
func (l *Ledger) Added(ctx context.Context, ws throughline.Workspace, number int64) (facts []deal.Fact, err error) {
	if number > 0 && !l.Old {
		facts, err = added(ctx, l.now(), ws, number)
	}
	return facts, l.base.Fail("read facts in", "", err)
}

func added(ctx context.Context, r Reader, ws throughline.Workspace, number int64) (facts []deal.Fact, err error) {
	var w store.Written
	err = r.Read(ctx, Writes, Ask{Columns: said, Prefix: in(ws, number)}, func(row Row) (err error) {
		w, err = writtenIn(row)
		return err
	})
	if err != nil || w.Facts == 0 {
		return nil, err
	}
	var refs []dealRef
	err = among(ctx, r, Deals, Ask{Columns: []string{"deal", "seq"}, Prefix: in(ws), In: "deal"}, w.Deals, bytesOf, func(row Row) error {
		refs = append(refs, dealRef{id[throughline.DealID](row, 0), row.Int(1)})
		return nil
	})
	if err != nil {
		return nil, err
	}
	of := make(map[int64][]deal.Fact, len(refs))
	ids := make(map[int64]throughline.DealID, len(refs))
	for _, d := range refs {
		ids[d.seq] = d.id
	}
	ask := Ask{Columns: []string{"seq", "bundle"}, Prefix: in(ws), In: "seq", Where: []Cond{{Column: "batch", Op: Equal, Value: number}}}
	err = among(ctx, r, Facts, ask, refs, func(d *dealRef) any { return d.seq }, func(row Row) (err error) {
		seq := row.Int(0)
		of[seq], err = store.Unbundle(of[seq], ids[seq], row.Bytes(1))
		return err
	})
	for _, d := range refs {
		facts = append(facts, of[d.seq]...)
	}
	return facts, err
}
