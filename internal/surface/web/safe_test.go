package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/throughline/throughline/internal/surface/web"
)

// answers sends a form and gives the answer as it is, without following it.
func (s *shop) answers(t *testing.T, method, path string, form url.Values) *http.Response {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "http://localhost"+path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w.Result()
}

// TestNoWayToAnotherHost: wherever a form says to go on to, it is a page of this
// server.
func TestNoWayToAnotherHost(t *testing.T) {
	s := open(t)
	path := s.newDeal(t)
	for _, then := range []string{"https://evil.example/", "http://evil.example", "//evil.example/", "///evil.example", `/\evil.example`, `\\evil.example`, "javascript:alert(1)",
		"/\t/evil.example", "/\n/evil.example", "/\r\nLocation: http://evil.example", "evil.example", "https:evil.example", "/%0d%0a//x", "http:///evil.example", "//evil.example:80", " //evil.example"} {
		for _, form := range []string{"/note", "/question"} {
			r := s.answers(t, http.MethodPost, path+form, url.Values{"text": {"words"}, "then": {then}})
			to, err := url.Parse(r.Header.Get("Location"))
			if r.StatusCode != http.StatusSeeOther || err != nil || to.Host != "" || to.Scheme != "" || !strings.HasPrefix(to.Path, "/") || strings.HasPrefix(to.Path, "//") || strings.ContainsAny(r.Header.Get("Location"), "\\\r\n\t") {
				t.Errorf("%q leads to %q, %s", then, r.Header.Get("Location"), r.Status)
			}
		}
	}
	if r := s.answers(t, http.MethodPost, path+"/note", url.Values{"text": {"words"}, "then": {"/deals?sort=name"}}); r.Header.Get("Location") != "/deals?sort=name" {
		t.Errorf("a page of our own leads to %q", r.Header.Get("Location"))
	}
}

// TestAQueryIsText: bytes that are no text are shown again on no page.
func TestAQueryIsText(t *testing.T) {
	s := stocked(t)
	for _, path := range []string{"/deals?search=ward%00%ff", "/deals?segment=%00=%ff", "/?question=%00%fe", "/find?q=%c3%28", "/studio/quarter?quarter=%00"} {
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost"+path, nil))
		if body := w.Body.String(); w.Code >= 500 || !utf8.ValidString(body) || strings.ContainsRune(body, 0) {
			t.Errorf("%s: %d, with bytes that are no text", path, w.Code)
		}
	}
	if d, _ := s.get(t, "/deals?search=ward%00"); d.Find("input[name=search]").AttrOr("value", "") != "ward" {
		t.Error("the words beside are lost")
	}
}

// TestCookiesAreOutOfReach: no script reads a cookie of ours, and no other site
// sends one with a form.
func TestCookiesAreOutOfReach(t *testing.T) {
	s := open(t)
	path := s.newDeal(t)
	seen := map[string]bool{}
	look := func(r *http.Response) {
		t.Helper()
		for _, c := range r.Cookies() {
			seen[c.Name] = true
			if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode && c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" {
				t.Errorf("%s %s sets %s", r.Request.Method, r.Request.URL, c)
			}
		}
	}
	ask := func(method, path string, form url.Values, cookie string) {
		t.Helper()
		q := httptest.NewRequestWithContext(t.Context(), method, "http://localhost"+path, strings.NewReader(form.Encode()))
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		q.Header.Set("Cookie", cookie)
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, q)
		r := w.Result()
		r.Request = q
		look(r)
	}
	ask(http.MethodPost, path+"/note", url.Values{"text": {"words"}}, "")
	ask(http.MethodGet, path, nil, "said=e30") // what was said is taken back
	ask(http.MethodGet, "/?lang=zh", nil, "")
	ask(http.MethodPost, "/me", url.Values{"me": {""}}, "me=x")
	for _, name := range []string{"said", "me", "lang"} {
		if !seen[name] {
			t.Errorf("no cookie %q was set; there were %v", name, seen)
		}
	}
}

// TestLivePagesAreBounded: so many pages may listen at once; the next one is
// told to come back, and comes in when one has gone.
func TestLivePagesAreBounded(t *testing.T) {
	s := open(t)
	path := s.newDeal(t)
	over := make(chan struct{})
	s.handler = web.New(web.Options{Desk: s.desks, Live: 1, Over: over})
	server := httptest.NewServer(s.handler)
	defer server.Close()
	listen := func() *http.Response {
		t.Helper()
		r, err := http.Get(server.URL + path + "/live?facts=0")
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	first := listen()
	if b := make([]byte, 5); first.StatusCode != http.StatusOK {
		t.Fatal(first.Status)
	} else if _, err := first.Body.Read(b); err != nil {
		t.Fatal(err)
	}
	if second := listen(); second.StatusCode != http.StatusServiceUnavailable || second.Header.Get("Retry-After") == "" {
		t.Errorf("the second: %s", second.Status)
	}
	close(over) // all streams end
	if _, err := first.Body.Read(make([]byte, 1<<10)); err == nil {
		_, _ = first.Body.Read(make([]byte, 1<<10))
	}
	first.Body.Close()
}
