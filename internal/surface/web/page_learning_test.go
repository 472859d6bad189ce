package web_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// TestLearning: the page holds its parts in both languages, without a script.
func TestLearning(t *testing.T) {
	s := stocked(t)
	for _, lang := range []string{"en", "zh"} {
		doc, r := s.get(t, "/learning", "Accept-Language", lang)
		if r.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d", lang, r.StatusCode)
		}
		for _, part := range []string{"#processes-h", "#causes-h", "#hand-h", "#ways-h", "#useful-h", "#stalls-h", "#fit-h", "svg.fm title", "svg.fm desc", "svg.forest", ".menu a[aria-current][href='/learning']"} {
			if doc.Find(part).Length() == 0 {
				t.Errorf("%s: no %s", lang, part)
			}
		}
		if doc.Find(`script:not([src^="/static/page."]), [style]`).Length() > 0 {
			t.Errorf("%s: the page holds a script or a style that its own policy refuses", lang)
		}
		if text := doc.Find("main").Text(); strings.Contains(text, "learning.") || strings.Contains(text, "NaN") || strings.Contains(text, "stage ") && lang == "zh" {
			t.Errorf("%s: a word is missing:\n%s", lang, text)
		}
	}
}

// TestLearningNumbersOpen: a number leads to as many deals as it says.
func TestLearningNumbersOpen(t *testing.T) {
	s := stocked(t)
	doc, _ := s.get(t, "/learning")
	behind := func(href string) int {
		page, r := s.get(t, href)
		if r.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d", href, r.StatusCode)
		}
		return page.Find(".learn-cases li a[href^='/deals/']").Length()
	}
	looked := 0
	check := func(a *goquery.Selection, said string) {
		href, _ := a.Attr("href")
		n, err := strconv.Atoi(strings.TrimSpace(said))
		if err != nil {
			t.Errorf("%s: %q is no number", href, said)
			return
		}
		if got := behind(href); got != n {
			t.Errorf("%s: says %d, leads to %d", href, n, got)
		}
		looked++
	}
	doc.Find(".learn-road td a").Each(func(_ int, a *goquery.Selection) { check(a, a.Text()) })
	doc.Find(".learn-bars a").Each(func(_ int, a *goquery.Selection) {
		said, _, _ := strings.Cut(strings.TrimSpace(a.Next().Text()), " ") // "12 deals"
		check(a, said)
	})
	if looked < 10 {
		t.Errorf("only %d numbers to open", looked)
	}
	for _, list := range []string{".learn-parts a", ".learn-useful h3 a", ".learn-stalls h3 a", "svg.fm a"} {
		doc.Find(list).Each(func(i int, a *goquery.Selection) {
			if href, _ := a.Attr("href"); i < 5 && behind(href) == 0 {
				t.Errorf("%s: %s leads to nothing", list, href)
			}
		})
	}
	if _, r := s.get(t, "/learning/cases?skipped=no-such"); r.StatusCode != http.StatusBadRequest {
		t.Errorf("a milestone nobody knows: %d", r.StatusCode)
	}
}

// TestNothingToLearnFrom: an empty ledger is a beginning.
func TestNothingToLearnFrom(t *testing.T) {
	doc, r := open(t).get(t, "/learning")
	if r.StatusCode != http.StatusOK || !strings.Contains(doc.Find(".lede").Text(), "throughline demo") {
		t.Errorf("%d: %s", r.StatusCode, doc.Find("main").Text())
	}
}
