package spelling

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/throughline/throughline"
)

// Point says which sign stands before the hundredths.
type Point byte

// The signs; NoPoint lets the values of a column decide.
const (
	NoPoint Point = 0
	Dot     Point = '.'
	Comma   Point = ','
)

// AmountFault is why a text is no amount.
type AmountFault string

// The faults.
const (
	AmountFine  AmountFault = ""
	NotAnAmount AmountFault = "is no amount"
	TwoReadings AmountFault = "can be read in two ways"
	TooFine     AmountFault = "has more places than hundredths"
	NoParts     AmountFault = "has parts, which its currency has none of"
	Negative    AmountFault = "is less than nothing"
	TooGreat    AmountFault = "is too great to be an amount"
)

// Hint is the way out.
func (f AmountFault) Hint() string {
	switch f {
	case TooGreat:
		return "amounts go up to 90 million million"
	case TwoReadings:
		return "write it out in full, such as 1234000 or 1234.00"
	case NoParts:
		return "write it in whole units of its currency"
	case TooFine:
		return "write it with at most two places behind the point"
	case Negative:
		return "write what the deal is worth, without a minus"
	}
	return "write it as 1234.56, or say `decimal: comma` in the mapping where the comma stands before the hundredths"
}

// figure is an amount before the meaning of its separators is settled.
type figure struct {
	digits   string // digits, dots and commas only
	whole    Point  // what a dash stands behind in the place of hundredths: 1.200,-
	negative bool
	currency string
	named    bool     // a currency, or a sign that several share, stands beside it
	among    []string // the currencies that the sign may mean
	exponent string
	shift    int // the power of ten of "k", "Mio" or "万" beside it
}

// readFigure strips signs, spaces and apostrophes between digits, the currency
// and the magnitude before or after, and the ways of saying minus.
func readFigure(s string) (figure, AmountFault) {
	var f figure
	if s = plain(s); s == "" || len(s) > 64 {
		return f, NotAnAmount
	}
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") {
		f.negative = true
		s = strings.TrimSpace(s[1 : len(s)-1])
	}
	first := strings.IndexAny(s, "0123456789")
	if first < 0 {
		return f, NotAnAmount
	}
	if first > 0 && (s[first-1] == '.' || s[first-1] == ',') && (first == 1 || strings.TrimLeft(s[:first-1], "+-$€£ ") == "") {
		first-- // .50
	}
	last := strings.LastIndexAny(s, "0123456789")
	head, body, tail := s[:first], s[first:last+1], f.dash(s[last+1:])
	if !f.affix(head) || !f.affix(tail) {
		return f, NotAnAmount
	}
	if i := strings.IndexAny(body, "eE"); i > 0 {
		body, f.exponent = body[:i], body[i+1:]
		if strings.TrimLeft(f.exponent, "+-0123456789") != "" || len(f.exponent) > 4 || f.shift > 0 {
			return f, NotAnAmount
		}
	}
	digits, ok := ungrouped(body)
	if !ok {
		return f, NotAnAmount
	}
	f.digits = digits
	return f, AmountFine
}

// dash takes the sign that stands behind the last digit, as in 1200,- and
// 1200.-- and 1234., and gives what is left of the tail.
func (f *figure) dash(tail string) string {
	if tail == "" || tail[0] != '.' && tail[0] != ',' {
		return tail
	}
	rest := strings.TrimLeft(tail[1:], "-")
	switch {
	case len(rest) < len(tail)-1:
		f.whole = Point(tail[0])
		return rest
	case rest == "", rest[0] == ' ':
		return rest
	}
	return tail
}

// ungrouped strips the spaces and apostrophes that group thousands: three
// digits must follow each. It is false where something else stands between.
func ungrouped(body string) (string, bool) {
	grouped := false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case c >= '0' && c <= '9' || c == '.' || c == ',':
		case (c == ' ' || c == '\'') && digits(body[i+1:]) == 3:
			grouped = true
		default:
			return "", false
		}
	}
	if !grouped {
		return body, true
	}
	var b strings.Builder
	for i := 0; i < len(body); i++ {
		if c := body[i]; c != ' ' && c != '\'' {
			b.WriteByte(c)
		}
	}
	return b.String(), true
}

// point tells which sign the figure itself shows to stand before the
// hundredths; sure is false where it could be either.
func (f figure) point() (p Point, sure bool) {
	dots, commas := strings.Count(f.digits, "."), strings.Count(f.digits, ",")
	switch {
	case f.whole != NoPoint:
		return f.whole, true
	case dots == 0 && commas == 0:
		return NoPoint, true
	case dots > 0 && commas > 0:
		if strings.LastIndexByte(f.digits, '.') > strings.LastIndexByte(f.digits, ',') {
			return Dot, true
		}
		return Comma, true
	case dots > 1:
		return Comma, true // dots group thousands
	case commas > 1:
		return Dot, true
	}
	sep, at := Dot, strings.IndexByte(f.digits, '.')
	if commas == 1 {
		sep, at = Comma, strings.IndexByte(f.digits, ',')
	}
	if len(f.digits)-at-1 == 3 && at >= 1 && at <= 3 && f.digits[0] != '0' && f.exponent == "" {
		if noHundredths[f.currency] && f.shift == 0 {
			return other(sep), true // 1,200 yen are twelve hundred
		}
		return sep, false // 1,234 or 1.234
	}
	return sep, true
}

func other(p Point) Point {
	if p == Dot {
		return Comma
	}
	return Dot
}

// cents reads the figure with a sign before the hundredths; the other groups thousands.
func (f figure) cents(p Point) (int64, AmountFault) {
	whole, frac := f.digits, ""
	if f.whole != NoPoint {
		p = NoPoint // all its signs group
		if strings.Contains(whole, ".") && strings.Contains(whole, ",") {
			return 0, NotAnAmount
		}
	}
	if p != NoPoint {
		if i := strings.LastIndexByte(whole, byte(p)); i >= 0 {
			whole, frac = whole[:i], whole[i+1:]
		}
	}
	whole, ok := joined(whole, p)
	if !ok || strings.ContainsAny(frac, ".,") {
		return 0, NotAnAmount
	}
	if f.shift > 0 {
		frac += strings.Repeat("0", max(0, f.shift-len(frac)))
		whole, frac = strings.TrimLeft(whole+frac[:f.shift], "0"), frac[f.shift:]
	}
	if f.exponent != "" || len(whole) > 15 {
		v, err := strconv.ParseFloat(whole+"."+frac+"e"+orNought(f.exponent), 64)
		if err != nil || math.Abs(v) > 9e13 {
			return 0, TooGreat
		}
		return f.signed(int64(math.Round(v * 100))), AmountFine
	}
	var n int64
	for i := 0; i < len(whole); i++ {
		n = n*10 + int64(whole[i]-'0')
	}
	if n > 9e13 {
		return 0, TooGreat
	}
	return f.signed(n*100 + hundredths(frac)), AmountFine
}

// joined takes the signs out of the whole part of a figure: what they part must
// be thousands, or lakhs as in 12,34,567. The sign p before the hundredths
// groups nothing.
func joined(whole string, p Point) (string, bool) {
	i := strings.IndexAny(whole, ".,")
	if i < 0 {
		return whole, true
	}
	groups := strings.FieldsFunc(whole, func(r rune) bool { return r == '.' || r == ',' })
	if p != NoPoint && strings.IndexByte(whole, byte(p)) >= 0 || len(groups) < 2 || i == 0 {
		return "", false
	}
	for _, g := range groups[1:] {
		if len(g) != 3 && len(g) != 2 {
			return "", false
		}
	}
	return strings.Join(groups, ""), len(groups[len(groups)-1]) == 3
}

// hundredths reads the digits behind the point, rounding at the third.
func hundredths(frac string) int64 {
	var n int64
	if len(frac) > 0 {
		n += int64(frac[0]-'0') * 10
	}
	if len(frac) > 1 {
		n += int64(frac[1] - '0')
	}
	if len(frac) > 2 && frac[2] >= '5' {
		n++
	}
	return n
}

func (f figure) signed(n int64) int64 {
	if f.negative {
		return -n
	}
	return n
}

func orNought(s string) string {
	if s == "" {
		return "0"
	}
	return s
}

// AmountColumn gathers what the values of a column say about its separators,
// and then reads them.
type AmountColumn struct {
	point    Point
	groups   bool // a lone sign before three digits groups thousands, whichever it is
	currency string
	dots     int       // values that show a dot before the hundredths
	commas   int       // values that show a comma there
	unsure   [2]int    // values such as 1.234, and such as 1,234
	example  [2]string // the first of either
	threes   int       // values that show three places behind it, such as 1234.500
	bare     int       // values beside which no currency stands
	unit     Unit
}

// Unit is what a column's name says of its amounts: "金额（万元）", "Betrag in TEUR".
type Unit struct {
	Currency string // "" where it says none
	Shift    int    // the power of ten by which its numbers are to be taken
}

// UnitOf reads the unit from a column's name: from its last brackets, or from
// what follows a comma or "in". It is the zero Unit where no unit stands there.
func UnitOf(header string) Unit {
	h := plain(header)
	var inside string
	if i := strings.LastIndexAny(h, "([{"); i >= 0 {
		inside = strings.TrimRight(h[i+1:], ")]} ")
	} else if i := strings.LastIndex(h, ","); i >= 0 {
		inside = h[i+1:]
	} else if i := strings.LastIndex(h, " in "); i >= 0 {
		inside = h[i+4:]
	} else {
		return Unit{}
	}
	inside = strings.TrimPrefix(strings.TrimSpace(inside), "in ")
	inside = strings.TrimPrefix(strings.TrimPrefix(inside, "单位:"), "单位")
	var f figure
	if inside == "" || !f.affix(inside) || f.negative {
		return Unit{}
	}
	return Unit{Currency: f.currency, Shift: f.shift}
}

// Observe looks at one value.
func (c *AmountColumn) Observe(s string) {
	f, fault := readFigure(s)
	if fault != AmountFine {
		return
	}
	if f.currency == "" {
		c.bare++
	}
	p, sure := f.point()
	switch {
	case p == NoPoint:
	case !sure:
		k := p.place()
		if c.unsure[k]++; c.example[k] == "" {
			c.example[k] = strings.Clone(s)
		}
	case p == Dot:
		c.dots++
	default:
		c.commas++
	}
	if i := strings.LastIndexByte(f.digits, byte(p)); sure && i >= 0 && len(f.digits)-i-1 == 3 && strings.Count(f.digits, string(p)) == 1 {
		c.threes++
	}
}

func (p Point) place() int {
	if p == Comma {
		return 1
	}
	return 0
}

// Doubtful tells of values such as 1,234 that are read as having three places
// because others of the column show that sign before hundredths, and none
// shows three places: how many, and the first of them.
func (c *AmountColumn) Doubtful() (n int, example string) {
	if c.point == NoPoint || c.groups || c.threes > 0 || c.unit.Shift > 0 || c.dots+c.commas == 0 {
		return 0, ""
	}
	k := c.point.place()
	return c.unsure[k], c.example[k]
}

// Measure says what the column's name says of its amounts.
func (c *AmountColumn) Measure(u Unit) { c.unit = u }

// Settle decides which sign stands before the hundredths: what the person
// said, else what most values show. Where no value shows it, 1,234 and 1.234
// alike are taken as thousands, which is Assumed.
func (c *AmountColumn) Settle(said Point, currency string) Verdict {
	c.currency, c.groups = currency, false
	switch {
	case said != NoPoint:
		c.point = said
	case c.dots > 0 && c.commas > 0:
		c.point = Dot
		if c.commas > c.dots {
			c.point = Comma
		}
		return Conflicting
	case c.dots > 0:
		c.point = Dot
	case c.commas > 0:
		c.point = Comma
	case c.unsure[0] > 0 && c.unsure[1] == 0:
		c.point = Comma
		return Assumed
	default:
		c.point = Dot
		if c.groups = c.unsure[0] > 0; c.unsure[1] > 0 {
			return Assumed
		}
	}
	return Settled
}

// Point is what was settled.
func (c *AmountColumn) Point() Point { return c.point }

// Examples gives the first values that could be read both ways: one with a
// dot, one with a comma, "" where there is none.
func (c *AmountColumn) Examples() (dot, comma string) { return c.example[0], c.example[1] }

// Bare gives how many values name no currency.
func (c *AmountColumn) Bare() int { return c.bare }

// Read gives the money of a value. A value that can only be read one way is
// read that way, whatever the column's others show. Beside a magnitude, as in
// 1.234 Mio, a lone sign stands before parts unless the column shows otherwise.
// Less than nothing is read as its source has it: a credit is one there.
func (c *AmountColumn) Read(s string) (throughline.Money, AmountFault) {
	f, fault := readFigure(s)
	if fault != AmountFine {
		return throughline.Money{}, fault
	}
	p, sure := f.point()
	switch {
	case sure && p != NoPoint:
	case !sure && f.shift > 0 && c.dots+c.commas == 0:
	case !sure && c.groups:
		p = other(p)
	default:
		p = c.point
	}
	if f.shift == 0 && f.exponent == "" {
		f.shift = c.unit.Shift
	}
	n, fault := f.cents(p)
	if fault != AmountFine {
		return throughline.Money{}, fault
	}
	cur := cmp.Or(f.currency, c.unit.Currency, c.currency)
	if f.currency == "" && f.among != nil && !slices.Contains(f.among, cur) {
		cur = "" // $ 5 among euros are dollars of some kind
	}
	return throughline.Money{Cents: n, Currency: cur}, AmountFine
}

// Amount reads an amount that somebody typed by itself, with no column to tell
// how its signs are meant: a sign that comes again, or stands before three
// digits, groups thousands, one before one or two digits stands before
// hundredths. What that rule does not settle is refused: 1.234 Mio, 1.234 KWD,
// three places, parts of a yen. currency is the one that is known from beside
// the amount, "" for none; m has it unless the amount names another. among are
// those that a sign such as $ may mean, nil where no sign stands beside it.
func Amount(s, currency string) (m throughline.Money, among []string, fault AmountFault) {
	f, fault := readFigure(s)
	if fault != AmountFine {
		return m, nil, fault
	}
	if f.currency != "" {
		f.among = nil
	} else {
		f.currency = currency
	}
	p, sure := f.point()
	if !sure {
		if f.shift > 0 || thousandths[f.currency] {
			return m, nil, TwoReadings
		}
		p = other(p)
	}
	if i := strings.LastIndexByte(f.digits, byte(p)); p != NoPoint && i >= 0 && f.exponent == "" {
		switch places := len(strings.TrimRight(f.digits[i+1:], "0")); {
		case len(f.digits)-i-1 > 2+f.shift:
			return m, nil, TooFine
		case places > f.shift && noParts[f.currency]:
			return m, nil, NoParts
		}
	}
	n, fault := f.cents(p)
	switch {
	case fault != AmountFine:
		return m, nil, fault
	case n < 0:
		return m, nil, Negative
	}
	return throughline.Money{Cents: n, Currency: f.currency}, f.among, AmountFine
}

// IsAmount reports whether a text can be an amount of money.
func IsAmount(s string) bool {
	if len(s) > 40 {
		return false
	}
	_, fault := readFigure(s)
	return fault == AmountFine
}
