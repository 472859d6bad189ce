package ledger

import (
	"context"

	"github.com/throughline/throughline"
)

// Watcher is told that a table is read, or that something is written, which is of
// no one table; what it gives is told how that ended. The context is that in which
// it goes on.
type Watcher func(ctx context.Context, what, table string) (context.Context, func(error))

// Watch has a watcher told of all reads and writes from now on. It is called before
// anybody else works with the ledger.
func (l *Ledger) Watch(w Watcher) { l.base = watched{l.base, w} }

// watched tells of what is done to a base: here, and not by each question of a
// ledger's, so that a new one is told of, too.
type watched struct {
	Base
	told Watcher
}

// Now is that of the base; see Base.
func (b watched) Now() Reader { return watchedReader{b.Base.Now(), nil, b.told} }

// View is that of the base; see Base.
func (b watched) View(ctx context.Context, ws throughline.Workspace, readers int, do func([]Reader) error) error {
	return b.Base.View(ctx, ws, readers, func(all []Reader) error {
		out := make([]Reader, len(all))
		for i, r := range all {
			out[i] = watchedReader{r, nil, b.told}
		}
		return do(out)
	})
}

// Change is that of the base; see Base.
func (b watched) Change(ctx context.Context, ws throughline.Workspace, do func(Writer) error) error {
	inside, end := b.told(ctx, "write", "")
	err := b.Base.Change(ctx, ws, func(w Writer) error { return do(watchedWriter{w, watchedReader{w, inside, b.told}}) })
	end(err)
	return err
}

type watchedReader struct {
	Reader
	inside context.Context // of a write; nil: of no one
	told   Watcher
}

func (r watchedReader) began(ctx context.Context, table string) func(error) {
	if r.inside != nil {
		ctx = r.inside
	}
	_, end := r.told(ctx, "read", table)
	return end
}

// Read is that of the base; see Reader.
func (r watchedReader) Read(ctx context.Context, t *Table, a Ask, take func(Row) error) error {
	end := r.began(ctx, t.Name)
	err := r.Reader.Read(ctx, t, a, take)
	end(err)
	return err
}

// Total is that of the base; see Reader.
func (r watchedReader) Total(ctx context.Context, t *Table, column string, a Ask) (int64, error) {
	end := r.began(ctx, t.Name)
	n, err := r.Reader.Total(ctx, t, column, a)
	end(err)
	return n, err
}

type watchedWriter struct {
	Writer
	reader watchedReader
}

// Read is that of the base; see Reader.
func (w watchedWriter) Read(ctx context.Context, t *Table, a Ask, take func(Row) error) error {
	return w.reader.Read(ctx, t, a, take)
}

// Total is that of the base; see Reader.
func (w watchedWriter) Total(ctx context.Context, t *Table, column string, a Ask) (int64, error) {
	return w.reader.Total(ctx, t, column, a)
}
