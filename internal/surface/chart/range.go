package chart

import (
	"math"

	"github.com/throughline/throughline/internal/surface/pen"
)

// The room of a range: a line from left to right, with a little beside it.
const (
	rangeW, rangeH        = 300.0, 20.0
	rangeLeft, rangeRight = 4.0, 296.0
)

// Marks are one range: low to high, the middle, and what came.
type Marks struct {
	Low, Middle, High float64 // not a number: not known; High may be without end
	Came              float64 // not a number: nothing yet
}

// Range draws a range on the scale 0 to most. A range that goes on past the
// scale ends in a tip.
func Range(r Marks, most float64) string {
	p, x := way(most)
	if known(r.Low, r.High) {
		from, to := x(r.Low), x(r.High)
		if past(r.High, most) {
			from = min(from, rangeRight-10)
			p.Polygon("range-bar", from, 5, rangeRight-6, 5, rangeRight+2, rangeH/2, rangeRight-6, rangeH-5, from, rangeH-5)
		} else {
			p.Rect("range-bar", min(from, rangeRight-3), 5, max(to-from, 3), 10, 2)
		}
	}
	if known(r.Middle) {
		p.Line("range-middle", x(r.Middle), 3, x(r.Middle), 17)
	}
	if known(r.Came) {
		c := min(max(x(r.Came), 6), rangeW-6)
		p.Polygon("range-came", c, 2, c+6, 10, c, 18, c-6, 10)
	}
	return p.Close()
}

func way(most float64) (*pen.Pen, func(float64) float64) {
	var p pen.Pen
	p.Beside("range", "", rangeW, rangeH, true)
	p.Line("range-way", rangeLeft, rangeH/2, rangeRight, rangeH/2)
	return &p, scale(rangeLeft, rangeRight, most)
}

// past reports whether a value reaches beyond a scale by more than is rounded.
func past(v, most float64) bool { return math.IsInf(v, 1) || most > 0 && v > most*1.0001 }

// LandKind is what a line of where a period lands is about.
type LandKind string

// The kinds: the target alone; what is won; what is called to come to it; what
// the model expects to come to it.
const (
	LandTarget LandKind = "target"
	LandWon    LandKind = "booked"
	LandCall   LandKind = "call"
	LandModel  LandKind = "model"
)

// Land is where a period may land, in cents.
type Land struct {
	Kind              LandKind
	Won               int64
	Low, Middle, High int64 // what is won included
	Target            int64 // 0: none
}

// SVG draws it on the scale 0 to most, the target as a line through all.
func (l Land) SVG(most int64) string {
	p, at := way(float64(most))
	x := func(v int64) float64 { return at(float64(v)) }
	part := func(class string, from, to int64) {
		if to > from {
			left := min(x(from), rangeRight-1.5)
			block(p, class, left, 5, max(x(to)-left, 1.5), 10)
		}
	}
	if l.Kind != LandTarget {
		part("land-won", 0, l.Won)
	}
	switch l.Kind {
	case LandCall:
		part("land-call", l.Won, l.High)
	case LandModel:
		part("range-bar", l.Low, l.High)
		p.Line("range-middle", x(l.Middle), 3, x(l.Middle), 17)
	}
	if l.Target > 0 {
		p.Line("land-target", x(l.Target), 0, x(l.Target), rangeH)
	}
	return p.Close()
}

// Sum draws where a sum stands between low and high, as a line.
func Sum(at, low, high int64) string {
	p, x := stair(low, high)
	p.Line("land-target", x(at), 1, x(at), 19)
	return p.Close()
}

// Step draws one step of a way from one sum to another, on the scale of the
// whole way, low to high: up it is more, down less.
func Step(from, to, low, high int64) string {
	p, x := stair(low, high)
	class := "step-more"
	if to < from {
		class = "step-less"
	}
	left := min(x(min(from, to)), rangeRight-1.5)
	block(p, class, left, 4, max(x(max(from, to))-left, 1.5), 12)
	return p.Close()
}

func stair(low, high int64) (*pen.Pen, func(int64) float64) {
	p, x := way(float64(max(high-low, 1)))
	return p, func(v int64) float64 { return x(float64(v - low)) }
}
