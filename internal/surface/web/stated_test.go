package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/throughline/throughline"
)

// TestTheirStepsOnThePages: a list is pasted, read and kept; it stands beside
// ours on the deal, and is the whole page of a purchase by a practised buyer.
func TestTheirStepsOnThePages(t *testing.T) {
	s := open(t)
	path := s.kept(t, "Practised", throughline.Transactional)
	day := throughline.DayOf(today, time.UTC)
	d, _ := s.get(t, path)
	has(t, d, "main", "None of their steps is known yet")
	if d.Find("#phases-h").Length() != 0 {
		t.Error("the questions of the journey stand on the page of a practised buyer")
	}
	list := "Three quotations compared | purchasing | " + day.Add(-3).String() + "\nSend the samples | supplier | " + day.Add(2).String()
	d, r := s.sends(t, path+"/steps", url.Values{"text": {list}})
	if r.StatusCode != 200 || d.Find(`form[action="`+path+`/stated-list"]`).Length() != 1 {
		t.Fatal(r.Status, text(d.Find("main")))
	}
	d, r = s.sends(t, path+"/stated-list", url.Values{"text": {list}, "source": {"message"}, "then": {path}})
	if r.StatusCode != 200 {
		t.Fatal(r.Status, text(d.Find("[role=alert]")))
	}
	sides := d.Find(".stated-sides > div")
	has(t, d, ".stated-sides > div:first-child li", "Three quotations compared")
	has(t, d, ".stated-sides > div:first-child .far", "3 days late")
	has(t, d, ".stated-sides > div:last-child li", "Send the samples")
	sound(t, path, d)
	step := sides.Eq(1).Find("[name=of]").First().AttrOr("value", "")
	d, r = s.sends(t, path+"/stated", url.Values{"of": {step}, "state": {"done"}, "then": {path}})
	if r.StatusCode != 200 {
		t.Fatal(r.Status, text(d.Find("[role=alert]")))
	}
	has(t, d, ".conduct", "We kept 1 of one day.")
	zh, _ := s.get(t, path+"?lang=zh")
	has(t, zh, ".stated-sides .far", "已晚")
	d, _ = s.get(t, path+"?whole=yes")
	if d.Find(".road-box").Length() != 1 || d.Find("#stated-h").Length() != 0 {
		t.Error("the page as others have it is not one link away")
	}
	d, _ = s.get(t, path+"/steps")
	has(t, d, ".stated-list li", "Three quotations compared")
	d, r = s.sends(t, path+"/stated", url.Values{"of": {step}, "text": {"Send the samples"}, "due": {day.Add(2).String()}})
	if r.StatusCode != 400 {
		t.Error("saying the same again is kept", r.Status)
	}
	has(t, d, "[role=alert]", "Nothing was changed")
}

// TestHowTheyDecideOnThePages: an aspect is kept from a form, stands on the deal
// with who said so and when, and what they do not know is told as that.
func TestHowTheyDecideOnThePages(t *testing.T) {
	s := open(t)
	path := s.newDeal(t)
	d, _ := s.get(t, path+"/steps")
	has(t, d, "main", "Nothing is known yet of how they decide")
	person := d.Find(`form[action$="/decision"] select[name=person] option:contains("Maria Chen")`).AttrOr("value", "")
	for _, form := range []url.Values{{"aspect": {"decider"}, "text": {"the head of care"}, "person": {person}}, {"aspect": {"veto"}, "unknown": {"yes"}, "person": {person}},
		{"aspect": {"consequence"}, "text": {"no more repairs"}, "until": {"2027-05-01"}, "source": {"message"}}} {
		if d, r := s.sends(t, path+"/decision", form); r.StatusCode != 200 {
			t.Fatal(r.Status, text(d.Find("[role=alert]")))
		}
	}
	d, _ = s.get(t, path+"/steps")
	has(t, d, "#aspect-decider", "the head of care")
	has(t, d, "#aspect-decider", "Maria Chen")
	has(t, d, "#aspect-veto .far", "they do not know it yet")
	has(t, d, "#aspect-consequence", "no more repairs (1 May 2027)")
	sound(t, path, d)
	if d, _ = s.get(t, path+"/questions"); d.Find("#p5 .evidence a:contains('the head of care')").Length() == 0 {
		t.Error("who decides is no evidence on how they decide")
	}
	if d, r := s.sends(t, path+"/decision", url.Values{"aspect": {"rule"}, "text": {"vote"}, "until": {"2027-05-01"}}); r.StatusCode != 400 {
		t.Error("a day on the rule is kept", r.Status, text(d.Find(".said")))
	}
}

// TestATransactionalDealIsLived: a practised buyer's deal from their first step to
// the live order is their steps and nothing else: what they do next, what we owe,
// what was late; the order in between ends it as won, what is owed after it stands
// on Today until it is done, and how both sides kept to it is told at the end.
func TestATransactionalDealIsLived(t *testing.T) {
	s := open(t)
	path := s.kept(t, "Pumps again", throughline.Transactional)
	day := throughline.DayOf(today, time.UTC)
	sent := func(to string, form url.Values) *goquery.Document {
		t.Helper()
		form.Set("then", path)
		d, r := s.sends(t, path+to, form)
		if r.StatusCode != 200 {
			t.Fatal(to, r.Status, text(d.Find("[role=alert]")))
		}
		return d
	}
	list := "RFQ sent out | purchasing | " + day.Add(-4).String() + "\nSend the quotation | supplier | " + day.Add(1).String() +
		"\nPurchase order issued | purchasing | " + day.Add(6).String() + "\nPumps delivered and running | supplier | " + day.Add(-1).String()
	d := sent("/stated-list", url.Values{"text": {list}, "source": {"message"}})
	steps := map[string]string{} // their words to what the form says of
	for _, name := range []string{"RFQ sent out", "Send the quotation", "Purchase order issued", "Pumps delivered and running"} {
		li := d.Find(".stated-sides li").FilterFunction(func(_ int, li *goquery.Selection) bool { return strings.Contains(li.Text(), name) })
		if steps[name] = li.Find("[name=of]").First().AttrOr("value", ""); steps[name] == "" {
			t.Fatalf("%q is not on the page: %s", name, text(d.Find("main")))
		}
	}
	has(t, d, ".stated-sides > div:first-child .far", "4 days late")
	if d.Find("#phases-h, .road-box").Length() != 0 {
		t.Error("the page of a practised buyer shows more than their steps")
	}
	done := func(name string) {
		d = sent("/stated", url.Values{"of": {steps[name]}, "state": {"done"}, "source": {"message"}})
	}
	done("RFQ sent out")
	done("Send the quotation")
	has(t, d, ".conduct", "We kept 1 of one day.")
	done("Purchase order issued")
	d = sent("/end", url.Values{"outcome": {"won"}})
	owed := func() bool {
		d, _ := s.get(t, "/")
		return strings.Contains(text(d.Find("main")), "Pumps delivered and running")
	}
	if !owed() {
		t.Error("what we owe after the order does not stand on Today")
	}
	done("Pumps delivered and running")
	if owed() {
		t.Error("the live order still asks for a look")
	}
	d, _ = s.get(t, path+"/steps")
	for name := range steps {
		has(t, d, "main", name)
	}
	sound(t, path, d)
}
