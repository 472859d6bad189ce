package operation

import (
	"context"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/mining"
)

// MineVariants is `throughline mine variants`.
var MineVariants = define(Operation{
	Words: []string{"mine", "variants"}, Route: "GET /mine/variants",
	Summary: "The ways cases go, commonest first",
	About: "Lists the different sequences of activities with how many cases took each, how these ended, how long they took, " +
		"and how many ways it takes to cover half and four fifths of the cases.",
	Examples: []string{
		"throughline mine variants",
		"throughline mine variants log.xes.gz --limit 5",
		"throughline mine variants loans.csv --won outcome=True --no-decision outcome=False --json",
	},
	Effect: Reads, Long: true, Permission: MayRead, NeedsStore: true,
}, mineVariants)

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

func mineVariants(ctx context.Context, d *Desk, in VariantsInput) (VariantList, error) {
	const op = "list variants"
	if outside(in.Limit) {
		return VariantList{}, throughline.Fail(op, throughline.Invalid, "", errNegative)
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
