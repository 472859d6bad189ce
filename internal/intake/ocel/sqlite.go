package ocel

import (
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/eventlog"
)

func quoteName(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
func literal(s string) string   { return `'` + strings.ReplaceAll(s, `'`, `''`) + `'` }

var sqlTypes = map[string]string{"integer": "INTEGER", "float": "REAL", "boolean": "BOOLEAN", "time": "TIMESTAMP"}

// WriteSQLite writes the SQLite form to a file that must not exist yet.
func WriteSQLite(path string, l *Log) error {
	fail := func(err error) error {
		return throughline.Fail("write OCEL log", throughline.Unavailable, path, err)
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return fail(err)
	}
	u := url.URL{Scheme: "file", Path: abs, RawQuery: "_pragma=journal_mode(MEMORY)"}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return fail(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	tx, err := db.Begin()
	if err != nil {
		return fail(err)
	}
	defer tx.Rollback() // does nothing after Commit
	w := &sqliteWriter{tx: tx}
	w.write(l)
	if w.err != nil {
		return fail(w.err)
	}
	if err := tx.Commit(); err != nil {
		return fail(err)
	}
	return nil
}

type sqliteWriter struct {
	tx  *sql.Tx
	err error
}

func (w *sqliteWriter) do(query string, args ...any) {
	if w.err == nil {
		_, w.err = w.tx.Exec(query, args...)
	}
}

func (w *sqliteWriter) write(l *Log) {
	for _, q := range []string{
		"create table event_map_type (ocel_type TEXT primary key, ocel_type_map TEXT)",
		"create table object_map_type (ocel_type TEXT primary key, ocel_type_map TEXT)",
		"create table event (ocel_id TEXT primary key, ocel_type TEXT, foreign key (ocel_type) references event_map_type (ocel_type))",
		"create table object (ocel_id TEXT primary key, ocel_type TEXT, foreign key (ocel_type) references object_map_type (ocel_type))",
		"create table event_object (ocel_event_id TEXT, ocel_object_id TEXT, ocel_qualifier TEXT, primary key (ocel_event_id, ocel_object_id, ocel_qualifier), " +
			"foreign key (ocel_event_id) references event (ocel_id), foreign key (ocel_object_id) references object (ocel_id))",
		"create table object_object (ocel_source_id TEXT, ocel_target_id TEXT, ocel_qualifier TEXT, primary key (ocel_source_id, ocel_target_id, ocel_qualifier), " +
			"foreign key (ocel_source_id) references object (ocel_id), foreign key (ocel_target_id) references object (ocel_id))",
	} {
		w.do(q)
	}
	eventTypes, objectTypes := l.used()
	events := w.types(eventTypes, "event", "ocel_id TEXT primary key, ocel_time TIMESTAMP", "foreign key (ocel_id) references event (ocel_id)")
	objects := w.types(
		objectTypes,
		"object",
		"ocel_id TEXT, ocel_time TIMESTAMP, ocel_changed_field TEXT",
		"foreign key (ocel_id) references object (ocel_id)",
	)
	known := make(map[string]bool, len(l.Objects))
	for _, o := range l.Objects {
		known[o.ID] = true
		w.do("insert into object values ($1, $2)", o.ID, o.Type)
		w.life(objects[o.Type], o)
	}
	for _, o := range l.Objects { // a reference to what is not there would break the keys
		for _, k := range o.Objects {
			if known[k.Object] {
				w.do("insert or ignore into object_object values ($1, $2, $3)", o.ID, k.Object, k.Qualifier)
			}
		}
	}
	ids := make(map[string]bool, len(l.Events))
	for _, e := range l.Events {
		id := e.ID
		for n := 2; ids[id]; n++ { // both events are kept, and a key is one event's
			id = fmt.Sprintf("%s (%d)", e.ID, n)
		}
		ids[id] = true
		w.do("insert into event values ($1, $2)", id, e.Type)
		w.row(events[e.Type], []any{id, eventlog.FormatTime(e.Time)}, "ocel_id, ocel_time", e.Attrs)
		for _, k := range e.Objects {
			if known[k.Object] {
				w.do("insert or ignore into event_object values ($1, $2, $3)", id, k.Object, k.Qualifier)
			}
		}
	}
}

// life writes the rows of an object: one for how it began, with the first
// values that held from the epoch on, and one for each value that came later.
func (w *sqliteWriter) life(t sqliteTable, o Object) {
	var first []eventlog.Attr
	var later []Change
	begun := map[string]bool{}
	for _, c := range inTime(o.Changes) {
		if c.Time == 0 && !begun[c.Name] {
			begun[c.Name] = true
			first = append(first, eventlog.Attr{Name: c.Name, Value: c.Value})
		} else {
			later = append(later, c)
		}
	}
	w.row(t, []any{o.ID, eventlog.FormatTime(0)}, "ocel_id, ocel_time", first)
	for _, c := range later {
		w.row(
			t,
			[]any{o.ID, eventlog.FormatTime(c.Time), t.columns[c.Name]},
			"ocel_id, ocel_time, ocel_changed_field",
			[]eventlog.Attr{{Name: c.Name, Value: c.Value}},
		)
	}
}

// row writes one row: what every row of the table has, then attributes, of
// which the first of a name counts.
func (w *sqliteWriter) row(t sqliteTable, args []any, cols string, attrs []eventlog.Attr) {
	seen := map[string]bool{}
	for _, a := range attrs {
		if seen[a.Name] {
			continue
		}
		seen[a.Name] = true
		cols += ", " + quoteName(t.columns[a.Name])
		args = append(args, sqlValue(a.Value))
	}
	w.do("insert into "+quoteName(t.name)+" ("+cols+") values (?"+strings.Repeat(", ?", len(args)-1)+")", args...)
}

// used gives the types of events and objects with all attributes they are seen
// to have, declared or not: a table needs a column for each.
func (l *Log) used() (events, objects []Type) {
	type book struct {
		types []Type
		at    map[string]int
		has   map[[2]string]bool
	}
	begin := func(declared []Type) *book {
		b := &book{at: map[string]int{}, has: map[[2]string]bool{}}
		for _, t := range declared {
			if _, twice := b.at[t.Name]; twice {
				continue
			}
			b.at[t.Name] = len(b.types)
			own := Type{Name: t.Name}
			for _, a := range t.Attrs {
				if !b.has[[2]string{t.Name, a.Name}] {
					b.has[[2]string{t.Name, a.Name}] = true
					own.Attrs = append(own.Attrs, a)
				}
			}
			b.types = append(b.types, own)
		}
		return b
	}
	see := func(b *book, kind string) int {
		i, ok := b.at[kind]
		if !ok {
			i = len(b.types)
			b.at[kind] = i
			b.types = append(b.types, Type{Name: kind})
		}
		return i
	}
	has := func(b *book, kind, attr string, v eventlog.Value) {
		i := see(b, kind)
		if !b.has[[2]string{kind, attr}] {
			b.has[[2]string{kind, attr}] = true
			b.types[i].Attrs = append(b.types[i].Attrs, Declared{attr, declaredOf(v.Type)})
		}
	}
	e, o := begin(l.EventTypes), begin(l.ObjectTypes)
	for _, ev := range l.Events {
		see(e, ev.Type)
		for _, a := range ev.Attrs {
			has(e, ev.Type, a.Name, a.Value)
		}
	}
	for _, ob := range l.Objects {
		see(o, ob.Type)
		for _, c := range ob.Changes {
			has(o, ob.Type, c.Name, c.Value)
		}
	}
	return e.types, o.types
}

// sqliteTable is the table of a type, and the column of each attribute.
type sqliteTable struct {
	name    string
	columns map[string]string
}

// types makes a table for each type. A table's name is the type's letters and
// digits and its place, so that no two types share one; a column's is the
// attribute's, with a number where SQLite, to which case is nothing, or the
// format has that name already.
func (w *sqliteWriter) types(types []Type, what, head, keys string) map[string]sqliteTable {
	tables := map[string]sqliteTable{}
	for i, t := range types {
		plain := strings.Map(func(r rune) rune {
			if r < 128 && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9') {
				return r
			}
			return -1
		}, t.Name) + fmt.Sprintf("_%d", i+1)
		table := sqliteTable{what + "_" + plain, map[string]string{}}
		tables[t.Name] = table
		cols := head
		taken := map[string]bool{}
		for _, a := range t.Attrs {
			column := a.Name
			if column == "" || strings.HasPrefix(strings.ToLower(column), "ocel_") {
				column = "attribute " + a.Name
			}
			for n, base := 2, column; taken[strings.ToLower(column)]; n++ {
				column = fmt.Sprintf("%s (%d)", base, n)
			}
			taken[strings.ToLower(column)] = true
			table.columns[a.Name] = column
			kind := sqlTypes[a.Type]
			if kind == "" {
				kind = "TEXT"
			}
			cols += ", " + quoteName(column) + " " + kind
		}
		w.do("create table " + quoteName(table.name) + " (" + cols + ", " + keys + ")")
		w.do("insert into "+what+"_map_type values ($1, $2)", t.Name, plain)
	}
	return tables
}

func sqlValue(v eventlog.Value) any {
	switch v.Type {
	case eventlog.Int:
		return v.Int()
	case eventlog.Float:
		return v.Float()
	case eventlog.Bool:
		return v.Int()
	}
	return v.Text()
}
