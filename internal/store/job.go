package store

import (
	"context"
	"time"

	"github.com/throughline/throughline"
)

// Job is a piece of work behind the servers: asked for once, done by one process
// at a time, tried again after it failed or its process was gone.
type Job struct {
	ID    throughline.ID
	Kind  string               // of a closed list of whoever does them
	Topic string               // of what: one of a kind and a topic waits or runs at a time; no words that somebody wrote
	Once  string               // where it is not empty: there is one of a kind and of this, ever
	By    throughline.PersonID // who asked; zero: nobody who has signed in, or the program itself
	Input []byte               // what it is told: ids and settings
	Asked time.Time
	Most  int // how often it is tried

	State  JobState
	Due    time.Time      // not before; while it waits
	Tries  int            // begun so far
	Holder throughline.ID // of the last try
	Beat   time.Time      // when that last said that it goes on
	Ended  time.Time

	Done, Total int64  // how far it has come; a total of 0 is not known
	Doing       string // a word of a closed list
	Why         string // of the last try that failed: a kind of error, or JobLost
	Said        string // and what it said
	Answer      string // what came of it
}

// JobState says how far a job has come.
type JobState int64

// The states. What a person gave up is not tried again unless they ask for it.
const (
	JobWaiting JobState = 1
	JobRunning JobState = 2
	JobDone    JobState = 3
	JobFailed  JobState = 4
	JobGivenUp JobState = 5
)

// JobLost says why a try ended of which nobody has heard any more.
const JobLost = "lost"

// Taking asks for a job to be done.
type Taking struct {
	Kinds  []string       // of these
	Holder throughline.ID // under which the try goes
	At     time.Time
	Stale  time.Time                                  // who last said before that that they go on is gone
	Back   func(kind string, tries int) time.Duration // how long to wait after so many tries
}

// JobEnd says how a try ended.
type JobEnd struct {
	At     time.Time
	Answer string    // done, where Why is empty and it was not handed back
	Why    string    // failed: a kind of error
	Said   string    // and what it said
	Again  time.Time // it may be tried again then; zero: no more
	Handed bool      // it was stopped and counts as not tried: the process ends
}

// JobAsk says which jobs.
type JobAsk struct {
	Kinds   []string // of these; nil: of all
	Pending bool     // that wait or run
}

// Jobs keeps jobs. A Ledger is one. They are no facts: no write has a number for
// them, and those that ended long ago are dropped, but for the last of each kind
// that was done.
type Jobs interface {
	// AskJob adds a job that waits, and drops what ended before oldest. Where one of
	// its kind and topic waits or runs, or one of its kind and Once is there, that one
	// is given and nothing is added.
	AskJob(ctx context.Context, ws throughline.Workspace, j Job, oldest time.Time) (kept Job, added bool, err error)

	// TakeJob begins a try of the job that is due for the longest; ok is false where
	// none is. Tries whose holder is gone are ended first.
	TakeJob(ctx context.Context, ws throughline.Workspace, t Taking) (j Job, ok bool, err error)

	// BeatJob says that a try goes on, and how far it has come. It is a conflict
	// where it is no longer its holder's: then whoever does it has to stop.
	BeatJob(ctx context.Context, ws throughline.Workspace, id, holder throughline.ID, at time.Time, done, total int64, doing string) error

	// EndJob ends a try; a conflict where it is no longer its holder's.
	EndJob(ctx context.Context, ws throughline.Workspace, id, holder throughline.ID, e JobEnd) error

	// TurnJob has a person say what becomes of a job: JobWaiting has one that has
	// ended be tried from the beginning, JobGivenUp ends one that has not, or that
	// failed. Where it is not as that needs, it is a conflict. Who has it
	// tried again is who asked for it from then on.
	TurnJob(ctx context.Context, ws throughline.Workspace, id throughline.ID, to JobState, by throughline.PersonID, at time.Time) (Job, error)

	// Jobs gives jobs: the newest first.
	Jobs(ctx context.Context, ws throughline.Workspace, ask JobAsk) ([]Job, error)
}

// Pending reports whether the job waits or runs.
func (j Job) Pending() bool { return j.State == JobWaiting || j.State == JobRunning }
