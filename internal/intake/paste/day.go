package paste

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/throughline/throughline"
)

var (
	isoDay   = regexp.MustCompile(`\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:\D|$)`)
	hanDay   = regexp.MustCompile(`(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]`)
	dotDay   = regexp.MustCompile(`\b(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\b`)
	slashDay = regexp.MustCompile(`\b(\d{1,2})[/-](\d{1,2})[/-](\d{4})\b`)
	dayFirst = regexp.MustCompile(`(?i)\b(\d{1,2})(?:st|nd|rd|th)?\.?\s+(?:de\s+)?(\p{L}{3,12})\.?,?\s+(?:de\s+)?(\d{4})\b`)
	monFirst = regexp.MustCompile(`(?i)\b(\p{L}{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b`)
)

// dayIn gives the day that a line names with its year, the zero Day where it
// names none or one that is still to come. Of 3/4/2026 it is the one that lies
// nearer before today.
func dayIn(line string, today throughline.Day) throughline.Day {
	if len(line) > 400 {
		line = line[:400]
	}
	past := func(y, m, d string) throughline.Day {
		day := dayOf(y, m, d)
		if day.IsZero() || day.Sub(today) > 0 {
			return throughline.Day{}
		}
		return day
	}
	month := func(name string) string { return strconv.Itoa(months[strings.ToLower(name)]) }
	if m := hanDay.FindStringSubmatch(line); m != nil {
		return past(m[1], m[2], m[3])
	}
	if m := isoDay.FindStringSubmatch(line); m != nil {
		return past(m[1], m[2], m[3])
	}
	if m := dayFirst.FindStringSubmatch(line); m != nil && months[strings.ToLower(m[2])] > 0 {
		return past(m[3], month(m[2]), m[1])
	}
	if m := monFirst.FindStringSubmatch(line); m != nil && months[strings.ToLower(m[1])] > 0 {
		return past(m[3], month(m[1]), m[2])
	}
	if m := dotDay.FindStringSubmatch(line); m != nil {
		return past(m[3], m[2], m[1])
	}
	if m := slashDay.FindStringSubmatch(line); m != nil {
		a, b := past(m[3], m[2], m[1]), past(m[3], m[1], m[2])
		if a.IsZero() || !b.IsZero() && b.Sub(a) > 0 {
			return b
		}
		return a
	}
	return throughline.Day{}
}

// dayOf gives a day by its numbers, the zero Day where there is none like that.
func dayOf(y, m, d string) throughline.Day {
	year, _ := strconv.Atoi(y)
	month, _ := strconv.Atoi(m)
	day, _ := strconv.Atoi(d)
	at := time.Date(year, time.Month(month), day, 12, 0, 0, 0, time.UTC)
	if year < 1970 || month < 1 || month > 12 || day < 1 || at.Day() != day {
		return throughline.Day{}
	}
	return throughline.DayOf(at, time.UTC)
}
