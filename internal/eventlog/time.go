package eventlog

import "encoding/binary"

// ParseInstant reads an instant as ISO 8601 spells it: a date, then 'T' or a
// space and a time with or without seconds and a fraction (digits beyond the
// microsecond are cut), then a zone: "Z", "+01:00", "+0100", "+01" or none.
// Slashes may stand for the date's hyphens. us counts microseconds since 1970;
// zone tells whether one was written (none is taken as UTC).
func ParseInstant(b []byte) (us int64, zone, ok bool) {
	if len(b) < 10 {
		return 0, false, false
	}
	// "2017-04-" less its zeros and hyphens: each digit is then its own value.
	v := binary.LittleEndian.Uint64(b) ^ 0x2d30302d30303030
	if b[4] == '/' && b[7] == '/' {
		v ^= 0x0200000200000000
	}
	if v&0xff0000ff00000000 != 0 || !nibbles(v) || b[8]-'0' > 9 || b[9]-'0' > 9 {
		return 0, false, false
	}
	y := int(v&15)*1000 + int(v>>8&15)*100 + int(v>>16&15)*10 + int(v>>24&15)
	m := int(v>>40&15)*10 + int(v>>48&15)
	d := int(b[8]-'0')*10 + int(b[9]-'0')
	days, ok := DayNumber(y, m, d)
	if !ok {
		return 0, false, false
	}
	us = int64(days) * 86400_000000
	b = b[10:]
	if len(b) == 0 {
		return us, false, true
	}
	if b[0] == 'Z' || b[0] == '+' || b[0] == '-' {
		return withZone(us, b)
	}
	if b[0] != 'T' && b[0] != ' ' && b[0] != 't' {
		return 0, false, false
	}
	clock, n, ok := ParseClock(b[1:])
	if !ok {
		return 0, false, false
	}
	us += clock
	if b = b[1+n:]; len(b) == 0 {
		return us, false, true
	}
	return withZone(us, b)
}

// ParseClock reads "15:04", "15:04:05" or "15:04:05.999" at the start of b and
// gives microseconds since midnight and how many bytes it took.
func ParseClock(b []byte) (us int64, n int, ok bool) {
	var h, mi, s int
	if len(b) >= 8 && b[5] == ':' {
		v := binary.LittleEndian.Uint64(b) ^ 0x30303a30303a3030 // as in ParseInstant
		if v&0x0000ff0000ff0000 != 0 || !nibbles(v) {
			return 0, 0, false
		}
		v = v*10 + v>>8 // tens and ones meet in the tens' byte
		h, mi, s, n = int(v&0xff), int(v>>24&0xff), int(v>>48&0xff), 8
	} else {
		if len(b) < 5 || b[2] != ':' || !digits(b[0:2]) || !digits(b[3:5]) {
			return 0, 0, false
		}
		h, mi, n = int(b[0]-'0')*10+int(b[1]-'0'), int(b[3]-'0')*10+int(b[4]-'0'), 5
	}
	if h > 23 || mi > 59 || s > 59 {
		return 0, 0, false
	}
	us = int64(h*3600+mi*60+s) * 1_000_000
	if n == 8 && len(b) > 9 && (b[8] == '.' || b[8] == ',') && b[9]-'0' <= 9 {
		part := int64(0)
		for n = 9; n < len(b) && b[n]-'0' <= 9; n++ {
			if n < 15 {
				part = part*10 + int64(b[n]-'0')
			}
		}
		us += part * fractions[min(n-9, 6)]
	}
	return us, n, true
}

// fractions says how many microseconds the last of so many digits stands for.
var fractions = [7]int64{1e6, 1e5, 1e4, 1e3, 100, 10, 1}

// nibbles reports whether each byte is at most nine.
func nibbles(v uint64) bool {
	return (v|(v&0x7f7f7f7f7f7f7f7f+0x7676767676767676))&0x8080808080808080 == 0
}

func withZone(us int64, b []byte) (int64, bool, bool) {
	if len(b) > 1 && b[0] == ' ' {
		b = b[1:]
	}
	if len(b) == 1 && (b[0] == 'Z' || b[0] == 'z') {
		return us, true, true
	}
	if len(b) < 3 || b[0] != '+' && b[0] != '-' || !digits(b[1:3]) {
		return 0, false, false
	}
	off := int64(b[1]-'0')*10 + int64(b[2]-'0')
	off *= 3600
	switch {
	case len(b) == 3:
	case len(b) == 5 && digits(b[3:5]):
		off += (int64(b[3]-'0')*10 + int64(b[4]-'0')) * 60
	case len(b) == 6 && b[3] == ':' && digits(b[4:6]):
		off += (int64(b[4]-'0')*10 + int64(b[5]-'0')) * 60
	default:
		return 0, false, false
	}
	if off > 18*3600 {
		return 0, false, false
	}
	if b[0] == '+' {
		off = -off
	}
	us += off * 1_000_000
	return us, true, us >= MinTime && us <= MaxTime
}

func digits(b []byte) bool {
	for _, c := range b {
		if c-'0' > 9 {
			return false
		}
	}
	return true
}

var monthDays = [13]int{0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// DayNumber counts the days from 1970-01-01 to a day of the proleptic
// Gregorian calendar, years 0 to 9999; ok is false where there is no such day.
// The count is Howard Hinnant's "days from civil" (2013), in years that begin in March.
func DayNumber(y, m, d int) (days int, ok bool) {
	if y < 0 || y > 9999 || m < 1 || m > 12 || d < 1 || d > monthDays[m] {
		return 0, false
	}
	if m == 2 && d == 29 && (y%4 != 0 || y%100 == 0 && y%400 != 0) {
		return 0, false
	}
	if m <= 2 {
		y--
		m += 12
	}
	era := (y + 400) / 400 // years from -400 on, so that nothing is negative
	yoe := y + 400 - era*400
	doe := yoe*365 + yoe/4 - yoe/100 + (153*(m-3)+2)/5 + d - 1
	return (era-1)*146097 + doe - 719468, true
}

// parseRFC3339 reads an instant with a zone, as FormatTime spells it.
func parseRFC3339(s string) (int64, bool) {
	if len(s) < 20 || s[4] != '-' || s[10] != 'T' {
		return 0, false
	}
	us, zone, ok := ParseInstant([]byte(s))
	return us, ok && zone
}
