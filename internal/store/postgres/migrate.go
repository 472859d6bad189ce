package postgres

import (
	"context"
	"crypto/sha256"
	"database/sql"
	_ "embed"
	"encoding/hex"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store/ledger"
	"github.com/throughline/throughline/internal/store/sqlite/migrations"
)

// versionTable marks a schema as ours, and holds which migrations were done.
const versionTable = "throughline_version"

// own makes what only this store has: the table of turns, the rows that SQL can
// read, and the views. It may be run again at any time.
//
//go:embed own.sql
var own string

type there int

const (
	nothing there = iota // no table at all
	ours
)

// version says which tables there are, and which this program knows.
type version struct {
	there
	current, target int64
}

// versionOf looks what stands in the schema; another program's tables, and a
// newer program's, are errors.
func (b *base) versionOf(ctx context.Context, c *pgx.Conn) (v version, err error) {
	names, err := migrations.Names()
	if err != nil {
		return v, err
	}
	v.target = int64(len(names)) // they are numbered in turn
	var schema *string
	var marked bool
	var others int
	err = c.QueryRow(ctx, `select current_schema(), to_regclass($1) is not null,
		(select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
			where n.nspname = current_schema() and c.relkind in ('r', 'p', 'v', 'm', 'f'))`,
		versionTable).Scan(&schema, &marked, &others)
	switch {
	case err != nil:
		return v, err
	case schema == nil:
		return v, ledger.Refuse(throughline.NotFound, "the schema that search_path names is not there")
	case !marked && others > 0:
		return v, ledger.Refuse(throughline.Invalid, "holds tables of another program; make a database of its own with createdb")
	case !marked:
		return v, nil
	}
	v.there = ours
	var mark string
	err = c.QueryRow(ctx, "select coalesce(max(version_id), 0), coalesce(obj_description(to_regclass($1), 'pg_class'), '') from "+versionTable+" where is_applied",
		versionTable).Scan(&v.current, &mark)
	if err == nil && mark == unlooked {
		return v, ledger.Refuse(throughline.Conflict, "throughline admin restore filled it, and was cut off or found a fault before it had looked it over: "+
			"drop it (dropdb), make it anew (createdb) and restore once more")
	}
	if err == nil && v.current > v.target {
		err = ledger.Refuse(throughline.Unsupported,
			"was written by a newer version of throughline: its tables are of version %d, this program knows %d", v.current, v.target)
	}
	return v, err
}

// The locks under which tables are made and changed: one for all that is done
// when a ledger is opened, and one that the connection holds which changes tables,
// so that it cannot go on without it.
const (
	lockOpening   = "pg_advisory_lock(1416131180, hashtext(current_schema()))"
	unlockOpening = "pg_advisory_unlock(1416131180, hashtext(current_schema()))"
	lockTables    = "pg_advisory_lock(1416131181, hashtext(current_schema()))"
	unlockTables  = "pg_advisory_unlock(1416131181, hashtext(current_schema()))"
)

// alone does something while no other process does the like. A process that
// dies gives the lock back with its connection.
func (b *base) alone(ctx context.Context, c *pgx.Conn, do func() error) error {
	if _, err := c.Exec(ctx, "select "+lockOpening); err != nil {
		return err
	}
	err := do()
	_, e := c.Exec(context.WithoutCancel(ctx), "select "+unlockOpening)
	return errors.Join(err, e)
}

// tablesLock has goose work on the connection that holds the lock.
type tablesLock struct{}

func (tablesLock) SessionLock(ctx context.Context, c *sql.Conn) error {
	_, err := c.ExecContext(ctx, "select "+lockTables)
	return err
}

func (tablesLock) SessionUnlock(ctx context.Context, c *sql.Conn) error {
	_, err := c.ExecContext(ctx, "select "+unlockTables)
	return err
}

// migrate brings the tables to this version. It is called by one process at a time.
func (b *base) migrate(ctx context.Context, c *pgx.Conn) error {
	v, err := b.versionOf(ctx, c)
	if err != nil {
		return err
	}
	if v.current < v.target {
		kept, err := database.NewStore(database.DialectPostgres, versionTable)
		if err != nil {
			return err
		}
		db := stdlib.OpenDB(*b.pool.Config().ConnConfig)
		defer db.Close()
		p, err := goose.NewProvider(goose.DialectCustom, db, migrations.Postgres(),
			goose.WithStore(kept), goose.WithSessionLocker(tablesLock{}), goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
		if err != nil {
			return err
		}
		if _, err := p.Up(ctx); err != nil {
			return err
		}
	}
	own := own
	for _, v := range migrations.PostgresViews() {
		own += ";\ncreate or replace view " + v.Name + " as " + v.Select
	}
	sum := sha256.Sum256([]byte(own))
	mark := hex.EncodeToString(sum[:8])
	var has *string
	if err := c.QueryRow(ctx, "select obj_description(to_regclass('write_lock'), 'pg_class')").Scan(&has); err != nil {
		return err
	}
	if has != nil && *has == mark {
		return nil
	}
	_, err = c.PgConn().Exec(ctx, own+"\n;comment on table write_lock is '"+mark+"'").ReadAll() // all of it, or nothing
	return err
}

// columnTypes gives the types of the tables' columns.
func columnTypes(ctx context.Context, c *pgx.Conn) (map[string]map[string]string, error) {
	rows, err := c.Query(ctx,
		"select table_name::text, column_name::text, data_type::text from information_schema.columns where table_schema = current_schema()")
	if err != nil {
		return nil, err
	}
	out := map[string]map[string]string{}
	var table, column, typ string
	_, err = pgx.ForEachRow(rows, []any{&table, &column, &typ}, func() error {
		if out[table] == nil {
			out[table] = map[string]string{}
		}
		out[table][column] = typ
		return nil
	})
	return out, err
}

// sealBatch is how many rows get a checksum in one transaction.
const sealBatch = 2000

// sealOld gives checksums to the rows of tables that a migration changed, and
// counts them. If it is cut off, the next opening goes on with it.
func (b *base) sealOld(ctx context.Context, c *pgx.Conn, progress func(done, total int)) error {
	rows, err := c.Query(ctx, "select name from unsealed")
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(names) == 0 {
		return err
	}
	all, err := workspaces(ctx, reader{c})
	if err != nil {
		return err
	}
	total, done := 0, 0
	var todo []*ledger.Table
	for _, t := range ledger.Tables() { // the tally is last: it counts the others
		if !slices.Contains(names, t.Name) {
			continue
		}
		todo = append(todo, t)
		n, err := reader{c}.Total(ctx, t, "", ledger.Ask{})
		if err != nil {
			return err
		}
		total += int(n)
	}
	for _, t := range todo {
		for _, ws := range all {
			if err := b.sealTable(ctx, t, ws, func(n int) {
				done += n
				progress(min(done, total), total)
			}); err != nil {
				return err
			}
		}
		if _, err := c.Exec(ctx, "delete from unsealed where name = $1", t.Name); err != nil {
			return err
		}
	}
	_, err = c.Exec(ctx, "delete from unsealed")
	return err
}

// sealTable writes the rows of a workspace anew, with the checksums of their
// present columns.
func (b *base) sealTable(ctx context.Context, t *ledger.Table, ws throughline.Workspace, tell func(n int)) error {
	var after []any
	for {
		var rows []ledger.Row
		err := b.Change(ctx, ws, func(w ledger.Writer) error {
			ask := ledger.Ask{Prefix: []any{int64(ws)}, After: after, Limit: sealBatch}
			err := w.Read(ctx, t, ask, func(r ledger.Row) error {
				rows = append(rows, ownRow(r))
				return nil
			})
			if err != nil {
				return err
			}
			for _, r := range rows {
				if err := w.Put(ctx, t, r...); err != nil {
					return err
				}
			}
			if t != ledger.Tallies {
				return nil
			}
			return ledger.CountRows(ctx, w, ws, func(of *ledger.Table) (int64, error) {
				return w.Total(ctx, of, "", ledger.Ask{Prefix: []any{int64(ws)}})
			})
		})
		if err != nil {
			return err
		}
		if tell(len(rows)); len(rows) < sealBatch {
			return nil
		}
		after = rows[len(rows)-1][:t.Key]
	}
}

// ownRow is a copy of a row that stays.
func ownRow(r ledger.Row) ledger.Row {
	out := slices.Clone(r)
	for i, v := range out {
		if b, is := v.([]byte); is {
			out[i] = slices.Clone(b)
		}
	}
	return out
}

// workspaces lists those that any table speaks of.
func workspaces(ctx context.Context, r reader) (all []throughline.Workspace, err error) {
	query := ""
	for i, t := range ledger.Tables() {
		if i > 0 {
			query += " union "
		}
		query += "select workspace from " + t.Name
	}
	err = r.rows(ctx, query+" order by 1", nil, func(row ledger.Row) error {
		all = append(all, throughline.Workspace(row.Int(0)))
		return nil
	})
	return all, err
}
