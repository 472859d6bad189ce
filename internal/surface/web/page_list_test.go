package web_test

import (
	"encoding/csv"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/company"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/store"
)

// column gives what stands in a column of the table.
func column(d *goquery.Document, key string) (out []string) {
	d.Find(".deals tbody .col-" + key).Each(func(_ int, e *goquery.Selection) { out = append(out, text(e)) })
	return out
}

// TestTheListIsATable: as many rows as deals, sums of all that match and not of
// the page alone, heads that order and turn round, columns that are chosen.
func TestTheListIsATable(t *testing.T) {
	s := stocked(t)
	answer, err := operation.ListDeals.Run(t.Context(), s.reader(), &showing.DealsInput{Outcome: "open"})
	if err != nil {
		t.Fatal(err)
	}
	open, cents := answer.(showing.DealList), int64(0)
	for _, r := range open.Rows {
		cents += r.Amount.Cents
	}
	d, _ := s.get(t, "/deals?outcome=open")
	sound(t, "the table", d)
	has(t, d, "h1", phrase.For("en").Number(open.Matched)+" open deals")
	has(t, d, ".lede", phrase.For("en").Money(throughline.Money{Cents: cents, Currency: open.Rows[0].Amount.Currency}))
	if n := d.Find(".deals tbody tr").Length(); n != open.Matched {
		t.Errorf("%d rows of %d deals", n, open.Matched)
	}
	all, _ := s.get(t, "/deals")
	if n := all.Find(".deals tbody tr").Length(); n != 100 || text(all.Find(".lede.figure")) == text(d.Find(".lede.figure")) {
		t.Errorf("%d rows on the first page, worth as much as the open ones: %q", n, text(all.Find(".lede.figure")))
	}

	href := d.Find(".deals thead .col-amount a").AttrOr("href", "")
	d, _ = s.get(t, href)
	if got := d.Find(".deals thead .col-amount").AttrOr("aria-sort", ""); got != "descending" || !strings.Contains(href, "outcome=open") {
		t.Errorf("%s is sorted %q", href, got)
	}
	first := column(d, "amount")
	d, _ = s.get(t, d.Find(".deals thead .col-amount a").AttrOr("href", ""))
	turned := column(d, "amount")
	if slices.Reverse(turned); d.Find(".deals thead .col-amount").AttrOr("aria-sort", "") != "ascending" || !slices.Equal(first, turned) || first[0] == first[len(first)-1] {
		t.Errorf("turned round, the amounts are %v, and before %v", turned, first)
	}

	// columns are chosen by boxes; the address that comes of it is one to keep
	_, r := s.get(t, "/deals?go=1&outcome=open&owner=&col=gap&col=why&search=")
	to := r.Header.Get("Location")
	if r.StatusCode != http.StatusSeeOther || to != "/deals?cols=gap%2Cwhy&outcome=open" {
		t.Fatalf("%s leads to %q", r.Status, to)
	}
	d, _ = s.get(t, to)
	var heads []string
	d.Find(".deals thead th[class]:not(.pick)").Each(func(_ int, e *goquery.Selection) { heads = append(heads, text(e)) })
	if want := []string{"Deal", "Gap", "Why look"}; !slices.Equal(heads, want) {
		t.Errorf("the columns are %q", heads)
	}
}

// TestTheListIsNarrowedByMenus: each menu leaves as many deals as the operation
// says; what narrows the list can be left out again; words that cannot be read
// are told and leave none out.
func TestTheListIsNarrowedByMenus(t *testing.T) {
	s := stocked(t)
	for query, in := range map[string]showing.DealsInput{
		"question=p3":                           {Narrow: showing.Narrow{Question: "p3"}},
		"question=none":                         {Narrow: showing.Narrow{Question: "none"}},
		"class=transactional":                   {Narrow: showing.Narrow{Class: "transactional"}},
		"due_from=2026-12-01&due_to=2026-12-31": {Narrow: showing.Narrow{DueFrom: throughline.DayOf(today, today.Location()).Add(8), DueTo: throughline.DayOf(today, today.Location()).Add(38)}},
		"least=300k&outcome=open":               {Narrow: showing.Narrow{Least: "300k"}, Outcome: "open"},
		"most=10000&outcome=won":                {Narrow: showing.Narrow{Most: "10000"}, Outcome: "won"},
	} {
		answer, err := operation.ListDeals.Run(t.Context(), s.reader(), &in)
		if err != nil {
			t.Fatal(err)
		}
		want := answer.(showing.DealList).Matched
		d, _ := s.get(t, "/deals?"+query)
		if got := text(d.Find("h1")); want == 0 || want == company.Total || !strings.HasPrefix(got, phrase.For("en").Number(want)+" ") {
			t.Errorf("%s: %q, want %d", query, got, want)
		}
		key, _, _ := strings.Cut(query, "=")
		if chip := d.Find(".list-narrow a").FilterFunction(func(_ int, e *goquery.Selection) bool { return !strings.Contains(e.AttrOr("href", ""), key+"=") }); chip.Length() != 1 {
			t.Errorf("%s cannot be left out again: %s", query, text(d.Find(".list-narrow")))
		}
		if menu := d.Find(`form.list-filter [name="` + key + `"]`); menu.Length() != 1 {
			t.Errorf("%s has no field", key)
		}
	}
	for _, query := range []string{"least=plenty", "due_to=soon"} {
		d, r := s.get(t, "/deals?"+query)
		if r.StatusCode != http.StatusOK || d.Find("main .notice").Length() == 0 || !strings.HasPrefix(text(d.Find("h1")), phrase.For("en").Number(company.Total)) {
			t.Errorf("%s: %s, %q", query, r.Status, text(d.Find("main .notice")))
		}
		key, value, _ := strings.Cut(query, "=")
		if got := d.Find(`[name="`+key+`"]`).AttrOr("value", ""); got != value {
			t.Errorf("what was typed is lost: %q", got)
		}
	}
}

// submit fills a form in, sends it and goes where that leads.
func (s *shop) submit(t *testing.T, form *goquery.Selection, fields ...string) *goquery.Document {
	t.Helper()
	_, r := s.fillIn(t, form, fields...)
	return s.follow(t, r)
}

// file gives the list as a file.
func (s *shop) file(t *testing.T, path string) [][]string {
	t.Helper()
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost"+path, nil))
	body, err := io.ReadAll(w.Result().Body)
	if err != nil || w.Code != http.StatusOK {
		t.Fatal(w.Code, err)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(body), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// TestTheListAsAFile: all pages of what is seen, in its order, with its columns;
// nothing in it is a formula.
func TestTheListAsAFile(t *testing.T) {
	s := stocked(t)
	d, _ := s.get(t, "/deals?sort=title&cols=customer,amount")
	rows := s.file(t, d.Find(`a[href^="/deals.csv"]`).AttrOr("href", ""))
	if len(rows) != company.Total+1 || !slices.Equal(rows[0], []string{"Deal", "Customer", "Amount", "Currency", "Link"}) {
		t.Fatalf("%d lines under %q", len(rows), rows[0])
	}
	n := 0
	d.Find(".deals tbody tr").Each(func(i int, e *goquery.Selection) {
		if full := e.Find(".row-link").AttrOr("title", ""); strings.TrimLeft(rows[i+1][0], "'") == full || rows[i+1][0] == full {
			n++
		}
	})
	if n != 100 {
		t.Errorf("%d of the first hundred are in the order of the page", n)
	}
	s = open(t)
	s.bare(t, `=HYPERLINK("http://x","y")`)
	if rows = s.file(t, "/deals.csv"); !strings.HasPrefix(rows[1][0], "'=") {
		t.Errorf("a formula stands in the file: %q", rows[1])
	}
}

// TestViewsAreKept: a list is kept under a name for everyone, is the one that is
// shown where it is shown, can be taken away, and brought back.
func TestViewsAreKept(t *testing.T) {
	s := open(t)
	s.bare(t, "First")
	d, _ := s.get(t, "/deals?sort=amount&outcome=open&class=complex")
	sound(t, "a list that is no view", d)
	form := d.Find(`form[action="/views"]`)
	if form.Find(`[name=query]`).AttrOr("value", "") != "class=complex&outcome=open&sort=amount" {
		t.Fatalf("the form keeps %q", form.Find(`[name=query]`).AttrOr("value", ""))
	}
	d = s.submit(t, form, "name", "Large & <complex>")
	here := d.Find(".list-views a[aria-current]")
	if text(here) != "Large & <complex>" || d.Find(".said").Length() != 1 {
		t.Fatalf("shown is %q: %s", text(here), text(d.Find("main")))
	}
	if again, _ := s.get(t, "/deals"); text(again.Find(`.list-views a[href*="complex"]`)) != "Large & <complex>" {
		t.Error("it is not offered on other lists")
	}
	d = s.submit(t, d.Find(`.list-views form[action="/views/away"]`))
	if d.Find(`.list-views a[href*="complex"]`).Length() != 0 {
		t.Error("it is still offered")
	}
	d = s.submit(t, d.Find(`.said form[action="/views"]`))
	if text(d.Find(".list-views a[aria-current]")) != "Large & <complex>" {
		t.Errorf("brought back, shown is %q", text(d.Find(".list-views a[aria-current]")))
	}
	if d, r := s.fillIn(t, form, "name", " "); r.StatusCode != http.StatusBadRequest || !strings.Contains(text(d.Find(".detail")), "needs a name") {
		t.Errorf("without a name: %s", r.Status)
	}
}

// TestManyAtOnce: what is chosen is changed, what cannot be is named with the
// reason, and one button takes all of it back.
func TestManyAtOnce(t *testing.T) {
	s := open(t)
	for _, title := range []string{"First", "Second", "Third"} {
		s.bare(t, title)
	}
	won := throughline.DealID(id("deal", "Third"))
	s.keep(t, store.Batch{Facts: []deal.Fact{{ID: throughline.FactID(id("fact", "won")), Deal: won, Happened: today, Learned: today, Recorded: today,
		Source: deal.Source{System: "csv"}, Body: deal.Ended{Outcome: throughline.Won}}}})
	d, _ := s.get(t, "/deals?sort=title")
	send := func(fields ...string) *goquery.Document {
		form := url.Values{"once": {d.Find(`.deals-form [name=once]`).AttrOr("value", "")}, "then": {"/deals?sort=title"}}
		d.Find(".deals-form [name=deal]").Each(func(_ int, e *goquery.Selection) { form.Add("deal", e.AttrOr("value", "")) })
		for i := 0; i+1 < len(fields); i += 2 {
			form.Set(fields[i], fields[i+1])
		}
		got, _ := s.sends(t, "/deals/many", form)
		return got
	}
	done := send("act", "expect", "expect", "2027-03-31")
	has(t, done, ".said", "2 deals were changed", "Third stays as it was: it has ended")
	if got := column(done, "expected"); !slices.Equal(got, []string{"31 March 2027", "31 March 2027", ""}) {
		t.Errorf("expected on %q", got)
	}
	undone := s.submit(t, done.Find(".said form"))
	if got := column(undone, "expected"); !slices.Equal(got, []string{"", "", ""}) {
		t.Errorf("taken back, expected on %q: %s", got, text(undone.Find(".said")))
	}
	redone := s.submit(t, undone.Find(".said form"))
	if got := column(redone, "expected"); got[0] != "31 March 2027" || !strings.Contains(text(redone.Find(".said")), "2 deals were changed") {
		t.Errorf("done again, expected on %q: %s", got, text(redone.Find(".said")))
	}
	d = redone
	if got := send("act", "owner"); !strings.Contains(text(got.Find(".detail")), "Nobody was chosen") {
		t.Errorf("nobody was chosen: %s", text(got.Find("main")))
	}
	// all that match, without naming each
	all := send("act", "no_decision", "cause", "overtaken", "all", "1", "query", "outcome=open", "deal", "")
	has(t, all, ".said", "2 deals were changed")
	if list, _ := s.get(t, "/deals?outcome=no_decision"); list.Find(".deals tbody tr").Length() != 2 || !strings.Contains(strings.Join(column(list, "end"), " "), "overtook") {
		t.Errorf("they ended as %q", column(list, "end"))
	}
}

// TestTheTableByKeys: down the list, two chosen by a key, changed, and the change
// taken back by another.
func TestTheTableByKeys(t *testing.T) {
	s := open(t)
	s.bare(t, "First")
	s.bare(t, "Second")
	ctx, address := surfing(t, s)
	wide.open(t, ctx, address+"/deals?sort=title&lang=en")
	press(t, ctx, "jx")
	press(t, ctx, "jx")
	until(t, ctx, `document.querySelectorAll("[data-pick]:checked").length === 2 && document.querySelector(".bulk").checkVisibility()`)
	accessible(t, ctx, "the table with deals chosen")
	wide.picture(t, ctx, "table-chosen")
	evaluate[bool](t, ctx, `document.querySelector("#b-cause").value = "overtaken", document.querySelector(".bulk [value=no_decision]").click(), true`)
	until(t, ctx, `document.querySelector(".said")?.textContent.includes("2 deals were changed") && document.readyState === "complete"`)
	until(t, ctx, `[...document.querySelectorAll(".col-question")].filter(e => e.textContent.includes("no decision")).length === 2`)
	press(t, ctx, "u")
	until(t, ctx, `document.querySelector(".said")?.textContent.includes("taken back, on 2 deals")`)
	until(t, ctx, `[...document.querySelectorAll(".col-question")].every(e => !e.textContent.includes("no decision"))`)
}

// TestAPhoneShowsTheColumnsThatWereChosen, below the two lines that a deal is there
// otherwise; a filter that was sent with the columns that stood there chooses none.
func TestAPhoneShowsTheColumnsThatWereChosen(t *testing.T) {
	s := stocked(t)
	ctx, address := surfing(t, s)
	phone := look{390, "light", "en"}
	seen := func(cols string) []string {
		phone.open(t, ctx, address+"/deals?lang=en&outcome=open"+cols)
		return evaluate[[]string](t, ctx, `["stage", "heard", "owner", "amount"].filter(k => [...document.querySelectorAll(".deals tbody td.col-" + k + ":not(.void, .far)")].some(e => e.checkVisibility()))`)
	}
	for cols, want := range map[string][]string{"": {"amount"}, "&cols=customer,question,stage,amount,expected,heard,owner": {"amount"},
		"&cols=customer,stage,amount,heard,owner": {"stage", "heard", "owner", "amount"}, "&cols=stage": {"stage"}} {
		if got := seen(cols); !slices.Equal(got, want) {
			t.Errorf("%q shows %q, not %q", cols, got, want)
		}
	}
	seen("&cols=customer,stage,amount,heard,owner")
	accessible(t, ctx, "the list on a phone with columns that were chosen")
	phone.picture(t, ctx, "list-chosen")
	if n := evaluate[int](t, ctx, `[...document.querySelectorAll(".deals td, .deals tbody th")].filter(e => e.getBoundingClientRect().right > innerWidth).length`); n > 0 {
		t.Errorf("%d cells stick out", n)
	}
}
