package assembly_test

import (
	"log/slog"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/assembly"
	"github.com/throughline/throughline/internal/caretaking"
	"github.com/throughline/throughline/internal/job"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/postgres/pgtest"
	"github.com/throughline/throughline/internal/surface/cli"
	"github.com/throughline/throughline/internal/team"
)

// site is a database with a server's queue, whose clock a test moves.
type site struct {
	t     *testing.T
	desk  *operation.Desk
	house assembly.House
	at    atomic.Int64
	jobs  cli.JobFlags
	queue *job.Queue
}

func newSite(t *testing.T, db string, jobs cli.JobFlags) *site {
	t.Helper()
	s := &site{t: t, jobs: jobs}
	begun := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	s.house = assembly.House{Now: func() time.Time { return begun.Add(time.Duration(s.at.Load())) }, Random: rand.New(rand.NewPCG(1, 1))}
	desk, done, err := s.house.Open(cli.Where{DB: db, Lang: "en", Timezone: "UTC"}, true, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = done() })
	s.desk = desk
	if s.queue, err = s.house.Queue(desk, jobs, true, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	return s
}

// pass lets time go by, and the queue do what there is to do then.
func (s *site) pass(by time.Duration) {
	s.t.Helper()
	s.at.Add(int64(by))
	for range 10 {
		did, err := s.queue.Round(s.t.Context())
		if err != nil {
			s.t.Fatal(err)
		}
		if !did {
			return
		}
	}
}

func (s *site) of(kind string) []store.Job {
	s.t.Helper()
	all, err := s.desk.Ledger.Jobs(s.t.Context(), s.desk.Workspace, store.JobAsk{Kinds: []string{kind}})
	if err != nil {
		s.t.Fatal(err)
	}
	return all
}

func copies(t *testing.T, folder string) (out []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

// TestCopiesEveryDay: from its hour on a copy a day, of either database, under a
// name of its own when it is whole; as many stay as were named, and nothing else
// in the folder is touched; one that an earlier try left is not made again; what
// a killed process left is swept. A copy is a database.
func TestCopiesEveryDay(t *testing.T) {
	for name, db := range map[string]func() string{
		"SQLite":     func() string { return filepath.Join(t.TempDir(), "x.db") },
		"PostgreSQL": func() string { return pgtest.Shared(t).Database(t) },
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			s := newSite(t, db(), cli.JobFlags{BackupTo: folder, BackupAt: "02:30", BackupKeep: 2})
			if err := os.WriteFile(filepath.Join(folder, "throughline-other.db"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			left := filepath.Join(folder, ".throughline-backup-123")
			if err := os.MkdirAll(left, 0o700); err != nil {
				t.Fatal(err)
			}
			long := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
			if err := os.Chtimes(left, long, long); err != nil {
				t.Fatal(err)
			}
			s.pass(89 * time.Minute)
			if len(s.of(job.Backup)) != 0 {
				t.Errorf("before its hour: %+v", s.of(job.Backup))
			}
			s.pass(time.Minute)
			s.pass(time.Hour)
			got := copies(t, folder)
			if len(got) != 2 || !strings.HasPrefix(got[0], "throughline-2026-03-02-0230-") {
				t.Fatalf("after its hour there are %q, of %+v", got, s.of(job.Backup))
			}
			again := s.of(job.Backup)[0]
			if again.State != store.JobDone || !strings.Contains(again.Answer, got[0]) {
				t.Errorf("%+v", again)
			}
			if _, err := s.desk.Ledger.TurnJob(t.Context(), s.desk.Workspace, again.ID, store.JobWaiting, throughline.PersonID{}, s.house.Now()); err != nil {
				t.Fatal(err)
			}
			s.pass(time.Minute)
			if now := copies(t, folder); len(now) != 2 || s.of(job.Backup)[0].State != store.JobDone {
				t.Errorf("done again there are %q, of %+v", now, s.of(job.Backup))
			}
			for range 3 {
				s.pass(24 * time.Hour)
			}
			got = copies(t, folder)
			if len(got) != 3 || !strings.HasPrefix(got[0], "throughline-2026-03-04-") || !strings.HasPrefix(got[1], "throughline-2026-03-05-") || got[2] != "throughline-other.db" {
				t.Errorf("after three days there are %q, of %+v", got, s.of(job.Backup))
			}
			desk, done, err := s.house.Open(cli.Where{DB: filepath.Join(folder, got[1]), Lang: "en"}, true, false)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = done() }()
			out, err := operation.CheckLedger.Run(t.Context(), desk, &caretaking.CheckInput{})
			if err != nil || !out.(caretaking.LedgerCheck).Whole {
				t.Errorf("the copy: %+v, %v", out, err)
			}
		})
	}
}

// TestAJobHasTheRightsOfWhoAsked: it is done with what they may do when it is done;
// the program's own has those of the machine; what is refused is left at once.
func TestAJobHasTheRightsOfWhoAsked(t *testing.T) {
	s := newSite(t, filepath.Join(t.TempDir(), "x.db"), cli.JobFlags{})
	add := func(name string, role member.Role) *operation.Desk {
		t.Helper()
		id, _, err := s.desk.Porter.Add(t.Context(), &s.desk.Desk, team.Newcomer{Name: name, Email: strings.ToLower(name) + "@example.com", Role: role})
		if err != nil {
			t.Fatal(err)
		}
		own := *s.desk
		own.Team, own.Role, own.Jobs = true, role, s.queue
		own.Guest = &team.Guest{User: member.User{ID: id}, Role: role}
		return &own
	}
	ann, bo, cy, di := add("Ann", member.Admin), add("Bo", member.Admin), add("Cy", member.Operations), add("Di", member.Seller)
	ask := func(d *operation.Desk, what string) error {
		_, err := operation.ManageJob.Run(t.Context(), d, &caretaking.JobInput{Job: what})
		return err
	}
	if err := ask(di, job.Check); throughline.KindOf(err) != throughline.Denied {
		t.Errorf("a seller asks: %v", err)
	}
	if err := ask(cy, job.Check); throughline.KindOf(err) != throughline.Denied {
		t.Errorf("operations ask for a check: %v", err)
	}
	if err := ask(ann, job.Backup); throughline.KindOf(err) != throughline.Conflict {
		t.Errorf("a job that nobody does here: %v", err)
	}
	if err := ask(bo, job.Check); err != nil {
		t.Fatal(err)
	}
	if err := team.SetRole(t.Context(), &s.desk.Desk, "bo@example.com", member.Seller); err != nil {
		t.Fatal(err)
	}
	s.pass(time.Second)
	j := s.of(job.Check)[0]
	if j.State != store.JobFailed || j.Why != "denied" || j.Tries != 1 {
		t.Errorf("with rights that were taken away: %+v", j)
	}
	list := func(d *operation.Desk) caretaking.JobRow {
		t.Helper()
		out, err := operation.ListJobs.Run(t.Context(), d, &caretaking.JobsInput{Kind: job.Check, Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		return out.(caretaking.Jobs).Jobs[0]
	}
	if row := list(cy); row.May || row.Said != "" || !row.Failed() || row.Name != "Bo" {
		t.Errorf("operations see %+v", row)
	}
	if row := list(ann); !row.May || row.Said == "" {
		t.Errorf("an admin sees %+v", row)
	}
	turn := func(d *operation.Desk) error {
		_, err := operation.ManageJob.Run(t.Context(), d, &caretaking.JobInput{Job: j.ID.String(), Again: true})
		return err
	}
	if err := turn(cy); throughline.KindOf(err) != throughline.Denied {
		t.Errorf("operations have a check tried again: %v", err)
	}
	if err := turn(ann); err != nil { // it is hers from then on
		t.Fatal(err)
	}
	s.pass(time.Second)
	if row := list(ann); row.State != "done" || row.Name != "Ann" || row.Answer["facts"] == "" {
		t.Errorf("an admin's: %+v", row)
	}
	if err := ask(ann, job.Check); err != nil {
		t.Fatal(err)
	}
	if err := team.Leave(t.Context(), &s.desk.Desk, "ann@example.com"); err == nil {
		t.Fatal("the last admin left")
	}
	if err := team.SetRole(t.Context(), &s.desk.Desk, "bo@example.com", member.Admin); err != nil {
		t.Fatal(err)
	}
	if err := team.Leave(t.Context(), &s.desk.Desk, "ann@example.com"); err != nil {
		t.Fatal(err)
	}
	s.pass(time.Second)
	if j := s.of(job.Check)[0]; j.State != store.JobFailed || j.Why != "denied" {
		t.Errorf("of somebody who left: %+v", j)
	}
	if f := s.of(job.Forecast); len(f) != 1 || f[0].State != store.JobDone {
		t.Errorf("the program's own: %+v", f)
	}
}

// TestTheJobsPage: sales operations and admins see what goes on, each may change
// what they may do; others are told nothing.
func TestTheJobsPage(t *testing.T) {
	o, ann := begun(t)
	cy, di := o.joined("Cy", member.Operations), o.joined("Di", member.Seller)
	di.wants("GET", "/jobs", nil, 403, "")
	di.wants("GET", "/api/jobs", nil, 403, "")
	di.wants("POST", "/jobs", url.Values{"job": {job.Forecast}}, 403, "")
	o.visitor().wants("GET", "/jobs", nil, 303, "/sign-in")
	ann.wants("GET", "/jobs", nil, 200, "Nothing has gone on")
	cy.wants("GET", "/settings", nil, 200, `href="/jobs"`)
	if body := di.wants("GET", "/settings", nil, 200, ""); strings.Contains(body, `href="/jobs"`) {
		t.Error("a seller is shown the way there")
	}
	cy.wants("POST", "/jobs", url.Values{"job": {job.Check}}, 403, "")
	cy.wants("POST", "/jobs", url.Values{"job": {job.Forecast}}, 303, "/jobs")
	cy.wants("POST", "/jobs", url.Values{"job": {job.Forecast}}, 409, "waits or runs already")
	body := ann.wants("GET", "/jobs", nil, 200, "waits")
	_, id, _ := strings.Cut(body, `<tr id="j`)
	id, _, _ = strings.Cut(id, `"`)
	if !strings.Contains(body, "Cy") || !strings.Contains(body, "Give up") {
		t.Errorf("the page lacks who asked, or what may be done: %.3000s", body)
	}
	ann.wants("POST", "/jobs", url.Values{"job": {id}, "do": {"give_up"}}, 303, "/jobs")
	ann.wants("GET", "/jobs", nil, 200, "given up")
	cy.wants("POST", "/jobs", url.Values{"job": {id}, "do": {"again"}}, 303, "/jobs")
	cy.wants("POST", "/jobs", url.Values{"job": {id}, "do": {"dance"}}, 400, "")
	ann.wants("GET", "/api/jobs", nil, 200, `"state":"waiting"`)
}
