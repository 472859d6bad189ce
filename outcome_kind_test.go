package throughline_test

import (
	"testing"

	"github.com/throughline/throughline"
)

// TestWhatEachEndCountsAs: the one table, end by end; a decision to change
// nothing is neither a loss nor no decision.
func TestWhatEachEndCountsAs(t *testing.T) {
	want := map[throughline.Outcome]throughline.EndKind{
		throughline.StillOpen: throughline.EndOpen, throughline.Won: throughline.EndWon,
		throughline.LostCompetitor: throughline.EndLost, throughline.LostInhouse: throughline.EndLost, throughline.LostUnknown: throughline.EndLost,
		throughline.DecidedNoChange: throughline.EndNoChange, throughline.NoDecision: throughline.EndNoDecision,
		throughline.DisqualifiedByUs: throughline.EndOurs, throughline.Postponed: throughline.EndOurs,
	}
	for _, o := range append(throughline.Outcomes(), throughline.StillOpen) {
		if o.Kind() != want[o] {
			t.Errorf("%q counts as %s, want %s", o, o.Kind(), want[o])
		}
	}
	n := 0
	for _, k := range []throughline.EndKind{throughline.EndOpen, throughline.EndWon, throughline.EndLost, throughline.EndNoChange, throughline.EndNoDecision, throughline.EndOurs} {
		n += len(k.Outcomes())
	}
	if n != len(want) {
		t.Errorf("%d ends in all kinds, want each of %d once", n, len(want))
	}
}
