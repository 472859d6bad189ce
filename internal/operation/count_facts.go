package operation

import (
	"context"

	"github.com/throughline/throughline"
)

// CountFacts tells how many facts count for a deal: what a page that is open
// asks to know whether it has grown old. It has no command of its own.
var CountFacts = define(Operation{
	Words:   []string{"count"},
	Summary: "How many facts a deal has", About: "For pages that are open.", Examples: []string{"throughline count 1C1I7A6R"},
	Effect: Reads, Permission: MayRead, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in CountInput) (Counted, error) {
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
})

// CountInput names the deal.
type CountInput struct {
	ID string `arg:"" name:"id" json:"id" help:"The deal."`
}

// Counted is the answer of CountFacts.
type Counted struct {
	Deal  throughline.DealID `json:"deal"`
	Facts int                `json:"facts"`
}
