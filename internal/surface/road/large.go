package road

import (
	"github.com/throughline/throughline"
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
	var p, body pen
	y := r.drawTheirs(&body)
	if !r.Bare {
		y = r.drawGap(&body, y)
	}
	y = r.drawOurs(&body, y)
	y = r.drawTrack(&body, y+16, r.Contracting, r.K, phaseX(throughline.Explore), phaseX(throughline.Adopt))
	y = r.drawTrack(&body, y+8, r.Change, r.C, phaseX(throughline.Own), phaseX(throughline.Prove))
	p.open(&r, "large", largeW, y+2, true)
	p.WriteString(body.String())
	return p.close()
}

func (r Road) drawTheirs(p *pen) float64 {
	p.text("rd-cap", 12, 18, "start", r.Theirs)
	left, right := phaseX(throughline.Explore)-column/2+4, phaseX(throughline.Commit)+column/2-4
	p.rect("rd-purchase", left, 28, right-left, 104, 10)
	p.text("rd-note", left+12, 46, "start", cut(r.Purchase, 12, right-left-24))
	p.line("rd-way", phaseX(throughline.Notice), roadY, phaseX(throughline.Prove)+34, roadY)
	if n := r.walked(); n > 0 {
		p.line("rd-walked", phaseX(throughline.Notice), roadY, phaseX(throughline.Phase(n+1)), roadY)
	}
	for i, ph := range r.Phases {
		at := throughline.Phase(i + 1)
		x, here := phaseX(at), at == r.Frontier
		p.link(ph.Href, ph.Label, func() {
			p.rect("rd-hit", x-column/2+4, roadY-22, column-8, 72, 8)
			p.node(ph, here, x, roadY, nodeR)
			class := "rd-name"
			switch {
			case here:
				class = "rd-name rd-name-here"
			case !ph.Shown || ph.State == throughline.NotNeeded:
				class = "rd-name rd-name-gone"
			}
			p.text(class, x, roadY+30, "middle", cut(ph.Name, labelPx, column-6))
			if here {
				p.text("rd-tag", x, roadY+47, "middle", cut(r.Here, 12, column))
			}
		})
	}
	return 140
}

// drawGap draws the one thing that cannot be missed: the distance, as an arrow
// with its sentence; level and untold are sentences without an arrow.
func (r Road) drawGap(p *pen, y float64) float64 {
	mid := y + 24
	pillW := 1.08*width(r.Gap, labelPx) + 28 // bold
	from, to := phaseX(max(r.Frontier, throughline.Notice)), phaseX(max(r.Position, throughline.Notice))
	if r.Frontier == throughline.NoPhase {
		from = phaseX(throughline.Prove) + 34 // the end of the road
	}
	centre := (from + to) / 2
	class := "rd-pill"
	switch r.Distance {
	case Untold:
		centre = largeW / 2
		if r.Position.Known() {
			centre = to
			p.line("rd-drop rd-far", to, mid+14, to, mid+62)
		}
	case Level:
		class = "rd-pill rd-pill-level"
		p.line("rd-drop", from, y-4, from, mid+62)
	default:
		p.line("rd-drop", from, y-4, from, mid)
		p.line("rd-drop rd-far", to, mid, to, mid+62)
		dir := 1.0
		if to < from {
			dir = -1
		}
		p.circle("rd-gap-from", from, mid, 3)
		p.line("rd-gap", from, mid, to-9*dir, mid)
		p.f(`<path class="rd-gap-head" d="M%v %vl%v -6v12z"/>`, to, mid, -11*dir)
		if pillW > abs(to-from)-24 { // no room on the arrow: the sentence stands beside it
			centre = max(from, to) + 16 + pillW/2
			if centre+pillW/2 > largeW-4 {
				centre = min(from, to) - 16 - pillW/2
			}
		}
	}
	centre = min(max(centre, pillW/2+4), largeW-pillW/2-4)
	text := "rd-gap-text"
	if r.Distance == Level {
		text = "rd-gap-text rd-gap-level"
	}
	p.link(r.GapHref, r.Gap, func() {
		p.rect(class, centre-pillW/2, mid-13, pillW, 26, 13)
		p.rect("rd-hit", centre-pillW/2-3, mid-16, pillW+6, 32, 16)
		p.text(text, centre, mid+4.6, "middle", r.Gap)
	})
	return mid + 26
}

func abs(v float64) float64 { return max(v, -v) }

func (r Road) drawOurs(p *pen, y float64) float64 {
	p.text("rd-cap", 12, y+4, "start", r.Ours)
	rail := y + 36
	p.line("rd-rail", phaseX(throughline.Notice), rail, phaseX(throughline.Prove)+34, rail)
	ahead := r.Distance == Ahead || r.Distance == Untold
	if r.Position.Known() {
		x := phaseX(r.Position)
		class, text := "rd-flag", "rd-stage"
		if ahead {
			class, text = "rd-flag rd-far", "rd-stage rd-stage-far"
		}
		p.f(`<path class="%v" d="M%v %vl-6 -9h12z"/>`, class, x, rail-11)
		if r.Stage != "" {
			if tx := x + 12; tx+width(r.Stage, smallPx) < largeW-4 {
				p.text(text, tx, rail-13, "start", r.Stage)
			} else {
				p.text(text, x-12, rail-13, "end", r.Stage)
			}
		}
	}
	depth := map[throughline.Phase]float64{}
	bottom := rail + 20
	for _, m := range r.Milestones {
		if !m.Serves.Known() {
			continue
		}
		x, top := phaseX(m.Serves), rail+depth[m.Serves]
		ls := wrap(m.Name, smallPx, column-8, 3)
		tall := 34 + leading*float64(len(ls))
		p.link(m.Href, m.Label, func() {
			p.rect("rd-hit", x-column/2+3, top-12, column-6, tall-10, 8)
			p.square(m, ahead, x, top, halfMark)
			class := "rd-small"
			if m.NotNeeded {
				class = "rd-small rd-name-gone"
			}
			p.lines(class, x, top+24, leading, "middle", ls)
		})
		depth[m.Serves] += tall
		bottom = max(bottom, top+24+leading*float64(len(ls)))
	}
	return bottom
}

// drawTrack draws one of the two ways that run beside. A track that nobody has
// begun stays one quiet line.
func (r Road) drawTrack(p *pen, y float64, caption string, steps []Step, from, to float64) float64 {
	if len(steps) == 0 {
		return y
	}
	p.text("rd-cap", 12, y+16, "start", caption)
	rail, pitch := y+12, (to-from)/float64(max(len(steps)-1, 1))
	p.line("rd-track", from, rail, to, rail)
	most := 1
	for i, s := range steps {
		x := from + pitch*float64(i)
		ls := wrap(s.Name, 11.5, pitch-5, 2)
		most = max(most, len(ls))
		p.link(s.Href, s.Label, func() {
			p.rect("rd-hit", x-pitch/2+2, rail-9, pitch-4, 44, 6)
			p.bead(s, x, rail)
			class := "rd-step"
			if s.State == throughline.StepBegun || s.State == throughline.StepDone {
				class = "rd-step rd-step-on"
			}
			p.lines(class, x, rail+20, 13, "middle", ls)
		})
	}
	return rail + 18 + 13*float64(most)
}
