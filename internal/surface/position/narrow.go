package position

import (
	"github.com/throughline/throughline/internal/surface/pen"
)

// The picture for narrow screens: one row a person, under the heading of their
// level, with their stance as a place on a short scale.
const (
	downW  = 340.0
	scaleX = 236.0
	scaleW = 92.0
	rowH   = 42.0
)

// Down gives the picture for narrow screens.
func (m Map) Down() string {
	var p, body pen.Pen
	y := 8.0
	cells, seats := m.cells()
	p1, p2 := m.Stances[0], m.Stances[4]
	body.Text("po-note", scaleX-18, y+10, "start", pen.Cut(p1, 12, scaleW/2+16))
	body.Text("po-note", scaleX+scaleW+8, y+10, "end", pen.Cut(p2, 12, scaleW/2))
	y += 18
	if len(m.People) == 0 && m.Empty != "" {
		ls := pen.Wrap(m.Empty, 15, downW-16, 3)
		body.Lines("po-empty", 8, y+22, 20, "start", ls)
		y += 20*float64(len(ls)) + 18
	}
	for r := range cells {
		n := 0
		for c := range untold {
			n += len(cells[r][c])
		}
		if n == 0 {
			continue
		}
		y = downHead(&body, m.Levels[r], y)
		for c := untold - 1; c >= 0; c-- { // those for it first
			for _, who := range cells[r][c] {
				m.downPerson(&body, who, y, c)
				y += rowH
			}
		}
		y += 4
	}
	top := y
	n := 0
	for r := range cells {
		n += len(cells[r][untold]) + len(seats[r])
	}
	if n > 0 {
		y = downHead(&body, m.Untold, y+4)
		for r := range cells {
			for _, who := range cells[r][untold] {
				m.downPerson(&body, who, y, untold)
				y += rowH
			}
		}
		for r := range seats {
			for _, s := range seats[r] {
				body.Link(s.Href, s.Label, func() {
					body.Rect("po-seat", 8, y+4, downW-16, 32, 16)
					body.Rect("po-hit", 6, y+2, downW-12, 36, 17)
					body.Text("po-seat-name", 30, y+24.5, "start", pen.Cut(s.Name, 13.5, downW-60))
				})
				y += rowH
			}
		}
		y += 4
	}
	end := y
	y = m.legend(&body, 8, y+22, downW-8)
	p.Open(pen.Frame{Class: "position position-down", ID: m.ID + "-down", Title: m.Title, Desc: m.Desc, W: downW, H: y, Links: true})
	if n > 0 {
		p.Rect("po-band", 0, top, downW, end-top, 10)
	}
	p.WriteString(body.String())
	return p.Close()
}

func downHead(p *pen.Pen, s string, y float64) float64 {
	p.Text("po-cap", 8, y+18, "start", pen.Cut(s, 13, downW-16))
	return y + 26
}

func (m Map) downPerson(p *pen.Pen, who Person, y float64, column int) {
	p.Link(who.Href, who.Label, func() {
		p.Rect("po-hit", 2, y+1, downW-4, rowH-2, 8)
		room := scaleX - 44.0
		if column == untold {
			room = downW - 42
		}
		mark(p, who, 19, y+rowH/2, markR+0.5)
		name := y + rowH/2 + 5
		if who.Note != "" {
			name = y + 18
			p.Text("po-note", 36, y+34, "start", pen.Cut(who.Note, 12, room))
		}
		p.Text("po-name", 36, name, "start", pen.Cut(who.Name, 15, room))
		if column != untold {
			cy := y + rowH/2
			p.Line("po-scale", scaleX, cy, scaleX+scaleW, cy)
			for c := range 5 {
				x := scaleX + scaleW*float64(c)/4
				if c == column {
					p.Circle("po-here", x, cy, 5.5)
				} else {
					p.Circle("po-dot", x, cy, 1.8)
				}
			}
		}
	})
}
