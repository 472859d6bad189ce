package chart

import (
	"github.com/throughline/throughline/internal/surface/pen"
)

// EndKind is the name of an end in the style sheet: won, rival, none, open.
func EndKind(end string) string {
	switch end {
	case "lost":
		return "rival"
	case "no_decision":
		return "none"
	}
	return end
}

// Part is a share of a whole, 0 to 1, of one kind: won, rival, stay, none, open.
type Part struct {
	Kind  string
	Share float64
}

// Ends draws the shares of ends beside one another; label says them in a
// sentence. Hatched brings the ground of "no decision" along, where the page has
// none yet (Hatch). Parts that come to more than a whole end with it.
func Ends(label string, parts []Part, hatched bool) string {
	const w, h, gap = 1000.0, 16.0, 3.0
	var p pen.Pen
	p.Beside("bar", label, w, h, true)
	if hatched {
		p.WriteString(hatch)
	}
	at := 0.0
	for _, x := range parts {
		wide := min(w*max(x.Share, 0), w-at)
		if !known(wide) {
			continue
		}
		block(&p, "end-"+x.Kind, at, 0, wide-gap, h)
		at += wide
	}
	return p.Close()
}

// Key is the mark of a kind of end, for a legend.
func Key(kind string) string {
	var p pen.Pen
	p.Beside("key", "", 12, 12, false)
	p.Rect("end-"+kind, 0.5, 0.5, 11, 11, 3)
	return p.Close()
}

// hatch is the ground of "no decision", which the style sheet names.
const hatch = `<defs><pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">` +
	`<rect class="hatch-ground" width="7" height="7"/><line class="hatch-line" x1="0" y1="0" x2="0" y2="7"/></pattern></defs>`

// Hatch brings the ground of "no decision" to a page that draws no picture
// which has it.
func Hatch() string {
	return `<svg class="unseen" width="0" height="0" aria-hidden="true" focusable="false">` + hatch + `</svg>`
}

// Shares are how many of all have ended so by one day, 0 to 1.
type Shares struct{ Won, Lost, NoDecision, Open float64 }

// Fan is the shares of ends over time.
type Fan struct {
	Title, Desc string
	Points      []Shares  // at days evenly apart; before the first all are open
	Marks       []float64 // places to be marked, 0 to 1
}

// SVG draws the shares stacked in the one order they always have: won, lost, no
// decision, still open. Without points there is nothing to draw.
func (f Fan) SVG() string {
	const w, h = 1000.0, 240.0
	if len(f.Points) == 0 {
		return ""
	}
	all := append([]Shares{{Open: 1}}, f.Points...)
	var p pen.Pen
	p.Open(pen.Frame{Class: "fan", ID: "fan", Title: f.Title, Desc: f.Desc, W: w, H: h, Stretch: true})
	p.WriteString(hatch)
	x := func(i int) float64 { return w * float64(i) / float64(len(all)-1) }
	base := make([]float64, len(all)) // from the ground
	for _, layer := range []struct {
		kind string
		of   func(Shares) float64
	}{
		{"won", func(s Shares) float64 { return s.Won }}, {"rival", func(s Shares) float64 { return s.Lost }},
		{"none", func(s Shares) float64 { return s.NoDecision }}, {"open", func(s Shares) float64 { return s.Open }},
	} {
		var up, down []float64
		for i := range all {
			k := len(all) - 1 - i
			down = append(down, x(k), h*(1-base[k]))
		}
		for i, s := range all {
			if v := layer.of(s); v > 0 {
				base[i] = min(base[i]+v, 1)
			}
			up = append(up, x(i), h*(1-base[i]))
		}
		p.Polygon("end-"+layer.kind+" fan-part", append(up, down...)...)
	}
	for _, q := range f.Marks {
		if q >= 0 && q <= 1 {
			p.Line("fan-mark", w*q, 0, w*q, h)
		}
	}
	return p.Close()
}
