package web_test

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

//go:embed testdata/axe.min.js
var axe string

// pictures names a folder that screenshots are written to; empty: none are taken.
const pictures = "THROUGHLINE_PICTURES"

// browser starts Debian's chromium, or says why it cannot.
func browser(t *testing.T) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		t.Skip("no chromium on this machine: apt-get install -y chromium fonts-noto-cjk")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.UserDataDir(t.TempDir()))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// look is how a page is looked at.
type look struct {
	width  int64
	scheme string // light, dark
	lang   string
}

func (l look) String() string { return fmt.Sprintf("%d-%s-%s", l.width, l.scheme, l.lang) }

func (l look) open(t *testing.T, ctx context.Context, url string) {
	t.Helper()
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: l.scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, media); err != nil {
		t.Fatal(err)
	}
	headers := network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": l.lang}}
	if _, err := chromedp.Call(ctx, network.SetExtraHTTPHeaders, headers); err != nil {
		t.Fatal(err)
	}
	var phone []chromedp.EmulateViewportOption
	if l.width < 600 {
		phone = append(phone, chromedp.EmulateMobile)
	}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(l.width, 900, phone...), chromedp.Navigate(url)); err != nil {
		t.Fatal(err)
	}
}

// evaluate gives what a script says on the page.
func evaluate[T any](t *testing.T, ctx context.Context, script string, options ...chromedp.EvaluateOption) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, options...))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (l look) picture(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	dir := os.Getenv(pictures)
	if dir == "" {
		return
	}
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+"-"+l.String()+".png"), png, 0o644); err != nil {
		t.Fatal(err)
	}
}

// violation is what axe finds.
type violation struct {
	ID     string `json:"id"`
	Impact string `json:"impact"`
	Help   string `json:"help"`
	Nodes  []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

func accessible(t *testing.T, ctx context.Context, where string) {
	t.Helper()
	evaluate[bool](t, ctx, axe+";true")
	answer := evaluate[string](t, ctx, `axe.run(document, {resultTypes: ["violations"]}).then(r => JSON.stringify(r.violations))`, chromedp.EvalAwaitPromise)
	var found []violation
	if err := json.Unmarshal([]byte(answer), &found); err != nil {
		t.Fatal(err)
	}
	for _, v := range found {
		if v.Impact != "serious" && v.Impact != "critical" && v.Impact != "moderate" {
			continue
		}
		for i, n := range v.Nodes {
			if i == 3 {
				t.Errorf("%s: %s: and %d more places", where, v.ID, len(v.Nodes)-i)
				break
			}
			t.Errorf("%s: %s (%s): %s\n%s\n%s", where, v.ID, v.Impact, v.Help, n.HTML, n.Summary)
		}
	}
}

// TestInTheBrowser looks at the main pages as people do: wide and narrow, light
// and dark, in both languages.
func TestInTheBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	s := stocked(t)
	root := s.serve(t)
	ctx := browser(t)
	empty, export := open(t), open(t)
	type place struct{ name, url string }
	var pages []place
	for _, p := range s.walk(t) {
		pages = append(pages, place{p.name, root + p.path})
	}
	for name, p := range map[string]struct {
		*shop
		path string
	}{"empty": {empty, "/"}, "bare": {export, export.bare(t, "Cancity wants fewer returns")}, "bare-today": {export, "/"}, "hostile": {export, export.bare(t, hostile+strings.Repeat("long", 40))}} {
		root := p.serve(t)
		pages = append(pages, place{name, root + p.path})
	}
	looks := []look{{1280, "light", "en"}, {390, "dark", "zh"}, {390, "light", "en"}, {1280, "dark", "zh"}}
	all := os.Getenv(pictures) != ""
	if all {
		looks = append(looks, look{820, "light", "en"}, look{390, "light", "zh"}, look{390, "dark", "en"}, look{1280, "dark", "en"}, look{1280, "light", "zh"})
	}
	for n, p := range pages {
		for i, l := range looks {
			if !all && i/2 != n%2 {
				continue // two looks a page; every look and every page comes up
			}
			t.Run(p.name+"/"+l.String(), func(t *testing.T) {
				ctx, cancel := context.WithTimeout(ctx, time.Minute)
				defer cancel()
				l.open(t, ctx, p.url)
				wide := evaluate[int](t, ctx, `document.documentElement.scrollWidth`)
				inner := evaluate[int](t, ctx, `document.documentElement.clientWidth`)
				lang := evaluate[string](t, ctx, `document.documentElement.lang`)
				if wide > inner {
					t.Errorf("scrolls sideways: %d units wide on a screen of %d; %s", wide, inner, sticksOut(t, ctx))
				}
				if lang != l.lang {
					t.Errorf("is in %s, asked for in %s", lang, l.lang)
				}
				l.picture(t, ctx, p.name)
				accessible(t, ctx, p.name+" "+l.String())
			})
		}
	}
}

// sticksOut names what is wider than the screen.
func sticksOut(t *testing.T, ctx context.Context) string {
	return evaluate[string](t, ctx, `[...document.querySelectorAll("main *, header *")].filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1).slice(0, 6).map(e => e.tagName + "." + e.getAttribute("class")).join(", ")`)
}

// TestByKeyboard walks a deal with the Tab key alone and meets every link and
// control, each with a visible outline and a name.
func TestByKeyboard(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	s := stocked(t)
	root := s.serve(t)
	ctx := browser(t)
	for _, p := range s.walk(t) {
		if p.name != "today" && p.name != "deal" {
			continue
		}
		for _, l := range []look{{1280, "light", "en"}, {390, "dark", "zh"}} {
			t.Run(p.name+"/"+l.String(), func(t *testing.T) {
				ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
				defer cancel()
				l.open(t, ctx, root+p.path)
				reached(t, ctx)
			})
		}
	}
}

// reached walks a page with the Tab key: every link and control is met, each
// with a visible outline.
func reached(t *testing.T, ctx context.Context) {
	t.Helper()
	want := evaluate[int](t, ctx, `
		window.met = new Set(); window.unseen = [];
		window.reachable = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, summary, [tabindex='0']")]
			.filter(e => e.checkVisibility ? e.checkVisibility() : e.getClientRects().length > 0);
		document.addEventListener("focusin", e => {
			window.met.add(e.target);
			const own = getComputedStyle(e.target), hit = e.target.querySelector(".rd-hit, .po-hit, .tl-hit"), row = e.target.closest(".row");
			const seen = own.outlineStyle !== "none" || hit && getComputedStyle(hit).stroke !== "none" || row && getComputedStyle(row).outlineStyle !== "none";
			if (!seen) window.unseen.push(e.target.outerHTML.slice(0, 120));
		});
		window.reachable.length`)
	dates := evaluate[int](t, ctx, `window.reachable.filter(e => e.type === "date").length`) // a stop for each of their parts
	for range want + 5 + 4*dates {
		if err := chromedp.Do(ctx, chromedp.KeyEvent("\t")); err != nil {
			t.Fatal(err)
		}
	}
	missed := evaluate[[]string](t, ctx, `window.reachable.filter(e => !window.met.has(e)).map(e => e.outerHTML.slice(0, 120))`)
	unseen := evaluate[[]string](t, ctx, `window.unseen`)
	if len(missed) > 0 {
		t.Errorf("%d of %d are not reached: %s", len(missed), want, strings.Join(missed[:min(4, len(missed))], "\n"))
	}
	if len(unseen) > 0 {
		t.Errorf("%d show no focus: %s", len(unseen), strings.Join(unseen[:min(4, len(unseen))], "\n"))
	}
}
