package main

import (
	"fmt"
	"math/rand/v2"

	"github.com/throughline/throughline/internal/eventlog"
)

// The made-up process: a road of twenty steps that most cases walk in order,
// some steps left out, some done again, an early end now and then. A handful
// of ways makes up half of the cases and there are many rare ones, as in real logs.
const steps = 24

func history(events int, attributes bool) *eventlog.Log {
	r := rand.New(rand.NewPCG(1, 2))
	b := eventlog.NewBuilder()
	b.Grow(events)
	codes := make([]uint32, steps)
	for i := range codes {
		codes[i] = b.ActivityCode(fmt.Appendf(nil, "Step %02d of the customer's way", i))
	}
	people := make([]string, 60)
	for i := range people {
		people[i] = fmt.Sprintf("Person %02d", i)
	}
	day := int64(86400_000000)
	for n := 0; b.Events() < events; n++ {
		c := b.Case(fmt.Sprintf("deal-%d", n))
		at := 1_500_000_000_000_000 + r.Int64N(1000*day)
		who := people[r.IntN(len(people))]
		end := steps
		if r.IntN(3) == 0 {
			end = 6 + r.IntN(steps-6)
		}
		for s := 0; s < end; s++ {
			u := r.Uint32()
			if s > 0 && u%64 == 0 {
				continue // left out
			}
			if s > 2 && u%97 == 1 {
				s -= 2 // done again
			}
			at += int64(u) * 20 // up to a day
			row := b.EventCode(c, codes[s], at)
			if attributes {
				describe(b, r, row, n, who, people[u%60])
			}
		}
	}
	l, _ := b.Build()
	return l
}

// describe gives an event what real ones carry: some that change little, one
// that is new each time, a number of each kind.
func describe(b *eventlog.Builder, r *rand.Rand, row, n int, owner, actor string) {
	b.EventColumn("lifecycle:transition").Set(row, eventlog.TextValue("complete"))
	b.EventColumn("org:resource").Set(row, eventlog.TextValue(actor))
	b.EventColumn("owner").Set(row, eventlog.TextValue(owner))
	b.EventColumn("id").Set(row, eventlog.TextValue(fmt.Sprintf("event %d", row)))
	b.EventColumn("amount").Set(row, eventlog.FloatValue(float64(n%100000)/100))
	b.EventColumn("round").Set(row, eventlog.IntValue(int64(r.IntN(9))))
	b.EventColumn("urgent").Set(row, eventlog.BoolValue(r.IntN(5) == 0))
}
