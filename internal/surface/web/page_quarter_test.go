package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/surface/web"
	"github.com/throughline/throughline/internal/workshop"
)

// TestSayAndAnswer: beside a milestone stands the way to one line; it comes back
// to where one was, with its undo, is counted there, listed, and answered.
func TestSayAndAnswer(t *testing.T) {
	s := making(t)
	page, _ := s.get(t, "/playbook")
	href, _ := page.Find("#m-problem-owned a.say").Attr("href")
	page, r := s.get(t, href)
	if r.StatusCode != 200 || page.Find("h1").Text() != "Problem owned" || page.Find("button[name=quick]").Length() != 3 {
		t.Fatalf("%s: %s %q", href, r.Status, page.Find("main").Text())
	}
	then, _ := page.Find("[name=then]").Attr("value")
	about, _ := page.Find("[name=about]").Attr("value")
	_, r = s.post(t, "/playbook/say", "about", about, "text", "", "quick", "This never helped", "then", then)
	if got := r.Header.Get("Location"); got != "/playbook#m-problem-owned" {
		t.Fatalf("said, and led to %q", got)
	}
	cookie := r.Cookies()[0]
	page, _ = s.get(t, "/playbook", "Cookie", cookie.Name+"="+cookie.Value)
	back, _ := page.Find(".said form").Attr("action")
	if back != "/playbook/remarks/1/back" || strings.TrimSpace(page.Find("#m-problem-owned a.say").Text()) != "one remark" {
		t.Errorf("its undo is %q, beside it %q", back, page.Find("#m-problem-owned a.say").Text())
	}
	if page, r := s.post(t, "/playbook/say", "about", about, "text", " ", "then", then); r.StatusCode != http.StatusBadRequest || !strings.Contains(page.Find("[role=alert]").Text(), "line of words") {
		t.Errorf("nothing was said: %s %q", r.Status, page.Find("main").Text())
	}
	s.post(t, "/playbook/remarks/1/answer", "text", "It goes in January")
	page, _ = s.get(t, "/playbook/remarks")
	if got := text(page.Find("#r-process-standard-milestone-problem-owned")); !strings.Contains(got, "This never helped") || !strings.Contains(got, "It goes in January") ||
		!strings.Contains(page.Find(".lede").Text(), "answered") {
		t.Errorf("listed: %q", got)
	}
	page, _ = s.get(t, "/playbook/remarks?open=yes")
	if page.Find(".rm-group").Length() != 0 {
		t.Errorf("without an answer: %q", page.Find("main").Text())
	}
	s.post(t, "/playbook/remarks/1/back")
	page, _ = s.get(t, "/playbook/remarks")
	if page.Find(".rm-group").Length() != 0 || !strings.Contains(page.Find("main").Text(), "taken back") {
		t.Errorf("taken back: %q", page.Find("main").Text())
	}
	s.post(t, "/playbook/say", "about", about, "text", "Once more")
	writers := s.desks
	s.handler = web.New(web.Options{Desk: func(r *http.Request, language string) *operation.Desk {
		d := writers(r, language)
		d.Holds = operation.MayRead
		return d
	}})
	page, _ = s.get(t, "/playbook")
	if page.Find("a.say").Length() != 1 || page.Find("a.say").AttrOr("href", "") != "/playbook/remarks#r-process-standard-milestone-problem-owned" {
		t.Errorf("a reader is led to say something: %d", page.Find("a.say").Length())
	}
	if _, r := s.get(t, href); r.StatusCode != http.StatusForbidden {
		t.Errorf("a reader may say something: %s", r.Status)
	}
	if page, _ := s.get(t, "/playbook/remarks"); page.Find("main form").Length() != 0 {
		t.Error("a reader is offered to answer")
	}
}

// TestQuarterlyReview: the first sentence counts what the rows below say; what
// changed since the quarter before and what was said stand there; each tap leads
// into one and the same draft; whoever may only look is offered none.
func TestQuarterlyReview(t *testing.T) {
	s := making(t).fill(t)
	page, _ := s.get(t, "/studio")
	if page.Find(`a[href="/studio/quarter"]`).Length() != 1 {
		t.Fatal("no way to it")
	}
	once, _ := page.Find("form.st-way [name=once]").First().Attr("value")
	_, r := s.post(t, "/studio", "once", once, "version", workshop.Newest)
	at := strings.TrimSuffix(r.Header.Get("Location"), "/road")
	s.post(t, at+"/publish", "rev", "1")
	s.post(t, "/playbook/say", "about", "measure-agreed", "text", "Finance never signs")
	s.post(t, "/playbook/say", "about", "contracting/k3", "text", "Three times as long")
	page, r = s.get(t, "/studio/quarter")
	if r.StatusCode != 200 {
		t.Fatalf("%s %q", r.Status, page.Find("main").Text())
	}
	first := page.Find(".qt-sum .learn-first").Text()
	if !strings.Contains(first, "Colleagues said 2 things; 2 without an answer") || !strings.Contains(first, "milestones the evidence speaks for keeping") {
		t.Errorf("first: %q", first)
	}
	if got := text(page.Find("#q-standard-measure-agreed")); !strings.Contains(got, "Finance never signs") || page.Find("#q-standard-risks-owned .forest").Length() != 1 {
		t.Errorf("the row: %q", got)
	}
	if got := text(page.Find(".qt-list")); !strings.Contains(got, "Three times as long") {
		t.Errorf("what else was said: %q", got)
	}
	if keep, rows := page.Find(".qt-road .qt-keep").Length(), page.Find(".qt-word-keep").Length(); keep == 0 || keep != rows {
		t.Errorf("%d to keep in the picture, %d in the rows", keep, rows)
	}
	var drafts []string
	for _, do := range []string{"cut", "change", "add", "methods"} {
		form := page.Find(`form[action="/studio/quarter"]:has([name=do][value=` + do + `])`)
		if do == "change" { // of another one than was cut
			form = form.FilterFunction(func(_ int, f *goquery.Selection) bool { return f.Find("[value=risks-owned]").Length() > 0 })
		}
		form = form.First()
		var fields []string
		for _, n := range form.Find("input").Nodes {
			name, value := "", ""
			for _, a := range n.Attr {
				switch a.Key {
				case "name":
					name = a.Val
				case "value":
					value = a.Val
				}
			}
			fields = append(fields, name, value)
		}
		_, r := s.post(t, "/studio/quarter", fields...)
		to, err := url.Parse(r.Header.Get("Location"))
		if err != nil || r.StatusCode != http.StatusSeeOther {
			t.Fatalf("%s: %s", do, r.Status)
		}
		drafts = append(drafts, strings.Split(to.Path, "/")[2])
		there, _ := s.get(t, to.String())
		if to.Fragment != "" && there.Find("#"+to.Fragment).Length() != 1 {
			t.Errorf("%s leads to %s, which is not there", do, to)
		}
		if drafts[0] != drafts[len(drafts)-1] {
			t.Errorf("%s went into another draft", do)
		}
		page, _ = s.get(t, "/studio/quarter")
	}
	for _, lang := range []string{"en", "zh"} {
		if page, r := s.get(t, "/studio/quarter?quarter=2025-10..2025-12", "Accept-Language", lang); r.StatusCode != 200 || strings.Contains(page.Find("main").Text(), "[quarter") {
			t.Errorf("an earlier quarter in %s: %s", lang, r.Status)
		}
	}
	if _, r := s.get(t, "/studio/quarter?quarter=soon"); r.StatusCode != http.StatusBadRequest {
		t.Errorf("no quarter: %s", r.Status)
	}
	writers := s.desks
	s.handler = web.New(web.Options{Desk: func(r *http.Request, language string) *operation.Desk {
		d := writers(r, language)
		d.Holds = operation.MayRead
		return d
	}})
	if page, r := s.get(t, "/studio/quarter"); r.StatusCode != 200 || page.Find("main form[method=post]").Length() != 0 {
		t.Errorf("a reader: %s, %d forms", r.Status, page.Find("main form[method=post]").Length())
	}
	if _, r := s.post(t, "/studio/quarter", "do", "cut", "process", "standard", "milestone", "risks-owned"); r.StatusCode != http.StatusForbidden {
		t.Errorf("a reader cut: %s", r.Status)
	}
}
