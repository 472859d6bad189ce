package recording

import (
	"context"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/buyingissue"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
)

// StepStates are how far a step may have come.
var StepStates = []throughline.StepState{throughline.StepNotBegun, throughline.StepBegun, throughline.StepDone, throughline.StepNotNeeded}

// RecordStated does the work of operation.RecordStated: a step of their own way, as they stated it, or what we owe them on it.
func RecordStated(ctx context.Context, d *Desk, in StatedInput) (Recorded, error) {
	return Write(ctx, d, "record stated step", in.Writing, func(o *Writer) error {
		b := deal.StepStated{Due: in.Due, Undated: in.Undated && in.Due.IsZero(), NoOwner: in.NoOwner, NoRule: in.NoRule, NoServes: in.NoServes}
		if err := o.either(in.NoOwner && in.Owner != "", in.NoRule && in.Rule != "", in.NoServes && in.Serves != ""); err != nil {
			return err
		}
		var was deal.StatedStep
		var err error
		if strings.TrimSpace(in.Of) != "" {
			of, err := o.Stated(in.Of)
			if err != nil {
				return err
			}
			b.Of, was = of.ID, of
		}
		if b.Text, err = o.Words("the step", in.Text, b.Of.IsZero()); err != nil {
			return err
		}
		if in.Label != "" {
			if b.Label, err = Known(o, in.Label, deal.StepLabels()); err != nil {
				return err
			}
		} else if b.Text != "" {
			b.Label = AboutOf(b.Text)
		}
		if in.Side != "" {
			if b.By, err = Known(o, in.Side, []deal.Side{deal.Customer, deal.Us}); err != nil {
				return err
			}
		}
		if b.Owner, err = o.Words("who does it", in.Owner, false); err != nil {
			return err
		}
		if b.Rule, err = o.Words("the rule", in.Rule, false); err != nil {
			return err
		}
		if b.Serves, err = o.Words("what it serves", in.Serves, false); err != nil {
			return err
		}
		if b.About, err = o.use(in.About); err != nil {
			return err
		}
		if in.State != "" {
			if b.State, err = Known(o, in.State, StepStates); err != nil {
				return err
			}
		}
		if !b.Of.IsZero() {
			if b = Since(b, was.StepStated, o.Same); b == (deal.StepStated{Of: b.Of}) {
				return o.Bad(was.Text, throughline.Refuse("unchanged", "nothing of the step is changed"))
			}
			b = OfStep(b, was)
		}
		if b.Person, err = o.Person(in.Person); err != nil {
			return err
		}
		dr := Entry{Body: b}
		if dr.Source, dr.Grade, err = o.statedBy(in.Source, in.Record, in.Grade, b.Person); err != nil {
			return err
		}
		o.Lint(b.Text, b.Owner, b.Rule)
		o.Add(dr)
		return nil
	})
}

// use reads whether a step is about using what was bought, or about the result.
func (o *Writer) use(word string) (throughline.Address, error) {
	if strings.TrimSpace(word) == "" {
		return "", nil
	}
	a, err := o.address(word)
	if err != nil {
		return "", err
	}
	if ph, is := a.Phase(); !is || ph < throughline.Adopt {
		return "", o.Bad(word, throughline.Refuse("use", "this says whether a step is about using what was bought, journey/p8, or about the result, journey/p9"))
	}
	return a, nil
}

// OfStep says which step a later fact speaks of, so that it can be read by itself.
func OfStep(b deal.StepStated, was deal.StatedStep) deal.StepStated {
	if b.Text == "" {
		b.Text = was.Text
	}
	if b.By == deal.UnknownSide {
		b.By = was.By
	}
	return b
}

// Since leaves of what is said of a step what is new.
func Since(b, was deal.StepStated, same deal.Same) deal.StepStated {
	keep := func(s *string, old string) {
		if same.Words(*s) == old {
			*s = ""
		}
	}
	keep(&b.Text, was.Text)
	keep(&b.Owner, was.Owner)
	keep(&b.Rule, was.Rule)
	keep(&b.Serves, was.Serves)
	if b.About == was.About {
		b.About = ""
	}
	if b.Label == was.Label {
		b.Label = ""
	}
	if b.By == was.By {
		b.By = deal.UnknownSide
	}
	if b.Due == was.Due {
		b.Due = throughline.Day{}
	}
	if b.State == was.State && b.State != throughline.StepDone { // saying again that it is done confirms it
		b.State = ""
	}
	b.Undated = b.Undated && !was.Due.IsZero()
	b.NoOwner, b.NoRule, b.NoServes = b.NoOwner && was.Owner != "", b.NoRule && was.Rule != "", b.NoServes && was.Serves != ""
	return b
}

// StatedInput is a step of the customer's own way.
type StatedInput struct {
	Writing
	Text    string          `arg:"" optional:"" name:"text" json:"text,omitempty" help:"The step, in their words."`
	Of      string          `name:"of" placeholder:"FACT" json:"of,omitempty" help:"The step that is moved: the id of the fact that named it."`
	Label   string          `name:"label" placeholder:"LABEL" json:"label,omitempty" help:"buying, project, contracting, sourcing or other (default: by its words)."`
	Side    string          `name:"side" placeholder:"SIDE" json:"side,omitempty" help:"Whose it is: customer (default), or us where we owe it."`
	Owner   string          `name:"owner" placeholder:"WORDS" json:"owner,omitempty" help:"Who carries it, in words."`
	Due     throughline.Day `name:"due" placeholder:"DATE" json:"due,omitzero" help:"By when."`
	Undated bool            `name:"undated" json:"undated,omitempty" help:"The day that was said no longer holds."`
	Serves  string          `name:"serves" placeholder:"WORDS" json:"serves,omitempty" help:"Which outcome of theirs it serves."`
	Rule    string          `name:"rule" placeholder:"WORDS" json:"rule,omitempty" help:"By which it counts as done, or is decided: \"two of three signatures\"."`
	State   string          `name:"state" placeholder:"STATE" json:"state,omitempty" help:"not_begun, begun, done or not_needed."`
	About   string          `name:"about" placeholder:"QUESTION" json:"about,omitempty" help:"journey/p8 where it is about using what was bought, journey/p9 where it is about the result."`
	Person  string          `name:"person" placeholder:"NAME" json:"person,omitempty" help:"Who of theirs says so."`
	Grade   string          `name:"grade" placeholder:"GRADE" json:"grade,omitempty" help:"How we know (default: E3 where it stands in writing, E2 where a named person told it, else E1)."`
	Source  string          `name:"source" placeholder:"KIND" json:"source,omitempty" help:"Where it stands: document or message; left out for a conversation."`
	Record  string          `name:"record" placeholder:"WORDS" json:"record,omitempty" help:"Which document or message."`

	NoOwner  bool `name:"no-owner" json:"no_owner,omitempty" help:"Who was said to carry it does no longer."`
	NoRule   bool `name:"no-rule" json:"no_rule,omitempty" help:"The rule that was said no longer holds."`
	NoServes bool `name:"no-serves" json:"no_serves,omitempty" help:"What was said that it serves no longer holds."`
}

// RecordStatedList does the work of operation.RecordStatedList: their steps from a list, one a line.
func RecordStatedList(ctx context.Context, d *Desk, in StatedListInput) (Recorded, error) {
	return Write(ctx, d, "record stated steps", in.Writing, func(o *Writer) error {
		lines := buyingissue.Default().List(in.Text)
		if len(lines) == 0 {
			return o.Bad("", throughline.Refuse("empty", "the list is empty"))
		}
		if len(lines) > MostStated {
			return o.Bad("", throughline.Refuse("steps", "%d steps; a way to a decision has at most %d", "n", len(lines), "most", MostStated))
		}
		who, err := o.Person(in.Person)
		if err != nil {
			return err
		}
		source, grade, err := o.statedBy(in.Source, in.Record, in.Grade, who)
		if err != nil {
			return err
		}
		there := map[string]deal.StatedStep{}
		for _, s := range o.StatedSteps() {
			there[desk.Loosely(s.Text)] = s
		}
		for _, l := range lines {
			b := deal.StepStated{Due: l.Due, Label: deal.StepLabel(l.Kind), By: deal.Customer, Person: who}
			if l.Ours {
				b.By = deal.Us
			}
			for _, w := range []struct {
				to    *string
				field string
				from  string
			}{{&b.Text, "the step", l.Text}, {&b.Owner, "who does it", l.Owner}, {&b.Rule, "the rule", l.Rule}} {
				if *w.to, err = o.Words(w.field, w.from, w.to == &b.Text); err != nil {
					return err
				}
			}
			key := desk.Loosely(b.Text)
			if s, is := there[key]; is {
				if b.Due.IsZero() || b.Due == s.Due {
					continue
				}
				b = OfStep(deal.StepStated{Of: s.ID, Due: b.Due, Person: who}, s)
			}
			o.Lint(b.Text, b.Owner, b.Rule)
			id := o.Add(Entry{Body: b, Source: source, Grade: grade})
			if !b.Of.IsZero() {
				id = b.Of
			}
			there[key] = deal.StatedStep{ID: id, StepStated: b} // by its first fact
		}
		if len(o.Batch.Facts) == 0 {
			return o.Bad("", throughline.Refuse("all_there", "every step of the list is there already"))
		}
		return nil
	})
}

// MostStated is how many steps a deal may have.
const MostStated = 100

// StatedListInput is a list of their steps.
type StatedListInput struct {
	Writing
	Text   string `arg:"" name:"text" json:"text" help:"The steps, one a line."`
	Person string `name:"person" placeholder:"NAME" json:"person,omitempty" help:"Who of theirs says so."`
	Grade  string `name:"grade" placeholder:"GRADE" json:"grade,omitempty" help:"How we know (default: E3 where it stands in writing, E2 where a named person told it, else E1)."`
	Source string `name:"source" placeholder:"KIND" json:"source,omitempty" help:"Where it stands: document or message; left out for a conversation."`
	Record string `name:"record" placeholder:"WORDS" json:"record,omitempty" help:"Which document or message."`
}

func AboutOf(text string) deal.StepLabel {
	kind, _ := buyingissue.KindOf(text)
	return deal.StepLabel(kind)
}

// Stated finds the step that is meant, by the fact that named it.
func (o *Writer) Stated(word string) (deal.StatedStep, error) {
	for _, s := range o.StatedSteps() {
		if s.ID.String() == strings.TrimSpace(word) {
			return s, nil
		}
	}
	return deal.StatedStep{}, throughline.Fail(
		o.Op,
		throughline.NotFound,
		desk.Short(word),
		throughline.Refuse("no_stated", "this deal has no such step of theirs"),
	)
}

// statedBy says where a step stands and how far that can be trusted.
func (o *Writer) statedBy(kind, record, grade string, who throughline.PersonID) (deal.Source, throughline.Grade, error) {
	source, err := o.source(kind, record)
	if err != nil {
		return source, 0, err
	}
	g := throughline.E1
	switch {
	case source.System != "person":
		g = throughline.E3
	case !who.IsZero():
		g = throughline.E2
	}
	if strings.TrimSpace(grade) != "" {
		g, err = o.grade(grade)
	}
	return source, g, err
}
