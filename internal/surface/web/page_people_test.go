package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/chromedp"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// fillIn fills the form that a selection holds, as a browser would, and sends
// it: what stands in it, then what is typed, then the button that is pressed.
func (s *shop) fillIn(t testing.TB, form *goquery.Selection, fields ...string) (*goquery.Document, *http.Response) {
	t.Helper()
	if form.Length() != 1 {
		t.Fatalf("%d forms in place of one", form.Length())
	}
	var out []string
	given := map[string]bool{}
	for i := 0; i+1 < len(fields); i += 2 {
		given[fields[i]] = true
	}
	form.Find("input, textarea, select").Each(func(_ int, e *goquery.Selection) {
		name, value := e.AttrOr("name", ""), e.AttrOr("value", "")
		_, checked := e.Attr("checked")
		kind := e.AttrOr("type", "")
		switch {
		case name == "" || given[name]:
			return
		case (kind == "radio" || kind == "checkbox") && !checked:
			return
		case goquery.NodeName(e) == "textarea":
			value = e.Text()
		case goquery.NodeName(e) == "select":
			value = e.Find("option").First().AttrOr("value", "")
			e.Find("option[selected]").Each(func(_ int, o *goquery.Selection) { value = o.AttrOr("value", "") })
		}
		out = append(out, name, value)
	})
	for i := 0; i+1 < len(fields); i += 2 {
		name, value := fields[i], fields[i+1]
		if form.Find(fmt.Sprintf("[name=%q]", name)).Length() == 0 {
			t.Fatalf("the form has no field %s", name)
		}
		if e := form.Find(fmt.Sprintf("input[type=radio][name=%[1]q], button[name=%[1]q], select[name=%[1]q] option", name)); e.Length() > 0 {
			if e.FilterFunction(func(_ int, e *goquery.Selection) bool { return e.AttrOr("value", "") == value }).Length() == 0 {
				t.Fatalf("the field %s does not offer %q", name, value)
			}
		}
		out = append(out, name, value)
	}
	return s.post(t, form.AttrOr("action", ""), out...)
}

// follow goes where an answer leads.
func (s *shop) follow(t testing.TB, r *http.Response) *goquery.Document {
	t.Helper()
	if r.StatusCode != http.StatusSeeOther {
		t.Fatalf("answered %s", r.Status)
	}
	path, _, _ := strings.Cut(r.Header.Get("Location"), "#")
	var cookies []string
	for _, c := range r.Cookies() {
		cookies = append(cookies, c.Name+"="+c.Value)
	}
	d, next := s.get(t, path, "Cookie", strings.Join(cookies, "; "))
	if next.StatusCode != http.StatusOK {
		t.Fatalf("%s answered %s", path, next.Status)
	}
	return d
}

// kept keeps a deal of the test's own: a class, and what else is handed in.
func (s *shop) kept(t testing.TB, title string, class throughline.Class, bodies ...func(at time.Time) deal.Fact) string {
	t.Helper()
	path := s.bare(t, title)
	word := strings.TrimPrefix(path, "/deals/")
	parsed, err := throughline.ParseID(word)
	if err != nil {
		t.Fatal(err)
	}
	d, at := throughline.DealID(parsed), today.AddDate(0, 0, -20)
	facts := []deal.Fact{{Body: deal.Classified{Class: class}}}
	for _, b := range bodies {
		facts = append(facts, b(at))
	}
	for i := range facts {
		f := &facts[i]
		f.ID, f.Deal = throughline.FactID(id("fact", fmt.Sprint(title, "kept", i))), d
		if f.Happened.IsZero() {
			f.Happened = at
		}
		f.Learned, f.Recorded = f.Happened, f.Happened
		if f.Source.System == "" {
			f.Source = deal.Source{System: "person"}
		}
	}
	s.keep(t, store.Batch{Facts: facts})
	return path
}

func said(g throughline.Grade, b deal.Body) func(time.Time) deal.Fact {
	return func(time.Time) deal.Fact { return deal.Fact{Grade: g, Body: b} }
}

func form(d *goquery.Document, selector string) *goquery.Selection { return d.Find(selector) }

// TestWhoStandsWhere: somebody is added, says where they stand in three taps,
// gets a role, leaves; each through the forms of the page.
func TestWhoStandsWhere(t *testing.T) {
	s := open(t)
	path := s.kept(t, "A deal of people", throughline.Complex)
	d, _ := s.get(t, path+"/people")
	sound(t, "nobody yet", d)
	has(t, d, ".position", "Nobody of theirs is known here yet.")
	if d.Find("#add details[open]").Length() != 1 {
		t.Error("with nobody there, the form does not stand open")
	}

	_, r := s.fillIn(t, form(d, "#add form"), "name", "Ana Ruiz", "role", "sponsor", "function", "finance", "title", "a stubborn director")
	d = s.follow(t, r)
	sound(t, "one", d)
	has(t, d, ".said", "They take part in the deal.", "labels a person")
	who := has(t, d, ".standing > li", "Ana Ruiz", "finance", "sponsor", "position not known")
	person := strings.TrimPrefix(who.AttrOr("id", ""), "person-")
	has(t, d, "#missing-h + ul", "Owns the problem")

	stance := form(d, fmt.Sprintf("#person-%s form[action$='/stance']", person))
	if n := stance.Find("input[type=radio][name=value]").Length(); n != 5 {
		t.Errorf("%d places to stand", n)
	}
	if d.Find("[required]").Length() > 0 {
		t.Error("a field is required")
	}
	_, r = s.fillIn(t, stance, "value", "1", "agrees", "yes", "wants", "one figure for both plants", "fears", "Ana Ruiz is stubborn about the date", "grade", "E2")
	if got := r.Header.Get("Location"); got != path+"/people#person-"+person {
		t.Errorf("goes on to %s", got)
	}
	d = s.follow(t, r)
	sound(t, "stands", d)
	has(t, d, ".said", "labels a person")
	has(t, d, ".standing > li", "Leans towards it", "said", "23 November", "one figure for both plants", "written down by a person", "Sees the problem")
	has(t, d, ".position-large", "Ana Ruiz")
	if d.Find(".position-large .po-untold").Length() > 0 {
		t.Error("somebody who said where they stand is shown as untold")
	}
	has(t, d, "#consensus", "The one person whose position is known")
	if href := d.Find("#consensus .tag").AttrOr("href", ""); href != path+"/people#person-"+person {
		t.Errorf("the gauge opens to %s", href)
	}
	fact := d.Find(".stands a").AttrOr("href", "")
	on, place, _ := strings.Cut(fact, "#")
	if deal, _ := s.get(t, on); deal.Find("#"+place).Length() != 1 {
		t.Errorf("%s is no fact of the deal's page", fact)
	}

	// a role more
	_, r = s.fillIn(t, form(d, fmt.Sprintf("#person-%s form.inline", person)), "role", "budget_decider")
	d = s.follow(t, r)
	has(t, d, ".standing > li .roles", "decides the budget", "sponsor")

	// what will follow is said before it is done
	has(t, d, ".leave", "“Own” is open again", "Nothing is deleted")
	_, r = s.fillIn(t, form(d, ".leave"))
	d = s.follow(t, r)
	sound(t, "left", d)
	has(t, d, ".standing > li.gone", "Ana Ruiz", "takes no part since 23 November")
	has(t, d, "#events-h + ul", "The sponsor left: Ana Ruiz")
	if d.Find(".position-large").Length() != 1 || strings.Contains(text(d.Find(".position-large")), "Ana") {
		t.Error("whoever left stands on the map")
	}
	// and taken back
	_, r = s.fillIn(t, form(d, ".said form"))
	d = s.follow(t, r)
	if d.Find(".standing > li.gone").Length() != 0 {
		t.Error("taking it back does not bring them back")
	}
}

// TestAVetoByANewPerson: somebody new who can say no takes part at once, and
// what they put in question is open again; the form sent twice is one writing.
func TestAVetoByANewPerson(t *testing.T) {
	s := open(t)
	owner, other := throughline.PersonID(id("person", "theirs")), throughline.PersonID(id("person", "second"))
	path := s.kept(t, "A veto", throughline.Complex, said(throughline.E3, deal.Evidence{About: "journey/p3", Person: owner, Text: "Wrote the problem down"}),
		said(throughline.E3, deal.Evidence{About: "journey/p3", Person: other, Text: "Wrote the same"}),
		said(throughline.E1, deal.PersonJoined{Person: owner, Role: throughline.ProblemOwner}))
	s.keep(t, store.Batch{People: []store.Person{{ID: owner, Recorded: today, Name: "Ole Berg"}, {ID: other, Recorded: today, Name: "Ida Holm"}}})
	d, _ := s.get(t, path+"/questions")
	has(t, d, "#p3 .state", "answered")
	d, _ = s.get(t, path+"/people")
	veto := form(d, "form[action$='/veto']")
	_, r := s.fillIn(t, veto, "name", "Ruth Ekdahl", "function", "legal", "text", "asked to see the case before the board")
	d = s.follow(t, r)
	sound(t, "veto", d)
	has(t, d, ".standing", "Ruth Ekdahl", "checks", "formally asked, can say no")
	has(t, d, "#events-h + ul", "Someone new can say no: Ruth Ekdahl")
	if n := d.Find(".said input[name=fact]").Length(); n != 2 {
		t.Errorf("%d facts can be taken back", n)
	}
	_, r = s.fillIn(t, veto, "name", "Ruth Ekdahl", "function", "legal", "text", "asked to see the case before the board")
	d = s.follow(t, r)
	has(t, d, ".said", "recorded already")
	if n := d.Find(".standing > li").Length(); n != 2 {
		t.Errorf("%d people after sending twice", n)
	}
	d, _ = s.get(t, path+"/questions")
	has(t, d, "#p3 .state", "open again")
	// somebody who is there already
	d, _ = s.get(t, path+"/people")
	_, r = s.fillIn(t, form(d, "form[action$='/veto']"), "person", owner.String(), "text", "wants a say after all")
	d = s.follow(t, r)
	has(t, d, "#events-h + ul", "Ole Berg")
}

// TestWhatIsOldIsNotPlaced: a position that has grown old is told as what it
// was, our own reading as one.
func TestWhatIsOldIsNotPlaced(t *testing.T) {
	s := open(t)
	a, b := throughline.PersonID(id("person", "old")), throughline.PersonID(id("person", "ours"))
	old := func(time.Time) deal.Fact {
		return deal.Fact{Happened: today.AddDate(-1, 0, 0), Grade: throughline.E2, Body: deal.Stance{Person: a, Value: 2}}
	}
	ours := func(time.Time) deal.Fact {
		return deal.Fact{Happened: today.AddDate(0, 0, -1), Grade: throughline.E1, Body: deal.Stance{Person: b, Value: -1}}
	}
	path := s.kept(t, "Old words", throughline.Complex, old, ours)
	s.keep(t, store.Batch{People: []store.Person{{ID: a, Recorded: today, Name: "Ole Berg"}, {ID: b, Recorded: today, Name: "Ida Holm"}}})
	d, _ := s.get(t, path+"/people")
	sound(t, "old", d)
	has(t, d, "#person-"+a.String(), "For it", "said too long ago to count")
	has(t, d, ".position-large", "was: for it", "our own reading")
	if n := d.Find(".position-large .po-untold").Length(); n != 1 {
		t.Errorf("%d people stand as untold", n)
	}
}

// TestFederalLocks: once a solicitation is out nobody is looked for but the
// one who may be approached.
func TestFederalLocks(t *testing.T) {
	s := open(t)
	path := s.kept(t, "Federal", throughline.Complex, said(throughline.E4, deal.Noticed{Event: deal.SolicitationIssued}),
		said(throughline.E3, deal.Evidence{About: "journey/p5", Text: "Issued the factors and their weight"}))
	d, _ := s.get(t, path+"/people")
	has(t, d, ".notice", "only their contracting officer may be approached")
	if got := text(d.Find("#missing-h + ul")); strings.Contains(got, "sponsor") || strings.Contains(got, "Owns the problem") {
		t.Errorf("somebody else is looked for: %s", got)
	}
	d, _ = s.get(t, path+"/contracting")
	has(t, d, ".notice", "only their contracting officer may be approached")
	if d.Find(".early").Length() > 0 {
		t.Error("it urges to begin steps with people who may not be approached")
	}
}

// TestManyPeopleWithAnyNames: forty people, names of five thousand characters,
// from right to left, with markup.
func TestManyPeopleWithAnyNames(t *testing.T) {
	s := open(t)
	path := s.crowd(t, 40)
	for _, lang := range []string{"en", "zh"} {
		d, _ := s.get(t, path+"/people", "Accept-Language", lang)
		sound(t, "crowd "+lang, d)
		if n := d.Find(".standing > li").Length(); n != 40 {
			t.Errorf("%d people", n)
		}
		html, _ := d.Html()
		if strings.Contains(html, "<script>alert") || strings.Contains(html, "<img src=x") {
			t.Error("a name became markup")
		}
	}
	d, _ := s.get(t, path+"/people")
	has(t, d, ".map-note", "40 people are on the map")
	again, r := s.fillIn(t, form(d, "#add form"), "name", strings.Repeat("x", 5000))
	if r.StatusCode != http.StatusBadRequest {
		t.Errorf("a name of 5,000 characters: %s", r.Status)
	}
	has(t, again, "[role=alert]", "5,000 characters")
	again, r = s.fillIn(t, form(d, fmt.Sprintf("#%s form[action$='/stance']", d.Find(".standing > li").Last().AttrOr("id", ""))), "wants", "to be asked")
	if r.StatusCode != http.StatusBadRequest {
		t.Errorf("no place to stand: %s", r.Status)
	}
	_, r = s.fillIn(t, again.Find("form.stacked"), "value", "0")
	s.follow(t, r)
}

// TestFindingSomebodyAmongMany: without a script, by a part of a name, a title
// or a function, and by role; whoever was not asked for is folded, not gone.
func TestFindingSomebodyAmongMany(t *testing.T) {
	s := open(t)
	path := s.crowd(t, 40) + "/people"
	d, _ := s.get(t, path)
	sound(t, "many", d)
	has(t, d, ".standing-group", "Who decides", "Who shapes it", "Who lives with it")
	untold := d.Find(".many > details .standing > li")
	if n := untold.Length(); n != 14 { // every third says nothing
		t.Errorf("%d people are folded", n)
	}
	untold.Each(func(_ int, e *goquery.Selection) {
		if !strings.Contains(text(e), "position not known") {
			t.Errorf("folded: %s", text(e))
		}
	})

	find := form(d, "form.find-person")
	for _, c := range []struct {
		who, held string
		n         int
		heading   string
	}{
		{"王晓梅", "", 6, "6 people fit"},
		{"HEAD of fin", "", 13, "13 people fit"},
		{"operations", "sponsor", 1, "One person fits"},
		{"", "sponsor", 4, "4 people fit"},
		{"nobody of this name", "", 0, "Nobody fits"},
	} {
		at := find.AttrOr("action", "")
		at, _, _ = strings.Cut(at, "#")
		d, _ := s.get(t, at+"?"+url.Values{"who": {c.who}, "held": {c.held}}.Encode())
		sound(t, "found", d)
		if n := d.Find(".many > .standing > li").Length(); n != c.n {
			t.Errorf("%q, %q: %d people", c.who, c.held, n)
		}
		if n := d.Find(".standing > li").Length(); n != 40 {
			t.Errorf("%q, %q: %d people with those folded", c.who, c.held, n)
		}
		has(t, d, ".standing-group", c.heading)
		if got := d.Find("#who").AttrOr("value", ""); got != c.who {
			t.Errorf("looked for %q, the form says %q", c.who, got)
		}
		if href := d.Find(".find-all a").AttrOr("href", ""); href != path+"#people-h" {
			t.Errorf("everybody is at %s", href)
		}
	}
	few := open(t)
	d, _ = few.get(t, few.crowd(t, 12)+"/people")
	if d.Find("form.find-person, .standing-group, .many").Length() > 0 {
		t.Error("a dozen people need no finding")
	}
}

// TestAFoldedPersonIsReached: a mark on the map leads to whoever is folded away.
func TestAFoldedPersonIsReached(t *testing.T) {
	s := open(t)
	path := s.crowd(t, 40) + "/people"
	d, _ := s.get(t, path)
	who := d.Find(".many > details .standing > li").Last().AttrOr("id", "")
	ctx, url := surfing(t, s)
	wide.open(t, ctx, url+path)
	until(t, ctx, fmt.Sprintf(`!document.getElementById(%q).checkVisibility()`, who))
	if err := chromedp.Do(ctx, chromedp.Focus(fmt.Sprintf(".position-large a[href='#%s']", who))); err != nil {
		t.Fatal(err)
	}
	press(t, ctx, "\r")
	until(t, ctx, fmt.Sprintf(`document.getElementById(%q).checkVisibility() && document.getElementById(%[1]q).getBoundingClientRect().top < innerHeight`, who))
}

// crowd keeps a deal with as many people as are asked for.
func (s *shop) crowd(t testing.TB, n int) string {
	t.Helper()
	var bodies []func(time.Time) deal.Fact
	var people []store.Person
	for i := range n {
		who := throughline.PersonID(id("person", fmt.Sprint("crowd", i)))
		name := []string{"Person Number " + fmt.Sprint(i), "محمد عبد الرحمن", hostile, strings.Repeat("wide", 1250), "王晓梅", "שרה כהן", "Jonas Lindqvist-Ferreira"}[i%7]
		people = append(people, store.Person{ID: who, Recorded: today, Name: name, Title: []string{"", "Head of finance", hostile}[i%3]})
		bodies = append(bodies, said(throughline.E1, deal.PersonJoined{Person: who, Role: throughline.Roles()[i%11], Function: []string{"finance", "", "operations"}[i%3]}))
		if i%3 > 0 {
			yes := i%2 == 0
			bodies = append(bodies, said(throughline.Grade(1+i%4), deal.Stance{Person: who, Value: i%5 - 2, Agrees: &yes, Wants: "one figure for both plants", Fears: hostile}))
		}
	}
	path := s.kept(t, "A crowd", throughline.Complex, bodies...)
	s.keep(t, store.Batch{People: people})
	return path
}

// TestPeopleInTheBrowser looks at both pages as people do.
func TestPeopleInTheBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	s, own := stocked(t), open(t)
	type place struct {
		name, path string
		*shop
	}
	var places []place
	for _, p := range s.walk(t) {
		if p.name == "deal" || p.name == "deal-late" {
			places = append(places, place{p.name + "-people", p.path + "/people", s}, place{p.name + "-contracting", p.path + "/contracting", s})
		}
	}
	decided := own.decided(t)
	places = append(places, place{"crowd", own.crowd(t, 40) + "/people", own}, place{"nobody", own.kept(t, "Nobody", throughline.Complex) + "/people", own},
		place{"decided", decided + "/contracting", own}, place{"plain", own.kept(t, "Practised", throughline.Transactional) + "/contracting", own})
	servers := map[*shop]string{}
	for _, s := range []*shop{s, own} {
		servers[s] = s.serve(t)
	}
	ctx := browser(t)
	looks := []look{{1280, "light", "en"}, {390, "dark", "zh"}, {390, "light", "en"}, {1280, "dark", "zh"}}
	all := os.Getenv(pictures) != ""
	for n, p := range places {
		for i, l := range looks {
			if !all && i/2 != n%2 {
				continue
			}
			t.Run(p.name+"/"+l.String(), func(t *testing.T) {
				ctx, cancel := context.WithTimeout(ctx, time.Minute)
				defer cancel()
				l.open(t, ctx, servers[p.shop]+p.path)
				for _, opened := range []bool{false, true} {
					name := p.name
					if opened { // every form stands open
						name += "-open"
						evaluate[bool](t, ctx, `document.querySelectorAll("details").forEach((d, i) => { d.removeAttribute("name"); d.open = i < 9; }); true`)
					}
					if wide, inner := evaluate[int](t, ctx, `document.documentElement.scrollWidth`), evaluate[int](t, ctx, `document.documentElement.clientWidth`); wide > inner {
						t.Errorf("%s scrolls sideways: %d units wide on a screen of %d; %s", name, wide, inner, sticksOut(t, ctx))
					}
					l.picture(t, ctx, name)
				}
				accessible(t, ctx, p.name+" "+l.String())
			})
		}
	}
}

// TestPeopleByKeyboard meets every link and control of both pages by Tab.
func TestPeopleByKeyboard(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	s := open(t)
	root := s.serve(t)
	ctx := browser(t)
	for _, path := range []string{s.crowd(t, 5) + "/people", s.decided(t) + "/contracting"} {
		t.Run(path[strings.LastIndex(path, "/")+1:], func(t *testing.T) {
			ctx, cancel := context.WithTimeout(ctx, time.Minute)
			defer cancel()
			look{1280, "light", "en"}.open(t, ctx, root+path)
			reached(t, ctx)
		})
	}
}

// TestAStanceInThreeTaps counts, on a phone: open, where, how we know.
func TestAStanceInThreeTaps(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	s := open(t)
	who := throughline.PersonID(id("person", "tapped"))
	path := s.kept(t, "Taps", throughline.Complex, said(throughline.E1, deal.PersonJoined{Person: who, Role: throughline.UserRole}))
	s.keep(t, store.Batch{People: []store.Person{{ID: who, Recorded: today, Name: "Ida Holm"}}})
	root := s.serve(t)
	ctx, cancel := context.WithTimeout(browser(t), time.Minute)
	defer cancel()
	look{390, "light", "en"}.open(t, ctx, root+path+"/people")
	one := "#person-" + who.String()
	small := evaluate[string](t, ctx, `document.querySelectorAll("details").forEach(d => d.open = true);
		[...document.querySelectorAll(".pills label, .known button")].filter(e => { const r = e.getBoundingClientRect(); return r.height < 44 || r.width < 44; }).map(e => e.textContent).join(", ")`)
	if small != "" {
		t.Errorf("too small for a thumb: %s", small)
	}
	look{390, "light", "en"}.open(t, ctx, root+path+"/people")
	for _, tap := range []string{one + " summary", one + ` label:has([name=value][value="1"])`, one + ` button[name=grade][value=E2]`} {
		if err := chromedp.Do(ctx, chromedp.Click(tap)); err != nil {
			t.Fatal(tap, err)
		}
	}
	if err := chromedp.Do(ctx, chromedp.WaitVisible(".said")); err != nil {
		t.Fatal(err)
	}
	d, _ := s.get(t, path+"/people")
	has(t, d, one, "Leans towards it", "said")
}
