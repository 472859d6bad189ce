package ledger

import (
	"context"
	"errors"
	"iter"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// Summaries streams the summary of every deal; see store.Ledger.
func (l *Ledger) Summaries(ctx context.Context, ws throughline.Workspace) iter.Seq2[deal.Summary, error] {
	return l.list(ctx, ws, false)
}

// Heads streams the head of every deal's summary; see store.Ledger.
func (l *Ledger) Heads(ctx context.Context, ws throughline.Workspace) iter.Seq2[deal.Summary, error] {
	return l.list(ctx, ws, true)
}

func (l *Ledger) list(ctx context.Context, ws throughline.Workspace, heads bool) iter.Seq2[deal.Summary, error] {
	return func(yield func(deal.Summary, error) bool) {
		all, err := l.encoded(ctx, ws, heads)
		if err == nil {
			err = l.decodeAll(ctx, ws, all, heads, yield)
		}
		if err != nil {
			yield(deal.Summary{}, l.base.Fail("read deals in", "", err))
		}
	}
}

// SummariesOf gives the summaries of some deals; see store.Ledger.
func (l *Ledger) SummariesOf(ctx context.Context, ws throughline.Workspace, ids []throughline.DealID) ([]deal.Summary, error) {
	found := make(map[throughline.DealID]deal.Summary, len(ids))
	var seqs []int64
	err := among(ctx, l.now(), Deals, Ask{Columns: []string{"seq"}, Prefix: in(ws), In: "deal"}, ids, bytesOf, func(row Row) error {
		seqs = append(seqs, row.Int(0))
		return nil
	})
	if err == nil {
		ask := Ask{
			Columns: []string{"deal", "summary", "attributes"},
			Prefix:  in(ws),
			In:      "seq",
			Where:   []Cond{{Column: "counted", Op: Above, Value: int64(0)}},
		}
		err = among(ctx, l.now(), Summaries, ask, seqs, only, func(row Row) error {
			d := id[throughline.DealID](row, 0)
			s, err := decodeSummary(row.Bytes(1), row.Bytes(2))
			if errors.Is(err, deal.ErrSummaryVersion) {
				s, err = l.refold(ctx, ws, d)
			}
			found[d] = s
			return err
		})
	}
	if err != nil {
		return nil, l.base.Fail("read deals in", "", err)
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
	facts, err := factsOf(ctx, l.now(), ws, d)
	s, _ := fold(d, facts)
	return s, err
}

// refoldBatch is how many deals are folded anew in one transaction.
const refoldBatch = 2000

// Refold brings summaries that another version of the program wrote to this
// one's form, and tells how far it has come. Until it is done, and if it is cut
// off, readers fold those anew.
func (l *Ledger) Refold(ctx context.Context, progress func(done, total int)) error {
	type old struct {
		ws    throughline.Workspace
		deals int
	}
	var todo []old
	total, done := 0, 0
	err := l.now().Read(ctx, Tallies, Ask{}, func(row Row) error {
		if ws, y := tallyIn(row); y.Codec != int64(codec) {
			todo = append(todo, old{ws, int(y.Seq)})
			total += int(y.Seq)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, o := range todo {
		err := l.refoldAll(ctx, o.ws, func(deals int) {
			if done += deals; progress != nil {
				progress(done, total)
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// refoldAll folds every deal of a workspace anew, and tells of each batch.
func (l *Ledger) refoldAll(ctx context.Context, ws throughline.Workspace, tell func(deals int)) error {
	var after throughline.DealID
	for {
		var refs []dealRef
		err := l.write(ctx, ws, func(w *writing) (err error) {
			if refs, err = dealsAfter(ctx, w, ws, after, refoldBatch); err != nil {
				return err
			}
			for _, d := range refs {
				w.said.Deals = append(w.said.Deals, d.id)
			}
			if len(refs) < refoldBatch {
				w.tally.Codec = int64(codec)
			}
			return w.refold(ctx, refs)
		})
		if err != nil {
			return err
		}
		if tell(len(refs)); len(refs) < refoldBatch {
			return nil
		}
		after = refs[len(refs)-1].id
	}
}

// refold folds some deals anew and writes their rows.
func (w *writing) refold(ctx context.Context, refs []dealRef) error {
	counted := make(map[int64]int64, len(refs))
	ask := Ask{Columns: []string{"seq", "counted"}, Prefix: in(w.ws), In: "seq"}
	err := among(ctx, w, Summaries, ask, refs, func(d *dealRef) any { return d.seq }, func(row Row) error {
		counted[row.Int(0)] = row.Int(1)
		return nil
	})
	if err != nil {
		return err
	}
	for _, d := range refs {
		facts, err := bundlesOf(ctx, w, w.ws, d.id, d.seq)
		if err != nil {
			return err
		}
		k := &work{id: d.id, seq: d.seq, kept: len(facts)}
		k.summary, k.corrected = fold(d.id, facts)
		w.tally.Deals += alive(k.summary.Facts > 0) - alive(counted[d.seq] > 0)
		if err := w.deal(ctx, k, false); err != nil {
			return err
		}
		if err := w.retitle(ctx, d, store.Folded(k.summary.Title.Value)); err != nil {
			return err
		}
	}
	return nil
}
