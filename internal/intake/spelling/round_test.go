package spelling

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// TestDaysComeBack: any day, written in any of the spellings that say which part
// is which, is read as that day.
func TestDaysComeBack(t *testing.T) {
	layouts := []string{
		"2006-01-02", "2006/1/2", "2006.01.02", "20060102", "02-Jan-2006", "2 January 2006", "Jan 2, 2006", "January 2, 2006",
		"Mon, 02 Jan 2006", "Monday, 2 January 2006", "2006年1月2日", "Mon Jan 2 2006",
	}
	r := rand.New(rand.NewPCG(7, 8))
	first := time.Date(1971, 1, 1, 0, 0, 0, 0, time.UTC)
	for range 3000 {
		day := first.AddDate(0, 0, r.IntN(128*365))
		for _, layout := range layouts {
			for _, dayFirst := range []bool{true, false} {
				if got, ok := Instant(day.Format(layout), dayFirst); !ok || !got.Equal(day) {
					t.Fatalf("%q is read as %v, %t", day.Format(layout), got, ok)
				}
			}
		}
		if got, ok := Instant(day.Format("02/01/2006"), true); !ok || !got.Equal(day) {
			t.Fatalf("%s, day first, is read as %v", day.Format("02/01/2006"), got)
		}
		if got, ok := Instant(day.Format("01/02/2006"), false); !ok || !got.Equal(day) {
			t.Fatalf("%s, month first, is read as %v", day.Format("01/02/2006"), got)
		}
	}
}

// TestInstantsComeBack: any moment with its distance from UTC is read as that
// moment, to the microsecond that is kept.
func TestInstantsComeBack(t *testing.T) {
	layouts := map[string]time.Duration{
		time.RFC3339Nano: time.Microsecond, "2006-01-02 15:04:05-07:00": time.Second, time.RFC1123Z: time.Second,
		"2006-01-02T15:04:05.000-0700": time.Millisecond, "Mon Jan 02 2006 15:04:05 GMT-0700": time.Second, "20060102T150405Z07:00": time.Second,
	}
	r := rand.New(rand.NewPCG(9, 10))
	for range 3000 {
		at := time.UnixMicro(r.Int64N(4e15)).In(time.FixedZone("", (r.IntN(27)-12)*3600+r.IntN(2)*1800))
		for layout, fine := range layouts {
			s := at.Format(layout)
			if got, ok := Instant(s, true); !ok || !got.Equal(at.Truncate(fine)) {
				t.Fatalf("%q is read as %v, %t", s, got, ok)
			}
		}
	}
}

// TestHalvesOfADay: each half of a day holds the hours that a clock of twelve
// says in it, once each, and no hour is in two.
func TestHalvesOfADay(t *testing.T) {
	for _, c := range []struct {
		half half
		want map[int64]int64
	}{
		{morning, map[int64]int64{0: 0, 12: 0, 1: 1, 6: 6, 11: 11, 13: -1, 24: -1}},
		{evening, map[int64]int64{0: -1, 12: 12, 1: 13, 11: 23, 13: -1}},
		{noon, map[int64]int64{10: -1, 11: 11, 12: 12, 1: 13, 3: 15, 4: -1, 14: 14, 15: -1}},
		{night, map[int64]int64{12: -1, 1: -1, 4: -1, 5: 17, 11: 23, 18: 18, 23: 23}},
		{whole, map[int64]int64{0: 0, 12: 12, 23: 23}},
	} {
		for said, want := range c.want {
			got, ok := c.half.hour(said, false)
			if want < 0 && ok || want >= 0 && (!ok || got != want) {
				t.Errorf("half %d: %d o'clock is %d, %t; want %d", c.half, said, got, ok, want)
			}
		}
	}
	if got, ok := evening.hour(15, true); !ok || got != 15 {
		t.Errorf("下午 15:00 is %d, %t", got, ok)
	}
}

// TestAmountsComeBack: any amount, grouped as people group it, is read to the
// hundredth, and the same below nothing.
func TestAmountsComeBack(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for range 5000 {
		whole, parts := r.Int64N(1_000_000_000), r.Int64N(100)
		want := whole*100 + parts
		for _, way := range []struct{ group, point string }{{",", "."}, {".", ","}, {" ", ","}, {"'", "."}, {"", "."}, {"", ","}} {
			digits := fmt.Sprint(whole)
			for i := len(digits) - 3; i > 0; i -= 3 {
				digits = digits[:i] + way.group + digits[i:]
			}
			text := fmt.Sprintf("%s%s%02d", digits, way.point, parts)
			m, _, fault := Amount(text, "EUR")
			if fault != AmountFine || m.Cents != want || m.Currency != "EUR" {
				t.Fatalf("%q is read as %v: %q", text, m, fault)
			}
			column := AmountColumn{point: Point(way.point[0])}
			if m, fault := column.Read("-" + text + " €"); fault != AmountFine || m.Cents != -want || m.Currency != "EUR" {
				t.Fatalf("-%s € is read as %v: %q", text, m, fault)
			}
		}
	}
}
