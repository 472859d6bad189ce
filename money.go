package throughline

import (
	"fmt"
	"strings"
)

// Money is an amount in hundredths of a currency's unit, whatever the currency
// (yen too), with its ISO 4217 code, or "" where the source does not say.
type Money struct {
	Cents    int64  `json:"cents"`
	Currency string `json:"currency,omitempty"`
}

// Zero reports whether nothing is stated.
func (m Money) Zero() bool { return m.Cents == 0 }

// String groups thousands and leaves out empty hundredths: "1,234.50 EUR", "412,000".
func (m Money) String() string {
	c, sign := m.Cents, ""
	u := uint64(c)
	if c < 0 {
		sign, u = "-", -u
	}
	whole, frac := fmt.Sprint(u/100), u%100
	var b strings.Builder
	b.WriteString(sign)
	for i, d := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	if frac != 0 {
		fmt.Fprintf(&b, ".%02d", frac)
	}
	if m.Currency != "" {
		b.WriteByte(' ')
		b.WriteString(m.Currency)
	}
	return b.String()
}
