package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/showing"
)

// TestADateThatHasPassedIsSaid: it is kept, and the page asks about it.
func TestADateThatHasPassedIsSaid(t *testing.T) {
	s := open(t)
	path := s.newDeal(t)
	for day, asks := range map[string]bool{"2020-01-01": true, "2026-11-22": true, "2026-11-23": false, "2027-03-01": false} {
		d, r := s.sends(t, path+"/date", url.Values{"by": {day}})
		if got := text(d.Find(".said")); r.StatusCode != 200 || strings.Contains(got, "has passed") != asks {
			t.Errorf("%s: %d %q", day, r.StatusCode, got)
		}
	}
}

// TestAnAmountHasACurrency: typed with the amount; the form holds what stands.
func TestAnAmountHasACurrency(t *testing.T) {
	s := open(t)
	path := s.newDeal(t)
	if d, r := s.sends(t, path+"/amount", url.Values{"amount": {"50000"}}); r.StatusCode != 400 || d.Find("textarea[name=amount]").Text() != "50000" {
		t.Errorf("an amount without any currency: status %d", r.StatusCode)
	}
	d, _ := s.sends(t, path+"/amount", url.Values{"amount": {"EUR 50k"}})
	if got := text(d.Find(".head .facts")); !strings.Contains(got, "€50,000") {
		t.Errorf("it shows %q", got)
	}
	held := d.Find(`form[action$="/amount"] input[name=amount]`).AttrOr("value", "")
	if d, _ = s.sends(t, path+"/amount", url.Values{"amount": {held}}); held == "" || !strings.Contains(text(d.Find(".head .facts")), "€50,000") {
		t.Errorf("what the form holds, %q, is not what it stands for: %q", held, text(d.Find(".head .facts")))
	}
}

// TestPurchasesOfAGrowthAreCounted: the heading counts what stands below it, and
// this one.
func TestPurchasesOfAGrowthAreCounted(t *testing.T) {
	s := stocked(t)
	numbers := []string{"", "One", "Two", "Three", "Four", "Five", "Six"}
	seen := 0
	for _, c := range s.truth {
		a, err := operation.ShowLineage.Run(t.Context(), s.reader(), &showing.DealInput{ID: c.Deal.String()})
		if err != nil {
			t.Fatal(err)
		}
		n := len(a.(showing.Lineage).Links)
		if n == 0 || seen > 3 && n < 2 {
			continue
		}
		seen++
		d, _ := s.get(t, "/deals/"+c.Deal.String())
		if got, want := text(d.Find("#lineage-h")), numbers[n+1]+" purchases"; !strings.HasPrefix(got, want) {
			t.Errorf("over %d links it says %q", n, got)
		}
		if seen > 6 {
			break
		}
	}
	if seen == 0 {
		t.Error("no deal has any")
	}
}

// TestTheGridSaysWhatClassesSwitchOn: what a deal's questions and tools come from
// is not said to be nothing.
func TestTheGridSaysWhatClassesSwitchOn(t *testing.T) {
	s := stocked(t)
	book := s.reader().Book
	d, _ := s.get(t, "/playbook/packs")
	sound(t, "packs", d)
	rows := map[string]string{}
	for _, dt := range d.Find(".pk-class dt").EachIter() {
		rows[text(dt)] = text(dt.Next())
	}
	for _, c := range throughline.Classes() {
		for _, u := range book.BlendOf(book.Processes[0], c) {
			pack, ok := book.AnyPack(u.Pack)
			if found := fmt.Sprint(rows); !ok || !strings.Contains(found, pack.Name.Text.In("en")) {
				t.Errorf("%s switches %s on, and the grid says %s", c, u.Pack, found)
			}
		}
	}
	if strings.Contains(text(d.Find("main")), "borrows no method") {
		t.Error("it says that nothing is borrowed")
	}
}

// TestAllAnsweredIsAllAnswered: a fold in which something is not read yet does not say so.
func TestAllAnsweredIsAllAnswered(t *testing.T) {
	s := stocked(t)
	folds := 0
	for _, c := range s.truth {
		if c.Outcome != throughline.StillOpen || folds > 25 {
			continue
		}
		d, _ := s.get(t, "/deals/"+c.Deal.String()+"/class")
		for _, f := range d.Find("details.fold").EachIter() {
			folds++
			open := 0
			for _, x := range f.Find("fieldset").EachIter() {
				if x.Find("input[checked]").AttrOr("value", "") == "" {
					open++
				}
			}
			if got := text(f.Find(".fold-says")); open > 0 && strings.Contains(got, "all answered") {
				t.Errorf("%s: %d open under %q", c.Deal, open, got)
			}
		}
	}
	if folds == 0 {
		t.Error("no page was looked at")
	}
}
