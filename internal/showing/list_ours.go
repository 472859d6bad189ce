package showing

import (
	"cmp"
	"context"
	"slices"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/store"
)

// ListOurs does the work of operation.ListOurs: our own people.
func ListOurs(ctx context.Context, d *Desk, _ desk.Nothing) (Ours, error) {
	open, err := d.Lists.OpenBySeller(ctx, &d.Desk)
	if err != nil {
		return Ours{}, err
	}
	all, err := d.Lists.OpenBySeller(ctx, d.Whole()) // who our people are is everybody's to know, not how many deals they have
	if err != nil {
		return Ours{}, err
	}
	var ids []throughline.PersonID
	for id := range all {
		ids = append(ids, id)
	}
	company, err := d.Company(ctx)
	if err != nil {
		return Ours{}, err
	}
	ids = append(ids, company.Ours...)
	people, err := d.Read().People(ctx, desk.Distinct(ids))
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

// NamePerson does the work of operation.NamePerson: a person's name.
func NamePerson(ctx context.Context, d *Desk, in NameInput) (string, error) {
	people, err := d.Read().People(ctx, []throughline.PersonID{in.Person})
	if p, known := people[in.Person]; known && err == nil {
		if seen, err := d.Read().SeesPerson(ctx, p); err != nil || !seen {
			return "", err
		}
	}
	return people[in.Person].Name, err
}

// NameInput names a person by id.
type NameInput struct {
	Person throughline.PersonID `json:"person"`
}
