package throughline

import (
	"cmp"
	"time"
)

// Day is a calendar day, spelt 2017-06-30. It lies in no zone: which day an
// instant belongs to is asked with a zone (DayOf), and so is which instants a
// day has (Start, End). Its zero value means none.
type Day struct{ t time.Time } // the midnight of UTC that begins it

// DayOf gives the day to which an instant belongs: the day it keeps, if it was
// Dated, else the one on which it falls in the zone. The zero time gives no day.
func DayOf(t time.Time, zone *time.Location) Day {
	if t.IsZero() {
		return Day{}
	}
	if !IsDated(t) {
		t = t.In(sure(zone))
	}
	return DateOf(t.Date())
}

func sure(zone *time.Location) *time.Location {
	if zone == nil {
		return time.UTC
	}
	return zone
}

// DateOf gives the day with this number in this month; what is beyond the month
// is counted on, as time.Date does.
func DateOf(year int, month time.Month, day int) Day {
	return Day{time.Date(year, month, day, 0, 0, 0, 0, time.UTC)}
}

// DayNumber gives the day that lies n days after 1970-01-01.
func DayNumber(n int) Day { return Day{time.Unix(int64(n)*86_400, 0).UTC()} }

// ParseDay reads 2017-06-30.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Day{}, Refuse("no_day", "%q is no date such as 2017-06-30", "word", s)
	}
	return Day{t}, nil
}

// IsZero reports whether there is no day.
func (d Day) IsZero() bool { return d.t.IsZero() }

// Start is the first instant of the day in a zone; it keeps its day. Where
// clocks skip midnight, the day begins when they go on.
func (d Day) Start(zone *time.Location) time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	return dated(d.first(sure(zone)), d)
}

// End is the last microsecond of the day in a zone: "as of" a day includes all
// of it, be it 23, 24 or 25 hours long.
func (d Day) End(zone *time.Location) time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	return d.Add(1).first(sure(zone)).Add(-time.Microsecond)
}

// quarter is the step by which zones differ from UTC in our time, and by which clocks are put.
const quarter = 15 * time.Minute

func (d Day) first(zone *time.Location) time.Time {
	y, m, n := d.t.Date()
	t := time.Date(y, m, n, 0, 0, 0, 0, zone)
	for t.Add(-quarter).Day() == n { // midnight came twice, and this is the second
		t = t.Add(-quarter)
	}
	for DateOf(t.Date()).Compare(d) < 0 { // there is no midnight, or, at the date line, no such day
		t = t.Add(quarter)
	}
	return t
}

// Civil is the midnight of UTC that bears the day's date: for reckoning on the
// calendar and for spelling a day. It is no moment at which anything happened.
func (d Day) Civil() time.Time { return d.t }

// Number counts the days from 1970-01-01.
func (d Day) Number() int { return int(d.t.Unix() / 86_400) }

// Compare is -1 where d comes before e, 0 where they are one day, else 1.
func (d Day) Compare(e Day) int { return cmp.Compare(d.t.Unix(), e.t.Unix()) }

// Sub counts the days from e to d.
func (d Day) Sub(e Day) int { return int(d.t.Sub(e.t).Hours() / 24) }

// Add gives the day n days later.
func (d Day) Add(n int) Day { return Day{d.t.AddDate(0, 0, n)} }

// String gives 2017-06-30, or "".
func (d Day) String() string {
	if d.IsZero() {
		return ""
	}
	return d.t.Format(time.DateOnly)
}

// MarshalText spells the day.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes; empty is no day.
func (d *Day) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Day{}
		return nil
	}
	e, err := ParseDay(string(b))
	if err != nil {
		return err
	}
	*d = e
	return nil
}
