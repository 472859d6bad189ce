package showing

import (
	"context"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
)

// AttentionInput says whose deals to order and how many to show.
type AttentionInput struct {
	desk.View
	Owner string `name:"owner" placeholder:"NAME" query:"owner" json:"owner,omitempty" help:"Only deals of this seller: a name, part of one, or our id."`
	Limit int    `name:"limit" short:"n" placeholder:"N" default:"20" query:"limit" json:"limit,omitempty" help:"How many to show; 0 shows all."`
	desk.Onward
}

// Attention is the answer of ListAttention.
type Attention struct {
	AsOf throughline.Day `json:"as_of"`
	desk.Tally
	Calls
	Norms  alignment.Norms `json:"norms"`
	Newest throughline.Day `json:"newest,omitzero"` // the newest day any fact speaks of
	Rows   []DealRow       `json:"rows"`
	Next   string          `json:"next,omitempty"`     // the cursor of the page after it; none where it is the last
	Found  diag.Findings   `json:"findings,omitempty"` // names of the filter that are nobody's

	Behind time.Time `json:"-"` // since when it lacks what another program wrote; zero: it lacks nothing
}

// Findings gives what is to be said about the filter.
func (a Attention) Findings() diag.Findings { return a.Found }

// ListAttention does the work of operation.ListAttention: what to look at first, and why.
func ListAttention(ctx context.Context, d *Desk, in AttentionInput) (Attention, error) {
	if desk.Outside(in.Limit) {
		return Attention{}, throughline.Fail("list attention", throughline.Invalid, "", desk.ErrLimit)
	}
	l, err := ListDeals(ctx, d, DealsInput{View: in.View, Owner: in.Owner, Asking: true, Sort: "attention", Limit: in.Limit, Onward: in.Onward})
	if err != nil {
		return Attention{}, err
	}
	return Attention{
		AsOf:   l.AsOf,
		Tally:  l.Tally,
		Calls:  *l.Calls,
		Norms:  l.Norms,
		Newest: l.Newest,
		Rows:   l.Rows,
		Next:   l.Next,
		Found:  l.Found,
		Behind: l.Behind,
	}, nil
}
