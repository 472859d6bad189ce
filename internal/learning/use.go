package learning

import (
	"context"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/mining"
	"github.com/throughline/throughline/internal/setting"
	"github.com/throughline/throughline/internal/usage"
)

// UseInput says as of when to look.
type UseInput struct{ desk.View }

// Used gives what MineUse says of everything, when somebody asks for it.
func Used(learner func(context.Context) (*Learner, error)) func(context.Context) (usage.Measures, error) {
	return func(ctx context.Context) (usage.Measures, error) {
		l, err := learner(ctx)
		if err != nil {
			return usage.Measures{}, err
		}
		return MineUse(ctx, l, UseInput{})
	}
}

// MineUse says how the product is used, and whether that does what it is there for
// (docs/methods/use.md).
func MineUse(ctx context.Context, d *Learner, in UseInput) (usage.Measures, error) {
	h, err := d.history(ctx, "measure use", HistoryInput{View: in.View, sampled: true})
	if err != nil {
		return usage.Measures{}, err
	}
	asOf := in.Instant(&d.Desk)
	day := throughline.DayOf(asOf, asOf.Location())
	sum, err := remember(d.Logs, d.answerOf(h.log, day, Part{}, nil).of("use"), func() (summed, error) { return d.sumUse(ctx, in.View) })
	if err != nil {
		return usage.Measures{}, err
	}
	var opened []int
	for _, plan := range sum.plans {
		lines, err := d.Read().Shares(ctx, plan)
		if err != nil {
			return usage.Measures{}, err
		}
		opened = append(opened, usage.Days(lines, asOf))
	}
	uses, err := d.Read().Uses(ctx, day.Add(-usage.Keeps), day)
	if err != nil {
		return usage.Measures{}, err
	}
	kept, err := d.Read().Settings(ctx)
	if err != nil {
		return usage.Measures{}, err
	}
	var toOrder usage.Typical
	if h.log != nil {
		hand := mining.HandOver(h.log, h.sel, h.end, ledgerHandover())
		toOrder = usage.Typical{Middle: hand.Days.Median, Of: hand.Days.N}
	}
	return sum.deals.Measures(opened, uses, setting.Of(kept).Uncounted, toOrder), nil
}

// summed is what the deals tell of use, and which plans there are.
type summed struct {
	deals *usage.Sum
	plans []throughline.ID
}

// sumUse adds up what the deals tell: it changes with facts alone, and counts of
// use are no facts, so that it may be kept until the next write.
func (d *Learner) sumUse(ctx context.Context, v desk.View) (out summed, err error) {
	asOf := v.Instant(&d.Desk)
	norms, err := d.Norms(ctx, asOf)
	if err != nil {
		return out, err
	}
	out.deals = usage.Begin(asOf)
	n := int64(0)
	for facts, err := range d.Read().AllFacts(ctx) {
		if err != nil {
			return out, err
		}
		if n++; n%1000 == 0 {
			d.Report(desk.Progress{Doing: "reading", Done: n, Unit: "deals"})
		}
		folded, ok := deal.Fold(facts, asOf)
		if !ok || folded.Outcome() == throughline.Removed {
			continue
		}
		if plan := folded.Plan(); !plan.IsZero() {
			out.plans = append(out.plans, plan)
		}
		out.deals.Deal(&folded, alignment.Of(&folded.Summary, d.BookOf(&folded.Summary), norms, asOf))
	}
	return out, nil
}
