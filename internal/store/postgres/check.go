package postgres

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/ledger"
	"github.com/throughline/throughline/internal/store/sqlite/migrations"
)

// Check looks whether the database is whole, in one state of it; see store.Ledger.
func (l *Ledger) Check(ctx context.Context) (store.Checked, error) {
	c := checker{base: l.base}
	err := l.base.View(ctx, 0, 1, func(rs []ledger.Reader) error {
		c.r = rs[0].(reader)
		return c.run(ctx)
	})
	slices.Sort(c.Faults)
	return c.Checked, l.base.Fail("check", "", err)
}

// checker collects what is wrong with a ledger.
type checker struct {
	store.Checked
	base *base
	r    reader
}

func (c *checker) fault(format string, args ...any) {
	c.Faults = append(c.Faults, fmt.Sprintf(format, args...))
}

func (c *checker) uncovered(format string, args ...any) {
	c.Uncovered = append(c.Uncovered, fmt.Sprintf(format, args...))
}

func (c *checker) run(ctx context.Context) error {
	whole, err := c.made(ctx)
	if err != nil {
		return err
	}
	if err := c.server(ctx); err != nil || !whole {
		return err
	}
	counts := map[*ledger.Table]map[throughline.Workspace]int64{}
	for _, t := range ledger.Tables() {
		counts[t] = map[throughline.Workspace]int64{}
		if err := c.rows(ctx, t, counts[t]); err != nil {
			return err
		}
	}
	if err := c.lines(ctx); err != nil {
		return err
	}
	all, err := workspaces(ctx, c.r)
	if err != nil {
		return err
	}
	for _, ws := range all {
		y, err := ledger.TallyOf(ctx, c.r, ws)
		if err != nil {
			return err
		}
		for _, t := range ledger.Tables() {
			if n := counts[t][ws]; t.Counted() && n != y.Says(t) {
				c.fault("the table %s has %d rows of workspace %d; the count says %d", t.Name, n, ws, y.Says(t))
			}
		}
		if err := ledger.Check(ctx, c.r, ws, c.fault, c.uncovered); err != nil {
			return err
		}
		if err := ledger.CheckTrail(ctx, c.r, ws, c.fault); err != nil {
			return err
		}
		if err := ledger.CheckLists(ctx, c.r, ws, c.fault); err != nil {
			return err
		}
	}
	return nil
}

var indexMade = regexp.MustCompile(`(?i)create index (\w+)`)

// made looks whether the tables, columns and indexes are those that this program
// makes.
func (c *checker) made(ctx context.Context) (whole bool, err error) {
	whole = true
	for _, t := range ledger.Tables() {
		for _, column := range append(slices.Clone(t.Columns), "sum") {
			if c.base.types[t.Name][column] == "" {
				c.fault("the table %s lacks the column %s, or is missing", t.Name, column)
				whole = false
			}
		}
	}
	names, err := migrations.Names()
	if err != nil {
		return false, err
	}
	want := map[string]bool{}
	for _, name := range names {
		text, err := fs.ReadFile(migrations.Postgres(), name)
		if err != nil {
			return false, err
		}
		for _, m := range indexMade.FindAllStringSubmatch(string(text), -1) {
			want[m[1]] = true
		}
	}
	rows, err := c.r.q.Query(ctx, `select c.relname::text, i.indisvalid from pg_index i join pg_class c on c.oid = i.indexrelid
		join pg_namespace n on n.oid = c.relnamespace where n.nspname = current_schema()`)
	if err != nil {
		return false, err
	}
	var name string
	var valid bool
	_, err = pgx.ForEachRow(rows, []any{&name, &valid}, func() error {
		if delete(want, name); !valid {
			c.fault("the index %s is not whole", name)
		}
		return nil
	})
	for name := range want {
		c.fault("the index %s is missing", name)
	}
	return whole, err
}

// server says what of the server's own is not looked at.
func (c *checker) server(ctx context.Context) error {
	c.uncovered("the server's own pages and indexes: pg_amcheck looks at those")
	var fsync string
	err := c.r.rows(ctx, "select current_setting('fsync')", nil, func(r ledger.Row) error {
		fsync = r.Text(0)
		return nil
	})
	if fsync == "off" {
		c.uncovered("what a power cut would leave: the server runs with fsync off, so what was told as written may not be on its disk")
	}
	return err
}

// rows holds each row of a table against its checksum, and what is worked out
// from a row's other values against those.
func (c *checker) rows(ctx context.Context, t *ledger.Table, counts map[throughline.Workspace]int64) error {
	wrong := 0
	tell := func(row ledger.Row, why string) {
		if wrong++; wrong <= ledger.MostFaults {
			c.fault("a row of the table %s (%s) %s", t.Name, spelt(row[:t.Key]), why)
		}
	}
	var buf []byte
	n := len(t.Columns)
	err := c.r.rows(ctx, "select "+strings.Join(t.Columns, ", ")+", sum from "+t.Name, nil, func(row ledger.Row) error {
		c.Rows++
		counts[throughline.Workspace(row.Int(0))]++
		var sum int64
		switch sum, buf = ledger.Sum(buf, t, row[:n]); {
		case row[n] == nil:
			tell(row, "has no checksum")
		case row.Int(n) != sum:
			tell(row, "is not what was written: its checksum differs")
		default:
			if why := ledger.Derived(t, row[:n]); why != "" {
				tell(row, why)
			}
		}
		return nil
	})
	if wrong > ledger.MostFaults {
		c.fault("and %d more rows of the table %s", wrong-ledger.MostFaults, t.Name)
	}
	return err
}

// spelt writes a key for a person to look it up by.
func spelt(key []any) string {
	var out []string
	for _, v := range key {
		if b, ok := v.([]byte); ok && len(b) == 16 {
			v = throughline.ID(b).String()
		}
		out = append(out, fmt.Sprintf("%v", v))
	}
	return strings.Join(out, ", ")
}

// lines holds the rows that SQL can read against the bundles, some deals at a time.
func (c *checker) lines(ctx context.Context) error {
	const deals = 200
	wrong := 0
	for from := []any{int64(-1 << 62), int64(0)}; ; {
		var to []any
		n := 0
		const next = "select workspace, seq from summary where (workspace, seq) > ($1, $2) order by workspace, seq limit $3"
		err := c.r.rows(ctx, next, append(slices.Clone(from), deals), func(r ledger.Row) error {
			n++
			to = []any{r.Int(0), r.Int(1)}
			return nil
		})
		if err != nil || n == 0 {
			return c.leftOver(ctx, wrong, err)
		}
		differ, err := c.linesBetween(ctx, append(slices.Clone(from), to...))
		if err != nil {
			return err
		}
		wrong += differ
		from = to
	}
}

// linesBetween counts the rows of some deals that differ from the facts.
func (c *checker) linesBetween(ctx context.Context, between []any) (wrong int, err error) {
	const where = " where (workspace, seq) > ($1, $2) and (workspace, seq) <= ($3, $4)"
	type place struct {
		ws, seq int64
		fact    throughline.FactID
	}
	type line struct{ head, body string }
	want := map[place]line{}
	err = c.r.rows(ctx, "select workspace, seq, batch, bundle from fact"+where, between, func(r ledger.Row) error {
		return store.EachKept(r.Bytes(3), func(k store.Kept) error {
			want[place{r.Int(0), r.Int(1), k.ID}] = line{lineSays(r.Int(2), k), unzeroed(k.Body)}
			return nil
		})
	})
	if err != nil {
		return 0, err
	}
	err = c.r.rows(ctx, "select workspace, seq, uuid_send(fact), "+lineSpelt+", body::text from fact_row"+where, between, func(r ledger.Row) error {
		at := place{ws: r.Int(0), seq: r.Int(1)}
		copy(at.fact[:], r.Bytes(2))
		if said, ok := want[at]; !ok || said.head != r.Text(3) || !alike(said.body, r.Text(4)) {
			wrong++
		}
		delete(want, at)
		return nil
	})
	return wrong + len(want), err
}

// leftOver tells how many rows that SQL can read say something else than the facts.
func (c *checker) leftOver(ctx context.Context, wrong int, err error) error {
	if err != nil {
		return err
	}
	var alone int64
	const ofNoDeal = "select count(*) from fact_row r where not exists (select 1 from summary s where s.workspace = r.workspace and s.seq = r.seq)"
	err = c.r.rows(ctx, ofNoDeal, nil, func(r ledger.Row) error {
		alone = r.Int(0)
		return nil
	})
	if wrong += int(alone); wrong > 0 {
		c.fault("of the rows in the table fact_row, which is for SQL to read, %d do not say what the facts say", wrong)
	}
	return err
}

// alike reports whether two texts are one JSON value.
func alike(a, b string) bool {
	var x, y any
	return json.Unmarshal([]byte(a), &x) == nil && json.Unmarshal([]byte(b), &y) == nil && reflect.DeepEqual(x, y)
}

// lineSpelt spells, in SQL, what lineSays does.
const lineSpelt = `concat_ws('|', batch, kind, extract(epoch from happened)::numeric(20,6)::text, happened_day,
	extract(epoch from learned)::numeric(20,6)::text,
	extract(epoch from recorded)::numeric(20,6)::text, turn, author, grade, system, record, side, via)`

func lineSays(batch int64, k store.Kept) string {
	parts := []string{fmt.Sprint(batch), string(k.Kind)}
	if !k.Happened.IsZero() {
		parts = append(parts, micros(k.Happened.UnixMicro()))
		if throughline.IsDated(k.Happened) {
			parts = append(parts, k.Happened.Format("2006-01-02"))
		}
	}
	parts = append(parts, micros(k.Learned.UnixMicro()))
	if !k.Recorded.IsZero() {
		parts = append(parts, micros(k.Recorded.UnixMicro()))
	}
	parts = append(parts, fmt.Sprint(k.Turn))
	if !k.By.Person.IsZero() {
		parts = append(parts, k.By.Person.String())
	}
	parts = append(parts, fmt.Sprint(uint8(k.Grade)), readable(k.Source.System), readable(k.Source.Record))
	if !k.Unmarked { // of facts from before it was kept, the rows say nothing of it either
		parts = append(parts, string(k.By.Side), string(k.By.Via))
	}
	return strings.Join(parts, "|")
}

// micros writes microseconds as seconds.
func micros(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%d.%06d", sign, n/1e6, n%1e6)
}

// Backup is for a file; see store.Ledger. A database is copied by the server's
// own programs, or into a file by a copy of the ledger: the refusal says how.
func (l *Ledger) Backup(_ context.Context, path string) error {
	const op = "back up to"
	switch _, err := os.Lstat(path); {
	case err == nil:
		return throughline.Fail(op, throughline.Conflict, path, errors.New("there is a file of that name already"))
	case errors.Is(err, syscall.ENOTDIR):
		return throughline.Fail(op, throughline.Invalid, path, errors.New("a part of the path is no folder"))
	case !errors.Is(err, fs.ErrNotExist):
		return throughline.Fail(op, throughline.Denied, path, err)
	}
	return throughline.Fail(op, throughline.Unsupported, path, fmt.Errorf(
		"a PostgreSQL database is copied by its own program, while it is in use: %s; or throughline admin copy %s %s writes the ledger into a file",
		DumpCommand(l.base.name, path), l.base.name, cmp.Or(strings.TrimSuffix(filepath.Base(path), ".dump"), "copy")+".db"))
}

// DumpCommand is how a database at an address is copied to a path.
func DumpCommand(address, path string) string {
	return "pg_dump --format=custom --file=" + Quoted(path) + " " + Quoted(store.ShownAddress(address))
}

// RestoreCommand is how such a copy is put into a database.
func RestoreCommand(address, path string) string {
	return "pg_restore --exit-on-error --single-transaction --no-owner --dbname=" + Quoted(store.ShownAddress(address)) + " " + Quoted(path)
}

// Quoted is a word for a shell.
func Quoted(s string) string {
	if regexp.MustCompile(`^[\w@%+=:,./-]+$`).MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
