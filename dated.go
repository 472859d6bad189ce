package throughline

import "time"

// An instant belongs to one day in Tokyo and to another in New York. Where
// somebody named the day (a date in an export, a note made "today"), it stays
// that day for every reader: such an instant is Dated. It is an ordinary
// time.Time whose Location is one of hours, whole hours from UTC, so that it
// sorts as the instant it is, and its own date is the day that was named. Any
// other Location, UTC too, leaves the day to whoever reads.

// westmost is the first of hours: no clock was ever further from UTC than 15 hours and 58 minutes.
const westmost = -15

// hours holds a Location for each whole hour from 15 west to 15 east of UTC.
var hours = func() (out [1 - 2*westmost]*time.Location) {
	for i := range out {
		out[i] = time.FixedZone("dated", (i+westmost)*3600) // a name, for those without one are shared
	}
	return out
}()

// Dated gives the instant as one that keeps the day it has in the zone. One
// that keeps a day already, and the zero time, stay as they are.
func Dated(t time.Time, zone *time.Location) time.Time {
	if t.IsZero() || IsDated(t) {
		return t
	}
	t = t.In(sure(zone))
	return dated(t, DateOf(t.Date()))
}

// dated keeps the day of t's own zone by the nearest whole hour that has it.
func dated(t time.Time, d Day) time.Time {
	_, east := t.Zone()
	h := east / 3600
	for _, try := range [...]int{h, h + 1, h - 1, h + 2, h - 2} {
		if try < westmost || try > -westmost {
			continue
		}
		if at := t.In(hours[try-westmost]); DateOf(at.Date()) == d {
			return at
		}
	}
	return t.UTC() // unreachable for clocks that existed
}

// IsDated reports whether the instant keeps its day wherever it is read.
func IsDated(t time.Time) bool { return DateMark(t) > 0 }

// DateMark is 1 to 31 for an instant that keeps its day, 0 for one that does
// not; Redated puts it back. Stores keep it beside the instant.
func DateMark(t time.Time) int {
	loc := t.Location()
	if loc == time.UTC {
		return 0
	}
	for i, l := range hours {
		if l == loc {
			return i + 1
		}
	}
	return 0
}

// Redated gives the instant with the mark of DateMark; any other number leaves
// it to the reader's zone.
func Redated(t time.Time, mark int) time.Time {
	if t.IsZero() || mark < 1 || mark > len(hours) {
		return t.UTC()
	}
	return t.In(hours[mark-1])
}

// CompareInstants orders instants; of two that are equal, the one that keeps no
// day comes first, then the one whose day lies further west. Sets that must
// not hang on the order of arrival are kept by it.
func CompareInstants(a, b time.Time) int {
	if c := a.Compare(b); c != 0 {
		return c
	}
	return DateMark(a) - DateMark(b)
}
