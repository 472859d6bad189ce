// Package ledger is what a ledger does, whatever database keeps its rows: which
// facts are known, how summaries grow, versions, erasing, numbers, the order of
// lists.
//
// Takes: a Base, which reads and writes rows of the tables named here.
// Gives: a store.Ledger, but for what concerns files (Backup, and checks of the database itself).
// Never: speaks SQL, or changes a fact, except to take an erased person's name out of it.
package ledger

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// Reader reads rows.
type Reader interface {
	// Read gives the rows of a table that are asked for. A row, and the bytes in
	// it, may be read until take returns, and are not written to.
	Read(ctx context.Context, t *Table, a Ask, take func(Row) error) error

	// Total adds up a column of the rows that are asked for, or counts the rows
	// where no column is named.
	Total(ctx context.Context, t *Table, column string, a Ask) (int64, error)
}

// Writer reads and writes rows in one transaction, and sees what it wrote. Take
// functions do not call it. Values are int64, string, []byte or nil, one for
// each column, and stay the caller's.
type Writer interface {
	Reader

	// Add writes a row where there is none of its key, and reports whether it did.
	Add(ctx context.Context, t *Table, values ...any) (bool, error)

	// Insert writes a row whose key is new. Where it is not, nothing of the
	// transaction is kept; that may be told as late as when it ends.
	Insert(ctx context.Context, t *Table, values ...any) error

	// Put writes a row in place of the one of its key.
	Put(ctx context.Context, t *Table, values ...any) error

	// Drop takes the row of a key away.
	Drop(ctx context.Context, t *Table, key ...any) error
}

// Base is a database. Its methods may be called from several goroutines.
type Base interface {
	// Now reads, each Read for itself.
	Now() Reader

	// View has do read one state of the database, with as many readers as are
	// asked for, or with one where that many cannot be had.
	View(ctx context.Context, ws throughline.Workspace, readers int, do func([]Reader) error) error

	// Change has do write in one transaction, whose writers take turns in a
	// workspace: all of it is kept when it returns, or none where do or it fails.
	Change(ctx context.Context, ws throughline.Workspace, do func(Writer) error) error

	// Instant is now: a transaction keeps when it was written.
	Instant() time.Time

	// Scrub leaves no trace of what was written over or dropped.
	Scrub(ctx context.Context) error

	// Fail makes the *throughline.Error for what went wrong while op was attempted
	// on subject, or on the database where that is empty; nil stays nil.
	Fail(op, subject string, err error) error
}

// Ledger is the logic over a base.
type Ledger struct {
	base Base

	// Old says that writes have no numbers: it is read as an older program left it.
	Old bool

	// Unlisted says that there are no rows for lists: an older program left none.
	Unlisted bool

	// Unsettled says that there is no table for settings, as before.
	Unsettled bool

	// Untrailed says that there is no table for an audit, as before.
	Untrailed bool

	// Unused says that there is no table for counts of use, as before.
	Unused bool

	// Unreached says that there is no table for how people are reached, as before.
	Unreached bool

	// Unjobbed says that there is no table for jobs, as before.
	Unjobbed bool

	written     atomic.Int64 // how many writes of this process have ended
	relisted    atomic.Int64 // how many of them were of lists
	remembering sync.Mutex
	remembered  map[throughline.Workspace]*memory
}

// New makes a ledger of a base.
func New(b Base) *Ledger { return &Ledger{base: b} }

// Refusal is a cause of the ledger's own, with its kind.
type Refusal struct {
	Kind     throughline.Kind
	Sentence string
	Cause    error // where whoever asked may tell it from others; may be nil
}

// Unwrap gives the cause.
func (r *Refusal) Unwrap() error { return r.Cause }

func (r *Refusal) Error() string { return r.Sentence }

// Refuse makes a refusal.
func Refuse(kind throughline.Kind, format string, args ...any) error {
	return &Refusal{Kind: kind, Sentence: fmt.Sprintf(format, args...)}
}

// writing is one transaction in a workspace. The tally is changed here and
// written once, at the end.
type writing struct {
	Writer
	ws    throughline.Workspace
	tally Tally
	said  store.Written
}

// write has do write, and keeps under the transaction's number what it says it
// wrote. Where it wrote nothing that can be asked for, there is no number.
func (l *Ledger) write(ctx context.Context, ws throughline.Workspace, do func(w *writing) error) error {
	defer l.written.Add(1) // whatever came of it: what is remembered is held to the tally again
	return l.base.Change(ctx, ws, func(rows Writer) error {
		tally, err := TallyOf(ctx, rows, ws)
		if err != nil {
			return err
		}
		w := &writing{Writer: rows, ws: ws, tally: tally, said: store.Written{Number: tally.Writes + 1}}
		if err := do(w); err != nil {
			return err
		}
		if !w.said.Empty() {
			w.tally.Writes = w.said.Number
			if err := w.mustAdd(ctx, Writes, w.said.Number, store.EncodeWritten(w.said), l.base.Instant().UnixMicro()); err != nil {
				return err
			}
		}
		if w.tally == tally {
			return nil
		}
		return rows.Put(ctx, Tallies, w.tally.row(ws)...)
	})
}

// add adds a row of the workspace, and counts it.
func (w *writing) add(ctx context.Context, t *Table, values ...any) (bool, error) {
	added, err := w.Add(ctx, t, append([]any{int64(w.ws)}, values...)...)
	if added && t.counter >= 0 {
		w.tally.Rows[t.counter]++
	}
	return added, err
}

// put writes a row of the workspace that is there already, or is not counted.
func (w *writing) put(ctx context.Context, t *Table, values ...any) error {
	return w.Put(ctx, t, append([]any{int64(w.ws)}, values...)...)
}

// mustAdd is add for a row whose key is new.
func (w *writing) mustAdd(ctx context.Context, t *Table, values ...any) error {
	if t.counter >= 0 {
		w.tally.Rows[t.counter]++
	}
	return w.Insert(ctx, t, append([]any{int64(w.ws)}, values...)...)
}

// There says that a row is there whose key should be new.
func There(t *Table) error {
	return Refuse(throughline.Corrupt, "a row of the table %s is there that should not be", t.Name)
}
