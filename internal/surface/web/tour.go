package web

import (
	"strconv"

	"github.com/a-h/templ"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/sharing"
	"github.com/throughline/throughline/internal/showing"
)

// tourParameter says, in an address, at which stop of the tour a page is.
const tourParameter = "tour"

// stop is one of the tour: what is said, and the page on which it is said. A
// path with a % stands for the first deal that asks for a look.
type stop struct {
	key, path string
}

var stops = []stop{
	{"today", "/"},
	{"deal", "/deals/%"},
	{"capture", "/deals/%/capture"},
	{"plan", "/deals/%/plan"},
	{"deals", "/deals"},
	{"forecast", "/forecast"},
	{"playbook", "/playbook"},
}

// tourView is what the tour says on a page.
type tourView struct {
	At, Head, Text, Next, Leave, LeaveWord string
}

// tour says what a page shows to somebody who is being shown around.
func (v *visit) tour() *tourView {
	n, err := strconv.Atoi(v.query.Get(tourParameter))
	if err != nil || n < 1 || n > len(stops) {
		return nil
	}
	p, k := v.p, "tour."+stops[n-1].key
	t := &tourView{At: p.Say("tour.at", "n", n, "of", len(stops)), Head: p.Say(k + ".head"), Text: p.Say(k + ".text"),
		Leave: v.to(tourParameter, ""), LeaveWord: p.Say("tour.leave")}
	if n < len(stops) {
		t.Next = "/tour/" + strconv.Itoa(n+1)
		return t
	}
	t.Leave, t.LeaveWord = "/", p.Say("tour.done")
	return t
}

// tourStop leads to the page of a stop. Without any deal there is nothing to
// show of one: the help page says so.
func (s *site) tourStop(v *visit) (templ.Component, error) {
	n, err := strconv.Atoi(v.PathValue("n"))
	if err != nil || n < 1 || n > len(stops) {
		return s.missing(v)
	}
	path := stops[n-1].path
	if deal, before, after := stopOfDeal(path); deal {
		id, err := v.dealToShow(stops[n-1].key)
		if err != nil {
			return nil, err
		}
		if id == "" {
			v.goTo = "/help?none=yes"
			return nil, nil
		}
		path = before + id + after
	}
	v.goTo = path + "?" + tourParameter + "=" + strconv.Itoa(n)
	return nil, nil
}

func stopOfDeal(path string) (ofDeal bool, before, after string) {
	for i := range path {
		if path[i] == '%' {
			return true, path[:i], path[i+1:]
		}
	}
	return false, path, ""
}

// dealToShow is the deal that asks for a look first, of a plan one whose customer's
// page can be opened here; "" where there is none.
func (v *visit) dealToShow(key string) (string, error) {
	for _, l := range v.desk.Standing {
		if key != "plan" {
			break
		}
		stands, err := sharing.Stands(v.Context(), v.desk.Sharing(), l)
		if err != nil || stands {
			return l.Deal.String(), err
		}
	}
	list, err := ask[showing.Attention](v, operation.ListAttention, &showing.AttentionInput{Limit: 1})
	if err != nil || len(list.Rows) == 0 {
		return "", err
	}
	return list.Rows[0].ID.String(), nil
}
