package road

import (
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/surface/pen"
)

// brush draws the road's own marks.
type brush struct{ pen.Pen }

// open begins a picture. What its marks are is told by their links, each in its
// list; a description would say it all twice.
func (p *brush) open(r *Road, shape string, w, h float64, links bool) {
	class := "road road-" + shape
	if r.Distance == Over {
		class += " road-quiet"
	}
	p.Open(pen.Frame{Class: class, ID: r.ID + "-" + shape, Title: r.Title, W: w, H: h, Links: links})
}

// node draws the mark of a phase. The states differ in shape as well as in
// colour: a tick, a tick in a dashed ring where it has grown old, a thick ring, a ring
// with a dot, an empty ring, a dashed ring with a turn-back arrow, a dash.
func (p *brush) node(ph Phase, frontier bool, x, y, r float64) {
	k := r / 11
	switch {
	case !ph.Shown || ph.State == throughline.NotNeeded:
		p.Circle("rd-gone", x, y, r*0.62)
		p.Line("rd-dash", x-r*0.62, y, x+r*0.62, y)
	case ph.Aged && !frontier:
		p.Circle("rd-aged", x, y, r)
		p.F(`<path class="rd-aged-tick" d="M%v %vl%v %vl%v %v"/>`, x-4.2*k, y+0.3*k, 3*k, 3*k, 5.4*k, -6*k)
	case ph.State == throughline.Answered:
		p.Circle("rd-done", x, y, r)
		p.F(`<path class="rd-tick" d="M%v %vl%v %vl%v %v"/>`, x-4.2*k, y+0.3*k, 3*k, 3*k, 5.4*k, -6*k)
	case ph.State == throughline.Reopened:
		class := "rd-again"
		if frontier {
			class += " rd-again-here"
		}
		p.Circle(class, x, y, r)
		// a turn-back arrow
		p.F(`<path class="rd-turn" d="M%v %va%v %v 0 1 1 %v %v"/>`, x-3.4*k, y-1.6*k, 4*k, 4*k, 1.4*k, 5.2*k)
		p.F(`<path class="rd-turn" d="M%v %vv%vh%v"/>`, x-4.6*k, y-5*k, 4*k, 4*k)
	case frontier:
		p.Circle("rd-here", x, y, r)
		p.Circle("rd-here-dot", x, y, r*0.3)
	case ph.State == throughline.Open:
		p.Circle("rd-open", x, y, r)
		p.Circle("rd-open-dot", x, y, r*0.3)
	default:
		p.Circle("rd-open", x, y, r)
	}
}

// square draws the mark of a milestone.
func (p *brush) square(m Milestone, ahead bool, x, y, h float64) {
	switch {
	case m.NotNeeded:
		p.Line("rd-dash", x-h, y, x+h, y)
	case m.Met:
		p.Rect("rd-met", x-h, y-h, 2*h, 2*h, 3)
		p.F(`<path class="rd-tick" d="M%v %vl%v %vl%v %v"/>`, x-h*0.5, y, h*0.38, h*0.42, h*0.66, -h*0.84)
	default:
		p.Rect("rd-unmet", x-h, y-h, 2*h, 2*h, 3)
	}
	if m.Current {
		class := "rd-current"
		if ahead {
			class = "rd-current rd-far"
		}
		p.Rect(class, x-h-3, y-h-3, 2*h+6, 2*h+6, 5)
	}
}

// bead draws the mark of a track's step.
func (p *brush) bead(s Step, x, y float64) {
	switch s.State {
	case throughline.StepDone:
		p.Circle("rd-bead-done", x, y, 5)
	case throughline.StepBegun:
		p.Circle("rd-bead", x, y, 5)
		p.F(`<path class="rd-bead-half" d="M%v %va5 5 0 0 0 0 10z"/>`, x, y-5)
	case throughline.StepNotNeeded:
		p.Line("rd-dash", x-4, y, x+4, y)
	default:
		p.Circle("rd-bead", x, y, 4)
	}
}

// walked tells which phases the walked part of the road covers: from the
// first mark to the frontier, or all of it where every question is answered.
func (r *Road) walked() int {
	if (r.Distance == Untold || r.Distance == Over) && r.Frontier == throughline.NoPhase {
		for i := len(r.Phases) - 1; i >= 0; i-- {
			if r.Phases[i].State == throughline.Answered {
				return i
			}
		}
		return -1
	}
	if !r.Frontier.Known() {
		return len(r.Phases) - 1
	}
	return int(r.Frontier) - 1
}
