package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
)

// TestCalendarPage: what is due stands in its day, of a month that is asked for
// by its address, with the list's filters; a file for a calendar program holds
// the same and is kept by nobody; in both languages; an empty month says so.
func TestCalendarPage(t *testing.T) {
	s := open(t)
	path := s.newDeal(t)
	due := throughline.DayOf(today, time.UTC).Add(3)
	if d, r := s.sends(t, path+"/promise", url.Values{"what": {"send the list of wards"}, "who": {"their lawyers; legal"}, "due": {due.String()}}); r.StatusCode != 200 {
		t.Fatal(r.Status, text(d.Find("[role=alert]")))
	}
	d, _ := s.get(t, "/deals?view=calendar")
	sound(t, "calendar", d)
	has(t, d, "h1", "due in November 2026")
	has(t, d, `.month-day:has(time[datetime="`+due.String()+`"]) .month-item`, "send the list of wards")
	if n := d.Find(".month-day").Length(); n%7 != 0 || n < 28 || d.Find(".month-today[aria-current=date]").Length() != 1 {
		t.Errorf("%d days, %d of them today", n, d.Find(".month-today").Length())
	}
	if got := d.Find(".month-item a").AttrOr("href", ""); got != path {
		t.Errorf("it opens %q", got)
	}
	d, _ = s.get(t, "/deals?view=calendar&month=2027-02")
	has(t, d, "h1", "Nothing is due in February 2027")
	if d.Find(".month-item, .month-file").Length() != 0 {
		t.Error("nothing is due, and something stands there")
	}
	has(t, d, ".month-nav", "This month")
	for _, odd := range []string{"0001-01", "9999-12", "2026-13", "%00"} {
		if _, r := s.get(t, "/deals?view=calendar&month="+odd); r.StatusCode != http.StatusOK {
			t.Errorf("of the month %s: %s", odd, r.Status)
		}
	}
	if d, _ = s.get(t, "/deals?view=calendar&month=nonsense&outcome=won"); d.Find(".month-item").Length() != 0 {
		t.Error("the filter leaves it in")
	}
	d, _ = s.get(t, "/deals?view=calendar&lang=zh")
	has(t, d, "h1", "2026年11月有 1 件事到期")
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost/deals.ics?view=calendar", nil))
	body := w.Body.String()
	if !strings.Contains(body, "DTSTART;VALUE=DATE:"+strings.ReplaceAll(due.String(), "-", "")) || strings.Count(body, "BEGIN:VEVENT") != 1 || !strings.Contains(body, `Their lawyers\; legal`) {
		t.Errorf("the file says\n%s", body)
	}
	if h := w.Header(); h.Get("Cache-Control") != "private, no-store" || !strings.HasPrefix(h.Get("Content-Type"), "text/calendar") {
		t.Errorf("with %v", h)
	}
}
