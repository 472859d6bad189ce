package chart

import (
	"math"

	"github.com/throughline/throughline/internal/surface/pen"
)

// Effect is how many times as often one end came: a ratio with its interval.
type Effect struct {
	End              string  // won or no_decision; others are not drawn
	Ratio, Low, High float64 // 0: not told
}

// Forest draws the ratios of winning (above) and of no decision (below) with
// their intervals, on a scale of logarithms from an eighth to eight times. An
// interval that goes on past the scale ends in a tip.
func Forest(effects []Effect, title string) string {
	const w, h, edge, most, tip = 240.0, 40.0, 4.0, 8.0, 5.0
	x := func(r float64) float64 {
		return min(max(w/2+(w/2-edge)*math.Log(r)/math.Log(most), edge), w-edge)
	}
	var p pen.Pen
	p.F(`<svg class="forest" viewBox="0 0 240 40" role="img"><title>%v</title>`, title)
	for _, g := range []float64{0.25, 0.5, 2, 4} {
		p.Line("forest-grid", x(g), 2, x(g), h-2)
	}
	p.Line("forest-one", w/2, 0, w/2, h)
	for _, e := range effects {
		y := map[string]float64{"won": 13, "no_decision": 28}[e.End]
		if y == 0 || !(e.Ratio > 0) || !known(e.Low, e.High) {
			continue
		}
		p.Line("forest-"+e.End, x(e.Low), y, x(e.High), y)
		if e.Low < 1/most {
			p.Path("forest-tip forest-"+e.End, "M%s %sl%s %sl%s %s", edge+tip, y-tip, -tip, tip, tip, tip)
		}
		if e.High > most {
			p.Path("forest-tip forest-"+e.End, "M%s %sl%s %sl%s %s", w-edge-tip, y-tip, tip, tip, -tip, tip)
		}
		forestMark(&p, e.End, min(max(x(e.Ratio), edge+0.5), w-edge-0.5), y)
	}
	return p.Close()
}

func forestMark(p *pen.Pen, end string, x, y float64) {
	if end == "won" {
		p.Circle("forest-dot", x, y, 4.5)
		return
	}
	block(p, "forest-square", x-4, y-4, 8, 8)
}

// ForestKey is the mark of an end alone, for the legend.
func ForestKey(end string) string {
	var p pen.Pen
	p.Beside("key", "", 12, 12, false)
	forestMark(&p, end, 6, 6)
	return p.Close()
}

// Series is one shade of columns: a value for each place of time.
type Series struct {
	Shade  string    // as the style sheet calls it: won, days, shade-0 to shade-5
	Values []float64 // not a number: nothing to tell
}

// Columns draws a column for each place of time, the series on each other, on
// the scale 0 to most.
func Columns(series []Series, most float64) string {
	const w, h = 300.0, 64.0
	n := 0
	for _, s := range series {
		n = max(n, len(s.Values))
	}
	var p pen.Pen
	p.Beside("trend", "", w, h, true)
	p.Line("trend-ground", 0, h-0.5, w, h-0.5)
	step, tall := w/float64(max(n, 1)), scale(0, h-3, most)
	for i := range n {
		y := h - 1
		for _, s := range series {
			if i >= len(s.Values) || !(s.Values[i] > 0) {
				continue
			}
			high := min(tall(s.Values[i]), y-2) // what is above the scale ends with it
			y -= high
			block(&p, "trend-"+s.Shade, step*(float64(i)+0.14), y, step*0.72, high)
		}
	}
	return p.Close()
}

// ColumnKey is a shade alone, for the legend.
func ColumnKey(shade string) string {
	var p pen.Pen
	p.Beside("shade", "", 10, 10, false)
	block(&p, "trend-"+shade, 0, 0, 10, 10)
	return p.Close()
}

// Interval is a middle and what lies around it.
type Interval struct{ Low, Mean, High float64 }

// Difference draws a difference as a share of what it would be anyway: a bar for
// the interval, a dot for the middle, nothing in the middle line. Most is the
// share at either end. "" where there is nothing it could be a share of.
func Difference(d Interval, anyway, most float64) string {
	const w, h, edge = 300.0, 26.0, 8.0
	if anyway == 0 || !(most > 0) || !known(d.Low, d.Mean, d.High, anyway) {
		return ""
	}
	x := func(v float64) float64 { return w/2 + (w/2-edge)*min(max(v/anyway/most, -1), 1) }
	var p pen.Pen
	p.Beside("differ", "", w, h, false)
	p.Line("differ-way", 4, h/2, w-4, h/2)
	p.Line("differ-none", w/2, 1, w/2, h-1)
	p.Line("differ-range", x(d.Low), h/2, x(d.High), h/2)
	p.Circle("differ-dot", x(d.Mean), h/2, 5)
	return p.Close()
}

// Beside draws the range in which something comes out, and what really happened
// as a mark upon it; off says that it lies outside. "" where all of it is nothing.
func Beside(low, high, really float64, off bool) string {
	const w, h, edge = 300.0, 26.0, 10.0
	most := max(high, really) * 1.05
	if !(most > 0) || !known(low, high, really) {
		return ""
	}
	x := scale(edge, w-edge, most)
	class := "differ-real"
	if off {
		class = "differ-off"
	}
	var p pen.Pen
	p.Beside("differ", "", w, h, false)
	p.Line("differ-way", 4, h/2, w-4, h/2)
	p.Line("differ-band", x(low), h/2, x(high), h/2)
	p.Path(class, "M%s %sl6 6l-6 6l-6 -6z", x(really), h/2-6)
	return p.Close()
}
