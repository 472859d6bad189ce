// Package pen writes pictures as SVG text.
//
// Takes: shapes with the names of their style classes, and texts of any script.
// Gives: well-formed SVG without inline styles or scripts, and how wide a text is likely to be set.
// Never: chooses a colour; trusts a text not to be markup.
package pen

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
	"unicode"
)

// Pen writes SVG. Every text and attribute is escaped.
type Pen struct{ strings.Builder }

// Frame is the outside of a picture.
type Frame struct {
	Class string // "position position-large"
	ID    string // begins the ids of title and description; unique on its page
	Title string // one sentence for those who cannot see it
	Desc  string // the rest in sentences
	W, H  float64
	Links bool // with links it is a named group, without an image

	Stretch bool // fills its room, whatever shape that has
}

// Open begins a picture.
func (p *Pen) Open(f Frame) {
	role := "img"
	if f.Links {
		role = "group"
	}
	p.F(`<svg class="%v" role="%v" aria-labelledby="%v-t" viewBox="0 0 %v %v" width="%v" height="%v"`, f.Class, role, f.ID, f.W, f.H, f.W, f.H)
	if f.Stretch {
		p.WriteString(stretched)
	}
	if f.Desc != "" {
		p.F(` aria-describedby="%v-d"`, f.ID)
	}
	p.F(` xmlns="http://www.w3.org/2000/svg"><title id="%v-t">%v</title>`, f.ID, f.Title)
	if f.Desc != "" {
		p.F(`<desc id="%v-d">%v</desc>`, f.ID, f.Desc)
	}
}

const stretched = ` preserveAspectRatio="none"`

// Beside begins a small picture beside words: label says it in one sentence; ""
// where the words say it already, and what reads aloud passes it over.
// Stretched it fills its room, whatever shape that has; else it is as large as
// it was drawn.
func (p *Pen) Beside(class, label string, w, h float64, stretch bool) {
	p.F(`<svg class="%v" viewBox="0 0 %v %v"`, class, w, h)
	if stretch {
		p.WriteString(stretched)
	} else {
		p.F(` width="%v" height="%v"`, w, h)
	}
	if label == "" {
		p.WriteString(` aria-hidden="true" focusable="false">`)
		return
	}
	p.F(` role="img" aria-label="%v">`, label)
}

// Polygon draws what lies between points, each its x and its y.
func (p *Pen) Polygon(class string, points ...float64) {
	p.F(`<polygon class="%v" points="`, class)
	for i := 0; i+1 < len(points); i += 2 {
		if i > 0 {
			p.WriteByte(' ')
		}
		p.WriteString(Num(points[i]) + "," + Num(points[i+1]))
	}
	p.WriteString(`"/>`)
}

// Close ends the picture and gives it.
func (p *Pen) Close() string {
	p.WriteString("</svg>")
	return p.String()
}

// F writes a format whose numbers are spelt shortly and whose texts are escaped.
func (p *Pen) F(format string, args ...any) {
	for i, a := range args {
		switch v := a.(type) {
		case float64:
			args[i] = Num(v)
		case string:
			args[i] = Escape(v)
		}
	}
	fmt.Fprintf(&p.Builder, format, args...)
}

// Link wraps what draw draws into a link, where there is somewhere to go, and
// into a named group where there is not.
func (p *Pen) Link(href, label string, draw func()) {
	if href == "" {
		p.F(`<g><title>%v</title>`, label)
		draw()
		p.WriteString("</g>")
		return
	}
	p.F(`<a href="%v"><title>%v</title>`, href, label)
	draw()
	p.WriteString("</a>")
}

// List wraps what draw draws into a list with a name: Item makes its parts.
func (p *Pen) List(name string, draw func()) {
	p.F(`<g role="list" aria-label="%v">`, name)
	draw()
	p.WriteString("</g>")
}

// Item is a part of a list: a link, where there is somewhere to go.
func (p *Pen) Item(href, label string, draw func()) {
	p.WriteString(`<g role="listitem">`)
	p.Link(href, label, draw)
	p.WriteString("</g>")
}

// ItemCalled is an item that is called by its label without a title, which
// browsers would show: something of the page's own comes up in its place.
func (p *Pen) ItemCalled(href, label string, draw func()) {
	if href == "" {
		p.Item(href, label, draw)
		return
	}
	p.F(`<g role="listitem"><a href="%v" aria-label="%v">`, href, label)
	draw()
	p.WriteString("</a></g>")
}

// Seen wraps what draw draws into what reads aloud passes over, since it is said
// elsewhere.
func (p *Pen) Seen(draw func()) {
	p.WriteString(`<g aria-hidden="true">`)
	draw()
	p.WriteString("</g>")
}

// Line draws a line.
func (p *Pen) Line(class string, x1, y1, x2, y2 float64) {
	p.F(`<line class="%v" x1="%v" y1="%v" x2="%v" y2="%v"/>`, class, x1, y1, x2, y2)
}

// Rect draws a rectangle with rounded corners. A negative width or height is none.
func (p *Pen) Rect(class string, x, y, w, h, r float64) {
	p.F(`<rect class="%v" x="%v" y="%v" width="%v" height="%v" rx="%v"/>`, class, x, y, max(w, 0), max(h, 0), r)
}

// Circle draws a circle.
func (p *Pen) Circle(class string, x, y, r float64) {
	p.F(`<circle class="%v" cx="%v" cy="%v" r="%v"/>`, class, x, y, r)
}

// Path draws a path; the numbers of its steps are spelt shortly.
func (p *Pen) Path(class, steps string, numbers ...float64) {
	args := make([]any, len(numbers))
	for i, n := range numbers {
		args[i] = Num(n)
	}
	p.F(`<path class="%v" d="`, class)
	fmt.Fprintf(&p.Builder, steps, args...)
	p.WriteString(`"/>`)
}

// Text writes s; anchor is start, middle or end.
func (p *Pen) Text(class string, x, y float64, anchor, s string) {
	if s == "" {
		return
	}
	p.F(`<text class="%v" x="%v" y="%v" text-anchor="%v">%v</text>`, class, x, y, anchor, Isolate(s))
}

// Lines writes lines of text below one another.
func (p *Pen) Lines(class string, x, y, leading float64, anchor string, ls []string) {
	for i, l := range ls {
		p.Text(class, x, y+float64(i)*leading, anchor, l)
	}
}

// Num spells a coordinate shortly.
func Num(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "0"
	}
	return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64)
}

// Escape makes s text of an XML document: no markup, and no character that XML
// does not know.
func Escape(s string) string {
	return html.EscapeString(strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
			return '\ufffd'
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd")))
}

// Isolate keeps a text that is written from right to left together, its
// ellipsis at its own end, whatever stands around it.
func Isolate(s string) string {
	for _, r := range s {
		if unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko) {
			return "\u2068" + s + "\u2069"
		}
		if unicode.IsLetter(r) {
			break
		}
	}
	return s
}

// Width estimates how wide a text is set, rather too wide than too narrow:
// which face the reader has is not known. Wide characters are one whole size.
func Width(s string, size float64) float64 {
	w := 0.0
	for _, r := range s {
		switch {
		case r >= 0x300 && unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case wide(r):
			w++
		case strings.ContainsRune("ijlI.,:;'|!“” ()·", r):
			w += 0.34
		case r == 'm' || r == 'w' || r == 'M' || r == 'W':
			w += 0.92
		case r >= 'A' && r <= 'Z':
			w += 0.7
		default:
			w += 0.6
		}
	}
	return w * size
}

func wide(r rune) bool {
	return r >= 0x1100 && (r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 ||
		r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xfe4f || r >= 0xff00 && r <= 0xff60 || r >= 0xffe0 && r <= 0xffe6 || r >= 0x1f000)
}

// Wrap breaks s into at most most lines no wider than room; what is left over
// ends in an ellipsis. Wide characters may be parted anywhere, others at spaces.
func Wrap(s string, size, room float64, most int) []string {
	var lines []string
	line := ""
	if bound := int(float64(most)*room/size/0.3) + 256; len(s) > 4*bound { // nobody sees the rest of thousands of characters
		s = string([]rune(s)[:min(bound, len([]rune(s)))])
	}
	for _, word := range words(s) {
		switch {
		case line == "" || Width(strings.TrimRight(line+word, " "), size) <= room:
			line += word
		default:
			lines = append(lines, strings.TrimSpace(line))
			line = word
		}
	}
	if l := strings.TrimSpace(line); l != "" {
		lines = append(lines, l)
	}
	if len(lines) > most {
		lines[most-1] = strings.Join(lines[most-1:], " ")
		lines = lines[:most]
	}
	for i, l := range lines {
		lines[i] = Cut(l, size, room)
	}
	return lines
}

// Cut ends s in an ellipsis where it is wider than room.
func Cut(s string, size, room float64) string {
	runes, w := []rune(nil), 0.0
	fits := -1 // how many characters fit with an ellipsis after them
	for _, r := range s {
		if w+0.6*size <= room {
			fits = len(runes)
		}
		if w += Width(string(r), size); w > room+1 {
			return strings.TrimRight(string(runes[:max(fits, min(1, len(runes)))]), " ") + "…"
		}
		runes = append(runes, r)
	}
	return s
}

// words parts s where a line may break; spaces stay with the word before.
func words(s string) []string {
	var out []string
	word := ""
	flush := func() {
		if word != "" {
			out = append(out, word)
		}
		word = ""
	}
	for _, r := range s {
		switch {
		case strings.ContainsRune("，。、；：？！）》”", r) && word == "" && len(out) > 0:
			out[len(out)-1] += string(r) // never begin a line with these
		case wide(r):
			flush()
			out = append(out, string(r))
		case r == ' ':
			word += " "
			flush()
		default:
			word += string(r)
		}
	}
	flush()
	return out
}
