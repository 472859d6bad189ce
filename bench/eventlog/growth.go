package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/throughline/throughline/internal/eventlog"
)

type point struct {
	events          int
	questions, open time.Duration
	build, ask      float64 // bytes an event
}

// growth measures logs of growing size and draws the curve.
func (b *bench) growth(most int, plot string) {
	fmt.Printf("\ngrowth: processor time of both questions, and opening the compact file with all proofs\n")
	fmt.Printf("%12s %14s %12s %14s %16s %16s\n", "events", "questions", "ns/event", "open file", "B/event held", "B/event asking")
	dir, err := os.MkdirTemp("", "eventlog-bench-")
	must(err)
	defer os.RemoveAll(dir)
	var points []point
	for _, share := range []int{100, 30, 10, 3, 1} {
		points = append(points, b.one(most/share, filepath.Join(dir, "x.tlog")))
		runtime.GC()
	}
	a, z := points[0], points[len(points)-1]
	slope := math.Log(float64(z.questions)/float64(a.questions)) / math.Log(float64(z.events)/float64(a.events))
	fmt.Printf("time grows as the %.2fth power of the number of events\n", slope)
	if plot != "" {
		must(os.WriteFile(plot, []byte(draw(points, slope)), 0o644))
	}
}

func (b *bench) one(events int, path string) point {
	before := heap()
	l := history(events, false)
	held := heap() - before
	must(l.Save(path, nil))
	all := l.All()
	p := point{events: l.Events(), build: float64(held) / float64(l.Events())}
	ask := func(l *eventlog.Log) { keep(len(l.DirectlyFollows(all).Edges) + len(l.Variants(all))) }
	p.ask = float64(peak(func() { ask(l) })) / float64(l.Events())
	p.questions = median(b.measure(func() { ask(l) }), true)
	p.open = median(b.measure(func() {
		f, err := eventlog.Open(path)
		must(err)
		keep(f.Log.Cases())
	}), true)
	fmt.Printf(
		"%12d %14s %12.2f %14s %16.2f %16.2f\n",
		p.events,
		p.questions.Round(10*time.Microsecond),
		float64(p.questions.Nanoseconds())/float64(p.events),
		p.open.Round(10*time.Microsecond),
		p.build,
		p.ask,
	)
	return p
}

// draw makes the curve on two logarithmic axes, with the straight line of linear growth beside it.
func draw(points []point, slope float64) string {
	const w, h, left, top, right, bottom = 640.0, 380.0, 70.0, 40.0, 20.0, 60.0
	x0, x1 := math.Log10(float64(points[0].events)), math.Log10(float64(points[len(points)-1].events))
	lo, hi := math.Log10(points[0].questions.Seconds()*1000), math.Log10(points[len(points)-1].questions.Seconds()*1000)
	lo, hi = math.Floor(lo), math.Ceil(hi)
	px := func(events int) float64 {
		return left + (math.Log10(float64(events))-x0)/(x1-x0)*(w-left-right)
	}
	py := func(ms float64) float64 { return h - bottom - (math.Log10(ms)-lo)/(hi-lo)*(h-top-bottom) }
	var s strings.Builder
	fmt.Fprintf(
		&s,
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" role="img" aria-labelledby="t d" font-family="system-ui, sans-serif" font-size="13">
<title id="t">Time of directly-follows and variants by size of the log</title>
<desc id="d">Both axes logarithmic; time grows as the %.2fth power of the number of events. The dashed line is linear growth.</desc>
<style>:root{--ink:#1b1f24;--paper:#fff;--line:#2457a6;--soft:#8a939d}@media(prefers-color-scheme:dark){:root{--ink:#e6e9ec;--paper:#15181b;--line:#7fb0ff;--soft:#7d8690}}text{fill:var(--ink)}</style>
<rect width="100%%" height="100%%" fill="var(--paper)"/>
<text x="%g" y="22" font-weight="600">Directly-follows and variants together, milliseconds of processor time</text>
`,
		w,
		h,
		slope,
		left,
	)
	for d := lo; d <= hi; d++ {
		y := py(math.Pow(10, d))
		fmt.Fprintf(
			&s,
			`<line x1="%g" y1="%.1f" x2="%g" y2="%.1f" stroke="var(--soft)" stroke-width="0.5"/><text x="%g" y="%.1f" text-anchor="end">%g</text>`+"\n",
			left,
			y,
			w-right,
			y,
			left-8,
			y+4,
			math.Pow(10, d),
		)
	}
	a := points[0]
	base := a.questions.Seconds() * 1000
	last := points[len(points)-1]
	fmt.Fprintf(
		&s,
		`<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="var(--soft)" stroke-dasharray="5 4"/>`+"\n",
		px(a.events),
		py(base),
		px(last.events),
		py(base*float64(last.events)/float64(a.events)),
	)
	s.WriteString(`<polyline fill="none" stroke="var(--line)" stroke-width="2" points="`)
	for _, p := range points {
		fmt.Fprintf(&s, "%.1f,%.1f ", px(p.events), py(p.questions.Seconds()*1000))
	}
	s.WriteString("\"/>\n")
	for _, p := range points {
		x, y := px(p.events), py(p.questions.Seconds()*1000)
		fmt.Fprintf(
			&s,
			`<circle cx="%.1f" cy="%.1f" r="4" fill="var(--line)"><title>%d events: %.1f ms</title></circle><text x="%.1f" y="%.1f" text-anchor="middle">%s</text>`+"\n",
			x,
			y,
			p.events,
			p.questions.Seconds()*1000,
			x,
			h-bottom+20,
			short(p.events),
		)
	}
	fmt.Fprintf(&s, `<text x="%g" y="%g" text-anchor="middle">events</text></svg>`+"\n", (left+w-right)/2, h-15)
	return s.String()
}

func short(n int) string {
	if n >= 1_000_000 {
		return fmt.Sprintf("%.3g million", float64(n)/1e6)
	}
	return fmt.Sprint(n)
}
