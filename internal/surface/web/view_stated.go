package web

import (
	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/showing"
)

// statedStepView is a step of theirs, or one we owe them.
type statedStepView struct {
	ID, Href            string
	Text, Who, When     string
	Rule, Moved, Label  string
	Kind                string // of the label, for the style sheet
	Mark                string // of the state
	Late, Open, Dated   bool
	Due, Owner, RuleRaw string
	Serves              string // which outcome of theirs
	Sides, Labels       []choice
	States              []choice
}

// statedView is the steps of their own way: what they do next, what we owe,
// and what is behind.
type statedView struct {
	Next, Owed, Done []statedStepView
	Proposed         []statedStepView // on the plan; nobody of theirs has touched them
	Conduct          []string
	Action           string
	New              statedStepView // an empty one, for the form
	Froms, Persons   []choice
	Any              bool
}

// stated puts the steps of the page's deal into words.
func (t teller) stated() statedView {
	p, id := t.p, "/deals/"+t.page.ID.String()
	steps := t.page.Deal.StatedSteps()
	out := statedView{Action: id + "/stated", Conduct: p.Conduct(deal.ConductOf(steps, t.zone())), Persons: t.personChoices("")}
	for _, from := range []string{"", "document", "message"} {
		key := from
		if key == "" {
			key = "none"
		}
		out.Froms = append(out.Froms, choice{Word: p.Say("stated.source_" + key), Href: from, Here: from == ""})
	}
	out.New = t.statedStep(deal.StatedStep{StepStated: deal.StepStated{By: deal.Customer, State: throughline.StepNotBegun}})
	for _, s := range steps {
		v := t.statedStep(s)
		switch {
		case s.Proposed():
			if s.Open() {
				out.Proposed = append(out.Proposed, v)
			}
			continue
		case !s.Open():
			out.Done = append(out.Done, v)
		case s.By == deal.Us:
			out.Owed = append(out.Owed, v)
		default:
			out.Next = append(out.Next, v)
		}
		out.Any = true
	}
	return out
}

func (t teller) statedStep(s deal.StatedStep) statedStepView {
	p := t.p
	v := statedStepView{
		ID:   s.ID.String(),
		Text: phrase.Initial(p.Text(t.names, s.Text)),
		Who:  p.Text(t.names, s.Owner),
		Kind: string(s.Label),
		Mark: stepKind(s.State),
		When: p.StatedWhen(
			s,
			t.day(),
			throughline.DayOf(s.Since, t.zone()),
		),
		Open:    s.Open(),
		Owner:   p.Text(t.names, s.Owner),
		RuleRaw: p.Text(t.names, s.Rule),
		Serves:  p.Text(t.names, s.Serves),
	}
	if !s.Last.ID.IsZero() {
		v.Href = t.factHref(s.Last)
	}
	if s.Label != "" && s.Label != deal.OtherStep {
		v.Label = p.Say("steps.kind_" + string(s.Label))
	}
	if s.Rule != "" {
		v.Rule = p.Say("stated.rule", "rule", p.Text(t.names, s.Rule))
	}
	if s.Moved > 0 {
		v.Moved = p.Say("stated.moved", "n", s.Moved)
	}
	if late, ok := s.Late(t.day()); ok {
		v.Late = late > 0
	}
	if !s.Due.IsZero() {
		v.Due, v.Dated = s.Due.String(), true
	}
	for _, side := range []deal.Side{deal.Customer, deal.Us} {
		v.Sides = append(v.Sides, choice{Word: p.Say("stated.side_" + string(side)), Href: string(side), Here: side == s.By})
	}
	for _, l := range deal.StepLabels() {
		v.Labels = append(v.Labels, choice{Word: p.Say("steps.kind_" + string(l)), Href: string(l), Here: l == s.Label})
	}
	for _, st := range []throughline.StepState{throughline.StepNotBegun, throughline.StepBegun, throughline.StepDone, throughline.StepNotNeeded} {
		v.States = append(v.States, choice{Word: phrase.Initial(p.StepState(st)), Href: string(st), Here: st == s.State})
	}
	return v
}

// followed reports whether the page of a deal is their steps and little else:
// an open purchase of somebody who knows how to buy.
func followed(page showing.DealPage) bool {
	r := page.Reading
	return r.Outcome == throughline.StillOpen && (r.Class == throughline.Transactional || r.Class == throughline.TransactionalInformal)
}
