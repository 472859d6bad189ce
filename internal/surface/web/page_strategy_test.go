package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// TestStrategyThatIsNotKept: the page comes back with everything in the box it
// was typed into, and each box says what it is for, filled or not.
func TestStrategyThatIsNotKept(t *testing.T) {
	s := open(t)
	path := s.newDeal(t) + "/strategy"
	page, _ := s.get(t, path)
	person := page.Find(`select[name="move.0.person"] option`).Last().AttrOr("value", "")
	typed := url.Values{}
	page.Find("#write-h").Parent().Find("input, textarea, select").Each(func(_ int, e *goquery.Selection) {
		switch name := e.AttrOr("name", ""); {
		case e.AttrOr("type", "") == "hidden":
		case strings.HasSuffix(name, "outside"):
			typed.Set(name, "yes")
		case strings.HasSuffix(name, ".person"):
			typed.Set(name, person)
		case strings.HasSuffix(name, ".serves"):
			typed.Set(name, "journey/p4")
		case name == "by" || strings.HasSuffix(name, ".by"):
			typed.Set(name, "2026-12-24")
		default:
			typed.Set(name, "typed into "+name)
		}
	})
	if len(typed) < 30 {
		t.Fatalf("the form has only %d fields", len(typed))
	}
	same := func(what string, form url.Values) {
		d, r := s.sends(t, path, form)
		if r.StatusCode != http.StatusBadRequest || text(d.Find("main [role=alert]")) == "" {
			t.Fatalf("%s: status %d, %q", what, r.StatusCode, text(d.Find("main [role=alert]")))
		}
		sound(t, what, d)
		for name := range typed {
			e := d.Find(`[name="` + name + `"]`)
			got := e.AttrOr("value", e.Text())
			switch {
			case e.Length() != 1:
				t.Errorf("%s: %s stands %d times", what, name, e.Length())
				continue
			case e.AttrOr("type", "") == "checkbox":
				if _, checked := e.Attr("checked"); checked != (form.Get(name) != "") {
					t.Errorf("%s: %s is checked: %v", what, name, checked)
				}
				continue
			case strings.HasSuffix(name, ".serves") && form.Get(name) == "": // the question they are at
				continue
			case e.Is("select"):
				got = e.Find("option[selected]").AttrOr("value", "")
			}
			if got != form.Get(name) {
				t.Errorf("%s: %s holds %q, %q was typed", what, name, got, form.Get(name))
			}
		}
		d.Find("form.stacked").Find("input:not([type=hidden]), textarea, select").Each(func(_ int, e *goquery.Selection) {
			if text(e.Closest("label").Find("span")) == "" && text(e.Closest("label")) == "" && e.AttrOr("aria-label", "") == "" {
				t.Errorf("%s: %s has no label", what, e.AttrOr("name", "?"))
			}
		})
		names := map[string]bool{}
		for _, l := range d.Find(`.line`).First().Find("label span").EachIter() {
			if names[text(l)] {
				t.Errorf("%s: two boxes of a line are called %q", what, text(l))
			}
			names[text(l)] = true
		}
	}
	empty := url.Values{}
	for name := range typed {
		empty.Set(name, "")
	}
	same("nothing typed", empty)
	wrong := url.Values{}
	for name := range typed {
		wrong.Set(name, typed.Get(name))
	}
	wrong.Set("by", "the day after")
	same("a day that is none", wrong)
	d, r := s.sends(t, path, typed)
	if r.StatusCode != http.StatusOK || d.Find(".said").Length() != 1 {
		t.Errorf("put right it is not kept: %d %q", r.StatusCode, text(d.Find("main [role=alert]")))
	}
}

// TestBetOnNothingOfTheirs: a bet that names no act of the customer gets a remark.
func TestBetOnNothingOfTheirs(t *testing.T) {
	s := open(t)
	path := s.newDeal(t) + "/strategy"
	for bet, remark := range map[string]bool{"We will win because we are the best": true, "If Maria Chen signs the measure by 24 December, because the list is made then, they will compare": false} {
		d, r := s.sends(t, path, url.Values{"bet": {bet}, "by": {"2026-12-24"}, "then": {path}})
		if got := strings.Contains(text(d.Find("#strategy-h").Closest("section")), "no act of theirs"); got != remark || r.StatusCode != http.StatusOK {
			t.Errorf("%q: remark %v, status %d", bet, got, r.StatusCode)
		}
	}
}

// TestTakenBackAndPutBack: after something was taken back the line offers to put
// it back, and after that to take it back again.
func TestTakenBackAndPutBack(t *testing.T) {
	s := open(t)
	path := s.newDeal(t)
	d, _ := s.sends(t, path+"/note", url.Values{"text": {"It may stay"}})
	for i, want := range []struct{ button, line string }{{"Take it back", "Recorded"}, {"Put it back", "Taken back"}, {"Take it back", "Put back"}, {"Put it back", "Taken back"}} {
		if got := text(d.Find(".said button")); got != want.button || !strings.Contains(text(d.Find(".said p")), want.line) {
			t.Fatalf("step %d: the button says %q under %q, want %q under %q", i, got, text(d.Find(".said p")), want.button, want.line)
		}
		form := url.Values{}
		d.Find(".said form input").Each(func(_ int, e *goquery.Selection) { form.Add(e.AttrOr("name", ""), e.AttrOr("value", "")) })
		d, _ = s.sends(t, d.Find(".said form").AttrOr("action", ""), form)
	}
}

// TestTheStrategyIsReadFirst: with a version in force each line is read under its
// name and opens to its field; without one the fields stand open. What the
// process offers fills a move, and nothing is kept by looking.
func TestTheStrategyIsReadFirst(t *testing.T) {
	s := open(t)
	path := s.newDeal(t) + "/strategy"
	d, _ := s.get(t, path)
	if n := d.Find(".line-edit[open]").Length(); n != 6 {
		t.Errorf("%d fields stand open where nothing is written", n)
	}
	s.sends(t, path, url.Values{"bet": {"If Maria Chen signs the measure by then, because the list is made, they will compare"}, "by": {"2026-12-24"}})
	d, _ = s.get(t, path)
	sound(t, "read first", d)
	if n := d.Find(".line-edit[open]").Length(); n != 0 {
		t.Errorf("%d lines are fields before anybody opened them", n)
	}
	has(t, d, "#line-bet summary", "The bet", "signs the measure", "24 December")
	has(t, d, "#line-against summary", "What speaks against it")
	begun := 0
	for _, a := range d.Find("#start-h + ul a").EachIter() {
		begun++
		to, r := s.get(t, strings.Split(a.AttrOr("href", ""), "#")[0])
		if r.StatusCode != http.StatusOK || to.Find("#line-moves[open]").Length() != 1 {
			t.Errorf("%q: %s, the moves are not open", text(a), r.Status)
		}
		filled := to.Find(`[name="move.0.what"]`).AttrOr("value", "") + to.Find(`[name="move.0.expect"]`).AttrOr("value", "")
		if filled == "" || to.Find(`[name="move.0.serves"] option[selected]`).Length() != 1 {
			t.Errorf("%q fills %q", text(a), filled)
		}
	}
	if begun != 3 {
		t.Errorf("%d beginnings are offered, want the question, the milestone and the person", begun)
	}
	if got := text(d.Find(".versions")); strings.Count(got, "version") > 1 {
		t.Errorf("looking has kept something: %q", got)
	}
}

// TestTheBetIsChecked: while one types, and by a button where there is no script:
// without an act of theirs, or without a day, there is a remark with a way out.
func TestTheBetIsChecked(t *testing.T) {
	s := open(t)
	path := s.newDeal(t) + "/strategy"
	lint := func(text, by string) string {
		d, _ := s.get(t, "/lint?place=bet&text="+url.QueryEscape(text)+"&by="+by)
		return d.Text()
	}
	good := "If Maria Chen signs the measure by then, because the list is made, they will compare"
	if got := lint("We will win because we are the best", "2026-12-24"); !strings.Contains(got, "no act of theirs") || !strings.Contains(got, "who of theirs does what") {
		t.Errorf("no act of theirs: %s", got)
	}
	if got := lint(good, ""); !strings.Contains(got, "no day") || !strings.Contains(got, "Name the day") {
		t.Errorf("no day: %s", got)
	}
	if got := lint(good, "2026-12-24"); strings.Contains(got, "message") {
		t.Errorf("a good bet: %s", got)
	}
	d, r := s.sends(t, path, url.Values{"bet": {"We will win because we are the best"}, "do": {"check"}})
	if r.StatusCode != http.StatusOK || !strings.Contains(text(d.Find("#strategy-h").Closest("section")), "no act of theirs") {
		t.Errorf("by the button: %s %q", r.Status, text(d.Find("#strategy-h").Closest("section")))
	}
	if got := d.Find("textarea[name=bet]").Text(); got != "We will win because we are the best" {
		t.Errorf("the words came back as %q", got)
	}
	if d, _ = s.get(t, path); d.Find(".versions > li").Length() != 0 {
		t.Error("checking has kept it")
	}
}
