package recording

import (
	"context"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/statement"
)

// RecordRethink does the work of operation.RecordRethink: say whether what has happened changes the strategy: yes, no, later.
func RecordRethink(ctx context.Context, d *Desk, in RethinkInput) (Recorded, error) {
	return Write(ctx, d, "answer whether the strategy changes", in.Writing, func(o *Writer) error {
		answer, err := Known(o, in.Answer, deal.Reconsiderings())
		if err != nil {
			return err
		}
		if !o.Bet.Set() {
			return o.Bad("", throughline.Refuse("no_strategy_yet", "this deal has no strategy, so there is none to change"))
		}
		if o.Outcome() != throughline.StillOpen {
			return o.Bad("", throughline.Refuse("strategy_over", "this deal has ended; its strategy is history"))
		}
		b := deal.Reconsidered{Strategy: o.Bet.Value.Strategy, Answer: answer}
		if answer == deal.StrategyLater {
			if b.Until = in.Until; b.Until.IsZero() {
				b.Until = nextMonday(o.today())
			}
			if b.Until.Sub(o.today()) <= 0 {
				return o.Bad(b.Until.String(), throughline.Refuse("past", "the day on which to ask again has to be still to come"))
			}
		}
		for _, word := range in.Because {
			id, err := throughline.ParseID(word)
			if err != nil {
				return o.Bad(word, err)
			}
			if !o.has(throughline.FactID(id)) {
				return throughline.Fail(o.Op, throughline.NotFound, word, throughline.Refuse("no_fact", "this deal has no such fact"))
			}
			b.Because = append(b.Because, throughline.FactID(id))
		}
		o.Add(Entry{Body: b})
		return nil
	})
}

// RethinkInput is the answer to whether what has happened changes the strategy.
type RethinkInput struct {
	Writing
	Answer  string          `arg:"" name:"answer" json:"answer" help:"yes, no or later."`
	Until   throughline.Day `name:"until" placeholder:"DATE" json:"until,omitzero" help:"Later: from which day it is asked again (default: next Monday)."`
	Because []string        `name:"because" placeholder:"FACT" json:"because,omitempty" help:"What was recorded that asks for it: a fact's id; repeat."`
}

// has reports whether a fact is one of the deal's.
func (o *Writer) has(id throughline.FactID) bool {
	for _, f := range o.Written {
		if f.ID == id {
			return true
		}
	}
	return false
}

// Touched is a part of the strategy that something just recorded speaks to.
type Touched struct {
	Part string             `json:"part"` // bet, stop_if, stop or move
	Text string             `json:"text"` // of the strategy, as it reads
	Fact throughline.FactID `json:"fact"`
}

// touches gives which parts of the strategy in force are spoken to by what is
// being written of the customer: at most one of each part, the bet first.
// Without a strategy, and once the deal has ended, there are none.
func (o *Writer) touches() (out []Touched) {
	var of deal.Strategy
	for _, f := range o.OfKind(deal.KindStrategy) {
		if b, is := f.Body.(deal.Strategy); is && f.ID == o.Bet.Value.Strategy {
			of = b
		}
	}
	if !o.Bet.Set() || o.Outcome() != throughline.StillOpen {
		return nil
	}
	names := phrase.Names{Book: o.book, Today: o.today(), Person: func(id throughline.PersonID) string { return o.people[id].Name }}
	seen := map[string]bool{}
	for _, part := range partsOf(of) {
		for _, f := range o.Batch.Facts {
			if s, is := spokenIn(f); is && f.Deal == o.ID && !seen[part.Part] && part.spokenTo(s) {
				seen[part.Part] = true
				out = append(out, Touched{Part: part.Part, Text: phrase.For(o.Desk.Language).Text(names, part.text), Fact: f.ID})
			}
		}
	}
	return out
}

// strategyPart is a part of a strategy that something may speak to.
type strategyPart struct {
	Part, text string
	more       string // words that belong to it and are not shown
	person     throughline.PersonID
	serves     throughline.Address
}

func partsOf(s deal.Strategy) (out []strategyPart) {
	if s.Bet != "" {
		out = append(out, strategyPart{Part: "bet", text: s.Bet})
	}
	if s.StopIf != "" {
		out = append(out, strategyPart{Part: "stop_if", text: s.StopIf})
	}
	for _, x := range s.Stops {
		out = append(out, strategyPart{Part: "stop", text: x.What, more: x.Sign})
	}
	for _, m := range s.Moves {
		if m.Expect != "" { // only what they are expected to do can be spoken to by them
			out = append(out, strategyPart{Part: "move", text: m.Expect, person: m.Person, serves: m.Serves})
		}
	}
	return out
}

// spoken is what a fact of theirs says, of whom and about what.
type spoken struct {
	text   string
	person throughline.PersonID
	about  throughline.Address
}

// spokenIn gives what the customer said or did by a fact; ok is false for one
// that says nothing of them.
func spokenIn(f deal.Fact) (s spoken, ok bool) {
	switch b := f.Body.(type) {
	case deal.Evidence:
		return spoken{b.Text, b.Person, b.About}, true
	case deal.Contradiction:
		return spoken{b.Text, b.Person, b.About}, true
	case deal.Noticed:
		return spoken{b.Text, b.Person, ""}, true
	case deal.PromiseMade:
		return spoken{b.What + " " + b.Words, b.Person, ""}, true
	case deal.PromiseResolved:
		return spoken{b.Text, throughline.PersonID{}, ""}, b.Text != ""
	}
	return spoken{}, false
}

// enoughShared is how much has to be in common: two words that matter, or one
// and whom or what it is about. One word alone ("budget") stands everywhere.
const enoughShared = 2

func (p strategyPart) spokenTo(s spoken) bool {
	text := s.text
	if !s.person.IsZero() {
		text += " {person:" + s.person.String() + "}"
	}
	n := len(statement.Shared(p.text+" "+p.more, text))
	if n == 0 {
		return false
	}
	if !p.person.IsZero() && p.person == s.person {
		n++
	}
	if p.serves != "" && p.serves == s.about {
		n++
	}
	return n >= enoughShared
}
