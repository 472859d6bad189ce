package web

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/capture"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/playbook"
)

// captureView is the page on which words become facts.
type captureView struct {
	frame
	Tabs      []choice
	Heading   string
	Action    string
	Back      string
	Note      string
	Parts     []notePart // the note with what was understood marked
	From      string
	Froms     []choice
	Record    string
	Proposals []proposalView
	Read      bool // a note was read
	Done      string
	All       string
	Token     string
	Model     string // the host of the language model that may be asked, "" for none
	Unasked   string
	Hints     []string
}

type notePart struct {
	Text string
	Mark string // number of the proposal, "" for plain text
}

// proposalView is one proposal with the fields by which it can be put right.
type proposalView struct {
	N                           string // its number, from 1, in the whole note
	Kind, KindWord              string
	Says                        string // what would be recorded, in words
	Where, Who, Grade, When     string
	Means                       string // of the grade
	Because                     []string
	Fields                      []field // those that travel as they are
	Text, On, Person, New       string
	About, GradeWord, State, Ev string
	Stance                      string
	Abouts, People, Grades      []choice
	Events, States, Stances     []choice
	Model                       string
}

func (s *site) capture(v *visit) (component, error) {
	page, err := ask[operation.DealPage](v, operation.ShowDeal, &operation.DealInput{ID: v.PathValue("id")})
	if err != nil {
		return nil, err
	}
	return capturePage(v.captureView(page.ID.String(), heading(v.p, page.DealRow))), nil
}

func (v *visit) captureView(id, title string) captureView {
	out := captureView{Heading: v.p.Say("capture.heading"), Action: "/deals/" + id + "/capture", Back: "/deals/" + id, Note: v.text("text"),
		From: v.text("from"), Record: v.text("record"), Tabs: v.tabs(id, ""), Token: v.once(), Model: v.desk.Model.Name}
	out.frame = v.frame(title, "deals")
	if out.From == "" {
		out.From = string(capture.Conversation)
	}
	for _, f := range []capture.From{capture.Conversation, capture.Message, capture.Document} {
		out.Froms = append(out.Froms, choice{Word: v.p.Say("capture.from_" + string(f)), Href: string(f), Here: out.From == string(f)})
	}
	return out
}

// postCapture reads a note, or records what was accepted of one that was read.
// The page holds all it needs, so that a tab left open over night loses nothing.
func (s *site) postCapture(v *visit) (component, error) {
	do, which, _ := strings.Cut(v.text("do"), ":")
	w, err := v.writing()
	if err != nil {
		return v.again(err)
	}
	in := &operation.CaptureInput{Writing: w, Text: v.text("text"), From: v.text("from"), Record: v.text("record"), Model: do == "model"}
	done := strings.Fields(v.text("done"))
	var told *said
	if do == "accept" || do == "all" {
		in.Accepted = v.accepted(do, which, done)
		in.Writing.Once = keyed(w.Once, do+which)
		r, err := ask[operation.Captured](v, operation.CaptureNote, in)
		if err != nil {
			return v.again(err)
		}
		m := v.saidOf("recorded", r.Recorded)
		told = &m
		in.Accepted = nil
		if do == "all" {
			v.tell(m)
			v.goTo = v.then("/deals/" + r.Deal.String())
			return nil, nil
		}
	}
	if do == "accept" || do == "drop" {
		done = append(done, which)
	}
	r, err := ask[operation.Captured](v, operation.CaptureNote, in)
	if err != nil {
		return v.again(err)
	}
	left := 0
	for i := range r.Proposals {
		if !slices.Contains(done, strconv.Itoa(i+1)) {
			left++
		}
	}
	if left == 0 && len(r.Proposals) > 0 && told != nil { // nothing is left to decide
		v.tell(*told)
		v.goTo = v.then("/deals/" + r.Deal.String())
		return nil, nil
	}
	out := v.captureView(r.Deal.String(), r.Title)
	if word := v.text("token"); word != "" {
		out.Token = word
	}
	if told != nil {
		out.Said = v.saidView(*told)
		out.Said.Back = "/deals/" + r.Deal.String()
	}
	out.Read, out.Done = true, strings.Join(done, " ")
	if r.Unasked != "" {
		out.Unasked = v.p.Say("capture.unasked", "host", r.Asked)
	}
	for i, p := range r.Proposals {
		if n := strconv.Itoa(i + 1); !slices.Contains(done, n) {
			out.Proposals = append(out.Proposals, v.proposal(r, p, n))
		}
	}
	out.Parts = noteParts(in.Text, r.Proposals, done)
	if left > 1 {
		out.All = v.p.Say("capture.all", "n", left)
	}
	return capturePage(out), nil
}

// keyed makes a token of its own for each button of a form.
func keyed(token, what string) string {
	id, err := throughline.ParseID(token)
	if err != nil {
		return token
	}
	key := throughline.KeyedID(throughline.TimeOf(id), token, what)
	return key.String()
}

// accepted reads the proposals that were accepted, as they stand in the form.
func (v *visit) accepted(do, which string, done []string) []operation.Accepted {
	var out []operation.Accepted
	for n := 1; n <= 200; n++ {
		at := strconv.Itoa(n)
		kind := v.text("p" + at + ".kind")
		if kind == "" || do == "accept" && at != which || slices.Contains(done, at) {
			continue
		}
		get := func(name string) string { return v.text("p" + at + "." + name) }
		stance, _ := strconv.Atoi(get("stance"))
		out = append(out, operation.Accepted{Kind: kind, Text: get("text"), About: get("about"), Person: get("person"), New: get("new"), Title: get("title"),
			Function: get("function"), Role: get("role"), Grade: get("grade"), On: get("on"), Due: get("due"), Event: get("event"), Stance: stance,
			Agrees: get("agrees"), State: get("state"), By: get("by")})
	}
	return out
}

// noteParts cuts the note where something was understood.
func noteParts(note string, list []operation.Proposed, done []string) []notePart {
	var out []notePart
	at := 0
	for i, p := range list {
		if p.Start < at || p.End > len(note) || p.End <= p.Start || slices.Contains(done, strconv.Itoa(i+1)) {
			continue
		}
		if p.Start > at {
			out = append(out, notePart{Text: note[at:p.Start]})
		}
		out = append(out, notePart{Text: note[p.Start:p.End], Mark: strconv.Itoa(i + 1)})
		at = p.End
	}
	if at < len(note) {
		out = append(out, notePart{Text: note[at:]})
	}
	return out
}

func (v *visit) proposal(r operation.Captured, p operation.Proposed, n string) proposalView {
	say := v.p
	tell := func(s string) string { return say.Text(r.Names, s) }
	out := proposalView{N: n, Kind: p.Kind, KindWord: say.Say("capture.kind_" + p.Kind), Text: tell(p.Text), On: p.On, Person: p.Person, New: p.New,
		About: p.About, GradeWord: p.Grade, State: p.State, Ev: p.Event, Stance: strconv.Itoa(p.Stance), Who: p.Who}
	var g throughline.Grade
	if g.UnmarshalText([]byte(p.Grade)) == nil {
		out.Grade, out.Means = g.String(), say.Grade(g)
	}
	if day, err := throughline.ParseDay(p.On); err == nil {
		out.When = say.DayNear(day, v.day())
	}
	if p.New != "" {
		out.Who = say.Say("capture.new_person", "who", p.New)
	}
	place := func(a throughline.Address) string { return say.Place(r.Book, a) }
	switch capture.Kind(p.Kind) {
	case capture.Evidence, capture.Contradiction, capture.Step, capture.Milestone:
		out.Where = place(throughline.Address(p.About))
		out.Abouts = v.abouts(r, p, place)
	case capture.Event:
		out.Where = phrase.Initial(say.Say("event." + p.Event))
		for _, e := range deal.Events() {
			out.Events = append(out.Events, choice{Word: phrase.Initial(say.Say("event." + string(e))), Href: string(e), Here: string(e) == p.Event})
		}
	case capture.Stance:
		out.Where = phrase.Initial(say.Stance(p.Stance))
		for s := 2; s >= -2; s-- {
			out.Stances = append(out.Stances, choice{Word: phrase.Initial(say.Stance(s)), Href: strconv.Itoa(s), Here: s == p.Stance})
		}
	}
	if capture.Kind(p.Kind) == capture.Step {
		for _, st := range []throughline.StepState{throughline.StepNotBegun, throughline.StepBegun, throughline.StepDone, throughline.StepNotNeeded} {
			out.States = append(out.States, choice{Word: say.StepState(st), Href: string(st), Here: string(st) == p.State})
		}
		out.Where = say.Say("capture.step_is", "step", out.Where, "state", say.StepState(throughline.StepState(p.State)))
	}
	out.Grades = gradeChoices(say, g)
	out.People = append(out.People, choice{Word: say.Say("capture.nobody"), Href: "", Here: p.Person == "" && p.New == ""})
	for _, person := range r.People {
		out.People = append(out.People, choice{Word: person.Name, Href: person.ID.String(), Here: person.ID.String() == p.Person})
	}
	for _, f := range []field{{"title", p.Title}, {"function", p.Function}, {"role", p.Role}, {"due", p.Due}, {"agrees", p.Agrees}, {"by", p.By}} {
		if f.Value != "" {
			out.Fields = append(out.Fields, f)
		}
	}
	for _, b := range p.Because {
		out.Because = append(out.Because, say.Say("capture.because_"+b.Part, "words", b.Words))
	}
	if p.Model {
		out.Model = say.Say("capture.by_model")
	}
	return out
}

// abouts lists what a proposal may be about: the reader's best, its next best,
// then the rest of the journey, the tracks, and the milestones.
func (v *visit) abouts(r operation.Captured, p operation.Proposed, place func(throughline.Address) string) []choice {
	var out []choice
	seen := map[throughline.Address]bool{}
	add := func(a throughline.Address) {
		if a == "" || seen[a] {
			return
		}
		seen[a] = true
		word := place(a)
		if st, ok := a.Step(); ok {
			word = fmt.Sprintf("%s · %s", v.p.Say("capture.track_"+string(st.Track)), word)
		}
		out = append(out, choice{Word: word, Href: string(a), Here: string(a) == p.About})
	}
	add(throughline.Address(p.About))
	for _, a := range p.Others {
		add(a)
	}
	if capture.Kind(p.Kind) != capture.Step {
		for _, ph := range throughline.Phases() {
			add(ph.Address())
		}
	}
	for _, t := range []throughline.Track{throughline.Contracting, throughline.Change} {
		for _, st := range t.Steps() {
			add(st.Address())
		}
	}
	if capture.Kind(p.Kind) == capture.Milestone {
		for _, m := range milestonesOf(r.Book) {
			add(m.Addr)
		}
	}
	return out
}

func milestonesOf(book *playbook.Playbook) []playbook.Milestone {
	var out []playbook.Milestone
	for _, pr := range book.Processes {
		out = append(out, pr.Milestones...)
	}
	return out
}
