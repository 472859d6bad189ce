package web

import (
	"cmp"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/operation"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/showing"
)

// questionsView is the page of the nine questions with what speaks to each, and
// of our own milestones beside them.
type questionsView struct {
	frame
	Says       bool // whoever looks may say something of the playbook
	Head       dealHeadView
	HereWord   string // "they are here"
	Phases     []phaseView
	Milestones []stepView
	Process    string
	OnProcess  string   // why the deal follows it; empty where there is only one
	NotMine    string   // that it is none of those that whoever looks is assigned, and whose it is
	Processes  []choice // those it may be put on by hand
	Persons    []choice
	Grades     []choice
	Measures   measuresView
	Won        bool // what they wanted stands on the deal's first page
}

// stepView is a milestone or a step of a track with the facts behind it.
type stepView struct {
	ID, Name, State, Kind, When, Due string
	Address                          string
	Say                              string // where something is said of it
	Rows                             []evidenceView
}

func (s *site) questions(v *visit) (component, error) {
	page, err := ask[showing.DealPage](v, operation.ShowDeal, &showing.DealInput{View: desk.View{AsOf: v.asOf}, ID: v.PathValue("id")})
	if err != nil {
		return nil, err
	}
	t, p := v.teller(page), v.p
	out := questionsView{
		Head:      t.headOf("questions"),
		HereWord:  p.Say("road.here"),
		Process:   p.Say("road.ours"),
		OnProcess: p.OnProcess(t.names, page.Reading.Process),
		NotMine:   t.notMine(),
		Processes: t.processChoices(),
		Persons:   t.personChoices(""),
		Grades:    gradeChoices(p, throughline.E2),
		Won:       page.Reading.Outcome == throughline.Won,
	}
	out.frame = v.frame(out.Head.Heading, "deals")
	out.Live = v.liveAt(page)
	for _, ph := range throughline.Phases() {
		out.Phases = append(out.Phases, t.phase(ph))
	}
	if pr := t.process(); pr.ID != "" {
		out.Process = p.Say("milestone.heading", "process", pr.Name.Text.In(p.Code()))
	}
	out.Milestones = t.milestones()
	for i, m := range out.Milestones {
		out.Milestones[i].Say = v.sayOf(throughline.Address(m.Address), v.URL.Path+"#"+m.ID)
	}
	out.Says = v.says()
	if !out.Won {
		out.Measures = t.measures()
	}
	return questionsPage(out), nil
}

// processChoices are the processes that the deal may be put on, and the way
// back to the rules; none where there is only one.
func (t teller) processChoices() []choice {
	on := t.page.Reading.Process
	if len(t.book().Processes) < 2 {
		return nil
	}
	var out []choice
	if on.By == alignment.ByPick {
		out = append(out, choice{Word: t.p.Say("process.rules", "process", t.p.Process(t.book(), cmp.Or(on.Suggested, on.Process))), Href: "rules"})
	}
	for _, pr := range t.taughtOf(t.book()).Processes {
		if a := pr.Address(); a != on.Process && a != on.Suggested && !pr.When.Refused() {
			out = append(out, choice{Word: t.p.Process(t.book(), a), Href: pr.ID})
		}
	}
	return out
}

// gradeChoices lists the grades, the strongest first, with what each means.
func gradeChoices(p *phrase.Phrase, chosen throughline.Grade) []choice {
	var out []choice
	for g := throughline.E4; ; g-- {
		out = append(out, choice{Word: g.String() + " · " + p.Grade(g), Href: g.String(), Here: g == chosen})
		if g == throughline.E0 {
			return out
		}
	}
}

// behind gives the facts behind a milestone or step, newest first.
func (t teller) behind(a throughline.Address) []evidenceView {
	facts := t.page.Deal.About(a)
	var out []evidenceView
	for i := len(facts) - 1; i >= 0; i-- {
		f := facts[i]
		e := t.evidence(f, nil)
		e.Keeps, e.Stale = "", false
		if !f.Graded() || f.Grade == throughline.E0 {
			e.Grade = ""
		}
		out = append(out, e)
	}
	return out
}

// milestones tells how far we have come on our own road.
func (t teller) milestones() (out []stepView) {
	p := t.p
	for _, m := range t.page.Reading.Milestones {
		v := stepView{
			ID:      anchor(m.Address),
			Address: string(m.Address),
			Name:    p.Place(t.book(), m.Address),
			State:   p.Say("milestone.unmet"),
			Kind:    "untouched",
			Rows:    t.behind(m.Address),
		}
		if full, ok := t.book().Milestone(m.Address); ok {
			if s := full.Name.Text.In(p.Code()); s != "" {
				v.Name = s
			}
		}
		switch {
		case m.NotNeeded:
			v.State, v.Kind = p.Say("milestone.skipped"), "not_needed"
		case m.Met:
			v.State, v.Kind, v.When = p.Say("milestone.met"), "answered", p.Instant(m.At, t.day(), t.zone())
		}
		out = append(out, v)
	}
	return out
}
