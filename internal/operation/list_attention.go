package operation

import (
	"context"
	"time"

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
	Owner string `name:"owner" placeholder:"NAME" query:"owner" json:"owner,omitempty" help:"Only deals of this seller: a name, part of one, or our id."`
	Limit int    `name:"limit" short:"n" placeholder:"N" default:"20" query:"limit" json:"limit,omitempty" help:"How many to show; 0 shows all."`
}

// Attention is the answer of ListAttention.
type Attention struct {
	AsOf throughline.Day `json:"as_of"`
	Tally
	Norms  alignment.Norms `json:"norms"`
	Asking int             `json:"asking"`          // deals with any reason
	Newest throughline.Day `json:"newest,omitzero"` // the newest day any fact speaks of
	Rows   []DealRow       `json:"rows"`

	Behind time.Time `json:"-"` // since when it lacks what another program wrote; zero: it lacks nothing
}

func listAttention(ctx context.Context, d *Desk, in AttentionInput) (Attention, error) {
	if outside(in.Limit) {
		return Attention{}, throughline.Fail("list attention", throughline.Invalid, "", errNegative)
	}
	asOf := in.instant(d)
	out, ok, err := attentionFromBoard(ctx, d, asOf, in)
	if !ok {
		out, err = attentionFromLedger(ctx, d, asOf, in)
	}
	if err == nil {
		err = recall(ctx, d, out.Rows)
	}
	return out, err
}

func attentionFromBoard(ctx context.Context, d *Desk, asOf time.Time, in AttentionInput) (Attention, bool, error) {
	found, ok := d.Board.ask(d, asOf, DealsInput{View: in.View, Owner: in.Owner, Sort: "attention", Limit: in.Limit}, true)
	if !ok {
		return Attention{}, false, nil
	}
	out := Attention{AsOf: throughline.DayOf(asOf, asOf.Location()), Tally: found.Tally, Norms: found.norms, Asking: found.asking, Newest: found.newest, Behind: found.behind}
	var err error
	out.Rows, err = fromBoard(ctx, d, asOf, found)
	return out, true, err
}

func attentionFromLedger(ctx context.Context, d *Desk, asOf time.Time, in AttentionInput) (Attention, error) {
	newest := throughline.Day{}
	o, err := survey(ctx, d, asOf, true, func(s *deal.Summary) bool {
		if day := throughline.DayOf(s.Horizon, d.Days()); day.Compare(newest) > 0 {
			newest = day
		}
		return holds(s)
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
	out := Attention{AsOf: throughline.DayOf(asOf, asOf.Location()), Tally: o.Tally, Norms: o.norms, Asking: asking, Newest: newest}
	out.Rows, err = rows(ctx, d, o.norms, asOf, page(chosen[:asking], 0, in.Limit))
	return out, err
}
