package web

import (
	"net/http"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/caretaking"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/surface/arrival"
)

var (
	errNoStance = throughline.Refuse("stance", "where do they stand? One of the five has to be chosen")
	errNoReason = throughline.Refuse("no_reason", "why is it not needed here? A few words are enough")
	errNobody   = throughline.Refuse("not_ours", "this is none of our people")
)

// meCookie holds who of us is looking. Where nobody signs in it says whose
// name stands under what is written, and opens nothing.
const meCookie = "me"

func (v *visit) me() throughline.PersonID {
	c, err := v.Cookie(meCookie)
	if err != nil {
		return throughline.PersonID{}
	}
	id, err := throughline.ParseID(c.Value)
	if err != nil {
		return throughline.PersonID{}
	}
	return throughline.PersonID(id)
}

func (v *visit) meName() string {
	if v.desk.Author.IsZero() || v.desk.Ledger == nil {
		return ""
	}
	name, err := ask[string](v, operation.NamePerson, &showing.NameInput{Person: v.desk.Author})
	if err != nil {
		return ""
	}
	return name
}

type whoView struct {
	frame
	Heading string
	People  []meView
	Here    string
	Then    string
}

type meView struct {
	ID, Name, Open string
	Here           bool
}

// who is the page on which one of us says who is looking.
func (s *site) who(v *visit) (component, error) {
	if v.desk.Guest != nil {
		return s.own(v, "", nil)
	}
	ours, err := ask[showing.Ours](v, operation.ListOurs, &desk.Nothing{})
	if err != nil {
		return nil, err
	}
	out := whoView{frame: v.frame(v.p.Say("me.title"), "me"), Heading: v.p.Say("me.title")}
	for _, p := range ours.People {
		out.People = append(out.People, meView{ID: p.ID.String(), Name: p.Name, Open: v.p.Say("me.open", "n", p.Open), Here: p.ID == v.desk.Author})
	}
	return whoPage(out), nil
}

// beMe keeps who is looking.
func (s *site) beMe(v *visit) (string, error) {
	if v.desk.Team { // whose name stands under what is written is who signed in
		return "/me", nil
	}
	c := &http.Cookie{Name: meCookie, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: arrival.Secure(v.Request)}
	if name := v.text("name"); name != "" {
		id, err := ask[throughline.PersonID](v, operation.JoinOurs, &caretaking.JoinInput{Name: name})
		if err != nil {
			return "", err
		}
		c.Value, c.MaxAge = id.String(), 365*24*3600
	} else if word := v.text("me"); word != "" {
		id, err := throughline.ParseID(word)
		if err != nil {
			return "", throughline.Fail("say who", throughline.Invalid, "", errNobody)
		}
		name, err := ask[string](v, operation.NamePerson, &showing.NameInput{Person: throughline.PersonID(id)})
		if err != nil {
			return "", err
		}
		if name == "" {
			return "", throughline.Fail("say who", throughline.Invalid, "", errNobody)
		}
		c.Value, c.MaxAge = throughline.ID(id).String(), 365*24*3600
	}
	http.SetCookie(v.out, c)
	v.tell(said{What: "me"})
	return v.then("/"), nil
}
