package csv_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/intake"
	"github.com/throughline/throughline/internal/intake/csv"
	"github.com/throughline/throughline/internal/store/memory"
)

var want = regexp.MustCompile(`# want "([^"]*)"`)

// TestBadMappings: each file has, on each line that says what it wants, a
// finding with those words, and no finding elsewhere.
func TestBadMappings(t *testing.T) {
	files, _ := filepath.Glob("testdata/bad/*.yaml")
	if len(files) < 8 {
		t.Fatalf("%d files", len(files))
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			m, fs := csv.ParseMapping(path, b)
			if m != nil {
				t.Error("a mapping came of it")
			}
			open := map[int]string{}
			for i, line := range strings.Split(string(b), "\n") {
				if w := want.FindStringSubmatch(line); w != nil {
					open[i+1] = w[1]
				}
			}
			for _, f := range fs {
				w, ok := open[f.Range.Begin.Line]
				if !ok || !strings.Contains(f.Message+f.Value, w) || f.Hint == "" {
					t.Errorf("line %d: %+v", f.Range.Begin.Line, f)
				}
				delete(open, f.Range.Begin.Line)
			}
			if len(open) > 0 {
				t.Errorf("nothing was said of %v", open)
			}
		})
	}
}

// TestColumnsThatAreNotThere: an import by a mapping whose columns or files do
// not exist says so at the mapping's own lines and reads nothing.
func TestColumnsThatAreNotThere(t *testing.T) {
	m, fs := csv.ParseMapping("map.yaml", []byte("deals:\n  file: deals.csv\n  id: idd\n  stage: stage\nlookups:\n  - {file: product.csv, key: product, on: name}\n"))
	if m == nil {
		t.Fatal(fs)
	}
	r, err := intake.Run(context.Background(), csv.New([]intake.File{text("x/deals.csv", head+good), text("x/products.csv", "product\nA\n")}, m, book(), now), memory.New(), intake.Options{Now: now})
	if err != nil || r.Rows != 0 || !r.Findings.Errors() {
		t.Fatalf("%+v, %v", r, err)
	}
	if f := r.Findings[0]; f.Range.File != "map.yaml" || f.Range.Begin.Line != 3 || f.Nearest != "id" {
		t.Errorf("%+v", f)
	}
	m, _ = csv.ParseMapping("map.yaml", []byte("deals:\n  file: deals.csv\n  id: id\n  stage: stage\nlookups:\n  - {file: product.csv, key: product, on: name}\n"))
	r, err = intake.Run(context.Background(), csv.New([]intake.File{text("x/deals.csv", head+good), text("x/products.csv", "product\nA\n")}, m, book(), now), memory.New(), intake.Options{Now: now})
	if err != nil || len(r.Findings) != 1 || r.Findings[0].Nearest != "products.csv" || r.Findings[0].Range.Begin.Line != 6 {
		t.Errorf("%+v, %v", r.Findings, err)
	}
}

// TestEndsFromStatusAndReason: a status apart from the stage ends a deal, and a
// reason says which end; what neither says is not made up.
func TestEndsFromStatusAndReason(t *testing.T) {
	m, fs := csv.ParseMapping("map.yaml", []byte("deals: {file: deals.csv, id: id, stage: stage, status: status, reason: why, closed: closed}\noutcomes:\n  froze: {outcome: no_decision, cause: indecision}\n"))
	if m == nil {
		t.Fatal(fs)
	}
	for _, c := range []struct {
		stage, status, reason string
		outcome               throughline.Outcome
		cause                 throughline.Cause
		finding               string
	}{
		{"Proposal", "Open", "", "", "", ""},
		{"Proposal", "Won", "", throughline.Won, "", ""},
		{"Proposal", "Lost", "", throughline.LostUnknown, "", ""},
		{"Proposal", "Lost", "No decision", throughline.NoDecision, "", ""},
		{"Proposal", "Lost", "FROZE", throughline.NoDecision, throughline.Indecision, ""},
		{"Proposal", "Lost", "Lost to competitor", throughline.LostCompetitor, "", ""},
		{"Proposal", "Lost", "too dear", throughline.LostUnknown, "", "unknown-reason"},
		{"Proposal", "Won", "too dear", throughline.Won, "", ""},
		{"Proposal", "Limbo", "", "", "", "unknown-status"},
		{"Closed Lost", "", "", throughline.LostUnknown, "", ""},
	} {
		o := importAll(t, memory.New(), m, now, text("deals.csv", "id,stage,status,why,closed\nA1,"+c.stage+","+c.status+","+c.reason+",2026-02-03\n"))
		s := o.deal(t, "A1")
		if s.Outcome() != c.outcome || s.End.Value.Cause != c.cause {
			t.Errorf("%+v: %s %s", c, s.Outcome(), s.End.Value.Cause)
		}
		if got := len(o.report.Findings); (c.finding != "") != (got > 0) || got > 0 && o.report.Findings[0].Check != c.finding {
			t.Errorf("%+v: %+v", c, o.report.Findings)
		}
	}
}
