package postgres

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/throughline/throughline/internal/store/ledger"
)

// table is one of the ledger's, and the statements that write to it.
type table struct {
	*ledger.Table
	columns []string // with the checksum's
	add     string   // unless there is a row of the key
	insert  string   // one row
	replace string   // what a row of the key says
	drop    string
	copy    string
}

var tables sync.Map // from *ledger.Table to *table

func tableOf(t *ledger.Table) *table {
	if known, ok := tables.Load(t); ok {
		return known.(*table)
	}
	out := &table{Table: t, columns: append(slices.Clone(t.Columns), "sum")}
	list := strings.Join(out.columns, ", ")
	out.insert = "insert into " + t.Name + " (" + list + ") values (" + places(len(out.columns)) + ")"
	out.add = out.insert + " on conflict do nothing"
	out.replace = out.insert + out.overwriting()
	var keys []string
	for i, c := range t.Columns[:t.Key] {
		keys = append(keys, c+" = $"+strconv.Itoa(i+1))
	}
	out.drop = "delete from " + t.Name + " where " + strings.Join(keys, " and ")
	out.copy = "copy " + t.Name + " (" + list + ") from stdin (format binary)"
	tables.Store(t, out)
	return out
}

// overwriting is the end of an insert that replaces the row of its key.
func (t *table) overwriting() string {
	var set []string
	for _, c := range t.columns[t.Key:] {
		set = append(set, c+" = excluded."+c)
	}
	return " on conflict (" + strings.Join(t.Columns[:t.Key], ", ") + ") do update set " + strings.Join(set, ", ")
}

func places(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(i+1))
	}
	return b.String()
}

// many is from how many rows on a statement for all of them is worth while.
const many = 8

// flushAll writes what waits for some tables: few rows of each in one round to
// the server, many as one statement.
func (t *txn) flushAll(ctx context.Context, all []*pending) error {
	if err := t.sent(ctx); err != nil {
		return err
	}
	var batch pgx.Batch
	send := func() error {
		if batch.Len() == 0 {
			return nil
		}
		err := t.c.SendBatch(ctx, &batch).Close()
		batch = pgx.Batch{}
		return whyEnded(ctx, err)
	}
	for _, p := range all {
		ops := p.ops
		p.ops = nil
		for len(ops) > 0 {
			n := 1
			for n < len(ops) && ops[n].kind == ops[0].kind {
				n++
			}
			run := ops[:n]
			ops = ops[n:]
			var err error
			switch k := run[0].kind; {
			case n < many || k == drop:
				statement := map[kind]string{insert: p.insert, put: p.replace, drop: p.drop}[k]
				for _, o := range run {
					batch.Queue(statement, o.values...)
				}
			case k == insert:
				if err = send(); err == nil {
					err = t.copyRows(ctx, p.table, run)
				}
			default:
				if err = send(); err == nil {
					err = t.putRows(ctx, p.table, run)
				}
			}
			if err != nil {
				return doubled(p.Table, err)
			}
		}
	}
	err := send()
	if len(all) > 0 {
		err = doubled(all[0].Table, err)
	}
	return err
}

// doubled says of a key that should be new and is not what it means.
func doubled(t *ledger.Table, err error) error {
	var said *pgconn.PgError
	if errors.As(err, &said) && said.Code == "23505" {
		return ledger.There(t)
	}
	return err
}

// copyRows writes rows in the server's own form.
func (t *txn) copyRows(ctx context.Context, tbl *table, rows []op) error {
	types := t.b.types[tbl.Name]
	size := len(copyHead)
	for _, o := range rows {
		size += o.size
	}
	buf := append(make([]byte, 0, size), copyHead...)
	for _, o := range rows {
		buf = binary.BigEndian.AppendUint16(buf, uint16(len(o.values)))
		for i, v := range o.values {
			var err error
			if buf, err = appendValue(buf, types[tbl.columns[i]], v); err != nil {
				return fmt.Errorf("column %s of %s: %w", tbl.columns[i], tbl.Name, err)
			}
		}
	}
	return sendCopy(ctx, t.c, tbl.copy, buf)
}

// copyHead begins what COPY reads: its mark, no flags, no extension.
const copyHead = "PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00"

func sendCopy(ctx context.Context, c *pgxpool.Conn, statement string, buf []byte) error {
	_, err := c.Conn().PgConn().CopyFrom(ctx, bytes.NewReader(append(buf, 0xff, 0xff)), statement)
	return whyEnded(ctx, err)
}

// appendValue writes a value as a column's type is sent.
func appendValue(b []byte, typ string, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(b, 0xff, 0xff, 0xff, 0xff), nil
	case int64:
		if typ != "bigint" {
			return b, errType
		}
		return binary.BigEndian.AppendUint64(append(b, 0, 0, 0, 8), uint64(v)), nil
	case string:
		if typ != "text" {
			return b, errType
		}
		return append(binary.BigEndian.AppendUint32(b, uint32(len(v))), v...), nil
	case []byte:
		if typ != "bytea" {
			return b, errType
		}
		return append(binary.BigEndian.AppendUint32(b, uint32(len(v))), v...), nil
	}
	return b, fmt.Errorf("%w: %T", errType, v)
}

// putRows writes rows in place of those of their keys, all in one statement; of
// several with one key the last.
func (t *txn) putRows(ctx context.Context, tbl *table, rows []op) error {
	seen := make(map[string]int, len(rows))
	var last []op
	for _, o := range rows {
		key := keyOf(o.values[:tbl.Key])
		if i, ok := seen[key]; ok {
			last[i] = o
			continue
		}
		seen[key] = len(last)
		last = append(last, o)
	}
	types := t.b.types[tbl.Name]
	var lists []string
	var args []any
	for i, c := range tbl.columns {
		lists = append(lists, "$"+strconv.Itoa(i+1)+"::"+types[c]+"[]")
		args = append(args, columnOf(types[c], last, i))
	}
	list := strings.Join(tbl.columns, ", ")
	_, err := t.c.Exec(ctx, "insert into "+tbl.Name+" ("+list+") select * from unnest("+strings.Join(lists, ", ")+")"+tbl.overwriting(), args...)
	return whyEnded(ctx, err)
}

// columnOf gives the values of one column of several rows, nil where there is none.
func columnOf(typ string, rows []op, i int) any {
	switch typ {
	case "bigint":
		out := make([]*int64, len(rows))
		for n := range rows {
			if v, is := rows[n].values[i].(int64); is {
				out[n] = &v
			}
		}
		return out
	case "text":
		out := make([]*string, len(rows))
		for n := range rows {
			if v, is := rows[n].values[i].(string); is {
				out[n] = &v
			}
		}
		return out
	}
	out := make([][]byte, len(rows))
	for n := range rows {
		out[n], _ = rows[n].values[i].([]byte)
	}
	return out
}

// keyOf spells a key so that no two have one spelling.
func keyOf(values []any) string {
	var b []byte
	for _, v := range values {
		switch v := v.(type) {
		case int64:
			b = binary.BigEndian.AppendUint64(append(b, 1), uint64(v))
		case string:
			b = append(binary.BigEndian.AppendUint32(append(b, 2), uint32(len(v))), v...)
		case []byte:
			b = append(binary.BigEndian.AppendUint32(append(b, 3), uint32(len(v))), v...)
		}
	}
	return string(b)
}
