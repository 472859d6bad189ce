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

// Summaries streams the summary of every deal; see store.Ledger.
func (l *Ledger) Summaries(ctx context.Context, ws throughline.Workspace) iter.Seq2[deal.Summary, error] {
	return func(yield func(deal.Summary, error) bool) {
		if err := l.summaries(ctx, ws, false, yield); err != nil {
			yield(deal.Summary{}, fail("read deals in", l.path, err))
		}
	}
}

// Heads streams the head of every deal's summary; see store.Ledger.
func (l *Ledger) Heads(ctx context.Context, ws throughline.Workspace) iter.Seq2[deal.Summary, error] {
	return func(yield func(deal.Summary, error) bool) {
		if err := l.summaries(ctx, ws, true, yield); err != nil {
			yield(deal.Summary{}, fail("read deals in", l.path, err))
		}
	}
}

func (l *Ledger) summaries(ctx context.Context, ws throughline.Workspace, heads bool, yield func(deal.Summary, error) bool) error {
	all, err := l.rawSummaries(ctx, ws, heads)
	if err != nil {
		return err
	}
	return l.decodeAll(ctx, ws, all, heads, yield)
}

// SummariesOf gives the summaries of some deals; see store.Ledger.
func (l *Ledger) SummariesOf(ctx context.Context, ws throughline.Workspace, ids []throughline.DealID) ([]deal.Summary, error) {
	found := make(map[throughline.DealID]deal.Summary, len(ids))
	err := chunks(ids, func(part []throughline.DealID) error {
		args := idArgs(ws, part)
		return each(ctx, l.read, "select s.deal, s.summary, s.attributes from deal d join summary s on s.workspace = d.workspace and s.seq = d.seq where d.workspace = ? and s.counted > 0 and d.deal in "+places(1, len(part)), args, func(rows *sql.Rows) error {
			var id, summary, attributes sql.RawBytes
			if err := rows.Scan(&id, &summary, &attributes); err != nil {
				return err
			}
			d := throughline.DealID(id)
			s, err := decodeSummary(summary, attributes)
			if errors.Is(err, deal.ErrSummaryVersion) {
				s, err = l.refold(ctx, ws, d)
			}
			found[d] = s
			return err
		})
	})
	if err != nil {
		return nil, fail("read deals in", l.path, err)
	}
	out := make([]deal.Summary, 0, len(ids))
	for _, id := range ids {
		if s, ok := found[id]; ok {
			out = append(out, s)
		}
	}
	return out, nil
}

// refold makes a summary from the facts.
func (l *Ledger) refold(ctx context.Context, ws throughline.Workspace, d throughline.DealID) (deal.Summary, error) {
	facts, err := factsOf(ctx, l.read, ws, d)
	s, _ := fold(d, facts)
	return s, err
}

// refoldBatch is how many deals are folded anew in one transaction.
const refoldBatch = 2000

// refoldOld brings summaries that another version of the program wrote to this
// one's form. Until it is done, and if it is cut off, readers fold those anew.
func (l *Ledger) refoldOld(ctx context.Context, progress func(done, total int)) error {
	var old []throughline.Workspace
	total, done := 0, 0
	err := each(ctx, l.read, "select workspace, (select count(*) from deal where deal.workspace = tally.workspace) from tally where codec <> $1", []any{int64(codec)}, func(rows *sql.Rows) error {
		var ws int64
		var deals int
		err := rows.Scan(&ws, &deals)
		old, total = append(old, throughline.Workspace(ws)), total+deals
		return err
	})
	if err != nil {
		return err
	}
	tell := func(deals int) {
		if done += deals; progress != nil {
			progress(done, total)
		}
	}
	for _, ws := range old {
		if err := l.refoldAll(ctx, ws, tell); err != nil {
			return err
		}
	}
	return nil
}

// refoldAll folds every deal of a workspace anew, and tells of each batch.
func (l *Ledger) refoldAll(ctx context.Context, ws throughline.Workspace, tell func(deals int)) error {
	var after throughline.DealID
	for {
		var ids []throughline.DealID
		err := l.numbered(ctx, ws, func(t txn, w *store.Written) error {
			var err error
			ids, err = dealIDs(ctx, t, ws, after, refoldBatch)
			if err != nil {
				return err
			}
			w.Deals = ids
			if err := t.refoldDeals(ctx, ws, ids); err != nil || len(ids) == refoldBatch {
				return err
			}
			return t.tally(ctx, ws, func(y *tally) { y.codec = int64(codec) })
		})
		if err != nil {
			return err
		}
		if tell(len(ids)); len(ids) < refoldBatch {
			return nil
		}
		after = ids[len(ids)-1]
	}
}

// dealIDs lists deals after a given one.
func dealIDs(ctx context.Context, q querier, ws throughline.Workspace, after throughline.DealID, limit int) (ids []throughline.DealID, err error) {
	err = each(ctx, q, "select deal from deal where workspace = $1 and deal > $2 order by deal limit $3", []any{int64(ws), after[:], int64(limit)}, func(rows *sql.Rows) error {
		var id sql.RawBytes
		if err := rows.Scan(&id); err != nil {
			return err
		}
		ids = append(ids, throughline.DealID(id))
		return nil
	})
	return ids, err
}

// refoldDeals folds some deals anew and writes their rows and the tally.
func (t txn) refoldDeals(ctx context.Context, ws throughline.Workspace, ids []throughline.DealID) error {
	live := 0
	for _, id := range ids {
		var counted int
		w := &work{id: id}
		err := t.QueryRowContext(ctx, "select s.seq, s.counted from deal d join summary s on s.workspace = d.workspace and s.seq = d.seq where d.workspace = $1 and d.deal = $2", int64(ws), id[:]).Scan(&w.seq, &counted)
		if err != nil {
			return err
		}
		facts, err := bundlesOf(ctx, t, ws, id, w.seq)
		if err != nil {
			return err
		}
		w.kept = len(facts)
		w.summary, w.corrected = fold(id, facts)
		live += alive(w.summary.Facts > 0) - alive(counted > 0)
		if err := t.putDeal(ctx, ws, w, false); err != nil {
			return err
		}
	}
	return t.tally(ctx, ws, func(y *tally) { y.deals += int64(live) })
}

func idArgs[T ~[16]byte](ws throughline.Workspace, ids []T) []any {
	args := make([]any, 1, len(ids)+1)
	args[0] = int64(ws)
	for _, id := range ids {
		args = append(args, id[:])
	}
	return args
}
