package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// TestTwoPurchasesOfOneChange: an initiative is named in one deal and joined by
// another; both know of each other and of what others sell; work of it that
// fails stands on both and lowers both, and taking it back or mending it ends
// that on both.
func TestTwoPurchasesOfOneChange(t *testing.T) {
	s := open(t)
	one, two := s.kept(t, "Wards", throughline.Complex), s.kept(t, "Theatres", throughline.ComplexNoProcess)
	day := throughline.DayOf(today, time.UTC)
	sent := func(path string, form url.Values) {
		t.Helper()
		if d, r := s.sends(t, path, form); r.StatusCode != 200 {
			t.Fatal(path, r.Status, text(d.Find("[role=alert]")))
		}
	}
	sent(one+"/initiative", url.Values{"name": {"One handover for all"}, "outcome": {"Nobody waits because a note was lost"}, "sponsor": {"the medical director"},
		"consequence": {"the accreditation lapses"}, "by_day": {day.Add(90).String()}})
	sent(one+"/work", url.Values{"what": {"Train the nights"}, "owner": {"the ward leads"}, "due": {day.Add(20).String()}, "wider": {"yes"}})
	d, _ := s.get(t, two+"/contracting")
	join := d.Find(`select[name=join] option:contains("One handover for all")`).AttrOr("value", "")
	if join == "" {
		t.Fatal("the other deal of this customer cannot join")
	}
	sent(two+"/initiative", url.Values{"join": {join}})
	sent(two+"/purchase", url.Values{"what": {"Tablets"}, "supplier": {"their hardware house"}, "state": {"ordered"}})

	d, _ = s.get(t, one)
	has(t, d, ".initiative-line", "One handover for all")
	has(t, d, ".initiative-line", "Theatres")
	d, _ = s.get(t, two)
	has(t, d, ".initiative-line", "Wards")
	page := "/initiatives/" + join
	d, _ = s.get(t, page)
	has(t, d, "#purchases-h + ul", "Tablets")
	has(t, d, "#deals-h + ul", "Wards")
	has(t, d, "#deals-h + ul", "Theatres")
	has(t, d, ".risk-counts", "one not begun")
	if d.Find(".initiative-deals .far").Length() != 0 {
		t.Error("something is taken off although nothing stands badly")
	}
	sound(t, page, d)
	work := d.Find(`form[action$="/work"] input[name=of]`).AttrOr("value", "")

	// it fails, said on the page of the second
	d, _ = s.get(t, two+"/contracting")
	own := d.Find(`form[action="`+two+`/work"] input[name=of]`).AttrOr("value", "")
	if own == "" || own == work {
		t.Fatalf("the second deal does not tell the work by a fact of its own: %q, %q", own, work)
	}
	d, r := s.sends(t, two+"/work", url.Values{"of": {own}, "state": {"failing"}, "then": {page}})
	if r.StatusCode != 200 {
		t.Fatal(r.Status, text(d.Find("[role=alert]")))
	}
	undo := d.Find(".said form")
	lowered := func(want bool, when string) {
		t.Helper()
		for _, path := range []string{one, two} {
			d, _ := s.get(t, path)
			if got := strings.Contains(text(d.Find(".wider")), "“Train the nights” is going wrong"); got != want {
				t.Errorf("%s: on %s it is a reason: %v", when, path, got)
			}
		}
		d, _ := s.get(t, page)
		if got := strings.Count(text(d.Find("#deals-h + ul")), "By our judgement 30 % less likely to be won than the forecast says"); got != map[bool]int{true: 2}[want] {
			t.Errorf("%s: taken off %d deals: %s", when, got, text(d.Find("#deals-h + ul")))
		}
		if got := d.Find(".risk .tl-late").Length() > 0; got != want {
			t.Errorf("%s: the picture shows trouble: %v", when, got)
		}
	}
	lowered(true, "failing")
	d, _ = s.get(t, "/initiatives?lang=zh")
	has(t, d, ".initiatives .far", "一项出了问题")
	d, _ = s.get(t, "/")
	if n := strings.Count(text(d.Find("main")), "“Train the nights” is going wrong"); n != 2 {
		t.Errorf("Today says it of %d deals", n)
	}
	// taken back where it was said
	form := url.Values{"then": {page}}
	undo.Find("input[name=fact]").Each(func(_ int, e *goquery.Selection) { form.Add("fact", e.AttrOr("value", "")) })
	if len(form["fact"]) != 1 {
		t.Fatalf("%d facts are offered to be taken back", len(form["fact"]))
	}
	d, r = s.sends(t, two+"/undo", form)
	back := d.Find(".said input[name=fact]").AttrOr("value", "")
	if r.StatusCode != 200 || back == "" {
		t.Fatal(r.Status, text(d.Find("main")))
	}
	lowered(false, "taken back")
	sent(two+"/undo", url.Values{"fact": {back}, "redo": {"yes"}})
	lowered(true, "put back")
	sent(one+"/work", url.Values{"of": {work}, "state": {"done"}})
	lowered(false, "done")
	// nobody stands behind it: both, until the second leaves
	sent(one+"/initiative", url.Values{"no_sponsor": {"yes"}})
	for _, path := range []string{one, two} {
		d, _ := s.get(t, path)
		has(t, d, "main", "Nobody of theirs stands behind it since")
	}
	sent(two+"/initiative", url.Values{"leave": {"yes"}})
	d, _ = s.get(t, two)
	if strings.Contains(text(d.Find("main")), "Nobody of theirs stands behind it since") || d.Find(".initiative-line").Length() != 0 {
		t.Error("what it has left still counts")
	}
	d, _ = s.get(t, page)
	has(t, d, "#deals-h + ul", "no part of it since")
}

// TestAnotherCustomersChange: a deal joins only what its own customer wants to change.
func TestAnotherCustomersChange(t *testing.T) {
	s := open(t)
	one := s.kept(t, "Wards", throughline.Complex)
	if d, r := s.sends(t, one+"/initiative", url.Values{"name": {"One handover"}}); r.StatusCode != 200 {
		t.Fatal(text(d.Find("[role=alert]")))
	}
	other := s.newDeal(t)
	d, r := s.sends(t, other+"/initiative", url.Values{"join": {"One handover"}})
	if r.StatusCode != 400 {
		t.Fatal(r.Status)
	}
	has(t, d, "[role=alert]", "another customer's")
}

// TestAWonDealLivesToItsResult: after the order a deal asks what is left, its
// late steps of use and a result that is owed stand on Today, and both end with
// the result, which stands on one page.
func TestAWonDealLivesToItsResult(t *testing.T) {
	s := open(t)
	path := s.kept(t, "Won", throughline.Complex, func(at time.Time) deal.Fact {
		return deal.Fact{Happened: at, Body: deal.Ended{Outcome: throughline.Won}}
	})
	day := throughline.DayOf(today, time.UTC)
	sent := func(path string, form url.Values) *goquery.Selection {
		t.Helper()
		d, r := s.sends(t, path, form)
		if r.StatusCode != 200 {
			t.Fatal(path, r.Status, text(d.Find("[role=alert]")))
		}
		return d.Find("main")
	}
	d, _ := s.get(t, path)
	has(t, d, "#after", "Nothing is agreed yet for using it")
	has(t, d, "#after", "They have set no measure")
	has(t, d, "#after details.grounds", "Who must do what differently from Monday?")
	today := func() string { d, _ := s.get(t, "/"); return text(d.Find("main")) }
	if strings.Contains(today(), "Using it:") {
		t.Error("a won deal of which nothing was agreed asks for a look")
	}
	sent(path+"/stated", url.Values{"text": {"The nights stop writing on paper"}, "about": {"journey/p8"}, "due": {day.Add(-8).String()}})
	sent(path+"/target", url.Values{"measure": {"minutes lost"}, "baseline": {"38"}, "target": {"15"}, "by_day": {day.Add(-2).String()}})
	for _, want := range []string{"“The nights stop writing on paper” was due", "What came of it was to be measured by"} {
		if !strings.Contains(today(), want) {
			t.Errorf("Today does not say %q", want)
		}
	}
	d, _ = s.get(t, path)
	has(t, d, "#after .far", "“The nights stop writing on paper” was due")
	has(t, d, "#after", "0 of 1 targets")
	sound(t, path, d)
	step := d.Find("#after input[name=of]").AttrOr("value", "")
	sent(path+"/stated", url.Values{"of": {step}, "state": {"done"}})
	sent(path+"/result", url.Values{"actual": {"16"}, "grade": {"E4"}})
	if got := today(); strings.Contains(got, "The nights stop") || strings.Contains(got, "was to be measured") {
		t.Error("what was done still asks for a look")
	}
	d, _ = s.get(t, path+"/result")
	for _, want := range []string{"What came of it", "minutes lost", "38", "15", "16", "The nights stop writing on paper", "What follows"} {
		has(t, d, "main", want)
	}
	d, _ = s.get(t, path+"/result?lang=zh")
	has(t, d, "h1", "结果如何")
}
