package operation

import (
	"context"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/intake/spelling"
)

// RecordAmount is `throughline record amount`.
var RecordAmount = define(Operation{
	Words: []string{"record", "amount"}, Route: "POST /deals/{id}/amount",
	Summary: "What it is worth from now on",
	About: "States the deal's amount. It changes neither the class nor where the customer is. A sign that comes again, or stands before three digits, groups thousands; " +
		"one before one or two digits stands before hundredths: 1,234 and 1.234 are both 1234, 1,5 is one and a half. k, M, Mio, 万 and the like are read. Without a currency it is " +
		"in the deal's own, else in the one that most deals of the company are in; where there is none, the currency has to be said.",
	Examples: []string{
		"throughline record amount 1C1I7A6R 145000 --currency USD",
		"throughline record amount 1C1I7A6R \"EUR 50k\"",
		"throughline record amount 1C1I7A6R \"1.234,56 €\"",
	},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in AmountInput) (Recorded, error) {
	return one(ctx, d, "state amount", in.Writing, func(o *opened) error {
		m, err := typedAmount(ctx, d, in.Amount, in.Currency, o.Amount.Value.Currency)
		if err != nil {
			return o.bad(in.Amount, err)
		}
		o.add(entry{body: deal.AmountChanged{Amount: m}})
		return nil
	})
})

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
		return m, amountError(fault)
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
		return m, amountError(fault)
	}
	return m, nil
}

// amountError says why what somebody typed is refused.
func amountError(fault spelling.AmountFault) error {
	switch fault {
	case spelling.TwoReadings:
		return throughline.Refuse("amount_twice", "this amount can be read in two ways; write it out in full, such as 1234000 or 1234.50")
	case spelling.TooFine:
		return throughline.Refuse("amount_fine", "an amount has at most two places behind the point")
	case spelling.NoParts:
		return throughline.Refuse("amount_parts", "this currency has no parts; write the amount in whole units")
	case spelling.Negative:
		return throughline.Refuse("amount_less", "an amount is not less than nothing")
	case spelling.TooGreat:
		return throughline.Refuse("amount_great", "an amount goes up to 90 million million")
	}
	return throughline.Refuse("amount", "an amount is a number such as 145000, 145000.50 or EUR 50k")
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
