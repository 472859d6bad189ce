package recording

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/capture"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/diag"
)

// taken is an accepted proposal whose parts have been read.
type taken struct {
	Accepted
	kind capture.Kind
	who  throughline.PersonID
	text string
	due  throughline.Day
	fact Entry
}

// accept turns an accepted proposal into facts.
func (o *Writer) accept(a Accepted, from capture.From, record string) error {
	if o.via = deal.ViaNote; a.Model {
		o.via = deal.ViaModel
	}
	defer func() { o.via = "" }()
	t, done, err := o.take(a, from, record)
	if err != nil || done {
		return err
	}
	o.Lint(t.text)
	body, err := o.bodyOf(&t)
	if err != nil {
		return err
	}
	t.fact.Body = body
	o.Add(t.fact)
	if agrees := a.Agrees == "yes"; (agrees || a.Agrees == "no") && !t.who.IsZero() &&
		t.kind != capture.Stance { // where they stand otherwise stays as it was
		o.Add(
			Entry{
				Grade:  t.fact.Grade,
				On:     t.fact.On,
				Source: t.fact.Source,
				Body:   deal.Stance{Person: t.who, Value: o.People[o.Same.Of(t.who)].Stance.Value.Value, Agrees: &agrees},
			},
		)
	}
	return nil
}

// take reads the parts of an accepted proposal; done says that meeting somebody
// new was all there was to record.
func (o *Writer) take(a Accepted, from capture.From, record string) (t taken, done bool, err error) {
	t.Accepted = a
	if t.kind, err = Known(o, a.Kind, capture.Kinds()); err != nil {
		return t, false, err
	}
	if t.fact.Grade, err = o.grade(a.Grade); err != nil {
		return t, false, err
	}
	if err = o.takeDays(&t); err != nil {
		return t, false, err
	}
	if from != capture.Conversation {
		if t.fact.Source, err = o.source(string(from), record); err != nil {
			return t, false, err
		}
	}
	if t.who, err = o.Person(a.Person); err != nil {
		return t, false, err
	}
	if t.who.IsZero() && strings.TrimSpace(a.New) != "" {
		if t.who, err = o.Joins(PersonInput{Person: a.New, Title: a.Title, Function: a.Function, Role: a.Role}); err != nil ||
			t.kind == capture.Joined {
			return t, err == nil, err
		}
	}
	if t.text, err = o.Words("what was said or done", a.Text, t.kind == capture.Evidence || t.kind == capture.Contradiction); err != nil {
		return t, false, err
	}
	t.fact.Grade = borne(t.fact.Grade, !t.who.IsZero(), from == capture.Message || from == capture.Document)
	return t, false, nil
}

// borne is how far something can be trusted by who stands behind it: where
// nobody is named and it stands nowhere, it is our own reading.
func borne(g throughline.Grade, named, written bool) throughline.Grade {
	if !named && !written && (g == throughline.E2 || g == throughline.E3) {
		return throughline.E1
	}
	return g
}

func (o *Writer) takeDays(t *taken) (err error) {
	if t.On != "" {
		if t.fact.On, err = throughline.ParseDay(t.On); err != nil {
			return o.Bad(t.On, err)
		}
		if t.fact.On.Sub(o.today()) > 0 {
			return o.Bad(t.On, throughline.Refuse("ahead", "that day is still to come; what has happened has a day up to today"))
		}
	}
	if t.Due != "" {
		if t.due, err = throughline.ParseDay(t.Due); err != nil {
			return o.Bad(t.Due, err)
		}
	}
	return nil
}

// bodyOf gives what is recorded of an accepted proposal; what has to stand
// beside it is added.
func (o *Writer) bodyOf(t *taken) (deal.Body, error) {
	switch t.kind {
	case capture.Evidence, capture.Contradiction:
		about, err := o.address(t.About)
		if err != nil {
			return nil, err
		}
		if t.kind == capture.Evidence {
			return deal.Evidence{About: about, Person: t.who, Text: t.text}, nil
		}
		return deal.Contradiction{About: about, Person: t.who, Text: t.text}, nil
	case capture.Event:
		return o.eventBody(t)
	case capture.Stance:
		return o.stanceBody(t)
	case capture.Left, capture.Joined:
		return o.personBody(t)
	case capture.Step:
		return o.stepBody(t)
	case capture.Promise:
		return o.promiseBody(t)
	case capture.Won, capture.Loss, capture.Postponement:
		return o.endBody(t)
	}
	about, err := o.address(t.About) // a milestone: the act that meets it is evidence on the question it serves
	if err != nil {
		return nil, err
	}
	if t.text != "" {
		o.Add(Entry{Grade: t.fact.Grade, On: t.fact.On, Source: t.fact.Source, Body: deal.Evidence{About: about, Person: t.who, Text: t.text}})
	}
	return deal.MilestoneMet{Milestone: about}, nil
}

func (o *Writer) eventBody(t *taken) (deal.Body, error) {
	event, err := Known(o, t.Event, deal.Events())
	if err != nil {
		return nil, err
	}
	if event == deal.SponsorLeft && !t.who.IsZero() {
		o.Add(Entry{Grade: t.fact.Grade, On: t.fact.On, Source: t.fact.Source, Body: deal.PersonJoined{Person: t.who, Left: true}})
	}
	return deal.Noticed{Event: event, Person: t.who, Text: t.text}, nil
}

func (o *Writer) stanceBody(t *taken) (deal.Body, error) {
	if t.who.IsZero() {
		return nil, o.Bad(t.text, throughline.Refuse("whose", "whose stance is it? A person has to be named"))
	}
	b := deal.Stance{Person: t.who, Value: min(max(t.Stance, -2), 2)}
	if t.Agrees == "yes" || t.Agrees == "no" {
		yes := t.Agrees == "yes"
		b.Agrees = &yes
	}
	return b, nil
}

func (o *Writer) personBody(t *taken) (deal.Body, error) {
	if t.who.IsZero() {
		return nil, o.Bad(t.text, throughline.Refuse("who", "who is it? A person has to be named"))
	}
	b := deal.PersonJoined{Person: t.who, Function: t.Function, Left: t.kind == capture.Left}
	if t.Role != "" {
		var err error
		if b.Role, err = Known(o, t.Role, throughline.Roles()); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func (o *Writer) stepBody(t *taken) (deal.Body, error) {
	about, err := o.address(t.About)
	if err != nil {
		return nil, err
	}
	state := throughline.StepState(t.State)
	if state == "" {
		state = throughline.StepBegun
	}
	if state, err = Known(o, string(state),
		[]throughline.StepState{throughline.StepNotBegun, throughline.StepBegun, throughline.StepDone, throughline.StepNotNeeded}); err != nil {
		return nil, err
	}
	by := deal.Side(t.By)
	if by == deal.UnknownSide {
		by = o.Steps[about].Value.By
	}
	return deal.StepMoved{Step: about, State: state, By: by, Person: t.who, Due: t.due, Text: t.text}, nil
}

// promiseBody is what they said they will do; the sentence stands beside it.
func (o *Writer) promiseBody(t *taken) (deal.Body, error) {
	b := deal.PromiseMade{Person: t.who, Due: t.due, Words: t.text}
	var err error
	if b.What, err = o.Words("what they will do", cmp.Or(strings.TrimSpace(t.What), t.Text), true); err != nil {
		return nil, err
	}
	if t.who.IsZero() {
		if b.Who, err = o.Words("who promised it", t.Promiser, true); err != nil {
			return nil, err
		}
	}
	said := t.fact.On
	if said.IsZero() {
		said = o.today()
	}
	if !b.Due.IsZero() && b.Due.Sub(said) < 0 {
		o.found = append(o.found, diag.Finding{Check: "due-before", Severity: diag.Warning, Field: "due", Value: b.Due.String(),
			Message: fmt.Sprintf(
				"it cannot be due before it was promised, on %s; the promise is kept without a day",
				said,
			), Hint: "record the promise again with its day, and take this one back"})
		b.Due = throughline.Day{}
	}
	return b, nil
}

// endBody is how the deal ends: their words are the reason. An order that is
// there is a step done as well.
func (o *Writer) endBody(t *taken) (deal.Body, error) {
	want := map[capture.Kind]throughline.Outcome{capture.Won: throughline.Won, capture.Postponement: throughline.Postponed}[t.kind]
	if want == "" {
		var err error
		if want, err = Known(o, t.Outcome, throughline.Outcomes()); err != nil {
			return nil, err
		}
	}
	b := deal.Ended{Outcome: want, Person: t.who, Text: t.text}
	var err error
	if t.Cause != "" && want == throughline.NoDecision {
		if b.Cause, err = Known(o, t.Cause, throughline.Causes()); err != nil {
			return nil, err
		}
	}
	if want == throughline.Postponed {
		if t.due.Sub(o.today()) > 0 {
			b.Until = t.due
		}
		if b.Trigger, err = o.Words("the trigger", t.Trigger, false); err != nil {
			return nil, err
		}
		if b.Until.IsZero() && b.Trigger == "" {
			return nil, o.Bad(t.text, throughline.Refuse("until", "put off until when, or until what? A day or a trigger brings it back"))
		}
	}
	if about := throughline.Address(t.About); want == throughline.Won && about != "" {
		if _, ok := about.Step(); ok {
			o.Add(
				Entry{
					Grade:  t.fact.Grade,
					On:     t.fact.On,
					Source: t.fact.Source,
					Body:   deal.StepMoved{Step: about, State: throughline.StepDone, By: o.Steps[about].Value.By, Person: t.who, Text: t.text},
				},
			)
		}
	}
	return b, nil
}
