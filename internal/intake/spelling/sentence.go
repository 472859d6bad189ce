package spelling

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// longestDate bounds a text that may be a date; JavaScript's has 63 signs.
const longestDate = 96

// readSentence reads what readDate's quick way does not: names of months in
// many languages, Chinese, Japanese and Korean, weekdays, ordinals, week dates,
// mail and JavaScript dates, words for zones, digits of other scripts. Every
// part of the text must be understood, else it is no date.
func readSentence(s string) (date, DateFault) {
	d := new(date) // what is read quickly needs no room of its own
	if len(s) > longestDate {
		return *d, NotADate
	}
	s = withoutAside(plain(s))
	p := sentence{d: d}
	if strings.ContainsAny(s, "年月년월点點时時시周週曜요") || strings.Contains(s, "星期") || strings.Contains(s, "礼拜") {
		s = p.eastern(s)
	} else {
		s = p.easternHalf(s)
	}
	for s != "" {
		rest, ok := p.part(s)
		if !ok {
			return *d, NotADate
		}
		s = rest
	}
	fault := p.end()
	return *d, fault
}

// withoutAside drops brackets with words in them: (Central European Summer Time), (木).
func withoutAside(s string) string {
	if i := strings.IndexByte(s, '('); i > 0 {
		if j := strings.IndexByte(s[i:], ')'); j > 0 && !strings.ContainsAny(s[i:i+j], "0123456789") {
			return s[:i] + " " + s[i+j+1:]
		}
	}
	return s
}

// part reads the next part of a text that is not empty, and gives what follows.
func (p *sentence) part(s string) (rest string, ok bool) {
	r, n := utf8.DecodeRuneInString(s)
	switch {
	case r >= '0' && r <= '9':
		rest, ok = p.number(s)
		p.worded = false
		return rest, ok
	case unicode.IsLetter(r):
		rest, ok = p.word(s)
		p.worded = true
		return rest, ok
	case (r == '+' || r == '-') && p.d.clock && !p.d.zoned && digits(s[1:]) > 0 && !p.wants():
		return p.zone(s)
	case r == '-' || r == '/' || r == '.':
		// Between a number and a word, or at the end.
		next, _ := utf8.DecodeRuneInString(strings.TrimLeft(s[n:], " "))
		return s[n:], p.worded || next == utf8.RuneError || unicode.IsLetter(next) || r == '.' && p.named()
	}
	return s[n:], strings.ContainsRune(" ,;'()[]\"", r)
}

// sentence is a date while it is read part by part.
type sentence struct {
	d       *date
	dated   bool // the day was written in numbers alone
	numbers []figures
	months  []int
	first   string // the first name of a month, which may be a weekday
	half    half
	east    bool // the half was named in an eastern language, where 下午 15:30 is written too
	worded  bool // the part before was a word
}

type figures struct{ value, digits int }

// named reports whether a month was named and a year, or a day, is still to come.
func (p *sentence) named() bool { return len(p.months) > 0 || len(p.numbers) > 0 }

// wants reports whether the year may still come: "Thu Apr 4 09:30:00 2024".
func (p *sentence) wants() bool { return !p.dated && len(p.numbers) < 2 && len(p.months) > 0 }

// eastern rewrites a Chinese, Japanese or Korean date into numbers.
func (p *sentence) eastern(s string) string {
	s = eastern.Replace(s)
	s = p.easternHalf(s)
	s = easternSigns.Replace(arabic(s))
	// 9:30' or 9:30'15: what stood for minutes is a clock's colon or its end.
	if i := strings.IndexByte(s, '\''); i > 0 {
		rest := strings.TrimLeft(s[i+1:], " ")
		if digits(rest) > 0 {
			s = s[:i] + ":" + rest
		} else {
			s = s[:i] + " " + rest
		}
	}
	s = strings.TrimSpace(s)
	if strings.HasSuffix(s, ":") { // 9点
		s += "00"
	}
	// 2024 - 4 - 4: Korean sets blanks, and some Chinese.
	return twoDigits(closeUp.Replace(closeUp.Replace(s)))
}

var closeUp = strings.NewReplacer("- ", "-", " -", "-", ": ", ":", " :", ":")

// twoDigits pads minutes and seconds of one digit: 9:5 is 9:05.
func twoDigits(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] == ':' && digits(s[i+1:]) == 1 {
			s = s[:i+1] + "0" + s[i+1:]
		}
	}
	return s
}

func (p *sentence) easternHalf(s string) string {
	for _, h := range easternHalves {
		if i := strings.Index(s, h.word); i >= 0 {
			p.half, p.east = h.half, true
			return s[:i] + " " + s[i+len(h.word):]
		}
	}
	return s
}

// number reads what begins with a digit: a clock, a day in numbers, a week
// date, or a number that is a day or a year.
func (p *sentence) number(s string) (string, bool) {
	d := p.d
	if rest, ok := p.clock(s); ok {
		return rest, true
	}
	if !p.dated && len(p.numbers) == 0 {
		if rest, ok := d.readWeek(s); ok {
			p.dated = true
			return rest, true
		}
		if rest, ok := p.triple(s); ok {
			p.dated = true
			return rest, true
		}
	}
	n := digits(s)
	if p.dated || n > 4 || n == 3 || len(p.numbers) == 2 {
		return s, false
	}
	p.numbers = append(p.numbers, figures{number(s[:n]), n})
	rest := s[n:]
	k := 0
	for k < len(rest) {
		r, m := utf8.DecodeRuneInString(rest[k:])
		if !unicode.IsLetter(r) {
			break
		}
		k += m
	}
	switch rest[:k] {
	case "st", "nd", "rd", "th", "ST", "ND", "RD", "TH", "er", "re", "ère", "e", "º", "ª", "ro", "do":
		return rest[k:], n <= 2
	}
	return rest, true
}

// triple reads three numbers with the same sign between them: 2024. 4. 4.
func (p *sentence) triple(s string) (string, bool) {
	a, n, rest := figuresOf(s)
	if n == 0 || rest == "" {
		return s, false
	}
	sep := rest[0]
	if sep != '.' && sep != '-' && sep != '/' {
		return s, false
	}
	b, m, rest := figuresOf(strings.TrimLeft(rest[1:], " "))
	if m == 0 || m > 2 || rest == "" || rest[0] != sep {
		return s, false
	}
	c, k, rest := figuresOf(strings.TrimLeft(rest[1:], " "))
	d := p.d
	switch {
	case k == 0 || n == 3 || k == 3:
		return s, false
	case n == 4 && k <= 2:
		d.first = true
	case n <= 2 && (k == 2 || k == 4):
		d.short = k == 2
	default:
		return s, false
	}
	d.a, d.b, d.c, d.dots = a, b, c, sep == '.'
	if rest != "" && rest[0] == '.' && sep == '.' {
		rest = rest[1:]
	}
	return behindT(rest), true
}

// figuresOf reads up to four digits that a text begins with, and gives their
// value, how many they are, and what follows.
func figuresOf(s string) (value, n int, rest string) {
	if n = digits(s); n == 0 || n > 4 {
		return 0, 0, s
	}
	return number(s[:n]), n, s[n:]
}

// behindT passes over the T between a day and a clock.
func behindT(s string) string {
	if len(s) > 1 && (s[0] == 'T' || s[0] == 't') && s[1] >= '0' && s[1] <= '9' {
		return s[1:]
	}
	return s
}

// clock reads 9:30, 09:30:15.25, 9h30 and, behind a date, 09.30.
func (p *sentence) clock(s string) (string, bool) {
	n := digits(s)
	if p.d.clock || n == 0 || n > 2 || n == len(s) {
		return s, false
	}
	t, rest := timeOfDay{hour: number(s[:n])}, s[n:]
	known := p.dated || len(p.months) > 0 && len(p.numbers) == 2
	h := rest[0] == 'h' || rest[0] == 'H'
	switch {
	case (rest[0] == ':' || h || rest[0] == '.' && known) && digits(rest[1:]) == 2:
		rest = t.minutes(rest)
	case known && h && (len(rest) == 1 || rest[1] == ' '):
		rest = rest[1:]
	case known && ampm(strings.TrimLeft(rest, " ")) > 0: // 9 pm
	default:
		return s, false
	}
	if !p.d.setClock(t) {
		return s, false
	}
	return rest, true
}

// minutes reads the two digits behind a sign and, behind the same sign or a
// colon, the seconds and their parts.
func (t *timeOfDay) minutes(s string) (rest string) {
	sep := s[0]
	t.minute, rest = number(s[1:3]), s[3:]
	if len(rest) < 3 || rest[0] != ':' && rest[0] != sep || digits(rest[1:]) != 2 {
		return rest
	}
	t.second, rest = number(rest[1:3]), rest[3:]
	if len(rest) > 1 && (rest[0] == '.' || rest[0] == ',' || rest[0] == ':') {
		t.fraction, rest = fraction(rest)
	}
	return rest
}

// ampm gives the length of "a.m.", "p. m.", "AM" at the beginning of a text, 0 where none stands there.
func ampm(s string) int {
	if s == "" || s[0]|0x20 != 'a' && s[0]|0x20 != 'p' {
		return 0
	}
	i := 1
	if i < len(s) && s[i] == '.' {
		i++
	}
	if i > 1 && i < len(s) && s[i] == ' ' {
		i++
	}
	if i >= len(s) || s[i]|0x20 != 'm' {
		return 0
	}
	i++
	if r, _ := utf8.DecodeRuneInString(s[i:]); unicode.IsLetter(r) {
		return 0
	}
	if i < len(s) && s[i] == '.' {
		i++
	}
	return i
}

// word reads a word: the name of a month or a weekday, half of a day, a zone,
// or one that says nothing.
func (p *sentence) word(s string) (string, bool) {
	if n := ampm(s); n > 0 && p.half == whole {
		p.half = evening
		if s[0]|0x20 == 'a' {
			p.half = morning
		}
		return s[n:], true
	}
	raw, rest := p.letters(s)
	if strings.Contains(raw, "/") { // Europe/Berlin
		zone, err := time.LoadLocation(raw)
		if err != nil {
			return s, false
		}
		if !p.d.zoned { // an offset beside the name outweighs it
			p.d.place = zone
		}
		return rest, true
	}
	w := Small(raw)
	if h, ok := halves[w]; ok && p.half == whole {
		p.half = h
		return rest, true
	}
	if p.d.clock && p.d.word == "" {
		if minutes, ok := zones[w]; ok && months[w] == 0 {
			return p.fixedZone(minutes, rest)
		}
		if severalZones[w] && raw == strings.ToUpper(raw) {
			if !p.d.zoned {
				p.d.word = raw
			}
			return rest, true
		}
	}
	if m := months[w]; m > 0 {
		if p.months = append(p.months, m); len(p.months) == 1 {
			p.first = w
		}
		return rest, len(p.months) <= 2
	}
	return rest, weekdays[w] || fillers[w]
}

// letters cuts off the word that a text begins with. Behind a clock the name
// of a place is one word: Europe/Berlin.
func (p *sentence) letters(s string) (word, rest string) {
	n := 0
	for n < len(s) {
		r, m := utf8.DecodeRuneInString(s[n:])
		if !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) && r != '_' && !(r == '/' && p.d.clock) {
			break
		}
		n += m
	}
	return s[:n], s[n:]
}

// fixedZone takes a word for a distance from UTC, and what may stand behind
// it: UTC+2 is two hours off, and +0200 CEST was said already.
func (p *sentence) fixedZone(minutes int, rest string) (string, bool) {
	if p.d.zoned {
		return rest, true
	}
	if rest != "" && (rest[0] == '+' || rest[0] == '-') && digits(rest[1:]) > 0 {
		return p.zone(rest)
	}
	p.d.zoned, p.d.offset = true, minutes*60
	return rest, true
}

// zone reads +02:00, +0200, +2.
func (p *sentence) zone(s string) (string, bool) {
	d := p.d
	sign, rest := s[0], s[1:]
	n := digits(rest)
	hh, mm := 0, 0
	switch n {
	case 1, 2:
		hh, rest = number(rest[:n]), rest[n:]
		if len(rest) > 2 && rest[0] == ':' && digits(rest[1:]) == 2 {
			mm, rest = number(rest[1:3]), rest[3:]
		}
	case 4:
		hh, mm, rest = number(rest[:2]), number(rest[2:4]), rest[4:]
	default:
		return s, false
	}
	if hh > 14 || mm > 59 || d.zoned {
		return s, false
	}
	d.zoned, d.offset = true, hh*3600+mm*60
	if sign == '-' {
		d.offset = -d.offset
	}
	d.place, d.word = nil, ""
	return rest, true
}

// end puts the parts together.
func (p *sentence) end() DateFault {
	if !p.day() {
		return NotADate
	}
	if p.half == whole {
		return DateFine
	}
	if !p.d.clock {
		return NotADate
	}
	const hour = int64(time.Hour)
	said := p.d.nanos / hour
	meant, ok := p.half.hour(said, p.east)
	if !ok {
		return NotADate
	}
	p.d.nanos += (meant - said) * hour
	return DateFine
}

// day makes the day of a month's name and two numbers, unless it was written in
// numbers alone; false where parts lack or are left over.
func (p *sentence) day() bool {
	if p.dated {
		return len(p.months) == 0 && len(p.numbers) == 0
	}
	if len(p.months) == 2 && weekdays[p.first] { // mar. 4 avr. 2024
		p.months = p.months[1:]
	}
	if len(p.months) != 1 || len(p.numbers) != 2 {
		return false
	}
	day, year := p.numbers[0], p.numbers[1]
	if day.digits == 4 {
		day, year = year, day
	}
	if day.digits > 2 || year.digits != 2 && year.digits != 4 {
		return false
	}
	d := p.d
	d.a, d.b, d.c, d.named, d.short = day.value, p.months[0], year.value, true, year.digits == 2
	return true
}

// hour gives the hour, of twenty-four, that the half of a day makes of the one
// that was said. East of India 下午 15:30 is written too; a half that the hour
// does not lie in is a mistake, not a time.
func (h half) hour(said int64, east bool) (meant int64, ok bool) {
	switch h {
	case morning:
		if said == 12 {
			return 0, true
		}
		return said, said < 12
	case evening:
		if said > 0 && said < 12 {
			return said + 12, true
		}
		return said, said == 12 || said > 12 && east
	case noon:
		if said >= 1 && said <= 3 {
			return said + 12, true
		}
		return said, said >= 11 && said <= 14
	case night: // twelve at night may be either end of the day
		if said >= 5 && said < 12 {
			return said + 12, true
		}
		return said, said >= 18
	}
	return said, true
}

// readWeek reads 2024-W14-4 and 2024W144. A week alone is no day.
func (d *date) readWeek(s string) (string, bool) {
	if digits(s) != 4 {
		return s, false
	}
	year, rest := number(s[:4]), strings.TrimPrefix(s[4:], "-")
	if rest == "" || rest[0] != 'W' && rest[0] != 'w' {
		return s, false
	}
	rest = rest[1:]
	var week, day int
	switch {
	case digits(rest) == 3:
		week, day, rest = number(rest[:2]), number(rest[2:3]), rest[3:]
	case digits(rest) == 2 && len(rest) > 3 && rest[2] == '-' && digits(rest[3:]) == 1:
		week, day, rest = number(rest[:2]), number(rest[3:4]), rest[4:]
	default:
		return s, false
	}
	if week < 1 || week > 53 || day < 1 || day > 7 {
		return s, false
	}
	monday := time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC) // is always in week 1
	monday = monday.AddDate(0, 0, -(int(monday.Weekday())+6)%7)
	at := monday.AddDate(0, 0, (week-1)*7+day-1)
	if y, w := at.ISOWeek(); y != year || w != week {
		return s, false // the year has no 53rd week
	}
	d.set(at)
	return behindT(rest), true
}

// set takes the day of an instant in UTC.
func (d *date) set(at time.Time) {
	year, month, day := at.Date()
	d.a, d.b, d.c, d.named = day, int(month), year, true
}

// Days that a spreadsheet counts from 30 December 1899 and that lie between
// 1970 and 2100.
const firstSerial, lastSerial = 25569, 73415

// readNumber reads a number that is a day or an instant: a spreadsheet's day,
// with or without a fraction, seconds, milliseconds, microseconds or
// nanoseconds since 1970, 20240404093000. What is midnight in UTC to the
// millisecond is a day.
func (d *date) readNumber(s string) DateFault {
	n := digits(s)
	frac := ""
	if n < len(s) {
		frac = s[n+1:]
	}
	if n == 14 && frac == "" || n == 12 && frac == "" && (s[:2] == "20" || s[:2] == "19") {
		d.a, d.b, d.c, d.first = number(s[:4]), number(s[4:6]), number(s[6:8]), true
		h, mi, sec := number(s[8:10]), number(s[10:12]), 0
		if n == 14 {
			sec = number(s[12:14])
		}
		if h > 23 || mi > 59 || sec > 59 {
			return NotADate
		}
		d.clock, d.nanos = true, (int64(h)*3600+int64(mi)*60+int64(sec))*1e9
		return DateFine
	}
	v, err := strconv.ParseInt(s[:n], 10, 64)
	if err != nil || s[0] == '0' {
		return NotADate
	}
	var at time.Time
	switch n {
	case 5:
		if v < firstSerial || v > lastSerial {
			return FarOff
		}
		d.from = Serial
		at = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(v))
		if f, err := strconv.ParseFloat("0."+orNought(frac), 64); err == nil && f > 0 {
			d.clock = true
			// Fractions of a day come with seven digits or so: to the second.
			d.nanos = min(int64(math.Round(f*86400)), 86399) * 1e9
		}
		d.set(at)
		return DateFine
	case 10:
		nanos, _ := strconv.ParseFloat("0."+orNought(frac), 64)
		at = time.Unix(v, int64(nanos*1e9))
	case 13:
		at = time.UnixMilli(v)
	case 16:
		at = time.UnixMicro(v)
	case 19:
		at = time.Unix(v/1e9, v%1e9)
	default:
		return NotADate
	}
	at = at.UTC()
	d.from = Epoch
	d.set(at)
	if clock := at.Sub(at.Truncate(24 * time.Hour)); clock != 0 {
		d.clock, d.zoned, d.nanos = true, true, int64(clock)
	}
	return DateFine
}
