package operation

import (
	"context"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
)

// ListAttention is `throughline attention`: what to look at first, and why.
var ListAttention = define(Operation{
	Words: []string{"attention"}, Route: "GET /attention",
	Summary: "What to look at first, and why",
	About: "Orders open deals by the reasons to look at them: questions that were reopened, customers gone silent, " +
		"deals in which we run ahead of the customer, dates without answers. The reasons come first; the weight only orders.",
	Examples: []string{"throughline attention", "throughline attention --owner maria --limit 10", "throughline attention --json"},
	Effect:   Reads, Permission: MayRead, NeedsStore: true,
}, listAttention)

// AttentionInput says whose deals to order and how many to show.
type AttentionInput struct {
	View
	Owner string `name:"owner" placeholder:"NAME" query:"owner" json:"owner,omitempty" help:"Only deals of this seller."`
	Limit int    `name:"limit" short:"n" placeholder:"N" default:"20" query:"limit" json:"limit,omitempty" help:"How many to show; 0 shows all."`
}

// Attention is the answer of ListAttention.
type Attention struct {
	AsOf throughline.Day `json:"as_of"`
	Tally
	Norms  alignment.Norms `json:"norms"`
	Asking int             `json:"asking"` // deals with any reason
	Rows   []DealRow       `json:"rows"`
}

func listAttention(ctx context.Context, d *Desk, in AttentionInput) (Attention, error) {
	if in.Limit < 0 {
		return Attention{}, throughline.Fail("list attention", throughline.Invalid, "", errNegative)
	}
	asOf := in.instant(d)
	o, err := survey(ctx, d, asOf, true, func(s *deal.Summary) bool {
		return s.Outcome() == throughline.StillOpen || s.Outcome() == throughline.Postponed
	})
	if err != nil {
		return Attention{}, err
	}
	chosen, err := ownedBy(ctx, d, in.Owner, o.kept)
	if err != nil {
		return Attention{}, err
	}
	chosen = byAttention(d, o.norms, asOf, chosen)
	asking := len(chosen)
	for asking > 0 && len(alignment.Of(chosen[asking-1], d.bookOf(chosen[asking-1]), o.norms, asOf).Reasons) == 0 {
		asking--
	}
	out := Attention{AsOf: throughline.DayOf(asOf), Tally: o.Tally, Norms: o.norms, Asking: asking}
	out.Rows, err = rows(ctx, d, o.norms, asOf, page(chosen[:asking], 0, in.Limit))
	return out, err
}
