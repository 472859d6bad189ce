package ledger

import (
	"context"
	"iter"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// Facts gives all facts of a deal; see store.Ledger.
func (l *Ledger) Facts(ctx context.Context, ws throughline.Workspace, d throughline.DealID) ([]deal.Fact, error) {
	facts, err := factsOf(ctx, l.now(), ws, d)
	return facts, l.base.Fail("read facts of deal", d.String(), err)
}

func factsOf(ctx context.Context, r Reader, ws throughline.Workspace, d throughline.DealID) ([]deal.Fact, error) {
	seq, err := seqOf(ctx, r, ws, d)
	if err != nil || seq == 0 {
		return nil, err
	}
	return bundlesOf(ctx, r, ws, d, seq)
}

// seqOf gives a deal's running number, 0 where there is no such deal.
func seqOf(ctx context.Context, r Reader, ws throughline.Workspace, d throughline.DealID) (seq int64, err error) {
	err = r.Read(ctx, Deals, Ask{Columns: []string{"seq"}, Prefix: in(ws, d[:])}, func(row Row) error {
		seq = row.Int(0)
		return nil
	})
	return seq, err
}

// bundlesOf is factsOf for a deal whose running number is known.
func bundlesOf(ctx context.Context, r Reader, ws throughline.Workspace, d throughline.DealID, seq int64) (facts []deal.Fact, err error) {
	err = r.Read(ctx, Facts, Ask{Columns: []string{"bundle"}, Prefix: in(ws, seq)}, func(row Row) (err error) {
		facts, err = store.Unbundle(facts, d, row.Bytes(0))
		return err
	})
	return facts, err
}

// AllFacts streams the facts of every deal; see store.Ledger.
func (l *Ledger) AllFacts(ctx context.Context, ws throughline.Workspace) iter.Seq2[[]deal.Fact, error] {
	return func(yield func([]deal.Fact, error) bool) {
		err := l.base.View(ctx, ws, 1, func(rs []Reader) error {
			return EachDeal(ctx, rs[0], ws, func(_ throughline.DealID, facts []deal.Fact) bool { return yield(facts, nil) })
		})
		if err != nil {
			yield(nil, l.base.Fail("read facts in", "", err))
		}
	}
}

// dealRef is a deal and its running number.
type dealRef struct {
	id  throughline.DealID
	seq int64
}

// dealsAfter lists deals that follow a given one, in the order of ids.
func dealsAfter(ctx context.Context, r Reader, ws throughline.Workspace, after throughline.DealID, limit int) (out []dealRef, err error) {
	err = r.Read(ctx, Deals, Ask{Columns: []string{"deal", "seq"}, Prefix: in(ws), After: in(ws, after[:]), Limit: limit}, func(row Row) error {
		out = append(out, dealRef{id[throughline.DealID](row, 0), row.Int(1)})
		return nil
	})
	return out, err
}

// EachDeal gives the facts of every deal that has any, in the order of ids, until take is false.
func EachDeal(ctx context.Context, r Reader, ws throughline.Workspace, take func(throughline.DealID, []deal.Fact) bool) error {
	var after throughline.DealID
	for {
		refs, err := dealsAfter(ctx, r, ws, after, longChunk)
		if err != nil || len(refs) == 0 {
			return err
		}
		facts := make([][]deal.Fact, len(refs))
		at := make(map[int64]int, len(refs))
		for i, d := range refs {
			at[d.seq] = i
		}
		ask := Ask{Columns: []string{"seq", "bundle"}, Prefix: in(ws), In: "seq"}
		err = among(ctx, r, Facts, ask, refs, func(d *dealRef) any { return d.seq }, func(row Row) (err error) {
			i := at[row.Int(0)]
			facts[i], err = store.Unbundle(facts[i], refs[i].id, row.Bytes(1))
			return err
		})
		for i, fs := range facts { // those that could be read, also before a fault
			if len(fs) > 0 && err == nil && !take(refs[i].id, fs) {
				return nil
			}
		}
		if err != nil || len(refs) < longChunk {
			return err
		}
		after = refs[len(refs)-1].id
	}
}

// Counts gives how much there is; see store.Ledger.
func (l *Ledger) Counts(ctx context.Context, ws throughline.Workspace) (store.Counts, error) {
	var c store.Counts
	err := l.now().Read(ctx, Tallies, Ask{Columns: []string{"deals", "facts"}, Prefix: in(ws)}, func(row Row) error {
		c = store.Counts{Deals: int(row.Int(0)), Facts: int(row.Int(1))}
		return nil
	})
	return c, l.base.Fail("count in", "", err)
}
