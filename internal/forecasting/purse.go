package forecasting

import (
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/setting"
)

// purse adds amounts up in one currency: the company's, by its rates, or, where
// none is settled, the one that most deals are in.
type purse struct {
	company  setting.Company
	currency string
}

func purseOf(company setting.Company, amounts []throughline.Money) purse {
	p := purse{company, company.Currency}
	if p.currency != "" {
		return p
	}
	count := map[string]int{}
	for _, a := range amounts {
		if a.Cents > 0 {
			count[a.Currency]++
		}
	}
	for c, n := range count {
		if n > count[p.currency] || n == count[p.currency] && c < p.currency || count[p.currency] == 0 {
			p.currency = c
		}
	}
	return p
}

// cents brings an amount into the purse; ok is false for what stays apart.
func (p purse) cents(m throughline.Money) (cents int64, ok bool) {
	if p.company.Currency != "" {
		return p.company.In(m)
	}
	return m.Cents, m.Currency == p.currency
}

// rates gives those by which some of the amounts are brought in.
func (p purse) rates(amounts []throughline.Money) []setting.Rate {
	var out []setting.Rate
	for _, r := range p.company.Rates {
		if slices.ContainsFunc(amounts, func(m throughline.Money) bool { return m.Currency == r.Currency && m.Cents != 0 }) {
			out = append(out, r)
		}
	}
	return out
}
