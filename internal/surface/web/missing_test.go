package web_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/reviewing"
	"github.com/throughline/throughline/internal/showing"
)

// TestWhoIsMissingIsTheSameEverywhere: the deal, its people, the page before a
// call and the API name the same roles, on every open deal.
func TestWhoIsMissingIsTheSameEverywhere(t *testing.T) {
	s := stocked(t)
	d, words := s.desk(), phrase.For("en")
	list := asks[showing.DealList](t, d, operation.ListDeals, &showing.DealsInput{Outcome: "open", Sort: "title"})
	some := 0
	for _, row := range list.Rows {
		id := row.ID.String()
		prepared := asks[reviewing.Preparation](t, d, operation.PrepareCall, &showing.DealInput{ID: id})
		var want []string
		for _, m := range prepared.Missing {
			want = append(want, phrase.Initial(words.Role(m.Role)))
		}
		some += min(1, len(want))
		page, _ := s.get(t, "/deals/"+id+"?whole=yes") // a deal that follows their steps shows only these at first
		body := text(page.Find("main"))
		quoted := []string{}
		for _, m := range prepared.Missing {
			quoted = append(quoted, words.Say("people.quoted", "role", words.Role(m.Role)))
		}
		if says := words.Say("people.lacking", "roles", words.List(quoted)); len(quoted) > 0 && !strings.Contains(body, says) || len(quoted) == 0 && strings.Contains(body, "Nobody is known for") {
			t.Errorf("%s: the deal does not say %q", row.Title, says)
		}
		before, _ := s.get(t, "/deals/"+id+"/before")
		var got []string
		before.Find(".before section[aria-labelledby=who-h] p .tag").Each(func(_ int, e *goquery.Selection) { got = append(got, text(e)) })
		if !slices.Equal(got, want) {
			t.Errorf("%s: before a call %v are missing, to the API %v", row.Title, got, want)
		}
		people, _ := s.get(t, "/deals/"+id+"/people")
		for _, role := range want {
			if !strings.Contains(text(people.Find("main")), role) {
				t.Errorf("%s: its people do not miss %s", row.Title, role)
			}
		}
	}
	if some < 10 {
		t.Errorf("somebody is missing on %d of %d deals: too few to tell", some, len(list.Rows))
	}
}
