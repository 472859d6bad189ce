// Package memory keeps a ledger in memory, for tests and for what nobody needs
// to keep: what it says is what any other store says, and it is gone with the
// process.
//
// Takes: a Base, made new or shared by several ledgers.
// Gives: a store.Ledger.
// Never: writes to a disk, but for a backup.
package memory

import (
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/ledger"
)

// Base holds the rows. What is written replaces the state as a whole, so that
// readers need no lock.
type Base struct {
	writing chan struct{} // holds one token: writers take turns
	state   atomic.Pointer[state]
	Clock   throughline.Clock // tells when something is written
}

type state map[*ledger.Table]*tree

// NewBase makes an empty base.
func NewBase() *Base {
	b := &Base{writing: make(chan struct{}, 1), Clock: time.Now}
	b.state.Store(&state{})
	return b
}

// Ledger is a ledger in memory.
type Ledger struct {
	*ledger.Ledger
	base *Base
}

var (
	_ store.Ledger = (*Ledger)(nil)
	_ ledger.Base  = (*Base)(nil)
)

// New makes an empty ledger.
func New() *Ledger { return Open(NewBase()) }

// Open makes a ledger of what a base holds.
func Open(b *Base) *Ledger { return &Ledger{Ledger: ledger.New(b), base: b} }

// Close does nothing: what the base holds stays.
func (l *Ledger) Close() error { return nil }

// Now reads the state of each moment; see ledger.Base.
func (b *Base) Now() ledger.Reader { return now{b} }

type now struct{ base *Base }

func (n now) Read(ctx context.Context, t *ledger.Table, a ledger.Ask, take func(ledger.Row) error) error {
	return n.base.state.Load().Read(ctx, t, a, take)
}

func (n now) Total(ctx context.Context, t *ledger.Table, column string, a ledger.Ask) (int64, error) {
	return n.base.state.Load().Total(ctx, t, column, a)
}

// View reads one state; see ledger.Base.
func (b *Base) View(_ context.Context, _ throughline.Workspace, readers int, do func([]ledger.Reader) error) error {
	s := b.state.Load()
	all := make([]ledger.Reader, readers)
	for i := range all {
		all[i] = s
	}
	return do(all)
}

// Change writes in one transaction; see ledger.Base.
func (b *Base) Change(ctx context.Context, _ throughline.Workspace, do func(ledger.Writer) error) error {
	select {
	case b.writing <- struct{}{}:
		defer func() { <-b.writing }()
	case <-ctx.Done():
		return ctx.Err()
	}
	own := maps.Clone(*b.state.Load())
	w := writer{&own}
	if err := do(w); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	b.state.Store(w.state)
	return nil
}

// Instant is now; see ledger.Base.
func (b *Base) Instant() time.Time { return b.Clock() }

// Scrub has nothing to do: what nobody holds is gone.
func (b *Base) Scrub(context.Context) error { return nil }

// Fail makes the error for what went wrong; see ledger.Base.
func (b *Base) Fail(op, subject string, err error) error {
	var known *throughline.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	if subject == "" {
		subject = "memory"
	}
	kind := throughline.Internal
	var own *ledger.Refusal
	switch {
	case errors.As(err, &own):
		kind = own.Kind
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		kind = throughline.Unavailable
	case errors.Is(err, fs.ErrExist):
		kind = throughline.Conflict
	case errors.Is(err, syscall.ENOTDIR):
		kind = throughline.Invalid
	case errors.Is(err, store.ErrBundleVersion):
		kind = throughline.Unsupported
	}
	return throughline.Fail(op, kind, subject, err)
}

// Read gives the rows that are asked for; see ledger.Reader.
func (s *state) Read(ctx context.Context, t *ledger.Table, a ledger.Ask, take func(ledger.Row) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	columns := make([]int, len(a.Columns))
	for i, c := range a.Columns {
		columns[i] = t.Column(c)
	}
	if len(columns) == 0 {
		for i := range t.Columns {
			columns = append(columns, i)
		}
	}
	out := make(ledger.Row, len(columns))
	for _, row := range s.rows(t, a) {
		for i, c := range columns {
			out[i] = row[c]
		}
		if err := take(out); err != nil {
			return err
		}
	}
	return nil
}

// Total adds up a column of rows; see ledger.Reader.
func (s *state) Total(ctx context.Context, t *ledger.Table, column string, a ledger.Ask) (n int64, err error) {
	for _, row := range s.rows(t, a) {
		if column == "" {
			n++
		} else {
			n += row.Int(t.Column(column))
		}
	}
	return n, ctx.Err()
}

// rows gives the rows that are asked for, whole.
func (s *state) rows(t *ledger.Table, a ledger.Ask) (out []ledger.Row) {
	limit := a.Limit
	if len(a.Order) > 0 {
		limit = 0 // all have to be seen
	}
	look := func(prefix []any) {
		(*s)[t].each(prefix, a.After, t.Key, func(row ledger.Row) bool {
			if meets(t, a.Where, row) {
				out = append(out, row)
			}
			return limit == 0 || len(out) < limit
		})
	}
	switch values := slices.SortedFunc(slices.Values(a.Values), compareValues); {
	case a.In == "":
		look(a.Prefix)
	case t.Column(a.In) == len(a.Prefix): // the next column of the key
		for _, v := range slices.CompactFunc(values, func(a, b any) bool { return compareValues(a, b) == 0 }) {
			look(append(slices.Clone(a.Prefix), v))
		}
	default:
		at := t.Column(a.In)
		(*s)[t].each(a.Prefix, a.After, t.Key, func(row ledger.Row) bool {
			if _, is := slices.BinarySearchFunc(values, row[at], compareValues); is && meets(t, a.Where, row) {
				out = append(out, row)
			}
			return limit == 0 || len(out) < limit
		})
	}
	if len(a.Order) > 0 {
		slices.SortStableFunc(out, func(x, y ledger.Row) int { return compareBy(t, a.Order, x, y) })
	}
	if a.Limit > 0 && len(out) > a.Limit {
		out = out[:a.Limit]
	}
	return out
}

func compareBy(t *ledger.Table, order []ledger.Order, x, y ledger.Row) int {
	for _, o := range order {
		i := t.Column(o.Column)
		c := compareValues(x[i], y[i])
		if o.Down {
			c = -c
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

// meets reports whether a row meets all conditions.
func meets(t *ledger.Table, where []ledger.Cond, row ledger.Row) bool {
	for _, c := range where {
		if c.Any != nil {
			if !slices.ContainsFunc(c.Any, func(all []ledger.Cond) bool { return meets(t, all, row) }) {
				return false
			}
			continue
		}
		v := row[t.Column(c.Column)]
		if v == nil {
			return false
		}
		order := 0
		if c.Op != ledger.Contains && c.Op != ledger.Among && c.Op != ledger.Outside {
			order = compareValues(v, c.Value)
		}
		ok := false
		switch c.Op {
		case ledger.Equal:
			ok = order == 0
		case ledger.Below:
			ok = order < 0
		case ledger.AtMost:
			ok = order <= 0
		case ledger.Above:
			ok = order > 0
		case ledger.AtLeast:
			ok = order >= 0
		case ledger.Contains:
			ok = strings.Contains(v.(string), c.Value.(string))
		case ledger.Among, ledger.Outside:
			ok = slices.ContainsFunc(c.Values, func(one any) bool { return compareValues(v, one) == 0 }) == (c.Op == ledger.Among)
		}
		if !ok {
			return false
		}
	}
	return true
}

// writer is a state that nobody else sees yet.
type writer struct{ *state }

// Add writes a row unless there is one of its key; see ledger.Writer.
func (w writer) Add(ctx context.Context, t *ledger.Table, values ...any) (bool, error) {
	if (*w.state)[t].find(values, t.Key) != nil {
		return false, ctx.Err()
	}
	return true, w.Put(ctx, t, values...)
}

// Insert writes a row whose key is new; see ledger.Writer.
func (w writer) Insert(ctx context.Context, t *ledger.Table, values ...any) error {
	added, err := w.Add(ctx, t, values...)
	if err == nil && !added {
		err = ledger.There(t)
	}
	return err
}

// Put writes a row; see ledger.Writer.
func (w writer) Put(ctx context.Context, t *ledger.Table, values ...any) error {
	row := slices.Clone(ledger.Row(values))
	for i, v := range row {
		if b, is := v.([]byte); is {
			row[i] = slices.Clone(b)
		}
	}
	(*w.state)[t] = (*w.state)[t].put(row, t.Key, priorityOf(row, t.Key))
	return ctx.Err()
}

// Drop takes a row away; see ledger.Writer.
func (w writer) Drop(ctx context.Context, t *ledger.Table, key ...any) error {
	(*w.state)[t] = (*w.state)[t].drop(key, t.Key)
	return ctx.Err()
}

// Check holds the deals' rows against their facts; see store.Ledger.
func (l *Ledger) Check(ctx context.Context) (c store.Checked, err error) {
	s := l.base.state.Load()
	fault := func(format string, args ...any) { c.Faults = append(c.Faults, fmt.Sprintf(format, args...)) }
	uncovered := func(format string, args ...any) { c.Uncovered = append(c.Uncovered, fmt.Sprintf(format, args...)) }
	counts := map[throughline.Workspace]map[*ledger.Table]int64{}
	for _, t := range ledger.Tables() {
		(*s)[t].each(nil, nil, t.Key, func(row ledger.Row) bool {
			c.Rows++
			ws := throughline.Workspace(row.Int(0))
			if counts[ws] == nil {
				counts[ws] = map[*ledger.Table]int64{}
			}
			counts[ws][t]++
			if why := ledger.Derived(t, row); why != "" {
				fault("a row of the table %s %s", t.Name, why)
			}
			return true
		})
	}
	for ws, n := range counts {
		y, err := ledger.TallyOf(ctx, s, ws)
		if err == nil {
			err = ledger.Check(ctx, s, ws, fault, uncovered)
		}
		if err == nil {
			err = ledger.CheckLists(ctx, s, ws, fault)
		}
		if err == nil {
			err = ledger.CheckTrail(ctx, s, ws, fault)
		}
		if err != nil {
			return c, l.base.Fail("check", "", err)
		}
		for _, t := range ledger.Tables() {
			if t.Counted() && n[t] != y.Says(t) {
				fault("the table %s has %d rows of workspace %d; the count says %d", t.Name, n[t], ws, y.Says(t))
			}
		}
	}
	slices.Sort(c.Faults)
	return c, nil
}

// Backup writes all rows to a file that must not exist; see store.Ledger. It is
// for looking at: no program opens it again.
func (l *Ledger) Backup(_ context.Context, path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return l.base.Fail("back up to", path, err)
	}
	out := gob.NewEncoder(f)
	for _, t := range ledger.Tables() {
		(*l.base.state.Load())[t].each(nil, nil, t.Key, func(row ledger.Row) bool {
			for _, v := range row {
				if v == nil {
					v = ""
				}
				err = errors.Join(err, out.Encode(&v))
			}
			return err == nil
		})
	}
	return l.base.Fail("back up to", path, errors.Join(err, f.Close()))
}
