package web_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/surface/web"
)

// TestSimulate: the page asks by menus, answers with rows and pictures, says
// whether today is reproduced, and shows nothing where nothing changes; in both
// languages, without a script.
func TestSimulate(t *testing.T) {
	s := stocked(t)
	for _, lang := range []string{"en", "zh"} {
		doc, r := s.get(t, "/studio/simulate?what=days&question=order&low=0&high=10&touches=80", "Accept-Language", lang)
		if r.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d", lang, r.StatusCode)
		}
		for _, part := range []string{
			"form[action='/studio/simulate'] select[name=question] option[value=order][selected]", "input[name=high][value='10']", "input[name=touches][value='80']",
			"#answer-h.question", ".sim-rows svg.differ .differ-range", "#hangs-h", ".sim-beside svg .differ-real", ".sim-mixed a[href*='class=complex']",
			"select[name=class] option[value=complex]", "select[name=owner] option:nth-child(2)",
		} {
			if doc.Find(part).Length() == 0 {
				t.Errorf("%s: no %s", lang, part)
			}
		}

		if doc.Find(`script:not([src^="/static/page."]), [style]`).Length() > 0 {
			t.Errorf("%s: the page holds a script or a style that its own policy refuses", lang)
		}
		if said := doc.Find("main").Text(); strings.Contains(said, "simulate.") || strings.Contains(said, "NaN") {
			t.Errorf("%s: a word is missing:\n%s", lang, said)
		}
	}
	doc, _ := s.get(t, "/studio/simulate")
	if doc.Find(".sim-beside svg").Length() < 4 || doc.Find(".differ-range").Length() > 0 || doc.Find("#hangs-h").Length() > 0 {
		t.Error("nothing changes, and something is shown")
	}
	doc, _ = s.get(t, "/studio/simulate?class=complex&what=no_decision&low=10&high=30")
	if doc.Find("select[name=class] option[value=transactional]").Length() == 0 || doc.Find("select[name=class] option[value=complex][selected]").Length() == 0 {
		t.Error("the other classes cannot be chosen any more")
	}
	if doc.Find(".sim-mixed a[href*='class=']").Length() > 0 {
		t.Error("one class alone is told as mixed")
	}
}

// TestSimulateRefuses: what cannot be asked is said in words beside what was
// typed, and what cannot be answered has its reason.
func TestSimulateRefuses(t *testing.T) {
	s := stocked(t)
	for href, want := range map[string]string{
		"/studio/simulate?what=days&question=order&low=ten&high=20": "no range of numbers",
		"/studio/simulate?what=days&low=1&high=2":                   "which one",
		"/studio/simulate?what=time&question=p3&low=10&high=99":     "95 per cent",
		"/studio/simulate?what=time&question=p3&low=10&touches=900": "from 0 to 100",
		"/studio/simulate?what=days&question=p77&low=1":             "p77",
	} {
		doc, r := s.get(t, href)
		if r.StatusCode != http.StatusOK || !strings.Contains(doc.Find(".sim-ask [role=alert]").Text(), want) {
			t.Errorf("%s: %d %q", href, r.StatusCode, doc.Find(".sim-ask [role=alert]").Text())
		}
		if doc.Find(".sim-rows").Length() > 0 {
			t.Errorf("%s: rows beside a refusal", href)
		}
	}
	doc, _ := s.get(t, "/studio/simulate?what=days&question=order&low=ten&high=20")
	if doc.Find("input[name=low][value=ten]").Length() == 0 {
		t.Error("what was typed is lost")
	}
	empty := open(t)
	if doc, _ := empty.get(t, "/studio/simulate"); !strings.Contains(doc.Find(".sim-answer").Text(), "60 are needed") {
		t.Errorf("an empty ledger: %s", doc.Find(".sim-answer").Text())
	}
}

// TestSimulateTellsHowFar: a page that would wait says how far it is and looks
// again by itself; one of the next looks has the answer. What was typed wrong is
// said at the end as well.
func TestSimulateTellsHowFar(t *testing.T) {
	s := stocked(t)
	s.handler = web.New(web.Options{Desk: s.desks, Patience: 1})
	for _, href := range []string{"/studio/simulate?what=days&question=order&low=0&high=10", "/studio/simulate?what=days&question=p77&low=1"} {
		doc, r := s.get(t, href)
		if r.Header.Get("Refresh") != "1" || doc.Find("[role=status] svg").Length() != 1 || !strings.Contains(doc.Find("[role=status]").Text(), "%") || doc.Find(".sim-answer").Length() > 0 {
			t.Fatalf("%s: refresh %q: %s", href, r.Header.Get("Refresh"), text(doc.Find("main")))
		}
		if again, _ := doc.Find("[role=status] a").Attr("href"); !strings.HasPrefix(again, "/studio/simulate?") || !strings.Contains(again, "low=") {
			t.Errorf("%s: it looks again at %q", href, again)
		}
		looks := 1
		for ; r.Header.Get("Refresh") != ""; looks++ {
			doc, r = s.get(t, href)
		}
		if doc.Find(".sim-ask").Length() != 1 || doc.Find(".sim-rows").Length()+doc.Find(".sim-ask [role=alert]").Length() == 0 {
			t.Errorf("%s: after %d looks: %s", href, looks, text(doc.Find("main")))
		}
	}
}

// TestSimulateIsOnesOwn: two who ask the same at once have each their own answer.
func TestSimulateIsOnesOwn(t *testing.T) {
	own := *stocked(t) // others look at the same company
	s := &own
	var begun atomic.Int64 // they are worked out beside one another
	was := s.desks
	s.handler = web.New(web.Options{Patience: 1, Desk: func(r *http.Request, language string) *operation.Desk {
		d := was(r, language)
		d.Team, d.Author = true, throughline.PersonID{r.Header.Get("Who")[0]}
		d.Began = func(ctx context.Context, o operation.Operation) (context.Context, func(error)) {
			if strings.Join(o.Words, " ") == "simulate" {
				begun.Add(1)
			}
			return ctx, func(error) {}
		}
		return d
	}})
	waits := []string{"a", "b"}
	for len(waits) > 0 {
		waits = slices.DeleteFunc(waits, func(who string) bool {
			_, r := s.get(t, "/studio/simulate", "Who", who)
			return r.Header.Get("Refresh") == ""
		})
	}
	if n := begun.Load(); n < 2 {
		t.Errorf("%d were worked out for two who ask", n)
	}
}
