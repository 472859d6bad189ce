package desk

import (
	"time"

	"github.com/throughline/throughline"
)

// View is the part of an input that says as of when to look.
type View struct {
	AsOf throughline.Day `name:"as-of" placeholder:"DATE" query:"as_of" json:"as_of,omitzero" help:"Answer as of this day, from what was known then (default: today)."`
}

// Instant is the moment as of which to look, in the zone whose days are
// counted: all of a day that is named, else now.
func (v View) Instant(d *Desk) time.Time {
	if v.AsOf.IsZero() {
		return d.Present()
	}
	return v.AsOf.End(d.Days())
}

// Day is the day as of which to look.
func (v View) Day(d *Desk) throughline.Day {
	at := v.Instant(d)
	return throughline.DayOf(at, at.Location())
}
