package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestSettingsAreKeptAndTakenBack: a card is kept, what it was before is said,
// undo puts it back, and undo again brings it in again.
func TestSettingsAreKeptAndTakenBack(t *testing.T) {
	s := open(t)
	doc, _ := s.get(t, "/settings")
	sound(t, "settings", doc)
	send := func(path string, pairs ...string) {
		t.Helper()
		form := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			form.Add(pairs[i], pairs[i+1])
		}
		var r *http.Response
		if doc, r = s.sends(t, path, form); r.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s: %s", path, r.Status, text(doc.Find("[role=alert]")))
		}
	}
	send("/settings", "card", "money", "currency", "usd")
	has(t, doc, ".said", "Currency: USD (before: nothing)")
	send("/settings", "card", "money", "currency", "EUR", "code", "usd", "worth", "0,92", "rate_day", "2026-11-01")
	has(t, doc, ".said", "Currency: EUR (before: USD)", "Rate of USD: 0.92 EUR 2026-11-01")
	sound(t, "settings with a rate", doc)
	if got := doc.Find(`input[name="rate.USD"]`).AttrOr("value", ""); got != "0.92" {
		t.Errorf("the rate stands as %q", got)
	}
	undo := func() {
		t.Helper()
		send("/settings/undo", "at", doc.Find(`form[action="/settings/undo"] input[name="at"]`).AttrOr("value", ""))
	}
	stale := doc.Find(`form[action="/settings/undo"] input[name="at"]`).AttrOr("value", "")
	undo()
	if got := doc.Find("#f-currency").AttrOr("value", ""); got != "USD" || doc.Find(`input[name="rate.USD"]`).Length() != 0 {
		t.Errorf("after undo the currency is %q", got)
	}
	if refused, r := s.sends(t, "/settings/undo", url.Values{"at": {stale}}); r.StatusCode != http.StatusConflict ||
		!strings.Contains(text(refused.Find("[role=alert]")), "nothing was taken back") {
		t.Errorf("a page that has not seen the last change takes it back: %s %s", r.Status, text(refused.Find("[role=alert]")))
	}
	undo()
	if got := doc.Find("#f-currency").AttrOr("value", ""); got != "EUR" || doc.Find(`input[name="rate.USD"]`).Length() != 1 {
		t.Errorf("after undo of the undo the currency is %q", got)
	}
	send("/settings", "card", "year", "fiscal_year", "4", "working_days", "mon", "working_days", "tue")
	send("/settings", "card", "targets", "period", "2026-10..2026-12", "amount", "1.2m")
	has(t, doc, ".settings-targets", "2026/27 Q3", "everybody", "€1,200,000")
	if n := doc.Find(`input[name="working_days"][checked]`).Length(); n != 2 {
		t.Errorf("%d working days are marked, not 2", n)
	}
	send("/settings", "card", "targets", "gone", doc.Find(`button[name="gone"]`).AttrOr("value", ""))
	if doc.Find(".settings-targets").Length() != 0 {
		t.Error("the target still stands")
	}
}

// TestBadSettingsAreToldInWords: nothing is kept, nothing that was typed is lost.
func TestBadSettingsAreToldInWords(t *testing.T) {
	s := open(t)
	for _, c := range []struct {
		lang, words string
		form        url.Values
		field, kept string
	}{
		{"en", "“euros” is no currency", url.Values{"card": {"money"}, "currency": {"euros"}}, "#f-currency", "euros"},
		{"zh", "不是货币代码", url.Values{"card": {"money"}, "currency": {"euros"}}, "#f-currency", "euros"},
		{"en", "needs a number", url.Values{"card": {"money"}, "currency": {"EUR"}, "code": {"USD"}}, `input[name="code"]`, "USD"},
		{"en", "is no time zone", url.Values{"card": {"company"}, "name": {"Acme"}, "timezone": {"Berlin"}}, "#f-name", "Acme"},
		{"en", "at least one", url.Values{"card": {"year"}, "fiscal_year": {"4"}}, "#f-fiscal_year option[selected]", "4"},
		{"en", "is no amount", url.Values{"card": {"targets"}, "period": {"2026-11"}, "amount": {"lots"}, "team": {"Nordic"}}, "#f-team", "Nordic"},
	} {
		doc, r := s.sends(t, "/settings", c.form, "Accept-Language", c.lang)
		if r.StatusCode != http.StatusBadRequest || !strings.Contains(text(doc.Find("[role=alert]")), c.words) {
			t.Errorf("%v: %s, %q", c.form, r.Status, text(doc.Find("[role=alert]")))
		}
		if got := doc.Find(c.field).AttrOr("value", ""); got != c.kept {
			t.Errorf("%v: %s holds %q, not %q", c.form, c.field, got, c.kept)
		}
		sound(t, "refused settings", doc)
	}
	if doc, _ := s.get(t, "/settings"); doc.Find("#f-currency").AttrOr("value", "") != "" || doc.Find("#f-name").AttrOr("value", "") != "" {
		t.Error("something of what was refused is kept")
	}
}

// TestThemeAndLanguage: the theme is this browser's, the company's language
// that of who has chosen none.
func TestThemeAndLanguage(t *testing.T) {
	s := open(t)
	doc, _ := s.get(t, "/")
	if _, is := doc.Find("html").Attr("data-theme"); is {
		t.Error("a theme is chosen though nobody chose one")
	}
	if doc, _ = s.get(t, "/", "Cookie", "theme=dark"); doc.Find("html").AttrOr("data-theme", "") != "dark" {
		t.Error("the dark theme is not told to the page")
	}
	if doc, _ = s.get(t, "/", "Cookie", `theme="><script>`); doc.Find("html[data-theme]").Length() != 0 {
		t.Error("a theme that is none is told to the page")
	}
	s.sends(t, "/settings", url.Values{"card": {"company"}, "language": {"zh"}})
	for cookie, want := range map[string]string{"": "zh", "lang=en": "en"} {
		if doc, _ = s.get(t, "/", "Cookie", cookie, "Accept-Language", "en"); doc.Find("html").AttrOr("lang", "") != want {
			t.Errorf("with the cookie %q the page is in %s", cookie, doc.Find("html").AttrOr("lang", ""))
		}
	}
}
