package sqlite

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store/ledger"
)

// Every row carries its checksum (ledger.Sum) in the column "sum", written with
// the row and looked at by Check.

// table is one whose rows are sealed, and the statements that write to it.
type table struct {
	*ledger.Table
	add     string // unless there is a row of the key
	replace string // what a row of the key says
	drop    string
}

func sealedTable(of *ledger.Table) *table {
	key := strings.Join(of.Columns[:of.Key], ", ")
	insert := "insert into " + of.Name + " (" + strings.Join(of.Columns, ", ") + ", sum) values (" + strings.Repeat("?, ", len(of.Columns)) + "?)"
	var set []string
	for _, c := range append(slices.Clone(of.Columns[of.Key:]), "sum") {
		set = append(set, c+" = excluded."+c)
	}
	return &table{of, insert + " on conflict do nothing", insert + " on conflict (" + key + ") do update set " + strings.Join(set, ", "),
		"delete from " + of.Name + " where " + strings.Join(of.Columns[:of.Key], " = ? and ") + " = ?"}
}

// What a copy held when it was made is a table of this store alone.
var (
	copiedTable = sealedTable(ledger.NewTable("copied", 1, "deals", "facts", "digest"))

	// The tally is last: it counts the others.
	sealedTables = func() (all []*table) {
		for _, t := range ledger.Tables() {
			if t == ledger.Tallies {
				all = append(all, copiedTable)
			}
			all = append(all, sealedTable(t))
		}
		return all
	}()
	tallyTable = sealedTables[len(sealedTables)-1]

	byTable = func() map[*ledger.Table]*table {
		out := map[*ledger.Table]*table{}
		for _, t := range sealedTables {
			out[t.Table] = t
		}
		return out
	}()
)

// sealed gives the statements of a table.
func sealed(t *ledger.Table) *table { return byTable[t] }

// sumOf is the checksum of a row of a table.
func sumOf(t *table, values ...any) int64 {
	sum, _ := ledger.Sum(nil, t.Table, values)
	return sum
}

// put writes a row with its checksum; query is the table's insert and what to
// do where a row of its key stands already.
func (t txn) put(ctx context.Context, tbl *table, query string, values ...any) (rows int, err error) {
	var sum int64
	sum, t.l.spelt = ledger.Sum(t.l.spelt, tbl.Table, values)
	return t.exec(ctx, query, append(values, sum)...)
}

// resealSome writes the checksums of rows that a clause chooses; it gives the key
// of the last of them, nil where there was none.
func (t txn) resealSome(ctx context.Context, tbl *table, clause string, args ...any) (last []any, err error) {
	type sealing struct {
		key []any
		sum int64
	}
	var work []sealing
	query := "select " + columnsOf(tbl) + ", sum from " + tbl.Name + clause
	err = each(ctx, t, query, args, func(rows *sql.Rows) error {
		values, sum, err := scanRow(rows, tbl)
		if err != nil {
			return err
		}
		last = values[:tbl.Key]
		if want := sumOf(tbl, values...); !sum.Valid || sum.Int64 != want {
			work = append(work, sealing{last, want})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	update := "update " + tbl.Name + " set sum = ? where " + strings.Join(tbl.Columns[:tbl.Key], " = ? and ") + " = ?"
	for _, w := range work {
		if _, err := t.exec(ctx, update, append([]any{w.sum}, w.key...)...); err != nil {
			return nil, err
		}
	}
	return last, nil
}

func columnsOf(t *table) string { return strings.Join(t.Columns, ", ") }

// scanRow reads a row of a table, its columns and its checksum.
func scanRow(rows *sql.Rows, tbl *table) (values []any, sum sql.NullInt64, err error) {
	values = make([]any, len(tbl.Columns))
	into := make([]any, len(values)+1)
	for i := range values {
		into[i] = &values[i]
	}
	into[len(values)] = &sum
	return values, sum, rows.Scan(into...)
}

// sealBatch is how many rows get a checksum in one transaction.
const sealBatch = 2000

// sealOld gives checksums to the rows that an older program wrote, and counts
// them. If it is cut off, the next opening goes on with it.
func (l *base) sealOld(ctx context.Context, progress func(done, total int)) error {
	var names []string
	err := each(ctx, l.read, "select name from unsealed", nil, func(rows *sql.Rows) error {
		var s string
		err := rows.Scan(&s)
		names = append(names, s)
		return err
	})
	if err != nil || len(names) == 0 {
		return err
	}
	done, total := 0, 0
	for _, name := range names {
		var n int
		if err := l.read.QueryRowContext(ctx, "select count(*) from "+tableNamed(name).Name).Scan(&n); err != nil {
			return err
		}
		total += n
	}
	for _, tbl := range sealedTables {
		var after []any
		for slices.Contains(names, tbl.Name) {
			n := 0
			err := l.transact(ctx, func(t txn) (err error) {
				if after, n, err = t.sealSome(ctx, tbl, after); err != nil || after != nil {
					return err
				}
				if tbl == tallyTable {
					if err := t.countRows(ctx); err != nil {
						return err
					}
				}
				_, err = t.exec(ctx, "delete from unsealed where name = ?", tbl.Name)
				return err
			})
			if err != nil {
				return err
			}
			if done = min(done+n, total); total > 0 {
				progress(done, total)
			}
			if after == nil {
				break
			}
		}
	}
	return nil
}

func tableNamed(name string) *table {
	for _, t := range sealedTables {
		if t.Name == name {
			return t
		}
	}
	return tallyTable
}

// sealSome seals the rows that follow a key, in the order of keys; after is the
// last one's key, nil at the end.
func (t txn) sealSome(ctx context.Context, tbl *table, from []any) (after []any, n int, err error) {
	keys := strings.Join(tbl.Columns[:tbl.Key], ", ")
	clause, args := "", []any{}
	if from != nil {
		clause, args = " where ("+keys+") > "+places(1, tbl.Key), slices.Clone(from)
	}
	var rows int
	counting := "select count(*) from (select 1 from " + tbl.Name + clause + " limit ?)"
	if err := t.QueryRowContext(ctx, counting, append(slices.Clone(args), int64(sealBatch))...).Scan(&rows); err != nil {
		return nil, 0, err
	}
	after, err = t.resealSome(ctx, tbl, clause+" order by "+keys+" limit ?", append(args, int64(sealBatch))...)
	if rows < sealBatch {
		after = nil
	}
	return after, rows, err
}

// countRows makes the tallies of all workspaces say how many rows there are.
func (t txn) countRows(ctx context.Context) error {
	all, err := workspaces(ctx, t)
	if err != nil {
		return err
	}
	for _, ws := range all {
		err := ledger.CountRows(ctx, t, ws, func(tbl *ledger.Table) (n int64, err error) {
			err = t.QueryRowContext(ctx, "select count(*) from "+tbl.Name+" where workspace = ?", int64(ws)).Scan(&n)
			return n, err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// workspaces lists those that any table speaks of.
func workspaces(ctx context.Context, q querier) (all []throughline.Workspace, err error) {
	var parts []string
	err = each(ctx, q, "select name from sqlite_master where type = 'table'", nil, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		if slices.ContainsFunc(sealedTables, func(t *table) bool { return t.Name == name }) { // an older version has not all
			parts = append(parts, "select workspace from "+name)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	err = each(ctx, q, strings.Join(parts, " union ")+" order by 1", nil, func(rows *sql.Rows) error {
		var ws int64
		err := rows.Scan(&ws)
		all = append(all, throughline.Workspace(ws))
		return err
	})
	return all, err
}
