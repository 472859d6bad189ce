package company_test

import (
	"slices"
	"testing"
	"time"

	"github.com/throughline/throughline/internal/company"
	"github.com/throughline/throughline/internal/deal"
)

// TestTheLastActOfEachDealIsOne: the fact to which a deal's page leads as what
// they did last (the last known that is an act of theirs) happened on the day
// that the summary, by which lists count silence, calls their last; where the
// summary knows of none, the page leads nowhere.
func TestTheLastActOfEachDealIsOne(t *testing.T) {
	for _, language := range []string{"en", "zh"} {
		acted, silent := 0, 0
		for c := range company.GenerateIn(language, 1, today, time.UTC, starter(t)) {
			d, _ := deal.Fold(c.Batch.Facts, today.End(time.UTC))
			var last deal.Fact
			for _, f := range slices.Backward(d.Known) {
				if d.ActOfTheirs(f) {
					last = f
					break
				}
			}
			day := d.LastCustomerAct(time.UTC)
			switch {
			case day.IsZero() && last.Body == nil:
				silent++
			case day.IsZero() != (last.Body == nil) || last.Body != nil && last.Day(time.UTC) != day:
				t.Errorf("%s %s: the page leads to %v (%T), the lists count from %s", language, d.Summary.Title.Value, last.When(), last.Body, day)
			default:
				acted++
			}
		}
		if acted < 100 {
			t.Errorf("%s: only %d deals in which they acted, %d in which not", language, acted, silent)
		}
	}
}
