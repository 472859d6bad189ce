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
	if !sc.nothing {
		top = t.downHead(&body, sc)
	}
	bottom := top + downH*float64(len(t.Steps))
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
				say, factor = "tl-say tl-say-late", bold
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
