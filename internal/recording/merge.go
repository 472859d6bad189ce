package recording

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// RecordMerge does the work of operation.RecordMerge: two deals are one: take the other's facts in.
func RecordMerge(ctx context.Context, d *Desk, in MergeInput) (Recorded, error) {
	return Write(ctx, d, "merge deals", in.Writing, func(o *Writer) error { return o.merge(ctx, in.Other) })
}

// MergeInput names the other deal.
type MergeInput struct {
	Writing
	Other string `arg:"" name:"other" json:"other" help:"The deal that is taken in: an id, the other system's, or the beginning of either."`
}

// RecordUnmerge does the work of operation.RecordUnmerge: they were two deals after all.
func RecordUnmerge(ctx context.Context, d *Desk, in UnmergeInput) (Recorded, error) {
	return Write(ctx, d, "take merging back", in.Writing, func(o *Writer) error { return o.unmerge(ctx) })
}

// UnmergeInput names the deal that was taken in.
type UnmergeInput struct {
	Writing
}

func (o *Writer) merge(ctx context.Context, word string) error {
	if strings.TrimSpace(word) == "" {
		return o.Bad("", throughline.Refuse("merge_which", "which deal is the same as this one?"))
	}
	other, err := begin(ctx, o.Desk, o.Op, Writing{ID: lastOf(word)})
	if err != nil {
		return err
	}
	switch {
	case other.ID == o.ID:
		return o.Bad(word, throughline.Refuse("merge_self", "this is the same deal already"))
	case other.Outcome() == throughline.Removed || o.Outcome() == throughline.Removed:
		return o.Bad(word, throughline.Refuse("merge_gone", "one of the two is on no list any more; it can be brought back first"))
	}
	merging := o.Add(Entry{Deal: other.ID, Body: deal.Linked{To: o.ID, As: deal.MergedInto}})
	o.Add(Entry{Deal: other.ID, Body: deal.Ended{Outcome: throughline.Removed, Foreign: deal.ByMerging}})
	o.Add(Entry{Body: deal.Linked{To: other.ID, As: deal.TookIn}})
	ids := map[throughline.FactID]throughline.FactID{}
	moving := slices.DeleteFunc(slices.Clone(deal.Live(other.Written)), func(f deal.Fact) bool { return !f.Body.Kind().Moves() })
	for _, f := range moving {
		ids[f.ID] = deal.MergedID(merging, f.ID)
	}
	for _, f := range moving {
		if f.Body, err = deal.Renumbered(f.Body, ids); err != nil {
			return throughline.Fail(o.Op, throughline.Internal, f.ID.String(), err)
		}
		f.ID, f.Deal, f.Recorded = ids[f.ID], o.ID, o.now
		o.Batch.Facts = append(o.Batch.Facts, f)
	}
	return nil
}

// lastOf takes the id out of a deal's address, where somebody pasted one.
func lastOf(word string) string {
	word = strings.TrimSpace(word)
	if _, after, ok := strings.Cut(word, "/deals/"); ok {
		word, _, _ = strings.Cut(after, "/")
		word, _, _ = strings.Cut(word, "?")
		word, _, _ = strings.Cut(word, "#")
	}
	return word
}

func (o *Writer) unmerge(ctx context.Context) error {
	merging, merged := deal.Merging(o.OfKind(deal.KindLinked))
	if !merged {
		return o.Bad("", throughline.Refuse("not_merged", "this deal was taken into no other"))
	}
	into := merging.Body.(deal.Linked).To
	there, err := o.Desk.Whole().Read().Facts(ctx, into) // taken apart on both sides, or on none
	if err != nil {
		return err
	}
	if _, further := deal.Merging(deal.Live(there)); further { // it holds copies of what is copied here
		return o.Bad("", throughline.Refuse("unmerge_order",
			"the deal that took this one in was itself taken into another since; take that one apart first (throughline record unmerge %s), then this one",
			"deal", into.String()))
	}
	o.apart = true
	back := func(of deal.Fact) { o.Add(Entry{Deal: of.Deal, Body: deal.Correction{Of: of.ID}}) }
	back(merging)
	for _, f := range o.OfKind(deal.KindEnded) {
		if e := f.Body.(deal.Ended); e.Outcome == throughline.Removed && e.Foreign == deal.ByMerging {
			back(f)
		}
	}
	taken := map[throughline.FactID]throughline.FactID{}
	for _, f := range o.Written {
		taken[deal.MergedID(merging.ID, f.ID)] = f.ID
	}
	o.takenBackThere(merging.ID, there, taken)
	if err := o.giveBack(ctx, merging.ID, there, maps.Clone(taken)); err != nil {
		return err
	}
	for _, f := range deal.Live(there) {
		l, is := f.Body.(deal.Linked)
		if _, was := taken[f.ID]; was || is && l.As == deal.TookIn && l.To == o.ID {
			back(f)
		}
	}
	return nil
}
