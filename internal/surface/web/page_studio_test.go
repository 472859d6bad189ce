package web_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/chromedp"
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/playbook/lint"
	"github.com/throughline/throughline/internal/playbook/source"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/surface/web"
	"github.com/throughline/throughline/internal/workshop"
	"github.com/throughline/throughline/playbooks"
)

// making is a shop in which a playbook can be made: published ones are followed.
func making(t testing.TB) *shop {
	t.Helper()
	s := open(t)
	book, found := compile.Playbook(playbooks.Starter())
	if found.Errors() {
		t.Fatal(found)
	}
	var mu sync.Mutex
	at := today
	base := &operation.Desk{Holds: operation.MayWrite, Readers: &recording.Readers{}}
	base.Ledger, base.Workspace, base.Book, base.Zone = s.ledger, throughline.DefaultWorkspace, book, time.UTC
	base.Compile, base.BookFiles, base.Shipped = compile.Playbook, playbooks.Starter(), playbooks.Starter()
	base.Random, base.Drawing = rand.New(rand.NewPCG(3, 4)), &sync.Mutex{}
	base.Now = func() time.Time { // a second later at every look
		mu.Lock()
		defer mu.Unlock()
		at = at.Add(time.Second)
		return at
	}
	shelf := workshop.NewShelf(&base.Bench)
	s.desks = func(_ *http.Request, language string) *operation.Desk {
		own := *base
		own.Language, own.Shelf = language, shelf
		shelf.Lay(&own.Bench)
		return &own
	}
	s.handler = web.New(web.Options{Desk: s.desks})
	return s
}

// reach opens what a button stands in, and presses it.
func (v *visitor) reach(selector string) {
	v.t.Helper()
	script := `(() => { const e = document.querySelector(` + quote(selector) + `); if (!e) return "nothing matches"; for (let d = e.closest("details"); d; d = d.parentElement.closest("details")) d.open = true; return ""; })()`
	if said := evaluate[string](v.t, v.ctx, script); said != "" {
		v.t.Fatalf("press %s: %s", selector, said)
	}
	v.press(selector)
}

// press clicks and waits until another page stands there.
func (v *visitor) press(selector string) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, 20*time.Second)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(selector))); err != nil {
		v.t.Fatalf("press %s: %v", selector, err)
	}
}

// everyLook takes the page as a picture in every way it is looked at.
func (v *visitor) everyLook(name string) {
	v.t.Helper()
	was := v.look
	here := evaluate[string](v.t, v.ctx, `location.pathname + location.search`)
	for i, l := range []look{{1280, "light", "en"}, {390, "dark", "zh"}, {390, "light", "en"}, {1280, "dark", "zh"}, {1280, "light", "zh"}, {390, "dark", "en"}} {
		v.look = l
		v.open(here)
		wide := evaluate[int](v.t, v.ctx, `document.documentElement.scrollWidth`)
		inner := evaluate[int](v.t, v.ctx, `document.documentElement.clientWidth`)
		if wide > inner {
			v.t.Errorf("%s %s scrolls sideways: %d of %d; %s", name, l, wide, inner, sticksOut(v.t, v.ctx))
		}
		l.picture(v.t, v.ctx, "studio-"+name)
		accessible(v.t, v.ctx, name+" "+l.String())
		if i > 1 || !evaluate[bool](v.t, v.ctx, `(all => all.map(d => d.open = true).length > 0)([...document.querySelectorAll("main details:not([open])")])`) {
			continue // what is folded is looked at twice
		}
		if wide := evaluate[int](v.t, v.ctx, `document.documentElement.scrollWidth`); wide > inner {
			v.t.Errorf("%s %s unfolded scrolls sideways: %d of %d; %s", name, l, wide, inner, sticksOut(v.t, v.ctx))
		}
		l.picture(v.t, v.ctx, "studio-"+name+"-unfolded")
		accessible(v.t, v.ctx, name+" unfolded "+l.String())
	}
	v.look = was
	v.open(here)
}

// TestACompanyFromNothing builds a company's playbook in the studio, by hand and
// mouse alone: questions to two processes, the charter, milestones mended by the
// linter, two methods fitted, published; then three deals, which land where they
// belong, and one that is put elsewhere.
func TestACompanyFromNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	s := making(t)
	v := &visitor{hand: hand{t: t, ctx: browser(t)}, shop: s, root: s.serve(t), look: look{1280, "light", "en"}}

	v.open("/studio")
	v.everyLook("1-start")
	v.press("main a.button-main")
	for field, value := range map[string]string{
		"o0": "Cold store", "m0": "Food makers", "d0": "40", "repetition.0": "2", "buyer_knowledge.0": "2", "risk_understood.0": "2", "veto_holders.0": "2", "work_change.0": "2", "rule_and_decider.0": "0",
		"o1": "Spare parts", "m1": "Food makers", "d1": "200", "repetition.1": "0", "buyer_knowledge.1": "0", "risk_understood.1": "0", "veto_holders.1": "0", "work_change.1": "0", "rule_and_decider.1": "2",
	} {
		v.fill(`[name="`+field+`"]`, value)
	}
	v.press("form.stacked[method=get] button")
	v.wants("#verdict-h", "two")
	v.everyLook("2-count")
	v.fill(".st-from-count [name=name]", "Nordfrost")
	v.press(".st-from-count button")

	v.wants("h1", "Nordfrost")
	draft := evaluate[string](t, v.ctx, `location.pathname`)
	v.fill("[name=strategy]", "The first choice for cold stores in the north; we leave shops to others.")
	v.fill("[name=focus]", "Food makers whose losses we can measure; no one-off repairs.")
	v.fill("[name=differentiation]", "We come at night, and say so in the contract.")
	v.fill("[name=value_creation]", "Less spoiled food, measured each month.")
	v.fill("[name=own]", "cold store\nnight service")
	for field, value := range map[string]string{"0.name": "Hansen 2025", "0.end": "won", "0.act": "The cold store manager measured the losses of a summer.",
		"1.name": "Oslo Fisk", "1.act": "the buyer signed with another supplier", "2.name": "Tromsø", "2.end": "no_decision", "2.act": "The plant manager put the project off for a year."} {
		v.fill(`[name="story.`+field+`"]`, value)
	}
	v.press("main form.st-form .button-main")
	v.wants(".st-stories", "how did it end")
	v.everyLook("3-ours")
	v.fill(`[name="story.1.end"]`, "lost")
	v.choose("[name=process]", "They have to decide")
	v.reach(`[name=use][value="0"]`)
	v.wants("main", "Rests on Hansen 2025")

	// A milestone that tells of us is mended with what the linter offers, as it is typed.
	road := draft + "/road?process=standard"
	v.open(road)
	v.fill("#m-risks-owned textarea[name=text]", "Proposal sent")
	if err := chromedp.Do(v.ctx, chromedp.WaitVisible("#m-risks-owned .st-says .st-instead")); err != nil {
		t.Fatal(err)
	}
	v.wants("#m-risks-owned .st-says", "say what the customer did with it", "The sponsor presented our proposal")
	v.picture("4-typing")
	v.reach("#m-risks-owned .st-save")
	v.wants("#m-risks-owned", "not a result")
	v.everyLook("5-road")
	v.reach("#m-risks-owned .st-instead")
	if got := evaluate[string](t, v.ctx, `document.querySelector("#m-risks-owned textarea").value`); !strings.HasPrefix(got, "The sponsor presented our proposal to the steering group") {
		t.Errorf("the rewrite was not taken: %q", got)
	}
	v.choose("#m-request-approved select[name=serves]", "6")
	v.reach("#m-request-approved .st-save")
	v.wants("#s-decide #m-request-approved", "Move")
	v.reach("#m-options-ranked form:has([value=milestone_drop]) button")
	v.wants(".said", "saved")
	v.press(".st-do button")
	v.wants("main", "undone")
	v.wants("#m-options-ranked", "")
	v.wants("main", "takes deals where what is sold is Cold store")
	v.open(draft + "/road?process=order")
	v.wants("main", "takes every deal that no rule sends elsewhere")

	// A finding is kept anyway, with the reason.
	v.fill("#m-steps-sent textarea[name=text]", "We understand their steps")
	v.reach("#m-steps-sent .st-save")
	v.fill("#m-steps-sent form:has([value=keep][name=do]):has([name=key][value=L01]) [name=text]", "for now")
	v.reach("#m-steps-sent form:has([value=keep][name=do]):has([name=key][value=L01]) button")
	v.wants("#m-steps-sent", "Kept anyway (L01): for now")
	v.press(".st-do button")
	v.press(".st-do button")

	// Two methods, found by the names people know, each tool tied or dropped.
	for find, pack := range map[string]string{"MEDDPICC": "meddpicc", "Challenger": "insight"} {
		v.open(draft + "/methods?find=" + find)
		v.wants(".st-shelf", "draws on ideas")
		if pack == "meddpicc" {
			v.everyLook("6-shelf")
		}
		v.choose(`form:has([name=pack][value="`+pack+`"]) select[name=process]`, "They have to decide")
		v.press(`form:has([name=pack][value="` + pack + `"]) button`)
		v.settle(pack)
	}
	v.everyLook("7-methods")

	v.open(draft + "/words")
	v.fill("#w-standard-notice textarea", "Lead in\nFirst call")
	v.press("#w-standard-notice button")
	v.everyLook("8-words")

	v.open(draft + "/review")
	v.everyLook("9-review")
	v.wants("#verdict-h", "It can be published")
	v.wants(".st-changes", "new process", "Charter", "method")
	files := v.export(draft)
	if book, found := compile.Playbook(files); book == nil || found.Bad() {
		t.Errorf("the files that are taken along: %v", found)
	} else if rep := lint.Playbook(book, func(f string) []byte { return files[f] }, lint.Measured{}); rep.Findings.Bad() {
		t.Errorf("playbook check would say: %v", rep.Findings)
	}
	v.press("main form[action$='/publish'] .button-main")
	v.wants(".said", "Published")
	v.everyLook("10-published")

	v.open("/playbook")
	v.wants("main", "We come at night, and say so in the contract.")
	v.picture("10b-playbook")
	if got := evaluate[string](t, v.ctx, `fetch("/find?q=vito").then(r => r.text())`, chromedp.EvalAwaitPromise); !strings.Contains(got, "Selling to VITO") || !strings.Contains(got, "Begin at the top") {
		t.Errorf("the palette finds %s", got)
	}

	// Three deals land where they belong, each with the reason.
	for _, d := range []struct{ title, offer, process, why string }{
		{"Store for Bergen", "Cold store", "They have to decide", "because what is sold is Cold store"},
		{"Fans for Oslo", "Spare parts", "Order on their steps", "because no rule of the playbook names another one"},
		{"Doors for Tromsø", "Spare parts", "Order on their steps", "because no rule of the playbook names another one"},
	} {
		v.open("/deals/new")
		v.fill("[name=title]", d.title)
		v.fill("[name=account]", strings.Fields(d.title)[2])
		v.fill("[name='known.offer']", d.offer)
		v.press("main form .button-main")
		v.open(evaluate[string](t, v.ctx, `location.pathname`) + "/questions")
		v.wants("main", d.process)
		v.holds("main", d.why)
	}
	v.look.picture(t, v.ctx, "studio-11-deal")
	v.fill("form[action$='/process'] [name=process]", "standard")
	v.fill("form[action$='/process'] [name=because]", "a new plant: nobody there has bought one before")
	v.reach("form[action$='/process'] button")
	v.open(strings.TrimSuffix(evaluate[string](t, v.ctx, `location.pathname`), "/questions") + "/questions")
	v.holds("main", "They have to decide", "nobody there has bought one before", "By the playbook's rules it would be Order on their steps")
	v.picture("12-picked")
	v.open("/review")
	v.holds("main", "One of 3 open deals follows a process that somebody picked by hand")

	// A second draft, of what is in force now: held against deals, published, and brought back.
	v.open("/studio")
	v.press("form:has([value=newest]) button")
	v.open(evaluate[string](t, v.ctx, `location.pathname + "?process=standard"`))
	v.reach("#m-problem-owned form:has([value=milestone_drop]) button")
	second := strings.TrimSuffix(evaluate[string](t, v.ctx, `location.pathname`), "/road")
	v.open(second + "/review")
	v.holds("main", "the milestone Problem owned is gone", "3 open deals stay on the version they follow", "Order on their steps")
	v.press("main form[action$='/publish'] .button-main")
	v.press("form:has([name=version]) button")
	v.wants("h1", "Nordfrost")
	v.open(evaluate[string](t, v.ctx, `location.pathname.replace("/road", "/review")`))
	v.holds("main", "a new milestone, Problem owned")
	v.press("main form[action$='/publish'] .button-main")
	v.wants(".said", "Published")
	v.everyLook("13-versions")
}

// holds looks for words on the page, in parts that are folded too.
func (v *visitor) holds(selector string, words ...string) {
	v.t.Helper()
	got := evaluate[string](v.t, v.ctx, `document.querySelector(`+quote(selector)+`).textContent.replace(/\s+/g, " ")`)
	for _, w := range words {
		if !strings.Contains(strings.ToLower(got), strings.ToLower(w)) {
			v.t.Errorf("%s does not hold %q:\n%.1500s", selector, w, got)
		}
	}
}

// settle ties the first tool of a pack to a milestone and drops the others, and
// says that the pack is ours.
func (v *visitor) settle(pack string) {
	v.t.Helper()
	n := evaluate[int](v.t, v.ctx, `document.querySelectorAll("#pack-`+pack+` .st-ties form").length`)
	for i := range n {
		if i == 0 {
			v.choose("#pack-"+pack+" .st-ties .st-loose select", "They have to decide: ")
		} else {
			v.fill("#pack-"+pack+" .st-ties .st-loose select", "drop")
		}
		v.press("#pack-" + pack + " .st-ties .st-loose button")
	}
	v.wants("#pack-"+pack, "milestone of ours: 1 of 1")
	v.fill("#pack-"+pack+` .st-lead [name=words]`, evaluate[string](v.t, v.ctx, `document.querySelector("#pack-`+pack+` .st-lead [name=words]").value`))
	v.press("#pack-" + pack + " .st-lead button")
	v.press(`#pack-` + pack + ` form:has([value=pack_done]) button`)
}

// picture takes the page as it stands.
func (v *visitor) picture(name string) { v.look.picture(v.t, v.ctx, "studio-"+name) }

// export takes the draft's files along.
func (v *visitor) export(draft string) source.Memory {
	v.t.Helper()
	r, err := http.Get(v.root + draft + "/playbook.zip")
	if err != nil {
		v.t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		v.t.Fatal(err)
	}
	out := source.Memory{}
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			v.t.Fatal(err)
		}
		if out[f.Name], err = io.ReadAll(in); err != nil {
			v.t.Fatal(err)
		}
		in.Close()
	}
	return out
}

// TestTwoInTheStudio: words over somebody else's are kept beside them, and a
// version that was published meanwhile is taken in before a draft is published.
func TestTwoInTheStudio(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	s := making(t)
	v := &visitor{hand: hand{t: t, ctx: browser(t)}, shop: s, root: s.serve(t), look: look{1280, "light", "en"}}
	begin := func() string {
		page, _ := s.get(t, "/studio")
		once, _ := page.Find("form.st-way [name=once]").First().Attr("value")
		_, r := s.post(t, "/studio", "once", once, "version", workshop.Newest)
		return strings.TrimSuffix(r.Header.Get("Location"), "/road")
	}
	mine, theirs := begin(), begin()
	v.open(mine + "/road")
	s.post(t, mine+"/edit", "do", "milestone", "process", "standard", "milestone", "problem-owned", "text", "The sponsor named an owner from operations.", "rev", "1")
	v.fill("#m-problem-owned textarea[name=text]", "The sponsor named an owner from finance.")
	v.reach("#m-problem-owned .st-save")
	v.wants(".said", "somebody else changed the same words")
	v.wants(".st-beside", "an owner from finance")
	v.everyLook("14-beside")
	v.press(".st-beside [value=proposal_take]")
	if got := evaluate[string](t, v.ctx, `document.querySelector("#m-problem-owned textarea").value`); got != "The sponsor named an owner from finance." {
		t.Errorf("what was kept beside was not taken: %q", got)
	}
	s.post(t, theirs+"/edit", "do", "charter", "key", "focus", "text", "Schools", "rev", "1")
	s.post(t, theirs+"/edit", "do", "milestone_drop", "process", "standard", "milestone", "risks-owned", "rev", "2")
	if _, r := s.post(t, theirs+"/publish", "rev", "3"); r.StatusCode != http.StatusSeeOther {
		t.Fatal(r.Status)
	}
	v.open(mine + "/review")
	v.wants("main", "Another version was published since this draft began")
	if evaluate[bool](t, v.ctx, `!!document.querySelector("form[action$='/publish']")`) {
		t.Error("it could be published over somebody else's")
	}
	v.everyLook("15-outdone")
	v.press("form:has([value=merge]) button")
	v.holds("main", "It can be published", "Problem owned says something else")
	v.press("main form[action$='/publish'] .button-main")
	v.open("/playbook")
	v.holds("main", "The sponsor named an owner from finance.", "Schools")
}

// TestBringAFolder: a zip of a playbook's folder begins a draft that says the
// same, wherever in it the folder stands; what is none is refused in words.
func TestBringAFolder(t *testing.T) {
	s := making(t)
	pack := func(prefix string, files fs.FS) []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		err := fs.WalkDir(files, ".", func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			text, err := fs.ReadFile(files, path)
			if err != nil {
				return err
			}
			w, err := z.Create(prefix + path)
			if err == nil {
				_, err = w.Write(text)
			}
			return err
		})
		if err := errors.Join(err, z.Close()); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	send := func(archive []byte) (*goquery.Document, *http.Response) {
		var b bytes.Buffer
		form := multipart.NewWriter(&b)
		w, err := form.CreateFormFile("archive", "ours.zip")
		if err == nil {
			_, err = w.Write(archive)
		}
		if err := errors.Join(err, form.Close()); err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodPost, "http://localhost/studio/import", &b)
		r.Header.Set("Content-Type", form.FormDataContentType())
		r.Header.Set("Accept-Language", "en")
		return s.answer(t, r)
	}
	for _, prefix := range []string{"", "ours/", "a/b/ours/"} {
		_, r := send(pack(prefix, playbooks.Demo()))
		page, _ := s.get(t, r.Header.Get("Location"))
		if r.StatusCode != http.StatusSeeOther || page.Find("h1").Text() != "Second Bell" || page.Find(".detail").Length() != 0 {
			t.Errorf("%q: %s, %q", prefix, r.Status, page.Find("main").Text())
		}
	}
	for name, archive := range map[string][]byte{"no archive": []byte("hello"), "no playbook": pack("", fstest.MapFS{"a.yaml": {Data: []byte("a: b")}}),
		"outside": pack("../", fstest.MapFS{"x.yaml": {Data: []byte("a: b")}})} {
		page, r := send(archive)
		if r.StatusCode != http.StatusBadRequest || !strings.Contains(page.Find(".detail").Text(), "no zip of a playbook") {
			t.Errorf("%s: %s %q", name, r.Status, page.Find("main").Text())
		}
	}
	_, r := send(pack("", fstest.MapFS{"playbook.yaml": {Data: []byte("name: [")}}))
	page, _ := s.get(t, r.Header.Get("Location"))
	if page.Find(".detail").Length() == 0 || page.Find(".st-found li").Length() == 0 {
		t.Errorf("a folder that cannot be used does not say why: %q", page.Find("main").Text())
	}
}

// TestStudioPages: every page of a draft stands, in both languages, and works
// without a script; a form that was sent twice begins one draft.
func TestStudioPages(t *testing.T) {
	s := making(t)
	page, _ := s.get(t, "/studio")
	once, _ := page.Find("form.st-way [name=once]").First().Attr("value")
	var at string
	for range 2 {
		_, r := s.post(t, "/studio", "once", once, "version", workshop.Newest)
		if got := strings.TrimSuffix(r.Header.Get("Location"), "/road"); at == "" {
			at = got
		} else if got != at || at == "" {
			t.Errorf("the same form began %s and %s", at, got)
		}
	}
	for _, lang := range []string{"en", "zh"} {
		for _, path := range []string{"", "/road", "/methods", "/words", "/review"} {
			page, r := s.get(t, at+path, "Accept-Language", lang)
			if r.StatusCode != 200 || page.Find(".tabs a").Length() != 5 || page.Find(".tabs [aria-current]").Length() != 1 {
				t.Errorf("%s%s in %s: %d", at, path, lang, r.StatusCode)
			}
		}
	}
	_, r := s.post(t, at+"/edit", "do", "milestone", "process", "standard", "milestone", "risks-owned", "text", "Proposal sent", "rev", "1", "then", at+"/road")
	if r.StatusCode != 303 {
		t.Fatalf("not kept: %d", r.StatusCode)
	}
	page, _ = s.get(t, at+"/road")
	if got := page.Find("#m-risks-owned .st-says").Text(); !strings.Contains(got, "our document") || page.Find("#m-risks-owned .st-instead").Length() == 0 {
		t.Errorf("the linter says %q", got)
	}
	s.post(t, at+"/edit", "do", "milestone", "process", "standard", "milestone", "risks-owned", "text", "Somebody else's", "rev", "1", "then", at+"/road")
	page, _ = s.get(t, at+"/road")
	if page.Find(".st-beside q").Text() != "Somebody else's" {
		t.Errorf("words over somebody else's are not beside them: %q", page.Find(".st-beside").Text())
	}
	writers := s.desks
	readers := web.New(web.Options{Desk: func(r *http.Request, language string) *operation.Desk {
		d := writers(r, language)
		d.Holds = operation.MayRead
		return d
	}})
	writes := s.handler
	s.handler = readers
	for _, path := range []string{"/studio", at, at + "/road", at + "/methods", at + "/methods/meddpicc", at + "/words", at + "/review"} {
		if page, r := s.get(t, path); r.StatusCode != 200 || page.Find("main form[method=post]").Length() != page.Find("main form.st-form, main form.st-word, main form.st-line, main form.st-lead, main .st-prompts form").Length() ||
			page.Find("main button[type=submit]").Length() > page.Find(".st-find button").Length() {
			t.Errorf("%s offers a reader to write: %d buttons", path, page.Find("main button[type=submit]").Length())
		}
	}
	if _, r := s.post(t, at+"/edit", "do", "charter", "key", "focus", "text", "x"); r.StatusCode != http.StatusForbidden {
		t.Errorf("a reader wrote: %s", r.Status)
	}
	unread := strings.NewReader("--x\r\n")
	long := httptest.NewRequest(http.MethodPost, "http://localhost/studio/import", unread)
	long.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	if _, r := s.answer(t, long); r.StatusCode != http.StatusForbidden || unread.Len() != int(unread.Size()) {
		t.Errorf("what a reader sent was read: %s, %d of %d left", r.Status, unread.Len(), unread.Size())
	}
	s.handler = writes
	page, r = s.post(t, at+"/edit", "do", "milestone_add", "process", "standard", "stage", "own", "text", "  ", "rev", "1")
	if r.StatusCode != 400 || !strings.Contains(page.Find("[role=alert]").Text(), "Nothing is written") {
		t.Errorf("an empty milestone: %d %q", r.StatusCode, page.Find("main").Text())
	}
}

// TestOverSomebodyElses: where the words in one language went beside another's,
// those in the other language do not go over theirs, and no milestone is made of
// a deal in a list that is not one's own.
func TestOverSomebodyElses(t *testing.T) {
	s := making(t)
	page, _ := s.get(t, "/studio")
	once, _ := page.Find("form.st-way [name=once]").First().Attr("value")
	_, r := s.post(t, "/studio", "once", once, "version", workshop.Newest)
	at := strings.TrimSuffix(r.Header.Get("Location"), "/road")
	road := func() string {
		page, _ := s.get(t, at+"/road")
		return page.Find("#m-problem-owned form textarea").Text() + page.Find("#m-problem-owned form [name=other]").Text()
	}
	write := func(rev, text, other string) {
		t.Helper()
		if _, r := s.post(t, at+"/edit", "do", "milestone", "process", "standard", "milestone", "problem-owned", "language", "en", "text", text,
			"other_language", "zh", "other", other, "was.other", "x", "rev", rev, "then", at+"/road"); r.StatusCode != http.StatusSeeOther {
			t.Fatal(r.Status)
		}
	}
	write("1", "The sponsor named an owner from operations.", "发起人从运营部门指定了负责人。")
	for _, mine := range []string{"The sponsor named an owner from finance.", "The sponsor named an owner from operations."} {
		write("1", mine, "发起人从财务部门指定了负责人。")
		if got := road(); !strings.Contains(got, "from operations") || !strings.Contains(got, "运营") || strings.Contains(got, "财务") {
			t.Errorf("%s: theirs are overwritten: %q", mine, got)
		}
	}
	stories := func(rev, name, use string) {
		t.Helper()
		fields := []string{"rev", rev, "process", "standard", "story.0.name", name, "story.0.end", "won", "story.0.act", "The buyer of " + name + " signed the order."}
		if _, r := s.post(t, at+"/ours", append(fields, "use", use)...); r.StatusCode != http.StatusSeeOther {
			t.Fatal(r.Status)
		}
	}
	stories("1", "Oslo", "")
	stories("1", "Bergen", "0")
	page, _ = s.get(t, at+"/road")
	if got := page.Find("main").Text(); strings.Contains(got, "Oslo") {
		t.Error("a milestone was made of a deal of somebody else's list")
	}
}

// TestTwoSidesBesideEachOther: what a draft and what was published meanwhile both
// wrote stands beside each other with one to choose, and nothing else is asked;
// a folder that comes back to the draft is merged the same way.
func TestTwoSidesBesideEachOther(t *testing.T) {
	s := making(t)
	page, _ := s.get(t, "/studio")
	begin := func() string {
		once, _ := page.Find("form.st-way [name=once]").First().Attr("value")
		_, r := s.post(t, "/studio", "once", once, "version", workshop.Newest)
		page, _ = s.get(t, "/studio")
		return strings.TrimSuffix(r.Header.Get("Location"), "/road")
	}
	mine, theirs := begin(), begin()
	if mine == theirs {
		t.Fatal("two begun are one")
	}
	write := func(at, id, text string) {
		s.post(t, at+"/edit", "do", "milestone", "process", "standard", "milestone", id, "text", text, "then", at+"/road")
	}
	write(theirs, "risks-owned", "The steering group signed for each risk.")
	write(theirs, "problem-owned", "The head of finance signed for the problem.")
	_, r := s.post(t, theirs+"/publish")
	if r.StatusCode != http.StatusSeeOther {
		t.Fatalf("not published: %s", r.Status)
	}
	write(mine, "risks-owned", "The board signed for each risk.")
	for _, lang := range []string{"en", "zh"} {
		page, _ = s.get(t, mine+"/review", "Accept-Language", lang)
		if n := page.Find(".st-clash").Length(); n != 1 || page.Find(".st-clash input[type=radio]").Length() != 2 {
			t.Fatalf("%s: %d are asked: %s", lang, n, text(page.Find("main")))
		}
		if said := text(page.Find(".st-clash")); !strings.Contains(said, "The board signed") || !strings.Contains(said, "The steering group signed") || strings.Contains(said, "[studio.") {
			t.Errorf("%s: %s", lang, said)
		}
		sound(t, "two sides "+lang, page)
	}
	key, _ := page.Find(".st-clash input[value!='']").Attr("value")
	form := page.Find("form:has(.st-clash)")
	rev, _ := form.Find("[name=rev]").Attr("value")
	newest, _ := form.Find("[name=key]").Attr("value")
	if newest == "" {
		t.Error("the page does not say of which version it is chosen")
	}
	for _, old := range [][2]string{{"1", newest}, {rev, "another"}} {
		if _, r := s.post(t, mine+"/edit", "do", "merge", "rev", old[0], "key", old[1], "clash-0", key, "then", mine+"/review"); r.StatusCode != http.StatusConflict {
			t.Errorf("%v: %s", old, r.Status)
		}
	}
	s.post(t, mine+"/edit", "do", "merge", "rev", rev, "key", newest, "clash-0", key, "then", mine+"/review")
	page, _ = s.get(t, mine+"/road")
	if got := text(page.Find("#m-risks-owned")) + text(page.Find("#m-problem-owned")); !strings.Contains(got, "steering group signed") || !strings.Contains(got, "head of finance signed") {
		t.Errorf("taken in: %s", got)
	}
}
