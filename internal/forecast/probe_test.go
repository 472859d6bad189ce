package forecast

import (
	"fmt"
	"os"
	"testing"

	"github.com/throughline/throughline/internal/survival"
)

func TestProbe(t *testing.T) {
	if os.Getenv("PROBE") == "" {
		t.Skip()
	}
	probe = func(said map[string][]saying, b *Backtest, k int) {
		for _, name := range []string{Hazards, ByState, PlainRate} {
			for o := range b.Origins {
				line := fmt.Sprintf("%-24s o%d ", name, o)
				for q := range b.Horizons {
					for e := range k {
						var c, p []float64
						sp, sc := 0.0, 0.0
						for _, x := range said[name] {
							if int(x.origin) == o && int(x.horizon) == q {
								y := 0.0
								if x.came == e {
									y = 1
								}
								sp += x.chance[e]
								sc += y
								c, p = append(c, y), append(p, x.chance[e])
							}
						}
						s := survival.CalibrationSlope(c, p, nil, nil, nil, 0.9)
						line += fmt.Sprintf("| h%d e%d n%d said %.2f came %.2f sl %.2f ", q, e, len(c), sp/float64(len(c)), sc/float64(len(c)), s.Slope)
					}
				}
				t.Log(line)
			}
		}
	}
	t.Run("loan", TestBacktestOnLoanOffers)
	t.Run("purch", TestBacktestOnPurchases)
}
