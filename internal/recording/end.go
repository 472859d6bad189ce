package recording

import (
	"context"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// RecordEnd does the work of operation.RecordEnd: how it ended: the one thing that has to be said.
func RecordEnd(ctx context.Context, d *Desk, in EndInput) (Recorded, error) {
	return Write(ctx, d, "end deal", in.Writing, func(o *Writer) error {
		outcome, err := Known(o, in.Outcome, throughline.Outcomes())
		if err != nil {
			return err
		}
		b := deal.Ended{Outcome: outcome, Until: in.Until}
		if in.Cause != "" {
			if outcome != throughline.NoDecision {
				return o.Bad(
					in.Cause,
					throughline.Refuse("cause", "a cause goes with no_decision; what a rival or their own people did better goes into the text"),
				)
			}
			if b.Cause, err = Known(o, in.Cause, throughline.Causes()); err != nil {
				return err
			}
		}
		if b.Person, err = o.Person(in.Person); err != nil {
			return err
		}
		for _, f := range []struct {
			into  *string
			field string
			v     string
		}{{&b.Text, "the reason", in.Text}, {&b.Trigger, "the trigger", in.Trigger}, {&b.Compared, "what it was compared with", in.Compared},
			{&b.Decided, "who decided", in.DecidedBy}} {
			if *f.into, err = o.Words(f.field, f.v, false); err != nil {
				return err
			}
		}
		switch {
		case OnlyPrice(b.Text) && outcome != throughline.Won && (b.Compared == "" || b.Decided == ""):
			return o.Bad(
				b.Text,
				throughline.Refuse("price", "price alone says too little: compared with what, and decided by whom? (--compared, --decided-by)"),
			)
		case outcome == throughline.Postponed && b.Until.IsZero() && b.Trigger == "":
			return o.Bad("", throughline.Refuse("until", "put off until when, or until what? A day or a trigger brings it back"))
		case !b.Until.IsZero() && outcome != throughline.Postponed:
			return o.Bad(b.Until.String(), throughline.Refuse("comes_back", "a day on which it comes back goes with postponed"))
		case !b.Until.IsZero() && b.Until.Sub(o.today()) <= 0:
			return o.Bad(b.Until.String(), throughline.Refuse("past", "the day on which it comes back has to be still to come"))
		}
		o.Lint(b.Text, b.Trigger, b.Compared, b.Decided)
		g := throughline.E1
		if !b.Person.IsZero() {
			g = throughline.E2
		}
		o.Add(Entry{Grade: g, Body: b})
		return nil
	})
}

// EndInput is how a deal ended.
type EndInput struct {
	Writing
	Outcome   string          `arg:"" name:"outcome" json:"outcome" help:"won, lost_competitor, lost_inhouse, lost_unknown, decided_no_change, no_decision, disqualified_by_us or postponed."`
	Cause     string          `name:"cause" placeholder:"CAUSE" json:"cause,omitempty" help:"No decision: status_quo, indecision, disagreement, overtaken or unfunded."`
	Text      string          `name:"text" placeholder:"WORDS" json:"text,omitempty" help:"Why, in their words where possible."`
	Person    string          `name:"person" placeholder:"NAME" json:"person,omitempty" help:"Who of the customer says so."`
	Compared  string          `name:"compared" placeholder:"WORDS" json:"compared,omitempty" help:"Price: compared with what?"`
	DecidedBy string          `name:"decided-by" placeholder:"WORDS" json:"decided_by,omitempty" help:"Price: decided by whom?"`
	Until     throughline.Day `name:"until" placeholder:"DATE" json:"until,omitzero" help:"Put off: the day on which it comes back."`
	Trigger   string          `name:"trigger" placeholder:"WORDS" json:"trigger,omitempty" help:"Put off: or what brings it back."`
}

// OnlyPrice reports whether a reason names price and nothing else.
func OnlyPrice(text string) bool {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !('a' <= r && r <= 'z' || r == '\'' || r > 0x7f) })
	if len(words) == 0 {
		return false
	}
	named := false
	for _, w := range words {
		switch w {
		case "price", "prices", "pricing", "cost", "costs", "budget", "expensive", "cheaper", "cheap", "discount", "money",
			"价格", "太贵", "贵", "价格太高", "价钱", "预算", "成本":
			named = true
		case "the",
			"our",
			"too",
			"was",
			"is",
			"of",
			"on",
			"due",
			"to",
			"because",
			"high",
			"higher",
			"lower",
			"it",
			"we",
			"were",
			"lost",
			"much",
			"were'",
			"reason",
			"just",
			"only",
			"simply",
			"very":
		default:
			return false
		}
	}
	return named
}

// RecordResume does the work of operation.RecordResume: open an ended deal again.
func RecordResume(ctx context.Context, d *Desk, in ResumeInput) (Recorded, error) {
	return Write(ctx, d, "resume deal", in.Writing, func(o *Writer) error {
		if o.Outcome() == throughline.StillOpen {
			return o.Bad("", throughline.Refuse("open", "the deal is open"))
		}
		o.Add(Entry{Body: deal.Resumed{}})
		return nil
	})
}

// ResumeInput names the deal.
type ResumeInput struct{ Writing }
