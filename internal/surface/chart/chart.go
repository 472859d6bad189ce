// Package chart draws what is counted and foreseen: bars, ranges, curves, columns.
//
// Takes: shares, sums, ratios and their intervals as plain numbers, and the few words that stand in a picture.
// Gives: the picture as SVG, "" where there is nothing to draw, and the rules of a style sheet for it.
// Never: counts or rounds a figure, chooses a colour, says in a picture alone what its words do not say, or draws outside its frame.
//
// Words and figures stand in HTML beside most pictures, so that they stay
// legible on a phone; such a picture is stretched to its room and passed over
// by what reads a page aloud. What reaches past a scale ends in a tip.
package chart

import (
	_ "embed"
	"math"

	"github.com/throughline/throughline/internal/surface/pen"
)

// CSS is the part of a style sheet for what stands on the pages of a working
// day. It needs the tokens ink, mute, card, shade, line, way, ring, accent,
// accent-soft, warning, part-rival, part-none, part-none-line and type.
//
//go:embed chart.css
var CSS string

// Further is the part for what stands in the rooms of learning, trying and the
// playbook.
//
//go:embed further.css
var Further string

// block draws a rectangle with square corners.
func block(p *pen.Pen, class string, x, y, w, h float64) {
	p.F(`<rect class="%v" x="%v" y="%v" width="%v" height="%v"/>`, class, x, y, max(w, 0), h)
}

// scale gives the places of values between 0 and most on a line from a to b;
// what lies past either end stands there. Most that is no length is one.
func scale(a, b, most float64) func(float64) float64 {
	if !(most > 0) || math.IsInf(most, 1) {
		most = 1
	}
	return func(v float64) float64 { return a + (b-a)*min(max(v/most, 0), 1) }
}

// known reports whether all of them are numbers.
func known(values ...float64) bool {
	for _, v := range values {
		if v != v {
			return false
		}
	}
	return true
}
