package learning

import (
	"context"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/mining"
)

// VariantsInput says of which history to list the variants.
type VariantsInput struct {
	HistoryInput
	Limit int `name:"limit" short:"n" placeholder:"N" default:"20" query:"limit" json:"limit,omitempty" help:"How many to show; 0 shows all. With --json the default is all."`
}

// JSONDefaults makes a program's answer whole unless it asks for a part.
func (in *VariantsInput) JSONDefaults(given func(flag string) bool) {
	if !given("limit") {
		in.Limit = 0
	}
}

// VariantList is the answer of MineVariants.
type VariantList struct {
	Origin
	mining.Ways
}

// MineVariants lists the ways cases go.
func MineVariants(ctx context.Context, d *Learner, in VariantsInput) (VariantList, error) {
	const op = "list variants"
	if desk.Outside(in.Limit) {
		return VariantList{}, throughline.Fail(op, throughline.Invalid, "", desk.ErrLimit)
	}
	h, err := d.history(ctx, op, in.HistoryInput)
	if err != nil {
		return VariantList{}, err
	}
	out := VariantList{Origin: h.Origin}
	if h.log != nil {
		out.Ways = mining.Variants(h.log, h.sel, h.end, in.Limit)
	}
	return out, nil
}
