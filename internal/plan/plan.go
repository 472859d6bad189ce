// Package plan makes of a deal what its customer is shown and works with: what
// is to come of it, how it is decided, and the steps of both sides with the
// days by which they have to begin.
//
// Takes: a deal, the playbook it follows, the day, and the steps that the customer keeps to themselves.
// Gives: a Plan; its dates; the plan as CSV and as a calendar.
// Never: shows what is ours alone (stage, chances, class, strategy, where people stand, notes, money), or an id of ours.
package plan

import (
	"cmp"
	"crypto/sha256"
	"encoding/base32"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/blend"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/playbook"
)

// Plan is what the customer sees.
type Plan struct {
	ref       string
	Name      string // whose plan it is: the customer's organisation
	Outcomes  []Outcome
	Questions []Question // what is to be decided, in the order in which it is asked; after the order, what was said of it
	Goal      throughline.Day
	Steps     []Step // by section, in the order in which they were named
	Comments  []Comment
	Today     throughline.Day
	End       throughline.Day // when all before the goal is expected to be done
}

// Outcome is what they want to have moved, beside what came of it.
type Outcome struct {
	Ref                               string
	Measure, Baseline, Target, Actual string
	By, On                            throughline.Day // when it is to be measured, and when it was
}

// Question is something to be decided, and what is known of it.
type Question struct {
	Aspect     deal.Aspect
	Text       string
	Day        throughline.Day
	Unknown    bool // they said that they do not know it yet
	Known      bool
	Theirs     bool // one of theirs said so
	Understood bool // as we understood it: known, and nobody of theirs has said so
	Confirms   int  // how many of theirs wrote it on the plan
}

// Section is a part of the plan.
type Section string

// The sections, in their order.
const (
	Deciding Section = "deciding"
	Doing    Section = "doing"
	Paper    Section = "paper"
	Using    Section = "using"
	Proving  Section = "proving"
)

// Sections lists them.
func Sections() []Section { return []Section{Deciding, Doing, Paper, Using, Proving} }

// Step is one step of either side.
type Step struct {
	Ref        string // how pages name it
	Fact       throughline.FactID
	Section    Section
	Text       string
	Side       deal.Side
	Owner      string
	Rule       string
	Serves     string // which outcome of theirs, in words
	Due        throughline.Day
	State      throughline.StepState
	Since      throughline.Day // when it came to its state
	Proposed   bool            // by us; nobody of theirs has touched it
	Understood bool            // as we understood it: not proposed, and nobody of theirs has said anything of it
	Private    bool            // theirs alone
	Confirms   int             // how many of theirs wrote on the plan that it is done
	Days       playbook.Spread // how long it takes
	Typical    bool            // as it usually takes; nobody said so of this one
	Comments   []Comment
	about      throughline.Address
	Dates
}

// Open reports whether the step is still to be done.
func (s Step) Open() bool {
	return s.State != throughline.StepDone && s.State != throughline.StepNotNeeded
}

// Late is by how many days it is overdue, 0 where it is not.
func (s Step) Late(today throughline.Day) int {
	if !s.Open() || s.Due.IsZero() {
		return 0
	}
	return max(0, today.Sub(s.Due))
}

// Comment is what somebody wrote.
type Comment struct {
	Text   string
	By     deal.Side
	Person throughline.PersonID
	On     throughline.Day
}

// Kept is a step that the customer keeps to themselves, as they wrote it.
type Kept struct {
	ID     string                `json:"id"`
	Text   string                `json:"text"`
	Owner  string                `json:"owner,omitempty"`
	Serves string                `json:"serves,omitempty"` // what it is for
	Due    throughline.Day       `json:"due,omitzero"`
	State  throughline.StepState `json:"state,omitempty"`
	Gone   bool                  `json:"gone,omitempty"`
}

// Ref is how a page names something of a plan: the same each time, another in
// every plan, and nothing that can be read back into an id of ours.
func Ref(plan throughline.ID, id throughline.ID) string {
	sum := sha256.Sum256(append(append([]byte("plan"), plan[:]...), id[:]...))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:10]))
}

// Input is of what a plan is made.
type Input struct {
	Plan  throughline.ID
	Name  string
	Deal  deal.Deal
	Book  *playbook.Playbook
	Words func(string) string              // puts names where a text mentions people
	Usual func(throughline.Address) string // words for a step that we propose, in the reader's language; "" where there are none; may be nil
	Kept  []Kept
	Today throughline.Day
}

// Of makes the plan of a deal.
func Of(in Input) Plan {
	zone, words := in.Deal.AsOf.Location(), in.Words
	out := Plan{ref: Ref(in.Plan, in.Plan), Name: in.Name, Today: in.Today}
	for _, m := range in.Deal.Measures() {
		o := Outcome{Ref: Ref(in.Plan, throughline.ID(m.ID)), Measure: words(m.Measure), Baseline: words(m.Baseline), Target: words(m.Target), By: m.By}
		if m.Result != nil {
			o.Actual, o.On = words(m.Result.Actual), m.Says.Day(zone)
		}
		out.Outcomes = append(out.Outcomes, o)
	}
	for _, d := range in.Deal.Decision() {
		if in.Deal.Outcome() == throughline.Won && !d.Known() {
			continue // it was decided; how, nobody need say any more
		}
		q := Question{
			Aspect:     d.Aspect,
			Text:       words(d.Text),
			Day:        d.Day,
			Unknown:    d.Unknown,
			Known:      d.Known(),
			Theirs:     d.Known() && d.Said.Grade.FromCustomer(),
			Understood: d.Known() && len(d.Confirms) == 0,
			Confirms:   tellers(d.Confirms),
		}
		if d.Aspect == deal.Consequence && !d.Day.IsZero() {
			out.Goal = d.Day
		}
		out.Questions = append(out.Questions, q)
	}
	comments := func(of throughline.FactID) (list []Comment) {
		for _, f := range in.Deal.Comments(of) {
			b := f.Body.(deal.Commented)
			list = append(list, Comment{Text: words(b.Text), By: b.By, Person: b.Person, On: f.Day(zone)})
		}
		return list
	}
	out.Comments = comments(throughline.FactID{})
	for _, s := range in.Deal.StatedSteps() {
		step := Step{
			Ref:        Ref(in.Plan, throughline.ID(s.ID)),
			Fact:       s.ID,
			Section:    sectionOf(s),
			Text:       words(s.Text),
			Side:       s.By,
			Owner:      words(s.Owner),
			Rule:       words(s.Rule),
			Serves:     words(s.Serves),
			Due:        s.Due,
			State:      s.State,
			Since:      throughline.DayOf(s.Since, zone),
			Proposed:   s.Proposed(),
			Understood: !s.Proposed() && !s.Theirs,
			Confirms:   tellers(s.Confirms),
			about:      s.About,
			Comments:   comments(s.ID),
		}
		if s.Proposed() && in.Usual != nil {
			if usual := in.Usual(s.About); usual != "" {
				step.Text = usual
			}
		}
		step.Days, step.Typical = daysOf(in.Book, s)
		out.Steps = append(out.Steps, step)
	}
	for _, k := range in.Kept {
		if k.Gone {
			continue
		}
		step := Step{
			Ref:     k.ID,
			Section: Doing,
			Text:    k.Text,
			Side:    deal.Customer,
			Owner:   k.Owner,
			Serves:  k.Serves,
			Due:     k.Due,
			State:   k.State,
			Private: true,
			Days:    usual[deal.OtherStep],
			Typical: true,
		}
		if step.State == "" {
			step.State = throughline.StepNotBegun
		}
		out.Steps = append(out.Steps, step)
	}
	slices.SortStableFunc(out.Steps, func(a, b Step) int { return slices.Index(Sections(), a.Section) - slices.Index(Sections(), b.Section) })
	out.date()
	return out
}

// fromPlan is the source of what is written on the plan.
const fromPlan = "plan"

// tellers counts who wrote something on the plan. Somebody who says it twice is
// one, and so is whoever says it under two names by one link.
func tellers(said []deal.Fact) int {
	people, links := map[throughline.PersonID]bool{}, map[string]bool{}
	for _, f := range said {
		who := deal.Teller(f.Body)
		if f.Source.System != fromPlan || who.IsZero() {
			continue
		}
		people[who] = true
		links[cmp.Or(f.Source.Record, who.String())] = true
	}
	return min(len(people), len(links))
}

func sectionOf(s deal.StatedStep) Section {
	switch ph, _ := s.About.Phase(); {
	case ph == throughline.Adopt:
		return Using
	case ph == throughline.Prove:
		return Proving
	}
	switch s.Label {
	case deal.ContractingStep:
		return Paper
	case deal.BuyingStep, deal.SourcingStep:
		return Deciding
	}
	return Doing
}

// usual is how long a step takes where nobody said: calendar days, as a best
// quarter, a middle and a worst quarter.
var usual = map[deal.StepLabel]playbook.Spread{
	deal.BuyingStep:      {Best: 5, Middle: 10, Worst: 20},
	deal.SourcingStep:    {Best: 5, Middle: 10, Worst: 15},
	deal.ProjectStep:     {Best: 7, Middle: 14, Worst: 28},
	deal.ContractingStep: {Best: 5, Middle: 10, Worst: 20},
	deal.OtherStep:       {Best: 3, Middle: 7, Worst: 14},
}

// daysOf gives how long a step takes, and whether that is only what is usual.
func daysOf(book *playbook.Playbook, s deal.StatedStep) (playbook.Spread, bool) {
	if s.Days > 0 {
		return playbook.Spread{Best: s.Days - s.Days/4, Middle: s.Days, Worst: s.Days + s.Days/2}, s.Timed == throughline.E0
	}
	if step, ok := s.About.Step(); ok {
		for _, t := range book.Tracks[step.Track] {
			if t.Step == step && t.Days.Middle > 0 {
				return t.Days, true
			}
		}
	}
	if ph, ok := s.About.Phase(); ok && (ph == throughline.Adopt || ph == throughline.Prove) {
		return playbook.Spread{Best: 30, Middle: 60, Worst: 90}, true
	}
	if d, ok := usual[s.Label]; ok {
		return d, true
	}
	return usual[deal.OtherStep], true
}

// Most is how many steps a plan has before it says that this is too many, and
// Fewest below how many it is hardly one (DOMAIN 7.4).
const (
	Most   = 30
	Fewest = 6
)

// waits gives what each step waits for, by place: the one before it in its
// section; in contracting the order of the track; signing waits for the
// decision, using for all that has to be done before, the result for using.
func (p Plan) waits() [][]int {
	out := make([][]int, len(p.Steps))
	last := map[Section]int{}
	by := map[throughline.Address]int{}
	for i, s := range p.Steps {
		step, track := s.about.Step()
		track = track && s.Section == Paper && step.Track == throughline.Contracting
		if track {
			for _, a := range blend.After(step) {
				if j, ok := by[a.Address()]; ok {
					out[i] = append(out[i], j)
				}
			}
			by[s.about] = i
		}
		if j, ok := last[s.Section]; ok && (!track || len(out[i]) == 0 && step.Number > 1) {
			out[i] = append(out[i], j)
		}
		decided, any := last[Deciding]
		if any && s.Section == Paper && (!track || step.Number >= 5) {
			out[i] = append(out[i], decided)
		}
		switch s.Section {
		case Using, Proving:
			for j := range p.Steps[:i] {
				if before := p.Steps[j].Section; s.Section == Using && before != Using || s.Section == Proving && before == Using {
					out[i] = append(out[i], j)
				}
			}
		}
		last[s.Section] = i
	}
	for i := range out {
		slices.Sort(out[i])
		out[i] = slices.Compact(out[i])
	}
	return out
}

// beforeGoal reports whether a step has to be done by the day that matters.
func (s Step) beforeGoal() bool { return s.Section != Using && s.Section != Proving }

// In gives the steps of a section.
func (p Plan) In(s Section) []Step {
	return slices.DeleteFunc(slices.Clone(p.Steps), func(x Step) bool { return x.Section != s })
}

// Step finds a step by how pages name it.
func (p Plan) Step(ref string) (Step, bool) {
	for _, s := range p.Steps {
		if s.Ref == ref {
			return s, true
		}
	}
	return Step{}, false
}
