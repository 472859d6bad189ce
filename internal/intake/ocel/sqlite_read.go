package ocel

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"modernc.org/sqlite" // also the driver "sqlite"
	lib "modernc.org/sqlite/lib"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/eventlog"
)

// A foreign database can be made so that asking it computes for ever: by a view,
// a virtual table, a computed column, pages that are each other's children. So
// only plain columns of plain tables are read, with limits on what the library
// takes in, on what is read in all, and on the time.
const (
	sqliteTimes = 4       // bytes read, in all, for each byte of the file; each table is read once
	sqliteFree  = 4 << 20 // on top of that
	sqliteValue = 16 << 20

	sqliteAtLeast = 4 * time.Second // for the smallest file; a second more for each megabyte
)

var errSQLiteBeyond = errors.New("it holds more than its size allows; it is damaged, or made to do harm")

// readSQLite reads the SQLite form.
func readSQLite(ctx context.Context, path string, o Options) (*Log, diag.Findings, error) {
	r := &reader{o: o, log: &Log{}, eventKind: map[[2]string]string{}, objectKind: map[[2]string]string{}}
	fail := func(err error) (*Log, diag.Findings, error) {
		return nil, nil, throughline.Fail("read OCEL log", throughline.Unavailable, path, err)
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return fail(err)
	}
	info, err := os.Stat(abs)
	if err != nil {
		return fail(err)
	}
	u := url.URL{
		Scheme:   "file",
		Path:     abs,
		RawQuery: "mode=ro&immutable=1&_pragma=trusted_schema(0)&_pragma=query_only(1)&_pragma=cell_size_check(1)",
	}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return fail(err)
	}
	defer db.Close()
	limited, stop := context.WithTimeout(ctx, sqliteAtLeast+time.Duration(info.Size()>>20)*time.Second)
	defer stop()
	conn, err := db.Conn(limited)
	if err != nil {
		return fail(err)
	}
	defer conn.Close()
	if err := limit(conn); err != nil {
		return fail(err)
	}
	s := &sqliteReader{reader: r, db: conn, left: sqliteTimes*info.Size() + sqliteFree}
	why := s.read(limited)
	if err := ctx.Err(); err != nil {
		return fail(err)
	}
	if limited.Err() != nil {
		why = "reading it takes longer than a file of its size can; it is damaged, or made to do harm"
	}
	if why != "" {
		return nil, r.refuse(-1, why), nil
	}
	return r.finish()
}

// limit bounds what the library takes in on a connection, before it has looked
// at the tables.
func limit(conn *sql.Conn) error {
	for id, most := range map[int]int{
		lib.SQLITE_LIMIT_LENGTH: sqliteValue, lib.SQLITE_LIMIT_SQL_LENGTH: 1 << 20, lib.SQLITE_LIMIT_EXPR_DEPTH: 100, lib.SQLITE_LIMIT_COMPOUND_SELECT: 20,
		lib.SQLITE_LIMIT_VDBE_OP: 100_000, lib.SQLITE_LIMIT_ATTACHED: 0, lib.SQLITE_LIMIT_TRIGGER_DEPTH: 1, lib.SQLITE_LIMIT_WORKER_THREADS: 0,
	} {
		if _, err := sqlite.Limit(conn, id, most); err != nil {
			return err
		}
	}
	return nil
}

type sqliteReader struct {
	*reader
	db     *sql.Conn
	tables map[string]bool
	left   int64 // bytes that may still be read
}

// read reads everything; what it gives is why the file is refused, "" if it is not.
func (s *sqliteReader) read(ctx context.Context) (refused string) {
	s.tables = map[string]bool{}
	if err := s.rows(ctx, "select name from sqlite_master m where type = 'table' and sql like 'create table%' and "+
		"not exists (select 1 from sqlite_master o where o.name = m.name and o.type in ('view', 'trigger'))",
		func(v []any) { s.tables[text(v[0])] = true }); err != nil {
		return "the database is damaged: " + err.Error()
	}
	for _, t := range []string{"event", "object", "event_object", "object_object", "event_map_type", "object_map_type"} {
		if !s.tables[t] {
			return fmt.Sprintf("the database has no table %q and is no OCEL 2.0 log", t)
		}
	}
	links := map[string][]Link{}
	err := s.plain(ctx, "object_object", "ocel_source_id, ocel_target_id, ocel_qualifier", func(v []any) {
		links[text(v[0])] = append(links[text(v[0])], Link{text(v[1]), text(v[2])})
	})
	changes := map[string][]Change{}
	if err == nil {
		err = s.each(ctx, false, func(kind string, cols []string, v []any) {
			at := s.when(cols, v, "a change of an object")
			if at == eventlog.NoTime {
				at = 0
			}
			id, changed := "", ""
			for i, c := range cols {
				switch c {
				case "ocel_id":
					id = text(v[i])
				case "ocel_changed_field":
					changed = text(v[i])
				}
			}
			for i, c := range cols {
				if !strings.HasPrefix(c, "ocel_") && v[i] != nil && (changed == "" || changed == c) {
					changes[id] = append(changes[id], Change{c, at, s.value(s.objectKind, kind, c, text(v[i]), -1)})
				}
			}
		})
	}
	if err == nil {
		err = s.plain(ctx, "object", "ocel_id, ocel_type", func(v []any) {
			id := text(v[0])
			s.log.Objects = append(s.log.Objects, Object{ID: id, Type: text(v[1]), Changes: changes[id], Objects: links[id]})
		})
	}
	if err == nil {
		err = s.events(ctx)
	}
	if err != nil {
		return "the database cannot be read further: " + err.Error()
	}
	return ""
}

func (s *sqliteReader) events(ctx context.Context) error {
	links := map[string][]Link{}
	if err := s.plain(ctx, "event_object", "ocel_event_id, ocel_object_id, ocel_qualifier", func(v []any) {
		links[text(v[0])] = append(links[text(v[0])], Link{text(v[1]), text(v[2])})
	}); err != nil {
		return err
	}
	known := map[string]Event{}
	if err := s.each(ctx, true, func(kind string, cols []string, v []any) {
		e := Event{Type: kind, Time: s.when(cols, v, "an event")}
		for i, c := range cols {
			switch {
			case c == "ocel_id":
				e.ID = text(v[i])
			case !strings.HasPrefix(c, "ocel_") && v[i] != nil:
				e.Attrs = append(e.Attrs, eventlog.Attr{Name: c, Value: s.value(s.eventKind, kind, c, text(v[i]), -1)})
			}
		}
		known[e.ID] = e
	}); err != nil {
		return err
	}
	return s.plain(ctx, "event", "ocel_id, ocel_type", func(v []any) {
		id, kind := text(v[0]), text(v[1])
		e, ok := known[id]
		if !ok || e.Type != kind {
			s.note(diag.Warning, "ocel-event-row", "", -1, id, "event %q of type %q has no row with its time and attributes", id, kind)
			e = Event{ID: id, Time: eventlog.NoTime}
		}
		e.Type, e.Objects = kind, links[id]
		s.log.Events = append(s.log.Events, e)
	})
}

// each reads the tables of all types of events or objects, and declares the types.
func (s *sqliteReader) each(ctx context.Context, events bool, take func(kind string, cols []string, v []any)) error {
	prefix, list := "object_", "object_map_type"
	if events {
		prefix, list = "event_", "event_map_type"
	}
	var kinds [][2]string
	if err := s.plain(ctx, list, "ocel_type, ocel_type_map", func(v []any) { kinds = append(kinds, [2]string{text(v[0]), text(v[1])}) }); err != nil {
		return err
	}
	for _, k := range kinds {
		table := prefix + k[1]
		if !s.tables[table] {
			s.note(diag.Warning, "ocel-table", table, -1, table, "the database has no table %q for type %q", table, k[0])
			continue
		}
		t := Type{Name: k[0]}
		columns, err := s.columnsOf(ctx, table)
		if err != nil {
			return err
		}
		var names []string
		for _, c := range columns {
			if c.computed {
				s.note(
					diag.Warning,
					"ocel-computed",
					table+"."+c.name,
					-1,
					c.name,
					"column %q of table %q is computed and is left out",
					c.name,
					table,
				)
				continue
			}
			names = append(names, quoteName(c.name))
			if !strings.HasPrefix(c.name, "ocel_") {
				t.Attrs = append(t.Attrs, Declared{c.name, affinity(c.typ)})
			}
		}
		s.declare(events, t)
		if len(names) == 0 {
			continue
		}
		if err := s.columns(ctx, "select "+strings.Join(names, ", ")+" from "+quoteName(table),
			func(cols []string, v []any) { take(k[0], cols, v) }); err != nil {
			return err
		}
	}
	return nil
}

// sqliteColumn is a column of a table.
type sqliteColumn struct {
	name, typ string
	computed  bool // from others, when it is asked for
}

func (s *sqliteReader) columnsOf(ctx context.Context, table string) (out []sqliteColumn, err error) {
	err = s.rows(ctx, "select name, type, hidden from pragma_table_xinfo("+literal(table)+")", func(v []any) {
		out = append(out, sqliteColumn{text(v[0]), text(v[1]), text(v[2]) != "0"})
	})
	return out, err
}

// plain reads columns that a table has to have, none of them computed.
func (s *sqliteReader) plain(ctx context.Context, table, columns string, take func(v []any)) error {
	has, err := s.columnsOf(ctx, table)
	if err != nil {
		return err
	}
	for _, name := range strings.Split(columns, ", ") {
		i := slices.IndexFunc(has, func(c sqliteColumn) bool { return strings.EqualFold(c.name, name) })
		switch {
		case i < 0:
			return fmt.Errorf("table %q has no column %q", table, name)
		case has[i].computed:
			return fmt.Errorf("column %q of table %q is computed, which is not read from a foreign file", name, table)
		}
	}
	return s.rows(ctx, "select "+columns+" from "+table, take)
}

func (s *sqliteReader) when(cols []string, v []any, what string) int64 {
	if i := slices.Index(cols, "ocel_time"); i >= 0 && v[i] != nil {
		return s.instant(text(v[i]), what, -1)
	}
	return s.instant("", what, -1)
}

func (s *sqliteReader) rows(ctx context.Context, query string, take func(v []any)) error {
	return s.columns(ctx, query, func(_ []string, v []any) { take(v) })
}

func (s *sqliteReader) columns(ctx context.Context, query string, take func(cols []string, v []any)) error {
	rows, err := s.db.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	cols, err := rows.Columns()
	if err != nil {
		return err
	}
	v, at := make([]any, len(cols)), make([]any, len(cols))
	for i := range v {
		at[i] = &v[i]
	}
	for rows.Next() {
		if err := rows.Scan(at...); err != nil {
			return err
		}
		for _, x := range v {
			s.left -= 1 + sizeOf(x)
		}
		if s.left < 0 {
			return errSQLiteBeyond
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		take(cols, v)
	}
	return rows.Err()
}

// sizeOf is how many bytes a value takes in the file at least, beside one.
func sizeOf(v any) int64 {
	switch x := v.(type) {
	case string:
		return int64(len(x))
	case []byte:
		return int64(len(x))
	}
	return 0
}

// text spells what SQLite gives; a time the driver has parsed comes back as it was meant.
func text(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case string:
		return x
	case []byte:
		return string(x)
	case interface{ UnixMicro() int64 }:
		return eventlog.FormatTime(x.UnixMicro())
	}
	return fmt.Sprint(v)
}

// affinity gives OCEL's name of a declared SQL type.
func affinity(sqlType string) string {
	switch t := strings.ToUpper(sqlType); {
	case strings.Contains(t, "INT"):
		return "integer"
	case strings.Contains(t, "REAL"), strings.Contains(t, "FLOA"), strings.Contains(t, "DOUB"), strings.Contains(t, "NUMERIC"):
		return "float"
	case strings.Contains(t, "BOOL"):
		return "boolean"
	case strings.Contains(t, "TIMESTAMP"), strings.Contains(t, "DATE"):
		return "time"
	}
	return "string"
}
