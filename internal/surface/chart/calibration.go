package chart

import (
	"fmt"

	"github.com/throughline/throughline/internal/surface/pen"
)

// Band is one class of what was said, with what came of it and its interval;
// all 0 to 1.
type Band struct{ Said, Came, Low, High float64 }

// Curve is the bands of one end.
type Curve struct {
	End   string
	Bands []Band
}

// Calibration sets what was said against what came.
type Calibration struct {
	Title, Desc string
	Said, Came  string // the words of the axes
	Curves      []Curve
}

// SVG draws a mark for each band, a shape for each end: circle, square,
// triangle. On the dashed line said and came are the same.
func (c Calibration) SVG() string {
	const size, left, top, text = 256.0, 58.0, 12.0, 12.0
	at := func(said, came float64) (x, y float64) {
		return left + size*min(max(said, 0), 1), top + size*(1-min(max(came, 0), 1))
	}
	var p pen.Pen
	p.Open(pen.Frame{Class: "calibration", ID: "cal", Title: c.Title, Desc: c.Desc, W: 330, H: 330})
	for i := range 5 {
		v := float64(i) / 4
		x, y := at(v, v)
		p.Line("cal-grid", x, top, x, top+size)
		p.Line("cal-grid", left, y, left+size, y)
		if i%2 == 0 {
			p.Text("cal-text", x, top+size+18, "middle", fmt.Sprintf("%.0f%%", v*100))
			p.Text("cal-text", left-6, y+4, "end", fmt.Sprintf("%.0f%%", v*100))
		}
	}
	p.Line("cal-right", left, top+size, left+size, top)
	middle := left + size/2
	p.Text("cal-text", middle, top+size+38, "middle", pen.Cut(c.Said, text, 2*(330-middle)-4))
	p.F(`<text class="cal-text" x="12" y="%v" text-anchor="middle" transform="rotate(-90 12 %v)">%v</text>`, top+size/2, top+size/2,
		pen.Isolate(pen.Cut(c.Came, text, 2*(top+size/2)-4)))
	for _, curve := range c.Curves {
		kind := EndKind(curve.End)
		for _, b := range curve.Bands {
			if !known(b.Said, b.Came) {
				continue
			}
			x, y := at(b.Said, b.Came)
			if known(b.Low, b.High) {
				_, low := at(b.Said, b.Low)
				_, high := at(b.Said, b.High)
				p.Line("cal-range cal-"+kind, x, low, x, high)
			}
			mark(&p, kind, x, y)
		}
	}
	return p.Close()
}

func mark(p *pen.Pen, kind string, x, y float64) {
	switch kind {
	case "rival":
		block(p, "cal-mark cal-rival", x-4, y-4, 8, 8)
	case "none":
		p.Polygon("cal-mark cal-none", x, y-5.5, x+5, y+4, x-5, y+4)
	default:
		p.Circle("cal-mark cal-won", x, y, 4.5)
	}
}

// CalibrationKey is the mark of an end alone, for the legend.
func CalibrationKey(end string) string {
	var p pen.Pen
	p.Beside("key", "", 12, 12, false)
	mark(&p, EndKind(end), 6, 6)
	return p.Close()
}
