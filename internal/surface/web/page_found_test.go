package web_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/playbooks"
)

// reader is a desk that reads the shop's ledger as the pages do.
func (s *shop) reader() *operation.Desk {
	book, _ := compile.Playbook(playbooks.Starter())
	d := &operation.Desk{Holds: operation.MayRead}
	d.Ledger, d.Workspace, d.Book, d.Now = s.ledger, throughline.DefaultWorkspace, book, func() time.Time { return today }
	d.Language = "en"
	return d
}

// TestSearchKeepsTheFilters: the search above a list looks within what the list
// was narrowed to.
func TestSearchKeepsTheFilters(t *testing.T) {
	s := stocked(t)
	d, _ := s.get(t, "/deals?outcome=won&owner=a&sort=amount&silent=true&offset=50")
	got := url.Values{}
	for _, e := range d.Find(".find input").EachIter() {
		got.Set(e.AttrOr("name", ""), e.AttrOr("value", ""))
	}
	if want := "outcome=won&owner=a&search=&silent=true&sort=amount"; got.Encode() != want {
		t.Errorf("it sends %q, want %q", got.Encode(), want)
	}
	if d, _ = s.get(t, "/learning?outcome=won"); d.Find(".find input").Length() != 1 {
		t.Error("a page that is no list sends a filter along")
	}
}

// TestSearchFindsPeopleAndWords: by a person's name or what they are, by a
// seller's name, and by what was said; each leads to where it stands.
func TestSearchFindsPeopleAndWords(t *testing.T) {
	s := stocked(t)
	var one showing.DealPage
	for _, c := range s.truth {
		if c.Story == "" || c.Outcome != throughline.StillOpen {
			continue
		}
		if a, err := operation.ShowDeal.Run(t.Context(), s.reader(), &showing.DealInput{ID: c.Deal.String()}); err == nil {
			one = a.(showing.DealPage)
			break
		}
	}
	var who string
	for id := range one.Deal.People {
		if name := one.People[id].Name; name != "" && len(one.Deal.People[id].Roles) > 0 {
			who = name
			break
		}
	}
	if who == "" || one.Owner == "" {
		t.Fatal("the deal has nobody to look for")
	}
	path := "/deals/" + one.ID.String()
	last := strings.Fields(who)[len(strings.Fields(who))-1]
	d, _ := s.get(t, "/deals?search="+url.QueryEscape(strings.ToUpper(last)))
	sound(t, "search", d)
	if got := text(d.Find(".found-people")); !strings.Contains(got, who) || d.Find(`.found-people a[href^="`+path+`/people#person-"]`).Length() == 0 {
		t.Errorf("%q finds %q", last, got)
	}
	d, _ = s.get(t, "/deals?search="+url.QueryEscape(strings.Fields(one.Owner)[0]))
	link := d.Find(`.found-people a[href*="owner="]`).First().AttrOr("href", "")
	if theirs, _ := s.get(t, link); link == "" || !strings.Contains(text(theirs.Find(".deals tbody tr").First()), one.Owner) {
		t.Errorf("%q leads to %q", one.Owner, link)
	}
	fact, words := throughline.FactID{}, ""
	for _, q := range one.Deal.Known {
		if e, ok := q.Body.(deal.Evidence); ok {
			fact, words = q.ID, e.Text
		}
	}
	d, _ = s.get(t, "/deals?search="+url.QueryEscape(words))
	href := d.Find(`.found-said a[href$="#f-`+fact.String()+`"]`).AttrOr("href", "")
	if d.Find(".found-said mark").Length() == 0 || href == "" {
		t.Fatalf("%q is not found: %q", words, text(d.Find("main")))
	}
	page, _, _ := strings.Cut(href, "#")
	if d, _ = s.get(t, page); d.Find("#f-"+fact.String()).Length() != 1 {
		t.Errorf("%s leads to a page without it", href)
	}
	if d, _ = s.get(t, "/deals?search="+url.QueryEscape(words)+"&as_of=1999-01-01"); d.Find(".found").Length() > 0 {
		t.Error("what was said later is found in the past")
	}
	for lang, want := range map[string]string{"en": "Nothing here is called “xyzzy plugh”", "zh": "这里没有叫“xyzzy plugh”"} {
		if d, _ = s.get(t, "/deals?search=xyzzy+plugh", "Accept-Language", lang); !strings.Contains(text(d.Find(".none")), want) {
			t.Errorf("%s: nothing found says %q", lang, text(d.Find(".none")))
		}
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost/find?q="+url.QueryEscape(who), nil)
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	var found struct{ Deals []struct{ Name, Href string } }
	if err := json.Unmarshal(w.Body.Bytes(), &found); err != nil || !strings.Contains(w.Body.String(), who) {
		t.Errorf("the palette finds %s, %v", w.Body, err)
	}
}

// TestWhatWasTakenBackIsNotFound: search shows what counts.
func TestWhatWasTakenBackIsNotFound(t *testing.T) {
	s := open(t)
	path := s.newDeal(t)
	d, _ := s.sends(t, path+"/note", url.Values{"text": {"The gasket turned purple"}})
	form := url.Values{}
	for _, e := range d.Find(".said form input").EachIter() {
		form.Add(e.AttrOr("name", ""), e.AttrOr("value", ""))
	}
	if d, _ = s.get(t, "/deals?search=GASKET+turned"); d.Find(".found-said li").Length() != 1 {
		t.Fatalf("it is not found: %q", text(d.Find("main")))
	}
	s.sends(t, path+"/undo", form)
	s.sends(t, path+"/person", url.Values{"name": {"Petra Lind"}, "role": {"user"}, "function": {"Head of Nursing"}})
	if d, _ = s.get(t, "/deals?search=head+of+nursing"); !strings.Contains(text(d.Find(".found-people")), "Petra Lind") {
		t.Errorf("by what she is, nobody is found: %q", text(d.Find("main")))
	}
	if d, _ = s.get(t, "/deals?search=gasket"); d.Find(".found-said li").Length() != 0 {
		t.Error("it is still found after it was taken back")
	}
}

// TestPagesOfAnEmptyCompany: each says what it is that is not there, and none
// says anything about deals that are not.
func TestPagesOfAnEmptyCompany(t *testing.T) {
	s := open(t)
	for _, lang := range []string{"en", "zh"} {
		for page, want := range map[string]map[string]string{
			"/deals":    {"en": "No deal is here yet", "zh": "这里还没有交易"},
			"/review":   {"en": "No deal is open", "zh": "没有未结束的交易"},
			"/forecast": {"en": "There is no deal yet", "zh": "还没有交易"},
		} {
			d, r := s.get(t, page, "Accept-Language", lang)
			sound(t, page, d)
			got := text(d.Find("main"))
			if r.StatusCode != 200 || !strings.Contains(got, want[lang]) {
				t.Errorf("%s %s: %d %q", lang, page, r.StatusCode, got)
			}
			for _, false_ := range []string{"agree", "Widen", "ranges", "一致", "区间", "放宽"} {
				if strings.Contains(got, false_) && !strings.Contains(want[lang], false_) {
					t.Errorf("%s %s of nothing says %q: %q", lang, page, false_, got)
				}
			}
			if page == "/deals" && d.Find("main form.filter").Length() > 0 {
				t.Errorf("%s: nothing can be narrowed", lang)
			}
		}
	}
	s.bare(t, "Only ours")
	d, _ := s.get(t, "/review")
	if got := text(d.Find("h1")); got != "Nothing can be told yet" {
		t.Errorf("over a bare export the review says %q", got)
	}
	if d, _ = s.get(t, "/review?owner=Nobody"); !strings.Contains(text(d.Find("h1")), "No open deal is with “Nobody”") {
		t.Errorf("of nobody's deals it says %q", text(d.Find("h1")))
	}
}

// TestBeforeTheFirstDeal: as of a day before anything was known, pages say that,
// and none offers a made-up company.
func TestBeforeTheFirstDeal(t *testing.T) {
	s := stocked(t)
	for _, lang := range []string{"en", "zh"} {
		for _, page := range []string{"/", "/deals", "/review", "/forecast", "/learning"} {
			d, r := s.get(t, page+"?as_of=1999-01-01", "Accept-Language", lang)
			sound(t, page, d)
			want := map[string]string{"en": "nothing was known here yet", "zh": "这里还没有任何记录"}[lang]
			if got := text(d.Find("main")); r.StatusCode != 200 || !strings.Contains(got, want) || strings.Contains(got, "throughline demo") {
				t.Errorf("%s %s: %d %q", lang, page, r.StatusCode, got)
			}
			if d.Find(`input[name=as_of][type=date]`).Length() == 0 && page != "/review" {
				t.Errorf("%s %s: another day cannot be chosen", lang, page)
			}
		}
	}
}

// TestAMissingPageSpeaksToAPerson: no commands in the browser.
func TestAMissingPageSpeaksToAPerson(t *testing.T) {
	s := stocked(t)
	for _, lang := range []string{"en", "zh"} {
		for _, page := range []string{"/deals/nope", "/deals/nope/people", "/nowhere", "/playbook/packs/nope", "/playbook/checks/nope", "/deals/0190b2f0-0000-7000-8000-000000000000"} {
			d, r := s.get(t, page, "Accept-Language", lang)
			got := text(d.Find("main"))
			if r.StatusCode != http.StatusNotFound || strings.Contains(got, "throughline ") || strings.Contains(got, "--") {
				t.Errorf("%s %s: %d %q", lang, page, r.StatusCode, got)
			}
		}
		if d, _ := s.get(t, "/deals/nope", "Accept-Language", lang); lang == "zh" && strings.Contains(text(d.Find(".detail")), "No deal") {
			t.Errorf("in Chinese it says %q", text(d.Find(".detail")))
		}
	}
}

// TestWordsForPagesOfAList: newest first goes on to older ones; an order that is
// none of time goes on to the next.
func TestWordsForPagesOfAList(t *testing.T) {
	s := stocked(t)
	for sort, want := range map[string]string{"": "Newer, Older", "opened": "Newer, Older", "amount": "Previous, Next", "title": "Previous, Next"} {
		d, _ := s.get(t, "/deals?offset=50&sort="+sort)
		if got := text(d.Find(".pages a[rel=prev]")) + ", " + text(d.Find(".pages a[rel=next]")); got != want {
			t.Errorf("in the order %q: %q", sort, got)
		}
	}
}

// TestOpenedToday: not "0 days ago".
func TestOpenedToday(t *testing.T) {
	s := open(t)
	d, _ := s.sends(t, "/deals", url.Values{"title": {"New pumps"}, "account": {"Northfield"}})
	if got := text(d.Find(".head .facts")); !strings.Contains(got, "opened today") {
		t.Errorf("it says %q", got)
	}
}
