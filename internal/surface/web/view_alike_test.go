package web_test

import (
	"strings"
	"testing"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/showing"
)

// TestWonDealsLikeThisOne: the deal's page leads to them and shows none until it is
// asked; then at most three, won, of its class, each with its line in the order of
// days; one that nobody classed leads nowhere. The strategy's page leads to the same.
func TestWonDealsLikeThisOne(t *testing.T) {
	s := stocked(t)
	path := s.complexDeals(t, 1)[0]
	d, _ := s.get(t, path)
	to := d.Find("#alike a")
	if to.Length() != 1 || d.Find(".alike").Length() != 0 {
		t.Fatalf("%d ways there, %d shown", to.Length(), d.Find(".alike").Length())
	}
	href := to.AttrOr("href", "")
	if strategy, _ := s.get(t, path+"/strategy"); strategy.Find(`a[href="`+href+`"]`).Length() != 1 {
		t.Errorf("the strategy's page does not lead to %s", href)
	}
	d, r := s.get(t, href)
	if n := d.Find(".alike").Length(); r.StatusCode != 200 || n < 1 || n > 3 {
		t.Fatalf("status %d, %d deals", r.StatusCode, n)
	}
	in := showing.DealInput{ID: strings.TrimPrefix(path, "/deals/"), Alike: true}
	answer, err := operation.ShowDeal.Run(t.Context(), s.reader(), &in)
	if err != nil {
		t.Fatal(err)
	}
	page := answer.(showing.DealPage)
	for i, a := range page.Alike {
		if got := d.Find(".alike h3 a").Eq(i).AttrOr("href", ""); got != "/deals/"+a.ID.String() {
			t.Errorf("the page has %s, the operation %s", got, a.ID)
		}
		if a.Deal.Outcome() != throughline.Won || a.Deal.Class.Value != page.Reading.Class || a.ID == page.ID {
			t.Errorf("%s: %s, %s", a.Title, a.Deal.Outcome(), a.Deal.Class.Value)
		}
		last := 0
		for _, stop := range a.Line {
			if stop.Day < last {
				t.Errorf("%s: day %d after day %d", a.Title, stop.Day, last)
			}
			last = stop.Day
		}
	}
	if d.Find(".alike-line li").Length() == 0 {
		t.Error("no line is told")
	}
	own := open(t)
	if none, _ := own.get(t, own.bare(t, "Nobody knows how they buy")); none.Find("#alike").Length() != 0 {
		t.Error("a deal without a class has deals like it")
	}
}
