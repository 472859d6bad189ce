package road

import (
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/surface/pen"
)

// The picture for narrow screens turns downward: same marks, one row a phase.
const (
	downW = 340.0
	downX = 22.0
	textX = 46.0
)

// Down gives the picture for narrow screens.
func (r Road) Down() string {
	var p, body, back brush
	y := 14.0
	body.Seen(func() { body.Text("rd-cap", 4, y, "start", r.Theirs) })
	y += 14
	centre := make([]float64, throughline.PhaseCount+1)
	var purchaseTop, purchaseEnd float64
	ahead := r.Distance == Ahead || r.Distance == Untold
	body.List(r.Theirs, func() {
		for i, ph := range r.Phases {
			at := throughline.Phase(i + 1)
			if at == throughline.Explore {
				purchaseTop = y
				body.Seen(func() { body.Text("rd-note", textX, y+15, "start", pen.Cut(r.Purchase, 11.5, downW-textX-60)) })
				y += 16
			}
			centre[at] = y + 20
			y = r.row(&body, ph, at, y, ahead)
			if at == throughline.Commit {
				purchaseEnd = y
			}
		}
	})
	back.Rect("rd-purchase", 1, purchaseTop, downW-2, purchaseEnd-purchaseTop, 10)
	back.Line("rd-way", downX, centre[1], downX, centre[throughline.Prove]+16)
	if n := r.walked(); n > 0 {
		back.Line("rd-walked", downX, centre[1], downX, centre[n+1])
	}
	switch {
	case r.Bare:
	case r.Distance == Ahead || r.Distance == Behind:
		r.downGap(&back, &body, centre)
	default:
		y = r.downSentence(&body, y+12)
	}
	y = r.downTrack(&body, y+24, r.Contracting, r.K)
	y = r.downTrack(&body, y+26, r.Change, r.C)
	p.open(&r, "down", downW, y+4, true)
	p.WriteString(back.String())
	p.WriteString(body.String())
	return p.Close()
}

func (r Road) row(p *brush, ph Phase, at throughline.Phase, y float64, ahead bool) float64 {
	cy, here := y+20, at == r.Frontier
	p.Item(ph.Href, ph.Label, func() {
		p.Rect("rd-hit", 3, y+2, downW-130, 36, 8)
		p.node(ph, here, downX, cy, nodeR)
		class := "rd-name"
		switch {
		case here:
			class = "rd-name rd-name-here"
		case !ph.Shown || ph.State == throughline.NotNeeded:
			class = "rd-name rd-name-gone"
		}
		p.Text(class, textX, cy+5, "start", ph.Name)
		if here {
			p.Text("rd-tag", textX+pen.Width(ph.Name, 15)+14, cy+5, "start", r.Here)
		}
	})
	y += 40
	if at == r.Position && r.Stage != "" {
		class, flag := "rd-stage", "rd-flag"
		if ahead {
			class, flag = "rd-stage rd-stage-far", "rd-flag rd-far"
		}
		p.F(`<path class="%v" d="M%v %vl-8 -5v10z"/>`, flag, textX+9, y+3)
		ls := []string{pen.Cut(r.Stage, 13, 236)}
		if r.Distance == Ahead || r.Distance == Behind { // the distance stands beside it
			ls = pen.Wrap(r.Stage, 14, 160, 2) // bold
		}
		p.Lines(class, textX+15, y+7, 16, "start", ls)
		y += 3 + 16*float64(len(ls))
	}
	for _, m := range r.Milestones {
		if m.Serves != at {
			continue
		}
		ls := pen.Wrap(m.Name, 13, 172, 2)
		p.Item(m.Href, m.Label, func() {
			p.Rect("rd-hit", textX-6, y-6, 190, 8+17*float64(len(ls)), 6)
			p.square(m, ahead, textX+5, y+3, 5)
			class := "rd-small"
			if m.NotNeeded {
				class = "rd-small rd-name-gone"
			}
			p.Lines(class, textX+18, y+7.5, 16, "start", ls)
		})
		y += 6 + 17*float64(len(ls))
	}
	return y + 6
}

func (r Road) downGap(back, p *brush, centre []float64) {
	from, to := centre[throughline.Prove]+16, centre[max(r.Position, throughline.Notice)]
	if r.Frontier.Known() {
		from = centre[r.Frontier]
	}
	x := downW - 26
	dir := 1.0
	if to < from {
		dir = -1
	}
	back.Line("rd-drop", x-14, from, x, from)
	back.Line("rd-drop rd-far", x-14, to, x, to)
	back.Circle("rd-gap-from", x, from, 3)
	back.Line("rd-gap", x, from, x, to-9*dir)
	back.F(`<path class="rd-gap-head" d="M%v %vl-6 %vh12z"/>`, x, to, -11*dir)
	ls := pen.Wrap(r.Gap, 14, 104, 5) // bold
	tall := 12 + 17*float64(len(ls))
	mid := (from + to) / 2
	p.Link(r.GapHref, r.Gap, func() {
		p.Rect("rd-pill", downW-112, mid-tall/2, 110, tall, 12)
		p.Rect("rd-hit", downW-114, mid-tall/2-2, 114, tall+4, 13)
		p.Lines("rd-gap-text", downW-57, mid-tall/2+18.5, 17, "middle", ls)
	})
}

// downSentence writes the distance below the road, where there is no arrow.
func (r Road) downSentence(p *brush, y float64) float64 {
	class, text := "rd-pill", "rd-gap-text"
	if r.Distance == Level || r.Distance == Over {
		class, text = "rd-pill rd-pill-level", "rd-gap-text rd-gap-level"
	}
	ls := pen.Wrap(r.Gap, 13.5, downW-40, 3)
	tall := 14 + 18*float64(len(ls))
	p.Link(r.GapHref, r.Gap, func() {
		p.Rect(class, 1, y, downW-2, tall, 12)
		p.Rect("rd-hit", 1, y, downW-2, tall, 12)
		p.Lines(text, downW/2, y+20, 18, "middle", ls)
	})
	return y + tall
}

func (r Road) downTrack(p *brush, y float64, caption string, steps []Step) float64 {
	if len(steps) == 0 {
		return y
	}
	p.Seen(func() { p.Text("rd-cap", 4, y, "start", caption) })
	y += 8
	half := (len(steps) + 1) / 2
	p.Line("rd-track", 12, y+10, 12, y+10+24*float64(half-1))
	p.Line("rd-track", downW/2+12, y+10, downW/2+12, y+10+24*float64(len(steps)-half-1))
	p.List(caption, func() {
		for i, s := range steps {
			x, row := 12.0, i
			if i >= half {
				x, row = downW/2+12, i-half
			}
			cy := y + 10 + 24*float64(row)
			p.Item(s.Href, s.Label, func() {
				p.Rect("rd-hit", x-10, cy-11, downW/2-8, 22, 6)
				p.bead(s, x, cy)
				class := "rd-step"
				if s.State == throughline.StepBegun || s.State == throughline.StepDone {
					class = "rd-step rd-step-on"
				}
				p.Text(class, x+13, cy+4.5, "start", pen.Cut(s.Name, 12.5, downW/2-34))
			})
		}
	})
	return y + 24*float64(half)
}

// The line for lists: one row of marks, no words but its title.
const (
	lineW = 252.0
	lineH = 26.0
)

// Line gives the picture for a list: an image, the row around it is the link.
func (r Road) Line() string {
	var p brush
	p.open(&r, "line", lineW, lineH, false)
	x := func(at throughline.Phase) float64 { return 14 + 28*float64(int(at)-1) }
	p.Rect("rd-purchase", x(throughline.Explore)-13, 0.5, x(throughline.Commit)-x(throughline.Explore)+26, lineH-1, 7)
	const cy = 11.0
	p.Line("rd-way rd-thin", x(1), cy, x(9), cy)
	if n := r.walked(); n > 0 {
		p.Line("rd-walked rd-thin", x(1), cy, x(throughline.Phase(n+1)), cy)
	}
	for i, ph := range r.Phases {
		at := throughline.Phase(i + 1)
		size := 5.2
		if at == r.Frontier {
			size = 6.6
		}
		p.node(ph, at == r.Frontier, x(at), cy, size)
	}
	if r.Position.Known() {
		to := x(r.Position)
		class := "rd-flag"
		if r.Distance == Ahead || r.Distance == Untold {
			class = "rd-flag rd-far"
		}
		if (r.Distance == Ahead || r.Distance == Behind) && r.Frontier.Known() {
			p.Line("rd-gap rd-thin", x(r.Frontier), 22, to, 22)
		}
		p.F(`<path class="%v" d="M%v 18l-4.5 7h9z"/>`, class, to)
	}
	return p.Close()
}
