package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"strconv"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store/ledger"
)

// Statements number their places ($1, $2 …), which PostgreSQL and SQLite both
// read. Only those with a list of unknown length are put together here, and
// those use a bare "?": this driver looks a named place up in a list of all
// names each time, which made long lists of values a third slower.

// places gives rows of bare places: places(2, 3) is "(?,?,?),(?,?,?)".
func places(rows, columns int) string {
	row := "(" + strings.Repeat(",?", columns)[1:] + ")"
	return strings.Repeat(","+row, rows)[1:]
}

// querier is a reading connection, or the writing one inside a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// txn is the transaction that is open on the writing connection.
type txn struct{ l *base }

// stmt gives the prepared form of a query, prepared once for the connection.
func (t txn) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	s, ok := t.l.stmts[query]
	if !ok {
		var err error
		if s, err = t.l.conn.PrepareContext(ctx, query); err != nil {
			return nil, err
		}
		t.l.stmts[query] = s
	}
	return s, nil
}

func (t txn) exec(ctx context.Context, query string, args ...any) (rows int, err error) {
	s, err := t.stmt(ctx, query)
	if err != nil {
		return 0, err
	}
	r, err := s.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	n, err := r.RowsAffected()
	return int(n), err
}

func (t txn) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := t.stmt(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

func (t txn) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	s, err := t.stmt(ctx, query)
	if err != nil {
		return t.l.conn.QueryRowContext(ctx, query, args...) // the row will tell
	}
	return s.QueryRowContext(ctx, args...)
}

// each runs a query and calls row for each of its rows.
func each(ctx context.Context, q querier, query string, args []any, row func(rows *sql.Rows) error) error {
	rows, err := q.QueryContext(ctx, query, args...)
	return taken(rows, err, row)
}

// taken calls row for each row of an answer.
func taken(rows *sql.Rows, err error, row func(rows *sql.Rows) error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// transact runs do in a transaction of the one writing connection and commits,
// unless do fails; then nothing of it stays. The transaction is begun and ended
// by hand: a sql.Tx would be rolled back behind our back when the context ends,
// and prepares every statement anew.
func (l *base) transact(ctx context.Context, do func(t txn) error) (err error) {
	if l.readOnly {
		return ledger.Refuse(throughline.Denied, "it was opened for reading only")
	}
	l.writing.Lock()
	defer l.writing.Unlock()
	if err := l.connect(ctx); err != nil {
		return err
	}
	if err := l.begin(ctx); err != nil {
		return err
	}
	done := false
	defer func() {
		if done {
			return
		}
		// SQLite may have rolled back already (disk full, interrupted); only a
		// connection that neither can nor did is given up.
		always := context.WithoutCancel(ctx)
		_, _ = l.conn.ExecContext(always, "rollback")
		if _, e := l.conn.ExecContext(always, "begin immediate; rollback"); e != nil && !busy(e) {
			l.disconnect()
		}
		if err != nil && ctx.Err() != nil {
			err = ctx.Err()
		}
	}()
	if err := do(txn{l}); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	// Once begun, a commit is not stopped: whether it happened must be known.
	_, err = l.conn.ExecContext(context.WithoutCancel(ctx), "commit")
	done = err == nil
	return err
}

// patience is how long a writing waits for other programs' writings before it gives up.
const patience = 2 * time.Minute

// begin begins the transaction when no other program is writing. SQLite's own
// waiting looks ever more rarely, up to a tenth of a second apart, so that of
// two programs that write all the time one can be starved; asked again every
// few looks, it looks often throughout, and whoever waits gets a turn.
func (l *base) begin(ctx context.Context) error {
	for since := time.Now(); ; {
		_, err := l.conn.ExecContext(ctx, "begin immediate")
		if err == nil || !busy(err) || time.Since(since) > patience {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

// connect takes the writing connection, again if it was given up.
func (l *base) connect(ctx context.Context) (err error) {
	if l.closed {
		return ledger.Refuse(throughline.Unavailable, "it was closed")
	}
	if l.conn == nil {
		if l.conn, err = l.write.Conn(ctx); err == nil {
			err = l.wait(ctx, l.conn, shortWait)
		}
	}
	return err
}

// How long SQLite waits on the writing connection, in milliseconds: see begin;
// and for what cannot be asked again.
const (
	shortWait = 25
	longWait  = 60_000
)

func (l *base) wait(ctx context.Context, conn *sql.Conn, ms int) error {
	_, err := conn.ExecContext(ctx, "pragma busy_timeout = "+strconv.Itoa(ms))
	return err
}

func (l *base) disconnect() {
	for _, s := range l.stmts {
		s.Close()
	}
	clear(l.stmts)
	if l.conn != nil {
		_ = l.conn.Raw(func(any) error { return driver.ErrBadConn }) // do not give it back
		l.conn.Close()
		l.conn = nil
	}
}
