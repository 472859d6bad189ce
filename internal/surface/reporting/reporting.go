// Package reporting draws a reporting line: who of a customer's reports to whom.
//
// Takes: people with whoever reports to them below, and their names in the reader's language.
// Gives: a picture as SVG, from left to right, in which each name leads somewhere.
// Never: finds out who reports to whom, or draws a circle.
package reporting

import (
	_ "embed"

	"github.com/throughline/throughline/internal/surface/pen"
)

// CSS is the picture's part of a style sheet. It needs the tokens ink, mute, card,
// line, accent, hover, focus.
//
//go:embed reporting.css
var CSS string

// Person is somebody of the customer's, and who reports to them.
type Person struct {
	Name  string
	Note  string // their title; may be empty
	Href  string
	Here  bool // the picture stands on their page
	Gone  bool // they take no part any more
	Under []Person
}

// Picture is a reporting line.
type Picture struct {
	ID    string
	Title string // one sentence for those who do not see it
	Tops  []Person
}

// Sizes, in pixels. A column is as wide as a name of average length with its title.
const (
	boxW, boxH = 188.0, 42.0
	gapX, gapY = 30.0, 10.0
	mostDeep   = 6 // columns; whoever stands deeper is drawn in the last
)

// SVG gives the picture; "" for nobody.
func (x Picture) SVG() string {
	var body, p pen.Pen
	y, deep := 2.0, 0
	for _, top := range x.Tops {
		y, _ = draw(&body, top, 0, y, &deep)
	}
	if y == 2 {
		return ""
	}
	p.Open(pen.Frame{Class: "reporting", ID: x.ID, Title: x.Title, W: float64(deep+1)*(boxW+gapX) - gapX + 4, H: y - gapY + 2, Links: true})
	p.WriteString(body.String())
	return p.Close()
}

// draw draws somebody with whoever is below, and gives where the next may begin and
// the middle of their own box: level with the first below them, so that a line of one
// each runs straight.
func draw(p *pen.Pen, who Person, depth int, y float64, deep *int) (next, middle float64) {
	column := min(depth, mostDeep-1)
	*deep = max(*deep, column)
	left := 2 + float64(column)*(boxW+gapX)
	middle, next = y+boxH/2, y+boxH+gapY
	if column < depth || depth == mostDeep-1 { // no column is left: below each other
		box(p, who, left, y)
		for _, u := range who.Under {
			next, _ = draw(p, u, depth+1, next, deep)
		}
		return next, middle
	}
	at := y
	for i, u := range who.Under {
		var m float64
		if at, m = draw(p, u, depth+1, at, deep); i == 0 {
			p.Path("rp-line", "M%s %sH%s", left+boxW, m, left+boxW+gapX)
		} else {
			p.Path("rp-line", "M%s %sV%sH%s", left+boxW+gapX/2, middle, m, left+boxW+gapX)
		}
	}
	box(p, who, left, y)
	return max(next, at), middle
}

func box(p *pen.Pen, who Person, x, y float64) {
	class := "rp-box"
	if who.Here {
		class += " rp-here"
	}
	label := who.Name
	if who.Note != "" {
		label += ", " + who.Note
	}
	p.Item(who.Href, label, func() {
		p.Rect(class, x, y, boxW, boxH, 8)
		name := "rp-name"
		if who.Gone {
			name += " rp-gone"
		}
		if who.Note == "" {
			p.Text(name, x+10, y+26, "start", pen.Cut(who.Name, 14, boxW-20))
			return
		}
		p.Text(name, x+10, y+18, "start", pen.Cut(who.Name, 14, boxW-20))
		p.Text("rp-note", x+10, y+34, "start", pen.Cut(who.Note, 12, boxW-20))
	})
}
