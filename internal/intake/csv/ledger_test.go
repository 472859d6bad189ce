package csv_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/throughline/throughline/internal/intake"
	"github.com/throughline/throughline/internal/intake/csv"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/store/sqlite"
	"github.com/throughline/throughline/playbooks"
)

// TestMavenIntoTheLedger imports with the starter playbook into a real ledger,
// twice; the file is whole after it.
func TestMavenIntoTheLedger(t *testing.T) {
	files := maven(t)
	book, fs := compile.Playbook(playbooks.Starter())
	if book == nil {
		t.Fatal(fs)
	}
	ctx := context.Background()
	ledger, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "m.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer ledger.Close()
	m, _, err := csv.Guess(files, book.Mapping)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		at := now.Add(time.Duration(i) * time.Hour)
		r, err := intake.Run(ctx, csv.New(files, m, book.Mapping, at), ledger, intake.Options{Workspace: 1, Now: at})
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Count(ledger.Summaries(ctx, 1)); err != nil {
			t.Fatal(err)
		}
		if r.Deals != 8800 || r.Outcomes["won"] != 4238 || r.Outcomes["lost_unknown"] != 2473 || r.Outcomes["open"] != 2089 {
			t.Errorf("run %d: %d deals, %v", i+1, r.Deals, r.Outcomes)
		}
		if i == 1 && r.Added != 0 {
			t.Errorf("the second run added %d facts", r.Added)
		}
		for _, f := range r.Findings {
			if f.Check == "unknown-stage" {
				t.Errorf("%+v", f)
			}
		}
	}
	whole, err := ledger.Check(ctx)
	if err != nil || len(whole.Faults) > 0 {
		t.Errorf("%v, %v", whole.Faults, err)
	}
	imports, err := ledger.Imports(ctx, 1)
	if err != nil || len(imports) != 2 || imports[0].Finished.IsZero() || imports[0].Horizon.String() != "2017-12-31" {
		t.Errorf("%+v, %v", imports, err)
	}
}

// BenchmarkIntoTheLedger is the whole import: survey, read, translate, write.
func BenchmarkIntoTheLedger(b *testing.B) {
	ctx := context.Background()
	m := mapping(b, "")
	facts := 0
	for b.Loop() {
		ledger, err := sqlite.Open(ctx, filepath.Join(b.TempDir(), "m.db"), sqlite.Options{})
		if err != nil {
			b.Fatal(err)
		}
		r, err := intake.Run(ctx, csv.New([]intake.File{madeFile(100_000)}, m, book(), now), ledger, intake.Options{Workspace: 1, Now: now})
		if err != nil {
			b.Fatal(err)
		}
		facts += r.Added
		ledger.Close()
	}
	b.ReportMetric(float64(facts)/b.Elapsed().Seconds(), "facts/s")
}
