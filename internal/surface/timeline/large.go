package timeline

import (
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/surface/pen"
)

// The large picture: 1060 units wide. Names stand on the left with what is to
// be known of the dates below them, the calendar beside: whatever the days are,
// no line of the calendar crosses a word.
const (
	largeW = 1060.0
	leftX  = 236.0
	rightX = largeW - 26
	topY   = 64.0
	pitch  = 46.0
	barH   = 14.0
)

// scale places days.
type scale struct {
	from    throughline.Day
	days    float64
	x0, x1  float64
	nothing bool
}

func (t Timeline) scale(x0, x1 float64) scale {
	from, to := t.Span()
	return scale{from, float64(max(1, to.Sub(from))), x0, x1, from.IsZero()}
}

func (s scale) at(d throughline.Day) float64 {
	x := s.x0 + (s.x1-s.x0)*float64(d.Sub(s.from))/s.days
	return min(max(x, s.x0), s.x1)
}

// Large gives the picture for wide screens and for paper.
func (t Timeline) Large() string {
	var p, body pen.Pen
	sc := t.scale(leftX, rightX)
	bottom := topY + pitch*float64(len(t.Steps))
	if !sc.nothing {
		t.calendar(&body, sc, bottom)
		t.head(&body, sc, bottom)
	}
	t.waits(&body, sc)
	for i, s := range t.Steps {
		t.row(&body, sc, s, topY+pitch*float64(i))
	}
	y := t.legend(&body, 12, bottom+26, largeW-12)
	p.Open(pen.Frame{Class: "timeline timeline-large", ID: t.ID + "-large", Title: t.Title, Desc: t.Desc, W: largeW, H: y, Links: true})
	p.WriteString(body.String())
	return p.Close()
}

// calendar draws the named days behind everything.
func (t Timeline) calendar(p *pen.Pen, sc scale, bottom float64) {
	last := sc.x0 - 60.0
	from, to := t.Span()
	for _, k := range t.Ticks {
		if k.Day.Sub(from) < 0 || to.Sub(k.Day) < 0 {
			continue
		}
		x := sc.at(k.Day)
		p.Line("tl-grid", x, topY-14, x, bottom)
		w := pen.Width(k.Name, 12)
		anchor, left := "middle", x-w/2
		if now := sc.at(t.Today); !t.Today.IsZero() && abs(now-x) < w/2+4 { // beside today's line, not across it
			if now > x {
				anchor, left, x = "end", min(x, now-4)-w, min(x, now-4)
			} else {
				anchor, left, x = "start", max(x, now+4), max(x, now+4)
			}
		}
		if goal := sc.at(t.Goal); !t.Goal.IsZero() && goal > left-4 && goal < left+w+4 {
			continue
		}
		if left > last+8 && left+w < largeW {
			p.Text("tl-tick", x, topY-20, anchor, k.Name)
			last = left + w
		}
	}
}

func abs(v float64) float64 { return max(v, -v) }

// waits draws what waits for what: from the end of one bar to the begin of another.
func (t Timeline) waits(p *pen.Pen, sc scale) {
	if sc.nothing {
		return
	}
	for i, s := range t.Steps {
		to, _, ok := s.bar(t.Today)
		if !ok {
			continue
		}
		for _, a := range s.After {
			if a < 0 || a >= len(t.Steps) || a == i {
				continue
			}
			_, from, ok := t.Steps[a].bar(t.Today)
			if !ok {
				continue
			}
			x1, y1 := sc.at(from), topY+pitch*float64(a)+pitch/2
			x2, y2 := sc.at(to), topY+pitch*float64(i)+pitch/2
			if x2 < x1 { // it was not waited for
				continue
			}
			bend := max(x1+5, min(x2-5, x1+9))
			if x2-x1 < 10 {
				bend = (x1 + x2) / 2
			}
			p.Path("tl-wait", "M%s %sH%sV%sH%s", x1, y1, bend, y2, x2)
		}
	}
}

// row draws a step: its name, the words about its days, and its bar.
func (t Timeline) row(p *pen.Pen, sc scale, s Step, y float64) {
	const leading, room = 15.0, leftX - 48
	mid := y + pitch/2
	names := pen.Wrap(s.Name, 13.5, room, 2)
	lines := len(names)
	if s.Say != "" {
		lines++
	}
	base := mid + 4.7 - leading/2*float64(max(0, lines-1))
	p.Link(s.Href, s.Label, func() {
		p.Rect("tl-hit", 4, y+2, largeW-8, pitch-4, 8)
		bead(p, s, 20, base-4.7)
		class := "tl-name"
		if s.State == throughline.StepNotNeeded {
			class = "tl-name tl-gone"
		}
		p.Lines(class, 36, base, leading, "start", names)
		if s.Say != "" {
			say, size := "tl-say", 12.5
			if s.Late {
				say, size = "tl-say tl-say-late", 12.5*bold
			}
			p.Text(say, 36, base+leading*float64(lines-1), "start", pen.Cut(s.Say, size, room))
		}
		t.bar(p, sc, s, mid, barH)
	})
}

// bar draws a step's bar with its spread and its due day.
func (t Timeline) bar(p *pen.Pen, sc scale, s Step, mid, tall float64) {
	from, to, ok := s.bar(t.Today)
	if !ok || sc.nothing {
		return
	}
	left, right := sc.at(from), sc.at(to)
	reach := func(x float64) { left, right = min(left, x), max(right, x) }
	x1, x2 := left, max(right, left+4)
	switch s.State {
	case throughline.StepDone:
		p.Rect("tl-done", x1, mid-tall/2, x2-x1, tall, 3)
		if x2-x1 >= 16 {
			p.Path("tl-tick-mark", "M%s %sl3 3.2 5.4 -6.4", x2-12.5, mid+0.2)
		}
	case throughline.StepBegun:
		if s.Mid > 0 { // what is left of the middle case
			if end := sc.at(s.Began.Add(s.Mid)); end > x2 {
				p.Rect("tl-rest", x1, mid-tall/2, end-x1, tall, 3)
				reach(end)
			}
		}
		p.Rect("tl-going", x1, mid-tall/2, x2-x1, tall, 3)
	default:
		class := "tl-plan"
		if s.Late {
			class = "tl-plan tl-late"
		}
		p.Rect(class, x1, mid-tall/2, x2-x1, tall, 3)
	}
	if a, b, ok := s.spread(); ok { // a line where the bar is not, and both quarters marked
		w1, w2 := sc.at(a), sc.at(b)
		if w1 < left {
			p.Line("tl-spread", w1, mid, left, mid)
		}
		if w2 > right {
			p.Line("tl-spread", max(right, w1), mid, w2, mid)
		}
		p.Line("tl-spread", w1, mid-4, w1, mid+4)
		p.Line("tl-spread", w2, mid-4, w2, mid+4)
		reach(w1)
		reach(w2)
	}
	if s.State != throughline.StepDone && !s.Due.IsZero() {
		x := sc.at(s.Due)
		class := "tl-due"
		if s.Late {
			class = "tl-due tl-due-late"
			if now := sc.at(t.Today); now > x {
				p.Line("tl-over", x, mid, now, mid)
				reach(now)
			}
		}
		p.Path(class, "M%s %sl5.5 5.5 -5.5 5.5 -5.5 -5.5z", x, mid-5.5)
		reach(x - 5.5)
		reach(x + 5.5)
	}
	if s.Late { // a mark of its own shape, for those who see no colours
		x := left - 12
		if x < sc.x0+8 {
			x = right + 12
		}
		warn(p, x, mid)
	}
}

// warn draws a triangle with a stroke in it.
func warn(p *pen.Pen, x, y float64) {
	p.Path("tl-warn", "M%s %sl7 12.5 h-14z", x, y-7)
	p.Path("tl-warn-mark", "M%s %sv4", x, y-2.2)
	p.Circle("tl-warn-dot", x, y+3.8, 0.9)
}

// bead tells the state of a step before its name, in the road's shapes.
func bead(p *pen.Pen, s Step, x, y float64) {
	switch s.State {
	case throughline.StepDone:
		p.Circle("tl-bead-done", x, y, 6.5)
		p.Path("tl-tick-mark", "M%s %sl2 2.2 3.8 -4.5", x-2.9, y+0.2)
	case throughline.StepBegun:
		p.Circle("tl-bead", x, y, 6)
		p.Path("tl-bead-half", "M%s %sa6 6 0 0 0 0 12z", x, y-6)
	case throughline.StepNotNeeded:
		p.Line("tl-dash", x-5, y, x+5, y)
	default:
		p.Circle("tl-bead", x, y, 5.5)
	}
}

// legend names the marks in as many lines as they need, and gives where it ends.
func (t Timeline) legend(p *pen.Pen, left, y, right float64) float64 {
	x := left
	for _, e := range []struct {
		name string
		draw func(x, y float64)
	}{
		{t.Legend.Done, func(x, y float64) { p.Rect("tl-done", x, y-5, 20, 10, 3) }},
		{t.Legend.Going, func(x, y float64) {
			p.Rect("tl-rest", x, y-5, 20, 10, 3)
			p.Rect("tl-going", x, y-5, 11, 10, 3)
		}},
		{t.Legend.Planned, func(x, y float64) { p.Rect("tl-plan", x, y-5, 20, 10, 3) }},
		{t.Legend.Spread, func(x, y float64) {
			p.Line("tl-spread", x, y, x+20, y)
			p.Line("tl-spread", x, y-4, x, y+4)
			p.Line("tl-spread", x+20, y-4, x+20, y+4)
		}},
		{t.Legend.Due, func(x, y float64) { p.Path("tl-due", "M%s %sl5.5 5.5 -5.5 5.5 -5.5 -5.5z", x+10, y-5.5) }},
		{t.Legend.Late, func(x, y float64) { warn(p, x+10, y) }},
	} {
		if strings.TrimSpace(e.name) == "" {
			continue
		}
		w := 28 + pen.Width(e.name, 12)
		if x > left && x+w > right {
			x, y = left, y+22
		}
		e.draw(x, y)
		p.Text("tl-key", x+27, y+4.2, "start", pen.Cut(e.name, 12, right-x-28))
		x += w + 18
	}
	if t.Typical != "" {
		ls := pen.Wrap(t.Typical, 12, right-left, 5)
		if x > left {
			y += 22
		}
		p.Lines("tl-key", left, y+4.2, 17, "start", ls)
		y += 17 * float64(len(ls)-1)
	}
	return y + 14
}
