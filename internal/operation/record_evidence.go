package operation

import (
	"context"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// RecordEvidence is `throughline record evidence`.
var RecordEvidence = define(Operation{
	Words: []string{"record", "evidence"}, Route: "POST /deals/{id}/evidence",
	Summary: "Something the customer said or did that answers a question",
	About: "Adds a dated piece of evidence to a question of the journey, a step of a track or a milestone: what was said or done, by whom, " +
		"how far it can be trusted. E1 is our own reading, E2 a named person said it, E3 they wrote it, did it or spent something on it, E4 two " +
		"functions say so or an official record does. --against records what speaks against an answer; both stay, and the question is open again.",
	Examples: []string{
		`throughline record evidence 1C1I7A6R --about journey/p2 --grade E3 --person "Signe Parata" "Set aside a day a week until May"`,
		`throughline record evidence 1C1I7A6R --about journey/p3 --grade E2 --against "Finance describes the problem differently"`,
	},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in EvidenceInput) (Recorded, error) {
	return one(ctx, d, "record evidence", in.Writing, func(o *opened) error {
		about, err := o.address(in.About)
		if err != nil {
			return err
		}
		text, err := o.words("what was said or done", in.Text, true)
		if err != nil {
			return err
		}
		who, err := o.person(in.Person)
		if err != nil {
			return err
		}
		g, err := o.grade(in.Grade)
		if err != nil {
			return err
		}
		if g >= throughline.E2 && g < throughline.E4 && who.IsZero() && in.Source == "" {
			return o.bad(
				g.String(),
				throughline.Refuse(
					"grade",
					"a grade of E2 or E3 needs a named person of theirs, or the document or message it stands in; without one it is our own reading, E1",
				),
			)
		}
		o.lint(text)
		dr := entry{grade: g, body: deal.Evidence{About: about, Person: who, Text: text}}
		if in.Against {
			dr.body = deal.Contradiction{About: about, Person: who, Text: text}
		}
		if dr.source, err = o.source(in.Source, in.Record); err != nil {
			return err
		}
		o.add(dr)
		return nil
	})
})

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
func (o *opened) source(kind, record string) (deal.Source, error) {
	if kind == "" || kind == "person" || kind == "conversation" {
		return deal.Source{System: "person"}, nil
	}
	if _, err := known(o, kind, []string{"document", "message"}); err != nil {
		return deal.Source{}, err
	}
	record, err := o.words("the name of the document", record, false)
	return deal.Source{System: kind, Record: record}, err
}

// RecordEvent is `throughline record event`.
var RecordEvent = define(Operation{
	Words: []string{"record", "event"}, Route: "POST /deals/{id}/events",
	Summary: "Something happened that may change the strategy",
	About: "Adds an event: somebody new who can say no, the sponsor left, a reorganisation, the scope changed, a new alternative, procurement came in, " +
		"they moved the date, a solicitation was issued; or a sign that they are afraid to choose. What the event puts in question is open again; nothing is deleted. " +
		"A sponsor who left also leaves the deal, and their evidence counts one grade less.",
	Examples: []string{
		`throughline record event 1C1I7A6R new_veto --person "Ana Ruiz" --text "asked to see the case before the board"`,
		"throughline record event 1C1I7A6R sponsor_left --person \"Ruth Ekdahl\"",
	},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in EventInput) (Recorded, error) {
	return one(ctx, d, "record event", in.Writing, func(o *opened) error {
		event, err := known(o, in.Event, deal.Events())
		if err != nil {
			return err
		}
		who, err := o.person(in.Person)
		if err != nil {
			return err
		}
		text, err := o.words("text", in.Text, false)
		if err != nil {
			return err
		}
		o.lint(text)
		if event == deal.SponsorLeft && !who.IsZero() {
			o.add(entry{grade: throughline.E2, body: deal.PersonJoined{Person: who, Left: true}})
		}
		o.add(entry{body: deal.Noticed{Event: event, Person: who, Text: text}})
		return nil
	})
})

// EventInput is one event.
type EventInput struct {
	Writing
	Event  string `arg:"" name:"event" json:"event" help:"new_veto, sponsor_left, reorganisation, scope_changed, new_alternative, procurement_entered, date_moved_by_customer, solicitation_issued, more_references, more_options, comparison_reopened, quiet_after_warm."`
	Person string `name:"person" placeholder:"NAME" json:"person,omitempty" help:"Whom it is about."`
	Text   string `name:"text" placeholder:"WORDS" json:"text,omitempty" help:"What happened, in a sentence."`
}

// RecordNote is `throughline record note`.
var RecordNote = define(Operation{
	Words: []string{"record", "note"}, Route: "POST /deals/{id}/notes",
	Summary:  "A note, or what came out of a tool; no evidence",
	About:    "Keeps words that answer no question: a thought, or the result of a pack's tool. They change no position.",
	Examples: []string{`throughline record note 1C1I7A6R "Ask again after the holidays" --about journey/p2`},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in NoteInput) (Recorded, error) {
	return one(ctx, d, "record note", in.Writing, func(o *opened) error {
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
		if n.Text, err = o.words("the note", in.Text, true); err != nil {
			return err
		}
		o.lint(n.Text)
		o.add(entry{body: n})
		return nil
	})
})

// NoteInput is a note.
type NoteInput struct {
	Writing
	Text  string `arg:"" name:"text" json:"text" help:"The note."`
	About string `name:"about" placeholder:"ADDRESS" json:"about,omitempty" help:"What it is about."`
	Tool  string `name:"tool" placeholder:"ADDRESS" json:"tool,omitempty" help:"The tool it came out of: pack/jolt/tool/risk-menu."`
}

// RecordQuestion is `throughline record question`.
var RecordQuestion = define(Operation{
	Words: []string{"record", "question"}, Route: "POST /deals/{id}/questions",
	Summary:  "Leave a question for whoever runs the deal",
	About:    "A question in place of an instruction. The seller's answer is the next version of the strategy.",
	Examples: []string{`throughline record question 1C1I7A6R "Who would describe the problem differently?" --about journey/p3`},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in QuestionInput) (Recorded, error) {
	return one(ctx, d, "leave question", in.Writing, func(o *opened) error {
		q := deal.Asked{}
		var err error
		if in.About != "" {
			if q.About, err = o.address(in.About); err != nil {
				return err
			}
		}
		if q.Text, err = o.words("the question", in.Text, true); err != nil {
			return err
		}
		o.lint(q.Text)
		o.add(entry{body: q})
		return nil
	})
})

// QuestionInput is a question left.
type QuestionInput struct {
	Writing
	Text  string `arg:"" name:"text" json:"text" help:"The question."`
	About string `name:"about" placeholder:"ADDRESS" json:"about,omitempty" help:"What it is about."`
}

// RecordUndo is `throughline record undo`.
var RecordUndo = define(Operation{
	Words: []string{"record", "undo"}, Route: "POST /deals/{id}/undo",
	Summary:  "Take a fact back",
	About:    "Adds a correction: the fact stays in the ledger and counts no longer. Undoing a correction brings what it took back in again.",
	Examples: []string{`throughline record undo 1C1I7A6R 0190b2f0-7c3a-7d11-8e22-1f3a5b7c9d0e --reason "wrong deal"`},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in UndoInput) (Recorded, error) {
	return one(ctx, d, "take back", in.Writing, func(o *opened) error {
		reason, err := o.words("the reason", in.Reason, false)
		if err != nil {
			return err
		}
		counts := map[throughline.FactID]bool{}
		for _, f := range deal.Live(o.facts) {
			counts[f.ID] = true
		}
		for _, word := range in.Facts {
			id, err := throughline.ParseID(word)
			if err != nil {
				return o.bad(word, err)
			}
			var of *deal.Fact
			for i := range o.facts {
				if o.facts[i].ID == throughline.FactID(id) {
					of = &o.facts[i]
				}
			}
			switch {
			case of == nil:
				return throughline.Fail(o.op, throughline.NotFound, word, throughline.Refuse("no_fact", "this deal has no such fact"))
			case of.Body.Kind() == deal.KindOpened:
				return o.bad(word, throughline.Refuse("opened", "how a deal was opened cannot be taken back; it can be ended"))
			case of.Body.Kind() == deal.KindPlanMade:
				return o.bad(word, throughline.Refuse("plan_made", "that a plan was made cannot be taken back; its links can: throughline plan revoke"))
			}
			if counts[of.ID] {
				if err := o.takeBackThere(ctx, *of, reason); err != nil {
					return err
				}
			}
			o.takeBack(*of, reason, counts)
		}
		switch {
		case len(in.Facts) == 0:
			return o.bad("", throughline.Refuse("fact", "no fact is named"))
		case len(o.batch.Facts) == 0:
			return o.bad(in.Facts[0], throughline.Refuse("taken_back", "this is already taken back"))
		}
		return nil
	})
})

// takeBack adds the correction of a fact that counts. With a correction go
// those that take back the same: what it took back is to count again.
func (o *opened) takeBack(of deal.Fact, reason string, counts map[throughline.FactID]bool) {
	if !counts[of.ID] {
		return
	}
	counts[of.ID] = false
	o.add(entry{body: deal.Correction{Of: of.ID, Reason: reason}})
	c, is := of.Body.(deal.Correction)
	if !is {
		return
	}
	for _, f := range o.facts {
		if other, same := f.Body.(deal.Correction); same && other.Of == c.Of {
			o.takeBack(f, reason, counts)
		}
	}
}

// UndoInput names what to take back.
type UndoInput struct {
	Writing
	Facts  []string `arg:"" name:"fact" json:"facts" help:"The facts' ids, as the deal shows them."`
	Reason string   `name:"reason" placeholder:"WORDS" json:"reason,omitempty" help:"Why."`
}
