package operation_test

import (
	"slices"
	"testing"

	"github.com/throughline/throughline/internal/listing"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/showing"
)

// TestWhatIWroteIsInTheList: what was written through this process stands in
// the list that is kept in memory when writing returns, without anybody's
// looking at the file again.
func TestWhatIWroteIsInTheList(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	d.Lists = listing.New(&d.Desk)
	d.Ledger = d.Lists.Ledger()
	if err := d.Lists.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	titles := func() (out []string) {
		for _, r := range seat.Run[showing.DealList](t, d, operation.ListDeals, &showing.DealsInput{Limit: 10}).Rows {
			out = append(out, r.Title+" "+r.Outcome)
		}
		slices.Sort(out)
		return out
	}
	if got := titles(); !slices.Equal(got, []string{"One handover for all wards open"}) {
		t.Fatalf("before: %q", got)
	}
	seat.Run[recording.Recorded](t, d, operation.RecordDeal, &recording.NewDealInput{Title: "All departments", Account: "Montrevel"})
	if got := titles(); !slices.Equal(got, []string{"All departments open", "One handover for all wards open"}) {
		t.Errorf("after a deal was opened: %q", got)
	}
	seat.Run[recording.Recorded](t, d, operation.RecordEnd, &recording.EndInput{Writing: recording.Writing{ID: id}, Outcome: "no_decision", Cause: "overtaken", Text: "a merger"})
	if got := titles(); !slices.Equal(got, []string{"All departments open", "One handover for all wards no_decision"}) {
		t.Errorf("after a deal ended: %q", got)
	}
}
