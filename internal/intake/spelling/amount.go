package spelling

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

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
	Shorthand   AmountFault = "is an amount in shorthand"
	TooGreat    AmountFault = "is too great to be an amount"
)

// Hint is the way out.
func (f AmountFault) Hint() string {
	switch f {
	case Shorthand:
		return "write it out in full, such as 1500000"
	case TooGreat:
		return "amounts go up to 90 million million"
	}
	return "write it as 1234.56, or say `decimal: comma` in the mapping where the comma stands before the hundredths"
}

// figure is an amount before the meaning of its separators is settled.
type figure struct {
	digits   string // digits, dots and commas only
	negative bool
	currency string
	exponent string
}

var signs = map[string]string{"€": "EUR", "£": "GBP", "₹": "INR", "₽": "RUB", "₺": "TRY", "₩": "KRW", "₴": "UAH", "zł": "PLN", "Kč": "CZK",
	"$": "", "¥": "", "kr": "", "US$": "USD", "A$": "AUD", "C$": "CAD", "HK$": "HKD", "NZ$": "NZD", "R$": "BRL", "S$": "SGD", "NT$": "TWD", "CN¥": "CNY", "Fr.": "CHF", "元": "CNY", "円": "JPY"}

// readFigure strips signs, spaces and apostrophes between digits, the
// currency before or after, and the ways of saying minus.
func readFigure(s string) (figure, AmountFault) {
	var f figure
	s = strings.TrimSpace(strings.Trim(s, "\u00a0\u202f"))
	if s == "" || len(s) > 64 {
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
	head, body, tail := s[:first], s[first:last+1], s[last+1:]
	for _, part := range []string{head, tail} {
		part = strings.Map(func(r rune) rune {
			switch r {
			case '-', '−', '–':
				f.negative = true
				return -1
			case '+', ' ', '\u00a0', '\u202f', '\u2009':
				return -1
			}
			return r
		}, part)
		switch code, known := signs[part]; {
		case part == "":
		case known:
			f.currency = code
		case len(part) == 3 && strings.ToUpper(part) == part && part[0] >= 'A' && part[0] <= 'Z' && part[1] >= 'A' && part[1] <= 'Z' && part[2] >= 'A' && part[2] <= 'Z':
			f.currency = part
		case len(part) <= 3 && strings.ContainsAny(strings.ToLower(part[:1]), "kmb"):
			return f, Shorthand
		case tail == part && (part == "." || part == ","): // "1234."
		default:
			return f, NotAnAmount
		}
	}
	if i := strings.IndexAny(body, "eE"); i > 0 {
		body, f.exponent = body[:i], body[i+1:]
		if strings.TrimLeft(f.exponent, "+-0123456789") != "" || len(f.exponent) > 4 {
			return f, NotAnAmount
		}
	}
	plain := true
	for i := 0; i < len(body); i++ {
		if c := body[i]; !(c >= '0' && c <= '9' || c == '.' || c == ',') {
			plain = false
			break
		}
	}
	if plain {
		f.digits = body
		return f, AmountFine
	}
	var b strings.Builder
	for i := 0; i < len(body); {
		r, n := utf8.DecodeRuneInString(body[i:])
		switch {
		case r >= '0' && r <= '9' || r == '.' || r == ',':
			b.WriteRune(r)
		case r == ' ' || r == '\u00a0' || r == '\u202f' || r == '\u2009' || r == '\'' || r == '’':
			// A space or apostrophe groups thousands: three digits must follow.
			if digits(body[i+n:]) != 3 {
				return f, NotAnAmount
			}
		default:
			return f, NotAnAmount
		}
		i += n
	}
	f.digits = b.String()
	return f, AmountFine
}

// point tells which sign the figure itself shows to stand before the
// hundredths; sure is false where it could be either.
func (f figure) point() (p Point, sure bool) {
	dots, commas := strings.Count(f.digits, "."), strings.Count(f.digits, ",")
	switch {
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
		return sep, false // 1,234 or 1.234
	}
	return sep, true
}

// cents reads the figure with a sign before the hundredths; the other groups thousands.
func (f figure) cents(p Point) (int64, AmountFault) {
	whole, frac := f.digits, ""
	if p != NoPoint {
		if i := strings.LastIndexByte(whole, byte(p)); i >= 0 {
			whole, frac = whole[:i], whole[i+1:]
		}
	}
	if i := strings.IndexAny(whole, ".,"); i >= 0 {
		groups := strings.FieldsFunc(whole, func(r rune) bool { return r == '.' || r == ',' })
		if p != NoPoint && strings.IndexByte(whole, byte(p)) >= 0 || len(groups) < 2 || i == 0 {
			return 0, NotAnAmount
		}
		for _, g := range groups[1:] { // thousands, or lakhs: 12,34,567
			if len(g) != 3 && len(g) != 2 {
				return 0, NotAnAmount
			}
		}
		if len(groups[len(groups)-1]) != 3 {
			return 0, NotAnAmount
		}
		whole = strings.Join(groups, "")
	}
	if strings.ContainsAny(frac, ".,") {
		return 0, NotAnAmount
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
	n *= 100
	if len(frac) > 0 {
		n += int64(frac[0]-'0') * 10
	}
	if len(frac) > 1 {
		n += int64(frac[1] - '0')
	}
	if len(frac) > 2 && frac[2] >= '5' {
		n++
	}
	return f.signed(n), AmountFine
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
	currency string
	dots     int // values that show a dot before the hundredths
	commas   int
	unsure   int // values such as 1,234
	unsureBy [2]int
	Example  string
}

// Observe looks at one value.
func (c *AmountColumn) Observe(s string) {
	f, fault := readFigure(s)
	if fault != AmountFine {
		return
	}
	p, sure := f.point()
	switch {
	case p == NoPoint:
	case !sure:
		c.unsure++
		if p == Dot {
			c.unsureBy[0]++
		} else {
			c.unsureBy[1]++
		}
		if c.Example == "" {
			c.Example = strings.Clone(s)
		}
	case p == Dot:
		c.dots++
	default:
		c.commas++
	}
}

// Settle decides which sign stands before the hundredths: what the person
// said, else what most values show. 1,234 alone is taken as thousands, and so
// is 1.234 where every value of the column looks like that; both are Assumed.
func (c *AmountColumn) Settle(said Point, currency string) Verdict {
	c.currency = currency
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
	case c.unsureBy[0] > 0 && c.unsureBy[1] == 0:
		c.point = Comma
		return Assumed
	default:
		c.point = Dot
		if c.unsure > 0 {
			return Assumed
		}
	}
	return Settled
}

// Point is what was settled.
func (c *AmountColumn) Point() Point { return c.point }

// Read gives the money of a value. A value that can only be read one way is
// read that way, whatever the column's others show.
func (c *AmountColumn) Read(s string) (throughline.Money, AmountFault) {
	f, fault := readFigure(s)
	if fault != AmountFine {
		return throughline.Money{}, fault
	}
	p, sure := f.point()
	if !sure || p == NoPoint {
		p = c.point
	}
	n, fault := f.cents(p)
	if fault != AmountFine {
		return throughline.Money{}, fault
	}
	cur := f.currency
	if cur == "" {
		cur = c.currency
	}
	return throughline.Money{Cents: n, Currency: cur}, AmountFine
}

// IsAmount reports whether a text can be an amount of money.
func IsAmount(s string) bool {
	if len(s) > 40 {
		return false
	}
	_, fault := readFigure(s)
	return fault == AmountFine
}
