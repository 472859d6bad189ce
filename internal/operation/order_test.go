package operation_test

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/importing"
	"github.com/throughline/throughline/internal/intake/logfile"
	"github.com/throughline/throughline/internal/learning"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/store"
)

// tied is one history as four doors tell it: three stages lie in one instant.
func tied(t *testing.T) (folder string) {
	t.Helper()
	folder = t.TempDir()
	write := func(name string, lines ...string) {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	opportunities := []string{"Id,Name,StageName,IsClosed,IsWon,CreatedDate,LastModifiedDate,CloseDate"}
	history := []string{"Id,OpportunityId,StageName,CreatedDate"}
	table := []string{"id,title,stage,first,second,third,fourth,closed,created"}
	xes := []string{`<log xes.version="1.0">`}
	for n := range 9 {
		day := func(d int) string { return time.Date(2024, 1, d+n, 0, 0, 0, 0, time.UTC).Format(time.DateOnly) }
		id, at := fmt.Sprintf("0065e0000%06dAAA", n), "T10:00:00.000Z"
		opportunities = append(opportunities, fmt.Sprintf("%s,Pump %d,Closed Won,true,true,%s,%s,%s", id, n, day(2)+at, day(40)+at, day(40)))
		table = append(table, fmt.Sprintf("row-%d,Pump %d,Closed Won,%s,%s,%s,%s,%s,%s", n, n, day(2), day(9), day(9), day(9), day(40), day(2)))
		xes = append(xes, fmt.Sprintf(`<trace><string key="concept:name" value="case %d"/>`, n))
		for k, s := range []struct {
			stage string
			day   int
		}{{"Qualification", 2}, {"Proposal", 9}, {"Discovery", 9}, {"Negotiation", 9}, {"Closed Won", 40}} {
			history = append(history, fmt.Sprintf("0085e%04d%06dAAA,%s,%s,%s", 9999-k*7-n, n, id, s.stage, day(s.day)+at))
			xes = append(xes, fmt.Sprintf(`<event><string key="concept:name" value="%s"/><date key="time:timestamp" value="%s"/></event>`, s.stage, day(s.day)+"T10:00:00+00:00"))
		}
		xes = append(xes, "</trace>")
	}
	write("sf/Opportunity.csv", opportunities...)
	write("sf/OpportunityHistory.csv", history...)
	write("deals.csv", table...)
	write("log.xes", append(xes, "</log>")...)
	write("mapping.yaml", "deals:", "  file: deals.csv", "  id: id", "  title: title", "  stage: stage", "  opened: created", "  closed: closed", "  entered:",
		"    Qualification: first", "    Proposal: second", "    Discovery: third", "    Negotiation: fourth")
	return folder
}

// throughEveryDoor imports the history by all of them and gives how many facts came in.
func throughEveryDoor(t *testing.T, d *operation.Desk, folder string) (added int) {
	t.Helper()
	for _, r := range []importing.Imported{
		seat.Run[importing.Imported](t, d, operation.ImportSalesforce, &importing.ImportSalesforceInput{Paths: []string{filepath.Join(folder, "sf")}}),
		seat.Run[importing.Imported](t, d, operation.ImportCSV, &importing.ImportCSVInput{Paths: []string{filepath.Join(folder, "deals.csv")}, Mapping: filepath.Join(folder, "mapping.yaml")}),
		seat.Run[importing.Imported](t, d, operation.ImportXES, &importing.ImportLogInput{Paths: []string{filepath.Join(folder, "log.xes")}, Ends: logfile.Ends{Won: []string{"activity=Closed Won"}}}),
	} {
		if r.Report.Findings.Errors() {
			t.Fatal(r.Report.Findings)
		}
		added += r.Added
	}
	return added
}

// TestCopiesOfOneHistoryAreOneWay: by whichever door and in whichever zone it
// comes, twice adds nothing, and what lies in one instant keeps its order, into
// every form that is written and back.
func TestCopiesOfOneHistoryAreOneWay(t *testing.T) {
	folder := tied(t)
	now := time.Date(2024, 6, 1, 12, 0, 0, 0, time.UTC)
	for _, name := range []string{"UTC", "Asia/Tokyo", "America/Los_Angeles"} {
		d := seat.Desk(t, &now)
		d.Zone = seat.Place(t, name)
		if n := throughEveryDoor(t, d, folder); n < 27*6 {
			t.Fatalf("%s: %d facts came in", name, n)
		}
		d.Zone = seat.Place(t, "Pacific/Kiritimati") // the same export, read elsewhere
		if n := throughEveryDoor(t, d, folder); n != 0 {
			t.Errorf("%s: the same again adds %d facts", name, n)
		}
		one := func(from string, logs ...string) {
			t.Helper()
			got := seat.Run[learning.VariantList](t, d, operation.MineVariants, &learning.VariantsInput{HistoryInput: learning.HistoryInput{Logs: logs}})
			if len(got.Rows) != 1 || got.Rows[0].Cases != 27 {
				t.Errorf("%s: %s has %d ways: %+v", name, from, len(got.Rows), got.Rows)
			} else if way := strings.Join(got.Rows[0].Activities, " > "); way != "opened > stage own > stage decide > stage align > stage decide > won" {
				t.Errorf("%s: %s goes %s", name, from, way)
			}
		}
		one("the ledger")
		out := t.TempDir()
		for file, op := range map[string]operation.Operation{"a.csv": operation.ExportCSV, "a.xes": operation.ExportXES, "a.parquet": operation.ExportParquet} {
			seat.Run[learning.Exported](t, d, op, &learning.ExportInput{Path: filepath.Join(out, file)})
			one(file, filepath.Join(out, file))
		}
		for _, file := range []string{"a.jsonocel", "a.xmlocel", "b.sqlite"} {
			seat.Run[learning.Exported](t, d, operation.ExportOCEL, &learning.ExportOCELInput{ExportInput: learning.ExportInput{Path: filepath.Join(out, file)}})
			one(file, filepath.Join(out, file))
		}
	}
}

// TestAnExportAddsNothingToALedgerOfBefore: facts as an older program wrote
// them, without turns and days and with ties a microsecond apart, are known again.
func TestAnExportAddsNothingToALedgerOfBefore(t *testing.T) {
	folder := tied(t)
	now := time.Date(2024, 6, 1, 12, 0, 0, 0, time.UTC)
	fresh := seat.Desk(t, &now)
	throughEveryDoor(t, fresh, folder)
	before := seat.Desk(t, &now)
	ctx := context.Background()
	ids := []throughline.ID{}
	for facts, err := range fresh.Ledger.AllFacts(ctx, fresh.Workspace) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, throughline.ID(facts[0].Deal))
		slices.SortFunc(facts, func(a, b deal.Fact) int { return cmp.Or(deal.Compare(a, b), bytes.Compare(a.ID[:], b.ID[:])) })
		last := map[string]time.Time{}
		for i := range facts {
			f := &facts[i]
			f.Turn, f.Happened, f.Learned = 0, f.Happened.UTC(), f.Learned.UTC()
			track := string(f.Body.Kind())
			if at := f.When(); !at.After(last[track]) {
				by := last[track].Sub(at) + time.Microsecond
				f.Happened, f.Learned = f.Happened.Add(by), f.Learned.Add(by)
			}
			last[track] = f.When()
		}
		if _, err := before.Ledger.Append(ctx, before.Workspace, store.Batch{Facts: facts}); err != nil {
			t.Fatal(err)
		}
	}
	foreign, err := fresh.Ledger.Foreign(ctx, fresh.Workspace, ids)
	if err != nil {
		t.Fatal(err)
	}
	var records []store.Record
	for _, list := range foreign {
		records = append(records, list...)
	}
	if _, err := before.Ledger.Append(ctx, before.Workspace, store.Batch{Records: records}); err != nil {
		t.Fatal(err)
	}
	before.Zone = seat.Place(t, "Pacific/Auckland")
	if n := throughEveryDoor(t, before, folder); n != 0 {
		t.Errorf("the same export adds %d facts", n)
	}
}
