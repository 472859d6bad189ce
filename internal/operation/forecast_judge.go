package operation

import (
	"context"
	"errors"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/forecasting"
	"github.com/throughline/throughline/internal/phrase"
)

// JudgeForecast is `throughline forecast judge`.
var JudgeForecast = define(Operation{
	Words: []string{"forecast", "judge"}, Route: "POST /forecast/deals/{id}/category",
	Summary: "Say what you take a deal for: commit, best case",
	About: "Keeps a person's own forecast category beside the computed chances, which it does not change. The newest one holds, whether it was " +
		"said here or came with an import; none takes it back. A deal to which nothing came from the customer, only our own reading, can be " +
		"called a commit only with a --reason, which is then shown wherever the category is.",
	Examples: []string{"throughline forecast judge 1C1I7A6R best_case",
		"throughline forecast judge 1C1I7A6R commit --reason 'Their managing director gave me her hand on it'",
		"throughline forecast judge 1C1I7A6R none"},
	Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in JudgeInput) (Recorded, error) {
	p := phrase.For(d.Language)
	return one(ctx, d, "judge forecast", in.Writing, func(o *opened) error {
		category, ok := forecasting.ReadCategory(in.Category)
		if !ok {
			known := []string{"none"}
			for _, c := range deal.Categories() {
				known = append(known, string(c))
			}
			return o.bad(in.Category, diag.Unknown(in.Category, known))
		}
		reason, err := o.words("the reason", in.Reason, false)
		if err != nil {
			return err
		}
		if o.Facts > 0 && o.Outcome() != throughline.StillOpen {
			return throughline.Fail(o.op, throughline.Conflict, in.ID, errors.New(p.Say("forecast.judge_ended")))
		}
		if category == deal.Commit && !o.FromCustomer() && reason == "" {
			return o.bad("", errReason{p.Say("forecast.judge_reason_needed")})
		}
		o.lint(reason)
		o.add(entry{body: deal.Judged{Category: category, Reason: reason}})
		return nil
	})
})

// JudgeInput says what a deal is taken for.
type JudgeInput struct {
	Writing
	Category string `arg:"" name:"category" json:"category" help:"commit, best_case, pipeline, omitted; none takes it back."`
	Reason   string `name:"reason" placeholder:"WORDS" json:"reason,omitempty" help:"Why; needed for a commit to which nothing came from the customer."`
}

// Judgement is a deal's category as it stands.
type Judgement struct {
	Deal     throughline.DealID      `json:"id"`
	Title    string                  `json:"title,omitempty"`
	Category forecasting.Categorised `json:"category"`
}

// errReason asks for the reason of a commit that nothing bears out.
type errReason struct{ words string }

func (e errReason) Error() string { return e.words }

// NeedsReason reports whether an error asks for the reason of a commit.
func NeedsReason(err error) bool {
	var e errReason
	return errors.As(err, &e)
}

// DealCategory gives what people take a deal for; its page shows it. It is no
// command of its own.
var DealCategory = define(Operation{
	Words: []string{"forecast", "category"}, Summary: "What people take a deal for", Effect: Reads, Permission: MayRead, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in DealInput) (Judgement, error) {
	id, err := d.Find(ctx, in.ID)
	if err != nil {
		return Judgement{}, err
	}
	facts, err := d.Read().Facts(ctx, id)
	if err != nil {
		return Judgement{}, err
	}
	folded, ok := deal.Fold(facts, in.Instant(&d.Desk))
	if !ok {
		return Judgement{Deal: id}, nil
	}
	return Judgement{Deal: id, Category: forecasting.CategoryNow(&folded.Summary, d.Days())}, nil
})
