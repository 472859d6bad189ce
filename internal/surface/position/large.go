package position

import (
	"strings"

	"github.com/throughline/throughline/internal/surface/pen"
)

// The large picture: 1060 units wide; a column to each stance, and a band for
// those whose position nobody has told us.
const (
	largeW  = 1060.0
	gridX   = 104.0
	columnW = 150.0
	bandX   = gridX + 5*columnW + 14
	bandW   = largeW - bandX
	headY   = 52.0
	namePx  = 13.5
	notePx  = 11.5
	markR   = 7.5
	tight   = 27.0 // height of a person of one line; where a cell is crowded, the name alone
	second  = 15.5 // a second line of a name
	note    = 16.5 // and a note below
	seatH   = 34.0
	crowd   = 5 // more than so many in one cell is crowded
	padding = 13.0
)

func columnX(c int) float64 {
	if c == untold {
		return bandX + 8
	}
	return gridX + columnW*float64(c)
}

// Large gives the picture for wide screens and for paper.
func (m Map) Large() string {
	var p, body pen.Pen
	cells, seats := m.cells()
	y := headY
	for r := range cells {
		y = m.row(&body, r, y, cells[r], seats[r])
		if r < len(cells)-1 {
			body.Line("po-level", 10, y, largeW-10, y)
		}
	}
	bottom := y
	if len(m.People) == 0 && m.Empty != "" {
		body.Text("po-empty", gridX+5*columnW/2, headY+(bottom-headY)/2+5, "middle", pen.Cut(m.Empty, 15, 5*columnW-20))
	}
	y = m.legend(&body, 12, bottom+30, largeW-12)
	p.Open(pen.Frame{Class: "position position-large", ID: m.ID + "-large", Title: m.Title, Desc: m.Desc, W: largeW, H: y, Links: true})
	p.Rect("po-band", bandX, 8, bandW, bottom-8+6, 10)
	for c := 1; c < 5; c++ {
		p.Line("po-rule", columnX(c), headY-12, columnX(c), bottom)
	}
	p.Line("po-axis", gridX+10, headY-10, gridX+5*columnW-10, headY-10)
	p.Circle("po-axis-zero", gridX+2.5*columnW, headY-10, 3)
	for c, s := range m.Stances {
		p.Text("po-stance", columnX(c)+columnW/2, 28, "middle", pen.Cut(s, 13, columnW-12))
	}
	p.Text("po-stance", bandX+bandW/2, 28, "middle", pen.Cut(m.Untold, 13, bandW-16))
	p.WriteString(body.String())
	return p.Close()
}

func (m Map) row(p *pen.Pen, r int, top float64, cells [6][]Person, seats []Seat) float64 {
	tall := 58.0
	var drawn [6][]place
	for c := range cells {
		var h float64
		drawn[c], h = places(cells[c], width(c))
		h += 2 * padding
		if c == untold {
			h += seatH * float64(len(seats))
		}
		tall = max(tall, h)
	}
	p.Lines("po-cap", 12, top+padding+14, 16, "start", pen.Wrap(m.Levels[r], 13, gridX-20, 3))
	for c := range cells {
		x, y, w := columnX(c), top+padding, width(c)
		for _, who := range drawn[c] {
			person(p, who, x, y, w)
			y += who.tall
		}
		if c == untold {
			for _, s := range seats {
				p.Link(s.Href, s.Label, func() {
					p.Rect("po-seat", x+4, y+2, w-8, 28, 14)
					p.Rect("po-hit", x+2, y, w-4, 32, 15)
					p.Text("po-seat-name", x+w/2, y+20.5, "middle", pen.Cut(s.Name, 12.5, w-30))
				})
				y += seatH
			}
		}
	}
	return top + tall
}

// place is a person with the lines that are drawn of them.
type place struct {
	Person
	name []string
	note string
	tall float64
}

// places gives what is drawn of the people of one cell, in a column w wide.
func places(people []Person, w float64) (out []place, tall float64) {
	for _, who := range people {
		p := place{Person: who, tall: tight, name: []string{pen.Cut(who.Name, namePx, w-31)}}
		if len(people) <= crowd {
			p.name = pen.Wrap(who.Name, namePx, w-31, 2)
			p.note = pen.Cut(who.Note, notePx, w-31)
			p.tall += second * float64(max(len(p.name), 1)-1)
			if p.note != "" {
				p.tall += note
			}
		}
		out, tall = append(out, p), tall+p.tall
	}
	return out, tall
}

func width(c int) float64 {
	if c == untold {
		return bandW - 16
	}
	return columnW
}

func person(p *pen.Pen, who place, x, y, w float64) {
	p.Link(who.Href, who.Label, func() {
		p.Rect("po-hit", x+3, y+1, w-6, who.tall-2, 7)
		cy := y + 13.5
		mark(p, who.Person, x+15, cy, markR)
		p.Lines("po-name", x+29, cy+4.7, second, "start", who.name)
		p.Text("po-note", x+29, cy+4.7+second*float64(max(len(who.name), 1)-1)+15.5, "start", who.note)
	})
}

// mark draws a person. Shape tells whether they can formally say no (a square)
// and what they think of the problem: filled where they see the same, split
// where they see another, a ring where they have not said. Whoever nobody has
// heard from has a dashed outline.
func mark(p *pen.Pen, who Person, x, y, r float64) {
	class := map[Agreement]string{Unstated: "po-ring", Agrees: "po-same", Differs: "po-split"}[who.Agreed]
	if !who.Known {
		class += " po-untold"
	}
	if who.SaysNo {
		p.Rect(class, x-r+0.5, y-r+0.5, 2*r-1, 2*r-1, 2)
	} else {
		p.Circle(class, x, y, r)
	}
	switch who.Agreed {
	case Differs:
		switch {
		case !who.Known: // the cut alone: what was told has grown old
		case who.SaysNo:
			p.Path("po-half", "M%s %sh%sv%sh%sz", x-r+1.2, y-r+1.2, r-1.2, 2*r-2.4, -(r - 1.2))
		default:
			p.Path("po-half", "M%s %sa%s %s 0 0 0 0 %sz", x, y-r+0.6, r-0.6, r-0.6, 2*r-1.2)
		}
		p.Line("po-cut", x, y-r, x, y+r)
	case Agrees:
		p.Path("po-tick", "M%s %sl%s %sl%s %s", x-r*0.42, y+r*0.04, r*0.3, r*0.32, r*0.54, -r*0.64)
	}
}

// legend names the marks in as many lines as they need, and gives where it ends.
func (m Map) legend(p *pen.Pen, left, y, right float64) float64 {
	x := left
	for _, e := range []struct {
		name string
		draw func(x, y float64)
	}{
		{m.Legend.Agrees, func(x, y float64) { mark(p, Person{Known: true, Agreed: Agrees}, x+7, y, 6.5) }},
		{m.Legend.Differs, func(x, y float64) { mark(p, Person{Known: true, Agreed: Differs}, x+7, y, 6.5) }},
		{m.Legend.Unstated, func(x, y float64) { mark(p, Person{Known: true}, x+7, y, 6.5) }},
		{m.Legend.SaysNo, func(x, y float64) { mark(p, Person{Known: true, SaysNo: true}, x+7, y, 6.5) }},
		{m.Legend.Seat, func(x, y float64) { p.Rect("po-seat", x-1, y-6, 16, 12, 6) }},
	} {
		if strings.TrimSpace(e.name) == "" {
			continue
		}
		w := 24 + pen.Width(e.name, 12)
		if x > left && x+w > right {
			x, y = left, y+22
		}
		e.draw(x, y)
		p.Text("po-key", x+21, y+4.2, "start", pen.Cut(e.name, 12, right-x-24))
		x += w + 18
	}
	return y + 14
}
