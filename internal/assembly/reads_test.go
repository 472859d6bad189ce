package assembly_test

import (
	"context"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline/internal/assembly"
	"github.com/throughline/throughline/internal/company"
	"github.com/throughline/throughline/internal/forecasting"
	"github.com/throughline/throughline/internal/job"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/surface/cli"
)

// stocked gives the beginning of the made-up company's house, at a fixed time.
func stocked(t *testing.T) *operation.Desk {
	t.Helper()
	house := assembly.House{Now: func() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) }, Random: rand.New(rand.NewPCG(1, 1))}
	desk, done, err := house.Open(cli.Where{DB: filepath.Join(t.TempDir(), "x.db"), Lang: "en"}, true, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = done() })
	for seen, batch := range company.Batches(company.Generate(1, desk.Today(), time.UTC, desk.Book), 20) {
		if _, err := desk.Ledger.Append(t.Context(), desk.Workspace, batch); err != nil {
			t.Fatal(err)
		}
		if seen >= 60 { // enough to look at, and few enough to forecast often
			break
		}
	}
	return desk
}

// kept says all that may have been written.
func kept(t *testing.T, d *operation.Desk) (all [4]int) {
	t.Helper()
	writes, err := d.Ledger.Number(t.Context(), d.Workspace)
	if err != nil {
		t.Fatal(err)
	}
	counts, err := d.Ledger.Counts(t.Context(), d.Workspace)
	if err != nil {
		t.Fatal(err)
	}
	shown, err := d.Ledger.Forecasts(t.Context(), d.Workspace, store.ShownQuery{Headings: true})
	if err != nil {
		t.Fatal(err)
	}
	books, err := d.Ledger.Playbooks(t.Context(), d.Workspace)
	if err != nil {
		t.Fatal(err)
	}
	return [4]int{int(writes), counts.Facts, len(shown), len(books)}
}

// TestLookingWritesNothing: no page and no route that is read appends anything,
// on an address where one may write and on one where one may not.
func TestLookingWritesNothing(t *testing.T) {
	d := stocked(t)
	before := kept(t, d)
	out, err := operation.ListDeals.Run(t.Context(), d, &showing.DealsInput{Outcome: "open", Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	id := out.(showing.DealList).Rows[0].ID.String()
	paths := []string{"/", "/deals", "/deals/" + id, "/find?words=ward", "/forecast", "/learning", "/learning/cases", "/playbook", "/playbook/packs", "/review", "/me", "/deals/new",
		"/deals/" + id + "/before", "/deals/" + id + "/steps", "/deals/" + id + "/strategy", "/deals/" + id + "/capture", "/deals/" + id + "/people", "/deals/" + id + "/contracting",
		"/deals/" + id + "/class", "/deals/" + id + "/close", "/api/forecast?as_of=2026-02-01"}
	for _, op := range operation.All() {
		if method, path, _ := strings.Cut(op.Route, " "); method == http.MethodGet {
			paths = append(paths, "/api"+strings.NewReplacer("{id}", id, "{check}", "L01").Replace(path)+"?resamples=0&most=2&id="+id+"&from=Opened&to=Won")
		}
	}
	for _, writes := range []bool{false, true} {
		h := assembly.Handler(d, nil, writes, nil, slog.New(slog.DiscardHandler))
		for _, path := range paths {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost"+path, nil))
			if w.Code >= 500 {
				t.Errorf("%s: status %d", path, w.Code)
			}
			if after := kept(t, d); after != before {
				t.Fatalf("%s wrote: writes, facts, forecasts and playbooks were %v and are %v", path, before, after)
			}
		}
	}
}

// TestTheServerKeepsADaysForecast: behind a server that may write, once a day,
// whoever looks; what visitors ask for is worked out once for all of them.
func TestTheServerKeepsADaysForecast(t *testing.T) {
	d := stocked(t)
	worker := job.NewWorker(t.Context())
	d.Forecasts.Work = worker.Do
	worker.Keep(func(ctx context.Context) {
		if _, err := forecasting.KeepToday(ctx, d.Forecaster()); err != nil && ctx.Err() == nil {
			t.Error(err)
		}
	})
	h := assembly.Handler(d, nil, true, nil, slog.New(slog.DiscardHandler))
	answers := make(chan int)
	for range 4 {
		go func() {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost/api/forecast", nil))
			answers <- w.Code
		}()
	}
	for range 4 {
		if code := <-answers; code != http.StatusOK {
			t.Errorf("status %d", code)
		}
	}
	if shown := kept(t, d)[2]; shown > 2 { // a run and the backtest it rests on
		t.Errorf("%d forecasts are kept", shown)
	}
	worker.Stop()
}

// TestAnAddressThatOnlyReads: nobody writes there, through no face.
func TestAnAddressThatOnlyReads(t *testing.T) {
	d := stocked(t)
	out, err := operation.ListDeals.Run(t.Context(), d, &showing.DealsInput{Outcome: "open", Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	id := out.(showing.DealList).Rows[0].ID.String()
	before := kept(t, d)
	h := assembly.Handler(d, nil, false, nil, slog.New(slog.DiscardHandler))
	for path, body := range map[string]string{"/api/deals/" + id + "/notes": `{"text":"words"}`, "/api/deals": `{"title":"a deal"}`,
		"/deals/" + id + "/note": url.Values{"text": {"words"}}.Encode(), "/deals": url.Values{"title": {"a deal"}}.Encode()} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://localhost"+path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if strings.HasPrefix(path, "/api") {
			r.Header.Set("Content-Type", "application/json")
		}
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code != http.StatusForbidden {
			b, _ := io.ReadAll(w.Body)
			t.Errorf("%s: status %d, %.200s", path, w.Code, b)
		}
	}
	if after := kept(t, d); after != before {
		t.Errorf("something was written: %v, %v", before, after)
	}
}
