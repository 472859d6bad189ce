package web

import (
	"net/http"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/showing"
)

// privatePages adds what somebody keeps to themselves about a deal.
func (s *site) privatePages(mux *http.ServeMux) {
	mux.Handle("GET /deals/{id}/private", s.page(s.private))
	mux.Handle("POST /deals/{id}/private", s.post(s.postPrivate))
	mux.Handle("POST /deals/{id}/private-removed", s.post(s.postPrivateRemoved))
}

// privateView is what whoever looks keeps to themselves about a deal.
type privateView struct {
	frame
	Head  dealHeadView
	Who   string // whose notes these are; "": nobody said who they are
	Asks  string // the page on which one says so
	Notes []privateNoteView
	Gone  []privateNoteView // that were taken away
}

type privateNoteView struct{ ID, Text, Day string }

// privately is the way from a deal to what whoever looks keeps to themselves
// about it; nothing where they may keep nothing.
func (v *visit) privately(id throughline.DealID) (choice, error) {
	if !v.asOf.IsZero() || !v.desk.May(member.Private, true) {
		return choice{}, nil
	}
	if g := v.desk.Guest; g != nil && g.Token && !g.Own { // it reads nothing of theirs, not how many there are either
		return choice{}, nil
	}
	notes, err := v.desk.Read().Private(v.Context(), id)
	n := 0
	for _, x := range notes {
		if x.Removed.IsZero() {
			n++
		}
	}
	word := v.p.Say("private.link")
	if n > 0 {
		word = v.p.Say("private.link_n", "n", n)
	}
	return choice{Word: word, Href: v.link("/deals/" + id.String() + "/private")}, err
}

func (s *site) private(v *visit) (component, error) {
	if !v.desk.Allows(operation.ListPrivate) { // before the deal is looked at
		return nil, throughline.Fail("list private notes", throughline.Denied, "", nil)
	}
	page, err := ask[showing.DealPage](v, operation.ShowDeal, &showing.DealInput{View: desk.View{AsOf: v.asOf}, ID: v.PathValue("id")})
	if err != nil {
		return nil, err
	}
	t := v.teller(page)
	out := privateView{Head: t.headOf("private")}
	out.frame = v.frame(v.p.Say("private.title")+" · "+out.Head.Heading, "deals")
	if v.desk.Author.IsZero() {
		out.Asks = v.link("/me")
		return privatePage(out), nil
	}
	people, err := v.desk.Read().People(v.Context(), []throughline.PersonID{v.desk.Author})
	if err != nil {
		return nil, err
	}
	out.Who = people[v.desk.Author].Name
	found, err := ask[showing.PrivateList](v, operation.ListPrivate, &showing.PrivateListInput{ID: page.ID.String(), Removed: true})
	if err != nil {
		return nil, err
	}
	for i := len(found.Notes) - 1; i >= 0; i-- { // the newest first
		n := found.Notes[i]
		row := privateNoteView{n.ID.String(), n.Text, v.p.DayNear(throughline.DayOf(n.Written, v.zone()), v.day())}
		if n.Removed.IsZero() {
			out.Notes = append(out.Notes, row)
		} else {
			out.Gone = append(out.Gone, row)
		}
	}
	return privatePage(out), nil
}

func (s *site) postPrivate(v *visit) (string, error) {
	r, err := ask[recording.WrittenPrivately](v, operation.WritePrivate,
		&recording.PrivateInput{ID: v.PathValue("id"), Text: v.PostFormValue("text"), Once: v.text("once")})
	if err != nil {
		return "", err
	}
	v.tell(said{What: "private", Before: r.Known})
	return v.then("/deals/" + v.PathValue("id") + "/private"), nil
}

func (s *site) postPrivateRemoved(v *visit) (string, error) {
	back := v.text("back") != ""
	_, err := ask[recording.WrittenPrivately](v, operation.RemovePrivate,
		&recording.RemovePrivateInput{ID: v.PathValue("id"), Note: v.text("note"), Back: back})
	if err != nil {
		return "", err
	}
	v.tell(said{What: map[bool]string{true: "private_back", false: "private_removed"}[back]})
	return v.then("/deals/" + v.PathValue("id") + "/private"), nil
}
