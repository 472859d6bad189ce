package job_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/job"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/memory"
)

var monday = time.Date(2026, 11, 2, 2, 0, 0, 0, time.UTC)

// clock is one that a test moves.
type clock struct{ at atomic.Int64 }

func (c *clock) now() time.Time        { return monday.Add(time.Duration(c.at.Load())) }
func (c *clock) pass(by time.Duration) { c.at.Add(int64(by)) }

var ids atomic.Int64

func newID() throughline.ID {
	n := ids.Add(1)
	return throughline.ID{1, byte(n >> 8), byte(n)}
}

// queue makes one that does backups as told.
func queue(l store.Jobs, now throughline.Clock, period func(time.Time) string, do func(context.Context, store.Job, func(int64, int64, string)) (string, error)) *job.Queue {
	k, _ := job.KindOf(job.Backup)
	return &job.Queue{Jobs: l, Workspace: throughline.DefaultWorkspace, Now: now, NewID: newID, Pace: job.TrueToLife, Log: slog.New(slog.DiscardHandler),
		Works: []job.Work{{Kind: k, Period: period, Do: do}}}
}

func daily(now time.Time) string { return now.Format(time.DateOnly) }

func only(t *testing.T, l store.Jobs) store.Job {
	t.Helper()
	all, err := l.Jobs(context.Background(), throughline.DefaultWorkspace, store.JobAsk{})
	if err != nil || len(all) != 1 {
		t.Fatalf("there are %+v, %v", all, err)
	}
	return all[0]
}

func round(t *testing.T, q *job.Queue, want bool) {
	t.Helper()
	if did, err := q.Round(context.Background()); did != want || err != nil {
		t.Fatalf("a round did something: %t, %v; want %t", did, err, want)
	}
}

// TestTriedAgainLater: what fails is tried again after a minute, then after twice
// as long, and what broke like what failed; once it is done it is done.
func TestTriedAgainLater(t *testing.T) {
	c, l, tries := &clock{}, memory.New(), 0
	q := queue(l, c.now, daily, func(context.Context, store.Job, func(int64, int64, string)) (string, error) {
		switch tries++; tries {
		case 1:
			return "", throughline.Fail("back up", throughline.Unavailable, "", errors.New("the disk is full"))
		case 2:
			panic("at once")
		}
		return "copy.db", nil
	})
	round(t, q, true)
	if j := only(t, l); j.State != store.JobWaiting || j.Why != "unavailable" || !j.Due.Equal(monday.Add(time.Minute)) {
		t.Errorf("%+v", j)
	}
	c.pass(time.Minute - time.Second)
	round(t, q, false)
	c.pass(time.Second)
	round(t, q, true)
	if j := only(t, l); j.Why != "internal" || !j.Due.Equal(monday.Add(3*time.Minute)) {
		t.Errorf("%+v", j)
	}
	c.pass(2 * time.Minute)
	round(t, q, true)
	if j := only(t, l); j.State != store.JobDone || j.Answer != "copy.db" || j.Why != "" || tries != 3 {
		t.Errorf("%+v after %d tries", j, tries)
	}
	c.pass(12 * time.Hour)
	round(t, q, false)
}

// TestAPoisonedJobIsLeft: what fails whenever it is tried is left, and so is, at
// once, what another try would not mend.
func TestAPoisonedJobIsLeft(t *testing.T) {
	c, l, tries, err := &clock{}, memory.New(), 0, error(throughline.Fail("back up", throughline.Unavailable, "", nil))
	q := queue(l, c.now, func(time.Time) string { return "once" }, func(context.Context, store.Job, func(int64, int64, string)) (string, error) {
		tries++
		return "", err
	})
	for range 200 {
		if _, err := q.Round(t.Context()); err != nil {
			t.Fatal(err)
		}
		c.pass(10 * time.Minute)
	}
	if j := only(t, l); j.State != store.JobFailed || tries != j.Most || j.Why != "unavailable" || j.Ended.IsZero() {
		t.Errorf("%d tries, %+v", tries, j)
	}
	tries, err = 0, throughline.Fail("back up", throughline.Denied, "", nil)
	if _, err := l.TurnJob(t.Context(), throughline.DefaultWorkspace, only(t, l).ID, store.JobWaiting, throughline.PersonID{}, c.now()); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		_, _ = q.Round(t.Context())
		c.pass(time.Hour)
	}
	if j := only(t, l); j.State != store.JobFailed || tries != 1 {
		t.Errorf("denied %d times, %+v", tries, j)
	}
}

// TestThreeProcessesOnePeriod: however many look, a period has one run, and the
// next one another.
func TestThreeProcessesOnePeriod(t *testing.T) {
	c, l := &clock{}, memory.New()
	var ran atomic.Int64
	for day := range 3 {
		var all sync.WaitGroup
		for range 3 {
			q := queue(l, c.now, daily, func(context.Context, store.Job, func(int64, int64, string)) (string, error) {
				ran.Add(1)
				return "", nil
			})
			all.Go(func() {
				for range 4 {
					if _, err := q.Round(context.Background()); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		if n := int(ran.Load()); n != day+1 {
			t.Errorf("on day %d there were %d runs", day, n)
		}
		c.pass(24 * time.Hour)
	}
}

// TestWhoeverIsGoneIsReplaced: a try of which nothing is heard is taken over after
// the lease and the wait, and its holder can say nothing of it any more.
func TestWhoeverIsGoneIsReplaced(t *testing.T) {
	c, l, ran := &clock{}, memory.New(), 0
	q := queue(l, c.now, daily, func(context.Context, store.Job, func(int64, int64, string)) (string, error) {
		ran++
		return "", nil
	})
	k, _ := job.KindOf(job.Backup)
	if _, _, err := l.AskJob(t.Context(), 1, k.New(newID(), monday, throughline.PersonID{}), monday); err != nil {
		t.Fatal(err)
	}
	gone, ok, err := l.TakeJob(t.Context(), throughline.DefaultWorkspace, store.Taking{Kinds: []string{job.Backup}, Holder: newID(), At: monday, Stale: monday,
		Back: func(string, int) time.Duration { return 0 }})
	if err != nil || !ok {
		t.Fatal(gone, ok, err)
	}
	q.Works[0].Period = nil
	c.pass(job.TrueToLife.Lease)
	round(t, q, false)
	c.pass(time.Second)
	round(t, q, false) // it is seen to be lost, and waits
	c.pass(k.First)
	round(t, q, true)
	if j := only(t, l); j.State != store.JobDone || j.Tries != 2 || ran != 1 {
		t.Errorf("%d runs, %+v", ran, j)
	}
	if err := l.EndJob(t.Context(), throughline.DefaultWorkspace, gone.ID, gone.Holder, store.JobEnd{At: c.now()}); throughline.KindOf(err) != throughline.Conflict {
		t.Errorf("who was gone ends it: %v", err)
	}
}

// TestAStopHandsBack: what runs when the process ends is stopped and waits for
// the next one, without a try lost; what ends by itself in time is done.
func TestAStopHandsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := memory.New()
		ctx, stop := context.WithCancel(t.Context())
		q := queue(l, time.Now, daily, func(ctx context.Context, _ store.Job, tell func(int64, int64, string)) (string, error) {
			tell(3, 10, "copying")
			<-ctx.Done()
			return "", ctx.Err()
		})
		over := make(chan struct{})
		go func() { q.Run(ctx); close(over) }()
		time.Sleep(time.Hour) // of a clock that stands still otherwise
		if j := only(t, l); j.State != store.JobRunning || j.Tries != 1 || j.Done != 3 || j.Total != 10 || time.Since(j.Beat) > job.TrueToLife.Lease {
			t.Errorf("after an hour: %+v", j)
		}
		stop()
		<-over
		if j := only(t, l); j.State != store.JobWaiting || j.Tries != 0 || j.Due.After(time.Now()) {
			t.Errorf("handed back: %+v", j)
		}
		next := queue(l, time.Now, daily, func(context.Context, store.Job, func(int64, int64, string)) (string, error) { return "done", nil })
		round(t, next, true)
		if j := only(t, l); j.State != store.JobDone || j.Tries != 1 {
			t.Errorf("taken up: %+v", j)
		}
	})
}

// TestGivenUpWhileItRuns: whoever does a job that somebody gives up is stopped, and
// it stays given up.
func TestGivenUpWhileItRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, stopped := memory.New(), false
		ctx, stop := context.WithCancel(t.Context())
		q := queue(l, time.Now, func(time.Time) string { return "once" }, func(ctx context.Context, _ store.Job, _ func(int64, int64, string)) (string, error) {
			<-ctx.Done()
			stopped = true
			return "", ctx.Err()
		})
		over := make(chan struct{})
		go func() { q.Run(ctx); close(over) }()
		time.Sleep(time.Minute)
		if _, err := l.TurnJob(ctx, throughline.DefaultWorkspace, only(t, l).ID, store.JobGivenUp, throughline.PersonID{}, time.Now()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(job.TrueToLife.Lease)
		if j := only(t, l); !stopped || j.State != store.JobGivenUp {
			t.Errorf("stopped: %t, %+v", stopped, j)
		}
		stop()
		<-over
	})
}
