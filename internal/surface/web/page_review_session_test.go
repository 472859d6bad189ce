package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// TestAManagerReviewsThreeSellers walks a review without leaving its page: a
// manager who owns no deal says who they are, begins, takes a third and a fourth
// deal, leaves a question and a note that carry their name, and goes on to the
// next seller; what was left counts as the last time it was talked over.
func TestAManagerReviewsThreeSellers(t *testing.T) {
	s := open(t).fill(t)
	jar := ""
	get := func(path string) *goquery.Document {
		t.Helper()
		path, _, _ = strings.Cut(path, "#")
		doc, r := s.get(t, path, "Cookie", jar)
		if r.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s", path, r.Status)
		}
		sound(t, path, doc)
		return doc
	}
	doc, _ := s.sends(t, "/me", url.Values{"name": {"Vera  Lindqvist"}, "then": {"/me"}})
	me := doc.Find(`button[name="me"]`).FilterFunction(func(_ int, b *goquery.Selection) bool { return strings.Contains(text(b), "Vera Lindqvist") })
	if me.Length() != 1 {
		t.Fatalf("the manager is not among our people: %s", text(doc.Find(".who")))
	}
	jar = "me=" + me.AttrOr("value", "")
	if again, _ := s.sends(t, "/me", url.Values{"name": {"vera lindqvist"}, "then": {"/me"}}); again.Find(`button[name="me"]`).Length() != doc.Find(`button[name="me"]`).Length() {
		t.Error("who says their name twice is two people")
	}
	if bad, r := s.sends(t, "/me", url.Values{"name": {strings.Repeat("x", 150)}}); r.StatusCode != http.StatusBadRequest || !strings.Contains(text(bad.Find("form textarea"))+bad.Find("form input[name=name]").AttrOr("value", ""), "xxx") {
		t.Errorf("a name that is too long: %s", r.Status)
	}

	doc = get("/review")
	next := doc.Find(".agenda a[rel=next]").AttrOr("href", "")
	seen := map[string]bool{}
	for turn := range 3 {
		path, _, _ := strings.Cut(next, "?")
		if path != "/review" {
			t.Fatalf("turn %d leads to %q", turn, next)
		}
		doc = get(next)
		name := text(doc.Find(".agenda [aria-current]"))
		if seen[name] || doc.Find(".session").Length() != 2 {
			t.Errorf("turn %d: %q, %d deals", turn, name, doc.Find(".session").Length())
		}
		seen[name] = true
		asks := map[string]bool{}
		doc.Find(".session-ask li").Each(func(_ int, q *goquery.Selection) {
			if asks[text(q)] {
				t.Errorf("%q is asked of two deals", text(q))
			}
			asks[text(q)] = true
		})
		if len(asks) != 6 {
			t.Errorf("%s: %d questions for two deals", name, len(asks))
		}
		if turn == 0 {
			third := get(doc.Find("a.button:not([rel])").First().AttrOr("href", ""))
			fourth := get(third.Find("a.button:not([rel])").First().AttrOr("href", ""))
			if third.Find(".session").Length() != 3 || fourth.Find(".session").Length() != 4 {
				t.Errorf("on demand %d and %d deals", third.Find(".session").Length(), fourth.Find(".session").Length())
			}
			first := doc.Find(".session").First()
			has(t, doc, ".session", "Not talked over yet")
			for form, words := range map[int]string{0: "Who signs for them?", 1: "Ask again after the board"} {
				f := first.Find("form").Eq(form)
				values := url.Values{"text": {words}}
				f.Find("input[type=hidden]").Each(func(_ int, h *goquery.Selection) { values.Set(h.AttrOr("name", ""), h.AttrOr("value", "")) })
				if !strings.HasPrefix(values.Get("then"), "/review?") {
					t.Errorf("after %q one leaves the review for %s", words, values.Get("then"))
				}
				if back, r := s.sends(t, f.AttrOr("action", ""), values, "Cookie", jar); r.StatusCode != http.StatusOK || back.Find(".said").Length() != 1 || back.Find(".session").Length() != 2 {
					t.Errorf("%q: %s, %s", words, r.Status, text(back.Find(".said")))
				}
			}
			doc = get(next)
			left := text(doc.Find(".session-left"))
			for _, want := range []string{"Who signs for them?", "Ask again after the board", "Vera Lindqvist", "waits for an answer"} {
				if !strings.Contains(left, want) {
					t.Errorf("what was left does not say %q: %s", want, left)
				}
			}
			has(t, doc, ".session", "Since it was last talked over, 23 November")
		}
		next = doc.Find(".agenda a[rel=next]").AttrOr("href", "")
	}
}

// TestASessionSaysWhatIsNewAndDue: what they did, what we did, what moved and
// what is due since the day asked for, and nothing from before it.
func TestASessionSaysWhatIsNewAndDue(t *testing.T) {
	s := open(t)
	own, her, d := throughline.PersonID(id("person", "own")), throughline.PersonID(id("person", "her")), throughline.DealID(id("deal", "session"))
	n := 0
	fact := func(days int, grade throughline.Grade, body deal.Body) deal.Fact {
		n++
		at := today.AddDate(0, 0, -days)
		return deal.Fact{ID: throughline.FactID(id("session fact", string(rune('a'+n)))), Deal: d, Happened: at, Learned: at, Recorded: at, By: deal.ByOurs(own), Grade: grade,
			Source: deal.Source{System: "person"}, Body: body}
	}
	day := func(days int) throughline.Day { return throughline.DayOf(today.AddDate(0, 0, days), time.UTC) }
	s.keep(t, store.Batch{People: []store.Person{{ID: own, Recorded: today.AddDate(0, 0, -99), Ours: true, Name: "Olu Ade"}, {ID: her, Recorded: today.AddDate(0, 0, -99), Name: "Petra Lang"}},
		Facts: []deal.Fact{
			fact(90, 0, deal.Opened{Title: "Pumps", Owner: own}),
			fact(90, 0, deal.PersonJoined{Person: her}),
			fact(60, throughline.E3, deal.Evidence{About: "journey/p1", Text: "The old answer", Person: her}),
			fact(5, throughline.E3, deal.Evidence{About: "journey/p2", Text: "The new answer", Person: her}),
			fact(4, 0, deal.CloseDateMoved{To: day(9)}),
			fact(3, 0, deal.Activity{What: "call", By: deal.Us}),
			fact(30, throughline.E3, deal.PromiseMade{Person: her, What: "send the list", Due: day(-2)}),
		}})
	doc, r := s.get(t, "/review?seller="+own.String())
	if r.StatusCode != http.StatusOK {
		t.Fatal(r.Status, text(doc.Find("main")))
	}
	sound(t, "session", doc)
	has(t, doc, "h1", "Review: Olu Ade")
	got := text(doc.Find(".session"))
	for _, want := range []string{"The new answer", "Petra Lang: send the list", "theirs", "The close date", "“send the list” was promised for 21 November. What became of it?"} {
		if !strings.Contains(got, want) {
			t.Errorf("the session does not say %q: %s", want, got)
		}
	}
	if strings.Contains(got, "The old answer") {
		t.Error("what was known long before is new")
	}
	if doc, _ = s.get(t, "/review?seller="+own.String()+"&since="+day(-80).String()); !strings.Contains(text(doc.Find(".session")), "The old answer") {
		t.Error("an earlier day tells no more")
	}
	if got := text(doc.Find(".session")); !strings.Contains(got, "Since 4 September") || strings.Contains(got, "last talked over") {
		t.Errorf("a day that was asked for is told as another: %s", got)
	}
	if doc, _ = s.get(t, "/review?seller="+own.String()+"&since="+day(-2).String()); strings.Contains(text(doc.Find(".session")), "The new answer") {
		t.Error("a later day tells as much")
	}
	for _, q := range []string{"seller=Nobodyhere", "seller=" + own.String() + "&since=soon"} {
		if doc, r := s.get(t, "/review?"+q); r.StatusCode < 400 || r.StatusCode >= 500 || text(doc.Find(".detail")) == "" {
			t.Errorf("%s: %s", q, r.Status)
		}
	}
}

// TestASessionOfABareExport: where nothing comes from a customer, nothing can be told.
func TestASessionOfABareExport(t *testing.T) {
	s := open(t)
	s.bare(t, "Only ours")
	for lang, want := range map[string]string{"en": "Nothing can be told", "zh": "无法判断"} {
		doc, _ := s.get(t, "/review?seller="+throughline.PersonID(id("person", "o")).String(), "Accept-Language", lang)
		has(t, doc, ".notice", want)
		sound(t, "session of a bare export", doc)
	}
}
