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
	Phone, Dial  string
	Other        string
	Link         string   // the other address, where it can be gone to
	Also         []choice // other names of theirs; Href is an id
	Alike        []choice // who may be the same; Href is an id
	Others       []string // names to choose from
	Everyone     string   // all their names: they are erased together
	ID           string
	Erased       string
	Deals        []personDeal
	Said         []toldLine
	Ours         []choice // who of ours wrote of them, in which ways, how often and when last
	Reporting    reportingView
	Reports      string // whom they report to, since when
	In           string // the deal in which whom they report to is recorded; empty where it cannot be
	Today        string // as a form has it
	End          string // says that the last of it is no longer so; empty where there is nothing to end
	By           string // of whom of ours alone is told what they wrote down
	All          string // leads to what everybody wrote down
	Looked       string // where not every deal was looked through
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
	x, err := ask[showing.PersonPage](v, operation.ShowPerson, &showing.PersonNamed{View: v.view(), ID: v.PathValue("id"), By: v.query.Get("by")})
	if err != nil {
		return nil, err
	}
	p := v.p
	if x.Person.Ours {
		v.goTo = v.link("/deals", "owner", x.Person.ID.String(), "outcome", "open")
		return nil, nil
	}
	if id := x.Person.ID.String(); id != v.PathValue("id") { // they are told as somebody else
		v.goTo = v.link("/people/" + id)
		return nil, nil
	}
	name := x.Person.Name
	if name == "" {
		name = p.Say("person.unnamed")
	}
	out := acrossView{frame: v.frame(name, "person"), Name: name, ID: x.Person.ID.String(), Email: x.Person.Email, Field: x.Person.Title, Note: x.Person.Title,
		Phone: x.Person.Phone, Dial: dial(x.Person.Phone), Other: x.Person.Other, Link: reach(x.Person.Other),
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
	for i := range out.Said {
		if len(x.Deals) == 1 {
			out.Said[i].Deal = choice{}
		}
	}
	for _, o := range x.Ours {
		out.Ours = append(out.Ours, choice{Word: p.Say("table.knows_them", "who", v.named(x.Names[o.ID]), "ways", v.ways(o), "day", p.DayNear(o.Last, v.day())),
			Href: v.link("/people/"+out.ID, "by", o.ID.String()) + "#said-h"})
	}
	if x.By != nil {
		var who []string
		for _, id := range x.By {
			who = append(who, v.named(x.Names[id]))
		}
		out.By, out.All = p.Say("table.of_them"), v.link("/people/"+out.ID)+"#said-h"
		if len(who) > 0 {
			out.By = p.Say("table.said_by", "who", p.List(who))
		}
	}
	if out.Reporting, err = v.reporting(x.Reports, x.Circles, x.Names, nil, x.ID); err != nil {
		return nil, err
	}
	for _, l := range x.Reports {
		if l.Person == x.ID {
			whom, day := v.named(x.Names[l.To]), p.DayNear(l.Since, v.day())
			out.Reports, out.End = p.Say("reporting.known", "whom", whom, "day", day), p.Say("reporting.end", "whom", whom)
			if l.Stated {
				out.Reports = p.Say("reporting.to", "whom", whom, "day", day)
			}
		}
	}
	for _, c := range x.Circles {
		if out.End == "" && c[0] == x.ID { // the word that closed it is theirs
			out.End = p.Say("reporting.end_circle")
		}
	}
	if len(x.Deals) > 0 && v.asOf.IsZero() && x.Person.Erased.IsZero() {
		out.In, out.Today = x.Deals[0].ID.String(), v.day().String()
	}
	out.sameAs(x)
	if x.Looked < x.Of {
		out.Looked = p.Say("table.looked", "n", x.Looked, "of", x.Of)
	}
	return personPage(out), nil
}

// postPerson changes what somebody is called and how they are reached; what held
// before can be put back.
func (s *site) postPerson(v *visit) (string, error) {
	id := v.PathValue("id")
	was, err := ask[showing.PersonRecord](v, operation.DescribePerson, &recording.DescribeInput{ID: id, Name: v.text("name"), Title: v.text("title"), Email: v.text("email"), Phone: v.text("phone"), Other: v.text("other")})
	if err != nil {
		return "", err
	}
	v.tell(said{What: "person_described", Was: []string{was.ID.String(), was.Name, was.Title, was.Email, was.Phone, was.Other}})
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

// sameAs fills in the names that are one with theirs, and those that may be.
func (x *acrossView) sameAs(page showing.PersonPage) {
	everyone := []string{x.Name}
	for _, a := range page.Also {
		if a.Name != "" {
			everyone = append(everyone, a.Name)
		}
		x.Also = append(x.Also, choice{Word: a.Name, Href: a.ID.String()})
	}
	x.Everyone = x.P.List(everyone)
	for _, a := range page.Alike {
		x.Alike = append(x.Alike, choice{Word: x.P.Say("person.alike_"+string(a.Sign), "who", a.Name), Href: a.ID.String()})
	}
	for _, o := range page.Others {
		x.Others = append(x.Others, o.Name)
	}
}

// postSame makes two names one person's.
func (s *site) postSame(v *visit) (string, error) {
	r, err := ask[recording.MergedPeople](v, operation.MergePeople, &recording.MergePeopleInput{ID: v.PathValue("id"), Other: v.text("other"), Across: v.text("across") != ""})
	if err != nil {
		return "", err
	}
	v.tell(said{What: "person_one", Words: v.p.Say("said.person_one", "other", r.Name, "who", r.IntoName)})
	return "/people/" + r.Into.String(), nil
}

// postApart makes them two again.
func (s *site) postApart(v *visit) (string, error) {
	r, err := ask[recording.MergedPeople](v, operation.UnmergePeople, &recording.UnmergePeopleInput{ID: v.text("other")})
	if err != nil {
		return "", err
	}
	v.tell(said{What: "person_two", Words: v.p.Say("said.person_two", "other", r.Name, "who", r.IntoName)})
	return "/people/" + r.Into.String(), nil
}

// dial is a number as a telephone takes it.
func dial(number string) string {
	out := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' || r == '*' || r == '#' {
			return r
		}
		return -1
	}, number)
	if out == "" {
		return ""
	}
	return "tel:" + out
}

// reach is where another address leads, where it is one that a browser can go to.
func reach(address string) string {
	switch low := strings.ToLower(address); {
	case strings.ContainsAny(address, " \t<>\"'"):
		return ""
	case strings.HasPrefix(low, "https://"):
		return address
	case strings.Count(address, "@") == 1 && !strings.Contains(address, ":") && !strings.HasPrefix(address, "@") && !strings.HasSuffix(address, "@"):
		return "mailto:" + address
	}
	return ""
}
