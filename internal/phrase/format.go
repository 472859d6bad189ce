package phrase

import (
	"strconv"
	"strings"
	"time"

	"github.com/throughline/throughline"
)

// Number groups thousands: 1,234. Both languages do it alike.
func (p *Phrase) Number(n int) string {
	s := strconv.Itoa(n)
	if p.plain {
		return s
	}
	sign := ""
	if n < 0 {
		sign, s = "−", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// Percent gives a share of one as a whole per cent; what is neither nothing
// nor everything is never shown as 0 or 100.
func (p *Phrase) Percent(share float64) string {
	n := int(share*100 + 0.5)
	switch {
	case n <= 0 && share > 0:
		return "<1%"
	case n >= 100 && share < 1:
		return ">99%"
	}
	return strconv.Itoa(n) + "%"
}

// symbols of currencies as each language writes them; others stand as a code.
var symbols = map[string]map[string]string{
	"en": {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CNY": "CN¥", "INR": "₹", "KRW": "₩"},
	"zh": {"USD": "US$", "EUR": "€", "GBP": "£", "JPY": "JP¥", "CNY": "¥", "INR": "₹", "KRW": "₩"},
}

// Money gives an amount with its currency's sign; "" where none is stated.
func (p *Phrase) Money(m throughline.Money) string {
	if m.Zero() && m.Currency == "" {
		return ""
	}
	plain := throughline.Money{Cents: m.Cents}.String()
	if m.Currency == "" {
		return plain
	}
	sign := ""
	if rest, ok := strings.CutPrefix(plain, "-"); ok {
		sign, plain = "−", rest
	}
	if s, ok := symbols[p.code][m.Currency]; ok {
		return sign + s + plain
	}
	return sign + plain + " " + m.Currency
}

// Day gives a date in full: "14 October 2026".
func (p *Phrase) Day(d throughline.Day) string { return p.day(d, "date.full") }

// DayNear gives a date without its year where that is the year of today.
func (p *Phrase) DayNear(d, today throughline.Day) string {
	if !today.IsZero() && d.Civil().Year() == today.Civil().Year() {
		return p.day(d, "date.short")
	}
	return p.day(d, "date.full")
}

// WeekdayName gives the day of the week alone.
func (p *Phrase) WeekdayName(d throughline.Day) string {
	return p.Say("weekday." + strconv.Itoa(int(d.Civil().Weekday())))
}

// Weekday gives a date in full with its day of the week.
func (p *Phrase) Weekday(d throughline.Day) string { return p.day(d, "date.weekday") }

func (p *Phrase) day(d throughline.Day, key string) string {
	if d.IsZero() {
		return p.Say("date.none")
	}
	t := d.Civil()
	return p.Say(key, "day", strconv.Itoa(t.Day()), "month", p.Say("month."+strconv.Itoa(int(t.Month()))),
		"year", strconv.Itoa(t.Year()), "weekday", p.Say("weekday."+strconv.Itoa(int(t.Weekday()))))
}

// Ago tells how long before today a day was: "9 days ago", "7 months ago";
// later days are "in 9 days".
func (p *Phrase) Ago(d, today throughline.Day) string {
	n := today.Sub(d)
	switch {
	case d.IsZero():
		return p.Say("date.none")
	case n == 0:
		return p.Say("ago.today")
	case n == 1:
		return p.Say("ago.yesterday")
	case n == -1:
		return p.Say("ago.tomorrow")
	case n < 0:
		return p.Say("ago.in", "span", p.Days(-n))
	}
	return p.Say("ago.before", "span", p.Days(n))
}

// Days gives a length of time: days up to ninety, then months, then years.
func (p *Phrase) Days(n int) string {
	switch {
	case n <= 90:
		return p.Say("span.days", "n", n)
	case n < 730:
		return p.Say("span.months", "n", int(float64(n)/30.44+0.5))
	}
	return p.Say("span.years", "n", int(float64(n)/365.25+0.5))
}

// Instant gives the day of an instant, for a reader in the zone, without its
// year where today shares it.
func (p *Phrase) Instant(t time.Time, today throughline.Day, zone *time.Location) string {
	return p.DayNear(throughline.DayOf(t, zone), today)
}
