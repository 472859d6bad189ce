package road

import (
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/surface/pen"
)

// The large picture: 1060 units wide, one column to each phase.
const (
	largeW   = 1060.0
	firstX   = 66.0
	column   = 115.5
	roadY    = 78.0
	nodeR    = 11.0
	labelPx  = 13.5
	smallPx  = 12.5
	leading  = 15.5
	halfMark = 6.5
)

func phaseX(p throughline.Phase) float64 { return firstX + column*float64(int(p)-1) }

// Large gives the picture for wide screens and for paper.
func (r Road) Large() string {
	var p, body brush
	y := r.drawTheirs(&body)
	if !r.Bare {
		y = r.drawGap(&body, y)
	}
	y = r.drawOurs(&body, y)
	y = r.drawTrack(&body, y+16, r.Contracting, r.K, phaseX(throughline.Explore), phaseX(throughline.Adopt))
	y = r.drawTrack(&body, y+8, r.Change, r.C, phaseX(throughline.Own), phaseX(throughline.Prove))
	p.open(&r, "large", largeW, y+2, true)
	p.WriteString(body.String())
	return p.Close()
}

func (r Road) drawTheirs(p *brush) float64 {
	p.Seen(func() { p.Text("rd-cap", 12, 18, "start", r.Theirs) })
	left, right := phaseX(throughline.Explore)-column/2+4, phaseX(throughline.Commit)+column/2-4
	p.Rect("rd-purchase", left, 28, right-left, 104, 10)
	p.Seen(func() { p.Text("rd-note", left+12, 46, "start", pen.Cut(r.Purchase, 12, right-left-24)) })
	p.Line("rd-way", phaseX(throughline.Notice), roadY, phaseX(throughline.Prove)+34, roadY)
	if n := r.walked(); n > 0 {
		p.Line("rd-walked", phaseX(throughline.Notice), roadY, phaseX(throughline.Phase(n+1)), roadY)
	}
	p.List(r.Theirs, func() { r.drawPhases(p) })
	return 140
}

func (r Road) drawPhases(p *brush) {
	for i, ph := range r.Phases {
		at := throughline.Phase(i + 1)
		x, here := phaseX(at), at == r.Frontier
		item := p.Item
		if ph.Says != "" { // what it asks comes up; a title would come up beside it
			item = p.ItemCalled
		}
		item(ph.Href, ph.Label, func() {
			p.Rect("rd-hit", x-column/2+4, roadY-22, column-8, 72, 8)
			p.node(ph, here, x, roadY, nodeR)
			class := "rd-name"
			switch {
			case here:
				class = "rd-name rd-name-here"
			case !ph.Shown || ph.State == throughline.NotNeeded:
				class = "rd-name rd-name-gone"
			}
			p.Text(class, x, roadY+30, "middle", pen.Cut(ph.Name, labelPx, column-6))
			if here {
				p.WriteString(" ") // two words where the text is taken as one
				p.Text("rd-tag", x, roadY+47, "middle", pen.Cut(r.Here, 12, column))
			}
			p.says(ph.Says, x)
		})
	}
}

// says draws what a question asks over its mark, where nothing is drawn later.
// The style shows it while its link is pointed at or reached; its name is read.
func (p *brush) says(text string, x float64) {
	if text == "" {
		return
	}
	ls := pen.Wrap(text, 14, 440, 2)
	w := 0.0
	for _, l := range ls {
		w = max(w, pen.Width(l, 14)+26)
	}
	left, tall := min(max(x-w/2, 2), largeW-2-w), 16+19*float64(len(ls))
	bottom := roadY - nodeR - 9
	p.F(`<g class="rd-says" aria-hidden="true">`)
	p.Rect("rd-says-box", left, bottom-tall, w, tall, 8)
	p.Path("rd-says-box", "M%v %vl7 7l7 -7z", x-7, bottom-0.5)
	p.Lines("rd-says-text", left+13, bottom-tall+22, 19, "start", ls)
	p.WriteString("</g>")
}

// drawGap draws the one thing that cannot be missed: the distance, as an arrow
// with its sentence; level and untold are sentences without an arrow.
func (r Road) drawGap(p *brush, y float64) float64 {
	mid := y + 24
	pillW := 1.08*pen.Width(r.Gap, labelPx) + 28 // bold
	from, to := phaseX(max(r.Frontier, throughline.Notice)), phaseX(max(r.Position, throughline.Notice))
	if r.Frontier == throughline.NoPhase {
		from = phaseX(throughline.Prove) + 34 // the end of the road
	}
	centre := (from + to) / 2
	class := "rd-pill"
	switch r.Distance {
	case Over:
		centre, class = largeW/2, "rd-pill rd-pill-level"
	case Untold:
		centre = largeW / 2
		if r.Position.Known() {
			centre = to
			p.Line("rd-drop rd-far", to, mid+14, to, mid+62)
		}
	case Level:
		class = "rd-pill rd-pill-level"
		p.Line("rd-drop", from, y-4, from, mid+62)
	default:
		p.Line("rd-drop", from, y-4, from, mid)
		p.Line("rd-drop rd-far", to, mid, to, mid+62)
		dir := 1.0
		if to < from {
			dir = -1
		}
		p.Circle("rd-gap-from", from, mid, 3)
		p.Line("rd-gap", from, mid, to-9*dir, mid)
		p.F(`<path class="rd-gap-head" d="M%v %vl%v -6v12z"/>`, to, mid, -11*dir)
		if pillW > abs(to-from)-24 { // no room on the arrow: the sentence stands beside it
			centre = max(from, to) + 16 + pillW/2
			if centre+pillW/2 > largeW-4 {
				centre = min(from, to) - 16 - pillW/2
			}
		}
	}
	centre = min(max(centre, pillW/2+4), largeW-pillW/2-4)
	text := "rd-gap-text"
	if r.Distance == Level || r.Distance == Over {
		text = "rd-gap-text rd-gap-level"
	}
	p.Link(r.GapHref, r.Gap, func() {
		p.Rect(class, centre-pillW/2, mid-13, pillW, 26, 13)
		p.Rect("rd-hit", centre-pillW/2-3, mid-16, pillW+6, 32, 16)
		p.Text(text, centre, mid+4.6, "middle", r.Gap)
	})
	return mid + 26
}

func abs(v float64) float64 { return max(v, -v) }

func (r Road) drawOurs(p *brush, y float64) float64 {
	p.Seen(func() { p.Text("rd-cap", 12, y+4, "start", r.Ours) })
	rail := y + 36
	p.Line("rd-rail", phaseX(throughline.Notice), rail, phaseX(throughline.Prove)+34, rail)
	ahead := r.Distance == Ahead || r.Distance == Untold
	if r.Position.Known() {
		x := phaseX(r.Position)
		class, text := "rd-flag", "rd-stage"
		if ahead {
			class, text = "rd-flag rd-far", "rd-stage rd-stage-far"
		}
		p.F(`<path class="%v" d="M%v %vl-6 -9h12z"/>`, class, x, rail-11)
		if r.Stage != "" {
			tx, anchor := x+12, "start"
			if tx+pen.Width(r.Stage, smallPx) >= largeW-4 {
				tx, anchor = x-12, "end"
			}
			p.Text(text, tx, rail-13, anchor, r.Stage)
		}
	}
	bottom := rail + 20
	p.List(r.Ours, func() { bottom = r.drawMilestones(p, rail, ahead) })
	return bottom
}

func (r Road) drawMilestones(p *brush, rail float64, ahead bool) float64 {
	depth := map[throughline.Phase]float64{}
	bottom := rail + 20
	for _, m := range r.Milestones {
		if !m.Serves.Known() {
			continue
		}
		x, top := phaseX(m.Serves), rail+depth[m.Serves]
		ls := pen.Wrap(m.Name, smallPx, column-8, 3)
		tall := 34 + leading*float64(len(ls))
		p.Item(m.Href, m.Label, func() {
			p.Rect("rd-hit", x-column/2+3, top-12, column-6, tall-10, 8)
			p.square(m, ahead, x, top, halfMark)
			class := "rd-small"
			if m.NotNeeded {
				class = "rd-small rd-name-gone"
			}
			p.Lines(class, x, top+24, leading, "middle", ls)
		})
		depth[m.Serves] += tall
		bottom = max(bottom, top+24+leading*float64(len(ls)))
	}
	return bottom
}

// drawTrack draws one of the two ways that run beside. A track that nobody has
// begun stays one quiet line.
func (r Road) drawTrack(p *brush, y float64, caption string, steps []Step, from, to float64) float64 {
	if len(steps) == 0 {
		return y
	}
	p.Seen(func() { p.Text("rd-cap", 12, y+16, "start", caption) })
	rail, pitch := y+12, (to-from)/float64(max(len(steps)-1, 1))
	p.Line("rd-track", from, rail, to, rail)
	most := 1
	p.List(caption, func() {
		for i, s := range steps {
			x := from + pitch*float64(i)
			ls := pen.Wrap(s.Name, 11.5, pitch-5, 2)
			most = max(most, len(ls))
			p.Item(s.Href, s.Label, func() {
				p.Rect("rd-hit", x-pitch/2+2, rail-9, pitch-4, 44, 6)
				p.bead(s, x, rail)
				class := "rd-step"
				if s.State == throughline.StepBegun || s.State == throughline.StepDone {
					class = "rd-step rd-step-on"
				}
				p.Lines(class, x, rail+20, 13, "middle", ls)
			})
		}
	})
	return rail + 18 + 13*float64(most)
}
