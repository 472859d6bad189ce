package learning

import (
	"cmp"
	"context"
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

func (d *Learner) addDeal(b *eventlog.Builder, f deal.Deal) {
	c := b.Case(f.Deal.String())
	told := map[string]bool{}
	say := func(name, kind string, at time.Time) {
		us := eventlog.NoTime // nobody wrote down when
		if !at.IsZero() {
			us = eventlog.Micros(at)
		}
		b.Event(c, name, us)
		b.EventAttr(ledgerKind, eventlog.TextValue(kind))
	}
	once := func(name, kind string, at time.Time) {
		if !told[name] {
			told[name] = true
			say(name, kind, at)
		}
	}
	pushed := throughline.Day{}
	stage := ""
	var spared []string
	// An opening is the first of its instant, whenever it was learned.
	facts := slices.Clone(f.Known)
	slices.SortStableFunc(facts, func(a, b deal.Fact) int {
		_, first := a.Body.(deal.Opened)
		_, second := b.Body.(deal.Opened)
		return cmp.Or(a.When().Compare(b.When()), count(second)-count(first))
	})
	for _, fact := range facts {
		at := fact.When()
		switch body := fact.Body.(type) {
		case deal.Opened:
			once(ledgerOpened, "opened", at)
			for name, v := range body.Attributes {
				b.CaseAttr(c, name, eventlog.ParseValue(v))
			}
		case deal.StageMoved:
			name := body.Stage.Last()
			if name == "" {
				name = body.Foreign
			}
			if name = "stage " + name; name != stage {
				stage = name
				say(name, "stage", at)
			}
		case deal.MilestoneMet:
			if body.NotNeeded {
				spared = append(spared, body.Milestone.Last())
				continue
			}
			once(body.Milestone.Last(), "milestone", at)
		case deal.Evidence:
			if fact.Grade.FromCustomer() && body.About.Last() != "" {
				once(body.About.Last(), "answer", at)
			}
		case deal.Contradiction:
			say(body.About.Last()+ledgerReopened, "reopened", at)
			delete(told, body.About.Last())
		case deal.StepMoved:
			begun := body.State == throughline.StepBegun || body.State == throughline.StepDone
			if track, _, _ := strings.Cut(string(body.Step), "/"); begun && track == string(throughline.Contracting) {
				once(ledgerPaper, "step", at)
			}
			if body.State == throughline.StepDone {
				once(body.Step.Last(), "step", at)
			}
		case deal.AmountChanged:
			if at.Sub(f.Opened) <= 24*time.Hour && !f.Opened.IsZero() {
				b.CaseAttr(c, ledgerAmount, eventlog.FloatValue(float64(body.Amount.Cents)/100))
			}
		case deal.CloseDateMoved:
			if !pushed.IsZero() && body.To.Compare(pushed) > 0 {
				say(ledgerPushed, "push", at)
			}
			pushed = body.To
		case deal.Ended:
			name := body.Outcome.Word()
			if !f.End.At.Equal(at) || f.Outcome() != body.Outcome {
				name = ledgerPaused
			}
			say(name, "end", fact.Happened) // an end that nobody dated is one, and has no time
		case deal.Resumed:
			say("resumed", "end", at)
		}
	}
	if d.Book != nil && len(d.Book.Processes) > 1 {
		pr, _ := alignment.ProcessOf(&f.Summary, d.Book)
		b.CaseAttr(c, ledgerProcess, eventlog.TextValue(pr.ID))
	}
	spared = append(spared, d.spared(f)...)
	if len(spared) > 0 {
		b.CaseAttr(c, ledgerSpared, eventlog.TextValue(strings.Join(spared, ",")))
	}
	if o := f.Outcome(); o != throughline.StillOpen {
		b.CaseAttr(c, ledgerOutcome, eventlog.TextValue(string(o)))
		if cause := f.End.Value.Cause; cause.Known() {
			b.CaseAttr(c, ledgerCause, eventlog.TextValue(string(cause)))
		}
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
