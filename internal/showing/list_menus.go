package showing

import (
	"cmp"
	"context"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/store"
)

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

// ListMenus does the work of operation.ListMenus: what the menus over a list have to offer.
func ListMenus(ctx context.Context, d *Desk, _ desk.Nothing) (out Menus, err error) {
	ours, err := ListOurs(ctx, d, desk.Nothing{})
	if err != nil {
		return out, err
	}
	out.Sellers = ours.People
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

// NameAccount does the work of operation.NameAccount: a customer's name.
func NameAccount(ctx context.Context, d *Desk, in NameAccountInput) (string, error) {
	id, err := throughline.ParseID(in.Account)
	if err != nil {
		return "", throughline.Fail("name customer", throughline.Invalid, desk.Short(in.Account), err)
	}
	if seen, err := d.Read().SeesAccount(ctx, throughline.AccountID(id)); err != nil || !seen {
		return "", err
	}
	found, err := d.Read().Accounts(ctx, []throughline.AccountID{throughline.AccountID(id)})
	return found[throughline.AccountID(id)].Name, err
}

// NameAccountInput names a customer by id.
type NameAccountInput struct {
	Account string `json:"account"`
}
