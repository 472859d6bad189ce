package eventcsv

import (
	"math"
	"strconv"
	"unsafe"

	"github.com/throughline/throughline/internal/eventlog"
)

// kind is how the values of a column are spelt.
type kind uint8

const (
	text kind = iota
	whole
	number
	truth
	moment
)

// dateOrder is the order of day and month where a date is written 3/4/2017.
type dateOrder uint8

const (
	unknown dateOrder = iota
	dayFirst
	monthFirst
)

// canonicalInt gives the number b spells, if it spells it the one way it
// would be written: "007" and "+7" are names.
func canonicalInt(b []byte) (int64, bool) {
	n := len(b)
	if n == 0 || n > 18 {
		return 0, false
	}
	i, neg := 0, false
	if b[0] == '-' {
		neg, i = true, 1
	}
	if i == n || b[i] == '0' && n > 1 {
		return 0, false
	}
	var v int64
	for ; i < n; i++ {
		d := b[i] - '0'
		if d > 9 {
			return 0, false
		}
		v = v*10 + int64(d)
	}
	if neg {
		v = -v
	}
	return v, true
}

var powers = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// parseNumber reads digits, point and exponent; a number never begins with a
// zero that is followed by a digit, which would be a name.
func parseNumber(b []byte) (float64, bool) {
	n := len(b)
	i, neg := 0, false
	if n > 0 && b[0] == '-' {
		neg, i = true, 1
	}
	if n > 40 || i >= n || b[i]-'0' > 9 || b[i] == '0' && i+1 < n && b[i+1]-'0' <= 9 {
		return 0, false
	}
	var v uint64
	digits, point := 0, -1
	for ; i < n; i++ {
		if d := b[i] - '0'; d <= 9 {
			v, digits = v*10+uint64(d), digits+1
		} else if b[i] == '.' && point < 0 {
			point = i
		} else if b[i] == 'e' || b[i] == 'E' {
			break
		} else {
			return 0, false
		}
	}
	if i == n && digits <= 15 { // both exact: one rounding
		f := float64(v)
		if point >= 0 {
			f /= powers[n-1-point]
		}
		if neg {
			f = -f
		}
		return f, true
	}
	f, err := strconv.ParseFloat(view(b), 64)
	return f, err == nil && !math.IsInf(f, 0)
}

func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

func parseTruth(b []byte) (v, ok bool) {
	switch string(b) {
	case "true", "True", "TRUE":
		return true, true
	case "false", "False", "FALSE":
		return false, true
	}
	return false, false
}

// parseTime reads ISO 8601 in its usual spellings, 3/4/2017 and 3.4.2017 with
// a time in 24 or 12 hours and years of two digits, 3-Apr-2017, and seconds or
// milliseconds since 1970. ambiguous tells that a date could be read both ways
// and order did not say.
func parseTime(b []byte, order dateOrder) (us int64, zone, ok, ambiguous bool) {
	if us, zone, ok = eventlog.ParseInstant(b); ok {
		return us, zone, true, false
	}
	if n, isInt := canonicalInt(b); isInt {
		switch {
		case len(b) == 10 && n > 0:
			return n * 1_000_000, true, true, false
		case len(b) == 13 && n > 0:
			return n * 1000, true, true, false
		}
		return 0, false, false, false
	}
	return parseDayMonth(b, order)
}

var months = []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}

// parseDayMonth reads 23/02/2026, 2.23.26 and 23-Feb-2026, with or without a
// clock and a zone: microseconds since 1970. ambiguous is a day and a month that
// could each be the other, of which order says nothing.
func parseDayMonth(b []byte, order dateOrder) (us int64, zone, ok, ambiguous bool) {
	day, month, sep, j, ambiguous := parseDayAndMonth(b, order)
	if j < 0 || j >= len(b) || b[j] != sep && b[j] != ' ' {
		return 0, false, false, false
	}
	y, k := leading(b, j+1)
	switch k - j - 1 {
	case 2: // as POSIX pivots years: 69 to 99 are 1969 to 1999
		if y += 2000; y >= 2069 {
			y -= 100
		}
	case 4:
	default:
		return 0, false, false, false
	}
	days, ok := eventlog.DayNumber(y, month, day)
	if !ok {
		return 0, false, false, false
	}
	us = int64(days) * 86400_000000
	for k < len(b) && (b[k] == ' ' || b[k] == ',' || b[k] == 'T') {
		k++
	}
	if k == len(b) {
		return us, false, true, ambiguous
	}
	clock, rest, ok := parseClock(b[k:])
	if !ok {
		return 0, false, false, false
	}
	if len(rest) > 0 { // a zone, read as ISO writes it
		var iso []byte
		iso = append(iso, "2000-01-01T00:00:00"...)
		z, _, zok := eventlog.ParseInstant(append(iso, rest...))
		if !zok {
			return 0, false, false, false
		}
		return us + clock + z - 946684800_000000, true, true, ambiguous
	}
	return us + clock, false, true, ambiguous
}

// parseDayAndMonth reads the two that stand before the year, and gives the sign
// between them and where they end, -1 where they are none.
func parseDayAndMonth(b []byte, order dateOrder) (day, month int, sep byte, end int, ambiguous bool) {
	a, i := leading(b, 0)
	if i == 0 || i > 2 || i >= len(b) {
		return 0, 0, 0, -1, false
	}
	sep = b[i]
	if sep != '/' && sep != '.' && sep != '-' && sep != ' ' {
		return 0, 0, 0, -1, false
	}
	j := i + 1
	if m := monthName(b[j:]); m > 0 {
		for j < len(b) && b[j]|0x20 >= 'a' && b[j]|0x20 <= 'z' {
			j++
		}
		return a, m, sep, j, false
	}
	c, k := leading(b, j)
	if k == j || k-j > 2 {
		return 0, 0, 0, -1, false
	}
	switch {
	case sep == '.' || a > 12 || order == dayFirst && c <= 12:
		return a, c, sep, k, false
	case c > 12 || order == monthFirst:
		return c, a, sep, k, false
	}
	return c, a, sep, k, a != c
}

// parseClock reads 9:05, 09:05:07.25 and 9:05 PM.
func parseClock(b []byte) (us int64, rest []byte, ok bool) {
	if len(b) > 1 && b[1] == ':' {
		b = append([]byte{'0'}, b...)
	}
	us, n, ok := eventlog.ParseClock(b)
	if !ok {
		return 0, nil, false
	}
	rest = b[n:]
	half := rest
	for len(half) > 0 && half[0] == ' ' {
		half = half[1:]
	}
	if len(half) >= 2 && half[1]|0x20 == 'm' && (half[0]|0x20 == 'a' || half[0]|0x20 == 'p') {
		h := us / 3600_000000
		if h < 1 || h > 12 {
			return 0, nil, false
		}
		us -= h / 12 * 12 * 3600_000000
		if half[0]|0x20 == 'p' {
			us += 12 * 3600_000000
		}
		return us, half[2:], true
	}
	return us, rest, true
}

func leading(b []byte, i int) (n, end int) {
	for end = i; end < len(b) && end-i < 5 && b[end]-'0' <= 9; end++ {
		n = n*10 + int(b[end]-'0')
	}
	return n, end
}

func monthName(b []byte) int {
	if len(b) < 3 {
		return 0
	}
	w := string([]byte{b[0] | 0x20, b[1] | 0x20, b[2] | 0x20})
	for i, m := range months {
		if m == w {
			return i + 1
		}
	}
	return 0
}
