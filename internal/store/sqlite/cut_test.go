package sqlite_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/ledger"
	"github.com/throughline/throughline/internal/store/sqlite"
	"github.com/throughline/throughline/internal/store/storetest"
)

// writer writes to a ledger whose clock it has.
type writer struct {
	t     *testing.T
	l     *sqlite.Ledger
	r     *rand.Rand
	now   time.Time
	facts map[throughline.Workspace][]deal.Fact
	n     int

	landed bool // facts say when they were written
}

func newWriter(t *testing.T, seed uint64) *writer {
	t.Helper()
	w := &writer{t: t, r: rand.New(rand.NewPCG(seed, 61)), now: sealDay, facts: map[throughline.Workspace][]deal.Fact{}}
	for _, ws := range []throughline.Workspace{1, 2} {
		w.facts[ws] = storetest.Facts(rand.New(rand.NewPCG(seed, uint64(ws))), 40, 600, true)
		if seed%2 == 0 { // deal after deal
			slices.SortStableFunc(w.facts[ws], func(a, b deal.Fact) int { return bytes.Compare(a.Deal[:], b.Deal[:]) })
		}
	}
	var err error
	w.l, err = sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "x.db"), sqlite.Options{Clock: func() time.Time { return w.now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.l.Close() })
	return w
}

// write does something of every kind, each a second after the one before.
func (w *writer) write() {
	w.t.Helper()
	ctx := context.Background()
	w.n++
	for _, ws := range []throughline.Workspace{1, 2} {
		for _, do := range []func(throughline.Workspace) error{
			func(ws throughline.Workspace) error {
				n := min(len(w.facts[ws]), 5+w.r.IntN(30))
				part := slices.Clone(w.facts[ws][:n])
				w.facts[ws] = w.facts[ws][n:]
				if w.r.IntN(3) == 0 { // some come again
					w.facts[ws] = append(w.facts[ws], part[:n/2]...)
				}
				for i := range part {
					if part[i].Recorded = sealDay; w.landed { // as of a long import: when it began
						part[i].Recorded = w.now
					}
				}
				who := throughline.PersonID(sealID("ann", w.r.IntN(3)))
				b := store.Batch{Facts: part,
					People: []store.Person{{ID: who, Recorded: w.now, Name: fmt.Sprint("Ann ", w.n), Phone: fmt.Sprint("+49 ", w.n)},
						{ID: throughline.PersonID(sealID("new", w.n)), Recorded: w.now, Name: "Grizelda"}},
					Accounts: []store.Account{{ID: throughline.AccountID(sealID("firm", w.r.IntN(2))), Recorded: w.now, Name: fmt.Sprint("Müller ", w.n)}},
					Records:  []store.Record{{System: "crm", Kind: store.PersonRecord, Foreign: fmt.Sprint("p", w.n), ID: sealID("new", w.n)}},
					Form:     &store.Form{Token: sealID("form", w.n)},
					Import:   &store.Import{ID: sealID("import", w.n), System: "crm", Started: w.now, Finished: w.now, Files: []string{"a.csv"}}}
				_, err := w.l.Append(ctx, ws, b)
				return err
			},
			func(ws throughline.Workspace) error {
				return w.l.Settle(ctx, ws, store.Setting{Name: []string{"a", "b"}[w.r.IntN(2)], Value: fmt.Sprint(w.n), Since: w.now})
			},
			func(ws throughline.Workspace) error {
				_, err := w.l.PublishPlaybook(ctx, ws, store.Version{Hash: fmt.Sprint("book", w.n), Name: "Book", Published: w.now, Files: []byte("zip")})
				return err
			},
			func(ws throughline.Workspace) error {
				_, err := w.l.AppendForecast(ctx, ws, store.Shown{ID: sealID("said", w.n), Kind: "run", At: w.now, AsOf: throughline.DayOf(w.now, time.UTC), Hash: fmt.Sprint(w.n), Body: []byte("{}")})
				return err
			},
			func(ws throughline.Workspace) error {
				return w.l.Share(ctx, ws, store.Shared{Plan: sealID("plan", w.r.IntN(2)), Kind: "link", At: w.now, Body: []byte("{}")})
			},
			func(ws throughline.Workspace) error {
				return w.l.ReviseDraft(ctx, ws, store.Draft{ID: sealID("draft", w.n), Revision: 1, Name: "Book", Written: w.now, Did: "began", Files: []byte("zip")})
			},
			func(ws throughline.Workspace) error {
				return w.l.Admit(ctx, ws, store.Admission{Room: "user", Subject: sealID("ann", w.r.IntN(3)), Kind: "changed", At: w.now, Body: []byte("{}")})
			},
			func(ws throughline.Workspace) error {
				return w.l.Admit(ctx, ws, store.Admission{Room: "session", Subject: sealID("session", w.n), Kind: "began", At: w.now, Body: []byte("{}")})
			},
			func(ws throughline.Workspace) error {
				return w.l.Note(ctx, ws, []store.Deed{{At: w.now, Did: "record_note", Outcome: store.DeedDone}})
			},
		} {
			w.now = w.now.Add(time.Second)
			if err := do(ws); err != nil {
				w.t.Fatal(err)
			}
		}
	}
}

func (w *writer) backup() string {
	w.t.Helper()
	path := filepath.Join(w.t.TempDir(), "copy.db")
	if err := w.l.Backup(context.Background(), path); err != nil {
		w.t.Fatal(err)
	}
	return path
}

// tables spells every row of a database but those that a cut leaves out or adds.
func tables(t *testing.T, path string) string {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var b strings.Builder
	for _, tbl := range ledger.Tables() {
		where := ""
		switch tbl {
		case ledger.Forms, ledger.Keyeds, ledger.Tallies:
			continue
		case ledger.Admissions:
			where = " where room <> 'session'"
		case ledger.Deeds:
			where = " where did <> '" + ledger.CutDeed + "'"
		case ledger.Writes:
			where = " where what <> x'0101000000000000000000'"
		}
		rows, err := db.Query("select " + strings.Join(tbl.Columns, ", ") + ", sum from " + tbl.Name + where + " order by " + strings.Join(tbl.Columns[:tbl.Key], ", "))
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			values := make([]any, len(tbl.Columns)+1)
			for i := range values {
				values[i] = new(any)
			}
			if err := rows.Scan(values...); err != nil {
				t.Fatal(err)
			}
			b.WriteString(tbl.Name)
			for _, v := range values {
				fmt.Fprintf(&b, " %v", *v.(*any))
			}
			b.WriteString("\n")
		}
		rows.Close()
	}
	return b.String()
}

// TestBroughtBackToAnInstant: whatever was written since, what a later copy gives as
// of an instant is, row by row of every table, what a copy gives that was made then.
func TestBroughtBackToAnInstant(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for seed := range uint64(4) {
		w := newWriter(t, seed)
		for range 4 + w.r.IntN(4) {
			w.write()
		}
		then, until := w.backup(), w.now
		before, err := w.l.Number(ctx, 1)
		if err != nil {
			t.Fatal(err)
		}
		for range 3 + w.r.IntN(4) {
			w.write()
		}
		after, err := w.l.Number(ctx, 1)
		if err != nil {
			t.Fatal(err)
		}
		later := w.backup()
		a, b := filepath.Join(t.TempDir(), "then.db"), filepath.Join(t.TempDir(), "cut.db")
		want, err := sqlite.Restore(ctx, then, a, sqlite.Restoring{})
		if err != nil {
			t.Fatal(err)
		}
		now := w.now.Add(time.Hour)
		got, err := sqlite.Restore(ctx, later, b, sqlite.Restoring{Cut: &ledger.Cutting{Until: until, Now: now, Passing: []string{"session"}}})
		if err != nil {
			t.Fatal(err)
		}
		if got.Deals != want.Deals || got.Facts != want.Facts || got.Digest != want.Digest || got.Facts == 0 {
			t.Errorf("seed %d: %+v, and of that instant %+v", seed, got, want)
		}
		if c := got.Cut; c.Left != 2*int(after-before) || c.Last != before || c.At.After(until) || until.Sub(c.At) > 20*time.Second || c.Audits < 6 {
			t.Errorf("seed %d: it says %+v; %d of %d transactions stand", seed, c, before, after)
		}
		if x, y := tables(t, a), tables(t, b); x != y {
			t.Errorf("seed %d: rows differ: %s", seed, firstDifference(x, y))
		}
		l := open(t, b)
		if faults, err := faultsOf(l); err != nil || len(faults) > 0 {
			t.Errorf("seed %d: %q, %v", seed, faults, err)
		}
		last, err := l.Deeds(ctx, 1, store.DeedAsk{Limit: 1})
		if err != nil || last[0].Did != ledger.CutDeed || !last[0].At.Equal(now.Truncate(time.Second)) || last[0].Detail != until.UTC().Format("2006-01-02t15:04:05z") {
			t.Errorf("seed %d: the audit ends with %+v, %v", seed, last, err)
		}
		if n, err := l.Number(ctx, 1); err != nil || n != after+1 {
			t.Errorf("seed %d: the next number follows %d of %d: one would stand for two transactions", seed, n, after)
		}
		for _, f := range w.facts[1][:1] { // it goes on
			if _, err := l.Append(ctx, 1, store.Batch{Facts: []deal.Fact{f}, People: []store.Person{{ID: throughline.PersonID(sealID("ann", 0)), Recorded: now, Name: "Zoe"}}}); err != nil {
				t.Errorf("seed %d: writing to what was brought back: %v", seed, err)
			}
		}
		if faults, err := faultsOf(l); err != nil || len(faults) > 0 {
			t.Errorf("seed %d, written to: %q, %v", seed, faults, err)
		}
	}
}

func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return fmt.Sprintf("%.300s\n%.300s", x[i], y[i])
		}
	}
	return fmt.Sprint(len(x), " and ", len(y), " rows")
}

// TestBroughtBackTakesNothingBack: access that was taken away since the instant stays
// away, nobody is signed in, what came later leaves no trace in the file, and a copy
// that says nothing of an instant is refused.
func TestBroughtBackTakesNothingBack(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	w := newWriter(t, 9)
	ann, ben, plan := sealID("ann"), sealID("ben"), sealID("plan")
	admit := func(room string, who throughline.ID, kind string) {
		t.Helper()
		w.now = w.now.Add(time.Second)
		if err := w.l.Admit(ctx, 1, store.Admission{Room: room, Subject: who, Kind: kind, At: w.now, Body: []byte("{}")}); err != nil {
			t.Fatal(err)
		}
	}
	share := func(kind string) {
		t.Helper()
		w.now = w.now.Add(time.Second)
		if err := w.l.Share(ctx, 1, store.Shared{Plan: plan, Kind: kind, At: w.now, Body: []byte("{}")}); err != nil {
			t.Fatal(err)
		}
	}
	early := w.now
	w.write()
	admit("user", ann, "added")
	admit("token", ann, "issued")
	share("link")
	until := w.now
	share("opened")
	share("revoked")
	admit("user", ann, "changed")
	admit("user", ann, "left")
	admit("user", ben, "added")
	admit("user", ben, "left")
	const secret = "Kiln of Montrevel, written since"
	if _, err := w.l.Append(ctx, 1, store.Batch{People: []store.Person{{ID: throughline.PersonID(ben), Recorded: w.now, Name: secret}}}); err != nil {
		t.Fatal(err)
	}
	copied := w.backup()
	to := filepath.Join(t.TempDir(), "cut.db")
	cut := ledger.Cutting{Until: until, Now: w.now, Passing: []string{"session", "token"}, Still: []string{"left", "revoked"}}
	if _, err := sqlite.Restore(ctx, copied, to, sqlite.Restoring{Cut: &cut}); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(to); err != nil || bytes.Contains(b, []byte(secret)) {
		t.Errorf("what was written since lies in the file, %v", err)
	}
	l := open(t, to)
	said := func(room string, who throughline.ID) (kinds []string) {
		lines, err := l.Admissions(ctx, 1, room, who)
		if err != nil {
			t.Fatal(err)
		}
		for i, e := range lines {
			if kinds = append(kinds, e.Kind); e.N != i+1 {
				t.Errorf("line %d of %s has the number %d", i+1, room, e.N)
			}
		}
		return kinds
	}
	if got := said("user", ann); !slices.Equal(got, []string{"added", "left"}) {
		t.Errorf("somebody who was sent away since: %q", got)
	}
	if got := append(said("user", ben), said("token", ann)...); len(got) > 0 {
		t.Errorf("somebody who came since, or a token: %q", got)
	}
	links, err := l.Shares(ctx, 1, plan)
	if err != nil || len(links) != 2 || links[1].Kind != "revoked" || links[1].N != 2 {
		t.Errorf("a link that was taken back since: %+v, %v", links, err)
	}
	if faults, err := faultsOf(l); err != nil || len(faults) > 0 {
		t.Errorf("%q, %v", faults, err)
	}
	cut.Until = early.Add(-time.Hour)
	none := filepath.Join(t.TempDir(), "none.db")
	if _, err := sqlite.Restore(ctx, copied, none, sqlite.Restoring{Cut: &cut}); throughline.KindOf(err) != throughline.Invalid || !strings.Contains(err.Error(), "nothing was written by") {
		t.Errorf("before anything was written: %v", err)
	}
	if _, err := os.Stat(none); err == nil {
		t.Error("it left a file")
	}
}

// TestBroughtBackWithoutInstants: transactions that an older program wrote are told
// by when their facts landed.
func TestBroughtBackWithoutInstants(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	w := newWriter(t, 5)
	w.landed = true
	for range 3 {
		w.write()
	}
	then, until := w.backup(), w.now
	for range 3 {
		w.write()
	}
	want, err := sqlite.Restore(ctx, then, filepath.Join(t.TempDir(), "then.db"), sqlite.Restoring{})
	if err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(t.TempDir(), "old.db")
	if err := sqlite.MakeOld(ctx, old, w.backup(), 18); err != nil {
		t.Fatal(err)
	}
	got, err := sqlite.Restore(ctx, old, filepath.Join(t.TempDir(), "cut.db"), sqlite.Restoring{Cut: &ledger.Cutting{Until: until, Now: w.now}})
	if err != nil || got.Digest != want.Digest || got.Facts != want.Facts {
		t.Errorf("%+v, %v, and of that instant %+v", got, err, want)
	}
}
