package recording

import (
	"context"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// FromPlan is the source of what a customer writes on the plan.
const FromPlan = "plan"

// giveBack says again on a deal that is taken out of another what its customer
// wrote there meanwhile by links of its own plan, and takes it back on the other.
// What speaks of something that only the other deal has stays there.
func (o *Writer) giveBack(ctx context.Context, merging throughline.FactID, there []deal.Fact, taken map[throughline.FactID]throughline.FactID) error {
	byLink, err := o.byLinks(ctx)
	if err != nil {
		return err
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
		back.ID, back.Deal, back.Recorded = deal.MergedID(merging, f.ID), o.ID, o.now
		ids[f.ID] = back.ID
		delete(only, f.ID)
		o.Batch.Facts = append(o.Batch.Facts, back)
	}
	return nil
}

// byLinks tells by its record whether something was written by a link of the
// plan of this deal, or of one that it took in: those open what this one is told by.
func (o *Writer) byLinks(ctx context.Context) (func(record string) bool, error) {
	var all []func(string) bool
	seen := map[throughline.DealID]bool{}
	var gather func(at deal.Deal) error
	gather = func(at deal.Deal) error {
		if seen[at.Deal] {
			return nil
		}
		seen[at.Deal] = true
		if id := at.Plan(); !id.IsZero() && o.Desk.ByLink != nil {
			by, err := o.Desk.ByLink(ctx, id)
			if err != nil {
				return err
			}
			all = append(all, by)
		}
		for _, in := range deal.TakenIn(at.Known) {
			facts, err := o.Desk.Whole().Read().Facts(ctx, in)
			if err != nil {
				return err
			}
			taken, _ := deal.Fold(facts, o.now)
			if err := gather(taken); err != nil {
				return err
			}
		}
		return nil
	}
	err := gather(o.Deal)
	return func(record string) bool {
		return slices.ContainsFunc(all, func(by func(string) bool) bool { return by(record) })
	}, err
}

// takenBackThere takes back here what was taken back of it on the other deal
// while that one told both, by whomever: it was said of what is this deal's.
func (o *Writer) takenBackThere(merging throughline.FactID, there []deal.Fact, taken map[throughline.FactID]throughline.FactID) {
	counts := map[throughline.FactID]bool{}
	for _, f := range deal.Live(o.Written) {
		counts[f.ID] = true
	}
	for _, f := range deal.Live(there) {
		c, is := f.Body.(deal.Correction)
		if of := taken[c.Of]; is && counts[of] {
			counts[of] = false
			back := f
			back.ID, back.Deal, back.Recorded = deal.MergedID(merging, f.ID), o.ID, o.now
			back.Body = deal.Correction{Of: of, Reason: c.Reason}
			o.Batch.Facts = append(o.Batch.Facts, back)
		}
	}
}

// whole refuses what would leave two deals half merged: a deal that another one
// tells is opened, and ended, by nothing but taking the two apart, and that is
// one act.
func (o *Writer) whole() error {
	if o.apart {
		return nil
	}
	_, merged := deal.Merging(o.OfKind(deal.KindLinked))
	merging := map[throughline.FactID]bool{} // facts of a merging, and what took them back
	for _, f := range o.Written {
		merging[f.ID] = f.OfMerging()
	}
	for _, f := range o.Written {
		if c, is := f.Body.(deal.Correction); is && merging[c.Of] {
			merging[f.ID] = true
		}
	}
	for _, f := range o.Batch.Facts {
		if f.Deal != o.ID {
			continue
		}
		switch b := f.Body.(type) {
		case deal.Resumed, deal.Ended:
			if merged && !f.OfMerging() {
				return o.Bad("", throughline.Refuse("merge_told", "another deal tells this one now; take the two apart first: throughline record unmerge"))
			}
		case deal.Correction:
			if merging[b.Of] {
				return o.Bad("", throughline.Refuse("merge_whole",
					"merging two deals, and taking them apart, is each one act: throughline record unmerge takes them apart, throughline record merge makes them one"))
			}
		}
	}
	return nil
}
