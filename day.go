package throughline

import (
	"fmt"
	"time"
)

// Day is a calendar day in UTC, spelt 2017-06-30. Its zero value means none.
type Day struct{ t time.Time }

// DayOf gives the day on which t falls in UTC; the zero time gives no day.
func DayOf(t time.Time) Day {
	if t.IsZero() {
		return Day{}
	}
	return Day{t.UTC().Truncate(24 * time.Hour)} // counts from a midnight of UTC
}

// ParseDay reads 2017-06-30.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Day{}, fmt.Errorf("%q is no date such as 2017-06-30", s)
	}
	return Day{t}, nil
}

// IsZero reports whether there is no day.
func (d Day) IsZero() bool { return d.t.IsZero() }

// Start is the first instant of the day.
func (d Day) Start() time.Time { return d.t }

// End is the last microsecond of the day: "as of" a day includes all of it.
func (d Day) End() time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	return d.t.AddDate(0, 0, 1).Add(-time.Microsecond)
}

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
