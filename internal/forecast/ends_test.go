package forecast_test

import (
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/forecast"
	"github.com/throughline/throughline/internal/mining"
)

// TestEndsAsForecastsAndMiningSeeThem: a decision to change nothing is neither
// a loss nor no decision, in any engine.
func TestEndsAsForecastsAndMiningSeeThem(t *testing.T) {
	want := map[throughline.Outcome]forecast.End{
		throughline.StillOpen: forecast.Open, throughline.Won: forecast.Won,
		throughline.LostCompetitor: forecast.Lost, throughline.LostInhouse: forecast.Lost, throughline.LostUnknown: forecast.Lost,
		throughline.NoDecision: forecast.NoDecision, throughline.DecidedNoChange: forecast.Other,
		throughline.DisqualifiedByUs: forecast.Other, throughline.Postponed: forecast.Other,
	}
	for o, end := range want {
		if got := forecast.EndOf(o); got != end {
			t.Errorf("%q is %s to a forecast, want %s", o, got, end)
		}
	}
	for _, k := range mining.EndKinds() {
		for _, o := range k.Outcomes {
			if want[o].String() != k.Name {
				t.Errorf("mining counts %q as %s, a forecast as %s", o, k.Name, want[o])
			}
		}
	}
}
