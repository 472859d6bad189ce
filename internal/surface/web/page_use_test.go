package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/setting"
	"github.com/throughline/throughline/internal/store"
	"github.com/throughline/throughline/internal/usage"
)

// counting has a shop count, and gives what it counted so far.
func counting(s *shop, c *usage.Counter) (counted func(t testing.TB) map[string]int64) {
	desks := s.desks
	s.countOn(func(r *http.Request, language string) *operation.Desk {
		d := desks(r, language)
		d.Uses = c
		return d
	})
	return func(t testing.TB) map[string]int64 {
		t.Helper()
		out := map[string]int64{}
		err := c.Flush(t.Context(), func(_ context.Context, list []store.Use) error {
			for _, u := range list {
				out[u.Kind+" "+u.What] += u.N
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

// TestPagesAreCounted: a page that is opened counts with the class of its deal and
// without its id; what brings itself up to date, is fetched in case, or fails, does
// not; and nothing is written meanwhile.
func TestPagesAreCounted(t *testing.T) {
	s := open(t).fill(t)
	path := s.complexDeals(t, 1)[0]
	before, err := s.ledger.Number(t.Context(), throughline.DefaultWorkspace)
	if err != nil {
		t.Fatal(err)
	}
	var c usage.Counter
	counted := counting(s, &c)
	s.get(t, path)
	s.get(t, path+"/before")
	s.get(t, path, "X-Renew", "1")
	s.get(t, path, "Sec-Purpose", "prefetch")
	s.get(t, "/")
	s.get(t, "/deals/01890af4-1ac0-7001-8000-00000000dead")
	s.get(t, "/nowhere")
	got := counted(t)
	class := got["deal complex"] + got["deal complex-no-process"]
	if got["page /deals/{id}"] != 1 || got["page /deals/{id}/before"] != 1 || got["page /"] != 1 || class != 2 {
		t.Errorf("got %v", got)
	}
	for what, n := range got {
		if strings.Contains(what, strings.TrimPrefix(path, "/deals/")) || n < 1 {
			t.Errorf("%s is counted", what)
		}
	}
	if got["prompt insight"]+got["prompt mobiliser"]+got["prompt meddpicc"]+got["prompt jolt"]+got["prompt buying_facilitation"] == 0 {
		t.Errorf("no prompt of a method was on the page before a call: %v", got)
	}
	for _, c := range []struct {
		fields []string
		status int
	}{
		{[]string{"of", "complex", "seconds", "30"}, 204}, {[]string{"of", "other", "seconds", "5"}, 204}, {[]string{"of", "somebody", "seconds", "5"}, 400},
		{[]string{"of", "complex", "seconds", "-1"}, 400}, {[]string{"of", "complex", "seconds", "100000"}, 400}, {[]string{"of", "complex"}, 400},
	} {
		if _, r := s.post(t, "/use", c.fields...); r.StatusCode != c.status {
			t.Errorf("%v: status %d", c.fields, r.StatusCode)
		}
	}
	if got := counted(t); got["seconds complex"] != 30 || got["seconds "] != 5 || len(got) != 2 {
		t.Errorf("seconds: %v", got)
	}
	if after, err := s.ledger.Number(t.Context(), throughline.DefaultWorkspace); err != nil || after != before {
		t.Errorf("looking wrote: number %d became %d, %v", before, after, err)
	}
}

// TestUsePage: what use comes to is told, whether anything was counted or not, and
// that counting is switched off is said with the way to switch it on.
func TestUsePage(t *testing.T) {
	s := open(t).fill(t)
	d, r := s.get(t, usePath)
	if r.StatusCode != 200 || d.Find(".learn-top > li").Length() != 10 {
		t.Fatalf("status %d, %d measures", r.StatusCode, d.Find(".learn-top > li").Length())
	}
	has(t, d, "main", "pieces of evidence were written", "Counting begins with the first page")
	day := throughline.DayOf(today, today.Location())
	for ago := range 30 {
		list := []store.Use{{Day: day.Add(-ago), Kind: usage.Deal, What: "complex", N: 20}, {Day: day.Add(-ago), Kind: usage.Seconds, What: "complex", N: 600},
			{Day: day.Add(-ago), Kind: usage.Page, What: "/deals/{id}", N: 20}, {Day: day.Add(-ago), Kind: usage.Prompt, What: "jolt", N: 1}}
		if err := s.ledger.CountUses(t.Context(), throughline.DefaultWorkspace, list, day.Add(-90)); err != nil {
			t.Fatal(err)
		}
	}
	d, _ = s.get(t, usePath)
	has(t, d, "main", "A complex deal takes", "Counted over 28 days", "a deal 600", "they can go:")
	d, _ = s.get(t, "/playbook")
	has(t, d, "main", "Minutes a week on a complex deal", "1.4, warn at 10")
	if text := d.Find("main").Text(); strings.Contains(text, "Not known:") && strings.Contains(text, "counted from the first page") {
		t.Error("the playbook's weight does not know the minutes")
	}
	if err := s.ledger.Settle(t.Context(), throughline.DefaultWorkspace, store.Setting{Name: setting.Counting, Value: "off", Since: today}); err != nil {
		t.Fatal(err)
	}
	d, _ = s.get(t, usePath)
	has(t, d, "main", "switched counting off", "Switch it on")
	d, _ = s.get(t, "/settings")
	if d.Find(`#f-counting option[selected]`).AttrOr("value", "") != "off" {
		t.Error("the settings do not show that counting is off")
	}
	d, _ = open(t).get(t, usePath)
	has(t, d, "main", "nothing to measure")
}

const usePath = "/learning/use"

// TestSecondsAreSent: a page that is left says how long somebody was at it, by its
// own clock.
func TestSecondsAreSent(t *testing.T) {
	s := open(t).fill(t)
	deal := s.complexDeals(t, 1)[0]
	var c usage.Counter
	counted := counting(s, &c)
	ctx, url := surfing(t, s)
	wide.open(t, ctx, url+deal)
	evaluate[bool](t, ctx, `(() => { const now = Date.now; Date.now = () => now() + 42000; return true })()`)
	wide.open(t, ctx, url+usePath)
	got := map[string]int64{}
	until(t, ctx, `fetch("/help").then(() => true)`) // what was sent before it has come
	for what, n := range counted(t) {
		got[what] += n
	}
	n := got["seconds complex"] + got["seconds complex-no-process"]
	if n < 42 || n > 60 {
		t.Errorf("got %d seconds: %v", n, got)
	}
	for _, l := range []look{{1280, "light", "en"}, {390, "dark", "zh"}} {
		l.open(t, ctx, url+usePath)
		l.picture(t, ctx, "use")
		accessible(t, ctx, "use")
	}
}
