package showing

import (
	"context"

	"github.com/throughline/throughline"
)

// CountFacts does the work of operation.CountFacts: how many facts a deal has.
func CountFacts(ctx context.Context, d *Desk, in CountInput) (Counted, error) {
	id, err := throughline.ParseID(in.ID)
	deal := throughline.DealID(id)
	if err != nil {
		if deal, err = d.Find(ctx, in.ID); err != nil {
			return Counted{}, err
		}
	}
	found, err := d.Read().SummariesOf(ctx, []throughline.DealID{deal})
	if err != nil {
		return Counted{}, err
	}
	if len(found) == 0 {
		return Counted{}, throughline.Fail("count facts", throughline.NotFound, in.ID, nil)
	}
	return Counted{Deal: deal, Facts: found[0].Facts}, nil
}

// CountInput names the deal.
type CountInput struct {
	ID string `arg:"" name:"id" json:"id" help:"The deal."`
}

// Counted is the answer of CountFacts.
type Counted struct {
	Deal  throughline.DealID `json:"deal"`
	Facts int                `json:"facts"`
}
