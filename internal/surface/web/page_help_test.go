package web_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// TestHelpExplainsEveryWord: each question and each word of the pages has its
// sentence and its own address, in both languages, and the foot of every page
// leads there.
func TestHelpExplainsEveryWord(t *testing.T) {
	s := open(t)
	for lang, words := range map[string][]string{"en": {"Bet", "No decision", "Notice"}, "zh": {"赌注", "无决定", "察觉"}} {
		d, _ := s.get(t, "/help?lang="+lang)
		if n := d.Find(".help-questions li").Length(); n != 9 {
			t.Errorf("%s: %d questions stand on the help page", lang, n)
		}
		d.Find(".help-terms > div").Each(func(_ int, x *goquery.Selection) {
			if id, _ := x.Attr("id"); id == "" || text(x.Find("dt")) == "" || len([]rune(text(x.Find("dd")))) < 15 {
				t.Errorf("%s: a word without its sentence: %q", lang, text(x))
			}
		})
		has(t, d, ".help", words...)
		if strings.Contains(text(d.Find("main")), "term.") || strings.Contains(text(d.Find("main")), "help.") {
			t.Errorf("%s: a key stands where a sentence should", lang)
		}
		if d.Find(`.foot a[href="/help"]`).Length() != 1 {
			t.Errorf("%s: the foot does not lead to the help", lang)
		}
	}
}

// TestTheTourLeadsThroughSevenPages: each stop says where one is, shows the page
// it speaks of and leads to the next; a company without deals is told so.
func TestTheTourLeadsThroughSixPages(t *testing.T) {
	s := stocked(t)
	next := "/tour/1"
	for n := 1; n <= 7; n++ {
		r := s.answers(t, "GET", next, nil)
		if r.StatusCode != http.StatusSeeOther {
			t.Fatalf("stop %d gives %d", n, r.StatusCode)
		}
		d, _ := s.get(t, r.Header.Get("Location"))
		has(t, d, ".tour", "of 7")
		href, further := d.Find(".tour .button-main").Attr("href")
		if further != (n < 7) {
			t.Errorf("stop %d leads on: %v", n, further)
		}
		if leave, _ := d.Find(".tour-leave").Attr("href"); strings.Contains(leave, "tour=") {
			t.Errorf("leaving stop %d stays in the tour: %s", n, leave)
		}
		next = href
	}
	empty := open(t)
	if at := empty.answers(t, "GET", "/tour/2", nil).Header.Get("Location"); at != "/help?none=yes" {
		t.Errorf("a company without deals is led to %q", at)
	}
	d, _ := empty.get(t, "/help?none=yes")
	has(t, d, ".notice", "no deal yet")
}

// TestTheTypefaceIsOurs: the page asks for it at its own host, keeps it for
// ever, and the bytes are a font.
func TestTheTypefaceIsOurs(t *testing.T) {
	s := open(t)
	d, _ := s.get(t, "/help")
	href, _ := d.Find(`link[as="font"]`).Attr("href")
	r := s.answers(t, "GET", href, nil)
	file, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK || !bytes.HasPrefix(file, []byte("wOF2")) || r.Header.Get("Content-Type") != "font/woff2" ||
		!strings.Contains(r.Header.Get("Cache-Control"), "immutable") || len(file) > 60<<10 {
		t.Errorf("%s gives %d, %v, %d bytes, %v", href, r.StatusCode, r.Header, len(file), err)
	}
}
