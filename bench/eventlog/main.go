// Command eventlog measures the event log against the limits of the machine it
// runs on, in one run:
//
//	go run ./bench/eventlog            a table on standard output
//	go run ./bench/eventlog -only growth -growth 100 -plot docs/formats/growth.svg
//
// Ratios mean more than absolute figures: the machine may be shared. A figure
// "a core" divides by processor time, not by the clock, so that others' work
// counts less. Each figure is the median of the runs with the spread behind it.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/intake/eventcsv"
	"github.com/throughline/throughline/internal/intake/xes"
)

func main() {
	events := flag.Int("events", 10, "million events for the questions")
	growth := flag.Int("growth", 100, "million events of the largest log of the growth curve; 0 leaves it out")
	plot := flag.String("plot", "", "file for the growth curve as SVG")
	runs := flag.Int("runs", 5, "how often each thing is measured")
	only := flag.String("only", "", "parse, questions, building or growth; all of them where empty")
	flag.Parse()
	b := &bench{runs: *runs}
	fmt.Printf("%s, %s, %d cores, load %s\n\n", time.Now().UTC().Format("2006-01-02 15:04"), runtime.Version(), runtime.NumCPU(), load())
	if *only == "" || *only == "parse" {
		b.parse()
	}
	if *only == "" || *only == "questions" {
		b.questions(*events * 1_000_000)
	}
	if *only == "" || *only == "building" {
		b.building(*events * 1_000_000)
	}
	if *growth > 0 && (*only == "" || *only == "growth") {
		b.growth(*growth*1_000_000, *plot)
	}
	fmt.Printf("\nload at the end %s\n", load())
}

func load() string {
	raw, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(raw))[:2], " ")
}

type bench struct{ runs int }

// spent is one measurement: by the clock and in processor time of this program.
type spent struct{ clock, cpu time.Duration }

func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// measure runs f several times after one run that is not counted.
func (b *bench) measure(f func()) []spent {
	f()
	out := make([]spent, b.runs)
	for i := range out {
		runtime.GC()
		c, t := cpuTime(), time.Now()
		f()
		out[i] = spent{time.Since(t), cpuTime() - c}
	}
	return out
}

func (s spent) of(cpu bool) time.Duration {
	if cpu {
		return s.cpu
	}
	return s.clock
}

func median(list []spent, cpu bool) time.Duration {
	var v []time.Duration
	for _, s := range list {
		v = append(v, s.of(cpu))
	}
	slices.Sort(v)
	return v[len(v)/2]
}

func spread(list []spent, cpu bool, show func(time.Duration) string) string {
	var v []time.Duration
	for _, s := range list {
		v = append(v, s.of(cpu))
	}
	return show(slices.Min(v)) + " to " + show(slices.Max(v))
}

func row(what, figure, spread, note string) {
	fmt.Printf("%-44s %14s   %-26s %s\n", what, figure, spread, note)
}

func (b *bench) rate(what string, list []spent, size int, cpu bool, note string) float64 {
	mbs := func(d time.Duration) string { return fmt.Sprintf("%.0f MB/s", float64(size)/1e6/d.Seconds()) }
	m := median(list, cpu)
	row(what, mbs(m), spread(list, cpu, mbs), note)
	return float64(size) / 1e6 / m.Seconds()
}

// parse measures the readers.
func (b *bench) parse() {
	l := history(400_000, true)
	var x, c bytes.Buffer
	must(xes.Write(&x, l))
	must(eventcsv.Write(&c, l))
	xesData, csvData := x.Bytes(), c.Bytes()
	fmt.Printf("reading, %d MB of XES and %d MB of CSV, %d events with 7 attributes\n", len(xesData)>>20, len(csvData)>>20, l.Events())
	quotes := b.measure(func() { keep(countEvery(xesData, '"')) })
	limit := b.rate("loop over every quote, a core", quotes, len(xesData), true, "the limit to chase")
	read := b.measure(func() {
		got, _, err := xes.Read(bytes.NewReader(xesData), xes.Options{})
		must(err)
		keep(got.Events())
	})
	core := b.rate("XES, a core", read, len(xesData), true, "target 250")
	both := b.rate("XES, all cores, by the clock", read, len(xesData), false, "")
	row("XES against the limit, a core", fmt.Sprintf("%.2f", core/limit), "", fmt.Sprintf("%.0f MB/s by the clock", both))
	lines := b.measure(func() { keep(countEvery(csvData, ',')) })
	b.rate("loop over every comma, a core", lines, len(csvData), true, "the limit to chase")
	table := b.measure(func() {
		got, _, err := eventcsv.Read(bytes.NewReader(csvData), eventcsv.Options{})
		must(err)
		keep(got.Events())
	})
	b.rate("CSV, a core", table, len(csvData), true, "target 200")
	b.rate("CSV, all cores, by the clock", table, len(csvData), false, "")
}

// keep uses an answer, so that asking cannot be left out.
func keep(n int) { runtime.KeepAlive(n) }

func countEvery(data []byte, c byte) (n int) {
	for i := 0; i < len(data); n++ {
		k := bytes.IndexByte(data[i:], c)
		if k < 0 {
			break
		}
		i += k + 1
	}
	return n
}

// readColumns reads activity, time and offsets once, as fast as one core can in plain Go.
func readColumns(l *eventlog.Log) int {
	var a0, a1, a2, a3 uint32
	acts := l.Activity()
	for ; len(acts) >= 4; acts = acts[4:] {
		a0, a1, a2, a3 = a0+acts[0], a1+acts[1], a2+acts[2], a3+acts[3]
	}
	var t0, t1, t2, t3 int64
	times := l.Times()
	for ; len(times) >= 4; times = times[4:] {
		t0, t1, t2, t3 = t0+times[0], t1+times[1], t2+times[2], t3+times[3]
	}
	var o uint32
	for _, v := range l.Offsets() {
		o += v
	}
	return int(a0+a1+a2+a3+o) + int(t0+t1+t2+t3)
}

// questions measures the questions against reading the columns once.
func (b *bench) questions(events int) {
	l := history(events, false)
	all := l.All()
	ms := func(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }
	fmt.Printf(
		"\nprocessor time of questions over %d events, %d cases, %d activities, %d variants\n",
		l.Events(),
		l.Cases(),
		l.Activities().Len(),
		len(l.Variants(all)),
	)
	for _, cores := range []int{1, runtime.NumCPU()} {
		before := runtime.GOMAXPROCS(cores)
		reading := b.measure(func() { keep(readColumns(l)) })
		dfg := b.measure(func() { keep(len(l.DirectlyFollows(all).Edges)) })
		vars := b.measure(func() { keep(len(l.Variants(all))) })
		runtime.GOMAXPROCS(before)
		base := median(reading, true)
		name := fmt.Sprintf(", %d core(s)", cores)
		times := func(list []spent) string {
			return fmt.Sprintf("%.1f times; %s by the clock", ratio(median(list, true), base), ms(median(list, false)))
		}
		row("reading the columns once, 1 core", ms(base), spread(reading, true, ms), "")
		row("directly-follows"+name, ms(median(dfg, true)), spread(dfg, true, ms), times(dfg))
		row("variants"+name, ms(median(vars, true)), spread(vars, true, ms), times(vars))
		sum := median(dfg, true) + median(vars, true)
		row(
			"both"+name,
			ms(sum),
			"",
			fmt.Sprintf(
				"%.1f times, target 3; by the clock %.1f times",
				ratio(sum, base),
				ratio(median(dfg, false)+median(vars, false), median(reading, false)),
			),
		)
	}
	core, _ := l.Bytes()
	row("memory of case, activity and time", fmt.Sprintf("%.1f B/event", float64(core)/float64(l.Events())), "", "target 16")
}

func ratio(a, b time.Duration) float64 { return float64(a) / float64(b) }

// heap is the memory in use now.
func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// peak runs f and gives the most memory in use meanwhile, above what was in use before.
func peak(f func()) uint64 {
	before := heap()
	old := debug.SetGCPercent(5) // so that what is in use is what is held
	defer debug.SetGCPercent(old)
	stop, done := make(chan bool), make(chan uint64)
	go func() {
		most := before
		var m runtime.MemStats
		for {
			select {
			case <-stop:
				done <- most
				return
			case <-time.After(2 * time.Millisecond):
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapAlloc)
			}
		}
	}()
	f()
	close(stop)
	return <-done - before
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
}
