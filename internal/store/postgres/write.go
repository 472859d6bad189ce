package postgres

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store/ledger"
)

// Writers of a workspace take turns: first those of this process, then those of
// all, by the workspace's row of the table "write_lock". Whoever has it sees all that
// was written before, and gives the next number.
//
// A process that dies gives its turn back with its connection. One that stands
// still in the middle loses it after a minute.
const (
	lockTurn = "select 1 from write_lock where workspace = $1 for update"
	makeTurn = "insert into write_lock (workspace) values ($1) on conflict do nothing"
	begin    = "begin; set local lock_timeout = '120s'; set local idle_in_transaction_session_timeout = '60s'"
)

// Change writes in one transaction; see ledger.Base.
func (b *base) Change(ctx context.Context, ws throughline.Workspace, do func(ledger.Writer) error) error {
	return b.change(ctx, []throughline.Workspace{ws}, do)
}

// change is Change for several workspaces, in the order of their numbers.
func (b *base) change(ctx context.Context, all []throughline.Workspace, do func(ledger.Writer) error) error {
	if b.readOnly {
		return ledger.Refuse(throughline.Denied, "it was opened for reading only")
	}
	for _, ws := range all {
		turn := b.turn(ws)
		select {
		case turn <- struct{}{}:
			defer func() { <-turn }()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	begun := false
	return b.again(ctx, func() bool { return !begun }, func() error {
		c, err := b.pool.Acquire(ctx)
		if err != nil {
			return err
		}
		defer c.Release()
		if err := start(ctx, c, all); err != nil {
			abandon(ctx, c)
			return err
		}
		begun = true
		t := &txn{b: b, c: c, reader: reader{c}, tables: map[*ledger.Table]*pending{}}
		if err := t.run(ctx, do); err != nil {
			_ = t.sent(ctx) // only one thing at a time goes over the connection
			abandon(ctx, c)
			return err
		}
		return commit(ctx, c)
	})
}

func (b *base) turn(ws throughline.Workspace) chan struct{} {
	b.writing.Lock()
	defer b.writing.Unlock()
	if b.turns[ws] == nil {
		b.turns[ws] = make(chan struct{}, 1)
	}
	return b.turns[ws]
}

// start begins a transaction and waits for the workspaces' turns.
func start(ctx context.Context, c *pgxpool.Conn, all []throughline.Workspace) error {
	if _, err := c.Conn().PgConn().Exec(ctx, begin).ReadAll(); err != nil {
		return err
	}
	for _, ws := range all {
		for {
			got, err := c.Exec(ctx, lockTurn, int64(ws))
			if err != nil {
				return err
			}
			if got.RowsAffected() > 0 {
				break
			}
			if _, err := c.Exec(ctx, makeTurn, int64(ws)); err != nil {
				return err
			}
		}
	}
	return nil
}

// patience is how long an answer to the end of a transaction is waited for.
const patience = time.Minute

// abandon ends a transaction of which nothing is kept.
func abandon(ctx context.Context, c *pgxpool.Conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	if c.Conn().IsClosed() { // the server does the same when it notices
		return
	}
	_, _ = c.Conn().PgConn().Exec(ctx, "rollback").ReadAll() // if it cannot, the pool closes the connection, and the server ends it
}

// commit keeps a transaction. Once begun it is not stopped: whether it happened
// must be known. Where the server does not say, that is what is told.
func commit(ctx context.Context, c *pgxpool.Conn) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	results, err := c.Conn().PgConn().Exec(ctx, "commit").ReadAll()
	switch {
	case err != nil && (lost(err) || ctx.Err() != nil):
		return errUnknown
	case err != nil:
		return err
	case len(results) != 1 || results[0].CommandTag.String() != "COMMIT": // the server had given it up
		return errors.New("the transaction was given up by the server")
	}
	return nil
}

// txn is an open transaction. What is written is kept here and sent to the
// server many rows at once: when its table is asked for, and at the end.
type txn struct {
	b      *base
	c      *pgxpool.Conn
	reader reader
	tables map[*ledger.Table]*pending
	order  []*pending // in the order in which tables were first written to
	spelt  []byte     // a row, for its checksum
	told   int64      // the workspace whose next number was written, for those who listen
}

// pending is what is to be written to a table, in order.
type pending struct {
	*table
	ops   []op
	lines *lines // of Facts: the rows that SQL can read
}

// op is a row to be written. Consecutive ones of one kind go together.
type op struct {
	kind   kind
	values []any // with the checksum; of a drop the key
	size   int   // about how many bytes that is
}

type kind int

const (
	insert kind = iota
	put
	drop
)

// run has do write, and sends all of it.
func (t *txn) run(ctx context.Context, do func(ledger.Writer) error) error {
	if err := do(t); err != nil {
		return err
	}
	if err := t.flush(ctx); err != nil {
		return err
	}
	return ctx.Err()
}

func (t *txn) of(tbl *ledger.Table) *pending {
	p := t.tables[tbl]
	if p == nil {
		p = &pending{table: tableOf(tbl)}
		if tbl == ledger.Facts {
			p.lines = &lines{}
		}
		t.tables[tbl] = p
		t.order = append(t.order, p)
	}
	return p
}

// Read gives the rows that are asked for, as the transaction sees them.
func (t *txn) Read(ctx context.Context, tbl *ledger.Table, a ledger.Ask, take func(ledger.Row) error) error {
	if err := t.flushOne(ctx, tbl); err != nil {
		return err
	}
	return t.reader.Read(ctx, tbl, a, take)
}

// Total adds up or counts, as the transaction sees it.
func (t *txn) Total(ctx context.Context, tbl *ledger.Table, column string, a ledger.Ask) (int64, error) {
	if err := t.flushOne(ctx, tbl); err != nil {
		return 0, err
	}
	return t.reader.Total(ctx, tbl, column, a)
}

// most is how many rows of a table wait at most.
const most = 4096

// queue keeps a row for later. The values stay the caller's, so bytes are copied.
func (t *txn) queue(ctx context.Context, tbl *ledger.Table, k kind, values []any) error {
	p := t.of(tbl)
	own := make([]any, len(values), len(values)+1)
	size := 2 + 12*(len(values)+1)
	for _, v := range values {
		if b, is := v.([]byte); is {
			size += len(b)
		}
	}
	room := make([]byte, 0, size-12*(len(values)+1)-2)
	for i, v := range values {
		switch v := v.(type) {
		case []byte:
			from := len(room)
			room = append(room, v...)
			own[i] = room[from:len(room):len(room)]
		case string:
			own[i] = kept(v)
			size += len(v)
		default:
			own[i] = v
		}
	}
	if k != drop {
		var sum int64
		sum, t.spelt = ledger.Sum(t.spelt, tbl, values)
		own = append(own, sum)
	}
	p.ops = append(p.ops, op{k, own, size})
	if len(p.ops) >= most {
		return t.flushOne(ctx, tbl)
	}
	return ctx.Err()
}

// Insert writes a row whose key is new; see ledger.Writer.
func (t *txn) Insert(ctx context.Context, tbl *ledger.Table, values ...any) error {
	switch tbl {
	case ledger.Writes:
		t.told, _ = values[0].(int64)
	case ledger.Facts:
		l := t.of(tbl).lines
		if err := l.add(values); err != nil {
			return err
		}
		if len(l.buf) > fewLines {
			if err := l.send(ctx, t.c); err != nil {
				return doubled(tbl, err)
			}
		}
	}
	return t.queue(ctx, tbl, insert, values)
}

// Put writes a row; see ledger.Writer.
func (t *txn) Put(ctx context.Context, tbl *ledger.Table, values ...any) error {
	if tbl == ledger.Facts {
		p := t.of(tbl)
		if err := t.flushOne(ctx, tbl); err != nil {
			return err
		}
		if err := dropLines(ctx, t.c, values); err != nil {
			return err
		}
		if err := p.lines.add(values); err != nil {
			return err
		}
	}
	return t.queue(ctx, tbl, put, values)
}

// Drop takes a row away; see ledger.Writer.
func (t *txn) Drop(ctx context.Context, tbl *ledger.Table, key ...any) error {
	if tbl == ledger.Facts { // what a copy leaves out; with its rows for SQL
		var row ledger.Row
		err := t.Read(ctx, tbl, ledger.Ask{Prefix: key}, func(r ledger.Row) error {
			row = slices.Clone(r)
			row[5] = bytes.Clone(r.Bytes(5))
			return nil
		})
		if err != nil || row == nil {
			return err
		}
		lines := t.of(tbl).lines
		if err := errors.Join(lines.send(ctx, t.c), lines.wait()); err != nil { // those of the row may be on their way
			return err
		}
		if err := dropLines(ctx, t.c, row); err != nil {
			return err
		}
	}
	return t.queue(ctx, tbl, drop, key)
}

// Add writes a row unless there is one of its key; see ledger.Writer.
func (t *txn) Add(ctx context.Context, tbl *ledger.Table, values ...any) (bool, error) {
	if tbl == ledger.Facts {
		return false, errors.New("postgres: facts are inserted")
	}
	if err := t.flushOne(ctx, tbl); err != nil {
		return false, err
	}
	var sum int64
	sum, t.spelt = ledger.Sum(t.spelt, tbl, values)
	args := make([]any, 0, len(values)+1)
	for _, v := range values {
		if text, is := v.(string); is {
			v = kept(text)
		}
		args = append(args, v)
	}
	tag, err := t.c.Exec(ctx, tableOf(tbl).add, append(args, sum)...)
	return tag.RowsAffected() > 0, whyEnded(ctx, err)
}

// flush writes everything that waits, and has the server tell others of it when
// the transaction is kept.
func (t *txn) flush(ctx context.Context) error {
	if p := t.tables[ledger.Facts]; p != nil {
		if err := p.lines.send(ctx, t.c); err != nil {
			return whyEnded(ctx, doubled(p.Table, err))
		}
	}
	if err := t.flushAll(ctx, t.order); err != nil {
		return err
	}
	if t.told == 0 {
		return nil
	}
	_, err := t.c.Exec(ctx, "select pg_notify($1, $2)", channel, strconv.FormatInt(t.told, 10))
	return whyEnded(ctx, err)
}

// sent waits until the connection is free.
func (t *txn) sent(ctx context.Context) error {
	p := t.tables[ledger.Facts]
	if p == nil {
		return nil
	}
	return whyEnded(ctx, doubled(p.Table, p.lines.wait()))
}

func (t *txn) flushOne(ctx context.Context, tbl *ledger.Table) error {
	if p := t.tables[tbl]; p != nil && len(p.ops) > 0 {
		return t.flushAll(ctx, []*pending{p})
	}
	if err := t.sent(ctx); err != nil {
		return err
	}
	return ctx.Err()
}
