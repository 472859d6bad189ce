package recording

import (
	"context"
	"fmt"
	"net/mail"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// RecordPerson does the work of operation.RecordPerson: somebody of the customer's takes part, with a role, or has left.
func RecordPerson(ctx context.Context, d *Desk, in PersonInput) (Recorded, error) {
	return Write(ctx, d, "record person", in.Writing, func(o *Writer) error { _, err := o.Joins(in); return err })
}

// PersonInput is a person of the customer's.
type PersonInput struct {
	Writing
	Person   string `arg:"" name:"person" json:"person" help:"Their name, or the id of somebody who takes part already."`
	Role     string `name:"role" placeholder:"ROLE" json:"role,omitempty" help:"budget_decider, rule_setter, problem_owner, change_leader, sponsor, informant, user, checker, buyer_of_record, opponent, outside_adviser."`
	Function string `name:"function" placeholder:"WORDS" json:"function,omitempty" help:"Finance, operations, IT …"`
	Title    string `name:"title" placeholder:"WORDS" json:"title,omitempty" help:"What stands on their card."`
	Email    string `name:"email" placeholder:"ADDRESS" json:"email,omitempty" help:"Their address."`
	Phone    string `name:"phone" placeholder:"NUMBER" json:"phone,omitempty" help:"Their number."`
	Other    string `name:"other-address" placeholder:"WORDS" json:"other_address,omitempty" help:"Another address: a second mailbox, a messenger, a street."`
	Left     bool   `name:"left" json:"left,omitempty" help:"They have left, or take no part any more."`
}

// Joins adds a person, new or known, to the deal.
func (o *Writer) Joins(in PersonInput) (throughline.PersonID, error) {
	role := throughline.Role(in.Role)
	var err error
	if in.Role != "" {
		if role, err = Known(o, in.Role, throughline.Roles()); err != nil {
			return throughline.PersonID{}, err
		}
	}
	name, err := o.plain("the name", in.Person, 200)
	if err != nil {
		return throughline.PersonID{}, err
	}
	title, err := o.plain("the title", in.Title, 200)
	if err != nil {
		return throughline.PersonID{}, err
	}
	function, err := o.plain("the function", in.Function, 200)
	if err != nil {
		return throughline.PersonID{}, err
	}
	email, err := o.email(in.Email)
	if err != nil {
		return throughline.PersonID{}, err
	}
	phone, err := o.plain("the number", in.Phone, 100)
	if err != nil {
		return throughline.PersonID{}, err
	}
	if phone != "" && !dialled(phone) {
		return throughline.PersonID{}, o.Bad("", throughline.Refuse("phone", "this is no number that could be dialled"))
	}
	elsewhere, err := o.plain("the other address", in.Other, 200)
	if err != nil {
		return throughline.PersonID{}, err
	}
	who, err := o.Person(in.Person)
	isNew := err != nil && throughline.KindOf(err) == throughline.Invalid && !in.Left
	switch {
	case name == "":
		return who, o.Bad("", throughline.Refuse("name", "a person needs a name"))
	case err == nil && !o.called(who, name) && in.Person != who.String() && !in.Left:
		isNew = true // "An" is not "Ana Ruiz": only a whole name means somebody who is there
	case err != nil && !isNew:
		return who, err
	}
	if isNew {
		for _, p := range o.Batch.People { // met a moment ago, in the same writing
			if strings.EqualFold(p.Name, name) {
				return p.ID, nil
			}
		}
		who = throughline.PersonID(o.newID("person", len(o.Batch.People)))
		p := store.Person{ID: who, Recorded: o.now, Name: name, Title: title, Email: email, Phone: phone, Other: elsewhere, Account: o.Account.Value}
		o.Batch.People, o.people[who] = append(o.Batch.People, p), p
	} else {
		o.describe(o.people[who], store.Person{Title: title, Email: email, Phone: phone, Other: elsewhere})
	}
	o.Lint(title)
	o.Add(Entry{Grade: throughline.E1, Body: deal.PersonJoined{Person: who, Role: role, Function: function, Left: in.Left}})
	return who, nil
}

// called reports whether a whole name is one of somebody's of the deal.
func (o *Writer) called(who throughline.PersonID, name string) bool {
	for id, p := range o.people {
		if o.Same.Of(id) == o.Same.Of(who) && strings.EqualFold(p.Name, name) {
			return true
		}
	}
	return false
}

// email reads an address at which somebody is reached; empty is none.
func (o *Writer) email(word string) (string, error) {
	word = strings.TrimSpace(word)
	if a, err := mail.ParseAddress(word); word != "" && (err != nil || a.Address != word) {
		return "", o.Bad(word, throughline.Refuse("email", "this is no e-mail address"))
	}
	return word, nil
}

// describe keeps a version of a person with what is said of them, where any of
// it is another than was known.
func (o *Writer) describe(p, said store.Person) {
	was := p
	for _, f := range []struct {
		into *string
		v    string
	}{{&p.Title, said.Title}, {&p.Email, said.Email}, {&p.Phone, said.Phone}, {&p.Other, said.Other}} {
		if f.v != "" {
			*f.into = f.v
		}
	}
	if p == was {
		return
	}
	p.Recorded = o.now
	o.Batch.People = append(o.Batch.People, p)
}

// plain is a short text of one line: a name, a title.
func (o *Writer) plain(field, s string, most int) (string, error) {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), " ")
	if n := len([]rune(s)); n > most {
		return "", o.Bad("", throughline.Refuse("long_characters", "%s is %d characters long; at most %d fit", "field", field, "n", n, "most", most))
	}
	return s, nil
}

// RecordStance does the work of operation.RecordStance: where somebody stands, from -2 (against) to +2 (for).
func RecordStance(ctx context.Context, d *Desk, in StanceInput) (Recorded, error) {
	return Write(ctx, d, "record stance", in.Writing, func(o *Writer) error {
		who, err := o.Person(in.Person)
		if err != nil {
			return err
		}
		if who.IsZero() {
			return o.Bad("", throughline.Refuse("nobody", "nobody is named"))
		}
		if in.Value < -2 || in.Value > 2 {
			return o.Bad(fmt.Sprint(in.Value), throughline.Refuse("stance", "a stance is a whole number from -2 to +2"))
		}
		b := deal.Stance{Person: who, Value: in.Value}
		switch in.Agrees {
		case "":
		case "yes", "no":
			yes := in.Agrees == "yes"
			b.Agrees = &yes
		default:
			return o.Bad(in.Agrees, throughline.Refuse("agrees", "agrees is yes, no, or left out where they have not said"))
		}
		if b.Wants, err = o.Words("what they want", in.Wants, false); err != nil {
			return err
		}
		if b.Fears, err = o.Words("what they fear", in.Fears, false); err != nil {
			return err
		}
		o.Lint(b.Wants, b.Fears)
		g, err := o.grade(in.Grade)
		if err != nil {
			return err
		}
		o.Add(Entry{Grade: g, Body: b})
		return nil
	})
}

// StanceInput is where somebody stands.
type StanceInput struct {
	Writing
	Person string `arg:"" name:"person" json:"person" help:"Who of the customer: a name of the deal, or an id."`
	Value  int    `arg:"" name:"value" json:"value" help:"-2 against, -1 doubts, 0 neither, 1 leans towards it, 2 for it."`
	Agrees string `name:"agrees" placeholder:"YES|NO" json:"agrees,omitempty" help:"Whether they describe the problem as the others do: yes or no."`
	Wants  string `name:"wants" placeholder:"WORDS" json:"wants,omitempty" help:"What they want from it."`
	Fears  string `name:"fears" placeholder:"WORDS" json:"fears,omitempty" help:"What they fear."`
	Grade  string `name:"grade" placeholder:"GRADE" json:"grade,omitempty" help:"E1 our reading, E2 they said it, E3 they wrote or did it."`
}
