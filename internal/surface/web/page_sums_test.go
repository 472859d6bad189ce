package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// TestSumsInSeveralCurrencies: the list, the board and a customer's page add up
// by the stated rates and name them; what has no rate stands by itself, and
// without a currency of the company's nothing is brought together.
func TestSumsInSeveralCurrencies(t *testing.T) {
	s := open(t)
	account := throughline.AccountID(throughline.KeyedID(today, "pier"))
	at := today.Add(-time.Hour)
	b := store.Batch{Accounts: []store.Account{{ID: account, Recorded: at, Name: "Pier Nine"}}}
	for i, m := range []throughline.Money{{Cents: 100_000_00, Currency: "EUR"}, {Cents: 200_000_00, Currency: "USD"}, {Cents: 30_000_00, Currency: "CHF"}} {
		id := throughline.DealID(throughline.KeyedID(at, "sum", m.Currency))
		for j, body := range []deal.Body{deal.Opened{Title: "Deal in " + m.Currency, Account: account}, deal.AmountChanged{Amount: m}} {
			b.Facts = append(b.Facts, deal.Fact{ID: throughline.FactID(throughline.KeyedID(at, "f", m.Currency, string(rune('a'+i*2+j)))), Deal: id, Happened: at, Learned: at, Recorded: at, Source: deal.Source{System: "person"}, Body: body})
		}
	}
	s.keep(t, b)
	pages := []string{"/deals?outcome=open", "/deals?outcome=open&view=board", "/accounts/" + account.String()}
	for _, path := range pages {
		d, _ := s.get(t, path)
		if got := text(d.Find("main .lede.figure").First()); !strings.Contains(got, "€100,000") || !strings.Contains(got, "$200,000") || strings.Contains(got, "added up") {
			t.Errorf("%s without a currency of the company's: %q", path, got)
		}
	}
	if _, r := s.sends(t, "/settings", url.Values{"card": {"money"}, "currency": {"EUR"}, "code": {"usd"}, "worth": {"0.9"}, "rate_day": {"2026-11-01"}}); r.StatusCode != 200 {
		t.Fatalf("status %d", r.StatusCode)
	}
	for _, path := range pages {
		d, _ := s.get(t, path)
		if got := text(d.Find("main .lede.figure").First()); !strings.Contains(got, "€280,000") || !strings.Contains(got, "CHF") || !strings.Contains(got, "added up by") || strings.Contains(got, "$200,000") {
			t.Errorf("%s: %q", path, got)
		}
	}
	d, _ := s.get(t, "/deals?outcome=open&view=board")
	if got := text(d.Find(".board")); !strings.Contains(got, "€280,000") {
		t.Errorf("a column of the board: %q", got)
	}
	if d, _ := s.get(t, "/deals?outcome=open&currency=USD"); !strings.Contains(text(d.Find("main .lede.figure")), "$200,000") {
		t.Errorf("of one currency: %q", text(d.Find("main .lede.figure")))
	}
}
