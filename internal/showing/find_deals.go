package showing

import (
	"context"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/intake/spelling"
)

// FindInput is what was typed so far, and how many deals fit on the screen.
type FindInput struct {
	Words string `arg:"" name:"words" json:"words" help:"The beginning of a title, a customer or an id."`
	Limit int    `name:"limit" default:"8" json:"limit" help:"How many to show."`
}

// FoundDeals is the answer of FindDeals. The rows have names and how the deal
// ended, and no reading.
type FoundDeals struct {
	Rows []DealRow `json:"rows"`
}

// FindDeals does the work of operation.FindDeals: deals that a few words may mean.
func FindDeals(ctx context.Context, d *Desk, in FindInput) (FoundDeals, error) {
	if in.Limit < 1 {
		return FoundDeals{}, throughline.Fail("find deals", throughline.Invalid, "", desk.ErrLimit)
	}
	ids, ok, err := d.findListed(ctx, in.Words, in.Limit)
	if err != nil {
		return FoundDeals{}, err
	}
	if !ok {
		if ids, err = d.Read().FindDeals(ctx, in.Words, in.Limit); err != nil {
			return FoundDeals{}, err
		}
	}
	if other := spelling.OtherID(strings.TrimSpace(in.Words)); len(ids) == 0 && other != "" {
		var err error
		if ids, err = d.Read().FindDeals(ctx, other, in.Limit); err != nil {
			return FoundDeals{}, err
		}
	}
	found, err := d.Read().SummariesOf(ctx, ids)
	if err != nil {
		return FoundDeals{}, err
	}
	some := make([]*deal.Summary, len(found))
	for i := range found {
		some[i] = &found[i]
	}
	n, err := d.NamesOf(ctx, some)
	if err != nil {
		return FoundDeals{}, err
	}
	out := FoundDeals{Rows: make([]DealRow, len(some))}
	for i, s := range some {
		out.Rows[i] = DealRow{
			ID:      s.Deal,
			Title:   s.Title.Value,
			Account: n.Accounts[s.Account.Value].Name,
			Owner:   n.People[s.Owner.Value].Name,
			Outcome: s.Outcome().Word(),
		}
		if f := n.Foreign[throughline.ID(s.Deal)]; len(f) > 0 {
			out.Rows[i].Foreign = f[0].Foreign
		}
	}
	return out, nil
}
