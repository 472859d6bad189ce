package setting_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/setting"
	"github.com/throughline/throughline/internal/store"
)

func day(s string) throughline.Day {
	d, err := throughline.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// TestPeriods: months, quarters and years of a company whose year begins when it begins.
func TestPeriods(t *testing.T) {
	for _, c := range []struct {
		day         string
		first       time.Month
		key, spelt  string
		year, which int
	}{
		{"2026-11-30", time.January, "2026-10..2026-12", "2026-Q4", 2026, 4},
		{"2026-11-30", time.April, "2026-10..2026-12", "FY2026-Q3", 2026, 3},
		{"2026-03-31", time.April, "2026-01..2026-03", "FY2025-Q4", 2025, 4},
		{"2026-01-01", time.February, "2025-11..2026-01", "FY2025-Q4", 2025, 4},
		{"2026-12-15", time.December, "2026-12..2027-02", "FY2026-Q1", 2026, 1},
	} {
		p := setting.QuarterOf(day(c.day), c.first)
		year, which := p.Fiscal(c.first)
		if p.Key() != c.key || p.Spell(c.first) != c.spelt || year != c.year || which != c.which || !p.Has(day(c.day)) {
			t.Errorf("%s of a year from %s: %s, %s, %d, %d", c.day, c.first, p.Key(), p.Spell(c.first), year, which)
		}
		if again, err := setting.ParsePeriod(p.Key(), c.first); err != nil || again != p {
			t.Errorf("%s reads as %v, %v", p.Key(), again, err)
		}
		if next := p.Next(1); next.From != p.Until.Add(1) || next.Months() != 3 || p.Next(-1).Until.Add(1) != p.From {
			t.Errorf("after %s comes %s, before it %s", p.Key(), next.Key(), p.Next(-1).Key())
		}
	}
	for word, key := range map[string]string{"2026-Q4": "2027-01..2027-03", "2026-11": "2026-11", "2026": "2026-04..2027-03", "2026 q1": "2026-04..2026-06"} {
		if p, err := setting.ParsePeriod(word, time.April); err != nil || p.Key() != key {
			t.Errorf("%s is %s, %v; want %s", word, p.Key(), err, key)
		}
	}
	for _, word := range []string{"", "Q4", "2026-Q5", "2026-13", "2026-10..2028-12", "2026-12..2026-10", "soon"} {
		if p, err := setting.ParsePeriod(word, time.January); err == nil {
			t.Errorf("%q is %s", word, p.Key())
		}
	}
}

func of(t *testing.T, pairs ...string) setting.Company {
	t.Helper()
	var kept []store.Setting
	c := setting.Of(nil)
	for i := 0; i < len(pairs); i += 2 {
		name, value, err := setting.Spelt(pairs[i], pairs[i+1], c, day("2026-11-30"))
		if err != nil {
			t.Fatal(pairs[i], err)
		}
		kept = append(kept, store.Setting{Name: name, Value: value})
		c = setting.Of(kept)
	}
	return c
}

// TestSumsInSeveralCurrencies: 100 EUR, 200 USD at 0.92 and 50 without a
// currency are 334 EUR; 700 GBP, which have no rate, stay apart.
func TestSumsInSeveralCurrencies(t *testing.T) {
	c := of(t, "currency", "eur", "rate.usd", "0.92 2026-11-27", "rate.JPY", "0.0061")
	var s setting.Sum
	for _, m := range []throughline.Money{{Cents: 100_00, Currency: "EUR"}, {Cents: 200_00, Currency: "USD"}, {Cents: 50_00}, {Cents: 700_00, Currency: "GBP"}} {
		c.Add(&s, m)
	}
	usd := setting.Rate{Currency: "USD", Worth: 0.92, In: "EUR", Day: day("2026-11-27")}
	want := setting.Sum{Money: throughline.Money{Cents: 334_00, Currency: "EUR"}, Apart: []throughline.Money{{Cents: 700_00, Currency: "GBP"}}, Rates: []setting.Rate{usd}}
	if !reflect.DeepEqual(s, want) {
		t.Errorf("got %+v, want %+v", s, want)
	}
	if c.Rates[0].Day != day("2026-11-30") {
		t.Errorf("a rate of no day is of %s, not of today", c.Rates[0].Day)
	}
	other := of(t, "currency", "EUR", "rate.USD", "0.92", "currency", "CHF")
	if _, ok := other.In(throughline.Money{Cents: 1, Currency: "USD"}); ok {
		t.Error("a rate in euro counts for a company that has gone over to francs")
	}
	var apart setting.Sum
	setting.Of(nil).Add(&apart, throughline.Money{Cents: 5, Currency: "EUR"})
	if len(apart.Apart) != 1 || apart.Money.Cents != 0 {
		t.Errorf("without a currency of its own a company adds up to %+v", apart)
	}
}

// TestTargets: a quarter has its own, else that of its months; a gap is no target.
func TestTargets(t *testing.T) {
	hanna := throughline.PersonID(throughline.KeyedID(time.Unix(0, 0), "hanna"))
	c := of(t, "currency", "EUR", "rate.USD", "0.5", "target.2026-Q4", "900k", "target.2027-01", "100000", "target.2027-02", "200000 USD",
		"target.2027-03", "1.5m EUR", "target.2026-Q4/seller."+hanna.String(), "300 000", "target.2027-04", "1", "target.2027-Q4/team.Nordic", "7")
	q := setting.QuarterOf(day("2026-11-30"), time.January)
	for _, x := range []struct {
		p      setting.Period
		seller throughline.PersonID
		team   string
		cents  int64
		ok     bool
	}{
		{q, throughline.PersonID{}, "", 900_000_00, true},
		{q, hanna, "", 300_000_00, true},
		{q.Next(1), throughline.PersonID{}, "", 1_700_000_00, true}, // 100,000 + 200,000 x 0.5 + 1,500,000
		{q.Next(2), throughline.PersonID{}, "", 0, false},           // April alone
		{q.Next(4), throughline.PersonID{}, "Nordic", 7_00, true},
		{q.Next(4), throughline.PersonID{}, "", 0, false},
		{setting.YearOf(day("2027-01-01"), time.January), throughline.PersonID{}, "", 0, false},
	} {
		got, ok := c.Target(x.p, x.seller, x.team)
		if ok != x.ok || ok && (got.Amount.Cents != x.cents || got.Amount.Currency != "EUR") {
			t.Errorf("%s %s: %v %v, want %d %v", x.p.Key(), x.team, got.Amount, ok, x.cents, x.ok)
		}
	}
}

// TestBadValues: each is refused with a code of its own, and nothing is kept.
func TestBadValues(t *testing.T) {
	c := of(t, "currency", "EUR")
	for _, x := range [][2]string{
		{"currency", "euro"}, {"currency", "E1"}, {"rate.USD", "a lot"}, {"rate.USD", "-1"}, {"rate.USD", "0"}, {"rate.USD", "NaN"}, {"rate.USD", "0.9 2026-12-01"},
		{"rate.EUR", "1"}, {"rate.dollar", "1"}, {"fiscal_year", "13"}, {"fiscal_year", "spring"}, {"working_days", "monday,funday"}, {"timezone", "Mars/Olympus"},
		{"timezone", "Local"}, {"target.2026-Q9", "5"}, {"target.2026-Q4", "-5"}, {"target.2026-Q4", "much"}, {"name", "two\nlines"}, {"colour", "blue"},
	} {
		if _, kept, err := setting.Spelt(x[0], x[1], c, day("2026-11-30")); err == nil {
			t.Errorf("%s %q is kept as %q", x[0], x[1], kept)
		}
	}
	if _, _, err := setting.Spelt("rate.USD", "0.9", setting.Of(nil), day("2026-11-30")); err == nil {
		t.Error("a rate is kept though the company has no currency")
	}
	for in, want := range map[string]string{"0,92": "0.92", "1,5 2026-11-01": "1.5", "1'000": "1000", "1,000": "1000", "0,006": "0.006"} {
		_, kept, err := setting.Spelt("rate.USD", in, c, day("2026-11-30"))
		if err != nil || len(kept) < len(want) || kept[:len(want)+1] != want+" " {
			t.Errorf("%q is kept as %q, %v", in, kept, err)
		}
	}
}

// TestWorkingDays: November 2026 from the 23rd has six of them from Monday to
// Friday, and one Sunday is left of it for those who work on Sundays.
func TestWorkingDays(t *testing.T) {
	p := setting.MonthOf(day("2026-11-30"))
	if n := setting.Of(nil).Working(p, day("2026-11-23")); n != 6 {
		t.Errorf("%d working days, not 6", n)
	}
	if n := of(t, "working_days", "Sunday").Working(p, day("2026-11-23")); n != 1 {
		t.Errorf("%d Sundays, not 1", n)
	}
	if n := setting.Of(nil).Working(p, day("2026-10-01")); n != 21 {
		t.Errorf("%d working days in November, not 21", n)
	}
}
