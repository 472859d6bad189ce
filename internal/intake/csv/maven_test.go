package csv_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/intake"
	"github.com/throughline/throughline/internal/intake/csv"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/store/memory"
)

// book is a playbook's mapping, as far as these tests need one.
func book() playbook.Mapping {
	m := playbook.Mapping{Stages: map[string]playbook.MappedStage{}, Outcomes: map[string]playbook.MappedEnd{}}
	for word, stage := range map[string]string{"prospecting": "prospect", "engaging": "engage", "qualification": "qualify", "proposal": "propose", "negotiation": "agree", "demo": "engage"} {
		m.Stages[word] = playbook.MappedStage{Stage: throughline.StageAddress("standard", stage)}
	}
	for word, end := range map[string]throughline.Outcome{"won": throughline.Won, "closed won": throughline.Won, "lost": throughline.LostUnknown, "closed lost": throughline.LostUnknown, "lost to competitor": throughline.LostCompetitor} {
		m.Outcomes[word] = playbook.MappedEnd{Outcome: end}
	}
	m.Outcomes["no decision"] = playbook.MappedEnd{Outcome: throughline.NoDecision}
	return m
}

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func maven(t testing.TB) []intake.File {
	dir := "../../../../shared/data/crm/maven"
	if _, err := os.Stat(dir); err != nil {
		t.Skip("../shared/data is not here")
	}
	files, err := intake.Files(dir)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestMavenEndToEnd(t *testing.T) {
	files := maven(t)
	m, fs, err := csv.Guess(files, book())
	if err != nil || m == nil {
		t.Fatal(err, fs)
	}
	t.Logf("proposal:\n%s", m.YAML())
	back, fs := csv.ParseMapping("mapping.yaml", m.YAML())
	if back == nil || len(fs) > 0 {
		t.Fatalf("the proposal does not read back: %+v", fs)
	}
	if string(m.YAML()) == "" || !strings.Contains(string(m.YAML()), "data_dictionary.csv") {
		t.Error("data_dictionary.csv is not named")
	}
	mem := memory.New()
	ctx := context.Background()
	r, err := intake.Run(ctx, csv.New(files, back, book(), now), mem, intake.Options{Workspace: 1, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Count(mem.Summaries(ctx, 1)); err != nil {
		t.Fatal(err)
	}
	if r.Deals != 8800 || r.Outcomes["won"] != 4238 || r.Outcomes["lost_unknown"] != 2473 || r.Outcomes["open"] != 2089 || len(r.Outcomes) != 3 {
		t.Errorf("deals %d, outcomes %v", r.Deals, r.Outcomes)
	}
	if r.Rejected != 0 || r.Horizon.String() != "2017-12-31" || r.Rows != 8800 {
		t.Errorf("rejected %d, horizon %s, rows %d", r.Rejected, r.Horizon, r.Rows)
	}
	gtx, unused := 0, 0
	for _, f := range r.Findings {
		switch {
		case f.Value == "GTXPro":
			gtx++
			if f.Count != 1480 || f.Nearest != "GTX Pro" {
				t.Errorf("GTXPro: count %d, nearest %q", f.Count, f.Nearest)
			}
		case f.Check == "unused-file" && filepath.Base(f.Range.File) == "data_dictionary.csv":
			unused++
			if f.Severity != diag.Hint {
				t.Errorf("unused file is a %s", f.Severity)
			}
		case f.Check == "blank-while-open" && f.Field == "account":
		case f.Check == "no-currency" && f.Field == "close_value": // its dollars are nowhere said
		default:
			t.Errorf("unexpected finding %+v", f)
		}
	}
	if gtx != 1 || unused != 1 {
		t.Errorf("GTXPro found %d times, unused file %d times", gtx, unused)
	}

	stages := map[string]int{}
	day, _ := throughline.ParseDay("2017-06-30")
	asOf := map[string]int{}
	for s := range mem.Summaries(ctx, 1) {
		if s.Outcome() == throughline.StillOpen {
			stages[s.Stage.Value.Foreign]++
		}
		facts, _ := mem.Facts(ctx, 1, s.Deal)
		if d, ok := deal.Fold(facts, day.End(time.UTC)); ok {
			asOf[d.Outcome().Word()]++
			if d.Outcome() == throughline.StillOpen && d.Stage.Value.Foreign != "Engaging" {
				t.Fatalf("as of %s an open deal is in %q", day, d.Stage.Value.Foreign)
			}
		}
	}
	if stages["Prospecting"] != 500 || stages["Engaging"] != 1589 {
		t.Errorf("open by stage: %v", stages)
	}
	won, lost, known := 0, 0, 0
	rows := strings.Split(read(t, filepath.Join("../../../../shared/data/crm/maven", "sales_pipeline.csv")), "\n")
	for _, line := range rows[1:] {
		c := strings.Split(strings.TrimSpace(line), ",")
		if len(c) < 8 || c[5] == "" || c[5] > "2017-06-30" {
			continue
		}
		known++
		if c[6] != "" && c[6] <= "2017-06-30" {
			if c[4] == "Won" {
				won++
			} else {
				lost++
			}
		}
	}
	if asOf["won"] != won || asOf["lost_unknown"] != lost || asOf["open"] != known-won-lost {
		t.Errorf("as of %s: %v, want %d won, %d lost, %d open", day, asOf, won, lost, known-won-lost)
	}
	t.Logf("facts %d, as of %s: %v", r.Added, day, asOf)

	again, err := intake.Run(ctx, csv.New(files, back, book(), now.Add(time.Hour)), mem, intake.Options{Workspace: 1, Now: now.Add(time.Hour)})
	if err != nil || again.Added != 0 {
		t.Errorf("a second run added %d facts, %v", again.Added, err)
	}
}

func read(t testing.TB, path string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
