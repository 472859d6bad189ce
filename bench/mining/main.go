// Command mining measures the questions of mining in one run:
//
//	go run ./bench/mining
//
// The limit beside each figure is a bare loop that reads the same columns once,
// measured in the same run. Figures are medians of the runs with the spread;
// processor seconds count others' work on the machine less than the clock does.
package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"syscall"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/mining"
)

func main() {
	runs := flag.Int("runs", 5, "how often each thing is measured")
	cases := flag.Int("cases", 100_000, "cases of the log, of 20 events and 10 attributes each")
	flag.Parse()
	l := draw(*cases)
	ends, _ := l.Outcomes(outcomes)
	fmt.Printf(
		"%s, %s, %d cores: %d cases, %d events, %d attributes\n\n",
		time.Now().UTC().Format("2006-01-02 15:04"),
		runtime.Version(),
		runtime.NumCPU(),
		l.Cases(),
		l.Events(),
		len(l.CaseColumns()),
	)
	fmt.Printf("%-34s %22s %22s\n", "", "seconds", "processor seconds")
	s := l.All()
	var sink uint64
	row(*runs, "limit: read the columns once", func() {
		for i, a := range l.Activity() {
			sink += uint64(a) + uint64(l.Times()[i])
		}
	})
	row(*runs, "variants", func() { mining.Variants(l, s, ends, 20) })
	row(*runs, "map", func() { mining.Draw(l, s, nil, mining.MapSettings{}) })
	row(*runs, "processes", func() {
		if p := mining.Processes(l, s, mining.ProcessSettings{}); p.Processes != 3 {
			panic(p.Words)
		}
	})
	row(*runs, "processes, 20 resamples", func() {
		mining.Processes(l, s, mining.ProcessSettings{Resamples: 20, Random: rand.New(rand.NewPCG(1, 1))})
	})
	row(*runs, "milestones (20,000 cases)", func() { mining.Milestones(l, s, outcomes, mining.MilestoneSettings{}) })
	row(*runs, "stalls", func() { mining.FindStalls(l, s, ends, mining.StallSettings{}) })
	road := mining.Road{}
	for _, a := range []string{"activity 3", "activity 9", "activity 14"} {
		road = append(road, mining.RoadElement{Name: a, Activities: []string{a}})
	}
	row(1, "conformance (every path is new)", func() { mining.Conform(l, s, ends, road, mining.ConformanceSettings{}) })
	_ = sink
}

var outcomes = eventlog.OutcomeMap{
	{Outcome: throughline.Won, Attr: "end", Values: []string{"won"}},
	{Outcome: throughline.NoDecision, Attr: "end", Values: []string{"none"}},
}

// draw makes the log: three chains told apart by one attribute, nine that mean nothing.
func draw(cases int) *eventlog.Log {
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
		b.CaseAttr(k, "end", eventlog.TextValue([]string{"won", "none", "open"}[r.IntN(3)]))
		for a := range 4 {
			b.CaseAttr(k, fmt.Sprint("text ", a), eventlog.TextValue(fmt.Sprint("v", r.IntN(4<<(2*a)))))
		}
		for a := range 4 {
			b.CaseAttr(k, fmt.Sprint("number ", a), eventlog.FloatValue(r.Float64()))
		}
		at, when := g, int64(i)*86400e6
		for range 20 {
			at = (at*(3+2*g) + 1 + 6*g + r.IntN(4)) % 20
			when += int64(1+r.IntN(5)) * 3600e6
			b.EventCode(k, names[at], when)
		}
	}
	l, _ := b.Build()
	return l
}

func row(runs int, name string, do func()) {
	var wall, cpu []float64
	for range runs {
		t, c := time.Now(), processor()
		do()
		wall, cpu = append(wall, time.Since(t).Seconds()), append(cpu, processor()-c)
	}
	fmt.Printf("%-34s %22s %22s\n", name, spread(wall), spread(cpu))
}

func spread(x []float64) string {
	slices.Sort(x)
	return fmt.Sprintf("%.3f (%.3f-%.3f)", x[len(x)/2], x[0], x[len(x)-1])
}

// processor is the processor time of this program so far, in seconds.
func processor() float64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)/1e6
}
