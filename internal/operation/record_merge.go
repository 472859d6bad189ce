package operation

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// RecordMerge is `throughline record merge`.
var RecordMerge = define(Operation{
	Words: []string{"record", "merge"}, Route: "POST /deals/{id}/merge",
	Summary: "Two deals are one: take the other's facts in",
	About: "Where one purchase was opened twice, this one stays and the other leaves every list and count. What the customer said and did there, the people, " +
		"steps, promises and notes are told here too, with their own days, sources and authors. Title, customer, owner, stage, amount, close date, class " +
		"and strategy stay those of this deal. " +
		"Nothing is changed in the other's ledger, and record unmerge takes all of it apart again.",
	Examples: []string{"throughline record merge 1C1I7A6R 2Q8M4B0X"},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in MergeInput) (Recorded, error) {
	return one(ctx, d, "merge deals", in.Writing, func(o *opened) error { return o.merge(ctx, in.Other) })
})

// MergeInput names the other deal.
type MergeInput struct {
	Writing
	Other string `arg:"" name:"other" json:"other" help:"The deal that is taken in: an id, the other system's, or the beginning of either."`
}

// RecordUnmerge is `throughline record unmerge`.
var RecordUnmerge = define(Operation{
	Words: []string{"record", "unmerge"}, Route: "POST /deals/{id}/unmerge",
	Summary: "They were two deals after all",
	About: "Takes a merging back: the deal comes back on the lists, and what was taken over from it counts no longer on the other. " +
		"What was written there since stays there, except for what the customer wrote by links of this deal's plan: that goes with it. The links follow the merging and its undoing.",
	Examples: []string{"throughline record unmerge 2Q8M4B0X"},
	Effect:   Writes, Permission: MayWrite, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in UnmergeInput) (Recorded, error) {
	return one(ctx, d, "take merging back", in.Writing, func(o *opened) error { return o.unmerge(ctx) })
})

// UnmergeInput names the deal that was taken in.
type UnmergeInput struct {
	Writing
}

// mergedID is the id that a fact has on the deal which took its deal in. It
// follows from the merging and the fact, so that taking apart finds it again.
func mergedID(merging, f throughline.FactID) throughline.FactID {
	at := throughline.TimeOf(throughline.ID(merging))
	return throughline.FactID(throughline.KeyedID(at, "merged", throughline.ID(merging).String(), throughline.ID(f).String()))
}

func (o *opened) merge(ctx context.Context, word string) error {
	if strings.TrimSpace(word) == "" {
		return o.bad("", throughline.Refuse("merge_which", "which deal is the same as this one?"))
	}
	other, err := begin(ctx, o.desk, o.op, Writing{ID: lastOf(word)})
	if err != nil {
		return err
	}
	switch {
	case other.id == o.id:
		return o.bad(word, throughline.Refuse("merge_self", "this is the same deal already"))
	case other.Outcome() == throughline.Removed || o.Outcome() == throughline.Removed:
		return o.bad(word, throughline.Refuse("merge_gone", "one of the two is on no list any more; it can be brought back first"))
	}
	merging := o.add(entry{deal: other.id, body: deal.Linked{To: o.id, As: deal.MergedInto}})
	o.add(entry{deal: other.id, body: deal.Ended{Outcome: throughline.Removed, Foreign: deal.ByMerging}})
	o.add(entry{body: deal.Linked{To: other.id, As: deal.TookIn}})
	ids := map[throughline.FactID]throughline.FactID{}
	moving := slices.DeleteFunc(slices.Clone(deal.Live(other.facts)), func(f deal.Fact) bool { return !f.Body.Kind().Moves() })
	for _, f := range moving {
		ids[f.ID] = mergedID(merging, f.ID)
	}
	for _, f := range moving {
		if f.Body, err = deal.Renumbered(f.Body, ids); err != nil {
			return throughline.Fail(o.op, throughline.Internal, f.ID.String(), err)
		}
		f.ID, f.Deal, f.Recorded = ids[f.ID], o.id, o.now
		o.batch.Facts = append(o.batch.Facts, f)
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

func (o *opened) unmerge(ctx context.Context) error {
	links := o.OfKind(deal.KindLinked)
	i := slices.IndexFunc(links, func(f deal.Fact) bool { return f.Body.(deal.Linked).As == deal.MergedInto })
	if i < 0 {
		return o.bad("", throughline.Refuse("not_merged", "this deal was taken into no other"))
	}
	merging := links[i]
	into := merging.Body.(deal.Linked).To
	there, err := o.desk.Read().Facts(ctx, into)
	if err != nil {
		return err
	}
	back := func(of deal.Fact) { o.add(entry{deal: of.Deal, body: deal.Correction{Of: of.ID}}) }
	back(merging)
	for _, f := range o.OfKind(deal.KindEnded) {
		if e := f.Body.(deal.Ended); e.Outcome == throughline.Removed && e.Foreign == deal.ByMerging {
			back(f)
		}
	}
	taken := map[throughline.FactID]throughline.FactID{}
	for _, f := range o.facts {
		taken[mergedID(merging.ID, f.ID)] = f.ID
	}
	if err := o.giveBack(ctx, merging.ID, there, maps.Clone(taken)); err != nil {
		return err
	}
	for _, f := range deal.Live(there) {
		l, is := f.Body.(deal.Linked)
		if _, was := taken[f.ID]; was || is && l.As == deal.TookIn && l.To == o.id {
			back(f)
		}
	}
	return nil
}
