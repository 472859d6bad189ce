package assembly

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/caretaking"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/envelope"
	"github.com/throughline/throughline/internal/forecasting"
	"github.com/throughline/throughline/internal/job"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/surface/cli"
	"github.com/throughline/throughline/internal/team"
)

// jobHands is how many jobs a process does at a time.
const jobHands = 2

// backups is where and when copies of the database are made; nil: never.
type backups struct {
	folder string
	minute int // of the day
	keep   int
	to     []string
	ledger store.Ledger // as it was opened: it knows where its file lies
}

// readBackups reads what a server was told about copies.
func readBackups(s cli.JobFlags) (*backups, error) {
	const op = "make backups in"
	if s.BackupTo == "" {
		return nil, nil
	}
	switch info, err := os.Stat(s.BackupTo); {
	case err != nil:
		return nil, throughline.Fail(op, throughline.Invalid, s.BackupTo, errors.New("there is no such folder"))
	case !info.IsDir():
		return nil, throughline.Fail(op, throughline.Invalid, s.BackupTo, errors.New("it is no folder"))
	}
	at, err := time.Parse("15:04", s.BackupAt)
	if err != nil {
		return nil, throughline.Fail(op, throughline.Invalid, s.BackupTo, errors.New("--backup-at is a time of day such as 02:30"))
	}
	if s.BackupKeep < 0 {
		return nil, throughline.Fail(op, throughline.Invalid, s.BackupTo, errors.New("--backup-keep is how many copies stay, 0 for all"))
	}
	if len(s.BackupFor) > 0 {
		if _, err := envelope.Recipients(s.BackupFor); err != nil {
			return nil, err
		}
	}
	return &backups{folder: s.BackupTo, minute: at.Hour()*60 + at.Minute(), keep: s.BackupKeep, to: s.BackupFor}, nil
}

// Queue gives the queue of a server that was told so much.
func (h House) Queue(d *operation.Desk, s cli.JobFlags, keeps bool, log *slog.Logger) (*job.Queue, error) {
	b, err := readBackups(s)
	if err != nil {
		return nil, err
	}
	if b != nil {
		b.ledger = d.Ledger
	}
	return h.queue(d, b, keeps, log), nil
}

// queue makes the queue of a server's jobs. keeps says whether the day's forecast
// is kept here.
func (h House) queue(d *operation.Desk, b *backups, keeps bool, log *slog.Logger) *job.Queue {
	q := &job.Queue{Jobs: d.Ledger, Workspace: d.Workspace, Now: d.Now, NewID: d.NewID, Pace: h.Pace, Hands: jobHands, Log: log}
	if q.Pace == (job.Pace{}) {
		q.Pace = job.TrueToLife
	}
	add := func(kind string, period func(time.Time) string, do func(context.Context, *operation.Desk, store.Job) (map[string]string, error)) {
		k, _ := job.KindOf(kind)
		q.Works = append(q.Works, job.Work{Kind: k, Period: period, Do: func(ctx context.Context, j store.Job, tell func(int64, int64, string)) (string, error) {
			own, err := whoAsked(ctx, d, k, j)
			if err != nil {
				return "", err
			}
			own.Progress = func(p desk.Progress) { tell(p.Done, p.Total, strings.ReplaceAll(p.Doing, " ", "_")) }
			out, err := do(ctx, own, j)
			if err != nil {
				return "", err
			}
			said, err := json.Marshal(out)
			return string(said), err
		}})
	}
	if b != nil {
		add(job.Backup, func(now time.Time) string { return b.period(now.In(d.Days())) }, b.make)
	}
	add(job.Check, nil, checked)
	if keeps {
		add(job.Forecast, func(now time.Time) string { return throughline.DayOf(now, d.Days()).String() }, keptForecast)
	}
	if h.Works != nil {
		q.Works = append(q.Works, h.Works(d)...)
	}
	return q
}

var (
	errAskerGone = throughline.Refuse("job_asker", "who asked for it may not do it any more")
	errDamaged   = throughline.Refuse("job_damaged", "the database is not whole; throughline admin check says what is wrong")
)

// whoAsked gives the desk at which a job is done: with the rights that whoever
// asked for it has now, or of the program itself.
func whoAsked(ctx context.Context, d *operation.Desk, k job.Kind, j store.Job) (*operation.Desk, error) {
	own := *d
	own.Confirm, own.Show, own.Wrote, own.If = nil, nil, nil, nil
	if d.Pulse != nil {
		own.Wrote = d.Pulse.Wrote
	}
	own.Acting, own.Holds, own.Author = deal.Actor{Via: deal.ViaJob}, operation.MayAdmin, throughline.PersonID{}
	d.Shelf.Lay(&own.Bench)
	if j.By == (throughline.PersonID{}) {
		return &own, nil
	}
	all, err := team.Users(ctx, &own.Desk)
	if err != nil {
		return nil, err
	}
	own.Team, own.Acting = true, deal.Actor{Person: j.By, Side: deal.Us, Via: deal.ViaJob}
	for _, u := range all {
		if u.ID == j.By && u.Here() {
			own.Role, own.Author, own.Guest = u.Role, u.ID, &team.Guest{User: u, Role: u.Role}
		}
	}
	if !own.May(k.Needs, k.Changes) {
		return nil, throughline.Fail("do job", throughline.Denied, k.Name, errAskerGone)
	}
	return &own, nil
}

// checked looks whether the database is whole.
func checked(ctx context.Context, d *operation.Desk, _ store.Job) (map[string]string, error) {
	d.Report(desk.Progress{Doing: "checking"})
	out, err := operation.CheckLedger.Run(ctx, d, &caretaking.CheckInput{})
	if err != nil {
		return nil, err
	}
	c := out.(caretaking.LedgerCheck)
	if !c.Whole {
		return nil, throughline.Fail("check", throughline.Corrupt, "", errDamaged)
	}
	return map[string]string{"deals": strconv.Itoa(c.Deals), "facts": strconv.Itoa(c.Facts), "audit_head": c.Head}, nil
}

// keptForecast keeps the day's forecast.
func keptForecast(ctx context.Context, d *operation.Desk, _ store.Job) (map[string]string, error) {
	day, err := forecasting.KeepToday(ctx, d.Forecaster())
	if err != nil || day.IsZero() {
		return nil, err
	}
	return map[string]string{"day": day.String()}, nil
}

// period names the day whose copy is due: today from its hour on.
func (b *backups) period(now time.Time) string {
	if now.Hour()*60+now.Minute() < b.minute {
		return ""
	}
	return now.Format(time.DateOnly)
}

// name is how the copy of a job is called: the same for each try.
func (b *backups) name(j store.Job, zone *time.Location) string {
	id := j.ID.String()
	name := "throughline-" + j.Asked.In(zone).Format("2006-01-02-1504") + "-" + id[len(id)-6:] + ".db"
	if len(b.to) > 0 {
		name += ".age"
	}
	return name
}

// ours are the names that name gives.
var ours = regexp.MustCompile(`^throughline-\d{4}-\d\d-\d\d-\d{4}-[0-9a-f]{6}\.db(\.age)?$`)

// make makes the copy of a job. It appears under its name when it is whole: so one
// that is there was made by an earlier try.
func (b *backups) make(ctx context.Context, d *operation.Desk, j store.Job) (map[string]string, error) {
	name := b.name(j, d.Days())
	path := filepath.Join(b.folder, name)
	out := map[string]string{"file": name}
	d.Report(desk.Progress{Doing: "copying"})
	switch _, err := os.Lstat(path); {
	case err == nil:
		return out, b.rotate(name)
	case !errors.Is(err, fs.ErrNotExist):
		return nil, throughline.Fail("back up to", throughline.Unavailable, path, err)
	}
	if d.Ledger = b.ledger; d.Dump != nil {
		d.Ledger = dumped{d.Ledger, d.Dump, d.Progress}
	}
	made, err := operation.BackupLedger.Run(ctx, d, &caretaking.BackupInput{Path: path, To: b.to})
	if err != nil {
		return nil, err
	}
	if head := made.(caretaking.Backup).Head; head != "0" {
		out["audit_head"] = head
	}
	return out, b.rotate(name)
}

// dumped is a ledger whose copy is written by what dumps it.
type dumped struct {
	store.Ledger
	dump operation.Dumping
	tell func(desk.Progress)
}

// Backup writes the copy: it appears under its name when it is whole.
func (l dumped) Backup(ctx context.Context, path string) error { return l.dump(ctx, path, l.tell) }

// rotate removes the oldest copies that jobs made where there are more than are
// kept; never the one that was just made, nor anything else in the folder.
func (b *backups) rotate(made string) error {
	if b.keep == 0 {
		return nil
	}
	entries, err := os.ReadDir(b.folder)
	if err != nil {
		return throughline.Fail("look at backups in", throughline.Unavailable, b.folder, err)
	}
	var names []string
	for _, e := range entries {
		if e.Type().IsRegular() && ours.MatchString(e.Name()) && e.Name() != made {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names) // by day and minute
	for _, old := range names[:max(0, len(names)+1-b.keep)] {
		if err := os.Remove(filepath.Join(b.folder, old)); err != nil {
			return throughline.Fail("remove old backup", throughline.Unavailable, old, err)
		}
	}
	return nil
}

// countJobs looks how many jobs of a state there are, for the numbers.
func countJobs(d *operation.Desk, state store.JobState) func() float64 {
	return func() float64 {
		ctx, cancel := context.WithTimeout(context.Background(), readyWithin)
		defer cancel()
		all, err := d.Ledger.Jobs(ctx, d.Workspace, store.JobAsk{Pending: state == store.JobWaiting || state == store.JobRunning})
		if err != nil {
			return 0
		}
		n := 0
		for _, j := range all {
			if j.State == state {
				n++
			}
		}
		return float64(n)
	}
}
