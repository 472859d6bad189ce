package web_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/store"
)

// withPeople gives an open deal of the made-up company in which somebody with a
// name gave evidence, and who that is.
func (s *shop) withPeople(t *testing.T) (one showing.DealPage, who store.Person) {
	t.Helper()
	for _, c := range s.truth {
		if c.Story == "" || c.Outcome != throughline.StillOpen {
			continue
		}
		a, err := operation.ShowDeal.Run(t.Context(), s.reader(), &showing.DealInput{ID: c.Deal.String()})
		if err != nil {
			t.Fatal(err)
		}
		one = a.(showing.DealPage)
		for _, m := range one.Deal.Marks {
			if p := one.People[m.Person]; p.Name != "" && len(one.Deal.People[m.Person].Roles) > 0 {
				return one, p
			}
		}
	}
	t.Fatal("nobody gave evidence")
	return one, who
}

// TestTheCustomersPage: all its deals and what they are worth, its people with
// links to their pages, and what comes from them.
func TestTheCustomersPage(t *testing.T) {
	s := stocked(t)
	one, who := s.withPeople(t)
	id := one.Deal.Account.Value.String()
	for _, lang := range []string{"en", "zh"} {
		d, r := s.get(t, "/accounts/"+id, "Accept-Language", lang)
		if sound(t, "the customer "+lang, d); r.StatusCode != http.StatusOK || text(d.Find("h1")) != one.Account {
			t.Fatalf("%s: %q", r.Status, text(d.Find("h1")))
		}
	}
	d, _ := s.get(t, "/accounts/"+id)
	answer, err := operation.ListDeals.Run(t.Context(), s.reader(), &showing.DealsInput{Narrow: showing.Narrow{Account: id}})
	if err != nil {
		t.Fatal(err)
	}
	if n := answer.(showing.DealList).Matched; d.Find(".deals tbody tr").Length() != n || !strings.Contains(text(d.Find(".lede")), "They last acted") && !strings.Contains(text(d.Find(".lede")), "they last acted") {
		t.Errorf("%d deals of %d: %q", d.Find(".deals tbody tr").Length(), n, text(d.Find(".lede")))
	}
	link := d.Find(`.knows a[href="/people/` + throughline.ID(who.ID).String() + `"]`)
	if text(link) != who.Name {
		t.Errorf("%s is not among %q", who.Name, text(d.Find(".knows")))
	}
	cells := d.Find(`.knows td a`)
	if cells.Length() == 0 || d.Find(".knows thead th").Length() == 0 {
		t.Fatalf("nobody of ours knows anybody: %q", text(d.Find(".knows")))
	}
	cell := cells.First()
	opened, _ := s.get(t, strings.TrimSuffix(cell.AttrOr("href", ""), "#said-h"))
	sound(t, "what a cell opens to", opened)
	if got := text(opened.Find("#said-h")); got != "What "+cell.ParentsFiltered("td").AttrOr("data-who", "")+" wrote down of them" || opened.Find(".ledger li").Length() == 0 {
		t.Errorf("a cell opens to %q", got)
	}
	if d.Find(".ledger li").Length() == 0 {
		t.Error("nothing comes from them")
	}
	list, _ := s.get(t, "/deals?account="+id)
	if href := list.Find(".deals .col-customer a").First().AttrOr("href", ""); href != "/accounts/"+id {
		t.Errorf("in the list the customer leads to %q", href)
	}
	for _, path := range []string{"/accounts/nobody", "/accounts/0190b2f0-7c3a-7d11-8e22-1f3a5b7c9d0e", "/people/nobody"} {
		if _, r := s.get(t, path); r.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", path, r.Status)
		}
	}
}

// TestAPersonsPage: the deals with roles and stances, what was said, who of ours
// wrote; a search leads there. A name is changed, and changed back by one button.
func TestAPersonsPage(t *testing.T) {
	s := stocked(t)
	one, who := s.withPeople(t)
	path := "/people/" + throughline.ID(who.ID).String()
	for _, lang := range []string{"en", "zh"} {
		d, _ := s.get(t, path, "Accept-Language", lang)
		sound(t, "the person "+lang, d)
	}
	d, _ := s.get(t, path)
	has(t, d, "h1", who.Name)
	if d.Find(`.people a[href^="/deals/`+one.ID.String()+`/people"]`).Length() != 1 || d.Find(".ledger li").Length() == 0 {
		t.Errorf("the page says %q", text(d.Find("main")))
	}
	has(t, d, "pre.command", "throughline admin erase "+throughline.ID(who.ID).String())
	has(t, d, "[aria-labelledby=ours-h]", "; last ")

	s = open(t)
	deal := s.newDeal(t)
	if d, r := s.post(t, deal+"/person", "name", "Petra Lind", "role", "user", "title", "head of nursing"); r.StatusCode != http.StatusSeeOther {
		t.Fatal(r.Status, text(d.Find("main")))
	}
	d, _ = s.get(t, "/deals?search=petra")
	path = d.Find(".found-people strong a").AttrOr("href", "")
	d, _ = s.get(t, path)
	form := func(d *goquery.Document) *goquery.Selection { return d.Find(`details form[action="` + path + `"]`) }
	d = s.submit(t, form(d), "name", "Petra Lindh", "email", "petra@example.com")
	has(t, d, "h1", "Petra Lindh")
	has(t, d, ".said", "Changed.")
	if d = s.submit(t, d.Find(".said form")); text(d.Find("h1")) != "Petra Lind" || d.Find(`a[href^="mailto:"]`).Length() != 0 {
		t.Errorf("changed back, the page says %q", text(d.Find(".head")))
	}
	if d, r := s.fillIn(t, form(d), "email", "nonsense"); r.StatusCode != http.StatusBadRequest || !strings.Contains(d.Find("main form").Text()+d.Find("main form [name=email]").AttrOr("value", ""), "nonsense") {
		t.Errorf("what is no address: %s", r.Status)
	}
}

// TestErasingFromThePage: only whoever administers, only once it was said twice,
// and then no page has the name.
func TestErasingFromThePage(t *testing.T) {
	s := open(t)
	deal := s.newDeal(t)
	s.post(t, deal+"/person", "name", "Grizelda Quartermain", "role", "user")
	d, _ := s.get(t, "/deals?search=quartermain")
	path := d.Find(".found-people strong a").AttrOr("href", "")
	if _, r := s.post(t, path+"/erase", "sure", "yes"); r.StatusCode != http.StatusForbidden {
		t.Errorf("whoever may only write erases: %s", r.Status)
	}
	s.holds = operation.MayAdmin
	if d, r := s.post(t, path+"/erase"); r.StatusCode != http.StatusBadRequest || !strings.Contains(text(d.Find(".detail")), "cannot be taken back") {
		t.Errorf("said once: %s", r.Status)
	}
	d, _ = s.get(t, path)
	has(t, d, "details", "This cannot be taken back")
	d = s.submit(t, d.Find(`form[action="`+path+`/erase"]`), "sure", "yes")
	has(t, d, ".notice", "were erased on")
	for _, page := range []string{path, deal, deal + "/people"} {
		if d, _ := s.get(t, page); strings.Contains(d.Text(), "Quartermain") {
			t.Errorf("%s has the name", page)
		}
	}
}

// TestTheBoard: each open deal stands in the column of its customer's question,
// with our stage as a flag; what does not fit leads to the table.
func TestTheBoard(t *testing.T) {
	s := stocked(t)
	d, _ := s.get(t, "/deals?outcome=open&view=board")
	sound(t, "the board", d)
	if d.Find(".board-col").Length() != 10 {
		t.Fatalf("%d columns", d.Find(".board-col").Length())
	}
	has(t, d, ".board-col", "at none of the nine")
	all, flags := 0, 0
	d.Find(".board-col").Each(func(i int, c *goquery.Selection) {
		n, err := strconv.Atoi(text(c.Find("h2 .mute")))
		if err != nil {
			t.Fatal(err)
		}
		all += n
		flags += c.Find(".board-flag").Length()
		word := "none"
		if i > 0 {
			word = throughline.Phase(i).String()
		}
		if list, _ := s.get(t, "/deals?question="+word+"&outcome=open"); list.Find(".deals tbody tr").Length() != n {
			t.Errorf("%s: the board has %d, the table %d", word, n, list.Find(".deals tbody tr").Length())
		}
		if more := c.Find(`a[href*="question="]`); n > 10 && (c.Find(".board-card").Length() != 10 || !strings.Contains(more.AttrOr("href", ""), "question="+word)) {
			t.Errorf("%s: %d cards of %d, and more at %q", word, c.Find(".board-card").Length(), n, more.AttrOr("href", ""))
		}
	})
	if open, _ := s.get(t, "/deals?outcome=open"); all != open.Find(".deals tbody tr").Length() || flags == 0 {
		t.Errorf("%d on the board, %d in the table, %d flags", all, open.Find(".deals tbody tr").Length(), flags)
	}
	if d.Find(`.board-card a[href$="/capture"]`).Length() == 0 || d.Find("[draggable]").Length() > 0 {
		t.Error("a card is moved by hand, or says not by what it moves")
	}
	few, _ := s.get(t, "/deals?outcome=open&view=board&least=400k")
	if n := few.Find(".board-card").Length(); n == 0 || n >= d.Find(".board-card").Length() {
		t.Errorf("narrowed, the board has %d cards", n)
	}
}

// TestTwoNamesOnOnePage: a name that looks like theirs is offered and is theirs at
// one tap, is told on their page, and is taken apart there; a number can be dialled.
func TestTwoNamesOnOnePage(t *testing.T) {
	s := open(t)
	deal := s.newDeal(t)
	for _, name := range []string{"Petra Lind", "P. Lind", "Ole Berg"} {
		s.post(t, deal+"/person", "name", name, "role", "user")
	}
	d, _ := s.get(t, "/deals?search=petra")
	path := d.Find(".found-people strong a").AttrOr("href", "")
	d, _ = s.get(t, path)
	offered := d.Find(`.names form[action="` + path + `/same"]`)
	if offered.Length() != 1 || !strings.Contains(text(d.Find(".names")), "P. Lind may be the same name, shortened") {
		t.Fatalf("offered is %q", text(d.Find(".names")))
	}
	other := offered.Find("[name=other]").AttrOr("value", "")
	d = s.submit(t, offered)
	has(t, d, ".said", "P. Lind is read as Petra Lind everywhere now. Below they can be taken apart again.")
	sound(t, "a person of two names", d)
	if _, r := s.get(t, "/people/"+other); r.Header.Get("Location") != path {
		t.Errorf("the other's page leads to %q (%s)", r.Header.Get("Location"), r.Status)
	}
	if d, _ = s.get(t, deal+"/people"); strings.Contains(text(d.Find(".people")), "P. Lind") {
		t.Errorf("on the deal stand %q", text(d.Find(".people")))
	}
	d, _ = s.get(t, path)
	d = s.submit(t, d.Find(`.names form[action="`+path+`/apart"]`))
	has(t, d, ".said", "P. Lind and Petra Lind are two people again.")
	d = s.submit(t, d.Find(`details form[action="`+path+`/same"]`), "other", "P. Lind")
	if d.Find(".names li").Length() != 1 {
		t.Errorf("by its name: %q", text(d.Find("main")))
	}

	form := d.Find(`details form[action="` + path + `"]`)
	d = s.submit(t, form, "phone", "+49 (30) 555-0199", "other", "https://example.org/petra")
	if d.Find(`a[href="tel:+49305550199"]`).Length() != 1 || d.Find(`a[href="https://example.org/petra"]`).Length() != 1 {
		t.Errorf("the head says %q", text(d.Find(".head")))
	}
	d = s.submit(t, d.Find(`details form[action="`+path+`"]`), "other", "javascript:alert(1)")
	if d.Find(`.head a[href^="javascript"], .head a[href^="mailto:javascript"]`).Length() != 0 {
		t.Error("what is no address is a link")
	}
	if d, r := s.fillIn(t, d.Find(`details form[action="`+path+`"]`), "phone", "call me"); r.StatusCode != http.StatusBadRequest {
		t.Errorf("what is no number: %s %s", r.Status, text(d.Find("main")))
	}
}

// TestWhomTheyReportTo: said on a person's page by a name of the customer's, shown there
// and on the customer's page as a picture and a list, ended, taken back, a circle refused
// with its names; and it goes along in the file of people.
func TestWhomTheyReportTo(t *testing.T) {
	s := open(t)
	deal := s.newDeal(t)
	s.post(t, deal+"/customer", "account", "Montrevel")
	for _, name := range []string{"Petra Lind", "Ole Berg", "Ana Ruiz"} {
		s.post(t, deal+"/person", "name", name, "role", "user")
	}
	path := map[string]string{}
	for _, name := range []string{"Petra Lind", "Ole Berg"} {
		d, _ := s.get(t, "/deals?search="+strings.Fields(name)[1])
		path[name] = d.Find(".found-people strong a").AttrOr("href", "")
	}
	page := func(name string) *goquery.Document { d, _ := s.get(t, path[name]); return d }
	form := func(d *goquery.Document) *goquery.Selection {
		return d.Find(`#reporting form[action$="/reports"]`).First()
	}
	has(t, page("Petra Lind"), "#reporting", "Nobody has said whom they report to.")
	d := s.submit(t, form(page("Petra Lind")), "other", "Ole Berg", "on", "2026-10-01")
	has(t, d, "#reporting", "They report to Ole Berg, since 1 October")
	has(t, d, ".said", "Recorded")
	sound(t, "a person who reports to somebody", d)
	if d.Find("svg.reporting .rp-here").Length() != 1 || d.Find(".reporting-list li li strong").Length() != 1 {
		t.Errorf("the line is drawn as %q", text(d.Find("#reporting")))
	}
	if d, r := s.fillIn(t, form(page("Ole Berg")), "other", "Petra Lind"); r.StatusCode != http.StatusBadRequest || !strings.Contains(text(d.Find("main")), "Ole Berg → Petra Lind → Ole Berg") {
		t.Errorf("a circle: %s %q", r.Status, text(d.Find("main")))
	}
	account := page("Petra Lind").Find(".facts a[href^='/accounts/']").AttrOr("href", "")
	for _, lang := range []string{"en", "zh"} {
		d, _ = s.get(t, account, "Accept-Language", lang)
		sound(t, "the customer with a line "+lang, d)
	}
	if d.Find("svg.reporting a").Length() != 2 {
		t.Errorf("the customer's page draws %d", d.Find("svg.reporting a").Length())
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost"+account+"/people.csv", nil)
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Petra Lind,,") || !strings.Contains(w.Body.String(), "Ole Berg,2026-10-01,") {
		t.Errorf("the file: %d %q", w.Code, w.Body.String())
	}
	end := page("Petra Lind").Find(`#reporting form:has([name=ended])`)
	d = s.submit(t, end)
	has(t, d, "#reporting", "Nobody has said whom they report to.")
	s.submit(t, d.Find(".said form"))
	has(t, page("Petra Lind"), "#reporting", "They report to Ole Berg")
}
