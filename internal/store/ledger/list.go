package ledger

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"runtime"
	"slices"
	"sync"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// A long list is read in the order in which the rows lie, by two readers at
// once, put into the order of ids, and decoded on all cores just ahead of
// whoever reads the stream. Its encoded rows are held meanwhile, some 600 bytes
// a deal.

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

// shortList is how many deals are not worth a second reader.
const shortList = 2000

// encoded reads all encoded summaries, in the order of the deals' ids.
func (l *Ledger) encoded(ctx context.Context, ws throughline.Workspace, heads bool) (out []raw, err error) {
	seq, err := lastSeq(ctx, l.now(), ws)
	if err != nil {
		return nil, err
	}
	readers := 2
	if seq < shortList {
		readers = 1
	}
	err = l.base.View(ctx, ws, readers, func(rs []Reader) error {
		seq, err := lastSeq(ctx, rs[0], ws)
		if err != nil {
			return err
		}
		parts := make([][]raw, len(rs))
		errs := make([]error, len(rs))
		var wg sync.WaitGroup
		for i, r := range rs {
			wg.Go(func() {
				n := int64(len(rs))
				parts[i], errs[i] = rawRange(ctx, r, ws, heads, seq*int64(i)/n, seq*int64(i+1)/n)
			})
		}
		wg.Wait()
		if out = parts[0]; len(parts) > 1 {
			out = merge(parts[0], parts[1])
		}
		return errors.Join(errs...)
	})
	return out, err
}

// lastSeq gives the running number of the newest deal.
func lastSeq(ctx context.Context, r Reader, ws throughline.Workspace) (n int64, err error) {
	err = r.Read(ctx, Tallies, Ask{Columns: []string{"seq"}, Prefix: in(ws)}, func(row Row) error {
		n = row.Int(0)
		return nil
	})
	return n, err
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
func rawRange(ctx context.Context, r Reader, ws throughline.Workspace, heads bool, low, high int64) ([]raw, error) {
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
	from, column := Summaries, "summary"
	if heads {
		from, column = Heads, "head"
	}
	ask := Ask{
		Columns: []string{column},
		Prefix:  in(ws),
		Where: []Cond{
			{Column: "seq", Op: Above, Value: low},
			{Column: "seq", Op: AtMost, Value: high},
			{Column: "counted", Op: Above, Value: int64(0)},
		},
	}
	err := r.Read(ctx, from, ask, func(row Row) error {
		summary := row.Bytes(0)
		if len(summary) < 17 {
			return Refuse(throughline.Corrupt, "a summary is cut short")
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
