package operation_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/forecasting"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/store"
)

// TestTheWiderChangeAsksForALook: what we owe and is late, their own work that
// fails, is stuck or late, a priority that is old and a decision they do not
// know are reasons on Today, and go when they are mended or taken back.
func TestTheWiderChangeAsksForALook(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	w := recording.Writing{ID: id}
	day := throughline.DayOf(now, time.UTC)
	why := func() map[alignment.Code]string {
		t.Helper()
		out := map[alignment.Code]string{}
		for _, r := range seat.Run[showing.Attention](t, d, operation.ListAttention, &showing.AttentionInput{Limit: 10}).Rows {
			for i, y := range r.Reasons {
				out[y.Code] = r.Why[i]
			}
		}
		return out
	}
	owed := seat.Run[recording.Recorded](t, d, operation.RecordStated, &recording.StatedInput{Writing: w, Text: "Send the samples", Side: "us", Due: day.Add(2)}).Facts[0].String()
	work := seat.Run[recording.Recorded](t, d, operation.RecordWork, &recording.WorkInput{Writing: w, What: "Clean the supplier list", Due: day.Add(3)}).Facts[0].String()
	seat.Run[recording.Recorded](t, d, operation.RecordDecision, &recording.DecisionInput{Writing: w, Aspect: "competes", Text: "the new warehouse", Person: "Maria"})
	seat.Run[recording.Recorded](t, d, operation.RecordDecision, &recording.DecisionInput{Writing: w, Aspect: "decider", Unknown: true, Person: "Maria"})
	seat.Run[recording.Recorded](t, d, operation.RecordDate, &recording.DateInput{Writing: w, To: day.Add(120)})
	for _, c := range []alignment.Code{alignment.OwedLate, alignment.WorkLate, alignment.PriorityOld, alignment.DecisionUnknown} {
		if said, is := why()[c]; is {
			t.Errorf("%s before its time: %s", c, said)
		}
	}
	now = now.Add(4 * 24 * time.Hour)
	if got := why(); !strings.Contains(got[alignment.OwedLate], "“Send the samples”") || !strings.Contains(got[alignment.WorkLate], "“Clean the supplier list”") {
		t.Errorf("late: %v", got)
	}
	failing := seat.Run[recording.Recorded](t, d, operation.RecordWork, &recording.WorkInput{Writing: w, Of: work, State: "failing"})
	if got := why(); !strings.Contains(got[alignment.WorkFailing], "“Clean the supplier list” is going wrong") || got[alignment.WorkLate] != "" {
		t.Errorf("failing: %v", got)
	}
	seat.Run[recording.Recorded](t, d, operation.RecordUndo, &recording.UndoInput{Writing: w, Facts: []string{failing.Facts[0].String()}})
	if got := why(); got[alignment.WorkFailing] != "" || got[alignment.WorkLate] == "" {
		t.Errorf("taken back: %v", got)
	}
	seat.Run[recording.Recorded](t, d, operation.RecordWork, &recording.WorkInput{Writing: w, Of: work, State: "stuck"})
	seat.Run[recording.Recorded](t, d, operation.RecordStated, &recording.StatedInput{Writing: w, Of: owed, State: "done"})
	if got := why(); got[alignment.OwedLate] != "" || got[alignment.WorkStuck] == "" {
		t.Errorf("done, and stuck: %v", got)
	}
	now = now.Add(95 * 24 * time.Hour)
	if got := why(); got[alignment.PriorityOld] == "" || !strings.Contains(got[alignment.DecisionUnknown], "One thing about how they decide") {
		t.Errorf("late in the year: %v", got)
	}
	seat.Run[recording.Recorded](t, d, operation.RecordDecision, &recording.DecisionInput{Writing: w, Aspect: "decider", Text: "the board", Person: "Maria"})
	seat.Run[recording.Recorded](t, d, operation.RecordDecision, &recording.DecisionInput{Writing: w, Aspect: "competes", Text: "nothing any more", Person: "Maria"})
	if got := why(); got[alignment.PriorityOld] != "" || got[alignment.DecisionUnknown] != "" {
		t.Errorf("answered: %v", got)
	}
}

// TestAFailingChangeLowersWhatIsExpected: beside the chances that were shown
// stands what a failing change takes off, by name, and it goes when that is
// mended; the chances themselves stay what history says.
func TestAFailingChangeLowersWhatIsExpected(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	w := recording.Writing{ID: id}
	day := throughline.DayOf(now, time.UTC)
	deal, err := throughline.ParseID(id)
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(forecasting.ForecastRun{AsOf: day, Enough: true, Quarter: day.Add(38), Deals: []forecasting.DealForecast{{ID: throughline.DealID(deal),
		By: []forecasting.DealBy{{Day: day.Add(38), Said: forecasting.Chances{Won: 0.6, Lost: 0.1, NoDecision: 0.1, Open: 0.2}}}}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Ledger.AppendForecast(t.Context(), d.Workspace, store.Shown{ID: d.NewID(), Kind: "run", At: now, AsOf: day, Hash: "h", Body: body}); err != nil {
		t.Fatal(err)
	}
	outlook := func() forecasting.ForecastOfDeal {
		return seat.Run[forecasting.ForecastOfDeal](t, d, operation.ForecastDealKept, &forecasting.ForecastDealInput{ID: id})
	}
	if got := outlook(); got.Change != nil || got.Deal.By[0].Said.Won != 0.6 {
		t.Fatalf("before: %+v", got.Change)
	}
	work := seat.Run[recording.Recorded](t, d, operation.RecordWork, &recording.WorkInput{Writing: w, What: "Train the wards with Maria Chen", State: "failing"}).Facts[0].String()
	got := outlook()
	if got.Change == nil || math.Abs(got.Change.Won-0.42) > 1e-9 || got.Change.Without != 0.6 || got.Deal.By[0].Said.Won != 0.6 || len(got.Change.Because) != 1 || !strings.Contains(got.Change.Because[0], "“Train the wards with Maria Chen” is going wrong") {
		t.Fatalf("failing: %+v", got.Change)
	}
	seat.Run[recording.Recorded](t, d, operation.RecordWork, &recording.WorkInput{Writing: w, Of: work, State: "begun"})
	if got := outlook(); got.Change != nil {
		t.Errorf("mended: %+v", got.Change)
	}
}
