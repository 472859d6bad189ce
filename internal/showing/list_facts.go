package showing

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/diag"
	"github.com/throughline/throughline/internal/phrase"
)

// FactsInput names a deal of which facts are asked for.
type FactsInput struct {
	desk.View
	ID   string `arg:"" name:"id" path:"id" json:"id" help:"The deal: our id, the other system's, or the beginning of either."`
	Kind string `name:"kind" placeholder:"KIND" query:"kind" json:"kind,omitempty" help:"Only facts of this kind, such as customer_evidence."`
	desk.Paging
}

// FactList is the answer of ListFacts.
type FactList struct {
	Deal  throughline.DealID `json:"deal"`
	Facts []deal.Fact        `json:"facts"`          // oldest first
	Next  string             `json:"next,omitempty"` // the cursor of the page after it; none where it is the last

	Names phrase.Names   `json:"-"` // for the words of facts
	Zone  *time.Location `json:"-"` // whose days they have
}

// ListFacts does the work of operation.ListFacts: what is known of a deal, fact by
// fact. All pages tell what was known when the first was asked for.
func ListFacts(ctx context.Context, d *Desk, in FactsInput) (FactList, error) {
	const op = "list facts"
	walk, err := in.Walk(op, in.Instant(&d.Desk), in.AsOf, in.ID, in.Kind)
	if err != nil {
		return FactList{}, err
	}
	if in.Kind != "" {
		if !slices.Contains(deal.Kinds(), deal.Kind(in.Kind)) {
			return FactList{}, throughline.Fail(op, throughline.Invalid, desk.Short(in.Kind), diag.Unknown(in.Kind, kindWords()))
		}
	}
	id, err := d.Find(ctx, in.ID)
	if err != nil {
		return FactList{}, err
	}
	facts, err := d.Read().Facts(ctx, id)
	if err != nil {
		return FactList{}, err
	}
	folded, ok := deal.Fold(facts, walk.At)
	if !ok {
		return FactList{}, throughline.Fail(op, throughline.NotFound, in.ID,
			fmt.Errorf("nothing was known of it on %s", throughline.DayOf(walk.At, walk.At.Location())))
	}
	out := FactList{Deal: id, Facts: []deal.Fact{}, Zone: d.Days()}
	if _, out.Names, err = naming(ctx, d, folded, walk.At); err != nil {
		return FactList{}, err
	}
	for _, f := range folded.Known {
		if in.Kind == "" || string(f.Body.Kind()) == in.Kind {
			out.Facts = append(out.Facts, f)
		}
	}
	out.Facts, out.Next = desk.Cut(walk, in.Limit, out.Facts, func(f deal.Fact) []desk.Key {
		return []desk.Key{desk.Num(f.When().UnixMicro()), desk.Num(f.Learned.UnixMicro()), desk.Num(int64(f.Turn)), desk.Word(f.ID.String())}
	})
	return out, nil
}

func kindWords() (out []string) {
	for _, k := range deal.Kinds() {
		out = append(out, string(k))
	}
	return out
}
