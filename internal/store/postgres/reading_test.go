package postgres_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/postgres/pgtest"
	"github.com/throughline/throughline/internal/store/sqlite"
	"github.com/throughline/throughline/internal/store/sqlite/migrations"
	"github.com/throughline/throughline/internal/store/storetest"
)

// reading opens the two databases as another program does, each with what a
// ledger was given.
func reading(t *testing.T, batches ...store.Batch) (file, server *sql.DB, l store.Ledger) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.db")
	url := pgtest.Shared(t).Database(t)
	a, err := sqlite.Open(context.Background(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	b := open(t, url)
	for _, l := range []store.Ledger{a, b} {
		for _, batch := range batches {
			if _, err := l.Append(context.Background(), ws, batch); err != nil {
				t.Fatal(err)
			}
		}
	}
	if file, err = sql.Open("sqlite", path); err != nil {
		t.Fatal(err)
	}
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	server = stdlib.OpenDB(*config)
	t.Cleanup(func() { file.Close(); server.Close() })
	return file, server, b
}

// spelt gives the rows of a query, each value as one text, in the order of texts.
func spelt(t *testing.T, db *sql.DB, query string) (columns []string, out []string) {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	if columns, err = rows.Columns(); err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		parts := make([]string, len(values))
		for i, v := range values {
			switch v := v.(type) {
			case time.Time:
				parts[i] = v.UTC().Format("2006-01-02 15:04:05.000000")
				if columns[i] == "happened_day" {
					parts[i] = v.Format(time.DateOnly)
				}
			case []byte:
				parts[i] = string(v)
			case float64:
				parts[i] = fmt.Sprintf("%.2f", v)
			default:
				parts[i] = fmt.Sprint(v)
			}
			if columns[i] == "amount" && !strings.Contains(parts[i], "nil") {
				var n float64
				if _, err := fmt.Sscan(parts[i], &n); err != nil {
					t.Fatal(err)
				}
				parts[i] = fmt.Sprintf("%.2f", n)
			}
			parts[i] = columns[i] + "=" + parts[i]
		}
		out = append(out, strings.Join(parts, "|"))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(query, err)
	}
	slices.Sort(out)
	return columns, out
}

func readingBatches(seed uint64) []store.Batch {
	facts := storetest.Facts(rand.New(rand.NewPCG(seed, 5)), 12, 900, true)
	for i := range facts { // some keep the day that somebody named
		if i%3 == 0 {
			facts[i].Happened = throughline.Dated(facts[i].Happened, time.FixedZone("", (i%23-11)*3600))
			facts[i].Turn = int32(i % 200)
		}
	}
	var out []store.Batch
	for rest := facts; len(rest) > 0; rest = rest[100:] {
		out = append(out, store.Batch{Facts: rest[:100]})
	}
	for i := range 5 {
		id := throughline.ID(storetest.ID("person", i))
		out[i].People = []store.Person{{ID: throughline.PersonID(id), Recorded: time.Unix(int64(i), 1000), Ours: i%2 == 0, Name: fmt.Sprint("Ann ", i), Account: throughline.AccountID(id)},
			{ID: throughline.PersonID(id), Recorded: time.Unix(int64(i)-9, 0), Name: "A former name"}}
		out[i].Accounts = []store.Account{{ID: throughline.AccountID(id), Recorded: time.Unix(5, 0), Name: fmt.Sprint("Acme ", i)}}
	}
	return out
}

// TestViewsReadTheSame: a file and a server give other programs the same rows.
func TestViewsReadTheSame(t *testing.T) {
	for seed := range uint64(3) {
		file, server, _ := reading(t, readingBatches(seed)...)
		for _, v := range migrations.SQLiteViews() {
			query := "select * from " + v.Name
			if strings.HasSuffix(v.Name, "facts") || v.Name == "reading_line" {
				query = "select workspace, deal, fact, written, kind, happened, happened_day, learned, recorded, turn, author, grade, system, record, side, via from " + v.Name
			}
			columns, want := spelt(t, file, query)
			have, got := spelt(t, server, query)
			if !slices.Equal(columns, have) || !slices.Equal(got, want) || len(got) == 0 {
				t.Errorf("seed %d: %s gives %d rows of %q\non the server %d of %q", seed, v.Name, len(want), columns, len(got), have)
				for i := range min(len(got), len(want)) {
					if got[i] != want[i] {
						t.Fatalf("file   %s\nserver %s", want[i], got[i])
					}
				}
			}
		}
	}
}

// TestViewsTellWhoActed: on both, whoever acted and by which way is what the
// fact says; of facts from before it was kept, what author and source tell.
func TestViewsTellWhoActed(t *testing.T) {
	facts := storetest.Facts(rand.New(rand.NewPCG(3, 5)), 9, 300, false)
	for i := range facts {
		facts[i].Source.System = []string{"person", "document", "message", "plan", "csv", "playbook", ""}[i%7]
	}
	type brought struct{ author, actor, side, via string }
	read := func(db *sql.DB) map[string]brought {
		rows, err := db.Query("select fact, coalesce(author, ''), coalesce(actor, ''), coalesce(side, ''), coalesce(via, '') from read_facts")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		out := map[string]brought{}
		for rows.Next() {
			var id string
			var b brought
			if err := rows.Scan(&id, &b.author, &b.actor, &b.side, &b.via); err != nil {
				t.Fatal(err)
			}
			out[id] = b
		}
		if err := rows.Err(); err != nil || len(out) == 0 {
			t.Fatal(len(out), err)
		}
		return out
	}
	as := func(by deal.Actor) brought {
		b := brought{side: string(by.Side), via: string(by.Via)}
		if !by.Person.IsZero() {
			b.actor = by.Person.String()
		}
		if by.Side == deal.Us {
			b.author = b.actor
		}
		return b
	}
	same := func(name string, db *sql.DB, want func(deal.Fact) deal.Actor) {
		t.Helper()
		got := read(db)
		for _, f := range facts {
			if got[f.ID.String()] != as(want(f)) {
				t.Fatalf("%s: of %+v from %q it reads %+v", name, f.By, f.Source.System, got[f.ID.String()])
			}
		}
	}
	file, server, _ := reading(t, store.Batch{Facts: facts})
	kept := func(f deal.Fact) deal.Actor { return f.By }
	same("file", file, kept)
	same("server", server, kept)

	for i := range facts { // all that was kept was who of us said so
		facts[i].By = deal.ByOurs(facts[i].By.Person)
	}
	file, server, _ = reading(t, store.Batch{Facts: facts})
	for db, was := range map[*sql.DB]string{file: "update fact set bundle = cast(x'02' || substr(bundle, 2) as blob)", server: "update fact_row set side = null, via = null"} {
		if _, err := db.Exec(was); err != nil {
			t.Fatal(err)
		}
	}
	told := func(f deal.Fact) deal.Actor { return deal.Unmarked(f.By.Person, f.Source) }
	same("file of an older version", file, told)
	same("server of an older version", server, told)
}

// TestViewsSayWhatTheFoldSays: facts come as they were written, those that are
// taken back are marked, and a deal is what its summary says.
func TestViewsSayWhatTheFoldSays(t *testing.T) {
	for seed := range uint64(6) {
		_, server, l := reading(t, readingBatches(seed+10)...)
		kept, taken := map[string]bool{}, map[string]bool{}
		var want []string // as the program folds it, people under the names they were written by
		for fs, err := range l.AllFacts(context.Background(), ws) {
			if err != nil {
				t.Fatal(err)
			}
			live := map[throughline.FactID]bool{}
			for _, f := range deal.Live(fs) {
				live[f.ID] = true
			}
			apart := slices.DeleteFunc(slices.Clone(fs), func(f deal.Fact) bool { return f.Body.Kind() == deal.KindPersonMerged })
			if d, ok := deal.Fold(apart, time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)); ok {
				want = append(want, summarySays(d.Summary))
			}
			for _, f := range fs {
				key := f.Deal.String() + " " + f.ID.String()
				kept[key] = true
				taken[key] = !live[f.ID]
			}
		}
		rows, err := server.Query("select deal, fact, taken_back, kind, body::text from read_facts")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		n := 0
		for rows.Next() {
			var d, f, kind, body string
			var back int
			if err := rows.Scan(&d, &f, &back, &kind, &body); err != nil {
				t.Fatal(err)
			}
			n++
			if key := d + " " + f; !kept[key] || taken[key] != (back == 1) {
				t.Errorf("seed %d: %s is taken back: %d, should be %t", seed, key, back, taken[key])
			}
			if _, err := deal.DecodeBody(deal.Kind(kind), []byte(body)); err != nil {
				t.Errorf("%s: %v", body, err)
			}
		}
		if n != len(kept) {
			t.Errorf("%d facts of %d", n, len(kept))
		}
		slices.Sort(want)
		_, got := spelt(t, server, `select deal, coalesce(title, '') as title, coalesce(account, '') as account, coalesce(owner, '') as owner, coalesce(stage, '') as stage,
			coalesce(stage_word, '') as word, coalesce(amount, 0)::float8 as amount, coalesce(currency, '') as currency, coalesce(close_date, '') as planned, outcome,
			coalesce(to_char(ended, 'YYYY-MM-DD HH24:MI:SS.US'), '') as ended, coalesce(to_char(opened, 'YYYY-MM-DD HH24:MI:SS.US'), '') as opened, facts from read_deals`)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("seed %d", seed)
			for i := range min(len(got), len(want)) {
				if got[i] != want[i] {
					t.Fatalf("the view %s\nthe fold %s", got[i], want[i])
				}
			}
		}
	}
}

// summarySays spells of a summary what read_deals does.
func summarySays(s deal.Summary) string {
	id := func(id throughline.ID) string {
		if id.IsZero() {
			return ""
		}
		return id.String()
	}
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.UTC().Format("2006-01-02 15:04:05.000000")
	}
	planned := ""
	if d := s.CloseDate(); !d.IsZero() {
		planned = d.String()
	}
	return fmt.Sprintf("deal=%s|title=%s|account=%s|owner=%s|stage=%s|word=%s|amount=%.2f|currency=%s|planned=%s|outcome=%s|ended=%s|opened=%s|facts=%d",
		s.Deal, s.Title.Value, id(throughline.ID(s.Account.Value)), id(throughline.ID(s.Owner.Value)), s.Stage.Value.Stage, s.Stage.Value.Foreign,
		float64(s.Amount.Value.Cents)/100, s.Amount.Value.Currency, planned, s.Outcome().Word(), at(s.Closed()), at(s.Opened), s.Facts)
}
