package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/assembly"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/job"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/postgres/pgtest"
)

// probeJobs makes a server do two more kinds of jobs, at a quick pace, and names
// the folder in which they leave word: "probe" writes facts, and the first process
// that is in the middle of it kills itself; "calm" only says that it ran.
const probeJobs = "THROUGHLINE_TEST_PROBE_JOBS"

const probeFacts = 20

func probing(folder string) assembly.House {
	h := assembly.SystemHouse()
	h.Pace = job.Pace{Look: 20 * time.Millisecond, Lease: time.Second, First: time.Millisecond}
	word := func(kind, what string) error {
		f, err := os.OpenFile(filepath.Join(folder, kind), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(f, what)
		return errors.Join(err, f.Close())
	}
	once := func(time.Time) string { return "once" }
	h.Works = func(d *operation.Desk) []job.Work {
		return []job.Work{
			{Kind: job.Kind{Name: "calm", Most: 3}, Period: once, Do: func(context.Context, store.Job, func(int64, int64, string)) (string, error) {
				return "", word("calm", "ran")
			}},
			{Kind: job.Kind{Name: "probe", Most: 3}, Period: once, Do: func(ctx context.Context, j store.Job, tell func(int64, int64, string)) (string, error) {
				if err := word("probe", "begun"); err != nil {
					return "", err
				}
				for i := range probeFacts {
					tell(int64(i), probeFacts, "probing")
					f := deal.Fact{ID: throughline.FactID(j.ID), Deal: throughline.DealID(j.ID), Learned: j.Asked, Turn: int32(i), By: deal.Actor{Via: deal.ViaJob},
						Body: deal.Noted{Text: fmt.Sprintf("probe %d", i)}}
					f.ID[15] ^= byte(i + 1) // the same in each try
					if _, err := d.Ledger.Append(ctx, d.Workspace, store.Batch{Facts: []deal.Fact{f}}); err != nil {
						return "", err
					}
					if i != probeFacts/2 {
						continue
					}
					if first, err := os.OpenFile(filepath.Join(folder, "killed"), os.O_CREATE|os.O_EXCL, 0o600); err == nil {
						first.Close()
						for calm := false; !calm; { // which would rightly run again, were it cut off
							all, err := d.Ledger.Jobs(ctx, d.Workspace, store.JobAsk{Kinds: []string{"calm"}})
							if err != nil {
								return "", err
							}
							calm = len(all) == 1 && all[0].State == store.JobDone
						}
						_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
						select {} // it is on its way
					}
				}
				return "", word("probe", "ended")
			}},
		}
	}
	return h
}

// probed reads which jobs there are from a server.
func probed(t *testing.T, at string) (out []store.Job) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, at+"api/jobs", nil)
	if err != nil {
		t.Fatal(err)
	}
	a, err := clients.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	var list struct {
		Jobs []struct {
			Kind, State string
			Tries       int
		}
	}
	if err := json.NewDecoder(a.Body).Decode(&list); err != nil || a.StatusCode != http.StatusOK {
		t.Fatal(a.StatusCode, err)
	}
	for _, j := range list.Jobs {
		state := map[string]store.JobState{"done": store.JobDone, "waiting": store.JobWaiting, "running": store.JobRunning, "failed": store.JobFailed}[j.State]
		out = append(out, store.Job{Kind: j.Kind, State: state, Tries: j.Tries})
	}
	return out
}

// TestAJobSurvivesAKill: the process that is in the middle of a job is killed; the
// next one does it, what it writes is there once, and it is done once. Of a job
// for a period there is one run, however many processes look.
func TestAJobSurvivesAKill(t *testing.T) {
	if testing.Short() {
		t.Skip("real processes that wait for one another")
	}
	t.Run("SQLite", func(t *testing.T) { jobSurvives(t, filepath.Join(t.TempDir(), "x.db"), 1) })
	t.Run("PostgreSQL, three processes", func(t *testing.T) { jobSurvives(t, pgtest.Shared(t).Database(t), 3) })
}

func jobSurvives(t *testing.T, db string, processes int) {
	folder := t.TempDir()
	var nodes []*node
	var starting sync.WaitGroup
	for i := range processes {
		n := &node{t: t, db: db, log: fmt.Sprintf("%s/server-%d.log", folder, i), env: []string{probeJobs + "=" + folder}}
		nodes = append(nodes, n)
		defer n.kill(syscall.SIGKILL)
		starting.Go(func() {
			if err := n.start(); err != nil {
				t.Error(err)
			}
		})
	}
	if starting.Wait(); t.Failed() {
		return
	}
	gone := make(chan *node, processes)
	for _, n := range nodes {
		go func() { <-n.done; gone <- n }()
	}
	var first *node
	select {
	case first = <-gone:
	case <-time.After(time.Minute):
		t.Fatal("no process killed itself")
	}
	first.kill(syscall.SIGKILL) // it is gone; this forgets it
	if err := first.start(); err != nil {
		t.Fatal(err)
	}
	at := *first.url.Load()
	for end := time.Now().Add(time.Minute); ; {
		done := 0
		for _, j := range probed(t, at) {
			if j.State == store.JobDone && (j.Kind == "calm" || j.Kind == "probe" && j.Tries == 2) {
				done++
			}
		}
		if done == 2 {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("the jobs are %+v", probed(t, at))
		}
	}
	for _, n := range nodes { // told to stop, each ends by itself
		n.kill(syscall.SIGTERM)
	}
	for kind, want := range map[string]string{"calm": "ran", "probe": "begun begun ended"} {
		said, _ := os.ReadFile(filepath.Join(folder, kind))
		if got := strings.Join(strings.Fields(string(said)), " "); got != want {
			t.Errorf("%s: %q, want %q", kind, got, want)
		}
	}
	if n := facts(t, db); n != probeFacts {
		t.Errorf("there are %d facts, want %d", n, probeFacts)
	}
}
