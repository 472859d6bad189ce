package recording

import (
	"context"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/phrase"
)

// Change is what became of a deal by what was recorded just now.
type Change struct {
	phrase.Change
	Strategy bool `json:"strategy,omitempty"` // it has a strategy, which may have to change with it
}

// changed compares the deal with and without what was added.
func (o *Writer) changed(ctx context.Context) (out Change, err error) {
	norms, err := o.Desk.Lists.Norms(ctx, &o.Desk.Desk, o.now)
	if err != nil {
		return out, err
	}
	all := slices.Clone(o.Written)
	for _, f := range o.Batch.Facts {
		if f.Deal == o.ID {
			all = append(all, f)
			out.Facts++
		}
	}
	now, _ := deal.Fold(all, o.now)
	now.Deal = o.ID
	was, is := alignment.Of(&o.Summary, o.book, norms, o.now), alignment.Of(&now.Summary, o.book, norms, o.now)
	for _, p := range o.Batch.People {
		if _, known := o.People[o.Same.Of(p.ID)]; !known {
			out.New = append(out.New, p.Name)
		}
	}
	for i, p := range is.Phases {
		if p.Shown && p.State != was.Phases[i].State {
			out.Moved = append(out.Moved, phrase.Moved{Phase: p.Phase, To: p.State})
		}
	}
	if is.Outcome != was.Outcome {
		out.Ended = now.End.Value
		return out, nil
	}
	if at := is.Phase(is.Firm); is.Firm.Known() && !slices.ContainsFunc(out.Moved, func(m phrase.Moved) bool { return m.Phase == is.Firm }) {
		out.Still = is.Firm
		if at.People > 0 && at.People < at.NeedPeople {
			out.Lacks = at.NeedPeople - at.People
		}
	}
	out.Strategy = now.Bet.Set() && is.Outcome == throughline.StillOpen
	return out, nil
}
