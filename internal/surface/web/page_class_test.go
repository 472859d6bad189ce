package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/company"
	"github.com/throughline/throughline/internal/deal"
)

// settledClass is answers that make a complex purchase with a way to decide it.
func settledClass() url.Values {
	out := url.Values{}
	for k, v := range map[string]string{"repetition": "1", "buyer_knowledge": "1", "risk_understood": "1", "veto_holders": "1", "functions_affected": "1", "work_change": "1",
		"problem_agreement": "1", "reversibility": "1", "steps_seen": "2", "used_before": "2", "owner_named": "2", "rule_and_decider": "2", "funding_route": "2"} {
		out.Set("factor."+k, v)
	}
	return out
}

// TestTheClassAsksOnItsPages: after an event the deal, the list, the review and
// the page before a call ask, with one way to the answers it may have changed;
// kept in one tap it rests everywhere, and the history names the event.
func TestTheClassAsksOnItsPages(t *testing.T) {
	s := open(t)
	path := s.newDeal(t)
	s.sends(t, path+"/class", settledClass())
	d, _ := s.get(t, path)
	if d.Find(".reclass").Length() != 0 {
		t.Fatal("nothing has happened and the page asks")
	}
	s.sends(t, path+"/event", url.Values{"event": {"scope_changed"}, "text": {"All three <b>countries</b> share it"}})
	d, _ = s.get(t, path)
	sound(t, "deal, asked", d)
	has(t, d, ".reclass", "Is this still bought the same way?", "What they want has changed: All three <b>countries</b> share it")
	if to := d.Find(".reclass a[href$='/class']").AttrOr("href", ""); to != path+"/class" {
		t.Errorf("leads to %q", to)
	}
	d, _ = s.get(t, "/")
	if n := d.Find(".td-item a[href$='/class']").Length(); n != 1 {
		t.Errorf("%d lines ask in the list of today", n)
	}
	has(t, d, ".td-item", "What they want has changed, today: is it still bought the same way?")
	if n := strings.Count(text(d.Find(".td-item")), "What they want has changed"); n != 1 {
		t.Errorf("one event stands in %d lines", n)
	}
	d, _ = s.get(t, path+"/before")
	has(t, d, "main", "Worth asking, too", "What changes in people’s daily work?")
	d, _ = s.get(t, "/review")
	has(t, d, ".pattern:has(#class-h)", "One of 1 open deals asks")
	d, _ = s.get(t, path+"/class")
	sound(t, "class, asked", d)
	has(t, d, ".reclass", "Is this still bought the same way?", "complex", "What they want has changed: All three <b>countries</b> share it", "happened and learned on 23 November")
	if n := d.Find("form.factors > div:first-of-type .factor").Length(); n != 3 {
		t.Errorf("%d answers stand open, want three", n)
	}
	has(t, d, "#first", "What it may have changed")
	if got := d.Find("form.factors .factor input").First().AttrOr("name", ""); got != "factor.work_change" {
		t.Errorf("%s stands first", got)
	}
	has(t, d, "#g-more", "more that it may have changed")
	if d.Find("details.fold[open]").Length() != 0 {
		t.Error("what was answered is not folded")
	}
	zh, _ := s.get(t, path+"/class?lang=zh")
	sound(t, "class, asked, zh", zh)
	has(t, zh, ".reclass", "还是同样的买法吗？", "发生并得知")
	// One tap: it holds.
	_, r := s.fillIn(t, form(d, ".reclass form"), "keep", "yes")
	if r.StatusCode != http.StatusSeeOther {
		t.Fatalf("status %d", r.StatusCode)
	}
	d = s.follow(t, r)
	sound(t, "class, kept", d)
	has(t, d, ".verdict-class", "omplex")
	has(t, d, ".held", "looked at and kept", "what they want has changed", "happened and learned on 23 November")
	if n := d.Find(".held > li").Length(); n != 2 {
		t.Errorf("%d classes in the history", n)
	}
	for _, page := range []string{path, path + "/class", "/"} {
		if d, _ := s.get(t, page); d.Find(".reclass, .why a[href$='/class']").Length() != 0 {
			t.Errorf("%s still asks", page)
		}
	}
	// Changed after another event: counted, and told with its reason.
	s.sends(t, path+"/event", url.Values{"event": {"new_veto"}})
	harder := settledClass()
	harder.Set("factor.rule_and_decider", "0")
	harder.Set("factor.used_before", "0")
	harder.Set("factor.veto_holders", "2")
	harder.Set("because", "The works council asks to be heard")
	s.sends(t, path+"/class", harder)
	d, _ = s.get(t, path+"/class")
	has(t, d, ".held > li:first-child", "no process", "someone new can say no", "The works council asks to be heard", "Six or more")
	d, _ = s.get(t, "/review")
	has(t, d, ".pattern:has(#class-h)", "One of 1 deals of the year changed class", "too many processes")
	// Looking back, nothing asks for an answer that cannot be given.
	d, _ = s.get(t, path+"/class?as_of=2026-11-23")
	if d.Find(".reclass form").Length() != 0 {
		t.Error("a page that looks back asks")
	}
}

// TestAnAmountAsksNothing: a price has no part in the class, nor in asking.
func TestAnAmountAsksNothing(t *testing.T) {
	s := open(t)
	path := s.newDeal(t)
	s.sends(t, path+"/class", settledClass())
	s.sends(t, path+"/amount", url.Values{"amount": {"14000000"}, "currency": {"EUR"}})
	if d, _ := s.get(t, path); d.Find(".reclass").Length() != 0 {
		t.Error("an amount asks for a new class")
	}
}

// TestTheirStepsGoIntoTheClass: what was read of their steps is taken along to
// the page of the class, tried there, and recorded with the answers.
func TestTheirStepsGoIntoTheClass(t *testing.T) {
	s := open(t)
	path := s.newDeal(t)
	s.sends(t, path+"/class", settledClass())
	d, _ := s.sends(t, path+"/steps", url.Values{"text": {"Kick-off\nDesign workshop\nBuild\nUser acceptance test\nGo-live"}})
	sound(t, "steps", d)
	to := d.Find("a[href*='/class?issues=']").AttrOr("href", "")
	if !strings.HasPrefix(to, path+"/class?issues=project-plan") {
		t.Fatalf("leads to %q", to)
	}
	to, _, _ = strings.Cut(to, "#")
	d, _ = s.get(t, to)
	sound(t, "class with steps", d)
	has(t, d, ".verdict", "What follows from these answers", "no process", "the steps do not say how they will decide", "Nothing of it is recorded")
	if d.Find(`#g-way[open] input[name=issues][value=project-plan][checked]`).Length() != 1 {
		t.Error("what was read is not in the form")
	}
	if d, _ := s.get(t, path); !strings.Contains(text(d.Find(".chip")), "complex") || strings.Contains(text(d.Find(".chip")), "no process") {
		t.Errorf("looking recorded it: %s", text(d.Find(".chip")))
	}
	with := settledClass()
	with.Set("issues", "project-plan")
	s.sends(t, path+"/class", with)
	d, _ = s.get(t, path+"/class")
	has(t, d, ".verdict", "How they buy this", "no process", "the steps do not say how they will decide")
	if d.Find(`input[name=issues][value=project-plan][checked]`).Length() != 1 {
		t.Error("it is not prefilled from what was recorded")
	}
	if d, _ := s.get(t, path+"/class?issues=horoscope"); d.Find("input[name=issues][value=''][checked], input[name=issues][value=project-plan][checked]").Length() != 1 {
		t.Error("an unknown label was taken")
	}
}

// mostTall is how long the page of a class may be on a phone of 390, in either
// language. It was 5,600 when every answer stood open.
const mostTall = 2600

// TestClassInTheBrowser looks at the page as people do: never judged, asked by
// events, with a history; by keyboard, and as short as a phone bears.
func TestClassInTheBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	ctx := browser(t)
	s := open(t).fill(t)
	root := s.serve(t)
	asked := s.one(t, "open at Align", func(c company.Truth) bool { return stillOpen(c) && c.Story != "" && c.Frontier == throughline.Align })
	s.sends(t, asked+"/class", settledClass())
	for _, e := range []string{"scope_changed", "new_veto", "procurement_entered"} {
		s.sends(t, asked+"/event", url.Values{"event": {e}, "text": {map[string]string{"scope_changed": "All three countries are to share it from the first day"}[e]}})
	}
	fresh := s.newDeal(t)
	held := s.kept(t, "Held three times", throughline.Transactional, func(at time.Time) deal.Fact {
		return deal.Fact{Happened: at.AddDate(0, 0, 2), Body: deal.Noticed{Event: deal.ScopeChanged, Text: "Two more plants"}}
	})
	s.sends(t, held+"/class", settledClass())
	s.sends(t, held+"/event", url.Values{"event": {"new_alternative"}})
	s.sends(t, held+"/class", url.Values{"keep": {"yes"}})
	pages := []struct{ name, path string }{{"class-asked", asked + "/class"}, {"class-fresh", fresh + "/class"}, {"class-held", held + "/class"},
		{"class-deal", asked}, {"class-before", asked + "/before"}, {"class-review", "/review"}, {"class-today", "/"}}
	for _, p := range pages {
		for _, l := range []look{{1280, "light", "en"}, {390, "dark", "zh"}, {390, "light", "en"}, {1280, "dark", "zh"}} {
			t.Run(p.name+"/"+l.String(), func(t *testing.T) {
				ctx, cancel := context.WithTimeout(ctx, time.Minute)
				defer cancel()
				l.open(t, ctx, root+p.path)
				if wide, inner := evaluate[int](t, ctx, `document.documentElement.scrollWidth`), evaluate[int](t, ctx, `document.documentElement.clientWidth`); wide > inner {
					t.Errorf("scrolls sideways: %d units wide on a screen of %d; %s", wide, inner, sticksOut(t, ctx))
				}
				l.picture(t, ctx, p.name)
				if tall := evaluate[int](t, ctx, `document.documentElement.scrollHeight`); l.width == 390 && strings.HasSuffix(p.path, "/class") {
					t.Logf("%d tall", tall)
					if tall > mostTall {
						t.Errorf("%d tall on a phone, at most %d", tall, mostTall)
					}
				}
				accessible(t, ctx, p.name+" "+l.String())
			})
		}
	}
	t.Run("by keyboard", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
		defer cancel()
		look{390, "light", "en"}.open(t, ctx, root+asked+"/class")
		walked := evaluate[int](t, ctx, `
			for (const d of document.querySelectorAll("details.fold")) { d.querySelector("summary").focus(); d.querySelector("summary").click(); }
			document.querySelectorAll("details.fold:not([open])").length`)
		if walked != 0 {
			t.Errorf("%d folds stay shut", walked)
		}
		if n := evaluate[int](t, ctx, `new Set([...document.querySelectorAll("form.factors input[type=radio]")].filter(e => e.checkVisibility()).map(e => e.name)).size`); n != 16 {
			t.Errorf("%d of 16 questions are seen with all open", n)
		}
	})
	// A folded answer is sent with the rest: the form needs no script.
	t.Run("folded answers are kept", func(t *testing.T) {
		h := &hand{t: t, ctx: ctx}
		look{390, "light", "en"}.open(t, ctx, root+asked+"/class")
		h.send(`form.factors .button-main`)
		if got := h.text(".verdict-class"); !strings.Contains(strings.ToLower(got), "complex") {
			t.Errorf("after recording what stood there: %q", got)
		}
		if n := evaluate[int](t, ctx, `document.querySelectorAll(".reclass").length`); n != 0 {
			t.Error("recorded, and it still asks")
		}
	})
}
