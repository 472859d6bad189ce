package assembly_test

import (
	"encoding/json"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline/internal/assembly"
	"github.com/throughline/throughline/internal/listing"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/surface/cli"
	"github.com/throughline/throughline/internal/workshop"
	"github.com/throughline/throughline/playbooks"
)

// TestAPublishedPlaybookReachesARunningServer: what another process publishes is
// what pages and lists speak from at the next look, without a restart.
func TestAPublishedPlaybookReachesARunningServer(t *testing.T) {
	house := assembly.House{Now: func() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) }, Random: rand.New(rand.NewPCG(1, 1))}
	dir := t.TempDir()
	db, folder := filepath.Join(dir, "x.db"), filepath.Join(dir, "book")
	err := fs.WalkDir(playbooks.Starter(), ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := fs.ReadFile(playbooks.Starter(), path)
		if err != nil {
			return err
		}
		if path == "playbook.yaml" {
			text = []byte(strings.Replace(string(text), "  en: Starter\n", "  en: Ours once more\n", 1))
		}
		to := filepath.Join(folder, path)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		return os.WriteFile(to, text, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
	desk, done, err := house.Open(cli.Where{DB: db, Lang: "en"}, true, true)
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	if _, err := operation.RecordDeal.Run(t.Context(), desk, &recording.NewDealInput{Title: "One handover"}); err != nil {
		t.Fatal(err)
	}
	desk.Lists = listing.New(&desk.Desk)
	desk.Ledger = desk.Lists.Ledger()
	desk.Shelf = workshop.NewShelf(&desk.Bench)
	if err := desk.Lists.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	h := assembly.Handler(desk, nil, true, nil, slog.New(slog.DiscardHandler))
	ask := func(path string) string {
		t.Helper()
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost"+path, nil))
		if w.Code != http.StatusOK || !json.Valid(w.Body.Bytes()) {
			t.Fatalf("%s: %d %.200s", path, w.Code, w.Body)
		}
		return w.Body.String()
	}
	before := ask("/api/playbook")
	if news, err := desk.Shelf.Look(t.Context(), desk.Lists.Rebook); news || err != nil {
		t.Errorf("before anything was published: %v, %v", news, err)
	}

	elsewhere, close, err := house.Open(cli.Where{DB: db, Playbook: folder, Lang: "en"}, true, true)
	if err != nil {
		t.Fatal(err)
	}
	defer close()
	out, err := operation.PublishPlaybook.Run(t.Context(), elsewhere, &workshop.PublishInput{Yes: true})
	if err != nil || !out.(workshop.Publication).Published {
		t.Fatalf("%+v, %v", out, err)
	}
	if news, err := desk.Shelf.Look(t.Context(), desk.Lists.Rebook); !news || err != nil {
		t.Fatalf("after it was published: %v, %v", news, err)
	}
	if news, err := desk.Shelf.Look(t.Context(), desk.Lists.Rebook); news || err != nil {
		t.Errorf("at the look after that: %v, %v", news, err)
	}
	if after := ask("/api/playbook"); after == before || !strings.Contains(after, "Ours once more") {
		t.Errorf("the server still speaks from %.200s", after)
	}
	if err := desk.Lists.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if list := ask("/api/deals"); !strings.Contains(list, "One handover") {
		t.Errorf("the list is %.300s", list)
	}
}
