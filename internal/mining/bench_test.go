package mining_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/mining"
)

// large draws the log of the speed promise: cases x 20 events x 10 attributes,
// 20 activities, three chains told apart by one attribute.
func large(cases int) *eventlog.Log {
	r := rand.New(rand.NewPCG(3, 4))
	b := eventlog.NewBuilder()
	names := make([]uint32, 20)
	for i := range names {
		names[i] = b.ActivityCode(fmt.Appendf(nil, "activity %d", i))
	}
	for i := range cases {
		k := b.Case(fmt.Sprint(i))
		g := r.IntN(3)
		b.CaseAttr(k, "group", eventlog.TextValue(fmt.Sprint("g", g*2+r.IntN(2))))
		for a := range 5 {
			b.CaseAttr(k, fmt.Sprint("text ", a), eventlog.TextValue(fmt.Sprint("v", r.IntN(4<<(2*a)))))
		}
		for a := range 4 {
			b.CaseAttr(k, fmt.Sprint("number ", a), eventlog.FloatValue(r.Float64()))
		}
		at := g
		for e := range 20 {
			at = (at*(3+2*g) + 1 + r.IntN(4)) % 20
			b.EventCode(k, names[at], int64(i)*86400e6+int64(e)*3600e6)
		}
	}
	l, _ := b.Build()
	return l
}

// BenchmarkProcesses is the speed promise: 100,000 cases x 20 events x 10 attributes under 5 s.
func BenchmarkProcesses(b *testing.B) {
	l := large(100_000)
	b.Run("once", func(b *testing.B) {
		for b.Loop() {
			if p := mining.Processes(l, l.All(), mining.ProcessSettings{}); p.Processes != 3 {
				b.Fatal(p.Processes)
			}
		}
	})
	b.Run("with stability", func(b *testing.B) {
		for b.Loop() {
			mining.Processes(l, l.All(), mining.ProcessSettings{Resamples: 20, Random: rand.New(rand.NewPCG(1, 1))})
		}
	})
}

// TestPlainAnswersStopSoon: where groups stand far above chance, thirteen shuffles
// are enough.
func TestPlainAnswersStopSoon(t *testing.T) {
	l := large(600)
	if p := mining.Processes(l, l.All(), mining.ProcessSettings{}); p.Processes != 3 || p.Method.Shuffles != 13 || !(p.Method.Least > 0) {
		t.Errorf("%d processes after %d shuffles, least seen %g", p.Processes, p.Method.Shuffles, p.Method.Least)
	}
}
