package sqlite_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/sqlite"
	"github.com/throughline/throughline/internal/store/storetest"
)

var sealDay = time.Date(2025, 5, 1, 9, 0, 0, 0, time.UTC)

func sealID(parts ...any) throughline.ID { return throughline.KeyedID(sealDay, fmt.Sprint(parts...)) }

// filled is a copy of a ledger of two workspaces with rows in every table that
// a ledger or a copy of one can have.
func filled(t *testing.T) string {
	t.Helper()
	folder, ctx := t.TempDir(), context.Background()
	l := open(t, filepath.Join(folder, "x.db"))
	for _, ws := range []throughline.Workspace{ws, 2} {
		facts := storetest.Facts(rand.New(rand.NewPCG(31, uint64(ws))), 6, 120, true)
		for n, rest := 0, facts; len(rest) > 0; n, rest = n+1, rest[40:] {
			b := store.Batch{Facts: rest[:40], Form: &store.Form{Token: sealID("form", n), Digest: [32]byte{byte(n), 1}}}
			b.People = []store.Person{{ID: throughline.PersonID(sealID("ann")), Recorded: sealDay.AddDate(0, n, 0), Name: "Ann Oduya", Email: "ann@example.org", Phone: "+49 30 1234", Same: throughline.PersonID(sealID("other")), Title: fmt.Sprint("head of ", n)},
				{ID: throughline.PersonID(sealID("erased", n)), Recorded: sealDay, Name: "Grizelda Quartermain"}}
			b.Accounts = []store.Account{{ID: throughline.AccountID(sealID("account", n)), Recorded: sealDay, Name: "Müller & Söhne", Attributes: map[string]string{"region": "north"}}}
			b.Records = []store.Record{{System: "crm", Kind: store.DealRecord, Foreign: fmt.Sprint("006", n), ID: throughline.ID(rest[0].Deal)}, {System: "crm", Kind: store.PersonRecord, Foreign: fmt.Sprint("Grizelda Quartermain ", n), ID: sealID("erased", n)}}
			b.Import = &store.Import{ID: sealID("import", n), System: "crm", Started: sealDay, Finished: sealDay.Add(time.Duration(n) * time.Hour), Horizon: throughline.DayOf(sealDay, time.UTC), Files: []string{"a.csv"}, Rows: 40}
			if _, err := l.Append(ctx, ws, b); err != nil {
				t.Fatal(err)
			}
			if _, err := l.AppendForecast(ctx, ws, store.Shown{ID: sealID("forecast", n), Kind: "run", At: sealDay.AddDate(0, 0, n), AsOf: throughline.DayOf(sealDay, time.UTC), Hash: fmt.Sprint("h", n), Body: []byte(`{"deals":[1,2,3]}`)}); err != nil {
				t.Fatal(err)
			}
			if err := l.ReviseDraft(ctx, ws, store.Draft{ID: throughline.ID{byte(n + 1)}, Revision: 1, Name: "ours", Base: "h", Author: throughline.PersonID{7}, Written: sealDay, Did: "begun", Files: []byte("PK"), Beside: []byte("{}")}); err != nil {
				t.Fatal(err)
			}
			if err := l.Share(ctx, ws, store.Shared{Plan: throughline.ID{byte(n + 1)}, Kind: "link", At: sealDay, Body: []byte("{}")}); err != nil {
				t.Fatal(err)
			}
			if err := l.CountUses(ctx, ws, []store.Use{{Day: throughline.DayOf(sealDay, time.UTC), Kind: "page", What: "/", N: int64(n + 1)}}, throughline.DayOf(sealDay, time.UTC)); err != nil {
				t.Fatal(err)
			}
			if err := l.Admit(ctx, ws, store.Admission{Room: "user", Subject: throughline.ID{byte(n + 1)}, Kind: "added", At: sealDay, Body: []byte("{}")}); err != nil {
				t.Fatal(err)
			}
			if err := l.Note(ctx, ws, []store.Deed{{At: sealDay, Did: "sign_in", Outcome: store.DeedDone}, {At: sealDay, Did: "record_note", Outcome: store.DeedDone}}); err != nil {
				t.Fatal(err)
			}
			if _, _, err := l.Claim(ctx, ws, store.Keyed{Key: sealID("key", n), Once: sealID("once", n), At: sealDay}, sealDay, sealDay); err != nil {
				t.Fatal(err)
			}
			if _, _, err := l.AskJob(ctx, ws, store.Job{ID: sealID("job", n), Kind: "copy", Topic: fmt.Sprint(n), Asked: sealDay, Most: 3, Input: []byte("{}")}, sealDay); err != nil {
				t.Fatal(err)
			}
			if _, err := l.Try(ctx, ws, sealDay, store.Try{Name: sealID("try", n), Burst: 3, Each: time.Hour}); err != nil {
				t.Fatal(err)
			}
			if err := l.Settle(ctx, ws, store.Setting{Name: "timezone", Value: "Asia/Tokyo", Since: sealDay}); err != nil {
				t.Fatal(err)
			}
			if _, err := l.PublishPlaybook(ctx, ws, store.Version{Hash: fmt.Sprint("h", n), Name: "ours", Published: sealDay, Files: []byte("PK")}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := l.ErasePerson(ctx, ws, throughline.PersonID(sealID("erased", 1)), sealDay.AddDate(0, 1, 0)); err != nil {
			t.Fatal(err)
		}
		var listed []store.Listed
		for s, err := range l.Heads(ctx, ws) {
			if err != nil {
				t.Fatal(err)
			}
			n := len(listed)
			listed = append(listed, store.Listed{Deal: s.Deal, Days: []throughline.Day{throughline.DayNumber(20_000 + n), throughline.DayNumber(20_100)}, Title: store.Folded(s.Title.Value), Account: throughline.AccountID(sealID("account", n%3)), Owner: s.Owner.Value, Outcome: s.Outcome(), Amount: s.Amount.Value,
				Latest: s.Horizon, Since: throughline.DayOf(sealDay, time.UTC), Weight: n * 10, Gaps: []int{n, 3}, Cycle: n, Until: sealDay.AddDate(0, 0, n)})
		}
		listed[0].Outcome = throughline.Won // so that nothing of what is usual is empty
		to := store.Listing{Number: 9, Form: "rules", Making: "other rules", Reached: listed[0].Deal, Day: throughline.DayOf(sealDay, time.UTC), Weighed: "usual"}
		if _, err := l.Relist(ctx, ws, store.Listing{}, store.Relisting{Rows: listed, To: to, Usual: func(store.Usage) string { return "usual" }}); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(folder, "copy.db")
	if err := l.Backup(ctx, path); err != nil {
		t.Fatal(err)
	}
	return path
}

// spoiled gives another value than v, by a flipped bit where v has bits.
func spoiled(r *rand.Rand, v any) any {
	switch v := v.(type) {
	case int64:
		return v ^ 1<<r.IntN(63)
	case string:
		b := []byte(v)
		if len(b) == 0 {
			return "x"
		}
		b[r.IntN(len(b))] ^= 1 << r.IntN(7) // text stays text
		return string(b)
	case []byte:
		b := bytes.Clone(v)
		if len(b) == 0 {
			return []byte{1}
		}
		b[r.IntN(len(b))] ^= 1 << r.IntN(8)
		return b
	}
	return int64(1)
}

// TestEveryFlippedRowIsFound: one bit is flipped in one value of one row, of
// any table and column, a thousand times; the check says so each time, and is
// content again when the value is put back.
func TestEveryFlippedRowIsFound(t *testing.T) {
	t.Parallel()
	path, ctx := filled(t), context.Background()
	l := open(t, path)
	if c, err := l.Check(ctx); err != nil || len(c.Faults) > 0 || c.Rows < 100 {
		t.Fatalf("before anything was flipped: %+v, %v", c, err)
	}
	db, err := sql.Open("sqlite", path+"?_pragma=synchronous(0)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var tables []string
	rows, err := db.Query("select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name")
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		tables = append(tables, s)
	}
	columns := sqlite.SealedColumns()
	columns["goose_db_version"] = []string{"version_id", "is_applied"}
	times := 1000
	if testing.Short() {
		times = 150
	}
	r := rand.New(rand.NewPCG(32, 1))
	seen := map[string]int{}
	for done := 0; done < times; {
		table := tables[r.IntN(len(tables))]
		if table == "unsealed" { // is empty once all rows have checksums
			continue
		}
		names := columns[table]
		if names == nil {
			t.Fatalf("the rows of the table %s carry no checksum", table)
		}
		column := names[r.IntN(len(names))]
		var n int
		if err := db.QueryRow("select count(*) from " + table).Scan(&n); err != nil || n == 0 {
			t.Fatalf("the table %s has %d rows, %v", table, n, err)
		}
		values := make([]any, len(names))
		into := make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := db.QueryRow("select " + strings.Join(names, ", ") + " from " + table + fmt.Sprintf(" limit 1 offset %d", r.IntN(n))).Scan(into...); err != nil {
			t.Fatal(err)
		}
		at := slices.Index(names, column)
		bound := make([]string, len(names)) // bytes of no length are bound as what is not there
		for i, v := range values {
			if bound[i] = "?"; v != nil && reflect.ValueOf(v).Kind() == reflect.Slice && reflect.ValueOf(v).Len() == 0 {
				bound[i] = "coalesce(?, x'')"
			}
		}
		where := ""
		for i, name := range names {
			where += " and " + name + " is " + bound[i]
		}
		set := "update " + table + " set " + column + " = " + bound[at] + " where true" + where
		changed := slices.Clone(values)
		changed[at] = spoiled(r, values[at])
		var twin int // the list of versions has no key that keeps a row from becoming another's
		if err := db.QueryRow("select count(*) from "+table+" where "+strings.Join(names, " is ? and ")+" is ?", changed...).Scan(&twin); err != nil || twin > 0 {
			continue
		}
		if _, err := db.Exec(set, append([]any{changed[at]}, values...)...); err != nil {
			continue // a key that is taken, a value that may not be missing
		}
		done++
		seen[table]++
		c, err := l.Check(ctx)
		if err != nil || len(c.Faults) == 0 {
			t.Errorf("%s.%s from %v to %v: the check says %q, %v", table, column, values[at], changed[at], c.Faults, err)
		}
		if res, err := db.Exec(set, append([]any{values[at]}, changed...)...); err != nil {
			t.Fatal(err)
		} else if n, _ := res.RowsAffected(); n != 1 {
			t.Fatalf("%s.%s: %d rows were put back", table, column, n)
		}
	}
	if len(seen) != len(columns) {
		t.Errorf("rows were flipped in %v only", seen)
	}
	if c, err := l.Check(ctx); err != nil || len(c.Faults) > 0 {
		t.Errorf("after all was put back: %q, %v", c.Faults, err)
	}
}

// dump is all that a database says, as text.
func dump(t *testing.T, path string) string {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var b strings.Builder
	for table, columns := range sqlite.SealedColumns() {
		rows, err := db.Query("select quote(" + strings.Join(columns, ")||','||quote(") + ") from " + table + " order by 1")
		if err != nil {
			return err.Error()
		}
		var all []string
		for rows.Next() {
			var s string
			if err := rows.Scan(&s); err != nil {
				return err.Error()
			}
			all = append(all, table+" "+s)
		}
		if rows.Err() != nil {
			return rows.Err().Error()
		}
		b.WriteString(strings.Join(all, "\n") + "\n")
	}
	lines := strings.Split(b.String(), "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// TestEveryFlippedByteThatMattersIsFound: one bit anywhere in the file is
// flipped; opening or the check says so, or all rows read as before.
func TestEveryFlippedByteThatMattersIsFound(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile(filled(t))
	if err != nil {
		t.Fatal(err)
	}
	folder, ctx := t.TempDir(), context.Background()
	before := filepath.Join(folder, "whole.db")
	if err := os.WriteFile(before, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	said := dump(t, before)
	times := 400
	if testing.Short() {
		times = 150
	}
	r := rand.New(rand.NewPCG(33, 1))
	refused, found, harmless := 0, 0, 0
	for n := range times {
		bit := r.IntN(8 * len(whole))
		if n%4 == 0 { // the header and the list of tables more often than their size
			bit = r.IntN(8 * 4096)
		}
		bad := bytes.Clone(whole)
		bad[bit/8] ^= 1 << (bit % 8)
		path := filepath.Join(folder, fmt.Sprint(n, ".db"))
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		l, err := sqlite.Open(ctx, path, sqlite.Options{ReadOnly: true})
		if err != nil {
			refused++
			os.Remove(path)
			continue
		}
		c, err := l.Check(ctx)
		l.Close()
		switch {
		case err != nil || len(c.Faults) > 0:
			found++
		case dump(t, path) != said:
			t.Errorf("bit %d of byte %d: the rows are others, and the check finds nothing", bit%8, bit/8)
		default:
			harmless++
		}
		os.Remove(path)
	}
	t.Logf("%d refused when opened, %d found, %d changed no row", refused, found, harmless)
	if found < times/8 {
		t.Errorf("only %d of %d were found", found, times)
	}
}

// TestWhatIsMissingIsFound: tables, indexes and rows that are gone, and what is
// there and should not be.
func TestWhatIsMissingIsFound(t *testing.T) {
	t.Parallel()
	path := filled(t)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	changes := map[string]string{
		"drop index account_folded":                                     "the index account_folded is missing",
		"drop index record_id":                                          "the index record_id is missing",
		"create table notes (x)":                                        "there is a table notes that is not ours",
		"create trigger t after insert on fact begin select 1; end":     "there is a trigger t that is not ours",
		"drop index record_id; create index record_id on record (id)":   "the index record_id is not made as",
		"update account set folded = 'x', sum = null where version = 1": "has no checksum",
		"delete from goose_db_version where version_id = 3":             "list of versions",
		"insert into unsealed values ('deals')":                         "is in the list",
		"update record set sum = (select sum from record where foreign_id = '0061') where foreign_id = '0062'": "checksum differs",
	}
	for table := range sqlite.SealedColumns() {
		changes["drop table "+table] = "the table " + table + " is missing"
		switch table {
		case "copied": // whether there is a note is for a restore to see
		case "tally":
			changes["delete from tally where workspace = 2"] = "the table tally has 0 rows"
		default:
			changes["delete from "+table+" where rowid in (select rowid from "+table+" limit 1)"] = "the table " + table + " has"
		}
	}
	for change, says := range changes {
		if err := os.WriteFile(path, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(change, "rowid") { // most tables have none
			table := strings.Fields(change)[2]
			columns := sqlite.SealedColumns()[table]
			key := "(coalesce(" + strings.Join(columns[:min(5, len(columns)-1)], ", ''), coalesce(") + ", ''))" // an account may be missing
			change = "delete from " + table + " where " + key + " in (select " + key[1:len(key)-1] + " from " + table + " limit 1)"
		}
		raw(t, path, strings.Split(change, "; create index")[0])
		if _, rest, ok := strings.Cut(change, "; create index"); ok {
			raw(t, path, "create index"+rest)
		}
		l, err := sqlite.Open(context.Background(), path, sqlite.Options{})
		if err != nil {
			if throughline.KindOf(err) == throughline.Internal && !strings.Contains(err.Error(), "no such table") {
				t.Errorf("%s: %v", change, err)
			}
			continue // it does not open without it
		}
		faults, err := faultsOf(l)
		l.Close()
		if err != nil || !strings.Contains(strings.Join(faults, "\n"), says) {
			t.Errorf("%s: the check says %q, %v; want %q", change, faults, err, says)
		}
		for _, left := range []string{"-wal", "-shm"} {
			os.Remove(path + left)
		}
	}
}

// TestOldLedgersGetChecksums: a file of the tables before checksums opens, is
// told how far it has come, and is finished by the next opening where the first
// was cut off at any point; what it says stays the same.
func TestOldLedgersGetChecksums(t *testing.T) {
	t.Parallel()
	folder, ctx := t.TempDir(), context.Background()
	now := filepath.Join(folder, "now.db")
	l := open(t, now)
	facts := storetest.Facts(rand.New(rand.NewPCG(34, 1)), 400, 3000, true)
	appendAll(t, l, facts)
	b := store.Batch{}
	for n := range 5000 {
		b.Records = append(b.Records, store.Record{System: "crm", Kind: store.DealRecord, Foreign: fmt.Sprint(n), ID: sealID(n % 400)})
		b.People = append(b.People, store.Person{ID: throughline.PersonID(sealID("p", n)), Recorded: sealDay, Name: fmt.Sprint("Person ", n)})
	}
	if _, err := l.Append(ctx, ws, b); err != nil {
		t.Fatal(err)
	}
	l.Close()
	old := filepath.Join(folder, "old.db")
	if err := sqlite.MakeOld(ctx, old, now, 4); err != nil {
		t.Fatal(err)
	}

	// Read as it stands, without a change.
	before, err := os.ReadFile(old)
	if err != nil {
		t.Fatal(err)
	}
	l, err = sqlite.Open(ctx, old, sqlite.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	if c, err := l.Counts(ctx, ws); err != nil || c.Facts != len(facts) {
		t.Errorf("read as it stands: %+v, %v", c, err)
	}
	if c, err := l.Check(ctx); err != nil || len(c.Faults) > 0 || !strings.Contains(strings.Join(c.Uncovered, "\n"), "the checksums of the table fact") {
		t.Errorf("the check of an old file: %+v, %v", c, err)
	}
	l.Close()
	if after, err := os.ReadFile(old); err != nil || !bytes.Equal(before, after) {
		t.Errorf("reading changed the file, %v", err)
	}

	cuts, last := 0, 0
	for cut := 1; ; cut++ {
		ctx, cancel := context.WithCancel(ctx)
		n := 0
		l, err := sqlite.Open(ctx, old, sqlite.Options{Progress: func(unit string, done, total int) {
			if unit != "rows" {
				return
			}
			if last = done; done > total {
				t.Errorf("%d of %d rows", done, total)
			}
			if n++; n == cut {
				cancel()
			}
		}})
		cancel()
		if err == nil {
			c, err := l.Check(context.Background())
			if err != nil || len(c.Faults) > 0 || len(c.Uncovered) != 1 {
				t.Errorf("at last: %+v, %v", c, err)
			}
			l.Close()
			break
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		cuts++
	}
	if cuts < 3 || last == 0 {
		t.Errorf("it was cut off %d times, and told of %d rows", cuts, last)
	}
	l = open(t, old)
	n := 0
	for fs, err := range l.AllFacts(ctx, ws) {
		if err != nil {
			t.Fatal(err)
		}
		n += len(fs)
	}
	if n != len(facts) {
		t.Errorf("%d facts, want %d", n, len(facts))
	}
	appendAll(t, l, []deal.Fact{facts[0]})
	l.Close()
	// A bit that flips afterwards is found.
	raw(t, old, "update person set name = 'Somebody Else' where name = 'Person 77'")
	if faults, err := faultsOf(open(t, old)); err != nil || len(faults) != 1 {
		t.Errorf("%q, %v", faults, err)
	}
}
