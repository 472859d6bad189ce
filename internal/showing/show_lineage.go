package showing

import (
	"context"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/blend"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
)

// Lineage is the answer of ShowLineage.
type Lineage struct {
	Links      []LinkedDeal  `json:"links"`                // oldest first
	Conversion *blend.Reason `json:"conversion,omitempty"` // why a small deal asks for a larger one; nil where it does not, or has one
}

// LinkedDeal is a deal at the other end of a link.
type LinkedDeal struct {
	Named
	As      string             `json:"as"` // what this deal is to the other: land, expand, renew
	On      throughline.Day    `json:"on"`
	Class   throughline.Class  `json:"class"`
	Outcome string             `json:"outcome"`
	Fact    throughline.FactID `json:"fact"`
}

// ShowLineage does the work of operation.ShowLineage: what a deal grew out of, and what it may grow into.
func ShowLineage(ctx context.Context, d *Desk, in DealInput) (Lineage, error) {
	out := Lineage{Links: []LinkedDeal{}}
	id, err := d.Find(ctx, in.ID)
	if err != nil {
		return out, err
	}
	facts, err := d.Read().Facts(ctx, id)
	if err != nil {
		return out, err
	}
	folded, ok := deal.Fold(facts, in.Instant(&d.Desk))
	if !ok {
		return out, nil
	}
	var ids []throughline.DealID
	landed := false
	links := folded.OfKind(deal.KindLinked)
	for _, f := range links {
		b := f.Body.(deal.Linked)
		ids = append(ids, b.To)
		landed = landed || b.As == "land"
	}
	if why, asks := blend.Conversion(&folded.Summary, d.Days()); asks && !landed {
		out.Conversion = &why
	}
	if len(ids) == 0 {
		return out, nil
	}
	found, err := d.Read().SummariesOf(ctx, desk.Distinct(ids))
	if err != nil {
		return out, err
	}
	for _, f := range links {
		b := f.Body.(deal.Linked)
		for i := range found {
			if s := &found[i]; s.Deal == b.To {
				class := s.Class.Value
				if class == "" {
					class = throughline.Unclassified
				}
				out.Links = append(out.Links, LinkedDeal{Named: Named{s.Deal, s.Title.Value}, As: b.As, On: throughline.DayOf(f.When(), d.Days()),
					Class: class, Outcome: s.Outcome().Word(), Fact: f.ID})
			}
		}
	}
	return out, nil
}
