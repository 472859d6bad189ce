package recording_test

import (
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/recording"
)

// TestTypedAmounts: what somebody types is right or refused, and never without
// a currency: its own, the deal's, the company's usual one, or none is taken.
func TestTypedAmounts(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	id := seat.Ward(t, d)
	w := recording.Writing{ID: id}
	say := func(amount, currency string) (throughline.Money, error) {
		now = now.Add(time.Minute)
		if _, err := operation.RecordAmount.Run(t.Context(), d, &recording.AmountInput{Writing: w, Amount: amount, Currency: currency}); err != nil {
			return throughline.Money{}, err
		}
		return seat.Shown(t, d, id).Amount, nil
	}
	refused := func(amount, currency, why string) {
		t.Helper()
		if m, err := say(amount, currency); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%q %q: %v, %v; want %q", amount, currency, m, err, why)
		}
	}
	refused("50k", "", "in which currency")
	refused("$50k", "", "in which currency")
	refused("€ 50", "USD", "another currency")
	refused("50", "MIO", "three letters")
	refused("1.234 Mio", "EUR", "two ways")
	refused("-5", "EUR", "not less than nothing")
	refused("1.234", "KWD", "two ways")
	refused("1,2", "JPY", "no parts")
	for _, c := range []struct {
		amount, currency string
		want             throughline.Money
	}{
		{"EUR 50k", "", throughline.Money{Cents: 5000000, Currency: "EUR"}},
		{"1,5", "", throughline.Money{Cents: 150, Currency: "EUR"}},
		{"1.234,56", "", throughline.Money{Cents: 123456, Currency: "EUR"}},
		{"１，２３４", "usd", throughline.Money{Cents: 123400, Currency: "USD"}},
		{"30万元", "", throughline.Money{Cents: 30000000, Currency: "CNY"}},
		{"¥1,200", "", throughline.Money{Cents: 120000, Currency: "CNY"}},
	} {
		if got, err := say(c.amount, c.currency); err != nil || got != c.want {
			t.Errorf("%q %q: %+v %v, want %+v", c.amount, c.currency, got, err, c.want)
		}
	}
	// What its signs mean hangs on the currency that the deal has already.
	if _, err := say("1200", "JPY"); err != nil {
		t.Error(err)
	}
	refused("1,2", "", "no parts")
	if _, err := say("30万元", "CNY"); err != nil {
		t.Error(err)
	}
	// Another deal, which has no amount yet, is in what most deals are in.
	other := recording.Writing{ID: seat.Ward(t, d)}
	seat.Run[recording.Recorded](t, d, operation.RecordAmount, &recording.AmountInput{Writing: other, Amount: "2M"})
	if got := seat.Shown(t, d, other.ID).Amount; got != (throughline.Money{Cents: 200000000, Currency: "CNY"}) {
		t.Errorf("%+v", got)
	}
}
