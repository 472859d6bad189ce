package recording

import (
	"context"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/intake/spelling"
)

// RecordAmount does the work of operation.RecordAmount: what it is worth from now on.
func RecordAmount(ctx context.Context, d *Desk, in AmountInput) (Recorded, error) {
	return Write(ctx, d, "state amount", in.Writing, func(o *Writer) error {
		m, err := typedAmount(ctx, d, in.Amount, in.Currency, o.Amount.Value.Currency)
		if err != nil {
			return o.Bad(in.Amount, err)
		}
		o.Add(Entry{Body: deal.AmountChanged{Amount: m}})
		return nil
	})
}

// AmountInput is an amount.
type AmountInput struct {
	Writing
	Amount   string `arg:"" name:"amount" json:"amount" help:"A number, with or without its currency: 145000, 145000.50, 1.234,56 €, EUR 50k."`
	Currency string `name:"currency" placeholder:"CODE" json:"currency,omitempty" help:"EUR, USD … (default: beside the amount, else as before, else the company's usual one)."`
}

// typedAmount reads an amount as it is typed on the command line, sent, or
// written into a form. own is the currency that the deal is in.
func typedAmount(ctx context.Context, d *Desk, amount, currency, own string) (throughline.Money, error) {
	code := ""
	if currency != "" {
		var ok bool
		if code, ok = spelling.Currency(currency); !ok || code == "" {
			return throughline.Money{}, throughline.Refuse("currency", "a currency is three letters, such as EUR")
		}
	}
	m, among, fault := spelling.Amount(amount, code)
	switch {
	case fault != spelling.AmountFine:
		return m, desk.AmountError(fault)
	case code != "" && (m.Currency != code || among != nil && !slices.Contains(among, code)):
		return m, throughline.Refuse("currencies", "the amount names another currency than the one beside it")
	case m.Currency != "":
		return m, nil
	}
	fits := func(code string) bool { return code != "" && (among == nil || slices.Contains(among, code)) }
	if code = own; !fits(code) {
		var err error
		if code, err = usualCurrency(ctx, d); err != nil {
			return m, err
		}
	}
	if !fits(code) {
		return m, throughline.Refuse("which_currency", "in which currency? Write it beside the amount, such as EUR 50000")
	}
	if m, _, fault = spelling.Amount(amount, code); fault != spelling.AmountFine { // what its signs mean hangs on the currency
		return m, desk.AmountError(fault)
	}
	return m, nil
}

// enoughPriced is how many deals with an amount decide which currency is usual.
const enoughPriced = 5000

// usualCurrency gives the currency that more than half of the company's deals
// with an amount are in, "" where there is none such.
func usualCurrency(ctx context.Context, d *Desk) (string, error) {
	count, all := map[string]int{}, 0
	for s, err := range d.Read().Heads(ctx) {
		if err != nil {
			return "", err
		}
		if s.Amount.Set() && s.Amount.Value.Cents != 0 && s.Amount.Value.Currency != "" {
			count[s.Amount.Value.Currency]++
			if all++; all == enoughPriced {
				break
			}
		}
	}
	for code, n := range count {
		if n*2 > all {
			return code, nil
		}
	}
	return "", nil
}
