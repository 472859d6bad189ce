package sqlite_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
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

const (
	killBatches = 300
	killBatch   = 10 // facts
	killVar     = "THROUGHLINE_KILL_TEST"
)

func killFacts() []deal.Fact {
	return storetest.Facts(rand.New(rand.NewPCG(11, 1)), 200, killBatches*killBatch, true)
}

// TestMain lets the test binary be the program that is killed: it appends
// batches from a given one on, tells of each when Append has returned, and is
// killed by its own timer, which no code of the store can see coming.
func TestMain(m *testing.M) {
	task := os.Getenv(killVar)
	if task == "" {
		os.Exit(m.Run())
	}
	path, rest, _ := strings.Cut(task, "|")
	var from int
	var after time.Duration
	if _, err := fmt.Sscan(rest, &from, &after); err != nil {
		panic(err)
	}
	facts := killFacts()
	if after > 0 {
		time.AfterFunc(after, func() { syscall.Kill(os.Getpid(), syscall.SIGKILL) })
	}
	l, err := sqlite.Open(context.Background(), path, sqlite.Options{})
	if err != nil {
		panic(err)
	}
	for i := from; i < killBatches; i++ {
		if _, err := l.Append(context.Background(), throughline.DefaultWorkspace, store.Batch{Facts: facts[i*killBatch : (i+1)*killBatch]}); err != nil {
			panic(err)
		}
		fmt.Println(i)
	}
	if err := l.Close(); err != nil {
		panic(err)
	}
}

// killed runs the program from a batch on and gives the last batch it told of,
// -1 where it told of none, and whether it was killed.
func killed(t *testing.T, path string, from int, after time.Duration) (last int, was bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s|%d %s", killVar, path, from, after))
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	last = -1
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if last, err = strconv.Atoi(lines.Text()); err != nil {
			t.Fatal(err)
		}
	}
	err = cmd.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL {
		return last, true
	}
	if err != nil {
		t.Fatalf("the program ended with %v: %s", err, complaints.String())
	}
	return last, false
}

// TestKilledAHundredTimes: whenever the program is killed, the file is whole,
// each batch is in it whole or not at all, none that was told of is missing,
// and the next run completes the work.
func TestKilledAHundredTimes(t *testing.T) {
	if testing.Short() {
		t.Skip("a hundred processes take some seconds")
	}
	t.Parallel()
	r := rand.New(rand.NewPCG(11, 2))
	facts := killFacts()
	check := func(path string, told int, whole bool) (batches int) {
		t.Helper()
		l, err := sqlite.Open(context.Background(), path, sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		c, err := l.Counts(context.Background(), throughline.DefaultWorkspace)
		if err != nil {
			t.Fatal(err)
		}
		if c.Facts%killBatch != 0 || c.Facts < (told+1)*killBatch {
			t.Fatalf("%d facts in batches of %d, and batch %d was told of", c.Facts, killBatch, told)
		}
		if whole {
			faults, err := faultsOf(l)
			if err != nil || len(faults) > 0 {
				t.Fatalf("the check says %q, %v", faults, err)
			}
		}
		return c.Facts / killBatch
	}
	path := ""
	kills, told, files := 0, -1, 0
	for kills < 100 {
		if path == "" {
			files++
			path, told = filepath.Join(t.TempDir(), "x.db"), -1
		}
		// The first of each file die early, while its tables are being made.
		after := time.Duration(1+r.IntN(20_000)) * time.Microsecond
		if told >= 0 || files%2 == 0 {
			after = time.Duration(3_000+r.IntN(40_000)) * time.Microsecond
		}
		last, was := killed(t, path, max(told-2, 0), after)
		told = max(told, last)
		if !was {
			check(path, killBatches-1, true)
			path = ""
			continue
		}
		kills++
		if have := check(path, told, kills%10 == 0); have > told+2 {
			t.Fatalf("%d batches are there, %d were told of: more than the one that was under way", have, told+1)
		}
		if told < 0 && kills%3 == 0 {
			path = ""
		}
	}
	if path == "" {
		path = filepath.Join(t.TempDir(), "x.db")
	}
	if _, was := killed(t, path, max(told-2, 0), 0); was {
		t.Fatal("killed without a timer")
	}
	if n := check(path, killBatches-1, true); n != killBatches {
		t.Fatalf("%d batches after all, want %d", n, killBatches)
	}
	l := open(t, path)
	n := 0
	for fs, err := range l.AllFacts(context.Background(), throughline.DefaultWorkspace) {
		if err != nil {
			t.Fatal(err)
		}
		n += len(fs)
	}
	if n != len(facts) {
		t.Errorf("%d facts, want %d", n, len(facts))
	}
	t.Logf("%d kills, %d files", kills, files)
}
