package web_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/learning"
	"github.com/throughline/throughline/internal/mining"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/store"
)

// TestLearning: the page holds its parts in both languages, without a script.
func TestLearning(t *testing.T) {
	s := stocked(t)
	for _, lang := range []string{"en", "zh"} {
		for path, parts := range map[string][]string{
			"/learning":            {"#top-h", "#causes-h", "#hand-h", "#quiet-h", ".learn-top svg.forest"},
			"/learning/time":       {"#trends-h", "svg.trend"},
			"/learning/milestones": {"#useful-h", "#fit-h", "svg.forest"},
			"/learning/processes":  {"#processes-h"},
			"/learning/map":        {"#ways-h", "svg.fm title", "svg.fm desc"},
			"/learning/quiet":      {"#stalls-h"},
		} {
			doc, r := s.get(t, path, "Accept-Language", lang)
			if r.StatusCode != http.StatusOK {
				t.Fatalf("%s %s: %d", lang, path, r.StatusCode)
			}
			for _, part := range append(parts, ".menu a[aria-current][href='/learning']", ".tabs a[aria-current][href='"+path+"']", ".learn-first") {
				if doc.Find(part).Length() == 0 {
					t.Errorf("%s %s: no %s", lang, path, part)
				}
			}
			if doc.Find(`script:not([src^="/static/page."]), [style]`).Length() > 0 {
				t.Errorf("%s %s: the page holds a script or a style that its own policy refuses", lang, path)
			}
			if text := doc.Find("main").Text(); strings.Contains(text, "learning.") || strings.Contains(text, "NaN") || strings.Contains(text, "stage ") && lang == "zh" {
				t.Errorf("%s %s: a word is missing:\n%s", lang, path, text)
			}
		}
	}
}

// TestWhatWasLeftOutIsFoldedAway: steps that came with the end stand on the
// page, each with its number, and do not stand open.
func TestWhatWasLeftOutIsFoldedAway(t *testing.T) {
	s := open(t)
	marks, ends := s.desks(nil, "en").Book.Processes[0].Milestones, []throughline.Outcome{throughline.Won, throughline.LostCompetitor, throughline.NoDecision}
	var facts []deal.Fact
	for i := range 90 {
		at := today.AddDate(0, 0, -300+i)
		say := func(days int, b deal.Body) {
			f := deal.Fact{ID: throughline.FactID(throughline.KeyedID(at, "fact", strconv.Itoa(len(facts)))), Deal: throughline.DealID(throughline.KeyedID(at, "deal", strconv.Itoa(i))),
				Happened: at.AddDate(0, 0, days), Learned: at.AddDate(0, 0, days), Body: b}
			facts = append(facts, f)
		}
		say(0, deal.Opened{Title: "Deal " + strconv.Itoa(i)})
		if i%2 == 0 {
			say(10+i%7, deal.MilestoneMet{Milestone: marks[0].Addr})
		}
		if i%3 != 1 {
			say(40+i%20, deal.MilestoneMet{Milestone: marks[1].Addr})
		}
		say(40+i%20, deal.Ended{Outcome: ends[i%3]})
	}
	s.keep(t, store.Batch{Facts: facts})
	got, err := operation.MineOverview.Run(t.Context(), s.desks(nil, "en"), &learning.OverviewInput{})
	if err != nil {
		t.Fatal(err)
	}
	aside, left := got.(learning.Overview).Milestones.Aside, got.(learning.Overview).Processes.Excluded
	if len(aside) == 0 {
		t.Fatal("nothing was set aside")
	}
	doc, _ := s.get(t, "/learning/milestones")
	fold := doc.Find("section[aria-labelledby=useful-h] details.learn-left:not([open])")
	if n := fold.Find("li").Length(); n != len(aside) {
		t.Errorf("%d set aside on the page, want %d", n, len(aside))
	}
	for _, a := range aside {
		if said := text(fold); !strings.Contains(said, strconv.Itoa(a.Cases)+" of "+strconv.Itoa(a.Of)) {
			t.Errorf("no %+v in %q", a, said)
		}
	}
	doc, _ = s.get(t, "/learning/processes")
	if n := doc.Find("section[aria-labelledby=processes-h] details.learn-left li").Length(); n != len(left) && n != len(left)+2 {
		t.Errorf("%d left out on the page, want %d", n, len(left))
	}
}

// TestLearningNumbersOpen: a number leads to as many deals as it says.
func TestLearningNumbersOpen(t *testing.T) {
	s := stocked(t)
	behind := func(href string) int {
		page, r := s.get(t, href)
		if r.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d", href, r.StatusCode)
		}
		return page.Find(".learn-cases li a[href^='/deals/']").Length()
	}
	looked := 0
	check := func(a *goquery.Selection, said string) {
		href, _ := a.Attr("href")
		n, err := strconv.Atoi(strings.TrimSpace(said))
		if err != nil {
			t.Errorf("%s: %q is no number", href, said)
			return
		}
		if got := behind(href); got != n {
			t.Errorf("%s: says %d, leads to %d", href, n, got)
		}
		looked++
	}
	leads, quiet := 0, 0
	for _, tab := range []string{"", "/time", "/milestones", "/processes", "/map", "/quiet"} {
		doc, _ := s.get(t, "/learning"+tab)
		doc.Find(".learn-road td a").Each(func(_ int, a *goquery.Selection) { check(a, a.Text()) })
		doc.Find(".learn-bars a").Each(func(_ int, a *goquery.Selection) {
			said, _, _ := strings.Cut(strings.TrimSpace(a.Next().Text()), " ") // "12 deals"
			check(a, said)
		})
		doc.Find(".learn-stalls .learn-try a[href*='outcome=open']").Each(func(_ int, a *goquery.Selection) {
			check(a, strings.Fields(a.Text())[1]) // "The 12 deals that are quiet now"
			quiet++
		})
		for _, list := range []string{".learn-parts a", ".learn-useful h3 a", ".learn-stalls h3 a", "svg.fm a", ".learn-try a[href^='/learning/cases']"} {
			doc.Find(list).Each(func(i int, a *goquery.Selection) {
				if href, _ := a.Attr("href"); i < 5 && behind(href) == 0 {
					t.Errorf("%s: %s leads to nothing", list, href)
				}
				leads++
			})
		}
	}
	if quiet == 0 {
		t.Error("no deal is quiet now")
	}
	if looked < 10 || leads < 15 {
		t.Errorf("only %d numbers and %d lines to open", looked, leads)
	}
	if _, r := s.get(t, "/learning/cases?skipped=no-such"); r.StatusCode != http.StatusBadRequest {
		t.Errorf("a milestone nobody knows: %d", r.StatusCode)
	}
}

// TestNothingToLearnFrom: an empty ledger is a beginning.
func TestNothingToLearnFrom(t *testing.T) {
	doc, r := open(t).get(t, "/learning")
	if r.StatusCode != http.StatusOK || !strings.Contains(doc.Find(".lede").Text(), "throughline demo") {
		t.Errorf("%d: %s", r.StatusCode, doc.Find("main").Text())
	}
}

// TestLearningOfAPart: menus narrow every answer, the numbers lead to as many
// deals as they say, a mixed answer does not stand alone, and things over time
// have a picture each.
func TestLearningOfAPart(t *testing.T) {
	s := stocked(t)
	whole, _ := s.get(t, "/learning")
	if whole.Find(".sim-mixed a[href*='class=complex']").Length() == 0 {
		t.Error("a mixed answer stands alone")
	}
	past, _ := s.get(t, "/learning/time")
	if n := past.Find(".learn-trends svg.trend").Length(); n < 3 || past.Find(".learn-questions svg.trend").Length() < 3 {
		t.Errorf("%d pictures over time", n)
	}
	if whole.Find(".learn-try a[href*='question=order'][href*='what=days']").Length() == 0 {
		t.Error("contracting that begins earlier cannot be tried")
	}
	if past.Find(".learn-questions a[href*='/studio/simulate?'][href*='what=time']").Length() == 0 || whole.Find(".learn-try a[href*='what=no_decision']").Length() == 0 {
		t.Error("nothing to try")
	}
	for _, lang := range []string{"en", "zh"} {
		doc, r := s.get(t, "/learning/time?class=complex&from=2024-01-01", "Accept-Language", lang)
		if r.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d", lang, r.StatusCode)
		}
		if doc.Find(".sim-mixed a[href*='class=']").Length() > 0 {
			t.Errorf("%s: one class alone is told as mixed", lang)
		}
		for _, part := range []string{
			"select[name=class] option[value=complex][selected]", "select[name=class] option[value=transactional]", "select[name=owner] option:nth-child(2)",
			"select[name=from] option[selected][value='2024-01-01']", "select[name=segment] option:nth-child(2)", ".learn-part a[href='/learning/time']", ".tabs a[href*='class=complex'][href*='from=2024-01-01']",
			".learn-questions a[href*='class=complex']",
		} {
			if doc.Find(part).Length() == 0 {
				t.Errorf("%s: no %s", lang, part)
			}
		}
		if said := doc.Find("main").Text(); strings.Contains(said, "learning.") || strings.Contains(said, "simulate.") || strings.Contains(said, "NaN") {
			t.Errorf("%s: a word is missing", lang)
		}
	}
	doc, _ := s.get(t, "/learning?class=complex")
	if text(doc.Find(".lede")) == text(whole.Find(".lede")) {
		t.Error("a class is told as all")
	}
	looked := 0
	doc.Find(".learn-causes a").Each(func(_ int, a *goquery.Selection) {
		said, _, _ := strings.Cut(strings.TrimSpace(a.Next().Text()), " ")
		href, _ := a.Attr("href")
		page, _ := s.get(t, href)
		looked++
		if got := strconv.Itoa(page.Find(".learn-cases li a[href^='/deals/']").Length()); got != said {
			t.Errorf("%s: says %s, leads to %s", href, said, got)
		}
	})
	if looked == 0 {
		t.Error("no cause to open")
	}
	none, r := s.get(t, "/learning?class=complex&from=2040-01-01")
	if r.StatusCode != http.StatusOK || none.Find(".learn-nobody").Length() == 0 || none.Find(".learn-part select[name=class]").Length() == 0 {
		t.Errorf("a part that holds nobody: %d", r.StatusCode)
	}
	if _, r := s.get(t, "/learning?class=no-such"); r.StatusCode != http.StatusBadRequest {
		t.Errorf("a class nobody knows: %d", r.StatusCode)
	}
}

// TestAMilestoneIsCutInADraft: with one tap, a draft is begun in which it is gone,
// and the one in force keeps it; the same form twice does so once.
func TestAMilestoneIsCutInADraft(t *testing.T) {
	s := making(t)
	page, _ := s.get(t, "/studio")
	once, _ := page.Find("form.st-way [name=once]").First().Attr("value")
	at := ""
	for range 2 {
		_, r := s.post(t, "/studio", "once", once, "from", "cut", "process", "standard", "milestone", "problem-owned")
		if r.StatusCode != http.StatusSeeOther || at != "" && r.Header.Get("Location") != at {
			t.Fatalf("%d %q after %q", r.StatusCode, r.Header.Get("Location"), at)
		}
		at = r.Header.Get("Location")
	}
	doc, _ := s.get(t, at)
	if doc.Find(".st-milestone").Length() == 0 || doc.Find("#m-problem-owned").Length() > 0 {
		t.Error("the milestone is there still")
	}
	if _, ok := s.desks(nil, "en").Book.Milestone("process/standard/milestone/problem-owned"); !ok {
		t.Error("it is gone from what is in force")
	}
}

// TestTheRoadSpeaksTheLanguageOfWhoeverAsks: also where somebody asked in another
// one before, and it counts the deals that it was held against.
func TestTheRoadSpeaksTheLanguageOfWhoeverAsks(t *testing.T) {
	s := stocked(t)
	logs := &learning.Logs{}
	road := func(language string) *mining.Conformance {
		d := s.desks(nil, language)
		d.Logs = logs
		got, err := operation.MineOverview.Run(t.Context(), d, &learning.OverviewInput{Sections: []string{learning.OfRoad}})
		if err != nil {
			t.Fatal(err)
		}
		return got.(learning.Overview).Road
	}
	en, zh := road("en"), road("zh")
	for i, m := range zh.Steps {
		if m.Name == en.Steps[i].Name {
			t.Errorf("%q in both", m.Name)
		}
	}
	held := 0
	for _, e := range en.Ends {
		held += e.Cases
	}
	doc, _ := s.get(t, "/learning/milestones")
	if said := text(doc.Find("section[aria-labelledby=fit-h] > p")); held == 0 || !strings.HasPrefix(said, strconv.Itoa(en.Exact)+" of "+strconv.Itoa(held)+" ") {
		t.Errorf("%q, but %d were held to the road", said, held)
	}
}

// TestNotMetIsWhatCouldHaveBeen: a deal in which a milestone was marked as not
// needed, or whose process has no such milestone, does not lack it; and of a few
// deals no page tells what cannot be told.
func TestNotMetIsWhatCouldHaveBeen(t *testing.T) {
	s := open(t)
	own := s.desks(nil, "en").Book
	m := own.Processes[0].Milestones[0].Addr
	var facts []deal.Fact
	say := func(which string, day int, b deal.Body) {
		at := today.AddDate(0, 0, day-50)
		facts = append(facts, deal.Fact{ID: throughline.FactID(throughline.KeyedID(at, "fact", strconv.Itoa(len(facts)))),
			Deal: throughline.DealID(throughline.KeyedID(today, "deal", which)), Happened: at, Learned: at, Body: b})
	}
	for _, which := range []string{"has it", "needs it not", "has it not", "goes another way"} {
		say(which, 0, deal.Opened{Title: which})
	}
	say("has it", 5, deal.MilestoneMet{Milestone: m})
	say("needs it not", 5, deal.MilestoneMet{Milestone: m, NotNeeded: true})
	say("goes another way", 5, deal.ProcessPicked{Process: "process/other", Reason: "it does"})
	s.keep(t, store.Batch{Facts: facts})
	lacking := func(processes ...playbook.Process) string {
		book := *own
		book.Processes = append(slices.Clone(book.Processes), processes...)
		book.Hash += strconv.Itoa(len(processes))
		d := s.desks(nil, "en")
		d.Book = &book
		got, err := operation.MineCases.Run(t.Context(), d, &learning.CasesInput{Lacks: m.Last()})
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, r := range got.(learning.CaseList).Rows {
			out = append(out, r.Title)
		}
		slices.Sort(out)
		return strings.Join(out, ", ")
	}
	if got := lacking(); got != "goes another way, has it not" {
		t.Errorf("of one process: %s", got)
	}
	if got := lacking(playbook.Process{ID: "other"}); got != "has it not" {
		t.Errorf("of two processes: %s", got)
	}
	for path, says := range map[string]string{"/learning/milestones": "#useful-h + .learn-words", "/learning/time": "#trends-h + .learn-words"} {
		for lang, want := range map[string][2]string{"en": {"Nothing can be told", "Too few"}, "zh": {"还说不出什么", "太少"}} {
			doc, _ := s.get(t, path, "Accept-Language", lang)
			if got := text(doc.Find(says)); !strings.Contains(got, want[0]) && !strings.Contains(got, want[1]) {
				t.Errorf("%s %s: %q", lang, path, got)
			}
		}
	}
}
