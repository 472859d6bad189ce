package web

import (
	"fmt"
	"math"
	"strings"

	"github.com/a-h/templ"

	"github.com/throughline/throughline/internal/mining"
)

// lengthPicture is a bar as long as its share; the number stands beside it.
func lengthPicture(share float64, kind string) string {
	return fmt.Sprintf(
		`<svg class="length" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="length-way" width="100" height="10"></rect><rect class="length-%s" width="%.1f" height="10"></rect></svg>`,
		kind,
		100*math.Min(1, share),
	)
}

// forestPicture draws the ratios for winning (above) and for no decision
// (below) with their intervals, on a scale of logarithms from 1/8 to 8.
func forestPicture(effects []mining.Effect, title string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="forest" viewBox="0 0 240 40" role="img"><title>%s</title>`, templ.EscapeString(title))
	x := func(r float64) float64 { return math.Max(4, math.Min(236, 120+116*math.Log(r)/math.Log(8))) }
	for _, g := range []float64{0.25, 0.5, 2, 4} {
		fmt.Fprintf(&b, `<line class="forest-grid" x1="%.1f" x2="%.1f" y1="2" y2="38"></line>`, x(g), x(g))
	}
	b.WriteString(`<line class="forest-one" x1="120" x2="120" y1="0" y2="40"></line>`)
	for _, e := range effects {
		y := map[string]float64{"won": 13, "no_decision": 28}[e.End]
		if y == 0 || e.Ratio == 0 {
			continue
		}
		fmt.Fprintf(&b, `<line class="forest-%s" x1="%.1f" x2="%.1f" y1="%g" y2="%g"></line>`, e.End, x(e.Low), x(e.High), y, y)
		if e.End == "won" {
			fmt.Fprintf(&b, `<circle class="forest-dot" cx="%.1f" cy="%g" r="4.5"></circle>`, x(e.Ratio), y)
		} else {
			fmt.Fprintf(&b, `<rect class="forest-square" x="%.1f" y="%g" width="8" height="8"></rect>`, x(e.Ratio)-4, y-4)
		}
	}
	b.WriteString("</svg>")
	return b.String()
}
