package caretaking

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/job"
	"github.com/throughline/throughline/internal/store"
)

// Jobs is what goes on behind the servers of a company.
type Jobs struct {
	Jobs  []JobRow  `json:"jobs"`           // what runs and waits, then what ended, the newest first
	Kinds []JobKind `json:"kinds"`          // each kind that whoever asks may see
	Next  string    `json:"next,omitempty"` // the cursor of the page after it; none where it is the last
}

// JobKind is a kind of job, and when it was last done.
type JobKind struct {
	Kind string    `json:"kind"`
	Last time.Time `json:"last_done,omitzero"`
	Here bool      `json:"here"` // whoever was asked does it; false from the command line, which does none
	May  bool      `json:"may"`  // whoever asks may ask for one
}

// JobRow is one job.
type JobRow struct {
	ID     throughline.ID       `json:"id"`
	Kind   string               `json:"kind"`
	State  string               `json:"state"` // waiting, running, done, failed, given_up
	Asked  time.Time            `json:"asked"`
	Period string               `json:"period,omitempty"` // for which it is: a day
	Person throughline.PersonID `json:"person,omitzero"`  // who asked; nobody: the program itself
	Name   string               `json:"name,omitempty"`
	Due    time.Time            `json:"due,omitzero"` // when it is tried next
	Tries  int                  `json:"tries"`
	Most   int                  `json:"most_tries"`
	Heard  time.Time            `json:"heard,omitzero"` // when whoever does it last said so
	Done   int64                `json:"done,omitempty"`
	Total  int64                `json:"total,omitempty"`
	Doing  string               `json:"doing,omitempty"`
	Ended  time.Time            `json:"ended,omitzero"`
	Why    string               `json:"why,omitempty"` // why the last try failed: the kind of the error, or lost
	Said   string               `json:"said,omitempty"`
	Answer map[string]string    `json:"answer,omitempty"` // what came of it
	May    bool                 `json:"may"`              // whoever asks may have it tried again, or give it up
}

// Pending reports whether the job waits or runs.
func (r JobRow) Pending() bool { return r.State == jobStates[store.JobWaiting] || r.Running() }

// Running reports whether it runs.
func (r JobRow) Running() bool { return r.State == jobStates[store.JobRunning] }

// Failed reports whether it failed as often as it may be tried.
func (r JobRow) Failed() bool { return r.State == jobStates[store.JobFailed] }

var jobStates = map[store.JobState]string{
	store.JobWaiting: "waiting", store.JobRunning: "running", store.JobDone: "done", store.JobFailed: "failed", store.JobGivenUp: "given_up",
}

// JobsInput says which jobs.
type JobsInput struct {
	Kind  string `name:"kind" placeholder:"KIND" query:"kind" json:"kind,omitempty" help:"Only of this kind: backup, check, forecast."`
	Limit int    `name:"limit" placeholder:"N" default:"50" query:"limit" json:"limit,omitempty" help:"At most so many, what runs and waits first."`
	desk.Onward
}

// mostJobs bounds what is given at once.
const mostJobs = 500

// ListJobs does the work of operation.ListJobs. Of a kind that whoever asks may not
// do they see that it runs or failed, and neither what it said nor what came of it.
func ListJobs(ctx context.Context, d *Desk, in JobsInput) (Jobs, error) {
	const op = "list jobs"
	if in.Limit < 1 || in.Limit > mostJobs {
		return Jobs{}, throughline.Fail(op, throughline.Invalid, "", desk.ErrLimit)
	}
	if _, known := job.KindOf(in.Kind); in.Kind != "" && !known {
		return Jobs{}, throughline.Fail(op, throughline.Invalid, in.Kind, errKind)
	}
	walk, err := in.Walk(op, d.Now(), in.Kind)
	if err != nil {
		return Jobs{}, err
	}
	all, err := d.Ledger.Jobs(ctx, d.Workspace, store.JobAsk{})
	if err != nil {
		return Jobs{}, err
	}
	out := Jobs{Jobs: []JobRow{}, Kinds: []JobKind{}}
	for _, k := range job.Kinds() {
		if in.Kind != "" && k.Name != in.Kind {
			continue
		}
		row := JobKind{Kind: k.Name, Here: d.Queue.Does(k.Name), May: d.mayAsk(k)}
		for _, j := range all {
			if j.Kind == k.Name && j.State == store.JobDone && j.Ended.After(row.Last) {
				row.Last = j.Ended
			}
		}
		row.Last = shownIn(row.Last, d.Days())
		out.Kinds = append(out.Kinds, row)
	}
	if in.Kind != "" {
		all = slices.DeleteFunc(all, func(j store.Job) bool { return j.Kind != in.Kind })
	}
	slices.SortStableFunc(all, func(a, b store.Job) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), b.Ended.Compare(a.Ended))
	})
	if !walk.Begins() {
		all = slices.DeleteFunc(all, func(j store.Job) bool { return j.Asked.After(walk.At) })
	}
	all, out.Next = desk.Cut(walk, in.Limit, all, func(j store.Job) []desk.Key { return standing(j, walk.At) })
	var people []throughline.PersonID
	for _, j := range all {
		if j.By != (throughline.PersonID{}) {
			people = append(people, j.By)
		}
	}
	names, err := d.Ledger.People(ctx, d.Workspace, people)
	if err != nil {
		return Jobs{}, err
	}
	for _, j := range all {
		row := d.jobRow(j)
		row.Name = names[j.By].Name
		out.Jobs = append(out.Jobs, row)
	}
	return out, nil
}

// standing is where a job stood at an instant, so that one that ends while somebody
// goes through the list is not on two of its pages: what had not ended, the oldest first, then what ended last.
func standing(j store.Job, at time.Time) []desk.Key {
	if j.Ended.IsZero() || j.Ended.After(at) {
		return []desk.Key{desk.Num(0), desk.Num(j.Asked.UnixMicro()), desk.Word(j.ID.String())}
	}
	return []desk.Key{desk.Num(1), desk.Newest(j.Ended.UnixMicro()), desk.Word(j.ID.String())}
}

// rank is where a job stands in a list: what runs, what waits, what has ended.
func rank(j store.Job) int {
	switch j.State {
	case store.JobRunning:
		return 0
	case store.JobWaiting:
		return 1
	}
	return 2
}

// shownIn is an instant as it is shown; none stays none.
func shownIn(t time.Time, zone *time.Location) time.Time {
	if t.IsZero() {
		return t
	}
	return t.In(zone)
}

func (d *Desk) jobRow(j store.Job) JobRow {
	zone := d.Days()
	k, _ := job.KindOf(j.Kind)
	row := JobRow{ID: j.ID, Kind: j.Kind, State: jobStates[j.State], Asked: shownIn(j.Asked, zone), Period: j.Once, Person: j.By, Tries: j.Tries, Most: j.Most,
		Ended: shownIn(j.Ended, zone), Why: j.Why, May: d.mayAsk(k)}
	switch j.State {
	case store.JobWaiting:
		row.Due = shownIn(j.Due, zone)
	case store.JobRunning:
		row.Heard, row.Done, row.Total, row.Doing = shownIn(j.Beat, zone), j.Done, j.Total, j.Doing
	}
	if row.May {
		row.Said = j.Said
		_ = json.Unmarshal([]byte(j.Answer), &row.Answer) // what is none is not shown
	}
	return row
}

// mayAsk reports whether whoever is at the desk may ask for a job of a kind.
func (d *Desk) mayAsk(k job.Kind) bool {
	return d.May != nil && k.Name != "" && d.May(k.Needs, k.Changes)
}

// JobInput says what to do with which job.
type JobInput struct {
	Job    string `arg:"" name:"job" json:"job" help:"A kind, to ask for one now: backup, check, forecast; or the id of a job."`
	Again  bool   `name:"again" json:"again,omitempty" help:"Have the job tried again from the beginning."`
	GiveUp bool   `name:"give-up" json:"give_up,omitempty" help:"Give it up: stop it where it runs, and do not try it again."`
}

// Why a job is not asked for or changed.
var (
	errKind    = throughline.Refuse("job_kind", "a kind of job is backup, check or forecast")
	errJobDo   = throughline.Refuse("job_do", "a kind is asked for; a job that is there is tried again (--again) or given up (--give-up)")
	errNoJob   = throughline.Refuse("job_none", "there is no job of this id")
	errPending = throughline.Refuse("job_pending", "one of that kind waits or runs already")
	errOver    = throughline.Refuse("job_over", "the job has ended, or waits or runs already")
	errNowhere = throughline.Refuse("job_nowhere", "this server does no jobs of that kind; backups need serve --backup-to")
)

// ManageJob does the work of operation.ManageJob.
func ManageJob(ctx context.Context, d *Desk, in JobInput) (JobRow, error) {
	const op = "ask for job"
	word := strings.TrimSpace(in.Job)
	if k, known := job.KindOf(word); known {
		switch {
		case in.Again || in.GiveUp:
			return JobRow{}, throughline.Fail(op, throughline.Invalid, word, errJobDo)
		case !d.mayAsk(k):
			return JobRow{}, throughline.Fail(op, throughline.Denied, word, nil)
		case d.Queue != nil && !d.Queue.Does(word):
			return JobRow{}, throughline.Fail(op, throughline.Conflict, word, errNowhere)
		}
		j, added, err := d.Ledger.AskJob(ctx, d.Workspace, k.New(d.NewID(), d.Now(), d.Asker), d.Now().Add(-job.Keeps))
		if err == nil && !added {
			err = throughline.Fail(op, throughline.Conflict, word, errPending)
		}
		if err != nil {
			return JobRow{}, err
		}
		d.Queue.Wake()
		return d.jobRow(j), nil
	}
	id, err := throughline.ParseID(word)
	if err != nil {
		return JobRow{}, throughline.Fail(op, throughline.Invalid, word, errKind)
	}
	return d.turn(ctx, id, in)
}

// turn has a job tried again, or gives it up.
func (d *Desk) turn(ctx context.Context, id throughline.ID, in JobInput) (JobRow, error) {
	const op = "change job"
	if in.Again == in.GiveUp {
		return JobRow{}, throughline.Fail(op, throughline.Invalid, in.Job, errJobDo)
	}
	all, err := d.Ledger.Jobs(ctx, d.Workspace, store.JobAsk{})
	if err != nil {
		return JobRow{}, err
	}
	i := slices.IndexFunc(all, func(j store.Job) bool { return j.ID == id })
	if i < 0 {
		return JobRow{}, throughline.Fail(op, throughline.NotFound, in.Job, errNoJob)
	}
	if k, known := job.KindOf(all[i].Kind); !known || !d.mayAsk(k) {
		return JobRow{}, throughline.Fail(op, throughline.Denied, in.Job, nil)
	}
	to := store.JobWaiting
	if in.GiveUp {
		to = store.JobGivenUp
	}
	j, err := d.Ledger.TurnJob(ctx, d.Workspace, id, to, d.Asker, d.Now())
	switch {
	case throughline.KindOf(err) == throughline.Conflict:
		return JobRow{}, throughline.Fail(op, throughline.Conflict, in.Job, errOver)
	case err != nil:
		return JobRow{}, err
	}
	d.Queue.Wake()
	return d.jobRow(j), nil
}
