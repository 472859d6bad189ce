package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store/ledger"
)

// cell takes a value as the driver gives it, without a copy: rows are read and
// done with one at a time.
type cell struct{ value any }

// Scan takes the value. Bytes of no length are given as a nil slice, which would be
// nothing at all where they are written again.
func (c *cell) Scan(value any) error {
	if b, is := value.([]byte); is && b == nil {
		value = []byte{}
	}
	c.value = value
	return nil
}

// reader reads with a connection, or with whichever is free.
type reader struct {
	querier
	prepared func(ctx context.Context, query string) (*sql.Stmt, error) // nil: the connection does it by itself
}

// rows runs a query and calls take for each of its rows. What is asked again and
// again is prepared once for each connection.
func (r reader) rows(ctx context.Context, a ledger.Ask, query string, args []any, take func(rows *sql.Rows) error) error {
	if r.prepared == nil || slices.ContainsFunc(a.Where, manyForms) {
		return each(ctx, r.querier, query, args, take)
	}
	s, err := r.prepared(ctx, query)
	if err != nil {
		return err
	}
	rows, err := s.QueryContext(ctx, args...)
	return taken(rows, err, take)
}

// manyForms tells a condition that is spelt anew for each length of its list.
func manyForms(c ledger.Cond) bool {
	return c.Op == ledger.Among || c.Op == ledger.Outside ||
		slices.ContainsFunc(c.Any, func(all []ledger.Cond) bool { return slices.ContainsFunc(all, manyForms) })
}

// ask gives the prepared form of a query.
func (l *base) ask(ctx context.Context, query string) (*sql.Stmt, error) {
	if s, ok := l.asks.Load(query); ok {
		return s.(*sql.Stmt), nil
	}
	s, err := l.read.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if other, was := l.asks.LoadOrStore(query, s); was {
		s.Close()
		return other.(*sql.Stmt), nil
	}
	return s, nil
}

// Read gives the rows that are asked for; see ledger.Reader.
func (r reader) Read(ctx context.Context, t *ledger.Table, a ledger.Ask, take func(ledger.Row) error) error {
	query, args := spell(t, a)
	n := len(a.Columns)
	if n == 0 {
		n = len(t.Columns)
	}
	cells, into, row := make([]cell, n), make([]any, n), make(ledger.Row, n)
	for i := range cells {
		into[i] = &cells[i]
	}
	return r.rows(ctx, a, query, args, func(rows *sql.Rows) error {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i := range cells {
			row[i] = cells[i].value
		}
		return take(row)
	})
}

// Total adds up a column of rows, or counts them; see ledger.Reader.
func (r reader) Total(ctx context.Context, t *ledger.Table, column string, a ledger.Ask) (n int64, err error) {
	what := "count(*)"
	if column != "" {
		what = "coalesce(sum(" + column + "), 0)"
	}
	query, args := spellSome(t, a, what)
	err = r.rows(ctx, a, query, args, func(rows *sql.Rows) error { return rows.Scan(&n) })
	return n, err
}

// spell puts a question into SQL.
func spell(t *ledger.Table, a ledger.Ask) (query string, args []any) {
	columns := a.Columns
	if len(columns) == 0 {
		columns = t.Columns
	}
	query, args = spellSome(t, a, strings.Join(columns, ", "))
	var b strings.Builder
	b.WriteString(query)
	b.WriteString(" order by ")
	if len(a.Order) == 0 {
		b.WriteString(strings.Join(t.Columns[:t.Key], ", "))
	}
	for i, o := range a.Order {
		if i > 0 {
			b.WriteString(", ")
		}
		if b.WriteString(hidden(t, a, o.Column)); o.Down {
			b.WriteString(" desc")
		}
	}
	if a.Limit > 0 {
		b.WriteString(" limit ?")
		args = append(args, int64(a.Limit))
	}
	return b.String(), args
}

// spellSome is spell up to the order, of what is selected.
func spellSome(t *ledger.Table, a ledger.Ask, what string) (query string, args []any) {
	var b strings.Builder
	b.WriteString("select ")
	b.WriteString(what)
	b.WriteString(" from ")
	b.WriteString(t.Name)
	if a.By != "" && a.By != ledger.ByKey {
		b.WriteString(" indexed by " + a.By)
	}
	word := " where "
	and := func(parts ...string) {
		b.WriteString(word)
		for _, p := range parts {
			b.WriteString(p)
		}
		word = " and "
	}
	for i, v := range a.Prefix {
		and(t.Columns[i], " = ?")
		args = append(args, v)
	}
	if a.In != "" {
		and(a.In, " in ", places(1, len(a.Values)))
		args = append(args, a.Values...)
	}
	if rest := t.Columns[len(a.Prefix):max(len(a.Prefix), t.Key)]; a.After != nil && len(rest) > 0 {
		and("(", strings.Join(rest, ", "), ") > ", places(1, len(rest)))
		args = append(args, a.After[len(a.Prefix):]...)
	}
	for _, c := range a.Where {
		and(condition(c, &args, func(column string) string { return hidden(t, a, column) }))
	}
	return b.String(), args
}

// hidden spells a column so that no index is chosen for it, where rows are gone
// through by their key.
func hidden(t *ledger.Table, a ledger.Ask, column string) string {
	if a.By == ledger.ByKey && t.Column(column) >= t.Key {
		return "+" + column
	}
	return column
}

// condition puts a condition into SQL, and its values behind args.
func condition(c ledger.Cond, args *[]any, name func(string) string) string {
	switch {
	case c.Any != nil:
		var any []string
		for _, list := range c.Any {
			var all []string
			for _, one := range list {
				all = append(all, condition(one, args, name))
			}
			any = append(any, strings.Join(all, " and "))
		}
		return "(" + strings.Join(any, " or ") + ")"
	case c.Op == ledger.Contains:
		*args = append(*args, "%"+escaped(c.Value.(string))+"%")
		return name(c.Column) + " like ? escape '!'"
	case c.Op == ledger.Among && len(c.Values) == 0:
		return "1 = 0"
	case c.Op == ledger.Among:
		*args = append(*args, c.Values...)
		return name(c.Column) + " in " + places(1, len(c.Values))
	case c.Op == ledger.Outside && len(c.Values) == 0:
		return "1 = 1"
	case c.Op == ledger.Outside:
		*args = append(*args, c.Values...)
		return name(c.Column) + " not in " + places(1, len(c.Values))
	}
	*args = append(*args, c.Value)
	return name(c.Column) + " " + string(c.Op) + " ?"
}

// escaped takes the meaning from the wildcards of "like".
func escaped(s string) string {
	return strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(s)
}

// Read gives the rows that are asked for, as the transaction sees them.
func (t txn) Read(ctx context.Context, tbl *ledger.Table, a ledger.Ask, take func(ledger.Row) error) error {
	return reader{querier: t}.Read(ctx, tbl, a, take)
}

// Total adds up or counts, as the transaction sees it.
func (t txn) Total(ctx context.Context, tbl *ledger.Table, column string, a ledger.Ask) (int64, error) {
	return reader{querier: t}.Total(ctx, tbl, column, a)
}

// Add writes a row unless there is one of its key; see ledger.Writer.
func (t txn) Add(ctx context.Context, tbl *ledger.Table, values ...any) (bool, error) {
	n, err := t.put(ctx, sealed(tbl), sealed(tbl).add, values...)
	return n > 0, err
}

// Insert writes a row whose key is new; see ledger.Writer.
func (t txn) Insert(ctx context.Context, tbl *ledger.Table, values ...any) error {
	added, err := t.Add(ctx, tbl, values...)
	if err == nil && !added {
		err = ledger.There(tbl)
	}
	return err
}

// Put writes a row; see ledger.Writer.
func (t txn) Put(ctx context.Context, tbl *ledger.Table, values ...any) error {
	_, err := t.put(ctx, sealed(tbl), sealed(tbl).replace, values...)
	return err
}

// Drop takes a row away; see ledger.Writer.
func (t txn) Drop(ctx context.Context, tbl *ledger.Table, key ...any) error {
	_, err := t.exec(ctx, sealed(tbl).drop, key...)
	return err
}

// Now reads with whichever connection is free; see ledger.Base.
func (l *base) Now() ledger.Reader { return reader{l.read, l.ask} }

// Change writes in one transaction; see ledger.Base. A file has one writer,
// whichever the workspace.
func (l *base) Change(ctx context.Context, _ throughline.Workspace, do func(ledger.Writer) error) error {
	return l.transact(ctx, func(t txn) error { return do(t) })
}

// View reads one state of the file; see ledger.Base. Two transactions see the
// same state where the number of the last write is the same in both; where
// someone writes too often for that, there is one.
func (l *base) View(ctx context.Context, ws throughline.Workspace, readers int, do func([]ledger.Reader) error) error {
	leave, err := l.hold(ctx, readers)
	if err != nil {
		return err
	}
	defer leave()
	for range 3 {
		done, err := l.view(ctx, ws, readers, do)
		if done || err != nil {
			return err
		}
	}
	_, err = l.view(ctx, ws, 1, do)
	return err
}

// hold waits until a view may hold so many of the reading connections. Some are
// left for questions that need one for a moment, as a view does where it asks
// something that nobody prepared yet.
func (l *base) hold(ctx context.Context, n int) (leave func(), err error) {
	held := 0
	leave = func() {
		for range held {
			<-l.held
		}
	}
	select { // one at a time, so that no two wait for each other's second
	case l.holding <- struct{}{}:
		defer func() { <-l.holding }()
	case <-ctx.Done():
		return leave, ctx.Err()
	}
	for range n {
		select {
		case l.held <- struct{}{}:
			held++
		case <-ctx.Done():
			leave()
			return func() {}, ctx.Err()
		}
	}
	return leave, nil
}

func (l *base) view(ctx context.Context, ws throughline.Workspace, readers int, do func([]ledger.Reader) error) (done bool, err error) {
	var out []ledger.Reader
	var first int64
	for i := range readers {
		tx, err := l.read.BeginTx(ctx, nil)
		if err != nil {
			return false, err
		}
		defer tx.Rollback()
		var n int64
		err = tx.QueryRowContext(ctx, "select writes from tally where workspace = $1", int64(ws)).Scan(&n)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return false, err
		}
		if i > 0 && n != first {
			return false, nil
		}
		first = n
		out = append(out, reader{tx, func(ctx context.Context, query string) (*sql.Stmt, error) {
			s, err := l.ask(ctx, query)
			if err != nil {
				return nil, err
			}
			return tx.StmtContext(ctx, s), nil
		}})
	}
	return true, do(out)
}

// Whole has do read one state of the file; see ledger.Copyable.
func (l *Ledger) Whole(ctx context.Context, do func(r ledger.Reader, all []throughline.Workspace) error) error {
	tx, err := l.base.read.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	all, err := workspaces(ctx, tx)
	if err != nil {
		return err
	}
	return do(reader{querier: tx}, all)
}

// Fill writes in one transaction; see ledger.Copyable.
func (l *Ledger) Fill(ctx context.Context, _ []throughline.Workspace, do func(ledger.Writer) error) error {
	return l.base.transact(ctx, func(t txn) error { return do(t) })
}

// Fail makes the error for what went wrong; see ledger.Base.
func (l *Ledger) Fail(op, subject string, err error) error { return l.base.Fail(op, subject, err) }
