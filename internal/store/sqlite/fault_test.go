package sqlite_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/sqlite"
	"github.com/throughline/throughline/internal/store/storetest"
)

const ws = throughline.DefaultWorkspace

// prepared makes a ledger with some facts and changes the closed file with SQL.
func prepared(t *testing.T, change ...string) (path string, facts []deal.Fact) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "x.db")
	l := open(t, path)
	facts = storetest.Facts(rand.New(rand.NewPCG(21, 1)), 10, 300, true)
	appendAll(t, l, facts)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	raw(t, path, change...)
	return path, facts
}

// faultsOf is what the check of a ledger finds.
func faultsOf(l *sqlite.Ledger) ([]string, error) {
	c, err := l.Check(context.Background())
	return c.Faults, err
}

func restore(ctx context.Context, from, to string) error {
	_, err := sqlite.Restore(ctx, from, to, sqlite.Restoring{})
	return err
}

func raw(t *testing.T, path string, change ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, c := range change {
		if _, err := db.Exec(c); err != nil {
			t.Fatalf("%s: %v", c, err)
		}
	}
}

// TestOpenSaysWhatIsWrong: each way in which a path can be wrong has its kind
// and a sentence, and nothing is left or changed.
func TestOpenSaysWhatIsWrong(t *testing.T) {
	folder := t.TempDir()
	write := func(name, content string) string {
		p := filepath.Join(folder, name)
		if err := os.WriteFile(p, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	foreign := filepath.Join(folder, "foreign.db")
	raw(t, foreign, "create table bookmarks (url text)")
	newer, _ := prepared(t, "insert into goose_db_version (version_id, is_applied) values (900, true)")
	cut, _ := prepared(t)
	b, err := os.ReadFile(cut)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(cut, append(b[:100:100], bytes.Repeat([]byte{0xa5}, len(b)-100)...), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, path string
		o          sqlite.Options
		kind       throughline.Kind
		says       string
	}{
		{"no folder", filepath.Join(folder, "none", "x.db"), sqlite.Options{}, throughline.NotFound, "there is no folder"},
		{"in a file", filepath.Join(write("plain", "x"), "x.db"), sqlite.Options{}, throughline.Invalid, "is no folder"},
		{"must exist", filepath.Join(folder, "none.db"), sqlite.Options{MustExist: true}, throughline.NotFound, "there is no such file"},
		{"read only and not there", filepath.Join(folder, "none.db"), sqlite.Options{ReadOnly: true}, throughline.NotFound, "there is no such file"},
		{"a folder", folder, sqlite.Options{}, throughline.Invalid, "is no file"},
		{"a text", write("x.csv", "deal,amount\n1,2\n"), sqlite.Options{}, throughline.Invalid, `is no throughline database`},
		{"a short text", write("y.csv", "x"), sqlite.Options{}, throughline.Invalid, `is no throughline database`},
		{"empty, read only", write("empty.db", ""), sqlite.Options{ReadOnly: true}, throughline.Invalid, "is empty"},
		{"another program's", foreign, sqlite.Options{}, throughline.Invalid, "another program"},
		{"a newer version's", newer, sqlite.Options{}, throughline.Unsupported, "version 900"},
		{"a newer version's, read only", newer, sqlite.Options{ReadOnly: true}, throughline.Unsupported, "version 900"},
		{"damaged", cut, sqlite.Options{}, throughline.Corrupt, "damaged"},
		{"where nothing can be written", "/proc/throughline.db", sqlite.Options{}, throughline.Denied, "cannot be"},
	} {
		l, err := sqlite.Open(context.Background(), c.path, c.o)
		if err == nil {
			l.Close()
			t.Errorf("%s: opened", c.name)
			continue
		}
		if throughline.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.says) || !strings.HasPrefix(err.Error(), "open database "+c.path+": ") {
			t.Errorf("%s: %q of kind %s, want %q and %s", c.name, err, throughline.KindOf(err), c.says, c.kind)
		}
	}
	if _, err := os.Stat(filepath.Join(folder, "none.db")); err == nil {
		t.Error("a file was left where there was none")
	}
	if b, err := os.ReadFile(filepath.Join(folder, "x.csv")); err != nil || string(b) != "deal,amount\n1,2\n" {
		t.Errorf("the text is now %q, %v", b, err)
	}
}

func TestAnyNameIsAPath(t *testing.T) {
	for _, name := range []string{"a b.db", "50%25.db", "what?_pragma=query_only(1).db", "#1.db", "ünï.db", "a&b=c.db"} {
		path := filepath.Join(t.TempDir(), name)
		l := open(t, path)
		appendAll(t, l, storetest.Facts(rand.New(rand.NewPCG(1, 1)), 1, 1, false))
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}

func TestReadOnly(t *testing.T) {
	path, facts := prepared(t)
	l, err := sqlite.Open(context.Background(), path, sqlite.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if c, err := l.Counts(context.Background(), ws); err != nil || c.Facts != len(facts) {
		t.Errorf("counted %+v, %v", c, err)
	}
	_, err = l.Append(context.Background(), ws, store.Batch{Facts: facts})
	if throughline.KindOf(err) != throughline.Denied {
		t.Errorf("wrote: %v", err)
	}
}

// TestFullDisk: a batch that does not fit leaves nothing, and the ledger goes
// on when there is room again. It needs the right to mount a small file system.
func TestFullDisk(t *testing.T) {
	folder := t.TempDir()
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=2m"); err != nil {
		t.Skipf("no small file system can be mounted: %v", err)
	}
	defer syscall.Unmount(folder, syscall.MNT_DETACH)
	l := open(t, filepath.Join(folder, "x.db"))
	defer l.Close()
	ctx := context.Background()
	facts := storetest.Facts(rand.New(rand.NewPCG(22, 1)), 50, 40000, false)
	written, failed := 0, 0
	for rest := facts; len(rest) > 0; rest = rest[200:] {
		_, err := l.Append(ctx, ws, store.Batch{Facts: rest[:200]})
		if err != nil {
			if throughline.KindOf(err) != throughline.Unavailable {
				t.Fatalf("%v of kind %s", err, throughline.KindOf(err))
			}
			if failed++; failed > 2 {
				break
			}
			continue
		}
		written += 200
	}
	if failed == 0 {
		t.Fatal("the disk was never full")
	}
	if c, err := l.Counts(ctx, ws); err != nil || c.Facts != written {
		t.Errorf("%+v after %d facts were acknowledged, %v", c, written, err)
	}
	if err := syscall.Mount("tmpfs", folder, "tmpfs", syscall.MS_REMOUNT, "size=200m"); err != nil {
		t.Fatal(err)
	}
	appendAll(t, l, facts)
	if c, err := l.Counts(ctx, ws); err != nil || c.Facts != len(facts) {
		t.Errorf("%+v, want all %d, %v", c, len(facts), err)
	}
	if faults, err := faultsOf(l); err != nil || len(faults) > 0 {
		t.Errorf("the check says %q, %v", faults, err)
	}
}

// TestLocked: a file that another program is writing to is waited for until
// the caller's time is over, and written to afterwards.
func TestLocked(t *testing.T) {
	path, _ := prepared(t)
	l := open(t, path)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("begin immediate"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	more := storetest.Facts(rand.New(rand.NewPCG(23, 1)), 10, 20, false)
	if _, err := l.Append(ctx, ws, store.Batch{Facts: more}); throughline.KindOf(err) != throughline.Unavailable {
		t.Errorf("got %v of kind %s", err, throughline.KindOf(err))
	}
	if _, err := db.Exec("rollback"); err != nil {
		t.Fatal(err)
	}
	if r := appendAll(t, l, more); r.Facts != 20 {
		t.Errorf("added %+v", r)
	}
}

// TestCheckFindsWhatIsWrong: each fault that is made by hand is told.
func TestCheckFindsWhatIsWrong(t *testing.T) {
	for change, says := range map[string]string{
		"update tally set facts = facts + 1":                                                           "the count says",
		"update summary set kept = kept + 1 where seq = 3":                                             "its row says",
		"update summary set summary = (select s.summary from summary s where s.seq = 2) where seq = 3": "does not say what its facts say",
		"update summary set summary = substr(summary, 1, 30) where seq = 3":                            "cut short",
		"delete from summary where seq = 3":                                                            "has facts and no summary",
		"delete from fact where seq = 3":                                                               "9 deals have facts and 10 have summaries",
		"update fact set bundle = substr(bundle, 1, 30) where seq = 3":                                 "cannot be read",
	} {
		path, _ := prepared(t, change)
		l := open(t, path)
		faults, err := faultsOf(l)
		if err != nil || !strings.Contains(strings.Join(faults, "\n"), says) {
			t.Errorf("%s: the check says %q, %v, want %q", change, faults, err, says)
		}
	}
}

// TestSummariesOfAnotherVersion are read by folding anew, and written anew
// when the file is opened.
func TestSummariesOfAnotherVersion(t *testing.T) {
	spoil := []string{"update summary set summary = x'00' || substr(summary, 2), attributes = x'00' || substr(attributes, 2)"}
	path, _ := prepared(t, spoil...)
	l := open(t, path)
	n := 0
	for s, err := range l.Summaries(context.Background(), ws) {
		if err != nil {
			t.Fatal(err)
		}
		n += s.Facts
	}
	if n == 0 {
		t.Error("nothing was folded")
	}
	appendAll(t, l, storetest.Facts(rand.New(rand.NewPCG(24, 1)), 10, 120, false)) // each deal is written to
	if faults, err := faultsOf(l); err != nil || len(faults) > 0 {
		t.Errorf("the check says %q, %v", faults, err)
	}
	l.Close()
	raw(t, path, append(spoil, "update tally set codec = 0")...)
	last, whole := 0, 0
	l, err := sqlite.Open(context.Background(), path, sqlite.Options{Progress: func(unit string, done, total int) {
		if unit != "deals" {
			return
		}
		if done < last || done > total {
			t.Errorf("%d of %d after %d", done, total, last)
		}
		last, whole = done, total
	}})
	if err != nil {
		t.Fatal(err)
	}
	if l.Close(); last == 0 || last != whole {
		t.Errorf("told of %d of %d deals", last, whole)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var old int
	if err := db.QueryRow("select count(*) from summary where substr(summary, 1, 1) = x'00'").Scan(&old); err != nil || old > 0 {
		t.Errorf("%d summaries are of the old form still, %v", old, err)
	}
}

// TestErasedNamesAreInNoByte looks for the name in every byte of every file.
func TestErasedNamesAreInNoByte(t *testing.T) {
	folder := t.TempDir()
	l := open(t, filepath.Join(folder, "x.db"))
	ctx := context.Background()
	at := time.Date(2025, 5, 1, 0, 0, 0, 0, time.UTC)
	p := throughline.PersonID(throughline.KeyedID(at, "person"))
	facts := storetest.Facts(rand.New(rand.NewPCG(25, 1)), 40, 2000, true)
	for i := range facts { // spread over bundles and rewritten rows, so that pages split and leave remains
		if i%7 == 0 {
			facts[i].Body = deal.Evidence{About: "journey/p3", Person: p, Text: "Grizelda Quartermain wrote from g.quartermain@example.org"}
		}
		if i%31 == 0 {
			facts[i].Body = deal.Opened{Title: "For Grizelda Quartermain", Attributes: map[string]string{"contact": "Grizelda Quartermain"}}
			facts[i].By = deal.ByOurs(p)
		}
	}
	for rest := facts; len(rest) > 0; rest = rest[100:] {
		_, err := l.Append(ctx, ws, store.Batch{Facts: rest[:100],
			People:  []store.Person{{ID: p, Recorded: at.Add(time.Duration(len(rest))), Name: "Grizelda Quartermain", Email: "g.quartermain@example.org", Title: "of " + rest[0].ID.String()}},
			Records: []store.Record{{System: "csv", Kind: store.PersonRecord, Foreign: "Grizelda Quartermain", ID: throughline.ID(p)}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	found := func() (places []string) {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			b, err := os.ReadFile(path)
			if b = bytes.ToLower(b); bytes.Contains(b, []byte("quartermain")) || bytes.Contains(b, []byte("grizelda")) {
				places = append(places, d.Name())
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return places
	}
	if len(found()) == 0 {
		t.Fatal("the name is nowhere even before it is erased")
	}
	if _, err := l.ErasePerson(ctx, ws, p, at); err != nil {
		t.Fatal(err)
	}
	if in := found(); len(in) > 0 {
		t.Errorf("the name is still in %v", in)
	}
	if faults, err := faultsOf(l); err != nil || len(faults) > 0 {
		t.Errorf("the check says %q, %v", faults, err)
	}
}

func TestBackupIsALedger(t *testing.T) {
	path, facts := prepared(t)
	l := open(t, path)
	dest := filepath.Join(t.TempDir(), "copy.db")
	if err := l.Backup(context.Background(), dest); err != nil {
		t.Fatal(err)
	}
	c := open(t, dest)
	if n, err := c.Counts(context.Background(), ws); err != nil || n.Facts != len(facts) {
		t.Errorf("counted %+v, %v", n, err)
	}
	if faults, err := faultsOf(c); err != nil || len(faults) > 0 {
		t.Errorf("the check says %q, %v", faults, err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(dest), ".throughline-backup-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestRestoreIsAllOrNothing: a damaged copy, a copy of something else and a
// place that is taken leave no file; a whole copy becomes a ledger.
func TestRestoreIsAllOrNothing(t *testing.T) {
	path, facts := prepared(t)
	ctx, dir := context.Background(), t.TempDir()
	dest := filepath.Join(dir, "again.db")
	if err := restore(ctx, path, dest); err != nil {
		t.Fatal(err)
	}
	if n, err := open(t, dest).Counts(ctx, ws); err != nil || n.Facts != len(facts) {
		t.Errorf("counted %+v, %v", n, err)
	}
	if err := restore(ctx, path, dest); throughline.KindOf(err) != throughline.Conflict {
		t.Errorf("over another: %v", err)
	}
	whole, err := os.ReadFile(dest)
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for i := range 40 {
		bad := slices.Clone(whole)
		for k := range bad[:4096] { // a page of zeros, somewhere
			bad[(len(bad)/4096*i/40)*4096+k] = 0
		}
		from, to := filepath.Join(dir, "bad.db"), filepath.Join(dir, "new.db")
		if err := os.WriteFile(from, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := restore(ctx, from, to); err != nil {
			refused++
			if _, err := os.Stat(to); !errors.Is(err, fs.ErrNotExist) {
				t.Fatalf("page of %d left a file: %v", i, err)
			}
			continue
		}
		if faults, err := faultsOf(open(t, to)); err != nil || len(faults) > 0 {
			t.Fatalf("page of %d: restored with faults: %q, %v", i, faults, err)
		}
		os.Remove(to)
		os.Remove(to + "-wal")
		os.Remove(to + "-shm")
	}
	if refused < 10 {
		t.Errorf("only %d of 40 damaged copies were refused", refused)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".throughline-backup-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
