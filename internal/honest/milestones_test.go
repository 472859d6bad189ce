package honest_test

import (
	"math/rand/v2"
	"testing"

	"github.com/throughline/throughline/internal/honest"
	"github.com/throughline/throughline/internal/mining"
)

// TestMilestonesAreNotFlattered: a milestone that changes nothing, in segments
// that a column of the table tells, and ticked just before the win.
func TestMilestonesAreNotFlattered(t *testing.T) {
	n := seeds(t, 400, 60)
	if n == 40 {
		n = 400
	}
	for _, c := range []struct {
		name               string
		confounded, ticked bool
	}{{"plain", false, false}, {"segments in a column", true, false}, {"ticked two hours before the win", false, true}, {"both", true, true}} {
		held, called := 0, 0
		for seed := range n {
			l := honest.Milestones(rand.New(rand.NewPCG(first()+uint64(seed), 61)), 500, c.confounded, c.ticked)
			ends, _ := l.Outcomes(honest.Ends)
			u := mining.Milestones(l, l.All(), honest.Ends, mining.MilestoneSettings{Names: []string{"milestone"}, Adjust: mining.AdjustFor(l, l.All(), ends, nil)})
			e := u.Milestones[0].Effects[0]
			if e.Low <= 1 && 1 <= e.High {
				held++
			}
			if e.Code == mining.MoreOften || e.Code == mining.LessOften {
				called++
			}
			if c.ticked && u.Milestones[0].AtEnd == 0 {
				t.Errorf("%s: nothing is set aside", c.name)
			}
		}
		t.Logf("%s: intervals of 95 %% hold in %.1f of 100, called in %.1f of 100, of %d", c.name, 100*float64(held)/float64(n), 100*float64(called)/float64(n), n)
		if spare := 4 + n*7/100; n-held > spare || called > spare {
			t.Errorf("%s: held in %d of %d, called in %d", c.name, held, n, called)
		}
	}
}
