package flowmap

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/throughline/throughline/internal/surface/pen"
)

// rare is the share of cases below which a way is drawn calmly.
const rare = 0.12

// draw writes the picture: rare ways first, so that wide ones lie above them,
// then the activities.
func (y *layout) draw(note string) string {
	var p pen.Pen
	high := y.height
	lines := pen.Wrap(note, y.s.noteSize, y.width-2*y.s.edge, 3)
	if note != "" {
		high += (y.s.noteSize + 5) * float64(len(lines))
	}
	p.Open(y.m.frame(y.s, y.width, high))
	if y.m.Alone {
		p.WriteString("<style>" + alone + CSS + "</style>")
		p.Rect("fm-paper", 0, 0, y.width, high, 0)
	}
	trails := slices.Clone(y.trails)
	slices.SortStableFunc(trails, func(a, b trail) int {
		x, z := y.m.Ways[a.way], y.m.Ways[b.way]
		return cmp.Or(cmp.Compare(x.Share, z.Share), cmp.Compare(x.From, z.From), cmp.Compare(x.To, z.To))
	})
	for _, t := range trails {
		y.way(&p, t)
	}
	for i := range len(y.m.Nodes) + 2 {
		if y.spots[i].node < 0 {
			y.end(&p, y.spots[i])
		} else {
			y.box(&p, y.spots[i])
		}
	}
	if note != "" {
		p.Lines("fm-n", y.s.edge, y.height+y.s.noteSize-2, y.s.noteSize+5, "start", lines)
	}
	return p.Close()
}

// end draws the beginning or the end: a word, and a line as long as the ways
// need that begin or end there.
func (y *layout) end(p *pen.Pen, s spot) {
	top := y.tops[s.layer] + (y.highs[s.layer]-s.h)/2
	word, line, text := y.m.Start, top+s.h-2.5, top+12
	if s.node == End {
		word, line, text = y.m.End, top+2.5, top+20
	}
	wide := max(y.ports(s.above), y.ports(s.below), 26)
	x := s.x + (s.w-wide)/2
	for _, q := range slices.Concat(s.above, s.below) { // the line reaches under every way
		half := y.thick(q.way)/2 + 3
		x = min(x, s.x+q.off-half)
		wide = max(wide, s.x+q.off+half-x)
	}
	p.Line("fm-end", x, line, x+wide, line)
	half := pen.Width(word, y.s.noteSize) / 2
	p.Text("fm-n", min(max(x+wide/2, half+2), y.width-half-2), text, "middle", word)
}

func (y *layout) box(p *pen.Pen, s spot) {
	n := y.m.Nodes[s.node]
	top := y.tops[s.layer] + (y.highs[s.layer]-s.h)/2
	p.F(`<g><title>%v</title>`, n.Title)
	p.Rect("fm-box"+n.Kind.class(" fm-box"), s.x, top, s.w, s.h, 8)
	mid := s.x + s.w/2
	text := top + 8 + y.s.size
	for _, l := range y.lines[s.node] {
		p.Text("fm-name", mid, text-2, "middle", l)
		text += y.s.size + 4
	}
	text += y.s.noteSize - y.s.size - 2
	l, loop := y.loops[s.node]
	if !loop {
		p.Text("fm-n", mid, text, "middle", n.Note)
		p.WriteString("</g>")
		return
	}
	way := y.m.Ways[l]
	again := pen.Width(way.Words, y.s.noteSize) + 16
	at, line := mid-again/2, text+y.s.noteSize+5
	if y.besideNote(s.node, l) {
		all := pen.Width(n.Note, y.s.noteSize) + 14 + again
		p.Text("fm-n", mid-all/2, text, "start", n.Note)
		at, line = mid+all/2-again, text
	} else {
		p.Text("fm-n", mid, text, "middle", n.Note)
	}
	p.WriteString("</g>")
	p.Link(way.Href, way.Title, func() { // a turn, and how often
		p.F(`<path class="fm-turn%v" d="M%v %va4 4 0 1 1 -3.5 -2m-1.4 -2.4l2.6 2.4l-2.6 2.4"/>`, way.Kind.class(" fm"), at+9.5, line-6.2)
		p.Text("fm-n", at+16, line, "start", way.Words)
	})
}

// class is what a comparison found, as the style sheet calls it.
func (k Kind) class(prefix string) string {
	switch k {
	case More:
		return prefix + "-more"
	case Less:
		return prefix + "-less"
	}
	return ""
}

// way draws one way with its tip and its words. Between layers it bends; within
// a layer it runs straight down its own room.
func (y *layout) way(p *pen.Pen, t trail) {
	w := y.m.Ways[t.way]
	wide := y.thick(t.way)
	class := "fm-e" + w.Kind.class(" fm")
	hollow := w.Kind == Less && wide >= 7
	if w.Kind == Less && !hollow {
		class += " fm-dash"
	}
	tip, long := max(wide+5, 7.5), y.tip(t.way)
	var d strings.Builder
	var tipX, tipY float64
	var words func()
	n := len(t.spots)
	for k, i := range t.spots[:n-1] {
		s, next := &y.spots[i], &y.spots[t.spots[k+1]]
		x1, x2 := s.x+y.off(s.below, t.way), next.x+y.off(next.above, t.way)
		y1, y2 := y.tops[s.layer]+y.highs[s.layer], y.tops[next.layer]
		if k == 0 {
			from := y.tops[s.layer] + (y.highs[s.layer]+s.h)/2
			if t.back {
				tipX, tipY = x1, from
				from += long - 1
				y1 = max(y1, from)
			}
			fmt.Fprintf(&d, "M%s %s", pen.Num(x1), pen.Num(from))
		}
		to := 0.0
		if k == n-2 {
			to = y.tops[next.layer] + (y.highs[next.layer]-next.h)/2
			if !t.back {
				tipX, tipY = x2, to
				to -= long - 1
				y2 = min(y2, to)
			}
		}
		fmt.Fprintf(&d, "V%s", pen.Num(y1))
		if half := (y1 + y2) / 2; x1 != x2 {
			fmt.Fprintf(&d, "C%s %s %s %s %s %s", pen.Num(x1), pen.Num(half), pen.Num(x2), pen.Num(half), pen.Num(x2), pen.Num(y2))
		}
		if k == n-2 {
			fmt.Fprintf(&d, "V%s", pen.Num(to))
		}
		if next.label != "" {
			x, base := next.x+next.line+wide/2+labelPad, y.tops[next.layer]+y.highs[next.layer]/2+4.2
			words = func() {
				c := "fm-l"
				if w.Share < rare && w.Kind == Same {
					c = "fm-l fm-l-calm"
				}
				p.Text(c, x, base, "start", next.label)
			}
		}
	}
	p.Link(w.Href, w.Title, func() {
		p.F(`<path class="%v" d="%v" stroke-width="%v"/>`, class, d.String(), wide)
		if hollow {
			p.F(`<path class="fm-e fm-hollow" d="%v" stroke-width="%v"/>`, d.String(), wide-4)
		}
		dir := 1.0
		if t.back {
			dir = -1
		}
		p.F(`<path class="fm-t%v" d="M%v %vh%vl%v %vz"/>`, w.Kind.class(" fm-t"), tipX-tip/2, tipY-dir*long, tip, -tip/2, dir*long)
		if w.Href != "" {
			p.F(`<path class="fm-hit" d="%v"/>`, d.String())
		}
		if words != nil {
			words()
		}
	})
}

// off is where a way leaves a spot on one side.
func (y *layout) off(side []piece, way int) float64 {
	for _, p := range side {
		if p.way == way {
			return p.off
		}
	}
	return 0
}
