package web_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestWordsSayWhatTheyMean: beside the bet, the distance and each grade, and over
// each of the nine questions, stands what it means. It comes up when one points
// at it, taps it or reaches it by keyboard, in both languages and without a
// script, lies on the screen whole, moves nothing, and goes by Escape. A grade is
// a word, no code.
func TestWordsSayWhatTheyMean(t *testing.T) {
	s := stocked(t)
	ctx, url := surfing(t, s)
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	deal := s.complexDeals(t, 1)[0]
	if _, err := chromedp.Call(ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}); err != nil {
		t.Fatal(err)
	}
	for _, l := range []look{{1280, "light", "en"}, {390, "dark", "zh"}, {1280, "dark", "zh"}} {
		l.open(t, ctx, url+deal)
		terms := evaluate[[]string](t, ctx, `[...document.querySelectorAll("main .tip")].map(e => e.textContent.trim())`)
		all := strings.Join(terms, "\n")
		for _, want := range map[string][]string{"en": {"Bet: ", "Ahead of them: ", "Where they are: "}, "zh": {"赌注：", "：", "："}}[l.lang] {
			if !strings.Contains(all, want) {
				t.Errorf("%v: %q is not among %q", l, want, terms)
			}
		}
		for _, path := range []string{deal, deal + "/questions"} {
			l.open(t, ctx, url+path)
			n := evaluate[int](t, ctx, `document.querySelectorAll("main .tip").length`)
			if n == 0 {
				t.Fatalf("%s says nothing of its words", path)
			}
			hidden := evaluate[int](t, ctx, `[...document.querySelectorAll("main .tip > .unseen")].filter(e => e.getBoundingClientRect().width > 2).length`)
			high := evaluate[int](t, ctx, `document.documentElement.scrollHeight`)
			bad := evaluate[[]string](t, ctx, `[...document.querySelectorAll("main .tip")].filter(e => e.checkVisibility()).flatMap(e => {
				e.scrollIntoView({block: "center"}); e.focus();
				const says = e.querySelector(".unseen"), box = says.getBoundingClientRect();
				const seen = box.width > 60 && box.height > 15 && box.left >= 0 && box.right <= innerWidth && box.top >= 0 && box.bottom <= innerHeight;
				return seen && document.documentElement.scrollWidth <= innerWidth ? [] : [e.textContent + " " + JSON.stringify(box)];
			})`)
			if hidden != 0 || len(bad) > 0 || evaluate[int](t, ctx, `document.activeElement.blur(), document.documentElement.scrollHeight`) != high {
				t.Errorf("%v %s: %d stand open; badly seen: %s", l, path, hidden, strings.Join(bad[:min(3, len(bad))], "\n"))
			}
		}
		if codes := evaluate[[]string](t, ctx, `[...document.querySelectorAll(".grade")].map(e => e.innerText).filter(s => /^E\d/.test(s))`); len(codes) > 0 {
			t.Errorf("%v: grades are called %q", l, codes)
		}
		at := evaluate[[]float64](t, ctx, `(() => { const e = document.querySelector("main .tip"); e.scrollIntoView({block: "center"}); const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()`)
		if _, err := chromedp.Call(ctx, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: "mouseMoved", X: at[0], Y: at[1]}); err != nil {
			t.Fatal(err)
		}
		if !evaluate[bool](t, ctx, `document.querySelector("main .tip:hover > .unseen")?.getBoundingClientRect().width > 60`) {
			t.Errorf("%v: pointing at it shows nothing", l)
		}
		l.picture(t, ctx, "tip")
		point := func(x, y float64, kind input.DispatchMouseEventType) {
			if _, err := chromedp.Call(ctx, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: kind, X: x, Y: y, Button: "left", ClickCount: 1}); err != nil {
				t.Fatal(err)
			}
		}
		shown := func() bool {
			return evaluate[bool](t, ctx, `document.querySelector("main .tip:focus > .unseen")?.getBoundingClientRect().width > 60`)
		}
		if point(at[0], at[1], "mousePressed"); !shown() { // as a tap does
			t.Errorf("%v: a tap shows nothing", l)
		}
		point(at[0], at[1], "mouseReleased")
		if press(t, ctx, kb.Escape); shown() {
			t.Errorf("%v: Escape leaves it open", l)
		}
		if l.width < 900 {
			continue // there a tap on a question opens it, where it stands in full
		}
		l.open(t, ctx, url+deal)
		over := evaluate[[][]float64](t, ctx, `[...document.querySelectorAll(".road-large a:has(.rd-says)")].map(a => { const r = a.querySelector(".rd-hit").getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })`)
		if len(over) != 9 {
			t.Fatalf("%d questions say what they ask", len(over))
		}
		for i, q := range over {
			point(q[0], q[1], "mouseMoved")
			said := evaluate[string](t, ctx, `(() => {
				const open = [...document.querySelectorAll(".rd-says")].filter(e => getComputedStyle(e).visibility === "visible"), at = open[0]?.getBoundingClientRect(), road = document.querySelector(".road-box").getBoundingClientRect();
				const text = open.map(e => [...e.querySelectorAll("text")].map(x => x.textContent).join(" ")).join("|");
				const fits = at && [...open[0].querySelectorAll("text")].every(x => x.getBoundingClientRect().right <= open[0].querySelector("rect").getBoundingClientRect().right - 6);
				const whole = open[0]?.closest("a").getAttribute("aria-label").replace(/\s/g, "").endsWith(text.replace(/\s/g, ""));
				return open.length === 1 && fits && whole && at.left >= road.left && at.right <= road.right ? "" : text + " " + open.length + " " + fits + " " + whole; })()`)
			if said != "" {
				t.Errorf("%v: over question %d stands %q", l, i+1, said)
			}
		}
		l.picture(t, ctx, "tip-road")
		point(1, 1, "mouseMoved")
		if n := evaluate[int](t, ctx, `(document.querySelector(".road-large a").focus({focusVisible: true}), [...document.querySelectorAll(".rd-says")].filter(e => getComputedStyle(e).visibility === "visible").length)`); n != 1 {
			t.Errorf("%v: reached by keyboard, %d stand over the road", l, n)
		}
	}
}
