package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// TestThePartsAreTheDemosAlone: the page of every part is found in the demo and
// nowhere else.
func TestThePartsAreTheDemosAlone(t *testing.T) {
	s := stocked(t)
	if _, r := s.get(t, "/_components"); r.StatusCode != http.StatusNotFound {
		t.Errorf("a company of its own shows the parts: %s", r.Status)
	}
}

// TestEveryPartInEveryState: what the pages are made of stands on one page, in
// both languages, made by the parts themselves; axe finds nothing there in either
// scheme, every text reaches 4.5 to 1 on the ground it lies on, and nothing sticks
// out of a narrow screen.
func TestEveryPartInEveryState(t *testing.T) {
	s := open(t).fill(t)
	s.madeUp = true
	d, r := s.get(t, "/_components")
	if r.StatusCode != http.StatusOK {
		t.Fatal(r.Status)
	}
	for _, part := range []string{
		"button.button-main", "button[disabled]", "a.button", ".button-plain", ".grade-E0", ".grade-E4", ".grade-against", ".grade-missing", ".stale .grade", ".tip-mark", ".chip-far",
		".mark-answered", ".mark-lapsed", ".mark-reopened", ".mark-open", ".mark-not_needed", ".tabs a[aria-current]", "select", ".pills input", "textarea", "input[type=date]", "[role=alert]",
		".said button", ".said-asks", ".notice.trouble", "table.deals tbody tr", ".bulk", ".td-item", ".td-done", ".now", ".five", ".board-card", ".road-large", ".road-down", ".road-line", ".ends", ".none", "input[type=file]",
	} {
		if d.Find("main "+part).Length() == 0 {
			t.Errorf("%s stands nowhere on the page of parts", part)
		}
	}
	d.Find("main [id]").Each(func(_ int, e *goquery.Selection) {
		if id := e.AttrOr("id", ""); d.Find(`[id="`+id+`"]`).Length() > 1 {
			t.Errorf("the id %q stands there more than once", id)
		}
	})
	if strings.Contains(text(d.Find("main")), "parts.") {
		t.Error("a key stands where a word should")
	}
	ctx, url := surfing(t, s)
	for _, l := range []look{{1280, "light", "en"}, {1280, "dark", "zh"}, {390, "light", "zh"}, {390, "dark", "en"}} {
		l.open(t, ctx, url+"/_components")
		if out := sticksOut(t, ctx); evaluate[int](t, ctx, `document.documentElement.scrollWidth - innerWidth`) > 0 {
			t.Errorf("%v: scrolls sideways: %s", l, out)
		}
		accessible(t, ctx, "parts "+l.String())
		for _, low := range evaluate[[]string](t, ctx, faint) {
			t.Errorf("%v: %s", l, low)
		}
		l.picture(t, ctx, "parts")
	}
}

// faint measures text against the ground it lies on, as it is drawn.
const faint = `(() => {
	const c = document.createElement("canvas").getContext("2d", {willReadFrequently: true}), seen = new Set();
	const rgb = s => { c.clearRect(0, 0, 1, 1); c.fillStyle = s; c.fillRect(0, 0, 1, 1); return [...c.getImageData(0, 0, 1, 1).data]; };
	const light = p => { const [r, g, b] = p.slice(0, 3).map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
	const out = [];
	for (const e of document.querySelectorAll("main *")) {
		if (e.closest("svg, :disabled") || !e.checkVisibility({visibilityProperty: true}) || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
		let at = e, ground;
		while (at && (ground = rgb(getComputedStyle(at).backgroundColor))[3] < 255) at = at.parentElement;
		const ink = rgb(getComputedStyle(e).color), a = light(ink), b = light(at ? ground : rgb(getComputedStyle(document.body).backgroundColor));
		const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), key = ink + "/" + ground;
		if (ratio < 4.5 && !seen.has(key)) { seen.add(key); out.push(e.className + " " + e.textContent.trim().slice(0, 40) + " " + ratio.toFixed(2) + " to 1"); }
	}
	return out;
})()`
