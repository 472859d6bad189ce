package throughline_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/throughline/throughline"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// TestDayOfAnInstant: one instant, each reader's own day.
func TestDayOfAnInstant(t *testing.T) {
	at := time.Date(2024, 3, 31, 11, 30, 0, 0, time.UTC)
	for name, want := range map[string]string{"UTC": "2024-03-31", "Asia/Tokyo": "2024-03-31", "Pacific/Auckland": "2024-04-01", "Pacific/Kiritimati": "2024-04-01",
		"Pacific/Chatham": "2024-04-01", "America/Phoenix": "2024-03-31", "Pacific/Pago_Pago": "2024-03-31"} {
		z := zone(t, name)
		if got := throughline.DayOf(at, z).String(); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
		kept := throughline.Dated(at, z)
		if !kept.Equal(at) || throughline.DayOf(kept, zone(t, "Pacific/Pago_Pago")).String() != want || throughline.DayOf(kept, zone(t, "Pacific/Kiritimati")).String() != want {
			t.Errorf("%s: a dated instant is read as another day or instant elsewhere: %s", name, kept)
		}
		if again := throughline.Dated(kept, time.UTC); again != kept {
			t.Errorf("%s: dated twice is another", name)
		}
		if back := throughline.Redated(kept.UTC(), throughline.DateMark(kept)); back != kept {
			t.Errorf("%s: the mark does not come back", name)
		}
	}
}

// TestDaysOfAnyZone: a day begins and ends on itself, days join without a gap,
// and what is dated keeps its day, in every kind of zone and year.
func TestDaysOfAnyZone(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, name := range []string{"Asia/Tokyo", "Pacific/Auckland", "America/Phoenix", "Pacific/Kiritimati", "Pacific/Chatham", "Europe/Berlin", "America/New_York", "America/Sao_Paulo",
		"Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia", "America/Havana", "Asia/Beirut", "Africa/Monrovia", "Asia/Manila", "America/Juneau"} {
		z := zone(t, name)
		for range 400 {
			d := throughline.DateOf(1840+r.IntN(260), time.Month(1+r.IntN(12)), 1+r.IntN(28))
			begin, end := d.Start(z), d.End(z)
			if next := d.Add(1).Start(z); !end.Add(time.Microsecond).Equal(next) {
				t.Fatalf("%s %s: ends %s, the next begins %s", name, d, end, next)
			}
			if !begin.Before(end) {
				continue // a day that was left out at the date line
			}
			if got := throughline.DayOf(begin.UTC(), z); got != d {
				t.Fatalf("%s %s begins on %s", name, d, got)
			}
			if got := throughline.DayOf(begin.UTC().Add(-time.Microsecond), z); got == d {
				t.Fatalf("%s %s begins earlier than %s", name, d, begin)
			}
			if got := throughline.DayOf(end, z); got != d {
				t.Fatalf("%s %s ends on %s", name, d, got)
			}
			at := begin.UTC().Add(time.Duration(r.Int64N(int64(end.Sub(begin)))))
			kept := throughline.Dated(at, z)
			if !kept.Equal(at) || throughline.DayOf(kept, time.UTC) != d {
				t.Fatalf("%s: %s is dated %s, want %s", name, at, throughline.DayOf(kept, time.UTC), d)
			}
			if b, err := json.Marshal(kept); err != nil || string(b[1:11]) != d.String() {
				t.Fatalf("%s: %s is spelt %s (%v)", name, kept, b, err)
			}
		}
	}
}

// TestDaysAreNotHours: a day of 23 or 25 hours is one day.
func TestDaysAreNotHours(t *testing.T) {
	for _, c := range []struct {
		zone, day string
		hours     time.Duration
	}{{"Europe/Berlin", "2024-03-31", 23}, {"Europe/Berlin", "2024-10-27", 25}, {"America/New_York", "2024-03-10", 23}, {"America/New_York", "2024-11-03", 25}, {"America/Phoenix", "2024-03-10", 24}} {
		d, err := throughline.ParseDay(c.day)
		if err != nil {
			t.Fatal(err)
		}
		z := zone(t, c.zone)
		if got := d.End(z).Sub(d.Start(z)) + time.Microsecond; got != c.hours*time.Hour {
			t.Errorf("%s in %s: %s long", c.day, c.zone, got)
		}
		if n := throughline.DayOf(d.End(z), z).Sub(throughline.DayOf(d.Add(-1).Start(z), z)); n != 1 {
			t.Errorf("%s in %s: %d days after the day before", c.day, c.zone, n)
		}
	}
	if d := throughline.DateOf(2024, 2, 29); d.Number() != 19782 || throughline.DayNumber(19782) != d || d.Add(1).String() != "2024-03-01" {
		t.Errorf("29 February 2024 is day %d", d.Number())
	}
}
