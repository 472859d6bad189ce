package recording

import (
	"context"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// RecordEvidence does the work of operation.RecordEvidence: something the customer said or did that answers a question.
func RecordEvidence(ctx context.Context, d *Desk, in EvidenceInput) (Recorded, error) {
	return Write(ctx, d, "record evidence", in.Writing, func(o *Writer) error {
		about, err := o.address(in.About)
		if err != nil {
			return err
		}
		text, err := o.Words("what was said or done", in.Text, true)
		if err != nil {
			return err
		}
		who, err := o.Person(in.Person)
		if err != nil {
			return err
		}
		g, err := o.grade(in.Grade)
		if err != nil {
			return err
		}
		if g >= throughline.E2 && g < throughline.E4 && who.IsZero() && in.Source == "" {
			return o.Bad(
				g.String(),
				throughline.Refuse(
					"grade",
					"a grade of E2 or E3 needs a named person of theirs, or the document or message it stands in; without one it is our own reading, E1",
				),
			)
		}
		o.Lint(text)
		dr := Entry{Grade: g, Body: deal.Evidence{About: about, Person: who, Text: text}}
		if in.Against {
			dr.Body = deal.Contradiction{About: about, Person: who, Text: text}
		}
		if dr.Source, err = o.source(in.Source, in.Record); err != nil {
			return err
		}
		o.Add(dr)
		return nil
	})
}

// EvidenceInput is one piece of evidence.
type EvidenceInput struct {
	Writing
	Text    string `arg:"" name:"text" json:"text" help:"What was said or done, in a sentence."`
	About   string `name:"about" placeholder:"ADDRESS" json:"about" required:"" help:"The question, step or milestone it answers: journey/p3, contracting/k3, process/…/milestone/…"`
	Grade   string `name:"grade" placeholder:"GRADE" json:"grade,omitempty" help:"E0 to E4 (default: E1, our own reading)."`
	Person  string `name:"person" placeholder:"NAME" json:"person,omitempty" help:"Who of the customer: a name of the deal, or an id."`
	Against bool   `name:"against" json:"against,omitempty" help:"It speaks against the answer."`
	Source  string `name:"source" placeholder:"KIND" json:"source,omitempty" help:"Where the words stand: document or message; left out for a conversation."`
	Record  string `name:"record" placeholder:"WORDS" json:"record,omitempty" help:"Which document or message."`
}

// source says where the words stand.
func (o *Writer) source(kind, record string) (deal.Source, error) {
	if kind == "" || kind == "person" || kind == "conversation" {
		return deal.Source{System: "person"}, nil
	}
	if _, err := Known(o, kind, []string{"document", "message", "call"}); err != nil {
		return deal.Source{}, err
	}
	record, err := o.Words("the name of the document", record, false)
	return deal.Source{System: kind, Record: record}, err
}

// RecordEvent does the work of operation.RecordEvent: something happened that may change the strategy.
func RecordEvent(ctx context.Context, d *Desk, in EventInput) (Recorded, error) {
	return Write(ctx, d, "record event", in.Writing, func(o *Writer) error {
		event, err := Known(o, in.Event, deal.Events())
		if err != nil {
			return err
		}
		who, err := o.Person(in.Person)
		if err != nil {
			return err
		}
		text, err := o.Words("text", in.Text, false)
		if err != nil {
			return err
		}
		o.Lint(text)
		if event == deal.SponsorLeft && !who.IsZero() {
			o.Add(Entry{Grade: throughline.E2, Body: deal.PersonJoined{Person: who, Left: true}})
		}
		o.Add(Entry{Body: deal.Noticed{Event: event, Person: who, Text: text}})
		return nil
	})
}

// EventInput is one event.
type EventInput struct {
	Writing
	Event  string `arg:"" name:"event" json:"event" help:"new_veto, sponsor_left, reorganisation, scope_changed, new_alternative, procurement_entered, date_moved_by_customer, solicitation_issued, more_references, more_options, comparison_reopened, quiet_after_warm."`
	Person string `name:"person" placeholder:"NAME" json:"person,omitempty" help:"Whom it is about."`
	Text   string `name:"text" placeholder:"WORDS" json:"text,omitempty" help:"What happened, in a sentence."`
}

// RecordNote does the work of operation.RecordNote: a note, or what came out of a tool; no evidence.
func RecordNote(ctx context.Context, d *Desk, in NoteInput) (Recorded, error) {
	return Write(ctx, d, "record note", in.Writing, func(o *Writer) error {
		n := deal.Noted{}
		var err error
		if in.About != "" {
			if n.About, err = o.address(in.About); err != nil {
				return err
			}
		}
		if in.Tool != "" {
			if n.Tool, err = o.address(in.Tool); err != nil {
				return err
			}
		}
		if n.Text, err = o.Words("the note", in.Text, true); err != nil {
			return err
		}
		o.Lint(n.Text)
		o.Add(Entry{Body: n})
		return nil
	})
}

// NoteInput is a note.
type NoteInput struct {
	Writing
	Text  string `arg:"" name:"text" json:"text" help:"The note."`
	About string `name:"about" placeholder:"ADDRESS" json:"about,omitempty" help:"What it is about."`
	Tool  string `name:"tool" placeholder:"ADDRESS" json:"tool,omitempty" help:"The tool it came out of: pack/jolt/tool/risk-menu."`
}

// RecordQuestion does the work of operation.RecordQuestion: leave a question for whoever runs the deal.
func RecordQuestion(ctx context.Context, d *Desk, in QuestionInput) (Recorded, error) {
	return Write(ctx, d, "leave question", in.Writing, func(o *Writer) error {
		q := deal.Asked{}
		var err error
		if in.About != "" {
			if q.About, err = o.address(in.About); err != nil {
				return err
			}
		}
		if q.Text, err = o.Words("the question", in.Text, true); err != nil {
			return err
		}
		o.Lint(q.Text)
		o.Add(Entry{Body: q})
		return nil
	})
}

// QuestionInput is a question left.
type QuestionInput struct {
	Writing
	Text  string `arg:"" name:"text" json:"text" help:"The question."`
	About string `name:"about" placeholder:"ADDRESS" json:"about,omitempty" help:"What it is about."`
}

// RecordUndo does the work of operation.RecordUndo: take a fact back.
func RecordUndo(ctx context.Context, d *Desk, in UndoInput) (Recorded, error) {
	return Write(ctx, d, "take back", in.Writing, func(o *Writer) error {
		reason, err := o.Words("the reason", in.Reason, false)
		if err != nil {
			return err
		}
		counts := map[throughline.FactID]bool{}
		for _, f := range deal.Live(o.Written) {
			counts[f.ID] = true
		}
		for _, word := range in.Facts {
			id, err := throughline.ParseID(word)
			if err != nil {
				return o.Bad(word, err)
			}
			var of *deal.Fact
			for i := range o.Written {
				if o.Written[i].ID == throughline.FactID(id) {
					of = &o.Written[i]
				}
			}
			switch {
			case of == nil:
				return throughline.Fail(o.Op, throughline.NotFound, word, throughline.Refuse("no_fact", "this deal has no such fact"))
			case of.Body.Kind() == deal.KindOpened:
				return o.Bad(word, throughline.Refuse("opened", "how a deal was opened cannot be taken back; it can be ended"))
			case of.Body.Kind() == deal.KindPlanMade:
				return o.Bad(word, throughline.Refuse("plan_made", "that a plan was made cannot be taken back; its links can: throughline plan revoke"))
			case o.ofSame(*of):
				return o.Bad(word, throughline.Refuse("person_whole",
					"two names that are one are told so in every deal at once: throughline person unmerge takes them apart, throughline person merge makes them one"))
			}
			if counts[of.ID] {
				if err := o.takeBackThere(ctx, *of, reason); err != nil {
					return err
				}
			}
			o.TakeBack(*of, reason, counts)
		}
		switch {
		case len(in.Facts) == 0:
			return o.Bad("", throughline.Refuse("fact", "no fact is named"))
		case len(o.Batch.Facts) == 0:
			return o.Bad(in.Facts[0], throughline.Refuse("taken_back", "this is already taken back"))
		}
		return nil
	})
}

// TakeBack adds the correction of a fact that counts. With a correction go
// those that take back the same: what it took back is to count again.
func (o *Writer) TakeBack(of deal.Fact, reason string, counts map[throughline.FactID]bool) {
	if !counts[of.ID] {
		return
	}
	counts[of.ID] = false
	o.Add(Entry{Body: deal.Correction{Of: of.ID, Reason: reason}})
	c, is := of.Body.(deal.Correction)
	if !is {
		return
	}
	for _, f := range o.Written {
		if other, same := f.Body.(deal.Correction); same && other.Of == c.Of {
			o.TakeBack(f, reason, counts)
		}
	}
}

// UndoInput names what to take back.
type UndoInput struct {
	Writing
	Facts  []string `arg:"" name:"fact" json:"facts" help:"The facts' ids, as the deal shows them."`
	Reason string   `name:"reason" placeholder:"WORDS" json:"reason,omitempty" help:"Why."`
}
