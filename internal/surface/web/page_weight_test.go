package web_test

import (
	"cmp"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/company"
)

// weighed is a line of the table: what a page may weigh.
type weighed struct {
	name, path         string
	words, wide, phone int
	packed             int // kilobytes of its HTML as it is sent
}

// weights reads the table of docs/methods/page-weight.md.
func weights(t *testing.T) (out []weighed) {
	t.Helper()
	text, err := os.ReadFile("../../../docs/methods/page-weight.md")
	if err != nil {
		t.Fatal(err)
	}
	number := func(s string) int {
		n, err := strconv.Atoi(strings.ReplaceAll(s, ",", ""))
		if err != nil {
			t.Fatalf("%q is no number", s)
		}
		return n
	}
	for _, line := range strings.Split(string(text), "\n") {
		cells := strings.Split(line, "|")
		if len(cells) != 8 || !strings.Contains(cells[2], "`") {
			continue
		}
		for i := range cells {
			cells[i] = strings.Trim(strings.TrimSpace(cells[i]), "`")
		}
		out = append(out, weighed{cells[1], cells[2], number(cells[3]), number(cells[4]), number(cells[5]), number(cells[6])})
	}
	if len(out) < 24 {
		t.Fatalf("the table has only %d pages", len(out))
	}
	return out
}

// complexDeals are open deals of a complex purchase with a story: those on which
// there is most to say.
func (s *shop) complexDeals(t testing.TB, most int) (out []string) {
	for _, c := range s.truth {
		if stillOpen(c) && c.Story != "" && (c.Class == throughline.Complex || c.Class == throughline.ComplexNoProcess) && len(out) < most {
			out = append(out, "/deals/"+c.Deal.String())
		}
	}
	if len(out) == 0 {
		t.Fatal("the made-up company has no complex deal that is open")
	}
	return out
}

// readWords counts what a person reads on a page: not what is folded away, and
// the road once.
func readWords(d *goquery.Document) int {
	main := d.Find("main").Clone()
	main.Find("details:not([open]) > :not(summary), .unseen, [hidden], option, title, desc, svg.road-down, script").Remove()
	return len(strings.Fields(strings.ToValidUTF8(main.Text(), "")))
}

// places gives what the words in the table's addresses stand for. What a deal
// is foreseen to do stands on its page once somebody has asked for the forecast;
// it is asked for here, so that no page depends on which test came before.
func (s *shop) places(t *testing.T, deal string) *strings.Replacer {
	t.Helper()
	if _, r := s.get(t, "/forecast/model"); r.StatusCode != http.StatusOK {
		t.Fatal(r.Status)
	}
	one, who := s.withPeople(t)
	return strings.NewReplacer("DEAL", deal, "ACCOUNT", "/accounts/"+one.Deal.Account.Value.String(), "PERSON", "/people/"+throughline.ID(who.ID).String())
}

// TestPagesWeighNoMoreThanTheyMay holds the words of the table, and the deal's
// for every complex deal.
func TestPagesWeighNoMoreThanTheyMay(t *testing.T) {
	s := stocked(t)
	deals := s.complexDeals(t, 8)
	for _, w := range weights(t) {
		for i, deal := range deals {
			if i > 0 && w.path != "DEAL" {
				break
			}
			path := s.places(t, deal).Replace(w.path)
			d, r := s.get(t, path)
			if n := readWords(d); r.StatusCode != 200 || n > w.words || n < 20 {
				t.Errorf("%s (%s): status %d, %d words, at most %d", w.name, path, r.StatusCode, n, w.words)
			} else {
				t.Logf("%s: %d words", w.name, n)
			}
		}
	}
}

// mostPacked is what a first visit may take: the page, its style, its script and
// the face it is set in.
const mostPacked = 150 << 10

// TestPagesArePackedSmall holds the kilobytes of the table, and that a first
// visit to any page stays below the most.
func TestPagesArePackedSmall(t *testing.T) {
	s := stocked(t)
	to := s.places(t, s.complexDeals(t, 1)[0])
	sent := func(path string) (int, *goquery.Document) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost"+path, nil)
		r.Header.Set("Accept-Encoding", "gzip")
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		n := w.Body.Len()
		if w.Code != http.StatusOK || n == 0 {
			t.Fatalf("%s: %d, %d bytes", path, w.Code, n)
		}
		var body io.Reader = w.Body
		if w.Header().Get("Content-Encoding") == "gzip" {
			unpacked, err := gzip.NewReader(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			body = unpacked
		} else if strings.HasPrefix(w.Header().Get("Content-Type"), "text/") {
			t.Errorf("%s is sent unpacked", path)
		}
		d, err := goquery.NewDocumentFromReader(body)
		if err != nil {
			t.Fatal(err)
		}
		return n, d
	}
	parts := map[string]int{}
	for _, w := range weights(t) {
		own, d := sent(to.Replace(w.path))
		all := own
		d.Find("link[rel=stylesheet], link[rel=preload], script[src]").Each(func(_ int, part *goquery.Selection) {
			path := cmp.Or(part.AttrOr("href", ""), part.AttrOr("src", ""))
			if parts[path] == 0 {
				parts[path], _ = sent(path)
			}
			all += parts[path]
		})
		if t.Logf("%s: %.1f kB, %.1f with all it takes", w.name, float64(own)/1024, float64(all)/1024); own > w.packed<<10 || all > mostPacked {
			t.Errorf("%s is %d bytes packed, at most %d kB; %d with all it takes, at most %d", w.name, own, w.packed, all, mostPacked)
		}
	}
}

// TestPagesAreNoHigherThanTheyMay holds the heights of the table.
func TestPagesAreNoHigherThanTheyMay(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	s := stocked(t)
	ctx, url := surfing(t, s)
	to := s.places(t, s.complexDeals(t, 1)[0])
	for _, w := range weights(t) {
		for l, most := range map[look]int{{1280, "light", "en"}: w.wide, {390, "light", "en"}: w.phone} {
			l.open(t, ctx, url+to.Replace(w.path))
			l.picture(t, ctx, "w-"+strings.ReplaceAll(w.name, " ", "-"))
			got := evaluate[int](t, ctx, `document.documentElement.scrollHeight`)
			if t.Logf("%s at %d: %d", w.name, l.width, got); got > most {
				t.Errorf("%s is %d high at %d, at most %d", w.name, got, l.width, most)
			}
		}
	}
}

// TestTheDealPrintsOnTwoPages: A4, in both languages.
func TestTheDealPrintsOnTwoPages(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	s := stocked(t)
	ctx, url := surfing(t, s)
	for _, lang := range []string{"en", "zh"} {
		for _, deal := range s.complexDeals(t, 3) {
			look{1280, "light", lang}.open(t, ctx, url+deal)
			printed, err := chromedp.Call(ctx, page.PrintToPDF, page.PrintToPDFParams{PaperWidth: 8.27, PaperHeight: 11.69})
			if err != nil {
				t.Fatal(err)
			}
			if n := len(sheet.FindAll(printed.Data, -1)); n < 1 || n > 2 {
				t.Errorf("%s in %s takes %d sheets", deal, lang, n)
			}
		}
	}
}

// TestTheDayInTwoInteractions: a tap on the day opens its field, and setting it
// is the other.
func TestTheDayInTwoInteractions(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	s := open(t).fill(t)
	ctx, url := surfing(t, s)
	deal := s.one(t, "open, with a story", func(c company.Truth) bool { return stillOpen(c) && c.Story != "" && c.Frontier == throughline.Align })
	wide.open(t, ctx, url+deal)
	h := &hand{t: t, ctx: ctx}
	h.tap(`#term-close > summary`)
	until(t, ctx, `document.activeElement.matches("#term-close input[type=date]")`) // the hand is in the field already
	press(t, ctx, "03152027")
	h.send(`#term-close button`)
	if got := h.text("#term-close > summary"); !strings.Contains(got, "15 March 2027") || h.taps != 2 {
		t.Errorf("after %d interactions the head says %q", h.taps, got)
	}
	if got := h.text(".said"); !strings.Contains(got, "Take it back") {
		t.Errorf("it says %q", got)
	}
}
