package web

import (
	"cmp"
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
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/showing"
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
	Empty     string // the box was empty: what to do
	Over      bool   // nothing is left to decide
	Deal      string // which deal it is about, where the page is not that deal's
	Deals     []choice
	Which     string // the question which deal is meant
	Words     string // what was looked for
	Here      bool   // it stands on another page
	Form      string // what the note was recognised as, in a sentence
	Passed    string // what of it was not read
	More      string // there may be more in it
}

type notePart struct {
	Text string
	Mark string // number of the proposal, "" for plain text
}

// proposalView is one proposal with the fields by which it can be put right.
type proposalView struct {
	Said                        string // whose words this one and the next are, where others begin
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
	Ends, Causes                []choice
	Promise, Later              bool // it has the fields of a promise, of something put off
	What, Promiser, Due         string
	Trigger                     string
	Accept                      string   // what taking it does, in words
	Turn                        []choice // the other kind it can be taken for at once
	Which                       []choice // the kinds that the words leave open
	Ask                         bool
	Model                       string
}

func (s *site) capture(v *visit) (component, error) {
	page, err := ask[showing.DealPage](v, operation.ShowDeal, &showing.DealInput{ID: v.PathValue("id")})
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
	out, told, err := v.captured(v.PathValue("id"))
	switch {
	case err != nil:
		return v.again(err)
	case out.Over:
		v.tell(*told)
		v.goTo = v.then("/deals/" + told.Deal)
		return nil, nil
	}
	return capturePage(out), nil
}

// captured reads a note about a deal, or records what was accepted of one.
// Over says that nothing is left to decide; told is what was recorded, if anything.
func (v *visit) captured(id string) (out captureView, told *said, err error) {
	do, which, _ := strings.Cut(v.text("do"), ":")
	w, err := v.writing()
	if err != nil {
		return out, nil, err
	}
	w.ID = id
	in := &recording.CaptureInput{Writing: w, Text: v.text("text"), From: v.text("from"), Record: v.text("record"), Model: do == "model"}
	done := strings.Fields(v.text("done"))
	if strings.TrimSpace(in.Text) == "" && (do == "read" || do == "model" || do == "") {
		r, err := ask[showing.DealPage](v, operation.ShowDeal, &showing.DealInput{ID: id})
		if err != nil {
			return out, nil, err
		}
		out = v.captureView(r.ID.String(), heading(v.p, r.DealRow))
		out.Empty = v.p.Say("capture.empty")
		return out, nil, nil
	}
	as := "" // the kind that a person said it is
	if do == "as" {
		do = "accept"
		which, as, _ = strings.Cut(which, ":")
	}
	if do == "accept" || do == "all" {
		in.Accepted = v.accepted(do, which, as, done)
		in.Writing.Once = keyed(w.Once, do+which+as)
		r, err := ask[recording.Captured](v, operation.CaptureNote, in)
		if err != nil {
			return out, nil, err
		}
		m := v.saidOf("captured", r.Recorded)
		if m.Words = v.p.Change(r.Book, r.Changed.Change); m.Before || len(m.Facts) == 0 {
			m.Words = ""
		}
		told, in.Accepted = &m, nil
	}
	if do == "accept" || do == "drop" {
		done = append(done, which)
	}
	r, err := ask[recording.Captured](v, operation.CaptureNote, in)
	if err != nil {
		return out, nil, err
	}
	if do == "all" { // what is asked about is left
		for n := range r.Proposals {
			if at := strconv.Itoa(n + 1); v.text("p"+at+".kind") != "" && v.text("p"+at+".ask") == "" && !slices.Contains(done, at) {
				done = append(done, at)
			}
		}
	}
	return v.readView(r, in.Text, done, told), told, nil
}

// readView shows what a note was understood to say and nobody has decided yet.
func (v *visit) readView(r recording.Captured, note string, done []string, told *said) captureView {
	left, sure := 0, 0
	for i, p := range r.Proposals {
		if !slices.Contains(done, strconv.Itoa(i+1)) {
			left++
			if len(p.Ask) == 0 {
				sure++
			}
		}
	}
	out := v.captureView(r.Deal.String(), r.Title)
	if out.Over = left == 0 && len(r.Proposals) > 0 && told != nil; out.Over { // nothing is left to decide
		return out
	}
	if word := v.text("token"); word != "" {
		out.Token = word
	}
	if told != nil {
		out.Said = v.saidView(*told)
		if out.Said.Back = "/deals/" + r.Deal.String(); out.Said.Asks != nil {
			out.Said.Asks.Then = out.Said.Back
		}
	}
	out.Read, out.Done = true, strings.Join(done, " ")
	if r.Unasked != "" {
		out.Unasked = v.p.Say("capture.unasked", "host", r.Asked)
	}
	speech := 0
	for i, p := range r.Proposals {
		if n := strconv.Itoa(i + 1); !slices.Contains(done, n) {
			one := v.proposal(r, p, n)
			if p.Speech > 0 && !r.Pasted.Alike(p.Speech, speech) {
				one.Said = v.speech(r.Pasted, p.Speech)
			}
			speech = p.Speech
			out.Proposals = append(out.Proposals, one)
		}
	}
	if p := r.Pasted; p != nil {
		out.Form = v.p.Say("capture.pasted_" + p.Form)
		var list []string
		for _, x := range p.Passed {
			list = append(list, v.p.Say("capture.passed_"+x.What, "n", x.N))
		}
		if len(list) > 0 {
			out.Passed = v.p.Say("capture.passed", "list", v.p.List(list))
		}
		if out.Record == "" {
			out.Record = p.Subject
		}
	}
	if r.More {
		out.More = v.p.Say("capture.more", "n", len(r.Proposals))
	}
	out.Parts = noteParts(note, r.Proposals, done)
	if sure > 1 || sure == 1 && left > 1 {
		out.All = v.p.Say("capture.all", "n", sure)
	}
	return out
}

// speech says whose words come next.
func (v *visit) speech(p *recording.Pasted, n int) string {
	s := p.Speeches[n-1]
	who, kind := s.Who, p.Form
	switch {
	case s.Typed:
		return v.p.Say("capture.typed")
	case who == "":
		who = v.p.Say("capture.somebody")
	case s.New:
		who = v.p.Say("capture.new_person", "who", who)
	}
	if s.On.IsZero() {
		return v.p.Say("capture.by_"+kind, "who", who)
	}
	return v.p.Say("capture.by_"+kind+"_on", "who", who, "day", v.p.DayNear(s.On, v.day()))
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
func (v *visit) accepted(do, which, as string, done []string) []recording.Accepted {
	var out []recording.Accepted
	for n := 1; n <= 200; n++ {
		at := strconv.Itoa(n)
		kind := v.text("p" + at + ".kind")
		if kind == "" || do == "accept" && at != which || do == "all" && v.text("p"+at+".ask") != "" || slices.Contains(done, at) {
			continue
		}
		if as != "" {
			kind = as
		}
		get := func(name string) string { return v.text("p" + at + "." + name) }
		stance, _ := strconv.Atoi(get("stance"))
		out = append(
			out,
			recording.Accepted{Kind: kind, Text: get("text"), About: get("about"), Person: get("person"), New: get("new"), Title: get("title"),
				Function: get(
					"function",
				), Role: get("role"), Grade: get("grade"), On: get("on"), Due: get("due"), Event: get("event"), Stance: stance,
				Agrees: get("agrees"), State: get("state"), By: get("by"), Outcome: get("outcome"), Cause: get("cause"), Trigger: get("trigger"),
				Promiser: get("promiser"), What: get("what"), Model: get("model") != "", From: get("from")},
		)
	}
	return out
}

// noteParts cuts the note where something was understood.
func noteParts(note string, list []recording.Proposed, done []string) []notePart {
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

func (v *visit) proposal(r recording.Captured, p recording.Proposed, n string) proposalView {
	say := v.p
	tell := func(s string) string { return say.Text(r.Names, s) }
	out := proposalView{N: n, Kind: p.Kind, KindWord: say.Say("capture.kind_" + p.Kind), Text: tell(p.Text), On: p.On, Person: p.Person, New: p.New,
		About: p.About, GradeWord: p.Grade, State: p.State, Ev: p.Event, Stance: strconv.Itoa(p.Stance), Who: p.Who, Accept: say.Say("capture.accept_" + p.Kind)}
	var g throughline.Grade
	if g.UnmarshalText([]byte(p.Grade)) == nil {
		out.Grade, out.Means = g.String(), say.Grade(g)
	}
	if day, err := throughline.ParseDay(p.On); err == nil {
		out.When = say.DayNear(day, v.day())
	}
	switch {
	case p.New != "":
		out.Who = say.Say("capture.new_person", "who", p.New)
	case out.Who == "" && p.Promiser != "":
		out.Who = p.Promiser
	}
	v.ofKind(&out, r, p)
	out.Grades = gradeChoices(say, g)
	out.People = append(out.People, choice{Word: say.Say("capture.nobody"), Href: "", Here: p.Person == "" && p.New == ""})
	for _, person := range r.People {
		out.People = append(out.People, choice{Word: person.Name, Href: person.ID.String(), Here: person.ID.String() == p.Person})
	}
	carried := []field{{"title", p.Title}, {"function", p.Function}, {"role", p.Role}, {"agrees", p.Agrees}, {"by", p.By}, {"from", p.From}}
	if !out.Promise {
		carried = append(carried, field{"what", tell(p.What)}, field{"promiser", p.Promiser})
	}
	if !out.Promise && !out.Later {
		carried = append(carried, field{"due", p.Due}, field{"trigger", p.Trigger})
	}
	for _, f := range carried {
		if f.Value != "" {
			out.Fields = append(out.Fields, f)
		}
	}
	for _, b := range p.Because {
		out.Because = append(out.Because, say.Say("capture.because_"+b.Part, "words", b.Words))
	}
	if p.Model {
		out.Model = say.Say("capture.by_model")
		out.Fields = append(out.Fields, field{"model", "yes"})
	}
	return out
}

// ofKind fills in what a kind has of its own: where it belongs, the choices by
// which it is put right, and what else it may be.
func (v *visit) ofKind(out *proposalView, r recording.Captured, p recording.Proposed) {
	say := v.p
	place := func(a throughline.Address) string { return say.Place(r.Book, a) }
	kind := capture.Kind(p.Kind)
	may := func(k capture.Kind) bool { return kind == k || slices.Contains(p.Ask, string(k)) }
	if may(capture.Evidence) || may(capture.Contradiction) || may(capture.Step) || may(capture.Milestone) {
		out.Where = place(throughline.Address(p.About))
		out.Abouts = v.abouts(r, p, place)
	}
	if may(capture.Event) {
		out.Where = phrase.Initial(say.Say("event." + cmp.Or(p.Event, string(deal.ScopeChanged))))
		for _, e := range deal.Events() {
			out.Events = append(out.Events, choice{Word: phrase.Initial(say.Say("event." + string(e))), Href: string(e), Here: string(e) == p.Event})
		}
	}
	if may(capture.Stance) {
		out.Where = phrase.Initial(say.Stance(p.Stance))
		for s := 2; s >= -2; s-- {
			out.Stances = append(out.Stances, choice{Word: phrase.Initial(say.Stance(s)), Href: strconv.Itoa(s), Here: s == p.Stance})
		}
	}
	if kind == capture.Step {
		for _, st := range []throughline.StepState{throughline.StepNotBegun, throughline.StepBegun, throughline.StepDone, throughline.StepNotNeeded} {
			out.States = append(out.States, choice{Word: say.StepState(st), Href: string(st), Here: string(st) == p.State})
		}
		out.Where = say.Say("capture.step_is", "step", out.Where, "state", say.StepState(throughline.StepState(p.State)))
	}
	if may(capture.Loss) {
		for _, o := range throughline.Outcomes() {
			if o != throughline.Won && o != throughline.Postponed {
				out.Ends = append(out.Ends, choice{Word: phrase.Initial(say.Outcome(o)), Href: string(o), Here: string(o) == p.Outcome})
			}
		}
		out.Causes = append(out.Causes, choice{Word: phrase.Initial(say.Cause("")), Here: p.Cause == ""})
		for _, c := range throughline.Causes() {
			out.Causes = append(out.Causes, choice{Word: phrase.Initial(say.Cause(c)), Href: string(c), Here: string(c) == p.Cause})
		}
	}
	out.Later, out.Promise = may(capture.Postponement), may(capture.Promise)
	out.Due, out.Trigger, out.What, out.Promiser = p.Due, p.Trigger, say.Text(r.Names, p.What), p.Promiser
	switch kind {
	case capture.Loss:
		out.Where = phrase.Initial(say.Ending(throughline.Outcome(p.Outcome), throughline.Cause(p.Cause)))
	case capture.Won:
		out.Where = ""
	case capture.Promise, capture.Postponement:
		out.Where = ""
		if day, err := throughline.ParseDay(p.Due); err == nil {
			out.Where = say.Say("capture.promise_by", "day", say.DayNear(day, v.day()))
		} else if kind == capture.Postponement {
			out.Where = p.Trigger
		}
	}
	v.orElse(out, p, kind)
}

// orElse says what else a proposal can be taken for: an answer for what speaks
// against one, and the kinds that the words leave open.
func (v *visit) orElse(out *proposalView, p recording.Proposed, kind capture.Kind) {
	if out.Ask = len(p.Ask) > 0; out.Ask {
		out.KindWord, out.Where = v.p.Say("capture.which"), ""
		for _, k := range p.Ask {
			if k != "" {
				out.Which = append(out.Which, choice{Word: v.p.Say("capture.kind_" + k), Href: k})
			}
		}
		return
	}
	switch kind {
	case capture.Evidence, capture.Step:
		out.Turn = []choice{{Word: v.p.Say("capture.or_contradiction"), Href: string(capture.Contradiction)}}
	case capture.Contradiction:
		out.Turn = []choice{{Word: v.p.Say("capture.or_evidence"), Href: string(capture.Evidence)}}
	}
}

// abouts lists what a proposal may be about: the reader's best, its next best,
// then the rest of the journey, the tracks, and the milestones.
func (v *visit) abouts(r recording.Captured, p recording.Proposed, place func(throughline.Address) string) []choice {
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
	if p.About == "" && len(p.Others) > 0 { // a kind without a question that may be another: the first one is chosen
		p.About = string(p.Others[0])
	}
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
