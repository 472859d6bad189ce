package assembly_test

import (
	"log/slog"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/assembly"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/surface/cli"
)

const table = "id,title,customer,owner,stage,opened,closed,amount\n" +
	"A-17,Handover without paper,Northfield Hospitals,Ines,Proposal,2026-01-12,,412000\n" +
	"A-18,Rota in one place,Southfield Clinics,Kofi,Closed Won,2025-10-01,2025-12-20,90000\n"

// TestFromAnExportToAPage takes the way of docs/walks/from-an-export-to-a-page.md.
func TestFromAnExportToAPage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deals.csv")
	if err := os.WriteFile(path, []byte(table), 0o644); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 2, 1, 9, 0, 0, 0, time.UTC)
	house := assembly.House{Now: func() time.Time { return now }, Random: rand.New(rand.NewPCG(1, 1))}
	desk, done, err := house.Open(cli.Where{DB: filepath.Join(t.TempDir(), "x.db"), Lang: "en"}, true, true)
	if err != nil {
		t.Fatal(err)
	}
	defer done()

	for run, added := range []int{-1, 0} { // the second time adds nothing
		out, err := operation.ImportCSV.Run(t.Context(), desk, &operation.ImportCSVInput{Paths: []string{path}, Guess: true, Yes: true})
		if err != nil {
			t.Fatal(err)
		}
		got := out.(operation.Imported)
		if got.Deals != 2 || got.Outcomes["won"] != 1 || got.Outcomes["open"] != 1 || added >= 0 && got.Added != added {
			t.Fatalf("run %d: %+v", run, got)
		}
	}

	out, err := operation.ShowDeal.Run(t.Context(), desk, &operation.DealInput{ID: "A-17"})
	if err != nil {
		t.Fatal(err)
	}
	page := out.(operation.DealPage)
	var kinds []deal.Kind
	for _, f := range page.Facts {
		kinds = append(kinds, f.Body.Kind())
	}
	for _, want := range []deal.Kind{"opened", "stage_moved", "amount_changed"} {
		if !strings.Contains(" "+join(kinds)+" ", " "+string(want)+" ") {
			t.Errorf("no %s among %v", want, kinds)
		}
	}
	stored, err := desk.Ledger.SummariesOf(t.Context(), desk.Workspace, []throughline.DealID{page.ID})
	if err != nil || len(stored) != 1 {
		t.Fatal(err, stored)
	}
	if !reflect.DeepEqual(stored[0], page.Deal.Summary) {
		t.Errorf("the stored summary is not the fold:\n%+v\n%+v", stored[0], page.Deal.Summary)
	}
	r := page.Reading
	if r.FromCustomer || r.Frontier.Known() || r.Gap != nil {
		t.Errorf("a position was invented: %+v", r)
	}
	if r.Ours.Phase != throughline.Choose {
		t.Errorf("a proposal is read as %q", r.Ours.Phase)
	}
	if len(r.Reasons) == 0 || r.Reasons[0].Code != alignment.NothingFromThem || len(page.Questions) != 3 {
		t.Errorf("reasons %+v, questions %+v", r.Reasons, page.Questions)
	}

	w := httptest.NewRecorder()
	request := httptest.NewRequest("GET", "http://127.0.0.1/deals/"+page.ID.String(), nil)
	assembly.Handler(desk, nil, true, nil, slog.New(slog.DiscardHandler)).ServeHTTP(w, request)
	for _, want := range []string{"Handover without paper", "Northfield Hospitals", "<svg", "Nothing here comes from the customer yet"} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("status %d: the page lacks %q", w.Code, want)
		}
	}
}

func join(kinds []deal.Kind) string {
	var s []string
	for _, k := range kinds {
		s = append(s, string(k))
	}
	return strings.Join(s, " ")
}

// TestTheWalkNamesWhatThereIs: every function that the page names stands in the source.
func TestTheWalkNamesWhatThereIs(t *testing.T) {
	page, err := os.ReadFile("../../docs/walks/from-an-export-to-a-page.md")
	if err != nil {
		t.Fatal(err)
	}
	var source strings.Builder
	_ = filepath.WalkDir("../..", func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() && strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			b, _ := os.ReadFile(path)
			source.Write(b)
		}
		return nil
	})
	for i, part := range strings.Split(string(page), "`") {
		last := part[strings.LastIndexByte(part, '.')+1:]
		if i%2 == 0 || !strings.Contains(part, ".") || strings.ContainsAny(part, " /") || strings.HasSuffix(part, ".go") {
			continue
		}
		if !strings.Contains(source.String(), "func "+last+"(") && !strings.Contains(source.String(), ") "+last+"(") &&
			!strings.Contains(source.String(), "type "+last+" ") && !strings.Contains(source.String(), "\nvar "+last+" ") {
			t.Errorf("the walk names %s, which is not there", part)
		}
	}
}
