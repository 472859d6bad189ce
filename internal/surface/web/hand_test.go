package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	browserp "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/showing"
)

// until waits for a script on the page to say true; the page may change
// meanwhile. The bound measures nothing: past it the test says what stands there.
func until(t *testing.T, ctx context.Context, script string) {
	t.Helper()
	var err error
	patience, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	for patience.Err() == nil {
		if _, err = chromedp.Run(ctx, chromedp.Poll[bool]("!!("+script+")", chromedp.WithPollingTimeout(4*time.Second))); err == nil {
			return
		}
	}
	where := evaluate[string](t, ctx, `location.href + " " + document.activeElement.outerHTML.slice(0, 200) + document.activeElement.value + " " + document.body.innerText.slice(0, 600)`)
	t.Fatalf("%s does not come true: %v\n%s", script, err, where)
}

func press(t *testing.T, ctx context.Context, keys string, options ...chromedp.KeyOption) {
	t.Helper()
	if err := chromedp.Do(ctx, chromedp.KeyEvent(keys, options...)); err != nil {
		t.Fatal(err)
	}
}

func control() chromedp.KeyOption { return chromedp.KeyModifiers(chromedp.ModifierCtrl) }

// surfing serves a shop and opens a browser before it.
func surfing(t *testing.T, s *shop) (ctx context.Context, url string) {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	root := s.serve(t)
	ctx = browser(t)
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(cancel)
	return ctx, root
}

var wide = look{1280, "light", "en"}

// TestPalette: it opens by its key, finds a deal by what is typed, and Enter
// goes there; so do pages, by their beginnings.
func TestPalette(t *testing.T) {
	s := stocked(t)
	ctx, url := surfing(t, s)
	wide.open(t, ctx, url+"/")
	press(t, ctx, "k", control())
	until(t, ctx, `document.querySelector("#palette").open && document.activeElement.role === "combobox"`)
	until(t, ctx, `[...document.querySelectorAll("#choices li")].some(li => li.textContent.startsWith("Forecast"))`)
	wide.picture(t, ctx, "palette")
	accessible(t, ctx, "palette")

	row := evaluate[string](t, ctx, `document.querySelector(".row-link").textContent`)
	href := evaluate[string](t, ctx, `document.querySelector(".row-link").getAttribute("href")`)
	press(t, ctx, row[:len(row)-2])
	until(t, ctx, fmt.Sprintf(`[...document.querySelectorAll("#choices li span")].some(e => e.textContent === %q)`, row))
	wide.picture(t, ctx, "palette-found")
	press(t, ctx, "\r")
	until(t, ctx, fmt.Sprintf(`location.pathname === %q && document.readyState === "complete"`, href))

	press(t, ctx, "k", control())
	press(t, ctx, "learn\r") // quicker than anything is found
	until(t, ctx, `location.pathname === "/learning" && document.readyState === "complete"`)

	press(t, ctx, "k", control())
	press(t, ctx, "no such customer anywhere")
	until(t, ctx, `document.querySelector("#palette p").checkVisibility()`)
	press(t, ctx, "\x1b")
	until(t, ctx, `!document.querySelector("#palette").open`)
}

// TestKeys: lists, the menu, what the page offers, and letters that are only
// letters while somebody writes.
func TestKeys(t *testing.T) {
	s := open(t)
	first, second := s.bare(t, "First"), s.bare(t, "Second")
	ctx, url := surfing(t, s)
	wide.open(t, ctx, url+"/deals?sort=title")
	focused := func(path string) string {
		return fmt.Sprintf(`document.activeElement.getAttribute("href") === %q`, path)
	}
	press(t, ctx, "j")
	until(t, ctx, focused(first))
	press(t, ctx, "j")
	until(t, ctx, focused(second))
	press(t, ctx, "j") // there is no third
	until(t, ctx, focused(second))
	press(t, ctx, "k")
	until(t, ctx, focused(first))
	press(t, ctx, "\r")
	until(t, ctx, fmt.Sprintf(`location.pathname === %q && document.readyState === "complete"`, first))
	for _, to := range []struct{ key, path string }{{"d", "/deals"}, {"f", "/forecast"}, {"l", "/learning"}, {"p", "/playbook"}, {"t", "/"}} {
		press(t, ctx, "g"+to.key)
		until(t, ctx, fmt.Sprintf(`location.pathname === %q && document.readyState === "complete"`, to.path))
	}
	press(t, ctx, "?")
	until(t, ctx, `document.querySelector("#keys").open`)
	wide.picture(t, ctx, "keys")
	accessible(t, ctx, "keys")
	press(t, ctx, "\x1b")
	slash := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: "/", Text: "/"} // as a keyboard sends it, in one
	if _, err := chromedp.Call(ctx, input.DispatchKeyEvent, slash); err != nil {
		t.Fatal(err)
	}
	until(t, ctx, `document.activeElement.id === "find"`)
	press(t, ctx, "gd?j")
	until(t, ctx, `document.activeElement.value === "gd?j" && location.pathname === "/" && !document.querySelector("dialog[open]")`)

	// letters can be switched off, and stay off; the palette's key remains
	evaluate[bool](t, ctx, `document.querySelector("#single").click(), document.activeElement.blur(), true`)
	wide.open(t, ctx, url+"/deals")
	press(t, ctx, "gtj")
	press(t, ctx, "k", control())
	until(t, ctx, `document.querySelector("#palette").open && location.pathname === "/deals" && !document.activeElement.matches(".row-link")`)
}

// TestUndoByKey: what was just recorded is taken back by a key.
func TestUndoByKey(t *testing.T) {
	s := open(t)
	path := s.bare(t, "Undone")
	ctx, url := surfing(t, s)
	wide.open(t, ctx, url+path)
	evaluate[bool](t, ctx, send(path, "note", "text", "Something that will not stay")+`.then(() => location.reload()) && true`)
	until(t, ctx, `document.readyState === "complete" && document.querySelector("[data-key=u]")`)
	press(t, ctx, "u")
	until(t, ctx, `document.querySelector(".said") && !document.querySelector("[data-key=u]")?.form.querySelector("[value=undone]") && !document.querySelector(".ledger-what")?.textContent.includes("will not stay")`)
}

// send is a script that posts a form as the page would.
func send(path, what string, fields ...string) string {
	var b strings.Builder
	for i := 0; i+1 < len(fields); i += 2 {
		fmt.Fprintf(&b, "%q: %q, ", fields[i], fields[i+1])
	}
	return fmt.Sprintf(`fetch(%q, {method: "POST", redirect: "manual", body: new URLSearchParams({%s})})`, path+"/"+what, b.String())
}

// TestLive: what one tab records is seen in another without asking, where
// nothing is lost of what stood open, was scrolled to or was being written.
func TestLive(t *testing.T) {
	s := open(t)
	path := s.bare(t, "Watched")
	first, url := surfing(t, s)
	wide.open(t, first, url+path+"/ledger")
	second, cancel := chromedp.NewContext(first)
	t.Cleanup(cancel)
	wide.open(t, second, url+path+"/ledger")
	until(t, second, `document.visibilityState === "visible" && document.querySelector("main[data-live]")`)
	evaluate[bool](t, second, `window.kept = true, document.querySelectorAll("details").forEach((d, i) => d.open = i % 2 === 0), scrollTo(0, 500), true`)
	open := `[...document.querySelectorAll("main details")].map(d => +d.open).join("")`
	before, at := evaluate[string](t, second, open), evaluate[float64](t, second, "scrollY")

	evaluate[bool](t, first, send(path, "note", "text", "Seen at once")+" && true")
	until(t, second, `document.querySelector("main").innerText.includes("Seen at once")`)
	until(t, second, `window.kept && document.querySelector("#spoken").textContent !== ""`)
	if after := evaluate[string](t, second, open); !strings.HasPrefix(after, before[:4]) || !strings.Contains(after, "1") {
		t.Errorf("open parts were %s, are %s", before, after)
	}
	if now := evaluate[float64](t, second, "scrollY"); now < at-200 || now > at+200 {
		t.Errorf("it stood at %v, stands at %v", at, now)
	}
	if where := evaluate[bool](t, second, `document.querySelector(".said") === null`); !where {
		t.Error("the page that only looks took what was said to the one that wrote")
	}

	// somebody is writing: nothing moves until they ask
	evaluate[bool](t, second, `
		const form = document.createElement("form"), field = document.createElement("textarea");
		form.method = "post"; form.action = location.pathname.replace("/ledger", "/note"); field.name = "text"; field.ariaLabel = "A note"; form.append(field);
		document.querySelector("main").append(form); field.value = "half a senten"; true`)
	evaluate[bool](t, first, send(path, "note", "text", "Meanwhile")+" && true")
	until(t, second, `!document.querySelector("#news").hidden`)
	if evaluate[bool](t, second, `document.querySelector("main").innerText.includes("Meanwhile")`) {
		t.Error("the page changed under somebody's hands")
	}
	if !evaluate[bool](t, second, `document.querySelector("#news").checkVisibility() && document.querySelector("#news").getBoundingClientRect().bottom <= innerHeight`) {
		t.Error("the line of news is not on the screen")
	}
	wide.picture(t, second, "news")
	accessible(t, second, "news")
	evaluate[bool](t, second, `document.querySelector("#news button").click(), true`)
	until(t, second, `document.querySelector("main").innerText.includes("Meanwhile") && document.querySelector("#news").hidden`)
	if got := evaluate[string](t, second, `document.querySelector("main textarea").value`); got != "half a senten" {
		t.Errorf("of what was written %q is left", got)
	}

	// a tab left open overnight brings its days up to date when it is looked at
	evaluate[bool](t, second, `
		document.querySelector("main textarea").form.remove(); document.querySelector("main h1").textContent = "yesterday";
		const real = Date.now; Date.now = () => real() + 14 * 3600e3; document.dispatchEvent(new Event("visibilitychange")); true`)
	until(t, second, `document.querySelector("main h1").textContent !== "yesterday"`)
}

// TestSentOnce: a form that is sent twice in a moment is sent once.
func TestSentOnce(t *testing.T) {
	s := open(t)
	path := s.bare(t, "Sent")
	ctx, url := surfing(t, s)
	wide.open(t, ctx, url+path)
	got := evaluate[int](t, ctx, `
		const form = document.createElement("form"); form.method = "post"; document.querySelector("main").append(form);
		let sent = 0; addEventListener("submit", e => { if (!e.defaultPrevented) sent++; e.preventDefault(); });
		form.requestSubmit(); form.requestSubmit(); form.requestSubmit(); sent`)
	if got != 1 {
		t.Errorf("sent %d times", got)
	}
}

// TestTodayIsWorkedOff: a bet whose date has come is answered on the list, and a
// deal that was put off is taken up again there, in one tap each, by whomever's
// list they stand on; one tap leaves one's own list.
func TestTodayIsWorkedOff(t *testing.T) {
	s := open(t).fill(t)
	answers := []string{`.td-item .row-do button[value="did_not"]`, `.td-item .row-do[action$="/resume"] button`}
	for _, p := range asks[showing.Ours](t, s.desk(), operation.ListOurs, &desk.Nothing{}).People {
		b := &browse{t: t, shop: s, jar: map[string]string{"me": throughline.ID(p.ID).String()}}
		b.get("/")
		for range 12 {
			for i, what := range answers {
				if what == "" || b.page.Find(what).Length() == 0 {
					continue
				}
				row := b.page.Find(what).First().Closest(".td-item").AttrOr("id", "")
				d := b.press(what)
				if b.at != "/" || d.Find(".said [data-key=u]").Length() != 1 {
					t.Errorf("%s leads to %s: %q", what, b.at, text(d.Find(".said")))
				}
				if d.Find("#"+row).Find(strings.TrimPrefix(what, ".td-item ")).Length() > 0 {
					t.Errorf("%s is still asked after it was answered", what)
				}
				answers[i] = ""
			}
			for left := b.page.Find(".td-item:not(.td-done) button[value=done]").Length(); left > 0; left-- {
				b.press(".td-item:not(.td-done) button[value=done]")
			}
			if b.page.Find(`form[action="/today/next"]`).Length() == 0 {
				break
			}
			b.press(`form[action="/today/next"] button`)
		}
	}
	for _, what := range answers {
		if what != "" {
			t.Errorf("nobody's list asks %s", what)
		}
	}
	ctx, url := surfing(t, s)
	phone := look{390, "light", "en"}
	phone.open(t, ctx, url+"/")
	small := evaluate[[]string](t, ctx, `[...document.querySelectorAll("main .td-do button, main .td-head a, main .td-rest button")].filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 43).map(e => e.outerHTML)`)
	if len(small) > 0 {
		t.Errorf("too small for a thumb: %s", strings.Join(small, "\n"))
	}
	wide.open(t, ctx, url+"/me")
	evaluate[bool](t, ctx, `document.querySelector(".who-one").click(), true`)
	until(t, ctx, `location.pathname === "/" && document.readyState === "complete" && document.querySelector(".td-head")`)
	me := evaluate[string](t, ctx, `document.querySelector(".tongue.me").textContent.trim()`)
	if others := evaluate[[]string](t, ctx, `[...document.querySelectorAll(".td-deal")].map(e => e.textContent)`); strings.Contains(strings.Join(others, "|"), me) {
		t.Errorf("on my own list each deal says that it is mine: %q", others)
	}
	evaluate[bool](t, ctx, `document.querySelectorAll(".td-head .choice a")[0].click(), true`)
	until(t, ctx, `location.search === "?mine=false"`)
	if whose := evaluate[string](t, ctx, `document.querySelector(".td-head [aria-current]").textContent`); whose != "Everyone's" {
		t.Errorf("the list is %q", whose)
	}
}

// TestPagesStandStill: nothing moves while a page is built up, and it is small.
func TestPagesStandStill(t *testing.T) {
	s := stocked(t)
	ctx, url := surfing(t, s)
	for _, p := range s.walk(t)[:4] {
		if size := s.packed(t, p.path); size > 40<<10 {
			t.Errorf("%s takes %d bytes packed", p.name, size)
		}
		for _, l := range []look{{1280, "light", "en"}, {390, "dark", "zh"}} {
			l.open(t, ctx, url+p.path)
			until(t, ctx, `document.readyState === "complete" && document.documentElement.classList.contains("hand")`)
			moved := evaluate[float64](t, ctx, `new Promise(done => {
				let sum = 0;
				new PerformanceObserver(list => { for (const e of list.getEntries()) sum += e.value; }).observe({type: "layout-shift", buffered: true});
				requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(sum), 50)));
			})`, chromedp.EvalAwaitPromise)
			if moved > 0.01 {
				t.Errorf("%s %s moves by %v while it is built up", p.name, l, moved)
			}
		}
	}
	d, _ := s.get(t, "/")
	for _, path := range []string{d.Find(`link[rel="stylesheet"]`).AttrOr("href", ""), d.Find("script").AttrOr("src", "")} {
		if size := s.packed(t, path); size > 20<<10 {
			t.Errorf("%s takes %d bytes packed", path, size)
		}
	}
}

// packed gives how many bytes an answer takes as browsers get it.
func (s *shop) packed(t *testing.T, path string) int {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost"+path, nil)
	r.Header.Set("Accept-Encoding", "gzip")
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	if w.Code != http.StatusOK || w.Header().Get("Content-Encoding") != "gzip" {
		t.Errorf("%s: %d, packed as %q", path, w.Code, w.Header().Get("Content-Encoding"))
	}
	return w.Body.Len()
}

// TestWordsAreReadWhileTyped: what labels a person is told under the field,
// before anything is sent, and the note goes when the words do.
func TestWordsAreReadWhileTyped(t *testing.T) {
	s := open(t)
	path := s.bare(t, "Typed")
	ctx, url := surfing(t, s)
	wide.open(t, ctx, url+path+"/strategy")
	note := func(field string) string {
		return fmt.Sprintf(`document.getElementById(document.querySelector("%s").getAttribute("aria-describedby"))?.textContent`, field)
	}
	for _, c := range []struct{ field, typed, says, better string }{
		{"[name=against]", "The controller is stubborn", "labels a person", "The controller asked for the figures twice"},
		{"[name='move.0.expect']", "they are interested", "they would do", "The head of finance signs the measure"},
	} {
		if err := chromedp.Do(ctx, chromedp.Focus(c.field)); err != nil {
			t.Fatal(err)
		}
		press(t, ctx, c.typed)
		until(t, ctx, note(c.field)+fmt.Sprintf(`?.includes(%q)`, c.says))
		until(t, ctx, fmt.Sprintf(`document.querySelector("#spoken").textContent.includes(%q)`, c.says))
		if !evaluate[bool](t, ctx, fmt.Sprintf(`(() => { const f = document.querySelector(%q), n = document.getElementById(f.getAttribute("aria-describedby"));
			return n.getBoundingClientRect().top >= f.getBoundingClientRect().bottom && !n.closest("label"); })()`, c.field)) {
			t.Errorf("%s: the note stands within the field's name, or above the field", c.field)
		}
		wide.picture(t, ctx, "typed")
		accessible(t, ctx, "typed "+c.field)
		evaluate[bool](t, ctx, fmt.Sprintf(`document.querySelector(%q).select(); true`, c.field))
		press(t, ctx, c.better)
		until(t, ctx, note(c.field)+` === ""`)
	}
	if n := evaluate[int](t, ctx, `document.querySelectorAll(".hint-line").length`); n != 2 {
		t.Errorf("%d notes for two fields", n)
	}
}

// TestCopying: a command is copied by its button; where the browser does not
// allow it, it is at least marked.
func TestCopying(t *testing.T) {
	s := open(t)
	ctx, url := surfing(t, s)
	wide.open(t, ctx, url+"/")
	allow := func(setting browserp.PermissionSetting) {
		t.Helper()
		for _, name := range []string{"clipboard-read", "clipboard-write"} {
			p := browserp.SetPermissionParams{Permission: &browserp.PermissionDescriptor{Name: name}, Setting: setting, Origin: url}
			if _, err := chromedp.Call(ctx, browserp.SetPermission, p); err != nil {
				t.Fatal(err)
			}
		}
	}
	allow(browserp.PermissionSettingGranted)
	if err := chromedp.Do(ctx, chromedp.Click("[data-copy='#begin-import']")); err != nil {
		t.Fatal(err)
	}
	until(t, ctx, `document.querySelector("[data-copy='#begin-import']").classList.contains("copied")`)
	until(t, ctx, `document.querySelector("#spoken").textContent === "Copied."`)
	if got := evaluate[string](t, ctx, `navigator.clipboard.readText()`, chromedp.EvalAwaitPromise); got != "throughline import csv deals.csv --guess" {
		t.Errorf("copied %q", got)
	}
	wide.picture(t, ctx, "copied")
	allow(browserp.PermissionSettingDenied)
	if err := chromedp.Do(ctx, chromedp.Click("[data-copy='#begin-demo']")); err != nil {
		t.Fatal(err)
	}
	until(t, ctx, `getSelection().toString().trim() === "throughline demo"`)
	if evaluate[bool](t, ctx, `document.querySelector("[data-copy='#begin-demo']").classList.contains("copied")`) {
		t.Error("it says that something was copied that was not")
	}
}

// TestEnterThatEndsAComposition: an Enter that an input method has taken chooses
// nothing in the palette and moves nothing on the page, whether the browser says
// so (isComposing) or only sends its key code (229, as Safari does).
func TestEnterThatEndsAComposition(t *testing.T) {
	s := open(t)
	s.bare(t, "First")
	ctx, url := surfing(t, s)
	wide.open(t, ctx, url+"/deals")
	sent := func(on, init string) {
		t.Helper()
		evaluate[bool](t, ctx, fmt.Sprintf(`%s.dispatchEvent(new KeyboardEvent("keydown", {bubbles: true, cancelable: true, %s}))`, on, init))
	}
	composing := []string{`key: "Enter", isComposing: true, keyCode: 229`, `key: "Enter", isComposing: false, keyCode: 229`}
	press(t, ctx, "k", control())
	until(t, ctx, `document.querySelector("#palette").open`)
	press(t, ctx, "forecast")
	until(t, ctx, `document.querySelectorAll("#choices li").length === 1`)
	for _, init := range composing {
		sent("document.activeElement", init)
	}
	if !evaluate[bool](t, ctx, `new Promise(done => setTimeout(() => done(document.querySelector("#palette").open && location.pathname === "/deals"), 0))`, chromedp.EvalAwaitPromise) {
		t.Fatal("the Enter of an input method chose something")
	}
	sent("document.activeElement", `key: "ArrowDown", isComposing: false, keyCode: 229`)
	if at := evaluate[string](t, ctx, `document.activeElement.getAttribute("aria-activedescendant")`); at != "choice-0" {
		t.Errorf("an arrow of an input method moved to %s", at)
	}
	press(t, ctx, "\x1b")
	until(t, ctx, `!document.querySelector("#palette").open`)
	sent("document.body", `key: "j", keyCode: 229`)
	sent("document.body", `key: "k", ctrlKey: true, isComposing: true`)
	if evaluate[bool](t, ctx, `document.activeElement.matches(".row-link") || document.querySelector("#palette").open`) {
		t.Error("letters of an input method moved the page")
	}
	press(t, ctx, "k", control())
	until(t, ctx, `document.querySelector("#palette").open`)
	press(t, ctx, "forecast")
	until(t, ctx, `document.querySelectorAll("#choices li").length === 1`)
	sent("document.activeElement", `key: "Enter", keyCode: 13`)
	until(t, ctx, `location.pathname === "/forecast"`)
}

// TestKeysAreListedOnce: on no page does the list of keys name one twice, and a
// key that does nothing there is not in it.
func TestKeysAreListedOnce(t *testing.T) {
	s := open(t)
	path := s.bare(t, "Listed")
	ctx, url := surfing(t, s)
	for page, tabs := range map[string]bool{"/": false, "/deals": false, path: true, path + "/strategy": true} {
		wide.open(t, ctx, url+page)
		press(t, ctx, "?")
		until(t, ctx, `document.querySelector("#keys").open`)
		keys := evaluate[[]string](t, ctx, `[...document.querySelectorAll("#keys dt")].filter(e => e.checkVisibility()).map(e => e.textContent.trim())`)
		met := map[string]bool{}
		for _, k := range keys {
			if met[k] {
				t.Errorf("%s lists %s twice: %q", page, k, keys)
			}
			met[k] = true
		}
		if tabs && !met["n"] || len(keys) < 4 {
			t.Errorf("%s lists %q", page, keys)
		}
	}
}

// TestWhatWasSaidIsOnTheScreen: where a form far down leads back to its place,
// the line that says what was done stands there too.
func TestWhatWasSaidIsOnTheScreen(t *testing.T) {
	s := open(t).fill(t)
	path := s.walk(t)[3].path
	ctx, url := surfing(t, s)
	for _, l := range []look{wide, {390, "light", "en"}} {
		l.open(t, ctx, url+path+"/contracting")
		evaluate[bool](t, ctx, `[...document.querySelectorAll("form[action$='/step']")].findLast(f => f.querySelector("button")).querySelector("button").click(), true`)
		until(t, ctx, `document.readyState === "complete" && document.querySelector(".said") && scrollY > 200`)
		if !evaluate[bool](t, ctx, `(() => { const r = document.querySelector(".said").getBoundingClientRect(), at = document.elementFromPoint(r.left + 20, r.top + 12);
			return r.top >= 0 && r.bottom <= innerHeight && at?.closest(".said") !== null })()`) {
			t.Errorf("%s: what was said is not on the screen: %s", l, evaluate[string](t, ctx, `JSON.stringify(document.querySelector(".said").getBoundingClientRect()) + scrollY`))
		}
		l.picture(t, ctx, "said")
	}
}

// TestTheAxisEndsWhereThePictureEnds: on a phone too, the last day under the
// forecast's picture is the last day in it.
func TestTheAxisEndsWhereThePictureEnds(t *testing.T) {
	s := stocked(t)
	ctx, url := surfing(t, s)
	var last string
	for _, l := range []look{wide, {390, "light", "en"}} {
		l.open(t, ctx, url+"/forecast/model")
		days := evaluate[[]string](t, ctx, `[...document.querySelectorAll(".axis > span")].filter(e => e.checkVisibility()).map(e => e.textContent)`)
		if len(days) < 2 {
			t.Fatalf("%s: the axis says %q", l, days)
		}
		if last == "" {
			last = days[len(days)-1]
		}
		if days[len(days)-1] != last {
			t.Errorf("%s: the axis ends on %s, the picture on %s", l, days[len(days)-1], last)
		}
	}
}
