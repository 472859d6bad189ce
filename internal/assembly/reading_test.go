package assembly_test

import (
	"cmp"
	"database/sql"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/assembly"
	"github.com/throughline/throughline/internal/company"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/showing"
	inmemory "github.com/throughline/throughline/internal/store/memory"
	"github.com/throughline/throughline/internal/store/postgres/pgtest"
	"github.com/throughline/throughline/internal/surface/cli"
)

// notAnswered says why a reading operation gives no answer in
// TestReadingWritesNothing; that it wrote nothing is looked at all the same.
var notAnswered = map[string]string{
	"studio_show":    "the made-up company has no draft",
	"studio_review":  "the made-up company has no draft",
	"forecast_shown": "nothing was kept",
}

// TestReadingWritesNothing: whatever is declared as reading, with a route or
// without, leaves every row of every table as it was, in each kind of store.
func TestReadingWritesNothing(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	house := assembly.House{Now: func() time.Time { return at }, Random: rand.New(rand.NewPCG(1, 1))}
	for _, kind := range []string{"memory", "sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			where := filepath.Join(t.TempDir(), "x.db")
			rows := func(t *testing.T) string { return rowsOfFile(t, where) }
			if kind == "postgres" {
				where = pgtest.Shared(t).Database(t)
				rows = func(t *testing.T) string { return rowsOfServer(t, where) }
			}
			d, done, err := house.Open(cli.Where{DB: where, Lang: "en"}, true, true)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = done() })
			if kind == "memory" {
				d.Ledger = inmemory.New()
				rows = func(*testing.T) string { return "" }
			}
			d.Keep = false
			for seen, batch := range company.Batches(company.Generate(1, d.Today(), time.UTC, d.Book), 20) {
				if _, err := d.Ledger.Append(t.Context(), d.Workspace, batch); err != nil {
					t.Fatal(err)
				}
				if seen >= 60 {
					break
				}
			}
			list, err := operation.ListDeals.Run(t.Context(), d, &showing.DealsInput{Outcome: "open", Limit: 1})
			if err != nil {
				t.Fatal(err)
			}
			row := list.(showing.DealList).Rows[0]
			page, err := operation.ShowDeal.Run(t.Context(), d, &showing.DealInput{ID: row.ID.String()})
			if err != nil {
				t.Fatal(err)
			}
			efforts, err := operation.ListInitiatives.Run(t.Context(), d, &showing.InitiativesInput{})
			if err != nil || len(efforts.(showing.InitiativeList).Rows) == 0 {
				t.Fatal("no initiative to look at", err)
			}
			person := ""
			for id := range page.(showing.DealPage).Deal.People {
				person = max(person, throughline.ID(id).String())
			}
			account := throughline.ID(row.Summary.Account.Value).String()
			about := map[string]string{"": row.ID.String(), "person_show": person, "admin_person": person, "name": person, "account": account,
				"customer_name": account, "session": row.Owner, "initiative": efforts.(showing.InitiativeList).Rows[0].ID.String()}
			d.Author = row.Summary.Owner.Value // what somebody keeps to themselves is asked for by them
			was, wasKept := rows(t), kept(t, d)
			ran := 0
			for _, op := range append(operation.All(), operation.Pages()...) {
				if op.Effect != operation.Reads || !op.NeedsStore {
					continue
				}
				in := op.NewInput()
				sayAll(t, op.Name(), reflect.ValueOf(in).Elem(), about)
				_, err := op.Run(t.Context(), d, in)
				_, excused := notAnswered[op.Name()]
				if excused = excused || kind == "postgres" && op.Name() == "admin_backup"; (err != nil) != excused {
					t.Errorf("%s: %v, excused: %v", op.Name(), err, excused)
				}
				if ran++; kept(t, d) != wasKept {
					t.Fatalf("%s wrote: writes, facts, forecasts and playbooks were %v and are %v", op.Name(), wasKept, kept(t, d))
				}
				if is := rows(t); is != was {
					t.Fatalf("%s changed rows:\n%s\n%s", op.Name(), was, is)
				}
			}
			if ran < 50 {
				t.Errorf("only %d operations read", ran)
			}
		})
	}
}

// sayAll says in an input what the operation needs to answer.
func sayAll(t *testing.T, op string, in reflect.Value, about map[string]string) {
	t.Helper()
	id := cmp.Or(about[op], about[""])
	said := map[string]string{"ID": id, "Seller": id, "Text": "Petra Lind at Northfield signed one page", "Words": "ward", "Check": "L01", "From": "opened", "To": "won"}
	for _, f := range reflect.VisibleFields(in.Type()) {
		if f.Anonymous || !f.IsExported() {
			continue
		}
		v := in.FieldByIndex(f.Index)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case op == "customer_name":
			v.SetString(id)
		case f.Type == reflect.TypeFor[throughline.PersonID]() && op == "name":
			at, err := throughline.ParseID(id)
			if err != nil {
				t.Fatal(err)
			}
			v.Set(reflect.ValueOf(throughline.PersonID(at)))
		case name == "limit":
			v.SetInt(3)
		case op == "studio_quarter" && f.Type == reflect.TypeFor[throughline.Day]():
			day := throughline.DateOf(2026, time.January, 1)
			if f.Name == "Until" {
				day = day.Add(89)
			}
			v.Set(reflect.ValueOf(day))
		case name == "path" && f.Type.Kind() == reflect.String:
			v.SetString(filepath.Join(t.TempDir(), "out.json"))
		case name == "resamples":
			v.Set(reflect.Zero(f.Type))
		case f.Type.Kind() == reflect.String && said[f.Name] != "":
			v.SetString(said[f.Name])
		case f.Tag.Get("default") != "" && f.Type.Kind() == reflect.String:
			v.SetString(f.Tag.Get("default"))
		}
	}
}

// rowsOfFile gives what stands in each table of a database in a file.
func rowsOfFile(t *testing.T, path string) string {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	names, err := db.QueryContext(t.Context(), "select name from sqlite_master where type = 'table' and sql not like 'CREATE VIRTUAL%' order by name")
	if err != nil {
		t.Fatal(err)
	}
	defer names.Close()
	var tables []string
	for names.Next() {
		var name string
		if err := names.Scan(&name); err != nil {
			t.Fatal(err)
		}
		tables = append(tables, name)
	}
	var out strings.Builder
	for _, table := range tables {
		rows, err := db.QueryContext(t.Context(), fmt.Sprintf("select * from %q", table))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%s %s\n", table, digest(t, rows))
	}
	return out.String()
}

// digest spells the rows of a question, whatever order they come in.
func digest(t *testing.T, rows *sql.Rows) string {
	t.Helper()
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	n, sum := 0, uint64(0)
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		h := fnv.New64a()
		fmt.Fprintf(h, "%q", values)
		n, sum = n+1, sum+h.Sum64()
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%d %x", n, sum)
}

// rowsOfServer gives what stands in each table of a database of a server.
func rowsOfServer(t *testing.T, url string) string {
	t.Helper()
	db, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close(t.Context())
	rows, err := db.Query(t.Context(), "select table_name::text from information_schema.tables where table_schema = current_schema() and table_type = 'BASE TABLE' order by 1")
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, table := range tables {
		var says string
		ask := fmt.Sprintf("select count(*)::text || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0)::text from %s t", pgx.Identifier{table}.Sanitize())
		if err := db.QueryRow(t.Context(), ask).Scan(&says); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%s %s\n", table, says)
	}
	return out.String()
}
