package ocel

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/throughline/throughline/internal/eventlog"
)

// untidy is a log as files have them: undeclared types and attributes, names
// that SQLite takes for one, an event id twice, a link to nowhere, objects
// without attributes, a value that begins late.
func untidy() *Log {
	text := eventlog.TextValue
	return &Log{
		EventTypes:  []Type{{Name: "pack", Attrs: []Declared{{"weight", "float"}}}},
		ObjectTypes: []Type{{Name: "box", Attrs: []Declared{{"Size", "string"}, {"size", "string"}, {"ocel_time", "string"}}}, {Name: "never", Attrs: nil}},
		Objects: []Object{
			{ID: "b1", Type: "box", Changes: []Change{{"Size", 0, text("L")}, {"size", 0, text("large")}, {"Size", 5e6, text("XL")}, {"ocel_time", 0, text("noon")}}, Objects: []Link{{"b2", "beside"}, {"gone", "in"}}},
			{ID: "b2", Type: "box", Changes: []Change{{"size", 7e6, text("small")}, {"colour", -3e6, text("red")}}},
			{ID: "p1", Type: "person"},
		},
		Events: []Event{
			{ID: "e1", Type: "pack", Time: 1e6, Attrs: []eventlog.Attr{{Name: "weight", Value: eventlog.FloatValue(2.5)}, {Name: "by", Value: text("ann")}}, Objects: []Link{{"b1", "what"}, {"gone", "what"}, {"p1", ""}}},
			{ID: "e1", Type: "pack", Time: 2e6, Objects: []Link{{"b2", "what"}}},
			{ID: "e3", Type: "ship", Time: 3e6},
		},
	}
}

// TestSQLiteHasTheKeysOfTheFormat asks the file itself: which keys it has,
// whether they hold, and whether each object has its row.
func TestSQLiteHasTheKeysOfTheFormat(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.sqlite")
	if err := WriteSQLite(path, untidy()); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	list := func(query string) []string {
		rows, err := db.Query(query)
		if err != nil {
			t.Fatal(query, err)
		}
		defer rows.Close()
		cols, _ := rows.Columns()
		var out []string
		for rows.Next() {
			v := make([]sql.NullString, len(cols))
			at := make([]any, len(cols))
			for i := range v {
				at[i] = &v[i]
			}
			if err := rows.Scan(at...); err != nil {
				t.Fatal(err)
			}
			var words []string
			for _, x := range v {
				words = append(words, x.String)
			}
			out = append(out, strings.Join(words, " "))
		}
		return out
	}
	same := func(what string, got []string, want ...string) {
		t.Helper()
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	keys := func(table string) []string {
		return list(`select "from", "table", "to" from pragma_foreign_key_list('` + table + `') order by 1, 2`)
	}
	same("event", keys("event"), "ocel_type event_map_type ocel_type")
	same("object", keys("object"), "ocel_type object_map_type ocel_type")
	same("event_object", keys("event_object"), "ocel_event_id event ocel_id", "ocel_object_id object ocel_id")
	same("object_object", keys("object_object"), "ocel_source_id object ocel_id", "ocel_target_id object ocel_id")
	for _, kind := range []string{"event", "object"} {
		tables := list("select '" + kind + "_' || ocel_type_map from " + kind + "_map_type")
		if len(tables) < 2 {
			t.Error(tables)
		}
		for _, table := range tables {
			same(table, keys(table), "ocel_id "+kind+" ocel_id")
		}
		var rows []string
		for _, table := range tables {
			rows = append(rows, `select ocel_id from "`+table+`"`)
		}
		same(kind+"s without a row", list("select ocel_id from "+kind+" except select * from ("+strings.Join(rows, " union ")+")"))
	}
	same("broken keys", list("pragma foreign_key_check"))
	same("beginnings of objects", list(`select ocel_id, count(*) from object_box_1 where ocel_changed_field is null group by 1`), "b1 1", "b2 1")

	back, found, err := ReadFile(t.Context(), path, Options{})
	if err != nil || back == nil || found.Errors() {
		t.Fatal(err, found)
	}
	want := untidy()
	want.Events[1].ID, want.Events[0].Objects, want.Objects[0].Objects = "e1 (2)", []Link{{"b1", "what"}, {"p1", ""}}, []Link{{"b2", "beside"}}
	want.Objects[0].Changes[1].Name, want.Objects[0].Changes[3].Name = "size (2)", "attribute ocel_time"
	want.Objects[1].Changes[0].Name = "size (2)"
	if got, want := plainest(back, true), plainest(want, true); got != want {
		t.Errorf("came back as\n%s\nwant\n%s", got, want)
	}
}
