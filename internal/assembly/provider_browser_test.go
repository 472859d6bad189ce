package assembly_test

import (
	"context"
	"os/exec"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// chromium starts Debian's, or says why it cannot.
func chromium(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium on this machine: apt-get install -y chromium")
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

// TestSigningInAndOutInABrowser: no rule that a browser keeps (which cookies come
// back from elsewhere, where a form may lead) stands in the way.
func TestSigningInAndOutInABrowser(t *testing.T) {
	p := newProvided(t, nil)
	p.person("u1", "Bo", "Lind", "bo@example.com", "sales")
	ctx := chromium(t)
	do := func(actions ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		if err := chromedp.Do(ctx, actions...); err != nil {
			t.Fatal(err)
		}
	}
	at := func() string {
		t.Helper()
		at, err := chromedp.Run(ctx, chromedp.Evaluate[string]("location.href"))
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	do(chromedp.EmulateViewport(1280, 800), chromedp.Navigate(p.server.URL+"/me"), chromedp.Click("a.sign-with"), chromedp.WaitVisible("#username"))
	if !strings.HasPrefix(at(), p.directory.server.URL) {
		t.Errorf("the button leads to %s", at())
	}
	do(chromedp.SendKeys("#username", "u1"), chromedp.SendKeys("#password", "there"), chromedp.Click("button[type=submit]"),
		chromedp.WaitVisible(`form[action="/sign-out"]`))
	if at() != p.server.URL+"/me" {
		t.Errorf("one comes back to %s", at())
	}
	ended := make(chan struct{})
	p.set(func() { p.ended = ended })
	do(chromedp.Click(`form[action="/sign-out"] button`), chromedp.WaitVisible("a.sign-with"))
	if at() != p.server.URL+"/sign-in" {
		t.Errorf("one has signed out and is at %s", at())
	}
	select {
	case <-ended:
	default:
		t.Error("the provider was not told that one signed out")
	}
}
