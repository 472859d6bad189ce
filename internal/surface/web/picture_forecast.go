package web

import (
	"fmt"
	"html"
	"math"
	"strings"

	"github.com/throughline/throughline/internal/forecasting"
)

// fanPicture draws the shares of the ends over time, stacked in the one order
// they always have: won, lost, no decision, still open. It holds shapes alone;
// words stand in HTML beside it, so that they stay legible on a phone.
func fanPicture(points []forecasting.FanPoint, quarters []float64, title, desc string) string {
	const w, h = 1000.0, 240.0
	var b strings.Builder
	fmt.Fprintf(
		&b,
		`<svg class="fan" viewBox="0 0 %g %g" preserveAspectRatio="none" role="img" aria-labelledby="fan-t fan-d"><title id="fan-t">%s</title><desc id="fan-d">%s</desc>%s`,
		w,
		h,
		html.EscapeString(title),
		html.EscapeString(desc),
		hatchPattern,
	)
	type layer struct {
		kind  string
		value func(forecasting.FanPoint) float64
	}
	layers := []layer{
		{"won", func(p forecasting.FanPoint) float64 { return p.Won }},
		{"rival", func(p forecasting.FanPoint) float64 { return p.Lost }},
		{"none", func(p forecasting.FanPoint) float64 { return p.NoDecision }},
		{"open", func(p forecasting.FanPoint) float64 { return p.Open }},
	}
	all := append([]forecasting.FanPoint{{Chances: forecasting.Chances{Open: 1}}}, points...)
	base := make([]float64, len(all)) // from the bottom
	x := func(i int) float64 { return w * float64(i) / float64(max(len(all)-1, 1)) }
	for _, l := range layers {
		var up, down strings.Builder
		for i, p := range all {
			top := min(base[i]+l.value(p), 1)
			fmt.Fprintf(&up, "%.1f,%.1f ", x(i), h*(1-top))
		}
		for i := len(all) - 1; i >= 0; i-- {
			fmt.Fprintf(&down, "%.1f,%.1f ", x(i), h*(1-base[i]))
		}
		for i, p := range all {
			base[i] = min(base[i]+l.value(p), 1)
		}
		fmt.Fprintf(&b, `<polygon class="end-%s fan-part" points="%s"></polygon>`, l.kind, strings.TrimSpace(up.String()+down.String()))
	}
	for _, q := range quarters {
		fmt.Fprintf(&b, `<line class="fan-mark" x1="%.1f" y1="0" x2="%.1f" y2="%g"></line>`, w*q, w*q, h)
	}
	b.WriteString("</svg>")
	return b.String()
}

// hatchPattern is the ground of "no decision".
const hatchPattern = `<defs><pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch-ground" width="7" height="7"></rect><line class="hatch-line" x1="0" y1="0" x2="0" y2="7"></line></pattern></defs>`

// rangeMark is one range on a scale: low to high, the middle, and what came.
type rangeMark struct {
	Low, Middle, High float64
	Came              float64 // NaN: nothing yet
}

// rangePicture draws a range on the scale 0 to most. The words stand beside it.
func rangePicture(r rangeMark, most float64) string {
	if !(most > 0) {
		most = 1
	}
	x := func(v float64) float64 { return 4 + 292*min(max(v/most, 0), 1) }
	var b strings.Builder
	b.WriteString(
		`<svg class="range" viewBox="0 0 300 20" preserveAspectRatio="none" aria-hidden="true" focusable="false"><line class="range-way" x1="4" y1="10" x2="296" y2="10"></line>`,
	)
	fmt.Fprintf(&b, `<rect class="range-bar" x="%.1f" y="5" width="%.1f" height="10" rx="2"></rect>`, x(r.Low), max(x(r.High)-x(r.Low), 3))
	fmt.Fprintf(&b, `<line class="range-middle" x1="%.1f" y1="3" x2="%.1f" y2="17"></line>`, x(r.Middle), x(r.Middle))
	if !math.IsNaN(r.Came) {
		c := x(r.Came)
		fmt.Fprintf(&b, `<polygon class="range-came" points="%.1f,2 %.1f,10 %.1f,18 %.1f,10"></polygon>`, c, c+6, c, c-6)
	}
	b.WriteString("</svg>")
	return b.String()
}

// calibrationPicture sets what was said against what came, a shape for each
// end: circle, square, triangle.
func calibrationPicture(curves []forecasting.Calibration, said, came, title, desc string) string {
	const size, left, top = 256.0, 58.0, 12.0
	at := func(v float64) (x, y float64) { return left + size*v, top + size*(1-v) }
	var b strings.Builder
	fmt.Fprintf(
		&b,
		`<svg class="calibration" viewBox="0 0 330 330" role="img" aria-labelledby="cal-t cal-d"><title id="cal-t">%s</title><desc id="cal-d">%s</desc>`,
		html.EscapeString(title),
		html.EscapeString(desc),
	)
	for _, v := range []float64{0, 0.25, 0.5, 0.75, 1} {
		x, y := at(v)
		fmt.Fprintf(
			&b,
			`<line class="cal-grid" x1="%.1f" y1="%g" x2="%.1f" y2="%g"></line><line class="cal-grid" x1="%g" y1="%.1f" x2="%g" y2="%.1f"></line>`,
			x,
			top,
			x,
			top+size,
			left,
			y,
			left+size,
			y,
		)
		if v == 0 || v == 0.5 || v == 1 {
			fmt.Fprintf(
				&b,
				`<text class="cal-text" x="%.1f" y="%g" text-anchor="middle">%.0f%%</text><text class="cal-text" x="%g" y="%.1f" text-anchor="end">%.0f%%</text>`,
				x,
				top+size+18,
				v*100,
				left-6,
				y+4,
				v*100,
			)
		}
	}
	fmt.Fprintf(&b, `<line class="cal-right" x1="%g" y1="%g" x2="%g" y2="%g"></line>`, left, top+size, left+size, top)
	fmt.Fprintf(
		&b,
		`<text class="cal-text" x="%g" y="%g" text-anchor="middle">%s</text><text class="cal-text" x="12" y="%g" text-anchor="middle" transform="rotate(-90 12 %g)">%s</text>`,
		left+size/2,
		top+size+38,
		html.EscapeString(said),
		top+size/2,
		top+size/2,
		html.EscapeString(came),
	)
	for _, c := range curves {
		for _, band := range c.Bands {
			x, _ := at(band.Said)
			_, lo := at(band.Low)
			_, hi := at(band.High)
			kind := endKind(c.End)
			fmt.Fprintf(&b, `<line class="cal-range cal-%s" x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f"></line>`, kind, x, lo, x, hi)
			_, y := at(band.Came)
			b.WriteString(calibrationMark(kind, x, y))
		}
	}
	b.WriteString("</svg>")
	return b.String()
}

func calibrationMark(kind string, x, y float64) string {
	switch kind {
	case "rival":
		return fmt.Sprintf(`<rect class="cal-mark cal-rival" x="%.1f" y="%.1f" width="8" height="8"></rect>`, x-4, y-4)
	case "none":
		return fmt.Sprintf(`<polygon class="cal-mark cal-none" points="%.1f,%.1f %.1f,%.1f %.1f,%.1f"></polygon>`, x, y-5.5, x+5, y+4, x-5, y+4)
	}
	return fmt.Sprintf(`<circle class="cal-mark cal-won" cx="%.1f" cy="%.1f" r="4.5"></circle>`, x, y)
}

// calibrationKey is the mark alone, for the legend.
func calibrationKey(kind string) string {
	return `<svg class="key" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" focusable="false">` + calibrationMark(
		kind,
		6,
		6,
	) + `</svg>`
}

// endKind is the name of an end in the style sheet.
func endKind(end string) string {
	switch end {
	case "lost":
		return "rival"
	case "no_decision":
		return "none"
	}
	return end
}

// landPicture draws where a period may land, on the scale 0 to most: what is won,
// what comes to it, the target as a line through all. The words stand beside it.
func landPicture(kind string, won, low, middle, high, target, most int64) string {
	if most <= 0 {
		most = 1
	}
	x := func(v int64) float64 { return 4 + 292*min(max(float64(v)/float64(most), 0), 1) }
	var b strings.Builder
	b.WriteString(`<svg class="range" viewBox="0 0 300 20" preserveAspectRatio="none" aria-hidden="true" focusable="false"><line class="range-way" x1="4" y1="10" x2="296" y2="10"></line>`)
	rect := func(class string, from, to int64) {
		if to > from {
			fmt.Fprintf(&b, `<rect class="%s" x="%.1f" y="5" width="%.1f" height="10"></rect>`, class, x(from), max(x(to)-x(from), 1.5))
		}
	}
	if kind != "target" {
		rect("land-won", 0, won)
	}
	switch kind {
	case "call":
		rect("land-call", won, high)
	case "model":
		rect("range-bar", low, high)
		fmt.Fprintf(&b, `<line class="range-middle" x1="%.1f" y1="3" x2="%.1f" y2="17"></line>`, x(middle), x(middle))
	}
	if target > 0 {
		fmt.Fprintf(&b, `<line class="land-target" x1="%.1f" y1="0" x2="%.1f" y2="20"></line>`, x(target), x(target))
	}
	b.WriteString("</svg>")
	return b.String()
}

// stepPicture draws one step of a way from one sum to another, on the scale of
// the whole way.
func stepPicture(kind string, from, to, low, high int64) string {
	if high <= low {
		high = low + 1
	}
	x := func(v int64) float64 { return 4 + 292*float64(v-low)/float64(high-low) }
	var b strings.Builder
	b.WriteString(`<svg class="range" viewBox="0 0 300 20" preserveAspectRatio="none" aria-hidden="true" focusable="false"><line class="range-way" x1="4" y1="10" x2="296" y2="10"></line>`)
	if kind == "at" {
		fmt.Fprintf(&b, `<line class="land-target" x1="%.1f" y1="1" x2="%.1f" y2="19"></line>`, x(to), x(to))
	} else {
		fmt.Fprintf(&b, `<rect class="step-%s" x="%.1f" y="4" width="%.1f" height="12"></rect>`, kind, x(min(from, to)), max(x(max(from, to))-x(min(from, to)), 1.5))
	}
	b.WriteString("</svg>")
	return b.String()
}
