package honest

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/throughline/throughline/internal/eventlog"
)

// Milestones draws cases with a milestone that changes nothing. confounded: a
// column of the table says which of three segments a case is of; one meets the
// milestone early and is won often, one late and seldom. ticked: of won cases
// half tick it two hours before the win, if they had not.
func Milestones(r *rand.Rand, cases int, confounded, ticked bool) *eventlog.Log {
	b := eventlog.NewBuilder()
	for i := range cases {
		k := b.Case(fmt.Sprint("c", i))
		segment := r.IntN(3)
		won, wait := 0.006, 60.0
		if confounded {
			won, wait = []float64{0.012, 0.006, 0.002}[segment], []float64{25, 70, 200}[segment]
		}
		lost := 0.005
		ends := r.ExpFloat64() / (won + lost)
		met := wait * r.ExpFloat64()
		start := 700 * r.Float64()
		end := "lost"
		if r.Float64() < won/(won+lost) {
			end = "won"
		}
		seen := math.Min(ends, 900-start)
		event := func(name string, after float64) {
			b.Event(k, name, At(start+after))
			b.EventAttr("segment", eventlog.TextValue([]string{"small", "middle", "great"}[segment]))
			b.EventAttr("colour", eventlog.TextValue([]string{"red", "blue"}[i*7919%2]))
			b.EventAttr("size", eventlog.IntValue(int64(i*7919%1000)))
		}
		event("opened", 0)
		if met < seen {
			event("milestone", met)
		} else if ticked && end == "won" && ends <= seen && r.IntN(2) == 0 {
			event("milestone", ends-2.0/24)
		}
		if ends <= seen {
			event(end, ends)
		}
	}
	k := b.Case("last day anybody looked")
	b.Event(k, "opened", At(899))
	b.Event(k, "seen", At(900))
	l, _ := b.Build()
	return l
}
