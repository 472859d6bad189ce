package recording

import (
	"context"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// RecordStep does the work of operation.RecordStep: how far a step of contracting or of their change has come.
func RecordStep(ctx context.Context, d *Desk, in StepInput) (Recorded, error) {
	return Write(ctx, d, "record step", in.Writing, func(o *Writer) error {
		a, err := o.address(in.Step)
		if err != nil {
			return err
		}
		if _, ok := a.Step(); !ok {
			return o.Bad(in.Step, throughline.Refuse("step", "a step is contracting/k1 to k8 or change/c1 to c6"))
		}
		state, err := Known(
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
			if b.By, err = Known(o, in.By, []deal.Side{deal.Us, deal.Customer}); err != nil {
				return err
			}
		}
		if b.Due.IsZero() && state != throughline.StepDone && !in.Undated {
			b.Due = was.Due
		}
		b.NoPerson, b.NoServes = in.NoPerson, in.NoServes
		if err := o.either(in.Undated && !in.Due.IsZero(), in.NoPerson && in.Person != "", in.NoServes && in.Serves != ""); err != nil {
			return err
		}
		if b.Person, err = o.Person(in.Person); err != nil {
			return err
		}
		if b.Text, err = o.Words("the note", in.Text, false); err != nil {
			return err
		}
		if b.Serves, err = o.Words("what it serves", in.Serves, false); err != nil {
			return err
		}
		o.Lint(b.Text)
		g, err := o.grade(in.Grade)
		if err != nil {
			return err
		}
		o.Add(Entry{Grade: g, Body: b})
		return nil
	})
}

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

	Undated  bool `name:"undated" json:"undated,omitempty" help:"The day that was said no longer holds."`
	NoPerson bool `name:"no-person" json:"no_person,omitempty" help:"Who was said to carry it does no longer, and nobody else is named."`
	NoServes bool `name:"no-serves" json:"no_serves,omitempty" help:"What was said that it serves no longer holds."`

	Grade string `name:"grade" placeholder:"GRADE" json:"grade,omitempty" help:"How we know: E1 our reading, E2 they said so, E3 in writing."`
}

// either refuses where something is said and taken away by one and the same writing.
func (o *Writer) either(both ...bool) error {
	if slices.Contains(both, true) {
		return o.Bad("", throughline.Refuse("said_or_gone", "say what it is now, or that it is nothing any more; not both"))
	}
	return nil
}

// RecordWork does the work of operation.RecordWork: work of the customer's own that has nothing to do with the purchase.
func RecordWork(ctx context.Context, d *Desk, in WorkInput) (Recorded, error) {
	return Write(ctx, d, "record work", in.Writing, func(o *Writer) error {
		b := deal.WorkMoved{Due: in.Due, State: throughline.StepNotBegun, Undated: in.Undated, NoOwner: in.NoOwner, NoServes: in.NoServes}
		err := o.either(in.Undated && !in.Due.IsZero(), in.NoOwner && in.Owner != "", in.NoServes && in.Serves != "")
		if err != nil {
			return err
		}
		if in.State != "" {
			if b.State, err = Known(o, in.State, workStates); err != nil {
				return err
			}
		}
		if in.Of != "" {
			id, err := throughline.ParseID(in.Of)
			if err != nil {
				return o.Bad(in.Of, err)
			}
			was, found := o.work(throughline.FactID(id))
			if !found {
				return throughline.Fail(o.Op, throughline.NotFound, in.Of, throughline.Refuse("no_work", "this deal has no such work"))
			}
			b.Of, b.Initiative = was.ID, was.Initiative
			if in.State == "" {
				b.State = was.State
			}
		} else if in.Wider {
			if b.Initiative = o.initiative(); b.Initiative.IsZero() {
				return o.Bad("", throughline.Refuse("in_none", "this deal belongs to no initiative"))
			}
		}
		if b.What, err = o.Words("what is to be done", in.What, in.Of == ""); err != nil {
			return err
		}
		if b.Owner, err = o.Words("whose it is", in.Owner, false); err != nil {
			return err
		}
		if b.Serves, err = o.Words("what it serves", in.Serves, false); err != nil {
			return err
		}
		o.Lint(b.What, b.Owner, b.Serves)
		o.Add(Entry{Body: b})
		if b.Initiative.IsZero() || !o.In(b.Initiative) {
			return nil
		}
		return o.spread(ctx, b.Initiative, false)
	})
}

// work finds work of theirs by the fact that named it, here or in another deal
// of the same initiative.
func (o *Writer) work(id throughline.FactID) (deal.Work, bool) {
	for _, w := range o.Works() {
		if w.ID == id || w.Same == id {
			return w, true
		}
	}
	return deal.Work{}, false
}

// workStates are how work of theirs may stand: what is begun moves.
var workStates = append(StepStates[:2:2], throughline.StepStuck, throughline.StepFailing, throughline.StepDone, throughline.StepNotNeeded)

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

	Undated  bool `name:"undated" json:"undated,omitempty" help:"The day that was said no longer holds."`
	NoOwner  bool `name:"no-owner" json:"no_owner,omitempty" help:"Whose it was said to be no longer holds."`
	NoServes bool `name:"no-serves" json:"no_serves,omitempty" help:"What was said that it serves no longer holds."`
}

// RecordMilestone does the work of operation.RecordMilestone: a milestone of ours was met, or is not needed here.
func RecordMilestone(ctx context.Context, d *Desk, in MilestoneInput) (Recorded, error) {
	return Write(ctx, d, "record milestone", in.Writing, func(o *Writer) error {
		a, err := o.address(in.Milestone)
		if err != nil {
			return err
		}
		if !a.Milestone() {
			return o.Bad(in.Milestone, throughline.Refuse("milestone", "this is no milestone of a process"))
		}
		b := deal.MilestoneMet{Milestone: a, NotNeeded: in.NotNeeded != ""}
		if b.Reason, err = o.Words("the reason", in.NotNeeded, false); err != nil {
			return err
		}
		o.Lint(b.Reason)
		g, err := o.grade(in.Grade)
		if err != nil {
			return err
		}
		o.Add(Entry{Grade: g, Body: b})
		return nil
	})
}

// MilestoneInput is where a milestone stands.
type MilestoneInput struct {
	Writing
	Milestone string `arg:"" name:"milestone" json:"milestone" help:"process/…/milestone/…"`
	NotNeeded string `name:"not-needed" placeholder:"REASON" json:"not_needed,omitempty" help:"It is not needed here, because …"`
	Grade     string `name:"grade" placeholder:"GRADE" json:"grade,omitempty" help:"How we know it was met."`
}

// RecordSkip does the work of operation.RecordSkip: a question of the journey is not needed here.
func RecordSkip(ctx context.Context, d *Desk, in SkipInput) (Recorded, error) {
	return onPhase(ctx, d, "skip question", in, func(p throughline.Phase, why string) deal.Body { return deal.PhaseNotNeeded{Phase: p, Reason: why} })
}

// SkipInput names a phase and the reason.
type SkipInput struct {
	Writing
	Phase  string `arg:"" name:"phase" json:"phase" help:"p1 to p9."`
	Reason string `arg:"" name:"reason" json:"reason" help:"Why it is not needed here."`
}

// RecordOverride does the work of operation.RecordOverride: our own judgement of where they are, against the computed one.
func RecordOverride(ctx context.Context, d *Desk, in SkipInput) (Recorded, error) {
	return onPhase(ctx, d, "override position", in, func(p throughline.Phase, why string) deal.Body { return deal.Override{Position: p, Reason: why} })
}

// onPhase records what somebody says of one phase, with the reason.
func onPhase(ctx context.Context, d *Desk, op string, in SkipInput, body func(throughline.Phase, string) deal.Body) (Recorded, error) {
	return Write(ctx, d, op, in.Writing, func(o *Writer) error {
		p, ok := throughline.ParsePhase(in.Phase)
		if !ok {
			return o.Bad(in.Phase, throughline.Refuse("phase", "a phase is p1 to p9"))
		}
		why, err := o.Words("the reason", in.Reason, true)
		if err != nil {
			return err
		}
		o.Lint(why)
		o.Add(Entry{Body: body(p, why)})
		return nil
	})
}
