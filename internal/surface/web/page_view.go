package web

import (
	"net/url"

	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/showing"
)

// viewsView are the views that are kept, and the way to keep this one.
type viewsView struct {
	Here  []viewView
	Query string // of this list; "" where there is nothing to keep
	Made  string // who keeps the view that is shown
	Away  string // its id, to take it away
	Name  string
	Save  bool // this list is no view yet
}

type viewView struct {
	choice
	Note string
}

// views gives the ways to the lists that are at hand and those that are kept.
func (v *visit) views(writes bool) (out viewsView, err error) {
	kept, err := ask[showing.Views](v, operation.ListViews, &desk.Nothing{})
	if err != nil {
		return out, err
	}
	q := v.kept()
	q.Del("as_of")
	out.Query = q.Encode()
	met := false
	add := func(word, query, note string) bool {
		want, err := url.ParseQuery(query)
		here := err == nil && want.Encode() == out.Query
		met = met || here
		out.Here = append(out.Here, viewView{choice{Word: word, Href: v.viewAt(query), Here: here}, note})
		return here
	}
	add(v.p.Say("table.view_open"), "outcome=open", "")
	if me := v.desk.Author; !me.IsZero() {
		add(v.p.Say("table.view_mine"), "outcome=open&owner="+me.String(), "")
	}
	add(v.p.Say("table.view_month"), url.Values{"outcome": {"open"}, "due_to": {v.monthEnd()}, "sort": {"close-date"}}.Encode(), "")
	add(v.p.Say("table.view_silent"), "outcome=open&silent=true&sort=quiet", "")
	add(v.p.Say("table.view_all"), "", "")
	for _, x := range kept.Views {
		note := ""
		if who := kept.People[x.By]; who != "" {
			note = v.p.Say("table.view_by", "who", who)
		}
		if add(x.Name, x.Query, note) && writes {
			out.Away, out.Made, out.Name = x.ID.String(), note, x.Name
		}
	}
	out.Save = writes && !met
	return out, nil
}

// viewAt is the address of a view, as of the same day.
func (v *visit) viewAt(query string) string {
	q, err := url.ParseQuery(query)
	if err != nil {
		q = url.Values{}
	}
	if !v.asOf.IsZero() {
		q.Set("as_of", v.asOf.String())
	}
	return address("/deals", q)
}

// monthEnd is the last day of this month.
func (v *visit) monthEnd() string {
	d := v.day()
	for d.Add(1).Civil().Month() == d.Civil().Month() {
		d = d.Add(1)
	}
	return d.String()
}

// postView keeps a view, or brings back one that was taken away.
func (s *site) postView(v *visit) (string, error) {
	x, err := ask[showing.View](v, operation.SaveView, &showing.ViewInput{ID: v.text("id"), Name: v.text("name"), Query: v.text("query")})
	if err != nil {
		return "", err
	}
	v.tell(said{What: "view_kept", View: []string{x.ID.String(), x.Name, x.Query}})
	return v.viewAt(x.Query), nil
}

// postViewAway takes a view away.
func (s *site) postViewAway(v *visit) (string, error) {
	x, err := ask[showing.View](v, operation.DropView, &showing.ViewInput{ID: v.text("id")})
	if err != nil {
		return "", err
	}
	v.tell(said{What: "view_away", View: []string{x.ID.String(), x.Name, x.Query}})
	return v.viewAt(x.Query), nil
}
