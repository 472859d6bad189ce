package sqlite

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"slices"
	"strings"

	"github.com/throughline/throughline"
)

// Every row carries a checksum of its values (the column "sum"), written with
// the row and looked at by Check: CRC-32C, which sees every flip of up to three
// bits in rows of any size that occur, and costs a tenth of a per cent of an
// import. The tally of a workspace counts the rows of every table, so that a
// row that is gone is missed.

// table is one whose rows are sealed.
type table struct {
	name    string
	columns []string // without "sum"
	key     int      // how many of the first columns are the key
	counted string   // the column of tally that counts its rows; empty: as many as there are deals
	later   int      // how many of the last columns came with a later version, and are spelt only where they are not zero
	insert  string
}

func sealedTable(name string, key int, counted string, columns ...string) *table {
	t := &table{name: name, key: key, counted: counted, columns: append([]string{"workspace"}, columns...)}
	t.insert = "insert into " + name + " (" + strings.Join(t.columns, ", ") + ", sum) values (" + strings.Repeat("?, ", len(t.columns)) + "?)"
	return t
}

// set is what follows an insert so that it replaces what a row of this key says.
func (t *table) set() string {
	var set []string
	for _, c := range append(t.columns[t.key:len(t.columns):len(t.columns)], "sum") {
		set = append(set, c+" = excluded."+c)
	}
	return " on conflict (" + strings.Join(t.columns[:t.key], ", ") + ") do update set " + strings.Join(set, ", ")
}

var (
	dealTable     = sealedTable("deal", 2, "", "deal", "seq", "title", "account")
	factTable     = sealedTable("fact", 3, "bundles", "seq", "first", "last", "facts", "bundle", "batch")
	summaryTable  = sealedTable("summary", 2, "", "seq", "deal", "kept", "counted", "corrected", "summary", "attributes")
	headTable     = sealedTable("head", 2, "", "seq", "counted", "head")
	personTable   = sealedTable("person", 3, "people", "id", "version", "recorded", "ours", "name", "title", "email", "account", "erased")
	accountTable  = sealedTable("account", 3, "accounts", "id", "version", "recorded", "name", "folded", "attributes")
	recordTable   = sealedTable("record", 4, "records", "kind", "foreign_id", "system", "id")
	importTable   = sealedTable("import_run", 2, "imports", "id", "system", "started", "finished", "horizon", "files", "rows_read", "facts", "rejected")
	forecastTable = sealedTable("forecast_shown", 4, "forecasts", "kind", "shown", "id", "as_of", "hash", "body")
	playbookTable = sealedTable("playbook_version", 2, "playbooks", "hash", "name", "published", "files")
	settingTable  = sealedTable("setting", 3, "settings", "name", "n", "written", "value")
	formTable     = sealedTable("form", 2, "forms", "token", "digest")
	copiedTable   = sealedTable("copied", 1, "", "deals", "facts", "digest")
	tallyTable    = sealedTable("tally", 1, "", "writes", "seq", "deals", "facts", "codec", "bundles", "people", "accounts", "records", "imports", "forecasts", "playbooks", "forms", "settings", "written")
	writtenTable  = sealedTable("written", 2, "written", "number", "what")

	// The tally is last: it counts the others.
	sealedTables = []*table{dealTable, factTable, summaryTable, headTable, personTable, accountTable, recordTable, importTable, forecastTable, playbookTable, settingTable, formTable, writtenTable, copiedTable, tallyTable}

	putSummary = summaryTable.insert + summaryTable.set()
	putHead    = headTable.insert + headTable.set()
	putDeal    = dealTable.insert + dealTable.set()
	putTally   = tallyTable.insert + tallyTable.set()
	putImport  = importTable.insert + importTable.set()
)

func init() { factTable.later = 1 } // rows from before numbers keep the checksum they have

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sumOf is the checksum of a row of a table. What is empty and what is not
// there are alike, since not every driver tells them apart.
func sumOf(t *table, values ...any) int64 {
	sum, _ := sumInto(nil, t, values)
	return sum
}

// sumInto is sumOf with a buffer to spell the row in, which it gives back.
func sumInto(b []byte, t *table, values []any) (int64, []byte) {
	b = append(b[:0], t.name...)
	if early := len(t.columns) - t.later; t.later > 0 && len(values) > early && !slices.ContainsFunc(values[early:], func(v any) bool { return v != int64(0) }) {
		values = values[:early]
	}
	head := func(tag byte, n uint64) { b = binary.BigEndian.AppendUint64(append(b, tag), n) }
	for _, v := range values {
		switch v := v.(type) {
		case nil:
			head(0, 0)
		case int64:
			head(1, uint64(v))
		case int:
			head(1, uint64(v))
		case float64:
			head(2, math.Float64bits(v))
		case string:
			if v == "" {
				head(0, 0)
				continue
			}
			head(3, uint64(len(v)))
			b = append(b, v...)
		case []byte:
			if len(v) == 0 {
				head(0, 0)
				continue
			}
			head(4, uint64(len(v)))
			b = append(b, v...)
		default:
			panic(fmt.Sprintf("sqlite: a %T cannot be sealed", v))
		}
	}
	return int64(crc32.Update(0, castagnoli, b)), b
}

// put writes a row with its checksum; query is the table's insert and what to
// do where a row of its key stands already.
func (t txn) put(ctx context.Context, tbl *table, query string, values ...any) (rows int, err error) {
	var sum int64
	sum, t.l.spelt = sumInto(t.l.spelt, tbl, values)
	return t.exec(ctx, query, append(values, sum)...)
}

// tally is a workspace's row of that name.
type tally struct {
	writes, seq, deals, facts, codec                                                            int64
	bundles, people, accounts, records, imports, forecasts, playbooks, forms, settings, written int64
}

func (y *tally) fields() []any {
	return []any{&y.writes, &y.seq, &y.deals, &y.facts, &y.codec, &y.bundles, &y.people, &y.accounts, &y.records, &y.imports, &y.forecasts, &y.playbooks, &y.forms, &y.settings, &y.written}
}

var readTally = "select " + strings.Join(tallyTable.columns[1:], ", ") + " from tally where workspace = ?"

func tallyOf(ctx context.Context, q querier, ws throughline.Workspace) (y tally, err error) {
	y.codec = int64(codec)
	if err = q.QueryRowContext(ctx, readTally, int64(ws)).Scan(y.fields()...); errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return y, err
}

// tally changes what a workspace's tally says.
func (t txn) tally(ctx context.Context, ws throughline.Workspace, change func(y *tally)) error {
	y, err := tallyOf(ctx, t, ws)
	if err != nil {
		return err
	}
	change(&y)
	values := []any{int64(ws)}
	for _, f := range y.fields() {
		values = append(values, *f.(*int64))
	}
	_, err = t.put(ctx, tallyTable, putTally, values...)
	return err
}

// reseal writes the checksums of rows that were changed otherwise than by put.
func (t txn) reseal(ctx context.Context, tbl *table, where string, args ...any) error {
	_, err := t.resealSome(ctx, tbl, " where "+where, args...)
	return err
}

// resealSome is reseal for rows that a clause chooses; it gives the key of the
// last of them, nil where there was none.
func (t txn) resealSome(ctx context.Context, tbl *table, clause string, args ...any) (last []any, err error) {
	type sealing struct {
		key []any
		sum int64
	}
	var work []sealing
	query := "select " + columnsOf(tbl) + ", sum from " + tbl.name + clause
	err = each(ctx, t, query, args, func(rows *sql.Rows) error {
		values, sum, err := scanRow(rows, tbl)
		if err != nil {
			return err
		}
		last = values[:tbl.key]
		if want := sumOf(tbl, values...); !sum.Valid || sum.Int64 != want {
			work = append(work, sealing{last, want})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	update := "update " + tbl.name + " set sum = ? where " + strings.Join(tbl.columns[:tbl.key], " = ? and ") + " = ?"
	for _, w := range work {
		if _, err := t.exec(ctx, update, append([]any{w.sum}, w.key...)...); err != nil {
			return nil, err
		}
	}
	return last, nil
}

func columnsOf(t *table) string { return strings.Join(t.columns, ", ") }

// scanRow reads a row of a table, its columns and its checksum.
func scanRow(rows *sql.Rows, tbl *table) (values []any, sum sql.NullInt64, err error) {
	values = make([]any, len(tbl.columns))
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
func (l *Ledger) sealOld(ctx context.Context, progress func(done, total int)) error {
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
		if err := l.read.QueryRowContext(ctx, "select count(*) from "+tableNamed(name).name).Scan(&n); err != nil {
			return err
		}
		total += n
	}
	for _, tbl := range sealedTables {
		var after []any
		for slices.Contains(names, tbl.name) {
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
				_, err = t.exec(ctx, "delete from unsealed where name = ?", tbl.name)
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
		if t.name == name {
			return t
		}
	}
	return tallyTable
}

// sealSome seals the rows that follow a key, in the order of keys; after is the
// last one's key, nil at the end.
func (t txn) sealSome(ctx context.Context, tbl *table, from []any) (after []any, n int, err error) {
	keys := strings.Join(tbl.columns[:tbl.key], ", ")
	clause, args := "", []any{}
	if from != nil {
		clause, args = " where ("+keys+") > "+places(1, tbl.key), slices.Clone(from)
	}
	var rows int
	counting := "select count(*) from (select 1 from " + tbl.name + clause + " limit ?)"
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
		counts := map[string]int64{}
		for _, tbl := range sealedTables {
			if tbl.counted == "" {
				continue
			}
			var n int64
			if err := t.QueryRowContext(ctx, "select count(*) from "+tbl.name+" where workspace = ?", int64(ws)).Scan(&n); err != nil {
				return err
			}
			counts[tbl.counted] = n
		}
		err := t.tally(ctx, ws, func(y *tally) {
			y.bundles, y.people, y.accounts, y.records = counts["bundles"], counts["people"], counts["accounts"], counts["records"]
			y.imports, y.forecasts, y.playbooks, y.forms, y.settings = counts["imports"], counts["forecasts"], counts["playbooks"], counts["forms"], counts["settings"]
			y.written = counts["written"]
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
		if slices.ContainsFunc(sealedTables, func(t *table) bool { return t.name == name }) { // an older version has not all
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
