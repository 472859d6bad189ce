package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"sync"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/ledger"
	"github.com/throughline/throughline/internal/store/sqlite/migrations"
)

// Check looks whether the file is whole; see store.Ledger.
func (l *Ledger) Check(ctx context.Context) (store.Checked, error) {
	// One transaction, so that a write in between is not mistaken for a fault.
	tx, err := l.base.read.BeginTx(ctx, nil)
	if err != nil {
		return store.Checked{}, fail("check", l.base.path, err)
	}
	defer tx.Rollback()
	c := checker{tx: tx}
	err = c.run(ctx)
	slices.Sort(c.Faults)
	return c.Checked, fail("check", l.base.path, err)
}

// checker collects what is wrong with a ledger.
type checker struct {
	store.Checked
	tx    *sql.Tx
	older map[string]bool // tables that lack columns of this version
}

func (c *checker) fault(format string, args ...any) {
	c.Faults = append(c.Faults, fmt.Sprintf(format, args...))
}

func (c *checker) uncovered(format string, args ...any) {
	c.Uncovered = append(c.Uncovered, fmt.Sprintf(format, args...))
}

// unreadable takes an error for a fault where it says that the file is damaged;
// what was being looked at is then not covered.
func (c *checker) unreadable(ctx context.Context, err error, what string) error {
	if err == nil || ctx.Err() != nil {
		return err
	}
	c.fault("%s cannot be read: %v", what, err)
	c.uncovered("%s: it cannot be read to its end", what)
	return nil
}

func (c *checker) run(ctx context.Context) error {
	err := each(ctx, c.tx, fmt.Sprintf("pragma integrity_check(%d)", ledger.MostFaults), nil, func(rows *sql.Rows) error {
		var s string
		err := rows.Scan(&s)
		if err == nil && s != "ok" {
			c.fault("the file is damaged: %s", s)
		}
		return err
	})
	if err := c.unreadable(ctx, err, "the file"); err != nil {
		return err
	}
	if len(c.Faults) > 0 {
		c.uncovered("the rows: a file that is damaged is not read further")
		return nil
	}
	there, err := c.schema(ctx)
	if err := c.unreadable(ctx, err, "the list of tables"); err != nil || there == nil {
		return err
	}
	c.uncovered("space in the file that holds nothing, and the times at which its tables were brought to this version")
	unsealed, err := c.unsealed(ctx, there)
	if err := c.unreadable(ctx, err, "the list of tables without checksums"); err != nil {
		return err
	}
	counts := map[string]map[throughline.Workspace]int64{}
	for _, tbl := range sealedTables {
		switch {
		case !there[tbl.Name]:
			continue
		case unsealed[tbl.Name]:
			c.uncovered(
				"the checksums of the table %s: its rows were written by an older version, and get theirs when it is opened for writing",
				tbl.Name,
			)
			continue
		case c.older[tbl.Name]:
			c.uncovered(
				"the checksums of the table %s: it is of an older version, and is brought to this one when it is opened for writing",
				tbl.Name,
			)
			continue
		}
		counts[tbl.Name] = map[throughline.Workspace]int64{}
		if err := c.unreadable(ctx, c.rows(ctx, tbl, counts[tbl.Name]), "the table "+tbl.Name); err != nil {
			return err
		}
	}
	for _, need := range []*ledger.Table{ledger.Deals, ledger.Facts, ledger.Summaries, ledger.Heads, ledger.Tallies} {
		if !there[need.Name] {
			c.uncovered("whether summaries say what their facts say: the table %s is missing", need.Name)
			return nil
		}
	}
	if len(unsealed)+len(c.older) == 0 {
		if err := c.unreadable(ctx, c.counted(ctx, counts), "the count of rows"); err != nil {
			return err
		}
	}
	if err := c.ledgers(ctx); err != nil {
		return err
	}
	return c.lists(ctx, there)
}

// lists holds what stands beside the rows of lists against them, and the audit
// against itself.
func (c *checker) lists(ctx context.Context, there map[string]bool) error {
	for _, t := range []*ledger.Table{ledger.Listings, ledger.Counts, ledger.Words, ledger.Untils, ledger.DueDays, ledger.States, ledger.Deeds} {
		if !there[t.Name] {
			return nil // an older version has none, or it was said that it is missing
		}
	}
	all, err := workspaces(ctx, c.tx)
	if err := c.unreadable(ctx, err, "the list of workspaces"); err != nil {
		return err
	}
	for _, ws := range all {
		if err := c.unreadable(ctx, ledger.CheckLists(ctx, reader{querier: c.tx}, ws, c.fault), "the lists"); err != nil {
			return err
		}
		if err := c.unreadable(ctx, ledger.CheckTrail(ctx, reader{querier: c.tx}, ws, c.fault), "the audit"); err != nil {
			return err
		}
	}
	return nil
}

// schema holds the tables and indexes against those that this program makes,
// and says which tables are there; nil where they are of an older version.
func (c *checker) schema(ctx context.Context) (there map[string]bool, err error) {
	var version int64
	if err := c.tx.QueryRowContext(ctx, "select coalesce(max(version_id), 0) from goose_db_version where is_applied").Scan(&version); err != nil {
		return nil, err
	}
	want, err := made(ctx, version)
	if err != nil {
		return nil, err
	}
	have, err := objects(ctx, c.tx)
	if err != nil {
		return nil, err
	}
	there = map[string]bool{}
	views := map[string]string{}
	for _, v := range migrations.SQLiteViews() {
		views[v.Name] = v.Name + "\x00" + viewText(v)
	}
	for o, how := range have {
		there[o.name] = there[o.name] || o.kind == "table"
		if view, ours := views[o.name]; ours && o.kind == "view" {
			if how != view { // they hold nothing, and are made when the file is opened for writing
				c.uncovered("the view %s: it was made by another version", o.name)
			}
			continue
		}
		if wanted, ok := want[o]; !ok {
			c.fault("there is a %s %s that is not ours", o.kind, o.name)
		} else if how != wanted {
			c.fault("the %s %s is not made as this program makes it", o.kind, o.name)
		}
	}
	for o := range want {
		if _, ok := have[o]; !ok {
			c.fault("the %s %s is missing", o.kind, o.name)
		}
	}
	if err := c.compare(ctx, there); err != nil {
		return nil, err
	}
	var applied, distinct int
	if err := c.tx.QueryRowContext(ctx, "select count(*), count(distinct version_id) from goose_db_version where is_applied = 1 and version_id between 0 and ?", version).Scan(&applied, &distinct); err != nil {
		return nil, err
	}
	if int64(applied) != version+1 || applied != distinct {
		c.fault("the list of versions does not say how the tables came to version %d", version)
	}
	return there, nil
}

// compare notes which tables lack columns, as those of an older version do.
func (c *checker) compare(ctx context.Context, there map[string]bool) error {
	c.older = map[string]bool{}
	for _, tbl := range sealedTables {
		var n int
		names := make([]any, len(tbl.Columns))
		for i, name := range tbl.Columns {
			names[i] = name
		}
		query := "select count(*) from pragma_table_info(?) where name in " + places(1, len(names))
		if err := c.tx.QueryRowContext(ctx, query, append([]any{tbl.Name}, names...)...).Scan(&n); err != nil {
			return err
		}
		if there[tbl.Name] && n < len(names) {
			c.older[tbl.Name] = true
		}
	}
	return nil
}

// object is a table, an index, or anything else that a database may hold.
type object struct{ kind, name string }

// schemas are what the tables of each version look like, made once.
var schemas sync.Map // from version to map[object]string

// made gives the tables and indexes that this program makes for a version.
func made(ctx context.Context, version int64) (map[object]string, error) {
	if known, ok := schemas.Load(version); ok {
		return known.(map[object]string), nil
	}
	fresh, err := sql.Open("sqlite", "file::memory:")
	if err != nil {
		return nil, err
	}
	defer fresh.Close()
	fresh.SetMaxOpenConns(1)
	p, err := provider(fresh)
	if err != nil {
		return nil, err
	}
	if _, err := p.UpTo(ctx, version); err != nil {
		return nil, err
	}
	out, err := objects(ctx, fresh)
	if err == nil {
		schemas.Store(version, out)
	}
	return out, err
}

func objects(ctx context.Context, q querier) (map[object]string, error) {
	out := map[object]string{}
	err := each(ctx, q, "select type, name, tbl_name, coalesce(sql, '') from sqlite_master", nil, func(rows *sql.Rows) error {
		var o object
		var table, made string
		err := rows.Scan(&o.kind, &o.name, &table, &made)
		out[o] = table + "\x00" + made
		return err
	})
	return out, err
}

// unsealed names the tables whose rows have no checksums yet.
func (c *checker) unsealed(ctx context.Context, there map[string]bool) (map[string]bool, error) {
	out := map[string]bool{}
	if !there["unsealed"] { // of a version before checksums
		for _, t := range sealedTables {
			out[t.Name] = there[t.Name]
		}
		return out, nil
	}
	err := each(ctx, c.tx, "select name from unsealed", nil, func(rows *sql.Rows) error {
		var s string
		err := rows.Scan(&s)
		if !slices.ContainsFunc(sealedTables, func(t *table) bool { return t.Name == s }) {
			c.fault("%q is in the list of tables without checksums, and is none", s)
		} else {
			out[s] = true
		}
		return err
	})
	return out, err
}

// rows holds each row of a table against its checksum, and what is worked out
// from a row's other values against those.
func (c *checker) rows(ctx context.Context, tbl *table, counts map[throughline.Workspace]int64) error {
	wrong := 0
	tell := func(key []any, why string) {
		if wrong++; wrong <= ledger.MostFaults {
			c.fault("a row of the table %s (%s) %s", tbl.Name, spelt(key), why)
		}
	}
	query := "select " + columnsOf(tbl) + ", sum from " + tbl.Name
	err := each(ctx, c.tx, query, nil, func(rows *sql.Rows) error {
		values, sum, err := scanRow(rows, tbl)
		if err != nil {
			return err
		}
		c.Rows++
		if ws, ok := values[0].(int64); ok {
			counts[throughline.Workspace(ws)]++
		}
		switch {
		case !sum.Valid:
			tell(values[:tbl.Key], "has no checksum")
		case sum.Int64 != sumOf(tbl, values...):
			tell(values[:tbl.Key], "is not what was written: its checksum differs")
		default:
			if why := ledger.Derived(tbl.Table, values); why != "" {
				tell(values[:tbl.Key], why)
			}
		}
		return nil
	})
	if wrong > ledger.MostFaults {
		c.fault("and %d more rows of the table %s", wrong-ledger.MostFaults, tbl.Name)
	}
	return err
}

// spelt writes a key for a person to look it up by.
func spelt(key []any) string {
	out := ""
	for i, v := range key {
		if i > 0 {
			out += ", "
		}
		if b, ok := v.([]byte); ok && len(b) == 16 {
			v = throughline.ID(b).String()
		}
		out += fmt.Sprintf("%v", v)
	}
	return out
}

// counted holds how many rows there are against what the tallies say.
func (c *checker) counted(ctx context.Context, counts map[string]map[throughline.Workspace]int64) error {
	all, err := workspaces(ctx, c.tx)
	if err != nil {
		return err
	}
	for _, ws := range all {
		y, err := ledger.TallyOf(ctx, reader{querier: c.tx}, ws)
		if err != nil {
			return err
		}
		for _, tbl := range sealedTables {
			if tbl == copiedTable || !tbl.Counted() { // whether there is a note is for a restore to see
				continue
			}
			if n := counts[tbl.Name][ws]; n != y.Says(tbl.Table) {
				c.fault("the table %s has %d rows of workspace %d; the count says %d", tbl.Name, n, ws, y.Says(tbl.Table))
			}
		}
	}
	return nil
}

// ledgers holds every deal's row against the fold of its facts, workspace by workspace.
func (c *checker) ledgers(ctx context.Context) error {
	all, err := workspaces(ctx, c.tx)
	if err := c.unreadable(ctx, err, "the list of workspaces"); err != nil {
		return err
	}
	for _, ws := range all {
		err := ledger.Check(ctx, reader{querier: c.tx}, ws, c.fault, c.uncovered)
		if err := c.unreadable(ctx, err, "the ledger"); err != nil {
			return err
		}
	}
	return nil
}
