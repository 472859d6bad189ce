package web

import (
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/recording"
)

// newView is the page on which a deal is opened.
type newView struct {
	frame
	Why, Title, Account string
	Knows               []knownView // what rules of the playbook ask for
	Processes           []choice    // none where there is only one
	Because             string
}

// knownView is something known of a deal from the first day: of a closed list, or free.
type knownView struct {
	Field, Name, Value string
	Choices            []choice
}

func (s *site) newDeal(v *visit) (component, error) { return v.newPage(""), nil }

func (v *visit) newPage(why string) component {
	out := newView{
		frame:   v.frame(v.p.Say("new.title"), "deals"),
		Why:     why,
		Title:   v.text("title"),
		Account: v.text("account"),
		Because: v.text("because"),
	}
	book := v.desk.Book
	for _, a := range ruled(book) {
		k := knownView{Field: knownField + a.Name, Name: phrase.Initial(v.p.Attribute(a.Name)), Value: v.text(knownField + a.Name)}
		for _, value := range a.Values {
			k.Choices = append(k.Choices, choice{Word: v.p.AttributeValue(a.Name, value), Href: value, Here: value == k.Value})
		}
		out.Knows = append(out.Knows, k)
	}
	if len(book.Processes) > 1 {
		for _, pr := range v.taught().Processes {
			if !pr.When.Refused() {
				out.Processes = append(out.Processes, choice{Word: v.p.Process(book, pr.Address()), Href: pr.ID, Here: pr.ID == v.text("process")})
			}
		}
	}
	return newPage(out)
}

// knownField leads the names of fields that hold what is known of a deal.
const knownField = "known."

// ruled are the attributes that rules of processes ask for, as the playbook declares them.
func ruled(book *playbook.Playbook) []playbook.Attribute {
	var out []playbook.Attribute
	for _, pr := range book.Processes {
		for _, name := range pr.When.Tree.Attrs() {
			i := slices.IndexFunc(book.Knows, func(a playbook.Attribute) bool { return a.Name == name })
			if i >= 0 && !slices.ContainsFunc(out, func(a playbook.Attribute) bool { return a.Name == name }) {
				out = append(out, book.Knows[i])
			}
		}
	}
	return out
}

// postNew opens a deal and goes to it.
func (s *site) postNew(v *visit) (component, error) {
	in := &recording.NewDealInput{Title: v.text("title"), Account: v.text("account"), Process: v.text("process"), Because: v.text("because"),
		Knows: map[string]string{}, Once: v.text("once")}
	for _, a := range ruled(v.desk.Book) {
		in.Knows[a.Name] = v.text(knownField + a.Name)
	}
	r, err := ask[recording.Recorded](v, operation.RecordDeal, in)
	return v.opens("opened", r, err)
}

// postExpand opens the larger deal that a small one grows into.
func (s *site) postExpand(v *visit) (component, error) {
	r, err := ask[recording.Recorded](
		v,
		operation.RecordDeal,
		&recording.NewDealInput{Title: v.text("title"), Expands: v.PathValue("id"), Once: v.text("once")},
	)
	if err != nil {
		return v.again(err)
	}
	return v.opens("expanded", r, nil)
}

func (v *visit) opens(what string, r recording.Recorded, err error) (component, error) {
	if err != nil {
		kind := throughline.KindOf(err)
		if kind != throughline.Invalid && kind != throughline.Conflict {
			return nil, err
		}
		v.status = statuses[kind]
		why := v.refusal(err)
		if v.text("title") == "" {
			why = v.p.Say("new.needs_title")
		}
		return v.newPage(why), nil
	}
	m := v.saidOf(what, r)
	m.Facts = nil // how a deal was opened is not taken back; it can be ended
	v.tell(m)
	v.goTo = "/deals/" + r.Deal.String()
	return nil, nil
}
