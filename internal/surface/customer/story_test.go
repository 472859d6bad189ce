package customer_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/showing"
)

// story is a person before a browser: they see, unfold, type, choose and press.
type story struct {
	t   *testing.T
	ctx context.Context
	r   *rig
	url string
}

// tell serves both faces and sits down before them.
func tell(t *testing.T, r *rig) *story {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	t.Parallel() // most of a story is waiting for pages
	server := httptest.NewServer(r.all)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return &story{t, browser(t), r, server.URL}
}

// until waits for a script on the page to say true, whatever page that is by then.
// The bound measures nothing: past it the test says what stands there.
func (s *story) until(script string) {
	s.t.Helper()
	patience, cancel := context.WithTimeout(s.ctx, 20*time.Second)
	defer cancel()
	var err error
	for patience.Err() == nil {
		if _, err = chromedp.Run(patience, chromedp.Poll[bool]("!!("+script+")", chromedp.WithPollingTimeout(4*time.Second))); err == nil {
			return
		}
	}
	s.t.Fatalf("%s does not come true: %v\n%s", script, err, evaluate[string](s.t, s.ctx, `location.href + " " + document.body.innerText.slice(0, 900)`))
}

// goes opens a page.
func (s *story) goes(path string) {
	s.t.Helper()
	if !strings.HasPrefix(path, "http") {
		path = s.url + path
	}
	do(s.t, s.ctx, chromedp.Navigate(path))
}

// aims marks what is meant: the first in a place that says some words, itself or by
// its name for those who do not see.
func (s *story) aims(where, says string) {
	s.t.Helper()
	s.until(fmt.Sprintf(`(() => {
		const e = [...document.querySelectorAll(%q)].find(e => (e.textContent + " " + (e.getAttribute("aria-label") ?? "")).replace(/\s+/g, " ").includes(%q));
		if (!e) return false;
		document.querySelectorAll("[data-aim]").forEach(x => x.removeAttribute("data-aim"));
		e.setAttribute("data-aim", "");
		return true;
	})()`, where, says))
}

// presses moves the pointer to what is meant and presses there; what is folded away
// is unfolded first.
func (s *story) presses(where, says string) {
	s.t.Helper()
	s.aims(where, says)
	for evaluate[bool](s.t, s.ctx, `(() => {
		const aim = document.querySelector("[data-aim]");
		let fold = null;
		for (let d = aim.parentElement?.closest("details:not([open])"); d; d = d.parentElement.closest("details:not([open])")) fold = d;
		document.querySelectorAll("[data-fold]").forEach(x => x.removeAttribute("data-fold"));
		if (!fold || aim === fold.querySelector("summary")) return false;
		fold.querySelector("summary").setAttribute("data-fold", "");
		return true;
	})()`) {
		do(s.t, s.ctx, chromedp.Click("[data-fold]"))
		s.until(`document.querySelector("[data-fold]").parentElement.open`)
	}
	do(s.t, s.ctx, chromedp.Click("[data-aim]"))
}

// types fills in a field; a day is set, since how one is typed is the browser's.
func (s *story) types(field, words string) {
	s.t.Helper()
	s.presses(field, "")
	if evaluate[bool](s.t, s.ctx, `["date", "select-one"].includes(document.querySelector("[data-aim]").type)`) {
		evaluate[bool](s.t, s.ctx, fmt.Sprintf(`(() => {
			const e = document.querySelector("[data-aim]");
			e.blur();
			e.value = %q;
			e.dispatchEvent(new Event("input", {bubbles: true}));
			return e.dispatchEvent(new Event("change", {bubbles: true}));
		})()`, words))
		return
	}
	do(s.t, s.ctx, chromedp.Clear("[data-aim]"), chromedp.SendKeys("[data-aim]", words))
}

// sends presses a button and waits for the page that comes of it, a while later.
func (s *story) sends(where, says string) {
	s.t.Helper()
	s.r.now = s.r.now.Add(time.Minute)
	evaluate[bool](s.t, s.ctx, `window.before = true`)
	s.presses(where, says)
	s.until(`!window.before && document.readyState === "complete"`)
	if refused := evaluate[string](s.t, s.ctx, `document.querySelector(".alert, [role=alert]")?.innerText ?? ""`); refused != "" {
		s.t.Fatalf("%s %q: %s", where, says, refused)
	}
}

// sees reports what a place of the page says.
func (s *story) sees(where string) string {
	s.t.Helper()
	return evaluate[string](s.t, s.ctx, fmt.Sprintf(`[...document.querySelectorAll(%q)].map(e => e.innerText).join(" ").replace(/\s+/g, " ")`, where))
}

// told fails where a place does not say something.
func (s *story) told(where, what string) {
	s.t.Helper()
	if got := s.sees(where); !strings.Contains(got, what) {
		s.t.Errorf("%s says %.600q, not %q", where, got, what)
	}
}

// untold fails where a place says something.
func (s *story) untold(where, what string) {
	s.t.Helper()
	if got := s.sees(where); strings.Contains(got, what) {
		s.t.Errorf("%s says %q: %.600q", where, what, got)
	}
}

// opens opens a deal on the page for it and says of which kind it is.
func (s *story) opens(title string, factors map[string]int) (path string) {
	s.t.Helper()
	dress(s.t, s.ctx, 1280, "light", "en")
	s.goes("/deals/new")
	s.types("main [name=title]", title)
	s.types("main [name=account]", "Northgate Water")
	s.sends("main form button", "Open it")
	path = evaluate[string](s.t, s.ctx, `location.pathname`)
	if len(strings.Split(path, "/")) != 3 {
		s.t.Fatalf("opened, it is at %s", path)
	}
	if factors == nil {
		return path
	}
	ask[recording.Recorded](s.t, s.r, operation.RecordClass, &recording.ClassInput{Writing: recording.Writing{ID: strings.TrimPrefix(path, "/deals/")}, Factors: factors})
	return path
}

var practised = map[string]int{"repetition": 0, "buyer_knowledge": 0, "risk_understood": 0, "veto_holders": 0,
	"functions_affected": 0, "options_comparable": 0, "work_change": 0, "problem_agreement": 0,
	"reversibility": 0, "steps_seen": 2, "used_before": 2, "owner_named": 2, "rule_and_decider": 2, "funding_route": 2, "dated_consequence": 2}

// TestStoryOfAPractisedBuyer: a transactional deal from the first step they state to
// the live order. The seller opens it and types their steps, the customer ticks and
// dates them on a phone by the link, what we owe is late and then kept, it is ordered
// and goes live.
func TestStoryOfAPractisedBuyer(t *testing.T) {
	s := tell(t, open(t))
	path := s.opens("Pumps again", practised)
	s.goes(path)
	s.told("main", "None of their steps is known yet")
	if n := evaluate[int](t, s.ctx, `document.querySelectorAll(".road-box").length`); n != 0 {
		t.Error("the page of a practised buyer shows more than their steps")
	}
	day := throughline.DayOf(s.r.now, time.UTC)
	add := "main form[action$='/stated']:not(:has([name=of]))"
	for _, step := range []struct{ text, side, due string }{
		{"RFQ sent out", "customer", day.Add(2).String()}, {"Send the quotation", "us", day.Add(1).String()},
		{"Purchase order issued", "customer", ""}, {"Pumps delivered and running", "us", day.Add(20).String()},
	} {
		s.types(add+" [name=text]", step.text)
		s.presses(add+" label:has([name=side][value="+step.side+"])", "")
		if step.due != "" {
			s.types(add+" [name=due]", step.due)
		}
		s.sends(add+" button", "")
	}
	s.told(".stated-sides > div:first-child", "RFQ sent out")
	s.told(".stated-sides > div:last-child", "Send the quotation")
	s.goes(path + "/plan")
	s.sends("form[action$='/plan'] button", "Make a link")
	link := s.sees(".plan-link")

	// the customer, on a phone
	dress(t, s.ctx, 390, "light", "en")
	s.goes(link)
	s.told("main", "Send the quotation")
	step := func(says string) string {
		return "#s-" + evaluate[string](t, s.ctx, fmt.Sprintf(`[...document.querySelectorAll(".plan-step")].find(e => e.innerText.includes(%q)).id.slice(2)`, says))
	}
	s.sends(step("RFQ sent out")+" .tick button", "Done")
	order := step("Purchase order issued")
	s.types(order+" .fold > form:first-of-type [name=due]", day.Add(6).String())
	s.sends(order+" .fold > form:first-of-type button", "Keep")
	s.told(order, "by 29 November")
	if wide := evaluate[bool](t, s.ctx, `document.documentElement.scrollWidth > document.documentElement.clientWidth`); wide {
		t.Error("the plan scrolls sideways on a phone")
	}

	// two days on, what we owe is late, on both sides; it is done, and told as that
	s.r.now = s.r.now.AddDate(0, 0, 3)
	s.goes(link)
	s.told(step("Send the quotation"), "late")
	dress(t, s.ctx, 1280, "light", "en")
	s.goes(path)
	s.told(".stated-sides > div:last-child .far", "2 days late")
	s.told(".stated-sides", "by 29 November") // the day that the customer named
	s.sends(".stated-list button[aria-label*='Send the quotation']", "")
	s.told(".conduct", "We kept 0 of one day.")
	s.told(".conduct", "They kept 1 of one day.")
	dress(t, s.ctx, 390, "light", "en")
	s.goes(link)
	s.sends(step("Purchase order issued")+" .tick button", "Done")

	// the order; what we owe after it asks until it is live
	dress(t, s.ctx, 1280, "light", "en")
	s.goes(path + "/close")
	s.presses("form.ending label:has([name=outcome][value=won])", "")
	s.sends("form.ending button.button-main", "")
	s.r.now = s.r.now.AddDate(0, 0, 18)
	s.goes("/")
	s.told("main", "Pumps delivered and running")
	s.goes(path + "/steps")
	s.sends(".stated-list button[aria-label*='Pumps delivered']", "")
	s.goes("/")
	s.untold("main", "Pumps delivered and running")
	s.goes(path + "/steps")
	s.told("main", "They kept 2 of 2 days.")
	s.presses("main summary", "4 steps behind us")
	s.told("main", "Pumps delivered and running")
}

var complicated = map[string]int{"repetition": 2, "buyer_knowledge": 2, "risk_understood": 2, "veto_holders": 2,
	"functions_affected": 2, "options_comparable": 2, "work_change": 2, "problem_agreement": 2, "reversibility": 2,
	"steps_seen": 2, "used_before": 2, "owner_named": 2, "rule_and_decider": 2, "funding_route": 2, "dated_consequence": 2}

var percent = regexp.MustCompile(`([0-9]+) ?%`)

// TestStoryOfAFailingChange: of an initiative with two purchases, work that fails lowers
// what is expected of both by a named discount, and taking that back brings the same
// figures back. Today and both deals say why.
func TestStoryOfAFailingChange(t *testing.T) {
	r := open(t)
	s := tell(t, r)
	one, two := s.opens("Meters for the wards", complicated), s.opens("Pumps for the wards", complicated)
	deals := []string{one, two}
	day := throughline.DayOf(r.now, time.UTC)
	s.goes(one + "/contracting")
	begin := "form[action$='/initiative']:has([name=name])"
	s.types(begin+" [name=name]", "One network for all")
	s.types(begin+" [name=sponsor]", "the director of operations")
	s.sends(begin+" button", "")
	s.goes(two + "/contracting")
	join := "form[action$='/initiative']:has([name=join])"
	s.types(join+" [name=join]", evaluate[string](t, s.ctx, `[...document.querySelectorAll("[name=join] option")].find(o => o.textContent.includes("One network for all")).value`))
	s.sends(join+" button", "")
	s.goes(two)
	s.told(".initiative-line", "Meters for the wards") // they know of each other
	at := evaluate[string](t, s.ctx, `new URL(document.querySelector(".initiative-line a[href^='/initiatives/']").href).pathname`)
	s.goes(at)
	const work = "Train the nights"
	name := "form[action$='/work']:has([name=what])"
	s.types(name+" [name=what]", work)
	s.types(name+" [name=due]", day.Add(20).String())
	s.sends(name+" button", "")
	moves := func(state string) {
		t.Helper()
		s.goes(at)
		form := "form[action$='/work']:has([name=of])"
		s.types(form+" [name=state]", state)
		s.sends(form+" button", "Keep it")
	}
	// said is what the initiative's page says of both deals, and what is left of what is expected of each
	said := func() (words []string, left []float64) {
		for i := range deals {
			words = append(words, evaluate[string](t, s.ctx, fmt.Sprintf(`document.querySelectorAll("#deals-h + ul > li")[%d].innerText`, i)))
		}
		for _, d := range ask[showing.InitiativeList](t, r, operation.ListInitiatives, &showing.InitiativesInput{}).Rows[0].Deals {
			left = append(left, d.Left)
		}
		return words, left
	}
	off := func(words string) (n int) {
		if _, rest, is := strings.Cut(words, "By our judgement "); is {
			n, _ = strconv.Atoi(percent.FindStringSubmatch(rest)[1])
		}
		return n
	}
	reason := "“" + work
	other, cancel := chromedp.NewContext(s.ctx) // a second page beside, so that the first stays where it is
	defer cancel()
	beside := &story{t, other, r, s.url}
	dress(t, other, 1280, "light", "en")
	why := func(want bool) {
		t.Helper()
		check := beside.untold
		if want {
			check = beside.told
		}
		for _, path := range deals {
			beside.goes(path)
			check(".wider", reason)
		}
		beside.goes("/")
		if n := strings.Count(evaluate[string](t, other, `document.querySelector("main").textContent`), reason); n != map[bool]int{true: 2}[want] {
			t.Errorf("Today says %d times why", n)
		}
	}
	moves("begun")
	before, had := said()
	why(false)
	moves("failing")
	failing, has := said()
	for i := range deals {
		if off(failing[i]) <= off(before[i]) || has[i] >= had[i] || !strings.Contains(failing[i], reason) {
			t.Errorf("%d %% were taken off, now %d: %q", off(before[i]), off(failing[i]), failing[i])
		}
	}
	why(true)
	s.sends(".said form button", "") // taken back where it was said
	s.goes(at)
	again, is := said()
	why(false)
	for i := range deals {
		if again[i] != before[i] || is[i] != had[i] {
			t.Errorf("taken back, %v is left of %v: %q, not %q", is[i], had[i], again[i], before[i])
		}
	}
}

// TestStoryOfAResult: a won deal until its result. The steps of using it are named on its
// page, a late one and a result that is owed are reasons on Today until they are done, the
// target stands beside the result, and the note of the result prints on one page.
func TestStoryOfAResult(t *testing.T) {
	s := tell(t, open(t))
	path := s.opens("Fewer bursts", nil)
	s.goes(path + "/close")
	s.presses("form.ending label:has([name=outcome][value=won])", "")
	s.sends("form.ending button.button-main", "")
	day := throughline.DayOf(s.r.now, time.UTC)
	s.goes(path)
	s.told("#after", "Nothing is agreed yet for using it")
	s.goes("/")
	s.untold("main", "Fewer bursts")
	s.goes(path)
	step := "#after form[action$='/stated']:has([name=text])"
	s.types(step+" [name=text]", "The crews stop writing on paper")
	s.types(step+" [name=due]", day.Add(5).String())
	s.sends(step+" button", "Keep it")
	target := "form[action$='/target']"
	s.types(target+" [name=measure]", "bursts a month")
	s.types(target+" [name=baseline]", "38")
	s.types(target+" [name=target]", "15")
	s.types(target+" [name=by_day]", day.Add(6).String())
	s.sends(target+" button", "")
	s.told("#after", "0 of 1 targets")
	s.goes("/")
	s.untold("main", "The crews stop writing on paper")
	s.r.now = s.r.now.AddDate(0, 0, 14)
	s.goes("/")
	s.told("main", "“The crews stop writing on paper” was due")
	s.presses("main a", "Fewer bursts")
	s.until(fmt.Sprintf(`location.pathname === %q && document.readyState === "complete"`, path))
	s.told("#after .far", "“The crews stop writing on paper” was due")
	s.told("#after .far", "What came of it was to be measured by")
	s.sends("#after button[value=done]", "The crews stop writing on paper")
	s.types("form[action$='/result'] [name=actual]", "16")
	s.sends("form[action$='/result'] button[value=E4], form[action$='/result'] button", "")
	s.goes("/")
	s.untold("main", "Using it:")
	s.untold("main", "What came of it was")
	s.goes(path)
	s.presses("main a[href$='/result']", "")
	s.until(fmt.Sprintf(`location.pathname === %q && document.readyState === "complete"`, path+"/result"))
	for _, want := range []string{"What came of it", "bursts a month", "38", "15", "16", "The crews stop writing on paper"} {
		s.told("main", want)
	}
	sheet, err := chromedp.Call(s.ctx, page.PrintToPDF, page.PrintToPDFParams{PaperWidth: 8.27, PaperHeight: 11.69})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(sheets.FindAll(sheet.Data, -1)); n != 1 {
		t.Errorf("the note prints on %d pages", n)
	}
}

// sheets finds the pages of a printed file.
var sheets = regexp.MustCompile(`/Type\s*/Page\b[^s]`)
