package web_test

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/company"
)

// hand does in a real browser what a person does, and counts it: a tap is a
// click on anything; typing into the field that a tap opened is no tap.
type hand struct {
	t    *testing.T
	ctx  context.Context
	taps int
}

// patient bounds how long one act may take: what waits for a page that never
// comes ends here and says so, in place of holding up all that is behind it.
func (h *hand) patient() (context.Context, context.CancelFunc) {
	return context.WithTimeout(h.ctx, 90*time.Second)
}

// tap clicks the first element that matches and is seen, and waits for the
// page it leads to, where it leads to one.
func (h *hand) tap(selector string) {
	h.t.Helper()
	h.taps++
	ctx, cancel := h.patient()
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Click(chromedp.CSS(selector))); err != nil {
		h.t.Fatalf("tap %s: %v", selector, err)
	}
}

// send taps a button that sends a form, and waits for the next page.
func (h *hand) send(selector string) {
	h.t.Helper()
	h.taps++
	ctx, cancel := h.patient()
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(selector))); err != nil {
		h.t.Fatalf("send %s: %v", selector, err)
	}
}

func (h *hand) write(selector, text string) {
	h.t.Helper()
	if err := chromedp.Do(h.ctx, chromedp.SendKeys(chromedp.CSS(selector), text)); err != nil {
		h.t.Fatalf("write into %s: %v", selector, err)
	}
}

func (h *hand) text(selector string) string {
	h.t.Helper()
	return evaluate[string](h.t, h.ctx, `[...document.querySelectorAll(`+"`"+selector+"`"+`)].map(e => e.innerText).join("\n")`)
}

// one finds a deal of the made-up company.
func (s *shop) one(t testing.TB, what string, is func(company.Truth) bool) string {
	t.Helper()
	for _, c := range s.truth {
		if is(c) {
			return "/deals/" + c.Deal.String()
		}
	}
	t.Fatalf("the made-up company has no deal that is %s", what)
	return ""
}

// TestEvidenceInThreeTaps: on a phone, a sentence becomes evidence in three
// taps or fewer: into the field, read it, accept.
func TestEvidenceInThreeTaps(t *testing.T) {
	ctx := browser(t)
	s := open(t).fill(t)
	root := s.serve(t)
	deal := s.one(t, "open at Own", func(c company.Truth) bool {
		return c.Outcome == throughline.StillOpen && c.Story != "" && c.Frontier == throughline.Align
	})
	look{390, "light", "en"}.open(t, ctx, root+deal)
	h := &hand{t: t, ctx: ctx}
	h.tap(`.capture-here textarea`)
	h.write(`.capture-here textarea`, "The head of finance signed one page on Friday that states the problem and the measure.")
	h.tap(`.capture-here button[value=read]`)
	until(t, ctx, `document.querySelector(".proposal")`)
	if at := evaluate[string](t, ctx, `location.pathname`); at != deal {
		t.Errorf("it was read on %s", at)
	}
	look{390, "light", "en"}.picture(t, ctx, "capture")
	accessible(t, ctx, "capture")
	if got := h.text(".proposal-text"); !strings.Contains(got, "signed one page") {
		t.Fatalf("proposals: %q", got)
	}
	h.tap(`.proposal button[value^="accept:"]`)
	until(t, ctx, `document.querySelector(".said")`)
	if got := h.text(".said"); !strings.Contains(got, "Recorded") {
		t.Errorf("nothing says that it was recorded: %q", got)
	}
	if h.taps > 3 {
		t.Errorf("%d taps, at most 3", h.taps)
	}
	if d, _ := s.get(t, deal+"/questions"); !strings.Contains(text(d.Find("#p3")), "signed one page") {
		t.Error("the evidence is not among what speaks to the question")
	}
	h.send(`.said button`) // and one more takes it back
	if d, _ := s.get(t, deal+"/questions"); strings.Contains(text(d.Find("#p3")), "signed one page") {
		t.Error("what was taken back still counts")
	}
}

// TestReviewOpensWithTwoPlaces: a manager opens the review with the places
// where what we say and what they showed disagree, leaves a question on one,
// and the seller's next strategy answers it. Nobody is ranked.
func TestReviewOpensWithTwoPlaces(t *testing.T) {
	v := visit(t)
	v.open("/review")
	v.look.picture(t, v.ctx, "review")
	accessible(t, v.ctx, "review")
	if n := evaluate[int](t, v.ctx, `document.querySelectorAll(".place").length`); n != 2 {
		t.Errorf("the review opens with %d places, want 2", n)
	}
	v.wants(".place", "Commit", "What we say", "What they have shown")
	v.fill(`.place input[name=text]`, "Who would describe the problem differently?")
	v.send(`.place button`)
	v.wants(".said", "left with the deal")
	v.wants(".left-questions", "Who would describe the problem differently?", "waits for an answer")
	v.send(`.left-questions a`)
	v.wants(".asked", "Who would describe the problem differently?")
	v.send(`.asked a`)
	v.wants("main", "This version answers")
	v.fill(`textarea[name=bet]`, "If the head of finance writes down her version by then, because the board asks for one page, they will settle")
	v.fill(`input[name=because]`, "The question from the review")
	v.send(`button.button-main`)
	v.wants(".said", "new version")
	v.wants(".versions", "The question from the review")
	v.open("/review")
	v.wants(".left-questions", "answered by version")
	for _, word := range []string{"facts", "fields", "entries"} {
		if got := v.text("main"); strings.Contains(got, " "+word+" ") {
			t.Errorf("the review speaks of %s", word)
		}
	}
}

// TestSellersWeek walks what a complex deal asks of its seller in a week
// (DOMAIN 9.2) and counts: look, prepare, tell what was said, answer the bet,
// rethink the strategy, move a step. At most ten interactions; a tap, a
// field that is opened to type into, a choice: each is one.
func TestSellersWeek(t *testing.T) {
	v := visit(t)
	deal := v.shop.one(t, "complex, open, with a story", func(c company.Truth) bool { return stillOpen(c) && c.Story == "reopened" })
	title := ""
	{ // a bet whose day has come stands on the deal beforehand
		v.shop.sends(t, deal+"/strategy", map[string][]string{"bet": {"If the head of control brings the two pages together, because the board meets, they will settle"}, "by": {"2026-11-23"}})
		d, _ := v.shop.get(t, deal)
		title = text(d.Find("h1"))
	}
	v.open("/")
	v.look.picture(t, v.ctx, "week-today")
	v.taps = 0
	if err := chromedp.Do(v.ctx, chromedp.WaitReady(chromedp.CSS(`a[href="`+deal+`"]`))); err != nil {
		t.Fatal(err)
	}
	v.send(`a.row-link[href="` + deal + `"]`) // Monday: the deal that asks for a look
	v.wants("h1", title)
	v.send(`.tabs a[href$="/before"]`) // before the call
	v.wants("main", "Whom to ask", "did it happen?")
	v.look.picture(t, v.ctx, "week-before")
	v.tap(`[aria-labelledby="after-h"] textarea[name=text]`) // after it, three sentences
	v.write(`[aria-labelledby="after-h"] textarea[name=text]`, "Noor Zielonka signed one page out of two on Friday. The head of control sent it to both rooms. Procurement asked for the insurance papers.")
	v.tap(`.stacked button[value=read]`)
	until(t, v.ctx, `document.querySelector(".proposal")`)
	v.look.picture(t, v.ctx, "week-capture")
	v.tap(`button[value=all]`)
	until(t, v.ctx, `document.querySelector(".said")`)
	v.wants(".said", "Recorded")
	v.wants(".proposal", "Which of these is it?") // what the words leave open is asked, and recorded by nobody but her
	v.send(`.bet-card button[value=happened]`)    // the bet's day, asked there too; it leads to the next one
	v.wants(".said", "became of the bet")
	until(t, v.ctx, `document.activeElement.matches("#line-bet textarea[name=bet]")`) // the hand is in the field already
	v.write(`textarea[name=bet]`, "If both rooms sign the measure, because the storm season begins, they will choose.")
	v.send(`form button.button-main`)
	v.wants(".said", "new version")
	v.send(`.tabs a[href$="/contracting"]`) // and the paper
	v.send(`#k1 form button`)
	v.wants(".said", "Recorded")
	t.Logf("%d interactions", v.taps)
	if v.taps > 10 {
		t.Errorf("a week takes %d interactions, at most 10", v.taps)
	}
}

// TestThePageBeforeACallIsOnePage: printed on A4, for deals of several kinds,
// in both languages.
func TestThePageBeforeACallIsOnePage(t *testing.T) {
	v := visit(t)
	for _, lang := range []string{"en", "zh"} {
		v.look.lang = lang
		for _, p := range v.shop.walk(t) {
			if !strings.HasPrefix(p.path, "/deals/0") {
				continue
			}
			v.open(p.path + "/before")
			printed, err := chromedp.Call(v.ctx, page.PrintToPDF, page.PrintToPDFParams{PaperWidth: 8.27, PaperHeight: 11.69})
			if err != nil {
				t.Fatal(err)
			}
			if n := len(sheet.FindAll(printed.Data, -1)); n != 1 {
				t.Errorf("%s in %s takes %d sheets", p.name, lang, n)
			}
		}
	}
}

// sheet is how a page begins in a PDF.
var sheet = regexp.MustCompile(`/Type\s*/Page[^s]`)

// TestNothingIsRequired: no field of any page has to be filled in, but the end
// state when a deal is closed.
func TestNothingIsRequired(t *testing.T) {
	s := stocked(t)
	deal := s.one(t, "open", stillOpen)
	for _, path := range []string{"/", "/deals", "/deals/new", "/review", "/me", "/forecast", "/learning", "/playbook", deal, deal + "/before", deal + "/strategy", deal + "/people",
		deal + "/contracting", deal + "/close", deal + "/class", deal + "/capture", deal + "/steps"} {
		d, r := s.get(t, path)
		if r.StatusCode != 200 {
			t.Errorf("%s: status %d", path, r.StatusCode)
			continue
		}
		d.Find("[required], [aria-required=true]").Each(func(_ int, e *goquery.Selection) {
			if name := e.AttrOr("name", ""); path != deal+"/close" || name != "outcome" {
				t.Errorf("%s asks for %q", path, name)
			}
		})
	}
}
