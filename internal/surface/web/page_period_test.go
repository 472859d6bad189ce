package web_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/caretaking"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/forecasting"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/store"
)

// tale is what happened to a deal of the test below, and what was said of it.
type tale struct {
	name, owner string
	opened      string
	amount      throughline.Money
	more        int64 // its amount since 19 November; 0: unchanged
	close       string
	moved       string // its close date since 19 November
	ended       string
	outcome     throughline.Outcome
	then, now   float64 // the chance of being won by the end of December; 0: not open
	call        deal.Category
}

func eur(units int64) throughline.Money {
	return throughline.Money{Cents: 100 * units, Currency: "EUR"}
}

// tales add up, by hand, to 297,000 expected on 16 November (50 + 20 + 60 + 30 +
// 84 + 18 thousand of open deals, 35 won) and to 277,000 on the 23rd.
var tales = []tale{
	{name: "Likelier", owner: "Anna Berg", opened: "2026-08-01", amount: eur(100_000), close: "2026-12-10", then: 0.5, now: 0.6, call: deal.Commit},
	{name: "Grew", owner: "Anna Berg", opened: "2026-08-01", amount: eur(50_000), more: 80_000, close: "2026-12-12", then: 0.4, now: 0.4, call: deal.BestCase},
	{name: "Moved out", owner: "Ben Ode", opened: "2026-07-01", amount: eur(200_000), close: "2026-12-20", moved: "2027-02-01", then: 0.3, now: 0.1, call: deal.Commit},
	{name: "Lost", owner: "Ben Ode", opened: "2026-07-01", amount: eur(60_000), close: "2026-12-01", ended: "2026-11-20", outcome: throughline.LostCompetitor, then: 0.5},
	{name: "New", owner: "Ben Ode", opened: "2026-11-18", amount: eur(40_000), close: "2026-12-30", now: 0.25},
	{name: "Won", owner: "Cai Lun", opened: "2026-06-01", amount: eur(120_000), close: "2026-12-01", ended: "2026-11-19", outcome: throughline.Won, then: 0.7},
	{name: "Won before", owner: "Cai Lun", opened: "2026-05-01", amount: throughline.Money{Cents: 70_000_00, Currency: "USD"}, close: "2026-10-10", ended: "2026-10-10", outcome: throughline.Won},
	{name: "No decision", owner: "Anna Berg", opened: "2026-06-01", amount: eur(90_000), close: "2026-12-01", ended: "2026-11-21", outcome: throughline.NoDecision, then: 0.2},
	{name: "=Apart", owner: "Cai Lun", opened: "2026-05-01", amount: throughline.Money{Cents: 20_000_00, Currency: "GBP"}, close: "2026-10-02", ended: "2026-10-02", outcome: throughline.Won},
}

func (x tale) id() throughline.DealID { return throughline.DealID(id("tale", x.name)) }

func instant(t testing.TB, day string) time.Time {
	t.Helper()
	d, err := throughline.ParseDay(day)
	if err != nil {
		t.Fatal(err)
	}
	return d.Start(time.UTC).Add(9 * time.Hour)
}

// told keeps the tales, what was said of them on two days, and the settings.
func told(t *testing.T) *shop {
	t.Helper()
	s := open(t)
	var b store.Batch
	for _, x := range tales {
		owner, account := throughline.PersonID(id("owner", x.owner)), throughline.AccountID(id("account", x.name))
		b.People = append(b.People, store.Person{ID: owner, Recorded: instant(t, "2026-05-01"), Ours: true, Name: x.owner})
		b.Accounts = append(b.Accounts, store.Account{ID: account, Recorded: instant(t, "2026-05-01"), Name: "Customer of " + x.name})
		n := 0
		fact := func(day string, body deal.Body) {
			when := instant(t, day).Add(time.Duration(n) * time.Minute)
			n++
			b.Facts = append(b.Facts, deal.Fact{ID: throughline.FactID(id("tale fact", fmt.Sprint(x.name, n))), Deal: x.id(), Happened: when, Learned: when, Recorded: when,
				Source: deal.Source{System: "person"}, Body: body})
		}
		day := func(s string) throughline.Day { return throughline.DayOf(instant(t, s), time.UTC) }
		fact(x.opened, deal.Opened{Title: x.name, Account: account, Owner: owner})
		fact(x.opened, deal.AmountChanged{Amount: x.amount})
		fact(x.opened, deal.CloseDateMoved{To: day(x.close)})
		if x.more != 0 {
			fact("2026-11-19", deal.AmountChanged{Amount: eur(x.more)})
		}
		if x.moved != "" {
			fact("2026-11-19", deal.CloseDateMoved{To: day(x.moved)})
		}
		if x.call != "" {
			fact("2026-11-19", deal.Judged{Category: x.call, Reason: "she said so"})
		}
		if x.ended != "" {
			fact(x.ended, deal.Ended{Outcome: x.outcome})
		}
	}
	s.keep(t, b)
	for _, c := range []caretaking.SettingsInput{{Name: "currency", Value: "EUR"}, {Name: "rate.USD", Value: "0.5 2026-11-02"}, {Name: "target.2026-Q4", Value: "400000"},
		{Name: "target.2026-Q4/seller." + throughline.PersonID(id("owner", "Anna Berg")).String(), Value: "150000"}} {
		if _, err := operation.ChangeSettings.Run(t.Context(), s.desks(nil, "en"), &caretaking.SettingChanges{Changes: []caretaking.SettingsInput{c}}); err != nil {
			t.Fatal(err)
		}
	}
	answer, err := operation.RunForecast.Run(t.Context(), s.desks(nil, "en"), &forecasting.ForecastInput{})
	if err != nil {
		t.Fatal(err)
	}
	real := answer.(forecasting.ForecastRun)
	s.said(t, real, instant(t, "2026-11-16"), func(x tale) (float64, throughline.Money, string, deal.Category) { return x.then, x.amount, x.close, "" })
	s.said(t, real, today.Add(time.Hour), func(x tale) (float64, throughline.Money, string, deal.Category) {
		amount, date := x.amount, x.close
		if x.more != 0 {
			amount = eur(x.more)
		}
		if x.moved != "" {
			date = x.moved
		}
		return x.now, amount, date, x.call
	})
	return s
}

// said keeps a forecast with chances chosen by hand.
func (s *shop) said(t *testing.T, real forecasting.ForecastRun, when time.Time, of func(tale) (float64, throughline.Money, string, deal.Category)) {
	t.Helper()
	day := func(s string) throughline.Day { return throughline.DayOf(instant(t, s), time.UTC) }
	run := real
	run.AsOf, run.Thin, run.Enough, run.Changes, run.Fan, run.Moves = throughline.DayOf(when, time.UTC), false, true, nil, nil, nil
	run.MonthEnds = []throughline.Day{day("2026-11-30"), day("2026-12-31"), day("2027-01-31")}
	run.Deals = nil
	for _, x := range tales {
		p, amount, date, call := of(x)
		if p == 0 {
			continue
		}
		by := forecasting.DealBy{Day: day("2026-12-31"), Said: forecasting.Chances{Won: p, Lost: 0.1, NoDecision: 0.1, Open: 0.8 - p},
			Low: forecasting.Chances{Won: p / 2}, High: forecasting.Chances{Won: min(1.2*p, 1)}}
		next := by
		next.Day = day("2027-03-31")
		y := forecasting.DealForecast{ID: x.id(), Seller: throughline.PersonID(id("owner", x.owner)), Amount: amount, Close: day(date), By: []forecasting.DealBy{by, next},
			ByMonth: [][4]float64{{p / 4, 0, 0, 1 - p/4}, {p, 0.1, 0.1, 0.8 - p}, {p, 0.1, 0.1, 0.8 - p}}}
		y.Category.Word = string(call)
		run.Deals = append(run.Deals, y)
	}
	run.Open = len(run.Deals)
	run.Money = forecasting.PipelineForecast{Currency: "EUR", Priced: run.Open, Quarters: []forecasting.Expected{{Until: day("2026-12-31"), P10: 50_000, P50: 110_000, P90: 190_000}}}
	body, err := json.Marshal(run)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.ledger.AppendForecast(t.Context(), throughline.DefaultWorkspace, store.Shown{ID: throughline.ID(id("said", when.String())), Kind: "run", At: when, AsOf: run.AsOf,
		Hash: fmt.Sprintf("%x", when.Unix()), Body: body}); err != nil {
		t.Fatal(err)
	}
}

func lines(s *goquery.Selection, parts ...string) []string {
	var out []string
	s.Each(func(_ int, row *goquery.Selection) {
		var words []string
		for _, p := range parts {
			words = append(words, text(row.Find(p)))
		}
		out = append(out, strings.Join(words, " | "))
	})
	return out
}

func equal(t *testing.T, what string, got, want []string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s:\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestPeriodAddsUpByHand: target, what is won, what people call, the range and
// the gap; the way from last week, deal by deal; rates and what stays apart.
func TestPeriodAddsUpByHand(t *testing.T) {
	s := told(t)
	doc, r := s.get(t, "/forecast?since=2026-11-16")
	if r.StatusCode != http.StatusOK {
		t.Fatal(r.Status, text(doc.Find("main")))
	}
	sound(t, "forecast", doc)
	has(t, doc, "h1", "€155,000 won of €400,000; €50,000 to €190,000 may come by 31 December 2026")
	equal(t, "lands", lines(doc.Find(".lands tbody tr"), "th", "strong"), []string{"Target | €400,000", "Won so far | €155,000", "With every commit | €255,000",
		"With every best case too | €335,000", "What the open deals point to | €205,000 to €345,000, middle €265,000", "Still to win | €245,000"})
	has(t, doc, "main", "The middle of it is €135,000 short", "With every commit it is €145,000 short", "1 USD = 0.5 EUR, of 2 November 2026", "One amount is in another currency")
	has(t, doc, "#changed-h", "by what was said that day")
	equal(t, "change", lines(doc.Find(".fall-row"), ".fall-word", ".figure"), []string{"Expected then | €297,000", "New, or open again one deal | +€10,000", "Won one deal | +€36,000",
		"Grew one deal | +€12,000", "More likely one deal | +€10,000", "Lost one deal | −€30,000", "No decision one deal | −€18,000", "Moved out of the period one deal | −€40,000",
		"Expected now | €277,000"})
	equal(t, "who moved out", lines(doc.Find("#move-moved_out li"), "a", ".figure"), []string{"Moved out | −€40,000"})
	equal(t, "sellers", lines(doc.Find(".period-groups tbody tr"), "th", "td:nth-child(2)", "td:nth-child(3)", "td:nth-child(4)", "td:nth-child(5)"), []string{
		"Cai Lun |  | €155,000 | €155,000 | €155,000", "Anna Berg | €150,000 | €0 | €100,000 | €180,000", "Ben Ode |  | €0 | €0 | €0"})
	equal(t, "deals", lines(doc.Find(".period-rows tbody tr"), "th a", "td:nth-child(2)", ".period-chances strong", "summary", "td:last-child"), []string{
		"Likelier | €100,000 | 60% | commit | +€10,000 More likely", "Grew | €80,000 | 40% | best case | +€12,000 Grew",
		"Moved out | €200,000 | 10% | commit | −€40,000 Moved out of the period", "New | €40,000 | 25% | none yet | +€10,000 New, or open again"})
	if n := doc.Find(".period-rows .bar").Length(); n != 4 || doc.Find(".period-rows .bar").First().Find("rect").Length() != 4 {
		t.Errorf("%d bars, or one without its four parts", n)
	}
	if !strings.Contains(text(doc.Find(".period-rows tbody tr").First()), "30% to 72%") {
		t.Errorf("a chance stands without its range: %s", text(doc.Find(".period-rows tbody tr").First()))
	}

	anna := throughline.PersonID(id("owner", "Anna Berg")).String()
	doc, _ = s.get(t, "/forecast?since=2026-11-16&owner="+anna)
	sound(t, "forecast of one", doc)
	equal(t, "Anna's change", lines(doc.Find(".fall-row"), ".fall-word", ".figure"), []string{"Expected then | €88,000", "Grew one deal | +€12,000", "More likely one deal | +€10,000",
		"No decision one deal | −€18,000", "Expected now | €92,000"})
	has(t, doc, ".lands", "€150,000", "Still to win")
	if got := doc.Find("#p-owner option[selected]").AttrOr("value", ""); got != anna {
		t.Errorf("the menu stands on %q", got)
	}
	doc, _ = s.get(t, "/forecast?by=month")
	equal(t, "months", lines(doc.Find(".period-groups tbody tr"), "th", "td:nth-child(2)"), []string{"October 2026 | €35,000", "November 2026 | €120,000", "December 2026 | €0"})
	if doc, _ = s.get(t, "/forecast?period=2026-11", "Accept-Language", "zh"); doc.Find(".lands tr").Length() < 4 {
		t.Error("the month does not say where it may land")
	}
	sound(t, "a month in Chinese", doc)
}

// TestPeriodOrderFileAndBadInput: each heading sorts and turns; the file holds
// what is seen and no formula; what cannot be read is told.
func TestPeriodOrderFileAndBadInput(t *testing.T) {
	s := told(t)
	for sort, want := range map[string]string{"customer": "Grew Likelier Moved out New", "amount": "Moved out Likelier Grew New", "end": "Likelier Grew New Moved out",
		"won": "Likelier Grew New Moved out", "change": "Moved out Grew"} {
		doc, _ := s.get(t, "/forecast?since=2026-11-16&sort="+sort)
		if got := strings.Join(lines(doc.Find(".period-rows tbody tr"), "th a"), " "); !strings.HasPrefix(got, want) {
			t.Errorf("by %s: %s, not %s", sort, got, want)
		}
		if doc.Find("th[aria-sort='descending']").Length() != 1 {
			t.Errorf("by %s: no heading says so", sort)
		}
		again, _, _ := strings.Cut(doc.Find("th[aria-sort] a").AttrOr("href", ""), "#")
		turned, _ := s.get(t, again)
		if turned.Find("th[aria-sort='ascending']").Length() != 1 {
			t.Errorf("by %s: it does not turn", sort)
		}
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost/forecast.csv?since=2026-11-16&sort=amount", nil)
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	records, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(w.Body.String(), "\ufeff"))).ReadAll()
	if err != nil || len(records) != 5 || w.Header().Get("Content-Type") != "text/csv; charset=utf-8" || !strings.Contains(w.Header().Get("Content-Disposition"), "forecast.csv") {
		t.Fatalf("%v, %d records, %s, %.300s", err, len(records), w.Header(), w.Body)
	}
	if got := strings.Join(records[1], "|"); !strings.Contains(got, "Moved out|Ben Ode|200000.00|EUR|200000.00|2027-02-01|2026-12-31|0.1000|0.1000|0.1000|0.7000|0.0500|0.1200|commit|20000.00|-40000.00") {
		t.Errorf("the first deal is %s", got)
	}
	for _, q := range []string{"period=soon", "since=yesterday", "owner=Nobody"} {
		if doc, r := s.get(t, "/forecast?"+q); r.StatusCode != http.StatusBadRequest && r.StatusCode != http.StatusNotFound || text(doc.Find(".detail")) == "" {
			t.Errorf("%s: %s %q", q, r.Status, text(doc.Find("main")))
		}
	}
	if doc, r := s.get(t, "/forecast?only=Anna"); r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != "/forecast/model?only=Anna" {
		t.Errorf("an address of before: %s to %s; %s", r.Status, r.Header.Get("Location"), text(doc.Find("h1")))
	}
}

// TestAPeriodIsOverAfterItsLastDay: on the last day it is not; once it is, its
// groups tell of what was won alone.
func TestAPeriodIsOverAfterItsLastDay(t *testing.T) {
	s := told(t)
	heads := func(doc *goquery.Document) string {
		return strings.Join(lines(doc.Find(".period-groups thead tr"), "th"), "")
	}
	doc, _ := s.get(t, "/forecast?period=2026-Q3&as_of=2026-09-30")
	if h := text(doc.Find("h1")) + text(doc.Find(".lands")); strings.Contains(h, "over") || strings.Contains(h, "does not look that far") || !strings.Contains(h, "With every commit") {
		t.Errorf("on its last day: %q", h)
	}
	doc, _ = s.get(t, "/forecast?period=2026-Q3")
	has(t, doc, "h1", "the period is over")
	if h := heads(doc); !strings.Contains(h, "Won so far") || strings.Contains(h, "commit") || strings.Contains(h, "best case") || strings.Contains(h, "point to") {
		t.Errorf("after its last day the groups have %q", h)
	}
	if a, b := doc.Find(".period-groups thead th").Length(), doc.Find(".period-groups tbody tr").First().Children().Length(); b > 0 && a != b {
		t.Errorf("%d headings over %d cells", a, b)
	}
	doc, _ = s.get(t, "/forecast")
	if h := heads(doc); !strings.Contains(h, "With every commit") {
		t.Errorf("before its last day the groups have %q", h)
	}
}

// TestPeriodSaysWhatIsNotKept: of a day on which nothing was kept the page says
// so, offers the last day that was, and works out another when asked.
func TestPeriodSaysWhatIsNotKept(t *testing.T) {
	s := told(t)
	doc, _ := s.get(t, "/forecast?since=2026-11-20")
	has(t, doc, "#changed", "Nothing was kept on 20 November 2026", "the last day before it that was kept")
	prior, _, _ := strings.Cut(doc.Find("#changed a[href*='2026-11-16']").AttrOr("href", ""), "#")
	doc, _ = s.get(t, prior)
	has(t, doc, "#changed", "€297,000")
	doc, _ = s.get(t, "/forecast?since=2026-11-20&anew=yes")
	has(t, doc, "#changed-h", "this is what would have been said")
	if doc, _ = s.get(t, "/forecast?since=2026-12-24"); doc.Find(".fall").Length() != 0 {
		t.Error("a day to come is compared with")
	}
	// A seller's own call is kept from the row, and counts at once.
	page := url.Values{"category": {"commit"}, "reason": {"their word"}, "once": {throughline.ID(id("once", "x")).String()}, "then": {"/forecast"}}
	if _, r := s.sends(t, "/deals/"+tales[4].id().String()+"/category", page); r.StatusCode != http.StatusOK {
		t.Error(r.Status)
	}
}

// TestPeriodInAnotherCurrency: until a forecast in the new currency is made, no
// number of the old one is passed off as one of the new: what is won and the
// target are brought in by the rate, the range is drawn from the deals.
func TestPeriodInAnotherCurrency(t *testing.T) {
	s := told(t)
	s.forecasts.Work = func(func(context.Context)) {}
	if _, err := operation.ChangeSettings.Run(t.Context(), s.desks(nil, "en"), &caretaking.SettingChanges{Changes: []caretaking.SettingsInput{
		{Name: "currency", Value: "USD"}, {Name: "rate.EUR", Value: "2 2026-11-20"}}}); err != nil {
		t.Fatal(err)
	}
	doc, _ := s.get(t, "/forecast?since=2026-11-16")
	has(t, doc, "h1", "$310,000 won of $800,000") // 120,000 EUR and 70,000 USD; 400,000 EUR
	if h := text(doc.Find("h1")); strings.Contains(h, "$50,000 to $190,000") {
		t.Errorf("a range in euro is told in dollars: %s", h)
	}
	has(t, doc, ".notice", "a newer one is being worked out")
	equal(t, "change", lines(doc.Find(".fall-end"), ".figure"), []string{"$594,000", "$554,000"})
}
