package spelling

import (
	"strings"
	"time"

	"github.com/throughline/throughline"
)

// Order says in which order day, month and year stand in dates such as 02/03/26.
type Order string

// The orders. Unsaid lets the values of a column decide.
const (
	Unsaid Order = ""
	DMY    Order = "dmy"
	MDY    Order = "mdy"
	YMD    Order = "ymd"
)

// DateFault is why a text is no date.
type DateFault string

// The faults.
const (
	DateFine    DateFault = ""
	NotADate    DateFault = "is no date"
	NoSuchDay   DateFault = "is no day of the calendar"
	FarOff      DateFault = "is not between 1970 and 2100"
	SeveralZone DateFault = "names a time zone that several places call so"
)

// Hint is the way out.
func (f DateFault) Hint() string {
	switch f {
	case SeveralZone:
		return "say `timezone: America/Chicago`, or whichever it is, in the mapping, or export it with its distance from UTC"
	case FarOff:
		return "correct the year"
	}
	return "write it as 2026-02-23, or say `dates: dmy` or `dates: mdy` in the mapping"
}

// date is a date as it stands, before the order of its parts is settled.
type date struct {
	a, b, c int  // three numbers, in the order written
	named   bool // the month was a word: a is the day, b the month, c the year
	first   bool // the year stands first: a year, b month, c day
	dots    bool // separated by dots
	short   bool // the year has two digits
	nanos   int64
	clock   bool // a time of day was given
	zoned   bool
	offset  int            // seconds east, where zoned
	place   *time.Location // named beside the time
	word    string         // a word for a zone that several places use
	from    Numbering      // the whole date was a number
}

// Numbering says what a number that is a date counts.
type Numbering uint8

// The numberings.
const (
	Written Numbering = iota // it is no number
	Serial                   // days of a spreadsheet, from 30 December 1899
	Epoch                    // time since 1970 in UTC
)

// readDate takes the text apart: the usual spellings quickly, all others
// by the sentence.
func readDate(s string) (date, DateFault) {
	var d date
	s = strings.TrimSpace(s)
	if len(s) < 5 || len(s) > longestDate {
		return d, NotADate
	}
	n := digits(s)
	if n == len(s) || n >= 5 && (s[n] == '.' || s[n] == ',') && digits(s[n+1:]) == len(s)-n-1 {
		if n == 8 && n == len(s) { // 20260223
			d.a, d.b, d.c, d.first = number(s[:4]), number(s[4:6]), number(s[6:8]), true
			return d, DateFine
		}
		return d, d.readNumber(s)
	}
	if len(s) <= 48 {
		if rest, ok := d.readDay(s); ok && d.readTime(rest) {
			return d, DateFine
		}
	}
	if n == 8 && len(s) >= 13 && (s[8] == 'T' || s[8] == ' ') {
		if d, ok := readCompact(s); ok {
			return d, DateFine
		}
		return date{}, NotADate
	}
	if !strings.ContainsAny(s, "0123456789") && isASCII(s) {
		return date{}, NotADate
	}
	return readSentence(s)
}

// readCompact reads 20240404T093000Z: eight digits, a sign, and a clock of four or six.
func readCompact(s string) (d date, ok bool) {
	n := digits(s[9:])
	if n != 4 && n != 6 {
		return d, false
	}
	clock, rest := s[9:11]+":"+s[11:13], s[13:]
	if n == 6 {
		clock, rest = clock+":"+s[13:15], s[15:]
	}
	tail, ok := d.readDay(s[:4] + "-" + s[4:6] + "-" + s[6:8])
	return d, ok && tail == "" && d.readTime(" "+clock+rest)
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// readDay reads a day in numbers, or with an English month, and gives what
// follows it. What it does not know it leaves to the sentence.
func (d *date) readDay(s string) (rest string, ok bool) {
	if isLetter(s[0]) {
		return d.readMonthFirst(s)
	}
	n := digits(s)
	if n == 0 || n > 4 || n == 3 || n == len(s) {
		return "", false
	}
	d.a, d.first = number(s[:n]), n == 4
	if s, ok = d.readMiddle(s[n], s[n+1:]); !ok {
		return "", false
	}
	n = digits(s)
	switch {
	case d.first && (n == 1 || n == 2):
	case !d.first && (n == 2 || n == 4):
		d.short = n == 2
	default:
		return "", false
	}
	d.c = number(s[:n])
	return s[n:], true
}

// readMiddle reads what stands between the first number and the last: a number
// with the same sign on either side, or, as in 23-Feb-2026, a month.
func (d *date) readMiddle(sep byte, s string) (rest string, ok bool) {
	if sep != '-' && sep != '/' && sep != '.' && sep != ' ' || s == "" {
		return "", false
	}
	d.dots = sep == '.'
	if isLetter(s[0]) {
		m, n := month(s)
		if m == 0 || d.first {
			return "", false
		}
		d.b, d.named = m, true
		return strings.TrimLeft(s[n:], ".,- /"), true
	}
	n := digits(s)
	if sep == ' ' || n < 1 || n > 2 || n >= len(s) || s[n] != sep {
		return "", false
	}
	d.b = number(s[:n])
	return s[n+1:], true
}

// readMonthFirst reads Feb 23, 2026.
func (d *date) readMonthFirst(s string) (rest string, ok bool) {
	m, n := month(s)
	if m == 0 {
		return "", false
	}
	s = strings.TrimLeft(s[n:], ". -")
	k := digits(s)
	if k < 1 || k > 2 {
		return "", false
	}
	d.a, d.b, d.named = number(s[:k]), m, true
	s = strings.TrimLeft(s[k:], ", -")
	k = digits(s)
	if k != 4 && k != 2 {
		return "", false
	}
	d.c, d.short = number(s[:k]), k == 2
	return s[k:], true
}

// isLetter reports whether a byte is a letter of English.
func isLetter(c byte) bool { return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' }

// readTime reads what follows the day: "", " 08:55 PM", "T20:55:00.5+01:00", ", 20:55".
func (d *date) readTime(s string) bool {
	s = strings.TrimLeft(s, " ,")
	if s == "" {
		return true
	}
	if (s[0] == 'T' || s[0] == 't') && len(s) > 1 {
		s = s[1:]
	}
	t, s, ok := readClock(s)
	if !ok {
		return false
	}
	s = strings.TrimLeft(s, " \u00a0\u202f")
	if len(s) >= 2 && (s[1] == 'M' || s[1] == 'm') && (s[0] == 'A' || s[0] == 'a' || s[0] == 'P' || s[0] == 'p') {
		if t.hour < 1 || t.hour > 12 {
			return false
		}
		t.hour %= 12
		if s[0] == 'P' || s[0] == 'p' {
			t.hour += 12
		}
		s = strings.TrimLeft(s[2:], " ")
	}
	return d.setClock(t) && d.readOffset(s)
}

// timeOfDay is a clock as it is written, to the nanosecond.
type timeOfDay struct {
	hour, minute, second int
	fraction             int64 // nanoseconds
}

// readClock reads 20:55 and 20:55:00.5, and gives what follows it.
func readClock(s string) (t timeOfDay, rest string, ok bool) {
	n := digits(s)
	if n < 1 || n > 2 || n >= len(s) || s[n] != ':' {
		return t, s, false
	}
	t.hour = number(s[:n])
	s = s[n+1:]
	if digits(s) < 2 {
		return t, s, false
	}
	t.minute, s = number(s[:2]), s[2:]
	if !strings.HasPrefix(s, ":") {
		return t, s, true
	}
	if s = s[1:]; digits(s) < 2 {
		return t, s, false
	}
	t.second, s = number(s[:2]), s[2:]
	if len(s) > 1 && (s[0] == '.' || s[0] == ',') {
		t.fraction, s = fraction(s)
	}
	return t, s, true
}

// fraction reads the parts of a second behind the sign that a text begins with,
// in nanoseconds. Digits beyond the ninth say nothing; where none stands, the
// text is given back whole.
func fraction(s string) (nanos int64, rest string) {
	k := digits(s[1:])
	if k == 0 {
		return 0, s
	}
	scale := int64(100_000_000)
	for i := range k {
		nanos += int64(s[1+i]-'0') * scale
		scale /= 10
	}
	return nanos, s[1+k:]
}

// setClock takes a time of day, if there is such a one: 24:00 ends a day, and
// a leap second is the sixtieth.
func (d *date) setClock(t timeOfDay) bool {
	if t.hour > 24 || t.minute > 59 || t.second > 60 || t.hour == 24 && t.minute+t.second > 0 {
		return false
	}
	d.clock = true
	d.nanos = (int64(t.hour)*3600+int64(t.minute)*60+int64(t.second))*1e9 + t.fraction
	return true
}

// readOffset reads what may stand behind a clock, to the end: "", Z, UTC, +01:00, GMT+0530.
func (d *date) readOffset(s string) bool {
	switch s {
	case "":
		return true
	case "Z", "z", "UTC", "GMT":
		d.zoned = true
		return true
	}
	s = strings.TrimPrefix(strings.TrimPrefix(s, "UTC"), "GMT")
	if len(s) < 3 || s[0] != '+' && s[0] != '-' || digits(s[1:]) < 2 {
		return false
	}
	hh, mm, tail := number(s[1:3]), 0, strings.TrimPrefix(s[3:], ":")
	if tail != "" {
		if len(tail) != 2 || digits(tail) != 2 {
			return false
		}
		mm = number(tail)
	}
	if hh > 14 || mm > 59 {
		return false
	}
	d.zoned, d.offset = true, hh*3600+mm*60
	if s[0] == '-' {
		d.offset = -d.offset
	}
	return true
}

// at gives the instant, with the parts in the given order. A day without a
// time of day begins that day, and keeps it; a time without a zone is of the
// source's clocks.
func (d date) at(o Order, z Zones) (time.Time, DateFault) {
	day, mon, year := d.a, d.b, d.c
	switch {
	case d.named:
	case d.first:
		year, day = d.a, d.c
	case o == MDY:
		mon, day = d.a, d.b
	case o == YMD:
		year, day = d.a, d.c
	}
	if year < 100 && !d.first {
		// Two digits: 1970 to 2069, as POSIX reads them.
		if year += 1900; year < 1970 {
			year += 100
		}
	}
	if mon < 1 || mon > 12 || day < 1 || day > 31 {
		return time.Time{}, NoSuchDay
	}
	if year < 1970 || year > 2100 {
		return time.Time{}, FarOff
	}
	on := throughline.DateOf(year, time.Month(mon), day)
	if on.Civil().Day() != day {
		return time.Time{}, NoSuchDay
	}
	if !d.clock {
		return on.Start(z.Days), DateFine
	}
	nanos := d.nanos - d.nanos%1000 // instants are kept to the microsecond
	if d.word != "" {
		if z.Clocks == nil {
			return time.Time{}, SeveralZone
		}
		if name, _ := z.at(on, nanos).Zone(); name != d.word {
			return time.Time{}, SeveralZone
		}
	}
	if d.place != nil && !d.zoned {
		t := Zones{Clocks: d.place}.at(on, nanos).UTC()
		if z.All {
			t = t.In(z.Clocks)
		}
		return t, DateFine
	}
	if !d.zoned {
		return z.at(on, nanos), DateFine
	}
	t := on.Civil().Add(time.Duration(nanos) - time.Duration(d.offset)*time.Second)
	if z.All {
		t = t.In(z.Clocks)
	}
	return t, DateFine
}

// DateColumn gathers what the values of a column say about the order of day
// and month, and then reads them.
type DateColumn struct {
	order          Order
	zones          Zones
	seen           int
	dayFirst       int          // values that can only be day before month
	monthFirst     int          // values that can only be month before day
	ambiguous      int          // both readings are days, and differ
	dots, halfDays int          // written with dots; with AM or PM
	numbers        [3]int       // values that are numbers, by what they count
	newest         [2]time.Time // read day first, month first
	Example        string
}

// Reach keeps the newest instant, of those that are not ahead of now, for
// either order, so that it is known once the order is settled.
func (c *DateColumn) Reach(s string, zones Zones, now time.Time) {
	d, fault := readDate(s)
	if fault != DateFine {
		return
	}
	for k, o := range [2]Order{DMY, MDY} {
		if at, fault := d.at(o, zones); fault == DateFine && !at.After(now) {
			c.newest[k] = later(c.newest[k], at)
		}
	}
}

// Newest is what Reach kept, in the order settled.
func (c *DateColumn) Newest() time.Time {
	if c.order == MDY {
		return c.newest[1]
	}
	return c.newest[0]
}

// Observe looks at one value.
func (c *DateColumn) Observe(s string) {
	d, fault := readDate(s)
	if fault != DateFine || d.edge() {
		return
	}
	c.seen++
	c.numbers[d.from]++
	if d.named || d.first {
		return
	}
	_, dm := d.at(DMY, Zones{})
	_, md := d.at(MDY, Zones{})
	switch {
	case dm == DateFine && md != DateFine:
		c.dayFirst++
	case md == DateFine && dm != DateFine:
		c.monthFirst++
	case dm == DateFine && d.a != d.b:
		if c.ambiguous++; c.Example == "" {
			c.Example = strings.Clone(s)
		}
	}
	if d.dots {
		c.dots++
	}
	if n := len(s); n > 2 && (s[n-1] == 'M' || s[n-1] == 'm') {
		c.halfDays++
	}
}

// Verdict is how sure a column's order is.
type Verdict uint8

// The verdicts.
const (
	Settled     Verdict = iota // the values, or the person, say so
	Assumed                    // nothing says so; a custom was followed
	Conflicting                // some values can only be one, some only the other
)

// Settle decides the order: what the person said, what the values of this
// column force, what other columns of the same file force (others), and last a
// custom: dots are day first, anything else month first.
func (c *DateColumn) Settle(said Order, others Order, zones Zones) Verdict {
	c.zones = zones
	switch {
	case said != Unsaid:
		c.order = said
	case c.dayFirst > 0 && c.monthFirst > 0:
		c.order = MDY
		if c.dayFirst > c.monthFirst {
			c.order = DMY
		}
		return Conflicting
	case c.dayFirst > 0:
		c.order = DMY
	case c.monthFirst > 0:
		c.order = MDY
	case others != Unsaid:
		c.order = others
	case c.dots > 0:
		c.order = DMY
	default:
		c.order = MDY
		if c.ambiguous > 0 && c.halfDays == 0 {
			return Assumed
		}
	}
	return Settled
}

// Forced is the order that the values alone force, Unsaid where they do not.
func (c *DateColumn) Forced() Order {
	switch {
	case c.dayFirst > 0 && c.monthFirst == 0:
		return DMY
	case c.monthFirst > 0 && c.dayFirst == 0:
		return MDY
	}
	return Unsaid
}

// Order is what was settled.
func (c *DateColumn) Order() Order { return c.order }

// Numbers gives how many of the values observed are numbers of a kind.
func (c *DateColumn) Numbers(n Numbering) int { return c.numbers[n] }

// Read gives the instant of a value; blank, or a word for nothing, is no time.
func (c *DateColumn) Read(s string) (time.Time, DateFault) {
	if s = strings.TrimSpace(s); s == "" {
		return time.Time{}, DateFine
	}
	d, fault := readDate(s)
	var at time.Time
	if fault == DateFine {
		at, fault = d.at(c.order, c.zones)
	}
	if (fault != DateFine || d.edge()) && Nothing(s, Day) {
		return time.Time{}, DateFine
	}
	return at, fault
}

// edge reports whether the day is one by which databases say that there is none.
func (d date) edge() bool {
	return d.a == 1970 && d.b == 1 && d.c == 1 || d.c == 1970 && d.a == 1 && d.b == 1
}

func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

func number(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		n = n*10 + int(s[i]-'0')
	}
	return n
}

// month reads an English month name, long or short, and says how long it was.
func month(s string) (m, n int) {
	for n < len(s) && (s[n]|0x20) >= 'a' && (s[n]|0x20) <= 'z' {
		n++
	}
	word := strings.ToLower(s[:n])
	if n < 3 || n < len(s) && s[n] >= 0x80 {
		return 0, 0
	}
	for m := time.January; m <= time.December; m++ {
		if long := strings.ToLower(m.String()); strings.HasPrefix(long, word) || word == "sept" && m == time.September {
			return int(m), n
		}
	}
	return 0, 0
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// IsDate reports whether a text is a day of the calendar, in whichever order
// its parts stand. Whether a number that could be one is meant as one, the
// column's name has to say: it comes with what the number would count.
func IsDate(s string) (Numbering, bool) {
	d, fault := readDate(s)
	if fault != DateFine {
		return Written, false
	}
	_, dm := d.at(DMY, Zones{})
	_, md := d.at(MDY, Zones{})
	return d.from, dm == DateFine || md == DateFine || dm == SeveralZone
}

// Instant reads one date, with or without a time, of which the column has
// settled nothing but whether the day comes before the month. A time without a
// zone is taken as UTC.
func Instant(s string, dayFirst bool) (time.Time, bool) {
	d, fault := readDate(s)
	if fault != DateFine {
		return time.Time{}, false
	}
	o := MDY
	if dayFirst {
		o = DMY
	}
	at, fault := d.at(o, Zones{Clocks: atUTC})
	return at, fault == DateFine
}
