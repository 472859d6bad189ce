package web

import (
	"github.com/throughline/throughline/internal/learning"
	"github.com/throughline/throughline/internal/surface/pen"
)

// differencePicture draws a difference as a share of what it would be anyway: a
// bar for the interval, a dot for the middle, nothing in the middle line. The
// words stand beside it.
func differencePicture(d learning.SimRange, today, most float64) string {
	const w, h = 300.0, 26.0
	x := func(v float64) float64 { return w/2 + (w/2-8)*v/today/most }
	var p pen.Pen
	p.WriteString(`<svg class="differ" viewBox="0 0 300 26" aria-hidden="true" focusable="false">`)
	p.Line("differ-way", 4, h/2, w-4, h/2)
	p.Line("differ-none", w/2, 1, w/2, h-1)
	p.Line("differ-range", x(d.Low), h/2, x(d.High), h/2)
	p.Circle("differ-dot", x(d.Mean), h/2, 5)
	return p.Close()
}

// besidePicture draws the range in which such a company comes out, and what
// really happened as a mark upon it.
func besidePicture(b learning.SimBeside) string {
	const w, h = 300.0, 26.0
	most := max(b.High, b.Real) * 1.05
	if most <= 0 {
		return ""
	}
	x := func(v float64) float64 { return 4 + (w-8)*v/most }
	var p pen.Pen
	p.WriteString(`<svg class="differ" viewBox="0 0 300 26" aria-hidden="true" focusable="false">`)
	p.Line("differ-way", 4, h/2, w-4, h/2)
	p.Line("differ-band", x(b.Low), h/2, x(b.High), h/2)
	class := "differ-real"
	if b.Differs {
		class = "differ-off"
	}
	p.Path(class, "M%s %sl6 6l-6 6l-6 -6z", x(b.Real), h/2-6)
	return p.Close()
}
