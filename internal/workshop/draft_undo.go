package workshop

import (
	"context"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/store"
)

// undo brings back the state before the last change, or that of a revision: the
// files, the stories and the offers. Words that stand beside stay, since they
// are somebody else's to decide; those that the last change decided return with it.
func (b *Bench) undo(ctx context.Context, d *Draft, to int, history []store.Draft, did *Did) error {
	last := 0
	if to == 0 {
		last = content(history, len(history))
		for last > 1 && ParseDid(history[last-1].Did).Do == keptBeside { // it changed nothing that could be taken back
			last = content(history, last-1)
		}
		to = last - 1
	}
	if to < 1 || to > len(history) {
		return throughline.Fail("undo", throughline.Invalid, "", throughline.Refuse("draft_undo", "there is nothing to take back"))
	}
	named := to
	to = content(history, named)
	was, err := ShowDraft(ctx, b, DraftInput{ID: d.ID.String(), Revision: to})
	if err != nil {
		return err
	}
	proposals := d.Beside.Proposals
	if last > 0 {
		if do := ParseDid(history[last-1].Did).Do; do == TakeProposal || do == DropProposal {
			if proposals, err = b.undecided(ctx, d, last); err != nil {
				return err
			}
		}
	}
	d.Files, d.Beside, did.To = was.Files, was.Beside, to
	d.Beside.Proposals = proposals
	if rebased(history, named) {
		d.Base = history[named-1].Base
	}
	return nil
}

// rebased reports whether the version a draft stands on changed after a revision
// otherwise than by publishing the draft: that one was made of what is returned
// to, and needs not be taken in.
func rebased(history []store.Draft, since int) bool {
	for i := since; i < len(history); i++ {
		if history[i].Base != history[i-1].Base && ParseDid(history[i].Did).Do != published {
			return true
		}
	}
	return false
}

// undecided are the words that stand beside a draft, and those that a revision
// took or put away.
func (b *Bench) undecided(ctx context.Context, d *Draft, revision int) ([]Proposal, error) {
	out := slices.Clone(d.Beside.Proposals)
	before, err := b.besideAt(ctx, d.ID, revision-1)
	if err != nil {
		return nil, err
	}
	after, err := b.besideAt(ctx, d.ID, revision)
	if err != nil {
		return nil, err
	}
	for _, p := range before.Proposals {
		same := func(q Proposal) bool { return q.ID == p.ID }
		if !slices.ContainsFunc(after.Proposals, same) && !slices.ContainsFunc(out, same) {
			out = append(out, p)
		}
	}
	return out, nil
}

func (b *Bench) besideAt(ctx context.Context, id throughline.ID, revision int) (Beside, error) {
	kept, err := b.Ledger.Draft(ctx, b.Workspace, id, revision)
	if err != nil {
		return Beside{}, err
	}
	return besideIn(kept)
}
