package road

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"

	"github.com/throughline/throughline"
)

// pen writes SVG. Every text and attribute passes through esc.
type pen struct{ strings.Builder }

// esc makes s text of an XML document: no markup, and no character that XML
// does not know.
func esc(s string) string {
	return html.EscapeString(strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
			return '\ufffd'
		}
		return r
	}, s))
}

// num spells a coordinate shortly.
func num(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) }

func (p *pen) f(format string, args ...any) {
	for i, a := range args {
		switch v := a.(type) {
		case float64:
			args[i] = num(v)
		case string:
			args[i] = esc(v)
		}
	}
	fmt.Fprintf(&p.Builder, format, args...)
}

// open begins a picture. A picture with links is a group that is named; one
// without is an image.
func (p *pen) open(r *Road, shape string, w, h float64, links bool) {
	id := r.ID + "-" + shape
	role := "img"
	if links {
		role = "group"
	}
	p.f(`<svg class="road road-%v" role="%v" aria-labelledby="%v-t" viewBox="0 0 %v %v" width="%v" height="%v"`, shape, role, id, w, h, w, h)
	if r.Desc != "" && links {
		p.f(` aria-describedby="%v-d"`, id)
	}
	p.f(` xmlns="http://www.w3.org/2000/svg"><title id="%v-t">%v</title>`, id, r.Title)
	if r.Desc != "" && links {
		p.f(`<desc id="%v-d">%v</desc>`, id, r.Desc)
	}
}

func (p *pen) close() string {
	p.WriteString("</svg>")
	return p.String()
}

// link wraps what draw draws into a link, where there is somewhere to go.
func (p *pen) link(href, label string, draw func()) {
	if href == "" {
		draw()
		return
	}
	p.f(`<a href="%v"><title>%v</title>`, href, label)
	draw()
	p.WriteString("</a>")
}

func (p *pen) line(class string, x1, y1, x2, y2 float64) {
	p.f(`<line class="%v" x1="%v" y1="%v" x2="%v" y2="%v"/>`, class, x1, y1, x2, y2)
}

func (p *pen) rect(class string, x, y, w, h, r float64) {
	p.f(`<rect class="%v" x="%v" y="%v" width="%v" height="%v" rx="%v"/>`, class, x, y, w, h, r)
}

func (p *pen) circle(class string, x, y, r float64) {
	p.f(`<circle class="%v" cx="%v" cy="%v" r="%v"/>`, class, x, y, r)
}

// text writes s; anchor is start, middle or end.
func (p *pen) text(class string, x, y float64, anchor, s string) {
	p.f(`<text class="%v" x="%v" y="%v" text-anchor="%v">%v</text>`, class, x, y, anchor, s)
}

func (p *pen) lines(class string, x, y, leading float64, anchor string, ls []string) {
	for i, l := range ls {
		p.text(class, x, y+float64(i)*leading, anchor, l)
	}
}

// node draws the mark of a phase. The states differ in shape as well as in
// colour: a tick, a tick in a dashed ring where it has grown old, a thick ring, a ring
// with a dot, an empty ring, a dashed ring with a turn-back arrow, a dash.
func (p *pen) node(ph Phase, frontier bool, x, y, r float64) {
	k := r / 11
	switch {
	case !ph.Shown || ph.State == throughline.NotNeeded:
		p.circle("rd-gone", x, y, r*0.62)
		p.line("rd-dash", x-r*0.62, y, x+r*0.62, y)
	case ph.Aged && !frontier:
		p.circle("rd-aged", x, y, r)
		p.f(`<path class="rd-aged-tick" d="M%v %vl%v %vl%v %v"/>`, x-4.2*k, y+0.3*k, 3*k, 3*k, 5.4*k, -6*k)
	case ph.State == throughline.Answered:
		p.circle("rd-done", x, y, r)
		p.f(`<path class="rd-tick" d="M%v %vl%v %vl%v %v"/>`, x-4.2*k, y+0.3*k, 3*k, 3*k, 5.4*k, -6*k)
	case ph.State == throughline.Reopened:
		class := "rd-again"
		if frontier {
			class += " rd-again-here"
		}
		p.circle(class, x, y, r)
		// a turn-back arrow
		p.f(`<path class="rd-turn" d="M%v %va%v %v 0 1 1 %v %v"/>`, x-3.4*k, y-1.6*k, 4*k, 4*k, 1.4*k, 5.2*k)
		p.f(`<path class="rd-turn" d="M%v %vv%vh%v"/>`, x-4.6*k, y-5*k, 4*k, 4*k)
	case frontier:
		p.circle("rd-here", x, y, r)
		p.circle("rd-here-dot", x, y, r*0.3)
	case ph.State == throughline.Open:
		p.circle("rd-open", x, y, r)
		p.circle("rd-open-dot", x, y, r*0.3)
	default:
		p.circle("rd-open", x, y, r)
	}
}

// square draws the mark of a milestone.
func (p *pen) square(m Milestone, ahead bool, x, y, h float64) {
	switch {
	case m.NotNeeded:
		p.line("rd-dash", x-h, y, x+h, y)
	case m.Met:
		p.rect("rd-met", x-h, y-h, 2*h, 2*h, 3)
		p.f(`<path class="rd-tick" d="M%v %vl%v %vl%v %v"/>`, x-h*0.5, y, h*0.38, h*0.42, h*0.66, -h*0.84)
	default:
		p.rect("rd-unmet", x-h, y-h, 2*h, 2*h, 3)
	}
	if m.Current {
		class := "rd-current"
		if ahead {
			class = "rd-current rd-far"
		}
		p.rect(class, x-h-3, y-h-3, 2*h+6, 2*h+6, 5)
	}
}

// bead draws the mark of a track's step.
func (p *pen) bead(s Step, x, y float64) {
	switch s.State {
	case throughline.StepDone:
		p.circle("rd-bead-done", x, y, 5)
	case throughline.StepBegun:
		p.circle("rd-bead", x, y, 5)
		p.f(`<path class="rd-bead-half" d="M%v %va5 5 0 0 0 0 10z"/>`, x, y-5)
	case throughline.StepNotNeeded:
		p.line("rd-dash", x-4, y, x+4, y)
	default:
		p.circle("rd-bead", x, y, 4)
	}
}

// walked tells which phases the walked part of the road covers: from the
// first mark to the frontier, or all of it where every question is answered.
func (r *Road) walked() int {
	if r.Distance == Untold && r.Frontier == throughline.NoPhase {
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
