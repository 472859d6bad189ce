package customer_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/sharing"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/surface/customer"
)

// ref gives how the page names the step that says something.
func ref(t testing.TB, r *rig, token, text string) string {
	t.Helper()
	d, _ := r.get(t, sharing.PlanPath+token)
	id := ""
	for i := range d.Find(".plan-step").Length() {
		s := d.Find(".plan-step").Eq(i)
		if strings.Contains(words(s.Find(".plan-what > p").First()), text) {
			id = strings.TrimPrefix(s.AttrOr("id", ""), "s-")
		}
	}
	if id == "" {
		t.Fatalf("no step says %q", text)
	}
	return id
}

// TestThePlanIsWrittenOn: everything a customer can do, by the forms of the page.
func TestThePlanIsWrittenOn(t *testing.T) {
	r := open(t)
	id, token := r.plan(t, "Montrevel")
	d, answer := r.get(t, sharing.PlanPath+token)
	if answer.StatusCode != 200 {
		t.Fatal(answer.Status)
	}
	has(t, d, "header", "Montrevel")
	has(t, d, "#part-deciding + p + ol", "Board approves the budget")
	if d.Find("script, img, iframe, object, link:not([rel=stylesheet]), [style], [onclick]").Length() != 0 {
		t.Error("the page loads or runs more than its style sheet")
	}
	board := ref(t, r, token, "Board approves")
	d, answer, _ = r.send(t, token, "step", url.Values{"step": {board}, "text": {"Board approves the budget"}, "due": {"2027-01-20"}, "owner": {"the chair"}})
	if answer.StatusCode != 200 {
		t.Fatal(answer.Status, words(d.Find(".alert")))
	}
	has(t, d, ".told", "Kept")
	has(t, d, "#s-"+board, "by 20 January")
	has(t, d, "#s-"+board, "the chair")
	d, _, _ = r.send(t, token, "step", url.Values{"text": {"Send the drawings"}, "whose": {"supplier"}, "due": {"2026-11-20"}})
	has(t, d, ".plan-steps .far", "3 days late")
	d, _, _ = r.send(t, token, "step", url.Values{"step": {board}, "state": {"done"}})
	has(t, d, "#s-"+board, "done")
	d, _, _ = r.send(t, token, "answer", url.Values{"question": {"consequence"}, "text": {"The audit fails"}, "day": {"2027-06-01"}})
	has(t, d, "#q-consequence", "The audit fails (1 June 2027)")
	has(t, d, ".goal", "in place by 1 June 2027")
	d, _, _ = r.send(t, token, "answer", url.Values{"question": {"veto"}, "unknown": {"yes"}})
	has(t, d, "#q-veto", "We do not know yet.")
	d, _, _ = r.send(t, token, "outcome", url.Values{"measure": {"returns a week"}, "baseline": {"40"}, "target": {"10"}})
	has(t, d, ".outcome", "returns a week 40 → 10")
	outcome := d.Find("[name=outcome]").AttrOr("value", "")
	d, _, _ = r.send(t, token, "outcome", url.Values{"outcome": {outcome}, "actual": {"12"}})
	has(t, d, ".outcome", "What came of it: 12")
	d, _, _ = r.send(t, token, "comment", url.Values{"step": {board}, "text": {"The chair is away in March"}})
	has(t, d, "#s-"+board+" .comments", "away in March")
	d, _, _ = r.send(t, token, "me", url.Values{"name": {"Lena Fischer"}, "function": {"finance"}})
	has(t, d, "#people + p", "You are Lena Fischer.")
	d, answer, _ = r.send(t, token, "invite", url.Values{"name": {"Omar Fairlie"}, "function": {"operations"}})
	link := d.Find(".plan-link").Text()
	_, colleague, ok := strings.Cut(link, sharing.PlanPath)
	if answer.StatusCode != 200 || !ok {
		t.Fatalf("%s: %q", answer.Status, link)
	}
	d, _ = r.get(t, sharing.PlanPath+colleague)
	has(t, d, "#people + p", "You are Omar Fairlie.")
	d, _, own := r.send(t, token, "step", url.Values{"text": {"Ask the other supplier first"}, "keep": {"yes"}})
	if own == token {
		t.Fatal("no address of their own")
	}
	has(t, d, ".told", "your own")
	has(t, d, ".plan-steps", "Ask the other supplier first")
	d, _ = r.get(t, sharing.PlanPath+token)
	if strings.Contains(words(d.Selection), "Ask the other supplier") {
		t.Error("what they keep is shown by a link that we have")
	}
	for what, path := range map[string]string{"csv": "/plan.csv", "ics": "/plan.ics"} {
		answer, text := r.do(t, "GET", sharing.PlanPath+own+path, nil)
		if answer.StatusCode != 200 || !strings.Contains(text, "Send the drawings") && what == "csv" || what == "ics" && !strings.HasPrefix(text, "BEGIN:VCALENDAR\r\n") {
			t.Errorf("%s: %s %.200s", what, answer.Status, text)
		}
	}
	page := ask[showing.DealPage](t, r, operation.ShowDeal, &showing.DealInput{ID: id})
	if n := len(page.Deal.OfKind(deal.KindCommented)); n != 1 {
		t.Errorf("%d comments", n)
	}
	zh, _ := r.get(t, sharing.PlanPath+token+"?lang=zh")
	has(t, zh, "h1", "我们的计划")
	has(t, zh, "#s-"+board, "完成")
	has(t, zh, ".plan-steps", "在你们的系统里登记供应商")
}

// routes are every way in, with what each needs.
func routes(board string) map[string]url.Values {
	return map[string]url.Values{
		"GET ": nil, "GET /plan.csv": nil, "GET /plan.ics": nil, "HEAD ": nil,
		"POST /step":    {"text": {"slipped in"}},
		"POST /answer":  {"question": {"veto"}, "text": {"slipped in"}},
		"POST /outcome": {"measure": {"slipped in"}, "target": {"1"}},
		"POST /comment": {"text": {"slipped in"}},
		"POST /me":      {"name": {"Slipped In"}},
		"POST /invite":  {"name": {"Slipped In"}},
	}
}

// TestNoPlanReachesAnother: every route is tried with every other plan's token
// mixed with this plan's, and with the names of another plan's steps.
func TestNoPlanReachesAnother(t *testing.T) {
	r := open(t)
	first, one := r.plan(t, "Montrevel")
	second, two := r.plan(t, "Larkholm")
	closed, _ := r.plan(t, "Closed")
	three := r.link(t, closed)
	ask[sharing.PlanPage](t, r, operation.RevokePlan, &sharing.PlanInput{ID: closed})
	facts := func(id string) int {
		return len(ask[showing.DealPage](t, r, operation.ShowDeal, &showing.DealInput{ID: id}).Facts)
	}
	was := [3]int{facts(first), facts(second), facts(closed)}
	mixed := []string{one[:22] + two[22:], two[:22] + one[22:], one[:len(one)-1], three, "", "..", "%2e%2e", strings.Repeat("A", 54), one + "/" + two, first, second}
	seen := map[string]bool{}
	for _, token := range mixed {
		for route, form := range routes("") {
			r.now = r.now.Add(time.Minute)
			method, path, _ := strings.Cut(route, " ")
			answer, text := r.do(t, method, sharing.PlanPath+token+path, form)
			if answer.StatusCode != 404 && !(token == ".." || token == "%2e%2e" || token == "") {
				t.Errorf("%s with %.12s…: %s", route, token, answer.Status)
			}
			if strings.Contains(text, "Montrevel") || strings.Contains(text, "Larkholm") {
				t.Errorf("%s with %.12s… shows a plan", route, token)
			}
			if answer.StatusCode == 404 && method != "HEAD" {
				answer.Header.Del("Date")
				seen[fmt.Sprint(answer.StatusCode, answer.Header, text)] = true
			}
		}
	}
	if len(seen) != 1 {
		t.Errorf("%d different refusals", len(seen))
		for s := range seen {
			t.Logf("%.300s", s)
		}
	}
	if now := [3]int{facts(first), facts(second), facts(closed)}; now != was {
		t.Errorf("facts were %v, are %v", was, now)
	}
	// with a link that holds, the names of another plan's steps mean nothing
	step, outcome := ref(t, r, two, "Board approves"), "aaaaaaaaaaaaaaaa"
	for name, form := range map[string]url.Values{"step": {"step": {step}, "state": {"done"}}, "comment": {"step": {step}, "text": {"x"}}, "outcome": {"outcome": {outcome}, "actual": {"1"}}} {
		if _, answer, _ := r.send(t, one, name, form); answer.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s of another plan: %s", name, answer.Status)
		}
	}
	if n := facts(second); n != was[1] {
		t.Error("the other plan was written to")
	}
}

// TestHostileWordsAreWords: whatever is written into each field, it comes back
// as words, on both faces and in both files.
func TestHostileWordsAreWords(t *testing.T) {
	r := open(t)
	id, token := r.plan(t, "<script>alert(1)</script>")
	hostile := `"><img src=x onerror=alert(1)><script>alert(2)</script>{{.}}` + "\u202e\x00\r\nBEGIN:VEVENT\r\n=cmd|' /C calc'!A0 {person:0190b2f0-7c3a-7d11-8e22-1f3a5b7c9d0e}"
	board := ref(t, r, token, "Board approves")
	for name, forms := range map[string][]url.Values{
		"step":    {{"text": {hostile}, "owner": {hostile}, "due": {"2027-01-01"}}, {"step": {board}, "text": {hostile}, "due": {"2027-01-01"}}, {"text": {"=1+1"}}},
		"answer":  {{"question": {"consequence"}, "text": {hostile}, "day": {"2027-05-01"}}, {"question": {"decider"}, "text": {hostile}}, {"question": {hostile}, "text": {"x"}}},
		"outcome": {{"measure": {hostile}, "target": {hostile}, "baseline": {hostile}}},
		"comment": {{"text": {hostile}}, {"step": {board}, "text": {hostile}}, {"step": {hostile}, "text": {"x"}}},
		"me":      {{"name": {hostile}, "function": {hostile}}},
		"invite":  {{"name": {hostile}, "function": {hostile}}},
	} {
		for _, form := range forms {
			d, answer, _ := r.send(t, token, name, form)
			if answer.StatusCode >= 500 {
				t.Errorf("%s: %s", name, answer.Status)
			}
			if d.Find("script, img, iframe, [onerror]").Length() != 0 {
				t.Errorf("%s: a word became a part of the page", name)
			}
		}
	}
	if d, _, own := r.send(t, token, "step", url.Values{"text": {hostile}, "keep": {"yes"}}); d.Find("script, img").Length() != 0 || own == token {
		t.Error("what is kept became a part of the page")
	}
	for _, as := range []string{"/plan.csv", "/plan.ics"} {
		_, text := r.do(t, "GET", sharing.PlanPath+token+as, nil)
		if as == "/plan.ics" && strings.Count(text, "\r\nBEGIN:VEVENT\r\n") != strings.Count(text, "\r\nEND:VEVENT\r\n") {
			t.Error("a word became an event")
		}
		if as == "/plan.csv" {
			rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
			if err != nil || len(rows) < 12 {
				t.Errorf("the table cannot be read: %d rows, %v", len(rows), err)
			}
			for _, cell := range slices.Concat(rows...) {
				if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
					t.Errorf("a word became a formula: %s", cell)
				}
			}
		}
	}
	for _, path := range []string{"/deals/" + id, "/deals/" + id + "/plan", "/deals/" + id + "/plan/preview", "/deals/" + id + "/steps"} {
		d := r.ours(t, path)
		if d.Find("img, main script, [onerror]").Length() != 0 {
			t.Errorf("%s: a word became a part of the page", path)
		}
	}
	answer, _ := r.do(t, "POST", sharing.PlanPath+token+"/comment", url.Values{"text": {strings.Repeat("x", 70<<10)}})
	if answer.StatusCode != http.StatusBadRequest {
		t.Errorf("seventy thousand bytes: %s", answer.Status)
	}
}

// TestAFetchUsesNothingUp: a program that looks for a preview changes nothing:
// the link opens after it, and nobody is told that it was opened.
func TestAFetchUsesNothingUp(t *testing.T) {
	r := open(t)
	id, token := r.plan(t, "Montrevel")
	state := func() (facts int, links []sharing.PlanLinkRow) {
		page := ask[sharing.PlanPage](t, r, operation.ShowPlan, &sharing.PlanInput{ID: id})
		return len(ask[showing.DealPage](t, r, operation.ShowDeal, &showing.DealInput{ID: id}).Facts), page.Links
	}
	was, _ := state()
	for _, agent := range []string{"Slackbot-LinkExpanding 1.0", "facebookexternalhit/1.1", "WhatsApp/2.23", "", "Mozilla/5.0 (compatible; SkypeUriPreview)", "Go-http-client/2.0"} {
		for _, method := range []string{"GET", "HEAD"} {
			if answer, _ := r.do(t, method, sharing.PlanPath+token, nil, "User-Agent", agent); answer.StatusCode != 200 {
				t.Errorf("%s by %q: %s", method, agent, answer.Status)
			}
		}
	}
	if now, links := state(); now != was || len(links) != 1 || !links[0].Opened.IsZero() || !links[0].Stands {
		t.Errorf("after previews: %d facts, %+v", now, links)
	}
	if _, answer := r.get(t, sharing.PlanPath+token); answer.StatusCode != 200 {
		t.Error("the link is used up")
	}
	if now, links := state(); now != was || links[0].Opened.String() != "2026-11-23" {
		t.Errorf("after a reader: %d facts, %+v", now, links)
	}
	lines := func() int {
		plan := ask[showing.DealPage](t, r, operation.ShowDeal, &showing.DealInput{ID: id}).Deal.Plan()
		all, err := r.desk("en").Ledger.Shares(t.Context(), r.desk("en").Workspace, plan)
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	n := lines()
	for range 50 {
		r.get(t, sharing.PlanPath+token)
	}
	if lines() != n {
		t.Error("looking again and again fills the ledger")
	}
}

// TestGuessesAreHeldBack: an address that guesses is slowed down, and a link that
// holds opens from there all the same, on the first visit too. A link that was
// taken back is one more guess.
func TestGuessesAreHeldBack(t *testing.T) {
	r := open(t)
	_, token := r.plan(t, "Montrevel")
	gone, taken := r.plan(t, "Larkholm")
	for _, one := range []string{token, taken} {
		if _, answer := r.get(t, sharing.PlanPath+one); answer.StatusCode != 200 {
			t.Fatal(answer.Status)
		}
	}
	ask[sharing.PlanPage](t, r, operation.RevokePlan, &sharing.PlanInput{ID: gone})
	slowed := 0
	for i := range 200 {
		answer, _ := r.do(t, "GET", sharing.PlanPath+fmt.Sprintf("%054d", i), nil)
		switch answer.StatusCode {
		case http.StatusTooManyRequests:
			slowed++
		case http.StatusNotFound:
		default:
			t.Fatal(answer.Status)
		}
	}
	if slowed < 170 {
		t.Errorf("only %d of 200 guesses were held back", slowed)
	}
	if answer, _ := r.do(t, "GET", sharing.PlanPath+taken, nil); answer.StatusCode != http.StatusTooManyRequests {
		t.Errorf("a link that was taken back, among guesses: %s", answer.Status)
	}
	_, fresh := r.plan(t, "Ostrava")
	for what, one := range map[string]string{"a reader": token, "a first visit": fresh} {
		if _, answer := r.get(t, sharing.PlanPath+one); answer.StatusCode != 200 {
			t.Errorf("%s behind the same address: %s", what, answer.Status)
		}
	}
	r.now = r.now.Add(2 * time.Minute)
	if answer, _ := r.do(t, "GET", sharing.PlanPath+taken, nil); answer.StatusCode != http.StatusNotFound {
		t.Errorf("two minutes later: %s", answer.Status)
	}
}

// TestWritingIsHeldBackByPlan: a plan takes so much at once, by however many
// links, and another plan is not held back by it.
func TestWritingIsHeldBackByPlan(t *testing.T) {
	r := open(t)
	_, token := r.plan(t, "Montrevel")
	_, other := r.plan(t, "Larkholm")
	d, _, _ := r.send(t, token, "invite", url.Values{"name": {"Omar Fairlie"}})
	_, colleague, _ := strings.Cut(d.Find(".plan-link").Text(), sharing.PlanPath)
	wrote := 0
	for i := range 100 {
		by := []string{token, colleague}[i%2]
		if answer, _ := r.do(t, "POST", sharing.PlanPath+by+"/comment", url.Values{"text": {"again"}}); answer.StatusCode == http.StatusSeeOther {
			wrote++
		}
	}
	if wrote < 20 || wrote > 45 {
		t.Errorf("%d of 100 writings of one moment were taken", wrote)
	}
	if answer, _ := r.do(t, "POST", sharing.PlanPath+other+"/comment", url.Values{"text": {"x"}}); answer.StatusCode != http.StatusSeeOther {
		t.Errorf("on another plan: %s", answer.Status)
	}
}

// TestFormsComeFromHere: a form of the page's own is taken, also by a browser
// that says no more than its origin; another site's is refused in the reader's words.
func TestFormsComeFromHere(t *testing.T) {
	r := open(t)
	_, token := r.plan(t, "Montrevel")
	at, form := sharing.PlanPath+token+"/comment", url.Values{"text": {"here"}}
	if answer, _ := r.do(t, "POST", at, form, "Origin", "http://localhost"); answer.StatusCode != http.StatusSeeOther {
		t.Errorf("the page's own form: %s", answer.Status)
	}
	for what, header := range map[string][2]string{"another origin": {"Origin", "http://elsewhere.example"}, "no origin": {"Origin", "null"}, "another site": {"Sec-Fetch-Site", "cross-site"}} {
		answer, text := r.do(t, "POST", at, form, header[0], header[1], "Accept-Language", "zh")
		if answer.StatusCode != http.StatusForbidden || !strings.Contains(text, "什么都没有写入") || strings.Contains(text, "Montrevel") {
			t.Errorf("%s: %s %.200s", what, answer.Status, text)
		}
	}
}

// TestTwoWhoKeepAtOnceAreTold: whoever comes second is told on their own page, and
// what they type and cannot keep there stands in the form; so it does on the page of
// somebody who has no part in it.
func TestTwoWhoKeepAtOnceAreTold(t *testing.T) {
	r := open(t)
	_, token := r.plan(t, "Montrevel")
	begin := func(text string) string {
		answer, _ := r.do(t, "POST", sharing.PlanPath+token+"/step", url.Values{"text": {text}, "keep": {"yes"}})
		path, _, _ := strings.Cut(answer.Header.Get("Location"), "?")
		return path
	}
	first, second := begin("Ask the other supplier"), begin("Ask for a discount")
	d, _ := r.get(t, first)
	if got := words(d.Find("main")); strings.Contains(got, "at the same moment") {
		t.Error("the first is told of another")
	}
	d, _ = r.get(t, second)
	has(t, d, "main", "A colleague began to keep steps from the supplier at the same moment as you")
	has(t, d, ".plan-steps", "Ask for a discount")
	d, _ = r.get(t, second+"?lang=zh")
	has(t, d, "main", "您和一位同事同时开始保留")
	for _, at := range []string{strings.TrimPrefix(second, sharing.PlanPath), token} {
		d, answer, _ := r.send(t, at, "step", url.Values{"text": {"Visit a hospital that has it"}, "owner": {"Lena"}, "due": {"2027-01-20"}, "days": {"4"}, "keep": {"yes"}})
		if answer.StatusCode != http.StatusUnprocessableEntity {
			t.Fatal(answer.Status)
		}
		has(t, d, ".alert", "What you wrote stands in the form below")
		form := d.Find("#steps ~ details[open] > form")
		for name, want := range map[string]string{"text": "Visit a hospital that has it", "owner": "Lena", "due": "2027-01-20", "days": "4"} {
			if got := form.Find("[name=" + name + "]"); got.AttrOr("value", got.Text()) != want {
				t.Errorf("%s came back as %q", name, got.AttrOr("value", got.Text()))
			}
		}
		if form.Find("[name=keep][checked]").Length() != 1 {
			t.Error("that it is to be kept came back as not said")
		}
	}
}

// TestAFaultIsNoGuess: where the ledger fails, nobody is told that the link is gone.
func TestAFaultIsNoGuess(t *testing.T) {
	r := open(t)
	_, token := r.plan(t, "Montrevel")
	if err := r.close(); err != nil {
		t.Fatal(err)
	}
	for range 50 {
		if answer, _ := r.do(t, "GET", sharing.PlanPath+token, nil); answer.StatusCode != http.StatusInternalServerError {
			t.Fatal(answer.Status)
		}
	}
}

// TestSaidIsTrueAndPasses: a sentence about a writing is said right after it, and
// that an address is their own only at one that is.
func TestSaidIsTrueAndPasses(t *testing.T) {
	r := open(t)
	_, token := r.plan(t, "Montrevel")
	answer, _ := r.do(t, "POST", sharing.PlanPath+token+"/comment", url.Values{"text": {"here"}})
	kept, _, _ := strings.Cut(answer.Header.Get("Location"), "#")
	d, _ := r.get(t, kept)
	has(t, d, ".told", "Kept.")
	answer, _ = r.do(t, "POST", sharing.PlanPath+token+"/step", url.Values{"text": {"Ask another"}, "keep": {"yes"}})
	own := answer.Header.Get("Location")
	d, _ = r.get(t, own)
	has(t, d, ".told", "your own")
	_, query, _ := strings.Cut(own, "?")
	for _, path := range []string{token + "?" + query, token + "?said=own", token + "?said=private", token + "?said=kept"} {
		if d, _ := r.get(t, sharing.PlanPath+path); d.Find(".told").Length() != 0 {
			t.Errorf("…%s says %q", path[len(token):], words(d.Find(".told")))
		}
	}
	r.now = r.now.Add(3 * time.Minute)
	for _, path := range []string{kept, own} {
		if d, _ := r.get(t, path); d.Find(".told").Length() != 0 {
			t.Errorf("three minutes later: %q", words(d.Find(".told")))
		}
	}
}

// fields are what a form of the page sends as it stands.
func fields(d *goquery.Document, form string) url.Values {
	out := url.Values{}
	for _, in := range d.Find(form).First().Find("input[name]").EachIter() {
		kind := in.AttrOr("type", "text")
		if _, checked := in.Attr("checked"); kind == "checkbox" || kind == "radio" && !checked {
			continue
		}
		out.Add(in.AttrOr("name", ""), in.AttrOr("value", ""))
	}
	return out
}

// TestOnlyWhatDiffersIsWritten: a form that changes one thing writes that one:
// no words that it only showed, and nothing over a colleague's newer word.
func TestOnlyWhatDiffersIsWritten(t *testing.T) {
	r := open(t)
	id, token := r.plan(t, "Montrevel")
	r.send(t, token, "step", url.Values{"text": {"order the parts"}, "owner": {"Lena"}, "due": {"2027-01-10"}})
	step := ref(t, r, token, "Order the parts")
	shown, _ := r.get(t, sharing.PlanPath+token)
	mine := fields(shown, "#s-"+step+" details > form")
	if mine.Get("text") != "Order the parts" || mine.Get("whose") != "us" {
		t.Fatal(mine)
	}
	theirs := url.Values{"step": {step}, "text": {"Order the parts and the cables"}, "due": {"2027-02-02"}, "whose": {"supplier"}}
	r.send(t, token, "step", theirs)
	mine.Set("owner", "Omar")
	r.send(t, token, "step", mine)
	last := func() deal.StepStated { // which says of what it speaks as it was before
		page := ask[showing.DealPage](t, r, operation.ShowDeal, &showing.DealInput{ID: id})
		list := page.Deal.OfKind(deal.KindStepStated)
		return list[len(list)-1].Body.(deal.StepStated)
	}
	if b := last(); b.Owner != "Omar" || b.Text != "Order the parts and the cables" || !b.Due.IsZero() || b.By != deal.Us {
		t.Errorf("a change of who does it wrote %+v", b)
	}
	d, _ := r.get(t, sharing.PlanPath+token)
	for _, word := range []string{"parts and the cables", "2 February", "Omar (supplier)"} {
		has(t, d, "#s-"+step, word)
	}
	mine.Set("owner", "Lena") // as it was shown
	mine.Set("text", "Order all of it")
	mine.Del("once")
	r.send(t, token, "step", mine)
	if b := last(); b.Text != "Order all of it" || b.Owner != "" || !b.Due.IsZero() || b.By != deal.Us {
		t.Errorf("a change of words wrote %+v", b)
	}
	d, _ = r.get(t, sharing.PlanPath+token)
	back := fields(d, "#s-"+step+" details > form")
	back.Set("whose", "us")
	r.send(t, token, "step", back)
	if b := last(); b.By != deal.Customer || b.Text != "Order all of it" || b.Owner != "" || !b.Due.IsZero() {
		t.Errorf("a change of side wrote %+v", b)
	}
	// of what we propose, in the words of the reader's language
	zh, _ := r.get(t, sharing.PlanPath+token+"?lang=zh")
	usual := strings.TrimPrefix(zh.Find("#part-paper ~ ol .plan-step").First().AttrOr("id", ""), "s-")
	form := fields(zh, "#s-"+usual+" details > form")
	form.Set("due", "2027-03-03")
	r.send(t, token, "step", form)
	if b := last(); b.Due.String() != "2027-03-03" || b.Text != "Say what has to happen here between a yes and an order" || b.By != deal.Customer {
		t.Errorf("a change of day wrote %+v", b)
	}
	// an answer: the day alone, over newer words
	r.send(t, token, "answer", url.Values{"question": {"consequence"}, "text": {"It stops"}, "day": {"2027-06-01"}})
	d, _ = r.get(t, sharing.PlanPath+token)
	answer := fields(d, "#q-consequence form")
	r.send(t, token, "answer", url.Values{"question": {"consequence"}, "text": {"The audit fails"}, "day": {"2027-06-01"}})
	answer.Set("day", "2027-07-01")
	d, _, _ = r.send(t, token, "answer", answer)
	has(t, d, "#q-consequence", "The audit fails (1 July 2027)")
}

// TestALinkInTheClearIsWarnedOf: where no address for customers is set, a link to
// another machine goes in the clear, and whoever makes it is told so.
func TestALinkInTheClearIsWarnedOf(t *testing.T) {
	r := open(t)
	id, _ := r.plan(t, "Montrevel")
	for host, warned := range map[string]bool{"plans.example:8080": true, "192.0.2.7": true, "localhost:8080": false, "127.0.0.1:8080": false, "[::1]:8080": false} {
		q := httptest.NewRequest("POST", "http://"+host+"/deals/"+id+"/plan", strings.NewReader(url.Values{"days": {"30"}}.Encode()))
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		r.all.ServeHTTP(w, q)
		d, err := goquery.NewDocumentFromReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		has(t, d, ".plan-link", "http://"+host+sharing.PlanPath)
		if got := strings.Contains(words(d.Find("[aria-labelledby=link-h]")), "--plans-url"); got != warned {
			t.Errorf("%s: warned is %v", host, got)
		}
	}
}

// TestWhatWeUnderstoodIsMarked: a reading of ours says that it is one, until one
// of theirs says so too.
func TestWhatWeUnderstoodIsMarked(t *testing.T) {
	r := open(t)
	id, token := r.plan(t, "Montrevel")
	w := recording.Writing{ID: id}
	ask[recording.Recorded](t, r, operation.RecordStated, &recording.StatedInput{Writing: w, Text: "The works council is asked"})
	ask[recording.Recorded](t, r, operation.RecordDecision, &recording.DecisionInput{Writing: w, Aspect: "veto", Text: "Data protection"})
	step := ref(t, r, token, "works council")
	for lang, said := range map[string]string{"en": "as the supplier understood it", "zh": "供应商的理解"} {
		d, _ := r.get(t, sharing.PlanPath+token+"?lang="+lang)
		has(t, d, "#s-"+step+" .chip", said)
		has(t, d, "#q-veto .chip", said)
	}
	r.send(t, token, "step", url.Values{"step": {step}, "state": {"begun"}})
	d, _, _ := r.send(t, token, "answer", url.Values{"question": {"veto"}, "text": {"Data protection"}})
	if n := d.Find("#s-" + step + " .chip, #q-veto .chip").Length(); n != 0 {
		t.Errorf("%d marks are left where they said so", n)
	}
}

// TestTheVeryDayIsSaid: a plan that is ready on the day itself is neither early nor late.
func TestTheVeryDayIsSaid(t *testing.T) {
	r := open(t)
	id, token := r.plan(t, "Montrevel")
	end := ask[sharing.PlanPage](t, r, operation.ShowPlan, &sharing.PlanInput{ID: id}).Plan.End
	for days, said := range map[int]string{0: "on that very day.", 7: "7 days before.", -7: "7 days too late."} {
		d, _, _ := r.send(t, token, "answer", url.Values{"question": {"consequence"}, "text": {"It stops"}, "day": {end.Add(days).String()}})
		has(t, d, ".goal", said)
	}
}

// TestTheZoneOfAnEndIsNamed: somebody far away knows when an address stops.
func TestTheZoneOfAnEndIsNamed(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		zone *time.Location
		said string
	}{{berlin, "(Europe/Berlin, UTC+01:00)"}, {time.FixedZone("Local", -5*3600), "(UTC-05:00)"}, {time.UTC, "(UTC)"}} {
		r := open(t)
		r.zone = c.zone
		_, token := r.plan(t, "Montrevel")
		d, _ := r.get(t, sharing.PlanPath+token)
		has(t, d, "main", c.said)
	}
}

// TestWhatIsSeenIsSaid: the page says what the supplier sees, and until when an
// address opens, by which zone.
func TestWhatIsSeenIsSaid(t *testing.T) {
	r := open(t)
	_, token := r.plan(t, "Montrevel")
	d, _ := r.get(t, sharing.PlanPath+token)
	for _, word := range []string{"last day on which each address was opened", "how many steps you keep", "(UTC)"} {
		has(t, d, "main", word)
	}
	if n := strings.Count(words(d.Find("#people ~ details")), "the supplier's records"); n != 2 {
		t.Errorf("what becomes of names is said %d times", n)
	}
}

// TestEveryAnswerIsGuarded: each answer of this face carries the same guard.
func TestEveryAnswerIsGuarded(t *testing.T) {
	r := open(t)
	_, token := r.plan(t, "Montrevel")
	for _, path := range []string{sharing.PlanPath + token, sharing.PlanPath + "x", sharing.PlanPath + token + "/plan.csv", sharing.PlanPath, sharing.PlanPath + token + "/nowhere", "/deals", "/api/deals"} {
		answer, _ := r.do(t, "GET", path, nil)
		for name, want := range map[string]string{"Referrer-Policy": "same-origin", "X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store",
			"Content-Security-Policy": "default-src 'none'; style-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"} {
			if got := answer.Header.Get(name); got != want {
				t.Errorf("%.20s: %s is %q", path, name, got)
			}
		}
		if answer.Header.Get("Set-Cookie") != "" {
			t.Errorf("%.20s sets a cookie", path)
		}
	}
}

// TestNoWordOfOurs: no word of the seller's side stands on the customer's pages,
// in either language, and no id.
func TestNoWordOfOurs(t *testing.T) {
	r := open(t)
	id, token := r.plan(t, "Montrevel")
	glossary, err := os.ReadFile("../../../GLOSSARY.md")
	if err != nil {
		t.Fatal(err)
	}
	english := []string{"deal", "stage", "pipeline", "forecast", "probability", "account", "close date", "win rate", "buying class", "champion", "playbook", "journey", "gap", "frontier", "milestone",
		"evidence", "methodology", "stance", "outlook", "pass mark", "no decision", "preparation", "override", "strategy", "bet", "silent", "sales", "seller", "commit"}
	for _, w := range []string{"deal", "frontier", "gap", "journey", "milestone", "outlook", "playbook", "stage", "strategy"} {
		if !strings.Contains(string(glossary), "**"+w+"**") && !strings.Contains(string(glossary), "**"+w) {
			t.Errorf("GLOSSARY no longer has %q", w)
		}
	}
	chinese := []string{"交易", "阶段", "赢单", "预测", "概率", "剧本", "里程碑", "策略", "赌注", "卖方", "销售", "商机", "证据", "成单"}
	r.send(t, token, "answer", url.Values{"question": {"consequence"}, "text": {"It stops"}, "day": {"2027-06-01"}})
	r.send(t, token, "step", url.Values{"text": {"one"}, "keep": {"yes"}})
	for lang, list := range map[string][]string{"en": english, "zh": chinese} {
		for _, path := range []string{sharing.PlanPath + token + "?lang=" + lang, sharing.PlanPath + token + "/result?lang=" + lang, sharing.PlanPath + "none?lang=" + lang, "guide"} {
			d := guide(t, r, id, lang)
			if path != "guide" {
				d, _ = r.get(t, path)
			}
			if path != sharing.PlanPath+"none?lang="+lang && len(d.Find("main").Text()) < 400 {
				t.Errorf("%.30s says hardly anything: %s", path, d.Find("main").Text())
			}
			d.Find("style").Remove()
			said := strings.ToLower(words(d.Selection))
			for _, attr := range []string{"aria-label", "placeholder", "title", "alt"} {
				for _, n := range d.Find("[" + attr + "]").EachIter() {
					said += " " + strings.ToLower(n.AttrOr(attr, ""))
				}
			}
			for _, w := range list {
				found := strings.Contains(said, w)
				if lang == "en" {
					found = regexp.MustCompile(`\b` + w + `s?\b`).MatchString(said)
				}
				if found {
					t.Errorf("%s says %q: …%s…", lang, w, around(said, w))
				}
			}
			if regexp.MustCompile(`\b[pkc][1-9]\b|\be[0-4]\b`).MatchString(said) {
				t.Errorf("a code of ours stands on the page in %s", lang)
			}
		}
	}
	_, text := r.do(t, "GET", sharing.PlanPath+token, nil)
	page := ask[showing.DealPage](t, r, operation.ShowDeal, &showing.DealInput{ID: id})
	for _, f := range page.Facts {
		if strings.Contains(text, f.ID.String()) {
			t.Error("the id of a fact stands on the page")
		}
	}
	if strings.Contains(text, id) || strings.Contains(text, page.Deal.Plan().String()) || strings.Contains(text, page.Title) {
		t.Error("an id or a title of ours stands on the page")
	}
}

// guide renders the page to go by for a customer without a plan, from each
// question on: all that it can ever say.
func guide(t *testing.T, r *rig, id, lang string) *goquery.Document {
	t.Helper()
	page := ask[showing.DealPage](t, r, operation.ShowDeal, &showing.DealInput{ID: id})
	var all strings.Builder
	for _, ph := range throughline.Phases() {
		in := customer.GuideInput{Name: page.Account, At: ph, Shown: throughline.Phases(), Book: page.Names.Book, Today: page.Reading.AsOf, Lang: lang, Back: "/"}
		if err := customer.Guide(in).Render(t.Context(), &all); err != nil {
			t.Fatal(err)
		}
	}
	d, err := goquery.NewDocumentFromReader(strings.NewReader(all.String()))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func around(s, w string) string {
	i := strings.Index(s, w)
	return s[max(0, i-30):min(len(s), i+40)]
}

// TestAStepSaysWhatItIsFor: the customer may say which of their outcomes a step
// serves, of a new one, one that is there, and one that they keep; what was only
// shown is not said again.
func TestAStepSaysWhatItIsFor(t *testing.T) {
	r := open(t)
	id, token := r.plan(t, "Montrevel")
	r.send(t, token, "step", url.Values{"text": {"Ask the works council"}, "serves": {"one handover for all wards"}})
	stated := func() string {
		for _, s := range ask[showing.DealPage](t, r, operation.ShowDeal, &showing.DealInput{ID: id}).Stated {
			if s.Text == "Ask the works council" {
				return s.Serves
			}
		}
		return "no such step"
	}
	if got := stated(); got != "one handover for all wards" {
		t.Errorf("a new step serves %q", got)
	}
	d, _ := r.get(t, sharing.PlanPath+token)
	li := d.Find(".plan-step").FilterFunction(func(_ int, s *goquery.Selection) bool { return strings.Contains(s.Text(), "works council") })
	ref := strings.TrimPrefix(li.AttrOr("id", ""), "s-")
	if got := words(li); !strings.Contains(got, "serves: one handover for all wards") {
		t.Errorf("the plan says %q", got)
	}
	form := url.Values{"step": {ref}, "text": {"Ask the works council"}, "was_text": {"Ask the works council"}, "whose": {"us"}, "was_whose": {"us"},
		"owner": {""}, "was_owner": {""}, "due": {""}, "was_due": {""}, "serves": {"one handover for all wards"}, "was_serves": {"one handover for all wards"}}
	if _, answer, _ := r.send(t, token, "step", form); answer.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("as it was shown altogether: %s", answer.Status)
	}
	form.Set("serves", "nobody asks twice")
	r.send(t, token, "step", form)
	if got := stated(); got != "nobody asks twice" {
		t.Errorf("changed, it serves %q", got)
	}
	d, _, own := r.send(t, token, "step", url.Values{"text": {"Find out who is against it"}, "serves": {"a yes that holds"}, "keep": {"yes"}})
	has(t, d, ".plan-steps", "serves: a yes that holds")
	if d, _ = r.get(t, sharing.PlanPath+own+"?lang=zh"); !strings.Contains(words(d.Selection), "为的是：a yes that holds") {
		t.Error("the kept step does not say what it is for in Chinese")
	}
}
