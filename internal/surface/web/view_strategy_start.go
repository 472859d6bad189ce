package web

import (
	"cmp"
	"net/url"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/blend"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/playbook"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/statement"
)

// A strategy starts from the process (DOMAIN claim 83): the question they are
// at, our next milestone, whoever is missing, won deals like this one.

// The beginnings that a form can be filled with.
const (
	fromQuestion  = "question"
	fromMilestone = "milestone"
	fromPerson    = "person"
)

// starts lists what the process offers to begin with.
func (t teller) starts() (out []choice) {
	add := func(from, key string, pairs ...any) {
		href := address("/deals/"+t.page.ID.String()+"/strategy", url.Values{}, "start", from) + "#line-moves"
		out = append(out, choice{Word: t.p.Say(key, pairs...), Href: href})
	}
	if ask, _ := t.frontier(); ask != "" {
		add(fromQuestion, "start.question", "ask", ask)
	}
	if says, _ := t.nextMilestone(); says != "" {
		add(fromMilestone, "start.milestone", "says", says)
	}
	if role := t.firstMissing(); role != "" {
		add(fromPerson, "start.person", "role", t.p.Role(role))
	}
	return out
}

// frontier is the question they are at, or the first to ask, with its phase.
func (t teller) frontier() (string, throughline.Phase) {
	r := t.page.Reading
	at := r.Firm
	if !at.Known() && len(r.Ask) > 0 {
		at = r.Ask[0]
	}
	q, ok := t.book().Question(at)
	if !ok {
		return "", throughline.NoPhase
	}
	return q.Ask.Text.In(t.p.Code()), at
}

// nextMilestone is the first of ours that is not met, from their question on.
func (t teller) nextMilestone() (string, throughline.Phase) {
	_, at := t.frontier()
	for _, m := range t.page.Reading.Milestones {
		if m.Met || m.NotNeeded || m.Serves < at {
			continue
		}
		if full, ok := t.book().Milestone(m.Address); ok {
			return full.Name.Text.In(t.p.Code()), m.Serves
		}
	}
	return "", throughline.NoPhase
}

func (t teller) firstMissing() throughline.Role {
	if all := blend.Missing(t.book(), &t.page.Deal.Summary, t.page.Reading); len(all) > 0 {
		return all[0].Role
	}
	return ""
}

// begin fills the first empty move of a form from one of the beginnings, and
// says with which.
func (t teller) begin(form *strategyForm, from string) string {
	if !form.roomy() {
		return ""
	}
	i := slices.IndexFunc(form.Moves, moveField.empty)
	m := &form.Moves[i]
	ask, at := t.frontier()
	switch from {
	case fromQuestion:
		q, _ := t.book().Question(at)
		m.What = t.p.Say("start.ask", "ask", ask)
		if len(q.Evidence) > 0 { // the strongest that counts as an answer
			best := slices.MaxFunc(q.Evidence, func(a, b playbook.Grounds) int { return cmp.Compare(a.Grade, b.Grade) })
			m.Expect = best.Text.In(t.p.Code())
		}
	case fromMilestone:
		m.Expect, at = t.nextMilestone()
	case fromPerson:
		role := t.firstMissing()
		if role == "" {
			return ""
		}
		m.What, m.Expect = t.p.Say("start.find", "role", t.p.Role(role)), t.p.Say("start.named", "role", t.p.Role(role))
	default:
		return ""
	}
	m.Serves, m.Folded = t.servesChoices(at.Address()), false
	return from
}

// roomy tells whether a further move fits in.
func (f strategyForm) roomy() bool { return slices.ContainsFunc(f.Moves, moveField.empty) }

func (m moveField) empty() bool { return m.What+m.Expect == "" }

// servesChoices lists the nine questions for a move; without one chosen it is
// the question they are at.
func (t teller) servesChoices(chosen throughline.Address) (out []choice) {
	if chosen == "" {
		if _, at := t.frontier(); at.Known() {
			chosen = at.Address()
		}
	}
	for _, ph := range throughline.Phases() {
		out = append(out, choice{Word: t.p.Phase(t.book(), ph), Href: string(ph.Address()), Here: ph.Address() == chosen})
	}
	return out
}

// reviewed is what a reader would ask of a version.
func (t teller) reviewed(s deal.Strategy) (out []string) {
	class := t.page.Reading.Class
	complex := class != throughline.Transactional && class != throughline.TransactionalInformal
	for _, f := range recording.ReviewStrategy(s, complex, statement.Words(t.book().Words)) {
		out = append(out, phrase.Initial(t.p.Say("review."+reviewKey(f.Check), "words", f.Value)))
	}
	return out
}

// typedStrategy is the version that stands in the form as it was sent.
func (v *visit) typedStrategy() deal.Strategy {
	in := v.strategyInput(recording.Writing{})
	out := deal.Strategy{Aim: in.Aim, Bet: in.Bet, By: in.By, Against: in.Against, StopIf: in.StopIf, Because: in.Because}
	for _, s := range in.Stops {
		if s.What != "" {
			out.Stops = append(out.Stops, s)
		}
	}
	for _, m := range in.Moves {
		if m.What+m.Expect != "" {
			out.Moves = append(out.Moves, deal.Move{What: m.What, Expect: m.Expect, By: m.By})
		}
	}
	return out
}
