package operation

import (
	"context"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/buyingissue"
	"github.com/throughline/throughline/internal/deal"
)

// stepStates are how far a step may have come.
var stepStates = []throughline.StepState{throughline.StepNotBegun, throughline.StepBegun, throughline.StepDone, throughline.StepNotNeeded}

// RecordStated is `throughline record stated`.
var RecordStated = define(Operation{
	Words: []string{"record", "stated"}, Route: "POST /deals/{id}/stated",
	Summary: "A step of their own way, as they stated it, or what we owe them on it",
	About: "Keeps a step that the customer stated: whose it is, who carries it, by when, by which rule it counts. It is labelled buying, project, contracting or sourcing by its words, " +
		"unless --label says. --side us is what we owe them. With --of it moves a step that is there: only what is named changes. " +
		"A step that stands in a document or a message of theirs, or that they told, counts as an act of theirs.",
	Examples: []string{
		`throughline record stated 1C1I7A6R "Purchasing compares three quotations" --owner purchasing --due 2026-12-11 --source message`,
		`throughline record stated 1C1I7A6R "Send the samples" --side us --due 2026-12-04`,
		"throughline record stated 1C1I7A6R --of 0190b2f0-7c3a-7d11-8e22-1f3a5b7c9d0e --state done",
	},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in StatedInput) (Recorded, error) {
	return one(ctx, d, "record stated step", in.Writing, func(o *opened) error {
		b := deal.StepStated{Due: in.Due, Undated: in.Undated && in.Due.IsZero()}
		var was deal.StatedStep
		var err error
		if strings.TrimSpace(in.Of) != "" {
			of, err := o.stated(in.Of)
			if err != nil {
				return err
			}
			b.Of, was = of.ID, of
		}
		if b.Text, err = o.words("the step", in.Text, b.Of.IsZero()); err != nil {
			return err
		}
		if in.Label != "" {
			if b.Label, err = known(o, in.Label, deal.StepLabels()); err != nil {
				return err
			}
		} else if b.Text != "" {
			b.Label = aboutOf(b.Text)
		}
		if in.Side != "" {
			if b.By, err = known(o, in.Side, []deal.Side{deal.Customer, deal.Us}); err != nil {
				return err
			}
		}
		if b.Owner, err = o.words("who does it", in.Owner, false); err != nil {
			return err
		}
		if b.Rule, err = o.words("the rule", in.Rule, false); err != nil {
			return err
		}
		if b.Serves, err = o.words("what it serves", in.Serves, false); err != nil {
			return err
		}
		if b.About, err = o.use(in.About); err != nil {
			return err
		}
		if in.State != "" {
			if b.State, err = known(o, in.State, stepStates); err != nil {
				return err
			}
		}
		if !b.Of.IsZero() {
			if b = since(b, was.StepStated); b == (deal.StepStated{Of: b.Of}) {
				return o.bad(was.Text, throughline.Refuse("unchanged", "nothing of the step is changed"))
			}
			b = ofStep(b, was)
		}
		if b.Person, err = o.person(in.Person); err != nil {
			return err
		}
		dr := entry{body: b}
		if dr.source, dr.grade, err = o.statedBy(in.Source, in.Record, in.Grade, b.Person); err != nil {
			return err
		}
		o.lint(b.Text, b.Owner, b.Rule)
		o.add(dr)
		return nil
	})
})

// use reads whether a step is about using what was bought, or about the result.
func (o *opened) use(word string) (throughline.Address, error) {
	if strings.TrimSpace(word) == "" {
		return "", nil
	}
	a, err := o.address(word)
	if err != nil {
		return "", err
	}
	if ph, is := a.Phase(); !is || ph < throughline.Adopt {
		return "", o.bad(word, throughline.Refuse("use", "this says whether a step is about using what was bought, journey/p8, or about the result, journey/p9"))
	}
	return a, nil
}

// ofStep says which step a later fact speaks of, so that it can be read by itself.
func ofStep(b deal.StepStated, was deal.StatedStep) deal.StepStated {
	if b.Text == "" {
		b.Text = was.Text
	}
	if b.By == deal.UnknownSide {
		b.By = was.By
	}
	return b
}

// since leaves of what is said of a step what is new.
func since(b, was deal.StepStated) deal.StepStated {
	keep := func(s *string, old string) {
		if *s == old {
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
}

// RecordStatedList is `throughline record stated-list`.
var RecordStatedList = define(Operation{
	Words: []string{"record", "stated-list"}, Route: "POST /deals/{id}/stated/list",
	Summary: "Their steps from a list, one a line",
	About: "Keeps the steps of a pasted list as facts, one a line. Behind a step, set apart by a tab or |, may stand who does it (supplier: we owe it), by when, and the rule. " +
		"Each is labelled by its words. A step that is there already, in the same words, is not added again; its day is put right where the list names another.",
	Examples: []string{"throughline record stated-list 1C1I7A6R \"$(cat their-plan.txt)\" --source document --record \"tender, page 3\"",
		`throughline record stated-list 1C1I7A6R "Compare quotations | purchasing | 2026-12-11" --source message`},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in StatedListInput) (Recorded, error) {
	return one(ctx, d, "record stated steps", in.Writing, func(o *opened) error {
		lines := buyingissue.Default().List(in.Text)
		if len(lines) == 0 {
			return o.bad("", throughline.Refuse("empty", "the list is empty"))
		}
		if len(lines) > mostStated {
			return o.bad("", throughline.Refuse("steps", "%d steps; a way to a decision has at most %d", "n", len(lines), "most", mostStated))
		}
		who, err := o.person(in.Person)
		if err != nil {
			return err
		}
		source, grade, err := o.statedBy(in.Source, in.Record, in.Grade, who)
		if err != nil {
			return err
		}
		there := map[string]deal.StatedStep{}
		for _, s := range o.StatedSteps() {
			there[same(s.Text)] = s
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
				if *w.to, err = o.words(w.field, w.from, w.to == &b.Text); err != nil {
					return err
				}
			}
			key := same(b.Text)
			if s, is := there[key]; is {
				if b.Due.IsZero() || b.Due == s.Due {
					continue
				}
				b = ofStep(deal.StepStated{Of: s.ID, Due: b.Due, Person: who}, s)
			}
			o.lint(b.Text, b.Owner, b.Rule)
			id := o.add(entry{body: b, source: source, grade: grade})
			if !b.Of.IsZero() {
				id = b.Of
			}
			there[key] = deal.StatedStep{ID: id, StepStated: b} // by its first fact
		}
		if len(o.batch.Facts) == 0 {
			return o.bad("", throughline.Refuse("all_there", "every step of the list is there already"))
		}
		return nil
	})
})

// mostStated is how many steps a deal may have.
const mostStated = 100

// StatedListInput is a list of their steps.
type StatedListInput struct {
	Writing
	Text   string `arg:"" name:"steps" json:"text" help:"The steps, one a line."`
	Person string `name:"person" placeholder:"NAME" json:"person,omitempty" help:"Who of theirs says so."`
	Grade  string `name:"grade" placeholder:"GRADE" json:"grade,omitempty" help:"How we know (default: E3 where it stands in writing, E2 where a named person told it, else E1)."`
	Source string `name:"source" placeholder:"KIND" json:"source,omitempty" help:"Where it stands: document or message; left out for a conversation."`
	Record string `name:"record" placeholder:"WORDS" json:"record,omitempty" help:"Which document or message."`
}

// same is a step's words, for telling whether it is there already.
func same(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

func aboutOf(text string) deal.StepLabel {
	kind, _ := buyingissue.KindOf(text)
	return deal.StepLabel(kind)
}

// stated finds the step that is meant, by the fact that named it.
func (o *opened) stated(word string) (deal.StatedStep, error) {
	for _, s := range o.StatedSteps() {
		if s.ID.String() == strings.TrimSpace(word) {
			return s, nil
		}
	}
	return deal.StatedStep{}, throughline.Fail(
		o.op,
		throughline.NotFound,
		cut(word),
		throughline.Refuse("no_stated", "this deal has no such step of theirs"),
	)
}

// statedBy says where a step stands and how far that can be trusted.
func (o *opened) statedBy(kind, record, grade string, who throughline.PersonID) (deal.Source, throughline.Grade, error) {
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

// StatedRow is a step of theirs as it is told.
type StatedRow struct {
	Fact  throughline.FactID    `json:"fact"`
	Text  string                `json:"text"`
	Label deal.StepLabel        `json:"label"`
	Side  deal.Side             `json:"side"` // customer, or us where we owe it
	Owner string                `json:"owner,omitempty"`
	Due   throughline.Day       `json:"due,omitzero"`
	Rule  string                `json:"rule,omitempty"`
	State throughline.StepState `json:"state"`
	Since throughline.Day       `json:"since"`           // when it came to its state
	Late  *int                  `json:"late,omitempty"`  // open and with a day: days overdue, 0 on the day, negative before
	After *int                  `json:"after,omitempty"` // done, with a day: days after it, 0 or less where it was kept
	Moved int                   `json:"moved,omitempty"` // how often its day was put off
	Grade throughline.Grade     `json:"grade"`
	From  deal.Source           `json:"source"`
}

// statedOf gives the steps of a deal, in the order in which they were named.
func statedOf(f deal.Deal, today throughline.Day) []StatedRow {
	out, zone := []StatedRow{}, f.AsOf.Location()
	for _, s := range f.StatedSteps() {
		r := StatedRow{Fact: s.ID, Text: s.Text, Label: s.Label, Side: s.By, Owner: s.Owner, Due: s.Due, Rule: s.Rule, State: s.State,
			Since: throughline.DayOf(s.Since, zone), Moved: s.Moved, Grade: s.Last.Grade, From: s.Last.Source}
		if n, ok := s.Late(today); ok {
			r.Late = &n
		}
		if n, ok := s.Kept(zone); ok {
			r.After = &n
		}
		out = append(out, r)
	}
	return out
}

// Open reports whether it is still to be done.
func (r StatedRow) Open() bool {
	return r.State != throughline.StepDone && r.State != throughline.StepNotNeeded
}
