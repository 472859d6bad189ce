package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"unicode"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// arabic opens a deal in which every word that a person wrote is Arabic, with
// brackets and numbers in it, with a fact of nearly every kind.
func (s *shop) arabic(t testing.TB) string {
	t.Helper()
	d, acc := throughline.DealID(id("deal", "arabic")), throughline.AccountID(id("account", "arabic"))
	own, who, two := throughline.PersonID(id("person", "arabic own")), throughline.PersonID(id("person", "arabic who")), throughline.PersonID(id("person", "arabic two"))
	at, n := today.AddDate(0, 0, -60), 0
	fact := func(b deal.Body) deal.Fact {
		n++
		when := at.AddDate(0, 0, n)
		return deal.Fact{ID: throughline.FactID(id("fact", fmt.Sprint("arabic", n))), Deal: d, Happened: when, Learned: when, Recorded: when, By: deal.ByOurs(own),
			Grade: throughline.E2, Source: deal.Source{System: "person", Record: "بريد (3)"}, Body: b}
	}
	w := func(s string) string { return "نص " + s + " (A/B) 3.5" }
	yes := true
	strategy := fact(deal.Strategy{Aim: w("aim"), Bet: w("bet"), By: "2026-11-20", Against: w("against"), StopIf: w("stop"), Because: w("because"),
		Stops: []deal.Stop{{What: w("what"), Owner: w("owner"), Sign: w("sign")}}, Moves: []deal.Move{{What: w("move"), Purpose: w("for"), Person: who, Bring: w("bring"), Expect: w("expect"), By: "2026-11-30"}}})
	target := fact(deal.TargetSet{Measure: w("measure"), Target: w("15"), Baseline: w("38")})
	facts := []deal.Fact{
		fact(deal.Opened{Title: w("title"), Account: acc, Owner: own, Attributes: map[string]string{"region": w("region")}}),
		fact(deal.StageMoved{Foreign: w("stage")}),
		fact(deal.AmountChanged{Amount: throughline.Money{Cents: 41200000, Currency: "USD"}}),
		fact(deal.PersonJoined{Person: who, Role: throughline.ProblemOwner, Function: w("function")}),
		fact(deal.PersonJoined{Person: two, Role: throughline.BudgetDecider, Function: w("function two")}),
		fact(deal.Stance{Person: who, Value: 2, Agrees: &yes, Wants: w("wants"), Fears: w("fears")}),
		fact(deal.Stance{Person: two, Value: -1, Wants: w("wants two"), Fears: w("fears two")}),
		fact(deal.Evidence{About: "journey/p1", Person: who, Text: w("they see it")}),
		fact(deal.Evidence{About: "journey/p2", Text: w("they own it")}),
		fact(deal.Contradiction{About: "journey/p2", Text: w("they do not")}),
		fact(deal.PhaseNotNeeded{Phase: throughline.Explore, Reason: w("known")}),
		fact(deal.StepMoved{Step: "contracting/k3", State: throughline.StepBegun, Person: who, Text: w("step")}),
		fact(deal.Noticed{Event: deal.NewVeto, Person: two, Text: w("veto")}),
		fact(deal.Override{Position: throughline.Align, Reason: w("override")}),
		fact(deal.Judged{Category: deal.Commit, Reason: w("judged")}),
		strategy, target,
		fact(deal.ResultMeasured{Actual: w("16")}),
		fact(deal.WorkMoved{What: w("work"), State: throughline.StepBegun, Owner: w("whose")}),
		fact(deal.StepStated{Text: w("their step"), Owner: w("theirs"), Rule: w("rule")}),
		fact(deal.Noted{Text: w("note")}),
		fact(deal.Asked{Text: w("question")}),
		fact(deal.PromiseMade{Person: who, What: w("promise"), Words: w("words")}),
	}
	s.keep(t, store.Batch{Accounts: []store.Account{{ID: acc, Recorded: at, Name: "شركة الأفق (2024) A/B-7"}},
		People: []store.Person{{ID: own, Recorded: at, Ours: true, Name: "نور (1)"}, {ID: who, Recorded: at, Name: "ليلى (2)", Title: w("job"), Account: acc}, {ID: two, Recorded: at, Name: "سامي (3)", Title: w("job two"), Account: acc}},
		Facts:  facts})
	return "/deals/" + d.String()
}

func rtl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Arabic, r) })
}

// withoutDirection lists the words written from right to left that nothing keeps
// from being turned about: no dir of their own, no bdi, no marks around them.
func withoutDirection(d *goquery.Document) (out []string) {
	own := func(n *html.Node) bool {
		for p := n; p != nil && p.Data != "main" && p.Data != "body"; p = p.Parent {
			for _, a := range p.Attr {
				if a.Key == "dir" || a.Key == "class" && strings.Contains(a.Val, "written") {
					return true
				}
			}
			if p.Data == "bdi" {
				return true
			}
			if p != n && p.Type == html.ElementNode && p.FirstChild != p.LastChild && (p.Data == "section" || p.Data == "ul" || p.Data == "form") {
				return false // a box of several things
			}
		}
		return false
	}
	marked := func(s string) bool {
		depth := 0
		for _, r := range s {
			switch {
			case r == '\u2068':
				depth++
			case r == '\u2069':
				depth--
			case depth == 0 && unicode.Is(unicode.Arabic, r):
				return false
			}
		}
		return true
	}
	at := func(n *html.Node) string {
		var path []string
		for p := n; p != nil && len(path) < 4; p = p.Parent {
			name := p.Data
			for _, a := range p.Attr {
				if a.Key == "class" || a.Key == "id" || a.Key == "name" {
					name += "." + a.Val
				}
			}
			path = append([]string{name}, path...)
		}
		return strings.Join(path, " > ")
	}
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.ElementNode && (n.Data == "head" || n.Data == "script" || n.Data == "datalist" || n.Data == "option" || n.Data == "title" && n.Parent.Data != "head" || n.Data == "desc"):
			return // no markup is shown in these; a browser draws them by their own letters
		case n.Type == html.TextNode && rtl(n.Data) && !marked(n.Data) && !own(n.Parent):
			out = append(out, at(n.Parent)+": "+strings.TrimSpace(n.Data))
		case n.Type == html.ElementNode && n.Data == "input":
			value, hidden := "", false
			for _, a := range n.Attr {
				if a.Key == "value" {
					value = a.Val
				}
				hidden = hidden || a.Key == "type" && (a.Val == "hidden" || a.Val == "radio" || a.Val == "checkbox" || a.Val == "date")
			}
			if rtl(value) && !hidden && !own(n) {
				out = append(out, at(n)+": "+value)
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(d.Nodes[0])
	return out
}

// TestWordsHaveTheirOwnDirection: on every page, whatever somebody wrote is set
// apart, so that brackets and numbers in it stay where they were written.
func TestWordsHaveTheirOwnDirection(t *testing.T) {
	s := open(t)
	path := s.arabic(t)
	pages := []string{"/", "/deals?sort=amount", "/deals", "/review", "/forecast", "/learning", "/learning/cases?what=open", "/me", path}
	for _, p := range []string{"/before", "/strategy", "/people", "/contracting", "/close", "/class", "/steps", "/capture"} {
		pages = append(pages, path+p)
	}
	pages = append(pages, path+"?as_of=2026-11-20", "/deals?search="+url.QueryEscape("نص"), "/forecast/model?only="+url.QueryEscape("نور"))
	seen := 0
	check := func(where string, d *goquery.Document) {
		t.Helper()
		if rtl(d.Text()) {
			seen++
		}
		met := map[string]bool{}
		for _, w := range withoutDirection(d) {
			if !met[w] && len(met) < 40 {
				met[w] = true
				t.Errorf("%s: %s", where, w)
			}
		}
	}
	for _, page := range pages {
		d, r := s.get(t, page)
		if r.StatusCode != 200 {
			t.Errorf("%s: status %d", page, r.StatusCode)
		}
		check(page, d)
	}
	d, _ := s.sends(t, path+"/capture", url.Values{"text": {"ليلى (2) signed the plan on Monday. نص آخر (4)"}, "do": {"read"}})
	check("capture", d)
	d, _ = s.sends(t, path+"/evidence", url.Values{"about": {"journey/p1"}, "grade": {"E2"}, "text": {"نص (5)"}, "on": {"2027-01-01"}})
	check("unsent", d)
	if seen < 12 {
		t.Errorf("only on %d pages stands anything to look at", seen)
	}
	for _, lang := range []string{"en", "zh"} {
		d, _ := s.get(t, path, "Accept-Language", lang)
		if got := d.Find("h1").AttrOr("dir", ""); got != "auto" {
			t.Errorf("%s: the heading has the direction %q", lang, got)
		}
	}
}
