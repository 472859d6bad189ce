package ocel

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

const hostileVar = "THROUGHLINE_HOSTILE_FILE"

// TestHostileChild reads the file that TestHostileDatabases names, in a process
// of its own, whose address space is bounded.
func TestHostileChild(t *testing.T) {
	path := os.Getenv(hostileVar)
	if path == "" {
		t.Skip("is run by TestHostileDatabases")
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: 3 << 30, Max: 3 << 30}); err != nil {
		t.Fatal(err)
	}
	l, found, err := ReadFile(context.Background(), path, Options{})
	if err != nil {
		fmt.Println("said:", err)
		return
	}
	n := -1
	if l != nil {
		n = len(l.Events)
	}
	for _, f := range found {
		fmt.Println("said:", f.Message)
	}
	fmt.Println("events:", n)
	status, err := os.ReadFile("/proc/self/status") // what a parent took is not in it
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	fmt.Println("took:", strings.Fields(rest)[0])
}

const plainTables = `create table event_map_type (ocel_type TEXT, ocel_type_map TEXT);
create table object_map_type (ocel_type TEXT, ocel_type_map TEXT);
create table event (ocel_id TEXT, ocel_type TEXT);
create table object (ocel_id TEXT, ocel_type TEXT);
create table event_object (ocel_event_id TEXT, ocel_object_id TEXT, ocel_qualifier TEXT);
create table object_object (ocel_source_id TEXT, ocel_target_id TEXT, ocel_qualifier TEXT);
insert into event_map_type values ('pay', 'pay');
insert into object_map_type values ('order', 'order');
create table event_pay (ocel_id TEXT, ocel_time TEXT);
create table object_order (ocel_id TEXT, ocel_time TEXT, ocel_changed_field TEXT);
insert into event values ('e1', 'pay');
insert into event_pay values ('e1', '2024-01-01T00:00:00Z');
insert into object values ('o1', 'order');
insert into event_object values ('e1', 'o1', '');
`

// doubled is a chain of columns, each twice the one before.
func doubled(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ", c%d TEXT generated always as (c%d || c%d) virtual", i+1, i, i)
	}
	return b.String()
}

const endless = "with recursive n(x) as (select 1 union all select x + 1 from n) select x, hex(randomblob(1000)) from n"

// TestHostileDatabases: each database ends in a log or a refusal within five
// seconds of processor and 200 MB, by a process that is measured.
func TestHostileDatabases(t *testing.T) {
	t.Parallel()
	instead := func(table, with string) string {
		return plainTables + "alter table " + table + " rename to was; drop table was;" + with
	}
	many := func(values string, n int) string {
		return fmt.Sprintf("with recursive n(x) as (select 1 union all select x + 1 from n where x < %d) %s from n;", n, values)
	}
	for name, c := range map[string]struct {
		script string
		patch  func(b []byte)
		says   string
	}{
		"as it should be": {plainTables, nil, "events: 1"},
		"computed columns of a type": {instead("event_pay", "create table event_pay (ocel_id TEXT, ocel_time TEXT, c0 TEXT); insert into event_pay values ('e1', '2024-01-01T00:00:00Z', 'xxxxxxxx');"+
			remade("event_pay", "ocel_id TEXT, ocel_time TEXT, c0 TEXT"+doubled(40))), nil, "is computed and is left out"},
		"a computed id": {instead("event", "create table event (c0 TEXT, ocel_type TEXT); insert into event values ('xxxxxxxx', 'pay');"+
			remade("event", "c0 TEXT, ocel_type TEXT"+doubled(35)+", ocel_id TEXT generated always as (c35)")), nil, "is computed, which is not read"},
		"a computed time": {instead("event_pay", "create table event_pay (ocel_id TEXT, x INT); insert into event_pay values ('e1', 1);"+
			remade("event_pay", "ocel_id TEXT, x INT, ocel_time TEXT generated always as (hex(zeroblob(400000000)))")), nil, "is computed and is left out"},
		"a view for the events":             {instead("event", "create view event (ocel_id, ocel_type) as "+endless+";"), nil, `no table "event"`},
		"a view for a type":                 {instead("event_pay", "create view event_pay (ocel_id, ocel_time) as "+endless+";"), nil, `no table "event_pay"`},
		"views upon views":                  {plainTables + viewsUponViews(40), nil, "events: 1"},
		"a view for the types":              {instead("event_map_type", "create view event_map_type (ocel_type, ocel_type_map) as "+endless+";"), nil, "is no OCEL"},
		"a trigger":                         {plainTables + "create trigger t after insert on event begin select hex(randomblob(1000000)); end;", nil, "events: 1"},
		"a table that is computed":          {plainTables + "create virtual table event_ship using fts5(x); insert into event_map_type values ('ship', 'ship');", nil, ""},
		"many types of one table":           {plainTables + many("insert into event_pay select hex(randomblob(100)), ''", 2000) + many("insert into event_map_type select 'type ' || x, 'pay'", 20_000), nil, "more than its size allows"},
		"long values for rows without them": {plainTables + many("insert into event_pay select x, ''", 5000) + "alter table event_pay add column d TEXT default '" + strings.Repeat("x", 200_000) + "';", nil, "more than its size allows"},
		"pages that are each other's children": {plainTables + many("insert into event_object select 'e' || x, hex(randomblob(10)), ''", 60_000), func(b []byte) {
			for at := 0; at+4096 <= len(b); at += 4096 {
				if page := b[at : at+4096]; page[0] == 5 { // an inner page of a table: all children are the first
					first := binary.BigEndian.Uint16(page[12:])
					for i := range int(binary.BigEndian.Uint16(page[3:])) {
						cell := binary.BigEndian.Uint16(page[12+2*i:])
						copy(page[cell:cell+4], page[first:first+4])
					}
				}
			}
		}, ""},
		"an index of what is computed": {plainTables + "create index i on event (hex(ocel_id || ocel_type));", nil, "events: 1"},
		"a thousand tables":            {plainTables + thousandTables(), nil, "events: 1"},
	} {
		path := filepath.Join(t.TempDir(), "x.sqlite")
		db, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		db.SetMaxOpenConns(1)
		if _, err := db.Exec("pragma synchronous = off; pragma page_size = 4096; begin;" + c.script + "commit"); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		db.Close()
		if c.patch != nil {
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			c.patch(b)
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute) // by the clock, for a machine that is busy
		cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestHostileChild$", "-test.v")
		cmd.Env = append(os.Environ(), hostileVar+"="+path)
		out, err := cmd.CombinedOutput()
		stop()
		if err != nil {
			t.Errorf("%s: %v: %.2000s", name, err, out)
			continue
		}
		var took int
		_, rest, _ := strings.Cut(string(out), "took: ")
		if _, err := fmt.Sscan(rest, &took); err != nil {
			t.Fatalf("%s: %v: %s", name, err, out)
		}
		if cpu := cmd.ProcessState.SystemTime() + cmd.ProcessState.UserTime(); cpu > 5*time.Second || took > 200<<10 {
			t.Errorf("%s: took %v and %d MB", name, cpu, took>>10)
		}
		if !strings.Contains(string(out), c.says) {
			t.Errorf("%s: %.600s, want %q", name, out, c.says)
		}
	}
}

// remade gives a table other columns than its rows were written with.
func remade(table, columns string) string {
	return "pragma writable_schema = on; update sqlite_master set sql = 'create table " + table + " (" + columns + ")' where name = '" + table + "'; pragma writable_schema = off;"
}

func viewsUponViews(n int) string {
	var b strings.Builder
	b.WriteString("create view v0 as select 1 as x;")
	for i := range n {
		fmt.Fprintf(&b, "create view v%d as select a.x from v%d a, v%d b;", i+1, i, i)
	}
	return b.String()
}

func thousandTables() string {
	var b strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&b, "create table t%d (a, b, c, d, e, f);", i)
	}
	return b.String()
}

// TestReadingStops: a database is left when the context ends.
func TestReadingStops(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.sqlite")
	if err := WriteSQLite(path, untidy()); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if l, _, err := ReadFile(ctx, path, Options{}); err == nil || l != nil {
		t.Errorf("%v, %v", l, err)
	}
}
