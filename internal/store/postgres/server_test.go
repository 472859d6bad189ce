package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
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
	base := filepath.Join(s.Dir, "data", "base")
	traces := func() []string {
		s.Do(t, url, "checkpoint") // what is in memory goes to the files
		return holding(t, base, "Quillfeather", "quillfeather")
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

// holding gives the files below a folder in which one of some words stands.
func holding(t *testing.T, folder string, words ...string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if text := string(b); slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) }) {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
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

// TestBroughtBackOnAServer: a database that is filled as of an instant, from a file or
// from one on a server, is row by row what a file is that was brought back to it; its
// audit ends with the same line, it is whole, goes on, and nothing later lies in it.
func TestBroughtBackOnAServer(t *testing.T) {
	ctx := context.Background()
	s := pgtest.Shared(t)
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	a, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "a.db"), sqlite.Options{Clock: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	const secret = "Kiln of Montrevel, written since"
	const told = "Ofenfest zu Hallbruck, told since"
	written := facts(17, 2000)
	for i := 1203; i < len(written); i += 10 {
		written[i].Body = deal.Evidence{About: "journey/p3", Text: told}
	}
	write := func(from, to int, name string) {
		t.Helper()
		for _, w := range []throughline.Workspace{ws, ws + 1} {
			for at := from; at < to; at += 100 {
				now = now.Add(time.Second)
				b := store.Batch{Facts: written[at : at+100], Form: &store.Form{Token: storetest.ID("form", at)},
					People: []store.Person{{ID: throughline.PersonID(storetest.ID("p", at%300)), Name: fmt.Sprint(name, at), Recorded: now}}}
				_, err := a.Append(ctx, w, b)
				if err == nil {
					err = a.Settle(ctx, w, store.Setting{Name: "timezone", Value: name, Since: now})
				}
				if err == nil {
					err = a.Note(ctx, w, []store.Deed{{At: now, Did: "record_note", Outcome: store.DeedDone}})
				}
				if err == nil {
					_, _, err = a.AskJob(ctx, w, store.Job{ID: storetest.ID("job", at), Kind: "check", Topic: fmt.Sprint(at), Asked: now, Due: now, Most: 1}, time.Time{})
				}
				if err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	write(0, 1200, "Ann")
	cut := ledger.Cutting{Until: now}
	write(1200, 2000, secret)
	cut.Now = now.Add(time.Hour)
	path := filepath.Join(t.TempDir(), "cut.db")
	want, err := sqlite.Restore(ctx, backedUp(t, a), path, sqlite.Restoring{Cut: &cut})
	if err != nil {
		t.Fatal(err)
	}
	file, err := sqlite.Open(ctx, path, sqlite.Options{MustExist: true})
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	quiet := func(ledger.Copying, int64, int64) {}
	all := open(t, s.Database(t))
	if _, err := ledger.Copy(ctx, a, all, quiet); err != nil {
		t.Fatal(err)
	}
	for name, from := range map[string]ledger.Copyable{"a file": a, "a server": all} {
		others := keptIn(t, s)
		url := s.Database(t)
		own := slices.DeleteFunc(keptIn(t, s), func(folder string) bool { return slices.Contains(others, folder) })
		to := open(t, url)
		got, err := ledger.CopyUntil(ctx, from, to, &cut, quiet)
		if err != nil {
			t.Fatal(err)
		}
		if got.Digest != want.Digest || got.Facts != want.Facts || got.Deals != want.Deals || got.Facts == 0 || got.Cut != want.Cut || got.Cut.Audits != 16 {
			t.Errorf("from %s: %+v, and a file %+v", name, got, want)
		}
		whole(t, to)
		storetest.Same(t, file, to)
		for _, w := range []throughline.Workspace{ws, ws + 1} {
			x, err := file.Deeds(ctx, w, store.DeedAsk{Oldest: true})
			if err != nil {
				t.Fatal(err)
			}
			if y, err := to.Deeds(ctx, w, store.DeedAsk{Oldest: true}); err != nil || !slices.Equal(x, y) || y[len(y)-1].Did != ledger.CutDeed {
				t.Errorf("from %s: the audit has %d lines, and in a file %d; %v", name, len(y), len(x), err)
			}
		}
		if err := to.Rewrite(ctx); err != nil {
			t.Error(err)
		}
		s.Do(t, url, "checkpoint")
		if len(own) != 1 || len(holding(t, own[0], "Ann1100")) == 0 {
			t.Fatalf("from %s: its files are not among %q", name, own)
		}
		if found := holding(t, own[0], secret, told); len(found) > 0 {
			t.Errorf("from %s: what was written since lies in %q", name, found)
		}
		if _, err := to.Append(ctx, ws, store.Batch{Facts: written[1200:1300]}); err != nil {
			t.Errorf("from %s: it does not go on: %v", name, err)
		}
		whole(t, to)
		if _, err := ledger.CopyUntil(ctx, from, to, &cut, quiet); throughline.KindOf(err) != throughline.Conflict {
			t.Errorf("onto what is there: %v", err)
		}
		none := open(t, s.Database(t))
		before := cut
		before.Until = cut.Until.Add(-24 * time.Hour)
		if _, err := ledger.CopyUntil(ctx, from, none, &before, quiet); throughline.KindOf(err) != throughline.Invalid {
			t.Errorf("before anything was written: %v", err)
		}
		if err := ledger.Vacant(ctx, none); err != nil {
			t.Errorf("refused, and something stands there: %v", err)
		}
	}
}

// keptIn are the folders in which a server keeps its databases.
func keptIn(t *testing.T, s *pgtest.Server) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(s.Dir, "data", "base", "[0-9]*"))
	if err != nil {
		t.Fatal(err)
	}
	return all
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

// TestFilledAndNotLookedOver: a database that was filled is opened by nobody, for
// reading either, until it was looked over; a filling that fails leaves no mark.
func TestFilledAndNotLookedOver(t *testing.T) {
	ctx := context.Background()
	s := pgtest.Shared(t)
	a, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "a.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	appendAll(t, a, facts(19, 300))
	url := s.Database(t)
	to := open(t, url)
	opens := func(readOnly bool) error {
		l, err := postgres.Open(ctx, url, postgres.Options{MustExist: true, ReadOnly: readOnly})
		if err == nil {
			l.Close()
		}
		return err
	}
	stopped, stop := context.WithCancel(ctx)
	if _, err := ledger.Copy(stopped, a, to.Unlooked(), func(ledger.Copying, int64, int64) { stop() }); err == nil {
		t.Fatal("it was not stopped")
	}
	if err := opens(false); err != nil {
		t.Errorf("after a filling that failed: %v", err)
	}
	if _, err := ledger.Copy(ctx, a, to.Unlooked(), func(ledger.Copying, int64, int64) {}); err != nil {
		t.Fatal(err)
	}
	for _, readOnly := range []bool{false, true} {
		if err := opens(readOnly); throughline.KindOf(err) != throughline.Conflict || !strings.Contains(err.Error(), "dropdb") {
			t.Errorf("filled and not looked over, for reading %t: %v", readOnly, err)
		}
	}
	if err := to.LookedOver(ctx); err != nil {
		t.Fatal(err)
	}
	if err := opens(true); err != nil {
		t.Errorf("looked over: %v", err)
	}
	whole(t, to)
}
