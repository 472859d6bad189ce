package web_test

import (
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/company"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/forecasting"
	"github.com/throughline/throughline/internal/job"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/store/postgres"
	"github.com/throughline/throughline/internal/store/postgres/pgtest"
	"github.com/throughline/throughline/internal/store/sqlite"
	"github.com/throughline/throughline/internal/surface/web"
	"github.com/throughline/throughline/internal/workshop"
	"github.com/throughline/throughline/playbooks"
)

// today is the day on which all these tests take place.
var today = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// shop is the pages over a real ledger, with the starter playbook.
type shop struct {
	handler   http.Handler
	ledger    store.Ledger
	truth     []company.Truth
	usual     *desk.Usual
	forecasts *forecasting.Forecasts
	pulse     *desk.Pulse
	holds     operation.Permission
	madeUp    bool // it is the demo
	desks     func(*http.Request, string) *operation.Desk
}

// open gives an empty shop of the test's own.
func open(t testing.TB) *shop {
	t.Helper()
	s := at(t, filepath.Join(t.TempDir(), "pages.db"))
	t.Cleanup(func() { _ = s.ledger.Close() })
	return s
}

var (
	common     *shop
	commonOnce sync.Once
	commonDir  string
)

// stocked gives the shop with the made-up company in it. It is filled once and
// shared: pages only read, and no test may write to it.
func stocked(t testing.TB) *shop {
	t.Helper()
	commonOnce.Do(func() { common = at(t, filepath.Join(commonDir, "company.db")).fill(t).worked(t) })
	return common
}

func TestMain(m *testing.M) {
	var err error
	if commonDir, err = os.MkdirTemp("", "throughline-pages"); err != nil {
		panic(err)
	}
	code := pgtest.Main(m)
	if common != nil {
		_ = common.ledger.Close()
	}
	_ = os.RemoveAll(commonDir)
	os.Exit(code)
}

// ledgerAt opens a ledger in a file, or in an empty database of a real server where
// THROUGHLINE_PAGES says so: pages are the same on both.
func ledgerAt(t testing.TB, path string) (l store.Ledger) {
	t.Helper()
	var err error
	switch on := os.Getenv("THROUGHLINE_PAGES"); on {
	case "postgres":
		l, err = postgres.Open(context.WithoutCancel(t.Context()), pgtest.Shared(t).Database(t), postgres.Options{})
	case "":
		l, err = sqlite.Open(context.WithoutCancel(t.Context()), path, sqlite.Options{})
	default:
		t.Fatalf("THROUGHLINE_PAGES is %q; it may be postgres", on)
	}
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func at(t testing.TB, path string) *shop {
	t.Helper()
	ledger := ledgerAt(t, path)
	book, found := compile.Playbook(playbooks.Starter())
	if found.Errors() {
		t.Fatal(found)
	}
	usual, forecasts, pulse, drawing := &desk.Usual{}, &forecasting.Forecasts{}, &desk.Pulse{}, &sync.Mutex{}
	readers := &recording.Readers{}
	random := rand.New(rand.NewPCG(1, 2))
	s := &shop{ledger: ledger, usual: usual, forecasts: forecasts, holds: operation.MayWrite}
	var later atomic.Int64 // each request comes a little after the one before, on the same day
	s.desks = func(_ *http.Request, language string) *operation.Desk {
		now := today.Add(time.Duration(later.Add(1)) * time.Millisecond)
		d := &operation.Desk{Bench: workshop.Bench{Findings: found}, Holds: s.holds, Readers: readers, MadeUp: s.madeUp}
		d.Ledger, d.Workspace, d.Book, d.Now = ledger, throughline.DefaultWorkspace, book, func() time.Time { return now }
		d.Random, d.Drawing, d.Wrote, d.Language = random, drawing, pulse.Wrote, language
		d.Usual, d.Forecasts = usual, forecasts
		return d
	}
	s.pulse = pulse
	s.handler = web.New(web.Options{Pulse: pulse, Desk: s.desks, Patience: time.Minute})
	return s
}

// countOn serves the pages at other desks.
func (s *shop) countOn(desks func(*http.Request, string) *operation.Desk) {
	s.handler = web.New(web.Options{Pulse: s.pulse, Desk: desks, Patience: time.Minute})
}

func (s *shop) keep(t testing.TB, b store.Batch) {
	t.Helper()
	if _, err := s.ledger.Append(t.Context(), throughline.DefaultWorkspace, b); err != nil {
		t.Fatal(err)
	}
}

func (s *shop) fill(t testing.TB) *shop {
	t.Helper()
	book, _ := compile.Playbook(playbooks.Starter())
	cases := company.Generate(1, throughline.DayOf(today, time.UTC), time.UTC, book)
	for c := range cases {
		s.truth = append(s.truth, c.Truth)
	}
	for _, b := range company.Batches(cases, 64) {
		s.keep(t, b)
	}
	return s
}

// worked has had jobs done behind a server for twenty days, as many as their page
// shows: one failed, one runs and one waits.
func (s *shop) worked(t testing.TB) *shop {
	t.Helper()
	ctx, ws := t.Context(), throughline.DefaultWorkspace
	head := strings.Repeat("9f86d081884c7d65", 4)
	for back := 19; back >= 0; back-- {
		at := today.AddDate(0, 0, -back).Add(-7 * time.Hour)
		for _, name := range []string{job.Forecast, job.Backup, job.Check} {
			kind, _ := job.KindOf(name)
			id, holder := throughline.KeyedID(at, "job", name), throughline.ID{1}
			if at = at.Add(time.Minute); back == 0 {
				at = today.Add(-time.Minute)
			}
			if _, _, err := s.ledger.AskJob(ctx, ws, kind.New(id, at, throughline.PersonID{}), time.Time{}); err != nil {
				t.Fatal(err)
			}
			if back == 0 && name == job.Check {
				continue
			}
			if _, _, err := s.ledger.TakeJob(ctx, ws, store.Taking{Kinds: []string{name}, Holder: holder, At: at, Stale: at.Add(-time.Hour),
				Back: func(string, int) time.Duration { return time.Hour }}); err != nil {
				t.Fatal(err)
			}
			end := store.JobEnd{At: at.Add(time.Second)}
			switch day := throughline.DayOf(at, time.UTC).String(); {
			case back == 0 && name == job.Backup:
				if err := s.ledger.BeatJob(ctx, ws, id, holder, at, 120, 380, "reading"); err != nil {
					t.Fatal(err)
				}
				continue
			case back == 7 && name == job.Backup:
				end.Why, end.Said = "unavailable", "no space left on device"
			case name == job.Backup:
				end.Answer = `{"file":"throughline-` + day + `-0230-1a2b3c.db","audit_head":"` + head + `"}`
			case name == job.Check:
				end.Answer = `{"deals":"380","facts":"21437","audit_head":"` + head + `"}`
			default:
				end.Answer = `{"day":"` + day + `"}`
			}
			if err := s.ledger.EndJob(ctx, ws, id, holder, end); err != nil {
				t.Fatal(err)
			}
		}
	}
	return s
}

// serve puts the pages on an address for a browser. Streams that a page has
// opened are cut when the test ends.
func (s *shop) serve(t testing.TB) string {
	t.Helper()
	server := httptest.NewServer(s.handler)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return server.URL
}

// get asks for a page and reads it.
func (s *shop) get(t testing.TB, path string, headers ...string) (*goquery.Document, *http.Response) {
	t.Helper()
	path, _, _ = strings.Cut(path, "#") // a browser keeps the place on the page to itself
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost"+path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return s.answer(t, r)
}

// post sends a form and gives the answer itself, redirection or page.
func (s *shop) post(t testing.TB, path string, fields ...string) (*goquery.Document, *http.Response) {
	t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://localhost"+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.answer(t, r)
}

func (s *shop) answer(t testing.TB, r *http.Request) (*goquery.Document, *http.Response) {
	t.Helper()
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	response := w.Result()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	return doc, response
}
