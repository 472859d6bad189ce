package postgres_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store/postgres"
	"github.com/throughline/throughline/internal/store/postgres/pgtest"
	"github.com/throughline/throughline/internal/store/sqlite"
)

func connect(t testing.TB, url string) *pgx.Conn {
	t.Helper()
	c, err := pgx.Connect(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(context.Background()) })
	return c
}

// list gives the rows of a query of one text column.
func list(t testing.TB, c *pgx.Conn, query string) []string {
	t.Helper()
	rows, err := c.Query(context.Background(), query)
	if err != nil {
		t.Fatal(err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(query, err)
	}
	return out
}

// ofTheSchema are tables that speak of the tables and not of a workspace.
var ofTheSchema = []string{"throughline_version", "unsealed"}

// TestTablesMayBeDistributed: every key of every table is led by the workspace,
// nothing points from one workspace to another, and no numbers are drawn from a
// source that workspaces share. With that the tables can be spread over servers
// by workspace.
func TestTablesMayBeDistributed(t *testing.T) {
	url := pgtest.Shared(t).Database(t)
	open(t, url)
	c := connect(t, url)
	tables := list(t, c, "select c.relname::text from pg_class c where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') order by 1")
	if len(tables) < 20 {
		t.Fatalf("there are only %q", tables)
	}
	led := list(t, c, `select c.relname::text from pg_class c join pg_index i on i.indrelid = c.oid join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
		where c.relnamespace = current_schema()::regnamespace and i.indisprimary and a.attname = 'workspace' and a.attnotnull`)
	for _, name := range tables {
		if !slices.Contains(led, name) && !slices.Contains(ofTheSchema, name) {
			t.Errorf("the key of %s is not led by the workspace", name)
		}
	}
	for what, query := range map[string]string{
		"an index that is not led by the workspace": `select i.indexrelid::regclass::text from pg_index i join pg_class c on c.oid = i.indrelid
			left join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
			where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and a.attname is distinct from 'workspace' and c.relname not in ('throughline_version', 'unsealed')`,
		"a reference to another table": `select conname::text from pg_constraint where contype = 'f' and connamespace = current_schema()::regnamespace`,
		"a sequence":                   `select c.relname::text from pg_class c where c.relnamespace = current_schema()::regnamespace and c.relkind = 'S' and c.relname not like 'throughline_version%'`,
		"a trigger":                    `select tgname::text from pg_trigger where not tgisinternal`,
		"a column filled from a sequence": `select table_name || '.' || column_name from information_schema.columns where table_schema = current_schema()
			and (is_identity = 'YES' or column_default like 'nextval%') and table_name <> 'throughline_version'`,
	} {
		if found := list(t, c, query); len(found) > 0 {
			t.Errorf("there is %s: %q", what, found)
		}
	}
}

// TestBothStoresKnowTheSameTables: a migration is written once; what it makes
// has the same tables, columns, keys and indexes in both.
func TestBothStoresKnowTheSameTables(t *testing.T) {
	url := pgtest.Shared(t).Database(t)
	open(t, url)
	c := connect(t, url)
	onlyHere, onlyThere := []string{"write_lock", "fact_row", "throughline_version"}, []string{"goose_db_version", "sqlite_sequence"}
	path := filepath.Join(t.TempDir(), "x.db")
	file, err := sqlite.Open(context.Background(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	types := map[string]string{"BIGINT": "bigint", "INTEGER": "bigint", "SMALLINT": "bigint", "BLOB": "bytea", "TEXT": "text"}
	there := ask(t, db, `select m.name || '.' || p.name || ' ' || p.type || ' ' || (p."notnull" > 0) || ' ' || p.pk from sqlite_master m, pragma_table_info(m.name) p where m.type = 'table'`)
	var want []string
	for _, line := range there {
		parts := strings.Fields(line)
		if table, _, _ := strings.Cut(parts[0], "."); slices.Contains(onlyThere, table) {
			continue
		}
		parts[1] = types[strings.ToUpper(parts[1])]
		want = append(want, strings.Join(parts, " "))
	}
	got := list(t, c, `select c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, -1) || ' ' || (case when a.attnotnull then 1 else 0 end) || ' ' ||
		coalesce(array_position(i.indkey::int2[], a.attnum) + 1, 0) from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
		left join pg_index i on i.indrelid = c.oid and i.indisprimary where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'
		and c.relname not in ('`+strings.Join(onlyHere, "', '")+`')`)
	same(t, "columns", got, want)
	same(t, "indexes",
		list(t, c, `select x.relname || ' ' || c.relname || ' ' || (select string_agg(a.attname, ',' order by k.n) from unnest(i.indkey::int2[]) with ordinality k(num, n)
			join pg_attribute a on a.attrelid = c.oid and a.attnum = k.num)
			from pg_index i join pg_class c on c.oid = i.indrelid join pg_class x on x.oid = i.indexrelid
			where c.relnamespace = current_schema()::regnamespace and not i.indisprimary and c.relname <> 'throughline_version'`),
		ask(t, db, `select i.name || ' ' || i.tbl_name || ' ' || (select group_concat(name, ',') from pragma_index_info(i.name)) from sqlite_master i where i.type = 'index' and i.sql is not null`))
	if collations := list(t, c, `select c.relname || '.' || a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid join pg_collation o on o.oid = a.attcollation
		where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and a.attnum > 0 and o.collname <> 'C' and c.relname not in ('fact_row', 'throughline_version')`); len(collations) > 0 {
		t.Errorf("these are not compared byte by byte, as the other store does: %q", collations)
	}
}

func ask(t *testing.T, db *sql.DB, query string) (out []string) {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	slices.Sort(got)
	slices.Sort(want)
	if len(got) < 10 || !reflect.DeepEqual(got, want) {
		t.Errorf("%s\n only here %q\nonly there %q", what, without(got, want), without(want, got))
	}
}

func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}

// TestManyStartAtOnce: processes that begin at one time on an empty database
// make its tables once, and all of them can go on.
func TestManyStartAtOnce(t *testing.T) {
	url := pgtest.Shared(t).Database(t)
	var all sync.WaitGroup
	for i := range 6 {
		all.Go(func() {
			l, err := postgres.Open(context.Background(), url, postgres.Options{})
			if err != nil {
				t.Error(err)
				return
			}
			defer l.Close()
			appendAll(t, l, facts(uint64(i), 20))
		})
	}
	all.Wait()
	whole(t, open(t, url))
}

// TestWhoeverMakesTablesMayDie: a process that dies while it makes the tables
// leaves the next one to go on.
func TestWhoeverMakesTablesMayDie(t *testing.T) {
	s := pgtest.Shared(t)
	url := s.Database(t)
	holder := connect(t, url)
	if _, err := holder.Exec(context.Background(), "select pg_advisory_lock(1416131180, hashtext(current_schema()))"); err != nil {
		t.Fatal(err)
	}
	opened := make(chan error, 1)
	go func() {
		l, err := postgres.Open(context.Background(), url, postgres.Options{})
		if err == nil {
			l.Close()
		}
		opened <- err
	}()
	watch := connect(t, url)
	for len(list(t, watch, "select 'waits' from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())")) == 0 {
		select {
		case err := <-opened:
			t.Fatalf("it did not wait: %v", err)
		default:
		}
	}
	s.Do(t, url, fmt.Sprintf("select pg_terminate_backend(%d)", holder.PgConn().PID()))
	if err := <-opened; err != nil {
		t.Fatal(err)
	}
	whole(t, open(t, url))
}

// TestOthersTablesAreLeftAlone: a database of another program is refused.
func TestOthersTablesAreLeftAlone(t *testing.T) {
	s := pgtest.Shared(t)
	url := s.Database(t)
	s.Do(t, url, "create table invoice (n int)")
	_, err := postgres.Open(context.Background(), url, postgres.Options{})
	if throughline.KindOf(err) != throughline.Invalid {
		t.Errorf("%v", err)
	}
	if tables := list(t, connect(t, url), "select relname::text from pg_class where relnamespace = current_schema()::regnamespace and relkind = 'r'"); len(tables) != 1 {
		t.Errorf("there are now %q", tables)
	}
	for _, o := range []postgres.Options{{MustExist: true}, {ReadOnly: true}} {
		if _, err := postgres.Open(context.Background(), s.Database(t), o); throughline.KindOf(err) != throughline.NotFound {
			t.Errorf("an empty database: %v", err)
		}
	}
	newer := s.Database(t)
	open(t, newer)
	s.Do(t, newer, "insert into throughline_version (version_id, is_applied) values (9999, true)")
	if _, err := postgres.Open(context.Background(), newer, postgres.Options{}); throughline.KindOf(err) != throughline.Unsupported {
		t.Errorf("a newer program's: %v", err)
	}
}

// TestRowsOfBeforeAreSealed: rows whose table a migration changed get the
// checksum of their present columns, and are counted.
func TestRowsOfBeforeAreSealed(t *testing.T) {
	s := pgtest.Shared(t)
	url := s.Database(t)
	l := open(t, url)
	appendAll(t, l, facts(3, 400))
	l.Close()
	s.Do(t, url, "update fact set sum = null; update tally set sum = 0, people = 99; insert into unsealed values ('fact'), ('tally')")
	told := 0
	l, err := postgres.Open(context.Background(), url, postgres.Options{Progress: func(unit string, _, total int) {
		if unit == "rows" {
			told = total
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if told < 10 {
		t.Errorf("it told of %d rows", told)
	}
	whole(t, l)
}

// TestListsGoByIndexes: every order of a list can be read off an index, with
// nothing to sort.
func TestListsGoByIndexes(t *testing.T) {
	url := pgtest.Shared(t).Database(t)
	open(t, url)
	c := connect(t, url)
	for _, set := range []string{"enable_seqscan", "enable_bitmapscan", "enable_sort"} {
		if _, err := c.Exec(context.Background(), "set "+set+" = off"); err != nil {
			t.Fatal(err)
		}
	}
	for index, order := range map[string]string{
		"listing_recent": "open desc, latest desc, deal", "listing_attention": "weight desc, since, deal", "listing_quiet": "open desc, since, deal",
		"listing_title": "title, deal", "listing_opened": "opened desc, deal", "listing_closed": "closed desc, deal", "listing_due": "open desc, due, deal",
	} {
		plan := strings.Join(list(t, c, "explain select deal from listing where workspace = 1 order by "+order+" limit 50"), "\n")
		if !strings.Contains(plan, index) || strings.Contains(plan, "Sort") {
			t.Errorf("by %s:\n%s", order, plan)
		}
	}
	for _, of := range []string{"cents > 0 order by cents desc, deal", "cents > 0 order by cents, deal desc", "cents = 0 order by deal"} { // what each currency is asked
		plan := strings.Join(list(t, c, "explain select deal from listing where workspace = 1 and currency = 'EUR' and "+of+" limit 50"), "\n")
		if !strings.Contains(plan, "listing_amount") || strings.Contains(plan, "Sort") {
			t.Errorf("%s:\n%s", of, plan)
		}
	}
}
