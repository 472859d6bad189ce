package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/company"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/surface/web"
)

// browse is a browser without a script: it keeps cookies and follows where a
// form leads.
type browse struct {
	t    testing.TB
	shop *shop
	jar  map[string]string
	page *goquery.Document
	at   string
}

func (b *browse) do(method, path string, form url.Values) *goquery.Document {
	b.t.Helper()
	path, _, _ = strings.Cut(path, "#")
	r := httptest.NewRequestWithContext(b.t.Context(), method, "http://localhost"+path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range b.jar {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	b.shop.handler.ServeHTTP(w, r)
	response := w.Result()
	for _, c := range response.Cookies() {
		if b.jar[c.Name] = c.Value; c.MaxAge < 0 {
			delete(b.jar, c.Name)
		}
	}
	if to := response.Header.Get("Location"); to != "" {
		return b.do(http.MethodGet, to, nil)
	}
	doc, err := goquery.NewDocumentFromReader(w.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	if response.StatusCode >= 500 {
		b.t.Fatalf("%s %s: %s", method, path, response.Status)
	}
	b.page, b.at = doc, path
	return doc
}

func (b *browse) get(path string) *goquery.Document {
	b.t.Helper()
	return b.do(http.MethodGet, path, nil)
}

// press sends the form that a button is in, as it stands, with what is typed.
func (b *browse) press(button string, typed ...string) *goquery.Document {
	b.t.Helper()
	at := b.page.Find(button).First()
	form := at.Closest("form")
	if at.Length() == 0 || form.Length() == 0 {
		b.t.Fatalf("%s: no button %s", b.at, button)
	}
	values := url.Values{}
	form.Find("input, textarea, select").Each(func(_ int, e *goquery.Selection) {
		name, kind := e.AttrOr("name", ""), e.AttrOr("type", "")
		value := e.AttrOr("value", "")
		switch goquery.NodeName(e) {
		case "textarea":
			value = e.Text()
		case "select":
			chosen := e.Find("option[selected]")
			if chosen.Length() == 0 {
				chosen = e.Find("option")
			}
			value = chosen.First().AttrOr("value", "")
		}
		if _, checked := e.Attr("checked"); name != "" && (kind != "radio" && kind != "checkbox" || checked) {
			values.Add(name, value)
		}
	})
	for i := 0; i+1 < len(typed); i += 2 {
		values.Set(typed[i], typed[i+1])
	}
	if name := at.AttrOr("name", ""); name != "" {
		values.Set(name, at.AttrOr("value", ""))
	}
	return b.do(http.MethodPost, form.AttrOr("action", b.at), values)
}

func titles(d *goquery.Document) (out []string) {
	d.Find(".td-item").Each(func(_ int, e *goquery.Selection) { out = append(out, e.AttrOr("id", "")) })
	return out
}

// busiest is the seller with most open deals.
func (s *shop) busiest(t testing.TB) showing.OurPerson {
	t.Helper()
	var most showing.OurPerson
	for _, p := range asks[showing.Ours](t, s.desk(), operation.ListOurs, &desk.Nothing{}).People {
		if p.Open > most.Open {
			most = p
		}
	}
	return most
}

// TestTodayIsWorked: one's own deals once one has said who one is, five at most,
// each with one thing to do; what is done stays where it stands, struck, with
// undo beside it; the others stay where they are; the next are asked for.
func TestTodayIsWorked(t *testing.T) {
	s := open(t).fill(t)
	me := s.busiest(t)
	b := &browse{t: t, shop: s, jar: map[string]string{}}
	b.get("/")
	b.do(http.MethodPost, "/me", url.Values{"me": {throughline.ID(me.ID).String()}})
	d := b.get("/")
	if here := text(d.Find(".td-head [aria-current]")); here != "Mine" {
		t.Errorf("after I said who I am the list is %q", here)
	}
	first := titles(d)
	if len(first) != 5 {
		t.Fatalf("%d things to do: %q", len(first), text(d.Find("h1")))
	}
	d.Find(".td-item").Each(func(_ int, e *goquery.Selection) {
		act, why := text(e.Find(".td-act")), text(e.Find(".td-why"))
		if !strings.Contains(act, ", before ") && !strings.HasSuffix(act, ", today") || !strings.Contains(why, "Why: ") || !strings.Contains(why, "If it is left: ") {
			t.Errorf("to do %q, %q", act, why)
		}
		if n := e.Find(".td-act").Length(); n != 1 {
			t.Errorf("%d things to do about one deal", n)
		}
	})
	if top, ends := strings.Index(d.Text(), text(d.Find(".td-act").First())), strings.Index(d.Text(), "How deals"); ends >= 0 && ends < top {
		t.Error("the company's numbers stand before what there is to do")
	}
	sound(t, "today, mine", d)

	d = b.press("#" + first[1] + ` button[value=done]`)
	if now := titles(d); strings.Join(now, " ") != strings.Join(first, " ") {
		t.Errorf("the list jumped: %v, before %v", now, first)
	}
	row := d.Find("#" + first[1])
	if !row.HasClass("td-done") || row.Find(`form[action$="/undo"]`).Length() != 1 || !strings.Contains(text(row), "It comes back when they act") {
		t.Errorf("what is done reads %q", text(row))
	}
	if row.Find(`textarea[name=text]`).Length() != 1 {
		t.Error("nothing takes what they said")
	}
	sound(t, "today, one done", d)
	d = b.press("#" + first[2] + ` button[value=later]`)
	if h := text(d.Find("h1")); h != "3 things to do" {
		t.Errorf("two of five are off the list, and it heads %q", h)
	}
	d = b.press("#" + first[1] + ` form[action$="/undo"] button`)
	if d.Find("#"+first[1]).HasClass("td-done") || len(titles(d)) != 5 {
		t.Errorf("undo: %q", text(d.Find("#"+first[1])))
	}
	for _, id := range first {
		if d.Find("#"+id+` button[value=done]`).Length() > 0 {
			d = b.press("#" + id + ` button[value=done]`)
		}
	}
	if h := text(d.Find("h1")); h != "All done" || strings.Join(titles(d), " ") != strings.Join(first, " ") {
		t.Errorf("all are done, and it heads %q over %v", h, titles(d))
	}
	next := b.press(`form[action="/today/next"] button`)
	for _, id := range titles(next) {
		for _, was := range first {
			if id == was {
				t.Errorf("%s is done and comes up again", id)
			}
		}
	}
	if n := len(titles(next)); n == 0 || n > 5 {
		t.Errorf("the next are %d", n)
	}
	// what is off the list is off it everywhere, and still a deal
	all, _ := s.get(t, "/deals?asking=true&sort=attention&owner="+url.QueryEscape(me.Name))
	for _, id := range first {
		if all.Find(`a[href="/deals/`+strings.TrimPrefix(id, "d-")+`"]`).Length() > 0 {
			t.Errorf("%s is done, and asks for a look", id)
		}
	}
}

// TestNewsIsOfWhatWasDone: what was put off or is another's was not ticked off.
func TestNewsIsOfWhatWasDone(t *testing.T) {
	for how, want := range map[deal.Aside]string{deal.AsideDone: "They have acted since it was ticked off.", deal.AsideLater: "", deal.AsideNotMine: ""} {
		if got := web.News(how, today); got != want {
			t.Errorf("%s: %q, want %q", how, got, want)
		}
	}
}

// TestNotMine: what is said not to be one's own leaves one's own list alone.
func TestNotMine(t *testing.T) {
	s := open(t).fill(t)
	me := s.busiest(t)
	b := &browse{t: t, shop: s, jar: map[string]string{"me": throughline.ID(me.ID).String()}}
	first := titles(b.get("/"))
	d := b.press("#" + first[0] + ` button[value=not_mine]`)
	if !d.Find("#" + first[0]).HasClass("td-done") {
		t.Fatalf("not mine: %q", text(d.Find("#"+first[0])))
	}
	other := &browse{t: t, shop: s, jar: map[string]string{}}
	d = other.get("/?owner=" + url.QueryEscape(me.Name))
	row := d.Find("#" + first[0])
	if row.HasClass("td-done") || !strings.Contains(text(row), me.Name+" says that it is not theirs") {
		t.Errorf("others see %q", text(row))
	}
	fresh := &browse{t: t, shop: s, jar: map[string]string{"me": throughline.ID(me.ID).String()}}
	if fresh.get("/").Find("#"+first[0]).Length() != 0 {
		t.Error("it is on my list again")
	}
}

// TestADealIsFoundFromTheWords: a customer, a person, words of a title; where
// several fit one is chosen by a tap, where none does by typing; nothing typed
// is lost on the way, and what was recorded is told with what it changed.
func TestADealIsFoundFromTheWords(t *testing.T) {
	s := open(t)
	path := s.newDeal(t)
	b := &browse{t: t, shop: s, jar: map[string]string{}}
	for _, x := range []struct{ title, account string }{{"A pump for every ward", "Bexley"}, {"A bed for every ward", "Bexley"}} {
		s.sends(t, "/deals", url.Values{"title": {x.title}, "account": {x.account}})
	}
	b.get("/")
	note := "Maria Chen signed one page on Friday that states the problem. Anna Weber from finance agreed in writing."
	d := b.press(`#capture-here button[value=read]`, "text", note)
	if d.Find(`#capture-here input[name=deal]`).AttrOr("value", "") != strings.TrimPrefix(path, "/deals/") {
		t.Fatalf("the person's name finds %q", text(d.Find("#capture-here")))
	}
	if !strings.Contains(text(d.Find(".proposal-text")), "signed one page") || d.Find(".td-list").Length() != 1 {
		t.Errorf("read on the spot: %q", text(d.Find("#capture-here")))
	}
	sound(t, "today, read", d)
	d = b.press(`#capture-here button[value=all], #capture-here button[value^="accept:"]`)
	said := text(d.Find(".said"))
	if !strings.Contains(said, "Recorded: ") || !strings.Contains(said, "fact") || !strings.Contains(said, "stays open") && !strings.Contains(said, "answered") && !strings.Contains(said, "is open") {
		t.Errorf("what changed: %q", said)
	}
	if d.Find(`.said form[action$="/undo"]`).Length() != 1 {
		t.Error("nothing takes it back where it is told")
	}

	note = "Bexley wants to decide before Easter."
	b.get("/")
	d = b.press(`#capture-here button[value=read]`, "text", note)
	if n := d.Find(`#capture-here button[name=deal]`).Length(); n != 2 {
		t.Fatalf("two deals fit, %d are offered: %q", n, text(d.Find("#capture-here")))
	}
	if got := d.Find(`#capture-here textarea[name=text]`).Text(); got != note {
		t.Errorf("what was typed reads %q", got)
	}
	d = b.press(`#capture-here button[name=deal]`)
	if d.Find(`#capture-here input[name=text]`).AttrOr("value", "") != note {
		t.Errorf("chosen by a tap: %q", text(d.Find("#capture-here")))
	}

	b.get("/")
	d = b.press(`#capture-here button[value=read]`, "text", "They will wait.")
	if !strings.Contains(text(d.Find("#capture-here")), "Which deal is it about?") || d.Find(`#capture-here textarea[name=text]`).Text() != "They will wait." {
		t.Errorf("no name: %q", text(d.Find("#capture-here")))
	}
	d = b.press(`#capture-here button[value=which]`, "words", "pump")
	if got := text(d.Find(`#capture-here button[name=deal]`)); !strings.Contains(got, "A pump for every ward") || strings.Contains(got, "bed") {
		t.Errorf("by typing: %q", got)
	}
	d = b.press(`#capture-here button[name=deal]`)
	if d.Find(`#capture-here input[name=text]`).AttrOr("value", "") != "They will wait." {
		t.Error("the words are lost")
	}
	b.get("/")
	if d = b.press(`#capture-here button[value=read]`, "text", "  "); d.Find(`#capture-here textarea`).Length() != 1 || d.Find(".td-tell .notice").Length() != 1 {
		t.Errorf("an empty box: %q", text(d.Find(".td-tell")))
	}
}

// TestAMondayInTheBrowser counts: evidence from Today in three taps, on the same
// spot; ten deals worked; the list is high on the screen and prints on one page.
func TestAMondayInTheBrowser(t *testing.T) {
	v := visit(t)
	me := v.shop.busiest(t)
	v.open("/me")
	v.send(`button[value="` + throughline.ID(me.ID).String() + `"]`)
	v.open("/")
	for _, l := range []look{{1280, "light", "en"}, {390, "dark", "zh"}} {
		l.open(t, v.ctx, v.root+"/")
		if top, screen := evaluate[float64](t, v.ctx, `document.querySelector(".td-act").getBoundingClientRect().top`), evaluate[float64](t, v.ctx, `innerHeight`); top > screen/2 {
			t.Errorf("%s: the first thing to do stands at %v of %v", l, top, screen)
		}
		l.picture(t, v.ctx, "today-mine")
		accessible(t, v.ctx, "today-mine")
		printed, err := chromedp.Call(v.ctx, page.PrintToPDF, page.PrintToPDFParams{PaperWidth: 8.27, PaperHeight: 11.69})
		if err != nil {
			t.Fatal(err)
		}
		if n := len(sheet.FindAll(printed.Data, -1)); n != 1 {
			t.Errorf("%s: Today takes %d sheets", l, n)
		}
	}
	v.look.open(t, v.ctx, v.root+"/")
	deal := v.shop.one(t, "open with a story", func(c company.Truth) bool {
		return c.Outcome == throughline.StillOpen && c.Story != "" && c.Frontier == throughline.Align
	})
	d, _ := v.shop.get(t, deal)
	customer := text(d.Find("h1"))
	v.taps = 0
	v.tap(`#capture-here textarea`)
	v.write(`#capture-here textarea`, customer+": the head of finance signed one page on Friday that states the problem and the measure.")
	v.tap(`#capture-here button[value=read]`)
	until(t, v.ctx, `document.querySelector("#capture-here .proposal")`)
	if at := evaluate[string](t, v.ctx, `location.pathname`); at != "/" {
		t.Errorf("it was read on %s", at)
	}
	v.tap(`#capture-here .proposal button[value^="accept:"]`)
	until(t, v.ctx, `document.querySelector(".said")`)
	v.wants(".said", "Recorded: one fact")
	if got := v.text(".said"); strings.Contains(got, "is new") {
		t.Errorf("a customer's name is taken for a person's: %q", got)
	}
	if v.taps > 3 {
		t.Errorf("evidence from Today takes %d taps", v.taps)
	}
	if facts := evaluate[string](t, v.ctx, `location.pathname`); facts != "/" {
		t.Errorf("it was kept on %s", facts)
	}
	v.taps = 0
	worked := 0
	for worked < 10 {
		if evaluate[bool](t, v.ctx, `!document.querySelector(".td-item:not(.td-done) button[value=done]")`) {
			if evaluate[bool](t, v.ctx, `!document.querySelector('form[action="/today/next"] button')`) {
				break // the seller has no more
			}
			v.send(`form[action="/today/next"] button`)
		}
		left := evaluate[int](t, v.ctx, `document.querySelectorAll(".td-item:not(.td-done)").length`)
		top := evaluate[float64](t, v.ctx, `scrollY`)
		v.tap(`.td-item:not(.td-done) button[value=done]`)
		until(t, v.ctx, `document.querySelectorAll(".td-item:not(.td-done)").length < `+string(rune('0'+left)))
		if now := evaluate[float64](t, v.ctx, `scrollY`); now < top-200 {
			t.Errorf("the page jumped from %v to %v", top, now)
		}
		worked++
	}
	t.Logf("%d deals in %d taps", worked, v.taps)
	if worked < 8 || v.taps > worked+2 {
		t.Errorf("%d deals take %d taps", worked, v.taps)
	}
}
