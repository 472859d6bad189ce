package web

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/workshop"
)

// mostFound is how many deals the palette shows.
const mostFound = 8

// mostFoundPeople is how many people it shows beside them.
const mostFoundPeople = 5

// foundDeal is one line of the palette.
type foundDeal struct {
	Name string `json:"name"`
	Note string `json:"note,omitempty"`
	Href string `json:"href"`
}

// find answers the palette: the deals that words may mean, best first.
func (s *site) find(w http.ResponseWriter, r *http.Request) {
	lang := s.language(w, r)
	v := &visit{Request: r, p: phrase.For(lang), desk: s.options.Desk(r, lang), query: r.URL.Query(), out: w}
	v.asOf, _ = throughline.ParseDay(strings.TrimSpace(v.query.Get("as_of"))) // only carried along
	out := struct {
		Deals []foundDeal `json:"deals"`
	}{[]foundDeal{}}
	found, err := ask[showing.FoundDeals](v, operation.FindDeals, &showing.FindInput{Words: v.query.Get("q"), Limit: mostFound})
	if err != nil {
		if r.Context().Err() == nil {
			s.options.Log.Error("finding failed", "error", err)
		}
		http.Error(w, "the deals could not be searched", http.StatusInternalServerError)
		return
	}
	for _, r := range found.Rows {
		f := foundDeal{Name: heading(v.p, r), Href: v.link("/deals/" + r.ID.String())}
		notes := []string{}
		if r.Account != "" && r.Account != f.Name {
			notes = append(notes, r.Account)
		}
		if r.Outcome != "open" {
			notes = append(notes, v.p.Outcome(throughline.Outcome(r.Outcome)))
		}
		f.Note = strings.Join(notes, " · ")
		out.Deals = append(out.Deals, f)
	}
	people, err := ask[showing.Searched](
		v,
		operation.SearchAll,
		&showing.SearchInput{Words: v.query.Get("q"), Names: true, Limit: mostFoundPeople},
	)
	if err != nil && r.Context().Err() == nil {
		s.options.Log.Error("finding people failed", "error", err)
	}
	for _, x := range people.Sellers {
		out.Deals = append(
			out.Deals,
			foundDeal{Name: x.Name, Note: v.p.Say("found.ours"), Href: v.link("/deals", "owner", x.ID.String(), "outcome", "open")},
		)
	}
	for _, x := range people.People {
		note := x.Title
		if note == "" {
			note = v.p.Say("found.theirs")
		}
		out.Deals = append(out.Deals, foundDeal{Name: x.Name, Note: note, Href: v.link("/people/" + x.ID.String())})
	}
	for _, k := range v.packsCalled(v.query.Get("q")) {
		out.Deals = append(out.Deals, foundDeal{Name: k.Name, Note: k.Credit, Href: v.link("/playbook/packs/" + k.ID)})
	}
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Cache-Control", "private, no-store")
	_ = json.NewEncoder(w).Encode(out)
}

// mostFoundPacks is how many methods a search shows.
const mostFoundPacks = 3

// packsCalled are the methods that words mean, by the names people know them by:
// their own here, and those of whoever's ideas they draw on.
func (v *visit) packsCalled(words string) []workshop.PackView {
	if len([]rune(strings.TrimSpace(words))) < 3 {
		return nil
	}
	all, err := ask[workshop.Packs](v, operation.ShowPacks, &workshop.PacksInput{})
	if err != nil {
		return nil // a playbook that cannot be used is said elsewhere
	}
	var out []workshop.PackView
	for _, k := range all.Packs {
		if !k.Core && k.Known(words) && len(out) < mostFoundPacks {
			out = append(out, k)
		}
	}
	return out
}
