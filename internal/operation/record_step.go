package operation

import (
	"context"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// RecordStep is `throughline record step`.
var RecordStep = define(Operation{
	Words: []string{"record", "step"}, Route: "POST /deals/{id}/steps",
	Summary: "How far a step of contracting or of their change has come",
	About: "Moves a step k1 to k8 or c1 to c6: begun, done, not needed. Says whose step it is, who carries it and when it is due. A step that the " +
		"customer did, told by a named person or seen in writing, counts as an act of theirs.",
	Examples: []string{
		"throughline record step 1C1I7A6R contracting/k3 begun --by customer --due 2027-01-12",
		"throughline record step 1C1I7A6R contracting/k6 done --by customer --grade E3",
	},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in StepInput) (Recorded, error) {
	return one(ctx, d, "record step", in.Writing, func(o *opened) error {
		a, err := o.address(in.Step)
		if err != nil {
			return err
		}
		if _, ok := a.Step(); !ok {
			return o.bad(in.Step, throughline.Refuse("step", "a step is contracting/k1 to k8 or change/c1 to c6"))
		}
		state, err := known(
			o,
			in.State,
			[]throughline.StepState{throughline.StepNotBegun, throughline.StepBegun, throughline.StepDone, throughline.StepNotNeeded},
		)
		if err != nil {
			return err
		}
		b := deal.StepMoved{Step: a, State: state, Due: in.Due}
		was := o.Steps[a].Value
		b.By = was.By
		if in.By != "" {
			if b.By, err = known(o, in.By, []deal.Side{deal.Us, deal.Customer}); err != nil {
				return err
			}
		}
		if b.Due.IsZero() && state != throughline.StepDone {
			b.Due = was.Due
		}
		if b.Person, err = o.person(in.Person); err != nil {
			return err
		}
		if b.Text, err = o.words("the note", in.Text, false); err != nil {
			return err
		}
		if b.Serves, err = o.words("what it serves", in.Serves, false); err != nil {
			return err
		}
		o.lint(b.Text)
		g, err := o.grade(in.Grade)
		if err != nil {
			return err
		}
		o.add(entry{grade: g, body: b})
		return nil
	})
})

// StepInput is where a step stands.
type StepInput struct {
	Writing
	Step   string          `arg:"" name:"step" json:"step" help:"contracting/k1 to k8, change/c1 to c6."`
	State  string          `arg:"" name:"state" json:"state" help:"not_begun, begun, done or not_needed."`
	By     string          `name:"by" placeholder:"SIDE" json:"by,omitempty" help:"Whose step it is: us or customer."`
	Person string          `name:"person" placeholder:"NAME" json:"person,omitempty" help:"Who carries it."`
	Due    throughline.Day `name:"due" placeholder:"DATE" json:"due,omitzero" help:"When it is due."`
	Text   string          `name:"text" placeholder:"WORDS" json:"text,omitempty" help:"What was seen."`
	Serves string          `name:"serves" placeholder:"WORDS" json:"serves,omitempty" help:"Which outcome of theirs it serves."`
	Grade  string          `name:"grade" placeholder:"GRADE" json:"grade,omitempty" help:"How we know: E1 our reading, E2 they said so, E3 in writing."`
}

// RecordWork is `throughline record work`.
var RecordWork = define(Operation{
	Words: []string{"record", "work"}, Route: "POST /deals/{id}/work",
	Summary: "Work of the customer's own that has nothing to do with the purchase",
	About: "Much of what they have to get done lies outside the purchase: a process, data, training, incentives. Names such work, whose it is and " +
		"when it is due; with --of moves work that is there. With --wider it is work of the whole initiative, and counts in each of its deals.",
	Examples: []string{`throughline record work 1C1I7A6R "Clean the supplier list" --owner "data office" --due 2027-02-01`},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in WorkInput) (Recorded, error) {
	return one(ctx, d, "record work", in.Writing, func(o *opened) error {
		b := deal.WorkMoved{Due: in.Due, State: throughline.StepNotBegun}
		var err error
		if in.State != "" {
			if b.State, err = known(o, in.State, workStates); err != nil {
				return err
			}
		}
		if in.Of != "" {
			id, err := throughline.ParseID(in.Of)
			if err != nil {
				return o.bad(in.Of, err)
			}
			was, found := o.work(throughline.FactID(id))
			if !found {
				return throughline.Fail(o.op, throughline.NotFound, in.Of, throughline.Refuse("no_work", "this deal has no such work"))
			}
			b.Of, b.Initiative = was.ID, was.Initiative
			if in.State == "" {
				b.State = was.State
			}
		} else if in.Wider {
			if b.Initiative = o.initiative(); b.Initiative.IsZero() {
				return o.bad("", throughline.Refuse("in_none", "this deal belongs to no initiative"))
			}
		}
		if b.What, err = o.words("what is to be done", in.What, in.Of == ""); err != nil {
			return err
		}
		if b.Owner, err = o.words("whose it is", in.Owner, false); err != nil {
			return err
		}
		if b.Serves, err = o.words("what it serves", in.Serves, false); err != nil {
			return err
		}
		o.lint(b.What, b.Owner, b.Serves)
		o.add(entry{body: b})
		if b.Initiative.IsZero() || !o.In(b.Initiative) {
			return nil
		}
		return o.spread(ctx, b.Initiative, false)
	})
})

// work finds work of theirs by the fact that named it, here or in another deal
// of the same initiative.
func (o *opened) work(id throughline.FactID) (deal.Work, bool) {
	for _, w := range o.Works() {
		if w.ID == id || w.Same == id {
			return w, true
		}
	}
	return deal.Work{}, false
}

// workStates are how work of theirs may stand: what is begun moves.
var workStates = append(stepStates[:2:2], throughline.StepStuck, throughline.StepFailing, throughline.StepDone, throughline.StepNotNeeded)

// WorkInput is a piece of their own work.
type WorkInput struct {
	Writing
	What   string          `arg:"" optional:"" name:"what" json:"what,omitempty" help:"What is to be done."`
	Of     string          `name:"of" placeholder:"FACT" json:"of,omitempty" help:"The work that is moved: the id of the fact that named it."`
	Owner  string          `name:"owner" placeholder:"WORDS" json:"owner,omitempty" help:"Whose it is, at the customer's."`
	Due    throughline.Day `name:"due" placeholder:"DATE" json:"due,omitzero" help:"When it is due."`
	State  string          `name:"state" placeholder:"STATE" json:"state,omitempty" help:"not_begun, begun (it moves), stuck, failing, done or not_needed."`
	Wider  bool            `name:"wider" json:"wider,omitempty" help:"It is work of the whole initiative: every purchase of it hangs on it."`
	Serves string          `name:"serves" placeholder:"WORDS" json:"serves,omitempty" help:"Which outcome of theirs it serves."`
}

// RecordMilestone is `throughline record milestone`.
var RecordMilestone = define(Operation{
	Words: []string{"record", "milestone"}, Route: "POST /deals/{id}/milestones",
	Summary: "A milestone of ours was met, or is not needed here",
	About:   "Marks a milestone as met, or with --not-needed and a reason as not needed on this deal; that is healthy and asks for nobody's permission.",
	Examples: []string{
		"throughline record milestone 1C1I7A6R process/standard/milestone/problem-owned --grade E3",
		`throughline record milestone 1C1I7A6R process/standard/milestone/ways-compared --not-needed "they did this last year"`,
	},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in MilestoneInput) (Recorded, error) {
	return one(ctx, d, "record milestone", in.Writing, func(o *opened) error {
		a, err := o.address(in.Milestone)
		if err != nil {
			return err
		}
		if !a.Milestone() {
			return o.bad(in.Milestone, throughline.Refuse("milestone", "this is no milestone of a process"))
		}
		b := deal.MilestoneMet{Milestone: a, NotNeeded: in.NotNeeded != ""}
		if b.Reason, err = o.words("the reason", in.NotNeeded, false); err != nil {
			return err
		}
		o.lint(b.Reason)
		g, err := o.grade(in.Grade)
		if err != nil {
			return err
		}
		o.add(entry{grade: g, body: b})
		return nil
	})
})

// MilestoneInput is where a milestone stands.
type MilestoneInput struct {
	Writing
	Milestone string `arg:"" name:"milestone" json:"milestone" help:"process/…/milestone/…"`
	NotNeeded string `name:"not-needed" placeholder:"REASON" json:"not_needed,omitempty" help:"It is not needed here, because …"`
	Grade     string `name:"grade" placeholder:"GRADE" json:"grade,omitempty" help:"How we know it was met."`
}

// RecordSkip is `throughline record skip`.
var RecordSkip = define(Operation{
	Words: []string{"record", "skip"}, Route: "POST /deals/{id}/skips",
	Summary:  "A question of the journey is not needed here",
	About:    "Takes a phase off this deal's road, with the reason. It can be taken back like any fact.",
	Examples: []string{`throughline record skip 1C1I7A6R p4 "they explored it with the last supplier"`},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in SkipInput) (Recorded, error) {
	return onPhase(ctx, d, "skip question", in, func(p throughline.Phase, why string) deal.Body { return deal.PhaseNotNeeded{Phase: p, Reason: why} })
})

// SkipInput names a phase and the reason.
type SkipInput struct {
	Writing
	Phase  string `arg:"" name:"phase" json:"phase" help:"p1 to p9."`
	Reason string `arg:"" name:"reason" json:"reason" help:"Why it is not needed here."`
}

// RecordOverride is `throughline record override`.
var RecordOverride = define(Operation{
	Words: []string{"record", "override"}, Route: "POST /deals/{id}/overrides",
	Summary:  "Our own judgement of where they are, against the computed one",
	About:    "Says where the seller believes the customer to be, with the reason. It is shown as an override and changes no evidence.",
	Examples: []string{`throughline record override 1C1I7A6R p6 "I sat in the meeting in which they chose"`},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in SkipInput) (Recorded, error) {
	return onPhase(ctx, d, "override position", in, func(p throughline.Phase, why string) deal.Body { return deal.Override{Position: p, Reason: why} })
})

// onPhase records what somebody says of one phase, with the reason.
func onPhase(ctx context.Context, d *Desk, op string, in SkipInput, body func(throughline.Phase, string) deal.Body) (Recorded, error) {
	return one(ctx, d, op, in.Writing, func(o *opened) error {
		p, ok := throughline.ParsePhase(in.Phase)
		if !ok {
			return o.bad(in.Phase, throughline.Refuse("phase", "a phase is p1 to p9"))
		}
		why, err := o.words("the reason", in.Reason, true)
		if err != nil {
			return err
		}
		o.lint(why)
		o.add(entry{body: body(p, why)})
		return nil
	})
}
