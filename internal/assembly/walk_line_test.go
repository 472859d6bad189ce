package assembly_test

import (
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline/internal/assembly"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/surface/cli"
	"github.com/throughline/throughline/internal/workshop"
	"github.com/throughline/throughline/playbooks"
)

// TestFromALineToAFinding takes the way of docs/walks/from-a-line-to-a-finding.md.
func TestFromALineToAFinding(t *testing.T) {
	dir := t.TempDir()
	const theirs, ours = "The department head measured what the problem costs over three months.", "We presented the demo to the department head."
	place := "" // file:line of the line that is changed
	err := fs.WalkDir(playbooks.Starter(), ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := fs.ReadFile(playbooks.Starter(), path)
		if err != nil {
			return err
		}
		if before, after, ok := strings.Cut(string(text), theirs); ok {
			place = filepath.Join(dir, path)
			text = []byte(before + ours + after)
		}
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(path)), 0o755); err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, path), text, 0o644)
	})
	if err != nil || place == "" {
		t.Fatal("the starter playbook has no such line", err)
	}
	now := time.Date(2026, 2, 1, 9, 0, 0, 0, time.UTC)
	house := assembly.House{Now: func() time.Time { return now }, Random: rand.New(rand.NewPCG(1, 1))}
	desk, done, err := house.Open(cli.Where{DB: filepath.Join(t.TempDir(), "x.db"), Lang: "en", Playbook: dir}, true, true)
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	out, err := operation.CheckPlaybook.Run(t.Context(), desk, &workshop.CheckPlaybookInput{})
	if err != nil {
		t.Fatal(err)
	}
	check := out.(workshop.PlaybookCheck)
	i := slices.IndexFunc(check.Found, func(f diag.Finding) bool { return f.Range.File == place && f.Severity != diag.Hint })
	if i < 0 {
		t.Fatalf("nothing is found at %s: %+v", place, check.Found)
	}
	found := check.Found[i]
	text, err := os.ReadFile(place)
	if err != nil {
		t.Fatal(err)
	}
	if line := strings.Split(string(text), "\n")[found.Range.Begin.Line-1]; !strings.Contains(line, ours) || found.Hint == "" {
		t.Errorf("%+v points at %q", found, line)
	}
	if _, err := os.Stat(filepath.Join("../..", found.Page)); err != nil || found.Page == "" {
		t.Errorf("no page tells more of it: %q, %v", found.Page, err)
	}
	w := httptest.NewRecorder()
	assembly.Handler(desk, nil, true, nil, slog.New(slog.DiscardHandler)).ServeHTTP(w, httptest.NewRequest("GET", "http://127.0.0.1/playbook", nil))
	if w.Code != 200 || !strings.Contains(w.Body.String(), ours) {
		t.Errorf("status %d: the page does not show the line", w.Code)
	}
}
