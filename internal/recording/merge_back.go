package recording

import (
	"context"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// FromPlan is the source of what a customer writes on the plan.
const FromPlan = "plan"

// giveBack says again on a deal that is taken out of another what its customer
// wrote there meanwhile by links of its own plan, and takes it back on the other.
// What speaks of something that only the other deal has stays there.
func (o *Writer) giveBack(ctx context.Context, merging throughline.FactID, there []deal.Fact, taken map[throughline.FactID]throughline.FactID) error {
	id := o.Plan()
	if id.IsZero() {
		return nil
	}
	byLink := func(string) bool { return false }
	if o.Desk.ByLink != nil {
		var err error
		if byLink, err = o.Desk.ByLink(ctx, id); err != nil {
			return err
		}
	}
	only := map[throughline.FactID]bool{} // what only the other deal has
	for _, f := range there {
		only[f.ID] = taken[f.ID] == throughline.FactID{}
	}
	ids := taken
	for _, f := range deal.Live(there) {
		if _, was := taken[f.ID]; was || f.Source.System != FromPlan || !byLink(f.Source.Record) {
			continue
		}
		names, err := deal.Names(f.Body, only)
		if err != nil {
			return throughline.Fail(o.Op, throughline.Internal, f.ID.String(), err)
		}
		if names {
			continue
		}
		o.Add(Entry{Deal: f.Deal, Body: deal.Correction{Of: f.ID}})
		back := f
		if back.Body, err = deal.Renumbered(f.Body, ids); err != nil {
			return throughline.Fail(o.Op, throughline.Internal, f.ID.String(), err)
		}
		back.ID, back.Deal, back.Recorded = mergedID(merging, f.ID), o.ID, o.now
		ids[f.ID] = back.ID
		delete(only, f.ID)
		o.Batch.Facts = append(o.Batch.Facts, back)
	}
	return nil
}
