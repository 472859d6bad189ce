package csv_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/intake/csv"
	"github.com/throughline/throughline/internal/store/memory"
)

// TestANewerExportSaysNoPlanTwice: what is planned is one fact however often it
// is exported, and a deal that ended by its status keeps the stage it stood in.
func TestANewerExportSaysNoPlanTwice(t *testing.T) {
	mem := memory.New()
	deals := text("deals.csv", "id,name,account,owner,stage,amount,opened,closed,status\nA1,Pumps,Acme,Ann,Proposal,100,2026-01-02,2026-02-03,Won\nA2,Valves,Acme,Ann,Proposal,100,2026-01-02,,\n")
	acts := text("acts.csv", "id,deal,type,due\n9,A2,call,2027-05-01\n")
	as := func(day string) *csv.Mapping {
		said := strings.Replace(plainMapping, "  stage: stage\n", "  stage: stage\n  status: status\n", 1)
		m, fs := csv.ParseMapping("mapping.yaml", []byte(said+"exported_on: "+day+"\nactivities: [{file: acts.csv, id: id, deal: deal, type: type, planned: due, means: {call: call}}]\n"))
		if m == nil {
			t.Fatal(fs)
		}
		return m
	}
	first := importAll(t, mem, as("2026-03-01"), now, deals, acts)
	if second := importAll(t, mem, as("2026-04-01"), now, deals, acts); second.report.Added != 0 {
		t.Errorf("a newer export that says the same adds %d facts", second.report.Added)
	}
	facts, _ := mem.Facts(context.Background(), 1, first.deal(t, "A2").Deal)
	if n := len(slices.DeleteFunc(facts, func(f deal.Fact) bool { return f.Body.Kind() != deal.KindActivity })); n != 1 {
		t.Errorf("%d plans", n)
	}
	if s := first.deal(t, "A1"); s.Outcome() != throughline.Won || s.Stage.Value.Foreign != "Proposal" || s.Stage.Value.Stage == "" {
		t.Errorf("%s %+v", s.Outcome(), s.Stage.Value)
	}
}
