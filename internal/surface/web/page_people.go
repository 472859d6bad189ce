package web

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/reviewing"
	"github.com/throughline/throughline/internal/showing"
	"github.com/throughline/throughline/internal/surface/position"
)

// peopleView is the page of who takes part, where they stand, and who is missing.
type peopleView struct {
	frame
	Tabs    []choice
	Heading string
	Facts   []string
	Locked  string
	Rethink *rethinkView
	Address string    // /deals/ID
	Here    string    // this page, for forms to come back to
	Large   string    // the map, for wide screens
	Down    string    // and for narrow ones
	Many    string    // where there are more people than one can keep in mind
	Find    *findView // where there are many
	Groups  []peopleGroup
	Missing []missingView
	Gauges  []gaugeView
	Open    bool // the deal goes on: forms stand
	Adding  bool // the form for somebody new stands open
	Roles   []choice
	Persons []choice // for the event about somebody who is here already
	Events  []choice // what happened about people
	Veto    string   // what somebody new who can say no will do to the questions
}

// peopleAtOnce is how many people stand in one list, without a way to find
// one of them.
const peopleAtOnce = 12

// findView finds somebody among many.
type findView struct {
	Who   string // a part of a name, a title or a function
	Roles []option
	All   string // the page without a question, where one was asked
}

// peopleGroup is the people who weigh alike, and those who are folded away below
// them: nobody has said where they stand, or they left, or they were not asked for.
type peopleGroup struct {
	Name   string // "" in a short list, which is one group
	People []standingView
	Word   string
	Folded []standingView
}

// standingView is one person: what they do here, where they stand, and what
// they want and fear.
type standingView struct {
	ID, Name, Title, Function string
	Roles                     []string
	SaysNo                    string
	Left                      string // since when they take no part any more
	Stance                    string
	Scale                     []bool // the five places, the one where they stand marked; none where nobody knows
	Grade, Means, When, From  string // behind the stance
	Href                      string // its fact
	Old                       string // where their word has grown old
	Sees                      string
	Wants, Fears, Said        wordView // and what they said or did last
	Stances, Sights           []choice
	Roleless                  []choice // roles they do not hold
	Leaving                   []string // what will follow where they leave
	LeaveTo                   string   // where that form goes: an event for the sponsor, else the person
}

// wordView is something of theirs with its day and its fact.
type wordView struct{ Text, When, Href string }

// missingView is a role that nobody holds.
type missingView struct{ Role, Why, Href string }

func (s *site) people(v *visit) (component, error) {
	page, err := ask[reviewing.Preparation](v, operation.PrepareCall, &showing.DealInput{View: desk.View{AsOf: v.asOf}, ID: v.PathValue("id")})
	if err != nil {
		return nil, err
	}
	return peoplePage(v.peopleView(page)), nil
}

func (v *visit) peopleView(page reviewing.Preparation) peopleView {
	t := v.teller(page.DealPage)
	p, r, id := v.p, page.Reading, page.ID.String()
	out := peopleView{Heading: heading(p, page.DealRow), Tabs: v.tabs(id, "people"), Address: "/deals/" + id, Here: "/deals/" + id + "/people"}
	out.frame = v.frame(out.Heading, "deals")
	if v.asOf.IsZero() {
		out.Live = out.Address + "/live"
	}
	out.Facts = []string{p.Where(t.book(), r), p.Class(r.Class)}
	out.Open = r.Outcome == throughline.StillOpen || r.Outcome == throughline.Won
	if r.Locked {
		out.Locked = p.Say("locked.text")
	}
	out.Rethink = t.rethink()
	out.Gauges = t.gauges()

	add := func(role throughline.Role) string { return v.link(out.Here, "role", string(role)) + "#add" }
	words := p.Position()
	picture := position.Map{ID: "map", Title: words.Title, Stances: words.Stances, Levels: words.Levels, Untold: words.Untold, Empty: words.Empty,
		Legend: position.Legend(words.Legend)}
	for _, m := range page.Missing {
		view := missingView{Role: phrase.Initial(p.Role(m.Role)), Why: p.AdviceWhy(t.book(), m.Reason, t.day())}
		seat := position.Seat{Name: p.Role(m.Role), Label: view.Why}
		if out.Open && out.Writes {
			view.Href, seat.Href = add(m.Role), add(m.Role)
		}
		seat.Level, _ = position.LevelOf([]throughline.Role{m.Role})
		out.Missing, picture.Seats = append(out.Missing, view), append(picture.Seats, seat)
	}

	told, all := 0, t.standing()
	out.Groups = t.groups(v, all, words.Levels)
	if len(all) > peopleAtOnce {
		out.Find = t.findView(v, out.Here)
	}
	for _, who := range all {
		if who.Left.Value {
			continue
		}
		if who.holds {
			told++
		}
		picture.People = append(picture.People, t.placed(who))
	}
	picture.Desc = p.PositionDesc(told, len(picture.People)-told, len(picture.Seats))
	out.Large, out.Down = picture.Large(), picture.Down()
	if most := t.book().Limits.People; most > 0 && len(picture.People) > most {
		out.Many = p.Say("standing.many", "n", len(picture.People))
	}

	asked := throughline.Role(v.query.Get("role"))
	out.Adding = asked.Known() || len(all) == 0
	out.Roles = append(out.Roles, choice{Word: p.Say("standing.role_unknown"), Here: !asked.Known()})
	for _, role := range throughline.Roles() {
		out.Roles = append(out.Roles, choice{Word: phrase.Initial(p.Role(role)), Href: string(role), Here: role == asked})
	}
	out.Persons = t.personChoices("")
	out.Persons[0].Word = p.Say("standing.somebody_new")
	out.Veto = p.Say("standing.veto_means", "phase", p.Phase(t.book(), throughline.Align))
	for _, f := range page.DealPage.Deal.OfKind(deal.KindNoticed) {
		if b := f.Body.(deal.Noticed); b.Event == deal.NewVeto || b.Event == deal.SponsorLeft || b.Event == deal.ProcurementEntered {
			word := phrase.Initial(p.Say("event." + string(b.Event)))
			if !b.Person.IsZero() {
				word = p.Say("standing.event_of", "event", word, "who", p.Who(t.names, b.Person))
			}
			out.Events = append(
				out.Events,
				choice{Word: p.Say("confidence.sign", "event", word, "day", p.Instant(f.When(), t.day(), t.zone())), Href: t.factHref(f)},
			)
		}
	}
	return out
}

// findView is the form that finds somebody, as it was filled in.
func (t teller) findView(v *visit, here string) *findView {
	who, role := v.soughtPerson()
	out := &findView{Who: who, Roles: []option{{Word: t.p.Say("standing.any_role"), Chosen: role == ""}}}
	for _, r := range throughline.Roles() {
		out.Roles = append(out.Roles, option{Value: string(r), Word: phrase.Initial(t.p.Role(r)), Chosen: r == role})
	}
	if who != "" || role != "" {
		out.All = v.link(here) + "#people-h"
	}
	return out
}

// soughtPerson is who is looked for: a part of a name, and a role.
func (v *visit) soughtPerson() (who string, role throughline.Role) {
	if role = throughline.Role(v.query.Get("held")); !role.Known() {
		role = ""
	}
	return strings.TrimSpace(v.query.Get("who")), role
}

// groups puts the people in order: a few as one list; many by how much they
// weigh, with those folded away who have not said where they stand, and those
// who left at the end; whoever was asked for before everybody else.
func (t teller) groups(v *visit, all []stood, levels [3]string) []peopleGroup {
	p := t.p
	views := func(list []stood) (out []standingView) {
		for _, w := range list {
			out = append(out, t.standingView(w))
		}
		return out
	}
	if len(all) <= peopleAtOnce {
		return []peopleGroup{{People: views(all)}}
	}
	part := func(list []stood, is func(stood) bool) (yes, no []stood) {
		for _, w := range list {
			if is(w) {
				yes = append(yes, w)
			} else {
				no = append(no, w)
			}
		}
		return yes, no
	}
	if who, role := v.soughtPerson(); who != "" || role != "" {
		who = strings.ToLower(who)
		found, rest := part(all, func(w stood) bool {
			said := strings.ToLower(w.name + "\n" + t.page.People[w.id].Title + "\n" + w.Function.Value)
			return strings.Contains(said, who) && (role == "" || slices.Contains(w.Roles, role))
		})
		name := p.Say("standing.found_none")
		if len(found) > 0 {
			name = p.Say("standing.found", "n", len(found))
		}
		return []peopleGroup{{Name: name, People: views(found),
			Word: p.Say("standing.others", "n", len(rest)), Folded: views(rest)}}
	}
	var out []peopleGroup
	left, here := part(all, func(w stood) bool { return w.Left.Value })
	roleless, here := part(here, func(w stood) bool { return len(w.Roles) == 0 })
	group := func(name string, list []stood) {
		told, untold := part(list, func(w stood) bool { return w.Stance.Set() })
		if len(list) > 0 {
			out = append(
				out,
				peopleGroup{Name: phrase.Initial(name), People: views(told), Word: p.Say("standing.untold", "n", len(untold)), Folded: views(untold)},
			)
		}
	}
	for level, name := range levels {
		at, _ := part(here, func(w stood) bool { return int(w.level) == level })
		group(name, at)
	}
	group(p.Say("standing.roleless"), roleless)
	if len(left) > 0 {
		out = append(out, peopleGroup{Name: p.Say("standing.gone"), Word: p.Say("standing.gone_n", "n", len(left)), Folded: views(left)})
	}
	return out
}

// stood is a person of the deal with what follows from the facts about them.
type stood struct {
	deal.Standing
	id     throughline.PersonID
	name   string
	level  position.Level
	saysNo bool
	holds  bool              // where they stand was told, and has not grown old
	worth  throughline.Grade // what their word is worth today
	last   words
}

// standing lists the people of the deal: those who are there before those who
// left, whoever decides first, then by name.
func (t teller) standing() []stood {
	var out []stood
	said := t.lastWords()
	for id, st := range t.page.Deal.People {
		w := stood{Standing: st, id: id, name: t.p.Who(t.names, id), last: said[id]}
		w.level, w.saysNo = position.LevelOf(st.Roles)
		if st.Stance.Set() {
			w.worth = t.page.Norms.Worth(t.book(), st.Stance.Value.Grade, st.Stance.At, t.page.Deal.AsOf)
			w.holds = w.worth > throughline.E0
		}
		out = append(out, w)
	}
	slices.SortFunc(out, func(a, b stood) int {
		left := func(w stood) int {
			if w.Left.Value {
				return 1
			}
			return 0
		}
		return cmp.Or(left(a)-left(b), cmp.Compare(a.level, b.level), strings.Compare(a.name, b.name), slices.Compare(a.id[:], b.id[:]))
	})
	return out
}

// placed is a person as the map shows them. Our own reading is marked as one.
func (t teller) placed(w stood) position.Person {
	p, pos := t.p, w.Stance
	out := position.Person{Name: w.name, Note: p.Roles(w.Roles), Level: w.level, SaysNo: w.saysNo, Known: w.holds, Href: "#person-" + w.id.String(),
		Label: p.PositionOf(w.name, w.Roles, w.holds, pos.Value.Value, pos.Value.Agrees)}
	switch {
	case w.holds:
		out.Stance = pos.Value.Value
		if pos.Value.Grade <= throughline.E1 {
			out.Note = p.Say("evidence.ours")
			out.Label = p.Say("standing.label_ours", "label", out.Label)
		}
	case pos.Set():
		out.Note = p.PositionWas(pos.Value.Value, throughline.DayOf(pos.At, t.zone()), t.day())
	}
	switch {
	case pos.Value.Agrees > 0:
		out.Agreed = position.Agrees
	case pos.Value.Agrees < 0:
		out.Agreed = position.Differs
	}
	return out
}

func (t teller) standingView(w stood) standingView {
	p, id := t.p, w.id.String()
	pos := w.Stance
	out := standingView{ID: id, Name: w.name, Title: t.page.People[w.id].Title, Function: w.Function.Value, Stance: p.Say("people.not_known")}
	out.Roleless = append(out.Roleless, choice{Word: p.Say("standing.no_role"), Here: true})
	for _, r := range throughline.Roles() {
		if slices.Contains(w.Roles, r) {
			out.Roles = append(out.Roles, p.Role(r))
		} else {
			out.Roleless = append(out.Roleless, choice{Word: phrase.Initial(p.Role(r)), Href: string(r)})
		}
	}
	if w.saysNo {
		out.SaysNo = p.Say("position.says_no")
	}
	if w.Left.Value {
		out.Left = p.Say("standing.left_since", "day", p.Instant(w.Left.At, t.day(), t.zone()))
	}
	t.lastWord(w, &out)
	out.Stances = stanceChoices(p)
	for i := range out.Stances {
		if pos.Set() {
			out.Stances[i].Here = pos.Value.Value == i-2
			out.Scale = append(out.Scale, out.Stances[i].Here)
		}
	}
	for _, s := range []struct {
		value string
		key   string
		here  bool
	}{{"yes", "position.agrees", pos.Value.Agrees > 0}, {"no", "position.differs", pos.Value.Agrees < 0}, {"", "position.unstated", pos.Value.Agrees == 0}} {
		out.Sights = append(out.Sights, choice{Word: phrase.Initial(p.Say(s.key)), Href: s.value, Here: s.here})
	}
	t.leaving(w, &out)
	return out
}

// stanceChoices are the five places to stand, none of them chosen.
func stanceChoices(p *phrase.Phrase) []choice {
	var out []choice
	for value := -2; value <= 2; value++ {
		out = append(out, choice{Word: phrase.Initial(p.Stance(value)), Href: strconv.Itoa(value)})
	}
	return out
}

// lastWord fills in where somebody stands, with the fact behind it, and what
// they said last of what they want and fear.
func (t teller) lastWord(w stood, out *standingView) {
	p, pos := t.p, w.Stance
	if pos.Set() {
		out.Stance, out.Grade, out.Means = phrase.Initial(p.Stance(pos.Value.Value)), pos.Value.Grade.String(), p.Grade(pos.Value.Grade)
		out.When = p.Instant(pos.At, t.day(), t.zone())
		switch {
		case pos.Value.Agrees > 0:
			out.Sees = phrase.Initial(p.Say("fact.sees_alike"))
		case pos.Value.Agrees < 0:
			out.Sees = phrase.Initial(p.Say("fact.sees_otherwise"))
		}
		switch {
		case !w.holds:
			out.Old = p.Say("standing.old")
		case w.worth < pos.Value.Grade:
			out.Old = p.Say("evidence.stale", "grade", p.GradeWord(w.worth))
		}
	}
	last := w.last
	if f := last.stance; f != nil {
		out.From, out.Href = t.fact(*f).Source, t.factHref(*f)
	}
	word := func(f *deal.Fact, text func(deal.Fact) string) wordView {
		if f == nil {
			return wordView{}
		}
		return wordView{p.Text(t.names, text(*f)), p.Instant(f.When(), t.day(), t.zone()), t.factHref(*f)}
	}
	out.Wants = word(last.wants, func(f deal.Fact) string { return f.Body.(deal.Stance).Wants })
	out.Fears = word(last.fears, func(f deal.Fact) string { return f.Body.(deal.Stance).Fears })
	out.Said = word(last.said, func(f deal.Fact) string {
		if b, ok := f.Body.(deal.Contradiction); ok {
			return b.Text
		}
		return f.Body.(deal.Evidence).Text
	})
}

// words are the last facts about one person, each nil where there is none.
type words struct{ stance, wants, fears, said *deal.Fact }

// lastWords goes once through the facts, oldest first: the last word stays.
func (t teller) lastWords() map[throughline.PersonID]words {
	out := map[throughline.PersonID]words{}
	for i := range t.page.Deal.Known {
		f := &t.page.Deal.Known[i]
		switch b := f.Body.(type) {
		case deal.Stance:
			w := out[b.Person]
			if w.stance = f; b.Wants != "" {
				w.wants = f
			}
			if b.Fears != "" {
				w.fears = f
			}
			out[b.Person] = w
		case deal.Evidence:
			w := out[b.Person]
			w.said = f
			out[b.Person] = w
		case deal.Contradiction:
			w := out[b.Person]
			w.said = f
			out[b.Person] = w
		}
	}
	return out
}

// leaving says what will follow where somebody leaves, before it is written.
func (t teller) leaving(w stood, out *standingView) {
	p := t.p
	n := 0
	for _, m := range t.page.Deal.Marks {
		if m.Person == w.id && m.Grade.FromCustomer() {
			n++
		}
	}
	if n > 0 {
		out.Leaving = append(out.Leaving, p.Say("standing.leave_counts", "n", n))
	} else {
		out.Leaving = append(out.Leaving, p.Say("standing.leave_nothing"))
	}
	out.LeaveTo = "/person"
	if slices.Contains(w.Roles, throughline.SponsorRole) {
		out.LeaveTo = "/event"
		out.Leaving = append(out.Leaving, p.Say("standing.leave_opens", "phase", p.Phase(t.book(), throughline.Own)))
	}
	out.Leaving = append(out.Leaving, p.Say("standing.leave_keeps"))
}

// postVeto records that somebody new can say no: the person, where they are
// not here yet, and the event.
func (s *site) postVeto(v *visit) (string, error) {
	w, err := v.writing()
	if err != nil {
		return "", err
	}
	who, name := strings.TrimSpace(v.text("person")), strings.TrimSpace(v.text("name"))
	first := recording.Recorded{}
	if who == "" && name != "" {
		role := v.text("role")
		if role == "" {
			role = string(throughline.Checker)
		}
		if first, err = ask[recording.Recorded](v, operation.RecordPerson, &recording.PersonInput{Writing: w, Person: name, Role: role, Function: v.text("function")}); err != nil {
			return "", err
		}
		who = name
		if token, err := throughline.ParseID(w.Once); err == nil { // a second writing of the same form, told apart from the first
			w.Once = throughline.KeyedID(throughline.TimeOf(token), "veto", w.Once).String()
		}
	}
	last, err := ask[recording.Recorded](
		v,
		operation.RecordEvent,
		&recording.EventInput{Writing: w, Event: string(deal.NewVeto), Person: who, Text: v.text("text")},
	)
	if err != nil {
		return "", err
	}
	last.Facts, last.Known = append(first.Facts, last.Facts...), last.Known && (first.Known || len(first.Facts) == 0)
	last.Found = append(first.Found, last.Found...)
	v.tell(v.saidOf("recorded", last))
	return v.then("/deals/" + last.Deal.String() + "/people"), nil
}
