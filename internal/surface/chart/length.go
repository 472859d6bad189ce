package chart

import (
	"strconv"

	"github.com/throughline/throughline/internal/surface/pen"
)

// Length is a bar as long as its share, 0 to 1, of a class of the style sheet
// such as length-won.
func Length(share float64, class string) string {
	return lengthOf("length", "length-way", class, 10, share)
}

// Portion is a thin line, of which a share is drawn in the accent.
func Portion(share float64) string {
	return lengthOf("portion", "portion-all", "portion-part", 4, share)
}

func lengthOf(class, way, part string, high, share float64) string {
	const w = 1000
	var p pen.Pen
	p.Beside(class, "", w, high, true)
	block(&p, way, 0, 0, w, high)
	if share > 0 {
		block(&p, part, 0, 0, w*min(share, 1), high)
	}
	return p.Close()
}

// Stance shows on how many places somebody can stand, and on which they do.
func Stance(places []bool) string {
	const gap, edge, high = 19.0, 8.0, 16.0
	last := edge + gap*float64(max(len(places)-1, 0))
	var p pen.Pen
	p.Beside("scale", "", last+edge, high, false)
	p.Line("stance-way", edge, high/2, last, high/2)
	for i, here := range places {
		if x := edge + gap*float64(i); here {
			p.Circle("stance-here", x, high/2, 5.5)
		} else {
			p.Circle("stance-dot", x, high/2, 1.8)
		}
	}
	return p.Close()
}

// Weight is a bar of how much of a limit is used: 1 is all of it. Most is the
// end of its scale, above 1, so that what is too much has room.
type Weight struct{ Share, Most float64 }

// Dial draws it large, with the beginning and the limit written below; label
// says it in a sentence.
func (w Weight) Dial(label string) string {
	var p pen.Pen
	p.F(`<svg class="wb wb-dial" width="100%%" height="44" role="img" aria-label="%v">`, label)
	w.draw(&p, 6, 16, 28, 4)
	line := w.per(1)
	if 1/w.Most > 0.04 { // else the two stand on each other
		p.WriteString(`<text class="wb-text" x="0" y="41">0</text>`)
	}
	p.F(`<text class="wb-text" x="%v" y="41" text-anchor="middle">1</text>`, line)
	return p.Close()
}

// Bar draws it small. The words stand beside it.
func (w Weight) Bar() string {
	var p pen.Pen
	p.WriteString(`<svg class="wb" width="100%" height="12" aria-hidden="true" focusable="false">`)
	w.draw(&p, 3, 6, 12, 0)
	return p.Close()
}

// draw works in per cent of the width, so that corners and lines are not
// stretched with it.
func (w Weight) draw(p *pen.Pen, y, high, all, round float64) {
	share := min(max(w.Share, 0), w.Most)
	p.F(`<rect class="wb-ground" x="0" y="%v" width="100%%" height="%v"`, y, high)
	if round > 0 {
		p.F(` rx="%v"`, round)
	}
	p.WriteString("/>")
	p.F(`<rect class="wb-value" x="0" y="%v" width="%v" height="%v"/>`, y, w.per(min(share, 1)), high)
	if share > 1 {
		p.F(`<rect class="wb-over" x="%v" y="%v" width="%v" height="%v"/>`, w.per(1), y, w.per(share-1), high)
	}
	p.F(`<line class="wb-line" x1="%v" x2="%v" y1="0" y2="%v"/>`, w.per(1), w.per(1), all)
}

func (w Weight) per(x float64) string { return strconv.FormatFloat(100*x/w.Most, 'f', 2, 64) + "%" }

// Dry is a share, 0 to 1, as a bar of the same kind without a limit; few draws it
// as a warning.
func Dry(share float64, few bool) string {
	class := "wb-value"
	if few {
		class = "wb-value wb-over"
	}
	var p pen.Pen
	p.WriteString(`<svg class="wb" width="100%" height="12" aria-hidden="true" focusable="false"><rect class="wb-ground" x="0" y="3" width="100%" height="6"/>`)
	p.F(`<rect class="%v" x="0" y="3" width="%v" height="6"/>`, class, Weight{Most: 1}.per(min(max(share, 0), 1)))
	return p.Close()
}
