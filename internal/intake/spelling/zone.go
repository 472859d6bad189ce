package spelling

import (
	"time"

	"github.com/throughline/throughline"
)

// Zones settles what instants and days the dates of a source are. An instant
// that is read says by its Location how its day is known: Dated, it was written
// as a day; UTC, as an instant, and its day is the reader's; any other, as a
// time on that zone's clocks, which has its day there.
type Zones struct {
	Days   *time.Location // in which a day without a time of day begins
	Clocks *time.Location // of times that name no zone; UTC makes instants of them
	All    bool           // times that name a zone, too, have their day on Clocks
}

// Of gives the zones of a source that says which zone it is from, or, where it
// says none, of one that is read as if from the company's.
func Of(said, company *time.Location) Zones {
	if said != nil {
		return Zones{said, clocks(said), true}
	}
	return Zones{company, clocks(company), false}
}

// atUTC are clocks that show UTC, as against no clocks at all.
var atUTC = time.FixedZone("UTC", 0)

func clocks(zone *time.Location) *time.Location {
	if zone == nil || zone == time.UTC {
		return atUTC
	}
	return zone
}

func (z Zones) at(d throughline.Day, nanos int64) time.Time {
	in := z.Clocks
	if in == nil {
		in = time.UTC
	}
	c, secs := d.Civil(), int(nanos/1e9)
	return time.Date(c.Year(), c.Month(), c.Day(), secs/3600, secs/60%60, secs%60, int(nanos%1e9), in)
}

// Day is the day of an instant that was read by these zones.
func (z Zones) Day(t time.Time) throughline.Day { return DayRead(t, z.Days) }

// DayRead is the day of an instant that was read, for the company's zone.
func DayRead(t time.Time, company *time.Location) throughline.Day {
	if t.Location() != time.UTC {
		company = t.Location()
	}
	return throughline.DayOf(t, company)
}

// Kept gives an instant that was read as facts keep it: with its day, unless
// that is the reader's to say.
func Kept(t time.Time) time.Time {
	if t.Location() == time.UTC {
		return t
	}
	return throughline.Dated(t, t.Location())
}
