package sqlite_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
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
	"github.com/throughline/throughline/internal/store/sqlite"
	"github.com/throughline/throughline/internal/store/storetest"
)

// leftover is a database that was killed in use, so that its log is full, and
// gives the files it left.
func leftover(t *testing.T, seed uint64) map[string][]byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.db")
	l := open(t, path)
	appendAll(t, l, storetest.Facts(rand.New(rand.NewPCG(seed, 1)), 1, 40, false))
	out := map[string][]byte{}
	for _, part := range []string{"", "-wal", "-shm"} { // as it stands while it is open
		b, err := os.ReadFile(path + part)
		if err != nil {
			t.Fatal(err)
		}
		out[part] = b
	}
	if len(out["-wal"]) == 0 {
		t.Fatal("there is no log")
	}
	// What a program leaves that was killed in a transaction without a log.
	plain := filepath.Join(t.TempDir(), "y.db")
	raw(t, plain, "pragma journal_mode = delete", "create table deal (x)", "insert into deal values (randomblob(20000))")
	db, err := sql.Open("sqlite", plain)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, q := range []string{"pragma journal_mode = delete", "pragma cache_size = 1", "begin", "update deal set x = randomblob(30000)"} {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	if out["-journal"], err = os.ReadFile(plain + "-journal"); err != nil || len(out["-journal"]) == 0 {
		t.Fatalf("there is no journal: %v", err)
	}
	return out
}

// holds is everything a ledger says of all workspaces, deal by deal.
func holds(t *testing.T, path string) string {
	t.Helper()
	l, err := sqlite.Open(context.Background(), path, sqlite.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var b strings.Builder
	for _, w := range []throughline.Workspace{1, 2, 3} {
		for facts, err := range l.AllFacts(context.Background(), w) {
			if err != nil {
				t.Fatal(err)
			}
			deal.Sort(facts)
			text, err := json.Marshal(facts)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "%d %s %s\n", w, facts[0].Deal, text)
		}
	}
	return b.String()
}

// TestRestoredIsWhatWasCopied: with leftovers of every kind, of the copy and at
// the place, alone and together, what is restored holds every fact of every
// workspace and nothing else, and nothing that lay there is lost.
func TestRestoredIsWhatWasCopied(t *testing.T) {
	t.Parallel()
	copied, ctx := filled(t), context.Background()
	want := holds(t, copied)
	old := leftover(t, 41)
	parts := []string{"", "-wal", "-shm", "-journal"}
	for mask := range 32 {
		dir := t.TempDir()
		from, to := filepath.Join(dir, "copy.db"), filepath.Join(dir, "again.db")
		b, err := os.ReadFile(copied)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(from, b, 0o600); err != nil {
			t.Fatal(err)
		}
		put := 0
		for i, part := range parts {
			if mask&(1<<i) != 0 {
				put++
				if err := os.WriteFile(to+part, old[part], 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if mask&16 != 0 && part != "" { // beside the copy as well
				if err := os.WriteFile(from+part, old[part], 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
		r, err := sqlite.Restore(ctx, from, to, sqlite.Restoring{SetAside: true})
		if err != nil {
			t.Errorf("leftovers %05b: %v", mask, err)
			continue
		}
		if got := holds(t, to); got != want {
			t.Errorf("leftovers %05b: what was restored is not what was copied: %d bytes against %d", mask, len(got), len(want))
		}
		if len(r.SetAside) != put || r.Deals != 12 || r.Facts != 240 || len(r.Digest) != 64 {
			t.Errorf("leftovers %05b: %+v", mask, r)
		}
		var kept []string
		for i, part := range parts {
			if mask&(1<<i) != 0 {
				b, err := os.ReadFile(to + ".set-aside" + part)
				if err != nil || !bytes.Equal(b, old[part]) {
					t.Errorf("leftovers %05b: %s was not set aside as it was, %v", mask, part, err)
				}
				kept = append(kept, to+".set-aside"+part)
			}
		}
		if !slices.Equal(kept, r.SetAside) {
			t.Errorf("set aside %q, told of %q", kept, r.SetAside)
		}
		if faults, err := faultsOf(open(t, to)); err != nil || len(faults) > 0 {
			t.Errorf("leftovers %05b: %q, %v", mask, faults, err)
		}
		if again, err := sqlite.Restore(ctx, from, to, sqlite.Restoring{SetAside: true}); err != nil || again.Digest != r.Digest || put > 0 && !strings.Contains(again.SetAside[0], ".set-aside-2") {
			t.Errorf("a second time: %+v, %v", again, err)
		}
	}
	// A database that stands there is only set aside when that is asked for.
	dir := t.TempDir()
	to := filepath.Join(dir, "again.db")
	if err := os.WriteFile(to, old[""], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlite.Restore(ctx, copied, to, sqlite.Restoring{}); throughline.KindOf(err) != throughline.Conflict {
		t.Errorf("over another: %v", err)
	}
	if b, err := os.ReadFile(to); err != nil || !bytes.Equal(b, old[""]) {
		t.Errorf("the other was touched, %v", err)
	}
}

// TestRestoreHoldsTheCopyAgainstItsNote: a copy whose rows are in order, and
// which says of itself something else, is refused; so is one that was copied by
// hand while it was in use, with the log beside it.
func TestRestoreHoldsTheCopyAgainstItsNote(t *testing.T) {
	t.Parallel()
	ctx, dir := context.Background(), t.TempDir()
	for name, change := range map[string][]string{
		"a deal of the other workspace is gone": {"delete from fact where workspace = 2 and seq = 3"},
		"the note counts another number":        {"update copied set facts = facts + 1 where workspace = 2"},
		"the note has another digest":           {"update copied set digest = zeroblob(32)"},
		"a whole workspace is gone": {"delete from fact where workspace = 2", "delete from deal where workspace = 2", "delete from summary where workspace = 2",
			"delete from head where workspace = 2", "delete from person where workspace = 2", "delete from account where workspace = 2", "delete from record where workspace = 2",
			"delete from import_run where workspace = 2", "delete from forecast_shown where workspace = 2", "delete from playbook_version where workspace = 2",
			"delete from form where workspace = 2", "delete from tally where workspace = 2"},
	} {
		from := filled(t)
		raw(t, from, change...)
		to := filepath.Join(dir, "new.db")
		if _, err := sqlite.Restore(ctx, from, to, sqlite.Restoring{}); throughline.KindOf(err) != throughline.Corrupt {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(to); err == nil {
			t.Errorf("%s: a file was left", name)
		}
	}
	// A copy that was written to since is in order, and is not what was copied.
	written := filled(t)
	l := open(t, written)
	appendAll(t, l, storetest.Facts(rand.New(rand.NewPCG(46, 1)), 1, 3, false))
	if faults, err := faultsOf(l); err != nil || len(faults) > 0 {
		t.Fatalf("%q, %v", faults, err)
	}
	l.Close()
	if _, err := sqlite.Restore(ctx, written, filepath.Join(dir, "new.db"), sqlite.Restoring{}); throughline.KindOf(err) != throughline.Corrupt || !strings.Contains(err.Error(), "noted when it was copied") {
		t.Errorf("a copy that was written to: %v", err)
	}
	byHand := filepath.Join(dir, "by hand.db")
	for part, b := range leftover(t, 42) {
		if part == "" || part == "-wal" {
			if err := os.WriteFile(byHand+part, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := sqlite.Restore(ctx, byHand, filepath.Join(dir, "new.db"), sqlite.Restoring{}); throughline.KindOf(err) != throughline.Conflict || !strings.Contains(err.Error(), "admin backup") {
		t.Errorf("copied by hand in use: %v", err)
	}
}

// TestOldCopiesAreRestored: a copy that a version before checksums and notes made.
func TestOldCopiesAreRestored(t *testing.T) {
	t.Parallel()
	ctx, dir := context.Background(), t.TempDir()
	from := filled(t)
	for version := int64(1); version <= 4; version++ {
		old, to := filepath.Join(dir, fmt.Sprint("old", version, ".db")), filepath.Join(dir, fmt.Sprint("new", version, ".db"))
		if err := sqlite.MakeOld(ctx, old, from, version); err != nil {
			t.Fatal(err)
		}
		if version < 4 { // heads came with the fourth, and are made by folding anew
			raw(t, old, "update tally set codec = 0")
		}
		r, err := sqlite.Restore(ctx, old, to, sqlite.Restoring{})
		if err != nil || r.Deals != 12 || r.Facts != 240 {
			t.Errorf("version %d: %+v, %v", version, r, err)
			continue
		}
		if holds(t, to) != holds(t, from) {
			t.Errorf("version %d: what was restored is not what was copied", version)
		}
	}
}

// TestOnlyTheOwnerReads: the file, its log, and a copy of it.
func TestOnlyTheOwnerReads(t *testing.T) {
	dir, ctx := t.TempDir(), context.Background()
	defer syscall.Umask(syscall.Umask(0))
	l := open(t, filepath.Join(dir, "x.db"))
	appendAll(t, l, storetest.Facts(rand.New(rand.NewPCG(43, 1)), 1, 5, false))
	if err := l.Backup(ctx, filepath.Join(dir, "copy.db")); err != nil {
		t.Fatal(err)
	}
	if err := restore(ctx, filepath.Join(dir, "copy.db"), filepath.Join(dir, "again.db")); err != nil {
		t.Fatal(err)
	}
	n := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if n++; err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has the rights %v, %v", d.Name(), info.Mode().Perm(), err)
		}
		return nil
	})
	if err != nil || n < 5 {
		t.Errorf("%d files, %v", n, err)
	}
}

// TestReadingWhereNothingCanBeWritten: a ledger in a folder that is read-only,
// closed or killed in use, is read as it stands. It needs the right to mount.
func TestReadingWhereNothingCanBeWritten(t *testing.T) {
	folder := t.TempDir()
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=20m"); err != nil {
		t.Skipf("no small file system can be mounted: %v", err)
	}
	defer syscall.Unmount(folder, syscall.MNT_DETACH)
	path := filepath.Join(folder, "x.db")
	l := open(t, path)
	appendAll(t, l, storetest.Facts(rand.New(rand.NewPCG(44, 1)), 3, 50, false))
	l.Close()
	if err := syscall.Mount("tmpfs", folder, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, "size=20m"); err != nil {
		t.Skip(err)
	}
	l, err := sqlite.Open(context.Background(), path, sqlite.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if c, err := l.Counts(context.Background(), ws); err != nil || c.Facts != 50 {
		t.Errorf("%+v, %v", c, err)
	}
	if faults, err := faultsOf(l); err != nil || len(faults) > 0 {
		t.Errorf("%q, %v", faults, err)
	}
}

// TestWritersTakeTurns: a program that holds the file for all of the time but a
// moment, over and over, does not keep another from writing. How long anything
// takes plays no part.
func TestWritersTakeTurns(t *testing.T) {
	t.Parallel()
	path, _ := prepared(t)
	l := open(t, path)
	db, err := sql.Open("sqlite", path+"?_pragma=busy_timeout(60000)&_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	ctx, stop := context.WithTimeout(context.Background(), 5*time.Minute)
	over, holding := make(chan int), make(chan struct{})
	go func() {
		turns := 0
		for ctx.Err() == nil {
			tx, err := db.Begin()
			if err != nil {
				t.Error(err)
				break
			}
			select {
			case holding <- struct{}{}: // whoever waits begins while it is held
			default:
			}
			for range 200 { // holding it is work, not a pause
				if _, err := tx.Exec("update deal set seq = seq where workspace = -1"); err != nil {
					t.Error(err)
				}
			}
			tx.Rollback()
			turns++
		}
		over <- turns
	}()
	more := storetest.Facts(rand.New(rand.NewPCG(45, 1)), 10, 16, false)
	for rest := more; len(rest) > 0; rest = rest[2:] {
		<-holding
		appendAll(t, l, rest[:2])
	}
	stop()
	t.Logf("8 writings between %d of another's", <-over)
}
