package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
)

// TestPromisesOnThePages: a promise is taken by a form, stands on the deal and
// before a call, asks on Today once it is late, and is settled there in one tap.
func TestPromisesOnThePages(t *testing.T) {
	s := open(t)
	path := s.newDeal(t)
	late := throughline.DayOf(today, time.UTC).Add(-3)
	d, _ := s.get(t, path+"/before")
	has(t, d, "#promises-h", "What they promised")
	has(t, d, ".promises", "No promise of theirs is open")
	person := d.Find(`form[action$="/promise"] select[name=person] option:contains("Maria Chen")`).AttrOr("value", "")
	if person == "" {
		t.Fatal("nobody can be chosen who promised")
	}
	d, r := s.sends(t, path+"/promise", url.Values{"what": {"send the list of wards"}, "person": {person}, "due": {late.String()}, "on": {late.Add(-7).String()}, "words": {"You'll have the list by Friday"}})
	if r.StatusCode != 200 || !strings.Contains(text(d.Find(".said")), "promise is kept with the deal") {
		t.Fatalf("%s: %s", r.Status, text(d.Find("[role=alert], .said")))
	}
	for _, page := range []string{path, path + "/before"} {
		d, _ = s.get(t, page)
		has(t, d, ".promise-list li", "Maria Chen Send the list of wards")
		has(t, d, ".promise-list .far", "3 days late")
		sound(t, page, d)
	}
	zh, _ := s.get(t, path+"/before?lang=zh")
	has(t, zh, ".promise-list .far", "已晚")
	d, _ = s.get(t, "/")
	has(t, d, ".td-act", "Ask Maria Chen for what was promised: send the list of wards, today")
	has(t, d, ".td-why", "Maria Chen promised “send the list of wards”")
	form := d.Find(`form.row-do[action="` + path + `/promise-result"]`)
	if form.Length() != 1 || form.Find("button[value=kept]").Length() != 1 || form.Find("button[value=not_kept]").Length() != 1 {
		t.Fatalf("Today has %d forms that settle it", form.Length())
	}
	d, r = s.sends(t, path+"/promise-result", url.Values{"promise": {form.Find("[name=promise]").AttrOr("value", "")}, "result": {"not_kept"}})
	if r.StatusCode != 200 {
		t.Fatal(r.Status, text(d.Find("[role=alert]")))
	}
	if d.Find(".promise-list li").Length() != 0 {
		t.Error("it is settled and still open")
	}
	d, _ = s.get(t, path+"/steps")
	has(t, d, ".promises details li", "not kept")
	d, _ = s.get(t, "/")
	if got := text(d.Find(".td-words")); strings.Contains(got, "promised") {
		t.Errorf("settled, and Today still says %q", got)
	}
}
