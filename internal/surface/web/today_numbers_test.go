package web_test

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/workshop"
	"github.com/throughline/throughline/playbooks"
)

// number is the first number in a text, "one" for one.
func number(t testing.TB, s string) int {
	t.Helper()
	if s == "Nothing asks for a look" {
		return 0
	}
	if strings.HasPrefix(strings.ToLower(s), "one ") || strings.Contains(s, ", and one ") {
		return 1
	}
	word := strings.ReplaceAll(regexp.MustCompile(`[0-9][0-9,]*`).FindString(s), ",", "")
	n, err := strconv.Atoi(word)
	if err != nil {
		t.Fatalf("no number in %q", s)
	}
	return n
}

// TestTodaysNumbersAreOne: the count, its parts, the list behind it in any
// order, those gone quiet, and the bar are of the same deals and agree, for
// everybody and for each seller, named or saying who they are.
func TestTodaysNumbersAreOne(t *testing.T) {
	s := stocked(t)
	ours := asks[operation.Ours](t, s.desk(), operation.ListOurs, &operation.Nothing{})
	type view struct {
		name, query, cookie string
		owner               string // "" for everybody
		open                int
	}
	views := []view{{name: "everybody", open: -1}}
	for _, p := range ours.People {
		id := throughline.ID(p.ID).String()
		views = append(views, view{p.Name, "?owner=" + url.QueryEscape(p.Name), "", p.Name, p.Open}, view{p.Name + " herself", "", "me=" + id, p.Name, p.Open})
	}
	if len(views) < 5 {
		t.Fatal("too few sellers")
	}
	total := 0
	for _, v := range views {
		d, _ := s.get(t, "/"+v.query, "Cookie", v.cookie)
		lede, heading := text(d.Find(".lede").First()), text(d.Find("h1"))
		all := number(t, heading)
		parts := regexp.MustCompile(`· ([0-9,]+) of ([0-9,]+) open deals?(?:, and (one|[0-9,]+) that)?`).FindStringSubmatch(lede)
		if parts == nil {
			t.Fatalf("%s: %q", v.name, lede)
		}
		asking, open, woken := number(t, parts[1]), number(t, parts[2]), 0
		if parts[3] != "" {
			woken = number(t, strings.Replace(parts[3], "one", "1", 1))
		}
		living := 0
		if won := regexp.MustCompile(`; ([0-9,]+) won and not at (?:its|their) result`).FindStringSubmatch(lede); won != nil {
			living = number(t, won[1])
		}
		if v.name == "everybody" && living == 0 {
			t.Error("no deal that was won asks for a look")
		}
		if asking+woken+living != all {
			t.Errorf("%s: %d open, %d put off and %d won make %d, not %q", v.name, asking, woken, living, asking+woken+living, heading)
		}
		if v.open >= 0 && open != v.open {
			t.Errorf("%s: %d open deals, and the page of who we are says %d", v.name, open, v.open)
		}
		bar := 0
		var inBar int
		d.Find(".legend li").Each(func(i int, e *goquery.Selection) {
			n := number(t, e.Find("strong").Text())
			bar += n
			if strings.Contains(text(e), "still open") {
				inBar = n
			}
		})
		if inBar != open {
			t.Errorf("%s: the bar has %d open, the line above %d", v.name, inBar, open)
		}
		left := 0
		d.Find(".ends p.mute a").Each(func(_ int, e *goquery.Selection) { left += number(t, text(e)) })
		list := func(href string) (n int, doc *goquery.Document) {
			doc, _ = s.get(t, href, "Cookie", v.cookie)
			return number(t, text(doc.Find("h1"))), doc
		}
		owner := ""
		if v.owner != "" {
			owner = "?owner=" + url.QueryEscape(v.owner)
		}
		whole, _ := list("/deals" + owner)
		if whole != bar+left {
			t.Errorf("%s: the bar and what it leaves out hold %d and %d, the list %d", v.name, bar, left, whole)
		}
		if v.owner == "" {
			total = whole
		} else if whole >= total {
			t.Errorf("%s has all %d deals", v.name, whole)
		}
		if quiet := d.Find("a.quiet"); quiet.Length() > 0 {
			if n, _ := list(quiet.AttrOr("href", "")); n != number(t, text(quiet)) {
				t.Errorf("%s: %q leads to %d", v.name, text(quiet), n)
			}
			joint := "&"
			if v.query == "" {
				joint = "?"
			}
			q, _ := s.get(t, "/"+v.query+joint+"silent=true", "Cookie", v.cookie)
			if n := number(t, text(q.Find("h1"))); n != number(t, text(quiet)) {
				t.Errorf("%s: %q, and the filter says %q", v.name, text(quiet), text(q.Find("h1")))
			}
		}
		if more := d.Find(".more a"); more.Length() > 0 {
			n, doc := list(more.AttrOr("href", ""))
			if n != all {
				t.Errorf("%s: %q leads to %d", v.name, text(more), n)
			}
			if named := text(doc.Find("#f-owner option[selected]")); v.owner != "" && named != v.owner {
				t.Errorf("%s: the list's filter names %q", v.name, named)
			}
		} else if rows := d.Find(".rows .row").Length(); rows != all {
			t.Errorf("%s: %d rows of %d, and no way to the rest", v.name, rows, all)
		}
		for _, order := range []string{"amount", "quiet", "close-date", "title"} {
			joint := "&"
			if v.query == "" {
				joint = "?"
			}
			o, _ := s.get(t, "/"+v.query+joint+"sort="+order, "Cookie", v.cookie)
			if text(o.Find("h1")) != heading || text(o.Find(".lede").First()) != lede {
				t.Errorf("%s by %s: %q and %q, else %q and %q", v.name, order, text(o.Find("h1")), text(o.Find(".lede").First()), heading, lede)
			}
		}
		if v.cookie != "" {
			everybody, _ := s.get(t, d.Find(".today-do .choice a").First().AttrOr("href", ""), "Cookie", v.cookie)
			plain, _ := s.get(t, "/")
			if text(everybody.Find("h1")) != text(plain.Find("h1")) {
				t.Errorf("%s: everybody's are %q, to a stranger %q", v.name, text(everybody.Find("h1")), text(plain.Find("h1")))
			}
		}
	}
}

// desk is one beside the pages, on the same ledger and day.
func (s *shop) desk() *operation.Desk {
	book, found := compile.Playbook(playbooks.Starter())
	d := &operation.Desk{Bench: workshop.Bench{Findings: found}, Holds: operation.MayRead}
	d.Ledger, d.Workspace, d.Book, d.Now = s.ledger, throughline.DefaultWorkspace, book, func() time.Time { return today }
	d.Language, d.Usual = "en", s.usual
	return d
}

func asks[Out any](t testing.TB, d *operation.Desk, o operation.Operation, in any) Out {
	t.Helper()
	out, err := o.Run(t.Context(), d, in)
	if err != nil {
		t.Fatal(err)
	}
	return out.(Out)
}
