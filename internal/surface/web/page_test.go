package web_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/company"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

func id(kind, key string) throughline.ID { return throughline.KeyedID(today, kind, key) }

// hostile is what somebody might write into a title.
const hostile = `<script>alert(1)</script>"><img src=x onerror=alert(2)> & Söhne 🙂 {{.x}} ]]>`

// bare keeps a deal as a CRM export has it: stages and amounts, nothing of the
// customer's. It gives the deal's page.
func (s *shop) bare(t testing.TB, title string) string {
	t.Helper()
	d, acc, own := throughline.DealID(id("deal", title)), throughline.AccountID(id("account", "a")), throughline.PersonID(id("person", "o"))
	at := today.AddDate(0, 0, -120)
	fact := func(key string, days int, b deal.Body) deal.Fact {
		when := at.AddDate(0, 0, days)
		return deal.Fact{ID: throughline.FactID(id("fact", title+key)), Deal: d, Happened: when, Learned: when, Recorded: when,
			Source: deal.Source{System: "csv", Record: "row 7"}, Body: b}
	}
	s.keep(t, store.Batch{
		Accounts: []store.Account{{ID: acc, Recorded: at, Name: hostile}},
		People:   []store.Person{{ID: own, Recorded: at, Ours: true, Name: hostile}},
		Records:  []store.Record{{System: "csv", Kind: store.DealRecord, Foreign: "D-1", ID: throughline.ID(d)}},
		Facts: []deal.Fact{
			fact("1", 0, deal.Opened{Title: title, Account: acc, Owner: own, Attributes: map[string]string{"product": hostile}}),
			fact("2", 10, deal.StageMoved{Foreign: hostile}),
			fact("3", 30, deal.StageMoved{Foreign: "Proposal", Stage: "process/standard/stage/decide"}),
			fact("4", 30, deal.AmountChanged{Amount: throughline.Money{Cents: 41200000, Currency: "USD"}}),
		}})
	return "/deals/" + d.String()
}

func text(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

func has(t *testing.T, d *goquery.Document, selector string, words ...string) *goquery.Selection {
	t.Helper()
	found := d.Find(selector)
	if found.Length() == 0 {
		t.Errorf("there is no %s", selector)
	}
	for _, w := range words {
		if !strings.Contains(text(found), w) {
			t.Errorf("%s says %q, not %q", selector, text(found), w)
		}
	}
	return found
}

// sound is what holds for every page: one heading of the first rank, ids that
// stand once, links within the page that lead somewhere, labels on controls,
// nothing that needs a script or an inline style.
func sound(t *testing.T, where string, d *goquery.Document) {
	t.Helper()
	if n := d.Find("h1").Length(); n != 1 {
		t.Errorf("%s has %d first headings", where, n)
	}
	ids := map[string]int{}
	d.Find("[id]").Each(func(_ int, e *goquery.Selection) { ids[e.AttrOr("id", "")]++ })
	for i, n := range ids {
		if n > 1 || i == "" {
			t.Errorf("%s: id %q stands %d times", where, i, n)
		}
	}
	d.Find(`a[href*="#"]`).Each(func(_ int, e *goquery.Selection) {
		path, fragment, _ := strings.Cut(e.AttrOr("href", ""), "#")
		if path == "" && ids[fragment] == 0 {
			t.Errorf("%s: #%s leads nowhere", where, fragment)
		}
	})
	d.Find("label[for]").Each(func(_ int, e *goquery.Selection) {
		if ids[e.AttrOr("for", "")] == 0 {
			t.Errorf("%s: label for %q has no control", where, e.AttrOr("for", ""))
		}
	})
	if n := d.Find(`script:not([src^="/static/page."]), [style], [onclick], [onerror], style`).Length(); n > 0 || d.Find("script").Text() != "" {
		t.Errorf("%s has %d scripts or inline styles", where, n)
	}
	d.Find("[aria-labelledby], [aria-describedby]").Each(func(_ int, e *goquery.Selection) {
		for _, a := range []string{"aria-labelledby", "aria-describedby"} {
			list, _ := e.Attr(a) // both hold lists of ids
			for _, id := range strings.Fields(list) {
				if ids[id] == 0 {
					t.Errorf("%s: %s %q names nothing", where, a, id)
				}
			}
		}
	})
	if body := text(d.Find("body")); strings.Contains(body, "<no value>") || strings.Contains(body, "[road.") || strings.Contains(body, "[deal.") {
		i := max(strings.Index(body, "<no value>"), strings.Index(body, "[road."), strings.Index(body, "[deal."))
		t.Errorf("%s has a message without words: …%s…", where, body[max(0, i-40):min(len(body), i+40)])
	}
}

func TestEveryPageIsSound(t *testing.T) {
	s := stocked(t)
	for _, p := range append(s.walk(t), stop{"quarter", "/studio/quarter"}, stop{"remarks", "/playbook/remarks"}, stop{"say", "/playbook/say?about=journey/p3&then=/"},
		stop{"ledger", s.walk(t)[2].path + "/ledger?facts=customer&order=oldest"}, stop{"questions", s.walk(t)[2].path + "/questions"}, stop{"outlook", s.walk(t)[2].path + "/forecast"},
		stop{"silent", "/deals?silent=true&sort=quiet"}, stop{"search", "/deals?search=hospital&sort=amount"}) {
		for _, lang := range []string{"en", "zh"} {
			d, _ := s.get(t, p.path, "Accept-Language", lang)
			sound(t, p.name+" "+lang, d)
			if got := d.Find("html").AttrOr("lang", ""); got != lang {
				t.Errorf("%s is in %q", p.name, got)
			}
		}
	}
}

// TestLinksLeadSomewhere follows the links of the main pages once, and finds
// behind each number as many deals as it says.
func TestLinksLeadSomewhere(t *testing.T) {
	s := stocked(t)
	seen := map[string]bool{}
	for _, p := range s.walk(t)[:6] {
		d, _ := s.get(t, p.path)
		d.Find("a[href]").Each(func(_ int, e *goquery.Selection) {
			href, fragment, _ := strings.Cut(e.AttrOr("href", ""), "#")
			if href == "" || seen[href] || len(seen) > 80 || strings.HasPrefix(href, "/tour/") { // a stop of the tour leads on: TestTheTour
				return
			}
			seen[href] = true
			to, r := s.get(t, href)
			if r.StatusCode != http.StatusOK {
				t.Errorf("%s: %s leads to %s", p.name, href, r.Status)
			}
			if fragment != "" && to.Find("#"+fragment).Length() == 0 {
				t.Errorf("%s: %s has no #%s", p.name, href, fragment)
			}
		})
	}
	d, _ := s.get(t, "/")
	d.Find(".legend a").Each(func(_ int, e *goquery.Selection) {
		n, _, _ := strings.Cut(text(e), " ")
		to, _ := s.get(t, e.AttrOr("href", ""))
		if head := text(to.Find("h1")); !strings.HasPrefix(head, n+" ") {
			t.Errorf("%q leads to %q", text(e), head)
		}
	})
}

func TestNothingIsKeptYet(t *testing.T) {
	d, r := open(t).get(t, "/")
	if r.StatusCode != http.StatusOK {
		t.Fatal(r.Status)
	}
	has(t, d, ".lede", "Nothing is here yet")
	if d.Find(`form[action="/bring"] input[type=file]`).Length() != 1 || d.Find(`a[href="/deals/new"]`).Length() == 0 {
		t.Error("shows no way to bring a file, or none to begin with a deal")
	}
	d, _ = open(t).get(t, "/deals")
	has(t, d, ".none", "No deal is here yet")
}

// TestTodayCounts: the ends are those of the known truth, the bar holds
// them all, and what it leaves out is said.
func TestTodayCounts(t *testing.T) {
	s := stocked(t)
	want := map[string]int{}
	left := 0
	for _, c := range s.truth {
		switch c.Outcome {
		case throughline.Won:
			want["won"]++
		case throughline.LostCompetitor, throughline.LostInhouse:
			want["rival"]++
		case throughline.NoDecision:
			want["none"]++
		case throughline.DecidedNoChange: // a decision: it was counted as none before
			want["stay"]++
		case throughline.StillOpen:
			want["open"]++
		default:
			left++
		}
	}
	d, _ := s.get(t, "/")
	d.Find(".legend li").Each(func(i int, e *goquery.Selection) {
		kind := []string{"won", "rival", "stay", "none", "open"}[i]
		if got := e.Find("strong").Text(); got != strconv.Itoa(want[kind]) {
			t.Errorf("%s: %s, want %d", kind, got, want[kind])
		}
	})
	wide := 0.0
	d.Find(".bar > rect").Each(func(_ int, e *goquery.Selection) {
		w, err := strconv.ParseFloat(e.AttrOr("width", ""), 64)
		if err != nil {
			t.Error(err)
		}
		wide += w + 3
	})
	if wide < 999 || wide > 1001 {
		t.Errorf("the bar's parts are %v of 1000 wide", wide)
	}
	if left > 0 {
		has(t, d, ".ends", "Not in the bar")
	}
	rows := has(t, d, ".td-item")
	rows.Each(func(i int, e *goquery.Selection) {
		if e.Find(".td-why").Length() != 2 || e.Find("svg.road-line title").Text() == "" {
			t.Errorf("row %d has no reason or no picture", i)
		}
	})
}

// TestDealTellsItsDistance: the hand-made deal of the sketch.
func TestDealTellsItsDistance(t *testing.T) {
	s := stocked(t)
	var path string
	for _, c := range s.truth {
		if c.Frontier == throughline.Align && c.Story != "" && c.Outcome == throughline.StillOpen {
			path = "/deals/" + c.Deal.String()
			break
		}
	}
	d, _ := s.get(t, path)
	has(t, d, "h1", "want")
	has(t, d, "svg.road-large .rd-gap-text", "ahead of them")
	has(t, d, "svg.road-large .rd-name-here", "Align")
	has(t, d, "#next-h", "What they have to answer next")
	if got := text(d.Find(".question").First()); got != "Do the people it touches agree what the problem is and what better means?" {
		t.Errorf("asks %q", got)
	}
	has(t, d, ".card .evidence .grade-missing")
	for anchor, page := range map[string]string{"#p1": "/questions", "#p9": "/questions", "#k1": "/contracting", "#c6": "/contracting", "#ledger": "/ledger",
		"#consensus": "/people", "#confidence": "/people"} {
		if on, _ := s.get(t, path+page); on.Find(anchor).Length() != 1 {
			t.Errorf("%s is not on %s", anchor, page)
		}
		if d.Find(anchor).Length() != 0 {
			t.Errorf("%s stands on the first page too", anchor)
		}
	}
	links := d.Find("svg.road-large a")
	if n := links.Length(); n < throughline.PhaseCount+14 {
		t.Errorf("only %d marks of the road lead anywhere", n)
	}
	// every row of evidence stands on one page, and leads to its fact
	if n := d.Find(".evidence li:not(.absent)").Length(); n > 0 {
		t.Errorf("%d rows of evidence stand on the first page", n)
	}
	questions, _ := s.get(t, path+"/questions")
	ledger, _ := s.get(t, path+"/ledger")
	has(t, questions, ".evidence li:not(.absent) a.plain-link").Each(func(_ int, e *goquery.Selection) {
		to, fragment, _ := strings.Cut(e.AttrOr("href", ""), "#")
		if to != path+"/ledger" || ledger.Find("#"+fragment).Length() != 1 {
			t.Errorf("%s#%s is no fact in the ledger", to, fragment)
		}
	})
}

func TestNothingComesFromTheCustomer(t *testing.T) {
	s := open(t)
	path := s.bare(t, "A bare deal")
	d, _ := s.get(t, path)
	has(t, d, "#next-h", "Nothing here comes from the customer yet. Three questions that would tell you most:")
	if n := d.Find(".questions > li").Length(); n != 3 {
		t.Errorf("asks %d questions", n)
	}
	if d.Find(".rd-done, .rd-here, .rd-walked").Length() > 0 {
		t.Error("the road shows a position that nobody gave evidence for")
	}
	has(t, d, "svg.road-large .rd-gap-text", "distance cannot be told")
	sound(t, "bare", d)
	d, _ = s.get(t, "/")
	has(t, d, ".td-item", "Nothing here comes from the customer")
}

// TestPeopleCannotWriteMarkup: what people wrote is text wherever it stands.
func TestPeopleCannotWriteMarkup(t *testing.T) {
	s := open(t)
	path := s.bare(t, hostile)
	for _, p := range []string{"/", "/deals", path, "/deals?search=" + "%3Cscript%3Ealert(1)", "/?owner=%22%3E%3Cimg%20src=x%20onerror=alert(2)%3E",
		"/deals?outcome=%3Cscript%3E", "/?as_of=%3Cscript%3E", "/%3Cscript%3Ealert(1)%3C/script%3E", path + "/ledger?facts=%22onload=%22&order=%3C", path + "/questions", path + "/forecast", "/deals/%3Cimg%3E",
		"/?sort=%22%3E%3Cscript%3E", "//evil.example/?lang=zh"} {
		d, r := s.get(t, p)
		if r.StatusCode >= 500 {
			t.Errorf("%s: %s", p, r.Status)
		}
		if r.StatusCode == http.StatusMovedPermanently || r.StatusCode == http.StatusTemporaryRedirect {
			if l := r.Header.Get("Location"); !strings.HasPrefix(l, "/") || strings.HasPrefix(l, "//") {
				t.Errorf("%s leads away, to %s", p, l)
			}
			continue
		}
		if n := d.Find(`script:not([src^="/static/page."]), img, [onerror], [onload]`).Length(); n > 0 {
			t.Errorf("%s holds %d elements that a person wrote", p, n)
		}
		d.Find("a[href]").Each(func(_ int, e *goquery.Selection) {
			if h := e.AttrOr("href", ""); !strings.HasPrefix(h, "/") && !strings.HasPrefix(h, "#") || strings.HasPrefix(h, "//") {
				t.Errorf("%s has a link to %q", p, h)
			}
		})
	}
	d, _ := s.get(t, path)
	if got := text(d.Find("h1")); got != strings.Join(strings.Fields(hostile), " ") {
		t.Errorf("the title says %q", got)
	}
}

// TestLooksBack: as of a day the page counts what was known then, says so, and
// carries the day along.
func TestLooksBack(t *testing.T) {
	s := open(t)
	path := s.bare(t, "A bare deal")
	early := throughline.DayOf(today.AddDate(0, 0, -115), time.UTC).String()
	d, _ := s.get(t, path+"?as_of="+early)
	has(t, d, ".back-in-time", "Only what was known on that day counts")
	d, _ = s.get(t, path+"/ledger?as_of="+early)
	if n := d.Find(".ledger > li").Length(); n != 1 {
		t.Errorf("%d facts were known then, want 1", n)
	}
	d, _ = s.get(t, "/?as_of="+early)
	if href := d.Find(".row-link").AttrOr("href", ""); !strings.Contains(href, "as_of="+early) {
		t.Errorf("the row leads to %s", href)
	}
	d.Find(".menu a").Each(func(_ int, e *goquery.Selection) {
		if !strings.Contains(e.AttrOr("href", ""), "as_of="+early) {
			t.Errorf("the menu forgets the day: %s", e.AttrOr("href", ""))
		}
	})
	if _, r := s.get(t, path+"?as_of="+throughline.DayOf(today.AddDate(-5, 0, 0), time.UTC).String()); r.StatusCode != http.StatusNotFound {
		t.Errorf("a deal nobody knew of then: %s", r.Status)
	}
	if d, r := s.get(t, "/?as_of=yesterday"); r.StatusCode != http.StatusBadRequest {
		t.Errorf("an odd date: %s", r.Status)
	} else {
		has(t, d, ".detail", "That is no day", "A day is written as")
	}
}

func TestLedgerIsFilteredAndOrdered(t *testing.T) {
	s := open(t)
	path := s.bare(t, "A bare deal")
	order := func(query string) []string {
		d, _ := s.get(t, path+"/ledger"+query)
		return d.Find(".ledger-when").Map(func(_ int, e *goquery.Selection) string { return e.AttrOr("datetime", "") })
	}
	newest, oldest := order(""), order("?order=oldest")
	if len(newest) != 4 || newest[0] < newest[3] || oldest[0] > oldest[3] {
		t.Errorf("newest first %v, oldest first %v", newest, oldest)
	}
	if n := len(order("?facts=ours")); n != 2 {
		t.Errorf("%d facts about our road, want 2", n)
	}
	if n := len(order("?facts=nonsense")); n != 4 {
		t.Errorf("an unknown filter shows %d facts, want all", n)
	}
}

func TestLanguageIsRemembered(t *testing.T) {
	s := open(t)
	d, r := s.get(t, "/?lang=zh")
	has(t, d, "h1", "开始")
	var cookie *http.Cookie
	for _, c := range r.Cookies() {
		if c.Name == "lang" {
			cookie = c
		}
	}
	if cookie == nil || cookie.Value != "zh" || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode {
		t.Fatalf("cookie %v", cookie)
	}
	d, _ = s.get(t, "/", "Cookie", "lang=zh", "Accept-Language", "en")
	if d.Find("html").AttrOr("lang", "") != "zh" {
		t.Error("the choice is forgotten")
	}
	d, _ = s.get(t, "/", "Cookie", `lang="><script>`)
	if d.Find("html").AttrOr("lang", "") != "en" {
		t.Error("an odd cookie decides")
	}
}

func TestFailures(t *testing.T) {
	s := open(t)
	for path, want := range map[string]int{
		"/nowhere": 404, "/deals/0190b2f0-7c3a-7d11-8e22-1f3a5b7c9d0e": 404, "/deals/zzz": 404, "/deals?outcome=horoscope": 400,
		"/deals?offset=-3": 200, "/deals?offset=99999999999999999999": 200, "/static/other.css": 404,
	} {
		d, r := s.get(t, path)
		if r.StatusCode != want {
			t.Errorf("%s: %s, want %d", path, r.Status, want)
		}
		if want == 404 && !strings.HasPrefix(path, "/static") {
			sound(t, path, d)
			has(t, d, "#find-big")
		}
	}
}

// TestGuard: other hosts' names and other sites' writes are refused, and the
// browser is told how little the pages need.
func TestGuard(t *testing.T) {
	s := open(t)
	ask := func(method, url string, headers ...string) *http.Response {
		r := httptest.NewRequestWithContext(t.Context(), method, url, nil)
		for i := 0; i+1 < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		return w.Result()
	}
	for host, want := range map[string]int{"localhost": 200, "localhost:8080": 200, "127.0.0.1:80": 200, "[::1]:8080": 200, "throughline.localhost": 200,
		"evil.example": 421, "localhost.evil.example": 421, "127.0.0.1.evil.example": 421, "192.168.1.7": 421, "10.0.0.1:8080": 421} {
		if got := ask(http.MethodGet, "http://"+host+"/").StatusCode; got != want {
			t.Errorf("asked as %s: %d, want %d", host, got, want)
		}
	}
	r := ask(http.MethodGet, "http://localhost/")
	csp := r.Header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
		if !strings.Contains(csp, part) {
			t.Errorf("the policy %q lacks %q", csp, part)
		}
	}
	if strings.Contains(csp, "unsafe") || !strings.Contains(csp, "script-src 'self';") {
		t.Errorf("the policy allows too much: %s", csp)
	}
	for header, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "X-Frame-Options": "DENY"} {
		if got := r.Header.Get(header); got != want {
			t.Errorf("%s: %q, want %q", header, got, want)
		}
	}
	if got := ask(http.MethodPost, "http://localhost/deals", "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example").StatusCode; got != http.StatusForbidden {
		t.Errorf("another site's write: %d", got)
	}
}

func TestStaticFiles(t *testing.T) {
	s := open(t)
	d, _ := s.get(t, "/")
	href := d.Find(`link[rel="stylesheet"]`).AttrOr("href", "")
	_, r := s.get(t, href)
	if r.StatusCode != 200 || !strings.Contains(r.Header.Get("Cache-Control"), "immutable") || r.Header.Get("ETag") == "" ||
		!strings.HasPrefix(r.Header.Get("Content-Type"), "text/css") {
		t.Errorf("%s: %s %v", href, r.Status, r.Header)
	}
	if _, again := s.get(t, href, "If-None-Match", r.Header.Get("ETag")); again.StatusCode != http.StatusNotModified {
		t.Errorf("asked again: %s", again.Status)
	}
	if _, r := s.get(t, "/", "Accept-Encoding", "gzip"); r.Header.Get("Content-Encoding") != "gzip" {
		t.Error("pages are not compressed")
	}
	if _, r := s.get(t, "/static/mark.svg"); r.StatusCode != 200 {
		t.Error(r.Status)
	}
}

// TestPagesOfTheList: paging shows every deal once.
func TestPagesOfTheList(t *testing.T) {
	s := stocked(t)
	seen := map[string]bool{}
	pages := 0
	for path := "/deals?sort=title"; path != ""; pages++ {
		d, _ := s.get(t, path)
		d.Find(".row-link").Each(func(_ int, e *goquery.Selection) {
			href := e.AttrOr("href", "")
			if seen[href] {
				t.Errorf("%s comes twice", href)
			}
			seen[href] = true
		})
		path = d.Find(`.pages a[rel="next"]`).AttrOr("href", "")
		if pages > 20 {
			t.Fatal("there is no end")
		}
	}
	if len(seen) != company.Total {
		t.Errorf("%d deals on %d pages, want %d", len(seen), pages, company.Total)
	}
}

// FuzzPath: whatever is asked for, a page comes back that is no fault of ours.
func FuzzPath(f *testing.F) {
	s := open(f)
	s.bare(f, hostile)
	for _, p := range []string{"/", "/deals?sort=quiet&offset=5", "/deals/x?as_of=2020-01-01", "/playbook?lang=zh", "/?search=%00", "/deals?owner=%ff", "/static/.."} {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, path string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost/", nil)
		u, err := r.URL.Parse(path)
		if err != nil {
			t.Skip()
		}
		u.Scheme, u.Host = "http", "localhost"
		r.URL, r.Host = u, "localhost"
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		if w.Code >= 500 {
			t.Errorf("%q: %d", path, w.Code)
		}
	})
}

// BenchmarkDealPage measures the deal page from request to the last byte, with
// the ledger in a file; BenchmarkToday the first page.
func BenchmarkDealPage(b *testing.B) { stocked(b).bench(b, stocked(b).walk(b)[1].path) }

func BenchmarkToday(b *testing.B) { stocked(b).bench(b, "/") }

func (s *shop) bench(b *testing.B, path string) {
	for b.Loop() {
		r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "http://localhost"+path, nil)
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
}
