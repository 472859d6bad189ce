package operation

import (
	"cmp"
	"context"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// ListMenus gives what the menus over a list have to offer. It has no command
// of its own.
var ListMenus = define(Operation{
	Words: []string{"menus"}, Summary: "What the menus over a list have to offer", About: "Our people with deals, and the stages of open deals.",
	Examples: []string{"throughline menus"}, Effect: Reads, Permission: MayRead, NeedsStore: true,
}, listMenus)

// Menus is the answer of ListMenus.
type Menus struct {
	Sellers []OurPerson // who has deals, by name
	Stages  []InStage   // of open deals
}

// InStage is how many open deals are in a stage: by our address, or by the other
// system's word where nothing of ours matches.
type InStage struct {
	Stage   throughline.Address
	Foreign string
	Open    int
}

func listMenus(ctx context.Context, d *Desk, _ Nothing) (out Menus, err error) {
	ours, err := ListOurs.Run(ctx, d, &Nothing{})
	if err != nil {
		return out, err
	}
	out.Sellers = ours.(Ours).People
	if _, ok, err := d.Lists.Listed(ctx, &d.Desk, d.Present()); err != nil {
		return out, err
	} else if ok {
		there, err := d.Read().Stages(ctx)
		for _, s := range there {
			out.Stages = append(out.Stages, InStage(s))
		}
		return out, err
	}
	type stage struct {
		at   throughline.Address
		word string
	}
	n := map[stage]int{}
	err = d.EachSummary(ctx, d.Present(), false, func(s *deal.Summary) {
		if s.Outcome() == throughline.StillOpen {
			n[stage{s.Stage.Value.Stage, store.Folded(s.Stage.Value.Foreign)}]++
		}
	})
	for k, count := range n {
		out.Stages = append(out.Stages, InStage{Stage: k.at, Foreign: k.word, Open: count})
	}
	slices.SortFunc(out.Stages, func(a, b InStage) int {
		return cmp.Or(cmp.Compare(a.Stage, b.Stage), cmp.Compare(a.Foreign, b.Foreign))
	})
	return out, err
}

// NameAccount gives a customer's name; "" where there is none such.
var NameAccount = define(Operation{
	Words: []string{"customer", "name"}, Summary: "A customer's name", About: "For pages.", Examples: []string{"throughline customer name ID"},
	Effect: Reads, Permission: MayRead, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in NameAccountInput) (string, error) {
	id, err := throughline.ParseID(in.Account)
	if err != nil {
		return "", throughline.Fail("name customer", throughline.Invalid, cut(in.Account), err)
	}
	found, err := d.Read().Accounts(ctx, []throughline.AccountID{throughline.AccountID(id)})
	return found[throughline.AccountID(id)].Name, err
})

// NameAccountInput names a customer by id.
type NameAccountInput struct{ Account string }
