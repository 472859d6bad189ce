package recording

import (
	"context"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// RecordDecision does the work of operation.RecordDecision: how they decide: who, by which rule, by when, and against what.
func RecordDecision(ctx context.Context, d *Desk, in DecisionInput) (Recorded, error) {
	return Write(ctx, d, "record decision", in.Writing, func(o *Writer) error {
		aspect, err := Known(o, in.Aspect, deal.Aspects())
		if err != nil {
			return err
		}
		b := deal.DecisionStated{Aspect: aspect, Unknown: in.Unknown}
		if !in.Day.IsZero() {
			if !aspect.Dated() {
				return o.Bad(in.Day.String(), throughline.Refuse("aspect_day", "a day goes with consequence and decide_by"))
			}
			b.Day = in.Day
		}
		if b.Text, err = o.Words("the answer", in.Text, !in.Unknown && b.Day.IsZero()); err != nil {
			return err
		}
		if in.Unknown && (b.Text != "" || !b.Day.IsZero()) {
			return o.Bad(b.Text, throughline.Refuse("known_or_not", "it is either known or not known"))
		}
		if b.Person, err = o.Person(in.Person); err != nil {
			return err
		}
		dr := Entry{Body: b}
		if dr.Source, dr.Grade, err = o.statedBy(in.Source, in.Record, in.Grade, b.Person); err != nil {
			return err
		}
		o.Lint(b.Text)
		o.Add(dr)
		return nil
	})
}

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
