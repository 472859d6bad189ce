package web

import (
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/caretaking"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/member"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/showing"
)

// acrossView is one of a customer's people across deals.
type acrossView struct {
	frame
	Name, Note   string
	Account      choice
	Email, Field string // how they are reached; title as it stands, for the form
	ID           string
	Erased       string
	Deals        []personDeal
	Said         []toldLine
	Ours         []choice // who of ours wrote of them, how often and when last
	Looked       string   // where not every deal was looked through
	MayErase     bool
	Command      string // erases where the page may not
}

type personDeal struct {
	Deal    choice
	Ended   string
	Note    string
	Left    bool
	Stances []string // oldest first
}

func (v *visit) view() desk.View { return desk.View{AsOf: v.asOf} }

func (s *site) person(v *visit) (component, error) {
	x, err := ask[showing.PersonPage](v, operation.ShowPerson, &showing.OfInput{View: v.view(), ID: v.PathValue("id")})
	if err != nil {
		return nil, err
	}
	p := v.p
	if x.Person.Ours {
		v.goTo = v.link("/deals", "owner", x.Person.ID.String(), "outcome", "open")
		return nil, nil
	}
	name := x.Person.Name
	if name == "" {
		name = p.Say("person.unnamed")
	}
	out := acrossView{frame: v.frame(name, "person"), Name: name, ID: x.Person.ID.String(), Email: x.Person.Email, Field: x.Person.Title, Note: x.Person.Title,
		MayErase: v.desk.May(member.Ledger, true) && v.asOf.IsZero(), Command: "throughline admin erase " + x.Person.ID.String()}
	if x.Account.Name != "" {
		out.Account = choice{Word: x.Account.Name, Href: v.link("/accounts/" + x.Account.ID.String())}
	}
	if !x.Person.Erased.IsZero() {
		out.Erased = p.Say("table.erased_on", "day", p.Day(throughline.DayOf(x.Person.Erased, v.zone())))
	}
	for _, d := range x.Deals {
		line := personDeal{Deal: choice{Word: brief(heading(p, d.DealRow), x.Account.Name), Href: v.link("/deals/"+d.ID.String()+"/people") + "#person-" + out.ID}, Ended: d.End, Note: d.Function, Left: d.Left}
		if len(d.Roles) > 0 {
			line.Note = joined(p, p.Roles(d.Roles), d.Function)
			line.Note = strings.TrimSuffix(line.Note, p.Say("list.semicolon"))
		}
		for _, st := range d.Stances {
			line.Stances = append(line.Stances, p.Say("table.stance_on", "stance", p.Stance(st.Value), "day", p.DayNear(st.On, v.day())))
		}
		out.Deals = append(out.Deals, line)
	}
	out.Said = v.told(x.Said, x.Names, x.Account.Name)
	for _, o := range x.Ours {
		name := x.Names[o.ID].Name
		if name == "" {
			name = p.Say("person.unnamed")
		}
		out.Ours = append(out.Ours, choice{Word: p.Say("table.wrote", "who", name, "n", o.Times, "day", p.DayNear(o.Last, v.day())), Href: v.link("/deals", "owner", o.ID.String(), "outcome", "open")})
	}
	if x.Looked < x.Of {
		out.Looked = p.Say("table.looked", "n", x.Looked, "of", x.Of)
	}
	return personPage(out), nil
}

// postPerson changes what somebody is called and how they are reached; what held
// before can be put back.
func (s *site) postPerson(v *visit) (string, error) {
	id := v.PathValue("id")
	was, err := ask[showing.PersonRecord](v, operation.DescribePerson, &recording.DescribeInput{ID: id, Name: v.text("name"), Title: v.text("title"), Email: v.text("email")})
	if err != nil {
		return "", err
	}
	v.tell(said{What: "person_described", Was: []string{was.ID.String(), was.Name, was.Title, was.Email}})
	return "/people/" + id, nil
}

// postErase erases somebody, once that was said twice.
func (s *site) postErase(v *visit) (string, error) {
	if v.text("sure") == "" {
		return "", throughline.Fail("erase person", throughline.Invalid, "", throughline.Refuse("not_sure", "the box has to be ticked first: this cannot be taken back"))
	}
	if _, err := ask[caretaking.Erased](v, operation.ErasePerson, &caretaking.ErasePersonInput{ID: v.PathValue("id"), Yes: true}); err != nil {
		return "", err
	}
	v.tell(said{What: "person_erased"})
	return "/people/" + v.PathValue("id"), nil
}
