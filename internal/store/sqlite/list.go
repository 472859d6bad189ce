package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"runtime"
	"slices"
	"sync"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// A long list is read in the order in which the rows lie in the file, by two
// connections at once, put into the order of ids, and decoded on all cores
// just ahead of whoever reads the stream. Its encoded rows are held meanwhile,
// some 600 bytes a deal.

// raw is an encoded summary, with the beginning of its id to sort by.
type raw struct {
	prefix  uint64
	summary string
}

// id is the deal's, which in every form of a summary follows its first byte.
func (r raw) id() throughline.DealID { return throughline.DealID([]byte(r.summary[1:17])) }

func compareRaw(a, b raw) int {
	if a.prefix != b.prefix {
		return cmp.Compare(a.prefix, b.prefix)
	}
	return cmp.Compare(a.summary[1:17], b.summary[1:17])
}

// snapshot gives two transactions that see the same state of the file, or one
// where someone writes too often for that; end ends them.
func (l *Ledger) snapshot(ctx context.Context, ws throughline.Workspace) (txs []*sql.Tx, seq int64, end func(), err error) {
	end = func() {
		for _, tx := range txs {
			tx.Rollback()
		}
	}
	defer func() {
		if err != nil {
			end()
		}
	}()
	for range 3 {
		var writes [2]int64
		for i := range writes {
			tx, err := l.read.BeginTx(ctx, nil)
			if err != nil {
				return nil, 0, end, err
			}
			txs = append(txs, tx)
			err = tx.QueryRowContext(ctx, "select writes, seq from tally where workspace = $1", int64(ws)).Scan(&writes[i], &seq)
			if errors.Is(err, sql.ErrNoRows) {
				err = nil
			}
			if err != nil {
				return nil, 0, end, err
			}
			if seq < shortList {
				return txs, seq, end, nil
			}
		}
		if writes[0] == writes[1] {
			return txs, seq, end, nil
		}
		end()
		txs = nil
	}
	tx, err := l.read.BeginTx(ctx, nil)
	if err != nil {
		return nil, 0, end, err
	}
	txs = append(txs, tx)
	return txs, seq, end, tx.QueryRowContext(ctx, "select seq from tally where workspace = $1", int64(ws)).Scan(&seq)
}

// shortList is how many deals are not worth a second connection.
const shortList = 2000

// rawSummaries reads all encoded summaries, in the order of the deals' ids.
func (l *Ledger) rawSummaries(ctx context.Context, ws throughline.Workspace, heads bool) ([]raw, error) {
	txs, seq, end, err := l.snapshot(ctx, ws)
	if err != nil {
		return nil, err
	}
	defer end()
	parts := make([][]raw, len(txs))
	errs := make([]error, len(txs))
	var wg sync.WaitGroup
	for i, tx := range txs {
		wg.Go(func() {
			low, high := seq*int64(i)/int64(len(txs)), seq*int64(i+1)/int64(len(txs))
			parts[i], errs[i] = rawRange(ctx, tx, ws, heads, low, high)
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if len(parts) == 1 {
		return parts[0], nil
	}
	return merge(parts[0], parts[1]), nil
}

// merge puts two sorted lists into one.
func merge(a, b []raw) []raw {
	out := make([]raw, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if compareRaw(a[0], b[0]) <= 0 {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// rawRange reads the encoded summaries of a range, sorted by id.
func rawRange(ctx context.Context, q querier, ws throughline.Workspace, heads bool, low, high int64) ([]raw, error) {
	out := make([]raw, 0, high-low)
	// Summaries lie together in blocks, each of which becomes one string.
	var block []byte
	var ends []int
	flush := func() {
		begin, text := 0, string(block)
		for _, end := range ends {
			s := text[begin:end]
			begin = end
			out = append(out, raw{binary.BigEndian.Uint64([]byte(s[1:9])), s})
		}
		block, ends = block[:0], ends[:0]
	}
	var summary sql.RawBytes
	query := "select summary from summary where workspace = $1 and seq > $2 and seq <= $3 and counted > 0 order by seq"
	if heads {
		query = "select head from head where workspace = $1 and seq > $2 and seq <= $3 and counted > 0 order by seq"
	}
	err := each(ctx, q, query, []any{int64(ws), low, high}, func(rows *sql.Rows) error {
		if err := rows.Scan(&summary); err != nil {
			return err
		}
		if len(summary) < 17 {
			return refuse(throughline.Corrupt, "a summary is cut short")
		}
		block = append(block, summary...)
		if ends = append(ends, len(block)); len(block) > 1<<18 {
			flush()
		}
		return nil
	})
	flush()
	slices.SortFunc(out, compareRaw)
	return out, err
}

// decoded is a part of a list.
type decoded struct {
	summaries []deal.Summary
	err       error
}

// decodeAll gives the summaries to yield, in order, decoding a few parts ahead.
func (l *Ledger) decodeAll(ctx context.Context, ws throughline.Workspace, all []raw, heads bool, yield func(deal.Summary, error) bool) error {
	const part = 256
	ctx, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer stop()
	workers := runtime.GOMAXPROCS(0)
	queue := make(chan chan decoded, 2*workers) // in the order of the list
	type job struct {
		rows []raw
		out  chan decoded
	}
	jobs := make(chan job)
	wg.Go(func() {
		defer close(queue)
		defer close(jobs)
		for rows := range slices.Chunk(all, part) {
			j := job{rows, make(chan decoded, 1)}
			select {
			case queue <- j.out:
			case <-ctx.Done():
				return
			}
			select {
			case jobs <- j:
			case <-ctx.Done():
				return
			}
		}
	})
	for range workers {
		wg.Go(func() {
			d := deal.Decoder{Block: part, Heads: heads}
			for j := range jobs {
				j.out <- l.decode(ctx, ws, &d, j.rows)
			}
		})
	}
	for out := range queue {
		var d decoded
		select {
		case d = <-out:
		case <-ctx.Done():
			return ctx.Err()
		}
		for _, s := range d.summaries {
			if !yield(s, nil) {
				return nil
			}
		}
		if d.err != nil {
			return d.err
		}
	}
	return ctx.Err()
}

func (l *Ledger) decode(ctx context.Context, ws throughline.Workspace, decoder *deal.Decoder, rows []raw) (d decoded) {
	d.summaries = make([]deal.Summary, 0, len(rows))
	for _, row := range rows {
		s, err := decoder.Summary(row.summary)
		if errors.Is(err, deal.ErrSummaryVersion) {
			s, err = l.refold(ctx, ws, row.id())
			s.Attributes = nil
		}
		if err != nil {
			d.err = err
			return d
		}
		d.summaries = append(d.summaries, s)
	}
	return d
}
