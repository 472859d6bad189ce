package web_test

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/company"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/learning"
	"github.com/throughline/throughline/internal/listing"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/playbook/compile"
	"github.com/throughline/throughline/internal/surface/web"
	"github.com/throughline/throughline/playbooks"
)

// TestDealsByProcess: a company that runs several processes chooses one from a
// menu; the list, its count, the next page and the search stay with it, whether
// lists are kept by a server or not. A company with one has no such menu.
func TestDealsByProcess(t *testing.T) {
	s := open(t)
	book, found := compile.Playbook(playbooks.Demo())
	if found.Errors() {
		t.Fatal(found)
	}
	for _, b := range company.Batches(company.Generate(1, throughline.DayOf(today, time.UTC), time.UTC, book), 64) {
		s.keep(t, b)
	}
	own := s.desks
	var keeper *listing.Keeper
	s.handler = web.New(web.Options{Pulse: &desk.Pulse{}, Desk: func(r *http.Request, language string) *operation.Desk {
		d := own(r, language)
		d.Book, d.Lists = book, keeper
		return d
	}})
	d := own(nil, "en")
	d.Book = book
	number := regexp.MustCompile(`[\d,]+`)
	for _, kept := range []bool{false, true} {
		if kept {
			keeper = listing.New(&d.Desk)
			if err := keeper.Check(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		count := func(path string) int {
			t.Helper()
			page, _ := s.get(t, path)
			n, err := strconv.Atoi(strings.ReplaceAll(number.FindString(page.Find("h1").Text()), ",", ""))
			if err != nil {
				t.Fatalf("%s is headed %q", path, page.Find("h1").Text())
			}
			return n
		}
		all, standard, order := count("/deals"), count("/deals?process=standard"), count("/deals?process=order")
		if all != company.Total || order < 20 || standard+order != all {
			t.Errorf("kept %v: %d deals, %d and %d by process", kept, all, standard, order)
		}
		for process, want := range map[string]int{"order": order, "standard": standard} {
			d := own(nil, "en")
			d.Book, d.Lists = book, keeper
			out, err := operation.MineOverview.Run(t.Context(), d, &learning.OverviewInput{Part: learning.Part{Process: process}})
			if got, is := out.(learning.Overview); err != nil || !is || got.Cases != want {
				t.Errorf("kept %v: learning has %d deals on %s, the list %d: %v", kept, got.Cases, process, want, err)
			}
		}
		first, other := count("/deals?segment=purchase%3Dfirst"), count("/deals?segment=purchase%3Dorder")
		open := count("/deals?segment=purchase%3Dfirst&outcome=open")
		if first < 20 || other < 20 || first+other > all || open == 0 || open >= first || count("/deals?segment=purchase%3Dno-such") != 0 {
			t.Errorf("kept %v: %d and %d of %d deals by what is known of them, %d open", kept, first, other, all, open)
		}
		known, _ := s.get(t, "/deals?segment=purchase%3Dfirst")
		if menu := known.Find("select[name=segment]"); menu.Find("option").Length() != 5 || menu.Find("option[selected]").AttrOr("value", "") != "purchase=first" {
			t.Errorf("the menu is %s", menu.Text())
		}
		if odd, r := s.get(t, "/deals?segment=nonsense"); r.StatusCode != 200 || !strings.Contains(odd.Find("main").Text(), "purchase=first") {
			t.Errorf("a segment that is none: %d", r.StatusCode)
		}
		page, _ := s.get(t, "/deals?process=standard&lang=zh")
		if menu := page.Find("select[name=process]"); menu.Find("option").Length() != 3 || menu.Find("option[selected]").AttrOr("value", "") != "standard" {
			t.Errorf("the menu is %s", menu.Text())
		}
		has(t, page, "label[for=f-process]", "我们的流程")
		if next := page.Find("a[rel=next]").AttrOr("href", ""); !strings.Contains(next, "process=standard") {
			t.Errorf("the next page is %q", next)
		}
	}
	page, _ := stocked(t).get(t, "/deals")
	if n := page.Find("select[name=process]").Length(); n != 0 {
		t.Errorf("one process, and %d menus to choose it", n)
	}
}
