package showing_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/listing"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/operation/seat"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/store"
)

// TestDealsInTheOrderOfWorth: in the company's currency, by whichever rates hold
// when it is asked for; what has no rate comes after what compares and is named;
// pages follow on each other, whichever way round.
func TestDealsInTheOrderOfWorth(t *testing.T) {
	now := seat.Today
	d := seat.Desk(t, &now)
	d.Lists = listing.New(&d.Desk)
	d.Ledger = d.Lists.Ledger()
	if err := d.Lists.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, deal := range [][2]string{{"plain", "200 EUR"}, {"yen", "9000000 JPY"}, {"small", "100 EUR"}, {"dollars", "300 USD"}, {"euro", "160 EUR"}, {"few yen", "10 JPY"}, {"none", ""}} {
		title, amount := deal[0], deal[1]
		made := seat.Run[recording.Recorded](t, d, operation.RecordDeal, &recording.NewDealInput{Title: title, Account: "Montrevel"})
		if amount != "" {
			seat.Run[recording.Recorded](t, d, operation.RecordAmount, &recording.AmountInput{Writing: recording.Writing{ID: made.Deal.String()}, Amount: amount})
		}
		now = now.Add(time.Second)
	}
	now = now.Add(time.Minute)
	settle := func(name, value string) {
		t.Helper()
		if err := d.Ledger.Settle(t.Context(), d.Workspace, store.Setting{Name: name, Value: value, Since: now}); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Second)
	}
	exact := *d
	exact.Lists, exact.Ledger = nil, unlisted{d.Ledger}
	inOrder := func(when string, reverse bool, unrated []string, want ...string) {
		t.Helper()
		for how, at := range map[string]*operation.Desk{"lists": d, "summaries": &exact} {
			for _, limit := range []int{2, 3, 100} {
				var got []string
				for after := ""; ; {
					l := seat.Run[showing.DealList](t, at, operation.ListDeals, &showing.DealsInput{Sort: "amount", Limit: limit, Reverse: reverse, Onward: desk.Onward{Cursor: after}})
					for _, r := range l.Rows {
						got = append(got, r.Title)
					}
					if fmt.Sprint(l.Unrated) != fmt.Sprint(unrated) || l.Sums != nil {
						t.Errorf("%s, %s: without a rate are said to be %v, sums %v", when, how, l.Unrated, l.Sums)
					}
					if after = l.Next; after == "" {
						break
					}
				}
				if !reflect.DeepEqual(got, want) {
					t.Errorf("%s, %s, %d at a time: %q, want %q", when, how, limit, got, want)
				}
			}
		}
	}
	inOrder("no currency is settled", false, nil, "yen", "dollars", "plain", "euro", "small", "few yen", "none")
	settle("currency", "EUR")
	settle("rate.USD", "0.5 EUR 2025-03-01")
	inOrder("the yen has no rate", false, []string{"JPY"}, "plain", "euro", "dollars", "small", "yen", "few yen", "none")
	inOrder("the other way round", true, []string{"JPY"}, "small", "dollars", "euro", "plain", "yen", "few yen", "none")
	settle("rate.JPY", "0.006 EUR 2025-03-01")
	inOrder("all have", false, nil, "yen", "plain", "euro", "dollars", "small", "few yen", "none")
	settle("rate.USD", "0.6 EUR 2025-03-02")
	inOrder("another rate", false, nil, "yen", "plain", "dollars", "euro", "small", "few yen", "none")
}
