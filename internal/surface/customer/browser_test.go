package customer_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/sharing"
	"github.com/throughline/throughline/internal/showing"
)

// browser starts chromium as a phone, or says why it cannot.
func browser(t *testing.T, more ...chromedp.ExecAllocatorOption) context.Context {
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
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()), chromedp.UserAgent(phone))
	options = append(options, more...)
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx
}

func do(t *testing.T, ctx context.Context, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

func evaluate[T any](t *testing.T, ctx context.Context, script string, options ...chromedp.EvaluateOption) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, options...))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// dress sets the colours and the language of what is opened next.
func dress(t *testing.T, ctx context.Context, width int64, scheme, lang string) {
	t.Helper()
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, media); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": lang}}); err != nil {
		t.Fatal(err)
	}
	if width < 600 {
		do(t, ctx, chromedp.EmulateViewport(width, 844, chromedp.EmulateMobile))
		return
	}
	do(t, ctx, chromedp.EmulateViewport(width, 900))
}

// submit fills a form by the names of its fields and sends it as a reader does.
func submit(t *testing.T, ctx context.Context, form string, fields map[string]string) {
	t.Helper()
	script := `(() => { const f = document.querySelector(` + quote(form) + `); for (let d = f.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;`
	for name, value := range fields {
		script += `{ const i = f.querySelector('[name="` + name + `"]'); if (i.type === "checkbox") i.checked = true; else i.value = ` + quote(value) + `; }`
	}
	script += `document.querySelectorAll(".told, .alert").forEach(e => e.remove()); f.querySelector("button").click(); return true; })()`
	evaluate[bool](t, ctx, script)
	do(t, ctx, chromedp.WaitReady(".told, .alert"))
	evaluate[bool](t, ctx, `new Promise(ready => document.readyState === "complete" ? ready(true) : addEventListener("load", () => ready(true)))`,
		chromedp.EvalAwaitPromise) // what is told stands first, the form that comes next may not be there yet
}

func quote(s string) string {
	return `"` + strings.ReplaceAll(strings.ReplaceAll(s, `\`, `\\`), `"`, `\"`) + `"`
}

// picture keeps what is on the screen where somebody asked for pictures.
func picture(t *testing.T, ctx context.Context, name string) {
	dir := os.Getenv("THROUGHLINE_PICTURES")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "plan-"+name+".png"), png, 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestOnAPhone: a customer opens the link, corrects a date, adds a step, keeps
// one from the supplier, invites a colleague and prints; the seller's page shows
// what was written as evidence and not what is kept; taking back closes at once.
func TestOnAPhone(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	r := open(t)
	id, token := r.plan(t, "Montrevel")
	server := httptest.NewServer(r.all)
	defer server.Close()
	ctx := browser(t)
	at := server.URL + sharing.PlanPath
	dress(t, ctx, 390, "light", "en")
	do(t, ctx, chromedp.Navigate(at+token))
	sound(t, ctx, "first sight")
	board := ref(t, r, token, "Board approves")
	submit(t, ctx, "#s-"+board+" details > form", map[string]string{"due": "2027-01-20"})
	if got := evaluate[string](t, ctx, `document.querySelector("#s-`+board+`").innerText`); !strings.Contains(got, "by 20 January") {
		t.Errorf("the date was corrected, and the page says %q", got)
	}
	add := "#steps ~ details > form"
	submit(t, ctx, add, map[string]string{"text": "Finance sees the figures", "owner": "Lena"})
	submit(t, ctx, "form[action*='/answer']:has([value=consequence])", map[string]string{"text": "The audit fails", "day": "2027-06-01"})
	submit(t, ctx, add, map[string]string{"text": "Ask another supplier", "keep": "yes"})
	own := evaluate[string](t, ctx, `location.pathname`)
	if own == sharing.PlanPath+token || !strings.Contains(evaluate[string](t, ctx, `document.body.innerText`), "Ask another supplier") {
		t.Fatalf("kept at %s", own)
	}
	submit(t, ctx, "form[action*='/me']", map[string]string{"name": "Lena Fischer", "function": "finance"})
	submit(t, ctx, "form[action*='/invite']", map[string]string{"name": "Omar Fairlie", "function": "operations"})
	link := evaluate[string](t, ctx, `document.querySelector(".plan-link").textContent`)
	picture(t, ctx, "invited")
	sheet, err := chromedp.Call(ctx, page.PrintToPDF, page.PrintToPDFParams{PaperWidth: 8.27, PaperHeight: 11.69})
	if err != nil || len(sheet.Data) < 5000 {
		t.Errorf("printed: %d bytes, %v", len(sheet.Data), err)
	}
	do(t, ctx, chromedp.Navigate(link))
	if got := evaluate[string](t, ctx, `document.body.innerText`); !strings.Contains(got, "You are Omar Fairlie") || !strings.Contains(got, "Ask another supplier") {
		t.Error("the colleague does not see what is theirs")
	}
	for _, l := range []struct {
		width        int64
		scheme, lang string
	}{{390, "light", "en"}, {390, "dark", "zh"}, {1280, "dark", "en"}, {1280, "light", "zh"}} {
		dress(t, ctx, l.width, l.scheme, l.lang)
		do(t, ctx, chromedp.Navigate(server.URL+own))
		sound(t, ctx, l.scheme+" "+l.lang)
		picture(t, ctx, strings.Join([]string{l.scheme, l.lang, map[bool]string{true: "390", false: "1280"}[l.width == 390]}, "-"))
		if l.lang == "en" {
			for name, path := range map[string]string{"seller": "/plan", "preview": "/plan/preview"} {
				do(t, ctx, chromedp.Navigate(server.URL+"/deals/"+id+path))
				picture(t, ctx, name+"-"+l.scheme)
				if wide := evaluate[bool](t, ctx, `document.documentElement.scrollWidth > document.documentElement.clientWidth`); wide {
					t.Errorf("%s scrolls sideways at %d", path, l.width)
				}
				if strings.Contains(evaluate[string](t, ctx, `document.body.innerText`), "Ask another supplier") {
					t.Errorf("%s shows what they keep", path)
				}
			}
		}
	}
	told := false
	for _, tab := range []string{"", "/questions", "/ledger", "/steps", "/people", "/contracting", "/before", "/strategy", "/plan", "/forecast", "/guide"} {
		got := words(r.ours(t, "/deals/"+id+tab).Selection)
		if strings.Contains(got, "Ask another supplier") {
			t.Errorf("the seller's page %q shows what they keep", tab)
		}
		told = told || strings.Contains(got, "Finance sees the figures")
	}
	if !told {
		t.Error("the seller's deal does not tell what they added for both")
	}
	got := ask[showing.DealPage](t, r, operation.ShowDeal, &showing.DealInput{ID: id})
	if p := got.Deal.Decision()[0]; p.Aspect != deal.Consequence || p.Said.Grade != throughline.E3 || p.Said.Source.System != "plan" {
		t.Errorf("the consequence is known as %+v", p)
	}
	ask[sharing.PlanPage](t, r, operation.RevokePlan, &sharing.PlanInput{ID: id})
	for _, gone := range []string{server.URL + own, link, at + token} {
		do(t, ctx, chromedp.Navigate(gone))
		if got := evaluate[string](t, ctx, `document.body.innerText`); strings.Contains(got, "Montrevel") || strings.Contains(got, "Board") {
			t.Errorf("taken back, and %.40s… still opens", gone)
		}
	}
}

// TestFormsByPlainHTTP: where the page is served without TLS and not on this
// machine, a browser sends a form with its origin alone, and it is taken.
func TestFormsByPlainHTTP(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	r := open(t)
	_, token := r.plan(t, "Montrevel")
	sent := make(chan http.Header, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if q.Method == http.MethodPost {
			sent <- q.Header
		}
		r.guest.ServeHTTP(w, q)
	}))
	defer server.Close()
	_, port, _ := strings.Cut(strings.TrimPrefix(server.URL, "http://"), ":")
	ctx := browser(t, chromedp.Flag("host-resolver-rules", "MAP plans.example 127.0.0.1"))
	do(t, ctx, chromedp.Navigate("http://plans.example:"+port+sharing.PlanPath+token))
	submit(t, ctx, "form.comment", map[string]string{"text": "The chair is away"})
	if h := <-sent; h.Get("Sec-Fetch-Site") != "" || h.Get("Origin") != "http://plans.example:"+port {
		t.Errorf("the browser sent %q", h)
	}
	if got := evaluate[string](t, ctx, `document.querySelector(".told, .alert").innerText`); got != "Kept." {
		t.Errorf("the page says %q", got)
	}
}

// sound looks at a page as it is: nothing sticks out, nothing is hard to reach.
func sound(t *testing.T, ctx context.Context, where string) {
	t.Helper()
	if wide := evaluate[string](t, ctx, `document.documentElement.scrollWidth > document.documentElement.clientWidth ? [...document.querySelectorAll("main *")].filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1).slice(0, 5).map(e => e.tagName + "." + e.getAttribute("class")).join(", ") || "something" : ""`); wide != "" {
		t.Errorf("%s: sticks out: %s", where, wide)
	}
	axe, err := os.ReadFile("../web/testdata/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	evaluate[bool](t, ctx, string(axe)+";true")
	if found := evaluate[string](t, ctx, `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.filter(v => v.impact !== "minor").map(v => v.id + ": " + v.nodes.slice(0, 2).map(n => n.html).join(" ")).join("\n"))`, chromedp.EvalAwaitPromise); found != "" {
		t.Errorf("%s: %.1200s", where, found)
	}
}
