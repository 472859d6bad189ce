package main

import (
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/postgres"
	"github.com/throughline/throughline/internal/store/postgres/pgtest"
	"github.com/throughline/throughline/internal/store/sqlite"
	"github.com/throughline/throughline/internal/store/storetest"
)

// backedUp is a database that is written to for as long as the test runs.
type backedUp struct {
	address, folder string // folder: where else its copies are made for a while
	out             string // where they go
}

// largeAndInUse fills a ledger and has somebody write to it until the test ends.
func largeAndInUse(t *testing.T, l store.Ledger) {
	t.Helper()
	all := storetest.Facts(rand.New(rand.NewPCG(23, 1)), 700, 12_000, true)
	add := func(from, n int) error {
		_, err := l.Append(context.Background(), throughline.DefaultWorkspace, store.Batch{Facts: all[from : from+n]})
		return err
	}
	for at := 0; at < 8000; at += 2000 {
		if err := add(at, 2000); err != nil {
			t.Fatal(err)
		}
	}
	stop, over := make(chan struct{}), make(chan error, 1)
	go func() {
		for at := 8000; ; at = 8000 + (at+10-8000)%4000 { // some come again, which is writing too
			select {
			case <-stop:
				over <- nil
				return
			default:
			}
			err := add(at, 10)
			if err == nil {
				err = l.Settle(context.Background(), throughline.DefaultWorkspace, store.Setting{Name: "timezone", Value: "Europe/Berlin", Since: time.Unix(int64(at), 0)})
			}
			if err != nil {
				over <- err
				return
			}
		}
	}()
	t.Cleanup(func() {
		close(stop)
		if err := <-over; err != nil {
			t.Errorf("whoever wrote meanwhile: %v", err)
		}
		l.Close()
	})
}

// unfinished gives the folders in which copies are made, and how many bytes lie there.
func (b backedUp) unfinished() (folders []string, bytes int64) {
	for _, in := range []string{b.out, b.folder} {
		for _, begins := range []string{".throughline-backup-*", ".throughline-sealing-*"} {
			found, _ := filepath.Glob(filepath.Join(in, begins))
			folders = append(folders, found...)
		}
	}
	for _, f := range folders {
		_ = filepath.WalkDir(f, func(_ string, e fs.DirEntry, err error) error {
			if err == nil && e.Type().IsRegular() {
				if info, err := e.Info(); err == nil {
					bytes += info.Size()
				}
			}
			return nil // it may be gone meanwhile
		})
	}
	return folders, bytes
}

// killedAt runs a command and kills it once so many bytes more lie where copies are made.
func (b backedUp) killedAt(t *testing.T, c *exec.Cmd, bytes int64) (killed bool) {
	t.Helper()
	_, had := b.unfinished()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	over := make(chan error, 1)
	go func() { over <- c.Wait() }()
	for {
		select {
		case err := <-over:
			return err != nil
		default:
		}
		if _, now := b.unfinished(); now-had >= bytes {
			_ = c.Process.Signal(syscall.SIGKILL)
			return <-over != nil
		}
		runtime.Gosched()
	}
}

// TestABackupMayBeKilledAtAnyMoment: under its name there is a whole copy or nothing,
// of what is left nothing passes for one that is not, the next backup of the same name
// is whole and names what was left, and one that is made later clears it away.
func TestABackupMayBeKilledAtAnyMoment(t *testing.T) {
	if testing.Short() {
		t.Skip("some sixty runs of the program")
	}
	key := filepath.Join(t.TempDir(), "key.txt")
	if err := os.WriteFile(key, []byte("AGE-SECRET-KEY-1XGQZXFQQGHX6YDPGWUWZSW4JXXE8KKHRASZA7MM66PNVMSVG0XXSG3C32T\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Run("SQLite", func(t *testing.T) {
		b := backedUp{folder: t.TempDir(), out: t.TempDir()}
		b.address = filepath.Join(b.folder, "x.db")
		l, err := sqlite.Open(t.Context(), b.address, sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		largeAndInUse(t, l)
		plain := func(to string) []string { return []string{"admin", "backup", to, "--db", b.address} }
		sealed := func(to string) []string {
			return append(plain(to), "--to", "age1ukgkcn50vpyra9wk5d6vuhl5anxsz8scu700mvm3kys295np5s0s4yzwme")
		}
		b.killed(t, "plain", plain, "", true)
		b.killed(t, "sealed", sealed, key, false)
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		b := backedUp{out: t.TempDir(), folder: t.TempDir(), address: pgtest.Shared(t).Database(t)}
		l, err := postgres.Open(t.Context(), b.address, postgres.Options{})
		if err != nil {
			t.Fatal(err)
		}
		largeAndInUse(t, l)
		b.killed(t, "copied", func(to string) []string { return []string{"admin", "copy", b.address, to} }, "", true)
	})
}

func (b backedUp) killed(t *testing.T, name string, args func(to string) []string, key string, steps bool) {
	t.Helper()
	run := func(args ...string) string {
		t.Helper()
		out, ok := told(t, program(t, args...))
		if !ok {
			t.Fatalf("%q: %s", args, out)
		}
		return out
	}
	restores := func(from string) (n int, ok bool) {
		t.Helper()
		to := filepath.Join(t.TempDir(), "r.db")
		c := []string{"admin", "restore", from, "--db", to}
		if key != "" {
			c = append(c, "--key", key)
		}
		if _, ok := told(t, program(t, c...)); !ok {
			return 0, false
		}
		return facts(t, to), true
	}
	// One that nobody disturbs.
	first, counted := filepath.Join(b.out, name+"-first"), filepath.Join(t.TempDir(), "steps")
	c := program(t, args(first)...)
	c.Env = append(c.Env, countSteps+"="+counted)
	if out, ok := told(t, c); !ok {
		t.Fatal(out)
	}
	info, err := os.Stat(first)
	if err != nil {
		t.Fatal(err)
	}
	said, _ := os.ReadFile(counted)
	all, _ := strconv.Atoi(string(said))
	least, ok := restores(first)
	if !ok || least < 8000 || steps && all == 0 {
		t.Fatalf("an undisturbed copy has %d facts in %d steps: %t", least, all, ok)
	}
	r := rand.New(rand.NewPCG(31, uint64(len(name))))
	died := 0
	for moment := range 4 {
		before, _ := b.unfinished()
		to := filepath.Join(b.out, fmt.Sprint(name, "-", moment))
		c := program(t, args(to)...)
		killed, when := false, ""
		if steps && (moment%2 == 0 || all > 1000) {
			at := 1 + r.IntN(all)
			when = fmt.Sprintf("at step %d of %d", at, all)
			c.Env = append(c.Env, fmt.Sprint(killAtStep, "=", at))
			killed = c.Run() != nil
		} else {
			at := 1 + r.Int64N(info.Size())
			if key != "" {
				at *= 2 // it lies in the open first, and sealed then
			}
			when = fmt.Sprintf("with %d bytes written, of %d", at, info.Size())
			killed = b.killedAt(t, c, at)
		}
		_, err := os.Stat(to)
		left, _ := b.unfinished()
		if killed {
			died++
		}
		t.Logf("%s %s: killed %t, named %t, %d unfinished", name, when, killed, err == nil, len(left))
		if err == nil {
			if n, ok := restores(to); !ok || n < least {
				t.Errorf("%s: under its name is what is not whole (%d facts, %t)", when, n, ok)
			}
			continue
		}
		for _, folder := range left { // whoever takes a part for a copy is told, or has a whole one
			if slices.Contains(before, folder) {
				continue
			}
			_ = filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
				if err == nil && e.Type().IsRegular() && !strings.HasSuffix(path, "-journal") && !strings.HasSuffix(path, "-wal") && !strings.HasSuffix(path, "-shm") {
					if n, ok := restores(path); ok && n < least {
						t.Errorf("%s: what is left in %s passes for a copy of %d facts", when, path, n)
					}
				}
				return nil
			})
		}
		run(args(to)...)
		if n, ok := restores(to); !ok || n < least {
			t.Errorf("%s: the next copy is not whole (%d facts, %t)", when, n, ok)
		}
	}
	if died < 2 {
		t.Errorf("only %d were killed", died)
	}
	left, _ := b.unfinished()
	out := run(args(filepath.Join(b.out, name+"-named"))...)
	for _, folder := range left {
		if filepath.Dir(folder) == b.out && args("")[1] == "backup" && !strings.Contains(out, filepath.Base(folder)) {
			t.Errorf("%s is not named: %s", folder, out)
		}
		long := time.Now().Add(-7 * time.Hour)
		_ = filepath.WalkDir(folder, func(path string, _ fs.DirEntry, _ error) error { return os.Chtimes(path, long, long) })
	}
	run(args(filepath.Join(b.out, name+"-later"))...)
	if left, _ := b.unfinished(); len(left) > 0 {
		t.Errorf("a copy made hours later leaves %q", left)
	}
}
