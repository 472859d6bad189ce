package eventlog

import (
	"testing"
	"time"
)

func TestParseInstant(t *testing.T) {
	for _, c := range []struct {
		text string
		want string // RFC 3339, "" where refused
		zone bool
	}{
		{"2017-01-09T09:49:50.000+01:00", "2017-01-09T08:49:50Z", true},
		{"2016-01-02 01:00:01.353", "2016-01-02T01:00:01.353Z", false},
		{"2016/01/02 01:00:01.353", "2016-01-02T01:00:01.353Z", false},
		{"1948-02-29", "1948-02-29T00:00:00Z", false},
		{"2920-12-31T23:59:59Z", "2920-12-31T23:59:59Z", true},
		{"0000-03-01T00:00:00Z", "0000-03-01T00:00:00Z", true},
		{"2002-05-30T09:30", "2002-05-30T09:30:00Z", false},
		{"2002-05-30T09:30:10.123456789-0530", "2002-05-30T15:00:10.123456Z", true},
		{"2010-12-30 14:32:00+01", "2010-12-30T13:32:00Z", true},
		{"2010-12-30 14:32:00 +01:00", "2010-12-30T13:32:00Z", true},
		{"2002-0530T09:30:10Z", "", false},
		{"2002-05/30", "", false},
		{"2001-02-29", "", false},
		{"1900-02-29", "", false},
		{"2000-02-30", "", false},
		{"2000-13-01", "", false},
		{"2000-01-01T24:00:00", "", false},
		{"2000-01-01T10:00:00+19:00", "", false},
		{"0000-01-01T00:00:00+01:00", "", false},
		{"2000-01-01T10:00:00.Z", "", false},
		{"2000-01-01 ", "", false},
		{"x", "", false},
	} {
		us, zone, ok := ParseInstant([]byte(c.text))
		if got := FormatTime(us); ok != (c.want != "") || ok && (got != c.want || zone != c.zone) {
			t.Errorf("%q gives %q, zone %v, ok %v; want %q, zone %v", c.text, got, zone, ok, c.want, c.zone)
		}
	}
}

// TestDayNumber walks every day of ten thousand years beside the standard library.
func TestDayNumber(t *testing.T) {
	day := time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)
	for want := int(day.Unix() / 86400); day.Year() < 10000; want++ {
		if got, ok := DayNumber(day.Year(), int(day.Month()), day.Day()); !ok || got != want {
			t.Fatalf("%s is day %d, got %d", day.Format(time.DateOnly), want, got)
		}
		day = day.AddDate(0, 0, 1)
	}
}

func FuzzParseInstant(f *testing.F) {
	f.Add("2017-01-09T09:49:50.000+01:00")
	f.Add("2920-12-31")
	f.Fuzz(func(t *testing.T, s string) {
		us, _, ok := ParseInstant([]byte(s))
		if !ok {
			return
		}
		if back, zone, ok := ParseInstant([]byte(FormatTime(us))); !ok || !zone || back != us {
			t.Fatalf("%q gives %d, its spelling %q gives %d", s, us, FormatTime(us), back)
		}
	})
}
