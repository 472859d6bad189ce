package web

import (
	"net/url"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/showing"
)

// bulkView is what can be done to the deals that are chosen in the table.
type bulkView struct {
	Then   string // where to go afterwards
	Owners []option
	Causes []option
	Later  string // a day on which what was put off may come back
	All    string // all that match, where they are more than those on the page
	Query  string // which these are
}

// mostRefused is how many deals that were left as they are a page names.
const mostRefused = 4

func (v *visit) bulk(matched, shown int) (*bulkView, error) {
	p := v.p
	out := &bulkView{Then: v.to(), Later: v.today.Add(90).String(), Query: v.kept().Encode()}
	if matched > shown {
		out.All = p.Say("table.all_matching", "n", matched)
	}
	offer, err := ask[showing.Ours](v, operation.ListOurs, &desk.Nothing{})
	if err != nil {
		return nil, err
	}
	out.Owners = []option{{Word: p.Say("table.to_whom"), Chosen: true}}
	for _, o := range offer.People {
		out.Owners = append(out.Owners, option{Value: o.ID.String(), Word: o.Name})
	}
	for _, c := range throughline.Causes() {
		out.Causes = append(out.Causes, option{Value: string(c), Word: p.Cause(c)})
	}
	out.Causes = append(out.Causes, option{Value: "unknown", Word: p.Cause(throughline.CauseUnknown)})
	return out, nil
}

// postMany does one thing to all deals that were chosen.
func (s *site) postMany(v *visit) (string, error) {
	in := &recording.ManyInput{Deals: v.PostForm["deal"], Once: v.text("once")}
	if v.text("all") != "" {
		var err error
		if in.Deals, err = v.allMatching(v.text("query")); err != nil {
			return "", err
		}
	}
	var err error
	switch v.text("act") {
	case "owner":
		in.Owner = v.text("to")
		if in.Owner == "" {
			err = throughline.Fail("change deals", throughline.Invalid, "", throughline.Refuse("many_whom", "to whom? Nobody was chosen"))
		}
	case "expect":
		in.Expect, err = v.neededDay("expect")
	case "put_off":
		in.PutOff, err = v.neededDay("until")
	case "no_decision":
		in.NoDecision = v.text("cause")
	}
	if err != nil {
		return "", err
	}
	c, err := ask[recording.Changed](v, operation.RecordMany, in)
	if err != nil {
		return "", err
	}
	v.tell(v.manyChanged("changed", c))
	return v.then("/deals"), nil
}

func (v *visit) neededDay(name string) (throughline.Day, error) {
	d, err := v.dayField(name)
	if err == nil && d.IsZero() {
		err = throughline.Fail("change deals", throughline.Invalid, "", throughline.Refuse("day", "which day? None is named"))
	}
	return d, err
}

// allMatching gives all deals of a list, by its address.
func (v *visit) allMatching(query string) (ids []string, err error) {
	q, err := url.ParseQuery(query)
	if err != nil {
		return nil, throughline.Fail("change deals", throughline.Invalid, "", throughline.Refuse("view_query", "this is no address of a list"))
	}
	own := *v
	own.query = q
	in, _ := own.listInput()
	in.Limit, in.Offset, in.Sums = 0, 0, false
	l, err := ask[showing.DealList](v, operation.ListDeals, in)
	for _, r := range l.Rows {
		ids = append(ids, r.ID.String())
	}
	return ids, err
}

// postBack takes an act back, or does it again.
func (s *site) postBack(v *visit) (string, error) {
	c, err := ask[recording.Changed](v, operation.RecordBack, &recording.BackInput{Number: v.PathValue("number"), Once: v.text("once")})
	if err != nil {
		return "", err
	}
	what := "many_undone"
	if v.text("redo") != "" {
		what = "changed"
	}
	v.tell(v.manyChanged(what, c))
	return v.then("/deals"), nil
}

// manyChanged is what there is to say of an act: how many deals were changed, which
// were not and why, and how it is taken back.
func (v *visit) manyChanged(what string, c recording.Changed) said {
	m := said{What: what, N: len(c.Deals), Before: c.Known, Act: c.Number}
	for i, x := range c.Refused {
		if i == mostRefused {
			m.Mind = append(m.Mind, v.p.Say("table.refused_more", "n", len(c.Refused)-i))
			break
		}
		title := x.Title
		if strings.TrimSpace(title) == "" {
			title = v.p.Say("deal.untitled")
		}
		m.Mind = append(m.Mind, v.p.Say("table.refused", "deal", shorten(title), "why", v.refusal(x.Err)))
	}
	return m
}

// shorten keeps a title to a length that a line has room for.
func shorten(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return s
}
