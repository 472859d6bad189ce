package operation

import (
	"cmp"
	"context"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// ListOurs lists our own people: those with whom deals are. It has no command
// of its own.
var ListOurs = define(Operation{
	Words: []string{
		"ours",
	}, Summary: "Our own people", About: "Those with whom deals are, with how many are open.", Examples: []string{"throughline ours"},
	Effect: Reads, Permission: MayRead, NeedsStore: true,
}, func(ctx context.Context, d *Desk, _ Nothing) (Ours, error) {
	open, err := d.openBySeller(ctx)
	if err != nil {
		return Ours{}, err
	}
	var ids []throughline.PersonID
	for id := range open {
		ids = append(ids, id)
	}
	people, err := d.Read().People(ctx, ids)
	if err != nil {
		return Ours{}, err
	}
	out := Ours{People: []OurPerson{}}
	for id, p := range people {
		if p.Name != "" {
			out.People = append(out.People, OurPerson{p, open[id]})
		}
	}
	slices.SortFunc(out.People, func(a, b OurPerson) int { return cmp.Or(cmp.Compare(a.Name, b.Name), slices.Compare(a.ID[:], b.ID[:])) })
	return out, nil
})

// openBySeller gives how many deals of each seller are open.
func (d *Desk) openBySeller(ctx context.Context) (map[throughline.PersonID]int, error) {
	open := map[throughline.PersonID]int{}
	if _, ok, err := d.listed(ctx, d.Present()); err != nil {
		return nil, err
	} else if ok {
		sellers, err := d.Read().Sellers(ctx)
		for _, s := range sellers {
			open[s.Person] = s.Open
		}
		delete(open, throughline.PersonID{})
		return open, err
	}
	err := d.EachSummary(ctx, d.Present(), false, func(s *deal.Summary) {
		if id := s.Owner.Value; !id.IsZero() {
			open[id] += b2i(s.Outcome() == throughline.StillOpen)
		}
	})
	return open, err
}

// Ours is the answer of ListOurs.
type Ours struct {
	People []OurPerson `json:"people"`
}

// OurPerson is one of us, with how many open deals are theirs.
type OurPerson struct {
	store.Person
	Open int `json:"open"`
}

// NamePerson gives the name of one of our people; "" where there is none.
var NamePerson = define(Operation{
	Words: []string{"name"}, Summary: "A person's name", About: "For pages.", Examples: []string{"throughline name ID"},
	Effect: Reads, Permission: MayRead, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in NameInput) (string, error) {
	people, err := d.Read().People(ctx, []throughline.PersonID{in.Person})
	return people[in.Person].Name, err
})

// NameInput names a person by id.
type NameInput struct{ Person throughline.PersonID }
