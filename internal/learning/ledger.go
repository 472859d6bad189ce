package learning

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/outlook"
)

// Names of what the ledger's log holds. Activities are named by the last part
// of the address they are about, so that they read alike in any language.
const (
	ledgerOpened   = "opened"
	ledgerPushed   = "close date pushed"
	ledgerReopened = " reopened"
	ledgerPaused   = "ended for a time"
	ledgerPaper    = "contracting begun"
	ledgerSpared   = "not_needed" // milestones marked so, between commas
	ledgerAmount   = "amount"
	ledgerOutcome  = "outcome"
	ledgerCause    = "cause"
	ledgerKind     = "kind"
	ledgerProcess  = "process" // which of ours the deal follows, where there are several
)

// ledgerEnds says how the deals of the ledger's log end.
func ledgerEnds() eventlog.OutcomeMap {
	var out eventlog.OutcomeMap
	for _, o := range throughline.Outcomes() {
		out = append(out, eventlog.OutcomeRule{Outcome: o, Attr: eventlog.ActivityAttr, Values: []string{string(o)}})
	}
	return out
}

// ledgerLog gives the deals as an event log: a case a deal, an event for what
// says something new of the way it goes: a stage entered, a milestone met, the
// first answer of the customer's to a question, a question reopened, a step of
// a track done, a push of the close date, the end. Attributes of a case are
// those the deal opened with. sampled takes outlook.MostLearned deals at most.
func (d *Learner) ledgerLog(ctx context.Context, asOf time.Time, sampled bool) (*eventlog.Log, error) {
	key := logKey{ws: d.Workspace, zone: asOf.Location().String(), sampled: sampled}
	if d.Book != nil {
		key.book = d.Book.Hash
	}
	var err error
	if key.number, err = d.Read().Number(ctx); err != nil {
		return nil, err
	}
	if l := d.Logs.of(key, asOf); l != nil {
		return l, nil
	}
	made := keptLog{from: asOf}
	b := eventlog.NewBuilder()
	counts, err := d.Read().Counts(ctx)
	if err != nil {
		return nil, err
	}
	n := int64(0)
	for facts, err := range d.Read().AllFacts(ctx) {
		if err != nil {
			return nil, err
		}
		if n++; n%1000 == 0 {
			d.Report(desk.Progress{Doing: "reading", Done: n, Total: int64(counts.Deals), Unit: "deals"})
		}
		if sampled && counts.Deals > outlook.MostLearned && len(facts) > 0 && !outlook.Drawn(facts[0].Deal, counts.Deals) {
			continue
		}
		for i := range facts {
			for _, at := range [...]time.Time{facts[i].When(), facts[i].Learned} {
				if at.After(asOf) && (made.until.IsZero() || at.Before(made.until)) {
					made.until = at
				}
			}
		}
		if folded, ok := deal.Fold(facts, asOf); ok && folded.Outcome() != throughline.Removed {
			d.addDeal(b, folded)
		}
	}
	made.log, _ = b.Build()
	if number, err := d.Read().Number(ctx); err == nil && number == key.number { // else something was written meanwhile
		d.Logs.keep(key, made)
	}
	return made.log, nil
}

// addDeal tells one deal's facts as the events of a case, and what is known of
// it as the case's attributes.
func (d *Learner) addDeal(b *eventlog.Builder, f deal.Deal) {
	t := teller{b: b, c: b.Case(f.Deal.String()), deal: &f, told: map[string]bool{}}
	// An opening is the first of its instant, whenever it was learned.
	facts := slices.Clone(f.Known)
	slices.SortStableFunc(facts, func(a, b deal.Fact) int {
		_, first := a.Body.(deal.Opened)
		_, second := b.Body.(deal.Opened)
		return cmp.Or(a.When().Compare(b.When()), count(second)-count(first))
	})
	for _, fact := range facts {
		t.fact(fact)
	}
	if d.Book != nil && len(d.Book.Processes) > 1 {
		pr, _ := alignment.ProcessOf(&f.Summary, d.Book)
		b.CaseAttr(t.c, ledgerProcess, eventlog.TextValue(pr.ID))
	}
	if spared := append(t.spared, d.spared(f)...); len(spared) > 0 {
		b.CaseAttr(t.c, ledgerSpared, eventlog.TextValue(strings.Join(spared, ",")))
	}
	if o := f.Outcome(); o != throughline.StillOpen {
		b.CaseAttr(t.c, ledgerOutcome, eventlog.TextValue(string(o)))
		if cause := f.End.Value.Cause; cause.Known() {
			b.CaseAttr(t.c, ledgerCause, eventlog.TextValue(string(cause)))
		}
	}
}

// teller is a deal while its facts are told.
type teller struct {
	b      *eventlog.Builder
	c      int
	deal   *deal.Deal
	told   map[string]bool // what happens once and has
	pushed throughline.Day // the day its end was last expected on
	stage  string
	spared []string // milestones that it did not need
}

func (t *teller) say(name, kind string, at time.Time) {
	us := eventlog.NoTime // nobody wrote down when
	if !at.IsZero() {
		us = eventlog.Micros(at)
	}
	t.b.Event(t.c, name, us)
	t.b.EventAttr(ledgerKind, eventlog.TextValue(kind))
}

// once says what is news the first time only, until the question is open again.
func (t *teller) once(name, kind string, at time.Time) {
	if !t.told[name] {
		t.told[name] = true
		t.say(name, kind, at)
	}
}

// fact tells one fact. What we wrote down about a deal without its having gone
// on, as a promise or a decision, is no event of its way.
func (t *teller) fact(fact deal.Fact) {
	at := fact.When()
	switch body := fact.Body.(type) {
	case deal.Opened:
		t.once(ledgerOpened, "opened", at)
		for _, name := range slices.Sorted(maps.Keys(body.Attributes)) { // in one order: answers name attributes as the log has them
			v := body.Attributes[name]
			t.b.CaseAttr(t.c, name, eventlog.ParseValue(v))
		}
	case deal.StageMoved:
		name := "stage " + cmp.Or(body.Stage.Last(), body.Foreign)
		if name != t.stage {
			t.stage = name
			t.say(name, "stage", at)
		}
	case deal.MilestoneMet:
		if body.NotNeeded {
			t.spared = append(t.spared, body.Milestone.Last())
			return
		}
		t.once(body.Milestone.Last(), "milestone", at)
	case deal.Evidence:
		if fact.Grade.FromCustomer() && body.About.Last() != "" {
			t.once(body.About.Last(), "answer", at)
		}
	case deal.Contradiction:
		t.say(body.About.Last()+ledgerReopened, "reopened", at)
		delete(t.told, body.About.Last())
	case deal.StepMoved:
		t.step(body, at)
	case deal.AmountChanged:
		if at.Sub(t.deal.Opened) <= 24*time.Hour && !t.deal.Opened.IsZero() { // what it was worth at first
			t.b.CaseAttr(t.c, ledgerAmount, eventlog.FloatValue(float64(body.Amount.Cents)/100))
		}
	case deal.CloseDateMoved:
		if !t.pushed.IsZero() && body.To.Compare(t.pushed) > 0 {
			t.say(ledgerPushed, "push", at)
		}
		t.pushed = body.To
	case deal.Ended:
		name := body.Outcome.Word()
		if !t.deal.End.At.Equal(at) || t.deal.Outcome() != body.Outcome {
			name = ledgerPaused
		}
		t.say(name, "end", fact.Happened) // an end that nobody dated is one, and has no time
	case deal.Resumed:
		t.say("resumed", "end", at)
	}
}

// step tells of a step that is done, and of the contract's first that has begun.
func (t *teller) step(body deal.StepMoved, at time.Time) {
	begun := body.State == throughline.StepBegun || body.State == throughline.StepDone
	if track, _, _ := strings.Cut(string(body.Step), "/"); begun && track == string(throughline.Contracting) {
		t.once(ledgerPaper, "step", at)
	}
	if body.State == throughline.StepDone {
		t.once(body.Step.Last(), "step", at)
	}
}

// spared lists the milestones that a deal's class, or somebody's word, takes
// off its road: they serve questions this customer need not answer.
func (d *Learner) spared(f deal.Deal) []string {
	if d.Book == nil {
		return nil
	}
	shown := d.Book.Classes[f.Class.Value].Shown
	var out []string
	for _, p := range d.Book.Processes {
		for _, m := range p.Milestones {
			_, skipped := f.Skipped[m.Serves]
			if skipped || len(shown) > 0 && !slices.Contains(shown, m.Serves) {
				out = append(out, m.Addr.Last())
			}
		}
	}
	return out
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}
