package operation_test

import (
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/forecasting"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/reviewing"
	"github.com/throughline/throughline/internal/store"
)

// TestCategories: a commit to which nothing came from the customer needs a
// reason, which is then shown with it; the newest word holds, from wherever.
func TestCategories(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	silent, heard := facts("silent", life{opened: 40, closed: -1, stage: "Proposal"}), facts("heard", life{opened: 40, closed: -1, stage: "Proposal"})
	over := facts("over", life{opened: 40, closed: 3, end: throughline.Won, stage: "Proposal"})
	said := deal.Fact{ID: throughline.FactID(throughline.KeyedID(seat.Today, "said")), Deal: heard[0].Deal, Happened: seat.Today.AddDate(0, 0, -9), Learned: seat.Today.AddDate(0, 0, -9),
		Recorded: seat.Today, Grade: throughline.E2, Body: deal.Evidence{About: throughline.Notice.Address(), Text: "The rota costs us nights"}}
	seat.Keep(t, d, store.Batch{Facts: append(append(append(silent, heard...), over...), said)})
	var judge func(f []deal.Fact, category, reason string) (forecasting.Categorised, error)
	stands := func(f []deal.Fact) forecasting.Categorised {
		t.Helper()
		r := seat.Run[forecasting.ForecastRun](t, d, operation.RunForecast, &forecasting.ForecastInput{})
		for _, x := range r.Deals {
			if x.ID == f[0].Deal {
				return x.Category
			}
		}
		t.Fatal("it is not in the forecast")
		return forecasting.Categorised{}
	}
	judge = func(f []deal.Fact, category, reason string) (forecasting.Categorised, error) {
		_, err := operation.JudgeForecast.Run(t.Context(), d, &reviewing.JudgeInput{Writing: recording.Writing{ID: f[0].Deal.String()}, Category: category, Reason: reason})
		if err != nil {
			return forecasting.Categorised{}, err
		}
		return stands(f), nil
	}
	if _, err := judge(silent, "commit", "  "); throughline.KindOf(err) != throughline.Invalid || !reviewing.NeedsReason(err) {
		t.Errorf("a commit on nobody's word: %v", err)
	}
	if got := stands(silent); got != (forecasting.Categorised{}) {
		t.Errorf("what was refused is kept: %+v", got)
	}
	if _, err := judge(silent, "comit", "x"); throughline.KindOf(err) != throughline.Invalid || reviewing.NeedsReason(err) {
		t.Errorf("a word that is none: %v", err)
	}
	if _, err := judge(over, "commit", "x"); throughline.KindOf(err) != throughline.Conflict {
		t.Errorf("a deal that has ended: %v", err)
	}
	now = now.Add(time.Minute)
	if got, err := judge(silent, "commit", "her hand on it"); err != nil || !got.Override || got.Needs || got.Reason != "her hand on it" || stands(silent) != got {
		t.Errorf("with a reason: %+v, %v; %+v", got, err, stands(silent))
	}
	if got, err := judge(heard, "Commit", ""); err != nil || got.Word != "commit" || got.Override || got.Needs {
		t.Errorf("where the customer was heard: %+v, %v", got, err)
	}
	// An import that says so later holds, and carries no reason.
	now = now.Add(48 * time.Hour)
	later := deal.Fact{ID: throughline.FactID(throughline.KeyedID(now, "later")), Deal: silent[0].Deal, Happened: now, Learned: now, Recorded: now,
		Source: deal.Source{System: "salesforce"}, Body: deal.Described{Attributes: map[string]string{"ForecastCategoryName": "Commit"}}}
	seat.Keep(t, d, store.Batch{Facts: []deal.Fact{later}})
	if got := stands(silent); got.By != "import" || !got.Needs || got.Override {
		t.Errorf("an import's commit: %+v", got)
	}
	now = now.Add(time.Hour)
	if got, err := judge(silent, "none", ""); err != nil || got != (forecasting.Categorised{}) || stands(silent) != got {
		t.Errorf("taken back: %+v, %v", got, err)
	}
	reader := *d
	reader.Holds = operation.MayRead
	if _, err := operation.JudgeForecast.Run(t.Context(), &reader, &reviewing.JudgeInput{Writing: recording.Writing{ID: silent[0].Deal.String()}, Category: "pipeline"}); throughline.KindOf(err) != throughline.Denied {
		t.Errorf("one who may only read: %v", err)
	}
}
