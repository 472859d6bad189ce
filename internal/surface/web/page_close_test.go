package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/company"
)

// TestClosingAsksForOneThing: an end state is enough, nothing else is marked
// as needed, and without one the page says so and keeps what was typed.
func TestClosingAsksForOneThing(t *testing.T) {
	s := open(t)
	path := s.newDeal(t)
	d, _ := s.get(t, path+"/close")
	sound(t, "close", d)
	if n := d.Find(`.ends:not(.causes) input[name=outcome]`).Length(); n != len(throughline.Outcomes()) {
		t.Errorf("%d end states to choose from, want %d", n, len(throughline.Outcomes()))
	}
	if n := d.Find("[required]").Length(); n > 0 {
		t.Errorf("%d fields are marked as required", n)
	}
	d, r := s.sends(t, path+"/end", url.Values{"text": {"They asked <i>twice</i>"}, "outcome": {""}})
	if r.StatusCode != http.StatusBadRequest || !strings.Contains(text(d.Find("[role=alert]")), "Which of the eight") {
		t.Errorf("status %d, said %q", r.StatusCode, text(d.Find("[role=alert]")))
	}
	if got := d.Find("textarea[name=text]").Text(); got != "They asked <i>twice</i>" {
		t.Errorf("the words came back as %q", got)
	}
	sound(t, "close, not sent", d)
	d, _ = s.sends(t, path+"/end", url.Values{"outcome": {"won"}, "cause": {"overtaken"}, "until": {"2027-01-01"}, "then": {path + "/close"}})
	has(t, d, ".said", "The deal is closed")
	has(t, d, ".ended", "Won", "Adopt", "Prove")
	sound(t, "closed", d)
	d, _ = s.sends(t, path+"/resume", url.Values{"then": {path + "/close"}})
	has(t, d, "#end-h", "How did it end?")
}

// TestPriceAloneIsNoCause is DOMAIN B.1, example 13: a lost deal asks for a
// customer source, and "price" opens compared with what, decided by whom.
func TestPriceAloneIsNoCause(t *testing.T) {
	s := open(t)
	path := s.newDeal(t)
	d, _ := s.get(t, path+"/close")
	if d.Find("input[name=compared]").Length() > 0 {
		t.Error("the page asks about price before anybody spoke of it")
	}
	who, _ := d.Find(`select[name=person] option`).Last().Attr("value")
	form := url.Values{"outcome": {"lost_competitor"}, "text": {"Price was too high"}, "person": {who}, "on": {"2026-11-20"}, "then": {path + "/close"}}
	d, r := s.sends(t, path+"/end", form)
	if r.StatusCode != http.StatusBadRequest {
		t.Fatalf("price alone: status %d", r.StatusCode)
	}
	has(t, d, ".price", "Compared with what, decided by whom?")
	for selector, want := range map[string]string{"textarea[name=text]": "Price was too high", ".ending select[name=person] option[selected]": "Maria Chen"} {
		if got := text(d.Find(selector)); got != want {
			t.Errorf("%s came back as %q", selector, got)
		}
	}
	if d.Find(`input[value=lost_competitor][checked]`).Length() != 1 || d.Find(`input[name=on]`).AttrOr("value", "") != "2026-11-20" {
		t.Error("the end or its day is lost")
	}
	form.Set("compared", "the offer of Reuter, a third below")
	form.Set("decided_by", "the head of purchasing, alone")
	d, _ = s.sends(t, path+"/end", form)
	has(t, d, ".ended", "Lost to a rival", "Price was too high", "Maria Chen says so", "Reuter", "head of purchasing")
}

// TestCausesHaveTheirTreatments: each of the five causes says what helps and
// what makes it worse, before and after it is chosen.
func TestCausesHaveTheirTreatments(t *testing.T) {
	s := open(t)
	path := s.newDeal(t)
	for _, c := range throughline.Causes() {
		d, _ := s.get(t, path+"/close")
		row := d.Find(`.causes input[value="` + string(c) + `"]`).Closest("label")
		if n := row.Find(".mute").Length(); n != 2 || !strings.Contains(text(row), "makes it worse") {
			t.Errorf("%s: %q", c, text(row))
		}
		d, _ = s.sends(t, path+"/end", url.Values{"outcome": {"no_decision"}, "cause": {string(c)}, "then": {path + "/close"}})
		has(t, d, ".ended", "No decision", "What makes it worse")
		s.sends(t, path+"/resume", url.Values{})
	}
	d, _ := s.sends(t, path+"/end", url.Values{"outcome": {"no_decision"}, "cause": {""}, "then": {path + "/close"}})
	has(t, d, ".ended", "cause not known", "our own reading")
}

// TestPutOffComesBack: postponed asks for a day or a trigger, and says what
// brings it back.
func TestPutOffComesBack(t *testing.T) {
	s := open(t)
	path := s.newDeal(t)
	d, r := s.sends(t, path+"/end", url.Values{"outcome": {"postponed"}, "text": {"not this year"}})
	if r.StatusCode != http.StatusBadRequest || !strings.Contains(text(d.Find("[role=alert]")), "Until when, or until what?") {
		t.Errorf("status %d, said %q", r.StatusCode, text(d.Find("[role=alert]")))
	}
	d, r = s.sends(t, path+"/end", url.Values{"outcome": {"postponed"}, "until": {"2026-01-05"}})
	if r.StatusCode != http.StatusBadRequest || d.Find(`input[name=until][value="2026-01-05"]`).Length() != 1 {
		t.Errorf("a day that has passed: status %d", r.StatusCode)
	}
	d, _ = s.sends(t, path+"/end", url.Values{"outcome": {"postponed"}, "until": {"2027-04-01"}, "trigger": {"the new budget"}, "then": {path + "/close"}})
	has(t, d, ".ended", "comes back on 1 April 2027", "the new budget")
	late, _ := s.get(t, path+"/close?as_of=2026-11-23")
	has(t, late, "h1", "One handover")
}

// TestResultsStandBesideTargets is DOMAIN B.1, example 14.
func TestResultsStandBesideTargets(t *testing.T) {
	s := open(t)
	path := s.newDeal(t)
	d, _ := s.get(t, path+"/close")
	who, _ := d.Find(`form[action$="/target"] select[name=person] option`).Last().Attr("value")
	back, _ := d.Find(`form[action$="/target"] input[name=then]`).Attr("value")
	d, _ = s.sends(t, path+"/target", url.Values{"measure": {"minutes a handover takes"}, "baseline": {"38"}, "target": {"15"}, "person": {who}, "grade": {"E3"}, "then": {back}})
	has(t, d, ".measure", "minutes a handover takes", "38", "15", "not measured yet", "Maria Chen")
	of, _ := d.Find(`form[action$="/result"] input[name=of]`).Attr("value")
	d, _ = s.sends(t, path+"/result", url.Values{"of": {of}, "actual": {"16"}, "person": {who}, "grade": {"E4"}, "then": {back}})
	values := d.Find(".measure .value")
	if got := text(values); values.Length() != 3 || got != "38 15 16" && got != "381516" {
		t.Errorf("before, wanted, came: %q", got)
	}
	has(t, d, ".measure", "done", "on record")
	sound(t, "measured", d)
	deal, _ := s.get(t, path+"/questions")
	has(t, deal, "#p9", "16")
}

// factors are the answers of DOMAIN's example of a pilot in a plant with a
// works council: small, and as hard to decide as any.
var factors = url.Values{"factor.repetition": {"2"}, "factor.buyer_knowledge": {"1"}, "factor.risk_understood": {"2"}, "factor.veto_holders": {"2"},
	"factor.functions_affected": {"2"}, "factor.options_comparable": {"1"}, "factor.work_change": {"2"}, "factor.problem_agreement": {"1"},
	"factor.reversibility": {"0"}, "factor.owner_named": {"1"}, "factor.steps_seen": {"0"}}

// TestPriceNeverChangesTheClass is DOMAIN B.1, example 1.
func TestPriceNeverChangesTheClass(t *testing.T) {
	s := open(t)
	path := s.newDeal(t)
	form := url.Values{"then": {path + "/class"}}
	for k, v := range factors {
		form[k] = v
	}
	d, _ := s.sends(t, path+"/class", form)
	has(t, d, ".verdict-class", "no process of their own")
	var was string
	for _, amount := range []string{"9000", "14000000"} {
		s.sends(t, path+"/amount", url.Values{"amount": {amount}, "currency": {"EUR"}})
		d, _ := s.get(t, path+"/class")
		got := text(d.Find(".verdict")) + text(d.Find(".factors"))
		if was != "" && got != was {
			t.Errorf("with %s the page says\n%s\nbefore\n%s", amount, got, was)
		}
		was = got
		if strings.Contains(text(d.Find("main")), "14,000,000") {
			t.Error("the page of the class shows a price")
		}
	}
}

// TestClassIsTriedAndRecorded: the answers are prefilled from what was
// recorded; trying others records nothing; nothing answered is said.
func TestClassIsTriedAndRecorded(t *testing.T) {
	s := open(t)
	path := s.newDeal(t)
	d, _ := s.get(t, path+"/class")
	sound(t, "class", d)
	has(t, d, ".verdict", "not known yet", "treated as complex")
	if n := d.Find(".factor").Length(); n != 16 {
		t.Errorf("%d questions, want fifteen factors and the test of their steps", n)
	}
	d, r := s.sends(t, path+"/class", url.Values{"factor.repetition": {""}})
	if r.StatusCode != http.StatusBadRequest {
		t.Errorf("nothing answered: %d %q", r.StatusCode, text(d.Find("[role=alert]")))
	}
	try := url.Values{"try": {"yes"}}
	for k, v := range factors {
		try[k] = v
	}
	d, _ = s.sends(t, path+"/class", try)
	sound(t, "class, tried", d)
	has(t, d, ".verdict", "What follows from these answers", "Nothing of it is recorded", "no process of their own", "whatever the rest says", "Six or more, or nobody knows", "two people", "of 100")
	if d.Find(`input[name="factor.veto_holders"][value="2"][checked]`).Length() != 1 {
		t.Error("what was tried is not in the form")
	}
	d, _ = s.get(t, path+"/class")
	has(t, d, ".verdict", "not known yet")
	try.Del("try")
	s.sends(t, path+"/class", try)
	d, _ = s.get(t, path+"/class")
	has(t, d, ".verdict", "How they buy this", "no process of their own")
	if d.Find(`input[name="factor.owner_named"][value="1"][checked]`).Length() != 1 || d.Find(`input[name="factor.dated_consequence"][value=""][checked]`).Length() != 1 {
		t.Error("the answers are not prefilled from what was recorded")
	}
	zh, _ := s.get(t, path+"/class?lang=zh")
	has(t, zh, ".verdict", "客户尚无流程")
	// Close to a line: both classes are named.
	d, _ = s.sends(t, path+"/class", url.Values{"try": {"yes"}, "factor.repetition": {"1"}, "factor.buyer_knowledge": {"0"}, "factor.risk_understood": {"0"}, "factor.veto_holders": {"1"},
		"factor.functions_affected": {"2"}, "factor.options_comparable": {"1"}, "factor.work_change": {"1"}, "factor.problem_agreement": {"1"}, "factor.reversibility": {"2"},
		"factor.steps_seen": {"2"}, "factor.used_before": {"2"}, "factor.owner_named": {"2"}, "factor.rule_and_decider": {"2"}})
	has(t, d, ".verdict", "within five points", "both")
}

// TestANewDealNeedsATitle: one field opens a deal, sent twice it is one.
func TestANewDealNeedsATitle(t *testing.T) {
	s := open(t)
	d, _ := s.get(t, "/deals/new")
	sound(t, "new", d)
	if d.Find("[required]").Length() > 0 {
		t.Error("a field is marked as required")
	}
	d, r := s.sends(t, "/deals", url.Values{"account": {"Montrevel University Hospital"}})
	if r.StatusCode != http.StatusBadRequest || d.Find(`input[name=account]`).AttrOr("value", "") != "Montrevel University Hospital" {
		t.Errorf("without a title: %d, the customer came back as %q", r.StatusCode, d.Find(`input[name=account]`).AttrOr("value", ""))
	}
	once := d.Find(`input[name=once]`).AttrOr("value", "")
	form := url.Values{"title": {"One handover for all wards"}, "account": {"Montrevel University Hospital"}, "once": {once}}
	d, _ = s.sends(t, "/deals", form)
	has(t, d, ".said", "The deal is open")
	has(t, d, "h1", "One handover for all wards")
	if d.Find(".said form").Length() > 0 {
		t.Error("the page offers to take back what cannot be taken back")
	}
	d, _ = s.sends(t, "/deals", form)
	has(t, d, ".said", "recorded already")
	list, _ := s.get(t, "/deals")
	has(t, list, "main", "One handover for all wards", "Montrevel University Hospital")
}

// TestALandDealGrows is DOMAIN B.1, example 8: a land deal crosses three
// departments, an expand deal is offered, gets a class of its own, and both
// name each other.
func TestALandDealGrows(t *testing.T) {
	s := open(t)
	path := s.newDeal(t)
	land := url.Values{}
	for k, v := range map[string]string{"repetition": "1", "buyer_knowledge": "0", "risk_understood": "0", "veto_holders": "0", "functions_affected": "0", "work_change": "0",
		"problem_agreement": "0", "reversibility": "0", "owner_named": "0"} {
		land.Set("factor."+k, v)
	}
	s.sends(t, path+"/class", land)
	d, _ := s.get(t, path+"/class")
	has(t, d, ".verdict-class", "informal process")
	if d.Find(".conversion").Length() > 0 {
		t.Error("one department, and the larger deal is offered")
	}
	for name, function := range map[string]string{"Ana Ruiz": "finance", "Wen Li": "operations", "Olu Ade": "IT"} {
		s.sends(t, path+"/person", url.Values{"name": {name}, "function": {function}, "role": {"user"}})
	}
	d, _ = s.get(t, path+"/class")
	has(t, d, ".conversion", "three functions", "a class of its own")
	sound(t, "conversion", d)
	grown, _ := s.sends(t, path+"/expand", url.Values{"title": {"One handover for every department"}})
	has(t, grown, ".said", "the two are linked")
	has(t, grown, "h1", "One handover for every department")
	has(t, grown, ".head", "not known yet")
	d, _ = s.get(t, path+"/class")
	has(t, d, ".lineage", "It may grow into", "One handover for every department")
	if d.Find(".conversion").Length() > 0 {
		t.Error("it has grown, and is offered again")
	}
	to, _ := d.Find(".lineage a").Attr("href")
	other, _ := s.get(t, to+"/class")
	has(t, other, ".lineage", "It grew out of", "One handover", "informal process")
	has(t, other, ".verdict", "not known yet")
}

// TestAnEmptyTitleGrowsNothing: the larger deal needs a title, too.
func TestAnEmptyTitleGrowsNothing(t *testing.T) {
	s := open(t)
	path := s.newDeal(t)
	d, r := s.sends(t, path+"/expand", url.Values{"title": {""}})
	if r.StatusCode != http.StatusBadRequest || d.Find("[role=alert]").Length() != 1 {
		t.Errorf("status %d", r.StatusCode)
	}
}

// TestLockedIsSaidCalmly is DOMAIN B.1, example 7, on these pages.
func TestLockedIsSaidCalmly(t *testing.T) {
	s := open(t)
	path := s.newDeal(t)
	s.sends(t, path+"/event", url.Values{"event": {"solicitation_issued"}})
	for _, page := range []string{"/close", "/class"} {
		d, _ := s.get(t, path+page)
		has(t, d, ".notice", "only their contracting officer may be approached")
	}
}

// TestEndsInTheBrowser looks at these pages as people do, and walks them with
// the keyboard alone.
func TestEndsInTheBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	ctx := browser(t)
	s := open(t).fill(t)
	root := s.serve(t)
	of := func(what string, is func(company.Truth) bool) string { return s.one(t, what, is) }
	deal := of("open at Align", func(c company.Truth) bool { return stillOpen(c) && c.Story != "" && c.Frontier == throughline.Align })
	undecided := of("no decision", func(c company.Truth) bool { return c.Outcome == throughline.NoDecision })
	won := of("won", func(c company.Truth) bool { return c.Outcome == throughline.Won })
	s.sends(t, won+"/target", url.Values{"measure": {"minutes a handover takes"}, "baseline": {"38"}, "target": {"15"}, "grade": {"E3"}})
	d, _ := s.get(t, won+"/close")
	ofTarget, _ := d.Find(`input[name=of]`).Attr("value")
	s.sends(t, won+"/result", url.Values{"of": {ofTarget}, "actual": {"16"}, "grade": {"E2"}})
	hard := url.Values{}
	for k, v := range factors {
		hard[k] = v
	}
	s.sends(t, deal+"/class", hard)
	small := s.newDeal(t)
	s.sends(t, small+"/class", url.Values{"factor.repetition": {"1"}, "factor.buyer_knowledge": {"0"}, "factor.risk_understood": {"0"}, "factor.veto_holders": {"0"},
		"factor.functions_affected": {"0"}, "factor.work_change": {"0"}, "factor.problem_agreement": {"0"}, "factor.reversibility": {"0"}, "factor.owner_named": {"0"}})
	for name, function := range map[string]string{"Ana Ruiz": "finance", "Wen Li": "operations", "Olu Ade": "IT"} {
		s.sends(t, small+"/person", url.Values{"name": {name}, "function": {function}, "role": {"user"}})
	}
	_, began := s.post(t, "/deals", "title", "A list for one ward")
	_, grew := s.post(t, began.Header.Get("Location")+"/expand", "title", "Handovers on every ward, with <b>one</b> list for all of them")
	grown := grew.Header.Get("Location")
	opened := func(value string) string {
		return `document.querySelector('input[name=outcome][value=` + value + `]').click()`
	}
	pages := []struct{ name, path, script string }{
		{"close", deal + "/close", ""}, {"close-undecided", deal + "/close", opened("no_decision")}, {"close-put-off", deal + "/close", opened("postponed")},
		{"closed-undecided", undecided + "/close", ""}, {"closed-won", won + "/close", ""}, {"class", deal + "/class", ""}, {"class-small", small + "/class", ""},
		{"new", "/deals/new", ""}, {"deal-won", won, ""}, {"deal-small", small, ""}, {"deal-grown", grown, ""},
	}
	looks := []look{{1280, "light", "en"}, {390, "dark", "zh"}, {390, "light", "en"}, {1280, "dark", "zh"}}
	for _, p := range pages {
		for _, l := range looks {
			t.Run(p.name+"/"+l.String(), func(t *testing.T) {
				ctx, cancel := context.WithTimeout(ctx, time.Minute)
				defer cancel()
				l.open(t, ctx, root+p.path)
				if p.script != "" {
					evaluate[bool](t, ctx, p.script+",true")
				}
				if wide, inner := evaluate[int](t, ctx, `document.documentElement.scrollWidth`), evaluate[int](t, ctx, `document.documentElement.clientWidth`); wide > inner {
					t.Errorf("scrolls sideways: %d units wide on a screen of %d; %s", wide, inner, sticksOut(t, ctx))
				}
				l.picture(t, ctx, p.name)
				accessible(t, ctx, p.name+" "+l.String())
			})
		}
	}
	t.Run("by keyboard", func(t *testing.T) {
		for _, p := range pages {
			if p.script != "" || strings.HasPrefix(p.name, "deal-") { // TestByKeyboard walks the page of a deal
				continue
			}
			ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
			look{1280, "light", "en"}.open(t, ctx, root+p.path)
			want := evaluate[int](t, ctx, `
				window.met = new Set(); window.unseen = [];
				const name = e => e.type === "radio" ? e.form.action + e.name : e;
				window.reachable = [...new Set([...document.querySelectorAll("main a[href], main button, main input:not([type=hidden]), main select, main textarea, main summary")]
					.filter(e => e.checkVisibility()).map(name))];
				document.addEventListener("focusin", e => { window.met.add(name(e.target)); if (getComputedStyle(e.target).outlineStyle === "none") window.unseen.push(e.target.outerHTML.slice(0, 120)); });
				window.reachable.length`)
			for range want + 40 {
				if err := chromedp.Do(ctx, chromedp.KeyEvent("\t")); err != nil {
					t.Fatal(err)
				}
			}
			if missed := evaluate[[]string](t, ctx, `window.reachable.filter(e => !window.met.has(e)).map(e => e.outerHTML ? e.outerHTML.slice(0, 120) : e)`); len(missed) > 0 {
				t.Errorf("%s: %d of %d are not reached: %s", p.name, len(missed), want, strings.Join(missed[:min(4, len(missed))], "\n"))
			}
			if unseen := evaluate[[]string](t, ctx, `window.unseen`); len(unseen) > 0 {
				t.Errorf("%s: %d show no focus: %s", p.name, len(unseen), unseen[0])
			}
			cancel()
		}
	})
	t.Run("two taps", func(t *testing.T) {
		h := &hand{t: t, ctx: ctx}
		look{390, "light", "en"}.open(t, ctx, root+deal)
		h.send(`.tabs a[href$="/close"]`)
		h.send(`.stop-early button`)
		if got := h.text(".thanks"); h.taps != 2 || !strings.Contains(got, "a service to them and to you") {
			t.Errorf("%d taps, said %q", h.taps, got)
		}
		h.send(`.said button`)
		if got := h.text("#end-h"); !strings.Contains(got, "How did it end?") {
			t.Errorf("taken back, the page says %q", got)
		}
	})
}
