package postgres

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store/ledger"
)

// querier is a connection.
type querier interface {
	Query(ctx context.Context, query string, args ...any) (pgx.Rows, error)
}

// reader reads with one connection.
type reader struct{ q querier }

// now reads with whichever connection is free.
type now struct{ b *base }

// Now reads the state of each moment; see ledger.Base.
func (b *base) Now() ledger.Reader { return now{b} }

// Read gives the rows that are asked for; see ledger.Reader.
func (n now) Read(ctx context.Context, t *ledger.Table, a ledger.Ask, take func(ledger.Row) error) error {
	taken := false
	return n.b.again(ctx, func() bool { return !taken }, func() error {
		c, err := n.b.pool.Acquire(ctx)
		if err != nil {
			return err
		}
		defer c.Release()
		return reader{c}.Read(ctx, t, a, func(r ledger.Row) error {
			taken = true
			return take(r)
		})
	})
}

// Total adds up a column of rows, or counts them; see ledger.Reader.
func (n now) Total(ctx context.Context, t *ledger.Table, column string, a ledger.Ask) (sum int64, err error) {
	err = n.b.again(ctx, func() bool { return true }, func() error {
		c, err := n.b.pool.Acquire(ctx)
		if err != nil {
			return err
		}
		defer c.Release()
		sum, err = reader{c}.Total(ctx, t, column, a)
		return err
	})
	return sum, err
}

// atOnce is how many values go with one question to the server.
const atOnce = 4096

// AtOnce says that many values go with one question; see ledger.Bulk.
func (now) AtOnce() int { return atOnce }

// AtOnce says that many values go with one question; see ledger.Bulk.
func (reader) AtOnce() int { return atOnce }

// AtOnce says that many values go with one question; see ledger.Bulk.
func (*txn) AtOnce() int { return atOnce }

// again tries once more, while it may, what failed because the connection was
// lost: a server that was restarted, or ended one of its connections, is no
// reason to fail.
func (b *base) again(ctx context.Context, may func() bool, try func() error) error {
	for pause := 20 * time.Millisecond; ; pause *= 3 {
		err := try()
		if err == nil || !lost(err) || !may() || pause > 2*time.Second || ctx.Err() != nil {
			return whyEnded(ctx, err)
		}
		b.pool.Reset() // the others are likely gone too
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

// whyEnded prefers that a context ended to what came of it.
func whyEnded(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// Read gives the rows that are asked for; see ledger.Reader.
func (r reader) Read(ctx context.Context, t *ledger.Table, a ledger.Ask, take func(ledger.Row) error) error {
	query, args := spell(t, a)
	return r.rows(ctx, query, args, take)
}

// binaryResults asks for all columns in the server's own form.
var binaryResults = pgx.QueryResultFormats{pgx.BinaryFormatCode}

// rows runs a query and gives each of its rows. Bytes are the connection's own,
// until the next row.
func (r reader) rows(ctx context.Context, query string, args []any, take func(ledger.Row) error) error {
	rows, err := r.q.Query(ctx, query, append([]any{binaryResults}, args...)...)
	if err != nil {
		return whyEnded(ctx, err)
	}
	defer rows.Close()
	var row ledger.Row
	for rows.Next() {
		fields := rows.FieldDescriptions()
		if row == nil {
			row = make(ledger.Row, len(fields))
		}
		for i, raw := range rows.RawValues() {
			if row[i], err = value(fields[i].DataTypeOID, raw); err != nil {
				return err
			}
		}
		if err := take(row); err != nil {
			return err
		}
	}
	return whyEnded(ctx, rows.Err())
}

var errType = errors.New("a column has a type that is none of the ledger's")

// value reads what the server sends of a column.
func value(oid uint32, raw []byte) (any, error) {
	switch {
	case raw == nil:
		return nil, nil
	case oid == pgtype.Int8OID && len(raw) == 8:
		return int64(binary.BigEndian.Uint64(raw)), nil
	case oid == pgtype.Int4OID && len(raw) == 4:
		return int64(int32(binary.BigEndian.Uint32(raw))), nil
	case oid == pgtype.Int2OID && len(raw) == 2:
		return int64(int16(binary.BigEndian.Uint16(raw))), nil
	case oid == pgtype.ByteaOID:
		return raw, nil
	case oid == pgtype.TextOID || oid == pgtype.VarcharOID || oid == pgtype.NameOID:
		return said(string(raw)), nil
	}
	return nil, fmt.Errorf("%w: %d", errType, oid)
}

// Total adds up a column of rows, or counts them; see ledger.Reader.
func (r reader) Total(ctx context.Context, t *ledger.Table, column string, a ledger.Ask) (n int64, err error) {
	what := "count(*)"
	if column != "" {
		what = "coalesce(sum(" + column + "), 0)::bigint"
	}
	query, args := spellSome(t, a, what)
	err = r.rows(ctx, query, args, func(row ledger.Row) error {
		n = row.Int(0)
		return nil
	})
	return n, err
}

// spelling is a statement that is being put together.
type spelling struct {
	strings.Builder
	args []any
}

// place gives the place of a value.
func (s *spelling) place(v any) string {
	if text, is := v.(string); is {
		v = kept(text)
	}
	s.args = append(s.args, v)
	return "$" + strconv.Itoa(len(s.args))
}

// list gives the place of a list of values of one type.
func (s *spelling) list(values []any) string {
	switch values[0].(type) {
	case int64:
		return s.place(each[int64](values))
	case []byte:
		return s.place(each[[]byte](values))
	}
	texts := each[string](values)
	for i := range texts {
		texts[i] = kept(texts[i])
	}
	return s.place(texts)
}

func each[T any](values []any) []T {
	out := make([]T, len(values))
	for i, v := range values {
		out[i], _ = v.(T)
	}
	return out
}

// spell puts a question into SQL. Which index is gone along is the server's to
// choose (ledger.Ask.By); those there are the same.
func spell(t *ledger.Table, a ledger.Ask) (query string, args []any) {
	columns := a.Columns
	if len(columns) == 0 {
		columns = t.Columns
	}
	s := some(t, a, strings.Join(columns, ", "))
	s.WriteString(" order by ")
	if len(a.Order) == 0 {
		s.WriteString(strings.Join(t.Columns[:t.Key], ", "))
	}
	for i, o := range a.Order {
		if i > 0 {
			s.WriteString(", ")
		}
		if s.WriteString(o.Column); o.Down {
			s.WriteString(" desc")
		}
	}
	if a.Limit > 0 {
		s.WriteString(" limit " + s.place(int64(a.Limit)))
	}
	return s.String(), s.args
}

// spellSome is spell up to the order, of what is selected.
func spellSome(t *ledger.Table, a ledger.Ask, what string) (query string, args []any) {
	s := some(t, a, what)
	return s.String(), s.args
}

func some(t *ledger.Table, a ledger.Ask, what string) *spelling {
	s := &spelling{}
	s.WriteString("select " + what + " from " + t.Name)
	word := " where "
	and := func(condition string) {
		s.WriteString(word + condition)
		word = " and "
	}
	for i, v := range a.Prefix {
		and(t.Columns[i] + " = " + s.place(v))
	}
	if a.In != "" && len(a.Values) > 0 {
		and(a.In + " = any(" + s.list(a.Values) + ")")
	} else if a.In != "" {
		and("false")
	}
	if rest := t.Columns[len(a.Prefix):max(len(a.Prefix), t.Key)]; a.After != nil && len(rest) > 0 {
		var places []string
		for _, v := range a.After[len(a.Prefix):] {
			places = append(places, s.place(v))
		}
		and("(" + strings.Join(rest, ", ") + ") > (" + strings.Join(places, ", ") + ")")
	}
	for _, c := range a.Where {
		and(s.condition(c))
	}
	return s
}

// condition puts a condition into SQL.
func (s *spelling) condition(c ledger.Cond) string {
	switch {
	case c.Any != nil:
		var any []string
		for _, list := range c.Any {
			var all []string
			for _, one := range list {
				all = append(all, s.condition(one))
			}
			any = append(any, "("+strings.Join(all, " and ")+")")
		}
		return "(" + strings.Join(any, " or ") + ")"
	case c.Op == ledger.Contains:
		return "strpos(" + c.Column + ", " + s.place(c.Value) + ") > 0"
	case c.Op == ledger.Among && len(c.Values) == 0:
		return "false"
	case c.Op == ledger.Among:
		return c.Column + " = any(" + s.list(c.Values) + ")"
	case c.Op == ledger.Outside && len(c.Values) == 0:
		return "true"
	case c.Op == ledger.Outside:
		return c.Column + " <> all(" + s.list(c.Values) + ")"
	}
	return c.Column + " " + string(c.Op) + " " + s.place(c.Value)
}

// View reads one state of the database; see ledger.Base. The second reader and
// those after it are given the first one's snapshot.
func (b *base) View(ctx context.Context, _ throughline.Workspace, readers int, do func([]ledger.Reader) error) error {
	begun := false
	return b.again(ctx, func() bool { return !begun }, func() error {
		held, leave, err := b.hold(ctx, readers)
		if err != nil {
			return err
		}
		defer leave()
		var out []ledger.Reader
		snapshot := ""
		for range held {
			c, err := b.pool.Acquire(ctx)
			if err != nil {
				return err
			}
			defer c.Release()
			// A connection that is given back within a transaction is closed by the pool.
			defer func() { _, _ = c.Conn().PgConn().Exec(context.WithoutCancel(ctx), "rollback").ReadAll() }()
			begin := "begin isolation level repeatable read, read only"
			if snapshot != "" {
				begin += "; set transaction snapshot '" + snapshot + "'"
			}
			if _, err := c.Conn().PgConn().Exec(ctx, begin).ReadAll(); err != nil {
				return err
			}
			if held > 1 && snapshot == "" {
				if err := c.QueryRow(ctx, "select pg_export_snapshot()").Scan(&snapshot); err != nil {
					return err
				}
			}
			out = append(out, reader{c})
		}
		begun = true
		return do(out)
	})
}

// hold takes connections for a view: one for certain, and as many as are asked
// for where nobody needs them.
func (b *base) hold(ctx context.Context, n int) (held int, leave func(), err error) {
	leave = func() {
		for range held {
			<-b.views
		}
	}
	for held < n {
		if held == 0 {
			select {
			case b.views <- struct{}{}:
			case <-ctx.Done():
				return 0, leave, ctx.Err()
			}
		} else {
			select {
			case b.views <- struct{}{}:
			default:
				return held, leave, nil
			}
		}
		held++
	}
	return held, leave, nil
}
