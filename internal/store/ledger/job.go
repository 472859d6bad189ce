package ledger

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// How many jobs that have ended are kept, and how long a text of theirs may be.
const (
	mostEnded = 500
	mostSaid  = 500
)

// AskJob adds a job; see store.Jobs.
func (l *Ledger) AskJob(ctx context.Context, ws throughline.Workspace, j store.Job, oldest time.Time) (kept store.Job, added bool, err error) {
	const op = "ask for job in"
	if j.ID.IsZero() || j.Kind == "" || j.Asked.IsZero() || j.Most < 1 {
		return kept, false, l.base.Fail(op, "", Refuse(throughline.Invalid, "a job has an id, a kind, an instant and a number of tries"))
	}
	err = l.write(ctx, ws, func(w *writing) error {
		kept, added = store.Job{}, false
		all, err := jobsOf(ctx, w, ws, Ask{})
		if err != nil {
			return err
		}
		for _, k := range all {
			if k.Kind == j.Kind && (k.Pending() && k.Topic == j.Topic || j.Once != "" && k.Once == j.Once) {
				kept = k
				return nil
			}
		}
		if err := w.dropJobs(ctx, all, oldest); err != nil {
			return err
		}
		own := store.Job{ID: j.ID, Kind: j.Kind, Topic: j.Topic, Once: j.Once, By: j.By, Input: j.Input, Asked: j.Asked.UTC().Truncate(time.Microsecond), Most: j.Most,
			State: store.JobWaiting, Due: j.Due}
		if own.Due.Before(own.Asked) {
			own.Due = own.Asked
		}
		kept, added = own, true
		return w.mustAdd(ctx, JobRows, jobRow(own)...)
	})
	return kept, added, l.base.Fail(op, "", err)
}

// dropJobs drops what ended before an instant, and the oldest where there are
// too many; the last of each kind that was done stays.
func (w *writing) dropJobs(ctx context.Context, all []store.Job, oldest time.Time) error {
	last := map[string]bool{}
	ended := 0
	for _, j := range all { // the newest first
		if j.Pending() {
			continue
		}
		ended++
		if j.State == store.JobDone && !last[j.Kind] {
			last[j.Kind] = true
			continue
		}
		if !j.Ended.Before(oldest) && ended <= mostEnded {
			continue
		}
		w.tally.Rows[JobRows.counter]--
		if err := w.Drop(ctx, JobRows, in(w.ws, j.ID[:])...); err != nil {
			return err
		}
	}
	return nil
}

// TakeJob begins a try; see store.Jobs.
func (l *Ledger) TakeJob(ctx context.Context, ws throughline.Workspace, t store.Taking) (j store.Job, ok bool, err error) {
	const op = "take job in"
	if t.Holder.IsZero() || t.At.IsZero() || t.Back == nil {
		return j, false, l.base.Fail(op, "", Refuse(throughline.Invalid, "whoever takes a job has an id, an instant, and waits between tries"))
	}
	at := t.At.UTC().Truncate(time.Microsecond)
	err = l.write(ctx, ws, func(w *writing) error {
		j, ok = store.Job{}, false
		all, err := jobsOf(ctx, w, ws, pendingJobs(Ask{}))
		if err != nil {
			return err
		}
		all = slices.DeleteFunc(all, func(k store.Job) bool { return !slices.Contains(t.Kinds, k.Kind) })
		for i := range all {
			k := &all[i]
			if k.State != store.JobRunning || !k.Beat.Before(t.Stale) {
				continue
			}
			k.Why, k.Said = store.JobLost, ""
			again := k.Beat.Add(t.Back(k.Kind, k.Tries))
			over(k, at, again)
			if err := w.put(ctx, JobRows, jobRow(*k)...); err != nil {
				return err
			}
		}
		slices.SortFunc(all, func(a, b store.Job) int { return cmp.Or(a.Due.Compare(b.Due), bytes.Compare(a.ID[:], b.ID[:])) })
		for _, k := range all {
			if k.State != store.JobWaiting || k.Due.After(at) {
				continue
			}
			k.State, k.Holder, k.Beat = store.JobRunning, t.Holder, at
			k.Tries++
			k.Done, k.Total, k.Doing = 0, 0, ""
			j, ok = k, true
			return w.put(ctx, JobRows, jobRow(k)...)
		}
		return nil
	})
	return j, ok, l.base.Fail(op, "", err)
}

// over has a try that failed be followed by another one, or by none.
func over(k *store.Job, at, again time.Time) {
	if k.State = store.JobWaiting; again.IsZero() || k.Tries >= k.Most {
		k.State, k.Ended = store.JobFailed, at
		return
	}
	k.Due = again.UTC().Truncate(time.Microsecond)
}

// BeatJob says that a try goes on; see store.Jobs.
func (l *Ledger) BeatJob(
	ctx context.Context, ws throughline.Workspace, id, holder throughline.ID, at time.Time, done, total int64, doing string,
) error {
	return l.held(ctx, ws, "go on with job in", id, holder, func(j *store.Job) {
		j.Beat, j.Done, j.Total, j.Doing = at, done, total, cut(doing)
	})
}

// EndJob ends a try; see store.Jobs.
func (l *Ledger) EndJob(ctx context.Context, ws throughline.Workspace, id, holder throughline.ID, e store.JobEnd) error {
	return l.held(ctx, ws, "end job in", id, holder, func(j *store.Job) {
		switch {
		case e.Handed:
			j.State, j.Due = store.JobWaiting, e.At
			j.Tries--
		case e.Why == "":
			j.State, j.Ended, j.Why, j.Said, j.Answer = store.JobDone, e.At, "", "", cut(e.Answer)
		default:
			j.Why, j.Said = e.Why, cut(e.Said)
			over(j, e.At, e.Again)
		}
	})
}

// held changes a job whose try is a holder's.
func (l *Ledger) held(ctx context.Context, ws throughline.Workspace, op string, id, holder throughline.ID, change func(*store.Job)) error {
	err := l.write(ctx, ws, func(w *writing) error {
		j, err := w.job(ctx, id)
		switch {
		case err != nil:
			return err
		case j.State != store.JobRunning || j.Holder != holder:
			return Refuse(throughline.Conflict, "the job is not this process's any more")
		}
		change(&j)
		return w.put(ctx, JobRows, jobRow(j)...)
	})
	return l.base.Fail(op, "", err)
}

// TurnJob has a person say what becomes of a job; see store.Jobs.
func (l *Ledger) TurnJob(
	ctx context.Context, ws throughline.Workspace, id throughline.ID, to store.JobState, by throughline.PersonID, at time.Time,
) (j store.Job, err error) {
	const op = "change job in"
	err = l.write(ctx, ws, func(w *writing) error {
		if j, err = w.job(ctx, id); err != nil {
			return err
		}
		switch {
		case to == store.JobWaiting && !j.Pending():
			all, err := jobsOf(ctx, w, ws, pendingJobs(Ask{}))
			if err != nil {
				return err
			}
			if slices.ContainsFunc(all, func(k store.Job) bool { return k.Kind == j.Kind && k.Topic == j.Topic }) {
				return Refuse(throughline.Conflict, "another one of that kind waits or runs")
			}
			j.Tries, j.By, j.Due, j.Ended, j.Answer = 0, by, at, time.Time{}, ""
			j.Done, j.Total, j.Doing = 0, 0, ""
		case to == store.JobGivenUp && (j.Pending() || j.State == store.JobFailed):
			j.Ended = at
		default:
			return Refuse(throughline.Conflict, "the job is not as that needs")
		}
		j.State = to
		return w.put(ctx, JobRows, jobRow(j)...)
	})
	return j, l.base.Fail(op, "", err)
}

// Jobs gives jobs; see store.Jobs.
func (l *Ledger) Jobs(ctx context.Context, ws throughline.Workspace, ask store.JobAsk) ([]store.Job, error) {
	if l.Unjobbed {
		return []store.Job{}, nil
	}
	rows := Ask{}
	if ask.Pending {
		rows = pendingJobs(rows)
	}
	out, err := jobsOf(ctx, l.now(), ws, rows)
	if ask.Kinds != nil {
		out = slices.DeleteFunc(out, func(j store.Job) bool { return !slices.Contains(ask.Kinds, j.Kind) })
	}
	return out, l.base.Fail("read jobs in", "", err)
}

func pendingJobs(a Ask) Ask {
	a.Where = append(a.Where, Cond{Column: "state", Op: AtMost, Value: int64(store.JobRunning)})
	return a
}

func (w *writing) job(ctx context.Context, id throughline.ID) (j store.Job, err error) {
	err = w.Read(ctx, JobRows, Ask{Prefix: in(w.ws, id[:])}, func(row Row) error {
		j = jobIn(row)
		return nil
	})
	if err == nil && j.ID.IsZero() {
		err = Refuse(throughline.NotFound, "there is no such job")
	}
	return j, err
}

// jobsOf reads jobs, the newest first.
func jobsOf(ctx context.Context, r Reader, ws throughline.Workspace, a Ask) ([]store.Job, error) {
	out := []store.Job{}
	a.Prefix = in(ws)
	err := r.Read(ctx, JobRows, a, func(row Row) error {
		out = append(out, jobIn(row))
		return nil
	})
	slices.SortFunc(out, func(a, b store.Job) int { return cmp.Or(b.Asked.Compare(a.Asked), bytes.Compare(b.ID[:], a.ID[:])) })
	return out, err
}

func jobRow(j store.Job) []any {
	return []any{bytes.Clone(j.ID[:]), j.Kind, j.Topic, j.Once, bytes.Clone(j.By[:]), append([]byte{}, j.Input...), j.Asked.UnixMicro(), int64(j.Most),
		int64(j.State), micro(j.Due), int64(j.Tries), bytes.Clone(j.Holder[:]), micro(j.Beat), micro(j.Ended), j.Done, j.Total, j.Doing, j.Why, j.Said, j.Answer}
}

func jobIn(row Row) store.Job {
	return store.Job{ID: id[throughline.ID](row, 1), Kind: row.Text(2), Topic: row.Text(3), Once: row.Text(4), By: id[throughline.PersonID](row, 5),
		Input: bytes.Clone(row.Bytes(6)), Asked: instantIn(row.Int(7)), Most: int(row.Int(8)), State: store.JobState(row.Int(9)), Due: instantIn(row.Int(10)),
		Tries: int(row.Int(11)), Holder: id[throughline.ID](row, 12), Beat: instantIn(row.Int(13)), Ended: instantIn(row.Int(14)), Done: row.Int(15),
		Total: row.Int(16), Doing: row.Text(17), Why: row.Text(18), Said: row.Text(19), Answer: row.Text(20)}
}

// micro and instantIn keep an instant that may be none, as 0.
func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func instantIn(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}

// cut bounds a text, at the end of a letter, and leaves out what no text has.
func cut(s string) string {
	b := bytes.ReplaceAll(bytes.ToValidUTF8([]byte(s), nil), []byte{0}, nil)
	if len(b) <= mostSaid {
		return string(b)
	}
	n := mostSaid
	for n > 0 && !utf8.RuneStart(b[n]) {
		n--
	}
	return string(b[:n])
}

// unsay empties what jobs said: whoever is erased may be in it.
func (w *writing) unsay(ctx context.Context) error {
	all, err := jobsOf(ctx, w, w.ws, Ask{})
	for _, j := range all {
		if err != nil {
			break
		}
		if j.Said, j.Answer = "", ""; !j.Pending() {
			j.Input = nil
		}
		err = w.put(ctx, JobRows, jobRow(j)...)
	}
	return err
}
