package assembly_test

import (
	"log/slog"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/assembly"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/forecasting"
	"github.com/throughline/throughline/internal/importing"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/showing"
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
		out, err := operation.ImportCSV.Run(t.Context(), desk, &importing.ImportCSVInput{Paths: []string{path}, Guess: true, Yes: true})
		if err != nil {
			t.Fatal(err)
		}
		got := out.(importing.Imported)
		if got.Deals != 2 || got.Outcomes["won"] != 1 || got.Outcomes["open"] != 1 || added >= 0 && got.Added != added {
			t.Fatalf("run %d: %+v", run, got)
		}
	}

	out, err := operation.ShowDeal.Run(t.Context(), desk, &showing.DealInput{ID: "A-17"})
	if err != nil {
		t.Fatal(err)
	}
	page := out.(showing.DealPage)
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

	w = httptest.NewRecorder()
	assembly.Handler(desk, nil, true, nil, slog.New(slog.DiscardHandler)).ServeHTTP(w, httptest.NewRequest("GET", "http://127.0.0.1/", nil))
	if w.Code != 200 || !strings.Contains(w.Body.String(), "Handover without paper") || strings.Contains(w.Body.String(), "Rota in one place") {
		t.Errorf("status %d: Today lists what is open, and nothing that is won", w.Code)
	}
}

// TestFromASentenceToARethink takes the way of docs/walks/from-a-sentence-to-a-rethink.md.
func TestFromASentenceToARethink(t *testing.T) {
	now := time.Date(2026, 2, 1, 9, 0, 0, 0, time.UTC)
	house := assembly.House{Now: func() time.Time { return now }, Random: rand.New(rand.NewPCG(1, 1))}
	desk, done, err := house.Open(cli.Where{DB: filepath.Join(t.TempDir(), "x.db"), Lang: "en"}, true, true)
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	run := func(o operation.Operation, in any) recording.Recorded {
		t.Helper()
		now = now.Add(time.Minute)
		out, err := o.Run(t.Context(), desk, in)
		if err != nil {
			t.Fatal(err)
		}
		if c, ok := out.(recording.Captured); ok {
			return c.Recorded
		}
		return out.(recording.Recorded)
	}
	id := run(operation.RecordDeal, &recording.NewDealInput{Title: "One handover", Account: "Northfield"}).Deal.String()
	w := recording.Writing{ID: id}
	for _, who := range []string{"Maria Chen", "Colin Hartwig"} {
		run(operation.RecordPerson, &recording.PersonInput{Writing: w, Person: who})
		for _, p := range []throughline.Phase{throughline.Notice, throughline.Own, throughline.Align} {
			run(operation.RecordEvidence, &recording.EvidenceInput{Writing: w, About: string(p.Address()), Grade: "E3", Person: who, Text: "wrote it down"})
		}
	}
	run(operation.RecordStrategy, &recording.StrategyInput{Writing: w, Bet: "If they list their ways", By: "2026-03-01"})
	shown := func() alignment.Reading {
		t.Helper()
		out, err := operation.ShowDeal.Run(t.Context(), desk, &showing.DealInput{ID: id})
		if err != nil {
			t.Fatal(err)
		}
		return out.(showing.DealPage).Reading
	}
	if r := shown(); r.Firm != throughline.Explore || len(r.Rethink) > 0 {
		t.Fatalf("before: at %s, rethink %v", r.Firm, r.Rethink)
	}
	const sentence = "Ana Ruiz from the works council can block it now."
	in := &recording.CaptureInput{Writing: recording.Writing{ID: id, Once: desk.NewID().String()}, Text: sentence, All: true}
	first, again := run(operation.CaptureNote, in), run(operation.CaptureNote, in)
	if len(first.Facts) == 0 || !again.Known {
		t.Fatalf("facts %v; sent again: known %v", first.Facts, again.Known)
	}
	if r := shown(); r.Firm != throughline.Align || r.Phase(throughline.Align).State != throughline.Reopened || len(r.Rethink) == 0 {
		t.Errorf("after: at %s, %s, rethink %v", r.Firm, r.Phase(throughline.Align).State, r.Rethink)
	}
	var ids []string
	for _, f := range first.Facts {
		ids = append(ids, f.String())
	}
	run(operation.RecordUndo, &recording.UndoInput{Writing: w, Facts: ids})
	if r := shown(); r.Firm != throughline.Explore {
		t.Errorf("taken back: at %s", r.Firm)
	}
}

func join(kinds []deal.Kind) string {
	var s []string
	for _, k := range kinds {
		s = append(s, string(k))
	}
	return strings.Join(s, " ")
}

// TestTheWalkNamesWhatThereIs: every function that a page of docs/walks names stands in the source.
func TestTheWalkNamesWhatThereIs(t *testing.T) {
	files, err := filepath.Glob("../../docs/walks/from-*.md")
	if err != nil || len(files) != 4 {
		t.Fatal(files, err)
	}
	var page []byte
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		page = append(append(page, text...), '\n')
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

// TestANewVetoLowersTheForecast: the third example of DOMAIN B.1. Somebody new
// who can say no opens what was agreed, and the chance to win falls; taken
// back, it is what it was. Nothing is deleted.
func TestANewVetoLowersTheForecast(t *testing.T) {
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
	run := func(o operation.Operation, in any) any {
		t.Helper()
		out, err := o.Run(t.Context(), desk, in)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	looked := 0
	for _, row := range run(operation.ListDeals, &showing.DealsInput{Outcome: "open"}).(showing.DealList).Rows {
		if row.Silent || row.QuietDays > 21 {
			continue
		}
		id := row.ID.String()
		r := run(operation.ShowDeal, &showing.DealInput{ID: id}).(showing.DealPage).Reading
		if r.Class == throughline.Transactional || r.Phase(throughline.Align).State != throughline.Answered || r.Phase(throughline.Choose).State != throughline.Answered {
			continue
		}
		if looked++; looked > 2 {
			break
		}
		chance := func() (won []float64) {
			t.Helper()
			f := run(operation.ForecastDeal, &forecasting.ForecastDealInput{ID: id}).(forecasting.ForecastOfDeal)
			for _, by := range f.Deal.By {
				won = append(won, by.Said.Won)
			}
			return won
		}
		before := chance()
		now = now.Add(time.Minute)
		in := &recording.EventInput{Writing: recording.Writing{ID: id}, Event: "new_veto", Text: "The works council asks to be heard"}
		facts := run(operation.RecordEvent, in).(recording.Recorded).Facts
		after := chance()
		for i := range before {
			if after[i] >= before[i] {
				t.Errorf("%s: chance to win %v before, %v after", row.Title, before, after)
			}
		}
		now = now.Add(time.Minute)
		run(operation.RecordUndo, &recording.UndoInput{Writing: recording.Writing{ID: id}, Facts: []string{facts[0].String()}})
		if again := chance(); !slices.Equal(again, before) {
			t.Errorf("%s: %v before, %v taken back", row.Title, before, again)
		}
	}
	if looked < 2 {
		t.Errorf("%d deals were looked at", looked)
	}
}
