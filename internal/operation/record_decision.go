package operation

import (
	"context"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// RecordDecision is `throughline record decision`.
var RecordDecision = define(Operation{
	Words: []string{"record", "decision"}, Route: "POST /deals/{id}/decision",
	Summary: "How they decide: who, by which rule, by when, and against what",
	About: "Says one aspect of how the customer decides, as it is known now: consequence (what happens to them if it is not done, with its day), competes, displaced, decider, decide_by, rule, tie_break, " +
		"veto, funding, risk_owner. That they do not know it themselves is an answer (--unknown). From a named person, or where it stands in writing, it is also evidence on the question it belongs to.",
	Examples: []string{
		`throughline record decision 1C1I7A6R decider "the head of care" --person "Maria Chen"`,
		`throughline record decision 1C1I7A6R consequence "the old system gets no repairs" --day 2027-05-01 --source document`,
		"throughline record decision 1C1I7A6R tie_break --unknown",
	},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in DecisionInput) (Recorded, error) {
	return one(ctx, d, "record decision", in.Writing, func(o *opened) error {
		aspect, err := known(o, in.Aspect, deal.Aspects())
		if err != nil {
			return err
		}
		b := deal.DecisionStated{Aspect: aspect, Unknown: in.Unknown}
		if !in.Day.IsZero() {
			if !aspect.Dated() {
				return o.bad(in.Day.String(), throughline.Refuse("aspect_day", "a day goes with consequence and decide_by"))
			}
			b.Day = in.Day
		}
		if b.Text, err = o.words("the answer", in.Text, !in.Unknown && b.Day.IsZero()); err != nil {
			return err
		}
		if in.Unknown && (b.Text != "" || !b.Day.IsZero()) {
			return o.bad(b.Text, throughline.Refuse("known_or_not", "it is either known or not known"))
		}
		if b.Person, err = o.person(in.Person); err != nil {
			return err
		}
		dr := entry{body: b}
		if dr.source, dr.grade, err = o.statedBy(in.Source, in.Record, in.Grade, b.Person); err != nil {
			return err
		}
		o.lint(b.Text)
		o.add(dr)
		return nil
	})
})

// DecisionInput is one aspect of how they decide.
type DecisionInput struct {
	Writing
	Aspect  string          `arg:"" name:"aspect" json:"aspect" help:"consequence, competes, displaced, decider, decide_by, rule, tie_break, veto, funding or risk_owner."`
	Text    string          `arg:"" optional:"" name:"text" json:"text,omitempty" help:"The answer, in a sentence."`
	Day     throughline.Day `name:"day" placeholder:"DATE" json:"day,omitzero" help:"The day of the consequence, or by when they decide."`
	Unknown bool            `name:"unknown" json:"unknown,omitempty" help:"They do not know it themselves."`
	Person  string          `name:"person" placeholder:"NAME" json:"person,omitempty" help:"Who of theirs says so."`
	Grade   string          `name:"grade" placeholder:"GRADE" json:"grade,omitempty" help:"How we know (default: E3 where it stands in writing, E2 where a named person told it, else E1)."`
	Source  string          `name:"source" placeholder:"KIND" json:"source,omitempty" help:"Where it stands: document or message; left out for a conversation."`
	Record  string          `name:"record" placeholder:"WORDS" json:"record,omitempty" help:"Which document or message."`
}

// DecisionRow is an aspect as it is told.
type DecisionRow struct {
	Aspect  deal.Aspect          `json:"aspect"`
	Text    string               `json:"text,omitempty"`
	Day     throughline.Day      `json:"day,omitzero"`
	Unknown bool                 `json:"unknown,omitempty"` // they do not know it themselves
	Person  throughline.PersonID `json:"person,omitzero"`
	On      throughline.Day      `json:"on"` // when it was said last
	Grade   throughline.Grade    `json:"grade"`
	Fact    throughline.FactID   `json:"fact"`
}

// decisionOf gives the aspects of which something is known.
func decisionOf(f deal.Deal) []DecisionRow {
	out := []DecisionRow{}
	for _, p := range f.Decision() {
		if p.Known() {
			out = append(
				out,
				DecisionRow{
					Aspect:  p.Aspect,
					Text:    p.Text,
					Day:     p.Day,
					Unknown: p.Unknown,
					Person:  p.Person,
					On:      p.Said.Day(f.AsOf.Location()),
					Grade:   p.Said.Grade,
					Fact:    p.Said.ID,
				},
			)
		}
	}
	return out
}
