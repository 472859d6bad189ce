package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/store"
)

// Kind is a kind of job: what somebody must be allowed who asks for one, and how
// often it is tried.
type Kind struct {
	Name    string
	Needs   member.Object // whoever asks may see it, or change it
	Changes bool
	Most    int           // tries
	First   time.Duration // until the second try; each later one waits twice as long
}

// The kinds, by their names in the ledger and in words.
const (
	Backup   = "backup"
	Check    = "check"
	Forecast = "forecast"
)

var kinds = []Kind{
	{Name: Backup, Needs: member.Ledger, Most: 5, First: time.Minute},
	{Name: Check, Needs: member.Ledger, Most: 2, First: time.Minute},
	{Name: Forecast, Needs: member.Forecast, Changes: true, Most: 5, First: time.Minute},
}

// Kinds lists the kinds.
func Kinds() []Kind { return slices.Clone(kinds) }

// KindOf finds a kind by its name.
func KindOf(name string) (Kind, bool) {
	i := slices.IndexFunc(kinds, func(k Kind) bool { return k.Name == name })
	if i < 0 {
		return Kind{}, false
	}
	return kinds[i], true
}

// longest bounds the wait between two tries.
const longest = 4 * time.Hour

// Back is how long to wait after so many tries.
func (k Kind) Back(tries int) time.Duration {
	wait := max(k.First, time.Millisecond)
	for range max(0, tries-1) {
		if wait *= 2; wait >= longest {
			return longest
		}
	}
	return wait
}

// Keeps is for how long jobs are kept after they have ended.
const Keeps = 90 * 24 * time.Hour

// New makes a job of the kind, to be asked for.
func (k Kind) New(id throughline.ID, at time.Time, by throughline.PersonID) store.Job {
	return store.Job{ID: id, Kind: k.Name, By: by, Asked: at, Most: k.Most}
}

// Work is how a kind of job is done.
type Work struct {
	Kind

	// Period names the period in which an instant lies, and "" before its first
	// moment that counts: one job of each period is asked for, by whichever process
	// looks first. Nil: it is done when somebody asks.
	Period func(now time.Time) string

	// Do does it. tell says how far it has come, in words of a closed list. It may
	// be done again from the beginning after it was cut off anywhere, and must
	// come to the same. What it gives is shown to whoever may see jobs.
	Do func(ctx context.Context, j store.Job, tell func(done, total int64, doing string)) (answer string, err error)
}

// Pace is how often a queue looks, and after how long nothing was heard of a try
// it counts as lost.
type Pace struct {
	Look  time.Duration
	Lease time.Duration
	First time.Duration // until a second try; 0: as the kind says
}

// TrueToLife is the pace of a server.
var TrueToLife = Pace{Look: 5 * time.Second, Lease: 45 * time.Second}

// Queue does jobs of a workspace, of those kinds that it has work for. Several
// processes may each have one on the same ledger.
type Queue struct {
	Jobs      store.Jobs
	Workspace throughline.Workspace
	Works     []Work
	Now       throughline.Clock
	NewID     func() throughline.ID
	Pace      Pace
	Hands     int // jobs at a time; 0: one
	Log       *slog.Logger

	mu     sync.Mutex
	wake   chan struct{}
	asked  map[string]string // of each kind the period for which there is a job
	failed bool              // the last look did: the log was told
}

// Run does jobs until ctx ends. What runs then is stopped, and handed back where
// it did not end.
func (q *Queue) Run(ctx context.Context) {
	var all sync.WaitGroup
	for range max(1, q.Hands) {
		all.Go(func() { q.hand(ctx) })
	}
	all.Wait()
}

// hand does one job after the other, and looks for the next from time to time.
func (q *Queue) hand(ctx context.Context) {
	tick := time.NewTicker(q.Pace.Look)
	defer tick.Stop()
	for {
		for ctx.Err() == nil {
			did, err := q.Round(ctx)
			q.tell(ctx, err)
			if err != nil || !did {
				break
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-q.waking():
		}
	}
}

// Wake has the queue look at once: somebody has asked for a job here.
func (q *Queue) Wake() {
	if q == nil {
		return
	}
	select {
	case q.waking() <- struct{}{}:
	default:
	}
}

func (q *Queue) waking() chan struct{} {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.wake == nil {
		q.wake = make(chan struct{}, 1)
	}
	return q.wake
}

// tell says the first of failures in a row to the log.
func (q *Queue) tell(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	q.mu.Lock()
	first := err != nil && !q.failed
	q.failed = err != nil
	q.mu.Unlock()
	if first {
		q.Log.ErrorContext(ctx, "jobs could not be looked at", "error", err)
	}
}

// Does reports whether the queue does jobs of a kind.
func (q *Queue) Does(kind string) bool { return q != nil && slices.Contains(q.names(), kind) }

// Round asks for what is due of its period, and does the job that is due for the
// longest; did is false where none was. Where there is nothing to do nothing is
// written.
func (q *Queue) Round(ctx context.Context) (did bool, err error) {
	now := q.Now()
	if err := q.ask(ctx, now); err != nil {
		return false, err
	}
	pending, err := q.Jobs.Jobs(ctx, q.Workspace, store.JobAsk{Pending: true})
	if err != nil {
		return false, err
	}
	stale := now.Add(-q.Pace.Lease)
	own := q.names()
	if !slices.ContainsFunc(pending, func(j store.Job) bool {
		return slices.Contains(own, j.Kind) && (j.State == store.JobWaiting && !j.Due.After(now) || j.State == store.JobRunning && j.Beat.Before(stale))
	}) {
		return false, nil
	}
	j, ok, err := q.Jobs.TakeJob(ctx, q.Workspace, store.Taking{Kinds: own, Holder: q.NewID(), At: now, Stale: stale, Back: q.back})
	if err != nil || !ok {
		return false, err
	}
	return true, q.do(ctx, j)
}

// back is how long a job of a kind waits after so many tries.
func (q *Queue) back(kind string, tries int) time.Duration {
	k := Kind{}
	if i := slices.IndexFunc(q.Works, func(w Work) bool { return w.Name == kind }); i >= 0 {
		k = q.Works[i].Kind
	}
	if q.Pace.First > 0 {
		k.First = q.Pace.First
	}
	return k.Back(tries)
}

func (q *Queue) names() (out []string) {
	for _, w := range q.Works {
		out = append(out, w.Name)
	}
	return out
}

// ask asks for the jobs of periods that have begun.
func (q *Queue) ask(ctx context.Context, now time.Time) error {
	for _, w := range q.Works {
		if w.Period == nil {
			continue
		}
		period := w.Period(now)
		q.mu.Lock()
		there := period == "" || q.asked[w.Name] == period
		q.mu.Unlock()
		if there {
			continue
		}
		all, err := q.Jobs.Jobs(ctx, q.Workspace, store.JobAsk{Kinds: []string{w.Name}})
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(all, func(j store.Job) bool { return j.Once == period }) {
			j := w.New(q.NewID(), now, throughline.PersonID{})
			j.Once = period
			if kept, _, err := q.Jobs.AskJob(ctx, q.Workspace, j, now.Add(-Keeps)); err != nil || kept.Once != period {
				return err // one that somebody asked for waits or runs: this one comes after it
			}
		}
		q.mu.Lock()
		if q.asked == nil {
			q.asked = map[string]string{}
		}
		q.asked[w.Name] = period
		q.mu.Unlock()
	}
	return nil
}

// do does a job whose try has begun, says meanwhile that it goes on, and ends it.
func (q *Queue) do(ctx context.Context, j store.Job) error {
	i := slices.IndexFunc(q.Works, func(w Work) bool { return w.Name == j.Kind })
	own, stop := context.WithCancel(ctx)
	defer stop()
	var at progress
	beats := make(chan error, 1)
	go func() { beats <- q.beat(own, stop, j, &at) }()
	answer, err := q.guarded(own, q.Works[i], j, at.show)
	stop()
	lost := <-beats
	if lost != nil {
		return nil // it is somebody else's now, or was given up
	}
	end := store.JobEnd{At: q.Now(), Answer: answer}
	switch kind := throughline.KindOf(err); {
	case err == nil:
	case ctx.Err() != nil:
		end.Handed = true
	default:
		end.Why, end.Said = string(kind), err.Error()
		if !final[kind] {
			end.Again = end.At.Add(q.back(j.Kind, j.Tries))
		}
		q.Log.ErrorContext(ctx, "a job failed", "job", j.Kind, "try", j.Tries, "error", err)
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWord)
	defer cancel()
	err = q.Jobs.EndJob(last, q.Workspace, j.ID, j.Holder, end)
	if throughline.KindOf(err) == throughline.Conflict {
		return nil
	}
	return err
}

// lastWord is how long saying how a job ended may take while the process ends.
const lastWord = 10 * time.Second

// final are the kinds of errors that another try would meet, too.
var final = map[throughline.Kind]bool{
	throughline.Denied: true, throughline.Invalid: true, throughline.Unsupported: true, throughline.NotFound: true, throughline.Corrupt: true,
}

// guarded does the work; what breaks is an error like any other.
func (q *Queue) guarded(ctx context.Context, w Work, j store.Job, tell func(int64, int64, string)) (answer string, err error) {
	defer func() {
		if broke := recover(); broke != nil {
			q.Log.ErrorContext(ctx, "a job broke", "job", j.Kind, "error", fmt.Errorf("panic: %v\n%s", broke, debug.Stack()))
			err = throughline.Fail("do job", throughline.Internal, j.Kind, errBroke)
		}
	}()
	return w.Do(ctx, j, tell)
}

var errBroke = errors.New("it broke; the server's log says more")

// beat says that a job goes on until it ends, and stops it where it is no longer
// this process's: its error says so. One that could not be said is said again;
// where none could for as long as a try may be silent, somebody else has it.
func (q *Queue) beat(ctx context.Context, stop func(), j store.Job, at *progress) error {
	tick := time.NewTicker(q.Pace.Lease / 4)
	defer tick.Stop()
	for last := q.Now(); ; {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		done, total, doing := at.now()
		now := q.Now()
		err := q.Jobs.BeatJob(ctx, q.Workspace, j.ID, j.Holder, now, done, total, doing)
		switch {
		case err == nil:
			last = now
		case ctx.Err() != nil:
			return nil
		case throughline.KindOf(err) == throughline.Conflict || throughline.KindOf(err) == throughline.NotFound || now.Sub(last) >= q.Pace.Lease:
			stop()
			return err
		}
	}
}

// progress is how far a job has come.
type progress struct {
	mu          sync.Mutex
	done, total int64
	doing       string
}

func (p *progress) show(done, total int64, doing string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done, p.total, p.doing = done, total, doing
}

func (p *progress) now() (done, total int64, doing string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.done, p.total, p.doing
}
