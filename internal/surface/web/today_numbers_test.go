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
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/workshop"
	"github.com/throughline/throughline/playbooks"
)

// number is the first number in a text, "one" for one.
func number(t testing.TB, s string) int {
	t.Helper()
	if s == "Nothing asks for a look" || s == "Nothing needs you today" {
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

// TestTodaysNumbersAreOne: what stands on the list, how many more there are, the
// list behind that in any order, those gone quiet, and the bar are of the same
// deals and agree, for everybody and for each seller, named or saying who they are.
func TestTodaysNumbersAreOne(t *testing.T) {
	s := stocked(t)
	ours := asks[showing.Ours](t, s.desk(), operation.ListOurs, &desk.Nothing{})
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
		list := func(href string) (n int, doc *goquery.Document) {
			doc, _ = s.get(t, href, "Cookie", v.cookie)
			return number(t, text(doc.Find("h1"))), doc
		}
		items := d.Find(".td-item").Length()
		if things := number(t, text(d.Find("h1"))); things != items || items > 5 {
			t.Errorf("%s: %q heads %d things", v.name, text(d.Find("h1")), items)
		}
		asking := items
		if more := d.Find(`.td-rest a[href*="asking=true"]`); more.Length() > 0 {
			if items < 5 {
				t.Errorf("%s: %d things, and %q", v.name, items, text(more))
			}
			asking += number(t, text(more))
			href := more.AttrOr("href", "")
			for _, order := range []string{"attention", "amount", "quiet", "close-date", "title"} {
				if n, _ := list(strings.Replace(href, "sort=attention", "sort="+order, 1)); n != asking {
					t.Errorf("%s by %s: %d, and %d stand on the list or behind it", v.name, order, n, asking)
				}
			}
		}
		open := 0
		bar := 0
		d.Find(".legend li").Each(func(i int, e *goquery.Selection) {
			n := number(t, e.Find("strong").Text())
			bar += n
			if strings.Contains(text(e), "still open") {
				open = n
			}
		})
		if v.open >= 0 && open != v.open {
			t.Errorf("%s: %d open deals, and the page of who we are says %d", v.name, open, v.open)
		}
		told := asks[showing.Attention](t, s.desk(), operation.ListAttention, &showing.AttentionInput{Owner: v.owner})
		if v.owner == "" && told.Living == 0 {
			t.Error("no deal that was won asks for a look")
		}
		rest := 0
		if quiet := d.Find(".td-rest p.mute"); quiet.Length() > 0 {
			rest = number(t, text(quiet))
			if link := text(quiet.Find("a")); link != "All open deals" || strings.Contains(text(quiet), "until") {
				t.Errorf("%s: %q leads to a list of all by %q", v.name, text(quiet), link)
			}
		}
		if asking-told.PutOff-told.Living+rest != open {
			t.Errorf("%s: %d with something to do, %d of them put off and %d won, and %d without make no %d open", v.name, asking, told.PutOff, told.Living, rest, open)
		}
		left := 0
		d.Find(".ends p.mute a").Each(func(_ int, e *goquery.Selection) { left += number(t, text(e)) })
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
		}
		if v.cookie != "" {
			everybody, _ := s.get(t, d.Find(".td-head .choice a").First().AttrOr("href", ""), "Cookie", v.cookie)
			plain, _ := s.get(t, "/")
			if text(everybody.Find(".td-list")) != text(plain.Find(".td-list")) {
				t.Errorf("%s: everybody's are not what a stranger sees", v.name)
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
