package operation

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/setting"
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
	open, err := d.Lists.OpenBySeller(ctx, &d.Desk)
	if err != nil {
		return Ours{}, err
	}
	var ids []throughline.PersonID
	for id := range open {
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
})

// JoinOurs takes in one of us who has no deals: a manager, or operations. It is
// no command of its own. Taking back the setting takes them off the list again.
var JoinOurs = define(Operation{
	Words: []string{"ours", "join"}, Summary: "Somebody who works here and has no deals", Effect: Writes, Permission: MayWrite, NeedsStore: true,
}, func(ctx context.Context, d *Desk, in JoinInput) (throughline.PersonID, error) {
	const op = "say who"
	name := strings.Join(strings.Fields(strings.ToValidUTF8(in.Name, "")), " ")
	switch {
	case name == "":
		return throughline.PersonID{}, throughline.Fail(op, throughline.Invalid, "", throughline.Refuse("name", "a person needs a name"))
	case len([]rune(name)) > 120:
		return throughline.PersonID{}, throughline.Fail(op, throughline.Invalid, "", throughline.Refuse("long_name", "a name has at most 120 signs and one line"))
	}
	ours, err := ListOurs.Run(ctx, d, &Nothing{})
	if err != nil {
		return throughline.PersonID{}, err
	}
	for _, p := range ours.(Ours).People {
		if strings.EqualFold(p.Name, name) {
			return p.ID, nil
		}
	}
	id := throughline.PersonID(d.NewID())
	if _, err := d.Ledger.Append(ctx, d.Workspace, store.Batch{People: []store.Person{{ID: id, Recorded: d.Now().UTC(), Ours: true, Name: name}}}); err != nil {
		return id, err
	}
	now, err := settled(ctx, d)
	if err == nil {
		_, err = settle(ctx, d, now, []store.Setting{{Name: setting.OursName(id), Value: "yes"}})
	}
	return id, err
})

// JoinInput is how somebody who works here is called.
type JoinInput struct {
	Name string `json:"name"`
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
