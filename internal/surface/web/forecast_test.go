package web_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// TestForecastPage: the page says what may come in, with ranges, and how far to
// trust it; the deals on it then say the same on their own pages.
func TestForecastPage(t *testing.T) {
	s := open(t).fill(t)
	for _, lang := range []string{"en", "zh"} {
		doc, r := s.get(t, "/forecast/model", "Accept-Language", lang)
		if r.StatusCode != 200 {
			t.Fatalf("%s: status %d: %s", lang, r.StatusCode, doc.Text())
		}
		text := doc.Find("main").Text()
		for _, bad := range []string{"NaN", "+Inf", "[forecast", "<no value>", "%!"} {
			if strings.Contains(text, bad) {
				t.Errorf("%s: the page says %q", lang, bad)
			}
		}
		for what, selector := range map[string]string{"fan": "svg.fan polygon", "ranges": ".ranges svg.range", "deals": ".outlook .bar",
			"calibration": "svg.calibration .cal-mark", "reasons": ".pulls li", "links": ".outlook h3 a[href^='/deals/']"} {
			if doc.Find(selector).Length() == 0 {
				t.Errorf("%s: no %s on the page", lang, what)
			}
		}
		if n := doc.Find("svg.fan polygon").Length(); n != 4 {
			t.Errorf("%s: the fan has %d parts, want the four ends", lang, n)
		}
		sums(t, doc)
		for _, ch := range doc.Find(".chances li").EachIter() {
			if ch.Find(".mute").Text() == "" {
				t.Errorf("%s: %q stands without its range", lang, strings.TrimSpace(ch.Text()))
			}
		}
	}
	doc, _ := s.get(t, "/forecast/model")
	href, _ := doc.Find(".outlook h3 a").First().Attr("href")
	deal, _ := s.get(t, href)
	if deal.Find("#ends-h").Length() == 0 || deal.Find(".bar rect").Length() < 4 {
		t.Errorf("%s does not show its ends", href)
	}
	for _, c := range s.truth {
		if c.Outcome != throughline.StillOpen {
			over, _ := s.get(t, "/deals/"+c.Deal.String()+"/forecast")
			if over.Find("#ends-h").Length() > 0 {
				t.Error("a deal that has ended shows where it may end")
			}
			break
		}
	}
}

// sums: the four parts of each bar fill it.
func sums(t *testing.T, doc *goquery.Document) {
	t.Helper()
	for i, bar := range doc.Find(".outlook .bar").EachIter() {
		last := bar.Find("rect").Last()
		var x, w float64
		_, _ = fmt.Sscan(last.AttrOr("x", ""), &x)
		_, _ = fmt.Sscan(last.AttrOr("width", ""), &w)
		if end := x + w; w > 0 && (end < 995 || end > 1001) {
			t.Errorf("bar %d ends at %.1f of 1000", i, end)
		}
	}
}

// TestForecastOfNothing: no deals, and a day before all deals, get words.
func TestForecastOfNothing(t *testing.T) {
	s := open(t)
	doc, r := s.get(t, "/forecast/model")
	if r.StatusCode != 200 || strings.TrimSpace(doc.Find("h1").Text()) == "" {
		t.Fatalf("an empty ledger gets status %d", r.StatusCode)
	}
}

// TestForecastOfFew: under thirty closed deals of an end there are ranges, and
// neither bars nor single numbers.
func TestForecastOfFew(t *testing.T) {
	s := open(t)
	var b store.Batch
	for i := range 40 {
		id := throughline.DealID(throughline.KeyedID(today, "few", fmt.Sprint(i)))
		add := func(days int, body deal.Body) {
			at := today.AddDate(0, 0, -days)
			b.Facts = append(b.Facts, deal.Fact{ID: throughline.FactID(throughline.KeyedID(at, fmt.Sprint(i), string(body.Kind()))), Deal: id,
				Happened: at, Learned: at, Recorded: today, Source: deal.Source{System: "csv"}, Body: body})
		}
		add(200-4*i, deal.Opened{Title: fmt.Sprintf("Deal <b>%d</b>", i)})
		if i%4 > 0 {
			add(150-3*i, deal.Ended{Outcome: []throughline.Outcome{throughline.Won, throughline.LostCompetitor, throughline.NoDecision}[i%3]})
		}
	}
	s.keep(t, b)
	doc, r := s.get(t, "/forecast/model")
	if r.StatusCode != 200 {
		t.Fatalf("status %d: %s", r.StatusCode, doc.Text())
	}
	if doc.Find("svg.fan, .outlook .bar, .chances strong").Length() > 0 {
		t.Error("single numbers stand on too few deals")
	}
	if doc.Find(".chances .mute").Length() == 0 || !strings.Contains(doc.Find(".notice").Text(), "ranges") {
		t.Errorf("no ranges, or not said: %s", doc.Find("main").Text())
	}
	if doc.Find(".outlook b").Length() > 0 {
		t.Error("a title is read as markup")
	}
}

// TestJudging: a form without a script keeps what a person takes a deal for; a
// commit on nobody's word is asked for its reason, and shown with it.
func TestJudging(t *testing.T) {
	s := open(t).fill(t)
	var id throughline.DealID
	for x, err := range s.ledger.Summaries(t.Context(), throughline.DefaultWorkspace) {
		if err != nil {
			t.Fatal(err)
		}
		if x.Outcome() == throughline.StillOpen && !x.FromCustomer() {
			id = x.Deal
		}
	}
	if id.IsZero() {
		t.Fatal("every open deal has something from the customer")
	}
	page := "/deals/" + id.String()
	doc, _ := s.get(t, page+"/forecast")
	form := doc.Find("form.judge-form")
	if form.Length() != 1 || form.AttrOr("method", "") != "post" || form.AttrOr("action", "") != page+"/category" {
		t.Fatalf("the form is %d, %s", form.Length(), form.AttrOr("action", ""))
	}
	doc, r := s.post(t, page+"/category", "then", page+"/forecast#ends-h", "category", "commit", "reason", " ")
	if r.StatusCode != 422 || !strings.Contains(doc.Find("[role=alert]").Text(), "reason") || doc.Find("option[value=commit][selected]").Length() != 1 {
		t.Errorf("without a reason: status %d, %q", r.StatusCode, doc.Find("main").Text())
	}
	if _, r = s.post(t, page+"/category", "then", page+"/forecast#ends-h", "category", "commit", "reason", "<b>her hand</b> on it"); r.StatusCode != 303 || r.Header.Get("Location") != page+"/forecast#ends-h" {
		t.Errorf("with one: status %d to %s", r.StatusCode, r.Header.Get("Location"))
	}
	if doc, _ = s.get(t, page+"/forecast"); !strings.Contains(doc.Find("#ends-h").Parent().Text(), "<b>her hand</b> on it") {
		t.Errorf("the reason is not shown: %s", doc.Find("#ends-h").Parent().Text())
	}
	if back, _ := s.get(t, page+"?as_of="+today.AddDate(0, 0, -1).Format("2006-01-02")); back.Find("form.judge-form").Length() > 0 {
		t.Error("the past can be judged anew")
	}
	if _, r = s.post(t, "/deals/zz-no-such-deal/category", "category", "commit"); r.StatusCode != 404 {
		t.Errorf("of no deal: status %d", r.StatusCode)
	}
}

// TestForecastPageDoesNotWait: until the first forecast is ready the page says
// how far it has come and how deals have ended so far, and looks again by itself.
func TestForecastPageDoesNotWait(t *testing.T) {
	s := open(t).fill(t)
	var queue []func(context.Context)
	s.forecasts.Work = func(do func(context.Context)) { queue = append(queue, do) }
	for _, lang := range []string{"en", "zh"} {
		doc, r := s.get(t, "/forecast/model", "Accept-Language", lang)
		sound(t, "waiting "+lang, doc)
		if r.StatusCode != 200 || r.Header.Get("Refresh") == "" || doc.Find(".working").Length() != 1 || doc.Find(".chances li").Length() != 3 {
			t.Errorf("%s: status %d, refresh %q: %s", lang, r.StatusCode, r.Header.Get("Refresh"), text(doc.Find("main")))
		}
		for _, x := range doc.Find(".chances li").EachIter() {
			if x.Find(".mute").Text() == "" {
				t.Errorf("%s: %q stands without its range", lang, text(x))
			}
		}
	}
	if len(queue) != 1 {
		t.Fatalf("%d pieces of work", len(queue))
	}
	queue[0](t.Context())
	doc, r := s.get(t, "/forecast/model")
	if r.Header.Get("Refresh") != "" || doc.Find("svg.fan").Length() != 1 || doc.Find(".split").Length() < 2 {
		t.Errorf("when it is ready: refresh %q, %d fans, %d splits", r.Header.Get("Refresh"), doc.Find("svg.fan").Length(), doc.Find(".split").Length())
	}
	link := doc.Find(".split a[href*='segment=']").First().AttrOr("href", "")
	if some, r := s.get(t, link); r.StatusCode != 200 || some.Find(".notice a[href='/forecast/model']").Length() != 1 {
		t.Errorf("%s: status %d", link, r.StatusCode)
	}
}

// TestForecastOfWhomAManagerNames: the filter of the forecast takes a name; one
// that nobody has, and a rule that cannot be read, leave the page as it was and
// say so in words, without a word of the playbook's language.
func TestForecastOfWhomAManagerNames(t *testing.T) {
	s := open(t).fill(t)
	for _, lang := range []string{"en", "zh"} {
		all, _ := s.get(t, "/forecast/model", "Accept-Language", lang)
		names := all.Find("#forecast-names option").EachIter()
		asked := 0
		for _, o := range names {
			name := o.AttrOr("value", "")
			if asked++; asked > 3 {
				break
			}
			short := strings.ToLower(string([]rune(name)[:len([]rune(name))-1]))
			doc, r := s.get(t, "/forecast/model?only="+url.QueryEscape(short), "Accept-Language", lang)
			if r.StatusCode != 200 || !strings.Contains(doc.Find(".notice").Text(), name) || doc.Find(".notice a[href='/forecast/model']").Length() != 1 {
				t.Errorf("%s: only %q: status %d, %q", lang, short, r.StatusCode, text(doc.Find(".notice")))
			}
			if got := doc.Find("#forecast-only").AttrOr("value", ""); got != short {
				t.Errorf("%s: the field says %q", lang, got)
			}
			sound(t, "forecast of "+name, doc)
		}
		if asked == 0 {
			t.Errorf("%s: nothing is offered", lang)
		}
		for _, q := range []string{"only=Nobodyhere", "only=" + url.QueryEscape("region == 'nordic' &&"), "segment=regoin+%3D%3D+1"} {
			doc, r := s.get(t, "/forecast/model?"+q, "Accept-Language", lang)
			problem := text(doc.Find("#forecast-only-problem"))
			if r.StatusCode != 200 || doc.Find("svg.fan").Length() != all.Find("svg.fan").Length() || problem == "" {
				t.Errorf("%s: %s: status %d, %q", lang, q, r.StatusCode, problem)
			}
			for _, word := range []string{"yaml", "knows", "declare", "[", "<no value>"} {
				if strings.Contains(strings.ToLower(problem), word) {
					t.Errorf("%s: %s is answered with %q", lang, q, problem)
				}
			}
		}
	}
}
