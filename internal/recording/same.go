package recording

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/store"
)

// MergePeople does the work of operation.MergePeople: two names that are one
// human become one, in every deal that names the other.
func MergePeople(ctx context.Context, d *Desk, in MergePeopleInput) (MergedPeople, error) {
	const op = "make two people one"
	o := &Writer{Desk: d, Op: op, now: d.Present().Truncate(time.Microsecond)}
	keep, err := o.oneOf(ctx, in.ID)
	if err != nil {
		return MergedPeople{}, err
	}
	other, err := o.oneOf(ctx, in.Other)
	if err != nil {
		return MergedPeople{}, err
	}
	out := MergedPeople{Person: other.ID, Into: keep.ID, Name: other.Name, IntoName: keep.Name, Deals: []throughline.DealID{}}
	switch {
	case keep.ID == other.ID:
		return out, o.Bad("", throughline.Refuse("same_already", "these are one person already"))
	case keep.Ours || other.Ours:
		return out, o.Bad("", throughline.Refuse("same_ours", "one of the two is one of ours; only people of a customer can be one"))
	case !keep.Erased.IsZero() || !other.Erased.IsZero():
		return out, o.Bad("", throughline.Refuse("erased", "this person was erased; nothing of theirs is kept again"))
	case !in.Across && !keep.Account.IsZero() && !other.Account.IsZero() && keep.Account != other.Account:
		accounts, err := d.Read().Accounts(ctx, []throughline.AccountID{keep.Account, other.Account})
		if err != nil {
			return out, err
		}
		return out, o.Bad("", throughline.Refuse("same_customers",
			"%s is of %s and %s of %s; if they are one human who changed places, say so: --across",
			"one", keep.Name, "first", accounts[keep.Account].Name, "other", other.Name, "second", accounts[other.Account].Name))
	}
	other.Recorded, other.Same = o.past(other), keep.ID
	day := throughline.Dated(other.Recorded, o.now.Location())
	fact := func(id throughline.DealID) deal.Fact {
		f := deal.SameFact(other.Recorded, other.ID, keep.ID, id, d.Actor())
		f.Happened, f.Learned = day, day
		return f
	}
	out.Deals, err = o.toEvery(ctx, other, func(id throughline.DealID, _ []deal.Fact) []deal.Fact { return []deal.Fact{fact(id)} })
	return out, err
}

// MergePeopleInput names the two.
type MergePeopleInput struct {
	ID     string `arg:"" name:"id" path:"id" json:"id" help:"Who stays: an id, or the whole name where only one person has it."`
	Other  string `arg:"" name:"other" json:"other" help:"Their other name: an id, or the whole name where only one person has it."`
	Across bool   `name:"across" json:"across,omitempty" help:"They are one though the two names are of different customers."`
}

// MergedPeople says who is told as whom, or is no longer.
type MergedPeople struct {
	Person   throughline.PersonID `json:"person"`
	Name     string               `json:"name"`
	Into     throughline.PersonID `json:"into"`
	IntoName string               `json:"into_name"`
	Apart    bool                 `json:"apart,omitempty"` // they are two again
	Deals    []throughline.DealID `json:"deals"`           // in which that is written
}

// UnmergePeople does the work of operation.UnmergePeople: they were two people after all.
func UnmergePeople(ctx context.Context, d *Desk, in UnmergePeopleInput) (MergedPeople, error) {
	const op = "take two people apart"
	o := &Writer{Desk: d, Op: op, now: d.Present().Truncate(time.Microsecond)}
	same, err := d.Read().Merged(ctx)
	if err != nil {
		return MergedPeople{}, err
	}
	var meant []store.Person
	for id, p := range same {
		if strings.EqualFold(in.ID, id.String()) || store.Folded(in.ID) == store.Folded(p.Name) && p.Name != "" {
			meant = append(meant, p)
		}
	}
	for _, p := range slices.Clone(meant) {
		seen, err := d.Read().SeesPerson(ctx, store.Person{ID: store.ToldAs(p.ID, same), Account: p.Account})
		if err != nil {
			return MergedPeople{}, err
		}
		if !seen {
			meant = slices.DeleteFunc(meant, func(x store.Person) bool { return x.ID == p.ID })
		}
	}
	if len(meant) == 0 {
		if whole, err := o.oneOf(ctx, in.ID); err != nil {
			return MergedPeople{}, err
		} else if meant = takenInto(same, whole.ID); len(meant) == 0 {
			return MergedPeople{}, o.Bad("", throughline.Refuse("same_not", "%s has no other name that was made one with theirs", "name", whole.Name))
		}
	}
	if len(meant) > 1 {
		return MergedPeople{}, o.Bad("", throughline.Refuse("same_several", "several names may be meant: %s", "names", o.listed(meant)))
	}
	other := meant[0]
	out := MergedPeople{Person: other.ID, Into: other.Same, Name: other.Name, Apart: true, Deals: []throughline.DealID{}}
	if !other.Erased.IsZero() {
		return out, o.Bad("", throughline.Refuse("erased", "this person was erased; nothing of theirs is kept again"))
	}
	into, err := d.Read().People(ctx, []throughline.PersonID{other.Same})
	if err != nil {
		return out, err
	}
	out.IntoName = into[other.Same].Name
	other.Recorded, other.Same = o.past(other), throughline.PersonID{}
	out.Deals, err = o.toEvery(ctx, other, func(id throughline.DealID, facts []deal.Fact) (back []deal.Fact) {
		for _, f := range deal.Live(facts) {
			if b, is := f.Body.(deal.PersonMerged); is && b.Person == other.ID {
				now := throughline.Dated(o.now, o.now.Location())
				back = append(back, deal.Fact{ID: throughline.FactID(d.NewID()), Deal: id, Happened: now, Learned: now, Recorded: o.now, By: d.Actor(),
					Source: deal.Source{System: "person"}, Turn: int32(len(facts)), Body: deal.Correction{Of: f.ID}})
			}
		}
		return back
	})
	return out, err
}

// UnmergePeopleInput names who is told as somebody else.
type UnmergePeopleInput struct {
	ID string `arg:"" name:"id" path:"id" json:"id" help:"The name that was made one with another: its id or the whole name; or who stayed, where only one name was taken in."`
}

// takenInto gives who is told as somebody, in one step.
func takenInto(same map[throughline.PersonID]store.Person, into throughline.PersonID) (out []store.Person) {
	for _, p := range same {
		if p.Same == into {
			out = append(out, p)
		}
	}
	return out
}

// toEvery writes a version of a person, with facts in every deal that names them.
// Once the version is kept, the ledger itself sees to deals that come to name them.
func (o *Writer) toEvery(ctx context.Context, p store.Person, say func(throughline.DealID, []deal.Fact) []deal.Fact) ([]throughline.DealID, error) {
	whole := o.Desk.Whole().Read() // who somebody is holds in every deal, whoever sees it
	before, err := whole.Number(ctx)
	if err != nil {
		return nil, err
	}
	deals, err := whole.DealsNaming(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	b := store.Batch{People: []store.Person{p}}
	for _, id := range deals {
		facts, err := whole.Facts(ctx, id)
		if err != nil {
			return nil, err
		}
		b.Facts = append(b.Facts, say(id, facts)...)
	}
	if _, err := o.Desk.Ledger.Append(ctx, o.Desk.Workspace, b); err != nil {
		return nil, err
	}
	if deals, err = o.late(ctx, p, before, deals, say); err != nil {
		return nil, err
	}
	if o.Desk.Wrote != nil {
		for _, id := range deals {
			o.Desk.Wrote(id)
		}
	}
	seen, err := o.Desk.Read().Seen(ctx, deals)
	return slices.DeleteFunc(deals, func(id throughline.DealID) bool { return !seen[id] }), err
}

// late does the same where somebody wrote of them while all facts were read, and
// so knew nothing of it.
func (o *Writer) late(ctx context.Context, p store.Person, before int64, deals []throughline.DealID,
	say func(throughline.DealID, []deal.Fact) []deal.Fact) ([]throughline.DealID, error) {
	whole := o.Desk.Whole().Read()
	now, err := whole.Number(ctx)
	if err != nil || now <= before+1 {
		return deals, err
	}
	again, err := whole.DealsNaming(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	b := store.Batch{}
	for _, id := range again {
		if slices.Contains(deals, id) {
			continue
		}
		facts, err := whole.Facts(ctx, id)
		if err != nil {
			return nil, err
		}
		b.Facts, deals = append(b.Facts, say(id, facts)...), append(deals, id)
	}
	if len(b.Facts) > 0 {
		_, err = o.Desk.Ledger.Append(ctx, o.Desk.Workspace, b)
	}
	return deals, err
}

// past is an instant at which another version of somebody is recorded.
func (o *Writer) past(was store.Person) time.Time {
	if !o.now.After(was.Recorded) {
		return was.Recorded.Add(time.Microsecond)
	}
	return o.now.UTC()
}

// oneOf finds a person by an id, or by the whole name where only one has it, as
// whom they are told.
func (o *Writer) oneOf(ctx context.Context, word string) (store.Person, error) {
	return o.Desk.PersonMeantOn(ctx, o.Op, word, desk.View{})
}

func (o *Writer) listed(people []store.Person) string { return desk.ListPeople(people) }

// ofSame reports whether a fact says that two people are one, or takes that back:
// it is said in every deal at once, and so is its end.
func (o *Writer) ofSame(f deal.Fact) bool {
	if c, is := f.Body.(deal.Correction); is {
		i := slices.IndexFunc(o.Written, func(w deal.Fact) bool { return w.ID == c.Of })
		return i >= 0 && o.ofSame(o.Written[i])
	}
	return f.Body.Kind() == deal.KindPersonMerged
}
