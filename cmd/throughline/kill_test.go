package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

const runAsThroughline = "THROUGHLINE_TEST_RUN_AS_COMMAND"

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

// answer runs the command to its end and reads its JSON.
func answer(t *testing.T, into any, args ...string) {
	t.Helper()
	var out, errs bytes.Buffer
	c := program(t, append(args, "--json")...)
	c.Stdout, c.Stderr = &out, &errs
	_ = c.Run() // the status says whether there were findings; the JSON says more
	if err := json.Unmarshal(out.Bytes(), into); err != nil {
		t.Fatalf("%v: %v\n%s%s", args, err, out.String(), errs.String())
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
// moments. The database is whole after each; what was there stays; and the run
// that is let live completes the work to what an undisturbed one gives.
func TestAnImportMayBeKilledAtAnyMoment(t *testing.T) {
	if testing.Short() {
		t.Skip("a hundred runs of the program")
	}
	const deals = 9_000 // two batches
	dir := t.TempDir()
	table := filepath.Join(dir, "deals.csv")
	export(t, table, deals)
	var clean imported
	began := time.Now()
	answer(t, &clean, "import", "csv", table, "--guess", "--yes", "--db", filepath.Join(dir, "clean.db"))
	whole := time.Since(began)
	if clean.Deals != deals {
		t.Fatalf("the undisturbed run gave %+v", clean)
	}
	r := rand.New(rand.NewPCG(1, 1))
	db, killed, had := filepath.Join(dir, "killed.db"), 0, 0
	for try := 0; killed < 100 && try < 400; try++ {
		if try%10 == 0 { // begin anew, so that every part of an import is met
			for _, end := range []string{"", "-wal", "-shm"} {
				_ = os.Remove(db + end)
			}
			had = 0
		}
		c := program(t, "import", "csv", table, "--guess", "--yes", "--db", db, "--json")
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(time.Duration(r.Int64N(int64(whole))), func() { _ = c.Process.Kill() })
		err := c.Wait()
		timer.Stop()
		if x, ok := err.(*exec.ExitError); !ok || !x.Sys().(syscall.WaitStatus).Signaled() {
			continue // it was quicker
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
	if killed < 100 {
		t.Fatalf("only %d imports could be killed in time", killed)
	}
	var last imported
	answer(t, &last, "import", "csv", table, "--guess", "--yes", "--db", db)
	if fmt.Sprint(last.Deals, last.Outcomes, last.Silent) != fmt.Sprint(clean.Deals, clean.Outcomes, clean.Silent) {
		t.Errorf("completed: %+v, undisturbed: %+v", last, clean)
	}
	if n := facts(t, db); n != clean.Added {
		t.Errorf("completed: %d facts, undisturbed: %d", n, clean.Added)
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
	answer(t, &got, "admin", "check", "--db", db)
	if !got.Whole || got.Error != nil {
		t.Fatalf("the database is not whole: %+v", got)
	}
	return got.Facts
}
