package mining

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
	"unicode"
)

// Picture says how a map is drawn. The words are the caller's, so that a
// picture speaks the language of its page.
type Picture struct {
	ID    string // prefix of ids within the page
	Title string
	Desc  string
	Start string // what stands at the beginning and at the end
	End   string
	Cases func(n int) string           // "212 cases"
	Days  func(d float64) string       // "3 days"; nil: waits are not shown
	Link  func(from, to string) string // address that opens the cases of a step; nil: none
	Alone bool                         // carries its own colours, for a file of its own
	Tell  func(share, other float64) string
	Name  func(activity string) string // how an activity is called; nil: as it is
}

// colours are the fallbacks of the page's tokens.
const colours = `<style>
.fm{--fm-ink:#1d1f24;--fm-mute:#63666f;--fm-card:#fff;--fm-paper:#fbfaf7;--fm-way:#b9b4a6;--fm-line:#e4e1d8;--fm-accent:#0b6e5f;--fm-warning:#a3470f}
@media (prefers-color-scheme:dark){.fm{--fm-ink:#e9e7e1;--fm-mute:#a5a8af;--fm-card:#1c1f23;--fm-paper:#141619;--fm-way:#5b626a;--fm-line:#33383e;--fm-accent:#5fc9b0;--fm-warning:#f2a877}}
` + strokes + `
.fm{background:var(--fm-paper);font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Noto Sans CJK SC",sans-serif}
</style>`

// strokes are the rules a page takes over with its own tokens.
const strokes = `.fm text{fill:var(--fm-ink);font-size:13px;text-anchor:middle}
.fm .fm-n{fill:var(--fm-mute);font-size:11.5px;font-variant-numeric:tabular-nums}
.fm .fm-s{text-anchor:start}
.fm .fm-box{fill:var(--fm-card);stroke:var(--fm-way);stroke-width:1.2}
.fm .fm-box-more{stroke:var(--fm-accent);stroke-width:2.4}
.fm .fm-box-less{stroke:var(--fm-warning);stroke-width:2.4;stroke-dasharray:5 3}
.fm .fm-end{fill:var(--fm-mute)}
.fm path.fm-e{fill:none;stroke:var(--fm-way);stroke-linecap:round}
.fm .fm-t{fill:var(--fm-way)}
.fm path.fm-more{stroke:var(--fm-accent)}
.fm .fm-t-more{fill:var(--fm-accent)}
.fm path.fm-less{stroke:var(--fm-warning);stroke-dasharray:7 4}
.fm .fm-t-less{fill:var(--fm-warning)}
.fm path.fm-hit{fill:none;stroke:transparent;stroke-width:14}
.fm .fm-l{font-size:11.5px;paint-order:stroke;stroke:var(--fm-paper);stroke-width:9px;stroke-linejoin:round;font-variant-numeric:tabular-nums}
.fm a:focus-visible path.fm-e{stroke:var(--fm-ink)}
.fm a{text-decoration:none}`

// PictureCSS is the style sheet of the pictures, for a page that gives them its own colours.
func PictureCSS() string {
	return `.fm{--fm-ink:var(--ink);--fm-mute:var(--mute);--fm-card:var(--card);--fm-paper:var(--card);--fm-way:var(--ring);--fm-line:var(--line);--fm-accent:var(--accent);--fm-warning:var(--warning);max-width:100%;height:auto}
` + strokes + "\n"
}

// SVG draws the map: the more cases take a step the wider it is. Where two
// selections are compared, steps taken more often here are green and whole,
// those taken less often orange and dashed.
func (m *Map) SVG(p Picture) string {
	if p.Cases == nil {
		p.Cases = func(n int) string { return strconv.Itoa(n) }
	}
	if p.Name == nil {
		p.Name = func(name string) string { return name }
	}
	names := map[int][]string{}
	y := lay(m, func(node int) (w, h float64) {
		if node < 0 {
			return 90, 30
		}
		names[node] = wrap(p.Name(m.Nodes[node].Name), boxWide-20, 13)
		return boxWide, float64(len(names[node])+1)*lineHigh + 14
	})
	var b strings.Builder
	role := "img"
	if p.Link != nil {
		role = "group"
	}
	fmt.Fprintf(
		&b,
		`<svg class="fm" xmlns="http://www.w3.org/2000/svg" role="%s" aria-labelledby="%s-t" aria-describedby="%s-d" viewBox="0 0 %s %s" width="%s" height="%s">`,
		role,
		attr(p.ID),
		attr(p.ID),
		num(y.width),
		num(y.height),
		num(y.width),
		num(y.height),
	)
	fmt.Fprintf(&b, `<title id="%s-t">%s</title><desc id="%s-d">%s</desc>`, attr(p.ID), attr(p.Title), attr(p.ID), attr(p.Desc))
	if p.Alone {
		b.WriteString(colours)
	}
	most := 1
	for _, e := range m.Edges {
		most = max(most, e.Cases, e.Other)
	}
	var labels strings.Builder
	for _, r := range y.routes {
		m.edgeSVG(&b, &labels, y, r, p, most)
	}
	for i := range y.spots {
		if !y.spots[i].bend {
			m.boxSVG(&b, y.spots[i], names, p)
		}
	}
	b.WriteString(labels.String())
	b.WriteString("</svg>")
	return b.String()
}

func (m *Map) boxSVG(b *strings.Builder, s spot, names map[int][]string, p Picture) {
	if s.node < 0 {
		word := p.Start
		if s.node == MapEnd {
			word = p.End
		}
		fmt.Fprintf(b, `<circle class="fm-end" cx="%s" cy="%s" r="6"/>`, num(s.x), num(s.y))
		fmt.Fprintf(b, `<text class="fm-n fm-s" x="%s" y="%s">%s</text>`, num(s.x+12), num(s.y+4), attr(word))
		return
	}
	n := m.Nodes[s.node]
	class := "fm-box"
	switch {
	case n.Differ > 0:
		class += " fm-box-more"
	case n.Differ < 0:
		class += " fm-box-less"
	}
	fmt.Fprintf(b, `<g><title>%s</title><rect class="%s" x="%s" y="%s" width="%s" height="%s" rx="8"/>`, attr(p.Name(n.Name)), class,
		num(s.x-s.w/2), num(s.y-s.h/2), num(s.w), num(s.h))
	top := s.y - s.h/2 + 7
	for k, line := range names[s.node] {
		fmt.Fprintf(b, `<text x="%s" y="%s">%s</text>`, num(s.x), num(top+lineHigh*float64(k+1)-4), attr(line))
	}
	fmt.Fprintf(b, `<text class="fm-n" x="%s" y="%s">%s</text></g>`, num(s.x), num(s.y+s.h/2-9), attr(m.caption(n.Cases, n.Other, p)))
}

// caption says how many cases, or, where two are compared, which shares.
func (m *Map) caption(cases, other int, p Picture) string {
	if p.Tell != nil && m.Other > 0 && m.Cases > 0 {
		return p.Tell(float64(cases)/float64(m.Cases), float64(other)/float64(m.Other))
	}
	return p.Cases(cases)
}

func (m *Map) edgeSVG(b, labels *strings.Builder, y *layout, r route, p Picture, most int) {
	e := m.Edges[r.edge]
	if e.Cases == 0 && m.Other == 0 {
		return
	}
	width := 1 + 7*math.Sqrt(float64(e.Cases)/float64(most))
	class := ""
	switch {
	case e.Differ > 0:
		class = "-more"
	case e.Differ < 0:
		class = "-less"
		width = 1 + 7*math.Sqrt(float64(e.Other)/float64(most))
	}
	path, tip, mid := y.curve(r, width)
	word := m.caption(e.Cases, e.Other, p)
	if m.Other == 0 && p.Days != nil && e.From >= 0 && e.To >= 0 {
		word += " · " + p.Days(e.Days)
	}
	name := func(i int) string {
		switch i {
		case MapStart:
			return p.Start
		case MapEnd:
			return p.End
		}
		return p.Name(m.Nodes[i].Name)
	}
	href := ""
	if p.Link != nil {
		href = p.Link(m.NodeName(e.From), m.NodeName(e.To))
	}
	label := fmt.Sprintf("%s → %s: %s", name(e.From), name(e.To), word)
	if href != "" {
		fmt.Fprintf(b, `<a href="%s" aria-label="%s">`, attr(href), attr(label))
	} else {
		b.WriteString("<g>")
	}
	fmt.Fprintf(b, `<title>%s</title><path class="fm-e fm%s" d="%s" stroke-width="%s"/><polygon class="fm-t fm-t%s" points="%s"/>`,
		attr(label), class, path, num(width), class, tip)
	if href != "" {
		fmt.Fprintf(b, `<path class="fm-hit" d="%s"/></a>`, path)
	} else {
		b.WriteString("</g>")
	}
	if e.From >= 0 && e.To >= 0 || m.Other > 0 {
		fmt.Fprintf(labels, `<text class="fm-l" x="%s" y="%s" aria-hidden="true">%s</text>`, num(mid[0]), num(mid[1]), attr(word))
	}
}

// curve gives the path of an edge, the triangle at its tip, and where its label stands.
func (y *layout) curve(r route, width float64) (path, tip string, mid [2]float64) {
	size := 4 + width
	if r.loop {
		s := y.spots[r.spots[0]]
		x, t, u := s.x+s.w/2, s.y-9, s.y+9
		path = fmt.Sprintf("M%s %sC%s %s %s %s %s %s", num(x), num(t), num(x+34), num(t-14), num(x+34), num(u+14), num(x+size), num(u))
		return path, arrow(x, u, -1, 0, size), [2]float64{x + 26, s.y - 22}
	}
	pts := make([][2]float64, len(r.spots))
	for k, i := range r.spots {
		pts[k] = [2]float64{y.spots[i].x, y.spots[i].y}
	}
	first, last := y.spots[r.spots[0]], y.spots[r.spots[len(r.spots)-1]]
	if first.layer == last.layer { // beside each other: along the top
		a, b := first, last
		if r.back {
			a, b = last, first
		}
		way := 1.0
		if a.x > b.x {
			way = -1
		}
		x1, x2 := a.x+way*a.w/2, b.x-way*b.w/2
		path = fmt.Sprintf("M%s %sL%s %s", num(x1), num(a.y), num(x2-way*size), num(b.y))
		return path, arrow(x2, b.y, way, 0, size), [2]float64{(x1 + x2) / 2, a.y - 6}
	}
	shift := 0.0
	if r.back { // a way back leaves and arrives beside the way there
		shift = 22
	}
	pts[0][0], pts[0][1] = pts[0][0]+min(shift, first.w/3), pts[0][1]+half(first)
	end := len(pts) - 1
	pts[end][0], pts[end][1] = pts[end][0]+min(shift, last.w/3), pts[end][1]-half(last)
	if r.back {
		pts[0][1] += size
	} else {
		pts[end][1] -= size
	}
	var d strings.Builder
	fmt.Fprintf(&d, "M%s %s", num(pts[0][0]), num(pts[0][1]))
	for k := 1; k < len(pts); k++ {
		a, c := pts[k-1], pts[k]
		bend := (c[1] - a[1]) / 2
		fmt.Fprintf(&d, "C%s %s %s %s %s %s", num(a[0]), num(a[1]+bend), num(c[0]), num(c[1]-bend), num(c[0]), num(c[1]))
	}
	if r.back {
		tip = arrow(pts[0][0], pts[0][1]-size, 0, -1, size)
	} else {
		tip = arrow(pts[end][0], pts[end][1]+size, 0, 1, size)
	}
	k := (len(pts) - 1) / 2
	mid = [2]float64{(pts[k][0] + pts[k+1][0]) / 2, (pts[k][1]+pts[k+1][1])/2 + 4}
	if len(pts)%2 == 1 {
		mid = [2]float64{pts[len(pts)/2][0], pts[len(pts)/2][1] + 4}
	}
	return d.String(), tip, mid
}

// half is how far an edge stays from the middle of a spot.
func half(s spot) float64 {
	switch {
	case s.bend:
		return 0
	case s.node < 0:
		return 9
	}
	return s.h / 2
}

// arrow is a triangle whose tip is at x, y and which looks along dx, dy.
func arrow(x, y, dx, dy, size float64) string {
	w := size * 0.6
	bx, by := x-dx*size*1.3, y-dy*size*1.3
	return fmt.Sprintf("%s,%s %s,%s %s,%s", num(x), num(y), num(bx-dy*w), num(by+dx*w), num(bx+dy*w), num(by-dx*w))
}

func num(f float64) string { return strconv.FormatFloat(math.Round(f*10)/10, 'f', -1, 64) }

// attr makes foreign text safe in XML: no markup, no character XML does not know.
func attr(s string) string {
	return html.EscapeString(strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\t' && r != '\n' || r == 0xfffe || r == 0xffff || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, " ")))
}

// wide is about how many pixels a text takes.
func wide(s string, size float64) float64 {
	n := 0.0
	for _, r := range s {
		switch {
		case r >= 0x1100 && (r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xfe6f || r >= 0xff00 && r <= 0xff60 || r >= 0x1f300):
			n++
		case strings.ContainsRune("iljtfr.,:;|!'() I", r):
			n += 0.32
		case unicode.IsUpper(r) || r == 'm' || r == 'w':
			n += 0.7
		default:
			n += 0.56
		}
	}
	return n * size
}

// wrap breaks a text into at most three lines.
func wrap(s string, room, size float64) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		for wide(word, size) > room { // a word without spaces is cut
			n := 0
			for i := range word {
				if wide(word[:i], size) > room {
					break
				}
				n = i
			}
			if n == 0 {
				break
			}
			if line != "" {
				lines = append(lines, line)
				line = ""
			}
			lines, word = append(lines, word[:n]), word[n:]
		}
		switch {
		case line == "":
			line = word
		case wide(line+" "+word, size) <= room:
			line += " " + word
		default:
			lines, line = append(lines, line), word
		}
	}
	if line != "" || len(lines) == 0 {
		lines = append(lines, line)
	}
	if len(lines) > 3 {
		lines = append(lines[:2], lines[2]+"…")
	}
	return lines
}
