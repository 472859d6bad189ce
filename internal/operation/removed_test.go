package operation_test

import (
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/reviewing"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/store"
)

// TestADealRemovedAtTheSourceIsListedAndCountsNowhere: it is found by its mark,
// is not among the open ones, and no end of the year counts it.
func TestADealRemovedAtTheSourceIsListedAndCountsNowhere(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	seat.Ward(t, d)
	gone := seat.Ward(t, d)
	id, err := throughline.ParseID(gone)
	if err != nil {
		t.Fatal(err)
	}
	f := deal.Fact{ID: throughline.FactID(d.NewID()), Deal: throughline.DealID(id), Learned: now, Recorded: now, Turn: 100,
		Source: deal.Source{System: "salesforce", Record: "Opportunity x"}, Grade: throughline.E1, Body: deal.Ended{Outcome: throughline.Removed, Foreign: "deleted"}}
	if _, err := d.Ledger.Append(t.Context(), d.Workspace, store.Batch{Facts: []deal.Fact{f}}); err != nil {
		t.Fatal(err)
	}
	removed := seat.Run[showing.DealList](t, d, operation.ListDeals, &showing.DealsInput{Outcome: "removed", Sort: "recent", Limit: 9})
	if len(removed.Rows) != 1 || removed.Rows[0].ID.String() != gone || !removed.Rows[0].Closed.IsZero() {
		t.Errorf("%+v", removed.Rows)
	}
	if open := seat.Run[showing.DealList](t, d, operation.ListDeals, &showing.DealsInput{Outcome: "open", Sort: "recent", Limit: 9}); len(open.Rows) != 1 {
		t.Errorf("%d open deals", len(open.Rows))
	}
	if r := seat.Run[reviewing.Review](t, d, operation.ReviewDeals, &reviewing.ReviewInput{}); r.Ended != 0 || r.NoDecision != 0 || r.Open != 1 {
		t.Errorf("%d ended, %d without a decision, %d open", r.Ended, r.NoDecision, r.Open)
	}
}
