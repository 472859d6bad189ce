package api_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline/internal/assembly"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/surface/api"
	"github.com/throughline/throughline/internal/surface/cli"
)

// TestOurFailuresAreLogged: what is no doing of the caller's is answered with an
// id, under which the server's log says what it was: at the entrance, and inside.
func TestOurFailuresAreLogged(t *testing.T) {
	house := assembly.House{Now: func() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) }, Random: rand.New(rand.NewPCG(1, 1))}
	desk, done, err := house.Open(cli.Where{DB: filepath.Join(t.TempDir(), "x.db"), Lang: "en"}, true, true)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	lines := slog.New(slog.NewJSONHandler(&log, nil))
	h := assembly.Handler(desk, nil, true, nil, lines)
	inside := http.NewServeMux()
	api.Mount(inside, operation.All(), func(*http.Request) *operation.Desk { own := *desk; return &own }, lines)
	ask := func(h http.Handler, path string) (problem struct{ Instance, Detail string }, status int) {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost"+path, nil))
		if err := json.Unmarshal(w.Body.Bytes(), &problem); err != nil {
			t.Fatalf("%s: %v: %s", path, err, w.Body)
		}
		return problem, w.Code
	}
	if p, status := ask(h, "/api/deals/nobody"); status != http.StatusNotFound || p.Instance != "" || log.Len() > 0 {
		t.Errorf("a fault of the caller's: %d, %+v, logged %q", status, p, log.String())
	}
	if err := done(); err != nil { // the database is gone under the server
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for range 3 {
		for name, h := range map[string]http.Handler{"entrance": h, "deals": inside} {
			log.Reset()
			p, status := ask(h, "/api/deals")
			id, ok := strings.CutPrefix(p.Instance, "urn:uuid:")
			if status < 500 || !ok || seen[id] || !strings.Contains(p.Detail, id) {
				t.Fatalf("%s: %d, %+v", name, status, p)
			}
			seen[id] = true
			var line struct{ ID, Operation, Error string }
			if err := json.Unmarshal(log.Bytes(), &line); err != nil || line.ID != id || line.Operation != name || line.Error == "" {
				t.Errorf("%s: the log says %q, %v", name, log.String(), err)
			}
			if strings.Contains(p.Detail, line.Error) {
				t.Errorf("%s: the answer tells the inside of the house: %s", name, p.Detail)
			}
		}
	}
}

// TestABodyIsBounded: what is longer than a body may be is refused, though what
// it says is short.
func TestABodyIsBounded(t *testing.T) {
	s := serve(t)
	var list struct{ Rows []struct{ ID string } }
	get(t, s, "/api/deals?outcome=open&limit=1", &list)
	for spaces, want := range map[int]int{1000: 200, 2 << 20: 422} {
		body := `{"text":"words"` + strings.Repeat(" ", spaces) + `}`
		r, err := http.Post(s.URL+"/api/deals/"+list.Rows[0].ID+"/notes", "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		if r.StatusCode != want {
			t.Errorf("%d bytes: status %d, want %d", len(body), r.StatusCode, want)
		}
	}
}
