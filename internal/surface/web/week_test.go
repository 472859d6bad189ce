package web_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"

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

// tap clicks the first element that matches and is seen, and waits for the
// page it leads to, where it leads to one.
func (h *hand) tap(selector string) {
	h.t.Helper()
	h.taps++
	if err := chromedp.Do(h.ctx, chromedp.Click(chromedp.CSS(selector))); err != nil {
		h.t.Fatalf("tap %s: %v", selector, err)
	}
}

// send taps a button that sends a form, and waits for the next page.
func (h *hand) send(selector string) {
	h.t.Helper()
	h.taps++
	if _, err := chromedp.RunResponse(h.ctx, chromedp.Click(chromedp.CSS(selector))); err != nil {
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
	server := httptest.NewServer(s.handler)
	defer server.Close()
	deal := s.one(t, "open at Own", func(c company.Truth) bool {
		return c.Outcome == throughline.StillOpen && c.Story != "" && c.Frontier == throughline.Align
	})
	look{390, "light", "en"}.open(t, ctx, server.URL+deal)
	h := &hand{t: t, ctx: ctx}
	h.tap(`.capture-here textarea`)
	h.write(`.capture-here textarea`, "The head of finance signed one page on Friday that states the problem and the measure.")
	h.send(`.capture-here button[value=read]`)
	look{390, "light", "en"}.picture(t, ctx, "capture")
	accessible(t, ctx, "capture")
	if got := h.text(".proposal-text"); !strings.Contains(got, "signed one page") {
		t.Fatalf("proposals: %q", got)
	}
	h.send(`.proposal button[value^="accept:"]`)
	if got := h.text(".said"); !strings.Contains(got, "Recorded") {
		t.Errorf("nothing says that it was recorded: %q", got)
	}
	if h.taps > 3 {
		t.Errorf("%d taps, at most 3", h.taps)
	}
	if got := h.text("#p3, #ledger"); !strings.Contains(got, "signed one page") {
		t.Error("the evidence is not on the deal's page")
	}
	h.send(`.said button`) // and one more takes it back
	if got := h.text("#p3"); strings.Contains(got, "signed one page") {
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
