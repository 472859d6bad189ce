package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"modernc.org/sqlite"
)

const runAsThroughline = "THROUGHLINE_TEST_RUN_AS_COMMAND"

// What a run that is watched is told: to kill itself before a certain step of
// writing, or to keep the number of steps in a file. A step is a row that
// changes, or a transaction that is about to end.
const (
	killAtStep = "THROUGHLINE_TEST_KILL_AT_STEP"
	countSteps = "THROUGHLINE_TEST_COUNT_STEPS"
)

// watchSteps counts what the database is told to write, whoever tells it.
func watchSteps(kill, count string) {
	if kill == "" && count == "" {
		return
	}
	last, _ := strconv.ParseInt(kill, 10, 64)
	var steps atomic.Int64
	step := func() {
		if steps.Add(1) == last {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {} // it is on its way
		}
	}
	sqlite.RegisterConnectionHook(func(c sqlite.ExecQuerierContext, _ string) error {
		hooks, ok := c.(sqlite.HookRegisterer)
		if !ok {
			return errors.New("this connection takes no hooks")
		}
		hooks.RegisterPreUpdateHook(func(sqlite.SQLitePreUpdateData) { step() })
		hooks.RegisterCommitHook(func() int32 {
			step()
			if count != "" {
				_ = os.WriteFile(count, []byte(strconv.FormatInt(steps.Load(), 10)), 0o600)
			}
			return 0
		})
		return nil
	})
}

// program starts this test binary as the throughline command.
func program(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(self, args...)
	c.Env = append(os.Environ(), runAsThroughline+"=1", "NO_COLOR=1", "LANG=C")
	return c
}

// read runs a command to its end, with more in its environment, and reads its
// JSON.
func read(t *testing.T, into any, c *exec.Cmd, env ...string) {
	t.Helper()
	var out, errs bytes.Buffer
	c.Env = append(c.Env, env...)
	c.Stdout, c.Stderr = &out, &errs
	_ = c.Run() // the status says whether there were findings; the JSON says more
	if err := json.Unmarshal(out.Bytes(), into); err != nil {
		t.Fatalf("%v: %v\n%s%s", c.Args[1:], err, out.String(), errs.String())
	}
}

// export writes a table of n deals, most of them ended.
func export(t *testing.T, path string, n int) {
	t.Helper()
	r := rand.New(rand.NewPCG(7, 7))
	var b strings.Builder
	b.WriteString("opportunity_id,title,account,owner,stage,opened,closed,amount\n")
	for i := range n {
		open := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, r.IntN(500))
		stage, closed := "Proposal", ""
		if r.IntN(4) > 0 {
			stage = []string{"Won", "Lost"}[r.IntN(2)]
			closed = open.AddDate(0, 0, 1+r.IntN(120)).Format(time.DateOnly)
		}
		fmt.Fprintf(&b, "D%06d,Deal %d,Account %d,Seller %d,%s,%s,%s,%d\n", i, i, r.IntN(400), r.IntN(9), stage, open.Format(time.DateOnly), closed, 100+r.IntN(90_000))
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

type imported struct {
	Deals    int            `json:"deals"`
	Outcomes map[string]int `json:"outcomes"`
	Silent   int            `json:"silent"`
	Added    int            `json:"facts_added"`
}

// TestAnImportMayBeKilledAtAnyMoment kills imports with SIGKILL at a hundred
// steps of their writing, drawn at random from all that an undisturbed one has;
// no clock decides when. The database is whole after each; what was there stays; and the run
// that is let live completes the work to what an undisturbed one gives.
func TestAnImportMayBeKilledAtAnyMoment(t *testing.T) {
	if testing.Short() {
		t.Skip("a hundred runs of the program")
	}
	t.Parallel()
	const deals = 9_000 // two batches
	dir := t.TempDir()
	table := filepath.Join(dir, "deals.csv")
	export(t, table, deals)
	imports := func(db string) []string {
		return []string{"import", "csv", table, "--guess", "--yes", "--db", db, "--json"}
	}
	var clean imported
	counted := filepath.Join(dir, "steps")
	read(t, &clean, program(t, imports(filepath.Join(dir, "clean.db"))...), countSteps+"="+counted)
	said, _ := os.ReadFile(counted)
	steps, _ := strconv.Atoi(string(said))
	if clean.Deals != deals || steps < deals {
		t.Fatalf("the undisturbed run gave %+v in %d steps", clean, steps)
	}
	for chain := range uint64(10) { // each begins anew, so that every part of an import is met
		t.Run(fmt.Sprint("ten in a row, ", chain), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(1, chain))
			db, killed, had := filepath.Join(dir, fmt.Sprintf("killed%d.db", chain)), 0, 0
			for try := 0; killed < 10 && try < 40; try++ {
				c := program(t, imports(db)...)
				c.Env = append(c.Env, fmt.Sprint(killAtStep, "=", 1+r.IntN(steps)))
				err := c.Run()
				if x, ok := err.(*exec.ExitError); !ok || !x.Sys().(syscall.WaitStatus).Signaled() {
					had = 0 // most was there, it had fewer steps and lived: begin anew
					for _, end := range []string{"", "-wal", "-shm"} {
						_ = os.Remove(db + end)
					}
					continue
				}
				killed++
				if _, err := os.Stat(db); err != nil {
					continue // killed before there was a file
				}
				now := facts(t, db)
				if now < had {
					t.Fatalf("after kill %d there are %d facts, there were %d", killed, now, had)
				}
				had = now
			}
			if killed < 10 {
				t.Fatalf("only %d imports could be killed", killed)
			}
			var last imported
			read(t, &last, program(t, imports(db)...))
			if fmt.Sprint(last.Deals, last.Outcomes, last.Silent) != fmt.Sprint(clean.Deals, clean.Outcomes, clean.Silent) {
				t.Errorf("completed: %+v, undisturbed: %+v", last, clean)
			}
			if n := facts(t, db); n != clean.Added {
				t.Errorf("completed: %d facts, undisturbed: %d", n, clean.Added)
			}
		})
	}
}

// facts asks the database how many facts there are; asking compares every
// summary with the fold of its facts, too.
func facts(t *testing.T, db string) int {
	t.Helper()
	var got struct {
		Whole bool `json:"whole"`
		Facts int  `json:"facts"`
		Error *struct{ Message string }
	}
	read(t, &got, program(t, "admin", "check", "--db", db, "--json"))
	if !got.Whole || got.Error != nil {
		t.Fatalf("the database is not whole: %+v", got)
	}
	return got.Facts
}
