package forecasting

import (
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/setting"
)

// TestWonWithoutAnAmount: it has no amount, and is not in another currency.
func TestWonWithoutAnAmount(t *testing.T) {
	until, err := throughline.ParseDay("2026-12-31")
	if err != nil {
		t.Fatal(err)
	}
	company := setting.Company{Currency: "EUR"}
	l := &looking{company: company, purse: purseOf(company, nil), asOf: until}
	won := []*booked{{}, {amount: throughline.Money{Cents: 500, Currency: "EUR"}}, {amount: throughline.Money{Cents: 700, Currency: "GBP"}}}
	f, err := l.figures(part{won: won, period: setting.Period{Until: until}})
	if err != nil || f.Blank != 1 || f.Apart != 1 || f.Booked != 500 || f.Won != 3 {
		t.Errorf("%+v, %v", f, err)
	}
}
