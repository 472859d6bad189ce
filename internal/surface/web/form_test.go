package web_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// sends sends a form as a browser would, and follows where it leads.
func (s *shop) sends(t testing.TB, path string, form url.Values, headers ...string) (*goquery.Document, *http.Response) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://localhost"+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	response := w.Result()
	if to := response.Header.Get("Location"); response.StatusCode == http.StatusSeeOther {
		var cookies []string
		for _, c := range response.Cookies() {
			if c.MaxAge >= 0 {
				cookies = append(cookies, c.Name+"="+c.Value)
			}
		}
		to, _, _ = strings.Cut(to, "#")
		return s.get(t, to, "Cookie", strings.Join(cookies, "; "))
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return doc, response
}

// newDeal opens a deal by hand, with one person, and gives its address.
func (s *shop) newDeal(t testing.TB) string {
	t.Helper()
	id := throughline.DealID(throughline.KeyedID(today.Add(-time.Hour), "new", t.Name()))
	who := throughline.PersonID(throughline.KeyedID(today, "maria", t.Name()))
	at := today.Add(-time.Hour)
	fact := func(k string, b deal.Body) deal.Fact {
		return deal.Fact{ID: throughline.FactID(throughline.KeyedID(at, k, id.String())), Deal: id, Happened: at, Learned: at, Recorded: at, Source: deal.Source{System: "person"}, Body: b}
	}
	s.keep(t, store.Batch{People: []store.Person{{ID: who, Recorded: at, Name: "Maria Chen"}},
		Facts: []deal.Fact{fact("o", deal.Opened{Title: "One handover"}), fact("p", deal.PersonJoined{Person: who, Role: throughline.ProblemOwner})}})
	return "/deals/" + id.String()
}

// TestAFormComesBackWithWhatWasTyped: what cannot be recorded is told, and
// nothing that was typed is lost.
func TestAFormComesBackWithWhatWasTyped(t *testing.T) {
	s := open(t)
	path := s.newDeal(t)
	long := "They wrote down the three problems <b>and</b> sent the list to two colleagues"
	d, r := s.sends(t, path+"/evidence", url.Values{"about": {"journey/p1"}, "grade": {"E2"}, "person": {""}, "text": {long}, "on": {"2026-12-24"}})
	if r.StatusCode != http.StatusBadRequest {
		t.Errorf("status %d", r.StatusCode)
	}
	if got := d.Find("textarea[name=text]").Text(); got != long {
		t.Errorf("the words came back as %q", got)
	}
	if got := text(d.Find("[role=alert]")); !strings.Contains(got, "still to come") {
		t.Errorf("it says %q", got)
	}
	if d.Find(`input[name=about][value="journey/p1"]`).Length() != 1 {
		t.Error("which question it was is lost")
	}
	sound(t, "unsent", d)
	// Put right and sent again, it is recorded.
	d, _ = s.sends(t, path+"/evidence", url.Values{"about": {"journey/p1"}, "grade": {"E1"}, "text": {long}, "on": {"2026-11-20"}})
	if got := text(d.Find(".said")); !strings.Contains(got, "Recorded") {
		t.Errorf("it says %q", got)
	}
	if d, _ = s.get(t, path+"/questions"); d.Find("#p1 b").Length() > 0 || !strings.Contains(text(d.Find("#p1")), "<b>and</b>") {
		t.Error("markup that was typed is not shown as words")
	}
}

// TestSentTwice: the same form writes once and says so, from the deal's own page
// and from that of its facts.
func TestSentTwice(t *testing.T) {
	for _, from := range []string{"", "/ledger"} {
		t.Run("from"+from, func(t *testing.T) { sentTwice(t, from) })
	}
}

func sentTwice(t *testing.T, from string) {
	s := open(t)
	path := s.newDeal(t)
	page, _ := s.get(t, path+from)
	once := page.Find(`form[action$="/note"] input[name=once]`).AttrOr("value", "")
	form := url.Values{"text": {"Ask again after the holidays"}, "once": {once}}
	s.sends(t, path+"/note", form)
	d, _ := s.sends(t, path+"/note", form)
	if got := text(d.Find(".said")); !strings.Contains(got, "already") {
		t.Errorf("it says %q", got)
	}
	d, _ = s.get(t, path+"/ledger")
	if n := strings.Count(text(d.Find("#ledger")), "Ask again after the holidays"); n != 1 {
		t.Errorf("the note stands %d times", n)
	}
}

// TestColleaguesAreTold: a page made before somebody else wrote says so when
// its form is sent; both stay.
func TestColleaguesAreTold(t *testing.T) {
	s := open(t)
	path := s.newDeal(t)
	page, _ := s.get(t, path+"/ledger")
	seen := page.Find(`form[action$="/note"] input[name=seen]`).AttrOr("value", "")
	s.sends(t, path+"/note", url.Values{"text": {"from a colleague"}})
	d, _ := s.sends(t, path+"/note", url.Values{"text": {"mine"}, "seen": {seen}})
	if got := text(d.Find(".said")); !strings.Contains(got, "somebody else added") {
		t.Errorf("it says %q", got)
	}
	d, _ = s.get(t, path+"/ledger")
	if got := text(d.Find("#ledger")); !strings.Contains(got, "from a colleague") || !strings.Contains(got, "mine") {
		t.Error("one of the two notes is gone")
	}
}

// TestWritesAreGuarded: another site's page, a form that is too large, a place
// to go on to that is not ours.
func TestWritesAreGuarded(t *testing.T) {
	s := open(t)
	path := s.newDeal(t)
	for name, headers := range map[string][]string{"another site": {"Sec-Fetch-Site", "cross-site"}, "another origin": {"Origin", "https://evil.example"}} {
		if _, r := s.sends(t, path+"/note", url.Values{"text": {"x"}}, headers...); r.StatusCode != http.StatusForbidden {
			t.Errorf("%s: status %d", name, r.StatusCode)
		}
	}
	if d, r := s.sends(t, path+"/note", url.Values{"text": {strings.Repeat("x", 2<<20)}}); r.StatusCode != http.StatusBadRequest || !strings.Contains(text(d.Find("main")), "kB were sent") {
		t.Errorf("too large: status %d, %q", r.StatusCode, text(d.Find("main")))
	}
	for _, then := range []string{"https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://localhost"+path+"/note", strings.NewReader(url.Values{"text": {"x"}, "then": {then}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		if to := w.Header().Get("Location"); !strings.HasPrefix(to, "/deals/") {
			t.Errorf("then=%s leads to %q", then, to)
		}
	}
	if _, r := s.sends(t, "/deals/nobody/note", url.Values{"text": {"x"}}); r.StatusCode != http.StatusNotFound {
		t.Errorf("no such deal: status %d", r.StatusCode)
	}
}

// TestTenThousandFacts: the page of a deal with ten thousand facts is still a page.
func TestTenThousandFacts(t *testing.T) {
	s := open(t)
	path := s.newDeal(t)
	id, err := throughline.ParseID(strings.TrimPrefix(path, "/deals/"))
	if err != nil {
		t.Fatal(err)
	}
	var facts []deal.Fact
	for i := range 10_000 {
		at := today.Add(-time.Duration(i+1) * time.Minute)
		facts = append(facts, deal.Fact{ID: throughline.FactID(throughline.KeyedID(at, "many", strconv.Itoa(i))), Deal: throughline.DealID(id), Happened: at, Learned: at, Recorded: at,
			Grade: throughline.E2, Source: deal.Source{System: "person"}, Body: deal.Evidence{About: throughline.Phase(1 + i%9).Address(), Text: "the " + strconv.Itoa(i) + "th thing they said"}})
	}
	s.keep(t, store.Batch{Facts: facts})
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost"+path+"/ledger", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	if w.Code != http.StatusOK || w.Header().Get("Content-Encoding") != "gzip" {
		t.Fatalf("status %d, %q", w.Code, w.Header().Get("Content-Encoding"))
	}
	if n := w.Body.Len(); n > 150<<10 {
		t.Errorf("%d kB compressed, at most 150", n>>10)
	}
	z, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	d, err := goquery.NewDocumentFromReader(z)
	if err != nil {
		t.Fatal(err)
	}
	if got := text(d.Find("#ledger-h")); !strings.Contains(got, "10,002") {
		t.Errorf("the ledger says %q", got)
	}
	if _, r := s.sends(t, path+"/note", url.Values{"text": {"one more"}}); r.StatusCode != http.StatusOK {
		t.Errorf("writing to it: status %d", r.StatusCode)
	}
}

// TestWhoIsLooking: who one said one is stands under what one writes.
func TestWhoIsLooking(t *testing.T) {
	s := open(t).fill(t)
	d, _ := s.get(t, "/me")
	sound(t, "me", d)
	first := d.Find("button[name=me]").First()
	name, id := text(first.Find("strong")), first.AttrOr("value", "")
	if d, _ = s.sends(t, "/me", url.Values{"me": {id}, "then": {"/me"}}); text(d.Find(".me")) != name {
		t.Errorf("the page says %q is looking, want %q", text(d.Find(".me")), name)
	}
	path := s.newDeal(t)
	s.sends(t, path+"/evidence", url.Values{"about": {"journey/p1"}, "text": {"They sound worried"}}, "Cookie", "me="+id)
	if d, _ = s.get(t, path+"/questions"); !strings.Contains(text(d.Find("#p1")), name) {
		t.Errorf("our reading is nobody's: %q", text(d.Find("#p1")))
	}
	if _, r := s.sends(t, "/me", url.Values{"me": {"019e5221-b000-71c3-bc5e-65520a8b3688"}}); r.StatusCode != http.StatusBadRequest {
		t.Errorf("a stranger: status %d", r.StatusCode)
	}
}

// TestAUsedTokenKeepsTheWords: a form whose token was used with other words is a
// conflict; its page holds the words and a token of its own, with which they
// are then kept.
func TestAUsedTokenKeepsTheWords(t *testing.T) {
	s := open(t)
	path := s.newDeal(t)
	once := throughline.KeyedID(today, "once").String()
	send := func(once, text string) (*goquery.Document, *http.Response) {
		return s.sends(t, path+"/note", url.Values{"text": {text}, "once": {once}})
	}
	if _, r := send(once, "the list comes on Friday"); r.StatusCode != http.StatusOK {
		t.Fatal(r.Status)
	}
	if d, r := send(once, "the list comes on Friday"); r.StatusCode != http.StatusOK || !strings.Contains(d.Text(), "recorded already") {
		t.Errorf("the same words again: %s", r.Status)
	}
	d, r := send(once, "the list comes on Monday")
	if r.StatusCode != http.StatusConflict || d.Find("textarea[name=text]").Text() != "the list comes on Monday" {
		t.Fatalf("other words: %s with %q", r.Status, d.Find("textarea[name=text]").Text())
	}
	fresh, _ := d.Find("input[name=once]").Attr("value")
	if fresh == "" || fresh == once {
		t.Errorf("the page brings the token %q again", fresh)
	}
	if _, r := send(fresh, "the list comes on Monday"); r.StatusCode != http.StatusOK {
		t.Errorf("sent from there: %s", r.Status)
	}
	if d, r := send("no token", "the list comes on Tuesday"); r.StatusCode != http.StatusBadRequest || d.Find("textarea[name=text]").Text() == "" {
		t.Errorf("without a token: %s", r.Status)
	}
}
