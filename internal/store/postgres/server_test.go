package postgres_test

import (
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/ledger"
	"github.com/throughline/throughline/internal/store/memory"
	"github.com/throughline/throughline/internal/store/postgres"
	"github.com/throughline/throughline/internal/store/postgres/pgtest"
	"github.com/throughline/throughline/internal/store/sqlite"
	"github.com/throughline/throughline/internal/store/storetest"
)

const ws = throughline.DefaultWorkspace

func facts(seed uint64, n int) []deal.Fact {
	return storetest.Facts(rand.New(rand.NewPCG(seed, 77)), 20, n, true)
}

func appendAll(t testing.TB, l store.Ledger, facts []deal.Fact) store.Receipt {
	t.Helper()
	r, err := l.Append(context.Background(), ws, store.Batch{Facts: facts})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// whole fails where the ledger's own check finds anything.
func whole(t testing.TB, l store.Ledger) {
	t.Helper()
	c, err := l.Check(context.Background())
	if err != nil || len(c.Faults) > 0 {
		t.Fatalf("the check finds %q, %v", c.Faults, err)
	}
}

// TestTheServerMayFall: a server that loses power and comes back holds what was
// told as written, and a ledger that was open goes on by itself.
func TestTheServerMayFall(t *testing.T) {
	s := pgtest.Own(t, pgtest.Options{Durable: true})
	l := open(t, s.Database(t))
	written := facts(1, 600)
	for i := range 6 {
		appendAll(t, l, written[i*100:(i+1)*100])
		if err := s.Restart(); err != nil {
			t.Fatal(err)
		}
	}
	c, err := l.Counts(context.Background(), ws)
	if err != nil || c.Facts != len(written) {
		t.Fatalf("%+v, %v", c, err)
	}
	whole(t, l)
}

// TestOneHearsTheOther: a ledger that waits is woken by what another process
// writes, also after the connection on which it hears was lost.
func TestOneHearsTheOther(t *testing.T) {
	s := pgtest.Shared(t)
	url := s.Database(t)
	a, b := open(t, url), open(t, url)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	wake := a.Wake(ctx, ws)
	elsewhere := a.Wake(ctx, ws+1)
	heard := func() {
		t.Helper()
		select {
		case <-wake:
		case <-ctx.Done():
			t.Fatal("it was not woken")
		}
	}
	heard() // that it hears now
	<-elsewhere
	for i := range 3 {
		appendAll(t, b, facts(uint64(i), 5))
		heard()
		if i == 1 {
			s.Do(t, url, "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'listen%'")
			heard() // again
			<-elsewhere
		}
	}
	select {
	case <-elsewhere:
		t.Error("who waits for another workspace was woken")
	default:
	}
}

// TestErasedLeavesNoTrace looks for a name in every byte of the database's files.
func TestErasedLeavesNoTrace(t *testing.T) {
	s := pgtest.Own(t, pgtest.Options{})
	url := s.Database(t)
	l := open(t, url)
	const name = "Zephyrine Quillfeather"
	person := throughline.PersonID(storetest.ID("zephyrine"))
	batch := store.Batch{
		Facts:   facts(5, 50),
		People:  []store.Person{{ID: person, Name: name, Recorded: time.Unix(1, 0)}},
		Records: []store.Record{{System: "s", Kind: store.PersonRecord, Foreign: name, ID: throughline.ID(person)}},
	}
	f := batch.Facts[0]
	f.ID = throughline.FactID(storetest.ID("said"))
	f.Body = deal.Evidence{About: "journey/p1", Person: person, Text: name + " said so"}
	batch.Facts = append(batch.Facts, f)
	if _, err := l.Append(context.Background(), ws, batch); err != nil {
		t.Fatal(err)
	}
	traces := func() (found []string) {
		s.Do(t, url, "checkpoint") // what is in memory goes to the files
		err := filepath.WalkDir(filepath.Join(s.Dir, "data", "base"), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			b, err := os.ReadFile(path)
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if text := string(b); strings.Contains(text, "Quillfeather") || strings.Contains(text, "quillfeather") {
				found = append(found, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	if len(traces()) < 2 {
		t.Fatal("the name is not where it is looked for")
	}
	if _, err := l.ErasePerson(context.Background(), ws, person, time.Unix(2, 0)); err != nil {
		t.Fatal(err)
	}
	if found := traces(); len(found) > 0 {
		t.Errorf("the name is still in %q", found)
	}
	whole(t, l)
}

// TestPasswordsAreNotTold: no error, whatever is wrong, holds the password.
func TestPasswordsAreNotTold(t *testing.T) {
	s := pgtest.Shared(t)
	port := strings.TrimSuffix(strings.TrimPrefix(s.URL(""), "postgres://postgres@"), "/")
	for _, address := range []string{
		"postgres://postgres:hunter2@" + port + "/nowhere", "postgres://nobody:hunter2@" + port + "/postgres", "postgres://postgres:hunter2@127.0.0.1:1/x",
		"postgres://postgres:hunter2@127.0.0.1:notaport/x", "postgres://postgres:hunt/er2@127.0.0.1/x", "postgres://postgres:hunter2@" + port + "/postgres?sslmode=perhaps",
		"postgres://postgres:hunter2 x@" + port + "/postgres", "postgres://postgres@" + port + "/nowhere?password=hunter2", "postgresql://%zz:hunter2@" + port,
	} {
		_, err := postgres.Open(context.Background(), address, postgres.Options{MustExist: true})
		if err == nil || strings.Contains(err.Error(), "hunt") || strings.Contains(store.ShownAddress(address), "hunt") {
			t.Errorf("%s: %v; shown as %s", address, err, store.ShownAddress(address))
		}
		if kind := throughline.KindOf(err); kind == throughline.Internal {
			t.Errorf("%s: %v is of kind %s", address, err, kind)
		}
	}
}

// TestFlippedRowsAreFound: a value that is another than was written, a row that
// is gone, and a row for SQL that says something else are told.
func TestFlippedRowsAreFound(t *testing.T) {
	s := pgtest.Shared(t)
	for _, harm := range []string{
		"update deal set title = title || 'x' where seq = 1",
		"update fact set bundle = set_byte(bundle, 40, get_byte(bundle, 40) # 1) where seq = 2",
		"update summary set summary = set_byte(summary, 60, get_byte(summary, 60) # 1) where seq = 3",
		"delete from head where seq = 4",
		"delete from fact where seq = 5",
		"delete from written where number = 1",
		"update fact_row set grade = grade + 1 where seq = 6",
		"update fact_row set body = '{}' where seq = 6 and body <> '{}'",
		"update fact_row set via = 'job' where seq = 6",
		"delete from fact_row where seq = 7",
		"insert into fact_row select workspace, 99, fact, batch, kind, happened, happened_day, learned, recorded, turn, author, grade, system, record, body from fact_row where seq = 8",
		"drop index listing_title",
		"alter table draft drop column did",
	} {
		url := s.Database(t)
		l := open(t, url)
		appendAll(t, l, facts(9, 300))
		whole(t, l)
		s.Do(t, url, harm)
		if c, err := l.Check(context.Background()); err == nil && len(c.Faults) == 0 {
			t.Errorf("%s: nothing is found", harm)
		}
		l.Close()
	}
}

// TestCopies: a ledger goes from one store to the other and back with every
// fact, and answers alike; a place that holds something is refused.
func TestCopies(t *testing.T) {
	ctx := context.Background()
	s := pgtest.Shared(t)
	path := filepath.Join(t.TempDir(), "a.db")
	file := func(path string) *sqlite.Ledger {
		l, err := sqlite.Open(ctx, path, sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		return l
	}
	a := file(path)
	kept := memory.New()
	written := facts(11, 2000)
	for _, w := range []throughline.Workspace{ws, ws + 1} {
		for _, l := range []store.Ledger{a, kept} {
			for rest := written; len(rest) > 0; rest = rest[200:] {
				if _, err := l.Append(ctx, w, store.Batch{Facts: rest[:200], People: []store.Person{{ID: throughline.PersonID(storetest.ID("p", len(rest))), Name: "A\x00\xff€", Recorded: time.Unix(9, 0)}}}); err != nil {
					t.Fatal(err)
				}
			}
			if err := l.Settle(ctx, w, store.Setting{Name: "timezone", Value: "Europe/Berlin", Since: time.Unix(5, 0)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	told := map[ledger.Copying]int64{}
	tell := func(doing ledger.Copying, done, total int64) { told[doing] = total }
	b := open(t, s.Database(t))
	first, err := ledger.Copy(ctx, a, b, tell)
	if err != nil {
		t.Fatal(err)
	}
	c := file(filepath.Join(t.TempDir(), "c.db"))
	second, err := ledger.Copy(ctx, b, c, tell)
	if err != nil {
		t.Fatal(err)
	}
	if first != second || first.Workspaces != 2 || first.Facts != 2*len(written) || len(told) != 2 {
		t.Errorf("there %+v, back %+v, told %v", first, second, told)
	}
	for _, l := range []store.Ledger{b, c} {
		whole(t, l)
		storetest.Same(t, kept, l)
	}
	for _, to := range []ledger.Copyable{a, b} {
		if _, err := ledger.Copy(ctx, c, to, tell); throughline.KindOf(err) != throughline.Conflict {
			t.Errorf("onto what is there: %v", err)
		}
	}
	restored, err := sqlite.Restore(ctx, backedUp(t, c), filepath.Join(t.TempDir(), "r.db"), sqlite.Restoring{})
	if err != nil || restored.Digest != first.Digest {
		t.Errorf("a restored copy says %+v, a copied one %+v; %v", restored, first, err)
	}
}

func backedUp(t *testing.T, l store.Ledger) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "copy.db")
	if err := l.Backup(context.Background(), path); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestACopyIsWholeOrNotAtAll: one that is stopped anywhere leaves the place as
// empty as it was, and can be begun again.
func TestACopyIsWholeOrNotAtAll(t *testing.T) {
	a, err := sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "a.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	for i := range 4 {
		appendAll(t, a, storetest.Facts(rand.New(rand.NewPCG(uint64(i), 3)), 900, 3000, false))
	}
	b := open(t, pgtest.Shared(t).Database(t))
	stops := 0
	for n := 1; ; n++ {
		ctx, cancel := context.WithCancel(context.Background())
		times := 0
		_, err := ledger.Copy(ctx, a, b, func(ledger.Copying, int64, int64) {
			if times++; times == n {
				cancel()
			}
		})
		cancel()
		if err == nil {
			break
		}
		stops++
		if throughline.KindOf(err) != throughline.Unavailable {
			t.Fatalf("stopped at %d: %v", n, err)
		}
		if c, err := b.Counts(context.Background(), ws); err != nil || c.Facts != 0 {
			t.Fatalf("stopped at %d it holds %+v, %v", n, c, err)
		}
	}
	if stops < 3 {
		t.Errorf("there were only %d places to stop at", stops)
	}
	whole(t, b)
}
