package web_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// changes sends the form of one value of the head, as it stands on the page,
// with some fields filled, and gives the page that follows.
func (s *shop) changes(t *testing.T, path, action string, fields url.Values) *goquery.Document {
	t.Helper()
	d, _ := s.get(t, path)
	form := d.Find(`.head form[action$="/` + action + `"]`).First()
	if form.Length() != 1 {
		t.Fatalf("%s: no form in the head that goes to %s", path, action)
	}
	form.Find("input[type=hidden]").Each(func(_ int, e *goquery.Selection) { fields.Set(e.AttrOr("name", ""), e.AttrOr("value", "")) })
	d, r := s.sends(t, form.AttrOr("action", ""), fields)
	if r.StatusCode != 200 || r.Request != nil && !strings.HasPrefix(r.Request.URL.Path, path) {
		t.Fatalf("%s: %s %q", action, r.Status, text(d.Find("[role=alert]")))
	}
	return d
}

// takesBack presses the button of the line that says what was just written.
func (s *shop) takesBack(t *testing.T, d *goquery.Document) *goquery.Document {
	t.Helper()
	form := url.Values{}
	d.Find(".said form input").Each(func(_ int, e *goquery.Selection) { form.Add(e.AttrOr("name", ""), e.AttrOr("value", "")) })
	d, _ = s.sends(t, d.Find(".said form").AttrOr("action", ""), form)
	return d
}

// TestTheHeadIsChangedInPlace: each value that stands in the head has its form
// there; what was written is shown there and taken back there.
func TestTheHeadIsChangedInPlace(t *testing.T) {
	s := open(t).fill(t)
	path := s.newDeal(t)
	for _, c := range []struct {
		action string
		fields url.Values
		shows  string
	}{
		{"title", url.Values{"title": {"Handover without <b>paper</b>"}}, "Handover without <b>paper</b>"},
		{"customer", url.Values{"account": {"Ostrava Mills"}}, "Ostrava Mills"},
		{"amount", url.Values{"amount": {"EUR 50k"}}, "€50,000"},
		{"date", url.Values{"by": {"2027-03-01"}}, "1 March 2027"},
		{"stage", url.Values{"stage": {"process/standard/stage/decide"}}, "our stage:"},
		{"owner", url.Values{"owner": {"Wilma Auer"}}, "with Wilma Auer"},
	} {
		before, _ := s.get(t, path)
		was := text(before.Find(".head"))
		if strings.Contains(text(before.Find("h1, .head .term > summary")), c.shows) {
			t.Fatalf("%s: the head says %q before", c.action, c.shows)
		}
		d := s.changes(t, path, c.action, c.fields)
		sound(t, c.action, d)
		if got := text(d.Find("h1, .head .term > summary")); !strings.Contains(got, c.shows) {
			t.Errorf("%s: the head says %q", c.action, got)
		}
		if d = s.takesBack(t, d); text(d.Find(".head")) != was {
			t.Errorf("%s taken back, the head says %q, and said %q", c.action, text(d.Find(".head")), was)
		}
	}
	back, _ := s.get(t, path+"?as_of=2026-11-23")
	if n := back.Find(".head details").Length(); n != 0 {
		t.Errorf("looking back, %d values can be changed", n)
	}
}

// TestAWrongDealIsTakenBack: it leaves lists and counts, says so in its head, and
// comes back by one button.
func TestAWrongDealIsTakenBack(t *testing.T) {
	s := open(t)
	path := s.bare(t, "Opened twice")
	listed := func(where string) bool {
		d, _ := s.get(t, where)
		return d.Find(`main a[href^="`+path+`"]`).Length() > 0
	}
	if !listed("/") || !listed("/deals?outcome=open") {
		t.Fatal("it is on no list from the beginning")
	}
	d := s.changes(t, path, "mistake", url.Values{"text": {"the same twice"}})
	has(t, d, ".ended", "Opened by mistake", "the same twice")
	if listed("/") || listed("/deals?outcome=open") {
		t.Error("it is on a list still")
	}
	if d = s.takesBack(t, d); d.Find(".ended").Length() != 0 || !listed("/deals?outcome=open") {
		t.Error("it does not come back")
	}
}

// TestTwoDealsAreOne: what was said on the other is told by the one that stays,
// once; lists show one; the head leads from one to the other, and one button
// takes them apart.
func TestTwoDealsAreOne(t *testing.T) {
	s := open(t)
	stays, other := s.newDeal(t), s.bare(t, "The same again")
	s.sends(t, other+"/evidence", url.Values{"about": {"journey/p2"}, "text": {"The board put two people on it"}, "grade": {"E1"}})
	s.sends(t, other+"/target", url.Values{"measure": {"minutes a handover takes"}, "target": {"15"}})
	s.sends(t, other+"/result", url.Values{"actual": {"16"}})
	before, _ := s.get(t, stays+"/ledger")
	d := s.changes(t, stays, "merge", url.Values{"other": {"http://localhost" + other + "/people?x=1"}})
	sound(t, "merged", d)
	has(t, d, ".said", "told here too")
	questions, _ := s.get(t, stays+"/questions")
	has(t, questions, "#p2 .evidence", "The board put two people on it")
	has(t, questions, ".measure", "minutes a handover takes", "16") // what points at a fact points at its copy
	if got := text(questions.Find("h1")); got != "One handover" {
		t.Errorf("it is called %q", got)
	}
	gone, _ := s.get(t, other)
	has(t, gone, ".ended", "The same as another deal")
	if to := gone.Find(`.ended a[href="` + stays + `"]`).Length(); to != 1 {
		t.Error("the head of the other does not lead to the one that stays")
	}
	list, _ := s.get(t, "/deals?outcome=open")
	if list.Find(`main a[href^="`+other+`"]`).Length() > 0 || list.Find(`main a[href^="`+stays+`"]`).Length() == 0 {
		t.Error("the list does not show the one that stays alone")
	}
	d = s.takesBack(t, d)
	has(t, d, ".said", "two deals again")
	after, _ := s.get(t, stays+"/questions")
	if strings.Contains(text(after.Find("main")), "The board put two people on it") || after.Find(".measure").Length() != 0 {
		t.Error("what was taken over still counts")
	}
	if gone, _ = s.get(t, other); gone.Find(".ended").Length() != 0 {
		t.Error("the other does not come back")
	}
	count := func(d *goquery.Document) int {
		return d.Find(".ledger > li:not(:contains('taken back')):not(:contains('Taken back'))").Length()
	}
	if again, _ := s.get(t, stays+"/ledger"); count(again) < count(before) {
		t.Error("something of its own went with it")
	}
	// and once more: ids that were used up are not in the way
	s.changes(t, stays, "merge", url.Values{"other": {other}})
	questions, _ = s.get(t, stays+"/questions")
	has(t, questions, "#p2 .evidence", "The board put two people on it")
	for with, word := range map[string]string{stays: "the same deal already", other: "on no list any more", "": "Which deal"} {
		d, r := s.sends(t, stays+"/merge", url.Values{"other": {with}})
		if r.StatusCode != 400 || !strings.Contains(text(d.Find("[role=alert]")), word) {
			t.Errorf("with %q: %s %q", with, r.Status, text(d.Find("[role=alert]")))
		}
	}
}
