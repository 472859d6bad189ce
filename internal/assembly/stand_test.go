package assembly_test

import (
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/assembly"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/sharing"
	"github.com/throughline/throughline/internal/surface/cli"
)

// TestADemoHasPlansToOpen: a made-up company shows links to plans, made anew at
// each start, which open as for a customer and take what one writes; the tour
// leads to one. No other company shows any.
func TestADemoHasPlansToOpen(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	house := assembly.House{Now: func() time.Time { return now }, Random: rand.New(rand.NewPCG(1, 1))}
	desk, done, err := house.Open(cli.Where{DB: filepath.Join(t.TempDir(), "x.db"), Lang: "en"}, true, true)
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	if err := house.Fill(t.Context(), desk, 1); err != nil {
		t.Fatal(err)
	}
	var handler http.Handler
	get := func(path string) (int, string, string) {
		t.Helper()
		q := httptest.NewRequest("GET", "http://localhost"+path, nil)
		q.Header.Set("User-Agent", "Mozilla/5.0 (iPhone)")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, q)
		return w.Code, w.Body.String(), w.Header().Get("Location")
	}
	before := map[string]bool{}
	facts, deals := int64(0), map[throughline.DealID]bool{}
	for start := range 2 {
		if err := house.Stand(t.Context(), desk); err != nil {
			t.Fatal(err)
		}
		if len(desk.Standing) < 3 {
			t.Fatalf("start %d: %d plans can be opened", start, len(desk.Standing))
		}
		counts, err := desk.Ledger.Counts(t.Context(), desk.Workspace)
		if err != nil {
			t.Fatal(err)
		}
		if start == 0 {
			facts = int64(counts.Facts)
		} else if int64(counts.Facts) != facts {
			t.Errorf("the second start wrote %d facts", int64(counts.Facts)-facts)
		}
		handler = assembly.Handler(desk, nil, true, nil, slog.New(slog.DiscardHandler))
		for path := range before {
			if code, _, _ := get(path); code != 404 {
				t.Errorf("a link of the former start is answered with %d", code)
			}
		}
		for _, l := range desk.Standing {
			if start > 0 && !deals[l.Deal] {
				t.Error("the second start opens another plan")
			}
			deals[l.Deal] = true
			if before[l.Path] {
				t.Error("a link is the same at the second start")
			}
			before[l.Path] = true
			if code, page, _ := get("/deals/" + l.Deal.String() + "/plan"); code != 200 || !strings.Contains(page, `href="`+l.Path+`"`) {
				t.Errorf("the deal's page of the plan is %d and shows no link", code)
			}
			code, page, _ := get(l.Path)
			if n := strings.Count(page, `<li id="s-`); code != 200 || n < 10 {
				t.Errorf("the plan is answered with %d, %d steps", code, n)
			}
			if _, out, _ := get("/api/deals/" + l.Deal.String() + "/plan"); strings.Contains(out, l.Path[len(sharing.PlanPath):]) {
				t.Error("the link goes out by REST")
			}
		}
		if _, _, to := get("/tour/4"); !strings.HasPrefix(to, "/deals/"+desk.Standing[0].Deal.String()+"/plan?") {
			t.Errorf("the tour leads to %q", to)
		}
	}
	gone, next := desk.Standing[0], desk.Standing[1]
	out, err := operation.RevokePlan.Run(t.Context(), desk, &sharing.PlanInput{ID: gone.Deal.String()})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(out.(sharing.PlanPage).Links); n != 1 {
		t.Errorf("after two starts the plan tells of %d links", n)
	}
	if _, page, _ := get("/deals/" + gone.Deal.String() + "/plan"); strings.Contains(page, gone.Path) {
		t.Error("taken back, the link is shown")
	}
	if _, _, to := get("/tour/4"); !strings.HasPrefix(to, "/deals/"+next.Deal.String()+"/plan?") {
		t.Errorf("taken back, the tour leads to %q", to)
	}

	own, closed, err := house.Open(cli.Where{DB: filepath.Join(t.TempDir(), "own.db"), Lang: "en"}, true, true)
	if err != nil {
		t.Fatal(err)
	}
	defer closed()
	r, err := operation.RecordDeal.Run(t.Context(), own, &recording.NewDealInput{Title: "One handover", Account: "Montrevel"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := operation.LinkPlan.Run(t.Context(), own, &sharing.LinkInput{Writing: recording.Writing{ID: r.(recording.Recorded).Deal.String()}}); err != nil {
		t.Fatal(err)
	}
	if err := house.Stand(t.Context(), own); err != nil || len(own.Standing) != 0 {
		t.Errorf("a company of one's own shows %d links, %v", len(own.Standing), err)
	}
}
