package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/chromedp"
)

const hostileMail = `From: Vera <script>alert(1)</script> Okun <vera@pier.example>
Date: 18 November 2026
Subject: "><img src=x onerror="document.title='ran'">

We have measured it on two wards: <b onmouseover=alert(1)>38</b> minutes at every shift.
The board signed the budget for it last week, {person:01}.

Kind regards
Vera`

// TestPastingAMail: the deal's own box says what it is, whose words stand where
// and what it passed over, takes all of it at once, and one tap takes it back.
func TestPastingAMail(t *testing.T) {
	s := open(t)
	path := s.newDeal(t)
	d, _ := s.sends(t, path+"/capture", url.Values{"text": {hostileMail}, "from": {"conversation"}, "do": {"read"}})
	if got := text(d.Find(".notice")); !strings.Contains(got, "This is a mail") || !strings.Contains(got, "3 lines above the words") || !strings.Contains(got, "2 lines of signatures") {
		t.Errorf("it says %q", got)
	}
	if got := text(d.Find(".said-by")); got != "Vera (new here) wrote, 18 November" {
		t.Errorf("whose words: %q", got)
	}
	if n := d.Find("main script, main img, main b[onmouseover]").Length(); n != 0 {
		t.Errorf("%d tags of the text stand in the page", n)
	}
	if got := d.Find("input[name=text]").AttrOr("value", ""); got != hostileMail {
		t.Errorf("what was typed is %q", got)
	}
	form := url.Values{}
	d.Find("form.capture input[type=hidden], form.capture input[type=date], form.capture textarea, form.capture select").Each(func(_ int, e *goquery.Selection) {
		if e.Is("select") {
			form.Set(e.AttrOr("name", ""), e.Find("option[selected]").AttrOr("value", ""))
		} else if e.Is("textarea") {
			form.Set(e.AttrOr("name", ""), e.Text())
		} else {
			form.Set(e.AttrOr("name", ""), e.AttrOr("value", ""))
		}
	})
	form.Set("do", "all")
	d, r := s.sends(t, path+"/capture", form)
	if got := text(d.Find(".said")); r.StatusCode != 200 || !strings.Contains(got, "Take it back") {
		t.Fatalf("%d %q", r.StatusCode, got)
	}
	ledger, _ := s.get(t, path+"/ledger")
	if got := text(ledger.Find("main")); !strings.Contains(got, "from a message of theirs") || !strings.Contains(got, "18 November") {
		t.Errorf("the facts are %q", got)
	}
}

// TestALongPasteIsRead: two hundred thousand bytes are read in seconds, more is
// refused and nothing of it is lost.
func TestALongPasteIsRead(t *testing.T) {
	s := open(t)
	path := s.newDeal(t)
	var b strings.Builder
	for i := 0; b.Len() < 199_000; i++ {
		fmt.Fprintf(&b, "Vera Okun  0:%02d\nWe have measured it on ward %d, and it takes %d minutes.\nTom Ofours  0:%02d\nAnd who decides on ward %d?\n", i%60, i, i, i%60, i)
	}
	begun := time.Now()
	d, _ := s.sends(t, path+"/capture", url.Values{"text": {b.String()}, "do": {"read"}})
	t.Logf("%d bytes in %v", b.Len(), time.Since(begun))
	if d.Find(".proposal").Length() != 200 || !strings.Contains(text(d.Find("main")), "These are the first 200") {
		t.Errorf("%d proposals", d.Find(".proposal").Length())
	}
	long := b.String() + strings.Repeat("And more of it. ", 200)
	d, r := s.sends(t, path+"/capture", url.Values{"text": {long}, "do": {"read"}})
	if r.StatusCode != 400 || d.Find("textarea[name=text]").Text() != long {
		t.Errorf("too long a text: %d, %d of %d bytes are there", r.StatusCode, len(d.Find("textarea[name=text]").Text()), len(long))
	}
}

// TestAPasteInTheBrowser: on the spot, without leaving the deal, nothing of a
// hostile text runs, and it is sound to read aloud.
func TestAPasteInTheBrowser(t *testing.T) {
	s := open(t)
	ctx, root := surfing(t, s)
	path := s.newDeal(t)
	for _, l := range []look{{1280, "light", "en"}, {390, "dark", "zh"}} {
		l.open(t, ctx, root+path)
		evaluate[bool](t, ctx, fmt.Sprintf(`document.querySelector("textarea[name=text]").value = %q, true`, hostileMail))
		if err := chromedp.Do(ctx, chromedp.Click(`#capture-here button[value=read]`)); err != nil {
			t.Fatal(err)
		}
		until(t, ctx, `document.querySelector(".said-by") !== null`)
		if title := evaluate[string](t, ctx, `document.title`); strings.Contains(title, "ran") {
			t.Error("the text ran")
		}
		if wide, inner := evaluate[int](t, ctx, `document.documentElement.scrollWidth`), evaluate[int](t, ctx, `document.documentElement.clientWidth`); wide > inner {
			t.Errorf("%v: scrolls sideways, %d on %d; %s", l, wide, inner, sticksOut(t, ctx))
		}
		l.picture(t, ctx, "paste")
		accessible(t, ctx, "paste "+l.String())
	}
}
