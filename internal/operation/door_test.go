package operation_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/importing"
	"github.com/throughline/throughline/internal/intake/logfile"
	"github.com/throughline/throughline/internal/learning"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/showing"
)

// TestNoDecisionIsNoLoss: at every door through which an end comes in, no
// decision stays no decision, a loss a loss and a decision to change nothing what
// it is; and whoever counts ends counts them so.
func TestNoDecisionIsNoLoss(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	outcome := func(id string) throughline.Outcome {
		page := seat.Shown(t, d, id)
		return page.Deal.Outcome()
	}

	// Recorded by a person.
	for _, end := range throughline.Outcomes() {
		in := &recording.EndInput{Outcome: string(end), Text: "because", Until: throughline.Day{}}
		switch end {
		case throughline.NoDecision:
			in.Cause = "overtaken"
		case throughline.Postponed:
			in.Trigger = "the new budget"
		}
		in.ID = seat.Run[recording.Recorded](t, d, operation.RecordDeal, &recording.NewDealInput{Title: "ends " + string(end)}).Deal.String()
		seat.Run[recording.Recorded](t, d, operation.RecordEnd, in)
		if got := outcome(in.ID); got != end {
			t.Errorf("recorded as %s and kept as %s", end, got)
		}
	}
	list := seat.Run[showing.DealList](t, d, operation.ListDeals, &showing.DealsInput{Outcome: "no_decision"})
	if len(list.Rows) != 1 || list.Outcomes["no_decision"] != 1 || list.Outcomes["decided_no_change"] != 1 || list.Outcomes["lost_competitor"] != 1 {
		t.Errorf("listed as %+v", list.Tally)
	}
	ledger := seat.Run[learning.HistorySummary](t, d, operation.MineSummary, &learning.SummaryInput{})
	if ledger.Ends["no_decision"] != 1 || ledger.Ends["decided_no_change"] != 1 || ledger.Ends["lost_competitor"] != 1 {
		t.Errorf("mined from the ledger as %v", ledger.Ends)
	}

	// A log, whose ends the command says, mined and imported.
	path := filepath.Join(t.TempDir(), "log.csv")
	rows := "case_id,activity,timestamp,result\n1,opened,2025-01-01,\n1,closed,2025-02-01,yes\n2,opened,2025-01-02,\n2,closed,2025-02-02,other\n3,opened,2025-01-03,\n3,closed,2025-02-03,silence\n"
	if err := os.WriteFile(path, []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	ends := logfile.Ends{Won: []string{"result=yes"}, Lost: []string{"result=other"}, NoDecision: []string{"result=silence"}}
	mined := seat.Run[learning.HistorySummary](t, d, operation.MineSummary, &learning.SummaryInput{HistoryInput: learning.HistoryInput{Logs: []string{path}, Ends: ends}})
	if mined.Ends["won"] != 1 || mined.Ends["lost_competitor"] != 1 || mined.Ends["no_decision"] != 1 {
		t.Errorf("mined from a log as %v", mined.Ends)
	}

	// A CRM's table, whose words the playbook's mapping or the import's own says.
	other := seat.Desk(t, &now)
	table := filepath.Join(t.TempDir(), "deals.csv")
	rows = "opportunity_id,title,stage,opened,closed\nA,a,Closed Won,2025-01-01,2025-02-01\nB,b,Closed Lost,2025-01-01,2025-02-01\nC,c,No Decision,2025-01-01,2025-02-01\n"
	if err := os.WriteFile(table, []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	seat.Run[importing.Imported](t, other, operation.ImportCSV, &importing.ImportCSVInput{Paths: []string{table}, Guess: true, Yes: true})
	for word, want := range map[string]bool{"won": true, "no_decision": true} {
		list := seat.Run[showing.DealList](t, other, operation.ListDeals, &showing.DealsInput{Outcome: word})
		if (len(list.Rows) == 1) != want {
			t.Errorf("of a table %d deals are %s: %v", len(list.Rows), word, list.Outcomes)
		}
	}
}
