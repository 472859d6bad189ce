package web_test

import (
	"net/url"
	"strings"
	"testing"
)

// TestDoesItChangeOnThePages: words that touch the bet are recorded, and the
// line that says so asks; later rests it, yes leads to where it is written, in
// both languages; what touches nothing asks nothing.
func TestDoesItChangeOnThePages(t *testing.T) {
	s := open(t)
	path := s.newDeal(t)
	before, _ := s.get(t, path+"/before")
	maria := before.Find(`form[action$="/promise"] select[name=person] option:contains("Maria Chen")`).AttrOr("value", "")
	asked := func(words string) (n int, said string) {
		t.Helper()
		d, r := s.sends(t, path+"/evidence", url.Values{"text": {words}, "about": {"journey/p6"}, "grade": {"E2"}, "person": {maria}, "then": {path}})
		if r.StatusCode != 200 {
			t.Fatalf("%s: %s", r.Status, text(d.Find("[role=alert]")))
		}
		sound(t, path, d)
		box := d.Find(".said .said-asks")
		return box.Find("button[name=answer]").Length(), strings.Join(strings.Fields(box.Text()), " ")
	}
	const against = "The works council votes down the pilot"
	if n, _ := asked(against); n != 0 {
		t.Error("there is no strategy, and it is asked whether it changes")
	}
	if d, r := s.sends(t, path+"/strategy", url.Values{"bet": {"If the works council approves the pilot by January, they will move"}, "by": {"2027-01-15"}}); r.StatusCode != 200 {
		t.Fatal(r.Status, text(d.Find("[role=alert]")))
	}
	if n, _ := asked("The lunch was good"); n != 0 {
		t.Error("it touches nothing, and it asks")
	}
	if n, words := asked(against); n != 3 || !strings.Contains(words, "The bet: If the works council approves") {
		t.Fatalf("%d answers, %q", n, words)
	}
	d, r := s.sends(t, path+"/rethink", url.Values{"answer": {"later"}, "then": {path}})
	if r.StatusCode != 200 || !strings.Contains(text(d.Find(".said")), "comes back on Today") {
		t.Errorf("%s: %q", r.Status, text(d.Find(".said")))
	}
	d, _ = s.sends(t, path+"/event", url.Values{"event": {"reorganisation"}, "text": {"wards are put together"}, "then": {path}})
	if got := text(d.Find(".since")); !strings.Contains(got, "asked again from") || d.Find(".since button").Length() != 0 {
		t.Errorf("it was put off, and beside the strategy stands %q", got)
	}
	d, r = s.sends(t, path+"/rethink", url.Values{"answer": {"yes"}, "then": {path}})
	if r.StatusCode != 200 || d.Find("form[action$='/strategy']").Length() == 0 || !strings.Contains(text(d.Find(".rethink")), "You said that it changes") {
		t.Errorf("yes leads to %s: %q", r.Status, text(d.Find(".rethink")))
	}
	zh, _ := s.get(t, path+"?lang=zh")
	has(t, zh, ".since", "你说过策略要改")
	if _, r := s.sends(t, path+"/rethink", url.Values{"answer": {"perhaps"}, "then": {path}}); r.StatusCode/100 != 4 {
		t.Errorf("no answer at all is %s", r.Status)
	}
}
