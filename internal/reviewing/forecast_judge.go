package reviewing

import (
	"context"
	"errors"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/forecasting"
	"github.com/throughline/throughline/internal/phrase"
	"github.com/throughline/throughline/internal/recording"
	"github.com/throughline/throughline/internal/showing"
)

// JudgeForecast does the work of operation.JudgeForecast: say what you take a deal for: commit, best case.
func JudgeForecast(ctx context.Context, d *Desk, in JudgeInput) (recording.Recorded, error) {
	p := phrase.For(d.Language)
	return recording.Write(ctx, d.recording(), "judge forecast", in.Writing, func(o *recording.Writer) error {
		category, ok := forecasting.ReadCategory(in.Category)
		if !ok {
			known := []string{"none"}
			for _, c := range deal.Categories() {
				known = append(known, string(c))
			}
			return o.Bad(in.Category, diag.Unknown(in.Category, known))
		}
		reason, err := o.Words("the reason", in.Reason, false)
		if err != nil {
			return err
		}
		if o.Facts > 0 && o.Outcome() != throughline.StillOpen {
			return throughline.Fail(o.Op, throughline.Conflict, in.ID, errors.New(p.Say("forecast.judge_ended")))
		}
		if category == deal.Commit && !o.FromCustomer() && reason == "" {
			return o.Bad("", errReason{p.Say("forecast.judge_reason_needed")})
		}
		o.Lint(reason)
		o.Add(recording.Entry{Body: deal.Judged{Category: category, Reason: reason}})
		return nil
	})
}

// JudgeInput says what a deal is taken for.
type JudgeInput struct {
	recording.Writing
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

// DealCategory does the work of operation.DealCategory: what people take a deal for.
func DealCategory(ctx context.Context, d *Desk, in showing.DealInput) (Judgement, error) {
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
}
