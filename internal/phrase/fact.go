package phrase

import (
	"regexp"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/playbook"
)

// Names tells what facts only point at.
type Names struct {
	Book    *playbook.Playbook
	Person  func(throughline.PersonID) string // "" where not known
	Account func(throughline.AccountID) string
	Today   throughline.Day
}

// Who gives a person's name, or words for someone whose name is not known.
func (p *Phrase) Who(n Names, id throughline.PersonID) string {
	if id.IsZero() {
		return p.Say("person.nobody")
	}
	if n.Person != nil {
		if s := n.Person(id); s != "" {
			return s
		}
	}
	return p.Say("person.unnamed")
}

var mention = regexp.MustCompile(`\{person:([0-9A-Fa-f-]{36})\}`)

// Text puts names where a text mentions people as {person:ID}.
func (p *Phrase) Text(n Names, s string) string {
	if !strings.Contains(s, "{person:") {
		return s
	}
	return mention.ReplaceAllStringFunc(s, func(m string) string {
		id, err := throughline.ParseID(m[len("{person:") : len(m)-1])
		if err != nil {
			return p.Say("person.unnamed")
		}
		return p.Who(n, throughline.PersonID(id))
	})
}

// Fact gives what a fact says as one line, without its dates, source and grade.
func (p *Phrase) Fact(n Names, f deal.Fact) string {
	place := func(a throughline.Address) string { return p.Place(n.Book, a) }
	switch b := f.Body.(type) {
	case deal.Opened:
		return p.Say("fact.opened")
	case deal.Described:
		return p.described(n, b)
	case deal.OwnerChanged:
		return p.Say("fact.owner", "who", p.Who(n, b.Owner))
	case deal.StageMoved:
		switch {
		case b.Stage == "":
			return p.Say("fact.stage_foreign", "foreign", b.Foreign)
		case b.Foreign == "" || strings.EqualFold(b.Foreign, place(b.Stage)):
			return p.Say("fact.stage", "stage", place(b.Stage))
		}
		return p.Say("fact.stage_both", "stage", place(b.Stage), "foreign", b.Foreign)
	case deal.MilestoneMet:
		if b.NotNeeded {
			return p.because(p.Say("fact.milestone_skipped", "milestone", place(b.Milestone)), p.Text(n, b.Reason))
		}
		return p.Say("fact.milestone", "milestone", place(b.Milestone))
	case deal.AmountChanged:
		return p.Say("fact.amount", "amount", p.Money(b.Amount))
	case deal.CloseDateMoved:
		key := "fact.close"
		if b.ByCustomer {
			key = "fact.close_theirs"
		}
		return p.Say(key, "day", p.Day(b.To))
	case deal.Activity:
		return p.activity(n, b)
	case deal.Evidence:
		return p.Text(n, b.Text)
	case deal.Contradiction:
		return p.Text(n, b.Text)
	case deal.PhaseNotNeeded:
		return p.because(p.Say("fact.skipped", "phase", p.Phase(n.Book, b.Phase)), p.Text(n, b.Reason))
	case deal.PersonJoined:
		return p.joined(n, b)
	case deal.ReportsTo:
		if b.To.IsZero() {
			return p.Say("fact.reports_ended", "who", p.Who(n, b.Person))
		}
		return p.Say("fact.reports_to", "who", p.Who(n, b.Person), "whom", p.Who(n, b.To))
	case deal.Stance:
		return p.stance(n, b)
	case deal.StepMoved:
		return p.step(n, b)
	case deal.Classified:
		if len(b.After) == 0 {
			return p.because(p.Say("fact.class", "class", p.Class(b.Class)), p.Text(n, b.Because))
		}
		var events []string
		for _, a := range b.After {
			if word := p.Say("event." + string(a.Event)); !slices.Contains(events, word) {
				events = append(events, word)
			}
		}
		return p.because(p.Say("fact.class_after", "class", p.Class(b.Class), "events", p.List(events)), p.Text(n, b.Because))
	case deal.Noticed:
		return p.because(Initial(p.Say("event."+string(b.Event))), p.Text(n, b.Text))
	case deal.Override:
		return p.because(p.Say("fact.override", "phase", p.Phase(n.Book, b.Position)), p.Text(n, b.Reason))
	case deal.Judged:
		if b.Category == "" {
			return p.because(p.Say("forecast.judged_none"), p.Text(n, b.Reason))
		}
		return p.because(p.Say("forecast.judged", "word", p.Category(b.Category)), p.Text(n, b.Reason))
	case deal.Strategy:
		return p.because(p.Say("fact.strategy"), p.Text(n, b.Bet))
	case deal.BetResolved:
		return p.Say("fact.bet_" + string(b.Result))
	case deal.Ended:
		return p.ended(n, b)
	case deal.Resumed:
		return p.Say("fact.resumed")
	case deal.ProcessPicked:
		if b.Process == "" {
			return p.because(Initial(p.Say("process.given_back")), p.Text(n, b.Reason))
		}
		return p.because(Initial(p.Say("process.picked", "process", p.Process(n.Book, b.Process))), p.Text(n, b.Reason))
	case deal.PlaybookMoved:
		return p.Say("fact.playbook")
	case deal.Linked:
		return p.Say("fact.linked_" + b.As)
	case deal.DecisionStated:
		what := p.Text(n, b.Text)
		switch {
		case b.Unknown:
			what = p.Say("decision.unknown")
		case what == "" || b.Aspect == deal.Consequence && !b.Day.IsZero():
			what = strings.TrimSpace(what + " " + p.Day(b.Day))
		}
		return p.because(p.Say("decision."+string(b.Aspect)), what)
	case deal.PlanMade:
		return p.Say("plan.fact_made")
	case deal.SetAside:
		key := "fact.aside_" + string(b.How)
		if b.How == deal.AsideLater && b.Until.IsZero() {
			key = "fact.aside_later_none"
		}
		return p.Say(key, "day", p.DayNear(b.Until, n.Today))
	case deal.Reconsidered:
		key := "fact.rethink_" + string(b.Answer)
		return p.Say(key, "day", p.DayNear(b.Until, n.Today))
	case deal.Commented:
		return p.Say("plan.fact_comment", "text", p.Text(n, b.Text))
	case deal.InitiativeStated, deal.InitiativeJoined, deal.PurchaseStated:
		return p.initiativeFact(n, b)
	case deal.StepStated:
		return p.stepStated(n, b, f.Grade == throughline.E0)
	case deal.WorkMoved:
		s := p.Say("fact.work_state", "state", p.StepState(b.State))
		if b.What != "" {
			s = p.Say("fact.work", "what", p.Text(n, b.What), "state", p.StepState(b.State))
		}
		return p.gone(s, gone{"day", b.Undated}, gone{"owner", b.NoOwner}, gone{"serves", b.NoServes})
	case deal.Noted:
		if b.Tool != "" {
			return p.Say("fact.tool", "tool", p.Place(n.Book, b.Tool), "text", p.Text(n, b.Text))
		}
		return p.Say("fact.note", "text", p.Text(n, b.Text))
	case deal.Asked:
		return p.Say("fact.asked", "text", p.Text(n, b.Text))
	case deal.TargetSet:
		if b.Baseline != "" {
			return p.Say("fact.target_from", "measure", p.Text(n, b.Measure), "target", p.Text(n, b.Target), "from", p.Text(n, b.Baseline))
		}
		return p.Say("fact.target", "measure", p.Text(n, b.Measure), "target", p.Text(n, b.Target))
	case deal.ResultMeasured:
		return p.Say("fact.result", "actual", p.Text(n, b.Actual))
	case deal.PromiseMade:
		key := "fact.promise"
		if !b.Due.IsZero() {
			key = "fact.promise_by"
		}
		return p.Say(key, "who", p.Promiser(n, b), "what", p.Text(n, b.What), "day", p.DayNear(b.Due, n.Today))
	case deal.PromiseResolved:
		return p.because(p.Say("fact.promise_"+string(b.Result)), p.Text(n, b.Text))
	case deal.PersonMerged:
		return p.Say("fact.person_merged", "other", p.Who(n, b.Person), "who", p.Who(n, b.Into))
	case deal.Correction:
		return p.because(p.Say("fact.correction"), p.Text(n, b.Reason))
	}
	return string(f.Body.Kind())
}

// Promiser names who made a promise: a person, a role or body in words, or
// "they" where nobody is named.
func (p *Phrase) Promiser(n Names, b deal.PromiseMade) string {
	switch {
	case !b.Person.IsZero():
		return p.Who(n, b.Person)
	case b.Who != "":
		return p.Text(n, b.Who)
	}
	return p.Say("promise.they")
}

// Category names a forecast category; a word of another system stays as it is.
func (p *Phrase) Category(c deal.Category) string {
	if !slices.Contains(deal.Categories(), c) {
		return string(c)
	}
	return p.Say("forecast.category_" + string(c))
}

func (p *Phrase) because(what, why string) string {
	if why == "" {
		return what
	}
	return p.Say("fact.because", "what", what, "why", why)
}

func (p *Phrase) described(n Names, b deal.Described) string {
	var parts []string
	if b.Title != "" {
		parts = append(parts, p.Say("fact.title", "title", p.Text(n, b.Title)))
	}
	if !b.Account.IsZero() {
		name := ""
		if n.Account != nil {
			name = n.Account(b.Account)
		}
		parts = append(parts, p.Say("fact.account", "account", name))
	}
	keys := make([]string, 0, len(b.Attributes))
	for k := range b.Attributes {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		parts = append(parts, p.Say("fact.attribute", "name", p.Attribute(k), "value", p.Text(n, b.Attributes[k])))
	}
	return strings.Join(parts, p.Say("list.semicolon"))
}

func (p *Phrase) activity(n Names, b deal.Activity) string {
	what := p.Say("activity.task")
	switch b.What {
	case "call", "email", "meeting", "task":
		what = p.Say("activity." + b.What)
	}
	key := "fact.activity"
	switch {
	case b.Open:
		key = "fact.activity_planned"
	case b.By == deal.Customer:
		key = "fact.activity_theirs"
	case b.By == deal.Us:
		key = "fact.activity_ours"
	}
	if !b.Person.IsZero() {
		return p.Say(key+"_with", "what", what, "What", Initial(what), "who", p.Who(n, b.Person))
	}
	return p.Say(key, "what", what, "What", Initial(what))
}

func (p *Phrase) joined(n Names, b deal.PersonJoined) string {
	if b.Left {
		return p.Say("fact.left", "who", p.Who(n, b.Person))
	}
	role := b.Foreign
	if b.Role != "" {
		role = p.Role(b.Role)
	}
	switch {
	case role == "":
		return p.Say("fact.joined", "who", p.Who(n, b.Person))
	case b.Function != "":
		return p.Say("fact.joined_from", "who", p.Who(n, b.Person), "role", role, "function", b.Function)
	}
	return p.Say("fact.joined_as", "who", p.Who(n, b.Person), "role", role)
}

// Stance gives a position from -2 to +2 in words.
func (p *Phrase) Stance(value int) string {
	return p.Say([]string{"stance.against", "stance.doubts", "stance.neutral", "stance.leans", "stance.for"}[min(max(value, -2), 2)+2])
}

func (p *Phrase) stance(n Names, b deal.Stance) string {
	parts := []string{p.Say("fact.stance", "who", p.Who(n, b.Person), "stance", p.Stance(b.Value))}
	if b.Agrees != nil {
		key := "fact.sees_otherwise"
		if *b.Agrees {
			key = "fact.sees_alike"
		}
		parts = append(parts, p.Say(key))
	}
	if b.Wants != "" {
		parts = append(parts, p.Say("fact.wants", "what", p.Text(n, b.Wants)))
	}
	if b.Fears != "" {
		parts = append(parts, p.Say("fact.fears", "what", p.Text(n, b.Fears)))
	}
	return strings.Join(parts, p.Say("list.semicolon"))
}

func (p *Phrase) step(n Names, b deal.StepMoved) string {
	s := p.Say("fact.step", "step", p.Place(n.Book, b.Step), "state", p.StepState(b.State))
	if !b.Due.IsZero() && b.State != throughline.StepDone {
		s = p.Say("fact.step_due", "what", s, "day", p.DayNear(b.Due, n.Today))
	}
	return p.gone(p.because(s, p.Text(n, b.Text)), gone{"person", b.NoPerson}, gone{"serves", b.NoServes})
}

// gone is what was said before and, where Is, holds no longer.
type gone struct {
	What string
	Is   bool
}

// gone adds to what a fact says what holds no longer by it.
func (p *Phrase) gone(s string, all ...gone) string {
	for _, g := range all {
		if g.Is {
			s += p.Say("list.semicolon") + p.Say("fact.gone_"+g.What)
		}
	}
	return s
}

func (p *Phrase) ended(n Names, b deal.Ended) string {
	key := "fact.ended"
	if b.Outcome == throughline.Removed && (b.Foreign == deal.ByMistake || b.Foreign == deal.ByMerging) {
		return p.because(p.End(b, throughline.Day{}), p.Text(n, b.Text))
	}
	if b.Outcome == throughline.NoDecision {
		return p.because(p.Say("fact.ended_cause", "outcome", p.Outcome(b.Outcome), "cause", p.Cause(b.Cause)), p.Text(n, b.Text))
	}
	if b.Outcome == throughline.Postponed && !b.Until.IsZero() {
		return p.because(p.Say("fact.ended_until", "day", p.Day(b.Until)), p.Text(n, b.Text))
	}
	return p.because(p.Say(key, "outcome", p.Outcome(b.Outcome)), p.Text(n, b.Text))
}
