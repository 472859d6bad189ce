package timeline

import (
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/surface/pen"
)

// The picture for narrow screens: name and words above, the bar below them.
const (
	downW  = 340.0
	downX0 = 14.0
	downX1 = downW - 14
	downH  = 58.0
)

// Down gives the picture for narrow screens.
func (t Timeline) Down() string {
	var p, body pen.Pen
	sc := t.scale(downX0, downX1)
	top := 30.0
	bottom := top + downH*float64(len(t.Steps))
	if !sc.nothing {
		t.downHead(&body, sc)
	}
	for i, s := range t.Steps {
		y := top + downH*float64(i)
		body.Link(s.Href, s.Label, func() {
			body.Rect("tl-hit", 2, y+2, downW-4, downH-4, 8)
			bead(&body, s, 16, y+19)
			class, say := "tl-name", "tl-say"
			if s.State == throughline.StepNotNeeded {
				class = "tl-name tl-gone"
			}
			factor := 1.0
			if s.Late {
				say, factor = "tl-say tl-say-late", 1.07
			}
			words := pen.Cut(s.Say, 12.5*factor, 176)
			body.Text(class, 30, y+24, "start", pen.Cut(s.Name, 14.5, downW-48-factor*pen.Width(words, 12.5)))
			body.Text(say, downW-12, y+23.6, "end", words)
			if !sc.nothing { // only beside the bar, so that no line crosses a word
				if !t.Goal.IsZero() {
					body.Line("tl-goal", sc.at(t.Goal), y+33, sc.at(t.Goal), y+51)
				}
				if !t.Today.IsZero() {
					body.Line("tl-today", sc.at(t.Today), y+33, sc.at(t.Today), y+51)
				}
			}
			t.bar(&body, sc, s, y+42, 11)
		})
	}
	y := t.legend(&body, 8, bottom+20, downW-8)
	p.Open(pen.Frame{Class: "timeline timeline-down", ID: t.ID + "-down", Title: t.Title, Desc: t.Desc, W: downW, H: y, Links: true})
	p.WriteString(body.String())
	return p.Close()
}

// downHead names today and the day that matters, side by side.
func (t Timeline) downHead(p *pen.Pen, sc scale) {
	free := downW - 4
	if !t.Goal.IsZero() {
		x := sc.at(t.Goal)
		p.Line("tl-goal", x, 6, x, 24)
		p.Path("tl-flag", "M%s 6h10l-3.4 4 3.4 4h-10z", x)
		name := pen.Cut(t.GoalName, 13, 210)
		w := 1.07 * pen.Width(name, 13) // bold
		end := max(x-6, min(w+8, downW-30))
		if end > x-6 { // early in the calendar: the name stands behind the flag
			p.Text("tl-goal-name", x+15, 16, "start", name)
			p.Line("tl-today", sc.at(t.Today), 22, sc.at(t.Today), 28)
			return
		}
		p.Text("tl-goal-name", end, 16, "end", name)
		free = end - w - 8
	}
	if t.Today.IsZero() {
		return
	}
	x, w := sc.at(t.Today), pen.Width(t.TodayName, 13)
	p.Line("tl-today", x, 18, x, 28)
	if at := min(max(x-w/2, 4), free-w); at >= 0 {
		p.Text("tl-today-name", at, 16, "start", t.TodayName)
	}
}
